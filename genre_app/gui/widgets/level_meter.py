"""How loud the sound is: a bar on a scale of decibels, with the peak held, and a lamp for clipping."""

from __future__ import annotations

import time

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from genre_app.audio.levels import SILENCE_DBFS, Level
from genre_app.gui import theme

LOWEST_DBFS = -60.0
"""Left end of the scale; the right end is full scale, 0."""

_MARKS = (-60, -48, -36, -24, -18, -12, -6, 0)
_WARM_DBFS = -12.0
_HOT_DBFS = -3.0
_HOLD_SECONDS = 1.5
_HELD_FALL_DB_PER_SECOND = 30.0
_BAR_HEIGHT = 12
_NUMBER_WIDTH = 74


class PeakHold:
    """The highest level of the last moments: stays for a while, then falls."""

    def __init__(self) -> None:
        self.dbfs = SILENCE_DBFS
        self._since = 0.0
        self._seen = 0.0

    def see(self, peak_dbfs: float, now: float) -> None:
        """Take `peak_dbfs` into account, at the time `now` in seconds."""
        if now - self._since > _HOLD_SECONDS:
            self.dbfs = max(SILENCE_DBFS, self.dbfs - _HELD_FALL_DB_PER_SECOND * (now - self._seen))
        self._seen = now
        if peak_dbfs >= self.dbfs:
            self.dbfs = peak_dbfs
            self._since = now


class LevelBar(QWidget):
    """The bar: root mean square in full colour, peak paler, the held peak as a line and as a number."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._level = Level()
        self._hold = PeakHold()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Input level"))
        theme.notifier().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """Return room for the bar and its scale."""
        return QSize(480, 34)

    @property
    def held_dbfs(self) -> float:
        """The held peak."""
        return self._hold.dbfs

    def set_level(self, level: Level) -> None:
        """Show `level`."""
        self._level = level
        self._hold.see(level.peak_dbfs, time.monotonic())
        self.update()

    def reset(self) -> None:
        """Show silence, and forget the held peak."""
        self._level = Level()
        self._hold = PeakHold()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint bar, scale and number."""
        colours = theme.colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        track = QRectF(0, 2, self.width() - _NUMBER_WIDTH, _BAR_HEIGHT)
        outline = QPainterPath()
        outline.addRoundedRect(track, _BAR_HEIGHT / 2, _BAR_HEIGHT / 2)
        painter.fillPath(outline, colours.border)

        painter.setClipPath(outline)
        gradient = QLinearGradient(track.topLeft(), track.topRight())
        for dbfs, colour in (
            (LOWEST_DBFS, colours.success),
            (_WARM_DBFS - 6, colours.success),
            (_WARM_DBFS + 3, colours.warning),
            (_HOT_DBFS, colours.danger),
        ):
            gradient.setColorAt(_part(dbfs), colour)
        for dbfs, opacity in ((self._level.peak_dbfs, 0.4), (self._level.rms_dbfs, 1.0)):
            painter.setOpacity(opacity)
            bar = QRectF(track)
            bar.setWidth(track.width() * _part(dbfs))
            painter.fillRect(bar, gradient)
        painter.setOpacity(1.0)
        if self._hold.dbfs > LOWEST_DBFS:
            x = track.left() + track.width() * _part(self._hold.dbfs)
            painter.fillRect(QRectF(min(x, track.right() - 3) - 1, track.top(), 3, _BAR_HEIGHT), colours.text)
        painter.setClipping(False)

        self._paint_scale(painter, track)
        painter.setFont(theme.font("mono"))
        painter.setPen(colours.text if self._hold.dbfs > LOWEST_DBFS else colours.text_muted)
        number = f"{self._hold.dbfs:.1f} dB".replace("-", "−") if self._hold.dbfs > SILENCE_DBFS else "−∞ dB"
        box = QRectF(track.right(), track.top() - 4, _NUMBER_WIDTH, _BAR_HEIGHT + 8)
        painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, number)
        painter.end()

    def _paint_scale(self, painter: QPainter, track: QRectF) -> None:
        colours = theme.colours()
        painter.setFont(theme.font("small"))
        for mark in _MARKS:
            x = track.left() + track.width() * _part(mark)
            flags = Qt.AlignmentFlag.AlignHCenter
            box = QRectF(x - 20, track.bottom() + 3, 40, 16)
            if mark == _MARKS[0]:
                flags, box = Qt.AlignmentFlag.AlignLeft, QRectF(x, track.bottom() + 3, 40, 16)
            elif mark == _MARKS[-1]:
                flags, box = Qt.AlignmentFlag.AlignRight, QRectF(x - 40, track.bottom() + 3, 40, 16)
            else:
                painter.setPen(QColor(colours.window))
                painter.drawLine(QPointF(x, track.top()), QPointF(x, track.bottom()))
            painter.setPen(colours.text_muted)
            painter.drawText(box, flags | Qt.AlignmentFlag.AlignVCenter, str(mark).replace("-", "−"))


class ClipLamp(QAbstractButton):
    """Lights when the sound reached full scale, until it is pressed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lit = False
        self.setText(self.tr("Clip"))
        self.setAccessibleName(self.tr("Clip warning"))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_lit(False)
        theme.notifier().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """Return room for the word."""
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + 2 * theme.SPACE_M, 24)

    @property
    def lit(self) -> bool:
        """Whether it lights."""
        return self._lit

    def set_lit(self, lit: bool) -> None:
        """Light it, or put it out."""
        self._lit = lit
        self.setEnabled(lit)
        self.setCursor(Qt.CursorShape.PointingHandCursor if lit else Qt.CursorShape.ArrowCursor)
        self.setToolTip(
            self.tr("The sound was too loud and is distorted. Click to put the warning out.")
            if lit
            else self.tr("Lights when the sound is too loud for the input.")
        )
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the lamp."""
        colours = theme.colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(colours.text if self.hasFocus() and self._lit else colours.border)
        painter.setBrush(colours.danger if self._lit else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
        painter.setFont(theme.font("small"))
        painter.setPen(theme.readable_on(colours.danger) if self._lit else colours.text_muted)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self.text())
        painter.end()


class LevelMeter(QWidget):
    """Bar and lamp side by side. The lamp stays lit until `clip_reset`, which its owner passes on.

    Attributes:
        clip_reset: the user has put the lamp out.
        bar: the bar.
        lamp: the lamp.
    """

    clip_reset = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bar = LevelBar(self)
        self.lamp = ClipLamp(self)
        self.lamp.clicked.connect(self._put_out)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.SPACE_M)
        layout.addWidget(self.bar, 1)
        layout.addWidget(self.lamp, 0, Qt.AlignmentFlag.AlignTop)

    def set_level(self, level: Level) -> None:
        """Show `level`; a clip mark in it lights the lamp."""
        self.bar.set_level(level)
        if level.clipped and not self.lamp.lit:
            self.lamp.set_lit(True)

    def reset(self) -> None:
        """Show silence, for a new take."""
        self.bar.reset()
        self.lamp.set_lit(False)

    def rest(self) -> None:
        """Show silence; a lit lamp stays lit."""
        self.bar.reset()

    def _put_out(self) -> None:
        self.lamp.set_lit(False)
        self.clip_reset.emit()


def _part(dbfs: float) -> float:
    """Return where `dbfs` is on the scale, 0…1."""
    return min(1.0, max(0.0, 1.0 - dbfs / LOWEST_DBFS))
