"""The page "Models": every version that is installed, and all that can be done with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QSize, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QInputDialog,
    QMessageBox,
    QPushButton,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from genre_app.classifier.evaluation import Evaluation, evaluation_from_json
from genre_app.errors import GenreAppError
from genre_app.gui import theme
from genre_app.gui.genre_names import display_name
from genre_app.gui.messages import MessageBar, copy_details, translated, translated_sentence
from genre_app.gui.models.control import ModelsControl
from genre_app.gui.models.names import clips_of, model_name, when
from genre_app.gui.models.version_list import VersionList
from genre_app.gui.retrain.curves_place import CurvesPlace
from genre_app.gui.widgets.chip_switch import ChipSwitch
from genre_app.gui.widgets.evaluation_view import EvaluationView, Side, sides_of
from genre_app.gui.widgets.facts import Facts
from genre_app.gui.widgets.symbol import Symbol
from genre_app.gui.widgets.text import Caption

if TYPE_CHECKING:
    from genre_app.classifier.comparison import Comparison
    from genre_app.classifier.model_version import ModelVersion
    from genre_app.classifier.versions import InstalledVersion
    from genre_app.gui.retrain.curves_view import CurvesView
    from genre_app.gui.tasks import Task

_DETAILS, _COMPARISON, _BROKEN, _BLANK = range(4)


class ModelsPage(QWidget):
    """Shows what `ModelsControl` knows and hands the user's wishes to it.

    Attributes:
        retrain_wanted: emitted when the user wants to make a new version.
        messages: the bar at the top.
        list: the versions.
        activate_button, rename_button, export_button, delete_button: for the chosen one.
        compare_button: compares it with the active one.
        import_button, roll_back_button: for all.
        evaluation: how good the chosen one is.
        comparison: how two compare.
        curves: accuracy and loss of its training; made when first needed.
    """

    retrain_wanted = Signal()

    def __init__(self, models: ModelsControl, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._models = models
        self._comparing: Task | None = None
        self._weighing: Task | None = None
        self._compared: tuple[str, ...] = ()
        self.messages = MessageBar()
        self.list = VersionList()
        self._sides = QStackedWidget()
        self._sides.addWidget(self._make_details())
        self._sides.addWidget(self._make_comparison())
        self._sides.addWidget(self._make_broken())
        self._sides.addWidget(QWidget())
        self._sides.setCurrentIndex(_BLANK)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(theme.SPACE_M)
        splitter.addWidget(self._make_list())
        splitter.addWidget(self._sides)
        splitter.setStretchFactor(0, 0)
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([320, 760])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.SPACE_L, theme.SPACE_L, theme.SPACE_L, theme.SPACE_L)
        layout.setSpacing(theme.SPACE_M)
        layout.addWidget(self.messages)
        layout.addWidget(splitter, 1)
        models.changed.connect(self._show)
        models.failed.connect(self.messages.show_error)
        self.list.chosen_changed.connect(self._show_chosen)

    # Building

    def _make_list(self) -> QWidget:
        heading = Caption("strong", muted=False)
        heading.setText(self.tr("Models"))
        heading.setContentsMargins(theme.SPACE_L, theme.SPACE_M, theme.SPACE_L, theme.SPACE_XS)
        self.roll_back_button = QPushButton(self.tr("Roll back"))
        self.roll_back_button.setToolTip(self.tr("Let the model answer that the active one was trained from"))
        theme.follow_icon(self.roll_back_button, "undo")
        self.roll_back_button.clicked.connect(self._roll_back)
        self.import_button = QPushButton(self.tr("Import…"))
        self.import_button.setToolTip(self.tr("Import a model from a file"))
        theme.follow_icon(self.import_button, "open")
        self.import_button.clicked.connect(self._choose_import)
        self._hint = Caption("small")
        self._hint.setWordWrap(True)
        self._hint.setContentsMargins(theme.SPACE_L, theme.SPACE_S, theme.SPACE_L, theme.SPACE_M)
        self.retrain_button = QPushButton(self.tr("Retrain…"))
        self.retrain_button.clicked.connect(self.retrain_wanted)
        # Above the others: three beside each other would be cut off.
        retrain = QHBoxLayout()
        retrain.setContentsMargins(theme.SPACE_L, 0, theme.SPACE_L, 0)
        retrain.addWidget(self.retrain_button)
        retrain.addStretch()
        foot = QHBoxLayout()
        foot.setContentsMargins(theme.SPACE_L, theme.SPACE_XS, theme.SPACE_L, theme.SPACE_L)
        foot.setSpacing(theme.SPACE_S)
        foot.addWidget(self.roll_back_button)
        foot.addWidget(self.import_button)
        foot.addStretch()
        # It gets no narrower than its buttons: a least width of its own would allow that.
        card = QFrame()
        card.setProperty("card", True)
        layout = QVBoxLayout(card)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(theme.SPACE_XS)
        layout.addWidget(heading)
        layout.addWidget(self.list, 1)
        layout.addWidget(self._hint)
        layout.addLayout(retrain)
        layout.addLayout(foot)
        return card

    def _make_details(self) -> QWidget:
        self.name_label = Caption("title", muted=False)
        self.name_label.setWordWrap(True)
        self._origin = Caption("body")
        self._origin.setWordWrap(True)
        self.activate_button = QPushButton(self.tr("Activate"))
        self.activate_button.setProperty("primary", True)
        self.activate_button.clicked.connect(self._activate)
        self.rename_button = _tool(self.tr("Rename"), "edit")
        self.rename_button.clicked.connect(self._ask_name)
        self.export_button = _tool(self.tr("Export to a file"), "export")
        self.export_button.clicked.connect(self._choose_export)
        self.delete_button = _tool(self.tr("Delete"), "remove")
        self.delete_button.clicked.connect(self._ask_to_delete)
        self.compare_button = QPushButton(self.tr("Compare"))
        self.compare_button.setToolTip(self.tr("Compare with the active one"))
        theme.follow_icon(self.compare_button, "compare")
        self.compare_button.clicked.connect(self._compare_with_active)
        top = QHBoxLayout()
        top.setSpacing(theme.SPACE_XS)
        top.addWidget(self.name_label, 1)
        for button in (self.rename_button, self.export_button, self.delete_button):
            top.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        actions = QHBoxLayout()
        actions.setSpacing(theme.SPACE_S)
        actions.addWidget(self.activate_button)
        actions.addWidget(self.compare_button)
        actions.addStretch()
        self.facts = Facts()
        card = QFrame()
        card.setProperty("card", True)
        inner = QVBoxLayout(card)
        inner.setContentsMargins(theme.SPACE_XL, theme.SPACE_L, theme.SPACE_L, theme.SPACE_L)
        inner.setSpacing(theme.SPACE_XS)
        inner.addLayout(top)
        inner.addWidget(self._origin)
        inner.addSpacing(theme.SPACE_M)
        inner.addWidget(self.facts)
        inner.addSpacing(theme.SPACE_M)
        inner.addLayout(actions)
        self.switch = ChipSwitch([("quality", self.tr("Quality")), ("curves", self.tr("Curves"))])
        self.switch.chosen.connect(self._show_part)
        self.evaluation = EvaluationView()
        self._curves_place = CurvesPlace(self.messages.show_error)
        self._curves_place.setMinimumHeight(320)
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.SPACE_M)
        layout.addWidget(card)
        layout.addWidget(self.switch)
        layout.addWidget(self.evaluation)
        layout.addWidget(self._curves_place, 1)
        layout.addStretch()
        return _scrolled(content)

    def _make_comparison(self) -> QWidget:
        self.comparison_label = Caption("title", muted=False)
        self.comparison_label.setWordWrap(True)
        self._found = Caption("body")
        self._found.setWordWrap(True)
        close = _tool(self.tr("Close the comparison"), "cancel")
        close.clicked.connect(self._close_comparison)
        top = QHBoxLayout()
        words = QVBoxLayout()
        words.setSpacing(theme.SPACE_XS)
        words.addWidget(self.comparison_label)
        words.addWidget(self._found)
        top.addLayout(words, 1)
        top.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        card = QFrame()
        card.setProperty("card", True)
        inner = QVBoxLayout(card)
        inner.setContentsMargins(theme.SPACE_XL, theme.SPACE_L, theme.SPACE_L, theme.SPACE_L)
        inner.addLayout(top)
        self.comparison = EvaluationView()
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.SPACE_M)
        layout.addWidget(card)
        layout.addWidget(self.comparison)
        layout.addStretch()
        return _scrolled(content)

    def _make_broken(self) -> QWidget:
        symbol = Symbol("warning", 32, lambda: theme.colours().warning)
        self.broken_label = Caption("title", muted=False)
        self.broken_label.setWordWrap(True)
        self.broken_text = Caption("body", muted=False)
        self.broken_text.setWordWrap(True)
        self._broken_place = Caption("small")
        self._broken_place.setWordWrap(True)
        self._broken_place.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        copy = QPushButton(self.tr("Copy details"))
        copy.clicked.connect(self._copy_details)
        self.broken_delete_button = QPushButton(self.tr("Delete"))
        theme.follow_icon(self.broken_delete_button, "remove")
        self.broken_delete_button.clicked.connect(self._ask_to_delete)
        buttons = QHBoxLayout()
        buttons.addWidget(self.broken_delete_button)
        buttons.addWidget(copy)
        buttons.addStretch()
        words = QVBoxLayout()
        words.setSpacing(theme.SPACE_S)
        for label in (self.broken_label, self.broken_text, self._broken_place):
            words.addWidget(label)
        words.addSpacing(theme.SPACE_S)
        words.addLayout(buttons)
        card = QFrame()
        card.setProperty("card", True)
        row = QHBoxLayout(card)
        row.setContentsMargins(theme.SPACE_XL, theme.SPACE_XL, theme.SPACE_XL, theme.SPACE_XL)
        row.setSpacing(theme.SPACE_L)
        row.addWidget(symbol, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(card)
        layout.addStretch()
        return page

    # Showing

    def showEvent(self, event: QShowEvent) -> None:
        """Look at the versions, which another program may have changed."""
        super().showEvent(event)
        self._models.refresh()
        self.list.setFocus()
        if self._models.warning is not None:
            self.messages.show_error(self._models.warning)

    @property
    def chosen(self) -> InstalledVersion | None:
        """The one version that is chosen; None if none or several are."""
        chosen = self.list.chosen
        return chosen[0] if len(chosen) == 1 else None

    def _show(self) -> None:
        versions, busy = self._models.versions, self._models.busy
        if versions is not None and versions != self.list.versions:
            self.list.set_versions(versions)
        active = self._models.active
        # What is active and gone can be rolled back too.
        self.roll_back_button.setEnabled(
            not busy and versions is not None and not (active and active.shipped)
        )
        self.import_button.setEnabled(not busy)
        alone = versions is not None and all(one.shipped for one in versions)
        self._hint.setText(
            self.tr("A retrain makes a new model from this one and your clips.")
            if alone
            else self.tr("Choose two with Ctrl to compare them.")
        )
        self.retrain_button.setVisible(alone)
        self._update_buttons()

    def _update_buttons(self) -> None:
        one, free = self.chosen, not self._models.busy
        usable = one is not None and one.version is not None
        is_active = one is not None and one.active
        self.activate_button.setEnabled(free and usable and not is_active and self._weighing is None)
        self.activate_button.setText(self.tr("Active") if is_active else self.tr("Activate"))
        own = one is not None and not one.shipped
        self.rename_button.setEnabled(free and usable and own)
        self.export_button.setEnabled(free and usable)
        self.delete_button.setEnabled(free and own)
        self.delete_button.setToolTip(
            self.tr("Delete") if own or one is None else self.tr("The base model can't be deleted")
        )
        self.broken_delete_button.setEnabled(free and own)
        active = self._models.active
        self.compare_button.setVisible(not is_active)
        self.compare_button.setEnabled(
            usable and not is_active and active is not None and active.version is not None
        )

    def _show_chosen(self) -> None:
        self._update_buttons()
        chosen = self.list.chosen
        ids = tuple(one.id for one in chosen)
        if len(chosen) == 2 and all(one.version is not None for one in chosen):
            if ids != self._compared:
                self._compare(*sorted(chosen, key=_made, reverse=True))
            return
        self._compared = ()
        if self._comparing is not None:
            self._comparing.cancel()
        one = self.chosen
        if one is None:
            self._sides.setCurrentIndex(_BLANK)
        elif one.version is None:
            self._show_broken(one)
        else:
            self._show_details(one, one.version)

    def _show_broken(self, one: InstalledVersion) -> None:
        self.broken_label.setText(model_name(one.id, one.version))
        self.broken_text.setText("" if one.error is None else ": ".join(translated(one.error)))
        self._broken_place.setText(str(one.directory))
        self._sides.setCurrentIndex(_BROKEN)

    def _show_details(self, one: InstalledVersion, version: ModelVersion) -> None:
        name = model_name(one.id, one.version)
        self.name_label.setText(name)
        self._origin.setText(self._origin_text(one, version))
        self.facts.set_facts(self._facts_of(one, version))
        own = version.metrics.get("own")
        self.evaluation.set_sides([Side(name, _evaluation(version.metrics), _evaluation(own))])
        from genre_app.training.curves import Curves

        curves = Curves.of_training(version.training)
        self.switch.set_offered("curves", bool(curves.epoch))
        self.switch.setVisible(bool(curves.epoch))
        if curves.epoch:
            self.make_curves().set_curves(curves, final=True)
        self._show_part()
        self._sides.setCurrentIndex(_DETAILS)

    def _show_part(self) -> None:
        curves = self.switch.choice == "curves"
        self.evaluation.setVisible(not curves)
        self._curves_place.setVisible(curves)

    @property
    def curves(self) -> CurvesView | None:
        """The curves, None until they are made."""
        return self._curves_place.view

    def make_curves(self) -> CurvesView:
        """Make the curves, if they are not there yet, and return them."""
        return self._curves_place.make()

    def _origin_text(self, one: InstalledVersion, version: ModelVersion) -> str:
        if one.shipped:
            return self.tr("Came with the program. It can always answer again.")
        parent = version.parent
        name = self.tr("nothing") if parent is None else model_name(parent, self._models.version(parent))
        kind = version.training.get("kind")
        text = self.tr("Trained from “{model}”.")
        if kind == "quick":
            text = self.tr("Quickly retrained from “{model}”.")
        elif kind == "full":
            text = self.tr("Fully trained from “{model}”.")
        return text.format(model=name)

    def _facts_of(self, one: InstalledVersion, version: ModelVersion) -> list[tuple[str, str]]:
        training = version.training
        n = clips_of(version)
        if one.shipped or n is None:
            learned = self.tr("the reference collection") if one.shipped else self.tr("not known")
        else:
            learned = self.tr("%n clip(s) of yours", "", n)
            if isinstance(copies := training.get("copies"), int) and copies:
                learned += ", " + self.tr("%n augmented copies", "", copies)
        new = training.get("new_genres")
        facts = [
            (self.tr("Made"), when(version.created)),
            (self.tr("Learned from"), learned),
            (self.tr("Genres"), str(len(version.genres))),
            (self.tr("Sure from"), f"{100 * version.confidence_threshold:.0f}%"),
            (self.tr("Size"), QLocale().formattedDataSize(one.size)),
            (self.tr("Identifier"), version.id),
        ]
        if isinstance(new, list) and new:
            facts.insert(3, (self.tr("New genres"), ", ".join(display_name(str(genre)) for genre in new)))
        return facts

    # Comparing

    def _compare_with_active(self) -> None:
        one, active = self.chosen, self._models.active
        if one is not None and active is not None:
            self.list.choose([one.id, active.id])

    def _compare(self, new: InstalledVersion, current: InstalledVersion) -> None:
        if self._comparing is not None:
            self._comparing.cancel()
        self._compared = tuple(one.id for one in self.list.chosen)
        names = (model_name(new.id, new.version), model_name(current.id, current.version))
        wanted = self._compared
        text = self.tr("“{one}” compared with “{other}”")
        self.comparison_label.setText(text.format(one=names[0], other=names[1]))
        self._found.setText(self.tr("Comparing…"))
        self.comparison.hide()
        self._sides.setCurrentIndex(_COMPARISON)

        def show(comparison: Comparison) -> None:
            if wanted == self._compared:
                self._comparing = None
                self._show_comparison(comparison, names)

        def fail(error: GenreAppError) -> None:
            self._comparing = None
            self._found.setText(self.tr("They can't be compared."))
            self.messages.show_error(error)

        self._comparing = self._models.compare(new, current, owner=self, on_result=show, on_error=fail)

    def _show_comparison(self, comparison: Comparison, names: tuple[str, str]) -> None:
        own, reference, _advice = comparison.sentences
        self._found.setText("\n".join(translated_sentence(sentence) for sentence in (own, reference)))
        self.comparison.set_sides(sides_of(comparison, names))
        self.comparison.show()

    def _close_comparison(self) -> None:
        active = self._models.active
        others = [one.id for one in self.list.chosen if active is None or one.id != active.id]
        self.list.choose(others[:1])

    # Changing

    def _activate(self) -> None:
        """Activate the chosen version, after a question if it is worse than the active one."""
        one, active = self.chosen, self._models.active
        if one is None or self._weighing is not None:
            return
        self.messages.hide()
        chosen = one.id

        def go_on() -> None:
            self._models.activate(chosen, self._tell_active)

        if one.version is None or active is None or active.version is None:
            go_on()
            return

        def decide(comparison: Comparison) -> None:
            self._weighing = None
            self._update_buttons()
            if comparison.needs_confirmation:
                self._ask_to_activate(comparison, go_on)
            else:
                go_on()

        def without_comparison(_: GenreAppError) -> None:
            # What can't be compared may still answer; whether it can is found out when it is activated.
            self._weighing = None
            self._update_buttons()
            go_on()

        self._weighing = self._models.compare(
            one, active, owner=self, on_result=decide, on_error=without_comparison
        )
        self._update_buttons()

    def _ask_to_activate(self, comparison: Comparison, go_on: Callable[[], None]) -> None:
        box = QMessageBox(self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Warning)
        if comparison.reference is None:
            box.setWindowTitle(self.tr("Activate an unknown model"))
            box.setText(self.tr("Nobody knows whether this model is as good as the active one."))
        else:
            box.setWindowTitle(self.tr("Activate a worse model"))
            box.setText(
                self.tr("On the reference set it is worse than the active one by more than chance explains.")
            )
        box.setInformativeText(self.tr("You can go back whenever you like."))
        activate = box.addButton(self.tr("Activate it all the same"), QMessageBox.ButtonRole.DestructiveRole)
        stay = box.addButton(self.tr("Back"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(stay)
        activate.clicked.connect(go_on)
        box.open()

    def _roll_back(self) -> None:
        self.messages.hide()
        self._models.roll_back(self._tell_active)

    def _tell_active(self) -> None:
        active = self._models.active
        if active is not None and self._models.warning is None:
            text = self.tr("“{model}” answers from now on.")
            self.messages.show_message(text.format(model=model_name(active.id, active.version)))
            self.list.set_versions(self._models.versions or ())
            self.list.choose([active.id])

    def _ask_name(self) -> None:
        one = self.chosen
        if one is None or one.version is None:
            return
        dialog = QInputDialog(self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(self.tr("Rename"))
        dialog.setLabelText(self.tr("Name of the model (empty: by its date)"))
        dialog.setTextValue(one.version.name or "")
        dialog.setOkButtonText(self.tr("Rename"))
        dialog.setCancelButtonText(self.tr("Cancel"))
        # Wide enough for a name and the dialog's title.
        dialog.resize(dialog.fontMetrics().averageCharWidth() * 60, dialog.sizeHint().height())
        dialog.textValueSelected.connect(lambda name: self.rename(one.id, name))
        dialog.open()

    def rename(self, model_id: str, name: str) -> None:
        """Call the version `name`; nothing if that is empty."""
        self.messages.hide()
        self._models.rename(model_id, name.strip() or None)

    def _choose_export(self) -> None:
        one = self.chosen
        if one is None:
            return
        from genre_app.classifier.versions import ARCHIVE_SUFFIX

        dialog = QFileDialog(self, self.tr("Export model"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(self.tr("Models of Genre App") + f" (*{ARCHIVE_SUFFIX})")
        dialog.selectFile(f"{one.id}{ARCHIVE_SUFFIX}")
        dialog.fileSelected.connect(lambda name: self.export(one.id, Path(name)))
        dialog.open()

    def export(self, model_id: str, path: Path) -> None:
        """Write the version to `path`, to which the usual suffix is added if it has none."""
        from genre_app.classifier.versions import ARCHIVE_SUFFIX

        if not path.suffix:
            path = path.with_name(path.name + ARCHIVE_SUFFIX)
        self.messages.hide()
        text = self.tr("Exported to {path}").format(path=path)
        self._models.export(model_id, path, lambda: self.messages.show_message(text))

    def _choose_import(self) -> None:
        from genre_app.classifier.versions import ARCHIVE_SUFFIX

        dialog = QFileDialog(self, self.tr("Import model"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters(
            [self.tr("Models of Genre App") + f" (*{ARCHIVE_SUFFIX})", self.tr("All files") + " (*)"]
        )
        dialog.fileSelected.connect(lambda name: self.import_model(Path(name)))
        dialog.open()

    def import_model(self, path: Path) -> None:
        """Install the version in the file `path` and choose it; it is not activated."""

        def end(model_id: str) -> None:
            self.list.set_versions(self._models.versions or ())
            self.list.choose([model_id])
            self.messages.show_message(self.tr("Imported. It answers when you activate it."))

        self.messages.show_message(self.tr("Checking the model…"))
        self._models.import_archive(path, end)

    def _ask_to_delete(self) -> None:
        one = self.chosen
        if one is None or one.shipped:
            return
        box = QMessageBox(self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle(self.tr("Delete model"))
        box.setText(self.tr("Delete “{model}” for good?").format(model=model_name(one.id, one.version)))
        box.setInformativeText(
            self.tr("It is the active one: the model that it was trained from answers then.")
            if one.active
            else self.tr("Export it first if you may want it again.")
        )
        delete = box.addButton(self.tr("Delete"), QMessageBox.ButtonRole.DestructiveRole)
        keep = box.addButton(self.tr("Keep"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(keep)
        delete.clicked.connect(lambda: self.delete(one.id))
        box.open()

    def delete(self, model_id: str) -> None:
        """Delete the version."""
        self.messages.hide()
        self._models.delete(model_id)

    def _copy_details(self) -> None:
        one = self.chosen
        if one is not None and one.error is not None:
            copy_details(one.error)


def _made(one: InstalledVersion) -> str:
    return "" if one.version is None else one.version.created


def _evaluation(stored: object) -> Evaluation | None:
    try:
        return evaluation_from_json(dict(stored) if isinstance(stored, Mapping) else stored)
    except ValueError:
        return None


def _tool(text: str, icon: str) -> QToolButton:
    button = QToolButton()
    button.setToolTip(text)
    button.setAccessibleName(text)
    button.setIconSize(QSize(18, 18))
    theme.follow_icon(button, icon)
    return button


def _scrolled(content: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(content)
    return area
