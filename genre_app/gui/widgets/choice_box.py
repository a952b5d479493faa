"""A list to choose one thing from, in the shape of the theme's buttons."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QComboBox, QWidget

from genre_app.gui import theme

_ARROW_WIDTH = 28
_CORNER = 6


class ChoiceBox(QComboBox):
    """A combo box whose closed form is painted here: a style sheet would cost it its arrow."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        theme.notifier().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """Return room for the longest choice."""
        return super().sizeHint() + QSize(theme.SPACE_L, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint frame, choice and arrow."""
        colours = theme.colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        edge = colours.border
        if self.hasFocus():
            edge = colours.accent
        elif self.underMouse() and self.isEnabled():
            edge = colours.text_muted
        painter.setPen(edge)
        painter.setBrush(colours.surface if self.isEnabled() else colours.window)
        painter.drawRoundedRect(frame, _CORNER, _CORNER)

        ink = colours.text if self.isEnabled() and self.count() else colours.text_muted
        painter.setPen(ink)
        painter.setFont(self.font())
        room = frame.adjusted(theme.SPACE_M, 0, -_ARROW_WIDTH, 0)
        text = self.currentText() or self.placeholderText()
        text = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, int(room.width()))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, text)
        tip = QPointF(frame.right() - _ARROW_WIDTH / 2, frame.center().y() + 2)
        painter.setPen(QPen(ink, 1.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF([tip + QPointF(-4, -4), tip, tip + QPointF(4, -4)]))
        painter.end()
