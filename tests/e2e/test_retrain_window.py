"""The whole program as a process: killed while it trains, it leaves nothing broken behind."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from genre_app.classifier.model_version import active_model_id, read_model_version
from genre_app.directories import models_directory
from genre_app.training import run_files
from genre_app.training.events import Result, from_line
from genre_app.training.trainer_process import running_training
from tests.retraining import activate_tiny_model, add_clips, assert_all_is_well
from tests.watched_program import WatchedProgram, watched_program

ROUNDS = int(os.environ.get("GENRE_APP_TEST_KILLS", "2"))
"""How often it is killed at a random moment of the training; 20 by hand, to look for what is rare."""

MORE_ROUNDS = 8
"""How many there are in addition, at most, when none of these has come in time."""

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="needs Xvfb and signals"),
    pytest.mark.timeout(150 + 20 * ROUNDS),
]

# Runs the program as ``python -m genre_app`` does, with a hand on the mouse and an eye on the window: goes to
# the page Retrain, presses its button, and tells fifty times a second what is to be seen, as JSON lines.
PROGRAM = """
import json, sys
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from genre_app.gui.main_window import MainWindow
import genre_app.cli

application = QApplication(sys.argv[:1])
pressed = False

def look():
    global pressed
    for window in application.topLevelWidgets():
        if not isinstance(window, MainWindow) or not window.isVisible():
            continue
        window.show_training()
        page = window.make_retrain_page()
        training = page.training
        if not pressed and page.train_button.isVisible() and page.train_button.isEnabled():
            QTest.mouseClick(page.train_button, Qt.MouseButton.LeftButton)
            pressed = True
        print(json.dumps({
            "state": training.state.name if pressed else None,
            "pid": getattr(training._training, "pid", None),
            "result": training.result and training.result.model,
            "message": page.messages.text if not page.messages.isHidden() else None,
        }), flush=True)

timer = QTimer()
timer.timeout.connect(look)
timer.start(20)
sys.exit(genre_app.cli.main([]))
"""


@pytest.fixture
def model(tiny_backbone: bytes) -> str:
    """Make a tiny model with a replay the active one."""
    return activate_tiny_model(tiny_backbone)


@pytest.fixture
def clips(tmp_path: Path) -> int:
    """Put some short clips into the data set; return how many."""
    return add_clips(tmp_path)


def train_to_the_end(model: str) -> float:
    """Let a window train until it shows the comparison; return how many seconds that took."""
    with watched_program(PROGRAM) as window:
        window.wait_for(lambda view: view["state"] is not None)
        began = time.monotonic()
        view = window.wait_for(lambda view: view["state"] in ("DONE", "IDLE"))
        assert view["state"] == "DONE", view
        assert read_model_version(models_directory() / view["result"]).parent == model
        return time.monotonic() - began


def started(window: WatchedProgram) -> int:
    """Return the process of the training, as soon as there is one."""
    pid = window.wait_for(lambda view: view["pid"] is not None)["pid"]
    assert isinstance(pid, int)
    return pid


def kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def wait_until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 30.0
    while not condition():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.02)


def finished() -> bool:
    """Return whether the last training had its result."""
    journal = run_files.journal_file()
    lines = journal.read_bytes().split(b"\n")[:-1] if journal.exists() else []
    return bool(lines) and isinstance(from_line(lines[-1]), Result)


def is_gone(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return True
    return state == "Z"  # nobody has asked yet how it ended


@pytest.mark.parametrize("victims", ["window", "both"])
def test_killed_at_any_moment(victims: str, model: str, clips: int) -> None:
    usual = train_to_the_end(model)
    moments = random.Random(ROUNDS)
    in_time = number = 0
    # One that comes after the end shows nothing about the training: there are more until one comes in time.
    while number < ROUNDS or (not in_time and number < ROUNDS + MORE_ROUNDS):
        run_files.journal_file().unlink(missing_ok=True)
        with watched_program(PROGRAM) as window:  # the next window, and the next training
            trainer = started(window)
            # Anywhere in the training, or just after; a few rounds are spread over it.
            time.sleep(1.1 * usual * (number % ROUNDS + moments.random()) / ROUNDS)
            both = [window.process.pid, *([trainer] if victims == "both" else [])]
            moments.shuffle(both)
            for pid in both:
                kill(pid)
            # Whoever wanted the result is gone, so a training that was left alone ends by itself.
            wait_until(lambda pid=trainer: is_gone(pid))
        if finished():
            usual *= 0.8  # the first one had to hear the clips, or the machine was busy
        else:
            in_time += 1
        number += 1
        wait_until(lambda: running_training() is None)
        assert_all_is_well(model, clips)
    assert in_time, "no kill came in time"
    assert active_model_id() == model
    train_to_the_end(model)
    assert not [path for path in models_directory().iterdir() if path.name.startswith(".")]
