"""A menu of genres: one key for each of the first ten, and a new one at the end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication, QRectF, Qt
from PySide6.QtGui import QAction, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QMenu

from genre_app.gui import theme
from genre_app.gui.genre_names import display_name

if TYPE_CHECKING:
    from genre_app.dataset.records import Genre

KEYS: Final = "1234567890"
"""The keys of the first ten genres, in order."""


def genre_icon(genre: str) -> QIcon:
    """Return a dot in the colour of `genre`."""
    icon = QIcon()
    for scale in (1, 2):
        pixmap = QPixmap(16 * scale, 16 * scale)
        pixmap.setDevicePixelRatio(scale)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.genre_colour(genre))
        painter.drawEllipse(QRectF(3, 3, 10, 10))
        painter.end()
        icon.addPixmap(pixmap)
    return icon


def fill_genre_menu(
    menu: QMenu,
    genres: Sequence[Genre],
    choose: Callable[[str], object],
    create: Callable[[], object] | None,
    marked: str | None = None,
) -> QAction | None:
    """Put `genres` into `menu` and return the entry of the genre `marked`.

    While the menu is open, a figure chooses one of the first ten.

    Args:
        menu: an empty one.
        genres: in their order.
        choose: called with the name of the genre that is chosen.
        create: called if the user wants a new one; None if that is not offered.
        marked: name of the genre that is shown in bold: what the clip has, or what the model says.
    """
    found = None
    for place, genre in enumerate(genres):
        # What the user calls a genre may have an ampersand in it.
        name = display_name(genre.name).replace("&", "&&")
        action = QAction(genre_icon(genre.name), f"&{KEYS[place]}   {name}" if place < 10 else name, menu)
        action.triggered.connect(lambda _=False, name=genre.name: choose(name))
        if genre.name == marked:
            action.setFont(theme.font("strong"))
            found = action
        menu.addAction(action)
    if create is None:
        return found
    menu.addSeparator()
    new = QAction(QCoreApplication.translate("GenreMenu", "&New genre…"), menu)
    theme.follow_icon(new, "add")
    new.triggered.connect(lambda _=False: create())
    menu.addAction(new)
    return found
