"""A box to tick, in the shape of the theme's fields."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QCheckBox, QWidget

from genre_app.gui import theme

_SIZE = 16


class CheckBox(QCheckBox):
    """A check box painted here: Fusion's own can hardly be seen on a dark ground."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        theme.notifier().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """Return room for the box and the words."""
        metrics = QFontMetrics(self.font())
        width = metrics.horizontalAdvance(self.text())
        return QSize(_SIZE + theme.SPACE_S + width + 2, max(_SIZE + 4, metrics.height()))

    def minimumSizeHint(self) -> QSize:
        """Return room for all of it."""
        return self.sizeHint()

    def hitButton(self, pos: object) -> bool:
        """Take a click anywhere on the box or the words."""
        del pos
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the box, its tick, and the words."""
        del event
        colours = theme.colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(0.5, (self.height() - _SIZE) / 2 + 0.5, _SIZE - 1, _SIZE - 1)
        edge = colours.text_muted
        if self.hasFocus() or self.isChecked():
            edge = colours.accent
        painter.setPen(edge)
        painter.setBrush(colours.accent if self.isChecked() else colours.surface)
        painter.drawRoundedRect(box, 4, 4)
        if self.isChecked():
            painter.setPen(
                QPen(
                    colours.on_accent,
                    1.8,
                    Qt.PenStyle.SolidLine,
                    Qt.PenCapStyle.RoundCap,
                    Qt.PenJoinStyle.RoundJoin,
                )
            )
            painter.setBrush(Qt.BrushStyle.NoBrush)
            centre = box.center()
            tick = [centre + QPointF(-3.5, 0.2), centre + QPointF(-1, 2.8), centre + QPointF(3.6, -2.6)]
            painter.drawPolyline(QPolygonF(tick))
        painter.setPen(colours.text if self.isEnabled() else colours.text_muted)
        painter.setFont(self.font())
        left = _SIZE + theme.SPACE_S
        words = QRectF(left, 0, self.width() - left, self.height())
        painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine), self.text())
        painter.end()
