"""Progress and cancellation of long work, as plain Python that a window or a terminal may watch."""

from __future__ import annotations

import threading
from collections.abc import Callable


class Cancelled(Exception):  # noqa: N818 - not an error: the user asked for it
    """Raised inside the work when its owner cancelled it."""


class Progress:
    """Carries how far work has come to its watcher, and the wish to cancel back to the work.

    Safe to use from any thread; `on_report` is called in the thread that reports.

    Attributes:
        on_report: called as ``on_report(done, total, message)``; None to ignore reports. `total` of 0 means
            that it is not known how much there is to do.
    """

    def __init__(self, on_report: Callable[[float, float, str], None] | None = None) -> None:
        self.on_report = on_report
        self._cancelled = threading.Event()

    def report(self, done: float, total: float, message: str = "") -> None:
        """Tell the watcher that `done` of `total` units are finished.

        Raises:
            Cancelled: if the work was cancelled; so reporting often makes work easy to cancel.
        """
        self.raise_if_cancelled()
        if self.on_report is not None:
            self.on_report(done, total, message)

    def cancel(self) -> None:
        """Ask the work to stop at its next report or check."""
        self._cancelled.set()

    @property
    def cancelled(self) -> bool:
        """Whether `cancel` was called."""
        return self._cancelled.is_set()

    def raise_if_cancelled(self) -> None:
        """Raise `Cancelled` if `cancel` was called."""
        if self.cancelled:
            raise Cancelled
