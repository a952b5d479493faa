"""The dialog that asks which copies of which clips are to be made, and lets them be seen and heard before."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from PySide6.QtCore import QCoreApplication, QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from genre_app.dataset.augmentation.balance import DEFAULT_COPIES_PER_CLIP
from genre_app.dataset.augmentation.catalogue import CATALOGUE, CatalogueEntry, entry_named
from genre_app.dataset.augmentation.parameters import MAX_SEED
from genre_app.dataset.augmentation.recipe import Recipe
from genre_app.errors import GenreAppError
from genre_app.gui import theme
from genre_app.gui.dataset.control import DataSetControl
from genre_app.gui.dataset.genre_menu import genre_icon
from genre_app.gui.genre_names import display_name
from genre_app.gui.messages import MessageBar
from genre_app.gui.widgets.check_box import CheckBox
from genre_app.gui.widgets.choice_box import ChoiceBox
from genre_app.gui.widgets.slider import Slider
from genre_app.gui.widgets.sound_card import SoundCard
from genre_app.gui.widgets.text import Caption

if TYPE_CHECKING:
    from genre_app.dataset.audition import Sound
    from genre_app.dataset.augmenting import Plan
    from genre_app.dataset.data_set import DataSet
    from genre_app.dataset.records import Clip, Copy
    from genre_app.gui.tasks import Task
    from genre_app.progress import Progress

T = TypeVar("T")

CLIPS: Final = "clips"
GENRE: Final = "genre"
BALANCE: Final = "balance"

SETTLE_MILLISECONDS: Final = 250
"""After the last move of a slider a new preview is made."""

_NUMBERS: Final = (1, 2, 3, 4, 5, 6, 8, 10)
_DEFAULT_NUMBER: Final = 3
_MOST_PREVIEWED: Final = 200
_STRENGTH_STEPS: Final = 20


def describe(recipe: Recipe) -> list[tuple[str, str]]:
    """Return the steps of `recipe` in the user's language: what is done, and how."""

    def word(value: object) -> object:
        noises = {
            "white": QCoreApplication.translate("AugmentDialog", "white"),
            "pink": QCoreApplication.translate("AugmentDialog", "pink"),
            "brown": QCoreApplication.translate("AugmentDialog", "brown"),
            "crowd": QCoreApplication.translate("AugmentDialog", "crowd"),
        }
        return noises.get(value, value) if isinstance(value, str) else value

    steps = []
    for step in recipe.steps:
        transform = entry_named(step.transform).transform
        values = {name: word(value) for name, value in step.parameters.items()}
        summary = QCoreApplication.translate("augmentation", transform.summary).format(**values)
        title = QCoreApplication.translate("augmentation", transform.title)
        steps.append((title, summary.replace("-", "−")))
    return steps


@dataclass(frozen=True, slots=True)
class _Audition:
    """A copy that can be seen and heard."""

    recipe: Recipe
    sound: Sound


class TransformRow(QWidget):
    """One transform: whether it is wanted, and how strong.

    Attributes:
        changed: emitted when either is another.
        box: ticked if it is wanted.
        slider: its strength.
    """

    changed = Signal()

    def __init__(self, entry: CatalogueEntry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = entry.name
        title = QCoreApplication.translate("augmentation", entry.transform.title)
        self.box = CheckBox(title)
        self.box.setChecked(entry.chosen_by_default)
        self.slider = Slider()
        self.slider.setRange(0, _STRENGTH_STEPS)
        self.slider.setValue(round(entry.default_strength * _STRENGTH_STEPS))
        self.slider.setFixedWidth(120)
        self.slider.setAccessibleName(self.tr("Strength: {transform}").format(transform=title))
        hint = Caption("small")
        hint.setText(QCoreApplication.translate("augmentation", entry.description))
        hint.setWordWrap(True)
        hint.setContentsMargins(24, 0, 0, 0)
        top = QHBoxLayout()
        top.setSpacing(theme.SPACE_M)
        top.addWidget(self.box, 1)
        top.addWidget(self.slider)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addWidget(hint)
        self.box.toggled.connect(self._update)
        self.slider.valueChanged.connect(self._update)
        self._show()

    @property
    def strength(self) -> float:
        """From 0 to 1."""
        return self.slider.value() / _STRENGTH_STEPS

    def _update(self) -> None:
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        self.slider.setEnabled(self.box.isChecked())
        self.slider.setToolTip(self.tr("Strength {n}%").format(n=round(100 * self.strength)))


class AugmentDialog(QDialog):
    """Asks for clips and transforms, plans the copies, and shows the first of a clip beside the clip.

    Nothing is added by the dialog itself; copies that are there already can be removed one by one.

    Attributes:
        confirmed: emitted with the plan (`Plan`), the strengths by transform, and the seed.
        playing_started: emitted when a sound begins to play.
        messages: says what went wrong.
        scopes: buttons that choose which clips, by `CLIPS`, `GENRE` and `BALANCE`.
        genre_box: which genre, if one is augmented.
        number_box: how many copies per clip.
        rows: the transforms.
        clip_box: which clip is previewed.
        copy_box: whether a new copy of it is, or one that is there.
        original, copy: the two sounds.
        drawn: what was drawn for the copy.
        add_button: confirms.
    """

    confirmed = Signal(object, object, object)
    playing_started = Signal()

    def __init__(
        self,
        control: DataSetControl,
        ids: Sequence[int],
        genre: str | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """Offer the clips numbered `ids`, which the user has selected, and propose `genre`."""
        super().__init__(parent)
        self._control = control
        self._ids = tuple(ids)
        self._seed = secrets.randbelow(MAX_SEED + 1)
        self._plan: Plan | None = None
        self._clips: list[Clip] = []
        self._copies: list[Copy] = []
        self._shown: Clip | None = None
        self._n_files = 0
        self._tasks: dict[str, Task] = {}
        self._folder = tempfile.TemporaryDirectory(prefix="genre-app-", ignore_cleanup_errors=True)
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.setInterval(SETTLE_MILLISECONDS)
        self._settling.timeout.connect(self._audition)
        self.setWindowTitle(self.tr("Augment"))
        self.setMinimumSize(860, 560)
        self.resize(1080, 720)

        purpose = Caption("body")
        purpose.setText(
            self.tr("Altered copies teach the model that a song stays what it is in another place or key.")
        )
        self.messages = MessageBar()
        middle = QHBoxLayout()
        middle.setSpacing(theme.SPACE_XL)
        middle.addWidget(self._make_transforms())
        middle.addLayout(self._make_preview(), 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.SPACE_XL, theme.SPACE_XL, theme.SPACE_XL, theme.SPACE_L)
        layout.setSpacing(theme.SPACE_M)
        layout.addWidget(purpose)
        layout.addWidget(self.messages)
        layout.addLayout(self._make_scope())
        layout.addLayout(middle, 1)
        layout.addLayout(self._make_foot())
        self._offer_genres(genre)
        self.scopes[CLIPS if self._ids else (GENRE if genre else BALANCE)].setChecked(True)
        self._scope_changed()

    # Building

    def _make_scope(self) -> QHBoxLayout:
        self.scopes: dict[str, QPushButton] = {}
        group = QButtonGroup(self)
        row = QHBoxLayout()
        row.setSpacing(theme.SPACE_S)
        for scope, text in (
            (CLIPS, self.tr("%n selected clip(s)", "", len(self._ids))),
            (GENRE, self.tr("A genre")),
            (BALANCE, self.tr("Balance the genres")),
        ):
            chip = QPushButton(text)
            chip.setCheckable(True)
            chip.setProperty("chip", True)
            chip.setAutoDefault(False)
            chip.clicked.connect(self._scope_changed)
            group.addButton(chip)
            row.addWidget(chip)
            self.scopes[scope] = chip
        self.scopes[CLIPS].setVisible(bool(self._ids))
        self.genre_box = self._choice(self.tr("Genre"), 160)
        self.genre_box.setMaxVisibleItems(16)
        self.genre_box.activated.connect(self._replan)
        self._number_label = Caption("body", muted=False)
        self.number_box = self._choice(self.tr("Copies per clip"), 72)
        for number in _NUMBERS:
            self.number_box.addItem(str(number), number)
        self.number_box.activated.connect(self._replan)
        row.addWidget(self.genre_box)
        row.addStretch(1)
        row.addWidget(self._number_label)
        row.addWidget(self.number_box)
        return row

    def _make_transforms(self) -> QWidget:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(theme.SPACE_M, theme.SPACE_M, theme.SPACE_M, theme.SPACE_M)
        column.setSpacing(theme.SPACE_M)
        self.rows: dict[str, TransformRow] = {}
        for entry in CATALOGUE:
            row = TransformRow(entry)
            row.changed.connect(self._transforms_changed)
            column.addWidget(row)
            self.rows[entry.name] = row
        column.addStretch(1)
        area = QScrollArea()
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)
        card = QFrame()
        card.setProperty("card", True)
        card.setFixedWidth(336)
        layout = QVBoxLayout(card)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.addWidget(area)
        return card

    def _make_preview(self) -> QVBoxLayout:
        self.clip_box = self._choice(self.tr("Clip"), 160)
        self.clip_box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.clip_box.setPlaceholderText(self.tr("No clip for training"))
        self.clip_box.setMaxVisibleItems(16)
        self.clip_box.currentIndexChanged.connect(self._clip_chosen)
        self.copy_box = self._choice(self.tr("Copy"), 120)
        self.copy_box.currentIndexChanged.connect(self._copy_chosen)
        self.again_button = QPushButton(self.tr("Draw again"))
        self.again_button.setAutoDefault(False)
        theme.follow_icon(self.again_button, "refresh")
        self.again_button.clicked.connect(self._draw_again)
        self.remove_button = QPushButton(self.tr("Remove copy"))
        self.remove_button.setAutoDefault(False)
        theme.follow_icon(self.remove_button, "remove")
        self.remove_button.clicked.connect(self._remove_copy)
        top = QHBoxLayout()
        top.setSpacing(theme.SPACE_S)
        top.addWidget(self.clip_box, 1)
        top.addWidget(self.copy_box)
        top.addWidget(self.again_button)
        top.addWidget(self.remove_button)
        self.original = SoundCard(self.tr("Original"))
        self.copy = SoundCard(self.tr("Copy"))
        for card, other in ((self.original, self.copy), (self.copy, self.original)):
            card.playing_started.connect(other.playback.pause)
            card.playing_started.connect(self.playing_started)
            card.failed.connect(self.messages.show_error)
        sounds = QHBoxLayout()
        sounds.setSpacing(theme.SPACE_M)
        sounds.addWidget(self.original, 1)
        sounds.addWidget(self.copy, 1)
        self.drawn = Caption("small")
        self.drawn.setWordWrap(True)
        self.drawn.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.drawn.setMinimumHeight(3 * self.drawn.fontMetrics().lineSpacing())
        column = QVBoxLayout()
        column.setSpacing(theme.SPACE_M)
        column.addLayout(top)
        column.addLayout(sounds, 1)
        column.addWidget(self.drawn)
        return column

    def _make_foot(self) -> QHBoxLayout:
        self.note = Caption("small")
        self.note.setWordWrap(True)
        cancel = QPushButton(self.tr("Cancel"))
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        self.add_button = QPushButton()
        self.add_button.setProperty("primary", True)
        self.add_button.setDefault(True)
        self.add_button.clicked.connect(self._confirm)
        foot = QHBoxLayout()
        foot.setSpacing(theme.SPACE_S)
        foot.addWidget(self.note, 1)
        foot.addWidget(cancel)
        foot.addWidget(self.add_button)
        return foot

    def _choice(self, name: str, width: int) -> ChoiceBox:
        box = ChoiceBox()
        box.setAccessibleName(name)
        box.setMinimumWidth(width)
        box.setMinimumHeight(32)
        return box

    def _offer_genres(self, chosen: str | None) -> None:
        summary = self._control.summary
        if summary is None:
            return
        trained = {
            genre.name: summary.counts[genre.name].train + summary.counts[genre.name].train_copies
            for genre in summary.genres
            if summary.counts[genre.name].train
        }
        for name in trained:
            self.genre_box.addItem(genre_icon(name), display_name(name), name)
        if chosen not in trained:
            # The one that needs copies most.
            chosen = min(trained, key=trained.__getitem__, default=None)
        self.genre_box.setCurrentIndex(self.genre_box.findData(chosen))

    # What is wanted

    @property
    def scope(self) -> str:
        """`CLIPS`, `GENRE` or `BALANCE`."""
        return next(scope for scope, chip in self.scopes.items() if chip.isChecked())

    @property
    def strengths(self) -> dict[str, float]:
        """Name of each transform that is wanted → its strength, from 0 to 1."""
        return {name: row.strength for name, row in self.rows.items() if row.box.isChecked()}

    @property
    def busy(self) -> bool:
        """Whether a plan or a preview is on its way."""
        return bool(self._tasks) or self._settling.isActive()

    def _scope_changed(self) -> None:
        balance = self.scope == BALANCE
        self.genre_box.setVisible(self.scope == GENRE)
        self._number_label.setText(
            self.tr("At most so many copies per clip") if balance else self.tr("New copies per clip")
        )
        number = DEFAULT_COPIES_PER_CLIP if balance else _DEFAULT_NUMBER
        self.number_box.setCurrentIndex(self.number_box.findData(number))
        self._replan()

    def _replan(self) -> None:
        scope, ids, number = self.scope, self._ids, int(self.number_box.currentData())
        genre: str | None = self.genre_box.currentData()

        def work(data_set: DataSet, _progress: Progress) -> tuple[Plan, list[Clip]]:
            from genre_app.dataset import augmenting

            if scope == CLIPS:
                plan = augmenting.plan_clips(data_set, ids, number)
            elif scope == BALANCE:
                plan = augmenting.plan_even_genres(data_set, number)
            elif genre is not None:
                plan = augmenting.plan_genre(data_set, genre, number)
            else:
                plan = augmenting.plan_clips(data_set, (), number)
            return plan, data_set.clips_by_id(list(plan.copies)[:_MOST_PREVIEWED])

        self._plan = None
        self._update()
        self._start("plan", work, self._take_plan)

    def _take_plan(self, result: tuple[Plan, list[Clip]]) -> None:
        self._plan, self._clips = result
        shown = self._shown
        blocker = QSignalBlocker(self.clip_box)
        self.clip_box.clear()
        for clip in self._clips:
            text = f"{clip.title}  ·  {clip.artist}" if clip.artist else clip.title
            self.clip_box.addItem(genre_icon(clip.genre), text, clip.id)
        place = self.clip_box.findData(shown.id) if shown is not None else -1
        self.clip_box.setCurrentIndex(max(0, place) if self._clips else -1)
        del blocker
        self.clip_box.update()
        if place < 0:
            self._clip_chosen()
        self._update()

    def _transforms_changed(self) -> None:
        self._update()
        if self._copy is None:
            self._settling.start()

    def _update(self) -> None:
        """Show what a click on the button would do."""
        plan, chosen = self._plan, bool(self.strengths)
        n_copies = plan.n_copies if plan is not None and chosen else 0
        self.add_button.setText(
            self.tr("Add %n copy(s)", "", n_copies) if n_copies else self.tr("Add copies")
        )
        self.add_button.setEnabled(n_copies > 0)
        self.note.setText("" if plan is None else self._remark(plan, chosen))
        new, there = self._copy is None, self._shown is not None
        self.again_button.setVisible(new)
        self.again_button.setEnabled(there and chosen)
        self.remove_button.setVisible(not new)
        self.clip_box.setEnabled(there)
        self.copy_box.setEnabled(there)

    def _remark(self, plan: Plan, chosen: bool) -> str:
        if not chosen:
            return self.tr("Tick at least one transform.")
        remarks = []
        if plan.copies:
            remarks.append(self.tr("Copies of %n clip(s).", "", len(plan.copies)))
        elif self.scope == BALANCE and not plan.missing:
            remarks.append(self.tr("The genres are balanced: there is nothing to add."))
        if plan.n_validation:
            remarks.append(self.tr("%n clip(s) serve validation and get none.", "", plan.n_validation))
        if plan.missing:
            names = ", ".join(
                self.tr("{genre} {n}").format(genre=display_name(genre), n=n)
                for genre, n in plan.missing.items()
            )
            remarks.append(self.tr("Still missing: {names}. New songs help more.").format(names=names))
        return " ".join(remarks)

    # Preview

    @property
    def _copy(self) -> Copy | None:
        """The copy that is previewed, or None if it would be a new one."""
        place = self.copy_box.currentIndex() - 1
        return self._copies[place] if 0 <= place < len(self._copies) else None

    def _clip_chosen(self) -> None:
        place = self.clip_box.currentIndex()
        clip = self._clips[place] if 0 <= place < len(self._clips) else None
        self._shown = clip
        self.original.set_sound(None)
        self.copy.set_sound(None)
        self.drawn.setText("")
        self._offer_copies([])
        self._update()
        if clip is None:
            self._cancel("clip")
            self._cancel("copy")
            return

        def look(data_set: DataSet, progress: Progress) -> tuple[Sound, list[Copy]]:
            from genre_app.dataset.audition import look_at_clip

            return look_at_clip(clip.path, progress), data_set.copies(clip.id)

        def show(result: tuple[Sound, list[Copy]]) -> None:
            sound, copies = result
            self.original.set_sound(sound)
            self._offer_copies(copies)

        self._start("clip", look, show)
        self._audition()

    def _offer_copies(self, copies: list[Copy]) -> None:
        blocker = QSignalBlocker(self.copy_box)
        self._copies = copies
        self.copy_box.clear()
        self.copy_box.addItem(theme.icon("add"), self.tr("New copy"))
        for number in range(1, len(copies) + 1):
            self.copy_box.addItem(theme.icon("copy"), self.tr("Copy {n}").format(n=number))
        del blocker
        self.copy_box.update()

    def _copy_chosen(self) -> None:
        self._update()
        self._audition()

    def _draw_again(self) -> None:
        self._seed = secrets.randbelow(MAX_SEED + 1)
        self._audition()

    def _audition(self) -> None:
        """Make the copy that is to be seen and heard."""
        self._settling.stop()
        clip, copy, strengths, seed = self._shown, self._copy, self.strengths, self._seed
        if clip is None or (copy is None and not strengths):
            self._cancel("copy")
            self.copy.set_sound(None)
            self.drawn.setText("")
            return
        self._n_files += 1
        target = Path(self._folder.name) / f"{self._n_files}.wav"

        def make(data_set: DataSet, progress: Progress) -> _Audition:
            from genre_app.dataset.audition import draw_first_copy, look_at_copy

            if copy is None:
                recipe = draw_first_copy(data_set, clip.id, strengths, seed)
            else:
                recipe = Recipe.from_json(copy.recipe)
            return _Audition(recipe, look_at_copy(clip.path, recipe.to_json(), target, progress))

        def report(done: float, total: float, _message: str) -> None:
            text = self.tr("Making the copy: {done} of {total}")
            self.drawn.setText(text.format(done=int(done), total=int(total)))

        self.drawn.setText(self.tr("Making the copy…"))
        self._start("copy", make, self._show_audition, report)

    def _show_audition(self, audition: _Audition) -> None:
        old = self.copy.sound
        self.copy.set_sound(audition.sound)
        if old is not None:
            old.path.unlink(missing_ok=True)
        self.drawn.setText("  ·  ".join(f"{title}: {how}" for title, how in describe(audition.recipe)))

    def _remove_copy(self) -> None:
        copy, clip = self._copy, self._shown
        if copy is None or clip is None:
            return

        def removed(copies: list[Copy]) -> None:
            if self._shown is clip:
                self._offer_copies(copies)
                self._copy_chosen()
            # A plan that evens out the genres counts what is there.
            self._replan()

        def remove(data_set: DataSet) -> list[Copy]:
            data_set.remove_copies([copy.id])
            return data_set.copies(clip.id)

        self._control.change(remove, removed, self.messages.show_error)

    # Work

    def _start(
        self,
        name: str,
        work: Callable[[DataSet, Progress], T],
        on_result: Callable[[T], None],
        on_progress: Callable[[float, float, str], None] | None = None,
    ) -> None:
        """Do `work` instead of what was begun under the same name."""
        self._cancel(name)

        def current() -> bool:
            return self._tasks.get(name) is task

        def end(result: T) -> None:
            if current():
                del self._tasks[name]
                on_result(result)

        def fail(error: GenreAppError) -> None:
            if current():
                del self._tasks[name]
                if name == "copy":
                    self.drawn.setText("")
                self.messages.show_error(error)

        task = self._control.ask(work, owner=self, on_result=end, on_error=fail, on_progress=on_progress)
        self._tasks[name] = task

    def _cancel(self, name: str) -> None:
        task = self._tasks.pop(name, None)
        if task is not None:
            task.cancel()

    # Ending

    def _confirm(self) -> None:
        if self._plan is not None and self._plan.copies and self.strengths:
            self.confirmed.emit(self._plan, self.strengths, self._seed)
            self.accept()

    def done(self, result: int) -> None:
        """Stop all work, fall silent, and close."""
        self._settling.stop()
        for name in tuple(self._tasks):
            self._cancel(name)
        for card in (self.original, self.copy):
            card.playback.set_file(None)
        self._folder.cleanup()
        super().done(result)
