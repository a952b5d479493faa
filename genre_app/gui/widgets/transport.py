"""Playing one file: what stands between the window and `genre_app.audio.player`, and its round button."""

from __future__ import annotations

import logging
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from genre_app.errors import GenreAppError
from genre_app.gui import theme
from genre_app.gui.tasks import run_task
from genre_app.progress import Progress

if TYPE_CHECKING:
    from genre_app.audio.player import Player

logger = logging.getLogger(__name__)

_FRAME_MILLISECONDS = 16
_BUTTON_SIZE = 40


class Playback(QObject):
    """One file that can be played; nothing is opened before it is first played.

    Until then a position is only remembered. The player, whose library takes its time to start, is made in
    a worker thread and kept for all files that follow.

    Attributes:
        position_changed: emitted with seconds, about 60 times a second while playing.
        playing_changed: emitted with whether it plays.
        failed: emitted with the `GenreAppError` that ended playing.
    """

    position_changed = Signal(float)
    playing_changed = Signal(bool)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path: Path | None = None
        self._duration = 0.0
        self._position = 0.0
        self._playing = False
        self._loaded = False
        self._opening = False
        self._held = _Held()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(_FRAME_MILLISECONDS)
        self._timer.timeout.connect(self._follow)
        # Not a method of ours: when this object goes, or the program ends, the loudspeaker is given back.
        self.destroyed.connect(self._held.close)
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self._held.close)

    @property
    def playing(self) -> bool:
        """Whether the file plays, or will as soon as it can."""
        return self._playing

    @property
    def position(self) -> float:
        """Seconds from the beginning to what is heard, or will be when it is played."""
        return self._position

    @property
    def duration(self) -> float:
        """Seconds of sound, as `set_file` was told."""
        return self._duration

    @property
    def player(self) -> Player | None:
        """What plays, if anything has been played yet."""
        return self._held.player

    def set_file(self, path: Path | None, duration: float = 0.0) -> None:
        """Be ready to play `path`, `duration` seconds long, from its beginning; None for no file."""
        self.pause()
        self._path = path
        self._duration = duration
        self._loaded = False
        self._move_to(0.0)

    def toggle(self) -> None:
        """Play, or pause."""
        if self._playing:
            self.pause()
        else:
            self.play()

    def play(self) -> None:
        """Play from the present position on; from the beginning if that is the end."""
        if self._path is None or self._playing:
            return
        self._set_playing(True)
        if self._held.player is not None:
            self._start(self._held.player)
        elif not self._opening:
            self._opening = True
            run_task(_open_player, owner=self, on_result=self._opened, on_error=self._not_opened)

    def pause(self) -> None:
        """Fall silent and stay at the present position."""
        player = self._held.player
        if player is not None and self._playing and self._loaded:
            player.pause()
            self._move_to(player.position)
        self._set_playing(False)

    def seek(self, seconds: float) -> None:
        """Go to `seconds`, playing on if it plays."""
        seconds = min(max(0.0, seconds), self._duration)
        if self._held.player is not None and self._loaded:
            self._held.player.seek(seconds)
        self._move_to(seconds)

    def _opened(self, player: Player) -> None:
        self._opening = False
        self._held.player = player
        if self._playing:
            self._start(player)

    def _not_opened(self, error: GenreAppError) -> None:
        self._opening = False
        self._set_playing(False)
        self.failed.emit(error)

    def _start(self, player: Player) -> None:
        assert self._path is not None, "only a file is played"
        at_end = self._position >= self._duration - 0.02
        if not self._loaded:
            player.load(self._path)
            self._loaded = True
            if self._position > 0 and not at_end:
                player.seek(self._position)
        elif at_end:
            player.seek(0.0)
        player.play()
        self._timer.start()

    def _follow(self) -> None:
        player = self._held.player
        if player is None or not self._playing:
            self._timer.stop()
            return
        error = player.error
        if error is not None:
            self._set_playing(False)
            self.failed.emit(error)
        elif not player.playing:
            self._move_to(self._duration if player.finished else player.position)
            self._set_playing(False)
        else:
            self._move_to(player.position)

    def _move_to(self, seconds: float) -> None:
        self._position = seconds
        self.position_changed.emit(seconds)

    def _set_playing(self, playing: bool) -> None:
        if not playing:
            self._timer.stop()
        if playing != self._playing:
            self._playing = playing
            self.playing_changed.emit(playing)


class _Held:
    """The player, apart from the Qt object that uses it, so that it can be closed after that is gone."""

    def __init__(self) -> None:
        self.player: Player | None = None

    def close(self) -> None:
        player, self.player = self.player, None
        if player is not None:
            # It waits for a device to be released, which the UI thread must not.
            threading.Thread(target=player.close, name="close player").start()


def _open_player(progress: Progress) -> Player:
    del progress
    from genre_app.audio.player import Player

    return Player()


class PlayButton(QAbstractButton):
    """A round button in the accent colour that shows what a click will do: play or pause."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._playing = False
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        theme.notifier().changed.connect(self.update)
        self.set_playing(False)

    def set_playing(self, playing: bool) -> None:
        """Show that it plays, or does not."""
        self._playing = playing
        name = self.tr("Pause") if playing else self.tr("Play")
        self.setAccessibleName(name)
        self.setToolTip(self.tr("%1 (space bar)").replace("%1", name))
        self.update()

    def sizeHint(self) -> QSize:
        """Return the size of the disc."""
        return QSize(_BUTTON_SIZE, _BUTTON_SIZE)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a disc with the sign for play or pause."""
        del event
        colours = theme.colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        disc = colours.accent
        if self.isDown():
            disc = disc.darker(115)
        elif self.underMouse():
            disc = disc.lighter(108)
        area = QRectF(self.rect()).adjusted(2, 2, -2, -2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(disc)
        painter.drawEllipse(area.adjusted(1, 1, -1, -1))
        if self.hasFocus():
            painter.setPen(QPen(colours.accent, 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(area.adjusted(-1, -1, 1, 1))
        painter.translate(area.center())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.on_accent)
        unit = area.width() / 36
        if self._playing:
            for left in (-6.0, 2.0):
                painter.drawRoundedRect(QRectF(left * unit, -7 * unit, 4 * unit, 14 * unit), unit, unit)
        else:
            # A triangle's centre of mass, not its box, lies on the disc's centre.
            corners = [(-4.5, -7.5), (8.5, 0.0), (-4.5, 7.5)]
            pen = QPen(colours.on_accent, 1.5 * unit)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            painter.setPen(pen)
            painter.drawPolygon(QPolygonF([QPointF(x * unit, y * unit) for x, y in corners]))
        painter.end()
