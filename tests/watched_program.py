"""The whole program in a process of its own, which tells what is to be seen in its window."""

from __future__ import annotations

import json
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from genre_app.logs import log_file

View = dict[str, Any]

# What stands still is seen in the test's report: see `WatchedProgram._tell_where_it_is`.
_READY_TO_TELL = "import faulthandler, signal; faulthandler.register(signal.SIGUSR1)\n"


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
            [sys.executable, "-c", _READY_TO_TELL + code, *arguments], stdout=subprocess.PIPE, text=True
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

    def wait_for(self, condition: Callable[[View], object], seconds: float = 90.0) -> View:
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
        self._tell_where_it_is()
        raise AssertionError(f"it did not come about; last seen: {view}")

    def _tell_where_it_is(self) -> None:
        """Have the report show what each of its threads does, and what it wrote into its log."""
        self.process.send_signal(signal.SIGUSR1)
        time.sleep(1.0)
        if log_file().is_file():
            print(log_file().read_text(encoding="utf-8")[-4000:])

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
