"""The genre over time: a strip of colours under the waveform."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QImage, QPainter, QPainterPath, QPixmap
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from genre_app.classifier.prediction import Segment
from genre_app.gui import theme
from genre_app.gui.genre_names import display_name
from genre_app.gui.widgets.timeline import Timeline
from genre_app.gui.widgets.times import clock, percent

_HEIGHT = 24
_CORNER = 4.0
# So that even a doubtful segment keeps a hue.
_FAINTEST = 0.22
_PADDING = 6
_JOINED = 0.05  # seconds: a shorter gap comes from rounding


def opacity(confidence: float) -> float:
    """Return how opaque a segment of `confidence` (0…1) is painted."""
    return _FAINTEST + (1.0 - _FAINTEST) * min(max(confidence, 0.0), 1.0)


@dataclass(slots=True)
class Run:
    """A stretch of one genre: seconds from and to, and the mean confidence over that time."""

    start: float
    end: float
    genre: str
    confidence: float


def runs(segments: Sequence[Segment]) -> list[Run]:
    """Return `segments`, which are in order of time, with equal neighbours made one."""
    result: list[Run] = []
    for segment in segments:
        last = result[-1] if result else None
        if last is None or last.genre != segment.genre or segment.start - last.end > _JOINED:
            result.append(Run(segment.start, segment.end, segment.genre, segment.confidence))
            continue
        before, added = last.end - last.start, segment.end - segment.start
        if before + added > 0:
            last.confidence = (last.confidence * before + segment.confidence * added) / (before + added)
        last.end = segment.end
    return result


def _blend(over: QColor, alpha: float, under: QColor) -> QColor:
    return QColor.fromRgbF(
        over.redF() * alpha + under.redF() * (1 - alpha),
        over.greenF() * alpha + under.greenF() * (1 - alpha),
        over.blueF() * alpha + under.blueF() * (1 - alpha),
    )


class GenreStrip(Timeline):
    """Each few seconds in the colour of their genre, the paler the less sure; names where they fit."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._segments: tuple[Segment, ...] = ()
        self._starts: NDArray[np.float64] = np.zeros(0)
        self._runs: list[Run] = []
        self._picture: QPixmap | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(self.tr("Genre over time"))

    def set_segments(self, segments: Sequence[Segment], duration: float) -> None:
        """Show `segments`, in order of time, of a sound of `duration` seconds."""
        self._segments = tuple(segments)
        self._starts = np.array([segment.start for segment in self._segments], dtype=np.float64)
        self._runs = runs(self._segments)
        self.set_duration(duration)
        shares: dict[str, float] = {}
        for run in self._runs:
            shares[run.genre] = shares.get(run.genre, 0.0) + run.end - run.start
        self.setAccessibleDescription(
            ", ".join(
                f"{display_name(genre)} {percent(seconds / duration)}"
                for genre, seconds in sorted(shares.items(), key=lambda item: -item[1])
                if duration > 0
            )
        )

    def segment_at(self, seconds: float) -> Segment | None:
        """Return the segment that `seconds` lies in, None where there is none (silence)."""
        index = int(np.searchsorted(self._starts, seconds, side="right")) - 1
        if index < 0:
            return None
        segment = self._segments[index]
        return segment if seconds < segment.end or seconds == segment.end == self.duration else None

    def text_at(self, seconds: float) -> str:
        """Return what is known of the moment `seconds`: time range, genre, confidence."""
        segment = self.segment_at(seconds)
        if segment is None:
            return self.tr("%1\nSilence").replace("%1", clock(seconds))
        return (
            f"{clock(segment.start)} – {clock(segment.end)}\n"
            f"{display_name(segment.genre)} · {percent(segment.confidence)}"
        )

    def sizeHint(self) -> QSize:
        """Return a comfortable size."""
        return QSize(480, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """Return the least useful size."""
        return QSize(160, _HEIGHT)

    def refresh(self) -> None:
        """Draw the strip anew."""
        self._picture = None
        super().refresh()

    def paint_sound(self, painter: QPainter, rect: QRect) -> None:
        """Paint the strip."""
        if self._picture is None:
            self._picture = self._draw()
        painter.save()
        painter.setClipRect(rect)
        painter.drawPixmap(0, 0, self._picture)
        painter.restore()

    def _draw(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        picture = QPixmap(max(1, round(self.width() * ratio)), max(1, round(self.height() * ratio)))
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shape = QPainterPath()
        shape.addRoundedRect(QRectF(self.rect()), _CORNER, _CORNER)
        painter.setClipPath(shape)
        painter.drawImage(self.rect(), self._colours(picture.width()))
        painter.setFont(theme.font("small"))
        metrics = painter.fontMetrics()
        surface = theme.colours().surface
        for run in self._runs:
            left, right = self.x_at(run.start), self.x_at(run.end)
            if right - left < 3 * _PADDING:
                continue
            name = display_name(run.genre)
            if metrics.horizontalAdvance(name) + 2 * _PADDING > right - left:
                continue
            first = self.segment_at(run.start)  # the name stands on it
            confidence = run.confidence if first is None else first.confidence
            beneath = _blend(theme.genre_colour(run.genre), opacity(confidence), surface)
            painter.setPen(theme.readable_on(beneath))
            painter.drawText(
                QRectF(left + _PADDING, 0, right - left - _PADDING, self.height()),
                Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft,
                name,
            )
        painter.end()
        return picture

    def _colours(self, width: int) -> QImage:
        """Return one row of `width` pixels: each in the colour of the moment at its middle."""
        surface, silence = theme.colours().surface, theme.colours().grid
        genres = {segment.genre: theme.genre_colour(segment.genre) for segment in self._segments}
        inks = [silence] + [
            _blend(genres[segment.genre], opacity(segment.confidence), surface) for segment in self._segments
        ]
        palette = np.array([ink.rgb() for ink in inks], dtype=np.uint32)
        ends = np.array([-1.0] + [segment.end for segment in self._segments])
        moments = (np.arange(width) + 0.5) / width * self.duration
        chosen = np.searchsorted(self._starts, moments, side="right")
        chosen[moments >= ends[chosen]] = 0
        row = np.ascontiguousarray(palette[chosen])
        return QImage(row.tobytes(), width, 1, 4 * width, QImage.Format.Format_RGB32).copy()

    def event(self, event: QEvent) -> bool:
        """Tell about the segment under the mouse."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip and self.duration > 0:
            QToolTip.showText(event.globalPos(), self.text_at(self.seconds_at(event.pos().x())), self)
            return True
        return super().event(event)
