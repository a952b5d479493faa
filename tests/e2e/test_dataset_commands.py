"""The data set from a terminal, with the program as a process and sound made here."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import unicodedata
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.audio_files import write_av, write_sndfile
from tests.dataset_files import RATE, riff, write_riff, write_riffs

Run = Callable[..., subprocess.CompletedProcess[str]]
Ask = Callable[..., list[dict[str, Any]]]

COMMANDS = (
    "add",
    "list",
    "relabel",
    "remove",
    "undo",
    "redo",
    "empty-bin",
    "augment",
    "import",
    "export",
    "check",
)


@pytest.fixture
def environment(repository: Path) -> dict[str, str]:
    without = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "NO_COLOR")
    kept = {name: value for name, value in os.environ.items() if name not in without}
    return kept | {"PYTHONPATH": str(repository), "TERM": "xterm"}


@pytest.fixture
def run(environment: dict[str, str], tmp_path: Path) -> Run:
    """Return a function that runs ``genre-app dataset``; `home` is that of another machine."""

    def run(*arguments: str | Path | int, home: Path | None = None) -> subprocess.CompletedProcess[str]:
        moved = {} if home is None else {"GENRE_APP_HOME": str(home)}
        result = subprocess.run(
            [sys.executable, "-m", "genre_app", "dataset", *map(str, arguments)],
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=150,
            cwd=tmp_path,
            env=environment | moved,
        )
        assert "Traceback" not in result.stderr
        return result

    return run


@pytest.fixture
def ask(run: Run) -> Ask:
    """Return a function that runs a command with ``--json`` and returns what it printed."""

    def ask(*arguments: str | Path | int, status: int = 0, **options: Any) -> list[dict[str, Any]]:
        result = run(*arguments, "--json", **options)
        assert result.returncode == status, result.stderr
        return [json.loads(line) for line in result.stdout.splitlines()]

    return ask


def listed(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return records of clips without what is another on another machine."""
    return [{key: value for key, value in record.items() if key != "path"} for record in records]


class TestAdd:
    def test_files_and_folders(self, run: Run, ask: Ask, tmp_path: Path) -> None:
        songs = write_riffs(tmp_path / "songs", 2)
        write_av(tmp_path / "songs" / "song.m4a", riff(9, 3.0), RATE, "aac")
        (tmp_path / "songs" / "broken.wav").write_bytes(b"RIFF")
        records = ask("add", tmp_path / "songs", songs[0], "--genre", "케이팝", status=1)
        assert [(Path(one["path"]).name, one["status"]) for one in records] == [
            ("broken.wav", "failed"),
            ("riff 0000.wav", "added"),
            ("riff 0001.wav", "added"),
            ("song.m4a", "added"),
            ("riff 0000.wav", "present"),
        ]
        assert records[0]["error"]["code"].startswith("audio-")
        assert records[4]["clip"] == records[1]["clip"]
        (genre,) = [one for one in ask("list", "--genres") if one["train"] + one["valid"]]
        assert (genre["genre"], genre["train"] + genre["valid"]) == ("케이팝", 3)

    def test_for_people(self, run: Run, tmp_path: Path) -> None:
        write_riffs(tmp_path / "jazz", 2)
        (tmp_path / "jazz" / "broken.wav").write_bytes(b"RIFF")
        write_sndfile(tmp_path / "jazz" / "softer.flac", 0.3 * riff(0), RATE)
        result = run("add", tmp_path / "jazz", "--genre-from-folder")
        assert result.returncode == 1
        assert result.stdout == "3 added (1 sound like clips that were there), 1 failed\n"
        assert "broken.wav" in result.stderr
        assert run("add", tmp_path / "jazz" / "softer.flac", "--genre", "rock").stderr.endswith(
            "already, labelled jazz, not rock\n"
        )

    def test_a_new_genre_is_told(self, run: Run, ask: Ask, tmp_path: Path) -> None:
        first, second, third = write_riffs(tmp_path / "songs", 3)
        result = run("add", first, "--genre", "Rokc")
        assert result.returncode == 0
        assert result.stderr == (
            "genre-app: Rokc is a new genre; if you meant rock,"
            " “genre-app dataset undo” takes all of this back\n"
        )
        assert run("undo").returncode == 0
        assert "Rokc" not in {one["genre"] for one in ask("list", "--genres")}
        assert run("add", first, "--genre", "Rock").stderr == ""
        assert run("add", second, "--genre", "케이팝").stderr == "genre-app: 케이팝 is a new genre\n"
        decomposed = unicodedata.normalize("NFD", "케이팝")
        assert run("add", third, "--genre", decomposed).stderr == "", "the same, as macOS writes it"

    def test_wrong_usage(self, run: Run, tmp_path: Path) -> None:
        song = write_riff(tmp_path / "song.wav", 1)
        usages: tuple[tuple[str | Path, ...], ...] = (
            *((), ("--nonsense",), ("add",), ("add", song), ("add", "--genre", "rock"), ("unknown",)),
            ("add", song, "--genre", "rock", "--genre-from-folder"),
            *(("relabel", "1"), ("relabel", "one", "--genre", "rock"), ("remove",), ("remove", "0")),
            *(("augment",), ("augment", "1", "--balance"), ("augment", "1", "--transform", "warp")),
            *(("augment", "1", "--transform", "gain=2"), ("augment", "1", "--most", "2")),
            *(
                ("augment", "--balance", "--copies", "2"),
                ("list", "--sort", "taste"),
                ("list", "--limit", "-1"),
            ),
            *(("export",), ("export", tmp_path), ("export", song), ("import",)),
            *(("import", tmp_path, "--audio", tmp_path), ("import", song, "--valid-list", song)),
        )
        with ThreadPoolExecutor(2) as executor:
            results = list(executor.map(lambda arguments: run(*arguments), usages))
        for arguments, result in zip(usages, results, strict=True):
            assert (result.returncode, result.stdout) == (2, ""), arguments
            assert "usage: genre-app dataset" in result.stderr

    def test_help_names_every_command(self, run: Run) -> None:
        result = run("--help")
        assert result.returncode == 0
        with ThreadPoolExecutor(2) as executor:
            helps = list(executor.map(lambda command: run(command, "--help"), COMMANDS))
        for command, own in zip(COMMANDS, helps, strict=True):
            assert f"    {command}" in result.stdout
            assert own.returncode == 0
            assert f"usage: genre-app dataset {command}" in own.stdout


class TestChange:
    @pytest.fixture
    def clips(self, ask: Ask, tmp_path: Path) -> list[int]:
        return [one["clip"] for one in ask("add", *write_riffs(tmp_path / "songs", 4), "--genre", "rock")]

    def test_the_bin_is_emptied_for_good(self, run: Run, ask: Ask, clips: list[int]) -> None:
        run("remove", clips[0], clips[1])
        asked = run("empty-bin")  # with nobody at the keyboard
        assert asked.returncode == 2
        assert "--yes" in asked.stderr
        assert ask("undo") == [{"undone": "Remove clips"}]
        run("remove", clips[0])
        assert ask("empty-bin", "--yes") == [{"deleted": 1}]
        assert run("empty-bin").stdout == "0 clips deleted for good\n"
        assert run("undo").returncode == 1
        assert [one["clip"] for one in ask("list")] == clips[1:]
        assert run("check").returncode == 0

    def test_relabel_remove_undo_redo(self, run: Run, ask: Ask, clips: list[int]) -> None:
        assert {one["genre"] for one in ask("relabel", *clips[:2], "--genre", "JAZZ")} == {"jazz"}
        assert ask("remove", clips[3]) == [{"removed": [clips[3]], "copies": 0}]
        assert [one["clip"] for one in ask("list")] == clips[:3]
        assert ask("undo") == [{"undone": "Remove clips"}]
        assert ask("undo") == [{"undone": "Relabel clips"}]
        assert {one["genre"] for one in ask("list")} == {"rock"}
        assert ask("redo") == [{"redone": "Relabel clips"}]
        assert [one["clip"] for one in ask("list", "--genre", "jazz")] == clips[:2]
        assert run("undo").stdout == "Relabel clips: undone\n"
        assert run("undo").stdout == "Add clips: undone\n"
        result = run("undo")
        assert (result.returncode, result.stdout) == (1, "")
        assert "nothing" in result.stderr

    def test_what_is_not_there(self, run: Run, ask: Ask, clips: list[int]) -> None:
        for arguments in (
            *(("relabel", 99, "--genre", "jazz"), ("relabel", clips[0], 99, "--genre", "jazz")),
            *(("relabel", clips[0], "--genre", "trot"), ("remove", clips[0], 99), ("augment", 99)),
            *(("list", "--genre", "trot"), ("augment", "--genre", "trot")),
        ):
            result = run(*arguments)
            assert (result.returncode, result.stdout) == (1, ""), arguments
            assert result.stderr.startswith("genre-app: There is no ")
        assert [one["genre"] for one in ask("list")] == ["rock"] * 4
        assert [one["genre"] for one in ask("relabel", clips[0], "--genre", "trot", "--create")] == ["trot"]

    def test_lists(self, run: Run, ask: Ask, clips: list[int]) -> None:
        assert [one["clip"] for one in ask("list", "--reverse", "--limit", 2)] == clips[:1:-1]
        assert [one["title"] for one in ask("list", "--text", "0002")] == ["riff 0002"]
        table = run("list").stdout.splitlines()
        assert table[0].split() == ["Clip", "Genre", "Split", "Length", "Copies", "Title"]
        assert len(table) == 5
        assert table[1].split()[0] == str(clips[0])
        assert "0:02" in table[1]
        assert len({line.index(" riff") for line in table[1:]}) == 1
        assert "rock" in run("list", "--genres").stdout

    def test_augment(self, run: Run, ask: Ask, clips: list[int]) -> None:
        dry = ask(
            "augment", *clips[:2], "--copies", 2, "--transform", "gain", "--transform", "room=1", "--dry-run"
        )
        assert [one["copy"] for one in dry] == [None] * 4
        assert {one["copies"] for one in ask("list")} == {0}
        made = ask("augment", *clips[:2], "--copies", 2, "--transform", "gain", "--transform", "room=1")
        assert [one["recipe_hash"] for one in made] == [one["recipe_hash"] for one in dry]
        assert {tuple(step["transform"] for step in one["steps"]) for one in made} == {("gain", "room")}
        by_id = {one["clip"]: one for one in ask("list")}
        assert [by_id[clip]["copies"] for clip in clips] == [2, 2, 0, 0]
        for one in made:
            assert (one["genre"], one["split"]) == ("rock", by_id[one["clip"]]["split"])
        assert ask("remove", clips[0], "--copies-only") == [{"removed": [], "copies": 2}]
        assert ask("undo") == [{"undone": "Remove copies"}]
        assert ask("undo") == [{"undone": "Add copies"}]
        assert {one["copies"] for one in ask("list")} == {0}

    def test_balance(self, run: Run, ask: Ask, tmp_path: Path) -> None:
        folder = tmp_path / "collection"
        for index in range(5):
            write_riff(folder / "rock" / f"{index}.wav", index, 1.0)
        write_riff(folder / "jazz" / "1.wav", 10, 1.0)
        (tmp_path / "none.txt").write_text("none/none\n")
        ask("import", folder, "--valid-list", tmp_path / "none.txt")
        made = ask("augment", "--balance")
        assert [one["genre"] for one in made] == ["jazz"] * 4
        assert ask("augment", "--balance") == []
        genres = {one["genre"]: one for one in ask("list", "--genres")}
        assert (genres["jazz"]["train"], genres["jazz"]["copies"]) == (1, 4)

    def test_transforms_are_listed(self, run: Run, ask: Ask) -> None:
        names = {one["transform"] for one in ask("augment", "--transforms")}
        assert {"pitch_shift", "time_stretch", "room", "codec"} <= names
        table = run("augment", "--transforms").stdout
        assert all(name in table for name in names)


class TestExchange:
    @pytest.fixture
    def collection(self, tmp_path: Path) -> Path:
        folder = tmp_path / "gtzan"
        for number, genre in enumerate(("blues", "jazz", "trot")):
            for index in range(2):
                write_riff(folder / genre / f"{genre}.{index:05}.wav", 10 * number + index, 1.0)
        (folder / "jazz" / "jazz.00054.wav").write_bytes(b"corrupt everywhere")
        return folder

    def test_a_collection_with_a_list(self, run: Run, ask: Ask, collection: Path, tmp_path: Path) -> None:
        (tmp_path / "valid.txt").write_text(
            "blues/blues.00001.wav\njazz/jazz.00000.wav\nrock/rock.00000.wav\n"
        )
        result = run("import", collection, "--valid-list", "valid.txt")
        assert result.returncode == 1
        assert result.stdout == "6 added, 1 failed\n"
        assert "jazz.00054.wav" in result.stderr
        assert "no file was found for “rock/rock.00000.wav”" in result.stderr
        assert {one["title"]: one["split"] for one in ask("list")} == {
            "blues.00000": "train",
            "blues.00001": "valid",
            "jazz.00000": "valid",
            "jazz.00001": "train",
            "trot.00000": "train",
            "trot.00001": "train",
        }
        assert run("import", collection).stdout == "0 added, 6 already there, 1 failed\n"

    def test_to_another_machine_and_back(self, run: Run, ask: Ask, collection: Path, tmp_path: Path) -> None:
        run("import", collection)
        ask("augment", "--genre", "trot", "--copies", 2)
        ask("augment", "1")
        (exported,) = ask("export", "mine.zip")
        assert exported["clips"] == 6
        assert exported["bytes"] == (tmp_path / "mine.zip").stat().st_size
        other = tmp_path / "other machine"
        (imported,) = ask("import", "mine.zip", home=other)
        assert (len(imported["added"]), imported["copies"]) == (6, exported["copies"])
        assert imported["genres"] == ["trot"]
        assert listed(ask("list", home=other)) == listed(ask("list"))
        assert ask("list", "--genres", home=other) == ask("list", "--genres")
        assert ask("check", "--deep", home=other) == []
        assert (
            run("import", "mine.zip", home=other).stdout == "0 clips added, 0 copies, 6 clips already there\n"
        )
        assert ask("undo", home=other) == [{"undone": "Import"}]
        assert ask("list", home=other) == []

    def test_without_audio(self, run: Run, ask: Ask, collection: Path, tmp_path: Path) -> None:
        run("import", collection)
        run("export", "labels.zip", "--no-audio", "--no-sources")
        with zipfile.ZipFile(tmp_path / "labels.zip") as archive:
            assert archive.namelist() == ["manifest.json", "clips.csv"]
        other = tmp_path / "other machine"
        (imported,) = ask("import", "labels.zip", "--audio", collection / "jazz", home=other, status=1)
        assert (len(imported["added"]), len(imported["missing"])) == (2, 4)
        (imported,) = ask("import", "labels.zip", "--audio", collection, home=other)
        assert (len(imported["added"]), imported["present"], imported["missing"]) == (4, 2, [])

    def test_export_replaces_nothing_unasked(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "there.zip").write_text("precious")
        result = run("export", "there.zip")
        assert result.returncode == 2
        assert "--force" in result.stderr
        assert (tmp_path / "there.zip").read_text() == "precious"
        assert run("export", "there.zip", "--force").returncode == 0
        assert zipfile.is_zipfile(tmp_path / "there.zip")

    def test_a_hostile_archive(self, run: Run, ask: Ask, tmp_path: Path) -> None:
        with zipfile.ZipFile(tmp_path / "evil.zip", "w") as archive:
            archive.writestr("../escaped.txt", "gotcha")
        result = run("import", "evil.zip")
        assert (result.returncode, result.stdout) == (1, "")
        assert "Nothing was imported" in result.stderr
        assert not list(tmp_path.parent.glob("escaped.txt"))
        assert ask("list") == []
        assert run("import", "missing.zip").returncode == 1


class TestCheck:
    def test_what_is_found_and_repaired(self, run: Run, ask: Ask, tmp_path: Path) -> None:
        (added,) = ask("add", write_riff(tmp_path / "song.wav", 1), "--genre", "rock")
        result = run("check")
        assert (result.returncode, result.stdout, result.stderr) == (0, "", "All is well.\n")
        (clip,) = ask("list")
        Path(clip["path"]).unlink()
        (finding,) = ask("check", status=1)
        assert (finding["code"], finding["clip"], finding["repaired"]) == (
            "file-missing",
            added["clip"],
            False,
        )
        (finding,) = ask("check", "--repair")
        assert finding["repaired"]
        assert ask("check", "--deep") == []


class TestLookAgain:
    def test_a_wrong_label(self, run: Run, ask: Ask, tmp_path: Path) -> None:
        """The shipped model takes a tune of plucked notes for anything but metal."""
        songs = [write_sndfile(tmp_path / f"{seed}.flac", riff(seed, 6.0), RATE) for seed in range(2)]
        songs.append(write_sndfile(tmp_path / "again.flac", 0.3 * riff(0, 6.0), RATE))
        ids = [one["clip"] for one in ask("add", *songs, "--genre", "metal")]
        ask("relabel", ids[2], "--genre", "blues")
        records = ask("look-again")
        assert records[0]["kind"] == "same-recording"
        assert records[0]["clips"] == [ids[0], ids[2]]
        assert records[0]["genres"] == ["metal", "blues"]
        doubts = {one["clip"]: one for one in records[1:]}
        assert {one["genre"] for one in doubts.values()} >= {"metal"}
        assert all(one["predicted"] != one["genre"] for one in doubts.values())
        assert "are the same recording" in run("look-again").stdout


@pytest.mark.skipif(sys.platform == "win32", reason="there is no Ctrl+C to send")
def test_interrupted_it_says_so_and_can_be_repeated(
    run: Run, environment: dict[str, str], tmp_path: Path
) -> None:
    for seed in range(30):
        write_riff(tmp_path / "jazz" / f"{seed:02}.wav", seed, 5.0)
    with subprocess.Popen(
        [sys.executable, "-m", "genre_app", "dataset", "add", tmp_path / "jazz", "--genre", "jazz"],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    ) as process:
        time.sleep(1.5)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert "Traceback" not in errors
    assert process.returncode in (0, 130)
    assert run("check", "--deep").returncode == 0
    assert run("add", tmp_path / "jazz", "--genre", "jazz").returncode == 0
    assert len(run("list", "--json").stdout.splitlines()) == 30


def test_classify_loads_nothing_of_it(environment: dict[str, str], repository: Path) -> None:
    code = "import sys; import genre_app.cli; print([name for name in sys.modules if 'dataset' in name])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)
    assert result.stdout == "[]\n", result.stderr
