"""The one way to run work off the UI thread: a function, and callbacks for what comes of it.

    task = run_task(lambda progress: analyse_file(path, classifier, progress), owner=self,
                    on_result=self._show, on_error=self._show_error, on_progress=self._show_progress)

The function runs in a thread of its own, the callbacks on the UI thread. After `owner` is destroyed none is
called any more, and the task is cancelled.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any, Final, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal

from genre_app.errors import GenreAppError, UnexpectedError
from genre_app.progress import Cancelled, Progress

T = TypeVar("T")

# Reports that come faster are dropped: nobody reads them, and each one wakes the UI thread.
_REPORT_SECONDS: Final = 0.04

_log = logging.getLogger(__name__)
# Holds a task from its start until its last callback.
_running: set[Task] = set()


class _Courier(QObject):
    """Carries calls from a worker thread to the thread that it was made in."""

    call = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.call.connect(self._run, Qt.ConnectionType.QueuedConnection)

    def _run(self, callback: Callable[[], None]) -> None:
        callback()


class Task:
    """Work on its way. `cancel` asks it to stop; `finished` says whether its last callback was made."""

    def __init__(self, owner: QObject, progress: Progress) -> None:
        self._owner = owner
        self._progress = progress
        self._courier = _Courier()
        self._last_report = 0.0
        self.finished = False
        self.thread: threading.Thread | None = None

    def cancel(self) -> None:
        """Ask the work to stop at its next report; `on_cancelled` is called when it has."""
        self._progress.cancel()

    def report(
        self, callback: Callable[[float, float, str], None], done: float, total: float, message: str
    ) -> None:
        """Take the work's report, in its thread, to `callback` on the UI thread, if not too soon."""
        now = time.monotonic()
        if now - self._last_report >= _REPORT_SECONDS or (total and done >= total):
            self._last_report = now
            self.deliver(callback, done, total, message)

    def deliver(self, callback: Callable[..., None] | None, *arguments: Any, last: bool = False) -> None:
        """Call `callback` with `arguments` on the UI thread, unless the owner is gone by then."""

        def run() -> None:
            if last:
                self.finished = True
                _running.discard(self)
            elif self.finished or self._progress.cancelled:
                return
            if callback is not None and shiboken6.isValid(self._owner):
                callback(*arguments)

        try:
            self._courier.call.emit(run)
        except RuntimeError:
            # The application is gone, and nobody waits for an answer any more.
            _running.discard(self)


def run_task(
    function: Callable[[Progress], T],
    *,
    owner: QObject,
    on_result: Callable[[T], None],
    on_error: Callable[[GenreAppError], None] | None = None,
    on_progress: Callable[[float, float, str], None] | None = None,
    on_cancelled: Callable[[], None] | None = None,
) -> Task:
    """Run `function` in a worker thread. Called on the UI thread.

    Exactly one of `on_result`, `on_error` and `on_cancelled` is called at last, if the owner still exists.

    Args:
        function: given a `Progress` that it reports to and that tells it when to stop.
        owner: whose end ends the task; usually the page that shows the result.
        on_result: given what `function` returned. If the task was cancelled meanwhile, `on_cancelled` is
            called instead.
        on_error: given the error; one nobody foresaw comes as `UnexpectedError`. Without it, errors are
            only logged.
        on_progress: given ``done, total, message``, at most 25 times a second.
        on_cancelled: called when the work stopped because of `Task.cancel`.
    """
    progress = Progress()
    task = Task(owner, progress)
    if on_progress is not None:
        callback = on_progress
        progress.on_report = lambda done, total, message: task.report(callback, done, total, message)

    def work() -> None:
        try:
            result = function(progress)
            progress.raise_if_cancelled()
        except Cancelled:
            task.deliver(on_cancelled, last=True)
        except GenreAppError as error:
            _log.info("%s: %s", error.code, error.details or error.message)
            task.deliver(on_error, error, last=True)
        except Exception as error:  # noqa: BLE001 - whatever it was, the user is told
            _log.exception("a task failed")
            task.deliver(on_error, UnexpectedError.wrap(error), last=True)
        else:
            task.deliver(on_result, result, last=True)

    # A daemon, so that work which does not stop in time can't keep the program from ending.
    task.thread = threading.Thread(target=work, name="task", daemon=True)
    owner.destroyed.connect(task.cancel)
    _running.add(task)
    task.thread.start()
    return task


def stop_all(seconds: float) -> bool:
    """Cancel every task and wait up to `seconds` for their threads; return whether all have ended."""
    deadline = time.monotonic() + seconds
    tasks = list(_running)
    for task in tasks:
        task.cancel()
    for task in tasks:
        if task.thread is not None:
            task.thread.join(max(0.0, deadline - time.monotonic()))
    return not any(task.thread is not None and task.thread.is_alive() for task in tasks)
