"""The waveform of running sound: it scrolls to the left, the newest sound is at the right edge."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from genre_app.audio.levels import CLIP_AMPLITUDE
from genre_app.gui import theme
from genre_app.gui.widgets.frame_rate import FrameRate

SECONDS = 10.0
"""How much sound is in view."""

_SCALE_HEIGHT = 20
_FADE_PIXELS = 64
_HALF = 128  # colours of each kind in the table: 0…127 usual, 128…255 clipped


def coverage(peaks: NDArray[np.float32], height: int, fade: int) -> NDArray[np.uint8]:
    """Return a picture of `peaks` as numbers of colours.

    Args:
        peaks: lowest and highest sample of each column, shape (n, 2).
        height: of the picture, in pixels.
        fade: in how many columns, from the left, it grows from nothing.

    Returns:
        uint8 of shape (height, n): 0…127 is how much of the pixel is covered; 128 more where the column
        is clipped.
    """
    # Full scale ends a pixel before the border, so that a clipped wave is not mistaken for a cut one.
    half = (height - 2) / 2.0
    middle = height / 2.0
    top = middle - np.clip(peaks[:, 1], -1.0, 1.0) * half
    bottom = middle - np.clip(peaks[:, 0], -1.0, 1.0) * half
    thin = np.maximum(0.0, 1.5 - (bottom - top)) / 2.0
    top, bottom = top - thin, bottom + thin
    rows = np.arange(height, dtype=np.float32)[:, None]
    covered = np.minimum(bottom, rows + 1.0)
    covered -= np.maximum(top, rows)
    np.clip(covered, 0.0, 1.0, out=covered)
    strength = np.full(len(peaks), _HALF - 1, np.float32)
    fade = min(fade, len(peaks))
    strength[:fade] *= np.linspace(0.0, 1.0, fade, dtype=np.float32)
    covered *= strength
    picture: NDArray[np.uint8] = covered.astype(np.uint8, order="C")
    clipped = np.abs(peaks).max(axis=1) >= CLIP_AMPLITUDE
    picture[:, clipped] += _HALF
    return picture


class LiveWaveform(QWidget):
    """Shows the last ten seconds of a recording.

    Attributes:
        frame_rate: of what is painted.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.frame_rate = FrameRate()
        self._peaks: NDArray[np.float32] = np.zeros((0, 2), np.float32)
        self._seconds = 0.0
        self._running = False
        self._hint = ""
        self._colour_table: list[int] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Waveform of the recording"))
        theme.notifier().changed.connect(self._forget_colours)

    def sizeHint(self) -> QSize:
        """Return a comfortable size."""
        return QSize(720, 220)

    def minimumSizeHint(self) -> QSize:
        """Return a size at which a beat can still be seen."""
        return QSize(240, 56)

    @property
    def columns(self) -> int:
        """How many columns of sound fit: one for each pixel of the screen."""
        return max(1, round(self.width() * self.devicePixelRatioF()))

    def show_sound(self, peaks: NDArray[np.float32], seconds: float) -> None:
        """Show running sound.

        Args:
            peaks: lowest and highest sample in each of `columns` parts of the last `SECONDS`, shape (n, 2).
            seconds: length of the recording, for the scale.
        """
        self._peaks = peaks
        self._seconds = seconds
        self._running = True
        self.update()

    def rest(self) -> None:
        """Stand still: what is in view stays, paler."""
        self._running = False
        self.update()

    def clear(self) -> None:
        """Show an empty line."""
        self._peaks = np.zeros((0, 2), np.float32)
        self._seconds = 0.0
        self.rest()

    def set_hint(self, text: str) -> None:
        """Show `text` while there is no sound in view."""
        self._hint = text
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the sound and its scale."""
        self.frame_rate.note()
        painter = QPainter(self)
        wave = QRectF(0, 0, self.width(), self.height() - _SCALE_HEIGHT)
        self._paint_lines(painter, wave)
        if len(self._peaks):
            painter.setOpacity(1.0 if self._running else 0.45)
            self._paint_wave(painter, wave)
            painter.setOpacity(1.0)
            self._paint_scale(painter, wave)
        elif self._hint:
            painter.setFont(theme.font("body"))
            painter.setPen(theme.colours().text_muted)
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(wave.adjusted(0, 0, 0, -wave.height() / 2 - 2), flags, self._hint)
        if self._running:
            # Where sound comes in.
            painter.setPen(QPen(theme.colours().danger, 2))
            painter.drawLine(QPointF(wave.right() - 1, 0), QPointF(wave.right() - 1, wave.bottom()))
        painter.end()

    def _paint_lines(self, painter: QPainter, wave: QRectF) -> None:
        middle = math.floor(wave.center().y()) + 0.5
        painter.setPen(QPen(theme.colours().border, 1))
        painter.drawLine(QPointF(0, middle), QPointF(wave.right(), middle))

    def _paint_wave(self, painter: QPainter, wave: QRectF) -> None:
        ratio = self.devicePixelRatioF()
        picture = coverage(self._peaks, max(3, round(wave.height() * ratio)), round(_FADE_PIXELS * ratio))
        height, width = picture.shape
        image = QImage(picture.data, width, height, width, QImage.Format.Format_Indexed8)
        image.setColorTable(self._colours())
        painter.drawImage(wave, image)

    def _paint_scale(self, painter: QPainter, wave: QRectF) -> None:
        colours = theme.colours()
        painter.setFont(theme.font("small"))
        pixels_per_second = wave.width() / SECONDS
        grid = QColor(colours.grid)
        first = max(0, math.ceil(self._seconds - SECONDS))
        for second in range(first, math.floor(self._seconds) + 1):
            x = wave.right() - (self._seconds - second) * pixels_per_second
            painter.setPen(QPen(grid, 1))
            painter.drawLine(QPointF(x, wave.bottom()), QPointF(x, wave.bottom() + 4))
            if second % 2 == 0:
                box = QRectF(x - 30, wave.bottom() + 3, 60, _SCALE_HEIGHT - 3)
                # Half a number at the border tells nothing.
                if box.left() >= -12 and box.right() <= wave.right() + 12:
                    painter.setPen(colours.text_muted)
                    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, f"{second // 60}:{second % 60:02d}")

    def _colours(self) -> list[int]:
        if not self._colour_table:
            for colour in (theme.colours().waveform_played, theme.colours().danger):
                for strength in range(_HALF):
                    shade = QColor(colour)
                    shade.setAlphaF(strength / (_HALF - 1))
                    self._colour_table.append(shade.rgba())
        return self._colour_table

    def _forget_colours(self) -> None:
        self._colour_table = []
        self.update()
