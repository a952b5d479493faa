"""A button of the rail that turns pages, with a mark for what goes on behind the page."""

from __future__ import annotations

from typing import Final, Literal

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QToolButton, QWidget

from genre_app.gui import theme

Mark = Literal["busy", "ready"]

_RADIUS: Final = 4.0


class RailButton(QToolButton):
    """Turns to a page; a dot beside its icon says that work goes on there, or that it is done."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mark: Mark | None = None

    @property
    def mark(self) -> Mark | None:
        """What the dot says; None if there is none."""
        return self._mark

    def set_mark(self, mark: Mark | None) -> None:
        """Say that work goes on, that it is done, or nothing."""
        if mark != self._mark:
            self._mark = mark
            self.setAccessibleDescription(
                "" if mark is None else self.tr("at work") if mark == "busy" else self.tr("done")
            )
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the button, and the dot."""
        super().paintEvent(event)
        if self._mark is None:
            return
        colours = theme.colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(colours.surface_raised)
        painter.setBrush(colours.accent if self._mark == "busy" else colours.success)
        painter.drawEllipse(QPointF(self.width() / 2 + 17, 13.0), _RADIUS, _RADIUS)
        painter.end()
