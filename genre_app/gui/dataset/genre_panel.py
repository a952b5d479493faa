"""The genres beside the table: how many clips each has, and what can be done with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QAction, QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListView,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from genre_app.gui import theme
from genre_app.gui.dataset.control import Summary
from genre_app.gui.dataset.genre_menu import KEYS
from genre_app.gui.genre_names import display_name
from genre_app.gui.widgets.symbol import Symbol
from genre_app.gui.widgets.text import Caption, tabular

if TYPE_CHECKING:
    from genre_app.dataset.records import Counts, Genre

_BAR_HEIGHT: Final = 6.0
_VALID_OPACITY: Final = 0.42
_KEY_SIZE: Final = 17.0


class GenreModel(QAbstractListModel):
    """The genres and how many clips each has."""

    GENRE_ROLE: Final = Qt.ItemDataRole.UserRole + 1
    """The `Genre`."""
    COUNTS_ROLE: Final = Qt.ItemDataRole.UserRole + 2
    """Its `Counts`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.genres: tuple[Genre, ...] = ()
        self.counts: dict[str, Counts] = {}

    @property
    def most(self) -> int:
        """Clips of the genre that has the most."""
        return max((counts.train + counts.valid for counts in self.counts.values()), default=0)

    def set_summary(self, summary: Summary) -> None:
        """Show the genres of `summary`."""
        if tuple(genre.id for genre in summary.genres) != tuple(genre.id for genre in self.genres):
            self.beginResetModel()
            self.genres, self.counts = summary.genres, dict(summary.counts)
            self.endResetModel()
        else:
            self.genres, self.counts = summary.genres, dict(summary.counts)
            if self.genres:
                self.dataChanged.emit(self.index(0), self.index(len(self.genres) - 1))

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        """Return how many genres there are."""
        return 0 if parent is not None and parent.isValid() else len(self.genres)

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return the name, a sentence with the numbers, or the records themselves."""
        if not index.isValid() or index.row() >= len(self.genres):
            return None
        genre = self.genres[index.row()]
        counts = self.counts[genre.name]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return display_name(genre.name)
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleTextRole:
                text = self.tr("{genre}: {train} for training, {valid} for validation, {copies} copies")
                return text.format(
                    genre=display_name(genre.name),
                    train=counts.train,
                    valid=counts.valid,
                    copies=counts.copies,
                )
            case self.GENRE_ROLE:
                return genre
            case self.COUNTS_ROLE:
                return counts
        return None


class GenreDelegate(QStyledItemDelegate):
    """Draws a genre: its key, its name, its number of clips, and a bar of training and validation."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Return the height of a line and a bar."""
        return QSize(160, round(QFontMetricsF(theme.font("body")).height()) + 8 + 20)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw one genre."""
        model = index.model()
        assert isinstance(model, GenreModel)
        genre: Genre = index.data(GenreModel.GENRE_ROLE)
        counts: Counts = index.data(GenreModel.COUNTS_ROLE)
        colours, total = theme.colours(), counts.train + counts.valid
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(option.rect)
        _background(painter, area, option.state)
        inner = area.adjusted(theme.SPACE_L, 7, -theme.SPACE_L, -7)
        font, small = theme.font("body"), tabular(theme.font("small"))
        line = QRectF(inner.left(), inner.top(), inner.width(), QFontMetricsF(font).height())
        if index.row() < len(KEYS):
            _key(painter, line, KEYS[index.row()])
        left = line.left() + _KEY_SIZE + theme.SPACE_S
        number = f"{total:,}".replace(",", "\u202f")
        painter.setFont(small)
        painter.setPen(colours.text if total else colours.text_muted)
        painter.drawText(line, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), number)
        room = line.right() - QFontMetricsF(small).horizontalAdvance(number) - theme.SPACE_S - left
        painter.setFont(font)
        painter.setPen(colours.text if total else colours.text_muted)
        words = QFontMetricsF(font).elidedText(index.data(), Qt.TextElideMode.ElideRight, room)
        place = QRectF(left, line.top(), room, line.height())
        painter.drawText(place, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), words)
        bar = QRectF(inner.left(), line.bottom() + 5, inner.width(), _BAR_HEIGHT)
        _draw_bar(painter, bar, theme.genre_colour(genre.name), counts, model.most)
        painter.restore()


def _background(painter: QPainter, area: QRectF, state: QStyle.StateFlag) -> None:
    colours = theme.colours()
    box = area.adjusted(4, 1, -4, -1)
    painter.setPen(Qt.PenStyle.NoPen)
    if state & QStyle.StateFlag.State_Selected:
        tint = QColor(colours.accent)
        tint.setAlphaF(0.22 if theme.is_dark() else 0.13)
        painter.setBrush(tint)
        painter.drawRoundedRect(box, 6, 6)
    elif state & QStyle.StateFlag.State_MouseOver:
        tint = QColor(colours.text)
        tint.setAlphaF(0.05)
        painter.setBrush(tint)
        painter.drawRoundedRect(box, 6, 6)
    if state & QStyle.StateFlag.State_HasFocus and state & QStyle.StateFlag.State_KeyboardFocusChange:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colours.accent, 1.5))
        painter.drawRoundedRect(box.adjusted(0.75, 0.75, -0.75, -0.75), 6, 6)


def _key(painter: QPainter, line: QRectF, key: str) -> None:
    """Draw the cap of a key at the beginning of `line`."""
    colours = theme.colours()
    cap = QRectF(line.left() + 0.5, line.center().y() - _KEY_SIZE / 2, _KEY_SIZE - 1, _KEY_SIZE - 1)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colours.border, 1))
    painter.drawRoundedRect(cap, 3, 3)
    font = theme.font("small")
    font.setPointSizeF(7.5)
    painter.setFont(font)
    painter.setPen(colours.text_muted)
    painter.drawText(cap, int(Qt.AlignmentFlag.AlignCenter), key)


def _draw_bar(painter: QPainter, bar: QRectF, colour: QColor, counts: Counts, most: int) -> None:
    radius = bar.height() / 2
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colours().grid)
    painter.drawRoundedRect(bar, radius, radius)
    total = counts.train + counts.valid
    if not total or not most:
        return
    whole = max(bar.height(), bar.width() * total / most)
    painter.setClipRect(QRectF(bar.left(), bar.top(), whole, bar.height()))
    pale = QColor(colour)
    pale.setAlphaF(_VALID_OPACITY)
    painter.setBrush(pale)
    painter.drawRoundedRect(QRectF(bar.left(), bar.top(), whole, bar.height()), radius, radius)
    if counts.train:
        trained = whole * counts.train / total
        painter.setClipRect(QRectF(bar.left(), bar.top(), trained, bar.height()))
        painter.setBrush(colour)
        painter.drawRoundedRect(QRectF(bar.left(), bar.top(), whole, bar.height()), radius, radius)


class _Legend(QWidget):
    """Says which part of a bar is which."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._texts = (self.tr("Training"), self.tr("Validation"))
        theme.notifier().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """Return the height of a line."""
        return QSize(160, round(QFontMetricsF(theme.font("small")).height()))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint two patches with their words."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = theme.font("small")
        painter.setFont(font)
        left, middle = 0.0, self.height() / 2
        for text, opacity in zip(self._texts, (1.0, _VALID_OPACITY), strict=True):
            ink = QColor(theme.colours().text_muted)
            ink.setAlphaF(opacity)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ink)
            painter.drawRoundedRect(QRectF(left, middle - 3, 14, 6), 3, 3)
            painter.setPen(theme.colours().text_muted)
            width = QFontMetricsF(font).horizontalAdvance(text)
            place = QRectF(left + 20, 0, width + 2, self.height())
            painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter), text)
            left += 20 + width + theme.SPACE_L


class _Warning(QFrame):
    """Says that the genres are too far apart."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = Caption("small", muted=False)
        self.text.setWordWrap(True)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.SPACE_M, theme.SPACE_S, theme.SPACE_M, theme.SPACE_S)
        layout.setSpacing(theme.SPACE_S)
        symbol = Symbol("warning", 16, lambda: theme.colours().warning)
        layout.addWidget(symbol, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self.text, 1)
        theme.notifier().changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a card in the colour of warnings."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tint, edge = QColor(theme.colours().warning), QColor(theme.colours().warning)
        tint.setAlphaF(0.10)
        edge.setAlphaF(0.40)
        painter.setPen(edge)
        painter.setBrush(tint)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)


class GenrePanel(QFrame):
    """A card with all genres, as a chart that can be clicked.

    Attributes:
        genre_chosen: emitted with the name of the genre whose clips are to be shown, or None for all.
        create_wanted: emitted when the user wants a new genre.
        edit_wanted: emitted with the name of the genre whose name or colour is to be changed.
        remove_wanted: emitted with the name of the genre that is to be removed.
        view: the list.
        warning: says that the genres are too far apart; hidden if they are not.
    """

    genre_chosen = Signal(object)
    create_wanted = Signal()
    edit_wanted = Signal(str)
    remove_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self._shown: str | None = None
        self.model = GenreModel(self)
        self.view = QListView()
        self.view.setProperty("bare", True)
        self.view.setModel(self.model)
        self.view.setItemDelegate(GenreDelegate(self.view))
        self.view.setFrameShape(QFrame.Shape.NoFrame)
        self.view.setMouseTracking(True)
        self.view.setUniformItemSizes(True)
        self.view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.view.setAccessibleName(self.tr("Genres"))
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.customContextMenuRequested.connect(self._open_menu)
        self.view.clicked.connect(self._choose)
        self.view.activated.connect(self._choose)
        self.warning = _Warning()
        self.warning.hide()

        heading = QLabel(self.tr("Genres"))
        heading.setFont(theme.font("strong"))
        self._edit = self._button("edit", self.tr("Rename or colour the genre"))
        self._remove = self._button("remove", self.tr("Remove the genre"))
        self._new = self._button("add", self.tr("New genre"))
        self._edit.clicked.connect(lambda: self._with_current(self.edit_wanted))
        self._remove.clicked.connect(lambda: self._with_current(self.remove_wanted))
        self._new.clicked.connect(self.create_wanted)
        head = QHBoxLayout()
        head.setContentsMargins(theme.SPACE_L, theme.SPACE_S, theme.SPACE_S, theme.SPACE_XS)
        head.setSpacing(0)
        head.addWidget(heading, 1)
        for button in (self._edit, self._remove, self._new):
            head.addWidget(button)
        foot = QVBoxLayout()
        foot.setContentsMargins(theme.SPACE_L, theme.SPACE_S, theme.SPACE_L, theme.SPACE_M)
        foot.setSpacing(theme.SPACE_S)
        foot.addWidget(_Legend())
        foot.addWidget(self.warning)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self.view, 1)
        layout.addLayout(foot)
        self.view.selectionModel().currentChanged.connect(self._update_buttons)
        self.setMinimumWidth(210)
        theme.notifier().changed.connect(self.view.viewport().update)
        self._update_buttons()

    def _button(self, icon: str, text: str) -> QToolButton:
        button = QToolButton()
        button.setToolTip(text)
        button.setAccessibleName(text)
        theme.follow_icon(button, icon)
        return button

    @property
    def current(self) -> Genre | None:
        """The genre that the buttons act on."""
        genre: Genre | None = self.view.currentIndex().data(GenreModel.GENRE_ROLE)
        return genre

    def set_summary(self, summary: Summary) -> None:
        """Show the genres, and whether they are balanced."""
        current = self.current
        self.model.set_summary(summary)
        imbalance = summary.imbalance
        if imbalance is not None:
            text = (
                self.tr(
                    "{largest} has {n_largest} clips and copies for training, {smallest} only {n_smallest}."
                    " The model will lean towards {largest}: add more {smallest}, or augment it."
                )
                if imbalance.n_smallest
                else self.tr(
                    "{largest} has {n_largest} clips and copies for training, {smallest} none: all of its"
                    " clips are kept for validation. Add more {smallest}."
                )
            )
            self.warning.text.setText(
                text.format(
                    largest=display_name(imbalance.largest),
                    smallest=display_name(imbalance.smallest),
                    n_largest=imbalance.n_largest,
                    n_smallest=imbalance.n_smallest,
                )
            )
        self.warning.setVisible(imbalance is not None)
        if current is not None and not self.view.currentIndex().isValid():
            self._select(current.name)
        self._update_buttons()

    def show_choice(self, genre: str | None) -> None:
        """Show whose clips the table shows: those of `genre`, or all."""
        self._shown = genre
        if genre is None:
            self.view.clearSelection()
        else:
            self._select(genre)
        self._update_buttons()

    def _select(self, genre: str) -> None:
        for row, known in enumerate(self.model.genres):
            if known.name == genre:
                self.view.setCurrentIndex(self.model.index(row))

    def _choose(self, index: QModelIndex) -> None:
        genre = index.data(GenreModel.GENRE_ROLE)
        self.genre_chosen.emit(None if genre.name == self._shown else genre.name)

    def _with_current(self, signal: Any) -> None:
        if self.current is not None:
            signal.emit(self.current.name)

    def _can_remove(self, genre: Genre) -> bool:
        counts = self.model.counts[genre.name]
        return not genre.shipped and counts.train + counts.valid == 0

    def _update_buttons(self) -> None:
        genre = self.current if self.view.selectionModel().hasSelection() else None
        self._edit.setEnabled(genre is not None)
        self._remove.setEnabled(genre is not None and self._can_remove(genre))

    def _open_menu(self, place: QPoint) -> None:
        index = self.view.indexAt(place)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        genre: Genre | None = index.data(GenreModel.GENRE_ROLE)
        if genre is not None:
            name = genre.name
            edit = QAction(
                self.tr("Change &colour…") if genre.shipped else self.tr("&Rename or colour…"), menu
            )
            theme.follow_icon(edit, "edit")
            edit.triggered.connect(lambda: self.edit_wanted.emit(name))
            remove = QAction(self.tr("Re&move genre"), menu)
            theme.follow_icon(remove, "remove")
            remove.setEnabled(self._can_remove(genre))
            remove.triggered.connect(lambda: self.remove_wanted.emit(name))
            menu.addActions([edit, remove])
            menu.addSeparator()
        new = QAction(self.tr("&New genre…"), menu)
        theme.follow_icon(new, "add")
        new.triggered.connect(self.create_wanted)
        menu.addAction(new)
        menu.popup(self.view.viewport().mapToGlobal(place))
