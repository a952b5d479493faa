"""The full training as the window and the terminal start it: broken off in every way, it goes on."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from genre_app.classifier import versions
from genre_app.classifier.classifier import Classifier
from genre_app.classifier.model_version import BACKBONE_NAME, active_model_id, verify_model_files
from genre_app.classifier.replay import has_reference
from genre_app.dataset.data_set import DataSet
from genre_app.directories import models_directory
from genre_app.training import run_files
from genre_app.training.curves import Curves
from genre_app.training.events import Epoch, Event, Failed, Notice, Phase, Result, Step, Stopped
from genre_app.training.full_run import (
    discard_resumable_training,
    missing_for_full_training,
    resumable_training,
)
from genre_app.training.trainer_process import TrainerOptions, TrainerProcess, running_training
from tests.retraining import activate_tiny_model
from tests.tiny_model import SAMPLE_RATE, band_noise
from tests.trainable_model import TRAIN_CLIPS, VALID_CLIPS, activate_trainable_model, add_many_clips

EPOCHS = 6


@pytest.fixture
def model(trainable_network: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """Make a tiny network that can be trained the active model, where no reference data is."""
    monkeypatch.setenv("GENRE_APP_REFERENCE_DATA", str(tmp_path / "no reference data"))
    return activate_trainable_model(trainable_network)


@pytest.fixture
def start() -> Iterator[Callable[..., TrainerProcess]]:
    started: list[TrainerProcess] = []

    def start(**options: object) -> TrainerProcess:
        started.append(TrainerProcess.start(TrainerOptions(mode="full", **options)))
        return started[-1]

    yield start
    for one in started:
        if one.running:
            one.cancel()
            list(one.events())


def failed(trainer: TrainerProcess) -> Failed:
    last = list(trainer.events())[-1]
    assert isinstance(last, Failed), last
    return last


def assert_all_is_well(model: str, clips: int) -> None:
    """The active model is what it was and predicts, no version is half there, the data set is intact."""
    assert active_model_id() == model
    classifier = Classifier.load()
    assert classifier.warning is None
    assert np.isfinite(classifier.predict(band_noise(3, 2.0), SAMPLE_RATE).confidence)
    for one in versions.list_versions():
        assert one.version is not None
        verify_model_files(one.version)
    with DataSet() as data_set:
        assert data_set.count() == clips
        assert data_set.check() == []
    assert running_training() is None


@dataclass(frozen=True)
class BrokenOff:
    """A training that was cancelled.

    Attributes:
        home: where it happened, with its clips and what can be resumed.
        model: the active one.
        clips: how many there are.
        events: what it told.
        seconds: from asking it to stop until it had.
    """

    home: Path
    model: str
    clips: int
    events: list[Event]
    seconds: float


@pytest.fixture(scope="module")
def cancelled_at_epoch_2(trainable_network: Path, tmp_path_factory: pytest.TempPathFactory) -> BrokenOff:
    """Begin a training and cancel it at epoch 2; tests go on from a copy of its home."""
    folder = tmp_path_factory.mktemp("broken off")
    home = folder / "home"
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("GENRE_APP_HOME", str(home))
        environment.setenv("GENRE_APP_REFERENCE_DATA", str(folder / "no reference data"))
        model = activate_trainable_model(trainable_network)
        clips = add_many_clips(folder / "clips")
        assert resumable_training() is None
        trainer = TrainerProcess.start(TrainerOptions(mode="full", epochs=EPOCHS, seed=3))
        events: list[Event] = []
        asked = 0.0
        for event in trainer.events():
            events.append(event)
            if isinstance(event, Epoch) and event.epoch == 2:
                asked = time.monotonic()
                trainer.cancel()
        return BrokenOff(home, model, clips, events, time.monotonic() - asked)


@pytest.fixture
def broken_off(
    cancelled_at_epoch_2: BrokenOff, genre_app_home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> BrokenOff:
    """Put the test into a copy of the home in which a training was cancelled."""
    monkeypatch.setenv("GENRE_APP_REFERENCE_DATA", str(tmp_path / "no reference data"))
    shutil.copytree(cancelled_at_epoch_2.home, genre_app_home, dirs_exist_ok=True)
    return cancelled_at_epoch_2


def test_cancelled_killed_and_resumed(broken_off: BrokenOff, start: Callable[..., TrainerProcess]) -> None:
    model, clips, first = broken_off.model, broken_off.clips, broken_off.events
    assert broken_off.seconds < 1.5  # a second, and what a busy machine takes
    assert isinstance(first[-1], Stopped)
    assert_all_is_well(model, clips)
    left = resumable_training()
    assert left is not None
    assert (left.parent, left.seed, left.epochs) == (model, 3, EPOCHS)
    assert left.epoch >= 2

    # Resumed, and killed after one more epoch.
    trainer = start(resume=True)
    told: list[Event] = []
    for event in trainer.events():
        told.append(event)
        if isinstance(event, Epoch) and event.epoch == left.epoch + 1:
            os.kill(trainer.pid, signal.SIGKILL if sys.platform != "win32" else signal.SIGTERM)
    assert isinstance(told[-1], Failed)
    assert_all_is_well(model, clips)
    again = resumable_training()
    assert again is not None
    assert again.epoch >= left.epoch + 1
    assert again.started == left.started
    # What was told before is told again, so that curves are whole.
    before = [event for event in first if isinstance(event, Epoch)]
    repeated = [event for event in told if isinstance(event, Epoch)][: len(before)]
    assert [(one.epoch, one.loss, one.valid_loss) for one in repeated] == [
        (one.epoch, one.loss, one.valid_loss) for one in before
    ]

    # Resumed to the end.
    events = list(start(resume=True).events())
    result = events[-1]
    assert isinstance(result, Result), result
    assert [event.phase for event in events if isinstance(event, Phase)] == [
        "loading", "data", "features", "network", "fit", "conversion", "hearing", "evaluation", "saving",
    ]  # fmt: skip
    notices = {event.code for event in events if isinstance(event, Notice)}
    assert notices == {"resumed", "reference-unknown"}
    epochs = [event for event in events if isinstance(event, Epoch)]
    assert [event.epoch for event in epochs] == list(range(len(epochs)))
    assert min(event.loss for event in epochs[1:]) < epochs[0].loss
    assert epochs[result.best_epoch].best
    assert result.best_epoch >= 1, "what is offered has learned something"
    assert any(isinstance(event, Step) and event.seconds_left is not None for event in events)
    assert_all_is_well(model, clips)
    assert resumable_training() is None
    assert not run_files.full_directory().exists()

    version = Classifier.load(result.model).model_id
    installed = next(one.version for one in versions.list_versions() if one.id == version)
    assert installed is not None
    assert installed.parent == model
    assert "polka" in installed.genres
    assert installed.files[BACKBONE_NAME] != next(
        one.version.files[BACKBONE_NAME]
        for one in versions.list_versions()
        if one.version and one.id == model
    )
    training = installed.training
    assert (training["kind"], training["seed"], training["replay"]) == ("full", 3, "estimated")
    assert sum(training["clips"].values()) == TRAIN_CLIPS
    assert training["settings"]["epochs"] == EPOCHS
    assert {"tensorflow", "keras", "numpy"} <= training["versions"].keys()
    assert len(Curves.of_training(training).epoch) == len(epochs)
    assert not [path for path in installed.directory.iterdir() if path.suffix in (".h5", ".keras", ".pkl")]

    # Nobody can tell what it has forgotten, so it is never activated unasked.
    assert not has_reference(installed)
    assert result.comparison["reference"] is None
    assert result.comparison["needs_confirmation"]
    assert result.comparison["own"]["new"]["n"] == VALID_CLIPS
    assert "accuracy" not in installed.metrics
    assert installed.metrics["own"]["n"] == VALID_CLIPS
    with DataSet() as data_set:
        assert data_set.missing_embeddings(installed.files[BACKBONE_NAME]) == []


def test_without_enough_clips_it_says_what_is_missing(
    model: str, start: Callable[..., TrainerProcess], tmp_path: Path
) -> None:
    clips = add_many_clips(tmp_path / "clips", n_train=9, n_valid=1)
    last = failed(start())
    assert last.code == "too-few-clips"
    with DataSet() as data_set:
        lacking = missing_for_full_training(data_set.counts())
    assert lacking is not None
    assert lacking.message == last.error.message
    assert "at least 30 clips" in lacking.message
    assert "has 9 to learn from" in lacking.message
    assert_all_is_well(model, clips)


def test_nothing_to_resume(model: str, start: Callable[..., TrainerProcess]) -> None:
    assert failed(start(resume=True)).code == "nothing-to-resume"
    assert_all_is_well(model, 0)


def test_a_model_without_weights(
    tiny_backbone: bytes, start: Callable[..., TrainerProcess], tmp_path: Path
) -> None:
    model = activate_tiny_model(tiny_backbone)
    clips = add_many_clips(tmp_path / "clips")
    assert failed(start()).code == "weights-missing"
    assert_all_is_well(model, clips)


def test_clips_that_changed_end_a_resume_clearly(
    broken_off: BrokenOff, start: Callable[..., TrainerProcess]
) -> None:
    model, clips = broken_off.model, broken_off.clips
    assert resumable_training() is not None
    with DataSet() as data_set:
        data_set.relabel([data_set.clips(genre="jazz", split="train")[0].id], "rock")
    last = failed(start(resume=True))
    assert last.code == "resume-changed"
    assert "your clips have changed" in last.error.message
    assert_all_is_well(model, clips)

    # What was written down is damaged: said as clearly, and gone when it is given up.
    with DataSet() as data_set:
        data_set.undo()
    for path in run_files.full_directory().glob("*.safetensors"):
        path.write_bytes(path.read_bytes()[:-1] + b"!")
    assert failed(start(resume=True)).code == "resume-changed"
    discard_resumable_training()
    assert resumable_training() is None
    assert_all_is_well(model, clips)
    assert list(models_directory().glob(".*")) == []
