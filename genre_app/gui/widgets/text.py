"""Text that fits: figures of one width, names cut in the middle, muted captions."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from genre_app.gui import theme


def tabular(font: QFont) -> QFont:
    """Return `font` with figures of one width, so that numbers that change do not jump."""
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


class Caption(QLabel):
    """A line of text in a role of the theme's fonts, muted unless told otherwise; follows the scheme."""

    def __init__(self, role: str = "small", *, muted: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._muted = muted
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(tabular(theme.font(role)))
        theme.notifier().changed.connect(self._colour)
        self._colour()

    def _colour(self) -> None:
        colours = theme.colours()
        self.set_ink(colours.text_muted if self._muted else colours.text)

    def set_ink(self, colour: QColor) -> None:
        """Write in `colour` until the scheme changes."""
        palette = QPalette(self.palette())
        palette.setColor(QPalette.ColorRole.WindowText, colour)
        self.setPalette(palette)


class ElidedCaption(Caption):
    """A caption of one line that is cut in the middle where it does not fit; its tooltip is whole."""

    def __init__(self, role: str = "small", *, muted: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(role, muted=muted, parent=parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def minimumSizeHint(self) -> QSize:
        """Return a width at which the ends of the text can be read."""
        return QSize(60, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what fits."""
        del event
        painter = QPainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        area = self.contentsRect()
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideMiddle, area.width())
        painter.drawText(area, self.alignment(), shown)
        painter.end()
