"""The answer in large type: the genre and how sure the program is, or that it is unsure."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from genre_app.classifier.prediction import Prediction
from genre_app.gui import theme
from genre_app.gui.genre_names import display_name
from genre_app.gui.widgets.text import tabular
from genre_app.gui.widgets.times import percent

_BADGE = 8.0
_GAP = 14.0
# More than this the remark gets only where the headline leaves it.
_LEAST_REMARK = 60.0


class Verdict(QWidget):
    """A bar in the genre's colour, the genre, and beside it, smaller, the confidence or the best guess.

    Attributes:
        headline: the large text.
        remark: the small text beside it.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.headline = ""
        self.remark = ""
        self._genre: str | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.notifier().changed.connect(self.update)

    def set_prediction(self, prediction: Prediction) -> None:
        """Show what was predicted."""
        self._genre = prediction.genre
        share = percent(prediction.confidence)
        if prediction.genre is not None:
            self.headline = display_name(prediction.genre)
            self.remark = self.tr("%1 confident").replace("%1", share)
        elif not prediction.segments:
            # All genres are equally likely in silence: a best guess would be made up.
            self.headline = self.tr("Unsure")
            self.remark = self.tr("nothing to hear")
        else:
            self.headline = self.tr("Unsure")
            guess = self.tr("best guess: %1, %2")
            self.remark = guess.replace("%2", share).replace("%1", display_name(prediction.best_genre))
        self.setAccessibleName(f"{self.headline}, {self.remark}")
        self.update()

    def sizeHint(self) -> QSize:
        """Return the height of the large type."""
        return QSize(320, round(QFontMetricsF(theme.font("display")).height()) + 2)

    def minimumSizeHint(self) -> QSize:
        """Return the least useful size."""
        return QSize(200, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint badge, headline and remark on one baseline."""
        del event
        if not self.headline:
            return
        colours = theme.colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        large = theme.font("display")
        metrics = QFontMetricsF(large)
        height = float(self.height())
        baseline = (height + metrics.ascent() - metrics.descent()) / 2
        cap = metrics.capHeight()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.border if self._genre is None else theme.genre_colour(self._genre))
        badge = QRectF(0, baseline - cap - 3, _BADGE, cap + 6)
        painter.drawRoundedRect(badge, _BADGE / 2, _BADGE / 2)
        left = _BADGE + _GAP
        headline, small = self._fit(self.width() - left)
        small_metrics = QFontMetricsF(small)
        painter.setFont(large)
        painter.setPen(colours.text)
        # By the baseline, not in a box: the script of the text may have a taller font than the metrics know.
        painter.drawText(QPointF(left, baseline), headline)
        left += metrics.horizontalAdvance(headline) + _GAP
        painter.setFont(small)
        painter.setPen(colours.text_muted)
        rest = small_metrics.elidedText(
            self.remark, Qt.TextElideMode.ElideRight, max(0.0, self.width() - left)
        )
        painter.drawText(QPointF(left, baseline), rest)
        painter.end()

    def _fit(self, room: float) -> tuple[str, QFont]:
        """Return the headline as it fits into `room`, and the font of the remark.

        The headline is the answer: before it is cut, the remark gets smaller, and then cut itself.
        """
        metrics = QFontMetricsF(theme.font("display"))
        wanted = metrics.horizontalAdvance(self.headline)
        font, width = theme.font("title"), 0.0
        for role in ("title", "strong"):
            font = tabular(theme.font(role))
            width = QFontMetricsF(font).horizontalAdvance(self.remark)
            if wanted + _GAP + width <= room:
                return self.headline, font
        room -= min(width, _LEAST_REMARK) + _GAP
        return metrics.elidedText(self.headline, Qt.TextElideMode.ElideRight, max(60.0, room)), font
