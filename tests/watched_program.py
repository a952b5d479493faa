"""The whole program in a process of its own, which tells what is to be seen in its window."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

View = dict[str, Any]


class WatchedProgram:
    """The program in a process of its own.

    Attributes:
        process: it.
    """

    def __init__(self, code: str, *arguments: str) -> None:
        """Start it.

        Args:
            code: runs the program as ``python -m genre_app`` does, and prints, again and again, what is to be
                seen as one JSON object a line.
            arguments: for that code.
        """
        self.process = subprocess.Popen(
            [sys.executable, "-c", code, *arguments], stdout=subprocess.PIPE, text=True
        )
        self._views: queue.Queue[View] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            # A program that was killed may not have come to the end of its last line.
            if line.endswith("\n"):
                self._views.put(json.loads(line))

    def wait_for(self, condition: Callable[[View], object], seconds: float = 40.0) -> View:
        """Return the first view that fulfils `condition`."""
        deadline = time.monotonic() + seconds
        view: View | None = None
        while time.monotonic() < deadline:
            try:
                view = self._views.get(timeout=0.2)
            except queue.Empty:
                assert self.process.poll() is None, f"the program ended: {self.process.returncode}"
                continue
            if condition(view):
                return view
        raise AssertionError(f"it did not come about; last seen: {view}")

    def end(self) -> None:
        """Make sure that it is gone."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self._reader.join()
        assert self.process.stdout is not None
        self.process.stdout.close()


@contextmanager
def watched_program(code: str, *arguments: str) -> Iterator[WatchedProgram]:
    """Run the program; see `WatchedProgram`."""
    running = WatchedProgram(code, *arguments)
    try:
        yield running
    finally:
        running.end()
