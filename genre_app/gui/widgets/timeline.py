"""What everything that shows a sound along its length has in common: a time axis, a cursor, seeking."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from genre_app.gui import theme

CURSOR_WIDTH = 2.0


class Timeline(QWidget):
    """A widget whose whole width stands for the whole length of a sound.

    The cursor moves without repainting more than the pixels it leaves and enters: subclasses paint what
    lies under it in `paint_sound`, cheaply, for any rectangle.

    Attributes:
        scrubbed: emitted with seconds while the user drags; the sound need not follow yet.
        seek_requested: emitted with seconds when the user has chosen a position.
    """

    scrubbed = Signal(float)
    seek_requested = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._duration = 0.0
        self._position = 0.0
        self._cursor = 0.0  # where it is painted, in logical pixels
        self._dragging = False
        self._pressed_at = 0.0
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent, False)
        theme.notifier().changed.connect(self.refresh)

    @property
    def duration(self) -> float:
        """Seconds that the width stands for; 0 when there is nothing to show."""
        return self._duration

    @property
    def position(self) -> float:
        """Seconds at which the cursor stands."""
        return self._position

    @property
    def dragging(self) -> bool:
        """Whether the user is choosing a position at this moment."""
        return self._dragging

    def set_duration(self, seconds: float) -> None:
        """Let the width stand for `seconds`, and put the cursor at the beginning."""
        self._duration = max(0.0, seconds)
        self._position = 0.0
        self._dragging = False
        self.refresh()

    def set_position(self, seconds: float) -> None:
        """Move the cursor."""
        self._position = min(max(0.0, seconds), self._duration)
        old, new = self._cursor, self._cursor_x()
        # Small steps add up: what counts is how far it has come from where it was painted.
        if abs(new - old) * self.devicePixelRatioF() >= 0.5:
            self._cursor = new
            left, right = min(old, new), max(old, new)
            self.update(QRectF(left - 2, 0, right - left + 4, self.height()).toAlignedRect())

    def seconds_at(self, x: float) -> float:
        """Return the time at the horizontal position `x` in logical pixels, within the sound."""
        if self.width() <= 0:
            return 0.0
        return min(max(0.0, x / self.width()), 1.0) * self._duration

    def x_at(self, seconds: float) -> float:
        """Return where `seconds` lies, in logical pixels."""
        return seconds / self._duration * self.width() if self._duration > 0 else 0.0

    def refresh(self) -> None:
        """Repaint everything; subclasses drop what they cached."""
        self._cursor = self._cursor_x()
        self.update()

    def paint_sound(self, painter: QPainter, rect: QRect) -> None:
        """Paint what lies under the cursor, at least within `rect`."""
        raise NotImplementedError

    def cursor_colour(self) -> QColor:
        """Return the colour in which the cursor is seen on what `paint_sound` paints."""
        return theme.colours().cursor

    def _cursor_x(self) -> float:
        half = CURSOR_WIDTH / 2
        return min(max(half, self.x_at(self._position)), max(half, self.width() - half))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the sound and the cursor over it."""
        painter = QPainter(self)
        self.paint_sound(painter, event.rect())
        if self._duration > 0:
            left = self._cursor - CURSOR_WIDTH / 2
            painter.fillRect(QRectF(left, 0, CURSOR_WIDTH, self.height()), self.cursor_colour())
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit to the new size."""
        super().resizeEvent(event)
        self.refresh()

    def changeEvent(self, event: QEvent) -> None:
        """Look disabled when disabled."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.EnabledChange, QEvent.Type.FontChange):
            self.refresh()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to where the user clicks, at once."""
        if event.button() != Qt.MouseButton.LeftButton or self._duration <= 0:
            super().mousePressEvent(event)
            return
        self._dragging = True
        self._pressed_at = event.position().x()
        seconds = self.seconds_at(self._pressed_at)
        self.set_position(seconds)
        self.scrubbed.emit(seconds)
        self.seek_requested.emit(seconds)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Take the cursor along while the button is held."""
        if not self._dragging:
            super().mouseMoveEvent(event)
            return
        seconds = self.seconds_at(event.position().x())
        self.set_position(seconds)
        self.scrubbed.emit(seconds)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Go to where a drag ended."""
        if not self._dragging or event.button() != Qt.MouseButton.LeftButton:
            super().mouseReleaseEvent(event)
            return
        self._dragging = False
        x = event.position().x()
        if abs(x - self._pressed_at) >= 1:
            self.seek_requested.emit(self.seconds_at(x))
