"""The training process, from outside: events, cancelling, killing, two at once."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from genre_app.classifier import versions
from genre_app.classifier.model_version import active_model_id, read_model_version
from genre_app.directories import models_directory
from genre_app.processes import module_command, module_environment
from genre_app.training import run_files
from genre_app.training.errors import TrainingRunningError
from genre_app.training.events import LAST, Epoch, Event, Failed, Notice, Phase, Result, Started, Stopped
from genre_app.training.trainer_process import (
    AttachedTraining,
    TrainerOptions,
    TrainerProcess,
    running_training,
)
from tests.retraining import activate_tiny_model, add_clips, assert_all_is_well

KILLS = int(os.environ.get("GENRE_APP_TEST_KILLS", "5"))
"""How often the training is killed at a random moment; 20 by hand, to look for what is rare."""

needs_posix = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")


@pytest.fixture
def model(tiny_backbone: bytes) -> str:
    """Make a tiny model with a replay the active one."""
    return activate_tiny_model(tiny_backbone)


@pytest.fixture
def clips(tmp_path: Path) -> int:
    """Put some short clips into the data set, of two genres and of one that is new; return how many."""
    return add_clips(tmp_path)


@pytest.fixture
def start() -> Iterator[Callable[..., TrainerProcess]]:
    started: list[TrainerProcess] = []

    def start(**options: object) -> TrainerProcess:
        started.append(TrainerProcess.start(TrainerOptions(**options)))
        return started[-1]

    yield start
    for one in started:
        if one.running:
            one.cancel()
            list(one.events())


def trained(events: list[Event]) -> Result:
    assert isinstance(events[-1], Result), events[-1]
    return events[-1]


def test_from_clips_to_a_version(model: str, clips: int, start: Callable[..., TrainerProcess]) -> None:
    trainer = start()
    events = list(trainer.events())
    assert events[0] == Started("quick", model, trainer.pid)
    phases = [event.phase for event in events if isinstance(event, Phase)]
    assert phases == ["embeddings", "data", "fit", "evaluation", "saving"]
    assert sum(isinstance(event, Epoch) for event in events) >= 3
    assert [event for event in events if isinstance(event, LAST)] == events[-1:]
    result = trained(events)
    assert not result.activated
    assert result.comparison["new_genres"] == ["polka"]
    assert result.comparison["own"]["new"]["n"] >= 1
    version = read_model_version(models_directory() / result.model)
    assert "polka" in version.genres
    assert not trainer.running
    assert_all_is_well(model, clips)

    again = list(start().events())
    assert "embeddings" not in [event.phase for event in again if isinstance(event, Phase)]
    second = read_model_version(models_directory() / trained(again).model)
    assert second.files == version.files, "the same data, settings and seed give the same head"


def test_activating(model: str, clips: int, start: Callable[..., TrainerProcess]) -> None:
    result = trained(list(start(activate=True).events()))
    assert result.activated == result.comparison["keep"]
    assert active_model_id() == (result.model if result.activated else model)
    if result.activated:
        assert versions.roll_back() == model


def test_without_clips_it_says_so(model: str, start: Callable[..., TrainerProcess]) -> None:
    events = list(start().events())
    assert isinstance(events[-1], Failed)
    assert events[-1].code == "nothing-to-learn"
    assert "Add some" in events[-1].error.message
    assert_all_is_well(model, 0)


def test_from_a_parent_that_is_not_there(
    model: str, clips: int, start: Callable[..., TrainerProcess]
) -> None:
    events = list(start(parent="none").events())
    assert isinstance(events[-1], Failed)
    assert events[-1].code == "model-missing"


def test_a_damaged_active_model_is_passed_over(
    model: str, clips: int, start: Callable[..., TrainerProcess]
) -> None:
    (models_directory() / model / "head.npz").write_bytes(b"")
    events = list(start().events())
    notices = [event for event in events if isinstance(event, Notice)]
    assert [notice.code for notice in notices] == ["parent-unusable"]
    assert trained(events).parent == "base"


class TestCancel:
    @pytest.mark.parametrize("at", ["at once", "embeddings", "data", "fit", "epoch", "evaluation"])
    def test_within_a_second(
        self, at: str, model: str, clips: int, start: Callable[..., TrainerProcess]
    ) -> None:
        trainer = start()
        asked: list[float] = []

        def cancel() -> None:
            asked.append(time.monotonic())
            trainer.cancel()

        if at == "at once":
            cancel()
        last: Event | None = None
        for event in trainer.events():
            last = event
            if not asked and (event.event == at or (isinstance(event, Phase) and event.phase == at)):
                cancel()
        assert time.monotonic() - asked[0] < 1.5  # a second, and what a busy machine takes
        # The signal may come in the last moment, when all is done.
        assert isinstance(last, Stopped | Result)
        if at not in ("fit", "epoch", "evaluation"):
            assert isinstance(last, Stopped)
        assert_all_is_well(model, clips)
        trained(list(start().events()))

    @needs_posix
    def test_one_that_does_not_listen_is_ended(
        self, model: str, clips: int, start: Callable[..., TrainerProcess]
    ) -> None:
        trainer = start()
        events = trainer.events()
        next(events)
        os.kill(trainer.pid, signal.SIGSTOP)
        asked = time.monotonic()
        trainer.cancel()
        assert isinstance(list(events)[-1], Stopped)
        assert time.monotonic() - asked < 1.5
        assert_all_is_well(model, clips)

    def test_when_whoever_asked_is_gone(self, model: str, clips: int) -> None:
        """The window was killed: nobody will ever look at the result."""
        process = subprocess.Popen(
            module_command("genre_app.training.trainer", "--quick"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=module_environment(),
        )
        assert process.stdin is not None
        assert process.stdout is not None
        with process.stdout:
            assert b"started" in process.stdout.readline()
            process.stdin.close()
        assert process.wait(20) == 3
        assert_all_is_well(model, clips)


class TestTwoAtOnce:
    def test_the_second_is_refused(
        self, model: str, clips: int, start: Callable[..., TrainerProcess]
    ) -> None:
        first = start()
        events = first.events()
        next(events)
        with pytest.raises(TrainingRunningError, match="one training"):
            start()
        trained(list(events))
        trained(list(start().events()))

    def test_in_the_same_moment(self, model: str, clips: int) -> None:
        both = [
            subprocess.Popen(
                module_command("genre_app.training.trainer", "--quick"),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=module_environment(),
            )
            for _ in range(2)
        ]
        lasts = []
        for process in both:
            assert process.stdout is not None
            lasts.append(json.loads(process.stdout.readlines()[-1]))
            process.communicate()
        codes = sorted(last.get("code", last["event"]) for last in lasts)
        assert codes in (["result", "training-running"], ["result", "result"])  # or one after the other
        assert_all_is_well(model, clips)


class TestDetached:
    def test_it_goes_on_and_is_found_again(self, model: str, clips: int) -> None:
        code = (
            "from genre_app.training.trainer_process import TrainerOptions, TrainerProcess\n"
            "trainer = TrainerProcess.start(TrainerOptions())\n"
            "next(trainer.events())\n"
            "trainer.detach()\n"
            "print(trainer.pid)\n"
        )
        window = subprocess.run(
            [sys.executable, "-c", code], env=module_environment(), capture_output=True, text=True, check=True
        )
        training = running_training() or AttachedTraining()
        events = list(training.events())
        assert events[0] == Started("quick", model, int(window.stdout))
        assert trained(events).model in [one.id for one in versions.list_versions()]
        with contextlib.suppress(TimeoutError):
            wait_until(lambda: running_training() is None, 5.0)
        assert_all_is_well(model, clips)

    def test_who_started_it_need_not_wait(
        self, model: str, clips: int, start: Callable[..., TrainerProcess]
    ) -> None:
        trainer = start()
        events = trainer.events()
        next(events)
        trainer.detach()
        assert not any(isinstance(event, LAST) for event in events)
        trained(list(AttachedTraining().events()))
        wait_until(lambda: not trainer.running, 20.0)
        assert_all_is_well(model, clips)

    @needs_posix
    @pytest.mark.parametrize("listens", [True, False])
    def test_it_can_be_cancelled(
        self, listens: bool, model: str, clips: int, start: Callable[..., TrainerProcess]
    ) -> None:
        trainer = start()
        next(trainer.events())
        training = running_training()
        assert training is not None
        events = training.events()
        assert next(events) == Started("quick", model, trainer.pid)
        if not listens:
            os.kill(trainer.pid, signal.SIGSTOP)
        asked = time.monotonic()
        training.cancel()
        assert isinstance(list(events)[-1], Stopped)
        assert time.monotonic() - asked < 1.5
        wait_until(lambda: not trainer.running, 5.0)
        assert_all_is_well(model, clips)
        trained(list(start().events()))


@needs_posix
def test_killed_at_any_moment(model: str, clips: int, start: Callable[..., TrainerProcess]) -> None:
    usual = time.monotonic()
    trained(list(start().events()))
    usual = time.monotonic() - usual
    moments = random.Random(KILLS)
    in_time = number = 0
    # One that comes after the end shows nothing about the training: there are more until one comes in time.
    while number < KILLS or (not in_time and number < KILLS + 8):
        number += 1
        trainer = start()
        time.sleep(moments.uniform(0.0, 1.1) * usual)
        with contextlib.suppress(ProcessLookupError):
            os.kill(trainer.pid, signal.SIGKILL)
        last = list(trainer.events())[-1]
        if isinstance(last, Result):
            usual *= 0.8  # the first one had to hear the clips, or the machine was busy
        else:
            assert isinstance(last, Failed)
            assert last.code == "trainer-died"
            in_time += 1
        assert_all_is_well(model, clips)
    assert in_time, "no kill came in time"
    trained(list(start().events()))
    assert not [path for path in models_directory().iterdir() if path.name.startswith(".")]


def test_what_it_prints_is_no_event(
    model: str,
    clips: int,
    start: Callable[..., TrainerProcess],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """A process that says something else is ended, and that is told."""
    liar = [sys.executable, "-c", "import time; print('hello', flush=True); time.sleep(60)"]
    monkeypatch.setattr("genre_app.training.trainer_process.module_command", lambda *_: liar)
    began = time.monotonic()
    events = list(start().events())
    assert time.monotonic() - began < 20
    assert [type(event) for event in events] == [Failed]
    assert isinstance(events[0], Failed)
    assert "no event" in events[0].error.message


def test_its_lock_does_not_stay(model: str, clips: int, start: Callable[..., TrainerProcess]) -> None:
    trained(list(start().events()))
    assert run_files.lock_file().exists()
    assert running_training() is None
    assert np.isfinite(trained(list(start().events())).seconds)


def wait_until(condition: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.02)
