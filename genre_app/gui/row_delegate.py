"""How a row of the list is drawn: name, what is known about the file, and its genre in colour."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from genre_app.gui import theme
from genre_app.gui.genre_names import display_name
from genre_app.gui.row_model import Row, RowModel, State, shown_name, summary
from genre_app.gui.widgets.times import clock, percent

_CHIP_PADDING: Final = 10.0
_BAR_WIDTH: Final = 72.0


class RowDelegate(QStyledItemDelegate):
    """Draws `RowModel`'s rows."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Return the height of two lines with air around them."""
        body = QFontMetricsF(theme.font("body")).height()
        small = QFontMetricsF(theme.font("small")).height()
        return QSize(200, round(body + small + 2 + 2 * theme.SPACE_S + 2))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw one row."""
        row: Row = index.data(RowModel.ROW_ROLE)
        colours = theme.colours()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(option.rect)
        state = option.state
        self._background(painter, area, state)

        inner = area.adjusted(theme.SPACE_L, theme.SPACE_S, -theme.SPACE_M, -theme.SPACE_S)
        right = self._right(painter, inner, row)
        words = inner.adjusted(0, 0, right - inner.right() - theme.SPACE_M, 0)
        body, small = theme.font("strong"), theme.font("small")
        metrics = QFontMetricsF(body)
        painter.setFont(body)
        painter.setPen(colours.text_muted if row.state is State.CANCELLED else colours.text)
        name = metrics.elidedText(shown_name(row.path), Qt.TextElideMode.ElideMiddle, words.width())
        top = QRectF(words.left(), words.top(), words.width(), metrics.height())
        painter.drawText(top, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), name)

        metrics = QFontMetricsF(small)
        painter.setFont(small)
        painter.setPen(colours.danger if row.state is State.FAILED else colours.text_muted)
        text = metrics.elidedText(_second_line(row), Qt.TextElideMode.ElideRight, words.width())
        below = QRectF(words.left(), top.bottom() + 2, words.width(), metrics.height())
        painter.drawText(below, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), text)
        painter.restore()

    def _background(self, painter: QPainter, area: QRectF, state: QStyle.StateFlag) -> None:
        colours = theme.colours()
        box = area.adjusted(4, 1, -4, -1)
        painter.setPen(Qt.PenStyle.NoPen)
        if state & QStyle.StateFlag.State_Selected:
            tint = QColor(colours.accent)
            tint.setAlphaF(0.22 if theme.is_dark() else 0.13)
            painter.setBrush(tint)
            painter.drawRoundedRect(box, 6, 6)
            painter.setBrush(colours.accent)
            painter.drawRoundedRect(QRectF(box.left(), box.top() + 8, 3, box.height() - 16), 1.5, 1.5)
        elif state & QStyle.StateFlag.State_MouseOver:
            tint = QColor(colours.text)
            tint.setAlphaF(0.05)
            painter.setBrush(tint)
            painter.drawRoundedRect(box, 6, 6)
        if state & QStyle.StateFlag.State_HasFocus and state & QStyle.StateFlag.State_KeyboardFocusChange:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colours.accent, 1.5))
            painter.drawRoundedRect(box.adjusted(0.75, 0.75, -0.75, -0.75), 6, 6)

    def _right(self, painter: QPainter, inner: QRectF, row: Row) -> float:
        """Draw what stands at the right end of the row, and return where it begins."""
        colours = theme.colours()
        if row.state is State.DONE and row.prediction is not None:
            prediction = row.prediction
            if prediction.genre is not None:
                return _chip(
                    painter, inner, display_name(prediction.genre), theme.genre_colour(prediction.genre)
                )
            silent = not prediction.segments
            text = summary(row) if silent else QCoreApplication.translate("rows", "Unsure")
            return _chip(painter, inner, text, None)
        if row.state is State.WORKING:
            track = QRectF(inner.right() - _BAR_WIDTH, inner.center().y() - 2, _BAR_WIDTH, 4)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.border)
            painter.drawRoundedRect(track, 2, 2)
            painter.setBrush(colours.accent)
            if row.length <= 0 < row.heard:
                # The length is not known: a piece in the middle says that something is going on.
                painter.drawRoundedRect(track.adjusted(_BAR_WIDTH / 3, 0, -_BAR_WIDTH / 3, 0), 2, 2)
            elif row.heard > 0:
                track.setWidth(max(4.0, _BAR_WIDTH * min(1.0, row.heard / row.length)))
                painter.drawRoundedRect(track, 2, 2)
            return inner.right() - _BAR_WIDTH
        if row.state is State.FAILED:
            size = 18
            place = QRectF(inner.right() - size, inner.center().y() - size / 2, size, size)
            theme.icon("error", colours.danger).paint(painter, place.toRect())
            return place.left()
        return inner.right()


def _chip(painter: QPainter, inner: QRectF, text: str, colour: QColor | None) -> float:
    """Draw `text` at the right in a pill of `colour`, or in an outline; return where it begins."""
    font = theme.font("small")
    font.setWeight(QFont.Weight.DemiBold)
    metrics = QFontMetricsF(font)
    width = metrics.horizontalAdvance(text) + 2 * _CHIP_PADDING
    height = metrics.height() + 6
    pill = QRectF(inner.right() - width, inner.center().y() - height / 2, width, height)
    colours = theme.colours()
    if colour is None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colours.text_muted, 1))
        painter.drawRoundedRect(pill.adjusted(0.5, 0.5, -0.5, -0.5), height / 2, height / 2)
        painter.setPen(colours.text_muted)
    else:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawRoundedRect(pill, height / 2, height / 2)
        painter.setPen(theme.readable_on(colour))
    painter.setFont(font)
    painter.drawText(pill, int(Qt.AlignmentFlag.AlignCenter), text)
    return pill.left()


def _second_line(row: Row) -> str:
    prediction = row.prediction
    if row.state is not State.DONE or prediction is None:
        return summary(row)
    parts = [clock(prediction.duration), row.format]
    if prediction.genre is not None:
        parts.insert(0, percent(prediction.confidence))
    elif prediction.segments:
        perhaps = QCoreApplication.translate("rows", "perhaps {genre}")
        parts.insert(0, perhaps.format(genre=display_name(prediction.best_genre)))
    return "  ·  ".join(part for part in parts if part)
