"""Measures for how long the UI thread does not come to its events."""

from __future__ import annotations

import contextlib
import gc
import threading
import time
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QTimer


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
    """Notes the times between two turns of a timer that is due every few milliseconds.

    The garbage collector leaves out what was there before: hundreds of tests, and TensorFlow with some of
    them, leave more objects behind in this process than the program has, and walking them takes its time.
    """

    def __init__(self) -> None:
        gc.collect()
        gc.freeze()
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
        gc.unfreeze()
        return sorted(self.gaps, reverse=True)[:5]
