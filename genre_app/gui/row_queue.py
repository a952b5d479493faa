"""Hears the rows one after another, and looks for files in folders: what the Listen page shows."""

from __future__ import annotations

import queue
from collections import deque
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from genre_app.errors import GenreAppError
from genre_app.gui.row_model import Row, RowModel, State
from genre_app.gui.tasks import Task, run_task
from genre_app.progress import Progress

if TYPE_CHECKING:
    from genre_app.classifier import Classifier
    from genre_app.classifier.analysis import Analysis


class RowQueue(QObject):
    """The rows and the work on them. It outlives the page that shows it.

    Attributes:
        rows: the model.
        changed: emitted when what is going on changed: counts, searching, working.
        added: emitted with the rows that were added by one call of `add_paths`, in parts as they are found.
        analysed: emitted with a row that was analysed again, because its pictures were dropped meanwhile.
    """

    changed = Signal()
    added = Signal(list)
    analysed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows = RowModel(self)
        self._classifier: Classifier | None = None
        self._to_search: deque[list[Path]] = deque()
        self._search: Task | None = None
        self._work: Task | None = None
        self._working: Row | None = None
        self._wanted: Row | None = None

    @property
    def classifier(self) -> Classifier | None:
        """The model that answers, or None as long as it is loading."""
        return self._classifier

    def set_classifier(self, classifier: Classifier) -> None:
        """Let `classifier` answer from the next row on."""
        self._classifier = classifier
        self._next()

    @property
    def searching(self) -> bool:
        """Whether folders are being looked through."""
        return self._search is not None

    @property
    def busy(self) -> bool:
        """Whether there is anything that `cancel` would stop."""
        return self.searching or self._working is not None or self.rows.count(State.WAITING) > 0

    @property
    def finished(self) -> int:
        """How many rows need no more work."""
        return len(self.rows.rows) - self.rows.count(State.WAITING) - self.rows.count(State.WORKING)

    # --- adding

    def add_paths(self, paths: Iterable[Path]) -> None:
        """Add a row for each file, and for each audio file in each folder, in order."""
        wanted = [path.expanduser().absolute() for path in paths]
        if wanted:
            self._to_search.append(wanted)
            self._next_search()

    def _next_search(self) -> None:
        if self._search is not None or not self._to_search:
            return
        paths = self._to_search.popleft()
        found: queue.SimpleQueue[Path] = queue.SimpleQueue()

        def search(progress: Progress) -> None:
            from genre_app.audio.formats import find_audio_files

            for number, path in enumerate(find_audio_files(paths), start=1):
                found.put(path)
                progress.report(number, 0)

        def take() -> None:
            ready = []
            while not found.empty():
                ready.append(found.get())
            if ready:
                rows = self.rows.append(ready)
                self.added.emit(rows)
                self.changed.emit()
                self._next()

        def end() -> None:
            # A search that was cancelled meanwhile has nothing to say any more.
            if self._search is task:
                take()
                self._search = None
                self._next_search()
                self.changed.emit()

        task = run_task(
            search,
            owner=self,
            on_result=lambda _: end(),
            on_error=lambda _: end(),
            on_progress=lambda *_: take(),
        )
        self._search = task
        self.changed.emit()

    def _cancel_search(self) -> None:
        self._to_search.clear()
        if self._search is not None:
            self._search.cancel()
            # Not waited for: between two files it may be lost in a large tree without music.
            self._search = None

    # --- hearing

    def _next(self) -> None:
        """Hear what is next, if nothing is being heard."""
        if self._work is not None or self._classifier is None:
            return
        row = self._wanted or self.rows.next_waiting()
        self._wanted = None
        if row is None:
            self.changed.emit()
            return
        classifier = self._classifier
        path = row.path
        self._working = row
        again = row.state is State.DONE
        if not again:
            self.rows.set_state([row], State.WORKING)

        def analyse(progress: Progress) -> Analysis:
            from genre_app.classifier.analysis import analyse_file

            return analyse_file(path, classifier, progress)

        def end() -> None:
            self._work = None
            self._working = None
            if again:
                self.analysed.emit(row)
            self._next()
            self.changed.emit()

        def show(analysis: Analysis) -> None:
            self.rows.set_analysis(row, analysis)
            end()

        def fail(error: GenreAppError) -> None:
            self.rows.set_error(row, error)
            end()

        def cancelled() -> None:
            if row.state is State.WORKING:
                self.rows.set_state([row], State.CANCELLED)
            end()

        def progressed(done: float, total: float, _message: str) -> None:
            if row.state is State.WORKING:
                self.rows.set_progress(row, done, total)

        self._work = run_task(
            analyse,
            owner=self,
            on_result=show,
            on_error=fail,
            on_cancelled=cancelled,
            on_progress=progressed,
        )
        self.changed.emit()

    def analyse_again(self, row: Row) -> None:
        """Hear a row that is done once more, next, to have its pictures; `analysed` says when."""
        if row is not self._working:
            self._wanted = row
            self._next()

    def cancel(self) -> None:
        """Stop searching and hearing. Rows that are done stay; the others are marked as cancelled."""
        self._cancel_search()
        self.rows.set_state([row for row in self.rows.rows if row.state is State.WAITING], State.CANCELLED)
        if self._work is not None:
            self._work.cancel()
        self.changed.emit()

    def retry(self, rows: Iterable[Row]) -> None:
        """Hear `rows` again that failed, were cancelled or are done."""
        idle = [row for row in rows if row.state not in (State.WAITING, State.WORKING)]
        self.rows.set_state(idle, State.WAITING)
        self.changed.emit()
        self._next()

    def remove(self, rows: Iterable[Row]) -> None:
        """Take `rows` out of the list; the files stay where they are."""
        rows = list(rows)
        self.rows.remove(rows)
        if self._wanted in rows:
            self._wanted = None
        if self._working in rows and self._work is not None:
            self._work.cancel()
        self.changed.emit()

    def clear(self) -> None:
        """Stop everything and empty the list."""
        self._cancel_search()
        self.remove(self.rows.rows)
