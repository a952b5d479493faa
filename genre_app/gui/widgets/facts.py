"""Facts about a file: small headings over values, flowing into as many columns as fit."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from genre_app.gui import theme
from genre_app.gui.widgets.text import Caption

_COLUMN = 148


class Fact(QWidget):
    """One heading with its value."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.heading = Caption("small")
        self.value = Caption("body", muted=False)
        self.value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.value.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(1)
        layout.addWidget(self.heading)
        layout.addWidget(self.value)
        layout.addStretch(1)

    def set_fact(self, heading: str, value: str) -> None:
        """Show `value` under `heading`."""
        self.heading.setText(heading)
        self.value.setText(value)
        self.setAccessibleName(f"{heading}: {value}")


class Facts(QWidget):
    """A grid of facts."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._facts: list[Fact] = []
        self._columns = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(theme.SPACE_M)
        self._grid.setVerticalSpacing(theme.SPACE_M)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)

    def set_facts(self, facts: Sequence[tuple[str, str]]) -> None:
        """Show `facts`, each a heading and a value, in this order."""
        while len(self._facts) < len(facts):
            self._facts.append(Fact(self))
        for fact, (heading, value) in zip(self._facts, facts, strict=False):
            fact.set_fact(heading, value)
        for index, fact in enumerate(self._facts):
            fact.setVisible(index < len(facts))
        self._arrange(force=True)

    @property
    def texts(self) -> dict[str, str]:
        """What is shown: heading to value."""
        return {fact.heading.text(): fact.value.text() for fact in self._facts if not fact.isHidden()}

    def minimumSizeHint(self) -> QSize:
        """Return a size that leaves the number of columns free."""
        return QSize(_COLUMN, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Use as many columns as fit."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self, *, force: bool = False) -> None:
        columns = max(1, (self.width() + theme.SPACE_M) // (_COLUMN + theme.SPACE_M))
        if columns == self._columns and not force:
            return
        for column in range(self._grid.columnCount()):
            self._grid.setColumnStretch(column, 0)
        self._columns = columns
        for fact in self._facts:
            self._grid.removeWidget(fact)
        shown = [fact for fact in self._facts if not fact.isHidden()]
        for index, fact in enumerate(shown):
            self._grid.addWidget(fact, index // columns, index % columns)
        for column in range(columns):
            self._grid.setColumnStretch(column, 1)
