"""What stands between the window and the data set: asks it off the UI thread, and says when it changed."""

from __future__ import annotations

import contextlib
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from PySide6.QtCore import QObject, Signal

from genre_app.errors import GenreAppError
from genre_app.gui import theme
from genre_app.gui.tasks import Task, run_task
from genre_app.progress import Progress

if TYPE_CHECKING:
    from genre_app.classifier import Classifier
    from genre_app.dataset.augmenting import Plan
    from genre_app.dataset.balance import Imbalance
    from genre_app.dataset.data_set import DataSet
    from genre_app.dataset.embeddings import EmbeddingWorker
    from genre_app.dataset.look_again import SecondLook
    from genre_app.dataset.records import Candidate, Clip, Counts, Genre

T = TypeVar("T")
_Change = tuple[Callable[["DataSet"], Any], Callable[[Any], None] | None, Callable[[GenreAppError], None]]

# While files are being added, the window looks at the data set again after so long.
_REFRESH_SECONDS: Final = 1.5
_END_SECONDS: Final = 2.0


@dataclass(frozen=True, slots=True)
class Summary:
    """The data set at a glance.

    Attributes:
        genres: in their order.
        counts: by the name of the genre.
        sources: folders and words that clips come from.
        imbalance: the two genres that are too far apart, or None.
        n_removed: clips in the bin.
        undo: name of what `DataSetControl.undo` would take back (English, context ``undo``), or None.
        redo: name of what `DataSetControl.redo` would do again, or None.
    """

    genres: tuple[Genre, ...]
    counts: Mapping[str, Counts]
    sources: tuple[tuple[str, int], ...]
    imbalance: Imbalance | None
    n_removed: int
    undo: str | None
    redo: str | None

    @property
    def total(self) -> int:
        """How many clips there are."""
        return sum(counts.train + counts.valid for counts in self.counts.values())


@dataclass(frozen=True, slots=True)
class Added:
    """What came of adding files.

    Attributes:
        ids: numbers of the new clips.
        failures: files that could not be added, each with the reason.
    """

    ids: tuple[int, ...]
    failures: tuple[tuple[Path, GenreAppError], ...]


@dataclass(frozen=True, slots=True)
class HowFar:
    """How far work on files or clips has come.

    Attributes:
        done: how many are finished.
        total: how many there are in all; 0 if that is not known.
    """

    done: int
    total: int


class DataSetControl(QObject):
    """The window's way to the data set. It outlives the window.

    Changes are made one after another, in a worker; adding files goes on beside them.

    Attributes:
        changed: emitted when `summary` is new, because the data set changed or may have.
        failed: emitted with the `GenreAppError` of a change that was not made, or of opening.
        adding_changed: emitted when `adding` is new.
        embedding_changed: emitted when `embedding` is new.
        added: emitted with what came of adding files (`Added`).
        adding_stopped: emitted when adding ended because of `stop_adding`.
    """

    changed = Signal()
    failed = Signal(object)
    adding_changed = Signal()
    embedding_changed = Signal()
    added = Signal(object)
    adding_stopped = Signal()
    _from_worker = Signal(object)

    def __init__(self, parent: QObject | None = None, directory: Path | None = None) -> None:
        super().__init__(parent)
        self._directory = directory
        self._lock = threading.Lock()
        self._data_set: DataSet | None = None
        self._summary: Summary | None = None
        self._changes: deque[_Change] = deque()
        self._changing: Task | None = None
        self._reading: Task | None = None
        self._read_again = False
        self._read_at = 0.0
        self._adding_task: Task | None = None
        self._adding: HowFar | None = None
        self._classifier: Classifier | None = None
        self._worker: EmbeddingWorker | None = None
        self._embedding: HowFar | None = None
        self._resting = False
        self._heard = (0, 0)  # clips and copies when the worker was last told
        self._from_worker.connect(self._take_embedding)

    @property
    def summary(self) -> Summary | None:
        """The data set at a glance; None until it was opened."""
        return self._summary

    @property
    def adding(self) -> HowFar | None:
        """How far files that are being added have come; None if there are none."""
        return self._adding

    @property
    def embedding(self) -> HowFar | None:
        """How far the model has come with clips that are new to it; None if there are none."""
        return self._embedding

    # Asking

    def ask(
        self,
        function: Callable[[DataSet, Progress], T],
        *,
        owner: QObject,
        on_result: Callable[[T], None],
        on_error: Callable[[GenreAppError], None] | None = None,
        on_progress: Callable[[float, float, str], None] | None = None,
        on_cancelled: Callable[[], None] | None = None,
    ) -> Task:
        """Call `function` with the data set in a worker; see `genre_app.gui.tasks.run_task`."""
        return run_task(
            lambda progress: function(self._open(), progress),
            owner=owner,
            on_result=on_result,
            on_error=on_error or self.failed.emit,
            on_progress=on_progress,
            on_cancelled=on_cancelled,
        )

    def refresh(self) -> None:
        """Look at the data set again, because another program may have changed it."""
        if self._reading is not None:
            self._read_again = True
            return
        self._read_again = False
        self._read_at = time.monotonic()
        self._reading = self.ask(_summarise, owner=self, on_result=self._take, on_error=self._not_read)

    def _open(self) -> DataSet:
        # In a worker: opening may migrate the database.
        with self._lock:
            if self._data_set is None:
                from genre_app.dataset.data_set import DataSet

                self._data_set = DataSet(self._directory)
            return self._data_set

    def _take(self, summary: Summary) -> None:
        self._reading = None
        self._summary = summary
        theme.set_genre_colours({genre.name: genre.colour for genre in summary.genres})
        self._wake_worker()
        self.changed.emit()
        if self._read_again:
            self.refresh()

    def _not_read(self, error: GenreAppError) -> None:
        self._reading = None
        self.failed.emit(error)

    def look_again(
        self,
        *,
        owner: QObject,
        on_result: Callable[[tuple[SecondLook, dict[int, Clip]]], None],
        on_error: Callable[[GenreAppError], None],
        on_progress: Callable[[float, float, str], None],
    ) -> Task:
        """Look for clips that are worth another look, and hand them over, with their records by number."""
        classifier = self._classifier

        def look(data_set: DataSet, progress: Progress) -> tuple[SecondLook, dict[int, Clip]]:
            from genre_app.classifier.model_version import active_model_id, find_model, read_model_version
            from genre_app.dataset.look_again import look_again

            version = (
                read_model_version(find_model(active_model_id()))
                if classifier is None
                else classifier.version
            )
            found = look_again(data_set, version, progress)
            ids = [doubt.clip_id for doubt in found.doubts]
            for pair in (*found.contradictions, *found.duplicates):
                ids += (pair.first, pair.second)
            return found, {clip.id: clip for clip in data_set.clips_by_id(ids)}

        return self.ask(look, owner=owner, on_result=on_result, on_error=on_error, on_progress=on_progress)

    # Changing

    def change(
        self,
        function: Callable[[DataSet], T],
        on_result: Callable[[T], None] | None = None,
        on_error: Callable[[GenreAppError], None] | None = None,
    ) -> None:
        """Call `function`, which changes the data set, in a worker, after the changes asked for before.

        An error goes to `on_error`, or by default to `failed`.
        """
        self._changes.append((function, on_result, on_error or self.failed.emit))
        self._next_change()

    def _next_change(self) -> None:
        if self._changing is not None or not self._changes:
            return
        function, on_result, on_error = self._changes.popleft()

        def end(result: Any) -> None:
            self._changing = None
            if on_result is not None:
                on_result(result)
            self._next_change()
            self.refresh()

        def fail(error: GenreAppError) -> None:
            self._changing = None
            on_error(error)
            self._next_change()
            self.refresh()

        self._changing = self.ask(
            lambda data_set, _: function(data_set), owner=self, on_result=end, on_error=fail
        )

    def edit_genre(
        self,
        name: str,
        new_name: str,
        colour: str,
        on_result: Callable[[Genre], None],
        on_error: Callable[[GenreAppError], None],
    ) -> None:
        """Give a genre another name, unless that is the one it has, and another colour."""
        self.change(lambda data_set: data_set.edit_genre(name, new_name, colour), on_result, on_error)

    def relabel(self, ids: Sequence[int], genre: str) -> None:
        """Give clips another genre."""
        self.change(lambda data_set: data_set.relabel(ids, genre))

    def remove(self, ids: Sequence[int]) -> None:
        """Put clips into the bin."""
        self.change(lambda data_set: data_set.remove(ids))

    def pin(self, ids: Sequence[int], pinned: bool) -> None:
        """Pin clips to validation, or let their splits be decided again."""
        self.change(lambda data_set: data_set.pin(ids, pinned))

    def augment(
        self, plan: Plan, strengths: Mapping[str, float], seed: int, on_result: Callable[[int], None]
    ) -> None:
        """Add the copies of `plan`, and hand over their number."""

        def add(data_set: DataSet) -> int:
            from genre_app.dataset import augmenting

            return augmenting.augment(data_set, plan, strengths, seed)

        self.change(add, on_result)

    def remove_copies(self, ids: Sequence[int], on_result: Callable[[int], None]) -> None:
        """Remove all copies of clips, and hand over how many there were."""

        def remove(data_set: DataSet) -> int:
            from genre_app.dataset import augmenting

            return augmenting.remove_copies_of(data_set, ids)

        self.change(remove, on_result)

    def undo(self, on_result: Callable[[str | None], None]) -> None:
        """Take the last change back, and hand over its name; None if there was none."""
        self.change(lambda data_set: data_set.undo(), on_result)

    def redo(self, on_result: Callable[[str | None], None]) -> None:
        """Make the change again that was taken back last, and hand over its name; None if there was none."""
        self.change(lambda data_set: data_set.redo(), on_result)

    def empty_bin(self, on_result: Callable[[int], None]) -> None:
        """Delete for good what was removed, and hand over how many clips that were."""
        self.change(lambda data_set: data_set.empty_bin(), on_result)

    # Adding

    def add(self, candidates: Sequence[Candidate], *, keep_near_duplicates: bool = True) -> None:
        """Add files that were examined; `added` says when that is done, `stop_adding` stops it."""
        assert self._adding_task is None, "the window adds one lot at a time"

        def work(data_set: DataSet, progress: Progress) -> Added:
            from genre_app.dataset import adding

            failures: list[tuple[Path, GenreAppError]] = []
            ids = adding.add(
                data_set,
                candidates,
                progress,
                keep_near_duplicates=keep_near_duplicates,
                on_failure=lambda candidate, error: failures.append((candidate.path, error)),
            )
            return Added(tuple(ids), tuple(failures))

        def end(added: Added) -> None:
            self._end_adding()
            self.added.emit(added)

        def stop() -> None:
            self._end_adding()
            self.adding_stopped.emit()

        def fail(error: GenreAppError) -> None:
            self._end_adding()
            self.failed.emit(error)

        def report(done: float, of: float, _message: str) -> None:
            self._adding = HowFar(int(done), int(of))
            self.adding_changed.emit()
            # So that they appear while more are on their way.
            if time.monotonic() - self._read_at > _REFRESH_SECONDS and self._reading is None:
                self.refresh()

        self._adding = HowFar(0, len(candidates))
        self._adding_task = self.ask(
            work, owner=self, on_result=end, on_error=fail, on_progress=report, on_cancelled=stop
        )
        self.adding_changed.emit()

    def add_files(
        self,
        paths: Sequence[Path],
        genre: str,
        on_result: Callable[[list[Candidate], Added], None],
        on_error: Callable[[GenreAppError], None],
    ) -> None:
        """Add a few files without looking at what was found first, and hand over what came of it."""

        def work(data_set: DataSet, progress: Progress) -> tuple[list[Candidate], Added]:
            from genre_app.dataset import adding

            candidates = data_set.examine(paths, genre, False, progress)
            failures: list[tuple[Path, GenreAppError]] = []
            ids = adding.add(
                data_set,
                candidates,
                progress,
                on_failure=lambda candidate, error: failures.append((candidate.path, error)),
            )
            return candidates, Added(tuple(ids), tuple(failures))

        def end(result: tuple[list[Candidate], Added]) -> None:
            on_result(*result)
            self.refresh()

        self.ask(work, owner=self, on_result=end, on_error=on_error)

    def stop_adding(self) -> None:
        """Add no more files; those that were added stay."""
        if self._adding_task is not None:
            self._adding_task.cancel()

    def _end_adding(self) -> None:
        self._adding = self._adding_task = None
        self.adding_changed.emit()
        self.refresh()

    # What the model hears in new clips

    def set_classifier(self, classifier: Classifier) -> None:
        """Let `classifier` hear the clips, in the background, from now on."""
        self._classifier = classifier
        if self._worker is not None:
            self._worker.use(classifier)
        elif self._summary is None:
            # What an earlier run left undone is done now, if there is anything.
            run_task(
                lambda _: self._exists(),
                owner=self,
                on_result=lambda exists: self.refresh() if exists else None,
            )
        else:
            self._wake_worker()

    def rest(self, resting: bool) -> None:
        """Let the model hear no clips while a training does just that, or let it go on."""
        self._resting = resting
        worker = self._worker
        if resting and worker is not None:
            self._worker = None
            worker.stop(0.0)
            self._take_embedding(None)
        elif not resting:
            self._wake_worker()

    def close(self) -> None:
        """Stop all work and close the data set; what is done stays."""
        for task in (self._changing, self._reading, self._adding_task):
            if task is not None:
                task.cancel()
        worker, data_set = self._worker, self._data_set
        self._worker = self._data_set = None
        if worker is not None:
            worker.stop(_END_SECONDS)
        if data_set is not None:
            data_set.close()

    def _exists(self) -> bool:
        from genre_app.dataset.database import DATABASE_NAME
        from genre_app.directories import data_set_directory

        return ((self._directory or data_set_directory()) / DATABASE_NAME).exists()

    def _wake_worker(self) -> None:
        summary, classifier = self._summary, self._classifier
        if classifier is None or summary is None or self._data_set is None or not summary.total:
            return
        if self._resting:
            return
        there = (summary.total, sum(counts.copies for counts in summary.counts.values()))
        if self._worker is not None:
            if there != self._heard:
                self._worker.wake()
            self._heard = there
            return
        self._heard = there
        from genre_app.dataset.embeddings import EmbeddingWorker

        self._worker = EmbeddingWorker(
            self._data_set,
            on_progress=lambda done, total, _: self._tell(HowFar(int(done), int(total))),
            on_idle=lambda *_: self._tell(None),
        )
        self._worker.start(classifier)

    def _tell(self, how_far: HowFar | None) -> None:
        # In the worker's thread.
        with contextlib.suppress(RuntimeError):  # the window is gone
            self._from_worker.emit(how_far)

    def _take_embedding(self, how_far: HowFar | None) -> None:
        if self._resting and how_far is not None:
            return  # said before the worker heard that it shall rest
        finished = how_far is None and self._embedding is not None
        self._embedding = how_far
        self.embedding_changed.emit()
        if finished:
            self.refresh()


def _summarise(data_set: DataSet, _progress: Progress) -> Summary:
    from genre_app.dataset.balance import find_imbalance

    counts = data_set.counts()
    return Summary(
        genres=tuple(data_set.genres()),
        counts=counts,
        sources=tuple(data_set.sources()),
        imbalance=find_imbalance(counts),
        n_removed=data_set.count_bin(),
        undo=data_set.can_undo,
        redo=data_set.can_redo,
    )
