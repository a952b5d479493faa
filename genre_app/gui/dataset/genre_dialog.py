"""The dialog that names and colours a genre."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QColorDialog,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from genre_app.errors import GenreAppError
from genre_app.gui import theme
from genre_app.gui.genre_names import display_name
from genre_app.gui.messages import translated
from genre_app.gui.widgets.text import Caption

if TYPE_CHECKING:
    from genre_app.dataset.records import Genre

# Far from each other and from those of the shipped genres; each can be seen on both schemes.
PALETTE: Final = (
    "#d6336c",
    "#e8590c",
    "#f08c00",
    "#66a80f",
    "#2b8a3e",
    "#0c8599",
    "#1971c2",
    "#3b5bdb",
    "#7048e8",
    "#9c36b5",
    "#a0522d",
    "#5c677d",
)
_COLUMNS: Final = 6


class _Swatch(QAbstractButton):
    """A colour that can be chosen."""

    def __init__(self, colour: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.colour = colour
        self.setCheckable(True)
        self.setFixedSize(QSize(32, 32))
        self.setAccessibleName(colour)
        self.setToolTip(colour)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a disc, with a ring if it is chosen."""
        del event
        colours = theme.colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        disc = QRectF(self.rect()).adjusted(5, 5, -5, -5)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.visible_colour(QColor(self.colour)))
        painter.drawEllipse(disc)
        if self.isChecked() or self.hasFocus() or self.underMouse():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colours.text if self.isChecked() else colours.border, 2))
            painter.drawEllipse(disc.adjusted(-3.5, -3.5, 3.5, 3.5))


class GenreDialog(QDialog):
    """Asks for the name and the colour of a new genre, or of one that there is.

    It stays open until the wish was granted: `show_error` says why it was not, and `accept` closes it.

    Attributes:
        wished: emitted with name and colour (``#rrggbb``) when the user has decided.
        name: the field for the name.
    """

    wished = Signal(str, str)

    def __init__(self, genre: Genre | None, genres: Sequence[Genre], parent: QWidget | None = None) -> None:
        """Ask for a new genre, or for `genre`'s new name and colour; `genres` are those that there are."""
        super().__init__(parent)
        used = {known.colour for known in genres}
        chosen = genre.colour if genre else next((c for c in PALETTE if c not in used), PALETTE[0])
        self.setWindowTitle(self.tr("New genre") if genre is None else display_name(genre.name))
        self.name = QLineEdit("" if genre is None else genre.name)
        self.name.setPlaceholderText(self.tr("Name, in any script"))
        self.name.setAccessibleName(self.tr("Name"))
        self.name.setMaxLength(120)
        self.name.setMinimumWidth(300)
        if genre is not None and genre.shipped:
            self.name.setText(display_name(genre.name))
            self.name.setReadOnly(True)
            self.name.setEnabled(False)
        self._fixed_name = genre.name if genre is not None and genre.shipped else None
        self.error = Caption("small")
        self.error.setWordWrap(True)
        self.error.hide()

        self._group = QButtonGroup(self)
        colours = QGridLayout()
        colours.setSpacing(theme.SPACE_XS)
        for place, colour in enumerate(PALETTE):
            colours.addWidget(self._swatch(colour), place // _COLUMNS, place % _COLUMNS)
        self._own = self._swatch(chosen if chosen not in PALETTE else "#808080")
        self._own.setVisible(chosen not in PALETTE)
        for swatch in self._swatches():
            if swatch.colour == chosen:
                swatch.setChecked(True)
        other = QPushButton(self.tr("Other colour…"))
        other.setAutoDefault(False)  # Enter creates
        other.clicked.connect(self._choose_colour)
        beside = QHBoxLayout()
        beside.setSpacing(theme.SPACE_S)
        beside.addLayout(colours)
        beside.addStretch()
        more = QVBoxLayout()
        more.setSpacing(theme.SPACE_XS)
        more.addWidget(other)
        more.addWidget(self._own, 0, Qt.AlignmentFlag.AlignHCenter)
        more.addStretch()
        beside.addLayout(more)

        buttons = QDialogButtonBox()
        cancel = buttons.addButton(self.tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        self._ok = buttons.addButton(
            self.tr("Create") if genre is None else self.tr("Save"), QDialogButtonBox.ButtonRole.AcceptRole
        )
        self._ok.setProperty("primary", True)
        self._ok.setDefault(True)
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        self._ok.clicked.connect(self._wish)

        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.SPACE_XL, theme.SPACE_XL, theme.SPACE_XL, theme.SPACE_L)
        layout.setSpacing(theme.SPACE_S)
        layout.addWidget(_label(self.tr("Name")))
        layout.addWidget(self.name)
        layout.addWidget(self.error)
        layout.addSpacing(theme.SPACE_XS)
        layout.addWidget(_label(self.tr("Colour")))
        layout.addLayout(beside)
        layout.addSpacing(theme.SPACE_M)
        layout.addWidget(buttons)
        self.name.textChanged.connect(self._changed)
        self._changed()

    @property
    def colour(self) -> str:
        """The chosen colour, ``#rrggbb``."""
        swatch = self._group.checkedButton()
        assert isinstance(swatch, _Swatch)
        return swatch.colour

    def choose_colour(self, colour: str) -> None:
        """Choose a colour that is not in the palette, ``#rrggbb``."""
        self._own.colour = colour
        self._own.setToolTip(colour)
        self._own.setAccessibleName(colour)
        self._own.setVisible(True)
        self._own.setChecked(True)
        self._own.update()

    def show_error(self, error: GenreAppError) -> None:
        """Say why the wish was not granted, and let the user change it."""
        self.error.setText(translated(error)[1])
        self.error.set_ink(theme.colours().danger)
        self.error.show()
        self._ok.setEnabled(True)
        self.name.setFocus()
        self.name.selectAll()

    def _swatches(self) -> list[_Swatch]:
        return [button for button in self._group.buttons() if isinstance(button, _Swatch)]

    def _swatch(self, colour: str) -> _Swatch:
        swatch = _Swatch(colour)
        self._group.addButton(swatch)
        return swatch

    def _choose_colour(self) -> None:
        dialog = QColorDialog(QColor(self.colour), self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.colorSelected.connect(lambda colour: self.choose_colour(colour.name()))
        dialog.open()

    def _changed(self) -> None:
        self.error.hide()
        self._ok.setEnabled(bool(self.name.text().strip()))

    def _wish(self) -> None:
        self._ok.setEnabled(False)
        self.wished.emit(self._fixed_name or self.name.text(), self.colour)


def _label(text: str) -> QLabel:
    label = Caption("small")
    label.setText(text)
    return label
