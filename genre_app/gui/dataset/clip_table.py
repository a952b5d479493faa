"""The table of clips: columns that fit, a selection that outlives changes, and waveforms that play."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QPolygonF,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget

from genre_app.gui import theme
from genre_app.gui.dataset.clip_delegate import PADDING, ClipDelegate
from genre_app.gui.dataset.clip_model import ORDERS, ClipModel, Column
from genre_app.gui.dataset.waveform_loader import WaveformLoader
from genre_app.gui.genre_names import display_name

if TYPE_CHECKING:
    from genre_app.dataset.records import Clip

_WAVEFORM_WIDTH: Final = 130
_TITLE_MINIMUM: Final = 170
# What the title gives way to when the other columns that always stay need it.
_TITLE_LEAST: Final = 90
_SOURCE_WIDTH: Final = 150
# Where there is not enough room, these go first to last.
_FIRST_TO_GO: Final = (Column.ADDED, Column.SOURCE, Column.COPIES, Column.SPLIT, Column.DURATION)


class ClipTable(QTableView):
    """Shows a `ClipModel`.

    Attributes:
        play_wanted: emitted with the `Clip` and the share (0…1) of it at which its waveform was clicked, or
            -1 to play or pause where it is.
        selected_changed: emitted when other clips are selected, or another one is current.
        clips: the model.
    """

    play_wanted = Signal(object, float)
    selected_changed = Signal()

    def __init__(self, model: ClipModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.clips = model
        self.waveforms = WaveformLoader(self)
        self._cells = ClipDelegate(self.waveforms, self)
        self._kept_ids: list[int] = []
        self._kept_current: tuple[int | None, int] = (None, -1)
        self._kept_scroll = 0
        self._pressed_column = -1
        self.setModel(model)
        self.setItemDelegate(self._cells)
        self.setHorizontalHeader(_Header(self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setAccessibleName(self.tr("Clips"))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(self._cells.row_height())
        self.verticalScrollBar().setSingleStep(self._cells.row_height())
        columns = self.horizontalHeader()
        columns.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        columns.setHighlightSections(False)
        columns.setSectionsClickable(True)
        columns.setMinimumSectionSize(30)
        columns.sectionClicked.connect(self._sort_by)
        model.modelAboutToBeReset.connect(self._keep_selection)
        model.answered.connect(self._restore_selection)
        self.waveforms.arrived.connect(self.viewport().update)
        self.selectionModel().selectionChanged.connect(self.selected_changed)
        self.selectionModel().currentRowChanged.connect(self.selected_changed)
        theme.notifier().changed.connect(self.viewport().update)

    # What is selected

    @property
    def selected_ids(self) -> list[int]:
        """The numbers of the selected clips, in the order of the table."""
        ids = self.clips.ids
        return [ids[row] for first, last in self._selected_runs() for row in range(first, last + 1)]

    @property
    def n_selected(self) -> int:
        """How many clips are selected."""
        return sum(last - first + 1 for first, last in self._selected_runs())

    @property
    def current_clip(self) -> Clip | None:
        """The clip that the keys act on, if there is one."""
        index = self.currentIndex()
        return self.clips.clip(index.row()) if index.isValid() else None

    @property
    def first_visible_row(self) -> int:
        """The first row that is seen."""
        return max(0, self.rowAt(0))

    def select_ids(self, ids: Sequence[int]) -> None:
        """Select clips, as far as they are in the table, and show the first of them."""
        rows = self.clips.rows_of(ids)
        if rows:
            self._select_rows(rows)
            self._make_current(rows[0])
            self.scrollTo(self.clips.index(rows[0], Column.TITLE))

    def _selected_runs(self) -> list[tuple[int, int]]:
        # Ranges, because everything may be selected. Overlapping ones would count rows twice.
        runs: list[tuple[int, int]] = []
        parts = self.selectionModel().selection()
        ends = ((parts.at(place).top(), parts.at(place).bottom()) for place in range(parts.size()))
        for first, last in sorted(ends):
            if runs and first <= runs[-1][1] + 1:
                runs[-1] = (runs[-1][0], max(last, runs[-1][1]))
            else:
                runs.append((first, last))
        return runs

    def _select_rows(self, rows: Sequence[int]) -> None:
        selection = QItemSelection()
        last_column = len(Column) - 1
        start = previous = rows[0]
        for row in [*rows[1:], -1]:
            if row != previous + 1:
                selection.select(self.clips.index(start, 0), self.clips.index(previous, last_column))
                start = row
            previous = row
        self.selectionModel().select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def _make_current(self, row: int) -> None:
        self.selectionModel().setCurrentIndex(
            self.clips.index(row, Column.TITLE), QItemSelectionModel.SelectionFlag.NoUpdate
        )

    def _keep_selection(self) -> None:
        self._kept_ids = self.selected_ids
        row = self.currentIndex().row()
        self._kept_current = (self.clips.ids[row] if row >= 0 else None, row)
        self._kept_scroll = self.verticalScrollBar().value()

    def _restore_selection(self, new: bool) -> None:
        n_rows = self.clips.rowCount()
        rows = self.clips.rows_of(self._kept_ids)
        current, place = self._kept_current
        current_rows = self.clips.rows_of([current]) if current is not None else []
        if rows:
            self._select_rows(rows)
        elif self._kept_ids and n_rows and not new:
            # What was selected is gone: the selection stays where the user's eyes are.
            rows = [min(max(0, place), n_rows - 1)]
            self._select_rows(rows)
        if current_rows or rows:
            self._make_current((current_rows or rows)[0])
        if new:
            self.scrollToTop()
        else:
            self.updateGeometries()
            self.verticalScrollBar().setValue(self._kept_scroll)
        self.selected_changed.emit()

    # Playing

    def show_played(self, clip_id: int | None, playing: bool, share: float) -> None:
        """Show in its waveform how far a clip was heard."""
        cells = self._cells
        if (clip_id, playing) != (cells.played_clip, cells.playing):
            self.viewport().update()
        moved = round(share * _WAVEFORM_WIDTH) != round(cells.played_share * _WAVEFORM_WIDTH)
        cells.played_clip, cells.playing, cells.played_share = clip_id, playing, share
        if moved:
            # A column, not a row: to find the row would take a look at all of them.
            left = self.columnViewportPosition(Column.WAVEFORM)
            self.viewport().update(left, 0, _WAVEFORM_WIDTH, self.viewport().height())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Play where a waveform is clicked; otherwise select."""
        index = self.indexAt(event.position().toPoint())
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        if event.button() == Qt.MouseButton.LeftButton and index.column() == Column.WAVEFORM and plain:
            clip = self.clips.clip(index.row())
            if clip is not None:
                area = self._cells.waveform_area(QRectF(self.visualRect(index)))
                share = (event.position().x() - area.left()) / max(1.0, area.width())
                self.play_wanted.emit(clip, min(share, 0.999) if share >= 0 else -1.0)
                self._make_current(index.row())
                self.setFocus(Qt.FocusReason.MouseFocusReason)
                event.accept()
                return
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Play the clip."""
        index = self.indexAt(event.position().toPoint())
        clip = self.clips.clip(index.row()) if index.isValid() else None
        if clip is not None and index.column() != Column.WAVEFORM:
            self.play_wanted.emit(clip, -1.0)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Light up the row under the pointer."""
        if not event.buttons():
            index = self.indexAt(event.position().toPoint())
            self._hover(index.row() if index.isValid() else -1)
            hand = index.column() == Column.WAVEFORM
            shape = Qt.CursorShape.PointingHandCursor if hand else Qt.CursorShape.ArrowCursor
            self.viewport().setCursor(shape)
        super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Light up nothing."""
        self._hover(-1)
        super().leaveEvent(event)

    def _hover(self, row: int) -> None:
        if row != self._cells.hovered_row:
            for changed in (row, self._cells.hovered_row):
                if 0 <= changed < self.clips.rowCount():
                    top = self.rowViewportPosition(changed)
                    self.viewport().update(0, top, self.viewport().width(), self.rowHeight(changed))
            self._cells.hovered_row = row

    def keyboardSearch(self, search: str) -> None:
        """Do nothing: the first letters of fifty thousand titles are not loaded; there is a field for it."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave the keys that a table has no use for to the window."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.current_clip is not None:
            self.play_wanted.emit(self.current_clip, -1.0)
            return
        super().keyPressEvent(event)

    # Columns

    def _sort_by(self, section: int) -> None:
        """Sort by a column; a second click turns the order round, a third gives it up."""
        column = Column(section)
        if column not in ORDERS:
            return
        question = self.clips.question
        # The newest and the most come first where that is what people look for.
        first_down = column in (Column.ADDED, Column.COPIES)
        if question.order != ORDERS[column]:
            down = first_down
        elif question.descending == first_down or column == Column.ADDED:
            down = not question.descending
        else:
            section, down = -1, True
        self.clips.sort(section, Qt.SortOrder.DescendingOrder if down else Qt.SortOrder.AscendingOrder)
        self.horizontalHeader().viewport().update()

    def fit_columns(self) -> None:
        """Give each column the width it needs, and leave out those that there is no room for."""
        widths = self._column_widths()
        room = self.viewport().width()
        for column in _FIRST_TO_GO:
            if sum(widths.values()) <= room:
                break
            del widths[column]
        missing = max(0, sum(widths.values()) - room)
        widths[Column.TITLE] = max(_TITLE_LEAST, widths[Column.TITLE] - missing)
        for column in Column:
            self.setColumnHidden(column, column not in widths)
            if column in widths:
                self.setColumnWidth(column, widths[column])
        spare = room - sum(widths.values())
        if spare > 0:
            for_source = min(spare // 3, 120) if Column.SOURCE in widths else 0
            if for_source:
                self.setColumnWidth(Column.SOURCE, widths[Column.SOURCE] + for_source)
            self.setColumnWidth(Column.TITLE, widths[Column.TITLE] + spare - for_source)

    def _column_widths(self) -> dict[Column, int]:
        body, small = QFontMetricsF(theme.font("body")), QFontMetricsF(theme.font("small"))

        def wide(*texts: str, beside: float = 0.0) -> int:
            return round(max(map(body.horizontalAdvance, texts)) + beside + 2 * PADDING + 2)

        names = [display_name(name) for name in ("classical", "country", "hiphop", "reggae")]
        dates = ("0000-00-00",)
        widths = {
            Column.WAVEFORM: _WAVEFORM_WIDTH,
            Column.TITLE: _TITLE_MINIMUM,
            Column.GENRE: wide(*names, beside=18),
            Column.PREDICTED: wide(*names, beside=22 + small.horizontalAdvance(">99%")),
            Column.DURATION: wide("0:00:00"),
            Column.SPLIT: wide(self.tr("Training"), self.tr("Validation"), beside=16),
            Column.COPIES: wide("000"),
            Column.SOURCE: _SOURCE_WIDTH,
            Column.ADDED: wide(*dates),
        }
        header = self.horizontalHeader()
        assert isinstance(header, _Header)
        return {column: max(width, header.needed_width(column)) for column, width in widths.items()}

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Use the room there is."""
        super().resizeEvent(event)
        self.fit_columns()

    def showEvent(self, event: QShowEvent) -> None:
        """Use the room there is."""
        super().showEvent(event)
        self.fit_columns()

    def minimumSizeHint(self) -> QSize:
        """Return room for the columns that always stay."""
        return QSize(360, 160)

    def scrollTo(
        self,
        index: QModelIndex | QPersistentModelIndex,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        """Scroll up and down only: there is nothing to the side."""
        if index.isValid():
            super().scrollTo(self.clips.index(index.row(), Column.WAVEFORM), hint)


class _Header(QHeaderView):
    """Headings in small type, with an arrow beside the one that is sorted by."""

    def __init__(self, table: ClipTable) -> None:
        super().__init__(Qt.Orientation.Horizontal, table)
        self._table = table
        self.setSectionsClickable(True)
        theme.notifier().changed.connect(self.viewport().update)

    def sizeHint(self) -> QSize:
        """Return the height of a line with air."""
        return QSize(200, round(QFontMetricsF(theme.font("small")).height()) + 14)

    def needed_width(self, column: Column) -> int:
        """Return the width of a heading."""
        text = str(self._table.clips.headerData(column, Qt.Orientation.Horizontal))
        arrow = 14 if column in ORDERS else 0
        return round(QFontMetricsF(theme.font("small")).horizontalAdvance(text)) + 2 * PADDING + arrow

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:  # noqa: N803
        """Paint one heading."""
        colours = theme.colours()
        model, question = self._table.clips, self._table.clips.question
        column = Column(logicalIndex)
        sorted_by = ORDERS.get(column) == question.order
        if column == Column.ADDED and question.order == "added" and self._table.isColumnHidden(column):
            sorted_by = False
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(rect)
        painter.fillRect(QRectF(area.left(), area.bottom() - 1, area.width(), 1), colours.border)
        font = theme.font("small")
        painter.setFont(font)
        painter.setPen(colours.text if sorted_by else colours.text_muted)
        side = model.headerData(logicalIndex, Qt.Orientation.Horizontal, Qt.ItemDataRole.TextAlignmentRole)
        inner = area.adjusted(PADDING, 0, -PADDING, 0)
        text = str(model.headerData(logicalIndex, Qt.Orientation.Horizontal))
        metrics = QFontMetricsF(font)
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, int(side), shown)
        if sorted_by:
            width = metrics.horizontalAdvance(text)
            right = bool(side & int(Qt.AlignmentFlag.AlignRight))
            x = inner.right() - width - 9 if right else inner.left() + width + 8
            y, tip = inner.center().y(), 2.0 if question.descending else -2.0
            painter.setPen(QPen(colours.accent, 1.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            corners = [QPointF(x + dx, y + dy) for dx, dy in ((-3.5, -tip), (0.0, tip), (3.5, -tip))]
            painter.drawPolyline(QPolygonF(corners))
        painter.restore()
