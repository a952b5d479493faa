"""The UI thread is never away for long: files are heard, a take is recorded, and it still answers."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from genre_app.gui.app import Program
from genre_app.gui.recording_control import State as RecordingState
from genre_app.gui.row_model import State
from genre_app.gui.settings import Settings
from tests.sound_server import SoundServer
from tests.synthetic_song import synthetic_song, write_song

FILES = 50
LONGEST_SECONDS = 0.1


def waiting_for_a_processor() -> dict[str, float]:
    """Return how many seconds each thread of this process could have run while others had the processors."""
    seconds = {}
    for folder in Path("/proc/self/task").glob("*"):  # there is none but on Linux
        with contextlib.suppress(OSError):  # the thread has just ended
            seconds[folder.name] = int((folder / "schedstat").read_text().split()[1]) / 1e9
    return seconds


class Gap(NamedTuple):
    """A time in which the UI thread did not come to its timer, in seconds.

    `blocked` leaves out what the system gave to other processes while the UI thread, or the thread that it
    had to wait for, was ready to run: on a machine that is busy otherwise, that says nothing about us.
    """

    blocked: float
    elapsed: float
    at: float


class Pulse:
    """Notes the times between two turns of a timer that is due every few milliseconds."""

    def __init__(self) -> None:
        self.gaps: list[Gap] = []
        self._ui_thread = str(threading.get_native_id())
        self._waiting = waiting_for_a_processor()
        self._started = self._last = time.perf_counter()
        self._timer = QTimer()
        self._timer.setInterval(5)
        self._timer.timeout.connect(self._beat)
        self._timer.start()

    def _beat(self) -> None:
        now, waiting = time.perf_counter(), waiting_for_a_processor()
        waited = {thread: seconds - self._waiting.get(thread, 0.0) for thread, seconds in waiting.items()}
        others = waited.pop(self._ui_thread, 0.0) + max(waited.values(), default=0.0)
        elapsed = now - self._last
        self.gaps.append(Gap(max(0.0, elapsed - others), elapsed, self._last - self._started))
        self._last, self._waiting = time.perf_counter(), waiting

    def stop(self) -> list[Gap]:
        """Return the five worst gaps."""
        self._timer.stop()
        return sorted(self.gaps, reverse=True)[:5]


def test_the_window_answers_while_fifty_files_are_heard_and_a_take_is_recorded(
    qtbot: QtBot,
    qapp: QApplication,
    sound_server: SoundServer,
    install_tiny_model: Callable[..., str],
    music: Callable[[int], list[Path]],
    tmp_path: Path,
) -> None:
    from genre_app.classifier.model_version import set_active_model

    set_active_model(install_tiny_model())
    songs = music(FILES)
    song = write_song(tmp_path / "song.wav", synthetic_song(30.0))
    program = Program(qapp, Settings())
    playing = sound_server.play(song)
    try:
        with qtbot.waitExposed(program.window):
            program.open([])
        rows = program._queue.rows
        pulse = Pulse()
        qtbot.waitUntil(lambda: program.window._record is not None, timeout=30_000)
        program.window.show_page(1)
        page = program.window.make_record_page()
        qtbot.waitUntil(lambda: bool(page.control.devices), timeout=30_000)
        page.toggle()
        qtbot.waitUntil(lambda: page.control.state is RecordingState.RECORDING, timeout=30_000)
        program.window.open_paths(songs)
        qtbot.waitUntil(lambda: rows.count(State.DONE) == FILES, timeout=120_000)
        program.window.show_page(1)
        qtbot.waitUntil(lambda: page.control.recorder.seconds > 5, timeout=30_000)
        page.toggle()
        qtbot.waitUntil(lambda: rows.count(State.DONE) == FILES + 1, timeout=60_000)
        longest = pulse.stop()
        assert page.control.recorder.overflows == 0
        assert len(pulse.gaps) > 100, "the timer hardly ran"
        assert longest[0].blocked <= LONGEST_SECONDS, longest
        print(f"longest gaps: {longest}")
    finally:
        playing.kill()
        playing.wait()
        program.window.end_without_asking()
        program.end()
