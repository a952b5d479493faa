"""What a training will learn from, genre by genre."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from genre_app.gui import theme
from genre_app.gui.genre_names import display_name
from genre_app.gui.widgets.text import tabular

_ROW: Final = 30.0
_HEADING: Final = 24.0
_DOT: Final = 10.0
_NUMBER: Final = 84.0
_MOST_NAME: Final = 180.0
_MOST_BAR: Final = 260.0
_BAR: Final = 6.0


@dataclass(frozen=True, slots=True)
class Lesson:
    """One genre.

    Attributes:
        genre: its name.
        train: clips that are learned from.
        valid: clips that are kept to try the model on.
        copies: augmented copies.
        remark: what the user should know about it, or nothing.
        warns: whether the remark is a warning.
    """

    genre: str
    train: int
    valid: int
    copies: int
    remark: str = ""
    warns: bool = False


class LessonList(QWidget):
    """The genres, each with how much there is of it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lessons: tuple[Lesson, ...] = ()
        self._headings = (self.tr("Genre"), self.tr("Clips"), self.tr("Copies"), self.tr("Validation"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.notifier().changed.connect(self.update)

    @property
    def lessons(self) -> tuple[Lesson, ...]:
        """What is shown."""
        return self._lessons

    def set_lessons(self, lessons: Sequence[Lesson]) -> None:
        """Show `lessons` from top to bottom."""
        self._lessons = tuple(lessons)
        said = (
            f"{display_name(one.genre)}: {self._headings[1]} {one.train}, {self._headings[2]} {one.copies},"
            f" {self._headings[3]} {one.valid}. {one.remark}"
            for one in self._lessons
        )
        self.setAccessibleName(" ".join(said))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for all of them."""
        return QSize(640, round(_HEADING + _ROW * len(self._lessons)))

    def minimumSizeHint(self) -> QSize:
        """Return a width at which everything but the bars fits."""
        return QSize(480, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a heading, and for each genre a line."""
        del event
        if not self._lessons:
            return
        colours = theme.colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        body, small = tabular(theme.font("body")), tabular(theme.font("small"))
        metrics, small_metrics = QFontMetricsF(body), QFontMetricsF(small)
        names = max(metrics.horizontalAdvance(display_name(one.genre)) for one in self._lessons)
        name_width = min(_MOST_NAME, names) + _DOT + 8 + theme.SPACE_L
        remarks = max(small_metrics.horizontalAdvance(one.remark) for one in self._lessons)
        bar_width = min(_MOST_BAR, self.width() - name_width - 3 * _NUMBER - remarks - 2 * theme.SPACE_L)
        if bar_width < 60:
            bar_width = 0.0
        most = max(1, *(one.train for one in self._lessons))
        lefts = [name_width + bar_width + number * _NUMBER for number in range(3)]

        painter.setFont(small)
        painter.setPen(colours.text_muted)
        painter.drawText(QPointF(0, 15), self._headings[0])
        for left, heading in zip(lefts, self._headings[1:], strict=True):
            painter.drawText(QPointF(left + _NUMBER - small_metrics.horizontalAdvance(heading), 15), heading)
        for number, one in enumerate(self._lessons):
            row = QRectF(0, _HEADING + number * _ROW, self.width(), _ROW)
            middle = row.center().y()
            painter.fillRect(QRectF(row.left(), row.top(), row.width(), 1), colours.grid)
            baseline = middle + (metrics.ascent() - metrics.descent()) / 2
            ink = theme.genre_colour(one.genre)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ink)
            painter.drawEllipse(QRectF(0, middle - _DOT / 2, _DOT, _DOT))
            if bar_width:
                track = QRectF(name_width, middle - _BAR / 2, bar_width - theme.SPACE_S, _BAR)
                painter.setBrush(colours.grid)
                painter.drawRoundedRect(track, _BAR / 2, _BAR / 2)
                if one.train:
                    track.setWidth(max(_BAR, track.width() * one.train / most))
                    painter.setBrush(ink)
                    painter.drawRoundedRect(track, _BAR / 2, _BAR / 2)
            painter.setFont(body)
            painter.setPen(colours.text)
            name = metrics.elidedText(display_name(one.genre), Qt.TextElideMode.ElideRight, _MOST_NAME)
            painter.drawText(QPointF(_DOT + 8, baseline), name)
            for left, value in zip(lefts, (one.train, one.copies, one.valid), strict=True):
                text = str(value) if value else "–"
                painter.setPen(colours.text if value else colours.text_muted)
                painter.drawText(QPointF(left + _NUMBER - metrics.horizontalAdvance(text), baseline), text)
            if one.remark:
                painter.setFont(small)
                painter.setPen(QColor(colours.warning if one.warns else colours.accent))
                left = lefts[-1] + _NUMBER + theme.SPACE_XL
                painter.drawText(
                    QPointF(left, baseline),
                    small_metrics.elidedText(one.remark, Qt.TextElideMode.ElideRight, self.width() - left),
                )
        painter.end()
