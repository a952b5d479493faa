"""What covers the window while files are held over it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from genre_app.gui import theme


class DropOverlay(QWidget):
    """A veil with a dashed frame that says that files may be let go. It takes no events itself.

    Attributes:
        text: what it says.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._covered = parent
        self.text = ""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def cover(self, text: str) -> None:
        """Show the veil, with `text` in its middle, over the whole parent."""
        self.text = text
        self.setGeometry(self._covered.rect())
        self.raise_()
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the veil."""
        colours = theme.colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        veil = QColor(colours.window)
        veil.setAlphaF(0.9)
        painter.fillRect(self.rect(), veil)
        frame = QRectF(self.rect()).adjusted(20, 20, -20, -20)
        tint = QColor(colours.accent)
        tint.setAlphaF(0.08)
        painter.setBrush(tint)
        painter.setPen(QPen(colours.accent, 2, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(frame, 14, 14)
        centre = frame.center()
        place = QRectF(centre.x() - 24, centre.y() - 56, 48, 48)
        theme.icon("note", colours.accent).paint(painter, place.toRect())
        painter.setPen(colours.text)
        painter.setFont(theme.font("title"))
        words = QRectF(frame.left(), centre.y() + 4, frame.width(), 40)
        painter.drawText(words, int(Qt.AlignmentFlag.AlignCenter), self.text)
