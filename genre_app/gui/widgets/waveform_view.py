"""The outline of a whole sound, with what was played in another tone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFocusEvent, QImage, QMouseEvent, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from genre_app.gui import theme
from genre_app.gui.widgets.timeline import Timeline
from genre_app.gui.widgets.times import clock

# Quiet music is drawn larger, but silence with a little hiss must still look like silence.
_LARGEST_MAGNIFICATION = 4.0
_FILL = 0.94
_LABEL_PADDING = 5
_SUBCOLUMNS = 3  # for smooth edges


def outline(peaks: NDArray[np.float32], columns: int) -> NDArray[np.float32]:
    """Return `peaks`, float32 (n, 2) of minima and maxima, for `columns` columns.

    Where several columns become one, it keeps their extremes; where one becomes several, they blend.

    Returns:
        float32 of shape (columns, 2); zeros if there are no peaks.
    """
    n = len(peaks)
    if n == 0 or columns <= 0:
        return np.zeros((max(0, columns), 2), dtype=np.float32)
    if n >= columns:
        starts = (np.arange(columns) * n) // columns
        lowest = np.minimum.reduceat(peaks[:, 0], starts)
        highest = np.maximum.reduceat(peaks[:, 1], starts)
    else:
        places = (np.arange(columns) + 0.5) * n / columns - 0.5
        lowest = np.interp(places, np.arange(n), peaks[:, 0])
        highest = np.interp(places, np.arange(n), peaks[:, 1])
    return np.stack([lowest, highest], axis=1).astype(np.float32)


class WaveformView(Timeline):
    """The waveform of a sound over its whole length; click or drag to go to a place in it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._peaks = np.zeros((0, 2), dtype=np.float32)
        self._unplayed: QPixmap | None = None
        self._played: QPixmap | None = None
        self._hover_x: float | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(self.tr("Waveform"))

    def set_sound(self, peaks: NDArray[np.float32], duration: float) -> None:
        """Show the outline `peaks`, shape (n, 2): minimum and maximum of each column, of `duration` s."""
        self._peaks = peaks
        self.set_duration(duration)

    def sizeHint(self) -> QSize:
        """Return a comfortable size."""
        return QSize(480, 96)

    def minimumSizeHint(self) -> QSize:
        """Return the size below which the outline can't be read."""
        return QSize(160, 64)

    def refresh(self) -> None:
        """Draw the outline anew."""
        self._unplayed = self._played = None
        super().refresh()

    def paint_sound(self, painter: QPainter, rect: QRect) -> None:
        """Paint the outline in two tones, split at the cursor."""
        colours = theme.colours()
        if self._unplayed is None or self._played is None:
            mask = self._mask()
            self._unplayed = self._tinted(mask, colours.waveform)
            self._played = self._tinted(mask, colours.waveform_played)
        split = self._cursor if self._duration > 0 else 0.0
        for pixmap, left, right in (
            (self._played, 0.0, split),
            (self._unplayed, split, float(self.width())),
        ):
            painter.save()
            painter.setClipRect(QRectF(left, 0, right - left, self.height()).intersected(QRectF(rect)))
            painter.drawPixmap(0, 0, pixmap)
            painter.restore()
        if self._hover_x is not None and self._duration > 0:
            self._paint_hover(painter, self._hover_x)
        if self.hasFocus():
            pen = QPen(colours.accent, 1.5)
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.75, 0.75, -0.75, -0.75), 4, 4)

    def _mask(self) -> QImage:
        """Return the outline's shape in device pixels, as opacity.

        Written by NumPy: Qt takes five times as long for a polygon of so many corners.
        """
        ratio = self.devicePixelRatioF()
        width, height = max(1, round(self.width() * ratio)), max(1, round(self.height() * ratio))
        columns = outline(self._peaks, width * _SUBCOLUMNS)
        loudest = float(np.abs(columns).max(initial=0.0))
        scale = min(_LARGEST_MAGNIFICATION, 1.0 / loudest) if loudest > 0 else 1.0
        middle = height / 2
        reach = middle * _FILL * scale
        # At least a hair line, so that silence is a line and not nothing.
        hair = ratio / 2
        top = (middle - np.maximum(columns[:, 1] * reach, hair)).astype(np.float32)
        bottom = (middle - np.minimum(columns[:, 0] * reach, -hair)).astype(np.float32)
        y = np.arange(height, dtype=np.float32)[:, None]
        covered = np.clip(np.minimum(y + 1, bottom) - np.maximum(y, top), 0.0, 1.0)
        opacity = covered.reshape(height, width, _SUBCOLUMNS).mean(axis=2)
        stride = -(-width // 4) * 4
        pixels = np.zeros((height, stride), dtype=np.uint8)
        pixels[:, :width] = np.rint(255 * opacity)
        mask = QImage(pixels.tobytes(), width, height, stride, QImage.Format.Format_Alpha8).copy()
        mask.setDevicePixelRatio(ratio)
        return mask

    @staticmethod
    def _tinted(mask: QImage, colour: QColor) -> QPixmap:
        image = QImage(mask.size(), QImage.Format.Format_ARGB32_Premultiplied)
        image.setDevicePixelRatio(mask.devicePixelRatio())
        image.fill(colour)
        painter = QPainter(image)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationIn)
        painter.drawImage(0, 0, mask)
        painter.end()
        return QPixmap.fromImage(image)

    def _hover_label(self, x: float) -> tuple[str, QRectF]:
        text = clock(self.seconds_at(x))
        metrics = self.fontMetrics()
        width = metrics.horizontalAdvance(text) + 2 * _LABEL_PADDING
        left = x + 6 if x + 6 + width <= self.width() else x - 6 - width
        return text, QRectF(left, 2, width, metrics.height() + 2)

    def _paint_hover(self, painter: QPainter, x: float) -> None:
        colours = theme.colours()
        line = QColor(colours.cursor)
        line.setAlphaF(0.45)
        painter.fillRect(QRectF(x - 0.5, 0, 1, self.height()), line)
        text, box = self._hover_label(x)
        painter.setFont(self.font())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colours.border, 1))
        painter.setBrush(colours.surface_raised)
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(colours.text)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def _set_hover(self, x: float | None) -> None:
        for place in (self._hover_x, x):
            if place is not None:
                _, box = self._hover_label(place)
                self.update(box.adjusted(-8, -4, 8, 4).toAlignedRect())
                self.update(QRectF(place - 2, 0, 4, self.height()).toAlignedRect())
        self._hover_x = x

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say which time lies under the mouse."""
        super().mouseMoveEvent(event)
        self._set_hover(min(max(0.0, event.position().x()), float(self.width())))

    def leaveEvent(self, event: QEvent) -> None:
        """Say no time any more."""
        super().leaveEvent(event)
        self._set_hover(None)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that the focus went."""
        super().focusOutEvent(event)
        self.update()
