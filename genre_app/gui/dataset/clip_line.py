"""One clip in a line, wherever a few clips are judged one by one: heard in place, named, labelled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from genre_app.gui import theme
from genre_app.gui.dataset.waveform_loader import WaveformLoader
from genre_app.gui.widgets.text import Caption, ElidedCaption
from genre_app.gui.widgets.times import clock
from genre_app.gui.widgets.transport import PlayButton

if TYPE_CHECKING:
    from genre_app.dataset.records import Clip

_STEP: Final = 3
_BUTTON: Final = 32


class Outline(QWidget):
    """A clip's waveform, and how much of it was heard.

    Attributes:
        pressed: emitted with the place that was clicked, 0…1.
    """

    pressed = Signal(float)

    def __init__(self, clip: Clip, waveforms: WaveformLoader, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._clip = clip
        self._waveforms = waveforms
        self._heard = 0.0
        self.setFixedSize(132, 34)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        waveforms.arrived.connect(self.update)
        theme.notifier().changed.connect(self.update)

    def set_heard(self, share: float) -> None:
        """Show that `share` of it, 0…1, was heard."""
        if share != self._heard:
            self._heard = share
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Play from where the user clicked."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.pressed.emit(min(1.0, max(0.0, event.position().x() / max(1, self.width()))))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint bars, those that were heard in another colour; a line until they are there."""
        del event
        colours = theme.colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        outline = self._waveforms.outline(self._clip)
        middle = self.height() / 2
        if outline is None or outline.size == 0:
            painter.fillRect(QRectF(0, middle - 0.5, self.width(), 1), colours.border)
        else:
            n_bars = self.width() // _STEP
            for bar in range(n_bars):
                start = bar * outline.size // n_bars
                stop = max(start + 1, (bar + 1) * outline.size // n_bars)
                swing = max(0.75, (middle - 4) * float(outline[start:stop].max()) / 255)
                heard = bar < round(self._heard * n_bars)
                painter.setBrush(colours.waveform_played if heard else colours.waveform)
                painter.drawRect(QRectF(bar * _STEP, middle - swing, 2, 2 * swing))
        painter.end()


class ClipLine(QWidget):
    """Plays, shows and names one clip.

    Attributes:
        play_wanted: emitted with the clip and the place to play from, 0…1; -1 to play or pause.
        clip: what it shows.
        play_button: plays, or pauses.
    """

    play_wanted = Signal(object, float)

    def __init__(self, clip: Clip, waveforms: WaveformLoader, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.clip = clip
        self.play_button = PlayButton()
        self.play_button.setFixedSize(_BUTTON, _BUTTON)
        self.play_button.clicked.connect(lambda: self.play_wanted.emit(self.clip, -1.0))
        self._outline = Outline(clip, waveforms)
        self._outline.pressed.connect(lambda share: self.play_wanted.emit(self.clip, share))
        self.title = ElidedCaption("strong", muted=False)
        self._facts = ElidedCaption("small")
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addStretch()
        words.addWidget(self.title)
        words.addWidget(self._facts)
        words.addStretch()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.SPACE_M)
        layout.addWidget(self.play_button)
        layout.addWidget(self._outline)
        layout.addLayout(words, 1)
        self.set_clip(clip)

    def set_clip(self, clip: Clip) -> None:
        """Show what is known of the same clip by now."""
        self.clip = clip
        self.title.setText(clip.title)
        self.title.setToolTip(clip.title)
        facts = [clip.artist] if clip.artist else []
        self._facts.setText("  ·  ".join([*facts, clock(clip.duration)]))
        self._facts.setToolTip(clip.source)
        self.play_button.setAccessibleDescription(clip.title)

    def show_played(self, clip_id: int | None, playing: bool, share: float) -> None:
        """Show which clip plays, and how much of it was heard, if it is this one."""
        own = clip_id == self.clip.id
        self.play_button.set_playing(own and playing)
        self._outline.set_heard(share if own else 0.0)


class GenreMark(QWidget):
    """A genre's dot and name; hollow for what is only proposed.

    Attributes:
        name: the text.
    """

    def __init__(self, genre: str, text: str, *, hollow: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._genre = genre
        self._hollow = hollow
        self.name = Caption("body", muted=False)
        self.name.setText(text)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(17, 0, 0, 0)
        layout.addWidget(self.name)
        theme.notifier().changed.connect(self.update)

    def set_genre(self, genre: str, text: str) -> None:
        """Show another genre."""
        self._genre = genre
        self.name.setText(text)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the dot."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        place = QRectF(0.0, self.height() / 2 - 5, 10, 10)
        colour = theme.genre_colour(self._genre)
        if self._hollow:
            pen = painter.pen()
            pen.setColor(colour)
            pen.setWidthF(2.0)
            painter.setPen(pen)
            painter.drawEllipse(place.adjusted(1, 1, -1, -1))
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawEllipse(place)
        painter.end()
