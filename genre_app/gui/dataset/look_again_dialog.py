"""The dialog that lists clips worth another look: heard, relabelled or found right, one after another."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QAction, QHideEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QFrame,
    QHBoxLayout,
    QMenu,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from genre_app.errors import GenreAppError
from genre_app.gui import theme
from genre_app.gui.dataset.clip_line import ClipLine, GenreMark
from genre_app.gui.dataset.control import DataSetControl
from genre_app.gui.dataset.genre_menu import fill_genre_menu
from genre_app.gui.dataset.waveform_loader import WaveformLoader
from genre_app.gui.genre_names import display_name
from genre_app.gui.messages import MessageBar
from genre_app.gui.widgets.placeholder import placeholder
from genre_app.gui.widgets.text import Caption
from genre_app.gui.widgets.times import percent
from genre_app.gui.widgets.transport import Playback

if TYPE_CHECKING:
    from genre_app.dataset.data_set import DataSet
    from genre_app.dataset.look_again import Doubt, Pair, SecondLook
    from genre_app.dataset.records import Clip
    from genre_app.gui.tasks import Task
    from genre_app.progress import Progress

PAGE: Final = 40
"""As many rows are made at a time: nobody looks at hundreds, and each is made of widgets."""

_ACTIONS_WIDTH: Final = 320
_VERDICT_WIDTH: Final = 230
_WAITING, _ROWS, _NOTHING, _FAILED = range(4)
_DOUBTS: Final = "doubts"
_PAIRS: Final = "pairs"


class _Row(QFrame):
    """Something to decide about, and what was decided.

    Attributes:
        relabel_wanted: emitted with numbers of clips (list) and the genre.
        remove_wanted: emitted with the number of a clip.
        show_wanted: emitted with the number of a clip that is to be shown in the table.
        keep_wanted: emitted with whether it was found right, or is to be thought about again.
        decided: emitted when it is not open any more, because of the user or of what the data set says.
        kept: whether the user has found it right.
        lines: its clips.
        main_button: the decision that is proposed.
    """

    relabel_wanted = Signal(list, str)
    remove_wanted = Signal(int)
    show_wanted = Signal(int)
    keep_wanted = Signal(bool)
    decided = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kept = False
        self.lines: list[ClipLine] = []
        self.main_button: QPushButton
        self._buttons: list[QWidget] = []
        self.verdict = Caption("body", muted=False)
        self.back_button = QPushButton(self.tr("Put back"))
        self.back_button.setAutoDefault(False)
        self.back_button.clicked.connect(self._put_back)
        self._open = True
        self.setProperty("card", True)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    @property
    def open(self) -> bool:
        """Whether there is still something to decide."""
        return self._open

    def _button(self, text: str, slot: Callable[[], object]) -> QPushButton:
        button = QPushButton(text)
        button.setAutoDefault(False)
        button.clicked.connect(lambda _=False: slot())
        self._buttons.append(button)
        return button

    def _side(self, width: int, *buttons: tuple[QPushButton, int]) -> QWidget:
        """Return what is at the right: `buttons`, each with its share of the room, or what was decided."""
        side = QWidget()
        row = QHBoxLayout(side)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.SPACE_S)
        for button, share in buttons:
            row.addWidget(button, share)
        self.verdict.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.verdict, 1)
        row.addWidget(self.back_button)
        # As wide in all rows, so that what is to be compared stands in columns.
        side.setFixedWidth(width)
        return side

    def keep(self, kept: bool) -> None:
        """Leave everything as it is; or think about it again."""
        self.kept = kept
        self.keep_wanted.emit(kept)
        self.show_state({line.clip.id: line.clip for line in self.lines})

    def _put_back(self) -> None:
        raise NotImplementedError

    def show_state(self, clips: dict[int, Clip]) -> None:
        """Show what is known of its clips by now."""
        raise NotImplementedError

    def _show_verdict(self, text: str | None, *, back: bool = True) -> None:
        """Show what was decided; None if nothing was."""
        was_open, self._open = self._open, text is None
        for button in self._buttons:
            button.setVisible(self._open)
        self.verdict.setVisible(not self._open)
        self.verdict.setText(text or "")
        self.back_button.setVisible(not self._open and back)
        for line in self.lines:
            line.title.set_ink(theme.colours().text if self._open else theme.colours().text_muted)
        if was_open and not self._open:
            self.decided.emit()

    def _more(self, line: ClipLine) -> QToolButton:
        more = QToolButton()
        more.setToolTip(self.tr("More"))
        more.setAccessibleName(self.tr("More"))
        theme.follow_icon(more, "more")
        more.clicked.connect(lambda: self._open_more(more, line.clip))
        return more

    def _open_more(self, button: QToolButton, clip: Clip) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        show = QAction(self.tr("&Show in the table"), menu)
        show.triggered.connect(lambda: self.show_wanted.emit(clip.id))
        remove = QAction(self.tr("Re&move from data set"), menu)
        theme.follow_icon(remove, "remove")
        remove.triggered.connect(lambda: self.remove_wanted.emit(clip.id))
        other = QMenu(self.tr("Re&label as"), menu)
        dialog = self.window()
        assert isinstance(dialog, LookAgainDialog)
        dialog.fill_genres(other, clip, lambda genre: self.relabel_wanted.emit([clip.id], genre))
        menu.addAction(show)
        menu.addMenu(other)
        menu.addSeparator()
        menu.addAction(remove)
        menu.popup(button.mapToGlobal(button.rect().bottomRight() + QPoint(-menu.sizeHint().width(), 4)))


class DoubtRow(_Row):
    """A clip whose label the others contradict."""

    def __init__(
        self, doubt: Doubt, clip: Clip, waveforms: WaveformLoader, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.doubt = doubt
        line = ClipLine(clip, waveforms)
        self.lines = [line]
        label = GenreMark(doubt.genre, display_name(doubt.genre))
        arrow = Caption("body")
        arrow.setText("→")
        proposed = GenreMark(doubt.predicted, display_name(doubt.predicted), hollow=True)
        sure = Caption("small")
        sure.setText(percent(doubt.confidence))
        marks = QWidget()
        marks.setToolTip(
            self.tr(
                "Labelled {genre}. A model that learned from the other clips takes it for {other} ({sure})"
                " and believes the label to {label}."
            ).format(
                genre=display_name(doubt.genre),
                other=display_name(doubt.predicted),
                sure=percent(doubt.confidence),
                label=percent(doubt.label_confidence),
            )
        )
        row = QHBoxLayout(marks)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.SPACE_S)
        for widget in (label, arrow, proposed, sure):
            row.addWidget(widget)
        row.addStretch()
        marks.setFixedWidth(230)
        text = self.tr("Relabel as {genre}").format(genre=display_name(doubt.predicted))
        self.main_button = self._button(
            text, lambda: self.relabel_wanted.emit([doubt.clip_id], doubt.predicted)
        )
        keep = self._button(
            self.tr("Keep {genre}").format(genre=display_name(doubt.genre)), partial(self.keep, True)
        )
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.SPACE_M, theme.SPACE_S, theme.SPACE_S, theme.SPACE_S)
        layout.setSpacing(theme.SPACE_S)
        layout.addWidget(line, 1)
        layout.addWidget(marks)
        layout.addWidget(self._side(_ACTIONS_WIDTH, (self.main_button, 3), (keep, 2)))
        layout.addWidget(self._more(line))
        self._show_verdict(None)

    def _put_back(self) -> None:
        if self.kept:
            self.keep(False)
        else:
            self.relabel_wanted.emit([self.doubt.clip_id], self.doubt.genre)

    def show_state(self, clips: dict[int, Clip]) -> None:
        """Show what is known of its clip by now."""
        clip = clips.get(self.doubt.clip_id)
        if clip is None:
            self._show_verdict(self.tr("Removed"), back=False)
            return
        self.lines[0].set_clip(clip)
        if clip.genre != self.doubt.genre:
            self._show_verdict(self.tr("Relabelled as {genre}").format(genre=display_name(clip.genre)))
        else:
            self._show_verdict(self.tr("Found right") if self.kept else None)


class PairRow(_Row):
    """Two clips that are the same recording."""

    def __init__(
        self, pair: Pair, clips: Sequence[Clip], waveforms: WaveformLoader, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.pair = pair
        self._genres = tuple(clip.genre for clip in clips)
        self._marks: list[GenreMark] = []
        column = QVBoxLayout()
        column.setSpacing(theme.SPACE_S)
        contradiction = len(set(self._genres)) > 1
        for clip in clips:
            line = ClipLine(clip, waveforms)
            mark = GenreMark(clip.genre, display_name(clip.genre))
            mark.setFixedWidth(130)
            if contradiction:
                text = self.tr("Both are {genre}").format(genre=display_name(clip.genre))
                button = self._button(text, partial(self._unite, clip.genre))
            else:
                button = self._button(self.tr("Remove"), partial(self.remove_wanted.emit, clip.id))
                button.setToolTip(self.tr("Remove this one; Undo brings it back"))
            row = QHBoxLayout()
            row.setSpacing(theme.SPACE_S)
            row.addWidget(line, 1)
            row.addWidget(mark)
            button.setMinimumWidth(130)
            row.addWidget(button)
            row.addWidget(self._more(line))
            column.addLayout(row)
            self.lines.append(line)
            self._marks.append(mark)
            self.main_button = button
        keep = self._button(self.tr("Keep both"), partial(self.keep, True))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.SPACE_M, theme.SPACE_S, theme.SPACE_S, theme.SPACE_S)
        layout.setSpacing(theme.SPACE_M)
        layout.addLayout(column, 1)
        layout.addWidget(self._side(_VERDICT_WIDTH, (keep, 1)))
        self._show_verdict(None)

    def _unite(self, genre: str) -> None:
        self.relabel_wanted.emit([line.clip.id for line in self.lines if line.clip.genre != genre], genre)

    def _put_back(self) -> None:
        if self.kept:
            self.keep(False)
            return
        for line, genre in zip(self.lines, self._genres, strict=True):
            if line.clip.genre != genre:
                self.relabel_wanted.emit([line.clip.id], genre)

    def show_state(self, clips: dict[int, Clip]) -> None:
        """Show what is known of its clips by now."""
        present = [clips.get(line.clip.id) for line in self.lines]
        for line, mark, clip in zip(self.lines, self._marks, present, strict=True):
            line.setEnabled(clip is not None)
            if clip is not None:
                line.set_clip(clip)
                mark.set_genre(clip.genre, display_name(clip.genre))
        there = [clip for clip in present if clip is not None]
        if len(there) < len(present):
            self._show_verdict(self.tr("Removed"), back=False)
        elif tuple(clip.genre for clip in there) != self._genres:
            self._show_verdict(self.tr("Relabelled"))
        else:
            self._show_verdict(self.tr("Both kept") if self.kept else None)


class LookAgainDialog(QDialog):
    """Looks at all labels in a worker, and lists those that are worth another look.

    Attributes:
        show_wanted: emitted with the number of a clip that is to be shown in the table.
        playing_started: emitted when a clip begins to play.
        messages: says what went wrong.
        rows: what is listed, by kind: ``doubts`` and ``pairs``.
        chips: what chooses between them.
        note: what was judged and what was not.
    """

    show_wanted = Signal(int)
    playing_started = Signal()

    def __init__(
        self,
        control: DataSetControl,
        undo: QAction,
        redo: QAction,
        parent: QWidget | None = None,
    ) -> None:
        """Look again at once; `undo` and `redo` are those of the page."""
        super().__init__(parent)
        self._control = control
        self._task: Task | None = None
        self._reading: Task | None = None
        self._look: SecondLook | None = None
        self._clips: dict[int, Clip] = {}
        self._played: Clip | None = None
        self.rows: dict[str, list[_Row]] = {_DOUBTS: [], _PAIRS: []}
        self._waveforms = WaveformLoader(self)
        self._playback = Playback(self)
        self.setWindowTitle(self.tr("Look again"))
        self.setMinimumSize(860, 480)
        self.resize(1120, 700)

        purpose = Caption("body")
        purpose.setWordWrap(True)
        purpose.setText(
            self.tr(
                "Each clip is judged by a model that learned from the other clips only. What it doubts most"
                " comes first."
            )
        )
        undo_button, redo_button = QToolButton(), QToolButton()
        for button, action, keys in (
            (undo_button, undo, ("Ctrl+Z",)),
            (redo_button, redo, ("Ctrl+Shift+Z", "Ctrl+Y")),
        ):
            button.setDefaultAction(action)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
            button.setIconSize(QSize(18, 18))
            for key in keys:
                QShortcut(QKeySequence(key), self, action.trigger)
        self.again_button = QPushButton(self.tr("Look again"))
        self.again_button.setAutoDefault(False)
        theme.follow_icon(self.again_button, "refresh")
        self.again_button.clicked.connect(self.look)
        head = QHBoxLayout()
        head.addWidget(purpose, 1)
        head.addWidget(undo_button)
        head.addWidget(redo_button)
        self.messages = MessageBar()
        self._pages = QStackedWidget()
        self._pages.addWidget(self._make_waiting())
        self._pages.addWidget(self._make_lists())
        self._pages.addWidget(
            placeholder("check", self.tr("Nothing is in doubt"), (self.tr("All labels fit together."),), ())
        )
        self._pages.addWidget(
            placeholder(
                "warning", self.tr("It could not be done"), (self.tr("The message above says why."),), ()
            )
        )
        self.note = Caption("small")
        self.note.setWordWrap(True)
        self.close_button = QPushButton(self.tr("Close"))
        self.close_button.setAutoDefault(False)
        self.close_button.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.setSpacing(theme.SPACE_S)
        foot.addWidget(self.note, 1)
        foot.addWidget(self.again_button)
        foot.addWidget(self.close_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.SPACE_XL, theme.SPACE_XL, theme.SPACE_XL, theme.SPACE_L)
        layout.setSpacing(theme.SPACE_M)
        layout.addLayout(head)
        layout.addWidget(self.messages)
        layout.addWidget(self._pages, 1)
        layout.addLayout(foot)
        self._playback.position_changed.connect(self._show_played)
        self._playback.playing_changed.connect(self._playing_changed)
        self._playback.failed.connect(self.messages.show_error)
        control.changed.connect(self._read_again)
        control.failed.connect(self.messages.show_error)
        self.look()

    # Building

    def _make_waiting(self) -> QWidget:
        page = QWidget()
        doing = Caption("body", muted=False)
        doing.setText(self.tr("Judging each clip by the others…"))
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(self.tr("Progress"))
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.SPACE_M)
        layout.addStretch(2)
        layout.addWidget(doing)
        layout.addWidget(self._bar)
        layout.addStretch(3)
        return page

    def _make_lists(self) -> QWidget:
        page = QWidget()
        self.chips: dict[str, QPushButton] = {}
        group = QButtonGroup(self)
        chips = QHBoxLayout()
        chips.setSpacing(theme.SPACE_S)
        self._lists = QStackedWidget()
        self._columns: dict[str, QVBoxLayout] = {}
        self._more_buttons: dict[str, QPushButton] = {}
        for number, kind in enumerate((_DOUBTS, _PAIRS)):
            chip = QPushButton()
            chip.setCheckable(True)
            chip.setProperty("chip", True)
            chip.setAutoDefault(False)
            chip.clicked.connect(lambda _=False, number=number: self._lists.setCurrentIndex(number))
            group.addButton(chip)
            chips.addWidget(chip)
            self.chips[kind] = chip
            self._lists.addWidget(self._make_list(kind))
        chips.addStretch()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.SPACE_M)
        layout.addLayout(chips)
        layout.addWidget(self._lists, 1)
        return page

    def _make_list(self, kind: str) -> QScrollArea:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, theme.SPACE_S, 0)
        column.setSpacing(theme.SPACE_S)
        more = QPushButton(self.tr("Show more"))
        more.setAutoDefault(False)
        more.clicked.connect(lambda: self._add_rows(kind))
        column.addWidget(more, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch()
        self._columns[kind], self._more_buttons[kind] = column, more
        area = QScrollArea()
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)
        return area

    # Looking

    @property
    def busy(self) -> bool:
        """Whether it is looking, or asking how things are by now."""
        return self._task is not None or self._reading is not None

    def look(self) -> None:
        """Look at all labels again."""
        if self._task is not None:
            return
        self.messages.hide()
        self._bar.setRange(0, 0)
        self._pages.setCurrentIndex(_WAITING)
        self.again_button.setEnabled(False)
        self.close_button.setText(self.tr("Cancel"))
        self.note.setText("")
        self._task = self._control.look_again(
            owner=self, on_result=self._show, on_error=self._fail, on_progress=self._progressed
        )

    def _progressed(self, done: float, total: float, _message: str) -> None:
        self._bar.setRange(0, max(1, int(total)))
        self._bar.setValue(int(done))

    def _fail(self, error: GenreAppError) -> None:
        self._ended()
        self._pages.setCurrentIndex(_FAILED)
        self.messages.show_error(error)

    def _ended(self) -> None:
        self._task = None
        self.again_button.setEnabled(True)
        self.close_button.setText(self.tr("Close"))

    def _show(self, result: tuple[SecondLook, dict[int, Clip]]) -> None:
        self._ended()
        self._look, self._clips = result
        for kind, rows in self.rows.items():
            for row in rows:
                self._columns[kind].removeWidget(row)
                row.deleteLater()
            rows.clear()
            self._add_rows(kind)
        look = self._look
        nothing = not (look.doubts or look.contradictions or look.duplicates)
        self._pages.setCurrentIndex(_NOTHING if nothing else _ROWS)
        pairs_first = not look.doubts and not nothing
        self.chips[_PAIRS if pairs_first else _DOUBTS].setChecked(True)
        self._lists.setCurrentIndex(1 if pairs_first else 0)
        remarks = [self.tr("%n clip(s) judged.", "", look.n_judged)]
        if look.n_without_embedding:
            remarks.append(
                self.tr(
                    "%n not yet: the model has not heard them, or they are silent.",
                    "",
                    look.n_without_embedding,
                )
            )
        if look.n_without_company:
            remarks.append(
                self.tr("%n not: there are too few others of their genre.", "", look.n_without_company)
            )
        self.note.setText(" ".join(remarks))
        self._count()
        self._focus_next()

    def _wanted(self, kind: str) -> Iterator[Doubt | Pair]:
        if self._look is not None:
            yield from self._look.doubts if kind == _DOUBTS else ()
            yield from (*self._look.contradictions, *self._look.duplicates) if kind == _PAIRS else ()

    def _add_rows(self, kind: str) -> None:
        """Make some more rows of those that are not shown yet."""
        wanted = list(self._wanted(kind))
        rows, column = self.rows[kind], self._columns[kind]
        for one in wanted[len(rows) : len(rows) + PAGE]:
            row = self._make_row(one)
            rows.append(row)
            column.insertWidget(len(rows) - 1, row)
        self._more_buttons[kind].setVisible(len(rows) < len(wanted))

    def _make_row(self, one: Doubt | Pair) -> _Row:
        from genre_app.dataset.look_again import Doubt

        row: _Row
        if isinstance(one, Doubt):
            row = DoubtRow(one, self._clips[one.clip_id], self._waveforms)
        else:
            row = PairRow(one, [self._clips[one.first], self._clips[one.second]], self._waveforms)
        row.keep_wanted.connect(lambda kept: self._keep(one, kept))
        row.relabel_wanted.connect(self._control.relabel)
        row.remove_wanted.connect(lambda clip_id: self._control.remove([clip_id]))
        row.show_wanted.connect(self.show_wanted)
        row.decided.connect(self._decided)
        for line in row.lines:
            line.play_wanted.connect(self._play)
        return row

    def _keep(self, one: Doubt | Pair, kept: bool) -> None:
        def work(data_set: DataSet) -> None:
            from genre_app.dataset import look_again

            if isinstance(one, look_again.Doubt):
                if kept:
                    look_again.keep_label(data_set, one.clip_id, one.genre)
                else:
                    look_again.doubt_label(data_set, one.clip_id)
            elif kept:
                look_again.keep_pair(data_set, one)
            else:
                look_again.doubt_pair(data_set, one)

        self._control.change(work)

    # What became of it

    def _read_again(self) -> None:
        """Ask how the clips are by now: they were changed here, or elsewhere, or a change was undone."""
        ids = [line.clip.id for rows in self.rows.values() for row in rows for line in row.lines]
        if not ids or self._reading is not None:
            return

        def read(data_set: DataSet, _progress: Progress) -> list[Clip]:
            return data_set.clips_by_id(ids)

        def fail(error: GenreAppError) -> None:
            self._reading = None
            self.messages.show_error(error)

        self._reading = self._control.ask(read, owner=self, on_result=self._take_clips, on_error=fail)

    def _take_clips(self, clips: list[Clip]) -> None:
        self._reading = None
        present = {clip.id: clip for clip in clips}
        for rows in self.rows.values():
            for row in rows:
                row.show_state(present)
        if self._played is not None and self._played.id not in present:
            self._playback.set_file(None)
            self._played = None
        self._count()

    def _decided(self) -> None:
        self._count()
        self._focus_next()

    def _focus_next(self) -> None:
        """Go on to the next one that is open, so that a list can be worked through with the keys."""
        kind = _PAIRS if self._lists.currentIndex() else _DOUBTS
        for row in self.rows[kind]:
            if row.open:
                row.main_button.setFocus()
                return

    def _count(self) -> None:
        n_left = {
            kind: sum(1 for _ in self._wanted(kind)) - sum(not row.open for row in rows)
            for kind, rows in self.rows.items()
        }
        self.chips[_DOUBTS].setText(self.tr("Labels in doubt {n}").format(n=n_left[_DOUBTS]))
        self.chips[_PAIRS].setText(self.tr("Same recording twice {n}").format(n=n_left[_PAIRS]))

    def fill_genres(self, menu: QMenu, clip: Clip, choose: Callable[[str], object]) -> None:
        """Put the genres into `menu`, that of `clip` marked."""
        summary = self._control.summary
        if summary is not None:
            fill_genre_menu(menu, summary.genres, choose, None, clip.genre)

    # Playing

    def _play(self, clip: Clip, share: float) -> None:
        if self._played is None or clip.id != self._played.id:
            self._played = clip
            self._playback.set_file(clip.path, clip.duration)
        elif share < 0:
            self._playback.toggle()
            return
        if share >= 0:
            self._playback.seek(share * clip.duration)
        self._playback.play()

    def _show_played(self, seconds: float) -> None:
        clip = self._played
        share = seconds / clip.duration if clip is not None and clip.duration > 0 else 0.0
        for rows in self.rows.values():
            for row in rows:
                for line in row.lines:
                    line.show_played(None if clip is None else clip.id, self._playback.playing, share)

    def _playing_changed(self, playing: bool) -> None:
        if playing:
            self.playing_started.emit()
        self._show_played(self._playback.position)

    def stop_playback(self) -> None:
        """Fall silent."""
        self._playback.pause()

    # Ending

    def hideEvent(self, event: QHideEvent) -> None:
        """Fall silent: what plays is shown here only."""
        self.stop_playback()
        self._waveforms.stop()
        super().hideEvent(event)

    def done(self, result: int) -> None:
        """Stop looking, and close."""
        if self._task is not None:
            self._task.cancel()
        super().done(result)
