"""How good a model is, or two beside each other: accuracies, genres, confusions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLayout, QVBoxLayout, QWidget

from genre_app.gui import theme
from genre_app.gui.widgets.chip_switch import ChipSwitch
from genre_app.gui.widgets.confusion_matrix import ConfusionMatrix
from genre_app.gui.widgets.interval_chart import IntervalChart, Measured
from genre_app.gui.widgets.score_table import ScoreTable
from genre_app.gui.widgets.text import Caption

if TYPE_CHECKING:
    from genre_app.classifier.comparison import Comparison
    from genre_app.classifier.evaluation import Evaluation

_WIDE: Final = 760
_WIDE_FOR_ONE: Final = 620
_WIDE_FOR_SWITCHES: Final = 520
_LEAST: Final = 360

SetName = Literal["reference", "own"]


@dataclass(frozen=True, slots=True)
class Side:
    """A model.

    Attributes:
        name: that it is called here.
        reference: how good it is on the fixed validation set, or None if that is not known.
        own: how good it is on the user's validation clips, or None if there are none.
    """

    name: str
    reference: Evaluation | None
    own: Evaluation | None

    def on(self, name: SetName) -> Evaluation | None:
        """Return how good it is on one of the two."""
        return self.reference if name == "reference" else self.own


def sides_of(comparison: Comparison, names: tuple[str, str]) -> tuple[Side, Side]:
    """Return the two models of a comparison, the new one first, called by `names`."""
    reference, own = comparison.reference, comparison.own
    return (
        Side(
            names[0],
            None if reference is None else reference.new,
            None if own is None else own.new,
        ),
        Side(
            names[1],
            None if reference is None else reference.current,
            None if own is None else own.current,
        ),
    )


class _SetCard(QFrame):
    """The accuracies on one set of clips."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self.heading = Caption("strong", muted=False)
        self.count = Caption("small")
        self.chart = IntervalChart()
        self.remark = Caption("small")
        self.remark.setWordWrap(True)
        top = QHBoxLayout()
        top.setSpacing(theme.SPACE_S)
        top.addWidget(self.heading)
        top.addWidget(self.count, 1, Qt.AlignmentFlag.AlignBaseline)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.SPACE_L, theme.SPACE_M, theme.SPACE_L, theme.SPACE_M)
        layout.setSpacing(theme.SPACE_S)
        layout.addLayout(top)
        layout.addWidget(self.chart)
        layout.addWidget(self.remark)
        layout.addStretch()


class EvaluationView(QWidget):
    """One model, or two of which the first is the one that the user decides about.

    Attributes:
        set_switch: chooses the clips that genres and confusions are counted on.
        side_switch: chooses the model whose confusions are shown.
        table: the genres.
        matrix: the confusions.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sides: tuple[Side, ...] = ()
        self.set_switch = ChipSwitch(
            [("reference", self.tr("Reference set")), ("own", self.tr("Your clips"))]
        )
        self.side_switch = ChipSwitch([("0", ""), ("1", "")])
        self.table = ScoreTable()
        self.matrix = ConfusionMatrix()
        self._cards: dict[SetName, _SetCard] = {"reference": _SetCard(), "own": _SetCard()}
        self._cards["reference"].heading.setText(self.tr("Reference set"))
        self._cards["own"].heading.setText(self.tr("Your clips"))
        self._sets = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._sets.setSpacing(theme.SPACE_M)
        for card in self._cards.values():
            self._sets.addWidget(card, 1)
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._columns.setSpacing(theme.SPACE_XL)
        self._columns.addWidget(self.table, 5, Qt.AlignmentFlag.AlignTop)
        self._columns.addWidget(self.matrix, 6)
        self._details = QFrame()
        self._details.setProperty("card", True)
        self._switches = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._switches.setSpacing(theme.SPACE_S)
        self._switches.addWidget(self.set_switch)
        self._switches.addStretch()
        self._switches.addWidget(self.side_switch)
        details = QVBoxLayout(self._details)
        details.setContentsMargins(theme.SPACE_L, theme.SPACE_M, theme.SPACE_L, theme.SPACE_L)
        details.setSpacing(theme.SPACE_M)
        details.addLayout(self._switches)
        details.addLayout(self._columns, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.SPACE_M)
        # What lies side by side would else keep the view from getting so narrow that it is put in a column.
        layout.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        layout.addLayout(self._sets)
        layout.addWidget(self._details, 1)
        self.set_switch.chosen.connect(self._show_details)
        self.side_switch.chosen.connect(self._show_details)

    @property
    def sides(self) -> tuple[Side, ...]:
        """What is shown."""
        return self._sides

    def set_sides(self, sides: Sequence[Side]) -> None:
        """Show one model or two; of two, both have the same genres in each set."""
        self._sides = tuple(sides)
        for place, side in enumerate(self._sides[:2]):
            self.side_switch.set_text(str(place), side.name)
        self.side_switch.choose("0")
        self.side_switch.setVisible(len(self._sides) > 1)
        for name, card in self._cards.items():
            self._show_set(name, card)
        both = all(self._sides[0].on(name) is not None for name in self._cards)
        self.set_switch.set_offered("own", self._sides[0].own is not None)
        self.set_switch.setVisible(both)
        self.set_switch.choose("reference" if self._sides[0].reference is not None else "own")
        self._details.setVisible(any(self._sides[0].on(name) is not None for name in self._cards))
        self._arrange()
        self._show_details()

    def minimumSizeHint(self) -> QSize:
        """Return the width that a column needs."""
        return QSize(_LEAST, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put one under the other what has no room beside it."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        wanted = _WIDE if len(self._sides) > 1 else _WIDE_FOR_ONE
        for layout, width in (
            (self._sets, wanted), (self._columns, _WIDE), (self._switches, _WIDE_FOR_SWITCHES)
        ):  # fmt: skip
            wide = self.width() >= width
            direction = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
            if layout.direction() != direction:
                layout.setDirection(direction)

    def _show_set(self, name: SetName, card: _SetCard) -> None:
        found = [(side, side.on(name)) for side in self._sides]
        there = [(side, evaluation) for side, evaluation in found if evaluation is not None]
        card.chart.setVisible(bool(there))
        # A version does not tell why it does not know; a comparison does: there are no such clips.
        card.setVisible(bool(there) or name == "reference" or len(self._sides) > 1)
        if not there:
            card.count.setText("")
            card.remark.setText(
                self.tr("It is not known how good this model is on it.")
                if name == "reference"
                else self.tr("None of your clips is kept for validation, so none can tell.")
            )
            return
        card.count.setText(self.tr("%n clip(s)", "", there[0][1].n))
        card.chart.set_measured(
            [
                Measured(
                    side.name if len(self._sides) > 1 else self.tr("Accuracy"),
                    evaluation.accuracy,
                    evaluation.accuracy_ci95,
                    strong=place == 0,
                )
                for place, (side, evaluation) in enumerate(there)
            ]
        )
        card.remark.setText("\n".join(self._calibration(side, evaluation) for side, evaluation in there))

    def _calibration(self, side: Side, evaluation: Evaluation) -> str:
        if evaluation.accuracy_when_sure is None:
            text = self.tr("sure of no clip; its confidence is {ece} points off on average")
        else:
            text = self.tr(
                "sure of {sure} of the clips, of those {right} right;"
                " its confidence is {ece} points off on average"
            )
        told = text.format(
            sure=f"{100 * evaluation.sure:.0f}%",
            right=f"{100 * (evaluation.accuracy_when_sure or 0.0):.0f}%",
            ece=f"{100 * evaluation.ece:.0f}",
        )
        return f"{side.name}: {told}" if len(self._sides) > 1 else told[:1].upper() + told[1:]

    def _show_details(self) -> None:
        if not self._sides:
            return
        name: SetName = "own" if self.set_switch.choice == "own" else "reference"
        first = self._sides[0].on(name)
        second = self._sides[1].on(name) if len(self._sides) > 1 else None
        self.table.set_evaluations(first, second)
        self.matrix.set_evaluation(second if self.side_switch.choice == "1" and second else first)
