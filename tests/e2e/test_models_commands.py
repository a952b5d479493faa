"""The model versions from a terminal, with the program as a process and a tiny model."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from genre_app import cli
from genre_app.classifier.model_version import active_model_id, seal_description
from genre_app.directories import models_directory
from tests.audio_files import write_sndfile
from tests.retraining import activate_tiny_model, add_clips
from tests.tiny_model import (
    GENRES,
    GROUPS,
    SAMPLE_RATE,
    band_noise,
    head_arrays,
    npz,
    replay_bytes,
    write_model,
)

Run = Callable[..., subprocess.CompletedProcess[str]]
Ask = Callable[..., list[dict[str, Any]]]

COMMANDS = ("list", "show", "activate", "rename", "compare", "export", "import", "remove", "rollback")


@pytest.fixture
def run(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Return a function that runs ``genre-app models``, in this process; another command in its own."""
    without = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "NO_COLOR")
    kept = {name: value for name, value in os.environ.items() if name not in without}
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(cli, "configure_logging", lambda: None)

    def run(*arguments: str | Path, command: str = "models") -> subprocess.CompletedProcess[str]:
        argv = [command, *map(str, arguments)]
        if command == "models":
            capsys.readouterr()
            try:
                status = cli.main(argv)
            except SystemExit as ended:
                status = int(ended.code or 0)
            return subprocess.CompletedProcess(argv, status, *capsys.readouterr())
        result = subprocess.run(
            [sys.executable, "-m", "genre_app", *argv],
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=150,
            env=kept | {"GENRE_APP_HOME": os.environ["GENRE_APP_HOME"], "PYTHONPATH": str(repository)},
        )
        assert "Traceback" not in result.stderr
        return result

    return run


@pytest.fixture
def ask(run: Run) -> Ask:
    """Return a function that runs a command with ``--json`` and returns what it printed."""

    def ask(*arguments: str | Path, status: int = 0) -> list[dict[str, Any]]:
        result = run(*arguments, "--json")
        assert result.returncode == status, result.stderr
        return [json.loads(line) for line in result.stdout.splitlines()]

    return ask


@pytest.fixture
def model(tiny_backbone: bytes) -> str:
    """Make a tiny model with a replay the active one."""
    return activate_tiny_model(tiny_backbone)


def write_worse(backbone: bytes, model_id: str = "worse") -> str:
    """Write a version that takes each genre for the next one."""
    head = head_arrays() | {"kernel": np.roll(np.eye(GROUPS, dtype=np.float32), 1, axis=1)}
    write_model(models_directory() / model_id, backbone, npz(head), replay_bytes(), parent="start")
    return model_id


def test_help_names_every_command(run: Run) -> None:
    result = run("--help")
    assert result.returncode == 0
    for command in COMMANDS:
        assert f"    {command}" in result.stdout
    assert "  models " in run(command="--help").stdout


def test_wrong_usage(run: Run, model: str, tmp_path: Path) -> None:
    there = tmp_path / "there.zip"
    there.write_bytes(b"")
    for arguments in (
        *((), ("--nonsense",), ("unknown",), ("activate",), ("remove",), ("compare",), ("import",)),
        *(("rename", model), ("rename", model, "name", "--clear"), ("show", model, model)),
        *(("export", model), ("export", model, tmp_path), ("export", model, there)),
    ):
        result = run(*arguments)
        assert (result.returncode, result.stdout) == (2, ""), arguments
        assert "usage: genre-app models" in result.stderr
    assert there.read_bytes() == b""


def test_what_is_not_there(run: Run, model: str, tmp_path: Path) -> None:
    for arguments in (
        *(("show", "none"), ("activate", "none"), ("rename", "none", "name"), ("remove", "none")),
        *(("compare", "none"), ("compare", model, "none"), ("export", "none", "out.zip")),
        ("activate", "../start"),
    ):
        result = run(*arguments)
        assert (result.returncode, result.stdout) == (1, ""), arguments
        assert result.stderr.startswith("genre-app: There is no model named “")
    assert run("import", "none.zip").returncode == 1
    assert not list(tmp_path.glob("out*"))
    assert active_model_id() == model


def test_list_and_show(run: Run, ask: Ask, model: str) -> None:
    records = ask("list")
    assert [(one["model"], one["active"], one["shipped"]) for one in records] == [
        ("base", False, True),
        ("start", True, False),
    ]
    assert records[1]["parent"] == "base"
    assert records[1]["genres"] == list(GENRES)
    table = run("list").stdout.splitlines()
    assert table[0].split() == ["ID", "Kind", "Trained", "Right", "Genres", "From", "Name"]
    assert [line.split()[0] for line in table[1:]] == ["base", "*"]
    (shown,) = ask("show")
    assert (shown["model"], shown["error"], set(shown["files"])) == (
        "start",
        None,
        {"backbone.tflite", "head.npz", "replay.npz"},
    )
    text = run("show", "base").stdout
    assert text.startswith("base\n")
    assert "of 197 right" in text


def test_names(run: Run, ask: Ask, model: str) -> None:
    assert ask("rename", model, " 나의  모델 ") == [{"model": model, "name": "나의 모델"}]
    assert "나의 모델" in run("list").stdout
    assert "1 to 100 characters" in run("rename", model, "x" * 101).stderr
    assert "came with the program" in run("rename", "base", "mine").stderr
    assert ask("rename", model, "--clear") == [{"model": model, "name": None}]


def test_activate_roll_back_remove(run: Run, ask: Ask, model: str, tiny_backbone: bytes) -> None:
    write_model(models_directory() / "next", tiny_backbone, replay=replay_bytes(), parent=model)
    assert ask("activate", "next") == [{"active": "next", "before": model}]
    result = run("remove", "next")
    assert (result.returncode, result.stdout) == (1, "")
    assert "is the active one" in result.stderr
    assert ask("rollback") == [{"active": model, "before": "next"}]
    assert ask("rollback") == [{"active": "base", "before": model}]
    result = run("rollback")
    assert (result.returncode, result.stdout) == (1, "")
    assert "none before it" in result.stderr
    removed = ask("remove", "next", "none", "base", model, status=1)
    assert [(one["model"], one["removed"]) for one in removed] == [
        *(("next", True), ("none", False), ("base", False), (model, True)),
    ]
    assert [one["error"] and one["error"]["code"] for one in removed] == [
        *(None, "model-missing", "model-shipped", None),
    ]
    assert [one["model"] for one in ask("list")] == ["base"]


def test_a_worse_one_is_activated_only_by_force(run: Run, model: str, tiny_backbone: bytes) -> None:
    worse = write_worse(tiny_backbone)
    result = run("activate", worse)
    assert (result.returncode, result.stdout) == (1, "")
    assert "Worse on the reference set by more than chance explains" in result.stderr
    assert "--force" in result.stderr
    assert active_model_id() == model
    assert run("activate", worse, "--force").returncode == 0
    assert active_model_id() == worse
    assert run("activate", model).returncode == 0


def test_compare(run: Run, ask: Ask, model: str, tiny_backbone: bytes, tmp_path: Path) -> None:
    worse = write_worse(tiny_backbone)
    (compared,) = ask("compare", worse)
    assert (compared["new"], compared["current"], compared["own"]) == (worse, model, None)
    assert compared["reference"]["verdict"] == "worse"
    # Clips that nobody has heard yet are heard first.
    add_clips(tmp_path)
    (compared,) = ask("compare", model, worse)
    assert compared["reference"]["verdict"] == "better"
    assert compared["own"]["new"]["n"] >= 1
    text = run("compare", model, worse).stdout
    assert f"New: {model}, current: {worse}" in text
    assert "\nBetter on the reference set: " in text
    assert "Keep it" not in text
    assert {line.split()[0] for line in text.splitlines() if line} >= set(GENRES)


def test_there_and_back(
    run: Run, ask: Ask, model: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("rename", model, "mine")
    path = tmp_path / "start.genremodel.zip"
    (exported,) = ask("export", model, path)
    assert exported["bytes"] == path.stat().st_size
    assert run("export", model, path, "--force").returncode == 0
    assert "is installed already" in run("import", path).stderr

    run("activate", "base")
    run("remove", model)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    damaged = tmp_path / "damaged.zip"
    damaged.write_bytes(content)
    result = run("import", damaged)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith("genre-app: ")
    result = run("import", path)
    assert result.returncode == 0, result.stderr
    assert "models activate start" in result.stderr
    assert [(one["model"], one.get("name"), one["active"]) for one in ask("list")] == [
        ("base", None, True),
        ("start", "mine", False),
    ]


class TestTampered:
    """The active version was changed: it is refused, the shipped one answers, and the user is told."""

    @pytest.fixture
    def song(self, tmp_path: Path) -> Path:
        return write_sndfile(tmp_path / "song.wav", band_noise(3, 2.0), SAMPLE_RATE)

    @pytest.fixture
    def trained(self, run: Run, model: str, tmp_path: Path) -> Path:
        """Return the folder of a version that was trained here, and is active."""
        add_clips(tmp_path)
        result = run("--activate", "--force", command="train")
        assert result.returncode == 0, result.stderr
        return models_directory() / active_model_id()

    def test_every_file(self, run: Run, ask: Ask, trained: Path, song: Path) -> None:
        files = {path.name: path.read_bytes() for path in trained.iterdir()}
        assert set(files) == {"model.json", "backbone.tflite", "head.npz", "anchor.npz", "replay.npz"}
        assert run(song, command="classify").stderr == ""
        for name, content in files.items():
            flipped = bytearray(content)
            flipped[len(content) // 3] ^= 0x10
            for change in (bytes(flipped), None) if name in ("model.json", "head.npz") else (bytes(flipped),):
                if change is None:
                    (trained / name).unlink()
                else:
                    (trained / name).write_bytes(change)
                self.assert_refused(run, trained.name)
                if name not in ("anchor.npz", "replay.npz"):  # which only training needs
                    self.assert_base_answers(run, trained.name, song)
            (trained / name).write_bytes(content)
        assert ask("show")[0]["error"] is None

    @pytest.mark.parametrize("change", ["feature version", "labels swapped", "a label less"])
    def test_its_description(self, change: str, run: Run, model: str, song: Path) -> None:
        path = models_directory() / model / "model.json"
        description = json.loads(path.read_bytes())
        first, second, *others = description["genres"]
        if change == "labels swapped":
            path.write_text(json.dumps(description | {"genres": [second, first, *others]}))
        elif change == "a label less":
            path.write_bytes(seal_description(description | {"genres": [first, *others]}))
        else:
            path.write_bytes(seal_description(description | {"feature_version": 2}))
        self.assert_refused(run, model)
        self.assert_base_answers(run, model, song)

    def assert_refused(self, run: Run, model: str) -> None:
        result = run("activate", model)
        assert (result.returncode, result.stdout) == (1, "")
        assert result.stderr.startswith(("genre-app: The model “", "genre-app: There is no model"))

    def assert_base_answers(self, run: Run, model: str, song: Path) -> None:
        result = run(song, "--json", command="classify")
        assert result.returncode == 0
        assert json.loads(result.stdout)["model"] == "base"
        assert f"The active model “{model}” can't be used" in result.stderr
