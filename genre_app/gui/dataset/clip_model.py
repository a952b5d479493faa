"""The clips that a question finds, as a model for Qt's views: only what is looked at is loaded."""

from __future__ import annotations

import enum
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
)

from genre_app.errors import GenreAppError
from genre_app.gui.dataset.control import DataSetControl
from genre_app.gui.genre_names import display_name
from genre_app.gui.tasks import Task
from genre_app.gui.widgets.times import clock, percent

if TYPE_CHECKING:
    from genre_app.dataset.data_set import DataSet
    from genre_app.dataset.records import Clip
    from genre_app.progress import Progress

_PAGE: Final = 100
_KEPT_PAGES: Final = 60
# Who drags the scroll bar through everything wants only the last pages asked for.
_PAGES_AT_ONCE: Final = 3


class Column(enum.IntEnum):
    """The columns, in their order."""

    WAVEFORM = 0
    TITLE = enum.auto()
    GENRE = enum.auto()
    PREDICTED = enum.auto()
    DURATION = enum.auto()
    SPLIT = enum.auto()
    COPIES = enum.auto()
    SOURCE = enum.auto()
    ADDED = enum.auto()


ORDERS: Final = {
    Column.TITLE: "title",
    Column.GENRE: "genre",
    Column.PREDICTED: "predicted",
    Column.DURATION: "duration",
    Column.SPLIT: "split",
    Column.COPIES: "n_copies",
    Column.SOURCE: "source",
    Column.ADDED: "added",
}
"""What a click on a column's head sorts by."""


@dataclass(frozen=True, slots=True)
class Question:
    """Which clips are shown, in which order; see `DataSet.clips` for the attributes."""

    genre: str | None = None
    split: str | None = None
    source: str | None = None
    text: str = ""
    order: str = "added"
    descending: bool = True

    @property
    def filters(self) -> bool:
        """Whether some clips may be left out."""
        return bool(self.genre or self.split or self.source or self.text.strip())

    def find(self, data_set: DataSet) -> list[int]:
        """Return the numbers of the clips, in order."""
        return data_set.clip_ids(
            genre=self.genre,
            split=self.split,
            source=self.source,
            text=self.text.strip() or None,
            order=self.order,
            descending=self.descending,
        )


class ClipModel(QAbstractTableModel):
    """The clips that a `Question` finds.

    It knows the numbers of all of them, and loads the clips themselves in pages when they are first asked
    for; until one arrives, its row is empty.

    Attributes:
        answered: emitted after the rows were replaced; True if the question is new, False if the same one
            was asked again.
        failed: emitted with the `GenreAppError` of a question that could not be answered.
    """

    CLIP_ROLE: Final = Qt.ItemDataRole.UserRole + 1
    """The `Clip` itself; None if it has not arrived yet."""

    answered = Signal(bool)
    failed = Signal(object)

    def __init__(self, control: DataSetControl, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._control = control
        self._question = Question()
        self._answered: Question | None = None
        self._ids: list[int] = []
        self._pages: OrderedDict[int, dict[int, Clip]] = OrderedDict()
        self._wanted: OrderedDict[int, None] = OrderedDict()
        self._asking: Task | None = None
        self._ask_again = False
        self._loading: Task | None = None
        self._first_visible = 0
        self._load_timer = QTimer(self)
        self._load_timer.setSingleShot(True)
        self._load_timer.setInterval(0)
        self._load_timer.timeout.connect(self._load)

    # What views ask

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        """Return how many clips were found."""
        return 0 if parent is not None and parent.isValid() else len(self._ids)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        """Return how many columns there are."""
        return 0 if parent is not None and parent.isValid() else len(Column)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return the heading of a column."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._headings()[section]
        if role == Qt.ItemDataRole.ToolTipRole and section == Column.PREDICTED:
            return self.tr("What the present model takes the clip for")
        if role == Qt.ItemDataRole.ToolTipRole and section == Column.COPIES:
            return self.tr("Augmented copies")
        if role == Qt.ItemDataRole.TextAlignmentRole:
            right = section in (Column.DURATION, Column.COPIES)
            side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None

    def _headings(self) -> tuple[str, ...]:
        return (
            self.tr("Sound"),
            self.tr("Title and artist"),
            self.tr("Genre"),
            self.tr("Model says"),
            self.tr("Length"),
            self.tr("Split"),
            self.tr("Copies"),
            self.tr("Source"),
            self.tr("Added"),
        )

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return the text of a cell, its tool tip, or the whole `Clip`."""
        if not index.isValid() or index.row() >= len(self._ids):
            return None
        if role not in (
            self.CLIP_ROLE,
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.ToolTipRole,
            Qt.ItemDataRole.AccessibleTextRole,
        ):
            return None
        clip = self.clip(index.row())
        if role == self.CLIP_ROLE or clip is None:
            return clip
        column = Column(index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tool_tip(clip, column)
        text = self.text(clip, column)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{self._headings()[column]}: {text}"
        return text

    def text(self, clip: Clip, column: Column) -> str:
        """Return what a cell says, in words."""
        match column:
            case Column.WAVEFORM:
                return ""
            case Column.TITLE:
                return f"{clip.title} – {clip.artist}" if clip.artist else clip.title
            case Column.GENRE:
                return display_name(clip.genre)
            case Column.PREDICTED:
                if clip.predicted is None:
                    return self.tr("not asked yet")
                return f"{display_name(clip.predicted)} {percent(clip.predicted_confidence or 0.0)}"
            case Column.DURATION:
                return clock(clip.duration)
            case Column.SPLIT:
                return self.tr("Validation") if clip.split == "valid" else self.tr("Training")
            case Column.COPIES:
                return str(clip.n_copies)
            case Column.SOURCE:
                return source_name(clip.source)
            case Column.ADDED:
                return clip.added[:10]

    def _tool_tip(self, clip: Clip, column: Column) -> str | None:
        if column == Column.SOURCE:
            return clip.source
        if column == Column.SPLIT and clip.pinned:
            return self.tr("Pinned: the clips that belong together stay in this split.")
        if column == Column.PREDICTED and clip.predicted is None:
            return self.tr("The present model has not been asked about this clip yet.")
        if column == Column.WAVEFORM:
            return self.tr("Click to play from there")
        return self.text(clip, column)

    # Clips

    @property
    def question(self) -> Question:
        """What was asked last."""
        return self._question

    @property
    def ids(self) -> Sequence[int]:
        """The numbers of all clips found, in order; not to be changed."""
        return self._ids

    def clip(self, row: int) -> Clip | None:
        """Return the clip in `row`; if it is not there yet, None, and have it loaded."""
        page = self._pages.get(row // _PAGE)
        if page is None:
            self._want(row // _PAGE)
            return None
        return page.get(self._ids[row])

    def rows_of(self, ids: Iterable[int]) -> list[int]:
        """Return the rows in which clips stand, rising; without those that were not found."""
        wanted = set(ids)
        if not wanted:
            return []
        return [row for row, number in enumerate(self._ids) if number in wanted]

    # Asking

    def ask(self, question: Question) -> None:
        """Show what `question` finds, as soon as it is found; until then the rows stay as they are."""
        if question != self._question or self._answered is None:
            self._question = question
            self._ask()

    def refresh(self, first_visible: int = 0) -> None:
        """Ask the same again: the data set changed. The clips from row `first_visible` on come at once."""
        self._first_visible = first_visible
        if self._asking is None:
            self._ask()
        else:
            self._ask_again = True

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; one that nothing can be sorted by, or -1, for the newest first."""
        name = ORDERS.get(Column(column)) if column >= 0 else None
        if name is None:
            self.ask(replace(self._question, order="added", descending=True))
        else:
            self.ask(replace(self._question, order=name, descending=order == Qt.SortOrder.DescendingOrder))

    def _ask(self) -> None:
        if self._asking is not None:
            self._asking.cancel()
        self._ask_again = False
        question = self._question
        new = question != self._answered
        start = 0 if new else self._first_visible // _PAGE

        def find(data_set: DataSet, progress: Progress) -> tuple[list[int], dict[int, dict[int, Clip]]]:
            ids = question.find(data_set)
            progress.raise_if_cancelled()
            first = min(start, max(0, (len(ids) - 1) // _PAGE))
            # What is seen first comes with the answer, so that no empty row is ever shown.
            clips = data_set.clips_by_id(ids[first * _PAGE : (first + 2) * _PAGE])
            return ids, _in_pages(ids, clips, (first, first + 1))

        def show(found: tuple[list[int], dict[int, dict[int, Clip]]]) -> None:
            if self._asking is not task:
                return  # another question came while the answer was on its way
            self._asking = None
            if self._loading is not None:
                self._loading.cancel()
                self._loading = None
            self.beginResetModel()
            self._ids, pages = found
            self._pages = OrderedDict(pages)
            self._wanted.clear()
            self._answered = question
            self.endResetModel()
            self.answered.emit(new)
            if self._ask_again:
                self._ask()

        def fail(error: GenreAppError) -> None:
            if self._asking is task:
                self._asking = None
                self.failed.emit(error)

        task = self._control.ask(find, owner=self, on_result=show, on_error=fail)
        self._asking = task

    # Loading

    def _want(self, page: int) -> None:
        self._wanted[page] = None
        self._wanted.move_to_end(page)
        if self._loading is None and not self._load_timer.isActive():
            self._load_timer.start()

    def _load(self) -> None:
        if self._loading is not None or not self._wanted:
            return
        pages = list(self._wanted)[-_PAGES_AT_ONCE:]
        self._wanted.clear()
        ids = [number for page in pages for number in self._ids[page * _PAGE : (page + 1) * _PAGE]]

        def show(clips: list[Clip]) -> None:
            if self._loading is not task:
                return  # they are clips of rows that were replaced meanwhile
            self._loading = None
            for page, found in _in_pages(self._ids, clips, pages).items():
                self._pages[page] = found
                last = min((page + 1) * _PAGE, len(self._ids)) - 1
                self.dataChanged.emit(self.index(page * _PAGE, 0), self.index(last, len(Column) - 1))
            while len(self._pages) > _KEPT_PAGES:
                self._pages.popitem(last=False)
            self._load()

        def fail(error: GenreAppError) -> None:
            if self._loading is task:
                self._loading = None
                self.failed.emit(error)

        task = self._control.ask(
            lambda data_set, _: data_set.clips_by_id(ids), owner=self, on_result=show, on_error=fail
        )
        self._loading = task


def source_name(source: str) -> str:
    """Return a clip's source in a few words: the end of a path, or a translated word."""
    if source == "recording":
        return QCoreApplication.translate("sources", "Recording")
    if source == "archive":
        return QCoreApplication.translate("sources", "Archive")
    return "/".join(part for part in source.replace("\\", "/").split("/")[-2:] if part)


def _in_pages(ids: Sequence[int], clips: Iterable[Clip], pages: Iterable[int]) -> dict[int, dict[int, Clip]]:
    by_id = {clip.id: clip for clip in clips}
    return {
        page: {number: by_id[number] for number in ids[page * _PAGE : (page + 1) * _PAGE] if number in by_id}
        for page in pages
        if page * _PAGE < len(ids) or page == 0
    }
