"""How the cells of the table of clips are drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from genre_app.gui import theme
from genre_app.gui.dataset.clip_model import ClipModel, Column
from genre_app.gui.dataset.waveform_loader import WaveformLoader
from genre_app.gui.genre_names import display_name
from genre_app.gui.widgets.text import tabular
from genre_app.gui.widgets.times import percent

if TYPE_CHECKING:
    from genre_app.dataset.records import Clip

PADDING: Final = 10
"""Pixels between the edge of a cell and what is in it."""

_PLAY_WIDTH: Final = 18
_DOT: Final = 10.0
_STEP: Final = 3.0
_SURE: Final = 0.5


class ClipDelegate(QStyledItemDelegate):
    """Draws `ClipModel`'s cells.

    Attributes:
        hovered_row: under the pointer, or -1.
        played_clip: number of the clip that plays or is paused, or None.
        playing: whether it plays.
        played_share: how much of it was heard, 0…1.
    """

    def __init__(self, waveforms: WaveformLoader, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waveforms = waveforms
        self.hovered_row = -1
        self.played_clip: int | None = None
        self.playing = False
        self.played_share = 0.0

    def waveform_area(self, cell: QRectF) -> QRectF:
        """Return where in a cell its waveform is: what is left of it is the symbol that plays."""
        return cell.adjusted(PADDING + _PLAY_WIDTH + 6, 10, -4, -10)

    def row_height(self) -> int:
        """Return the height of two lines with air around them."""
        body = QFontMetricsF(theme.font("body")).height()
        small = QFontMetricsF(theme.font("small")).height()
        return round(body + small + 2 + 2 * theme.SPACE_S)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw one cell."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        cell = QRectF(option.rect)
        self._background(painter, cell, option, index)
        clip: Clip | None = index.data(ClipModel.CLIP_ROLE)
        column = Column(index.column())
        if clip is None:
            _placeholder(painter, cell, column)
        elif column == Column.WAVEFORM:
            self._waveform(painter, cell, clip, index.row())
        else:
            inner = cell.adjusted(PADDING, 0, -PADDING, 0)
            if column == Column.TITLE:
                _title(painter, inner, clip)
            elif column == Column.GENRE:
                _genre(painter, inner, clip.genre)
            elif column == Column.PREDICTED:
                _predicted(painter, inner, clip)
            elif column == Column.SPLIT:
                _split(painter, inner, clip, index.data())
            elif column == Column.COPIES:
                _text(painter, inner, str(clip.n_copies) if clip.n_copies else "–", right=True)
            elif column == Column.DURATION:
                _text(painter, inner, index.data(), right=True)
            elif column == Column.SOURCE:
                _text(painter, inner, index.data(), middle=True)
            else:
                _text(painter, inner, index.data())
        painter.restore()

    def _background(
        self,
        painter: QPainter,
        cell: QRectF,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        colours = theme.colours()
        if option.state & QStyle.StateFlag.State_Selected:
            tint = QColor(colours.accent)
            tint.setAlphaF(0.22 if theme.is_dark() else 0.13)
            painter.fillRect(cell, tint)
        elif index.row() == self.hovered_row:
            tint = QColor(colours.text)
            tint.setAlphaF(0.05)
            painter.fillRect(cell, tint)
        painter.fillRect(QRectF(cell.left(), cell.bottom() - 1, cell.width(), 1), colours.grid)
        # One mark for the whole row, at its beginning: the keys act on rows.
        if index.column() == Column.WAVEFORM and option.state & QStyle.StateFlag.State_HasFocus:
            painter.fillRect(QRectF(cell.left(), cell.top(), 3, cell.height() - 1), colours.accent)

    def _waveform(self, painter: QPainter, cell: QRectF, clip: Clip, row: int) -> None:
        colours = theme.colours()
        played = clip.id == self.played_clip
        if played or row == self.hovered_row:
            ink = colours.accent if played else colours.text_muted
            place = QRectF(cell.left() + PADDING, cell.center().y() - 8, 16, 16)
            _play_symbol(painter, place, ink, pause=played and self.playing)
        area = self.waveform_area(cell)
        outline = self._waveforms.outline(clip)
        if outline is None or outline.size == 0:
            middle = QRectF(area.left(), area.center().y() - 0.5, area.width(), 1)
            painter.fillRect(middle, colours.border)
            return
        n_bars = max(1, int(area.width() / _STEP))
        painter.setPen(Qt.PenStyle.NoPen)
        heard = self.played_share * n_bars if played else 0.0
        half = area.height() / 2
        for colour, first, last in (
            (colours.waveform_played, 0, round(heard)),
            (colours.waveform, round(heard), n_bars),
        ):
            painter.setBrush(colour)
            bars = []
            for bar in range(first, last):
                start = bar * outline.size // n_bars
                stop = max(start + 1, (bar + 1) * outline.size // n_bars)
                swing = max(0.75, half * float(outline[start:stop].max()) / 255)
                bars.append(QRectF(area.left() + bar * _STEP, area.center().y() - swing, 2, 2 * swing))
            painter.drawRects(bars)


def _play_symbol(painter: QPainter, place: QRectF, ink: QColor, *, pause: bool) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink)
    if pause:
        for left in (4, 9.5):
            painter.drawRoundedRect(QRectF(place.left() + left, place.top() + 2.5, 3, 11), 1, 1)
    else:
        left, top = place.left() + 4, place.top() + 2.5
        painter.drawPolygon(
            QPolygonF([QPointF(left, top), QPointF(left + 9.5, top + 5.5), QPointF(left, top + 11)])
        )


def _placeholder(painter: QPainter, cell: QRectF, column: Column) -> None:
    """Draw where words will be: grey bars that come and go with scrolling."""
    if column in (Column.TITLE, Column.GENRE, Column.SOURCE):
        bar = QRectF(cell.left() + PADDING, cell.center().y() - 4, 0.55 * (cell.width() - 2 * PADDING), 8)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colours().grid)
        painter.drawRoundedRect(bar, 4, 4)


def _title(painter: QPainter, inner: QRectF, clip: Clip) -> None:
    colours = theme.colours()
    strong, small = theme.font("strong"), theme.font("small")
    metrics, small_metrics = QFontMetricsF(strong), QFontMetricsF(small)
    lines = metrics.height() + (small_metrics.height() + 1 if clip.artist else 0)
    top = QRectF(inner.left(), inner.center().y() - lines / 2, inner.width(), metrics.height())
    _draw(painter, top, clip.title, strong, colours.text)
    if clip.artist:
        below = QRectF(inner.left(), top.bottom() + 1, inner.width(), small_metrics.height())
        _draw(painter, below, clip.artist, small, colours.text_muted)


def _genre(painter: QPainter, inner: QRectF, genre: str) -> None:
    _dot(painter, inner, theme.genre_colour(genre))
    words = inner.adjusted(_DOT + 7, 0, 0, 0)
    _draw(painter, words, display_name(genre), theme.font("body"), theme.colours().text)


def _predicted(painter: QPainter, inner: QRectF, clip: Clip) -> None:
    colours = theme.colours()
    if clip.predicted is None:
        _draw(painter, inner, "–", theme.font("body"), colours.text_muted)
        return
    confidence = clip.predicted_confidence or 0.0
    same = clip.predicted == clip.genre
    font, share = theme.font("body"), tabular(theme.font("small"))
    text, number = display_name(clip.predicted), percent(confidence)
    wide = QFontMetricsF(share).horizontalAdvance(number) + 2
    if same:
        ink = colours.text_muted
    else:
        ink = colours.warning if confidence >= _SURE else colours.text
        _dot(painter, inner, theme.genre_colour(clip.predicted), hollow=True)
    words = inner.adjusted(_DOT + 7, 0, -wide - 4, 0)
    if same:
        place = QRectF(inner.left() - 2, inner.center().y() - 7, 14, 14)
        theme.icon("check", colours.text_muted).paint(painter, place.toRect())
    _draw(painter, words, text, font, ink)
    advance = min(words.width(), QFontMetricsF(font).horizontalAdvance(text))
    beside = QRectF(words.left() + advance + 5, inner.top(), wide, inner.height())
    _draw(painter, beside, number, share, colours.text_muted)


def _split(painter: QPainter, inner: QRectF, clip: Clip, text: str) -> None:
    colours = theme.colours()
    ink = colours.text if clip.split == "valid" else colours.text_muted
    font = theme.font("body")
    _draw(painter, inner, text, font, ink)
    if clip.pinned:
        left = inner.left() + min(inner.width() - 14, QFontMetricsF(font).horizontalAdvance(text) + 4)
        place = QRectF(left, inner.center().y() - 7, 14, 14)
        theme.icon("pin", colours.accent).paint(painter, place.toRect())


def _dot(painter: QPainter, inner: QRectF, colour: QColor, *, hollow: bool = False) -> None:
    place = QRectF(inner.left(), inner.center().y() - _DOT / 2, _DOT, _DOT)
    if hollow:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour, 2))
        painter.drawEllipse(place.adjusted(1, 1, -1, -1))
    else:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawEllipse(place)


def _text(painter: QPainter, inner: QRectF, text: str, *, right: bool = False, middle: bool = False) -> None:
    _draw(
        painter,
        inner,
        text,
        tabular(theme.font("body")),
        theme.colours().text_muted,
        side=Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft,
        cut=Qt.TextElideMode.ElideMiddle if middle else Qt.TextElideMode.ElideRight,
    )


def _draw(
    painter: QPainter,
    place: QRectF,
    text: str,
    font: QFont,
    ink: QColor,
    *,
    side: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    cut: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
) -> None:
    painter.setFont(font)
    painter.setPen(ink)
    shown = QFontMetricsF(font).elidedText(text, cut, place.width())
    painter.drawText(place, int(side | Qt.AlignmentFlag.AlignVCenter), shown)
