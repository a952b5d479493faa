"""What the running sound seems to be: genre, confidence, and the three likeliest as bars."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEasingCurve, QRectF, QSize, Qt, QVariantAnimation
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from genre_app.gui import theme
from genre_app.gui.genre_names import display_name
from genre_app.gui.widgets.text import ElidedCaption
from genre_app.gui.widgets.times import percent

if TYPE_CHECKING:
    from genre_app.classifier import Prediction

SHOWN = 3
_ROW_HEIGHT = 22
_BAR_HEIGHT = 8
_MOVE_MILLISECONDS = 280


class TopBars(QWidget):
    """The likeliest genres, best first: name, bar, share. A new answer glides in."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[tuple[str, float]] = []
        self._before: dict[str, float] = {}
        self._faded = False
        self._move = QVariantAnimation(self)
        self._move.setStartValue(0.0)
        self._move.setEndValue(1.0)
        self._move.setDuration(_MOVE_MILLISECONDS)
        self._move.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._move.valueChanged.connect(self.update)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.notifier().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """Return room for the rows."""
        return QSize(300, SHOWN * _ROW_HEIGHT)

    @property
    def rows(self) -> list[tuple[str, float]]:
        """The genres in view, with their probabilities."""
        return list(self._rows)

    def show_rows(self, rows: list[tuple[str, float]]) -> None:
        """Show `rows` of genre and probability (0…1), at most `SHOWN`; none leaves empty bars."""
        self._before = dict(self._rows)
        self._rows = rows[:SHOWN]
        self._move.stop()
        self._move.start()
        self.setAccessibleDescription(
            ", ".join(f"{display_name(genre)} {percent(share)}" for genre, share in self._rows)
        )
        self.update()

    def set_faded(self, faded: bool) -> None:
        """Show that this is not the present any more."""
        self._faded = faded
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows."""
        colours = theme.colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.font("body"))
        name_width = min(130.0, 0.36 * self.width())
        share_width = float(painter.fontMetrics().horizontalAdvance(">99%")) + theme.SPACE_S
        moved = float(self._move.currentValue() or 0.0)
        for number in range(SHOWN):
            middle = (number + 0.5) * _ROW_HEIGHT
            track = QRectF(
                name_width, middle - _BAR_HEIGHT / 2, self.width() - name_width - share_width, _BAR_HEIGHT
            )
            outline = QPainterPath()
            outline.addRoundedRect(track, _BAR_HEIGHT / 2, _BAR_HEIGHT / 2)
            painter.fillPath(outline, colours.grid)
            if number >= len(self._rows):
                continue
            genre, share = self._rows[number]
            before = self._before.get(genre, 0.0)
            shown = before + (share - before) * moved
            if track.width() * shown > 0.5:
                bar = QRectF(track)
                bar.setWidth(max(_BAR_HEIGHT, track.width() * shown))
                path = QPainterPath()
                path.addRoundedRect(bar, _BAR_HEIGHT / 2, _BAR_HEIGHT / 2)
                painter.setOpacity(0.55 if self._faded else 1.0)
                painter.fillPath(path, theme.genre_colour(genre))
                painter.setOpacity(1.0)
            painter.setPen(colours.text if number == 0 else colours.text_muted)
            row = QRectF(0, number * _ROW_HEIGHT, self.width(), _ROW_HEIGHT)
            name = painter.fontMetrics().elidedText(
                display_name(genre), Qt.TextElideMode.ElideRight, int(name_width) - theme.SPACE_S
            )
            painter.drawText(row, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)
            painter.drawText(row, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, percent(share))
        painter.end()


class LiveGuess(QFrame):
    """A card with the present guess. Says so when it listens, is unsure, or does not know."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self._genre: str | None = None
        self._caption = QLabel()
        self._caption.setFont(theme.font("small"))
        self._name = ElidedCaption("display", muted=False)
        self._confidence = QLabel()
        self._confidence.setFont(theme.font("title"))
        self._remark = QLabel()
        self._remark.setWordWrap(True)
        self._remark.setTextFormat(Qt.TextFormat.PlainText)
        self.bars = TopBars(self)

        headline = QHBoxLayout()
        headline.setSpacing(theme.SPACE_M)
        headline.addWidget(self._name, 1)
        headline.addWidget(self._confidence, 0, Qt.AlignmentFlag.AlignBottom)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.SPACE_XL, theme.SPACE_M, theme.SPACE_XL, theme.SPACE_M)
        layout.setSpacing(theme.SPACE_XS)
        layout.addWidget(self._caption)
        layout.addLayout(headline)
        layout.addWidget(self._remark)
        layout.addSpacing(theme.SPACE_S)
        layout.addWidget(self.bars)
        layout.addStretch()
        theme.notifier().changed.connect(self._colour)
        self.show_waiting("")

    @property
    def headline(self) -> str:
        """The large words."""
        return self._name.text()

    @property
    def remark(self) -> str:
        """The sentence below them."""
        return self._remark.text()

    def show_waiting(self, remark: str) -> None:
        """Show no guess, and say why or what will come."""
        self._show(self.tr("Live guess"), self.tr("No guess yet"), None, "", remark)
        self.bars.set_faded(False)
        self.bars.show_rows([])

    def show_listening(self, remark: str) -> None:
        """Show that a guess will come soon."""
        self._show(self.tr("Live guess"), self.tr("Listening…"), None, "", remark)
        self.bars.set_faded(False)
        self.bars.show_rows([])

    def show_prediction(self, prediction: Prediction, remark: str = "") -> None:
        """Show `prediction` of what sounds now; without a genre in it, that is "unsure"."""
        probabilities = list(prediction.probabilities.items())
        self.bars.set_faded(prediction.genre is None)
        if prediction.genre is not None:
            name = display_name(prediction.genre)
            self._show(self.tr("Live guess"), name, prediction.genre, percent(prediction.confidence), remark)
        elif not prediction.segments:
            # Silence: all genres are equally likely, and to show three of them would be a claim.
            probabilities = []
            silent = self.tr("It is too quiet to tell. Turn the music up, or go nearer.")
            self._show(self.tr("Live guess"), self.tr("Unsure"), None, "", silent)
        else:
            best = self.tr("Maybe {genre}, but other genres are almost as likely.")
            best = best.format(genre=display_name(prediction.best_genre))
            self._show(self.tr("Live guess"), self.tr("Unsure"), None, "", best)
        self.bars.show_rows(probabilities[:SHOWN])

    def keep_as_last(self, remark: str) -> None:
        """Show the guess on as the last one of a take that has ended."""
        self._caption.setText(self.tr("Last guess"))
        self._remark.setText(remark)
        self.bars.set_faded(True)

    def _show(self, caption: str, name: str, genre: str | None, confidence: str, remark: str) -> None:
        self._caption.setText(caption)
        self._name.setText(name)
        self._genre = genre
        self._confidence.setText(confidence)
        self._remark.setText(remark)
        self.setAccessibleName(caption)
        self.setAccessibleDescription(f"{name} {confidence}".strip())
        self._colour()

    def _colour(self) -> None:
        colours = theme.colours()
        muted = f"color: {colours.text_muted.name()};"
        ink = theme.genre_colour(self._genre) if self._genre is not None else colours.text_muted
        self._name.set_ink(ink)
        self._confidence.setStyleSheet(f"color: {colours.text.name()};")
        self._caption.setStyleSheet(muted)
        self._remark.setStyleSheet(muted)
