"""The launcher: what the desktop finds after an installation, and what it would start."""

from __future__ import annotations

import configparser
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from genre_app import launcher
from genre_app.audio.formats import AUDIO_SUFFIXES
from genre_app.directories import resources_directory

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="desktops of Linux")


def entry_of(path: Path) -> configparser.SectionProxy:
    parser = configparser.ConfigParser(interpolation=None, delimiters=("=",), comment_prefixes=("#",))
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read_string(path.read_text(encoding="utf-8"))
    return parser["Desktop Entry"]


def command_of(entry: configparser.SectionProxy, *files: str) -> list[str]:
    """Read an Exec line as a desktop does: string escapes, then quotes, then field codes."""
    line = re.sub(r"\\(.)", r"\1", entry["Exec"])
    command: list[str] = []
    for quoted, bare in re.findall(r'"((?:[^"\\]|\\.)*)"|(\S+)', line):
        if bare == "%F":
            command += files
        else:
            command.append(re.sub(r"\\(.)", r"\1", quoted or bare).replace("%%", "%"))
    return command


def launch(*arguments: str, data: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "XDG_DATA_HOME": str(data), "XDG_CONFIG_HOME": str(data / "config")}
    command = [sys.executable, "-m", "genre_app.launcher", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)


def test_installed_entry_starts_the_program(tmp_path: Path) -> None:
    result = launch("install", data=tmp_path)
    assert result.returncode == 0, result.stderr
    entry = entry_of(tmp_path / "applications" / "genre-app.desktop")
    # An entry that is not for help would open the window: what is tested is the interpreter and the module.
    command = command_of(entry, "--version")
    answer = subprocess.run(command, cwd="/", capture_output=True, text=True, timeout=60)
    assert answer.stdout.startswith("genre-app ")
    assert Path(entry["TryExec"]).is_absolute()
    assert os.access(entry["TryExec"], os.X_OK)


def test_that_there_is_no_way_to_make_it_the_default_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    result = launch("install", "--default", data=tmp_path)
    assert result.returncode == 1
    assert (tmp_path / "applications" / "genre-app.desktop").is_file()
    assert "install xdg-utils" in result.stderr
    assert "Traceback" not in result.stderr


def test_installed_icon_is_where_the_entry_says(tmp_path: Path) -> None:
    launcher.install(tmp_path, python=Path(sys.executable))
    entry = entry_of(tmp_path / "applications" / "genre-app.desktop")
    icon = tmp_path / "icons" / "hicolor" / "scalable" / "apps" / f"{entry['Icon']}.svg"
    assert icon.read_bytes() == (resources_directory() / "icons" / "genre-app.svg").read_bytes()


@pytest.mark.parametrize(
    "folder", ["plain", "two words", 'with "quotes" and $HOME', "back\\slash", "100 % `echo`", "음악 🎵"]
)
def test_entry_survives_any_folder(tmp_path: Path, folder: str) -> None:
    python = tmp_path / folder / "python"
    python.parent.mkdir()
    python.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    python.chmod(0o755)
    launcher.install(tmp_path / "data", python=python)
    path = tmp_path / "data" / "applications" / "genre-app.desktop"
    command = command_of(entry_of(path), "/music/a song.mp3")
    assert command == [str(python), "-P", "-m", "genre_app", "/music/a song.mp3"]
    assert subprocess.run(command, capture_output=True, text=True).stdout.splitlines() == command[1:]
    validate_entry(path)


def test_uninstall_leaves_nothing(tmp_path: Path) -> None:
    launch("install", data=tmp_path)
    other = tmp_path / "applications" / "other.desktop"
    other.write_text("[Desktop Entry]\nType=Application\nName=Other\nExec=true\n")
    result = launch("uninstall", data=tmp_path)
    assert result.returncode == 0
    left = {path.name for path in tmp_path.rglob("*") if path.is_file()}
    assert left <= {"other.desktop", "mimeinfo.cache"}
    assert other.exists()
    assert launch("uninstall", data=tmp_path).stdout == "nothing to remove\n"


def test_audio_files_find_the_program(tmp_path: Path) -> None:
    if not shutil.which("update-desktop-database"):
        pytest.skip("update-desktop-database is not installed")
    launch("install", data=tmp_path)
    cache = (tmp_path / "applications" / "mimeinfo.cache").read_text()
    for kind in ("audio/mpeg", "audio/flac", "audio/x-wav", "audio/ogg", "audio/mp4", "audio/x-opus+ogg"):
        assert f"\n{kind}=genre-app.desktop;" in cache


def test_every_common_format_is_announced() -> None:
    shared_mime_info = Path("/usr/share/mime/globs2")
    if not shared_mime_info.exists():
        pytest.skip("the system has no list of file types")
    announced = set(entry_of(resources_directory() / "genre-app.desktop")["MimeType"].rstrip(";").split(";"))
    common = {".wav", ".flac", ".ogg", ".opus", ".mp3", ".aiff", ".au", ".m4a", ".aac"}
    assert common <= AUDIO_SUFFIXES
    for line in shared_mime_info.read_text().splitlines():
        fields = line.split(":")
        if len(fields) >= 3 and fields[2].removeprefix("*") in common and fields[1].startswith("audio/"):
            assert fields[1] in announced


def test_read_only_home_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "applications").write_text("a file where the folder should be")
    result = launch("install", data=tmp_path)
    assert result.returncode == 1
    assert str(tmp_path / "applications") in result.stderr
    assert "Traceback" not in result.stderr


def test_shipped_entry_is_valid() -> None:
    validate_entry(resources_directory() / "genre-app.desktop")


def test_appstream_metadata_is_valid() -> None:
    if not shutil.which("appstreamcli"):
        pytest.skip("appstreamcli is not installed")
    # The project has no domain of its own that its identifier could begin with.
    command = ["appstreamcli", "validate", "--no-net", "--override=cid-desktopapp-is-not-rdns=info"]
    result = subprocess.run(
        [*command, str(resources_directory() / "genre-app.metainfo.xml")], capture_output=True, text=True
    )
    assert result.returncode == 0, result.stdout


def validate_entry(path: Path) -> None:
    if not shutil.which("desktop-file-validate"):
        pytest.skip("desktop-file-validate is not installed")
    result = subprocess.run(["desktop-file-validate", str(path)], capture_output=True, text=True)
    assert result.returncode == 0, result.stdout
    assert "error" not in result.stdout
