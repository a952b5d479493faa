"""How well each genre is recognised, as a table; beside it, if wanted, what that was before."""

from __future__ import annotations

from enum import IntEnum
from typing import Any, Final

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from genre_app.classifier.evaluation import Evaluation, GenreScore
from genre_app.gui import theme
from genre_app.gui.genre_names import display_name
from genre_app.gui.widgets.text import tabular

_PADDING: Final = 8.0
_ROW: Final = 28
_DOT: Final = 10.0
_CHANGE: Final = 38.0

_Index = QModelIndex | QPersistentModelIndex


class Column(IntEnum):
    """What the table shows of a genre."""

    GENRE = 0
    CLIPS = 1
    RECALL = 2
    PRECISION = 3


class ScoreModel(QAbstractTableModel):
    """The genres that clips have or that were named, in their order."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[tuple[str, GenreScore, GenreScore | None]] = []
        self._headings = (self.tr("Genre"), self.tr("Clips"), self.tr("Recall"), self.tr("Precision"))
        self._hints = (
            "",
            self.tr("How many clips of the genre were asked about."),
            self.tr("Of the clips of the genre, the share that was recognised."),
            self.tr("Of the clips that were called so, the share that is."),
        )

    def set_evaluations(self, new: Evaluation | None, before: Evaluation | None) -> None:
        """Show `new`, and what changed since `before`, which has the same genres."""
        self.beginResetModel()
        self._rows = []
        if new is not None:
            named = new.confusion.sum(axis=0)
            for place, (genre, score) in enumerate(zip(new.genres, new.per_genre, strict=True)):
                if score.n or named[place]:
                    self._rows.append((genre, score, None if before is None else before.per_genre[place]))
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - as Qt has it
        """Return the number of genres."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - as Qt has it
        """Return the number of columns."""
        return 0 if parent.isValid() else len(Column)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        """Return a heading."""
        if orientation == Qt.Orientation.Horizontal:
            if role == Qt.ItemDataRole.DisplayRole:
                return self._headings[section]
            if role == Qt.ItemDataRole.ToolTipRole:
                return self._hints[section] or None
            if role == Qt.ItemDataRole.TextAlignmentRole:
                side = Qt.AlignmentFlag.AlignLeft if section == Column.GENRE else Qt.AlignmentFlag.AlignRight
                return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: _Index, role: int = 0) -> Any:
        """Return what a cell says; the change is under ``UserRole``, in points of percent or None."""
        genre, score, before = self._rows[index.row()]
        column = Column(index.column())
        if column == Column.GENRE:
            if role == Qt.ItemDataRole.UserRole:
                return genre
            return display_name(genre) if role == Qt.ItemDataRole.DisplayRole else None
        if column == Column.CLIPS:
            return str(score.n) if role == Qt.ItemDataRole.DisplayRole else None
        field = "recall" if column == Column.RECALL else "precision"
        now: float = getattr(score, field)
        then: float | None = None if before is None else getattr(before, field)
        if role == Qt.ItemDataRole.DisplayRole:
            # Of nothing there is no share.
            return f"{100 * now:.0f}%" if score.n or column == Column.PRECISION else "–"
        if role == Qt.ItemDataRole.UserRole:
            return None if then is None else round(100 * now) - round(100 * then)
        return None


class _Delegate(QStyledItemDelegate):
    """Draws a genre with its colour, and figures with their change.

    Attributes:
        compares: whether to leave room for changes.
    """

    compares = False

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Draw one cell."""
        colours = theme.colours()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        cell = QRectF(option.rect)
        painter.fillRect(QRectF(cell.left(), cell.bottom() - 1, cell.width(), 1), colours.grid)
        inner = cell.adjusted(_PADDING, 0, -_PADDING, 0)
        font = tabular(theme.font("body"))
        metrics = QFontMetricsF(font)
        baseline = inner.center().y() + (metrics.ascent() - metrics.descent()) / 2
        text = str(index.data())
        extra = index.data(Qt.ItemDataRole.UserRole)
        painter.setFont(font)
        if index.column() == Column.GENRE:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.genre_colour(str(extra)))
            painter.drawEllipse(QRectF(inner.left(), inner.center().y() - _DOT / 2, _DOT, _DOT))
            inner.adjust(_DOT + 8, 0, 0, 0)
            painter.setPen(colours.text)
            name = metrics.elidedText(text, Qt.TextElideMode.ElideRight, inner.width())
            painter.drawText(QPointF(inner.left(), baseline), name)
        else:
            if isinstance(extra, int) and extra:
                painter.setFont(tabular(theme.font("small")))
                painter.setPen(colours.success if extra > 0 else colours.danger)
                change = f"{extra:+d}".replace("-", "−")
                painter.drawText(
                    QRectF(inner.right() - _CHANGE, inner.top(), _CHANGE, inner.height()),
                    Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
                    change,
                )
                painter.setFont(font)
            right = inner.right() - (_CHANGE if index.column() != Column.CLIPS and self.compares else 0)
            painter.setPen(colours.text if index.column() != Column.CLIPS else colours.text_muted)
            painter.drawText(QPointF(right - metrics.horizontalAdvance(text), baseline), text)
        painter.restore()


class _Header(QHeaderView):
    """Headings in small type."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        theme.notifier().changed.connect(self.viewport().update)

    def sizeHint(self) -> QSize:
        """Return the height of a line with air."""
        return QSize(200, round(QFontMetricsF(theme.font("small")).height()) + 12)

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:  # noqa: N803
        """Paint one heading."""
        colours, model = theme.colours(), self.model()
        painter.save()
        area = QRectF(rect)
        painter.fillRect(QRectF(area.left(), area.bottom() - 1, area.width(), 1), colours.border)
        painter.setFont(theme.font("small"))
        painter.setPen(colours.text_muted)
        side = model.headerData(logicalIndex, Qt.Orientation.Horizontal, Qt.ItemDataRole.TextAlignmentRole)
        text = str(model.headerData(logicalIndex, Qt.Orientation.Horizontal))
        painter.drawText(area.adjusted(_PADDING, 0, -_PADDING, 0), int(side), text)
        painter.restore()


class ScoreTable(QTableView):
    """The table; as high as its rows."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = ScoreModel(self)
        self._delegate = _Delegate(self)
        self.setModel(self._model)
        self.setItemDelegate(self._delegate)
        self.setShowGrid(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW)
        self.setHorizontalHeader(_Header(self))
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(Column.GENRE, QHeaderView.ResizeMode.Stretch)
        self.setAccessibleName(self.tr("Genres"))
        theme.notifier().changed.connect(self.viewport().update)

    def set_evaluations(self, new: Evaluation | None, before: Evaluation | None = None) -> None:
        """Show `new`, and what changed since `before`, which has the same genres."""
        self._model.set_evaluations(new, before)
        self._delegate.compares = before is not None
        metrics = QFontMetricsF(tabular(theme.font("body")))
        room = 2 * _PADDING + (_CHANGE if before is not None else 0)
        header = QFontMetricsF(theme.font("small"))
        for column, widest in ((Column.CLIPS, "9999"), (Column.RECALL, "100%"), (Column.PRECISION, "100%")):
            heading = str(self._model.headerData(column, Qt.Orientation.Horizontal))
            wanted = metrics.horizontalAdvance(widest) + (room if column != Column.CLIPS else 2 * _PADDING)
            self.setColumnWidth(column, round(max(wanted, header.horizontalAdvance(heading) + 2 * _PADDING)))
        # So that the page scrolls, and not a table in it.
        self.setFixedHeight(self.horizontalHeader().sizeHint().height() + _ROW * self._model.rowCount() + 2)
