"""The whole program as a process: it records, is killed, and has the take when it is started again."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from genre_app.classifier.model_version import set_active_model
from genre_app.directories import recordings_directory
from tests.sound_server import SoundServer
from tests.synthetic_song import best_match, synthetic_song, write_song
from tests.watched_program import watched_program

# Runs the program as ``python -m genre_app`` does, with a hand on the mouse and an eye on the window: presses
# the record button when told so, and tells twenty times a second what is to be seen, as JSON lines.
PROGRAM = """
import json, sys
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from genre_app.gui.main_window import MainWindow
import genre_app.cli

records = sys.argv[1] == "record"
application = QApplication(sys.argv[:1])
pressed = False

def look():
    global pressed
    for window in application.topLevelWidgets():
        if not isinstance(window, MainWindow) or not window.isVisible() or window._record is None:
            continue
        page = window._record
        if records and not pressed:
            window.show_page(1)
            if page.record_button.isEnabled() and page.control.devices:
                QTest.mouseClick(page.record_button, Qt.MouseButton.LeftButton)
                pressed = True
        rows = [[str(row.path), row.state.name] for row in window.listen.queue.rows.rows]
        print(json.dumps({
            "seconds": page.control.recorder.seconds if page.is_recording else None,
            "guess": page.guess.headline,
            "rows": rows,
            "message": window.listen.messages.text if not window.listen.messages.isHidden() else None,
        }), flush=True)

timer = QTimer()
timer.timeout.connect(look)
timer.start(50)
sys.exit(genre_app.cli.main([]))
"""


@pytest.fixture(autouse=True)
def _model(install_tiny_model: Callable[..., str]) -> None:
    set_active_model(install_tiny_model())


def test_a_take_survives_kill_9_and_is_listed_at_the_next_start(
    sound_server: SoundServer, tmp_path: Path
) -> None:
    song = synthetic_song(12.0)
    with watched_program(PROGRAM, "record") as first:
        first.wait_for(lambda view: view["seconds"])
        playing = sound_server.play(write_song(tmp_path / "song.wav", song))
        recorded = first.wait_for(lambda view: view["seconds"] and view["seconds"] > 5.0)["seconds"]
        os.kill(first.process.pid, signal.SIGKILL)
        first.process.wait()
        playing.terminate()
        playing.wait()
    left = [path for path in recordings_directory().iterdir() if path.suffix == ".wav"]
    assert len(left) == 1

    with watched_program(PROGRAM, "watch") as second:
        view = second.wait_for(lambda view: [str(left[0]), "DONE"] in view["rows"])
        assert len(view["rows"]) == 1
        assert "1" in view["message"]
        second.process.terminate()
        assert second.process.wait(15) == 0
    samples, rate = soundfile.read(left[0], dtype="float32")
    assert recorded - len(samples) / rate < 1.0
    heard = np.flatnonzero(np.abs(samples) > 0.001)
    assert best_match(samples, song[: len(samples) - heard[0]])[0] > 0.99
    assert list(recordings_directory().iterdir()) == left, "a marker was left behind"


def test_a_program_that_is_told_to_end_finishes_its_take(sound_server: SoundServer) -> None:
    with watched_program(PROGRAM, "record") as running:
        running.wait_for(lambda view: view["seconds"] and view["seconds"] > 1.0)
        running.process.terminate()
        assert running.process.wait(15) == 0
    (path,) = recordings_directory().iterdir()
    assert soundfile.info(path).duration > 1.0
