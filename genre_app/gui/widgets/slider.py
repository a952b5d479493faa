"""A slider in the shape and colours of the theme."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QSlider, QWidget

from genre_app.gui import theme

_HANDLE = 14.0
_GROOVE = 4.0


class Slider(QSlider):
    """A horizontal slider that goes where it is clicked; the wheel is left to the page it stands on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        theme.notifier().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """Return a comfortable size."""
        return QSize(120, 22)

    def minimumSizeHint(self) -> QSize:
        """Return the width below which it can't be set well."""
        return QSize(60, 22)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the groove, filled up to the handle."""
        del event
        colours = theme.colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        groove = QRectF(_HANDLE / 2, (self.height() - _GROOVE) / 2, max(1.0, self.width() - _HANDLE), _GROOVE)
        ink = QColor(colours.accent if self.isEnabled() else colours.border)
        x = groove.left() + self._share() * groove.width()
        painter.setBrush(colours.grid)
        painter.drawRoundedRect(groove, _GROOVE / 2, _GROOVE / 2)
        painter.setBrush(ink)
        painter.drawRoundedRect(
            QRectF(groove.left(), groove.top(), x - groove.left(), _GROOVE), _GROOVE / 2, _GROOVE / 2
        )
        size = _HANDLE if self.isEnabled() else _HANDLE - 4
        handle = QRectF(x - size / 2, (self.height() - size) / 2, size, size).adjusted(1, 1, -1, -1)
        painter.setPen(QPen(ink, 2))
        painter.setBrush(ink if self.isSliderDown() or self.hasFocus() else colours.surface)
        painter.drawEllipse(handle)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the handle to the mouse."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self._follow(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Take the handle along."""
        if self.isSliderDown():
            self._follow(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let the handle go."""
        del event
        self.setSliderDown(False)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll the page: a value that changes in passing is not noticed."""
        event.ignore()

    def _share(self) -> float:
        return (self.value() - self.minimum()) / max(1, self.maximum() - self.minimum())

    def _follow(self, event: QMouseEvent) -> None:
        share = (event.position().x() - _HANDLE / 2) / max(1.0, self.width() - _HANDLE)
        share = min(max(0.0, share), 1.0)
        step = max(1, self.singleStep())
        value = self.minimum() + share * (self.maximum() - self.minimum())
        self.setValue(round(value / step) * step)
