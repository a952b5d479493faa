"""A sound in little room: its waveform over its spectrogram, and a button that plays it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from genre_app.features.log_mel import N_MELS
from genre_app.gui import theme
from genre_app.gui.widgets.text import Caption
from genre_app.gui.widgets.timeline import Timeline
from genre_app.gui.widgets.times import clock
from genre_app.gui.widgets.transport import Playback, PlayButton
from genre_app.gui.widgets.waveform_view import WaveformView

if TYPE_CHECKING:
    from genre_app.dataset.audition import Sound

# The same colours as the large spectrogram has (matplotlib's magma), which comes with pyqtgraph: too much to
# load for a small picture.
_MAGMA: Final = (
    (0, 0, 4),
    (28, 16, 68),
    (79, 18, 123),
    (129, 37, 129),
    (181, 54, 122),
    (229, 80, 100),
    (251, 135, 97),
    (254, 194, 135),
    (252, 253, 191),
)


def _colour_table() -> list[int]:
    places = np.linspace(0, 255, len(_MAGMA))
    channels = np.array(_MAGMA, dtype=float).T
    table = np.stack([np.interp(np.arange(256), places, channel) for channel in channels], axis=1)
    return [QColor(*map(round, row)).rgb() for row in table.tolist()]


class SmallSpectrogram(Timeline):
    """A log-mel without axes, low frequencies at the bottom."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image: QImage | None = None
        self._span = 0.0
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Log-mel spectrogram"))

    def set_sound(self, spectrogram: NDArray[np.uint8] | None, span: float, duration: float) -> None:
        """Show `spectrogram`, uint8 (128, m) spanning `span` seconds, of a sound `duration` seconds long."""
        self._span = span
        self._image = None
        if spectrogram is not None and spectrogram.shape[1]:
            width = spectrogram.shape[1]
            rows = np.zeros((N_MELS, -(-width // 4) * 4), np.uint8)
            rows[:, :width] = spectrogram[::-1]
            image = QImage(rows.tobytes(), width, N_MELS, rows.shape[1], QImage.Format.Format_Indexed8)
            image.setColorTable(_colour_table())
            self._image = image.convertToFormat(QImage.Format.Format_RGB32)
        self.set_duration(duration)

    def sizeHint(self) -> QSize:
        """Return a comfortable size."""
        return QSize(320, 132)

    def minimumSizeHint(self) -> QSize:
        """Return the size below which nothing can be told apart."""
        return QSize(160, 72)

    def paint_sound(self, painter: QPainter, rect: QRect) -> None:
        """Paint the picture, as wide as its sound is long."""
        del rect
        area = QRectF(self.rect())
        corners = QPainterPath()
        corners.addRoundedRect(area, 4, 4)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.save()
        painter.setClipPath(corners)
        if self._image is None:
            painter.fillRect(area, theme.colours().grid)
        else:
            width = area.width() * self._span / self._duration if self._duration > 0 else area.width()
            painter.drawImage(QRectF(0, 0, width, area.height()), self._image)
        painter.restore()

    def cursor_colour(self) -> QColor:
        """Return white: the picture is dark in both schemes."""
        return QColor(255, 255, 255, 235)


class SoundCard(QFrame):
    """Shows one sound and plays it.

    Attributes:
        playing_started: emitted when it begins to play.
        failed: emitted with the `GenreAppError` that ended playing.
        playback: plays it.
        heading: says which sound it is.
    """

    playing_started = Signal()
    failed = Signal(object)

    def __init__(self, heading: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self.playback = Playback(self)
        self.sound: Sound | None = None
        self.play_button = PlayButton()
        self.waveform = WaveformView()
        self.waveform.setFixedHeight(64)
        self.spectrogram = SmallSpectrogram()
        self.heading = Caption("strong", muted=False)
        self.heading.setText(heading)
        self._time = Caption("small")
        top = QHBoxLayout()
        top.setSpacing(theme.SPACE_S)
        top.addWidget(self.play_button)
        top.addWidget(self.heading)
        top.addStretch(1)
        top.addWidget(self._time)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.SPACE_M, theme.SPACE_S, theme.SPACE_M, theme.SPACE_M)
        layout.setSpacing(theme.SPACE_S)
        layout.addLayout(top)
        layout.addWidget(self.waveform)
        layout.addWidget(self.spectrogram, 1)
        policy = self.play_button.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.play_button.setSizePolicy(policy)
        self.play_button.clicked.connect(self.playback.toggle)
        for timeline in (self.waveform, self.spectrogram):
            timeline.scrubbed.connect(self._show_position)
            timeline.seek_requested.connect(self.playback.seek)
        self.playback.position_changed.connect(self._follow)
        self.playback.playing_changed.connect(self._playing_changed)
        self.playback.failed.connect(self.failed)
        self.set_sound(None)

    def set_sound(self, sound: Sound | None) -> None:
        """Show `sound`, ready to be played from its beginning; None while there is none."""
        self.sound = sound
        if sound is None:
            self.waveform.set_sound(np.zeros((0, 2), np.float32), 0.0)
            self.spectrogram.set_sound(None, 0.0, 0.0)
            self.playback.set_file(None)
        else:
            self.waveform.set_sound(sound.peaks, sound.duration)
            self.spectrogram.set_sound(sound.spectrogram, sound.spectrogram_seconds, sound.duration)
            self.playback.set_file(sound.path, sound.duration)
        self.play_button.setVisible(sound is not None)
        self._show_position(0.0)

    def _follow(self, seconds: float) -> None:
        if not self.waveform.dragging and not self.spectrogram.dragging:
            self._show_position(seconds)

    def _show_position(self, seconds: float) -> None:
        self.waveform.set_position(seconds)
        self.spectrogram.set_position(seconds)
        if self.sound is None:
            self._time.setText("")
        else:
            self._time.setText(f"{clock(seconds)} / {clock(self.sound.duration)}")

    def _playing_changed(self, playing: bool) -> None:
        self.play_button.set_playing(playing)
        if playing:
            self.playing_started.emit()
