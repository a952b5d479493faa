"""The dialog that shows what adding files would do, and asks for their genre."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import (
    QAbstractListModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRectF,
    QSignalBlocker,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QAction, QFontMetricsF, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QComboBox,
    QDialog,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QListView,
    QMenu,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from genre_app.audio.formats import is_audio_path
from genre_app.errors import GenreAppError
from genre_app.gui import theme
from genre_app.gui.dataset.control import DataSetControl, Summary
from genre_app.gui.dataset.genre_menu import genre_icon
from genre_app.gui.genre_names import display_name
from genre_app.gui.messages import MessageBar, translated
from genre_app.gui.widgets.check_box import CheckBox
from genre_app.gui.widgets.choice_box import ChoiceBox
from genre_app.gui.widgets.text import Caption, ElidedCaption
from genre_app.gui.widgets.times import clock

if TYPE_CHECKING:
    from genre_app.dataset.data_set import DataSet
    from genre_app.dataset.folder_import import Listed
    from genre_app.dataset.records import Candidate
    from genre_app.dataset.splits import Split
    from genre_app.gui.tasks import Task
    from genre_app.progress import Progress

_FOLDERS: Final = "/"  # no genre can be called that
_NEW: Final = "//"
_ICONS: Final = {"new": "add", "present": "check", "near_duplicate": "copy", "unreadable": "error"}


class CandidateModel(QAbstractListModel):
    """Files that were looked at, as far as they are of the status that is shown."""

    CANDIDATE_ROLE: Final = Qt.ItemDataRole.UserRole + 1
    """The `Candidate`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.candidates: list[Candidate] = []
        self._status: str | None = None
        self._shown: list[int] = []

    def set_candidates(self, candidates: Sequence[Candidate]) -> None:
        """Show these; as many in the same order as before if there were any."""
        self.candidates = list(candidates)
        self.show_status(self._status)

    def show_status(self, status: str | None) -> None:
        """Show only those of `status`, or all."""
        self.beginResetModel()
        self._status = status
        self._shown = [
            place
            for place, candidate in enumerate(self.candidates)
            if status is None or candidate.status == status
        ]
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        """Return how many are shown."""
        return 0 if parent is not None and parent.isValid() else len(self._shown)

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return the title, the path and what is wrong as tool tip, or the record."""
        if not index.isValid() or index.row() >= len(self._shown):
            return None
        candidate = self.candidates[self._shown[index.row()]]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return candidate.title
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{candidate.title}: {status_text(candidate)}"
            case Qt.ItemDataRole.ToolTipRole:
                path = str(candidate.path).encode("utf-8", "replace").decode("utf-8")
                return path if candidate.error is None else f"{path}\n{translated(candidate.error)[1]}"
            case self.CANDIDATE_ROLE:
                return candidate
        return None


def status_text(candidate: Candidate) -> str:
    """Return in a few translated words what adding a file would do."""
    match candidate.status:
        case "new":
            return QCoreApplication.translate("AddDialog", "New")
        case "present" if candidate.existing is None:
            return QCoreApplication.translate("AddDialog", "Twice among these files")
        case "present":
            return QCoreApplication.translate("AddDialog", "Already there")
        case "near_duplicate":
            return QCoreApplication.translate("AddDialog", "Sounds like one that is there")
        case "unreadable":
            assert candidate.error is not None
            return translated(candidate.error)[0]


def _split_text(split: Split) -> str:
    if split == "train":
        return QCoreApplication.translate("AddDialog", "for training")
    return QCoreApplication.translate("AddDialog", "for validation")


class _CandidateDelegate(QStyledItemDelegate):
    """Draws a file: what it is, what will become of it, and which genre it gets."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Return the height of two lines."""
        body = QFontMetricsF(theme.font("body")).height()
        small = QFontMetricsF(theme.font("small")).height()
        return QSize(300, round(body + small + 1 + 2 * 7))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw one file."""
        candidate: Candidate = index.data(CandidateModel.CANDIDATE_ROLE)
        colours = theme.colours()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(option.rect)
        painter.fillRect(QRectF(area.left(), area.bottom() - 1, area.width(), 1), colours.grid)
        inner = area.adjusted(theme.SPACE_M, 7, -theme.SPACE_M, -7)
        ink = {
            "new": colours.success,
            "present": colours.text_muted,
            "near_duplicate": colours.warning,
            "unreadable": colours.danger,
        }[candidate.status]
        place = QRectF(inner.left(), inner.center().y() - 9, 18, 18)
        theme.icon(_ICONS[candidate.status], ink).paint(painter, place.toRect())
        wanted = candidate.status in ("new", "near_duplicate")
        right = inner.right()
        body, small = theme.font("body"), theme.font("small")
        if wanted:
            right = self._genre(painter, inner, candidate.genre)
        left = place.right() + theme.SPACE_M
        width = right - theme.SPACE_M - left
        metrics = QFontMetricsF(body)
        top = QRectF(left, inner.top(), width, metrics.height())
        painter.setFont(body)
        painter.setPen(colours.text if wanted else colours.text_muted)
        name = f"{candidate.title} – {candidate.artist}" if candidate.artist else candidate.title
        painter.drawText(
            top,
            int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter),
            metrics.elidedText(name, Qt.TextElideMode.ElideRight, width),
        )
        metrics = QFontMetricsF(small)
        below = QRectF(left, top.bottom() + 1, width, metrics.height())
        painter.setFont(small)
        status = status_text(candidate)
        painter.setPen(ink)
        painter.drawText(
            below,
            int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter),
            metrics.elidedText(status, Qt.TextElideMode.ElideRight, width),
        )
        used = metrics.horizontalAdvance(status) + 8
        facts = [clock(candidate.duration)] if candidate.status != "unreadable" else []
        split = candidate.reference or candidate.listed
        if wanted and split is not None:
            facts.append(_split_text(split))
        facts.append(candidate.path.name.encode("utf-8", "replace").decode("utf-8"))
        painter.setPen(colours.text_muted)
        rest = below.adjusted(used, 0, 0, 0)
        if rest.width() > 40:
            text = "·  " + "  ·  ".join(facts)
            painter.drawText(
                rest,
                int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter),
                metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, rest.width()),
            )
        painter.restore()

    def _genre(self, painter: QPainter, inner: QRectF, genre: str | None) -> float:
        """Draw the genre at the right and return where it begins."""
        font = theme.font("body")
        metrics = QFontMetricsF(font)
        text = (
            "–"
            if genre is None
            else metrics.elidedText(display_name(genre), Qt.TextElideMode.ElideRight, 140)
        )
        width = metrics.horizontalAdvance(text)
        left = inner.right() - width
        painter.setFont(font)
        painter.setPen(theme.colours().text_muted if genre is None else theme.colours().text)
        words = QRectF(left, inner.top(), width + 1, inner.height())
        painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter), text)
        if genre is None:
            return left
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.genre_colour(genre))
        painter.drawEllipse(QRectF(left - 17, inner.center().y() - 5, 10, 10))
        return left - 17


class AddDialog(QDialog):
    """Looks at files in a worker, shows what was found, and asks for their genre.

    Nothing is added by the dialog itself.

    Attributes:
        confirmed: emitted with the candidates (list) to add, their genres set, and whether those that sound
            like a clip are wanted, too.
        new_genre_wanted: emitted when the user wants a genre that is not there.
        list: the files.
        genre_box: what genre they get.
        add_button: confirms.
        lists_button: chooses lists that say which file is in which split; for folders.
    """

    confirmed = Signal(list, bool)
    new_genre_wanted = Signal()

    def __init__(
        self,
        control: DataSetControl,
        paths: Sequence[Path],
        genre: str | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """Look at `paths`, files and folders; `genre` is proposed for them."""
        super().__init__(parent)
        self._control = control
        self._task: Task | None = None
        self._proposed = genre
        self._candidates: list[Candidate] = []
        self._known: dict[str, str] = {}
        # Files come from folders if what was chosen does not look like a file.
        self._in_folders = any(not is_audio_path(path.name) for path in paths)
        self._found: list[Candidate] = []
        self._lists: dict[Split, Path] = {}
        self._n_unlisted = 0
        self._not_found: tuple[str, ...] = ()
        self.model = CandidateModel(self)
        self.setWindowTitle(self.tr("Add to data set"))
        self.setMinimumSize(560, 440)
        self.resize(680, 560)

        self.messages = MessageBar()
        self._pages = QStackedWidget()
        self._pages.addWidget(self._make_waiting())
        self._pages.addWidget(self._make_review())
        self._pages.addWidget(self._make_nothing())
        cancel = QPushButton(self.tr("Cancel"))
        cancel.clicked.connect(self.reject)
        self.add_button = QPushButton()
        self.add_button.setProperty("primary", True)
        self.add_button.setDefault(True)
        self.add_button.setEnabled(False)
        self.add_button.clicked.connect(self._confirm)
        self._note = Caption("small")
        self._note.setWordWrap(True)
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.SPACE_S)
        buttons.addWidget(self._note, 1)
        buttons.addWidget(cancel)
        buttons.addWidget(self.add_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.SPACE_XL, theme.SPACE_XL, theme.SPACE_XL, theme.SPACE_L)
        layout.setSpacing(theme.SPACE_M)
        layout.addWidget(self.messages)
        layout.addWidget(self._pages, 1)
        layout.addLayout(buttons)
        control.changed.connect(self._offer_genres)
        theme.notifier().changed.connect(self._recolour)
        self._offer_genres()
        self._update()
        self._examine(list(paths))

    # Building

    def _make_waiting(self) -> QWidget:
        page = QWidget()
        self._doing = Caption("body", muted=False)
        self._doing.setText(self.tr("Listening to the files…"))
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 0)
        self._bar.setAccessibleName(self.tr("Progress"))
        self._file = ElidedCaption()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.SPACE_M)
        layout.addStretch(2)
        layout.addWidget(self._doing)
        layout.addWidget(self._bar)
        layout.addWidget(self._file)
        layout.addStretch(3)
        return page

    def _make_nothing(self) -> QWidget:
        page = QWidget()
        self._nothing = Caption("body")
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._nothing.setText(self.tr("There are no sound files in what you chose."))
        layout = QVBoxLayout(page)
        layout.addWidget(self._nothing)
        return page

    def _make_review(self) -> QWidget:
        page = QWidget()
        self._chips: dict[str | None, QPushButton] = {}
        chips = QHBoxLayout()
        chips.setSpacing(theme.SPACE_S)
        group = QButtonGroup(self)
        for status in (None, "new", "near_duplicate", "present", "unreadable"):
            chip = QPushButton()
            chip.setCheckable(True)
            chip.setProperty("chip", True)
            chip.setAutoDefault(False)
            chip.clicked.connect(lambda _=False, status=status: self.model.show_status(status))
            group.addButton(chip)
            chips.addWidget(chip)
            self._chips[status] = chip
        self._chips[None].setChecked(True)
        chips.addStretch()
        self.list = QListView()
        self.list.setProperty("bare", True)
        self.list.setModel(self.model)
        self.list.setItemDelegate(_CandidateDelegate(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setAccessibleName(self.tr("Files"))
        card = QFrame()
        card.setProperty("card", True)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.addWidget(self.list)

        self.genre_box = ChoiceBox()
        self.genre_box.setAccessibleName(self.tr("Genre"))
        self.genre_box.setPlaceholderText(self.tr("Choose a genre"))
        self.genre_box.setMinimumWidth(220)
        self.genre_box.setMinimumHeight(32)
        self.genre_box.setMaxVisibleItems(16)
        self.genre_box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.genre_box.activated.connect(self._genre_activated)
        label = Caption("body", muted=False)
        label.setText(self.tr("Genre"))
        label.setBuddy(self.genre_box)
        self._keep_similar = CheckBox(self.tr("Add those that sound like a clip, too"))
        self._keep_similar.setToolTip(
            self.tr("They stay in the same split as the clip that they sound like.")
        )
        self._keep_similar.setChecked(True)
        self._keep_similar.toggled.connect(self._update)
        genre = QHBoxLayout()
        genre.setSpacing(theme.SPACE_M)
        self.lists_button = QPushButton(self.tr("Split lists…"))
        self.lists_button.setAutoDefault(False)
        self.lists_button.setToolTip(
            self.tr("Text files that name the clips for training or for validation, one a line")
        )
        self.lists_button.setVisible(self._in_folders)
        self.lists_button.clicked.connect(self._open_lists_menu)
        genre.addWidget(label)
        genre.addWidget(self.genre_box)
        genre.addWidget(self.lists_button)
        genre.addStretch()
        genre.addWidget(self._keep_similar)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.SPACE_M)
        layout.addLayout(chips)
        layout.addWidget(card, 1)
        layout.addLayout(genre)
        return page

    # Looking

    @property
    def examining(self) -> bool:
        """Whether the files are still being looked at."""
        return self._task is not None

    def _examine(self, paths: list[Path]) -> None:
        def examine(data_set: DataSet, progress: Progress) -> list[Candidate]:
            return data_set.examine(paths, None, True, progress)

        def fail(error: GenreAppError) -> None:
            self._task = None
            self._bar.hide()
            self._doing.hide()
            self._file.hide()
            self.messages.show_error(error)

        self._task = self._control.ask(
            examine, owner=self, on_result=self._show, on_error=fail, on_progress=self._progressed
        )

    def _progressed(self, done: float, total: float, name: str) -> None:
        self._bar.setRange(0, max(1, int(total)))
        self._bar.setValue(int(done))
        text = self.tr("Listening to the files: {done} of {total}")
        self._doing.setText(text.format(done=int(done), total=int(total)))
        self._file.setText(name)

    def _show(self, candidates: list[Candidate]) -> None:
        self._task = None
        self._found = self._candidates = candidates
        if all(not candidate.path.is_file() for candidate in candidates if candidate.error is not None) and (
            not candidates or all(candidate.error is not None for candidate in candidates)
        ):
            # Folders in which there is nothing to hear.
            self._pages.setCurrentIndex(2)
            return
        self._pages.setCurrentIndex(1)
        if self.genre_box.currentIndex() < 0 and self._folders_are_genres():
            self.genre_box.setCurrentIndex(self.genre_box.findData(_FOLDERS))
        self.genre_box.setFocus()
        self._show_numbers()

    def _show_numbers(self) -> None:
        candidates = self._candidates
        numbers = Counter(candidate.status for candidate in candidates)
        texts = {
            None: self.tr("All {n}").format(n=len(candidates)),
            "new": self.tr("New {n}").format(n=numbers["new"]),
            "near_duplicate": self.tr("Similar {n}").format(n=numbers["near_duplicate"]),
            "present": self.tr("Already there {n}").format(n=numbers["present"]),
            "unreadable": self.tr("Unreadable {n}").format(n=numbers["unreadable"]),
        }
        for status, chip in self._chips.items():
            chip.setText(texts[status])
            chip.setVisible(status is None or numbers[status] > 0)  # type: ignore[index]
        self._keep_similar.setVisible(numbers["near_duplicate"] > 0)
        self.genre_box.setEnabled(numbers["new"] + numbers["near_duplicate"] > 0)
        self._update()

    # Lists of splits

    def _open_lists_menu(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        splits: tuple[tuple[Split, str], ...] = (
            ("train", self.tr("&Training list…")),
            ("valid", self.tr("&Validation list…")),
        )
        for split, text in splits:
            action = QAction(text, menu)
            action.triggered.connect(lambda _=False, split=split: self._choose_list(split))
            menu.addAction(action)
        without = QAction(self.tr("&Without lists"), menu)
        without.setEnabled(bool(self._lists))
        without.triggered.connect(lambda: self.use_lists({}))
        menu.addSeparator()
        menu.addAction(without)
        menu.popup(self.lists_button.mapToGlobal(self.lists_button.rect().bottomLeft() + QPoint(0, 4)))

    def _choose_list(self, split: Split) -> None:
        dialog = QFileDialog(self, self.tr("Split list"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([self.tr("Text files") + " (*.txt *.csv)", self.tr("All files") + " (*)"])
        dialog.fileSelected.connect(lambda name: self.use_lists({**self._lists, split: Path(name)}))
        dialog.open()

    def use_lists(self, lists: Mapping[Split, Path]) -> None:
        """Let `lists` say which file is in which split; none leave that to the data set."""
        found = self._found

        def read(_data_set: DataSet, _progress: Progress) -> Listed:
            from genre_app.dataset.folder_import import Listed, apply_lists

            return apply_lists(found, lists) if lists else Listed(tuple(found), 0, ())

        def take(listed: Listed) -> None:
            self._task = None
            self.messages.hide()
            self._lists = dict(lists)
            self._candidates = list(listed.candidates)
            self._n_unlisted, self._not_found = listed.n_unlisted, listed.not_found
            self.lists_button.setText(
                ", ".join(path.name for path in lists.values()) or self.tr("Split lists…")
            )
            self._show_numbers()

        def fail(error: GenreAppError) -> None:
            self._task = None
            self.messages.show_error(error)

        self._task = self._control.ask(read, owner=self, on_result=take, on_error=fail)

    # Genres

    def _offer_genres(self) -> None:
        summary: Summary | None = self._control.summary
        if summary is None:
            return
        from genre_app.dataset.genres import name_key

        self._known = {name_key(genre.name): genre.name for genre in summary.genres}
        box = self.genre_box
        chosen = box.currentData() if box.currentIndex() >= 0 else self._proposed
        blocker = QSignalBlocker(box)
        box.clear()
        box.addItem(theme.icon("folder"), self.tr("Each folder's name"), _FOLDERS)
        box.insertSeparator(box.count())
        for genre in summary.genres:
            box.addItem(genre_icon(genre.name), display_name(genre.name), genre.name)
        box.insertSeparator(box.count())
        box.addItem(theme.icon("add"), self.tr("New genre…"), _NEW)
        box.setCurrentIndex(-1 if chosen is None else box.findData(chosen))
        del blocker
        box.update()
        self._update()

    def choose_genre(self, genre: str) -> None:
        """Propose `genre`, which may have been made just now."""
        self._proposed = genre
        place = self.genre_box.findData(genre)
        if place >= 0:
            self.genre_box.setCurrentIndex(place)
        self._update()

    def _genre_activated(self) -> None:
        if self.genre_box.currentData() == _NEW:
            self.genre_box.setCurrentIndex(-1)
            self.new_genre_wanted.emit()
        self._update()

    def _folders_are_genres(self) -> bool:
        """Whether every file is in a folder that is called like a genre."""
        names = {candidate.genre for candidate in self._candidates if candidate.error is None}
        return bool(names) and all(self._known_genre(name) is not None for name in names)

    def _known_genre(self, name: str | None) -> str | None:
        if name is None:
            return None
        from genre_app.dataset.genres import name_key

        return self._known.get(name_key(name))

    def _with_genres(self) -> list[Candidate]:
        """Return the candidates with the genres that they would get."""
        chosen = self.genre_box.currentData() if self.genre_box.currentIndex() >= 0 else None
        if chosen == _FOLDERS:
            return [
                replace(candidate, genre=self._known_genre(candidate.genre) or candidate.genre)
                for candidate in self._candidates
            ]
        return [replace(candidate, genre=chosen) for candidate in self._candidates]

    def _update(self) -> None:
        """Show what a click on the button would do."""
        candidates = self._with_genres()
        if [(c.path, c.genre, c.listed) for c in candidates] != [
            (c.path, c.genre, c.listed) for c in self.model.candidates
        ]:
            place = self.list.verticalScrollBar().value()
            self.model.set_candidates(candidates)
            self.list.verticalScrollBar().setValue(place)
        wanted = self._wanted(candidates)
        self.add_button.setText(
            self.tr("Add %n clip(s)", "", len(wanted)) if wanted else self.tr("Add to data set")
        )
        self.add_button.setEnabled(bool(wanted))
        self._note.setText(self._remark(candidates, wanted))

    def _wanted(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        statuses = ["new", "near_duplicate"] if self._keep_similar.isChecked() else ["new"]
        return [c for c in candidates if c.status in statuses and c.genre is not None]

    def _remark(self, candidates: Sequence[Candidate], wanted: Sequence[Candidate]) -> str:
        if not candidates:
            return ""
        addable = [c for c in candidates if c.status in ("new", "near_duplicate")]
        if not addable:
            return self.tr("There is nothing new among these files.")
        if self.genre_box.currentIndex() < 0:
            return self.tr("Which genre is this music?")
        new = dict.fromkeys(c.genre for c in wanted if c.genre and self._known_genre(c.genre) is None)
        remarks = []
        if new:
            names = ", ".join(name for name in new if name)
            remarks.append(self.tr("New genres: {names}").format(names=names))
        if self._lists:
            splits = Counter(c.reference or c.listed for c in wanted)
            text = self.tr("By the lists {train} train and {valid} validate; {rest} are in no list.")
            remarks.append(text.format(train=splits["train"], valid=splits["valid"], rest=self._n_unlisted))
            if self._not_found:
                text = self.tr(
                    "%n entry(s) of the lists found no file, such as {name}.", "", len(self._not_found)
                )
                remarks.append(text.format(name=self._not_found[0]))
        kept = Counter(c.reference for c in wanted if c.reference is not None)
        if kept:
            text = self.tr(
                "%n clip(s) are of GTZAN, on which the program's model was trained and measured;"
                " {valid} of them only validate.",
                "",
                kept.total(),
            )
            remarks.append(text.format(valid=kept["valid"]))
        return " ".join(remarks)

    # Ending

    def _confirm(self) -> None:
        wanted = self._wanted(self._with_genres())
        if wanted:
            self.confirmed.emit(wanted, self._keep_similar.isChecked())
            self.accept()

    def done(self, result: int) -> None:
        """Stop looking, and close."""
        if self._task is not None:
            self._task.cancel()
        super().done(result)

    def _recolour(self) -> None:
        self._offer_genres()
        self.list.viewport().update()
