"""The list of files and what came of each, as a model for Qt's views."""

from __future__ import annotations

import enum
import itertools
from collections import Counter, OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import (
    QAbstractListModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from genre_app.errors import GenreAppError
from genre_app.gui.genre_names import display_name
from genre_app.gui.messages import translated
from genre_app.gui.widgets.times import percent

if TYPE_CHECKING:
    from genre_app.classifier import Prediction
    from genre_app.classifier.analysis import Analysis

# Pictures of a whole evening of music would fill the memory: the ones looked at or made last are kept.
_KEPT_BYTES: Final = 96 * 1024 * 1024

# More pieces than that are taken out at once, which costs the view its place but not its user's patience.
_MAX_RUNS: Final = 50

_numbers = itertools.count(1)


class State(enum.Enum):
    """How far a row has come."""

    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(slots=True, eq=False)
class Row:
    """One file.

    Attributes:
        path: where it is.
        state: how far it has come.
        heard: seconds of it that have been heard, in the state ``WORKING``.
        length: seconds of it in all, as its header says; 0 when that is not known.
        prediction: the answer, in the state ``DONE``.
        format: of the file, such as ``FLAC``.
        error: why there is no answer, in the state ``FAILED``.
        number: unique, rising.
    """

    path: Path
    state: State = State.WAITING
    heard: float = 0.0
    length: float = 0.0
    prediction: Prediction | None = None
    format: str = ""
    error: GenreAppError | None = None
    number: int = field(default_factory=lambda: next(_numbers))


class RowModel(QAbstractListModel):
    """The rows, in the order in which they were added."""

    ROW_ROLE: Final = Qt.ItemDataRole.UserRole + 1
    """The `Row` itself."""

    def __init__(self, parent: QObject | None = None, kept_bytes: int = _KEPT_BYTES) -> None:
        super().__init__(parent)
        self._rows: list[Row] = []
        self._index: dict[int, int] = {}
        self._states: Counter[State] = Counter()
        self._first_waiting = 0
        self._analyses: OrderedDict[int, Analysis] = OrderedDict()
        self._kept_bytes = kept_bytes

    # --- what views ask

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        """Return how many rows there are."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return the name, the whole path as tool tip, a sentence for screen readers, or the `Row`."""
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        row = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return shown_name(row.path)
        if role == Qt.ItemDataRole.ToolTipRole:
            return str(row.path).encode("utf-8", "replace").decode("utf-8")
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{shown_name(row.path)}: {summary(row)}"
        if role == self.ROW_ROLE:
            return row
        return None

    # --- rows

    @property
    def rows(self) -> Sequence[Row]:
        """All rows; not to be changed."""
        return self._rows

    def count(self, state: State) -> int:
        """Return how many rows are in `state`."""
        return self._states[state]

    def append(self, paths: Iterable[Path]) -> list[Row]:
        """Add a waiting row for each path at the end and return them."""
        added = [Row(path) for path in paths]
        if added:
            first = len(self._rows)
            self.beginInsertRows(QModelIndex(), first, first + len(added) - 1)
            for position, row in enumerate(added, start=first):
                self._index[row.number] = position
            self._rows.extend(added)
            self._states[State.WAITING] += len(added)
            self.endInsertRows()
        return added

    def remove(self, rows: Iterable[Row]) -> None:
        """Take `rows` out, wherever they stand."""
        gone = {row.number for row in rows if row.number in self._index}
        runs = _runs(sorted(self._index[number] for number in gone))
        if len(runs) > _MAX_RUNS:
            self.beginResetModel()
            for first, last in reversed(runs):
                self._take(first, last)
            self.endResetModel()
            return
        # From the end, so that no earlier place moves before its turn.
        for first, last in reversed(runs):
            self.beginRemoveRows(QModelIndex(), first, last)
            self._take(first, last)
            self.endRemoveRows()

    def _take(self, first: int, last: int) -> None:
        for row in self._rows[first : last + 1]:
            self._states[row.state] -= 1
            self._analyses.pop(row.number, None)
            del self._index[row.number]
        del self._rows[first : last + 1]
        for place in range(first, len(self._rows)):
            self._index[self._rows[place].number] = place
        self._first_waiting = min(self._first_waiting, first)

    def contains(self, row: Row) -> bool:
        """Whether `row` is still in the list."""
        return row.number in self._index

    def index_of(self, row: Row) -> QModelIndex:
        """Return the index of `row`; an invalid one if it was removed."""
        place = self._index.get(row.number)
        return QModelIndex() if place is None else self.index(place)

    def next_waiting(self) -> Row | None:
        """Return the first row that waits."""
        if not self._states[State.WAITING]:
            return None
        while self._rows[self._first_waiting].state is not State.WAITING:
            self._first_waiting += 1
        return self._rows[self._first_waiting]

    # --- what becomes of a row

    def set_state(self, rows: Sequence[Row], state: State) -> None:
        """Let `rows` wait, be worked on, or be cancelled; what they had before is forgotten."""
        for row in rows:
            self._change(row, state)
            row.heard = row.length = 0.0
            row.prediction = None
            row.error = None
            self._analyses.pop(row.number, None)
        places = [self._index[row.number] for row in rows if row.number in self._index]
        if places:
            self.dataChanged.emit(self.index(min(places)), self.index(max(places)))

    def set_progress(self, row: Row, heard: float, length: float) -> None:
        """Note how many seconds of `row` were heard, and how many there are, 0 if that is not known."""
        row.heard, row.length = heard, length
        self._tell(row)

    def set_analysis(self, row: Row, analysis: Analysis) -> None:
        """Give `row` its answer."""
        self._change(row, State.DONE)
        row.prediction = analysis.prediction
        row.format = analysis.info.format
        row.error = None
        if self.contains(row):
            self._analyses[row.number] = analysis
            self._analyses.move_to_end(row.number)
            kept = sum(map(_size, self._analyses.values()))
            while kept > self._kept_bytes and len(self._analyses) > 1:
                _, oldest = self._analyses.popitem(last=False)
                kept -= _size(oldest)
        self._tell(row)

    def set_error(self, row: Row, error: GenreAppError) -> None:
        """Say why `row` has no answer."""
        self._change(row, State.FAILED)
        row.error = error
        self._tell(row)

    def analysis(self, row: Row) -> Analysis | None:
        """Return the whole analysis of a row that is done, or None if it was dropped to save memory."""
        analysis = self._analyses.get(row.number)
        if analysis is not None:
            self._analyses.move_to_end(row.number)
        return analysis

    def _change(self, row: Row, state: State) -> None:
        place = self._index.get(row.number)
        if place is not None:
            self._states[row.state] -= 1
            self._states[state] += 1
            if state is State.WAITING:
                self._first_waiting = min(self._first_waiting, place)
        row.state = state

    def _tell(self, row: Row) -> None:
        index = self.index_of(row)
        if index.isValid():
            self.dataChanged.emit(index, index)


def shown_name(path: Path) -> str:
    """Return the name of `path` as text that can be drawn, bytes that are no UTF-8 replaced."""
    return (path.name or str(path)).encode("utf-8", "replace").decode("utf-8")


def summary(row: Row) -> str:
    """Return what is known about `row` in a few translated words."""
    match row.state:
        case State.WAITING:
            return QCoreApplication.translate("rows", "Waiting")
        case State.WORKING:
            return QCoreApplication.translate("rows", "Listening…")
        case State.CANCELLED:
            return QCoreApplication.translate("rows", "Cancelled")
        case State.FAILED:
            assert row.error is not None
            return translated(row.error)[0]
        case State.DONE:
            assert row.prediction is not None
            prediction = row.prediction
            if prediction.genre is not None:
                return f"{display_name(prediction.genre)} {percent(prediction.confidence)}"
            if not prediction.segments:
                return QCoreApplication.translate("rows", "Silence")
            return QCoreApplication.translate("rows", "Unsure, perhaps {genre}").format(
                genre=display_name(prediction.best_genre)
            )


def result_line(row: Row) -> str:
    """Return the row as a line of text for the clipboard: path, genre or what is wrong, confidence."""
    fields = [str(row.path).encode("utf-8", "replace").decode("utf-8")]
    if row.prediction is not None and row.prediction.genre is not None:
        fields += [display_name(row.prediction.genre), percent(row.prediction.confidence)]
    elif row.error is not None:
        fields.append(": ".join(translated(row.error)))
    else:
        fields.append(summary(row))
    return "\t".join(fields)


def _runs(places: Sequence[int]) -> list[tuple[int, int]]:
    """Return rising `places` as runs without gap, first and last of each."""
    runs: list[tuple[int, int]] = []
    for place in places:
        if runs and runs[-1][1] == place - 1:
            runs[-1] = (runs[-1][0], place)
        else:
            runs.append((place, place))
    return runs


def _size(analysis: Analysis) -> int:
    return analysis.peaks.nbytes + analysis.spectrogram.nbytes
