"""What the program is, and how often it is right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from genre_app import __version__
from genre_app.directories import resources_directory
from genre_app.gui import theme
from genre_app.gui.models.names import model_name

if TYPE_CHECKING:
    from genre_app.classifier.model_version import ModelVersion


class AboutDialog(QDialog):
    """Version, licence, the model and its measured accuracy."""

    def __init__(self, model: ModelVersion | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("About Genre App"))
        picture = QLabel()
        path = resources_directory() / "icons" / "genre-app.svg"
        picture.setPixmap(QIcon(str(path)).pixmap(72, 72))
        name = QLabel("Genre App")
        name.setFont(theme.font("title"))
        version = QLabel(self.tr("Version {version}").format(version=__version__))
        text = QLabel(self.tr("Listens to music and names its genre. Offline, on your computer."))
        text.setWordWrap(True)

        facts = QFormLayout()
        facts.setContentsMargins(0, theme.SPACE_S, 0, 0)
        facts.setHorizontalSpacing(theme.SPACE_L)
        facts.setVerticalSpacing(theme.SPACE_S)
        for label, value in (
            (self.tr("Model"), self.tr("still loading") if model is None else model_name(model.id, model)),
            (self.tr("Accuracy"), self._accuracy({} if model is None else model.metrics)),
            (
                self.tr("Licence"),
                self.tr("GNU General Public License, version 3 or later. It comes with no warranty."),
            ),
        ):
            key = QLabel(label)
            key.setFont(theme.font("strong"))
            shown = QLabel(value)
            shown.setWordWrap(True)
            shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            key.setAlignment(Qt.AlignmentFlag.AlignTop)
            facts.addRow(key, shown)

        words = QVBoxLayout()
        words.setSpacing(theme.SPACE_XS)
        words.addWidget(name)
        words.addWidget(version)
        words.addSpacing(theme.SPACE_S)
        words.addWidget(text)
        words.addLayout(facts)
        words.addStretch()
        top = QHBoxLayout()
        top.setSpacing(theme.SPACE_XL)
        top.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(words, 1)
        buttons = QDialogButtonBox()
        close = buttons.addButton(self.tr("Close"), QDialogButtonBox.ButtonRole.RejectRole)
        close.clicked.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.SPACE_XL, theme.SPACE_XL, theme.SPACE_XL, theme.SPACE_L)
        layout.setSpacing(theme.SPACE_L)
        layout.addLayout(top)
        layout.addWidget(buttons)
        self.setFixedWidth(520)
        # With the height that the wrapped lines need at this width, and not what a layout guesses.
        self.setFixedHeight(layout.heightForWidth(520))

    def _accuracy(self, metrics: Any) -> str:
        accuracy, interval = metrics.get("accuracy"), metrics.get("accuracy_ci95")
        if not isinstance(accuracy, float):
            return self.tr("not measured")
        text = self.tr("{accuracy} of the validation clips").format(accuracy=f"{accuracy:.1%}")
        if isinstance(interval, list) and len(interval) == 2:
            text += " " + self.tr("(95% interval {low} to {high})").format(
                low=f"{interval[0]:.1%}", high=f"{interval[1]:.1%}"
            )
        return text
