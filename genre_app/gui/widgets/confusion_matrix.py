"""Which genre was taken for which, as a picture with numbers."""

from __future__ import annotations

from typing import Final

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from genre_app.classifier.evaluation import Evaluation
from genre_app.gui import theme
from genre_app.gui.genre_names import display_name
from genre_app.gui.widgets.text import tabular

_GAP: Final = 6.0
_LEAST_CELL: Final = 20.0
_MOST_CELL: Final = 44.0
_LONGEST_NAME: Final = 96.0
_SLANT: Final = 45.0
_HEADING: Final = 18.0


class ConfusionMatrix(QWidget):
    """Rows are what the clips are, columns what the model called them; right answers are in the accent.

    Genres that no clip has and that were never named are left out.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counts = np.zeros((0, 0), dtype=np.int64)
        self._genres: tuple[str, ...] = ()
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Confusion matrix"))
        theme.notifier().changed.connect(self.update)

    def set_evaluation(self, evaluation: Evaluation | None) -> None:
        """Show what `evaluation` counted."""
        if evaluation is None:
            self._counts, self._genres = np.zeros((0, 0), dtype=np.int64), ()
        else:
            counts = evaluation.confusion
            there = np.flatnonzero(counts.sum(axis=0) + counts.sum(axis=1))
            self._counts = counts[np.ix_(there, there)]
            self._genres = tuple(evaluation.genres[place] for place in there)
        wrong = [self._sentence(row, column) for row, column in np.argwhere(self._counts) if row != column]
        self.setAccessibleDescription(" ".join(wrong))
        self.updateGeometry()
        self.update()

    @property
    def genres(self) -> tuple[str, ...]:
        """The genres shown, in their order."""
        return self._genres

    def sizeHint(self) -> QSize:
        """Return a size at which the numbers are easily read."""
        return self._size(30.0)

    def minimumSizeHint(self) -> QSize:
        """Return a size at which the numbers can be read."""
        return self._size(_LEAST_CELL)

    def _size(self, cell: float) -> QSize:
        left, top = self._margins()
        n = len(self._genres)
        return QSize(round(left + n * cell + self._overhang()), round(top + n * cell + 2))

    def _names(self) -> list[str]:
        metrics = QFontMetricsF(theme.font("small"))
        return [
            metrics.elidedText(display_name(genre), Qt.TextElideMode.ElideRight, _LONGEST_NAME)
            for genre in self._genres
        ]

    def _longest(self) -> float:
        metrics = QFontMetricsF(theme.font("small"))
        return max((metrics.horizontalAdvance(name) for name in self._names()), default=0.0)

    def _margins(self) -> tuple[float, float]:
        metrics = QFontMetricsF(theme.font("small"))
        slope = float(np.sin(np.radians(_SLANT)))
        return (
            self._longest() + _GAP + 2,
            _HEADING + slope * (self._longest() + metrics.height()) + 2,
        )

    def _overhang(self) -> float:
        # The last column's name leans out over the right edge.
        return float(np.cos(np.radians(_SLANT))) * self._longest()

    def _cell(self) -> tuple[float, QPointF]:
        """Return the side of a cell and the corner of the first one."""
        left, top = self._margins()
        n = max(1, len(self._genres))
        side = min((self.width() - left - self._overhang()) / n, (self.height() - top - 2) / n, _MOST_CELL)
        return max(8.0, side), QPointF(left, top)

    def _sentence(self, row: int, column: int) -> str:
        n, of = int(self._counts[row, column]), int(self._counts[row].sum())
        truth, guess = display_name(self._genres[row]), display_name(self._genres[column])
        if row == column:
            text = self.tr("{n} of {of} clips of {truth} were recognised.")
        else:
            text = self.tr("{n} of {of} clips of {truth} were taken for {guess}.")
        return text.format(n=n, of=of, truth=truth, guess=guess)

    def event(self, event: QEvent) -> bool:
        """Say in words what the cell under the pointer says."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            side, corner = self._cell()
            column = int((event.pos().x() - corner.x()) // side)
            row = int((event.pos().y() - corner.y()) // side)
            n = len(self._genres)
            if 0 <= row < n and 0 <= column < n:
                QToolTip.showText(event.globalPos(), self._sentence(row, column), self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint names and cells."""
        del event
        if not self._genres:
            return
        colours = theme.colours()
        side, corner = self._cell()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        small = tabular(theme.font("small"))
        metrics = QFontMetricsF(small)
        painter.setFont(small)
        painter.setPen(colours.text_muted)
        painter.drawText(
            QRectF(corner.x(), 0, max(side * len(self._genres), 160.0), _HEADING),
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop,
            self.tr("Called by the model"),
        )
        drop = (metrics.ascent() - metrics.descent()) / 2
        names = self._names()
        for place, name in enumerate(names):
            middle = corner.y() + (place + 0.5) * side
            painter.setPen(colours.text)
            painter.drawText(
                QPointF(corner.x() - _GAP - metrics.horizontalAdvance(name), middle + drop), name
            )
            painter.save()
            painter.translate(corner.x() + (place + 0.5) * side + drop / 2, corner.y() - 4)
            painter.rotate(-_SLANT)
            painter.setPen(colours.text_muted)
            painter.drawText(QPointF(0, 0), name)
            painter.restore()
        self._cells(painter, corner, side)
        painter.end()

    def _cells(self, painter: QPainter, corner: QPointF, side: float) -> None:
        colours = theme.colours()
        of = np.maximum(self._counts.sum(axis=1), 1)
        figures = tabular(theme.font("small"))
        figures.setPixelSize(max(8, min(13, round(side * 0.45))))
        painter.setFont(figures)
        for row, column in np.ndindex(self._counts.shape):
            n = int(self._counts[row, column])
            cell = QRectF(corner.x() + column * side, corner.y() + row * side, side, side)
            cell.adjust(0.75, 0.75, -0.75, -0.75)
            share = n / float(of[row])
            shade = QColor(colours.accent if row == column else colours.danger)
            strength = 0.0 if n == 0 else 0.14 + 0.86 * share
            fill = _mixed(colours.surface, shade, strength) if n else colours.surface_raised
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(fill)
            painter.drawRoundedRect(cell, 3, 3)
            if n:
                painter.setPen(theme.readable_on(fill))
                painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, str(n))


def _mixed(one: QColor, other: QColor, share: float) -> QColor:
    """Return `one` with so much of `other` in it; opaque, so that its contrast can be known."""
    red, green, blue = (
        a + (b - a) * share
        for a, b in (
            (one.redF(), other.redF()),
            (one.greenF(), other.greenF()),
            (one.blueF(), other.blueF()),
        )
    )
    return QColor.fromRgbF(red, green, blue)
