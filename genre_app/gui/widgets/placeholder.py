"""What a page shows while it has nothing to show."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from genre_app.gui import theme
from genre_app.gui.widgets.symbol import Symbol
from genre_app.gui.widgets.text import Caption


def placeholder(symbol: str, title: str, hints: Sequence[str], buttons: Sequence[QPushButton]) -> QWidget:
    """Return a page that says why there is nothing to see, and what can be done about it."""

    def ink() -> QColor:
        colours = theme.colours()
        return colours.warning if symbol == "warning" else colours.accent

    heading = Caption("title", muted=False)
    heading.setText(title)
    row = QHBoxLayout()
    row.setSpacing(theme.SPACE_S)
    row.addStretch()
    for button in buttons:
        row.addWidget(button)
    row.addStretch()
    page = QWidget()
    layout = QVBoxLayout(page)
    layout.setSpacing(theme.SPACE_M)
    layout.addStretch(2)
    layout.addWidget(Symbol(symbol, 48, ink), 0, Qt.AlignmentFlag.AlignHCenter)
    layout.addWidget(heading, 0, Qt.AlignmentFlag.AlignHCenter)
    for hint in hints:
        line = Caption("body")
        line.setText(hint)
        layout.addWidget(line, 0, Qt.AlignmentFlag.AlignHCenter)
    layout.addSpacing(theme.SPACE_S)
    layout.addLayout(row)
    layout.addStretch(3)
    return page
