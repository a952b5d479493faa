"""The genre over time: a strip of colours under the waveform."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPainterPath, QPixmap
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


def opacity(confidence: float) -> float:
    """Return how opaque a segment of `confidence` (0…1) is painted."""
    return _FAINTEST + (1.0 - _FAINTEST) * min(max(confidence, 0.0), 1.0)


def runs(segments: Sequence[Segment]) -> list[tuple[float, float, str, float]]:
    """Return stretches of one genre: start, end (seconds), genre, mean confidence over time."""
    groups: list[list[Segment]] = [[segments[0]]] if segments else []
    for before, after in pairwise(segments):
        if after.genre == before.genre and after.start - before.end < 0.05:
            groups[-1].append(after)
        else:
            groups.append([after])
    result = []
    for group in groups:
        length = sum(segment.end - segment.start for segment in group)
        weighted = sum(segment.confidence * (segment.end - segment.start) for segment in group)
        result.append((group[0].start, group[-1].end, group[0].genre, weighted / length if length else 0.0))
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
        self._picture: QPixmap | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(self.tr("Genre over time"))

    def set_segments(self, segments: Sequence[Segment], duration: float) -> None:
        """Show `segments`, in order of time, of a sound of `duration` seconds."""
        self._segments = tuple(segments)
        self.set_duration(duration)
        self.setAccessibleDescription(
            ", ".join(
                f"{clock(start)}–{clock(end)} {display_name(genre)} {percent(confidence)}"
                for start, end, genre, confidence in runs(self._segments)
            )
        )

    def segment_at(self, seconds: float) -> Segment | None:
        """Return the segment that `seconds` lies in, None where there is none (silence)."""
        for segment in self._segments:
            if segment.start <= seconds < segment.end or seconds == segment.end == self.duration:
                return segment
        return None

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
        painter.fillRect(self.rect(), theme.colours().grid)
        surface = theme.colours().surface
        # Whole device pixels: half-covered ones between two segments would show as pale lines.
        for segment in self._segments:
            left, right = (
                round(self.x_at(seconds) * ratio) / ratio for seconds in (segment.start, segment.end)
            )
            colour = _blend(theme.genre_colour(segment.genre), opacity(segment.confidence), surface)
            painter.fillRect(QRectF(left, 0, max(right - left, 1 / ratio), self.height()), colour)
        painter.setFont(theme.font("small"))
        metrics = painter.fontMetrics()
        for start, end, genre, confidence in runs(self._segments):
            left, right = self.x_at(start), self.x_at(end)
            name = display_name(genre)
            if metrics.horizontalAdvance(name) + 2 * _PADDING > right - left:
                continue
            beneath = _blend(theme.genre_colour(genre), opacity(confidence), surface)
            painter.setPen(theme.readable_on(beneath))
            painter.drawText(
                QRectF(left + _PADDING, 0, right - left - _PADDING, self.height()),
                Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft,
                name,
            )
        painter.end()
        return picture

    def event(self, event: QEvent) -> bool:
        """Tell about the segment under the mouse."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip and self.duration > 0:
            QToolTip.showText(event.globalPos(), self.text_at(self.seconds_at(event.pos().x())), self)
            return True
        return super().event(event)
