"""The big round button that begins and ends a recording."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from genre_app.gui import theme

_SIZE = 76
# Recording is red everywhere, in both schemes the same.
_RED = QColor("#e03a44")


class RecordButton(QAbstractButton):
    """A red disc in a ring; while recording, a red square."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._recording = False
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.set_recording(False)
        theme.notifier().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """Return the size of the ring, with room for the mark of the focus."""
        return QSize(_SIZE, _SIZE)

    def set_recording(self, recording: bool) -> None:
        """Show what a press would do: stop, if `recording`, else record."""
        self._recording = recording
        name = self.tr("Stop") if recording else self.tr("Record")
        self.setAccessibleName(name)
        self.setToolTip(self.tr("Stop (R)") if recording else self.tr("Record (R)"))
        self.update()

    def hitButton(self, position: QPoint) -> bool:
        """Return whether `position` is on the disc: the corners do nothing."""
        away = QPointF(position) - QRectF(self.rect()).center()
        return QPointF.dotProduct(away, away) <= (_SIZE / 2) ** 2

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the button."""
        colours = theme.colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        centre = QRectF(self.rect()).center()
        fill = QColor(_RED if self.isEnabled() else colours.border)
        if self.isEnabled() and self.isDown():
            fill = fill.darker(118)
        elif self.isEnabled() and self.underMouse():
            fill = fill.lighter(112)

        if self.hasFocus():
            painter.setPen(QPen(colours.accent, 2))
            painter.drawEllipse(centre, _SIZE / 2 - 1.5, _SIZE / 2 - 1.5)
        ring = QColor(fill)
        ring.setAlphaF(0.35 if self.isEnabled() else 1.0)
        painter.setPen(QPen(ring, 4))
        painter.drawEllipse(centre, _SIZE / 2 - 7, _SIZE / 2 - 7)

        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        if self._recording:
            side = 26.0
            box = QRectF(centre.x() - side / 2, centre.y() - side / 2, side, side)
            painter.drawRoundedRect(box, 5, 5)
        else:
            radius = 21.0 if self.isDown() else 22.5
            painter.drawEllipse(centre, radius, radius)
        painter.end()
