"""How likely each genre is: one bar each, best first."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from genre_app.gui import theme
from genre_app.gui.genre_names import display_name
from genre_app.gui.widgets.text import tabular
from genre_app.gui.widgets.times import percent

_GAP = 12
_BAR_HEIGHT = 10.0
_WIDEST_NAME = 140.0


class ProbabilityBar(QWidget):
    """Name, bar and percentage of one genre.

    Attributes:
        genre: the genre's identifier.
        probability: 0…1.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.genre = ""
        self.probability = 0.0
        self._best = False
        self._name_width = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.notifier().changed.connect(self.update)

    def set_genre(self, genre: str, probability: float, best: bool, name_width: float) -> None:
        """Show `genre` with its `probability`; names take `name_width` pixels, so that bars align."""
        self.genre, self.probability = genre, probability
        self._best, self._name_width = best, name_width
        text = f"{display_name(genre)}: {percent(probability)}"
        self.setAccessibleName(text)
        self.update()

    def sizeHint(self) -> QSize:
        """Return the size of a line of text with air around it."""
        return QSize(280, max(22, self.fontMetrics().height() + 4))

    def minimumSizeHint(self) -> QSize:
        """Return the width below which a bar says nothing."""
        return QSize(180, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint name, bar and percentage."""
        del event
        colours = theme.colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(tabular(theme.font("strong" if self._best else "body")))
        metrics = QFontMetricsF(painter.font())
        height = float(self.height())
        painter.setPen(colours.text if self._best else colours.text_muted)
        name = metrics.elidedText(display_name(self.genre), Qt.TextElideMode.ElideRight, self._name_width)
        centre = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(
            QRectF(0, 0, self._name_width + 1, height), centre | Qt.AlignmentFlag.AlignLeft, name
        )
        share_width = QFontMetricsF(tabular(theme.font("strong"))).horizontalAdvance(">99%")
        painter.drawText(
            QRectF(self.width() - share_width - 1, 0, share_width + 1, height),
            centre | Qt.AlignmentFlag.AlignRight,
            percent(self.probability),
        )
        left = self._name_width + _GAP
        track = QRectF(
            left,
            (height - _BAR_HEIGHT) / 2,
            max(0.0, self.width() - share_width - _GAP - left),
            _BAR_HEIGHT,
        )
        radius = _BAR_HEIGHT / 2
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.grid)
        painter.drawRoundedRect(track, radius, radius)
        if self.probability > 0:
            # The bar slides out of the track's round end, so that small shares keep their proportion.
            length = max(1.5, track.width() * min(1.0, self.probability))
            ends = QPainterPath()
            ends.addRoundedRect(track, radius, radius)
            painter.setClipPath(ends)
            painter.setBrush(theme.genre_colour(self.genre))
            beginning = min(0.0, length - _BAR_HEIGHT)
            painter.drawRoundedRect(
                QRectF(left + beginning, track.top(), length - beginning, _BAR_HEIGHT), radius, radius
            )
        painter.end()


class ProbabilityBars(QWidget):
    """One `ProbabilityBar` for each genre, best first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bars: list[ProbabilityBar] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self.setAccessibleName(self.tr("Probabilities"))

    @property
    def bars(self) -> list[ProbabilityBar]:
        """The bars that are shown, from the top."""
        return [bar for bar in self._bars if not bar.isHidden()]

    def set_probabilities(self, probabilities: Mapping[str, float]) -> None:
        """Show the probability (0…1) of each genre, sorted."""
        ranked = sorted(probabilities.items(), key=lambda item: -item[1])
        while len(self._bars) < len(ranked):
            bar = ProbabilityBar(self)
            self._bars.append(bar)
            self._layout.addWidget(bar)
        metrics = QFontMetricsF(theme.font("strong"))
        widest = max((metrics.horizontalAdvance(display_name(genre)) for genre, _ in ranked), default=0.0)
        for index, bar in enumerate(self._bars):
            bar.setVisible(index < len(ranked))
            if index < len(ranked):
                genre, probability = ranked[index]
                bar.set_genre(genre, probability, index == 0, min(widest, _WIDEST_NAME))
        self.setAccessibleDescription(", ".join(bar.accessibleName() for bar in self.bars))
