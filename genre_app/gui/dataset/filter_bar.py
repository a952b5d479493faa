"""The fields above the table that say which clips it shows."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QSizePolicy, QWidget

from genre_app.gui import theme
from genre_app.gui.dataset.clip_model import Question, source_name
from genre_app.gui.dataset.control import Summary
from genre_app.gui.dataset.genre_menu import genre_icon
from genre_app.gui.genre_names import display_name
from genre_app.gui.widgets.choice_box import ChoiceBox

TYPING_MILLISECONDS: Final = 60
"""How long the user must pause for what they typed to be looked for: letters typed fast are one word."""

# A list that is longer than the screen helps nobody; the text finds folders too.
_MOST_SOURCES: Final = 200


class FilterBar(QWidget):
    """Text, genre, split and source.

    Attributes:
        changed: emitted when the user chose something else.
        search: the field for text.
        genre_box, split_box, source_box: the choices; their data are what `Question` has.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._narrow = False
        self._several_sources = False
        self.search = _SearchField()
        self.search.setPlaceholderText(self.tr("Search title, artist, source"))
        self.search.setAccessibleName(self.tr("Search"))
        self.search.setClearButtonEnabled(True)
        self.search.setMinimumWidth(140)
        self.search.setMaximumWidth(420)
        self._symbol = self.search.addAction(
            theme.icon("search", theme.colours().text_muted), QLineEdit.ActionPosition.LeadingPosition
        )
        self.genre_box = self._box(self.tr("Genre"))
        self.split_box = self._box(self.tr("Split"))
        self.source_box = self._box(self.tr("Source"))
        self.split_box.addItem(self.tr("All splits"), None)
        self.split_box.addItem(self.tr("Training"), "train")
        self.split_box.addItem(self.tr("Validation"), "valid")
        self.genre_box.addItem(self.tr("All genres"), None)
        self.source_box.addItem(self.tr("All sources"), None)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.SPACE_S)
        layout.addWidget(self.search, 100)
        for box in (self.genre_box, self.split_box, self.source_box):
            layout.addWidget(box)
        layout.addStretch(1)
        # An empty data set has nothing to look for; what is beside the fields stays where it is.
        policy = self.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.setSizePolicy(policy)
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(TYPING_MILLISECONDS)
        self._typing.timeout.connect(self.changed)
        self.search.textChanged.connect(self._typed)
        theme.notifier().changed.connect(self._colour)
        self._colour()

    def _box(self, name: str) -> ChoiceBox:
        box = ChoiceBox()
        box.setAccessibleName(name)
        box.setToolTip(name)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        box.setMinimumWidth(84)
        box.setMaximumWidth(170)
        box.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        box.setMinimumHeight(32)
        box.setMaxVisibleItems(16)
        box.currentIndexChanged.connect(self.changed)
        return box

    def _colour(self) -> None:
        self._symbol.setIcon(theme.icon("search", theme.colours().text_muted))
        for place in range(1, self.genre_box.count()):
            self.genre_box.setItemIcon(place, genre_icon(self.genre_box.itemData(place)))

    def _typed(self) -> None:
        self._typing.start()

    def apply_to(self, question: Question) -> Question:
        """Return `question` with the user's filters."""
        self._typing.stop()
        return replace(
            question,
            genre=self.genre_box.currentData(),
            split=self.split_box.currentData(),
            source=self.source_box.currentData(),
            text=self.search.text(),
        )

    def set_summary(self, summary: Summary) -> None:
        """Offer the genres and sources that there are now; a choice that is gone becomes all."""
        _offer(
            self.genre_box,
            [(display_name(genre.name), genre.name, None) for genre in summary.genres],
        )
        for place in range(1, self.genre_box.count()):
            self.genre_box.setItemIcon(place, genre_icon(self.genre_box.itemData(place)))
        sources = summary.sources[:_MOST_SOURCES]
        _offer(self.source_box, [(source_name(folder) or folder, folder, folder) for folder, _ in sources])
        self._several_sources = len(sources) > 1
        self._show_source_box()

    def set_narrow(self, narrow: bool) -> None:
        """Do without the least of the fields where there is little room."""
        self._narrow = narrow
        self._show_source_box()

    def _show_source_box(self) -> None:
        self.source_box.setVisible(
            self.source_box.currentIndex() > 0 or (self._several_sources and not self._narrow)
        )

    def choose_genre(self, genre: str | None) -> None:
        """Show the clips of `genre`, or of all."""
        self.genre_box.setCurrentIndex(max(0, self.genre_box.findData(genre)))

    def clear(self) -> None:
        """Show all clips."""
        blockers = [QSignalBlocker(box) for box in (self.genre_box, self.split_box, self.source_box)]
        for box in (self.genre_box, self.split_box, self.source_box):
            box.setCurrentIndex(0)
        del blockers
        self.search.clear()
        for box in (self.genre_box, self.split_box, self.source_box):
            box.update()
        self.changed.emit()


class _SearchField(QLineEdit):
    """A line that Escape empties."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take Escape as the wish for an empty line, if it is not empty."""
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
            return
        super().keyPressEvent(event)


def _offer(box: QComboBox, choices: list[tuple[str, str, str | None]]) -> None:
    """Let `box` offer `choices` (text, datum, tool tip) after its first entry; keep what is chosen."""
    present = [box.itemData(place) for place in range(1, box.count())]
    if present == [datum for _, datum, _ in choices]:
        return
    chosen = box.currentData()
    blocker = QSignalBlocker(box)
    while box.count() > 1:
        box.removeItem(box.count() - 1)
    for text, datum, tip in choices:
        box.addItem(text, datum)
        if tip is not None:
            box.setItemData(box.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
    place = box.findData(chosen) if chosen is not None else 0
    box.setCurrentIndex(max(0, place))
    del blocker
    box.update()
    if place < 0:
        box.currentIndexChanged.emit(0)
