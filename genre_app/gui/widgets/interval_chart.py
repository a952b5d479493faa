"""Accuracies with their intervals of confidence, one under another on one axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from genre_app.gui import theme
from genre_app.gui.widgets.text import tabular

_ROW: Final = 24.0
_AXIS: Final = 18.0
_DOT: Final = 5.0
_LONGEST_NAME: Final = 150.0
_MOST_OF_WIDTH: Final = 0.3
_STEPS: Final = (0.05, 0.1, 0.2, 0.5)


@dataclass(frozen=True, slots=True)
class Measured:
    """An accuracy.

    Attributes:
        name: of what was measured.
        accuracy: 0…1.
        interval: where it lies with a confidence of 95 %, 0…1.
        strong: whether it is what the user looks for.
    """

    name: str
    accuracy: float
    interval: tuple[float, float]
    strong: bool = False

    @property
    def text(self) -> str:
        """Accuracy and interval in figures."""
        low, high = self.interval
        return f"{100 * self.accuracy:.1f}%  ({100 * low:.0f}–{100 * high:.0f}%)"


class IntervalChart(QWidget):
    """A dot for each accuracy and a bar for its interval."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._measured: tuple[Measured, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip(self.tr("The bar is where the accuracy lies with a confidence of 95%."))
        theme.notifier().changed.connect(self.update)

    def set_measured(self, measured: Sequence[Measured]) -> None:
        """Show these, from top to bottom."""
        self._measured = tuple(measured)
        self.setAccessibleName(", ".join(f"{one.name}: {one.text}" for one in self._measured))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for all rows and the axis."""
        return QSize(420, round(len(self._measured) * _ROW + _AXIS))

    def minimumSizeHint(self) -> QSize:
        """Return a width at which the bars can be told apart."""
        return QSize(300, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint axis, names, bars, dots and figures."""
        del event
        if not self._measured:
            return
        colours = theme.colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        body, strong, small = (tabular(theme.font(role)) for role in ("body", "strong", "small"))
        metrics, small_metrics = QFontMetricsF(strong), QFontMetricsF(small)
        longest = max(_LONGEST_NAME, _MOST_OF_WIDTH * self.width())
        names = min(longest, max(metrics.horizontalAdvance(one.name) for one in self._measured)) + 14
        figures = max(metrics.horizontalAdvance(one.text) for one in self._measured) + 14
        low = max(0.0, min(one.interval[0] for one in self._measured) - 0.05)
        high = min(1.0, max(one.interval[1] for one in self._measured) + 0.05)
        axis = QRectF(names, 0, max(40.0, self.width() - names - figures), len(self._measured) * _ROW)

        def x(share: float) -> float:
            return axis.left() + (share - low) / max(1e-9, high - low) * axis.width()

        painter.setFont(small)
        room = small_metrics.horizontalAdvance("100%") + 12
        step = next((step for step in _STEPS if step / max(1e-9, high - low) * axis.width() >= room), 1.0)
        tick = step * round(low / step)
        while tick <= high + 1e-9:
            if tick >= low - 1e-9:
                painter.setPen(colours.grid)
                painter.drawLine(QPointF(x(tick), axis.top()), QPointF(x(tick), axis.bottom()))
                painter.setPen(colours.text_muted)
                text = f"{100 * tick:.0f}%"
                left = x(tick) - small_metrics.horizontalAdvance(text) / 2
                painter.drawText(QPointF(left, axis.bottom() + _AXIS - 4), text)
            tick += step
        for number, one in enumerate(self._measured):
            middle = (number + 0.5) * _ROW
            baseline = middle + (metrics.ascent() - metrics.descent()) / 2
            ink = colours.accent if one.strong else colours.text_muted
            painter.setFont(strong if one.strong else body)
            painter.setPen(colours.text if one.strong else colours.text_muted)
            name = metrics.elidedText(one.name, Qt.TextElideMode.ElideRight, names - 14)
            painter.drawText(QPointF(0, baseline), name)
            painter.drawText(QPointF(axis.right() + 14, baseline), one.text)
            painter.setPen(QPen(ink, 3, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawLine(QPointF(x(one.interval[0]), middle), QPointF(x(one.interval[1]), middle))
            painter.setPen(QPen(colours.surface, 1.5))
            painter.setBrush(ink)
            painter.drawEllipse(QPointF(x(one.accuracy), middle), _DOT, _DOT)
        painter.end()
