"""The list of model versions: what each is called, from when it is, how good it is, and which one answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetricsF, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from genre_app.gui import theme
from genre_app.gui.models.names import accuracy_of, clips_of, model_name, when
from genre_app.gui.widgets.text import tabular

if TYPE_CHECKING:
    from genre_app.classifier.versions import InstalledVersion

_PADDING: Final = 12.0
_BADGE: Final = 18.0

_Index = QModelIndex | QPersistentModelIndex


class VersionModel(QAbstractListModel):
    """The versions, in the order they are listed.

    Attributes:
        versions: that are listed.
        active_text: what is said of the one that answers.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.versions: tuple[InstalledVersion, ...] = ()
        self.active_text = self.tr("Active")

    def set_versions(self, versions: Sequence[InstalledVersion]) -> None:
        """Show these."""
        self.beginResetModel()
        self.versions = tuple(versions)
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - as Qt has it
        """Return how many there are."""
        return 0 if parent.isValid() else len(self.versions)

    def data(self, index: _Index, role: int = 0) -> Any:
        """Return what a version is called, its two lines, or itself under ``UserRole``."""
        one = self.versions[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return model_name(one.id, one.version)
        if role == Qt.ItemDataRole.UserRole:
            return one
        if role == Qt.ItemDataRole.AccessibleTextRole:
            said = [model_name(one.id, one.version), self.second_line(one)]
            return ", ".join([*said, self.active_text] if one.active else said)
        return None

    def second_line(self, one: InstalledVersion) -> str:
        """Return where it is from, or when it was made, and how good it is."""
        version = one.version
        if version is None:
            if one.active:
                return self.tr("Can't be used: the base model answers")
            return self.tr("Can't be used")
        if one.shipped:
            made = self.tr("Came with the program")
        elif version.name is None:  # Its date is what it is called.
            made = self.tr("%n clip(s)", "", n) if (n := clips_of(version)) else ""
        else:
            made = when(version.created)
        return "  ·  ".join(filter(None, (made, accuracy_of(version))))


class _Delegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        """Return room for two lines."""
        body, small = (QFontMetricsF(theme.font(role)).height() for role in ("strong", "small"))
        return QSize(200, round(body + small + 2 * theme.SPACE_S + 4))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Draw one version."""
        one: InstalledVersion = index.data(Qt.ItemDataRole.UserRole)
        model = index.model()
        assert isinstance(model, VersionModel)
        colours = theme.colours()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        row = QRectF(option.rect).adjusted(4, 1, -4, -1)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if selected or option.state & QStyle.StateFlag.State_MouseOver:
            tint = QColor(colours.accent if selected else colours.text)
            tint.setAlphaF((0.22 if theme.is_dark() else 0.13) if selected else 0.05)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tint)
            painter.drawRoundedRect(row, 6, 6)
        if option.state & QStyle.StateFlag.State_HasFocus and selected:
            painter.setBrush(colours.accent)
            painter.drawRoundedRect(QRectF(row.left(), row.top() + 6, 3, row.height() - 12), 1.5, 1.5)
        inner = row.adjusted(_PADDING, theme.SPACE_S - 1, -_PADDING, 0)
        strong, small = theme.font("strong"), tabular(theme.font("small"))
        metrics, small_metrics = QFontMetricsF(strong), QFontMetricsF(small)
        room = name_room = inner.width()
        if one.active and one.version is not None:
            text = model.active_text
            width = small_metrics.horizontalAdvance(text) + 16
            # Beside the name, so that the whole second line is left to where it is from and how good it is.
            middle = inner.top() + metrics.height() / 2
            badge = QRectF(inner.right() - width, middle - _BADGE / 2, width, _BADGE)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.accent)
            painter.drawRoundedRect(badge, _BADGE / 2, _BADGE / 2)
            painter.setFont(small)
            painter.setPen(colours.on_accent)
            painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, text)
            name_room -= width + theme.SPACE_S
        elif one.version is None:
            symbol = theme.icon("warning", colours.warning).pixmap(20, 20)
            painter.drawPixmap(QPointF(inner.right() - 20, row.center().y() - 10), symbol)
            room -= 28
            name_room = room
        painter.setFont(strong)
        painter.setPen(colours.text)
        name = metrics.elidedText(str(index.data()), Qt.TextElideMode.ElideRight, name_room)
        painter.drawText(QPointF(inner.left(), inner.top() + metrics.ascent()), name)
        painter.setFont(small)
        painter.setPen(colours.warning if one.version is None else colours.text_muted)
        line = small_metrics.elidedText(model.second_line(one), Qt.TextElideMode.ElideRight, room)
        painter.drawText(
            QPointF(inner.left(), inner.top() + metrics.height() + 4 + small_metrics.ascent()), line
        )
        painter.restore()


class VersionList(QListView):
    """Lets the user choose a version, or two to compare.

    Attributes:
        chosen_changed: emitted when others are chosen.
    """

    chosen_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("bare", True)
        self._model = VersionModel(self)
        self.setModel(self._model)
        self.setItemDelegate(_Delegate(self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setMouseTracking(True)
        self.setFrameShape(self.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setAccessibleName(self.tr("Models"))
        self.selectionModel().selectionChanged.connect(lambda *_: self.chosen_changed.emit())
        theme.notifier().changed.connect(self.viewport().update)

    @property
    def versions(self) -> tuple[InstalledVersion, ...]:
        """All that are listed."""
        return self._model.versions

    @property
    def chosen(self) -> list[InstalledVersion]:
        """Those that are chosen, from top to bottom."""
        rows = sorted(index.row() for index in self.selectionModel().selectedIndexes())
        return [self._model.versions[row] for row in rows]

    def set_versions(self, versions: Sequence[InstalledVersion]) -> None:
        """List `versions`; what was chosen stays so, or else the active one is."""
        ids = {one.id for one in self.chosen}
        self._model.set_versions(versions)
        there = [one.id for one in versions if one.id in ids]
        self.choose(there or [one.id for one in versions if one.active] or [one.id for one in versions[:1]])
        self.chosen_changed.emit()

    def choose(self, ids: Sequence[str]) -> None:
        """Choose the versions with these ids."""
        wanted = QItemSelection()
        for row, one in enumerate(self._model.versions):
            if one.id in ids:
                index = self._model.index(row, 0)
                wanted.select(index, index)
        selection = self.selectionModel()
        selection.select(wanted, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        for index in wanted.indexes()[:1]:
            selection.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
            self.scrollTo(index)
