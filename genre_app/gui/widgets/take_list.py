"""The takes that were recorded since the window opened."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from genre_app.audio.recorder import Take
from genre_app.gui import theme
from genre_app.gui.widgets.symbol import Symbol
from genre_app.gui.widgets.text import Caption, ElidedCaption
from genre_app.gui.widgets.times import clock


class _TakeRow(QWidget):
    """Name, length, and what was wrong with a take, if anything."""

    def __init__(self, path: Path, length: str, remarks: list[str]) -> None:
        super().__init__()
        symbol = Symbol("warning", 16, lambda: theme.colours().warning) if remarks else Symbol("note", 16)
        name = ElidedCaption("body", muted=False)
        name.setText(path.stem)
        name.setToolTip(str(path))
        duration = Caption("body")
        duration.setText(length)
        first = QHBoxLayout()
        first.setSpacing(theme.SPACE_S)
        first.addWidget(symbol)
        first.addWidget(name, 1)
        first.addWidget(duration)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, theme.SPACE_XS, 0, theme.SPACE_XS)
        layout.setSpacing(0)
        layout.addLayout(first)
        if remarks:
            remark = Caption()
            remark.setText(" · ".join(remarks))
            remark.setIndent(16 + theme.SPACE_S)
            remark.setWordWrap(True)
            layout.addWidget(remark)


class TakeList(QFrame):
    """A card with the takes of this session, the newest first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self._paths: list[Path] = []
        caption = Caption()
        caption.setText(self.tr("Takes"))
        self._empty = Caption("body")
        self._empty.setWordWrap(True)
        self._empty.setText(
            self.tr("Your takes will be listed here. Each is added to Listen as soon as it ends.")
        )
        self._note = Caption()
        self._note.setWordWrap(True)
        self._note.setText(self.tr("Added to Listen, where you can play them."))
        self._note.hide()
        self._rows = QVBoxLayout()
        self._rows.setContentsMargins(0, 0, theme.SPACE_S, 0)
        self._rows.setSpacing(0)
        self._rows.addStretch()
        content = QWidget()
        content.setLayout(self._rows)
        self._scroll = QScrollArea()
        self._scroll.setWidget(content)
        content.setAutoFillBackground(False)  # which being scrolled has switched on
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.viewport().setAutoFillBackground(False)
        self._scroll.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.SPACE_XL, theme.SPACE_M, theme.SPACE_L, theme.SPACE_M)
        layout.setSpacing(theme.SPACE_S)
        layout.addWidget(caption)
        layout.addWidget(self._empty)
        layout.addWidget(self._scroll, 1)
        layout.addWidget(self._note)
        layout.addStretch()

    @property
    def paths(self) -> list[Path]:
        """The takes in view, the newest first."""
        return list(self._paths)

    def add_take(self, take: Take) -> None:
        """Add a take that was just recorded."""
        remarks = []
        if take.error is not None:
            remarks.append(self.tr("ended early"))
        if take.clipped:
            remarks.append(self.tr("too loud in places"))
        if take.overflows:
            remarks.append(self.tr("%n gap(s)", "", take.overflows))
        self._add(take.path, clock(take.seconds), remarks)

    def add_recovered(self, path: Path) -> None:
        """Add a take that was saved from a program that was killed."""
        self._add(path, "", [self.tr("recovered")])

    def _add(self, path: Path, length: str, remarks: list[str]) -> None:
        self._paths.insert(0, path)
        self._rows.insertWidget(0, _TakeRow(path, length, remarks))
        self._empty.hide()
        self._scroll.show()
        self._note.show()
