"""An icon that stands for something and cannot be pressed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel, QWidget

from genre_app.gui import theme


class Symbol(QLabel):
    """One of the theme's icons, muted unless told otherwise; follows the scheme.

    Args:
        name: of the icon.
        size: its width and height in pixels.
        ink: gives its colour in the present scheme.
    """

    def __init__(
        self,
        name: str,
        size: int,
        ink: Callable[[], QColor] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._name = name
        self._size = size
        self._ink = ink
        theme.notifier().changed.connect(self._draw)
        self._draw()

    def _draw(self) -> None:
        ink = theme.colours().text_muted if self._ink is None else self._ink()
        self.setPixmap(theme.icon(self._name, ink).pixmap(self._size, self._size))
