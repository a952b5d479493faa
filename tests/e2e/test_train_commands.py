"""Training from a terminal, with the program and the trainer as processes, a tiny model and short clips."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from genre_app import cli
from genre_app.classifier.model_version import active_model_id, read_model_version
from genre_app.dataset.data_set import DataSet
from genre_app.directories import models_directory
from genre_app.locks import FileLock
from genre_app.training import run_files
from genre_app.training.events import Result, Started, to_line
from genre_app.training.quick import compare_versions
from genre_app.training.trainer_process import running_training
from tests.retraining import activate_tiny_model, add_clips
from tests.tiny_model import GROUPS, head_arrays, npz, replay_bytes, write_model

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def command(repository: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """Return the command ``genre-app train``, for a process without a screen."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PYTHONPATH", str(repository))
    monkeypatch.chdir(tmp_path)
    return [sys.executable, "-m", "genre_app", "train"]


@pytest.fixture
def run(command: list[str]) -> Run:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        result = subprocess.run(
            [*command, *arguments], capture_output=True, text=True, encoding="utf-8", timeout=150
        )
        assert "Traceback" not in result.stderr
        return result

    return run


@pytest.fixture
def model(tiny_backbone: bytes) -> str:
    return activate_tiny_model(tiny_backbone)


@pytest.fixture
def clips(tmp_path: Path) -> int:
    return add_clips(tmp_path)


def installed() -> set[str]:
    return {path.name for path in models_directory().iterdir() if path.is_dir()}


def test_what_it_says(run: Run, model: str, clips: int) -> None:
    result = run("--quick")
    assert result.returncode == 0, result.stderr
    (new,) = installed() - {model}
    assert "polka" in read_model_version(models_directory() / new).genres
    said = result.stdout.splitlines()
    assert "on your" in said[0]
    assert "on the reference set" in said[1]
    assert said[2].startswith(("Keep it: ", "Discard it: "))
    assert "New genres: polka" in said
    assert f"New: {new}, current: {model}" in said
    assert any(line.startswith("Reference set, 32 clips") for line in said)
    for phase in ("hearing new clips", "fitting", "comparing", "saving"):
        assert phase in result.stderr.splitlines()
    assert f"To use it: genre-app models activate {new}" in result.stderr
    assert active_model_id() == model


def test_events_and_activating(run: Run, model: str, clips: int) -> None:
    result = run("--json", "--activate", "--seed", "3")
    assert result.stderr == ""
    events: list[dict[str, Any]] = [json.loads(line) for line in result.stdout.splitlines()]
    assert [one["event"] for one in events[:2]] == ["started", "phase"]
    assert {one["event"] for one in events[1:-1]} <= {"phase", "step", "epoch"}
    last = events[-1]
    assert (last["event"], last["parent"]) == ("result", model)
    assert last["activated"] == last["comparison"]["keep"]
    assert result.returncode == (0 if last["activated"] else 1)
    assert active_model_id() == (last["model"] if last["activated"] else model)
    assert read_model_version(models_directory() / last["model"]).training["seed"] == 3


def test_without_clips(run: Run, model: str) -> None:
    result = run("--json")
    assert result.returncode == 1
    last = json.loads(result.stdout.splitlines()[-1])
    assert (last["event"], last["code"]) == ("error", "nothing-to-learn")
    assert result.stderr.startswith("genre-app: None of your clips")
    assert installed() == {model}


def test_a_damaged_model_is_told_and_passed_over(run: Run, model: str, clips: int) -> None:
    (models_directory() / model / "backbone.tflite").write_bytes(b"")
    with DataSet() as data_set:  # the shipped network takes a moment for each
        data_set.remove([clip.id for clip in data_set.clips(genre="jazz") + data_set.clips(genre="blues")])
    result = run()
    assert result.returncode == 0, result.stderr
    assert f"genre-app: The active model “{model}” can't be used" in result.stderr
    assert ", current: base\n" in result.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("as_json", [True, False])
def test_ctrl_c(as_json: bool, command: list[str], model: str, clips: int) -> None:
    with subprocess.Popen(
        [*command, *(["--json"] if as_json else [])],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert "start" in (process.stdout if as_json else process.stderr).readline()
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert errors.endswith("Cancelled. The active model and the data set are as they were.\n")
    if as_json:
        assert json.loads(output.splitlines()[-1])["event"] == "cancelled"
    assert installed() == {model}
    assert active_model_id() == model
    assert running_training() is None
    with DataSet() as data_set:
        assert data_set.count() == clips
        assert data_set.check() == []


class TestInThisProcess:
    @pytest.fixture
    def ask(
        self, command: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> Run:
        monkeypatch.setattr(cli, "configure_logging", lambda: None)

        def ask(*arguments: str) -> subprocess.CompletedProcess[str]:
            try:
                status = cli.main(["train", *arguments])
            except SystemExit as ended:
                status = int(ended.code or 0)
            return subprocess.CompletedProcess(arguments, status, *capsys.readouterr())

        return ask

    def test_wrong_usage(self, ask: Run) -> None:
        for arguments in (
            *(("--nonsense",), ("song.wav",), ("--force",), ("--seed", "-1"), ("--parent",)),
            *(
                ("--resume",),
                ("--quick", "--epochs", "3"),
                ("--full", "--epochs", "0"),
                ("--quick", "--full"),
            ),
            ("--full", "--resume", "--seed", "1"),
        ):
            result = ask(*arguments)
            assert (result.returncode, result.stdout) == (2, "")
            assert "usage: genre-app train" in result.stderr

    def test_a_full_one_needs_more_clips(self, ask: Run, model: str) -> None:
        result = ask("--full", "--json")
        assert result.returncode == 1
        assert json.loads(result.stdout.splitlines()[-1])["code"] == "too-few-clips"
        assert "A full training needs at least" in result.stderr
        result = ask("--full", "--resume")
        assert (result.returncode, result.stdout) == (1, "")
        assert "No full training was broken off" in result.stderr

    def test_one_at_a_time(self, ask: Run, model: str) -> None:
        lock = FileLock(run_files.lock_file())
        assert lock.acquire()
        try:
            result = ask("--json")
        finally:
            lock.release()
        assert result.returncode == 1
        assert json.loads(result.stdout)["code"] == "training-running"
        assert "Only one training" in result.stderr

    @pytest.fixture
    def worse(self, model: str, tiny_backbone: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
        """Let the trainer come to a version that takes each genre for the next one, and return its id."""
        head = npz(head_arrays() | {"kernel": np.roll(np.eye(GROUPS, dtype=np.float32), 1, axis=1)})
        folder = write_model(models_directory() / "worse", tiny_backbone, head, replay_bytes(), parent=model)
        versions = (read_model_version(folder), read_model_version(models_directory() / model))
        comparison = compare_versions(*versions, lambda _: None)
        assert comparison.needs_confirmation
        result = Result("worse", model, 1, comparison.to_json(), activated=False, seconds=1.0)
        lines = tmp_path / "events.jsonl"
        lines.write_text(to_line(Started("quick", model, os.getpid())) + to_line(result))
        script = "import pathlib, sys; sys.stdout.write(pathlib.Path(sys.argv[1]).read_text())"
        monkeypatch.setattr(
            "genre_app.training.trainer_process.module_command",
            lambda *_: [sys.executable, "-c", script, str(lines)],
        )
        return "worse"

    def test_a_worse_one_is_not_activated(self, ask: Run, model: str, worse: str) -> None:
        result = ask("--activate")
        assert result.returncode == 1
        assert "Worse on the reference set by more than chance explains" in result.stdout
        assert f"It is not active. To use it: genre-app models activate {worse} --force" in result.stderr
        assert active_model_id() == model

    def test_but_by_force(self, ask: Run, model: str, worse: str) -> None:
        result = ask("--activate", "--force", "--json")
        assert result.returncode == 0
        assert json.loads(result.stdout.splitlines()[-1])["activated"] is True
        assert active_model_id() == worse
