"""A row of chips of which one is chosen."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from genre_app.gui import theme


class ChipSwitch(QWidget):
    """Lets the user choose one of a few things that are shown one at a time.

    Attributes:
        chosen: emitted with the key of what was chosen, by the user or by `choose`.
    """

    chosen = Signal(str)

    def __init__(self, choices: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        """Offer `choices`, each a key and a text; the first one is chosen."""
        super().__init__(parent)
        self._group = QButtonGroup(self)
        self._chips: dict[str, QPushButton] = {}
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.SPACE_XS)
        for key, text in choices:
            chip = QPushButton(text)
            chip.setCheckable(True)
            chip.setProperty("chip", True)
            chip.setChecked(not self._chips)
            chip.toggled.connect(lambda on, key=key: self.chosen.emit(key) if on else None)
            self._group.addButton(chip)
            self._chips[key] = chip
            layout.addWidget(chip)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    @property
    def choice(self) -> str:
        """The key of what is chosen."""
        return next(key for key, chip in self._chips.items() if chip.isChecked())

    def choose(self, key: str) -> None:
        """Choose what has this key."""
        self._chips[key].setChecked(True)

    def set_text(self, key: str, text: str) -> None:
        """Call a choice `text` from now on."""
        self._chips[key].setText(text)

    def set_offered(self, key: str, offered: bool) -> None:
        """Offer a choice, or hide it; the first one is chosen then."""
        self._chips[key].setVisible(offered)
        if not offered and self._chips[key].isChecked():
            self.choose(next(iter(self._chips)))
