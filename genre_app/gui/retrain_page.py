"""The page "Retrain": what will be learned from, the training as it goes, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QMessageBox,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from genre_app.classifier.errors import ModelMissingError
from genre_app.classifier.model_version import BACKBONE_NAME
from genre_app.errors import GenreAppError
from genre_app.gui import theme
from genre_app.gui.genre_names import display_name
from genre_app.gui.messages import MessageBar, translated, translated_sentence
from genre_app.gui.models.control import ModelsControl
from genre_app.gui.models.names import model_name
from genre_app.gui.retrain.control import State, TrainingControl
from genre_app.gui.retrain.curves_place import CurvesPlace
from genre_app.gui.retrain.lesson_list import Lesson, LessonList
from genre_app.gui.tasks import run_task
from genre_app.gui.widgets.chip_switch import ChipSwitch
from genre_app.gui.widgets.evaluation_view import EvaluationView, sides_of
from genre_app.gui.widgets.placeholder import placeholder
from genre_app.gui.widgets.symbol import Symbol
from genre_app.gui.widgets.text import Caption
from genre_app.training.errors import TrainingRunningError
from genre_app.training.events import Mode

if TYPE_CHECKING:
    from genre_app.classifier.comparison import Comparison
    from genre_app.gui.dataset.control import DataSetControl
    from genre_app.gui.retrain.curves_view import CurvesView
    from genre_app.gui.tasks import Task
    from genre_app.training.full_run import ResumableTraining

_EMPTY, _WORK, _BLANK = range(3)
_LESSONS, _CURVES, _RESULT = range(3)
_REDRAW_MILLISECONDS: Final = 60
_TICK_MILLISECONDS: Final = 1000
_PREPARE_MILLISECONDS: Final = 150
_FEW: Final = 5
_STEPS: Final = 1000


class RetrainPage(QWidget):
    """Shows what `TrainingControl` does, and asks it to.

    Attributes:
        data_set_wanted: emitted when the user wants to see the data set.
        messages: the bar at the top.
        mode_switch: chooses between a quick retrain and a full training.
        mode_text: what the chosen one is, or what it lacks.
        train_button: starts a training.
        resume_button: goes on with a full training that was broken off.
        cancel_button: stops it.
        keep_button: activates the new model.
        discard_button: deletes it.
        progress: how far the training is.
        phase_label: what it does.
        left_label: how long it will take.
        lessons: what will be learned from.
        evaluation: the new model beside the one it was trained from.
        curves: accuracy and loss; made when first needed.
        verdict: the advice about the new model.
    """

    data_set_wanted = Signal()

    def __init__(
        self,
        training: TrainingControl,
        models: ModelsControl,
        data: DataSetControl,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.training = training
        self._models = models
        self._data = data
        self._missing: int | None = None
        self._looking: Task | None = None
        self._deciding = False
        self._told = 0
        self._resumable: ResumableTraining | None = None
        self.messages = MessageBar()
        self._pages = QStackedWidget()
        to_data_set = QPushButton(self.tr("Go to the data set"))
        to_data_set.setProperty("primary", True)
        to_data_set.clicked.connect(self.data_set_wanted)
        self.to_data_set_button = to_data_set
        self._pages.addWidget(
            placeholder(
                "train",
                self.tr("There is nothing to learn from yet"),
                (
                    self.tr("Add songs of yours to the data set and say which genre they are."),
                    self.tr("Ten of a genre are enough to teach a new one."),
                ),
                (to_data_set,),
            )
        )
        self._pages.addWidget(self._make_work())
        self._pages.addWidget(QWidget())
        self._pages.setCurrentIndex(_BLANK)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.SPACE_L, theme.SPACE_L, theme.SPACE_L, theme.SPACE_L)
        layout.setSpacing(theme.SPACE_M)
        layout.addWidget(self.messages)
        layout.addWidget(self._pages, 1)
        self._redraw = QTimer(self)
        self._redraw.setSingleShot(True)
        self._redraw.setInterval(_REDRAW_MILLISECONDS)
        self._redraw.timeout.connect(self._draw_curves)
        # Between what the training says of itself, the time goes on all the same.
        self._tick = QTimer(self)
        self._tick.setInterval(_TICK_MILLISECONDS)
        self._tick.timeout.connect(self._show_time_left)
        self._connect()
        self._show()

    # Building

    def _make_work(self) -> QWidget:
        work = QWidget()
        layout = QVBoxLayout(work)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.SPACE_M)
        self._stages = QStackedWidget()
        self._stages.addWidget(self._make_lessons())
        self._curves_place = CurvesPlace(self.messages.show_error)
        self._stages.addWidget(self._curves_place)
        self._stages.addWidget(self._make_result())
        layout.addWidget(self._make_top())
        layout.addWidget(self._make_switch())
        layout.addWidget(self._stages, 1)
        return work

    def _make_top(self) -> QWidget:
        self._top = QFrame()
        self._top.setProperty("card", True)
        self.headline = Caption("title", muted=False)
        self.headline.setWordWrap(True)
        self._facts = Caption("body")
        self._facts.setWordWrap(True)
        self.train_button = QPushButton(self.tr("Retrain"))
        self.train_button.setProperty("primary", True)
        theme.follow_icon(self.train_button, "train", self._train_ink)
        self.train_button.clicked.connect(lambda: self.start(self.mode))
        self.resume_button = QPushButton(self.tr("Resume"))
        self.resume_button.clicked.connect(lambda: self.start("full", resume=True))
        self.cancel_button = QPushButton(self.tr("Cancel"))
        theme.follow_icon(self.cancel_button, "cancel")
        self.cancel_button.clicked.connect(self.training.cancel)
        self.discard_button = QPushButton(self.tr("Discard"))
        self.discard_button.clicked.connect(self._discard)
        self.keep_button = QPushButton(self.tr("Keep"))
        self.keep_button.clicked.connect(self._keep)
        self._symbol_good = Symbol("check", 32, lambda: theme.colours().success)
        self._symbol_bad = Symbol("warning", 32, lambda: theme.colours().warning)
        words = QVBoxLayout()
        words.setSpacing(theme.SPACE_XS)
        words.addWidget(self.headline)
        words.addWidget(self._facts)
        row = QHBoxLayout()
        row.setSpacing(theme.SPACE_M)
        for symbol in (self._symbol_good, self._symbol_bad):
            row.addWidget(symbol, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        for button in (
            self.resume_button, self.train_button, self.cancel_button, self.discard_button, self.keep_button
        ):  # fmt: skip
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.phase_label = Caption("small", muted=False)
        self.left_label = Caption("small")
        below = QHBoxLayout()
        below.addWidget(self.phase_label, 1)
        below.addWidget(self.left_label)
        self._work_row = QWidget()
        work = QVBoxLayout(self._work_row)
        work.setContentsMargins(0, theme.SPACE_S, 0, 0)
        work.setSpacing(theme.SPACE_S)
        work.addWidget(self.progress)
        work.addLayout(below)
        self.mode_switch = ChipSwitch([("quick", self.tr("Quick")), ("full", self.tr("Full"))])
        self.mode_switch.chosen.connect(self._show)
        self.mode_text = Caption("small")
        self.mode_text.setWordWrap(True)
        self._mode_row = QWidget()
        mode = QHBoxLayout(self._mode_row)
        mode.setContentsMargins(0, theme.SPACE_S, 0, 0)
        mode.setSpacing(theme.SPACE_M)
        mode.addWidget(self.mode_switch, 0, Qt.AlignmentFlag.AlignVCenter)
        mode.addWidget(self.mode_text, 1)
        layout = QVBoxLayout(self._top)
        layout.setContentsMargins(theme.SPACE_XL, theme.SPACE_L, theme.SPACE_L, theme.SPACE_L)
        layout.setSpacing(theme.SPACE_XS)
        layout.addLayout(row)
        layout.addWidget(self._mode_row)
        layout.addWidget(self._work_row)
        return self._top

    def _make_switch(self) -> QWidget:
        self.switch = ChipSwitch([("comparison", self.tr("Comparison")), ("curves", self.tr("Curves"))])
        self.switch.chosen.connect(self._show_stage)
        return self.switch

    def _make_lessons(self) -> QWidget:
        self.lessons = LessonList()
        card = QFrame()
        card.setProperty("card", True)
        heading = Caption("strong", muted=False)
        heading.setText(self.tr("What it will learn from"))
        self._remark = Caption("small")
        self._remark.setWordWrap(True)
        inner = QVBoxLayout(card)
        inner.setContentsMargins(theme.SPACE_XL, theme.SPACE_L, theme.SPACE_L, theme.SPACE_L)
        inner.setSpacing(theme.SPACE_S)
        inner.addWidget(heading)
        inner.addWidget(self.lessons)
        inner.addSpacing(theme.SPACE_S)
        inner.addWidget(self._remark)
        return _scrolled(card)

    def _make_result(self) -> QWidget:
        self.evaluation = EvaluationView()
        return _scrolled(self.evaluation)

    def _connect(self) -> None:
        training = self.training
        training.changed.connect(self._show)
        training.finished.connect(self._take_result)
        training.failed.connect(self._tell_failed)
        training.stopped.connect(self._tell_stopped)
        self._data.changed.connect(self._data_changed)
        self._data.embedding_changed.connect(self._look)
        self._data.failed.connect(self._data_failed)
        self._models.changed.connect(self._show)

    # For the window

    def showEvent(self, event: QShowEvent) -> None:
        """Look at the data set, the models and the training, which may have changed; prepare the curves."""
        super().showEvent(event)
        # A moment that is not noticed now, and would be when they are wanted.
        QTimer.singleShot(_PREPARE_MILLISECONDS, self, self.make_curves)
        self._data.refresh()
        self._models.refresh()
        self.training.find()
        self._look_for_resumable()

    @property
    def mode(self) -> Mode:
        """Which training is chosen."""
        return "full" if self.mode_switch.choice == "full" else "quick"

    def start(self, mode: Mode = "quick", *, resume: bool = False) -> None:
        """Start a training, or go on with a full one that was broken off."""
        self.messages.hide()
        self.training.dismiss()
        self.training.start(mode, resume=resume)

    # Before

    def _data_changed(self) -> None:
        self._look()
        self._show()

    def _data_failed(self, error: GenreAppError) -> None:
        if self._data.summary is None:
            self.messages.show_error(error)

    def _look(self) -> None:
        """Find out how many clips and copies the model has not heard yet."""
        active = self._models.active
        if self._looking is not None or active is None or active.version is None or not self.isVisible():
            return
        backbone = active.version.files[BACKBONE_NAME]

        def end(missing: int) -> None:
            self._looking = None
            self._missing = missing
            self._show()

        def forget(_: object) -> None:
            self._looking = None

        self._looking = self._data.ask(
            lambda data_set, _: len(data_set.missing_embeddings(backbone)),
            owner=self,
            on_result=end,
            on_error=forget,
        )

    def _look_for_resumable(self) -> None:
        """Find out whether a full training was broken off that can go on."""

        def look(_: object) -> ResumableTraining | None:
            from genre_app.training.full_run import resumable_training

            return resumable_training()

        def end(found: ResumableTraining | None) -> None:
            self._resumable = found
            self._show()

        run_task(look, owner=self, on_result=end)

    def _show_mode(self) -> None:
        """Say what the chosen training is, and what is missing for it."""
        from genre_app.training.full_run import missing_for_full_training

        summary = self._data.summary
        full = self.mode == "full"
        missing = missing_for_full_training(summary.counts) if full and summary is not None else None
        resumable = self._resumable if full else None
        self.resume_button.setVisible(resumable is not None)
        # One that is broken off is what a user most likely wants to go on with.
        self.train_button.setText(self.tr("Start anew") if resumable is not None else self.tr("Retrain"))
        for button, primary in (
            (self.train_button, resumable is None),
            (self.resume_button, resumable is not None),
        ):
            _make_primary(button, primary)
        self.train_button.setIcon(theme.icon("train", self._train_ink()))
        if missing is not None:
            self.train_button.setEnabled(False)
            text = translated(missing)[1]
        elif resumable is not None:
            text = self.tr("A full training was broken off after epoch {epoch} of {epochs}.").format(
                epoch=resumable.epoch, epochs=resumable.epochs
            )
        elif full:
            text = self.tr(
                "Trains the whole network on the sound of your clips. That takes long; how long is said after"
                " the first steps. It can be cancelled and resumed."
            )
        else:
            text = self.tr("Takes seconds: teaches the model anew which sound belongs to which genre.")
        self.mode_text.setText(text)

    def _train_ink(self) -> QColor:
        colours = theme.colours()
        return colours.on_accent if self.train_button.property("primary") else colours.text

    def _make_list(self) -> list[Lesson]:
        summary, active = self._data.summary, self._models.active
        if summary is None:
            return []
        known = () if active is None or active.version is None else active.version.genres
        lessons = []
        for genre in summary.genres:
            counts = summary.counts.get(genre.name)
            if counts is None or not counts.train + counts.valid:
                continue
            is_new = bool(known) and genre.name not in known
            remark, warns = self.tr("new to the model") if is_new else "", False
            if not counts.train and is_new:
                remark, warns = self.tr("all kept for validation: it can't be learned"), True
            elif not counts.train:
                # No warning: the model knows it, and learns it again from what it was trained on.
                remark = self.tr("all kept for validation: teaches nothing new")
            elif is_new and counts.train < _FEW:
                remark, warns = self.tr("new to the model; so few clips teach it little"), True
            lessons.append(Lesson(genre.name, counts.train, counts.valid, counts.copies, remark, warns))
        return lessons

    def _show_lessons(self) -> None:
        lessons = self._make_list()
        self.lessons.set_lessons(lessons)
        train, valid = sum(one.train for one in lessons), sum(one.valid for one in lessons)
        copies = sum(one.copies for one in lessons)
        active = self._models.active
        name = "" if active is None else model_name(active.id, active.version)
        self.headline.setText(self.tr("Teach the model your music"))
        facts = [self.tr("%n clip(s)", "", train)]
        if copies:
            facts.append(self.tr("%n augmented copies", "", copies))
        facts.append(self.tr("%n genre(s)", "", sum(one.train > 0 for one in lessons)))
        facts.append(self.tr("%n clip(s) for validation", "", valid))
        if name:
            facts.append(self.tr("starting from “{model}”").format(model=name))
        self._facts.setText(" · ".join(facts))
        self.train_button.setEnabled(train > 0)
        remarks = [
            self.tr("It learns from these and from what the model was trained on, so it forgets nothing.")
        ]
        if not train:
            remarks = [
                self.tr(
                    "All of your clips are kept for validation, so there is none to learn from. Add more, or"
                    " unpin some in the data set."
                )
            ]
        elif not valid:
            remarks.append(
                self.tr(
                    "None of your clips is kept for validation, so only the reference set will tell whether"
                    " the new model is better. Pin a few in the data set."
                )
            )
        if self._missing and train:
            remarks.append(
                self.tr(
                    "%n clip(s) or copies were not heard by the model yet; that is done first.",
                    "",
                    self._missing,
                )
            )
        self._remark.setText("\n".join(remarks))

    # While it runs

    def _show(self) -> None:
        state = self.training.state
        running, done = self.training.running, state is State.DONE
        summary = self._data.summary
        if running or done:
            self._pages.setCurrentIndex(_WORK)
        elif summary is None:
            self._pages.setCurrentIndex(_BLANK)
        else:
            there = any(counts.train + counts.valid for counts in summary.counts.values())
            self._pages.setCurrentIndex(_WORK if there else _EMPTY)
        self.train_button.setVisible(not running and not done)
        self.resume_button.hide()
        self._mode_row.setVisible(not running and not done)
        self.cancel_button.setVisible(running)
        self.cancel_button.setEnabled(state is not State.CANCELLING)
        self._work_row.setVisible(running)
        self.switch.setVisible(done)
        for button in (self.keep_button, self.discard_button):
            button.setVisible(done)
            button.setEnabled(not self._deciding)
        comparison = self.training.comparison
        good = comparison is not None and comparison.keep
        self._symbol_good.setVisible(done and good)
        self._symbol_bad.setVisible(done and not good)
        if running != self._tick.isActive():
            self._tick.start() if running else self._tick.stop()
        if running:
            self._show_progress()
        elif done and comparison is not None:
            self._show_verdict(comparison)
        else:
            self._show_lessons()
            self._show_mode()
        if len(self.training.notices) > self._told:
            self.messages.show_message("\n".join(self._notices()), "warning")
        self._told = len(self.training.notices)
        self._show_stage()
        if (running or done) and not self._redraw.isActive():
            self._redraw.start()
        if self._missing is None:
            self._look()

    def _notices(self) -> list[str]:
        texts = []
        for notice in self.training.notices:
            template = QCoreApplication.translate("training", notice.template)
            parameters = dict(notice.parameters)
            if "genre" in parameters:
                parameters["genre"] = display_name(parameters["genre"])
            texts.append(template.format_map(parameters))
        return texts

    def _show_stage(self) -> None:
        stage = _LESSONS
        if self.training.running:
            stage = _CURVES
        elif self.training.state is State.DONE:
            stage = _CURVES if self.switch.choice == "curves" else _RESULT
        if stage == _CURVES:
            self.make_curves()
        self._stages.setCurrentIndex(stage)

    @property
    def curves(self) -> CurvesView | None:
        """The curves, None until they are made."""
        return self._curves_place.view

    def make_curves(self) -> CurvesView:
        """Make the curves, if they are not there yet, and return them."""
        return self._curves_place.make()

    def _draw_curves(self) -> None:
        if self.curves is not None:
            self.curves.set_curves(self.training.curves, final=self.training.state is State.DONE)

    def _show_progress(self) -> None:
        training = self.training
        self.headline.setText(self.tr("Learning from your music"))
        self._facts.setText(self.tr("You can record and listen meanwhile."))
        share = training.share
        if share is None or training.state is State.CANCELLING:
            self.progress.setRange(0, 0)
        else:
            self.progress.setRange(0, _STEPS)
            self.progress.setValue(round(share * _STEPS))
        self.phase_label.setText(self._phase_text())
        self._show_time_left()

    def _show_time_left(self) -> None:
        cancelling = self.training.state is State.CANCELLING
        left = self.training.seconds_left if self.training.running and not cancelling else None
        self.left_label.setText("" if left is None else self._time_left(left))

    def _phase_text(self) -> str:
        training = self.training
        if training.state is State.CANCELLING:
            return self.tr("Cancelling…")
        match training.phase:
            case None:
                return self.tr("Starting…")
            case "loading":
                return self.tr("Starting TensorFlow, which does the training…")
            case "data":
                return self.tr("Gathering clips…")
            case "features":
                return self.tr("Computing spectrograms…")
            case "embeddings":
                return self.tr("Hearing clips that are new to the model…")
            case "network":
                return self.tr("Preparing the network…")
            case "conversion":
                return self.tr("Converting the new model…")
            case "hearing":
                return self.tr("Hearing clips with the new model…")
            case "fit":
                if not training.epochs:
                    return self.tr("Learning…")
                last = training.epochs[-1]
                return self.tr("Epoch {epoch} of at most {epochs}").format(
                    epoch=min(last.epoch + 1, last.epochs), epochs=last.epochs
                )
            case "evaluation":
                return self.tr("Comparing it with the current model…")
            case "saving":
                return self.tr("Saving and checking the new model…")

    def _time_left(self, seconds: float) -> str:
        at_most = self.training.may_end_early
        if seconds < 90:
            # Further away, single seconds would pretend to be known.
            n = max(1, round(seconds)) if seconds < 15 else 5 * round(seconds / 5)
            if at_most:
                return self.tr("at most about %n second(s) left", "", n)
            return self.tr("about %n second(s) left", "", n)
        n = round(seconds / 60)
        if at_most:
            return self.tr("at most about %n minute(s) left", "", n)
        return self.tr("about %n minute(s) left", "", n)

    def _tell_failed(self, error: GenreAppError) -> None:
        self._look_for_resumable()
        self.messages.show_error(error)
        if error.code == TrainingRunningError.code:
            self.training.find()  # The other one can be watched, and cancelled.

    def _tell_stopped(self) -> None:
        self._look_for_resumable()
        self.messages.show_message(
            self.tr("Cancelled. The model is as it was; the training can go on from its last epoch.")
            if self.training.mode == "full" and self.training.epochs
            else self.tr("Cancelled. The model is as it was.")
        )

    # After

    def _take_result(self) -> None:
        comparison = self.training.comparison
        assert comparison is not None
        self.switch.choose("comparison")
        self._models.refresh()
        self._look_for_resumable()
        names = (self.tr("New"), self.tr("Current"))
        self.evaluation.set_sides(sides_of(comparison, names))
        for button, recommended in (
            (self.keep_button, comparison.keep),
            (self.discard_button, not comparison.keep),
        ):
            _make_primary(button, recommended)
            button.setDefault(recommended)
            if recommended and self.isVisible():
                button.setFocus()

    def _show_verdict(self, comparison: Comparison) -> None:
        if not self.evaluation.sides:
            self._take_result()
        *found, advice = map(translated_sentence, comparison.sentences)
        self.headline.setText(advice)
        result = self.training.result
        if result is not None:
            parent = model_name(result.parent, self._models.version(result.parent))
            text = self.tr("Trained from “{model}” in {seconds} s.")
            found.append(text.format(model=parent, seconds=f"{result.seconds:.1f}"))
        self._facts.setText("\n".join(found))

    def _keep(self) -> None:
        comparison = self.training.comparison
        if comparison is None:
            return
        if not comparison.needs_confirmation:
            self._activate()
            return
        box = QMessageBox(self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Warning)
        if comparison.reference is None:
            box.setWindowTitle(self.tr("Keep an unknown model"))
            box.setText(self.tr("Nobody knows whether this model has forgotten anything."))
        else:
            box.setWindowTitle(self.tr("Keep a worse model"))
            box.setText(self.tr("This model is worse on the reference set by more than chance explains."))
        box.setInformativeText(self.tr("It would answer from now on. You can go back on the page Models."))
        keep = box.addButton(self.tr("Keep it all the same"), QMessageBox.ButtonRole.DestructiveRole)
        stay = box.addButton(self.tr("Back"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(stay)
        keep.clicked.connect(self._activate)
        box.open()

    def _activate(self) -> None:
        result = self.training.result
        if result is not None:
            self._decide()
            self._models.activate(result.model, self._kept, self._undecided)

    def _discard(self) -> None:
        result = self.training.result
        if result is not None:
            self._decide()
            self._models.delete(result.model, self._discarded, self._undecided)

    def _decide(self) -> None:
        self._deciding = True
        self.messages.hide()
        self._show()

    def _undecided(self, error: GenreAppError) -> None:
        self._deciding = False
        self.messages.show_error(error)
        if isinstance(error, ModelMissingError):  # Somebody else has deleted it: nothing is left to decide.
            self.training.dismiss()
        self._show()

    def _kept(self) -> None:
        self._deciding = False
        self._missing = None
        self.training.dismiss()
        self.messages.show_message(
            self.tr("The new model answers from now on. The one before is still on the page Models.")
        )

    def _discarded(self) -> None:
        self._deciding = False
        self.training.dismiss()
        self.messages.show_message(self.tr("Discarded. The model you had goes on answering."))


def _make_primary(button: QPushButton, primary: bool) -> None:
    """Let the button look like the one to press, or like any other."""
    if button.property("primary") != primary:
        button.setProperty("primary", primary)
        button.style().unpolish(button)
        button.style().polish(button)


def _scrolled(content: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    inner = QWidget()
    layout = QVBoxLayout(inner)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(content)
    layout.addStretch()
    area.setWidget(inner)
    return area
