"""The log-mel spectrogram of a whole sound, with axes in time and Hz. Imports pyqtgraph: load it lazily."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QLinearGradient,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from genre_app.features.log_mel import FLOOR_DB, FULL_SCALE, HOP_LENGTH, N_MELS, SAMPLE_RATE, mel_frequencies
from genre_app.gui import theme
from genre_app.gui.widgets.text import Caption, tabular
from genre_app.gui.widgets.timeline import CURSOR_WIDTH
from genre_app.gui.widgets.times import clock

TICK_FREQUENCIES: Final = (100, 500, 1000, 2000, 5000, 10000)
"""Hz, where the frequency axis has ticks."""

RIGHT_MARGIN: Final = 8
"""Pixels right of the picture, for half of the last label."""

_COLOUR_MAP = "magma"
_FRAME_SECONDS = HOP_LENGTH / SAMPLE_RATE
_TIME_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400)
_TICK_SPACING = 64
_DIGIT_WIDTH = 8.0
_MINUTE = 60.0


def band_position(frequency: float) -> float:
    """Return where `frequency` (Hz) lies on an axis on which band b spans b to b + 1."""
    return float(np.interp(frequency, mel_frequencies(), np.arange(N_MELS))) + 0.5


def frequency_at(position: float) -> float:
    """Return the frequency in Hz at a position on the axis of bands: the inverse of `band_position`."""
    return float(np.interp(position - 0.5, np.arange(N_MELS), mel_frequencies()))


def frequency_text(frequency: float) -> str:
    """Return ``500`` or ``2k``."""
    return f"{frequency / 1000:g}k" if frequency >= 1000 else f"{frequency:g}"


def level_db(value: int) -> float:
    """Return the level in dB, relative to the loudest cell, that a `value` of the log-mel stands for.

    Its scale counts 20 dB for a factor of ten in power, where decibels of power are 10.
    """
    return (value / FULL_SCALE - 1.0) * -FLOOR_DB / 2


def time_ticks(duration: float, width: float) -> list[tuple[float, str]]:
    """Return positions (s) and labels that leave each label enough of the `width` pixels."""
    most = max(2.0, width / _TICK_SPACING)
    step = next((step for step in _TIME_STEPS if duration / step <= most), _TIME_STEPS[-1])
    positions = np.arange(0.0, duration + 1e-9, step)
    plain = duration < _MINUTE
    ticks = [(float(at), f"{at:g}" if plain else clock(at)) for at in positions]
    # A label that would be cut off at the right edge says something wrong.
    return [
        (at, label)
        for at, label in ticks
        if (duration - at) / max(duration, 1e-9) * width + RIGHT_MARGIN >= _DIGIT_WIDTH * len(label) / 2
    ]


class ColourScale(QWidget):
    """A small gradient that says which colour is loud."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(72, 8)
        lookup = pg.colormap.get(_COLOUR_MAP).getLookupTable(0.0, 1.0, 32)
        self._stops = [QColor(*(int(part) for part in row[:3])) for row in lookup]

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the gradient."""
        del event
        gradient = QLinearGradient(0, 0, self.width(), 0)
        for index, colour in enumerate(self._stops):
            gradient.setColorAt(index / (len(self._stops) - 1), colour)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(gradient)
        painter.drawRoundedRect(QRectF(self.rect()), 3, 3)
        painter.end()


class _Cursor(QWidget):
    """The playing position, over the picture: moving it repaints only what it uncovers."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a line that is seen on dark and bright cells alike."""
        del event
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(255, 255, 255, 235))
        painter.end()


class SpectrogramView(QWidget):
    """The picture, its axes, and what lies under the mouse. Its left axis is `gutter` pixels wide.

    Attributes:
        seek_requested: emitted with seconds when the user clicks.
    """

    seek_requested = Signal(float)

    def __init__(self, gutter: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._gutter = gutter
        self._spectrogram = np.zeros((N_MELS, 0), dtype=np.uint8)
        self._span = 0.0
        self._duration = 0.0
        self._position = 0.0

        self.plot = pg.PlotWidget(enableMenu=False)
        self.plot.setFrameShape(self.plot.Shape.NoFrame)
        self.plot.hideButtons()
        self.plot.setMouseEnabled(x=False, y=False)
        self.plot.setMouseTracking(True)
        self.plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.plot.viewport().setCursor(Qt.CursorShape.CrossCursor)
        self.plot.viewport().installEventFilter(self)
        self.plot.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        item = self.plot.getPlotItem()
        item.layout.setContentsMargins(0, 0, RIGHT_MARGIN, 0)
        item.layout.setSpacing(0)
        self.view_box = item.getViewBox()
        self.view_box.setDefaultPadding(0)
        self.image = pg.ImageItem(axisOrder="row-major")
        self.image.setColorMap(pg.colormap.get(_COLOUR_MAP))
        self.plot.addItem(self.image)
        self.frequency_axis = self.plot.getAxis("left")
        self.time_axis = self.plot.getAxis("bottom")
        self.frequency_axis.setWidth(gutter)
        self.frequency_axis.setTicks([[(band_position(f), frequency_text(f)) for f in TICK_FREQUENCIES]])
        self._line = _Cursor(self.plot.viewport())

        self._caption = Caption("small")
        self._caption.setText(self.tr("Log-mel spectrogram"))
        self._unit = Caption("small")
        self._unit.setText(self.tr("Hz"))
        self._unit.setFixedWidth(gutter - theme.SPACE_S)
        self._unit.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.readout = Caption("small", muted=False)
        self._quiet = Caption("small")
        self._quiet.setText(self.tr("%1 dB").replace("%1", f"−{abs(level_db(0)):.0f}"))
        self._loud = Caption("small")
        self._loud.setText(self.tr("%1 dB").replace("%1", "0"))
        top = QHBoxLayout()
        top.setContentsMargins(0, 0, RIGHT_MARGIN, 0)
        top.setSpacing(theme.SPACE_S)
        top.addWidget(self._unit)
        top.addWidget(self._caption)
        top.addStretch(1)
        top.addWidget(self.readout)
        top.addSpacing(theme.SPACE_S)
        for part in (self._quiet, ColourScale(), self._loud):
            top.addWidget(part)
        self._seconds = Caption("small")
        self._seconds.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.SPACE_XS)
        layout.addLayout(top)
        layout.addWidget(self.plot, 1)
        layout.addWidget(self._seconds)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Log-mel spectrogram"))
        self.view_box.sigResized.connect(self._fit)
        theme.notifier().changed.connect(self._restyle)
        self._restyle()

    def sizeHint(self) -> QSize:
        """Return a comfortable size."""
        return QSize(480, 240)

    def minimumSizeHint(self) -> QSize:
        """Return the height below which the frequency labels would touch."""
        return QSize(240, 200)

    def set_sound(self, spectrogram: NDArray[np.uint8], span: float, duration: float) -> None:
        """Show `spectrogram`, uint8 (128, m) spanning `span` seconds, on an axis of `duration` seconds."""
        self._spectrogram = spectrogram
        self._span = span
        self._duration = duration
        self._position = 0.0
        self.image.setImage(spectrogram, levels=(0, 255), autoLevels=False)
        # A frame is centred on its moment, so the first one begins half a frame before the sound.
        self.image.setRect(QRectF(-_FRAME_SECONDS / 2, 0, max(span, 1e-6), N_MELS))
        self.view_box.setRange(xRange=(0, max(duration, 1e-6)), yRange=(0, N_MELS), padding=0)
        self._seconds.setText(self.tr("Time (s)") if duration < _MINUTE else self.tr("Time (min:s)"))
        self.readout.clear()
        self._fit()

    def set_position(self, seconds: float) -> None:
        """Move the cursor."""
        self._position = seconds
        self._place_cursor()

    def picture_rect(self) -> QRectF:
        """Return where the picture lies, in the coordinates of `plot`'s viewport."""
        corners = self.plot.mapFromScene(self.view_box.sceneBoundingRect())
        return QRectF(corners.boundingRect())

    def text_at(self, place: QPointF) -> str:
        """Return time, frequency and level at `place` in the viewport; empty outside of the picture."""
        area = self.picture_rect()
        columns = self._spectrogram.shape[1]
        if columns == 0 or not area.contains(place) or self._duration <= 0:
            return ""
        seconds = (place.x() - area.left()) / area.width() * self._duration
        band = (area.bottom() - place.y()) / area.height() * N_MELS
        column = min(columns - 1, max(0, int((seconds + _FRAME_SECONDS / 2) / self._span * columns)))
        value = int(self._spectrogram[min(N_MELS - 1, max(0, int(band))), column])
        when = f"{seconds:.1f} s" if self._duration < _MINUTE else clock(seconds)
        frequency = frequency_at(band)
        pitch = f"{frequency / 1000:.1f} kHz" if frequency >= 1000 else f"{frequency:.0f} Hz"
        level = level_db(value)
        quiet = "≤ " if value == 0 else ""
        return f"{when}  ·  {pitch}  ·  {quiet}{f'{level:.0f}'.replace('-', '−')} dB"

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the mouse from the plot: it reads and seeks, and the wheel scrolls the page around it."""
        del watched
        if event.type() == QEvent.Type.Wheel:
            event.ignore()
            return True
        if event.type() == QEvent.Type.Leave:
            self.readout.clear()
        if not isinstance(event, QMouseEvent):
            return False
        place = event.position()
        if event.type() == QEvent.Type.MouseMove:
            self.readout.setText(self.text_at(place))
        elif event.type() == QEvent.Type.MouseButtonPress and event.button() == Qt.MouseButton.LeftButton:
            area = self.picture_rect()
            if area.contains(place) and self._duration > 0:
                self.seek_requested.emit((place.x() - area.left()) / area.width() * self._duration)
        return True

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit ticks and cursor to the new size."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        area = self.picture_rect()
        self.time_axis.setTicks([time_ticks(self._duration, area.width())])
        self._place_cursor()

    def _place_cursor(self) -> None:
        area = self.picture_rect()
        self._line.setVisible(self._duration > 0)
        if self._duration > 0:
            share = min(max(0.0, self._position / self._duration), 1.0)
            x = area.left() + share * (area.width() - CURSOR_WIDTH)
            place = QRect(round(x), round(area.top()), round(CURSOR_WIDTH), round(area.height()))
            if place != self._line.geometry():
                self._line.setGeometry(place)

    def _restyle(self) -> None:
        colours = theme.colours()
        self.plot.setBackground(colours.surface)
        for axis in (self.frequency_axis, self.time_axis):
            axis.setStyle(tickFont=tabular(theme.font("small")), tickLength=-4, tickTextOffset=6)
            axis.setStyle(hideOverlappingLabels=False)
            axis.setPen(pg.mkPen(colours.border))
            axis.setTextPen(pg.mkPen(colours.text_muted))
