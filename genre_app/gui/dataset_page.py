"""The page "Data set": the clips that the user teaches with, and all that can be done with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAction,
    QHideEvent,
    QKeySequence,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QMenu,
    QMessageBox,
    QProgressBar,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from genre_app.errors import GenreAppError
from genre_app.gui import theme
from genre_app.gui.dataset.clip_model import ClipModel
from genre_app.gui.dataset.clip_table import ClipTable
from genre_app.gui.dataset.control import Added, DataSetControl
from genre_app.gui.dataset.filter_bar import FilterBar
from genre_app.gui.dataset.genre_menu import KEYS, fill_genre_menu
from genre_app.gui.dataset.genre_panel import GenrePanel
from genre_app.gui.folders import open_folder
from genre_app.gui.genre_names import display_name
from genre_app.gui.messages import MessageBar, translated
from genre_app.gui.tasks import run_task
from genre_app.gui.widgets.placeholder import placeholder
from genre_app.gui.widgets.text import Caption
from genre_app.gui.widgets.transport import Playback

if TYPE_CHECKING:
    from genre_app.dataset.archive import Exported
    from genre_app.dataset.augmenting import Plan
    from genre_app.dataset.records import Candidate, Clip, Genre
    from genre_app.gui.dataset.add_dialog import AddDialog
    from genre_app.gui.dataset.augment_dialog import AugmentDialog
    from genre_app.gui.dataset.exchange_dialogs import ExportDialog, ImportDialog
    from genre_app.gui.dataset.genre_dialog import GenreDialog
    from genre_app.gui.dataset.look_again_dialog import LookAgainDialog

_UNKNOWN, _EMPTY, _CLIPS, _FAILED = range(4)
_NARROW: Final = 1000
_TOLD_MILLISECONDS: Final = 6000


class DataSetPage(QWidget):
    """Shows the data set and hands the user's wishes to `DataSetControl`.

    Attributes:
        add_files_wanted: emitted when the user wants to choose files to add.
        add_folder_wanted: emitted when the user wants to choose a folder to add.
        playing_started: emitted when a clip begins to play.
        messages: the bar at the top.
        filters: the fields above the table.
        table: the clips.
        genres: the panel beside the table.
        playback: plays one clip.
        edit_actions: what the menu "Edit" has while this page is shown; None is a line between two of them.
    """

    add_files_wanted = Signal()
    add_folder_wanted = Signal()
    playing_started = Signal()

    def __init__(self, control: DataSetControl, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.control = control
        self._played: Clip | None = None
        self._dialog: AddDialog | None = None
        self._genre_dialog: GenreDialog | None = None
        self._augment_dialog: AugmentDialog | None = None
        self._look_again_dialog: LookAgainDialog | None = None
        self._wanted_clip: int | None = None
        self.messages = MessageBar()
        self.model = ClipModel(control, self)
        self.filters = FilterBar()
        self.table = ClipTable(self.model)
        self.genres = GenrePanel()
        self.playback = Playback(self)
        self._make_actions()

        self._pages = QStackedWidget()
        self._pages.addWidget(QWidget())  # until it is known whether there are clips
        self._pages.addWidget(self._make_empty())
        self._pages.addWidget(self._make_split())
        self._pages.addWidget(self._make_failed())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.SPACE_L, theme.SPACE_L, theme.SPACE_L, theme.SPACE_L)
        layout.setSpacing(theme.SPACE_M)
        layout.addLayout(self._make_top())
        layout.addWidget(self.messages)
        layout.addWidget(self._pages, 1)
        # What was done is told in the foot for a while, and then the foot counts again.
        self._told = QTimer(self)
        self._told.setSingleShot(True)
        self._told.setInterval(_TOLD_MILLISECONDS)
        self._told.timeout.connect(self._count)
        self._connect()
        self._show_summary()

    # Building

    def _make_actions(self) -> None:
        def action(
            text: str, icon: str | None, slot: Callable[[], object], owner: QWidget, *keys: str
        ) -> QAction:
            made = QAction(text, self)
            if icon is not None:
                theme.follow_icon(made, icon)
            made.setShortcuts([QKeySequence(key) for key in keys])
            made.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            made.triggered.connect(lambda _=False: slot())
            owner.addAction(made)
            return made

        table = self.table
        self.undo_action = action(self.tr("&Undo"), "undo", self._undo, self, "Ctrl+Z")
        self.redo_action = action(self.tr("&Redo"), "redo", self._redo, self, "Ctrl+Shift+Z", "Ctrl+Y")
        self.play_action = action(self.tr("&Play"), "play", self._toggle_current, table, "Space")
        self.pin_action = action(self.tr("P&in to validation"), "pin", self._toggle_pin, table, "P")
        self.reveal_action = action(self.tr("Show in &folder"), "folder", self._reveal, table, "Ctrl+Shift+R")
        self.augment_action = action(self.tr("&Augment…"), "augment", self.augment, self, "Ctrl+Shift+A")
        self.look_again_action = action(
            self.tr("&Look again…"), "doubt", self.look_again, self, "Ctrl+Shift+L"
        )
        self.remove_copies_action = action(self.tr("Remove &copies"), None, self._remove_copies, table)
        self.remove_action = action(self.tr("Re&move from data set"), "remove", self._remove, table, "Delete")
        self.import_action = action(self.tr("&Import archive…"), "import", self._choose_archive, self)
        self.export_action = action(self.tr("E&xport…"), "export", self.export, self)
        self.genre_action = action(self.tr("&New genre…"), "add", self.create_genre, self)
        self.empty_bin_action = action(self.tr("&Empty bin…"), None, self._ask_to_empty_bin, self)
        self._relabel_actions: list[QAction] = []
        for place, key in enumerate(KEYS):
            relabel = QAction(self)
            relabel.setShortcut(QKeySequence(key))
            relabel.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            relabel.triggered.connect(lambda _=False, place=place: self._relabel_by_key(place))
            table.addAction(relabel)
            self._relabel_actions.append(relabel)
        self._relabel_menu = QMenu(self.tr("Re&label as"), self)
        self._relabel_menu.aboutToShow.connect(self._fill_relabel_menu)
        self.edit_actions: tuple[QAction | None, ...] = (
            self.undo_action,
            self.redo_action,
            None,
            self.play_action,
            self._relabel_menu.menuAction(),
            self.pin_action,
            self.reveal_action,
            self.remove_action,
            None,
            self.augment_action,
            self.remove_copies_action,
            self.look_again_action,
            None,
            self.import_action,
            self.export_action,
            None,
            self.genre_action,
            self.empty_bin_action,
        )

    def _make_top(self) -> QHBoxLayout:
        self.undo_button, self.redo_button = QToolButton(), QToolButton()
        self.undo_button.setDefaultAction(self.undo_action)
        self.redo_button.setDefaultAction(self.redo_action)
        for button in (self.undo_button, self.redo_button):
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
            button.setIconSize(QSize(18, 18))
        more = QToolButton()
        more.setToolTip(self.tr("More"))
        more.setAccessibleName(self.tr("More"))
        theme.follow_icon(more, "more")
        more.clicked.connect(lambda: self._open_more(more))
        self.augment_button = QPushButton(self.tr("Augment…"))
        self.augment_button.setToolTip(self.tr("Add altered copies of clips, or even out the genres"))
        theme.follow_icon(self.augment_button, "augment")
        self.augment_button.clicked.connect(self.augment)
        self.look_again_button = QPushButton(self.tr("Look again…"))
        self.look_again_button.setToolTip(self.tr("Find wrong labels, and recordings that are there twice"))
        theme.follow_icon(self.look_again_button, "doubt")
        self.look_again_button.clicked.connect(self.look_again)
        self.add_button = QPushButton(self.tr("Add…"))
        self.add_button.setProperty("primary", True)
        theme.follow_icon(self.add_button, "add", lambda: theme.colours().on_accent)
        self.add_button.clicked.connect(self._open_add_menu)
        top = QHBoxLayout()
        top.setSpacing(theme.SPACE_XS)
        top.addWidget(self.filters, 1)
        top.addSpacing(theme.SPACE_M)
        top.addWidget(self.undo_button)
        top.addWidget(self.redo_button)
        top.addWidget(more)
        top.addSpacing(theme.SPACE_S)
        top.addWidget(self.look_again_button)
        top.addSpacing(theme.SPACE_XS)
        top.addWidget(self.augment_button)
        top.addSpacing(theme.SPACE_XS)
        top.addWidget(self.add_button)
        return top

    def _make_empty(self) -> QWidget:
        files = QPushButton(self.tr("Add files…"))
        files.setProperty("primary", True)
        files.clicked.connect(self.add_files_wanted)
        folder = QPushButton(self.tr("Add folder…"))
        folder.clicked.connect(self.add_folder_wanted)
        archive = QPushButton(self.tr("Import archive…"))
        archive.clicked.connect(self._choose_archive)
        return placeholder(
            "dataset",
            self.tr("Teach Genre App your music"),
            (
                self.tr("Drop songs or whole folders here and say which genre they are."),
                self.tr("Folders that are named after genres, as in GTZAN, label themselves."),
            ),
            (files, folder, archive),
        )

    def _make_failed(self) -> QWidget:
        retry = QPushButton(self.tr("Try again"))
        retry.setProperty("primary", True)
        theme.follow_icon(retry, "retry", lambda: theme.colours().on_accent)
        retry.clicked.connect(self._retry)
        return placeholder(
            "warning",
            self.tr("The data set could not be opened"),
            (self.tr("The message above says why."),),
            (retry,),
        )

    def _make_split(self) -> QWidget:
        clear = QPushButton(self.tr("Show all clips"))
        clear.clicked.connect(self.filters.clear)
        self._tables = QStackedWidget()
        self._tables.addWidget(self.table)
        self._tables.addWidget(
            placeholder(
                "search",
                self.tr("No clip fits"),
                (self.tr("Try fewer words or another filter."),),
                (clear,),
            )
        )
        self.count_label = Caption()
        self.work_label = Caption()
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setMaximumWidth(220)
        self.stop_button = QToolButton()
        self.stop_button.setToolTip(self.tr("Stop adding"))
        self.stop_button.setAccessibleName(self.tr("Stop adding"))
        theme.follow_icon(self.stop_button, "cancel")
        self.stop_button.clicked.connect(self.control.stop_adding)
        foot = QHBoxLayout()
        foot.setContentsMargins(theme.SPACE_M, theme.SPACE_XS, theme.SPACE_S, theme.SPACE_XS)
        foot.setSpacing(theme.SPACE_M)
        foot.addWidget(self.count_label, 1)
        foot.addWidget(self.work_label)
        foot.addWidget(self.progress)
        foot.addWidget(self.stop_button)
        self.count_label.setMinimumHeight(self.stop_button.sizeHint().height())
        card = QFrame()
        card.setProperty("card", True)
        column = QVBoxLayout(card)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addWidget(self._tables, 1)
        column.addLayout(foot)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setHandleWidth(theme.SPACE_M)
        self.splitter.addWidget(card)
        self.splitter.addWidget(self.genres)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setStretchFactor(1, 0)
        self.splitter.setSizes([760, 260])
        return self.splitter

    def _connect(self) -> None:
        control, table = self.control, self.table
        control.changed.connect(self._show_summary)
        control.changed.connect(self._ask_again)
        control.failed.connect(self._fail)
        control.adding_changed.connect(self._show_work)
        control.embedding_changed.connect(self._show_work)
        control.added.connect(self._tell_added)
        control.adding_stopped.connect(lambda: self._tell(self.tr("Stopped; what was added so far stays.")))
        self.model.answered.connect(self._show_rows)
        self.model.failed.connect(self._fail)
        self.filters.changed.connect(self._filter)
        self.genres.genre_chosen.connect(self.filters.choose_genre)
        self.genres.create_wanted.connect(self.create_genre)
        self.genres.edit_wanted.connect(self._edit_genre)
        self.genres.remove_wanted.connect(self._remove_genre)
        table.play_wanted.connect(self._play)
        table.selected_changed.connect(self._update_actions)
        table.customContextMenuRequested.connect(self._open_menu)
        playback = self.playback
        playback.position_changed.connect(self._show_played)
        playback.playing_changed.connect(self._playing_changed)
        playback.failed.connect(self.messages.show_error)

    # For the window

    def add_paths(self, paths: Sequence[Path]) -> None:
        """Open the dialog that looks at files and folders, and asks for their genre; import an archive."""
        if not paths:
            return
        if len(paths) == 1 and paths[0].suffix.lower() == ".zip":
            self.import_archive(paths[0])
            return
        if self._dialog is not None or self.control.adding is not None:
            self.messages.show_message(
                self.tr("Other files are being added. Let that end, or stop it, and drop these again."),
                "warning",
            )
            if self._dialog is not None:
                self._dialog.raise_()
                self._dialog.activateWindow()
            return
        from genre_app.gui.dataset.add_dialog import AddDialog

        self.messages.hide()
        dialog = AddDialog(self.control, paths, self.model.question.genre, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.confirmed.connect(self._add)
        dialog.new_genre_wanted.connect(
            lambda: self.create_genre(parent=dialog, on_created=lambda genre: dialog.choose_genre(genre.name))
        )
        dialog.finished.connect(self._forget_dialog)
        self._dialog = dialog
        # Not modal: looking at thousands of files takes its time.
        dialog.show()

    @property
    def add_dialog(self) -> AddDialog | None:
        """The dialog that is open, if one is."""
        return self._dialog

    def stop_playback(self) -> None:
        """Fall silent."""
        self.playback.pause()
        if self._look_again_dialog is not None:
            self._look_again_dialog.stop_playback()

    def showEvent(self, event: QShowEvent) -> None:
        """Look at the data set, which another program may have changed."""
        super().showEvent(event)
        self.control.refresh()
        self.table.setFocus()

    def hideEvent(self, event: QHideEvent) -> None:
        """Fall silent: what plays is shown here only."""
        self.stop_playback()
        self.table.waveforms.stop()
        super().hideEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep what a small window has no room for out of it."""
        super().resizeEvent(event)
        self.filters.set_narrow(self.width() < _NARROW)
        for button, text in (
            (self.look_again_button, self.tr("Look again…")),
            (self.augment_button, self.tr("Augment…")),
        ):
            button.setAccessibleName(text)
            button.setText("" if self.width() < _NARROW else text)

    # Showing

    def _show_summary(self) -> None:
        summary = self.control.summary
        there = summary is not None and (summary.total > 0 or self.control.adding is not None)
        if summary is not None:
            self._pages.setCurrentIndex(_CLIPS if there else _EMPTY)
            self.filters.set_summary(summary)
            self.genres.set_summary(summary)
        elif self._pages.currentIndex() != _FAILED:
            self._pages.setCurrentIndex(_UNKNOWN)
        self.filters.setVisible(there)
        there_are_clips = summary is not None and summary.total > 0
        self.augment_action.setEnabled(there_are_clips)
        self.augment_button.setEnabled(there_are_clips)
        self.look_again_action.setEnabled(there_are_clips)
        self.export_action.setEnabled(there_are_clips)
        self.look_again_button.setEnabled(there_are_clips)
        for action, text, plain, name in (
            (self.undo_action, self.tr("&Undo: {change}"), self.tr("&Undo"), summary and summary.undo),
            (self.redo_action, self.tr("&Redo: {change}"), self.tr("&Redo"), summary and summary.redo),
        ):
            change = QCoreApplication.translate("undo", name) if name else ""
            action.setText(text.format(change=change) if name else plain)
            action.setEnabled(bool(name))
            keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            action.setToolTip(f"{action.text().replace('&', '')} ({keys})")
        self.empty_bin_action.setEnabled(summary is not None and summary.n_removed > 0)
        self._show_work()
        self._update_actions()

    def _ask_again(self) -> None:
        self.model.refresh(self.table.first_visible_row)

    def _filter(self) -> None:
        question = self.filters.apply_to(self.model.question)
        self.genres.show_choice(question.genre)
        self.model.ask(question)

    def _show_rows(self, _new: bool) -> None:
        nothing = self.model.rowCount() == 0 and self.model.question.filters
        self._tables.setCurrentIndex(1 if nothing else 0)
        self.table.horizontalHeader().viewport().update()
        if not self._told.isActive():
            self._count()
        self._select_wanted()
        # A clip that is gone can't go on playing.
        played, everything = self._played, not self.model.question.filters
        if played is not None and everything and not self.model.rows_of([played.id]):
            self._forget_played()

    def _count(self) -> None:
        summary = self.control.summary
        if summary is None:
            self.count_label.setText("")
            return
        found, selected = self.model.rowCount(), self.table.n_selected
        if self.model.question.filters:
            text = self.tr("%n of {total} clip(s)", "", found).format(total=summary.total)
        else:
            text = self.tr("%n clip(s)", "", found)
        if selected > 1:
            text += "  ·  " + self.tr("%n selected", "", selected)
        self.count_label.setText(text)

    def _tell(self, text: str) -> None:
        self.count_label.setText(text)
        self._told.start()

    def _show_work(self) -> None:
        adding, embedding = self.control.adding, self.control.embedding
        self.stop_button.setVisible(adding is not None)
        if adding is not None:
            self._pages.setCurrentIndex(_CLIPS)
            text = self.tr("Adding {done} of {total}")
            self.work_label.setText(text.format(done=adding.done, total=adding.total))
        elif embedding is not None:
            text = self.tr("The model hears new clips: {done} of {total}")
            self.work_label.setText(text.format(done=embedding.done, total=embedding.total))
        work = adding or embedding
        self.work_label.setVisible(work is not None)
        self.progress.setVisible(work is not None)
        if work is not None:
            self.progress.setRange(0, max(1, work.total))
            self.progress.setValue(work.done)

    def _update_actions(self) -> None:
        n_selected = self.table.n_selected
        for action in (self.pin_action, self.remove_action, *self._relabel_actions):
            action.setEnabled(n_selected > 0)
        self._relabel_menu.menuAction().setEnabled(n_selected > 0)
        current = self.table.currentIndex().isValid()
        summary = self.control.summary
        n_copies = sum(counts.copies for counts in summary.counts.values()) if summary else 0
        self.remove_copies_action.setEnabled(n_selected > 0 and n_copies > 0)
        self.play_action.setEnabled(current)
        self.reveal_action.setEnabled(current)
        playing = self.playback.playing and self._played is not None
        theme_icon, text = ("pause", self.tr("&Pause")) if playing else ("play", self.tr("&Play"))
        self.play_action.setText(text)
        self.play_action.setIcon(theme.icon(theme_icon))
        if not self._told.isActive():
            self._count()

    def _fail(self, error: GenreAppError) -> None:
        self.messages.show_error(error)
        if self.control.summary is None:
            self._pages.setCurrentIndex(_FAILED)
            self.filters.hide()

    def _retry(self) -> None:
        self.messages.hide()
        self._pages.setCurrentIndex(_UNKNOWN)
        self.control.refresh()

    def _tell_added(self, added: Added) -> None:
        text = self.tr("%n clip(s) added.", "", len(added.ids))
        if added.failures:
            path, error = added.failures[0]
            reason = translated(error)[1]
            failed = self.tr(
                "%n file(s) could not be added; the first was {name}: {reason}", "", len(added.failures)
            )
            text += " " + failed.format(name=path.name, reason=reason)
            self.messages.show_message(text, "warning", error)
        else:
            self._tell(text)

    # Menus

    def _open_menu(self, place: QPoint) -> None:
        if not self.table.n_selected:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        clip = self.table.current_clip
        pinned = clip is not None and clip.pin == "valid"
        pin, unpin = self.tr("P&in to validation"), self.tr("&Unpin from validation")
        self.pin_action.setText(unpin if pinned else pin)
        menu.addAction(self.play_action)
        menu.addSeparator()
        menu.addMenu(self._relabel_menu)
        menu.addActions([self.pin_action, self.reveal_action])
        menu.addSeparator()
        menu.addActions([self.augment_action, self.remove_copies_action])
        menu.addSeparator()
        menu.addAction(self.remove_action)
        menu.popup(self.table.viewport().mapToGlobal(place))

    def _fill_relabel_menu(self) -> None:
        summary = self.control.summary
        if summary is None:
            return
        self._relabel_menu.clear()
        clip = self.table.current_clip
        fill_genre_menu(
            self._relabel_menu,
            summary.genres,
            self._relabel,
            lambda: self.create_genre(on_created=lambda genre: self._relabel(genre.name)),
            None if clip is None else clip.genre,
        )

    def _open_add_menu(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for text, icon, signal in (
            (self.tr("&Files…"), "open", self.add_files_wanted),
            (self.tr("F&older…"), "folder", self.add_folder_wanted),
        ):
            action = QAction(text, menu)
            theme.follow_icon(action, icon)
            action.triggered.connect(lambda _=False, signal=signal: signal.emit())
            menu.addAction(action)
        menu.addSeparator()
        menu.addAction(self.import_action)
        below = self.add_button.rect().bottomRight() + QPoint(-menu.sizeHint().width(), 4)
        menu.popup(self.add_button.mapToGlobal(below))

    def _open_more(self, button: QToolButton) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions([self.import_action, self.export_action])
        menu.addSeparator()
        menu.addActions([self.genre_action, self.empty_bin_action])
        below = button.rect().bottomRight() + QPoint(-menu.sizeHint().width(), 4)
        menu.popup(button.mapToGlobal(below))

    # Changing clips

    def _relabel_by_key(self, place: int) -> None:
        summary = self.control.summary
        if summary is not None and place < len(summary.genres):
            self._relabel(summary.genres[place].name)

    def _relabel(self, genre: str) -> None:
        ids = self.table.selected_ids
        if ids:
            self.control.relabel(ids, genre)
            text = self.tr("%n clip(s) relabelled as {genre}.", "", len(ids))
            self._tell(text.format(genre=display_name(genre)))

    def _toggle_pin(self) -> None:
        ids, clip = self.table.selected_ids, self.table.current_clip
        if ids:
            pinned = clip is not None and clip.pin == "valid"
            self.control.pin(ids, not pinned)
            if pinned:
                self._tell(self.tr("%n clip(s) unpinned.", "", len(ids)))
            else:
                self._tell(self.tr("%n clip(s) pinned to validation.", "", len(ids)))

    def _remove(self) -> None:
        ids = self.table.selected_ids
        if ids:
            self.control.remove(ids)
            self._tell(self.tr("%n clip(s) removed. Undo brings them back.", "", len(ids)))

    def _undo(self) -> None:
        self.control.undo(lambda name: self._tell_change(self.tr("Undone: {change}"), name))

    def _redo(self) -> None:
        self.control.redo(lambda name: self._tell_change(self.tr("Done again: {change}"), name))

    def _tell_change(self, text: str, name: str | None) -> None:
        if name is not None:
            self._tell(text.format(change=QCoreApplication.translate("undo", name)))

    def _ask_to_empty_bin(self) -> None:
        summary = self.control.summary
        if summary is None:
            return
        box = QMessageBox(self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle(self.tr("Empty bin"))
        box.setText(self.tr("Delete %n removed clip(s) for good?", "", summary.n_removed))
        box.setInformativeText(
            self.tr("Their files in the data set are deleted, and nothing done so far can be undone.")
        )
        delete = box.addButton(self.tr("Delete"), QMessageBox.ButtonRole.DestructiveRole)
        keep = box.addButton(self.tr("Keep"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(keep)
        delete.clicked.connect(lambda: self.control.empty_bin(self._tell_emptied))
        box.open()

    def _tell_emptied(self, n_deleted: int) -> None:
        self._tell(self.tr("%n clip(s) deleted for good.", "", n_deleted))

    def _reveal(self) -> None:
        clip = self.table.current_clip
        if clip is None:
            return

        def folder_of(clip: Clip) -> Path:
            # The user knows their own folders; what the store calls its files says nothing.
            original = Path(clip.source)
            return original.parent if original.is_absolute() and original.exists() else clip.path.parent

        run_task(
            lambda _: folder_of(clip),
            owner=self,
            on_result=lambda folder: open_folder(folder, self.messages),
        )

    # Genres

    def create_genre(
        self,
        *,
        parent: QWidget | None = None,
        on_created: Callable[[Genre], object] | None = None,
    ) -> None:
        """Ask for a new genre, and call `on_created` with it once it is there."""

        def wish(dialog: GenreDialog, name: str, colour: str) -> None:
            def created(genre: Genre) -> None:
                dialog.accept()
                if on_created is not None:
                    on_created(genre)

            self.control.change(
                lambda data_set: data_set.create_genre(name, colour), created, dialog.show_error
            )

        self._open_genre_dialog(None, wish, parent)

    def _edit_genre(self, name: str) -> None:
        summary = self.control.summary
        genre = next((g for g in summary.genres if g.name == name), None) if summary else None
        if genre is None:
            return

        def wish(dialog: GenreDialog, new_name: str, colour: str) -> None:
            self.control.edit_genre(name, new_name, colour, lambda _: dialog.accept(), dialog.show_error)

        self._open_genre_dialog(genre, wish)

    def _open_genre_dialog(
        self,
        genre: Genre | None,
        wish: Callable[[GenreDialog, str, str], None],
        parent: QWidget | None = None,
    ) -> None:
        from genre_app.gui.dataset.genre_dialog import GenreDialog

        summary = self.control.summary
        dialog = GenreDialog(genre, summary.genres if summary else (), parent or self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.wished.connect(lambda name, colour: wish(dialog, name, colour))
        dialog.open()

    def _remove_genre(self, name: str) -> None:
        self.control.change(lambda data_set: data_set.remove_genre(name))
        self._tell(self.tr("{genre} removed.").format(genre=display_name(name)))

    # Adding

    def _add(self, candidates: list[Candidate], similar_too: bool) -> None:
        self.control.add(candidates, keep_near_duplicates=similar_too)

    def _forget_dialog(self) -> None:
        self._dialog = None

    # Import and export

    def _choose_archive(self) -> None:
        dialog = QFileDialog(self, self.tr("Import archive"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([self.tr("Data set archives") + " (*.zip)", self.tr("All files") + " (*)"])
        dialog.fileSelected.connect(lambda name: self.import_archive(Path(name)))
        dialog.open()

    def import_archive(self, path: Path) -> ImportDialog:
        """Open the dialog that imports the archive `path`, and return it."""
        from genre_app.gui.dataset.exchange_dialogs import ImportDialog

        dialog = ImportDialog(self.control, path, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.imported.connect(
            lambda imported: self._tell(self.tr("%n clip(s) imported.", "", len(imported.added)))
        )
        dialog.open()
        return dialog

    def export(self) -> ExportDialog:
        """Open the dialog that exports the data set, and return it."""
        from genre_app.gui.dataset.exchange_dialogs import ExportDialog

        dialog = ExportDialog(self.control, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.exported.connect(self._tell_exported)
        dialog.open()
        return dialog

    def _tell_exported(self, exported: Exported) -> None:
        from genre_app.gui.dataset.exchange_dialogs import megabytes

        text = self.tr("%n clip(s) exported to {name} ({size}).", "", exported.n_clips)
        self.messages.show_message(text.format(name=exported.path.name, size=megabytes(exported.size)))

    # Augmenting

    @property
    def augment_dialog(self) -> AugmentDialog | None:
        """The dialog that asks for copies, if it is open."""
        return self._augment_dialog

    def augment(self) -> None:
        """Open the dialog that asks which copies are to be made."""
        summary = self.control.summary
        if self._augment_dialog is not None or summary is None or not summary.total:
            return
        from genre_app.gui.dataset.augment_dialog import AugmentDialog

        self.stop_playback()
        dialog = AugmentDialog(self.control, self.table.selected_ids, self.model.question.genre, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.confirmed.connect(self._add_copies)
        dialog.playing_started.connect(self.playing_started)
        dialog.finished.connect(self._forget_augment_dialog)
        self._augment_dialog = dialog
        dialog.open()

    def _add_copies(self, plan: Plan, strengths: Mapping[str, float], seed: int) -> None:
        self.control.augment(plan, strengths, seed, lambda n: self._tell(self.tr("%n copy(s) added.", "", n)))

    def _remove_copies(self) -> None:
        def tell(n_copies: int) -> None:
            if n_copies:
                self._tell(self.tr("%n copy(s) removed. Undo brings them back.", "", n_copies))
            else:
                self._tell(self.tr("The selected clips have no copies."))

        ids = self.table.selected_ids
        if ids:
            self.control.remove_copies(ids, tell)

    def _forget_augment_dialog(self) -> None:
        self._augment_dialog = None

    # Looking again

    @property
    def look_again_dialog(self) -> LookAgainDialog | None:
        """The dialog that lists doubtful clips, if it is open."""
        return self._look_again_dialog

    def look_again(self) -> None:
        """Open the dialog that lists clips worth another look."""
        summary = self.control.summary
        if self._look_again_dialog is not None:
            self._look_again_dialog.raise_()
            self._look_again_dialog.activateWindow()
            return
        if summary is None or not summary.total:
            return
        from genre_app.gui.dataset.look_again_dialog import LookAgainDialog

        self.stop_playback()
        dialog = LookAgainDialog(self.control, self.undo_action, self.redo_action, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.show_wanted.connect(self._show_clip)
        dialog.playing_started.connect(self.playback.pause)
        dialog.playing_started.connect(self.playing_started)
        dialog.finished.connect(self._forget_look_again_dialog)
        self._look_again_dialog = dialog
        # Not modal: a clip may be looked at in the table meanwhile.
        dialog.show()

    def _forget_look_again_dialog(self) -> None:
        self._look_again_dialog = None

    def _show_clip(self, clip_id: int) -> None:
        """Show a clip in the table, whatever the table was filtered by."""
        self._wanted_clip = clip_id
        if self.model.question.filters:
            self.filters.clear()
        else:
            self._select_wanted()

    def _select_wanted(self) -> None:
        if self._wanted_clip is not None and self.model.rows_of([self._wanted_clip]):
            self.table.clearSelection()
            self.table.select_ids([self._wanted_clip])
            self._wanted_clip = None
            self.window().activateWindow()

    # Playing

    def _toggle_current(self) -> None:
        clip = self.table.current_clip
        if clip is not None:
            self._play(clip, -1.0)

    def _play(self, clip: Clip, share: float) -> None:
        if self._played is None or clip.id != self._played.id:
            self._played = clip
            self.playback.set_file(clip.path, clip.duration)
        elif share < 0:
            self.playback.toggle()
            return
        if share >= 0:
            self.playback.seek(share * clip.duration)
        self.playback.play()

    def _forget_played(self) -> None:
        self.playback.set_file(None)
        self._played = None
        self.table.show_played(None, False, 0.0)

    def _show_played(self, seconds: float) -> None:
        clip = self._played
        if clip is not None:
            share = seconds / clip.duration if clip.duration > 0 else 0.0
            self.table.show_played(clip.id, self.playback.playing, share)

    def _playing_changed(self, playing: bool) -> None:
        if playing:
            self.messages.hide()
            if self._look_again_dialog is not None:
                self._look_again_dialog.stop_playback()
            self.playing_started.emit()
        self._show_played(self.playback.position)
        self._update_actions()
