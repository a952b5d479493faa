"""The page "Listen": the files, and all about the one that is selected."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QItemSelectionModel, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListView,
    QMenu,
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
from genre_app.gui.dataset.control import Added, DataSetControl
from genre_app.gui.dataset.genre_menu import fill_genre_menu
from genre_app.gui.folders import open_folder
from genre_app.gui.genre_names import display_name
from genre_app.gui.messages import MessageBar, copy_details, translated
from genre_app.gui.row_delegate import RowDelegate
from genre_app.gui.row_model import Row, RowModel, State, result_line
from genre_app.gui.row_queue import RowQueue
from genre_app.gui.widgets.text import Caption

if TYPE_CHECKING:
    from genre_app.classifier import Classifier
    from genre_app.dataset.records import Candidate, Genre
    from genre_app.gui.detail_panel import DetailPanel

_UPDATE_MILLISECONDS: Final = 30


class ListenPage(QWidget):
    """Shows a `RowQueue` and hands the user's wishes to it.

    Attributes:
        open_files_wanted: emitted when the user wants to choose files.
        open_folder_wanted: emitted when the user wants to choose a folder.
        messages: the bar at the top.
        actions_for_rows: what can be done with the selected rows, for the menus.
    """

    open_files_wanted = Signal()
    open_folder_wanted = Signal()

    def __init__(self, queue: RowQueue, control: DataSetControl, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.queue = queue
        self.control = control
        self._detail: DetailPanel | None = None
        self._shown: Row | None = None
        self._shown_state: State | None = None
        self._select_first_added = False
        self.messages = MessageBar()
        self._make_actions()

        self._pages = QStackedWidget()
        self._pages.addWidget(self._make_empty())
        self._pages.addWidget(self._make_split())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.SPACE_L, theme.SPACE_L, theme.SPACE_L, theme.SPACE_L)
        layout.setSpacing(theme.SPACE_M)
        layout.addWidget(self.messages)
        layout.addWidget(self._pages, 1)

        # What changes a hundred times a second is shown a few times a second.
        self._update_timer = QTimer(self)
        self._update_timer.setSingleShot(True)
        self._update_timer.setInterval(_UPDATE_MILLISECONDS)
        self._update_timer.timeout.connect(self._update)
        queue.changed.connect(self._update_soon)
        queue.added.connect(self._select_added)
        queue.analysed.connect(self._show_again)
        queue.rows.dataChanged.connect(self._row_changed)
        theme.notifier().changed.connect(self._recolour)
        self._recolour()
        self._update()
        if queue.rows.rows:
            self._list.setCurrentIndex(queue.rows.index(0))

    # --- services

    def add_paths(self, paths: Sequence[Path]) -> None:
        """Add a row for each file in `paths` and in the folders among them; select the first."""
        if paths:
            self._select_first_added = True
            self.queue.add_paths(paths)

    def set_classifier(self, classifier: Classifier) -> None:
        """Let `classifier` answer, and say so if another one gave the answers that are here."""
        self.queue.set_classifier(classifier)
        model = classifier.model_id
        others = [row for row in self.queue.rows.rows if row.prediction and row.prediction.model != model]
        if others:
            self.messages.show_message(
                self.tr(
                    "%n file(s) were heard with another model than the one that answers now. Select them and"
                    " choose Listen again (Ctrl+R) to hear what this one says.",
                    "",
                    len(others),
                )
            )

    def show_error(self, error: GenreAppError) -> None:
        """Say at the top of the page what went wrong."""
        self.messages.show_error(error)

    @property
    def shown_row(self) -> Row | None:
        """The row that all is shown about."""
        return self._shown

    def _toggle_playback(self) -> None:
        if self._shown is not None:
            self.detail.toggle_playback()

    def stop_playback(self) -> None:
        """Fall silent."""
        if self._detail is not None:
            self._detail.stop_playback()

    @property
    def detail(self) -> DetailPanel:
        """All about one row; made when first asked for, because an empty window needs none."""
        if self._detail is None:
            from genre_app.gui.detail_panel import DetailPanel

            self._detail = DetailPanel()
            self._detail.retry_requested.connect(self._retry_shown)
            self._detail.add_requested.connect(self.open_add_menu)
            sizes = self.splitter.sizes()
            placeholder = self.splitter.replaceWidget(1, self._detail)
            if placeholder is not None:
                placeholder.deleteLater()
            self._detail.show()
            self.splitter.setStretchFactor(1, 1)
            self.splitter.setSizes(sizes)
        return self._detail

    def prepare(self) -> None:
        """Make what the first answer will need, while nothing else is to be done."""
        self.detail.prepare()

    @property
    def selected(self) -> list[Row]:
        """The selected rows, in the order of the list."""
        places = sorted(index.row() for index in self._list.selectionModel().selectedIndexes())
        return [self.queue.rows.rows[place] for place in places]

    # --- building

    def _make_actions(self) -> None:
        def action(
            text: str, icon: str | None, slot: Any, *keys: QKeySequence | QKeySequence.StandardKey | str
        ) -> QAction:
            made = QAction(text, self)
            if icon is not None:
                theme.follow_icon(made, icon)
            made.setShortcuts([QKeySequence(key) for key in keys])
            made.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            made.triggered.connect(lambda _=False: slot())
            self.addAction(made)
            return made

        self.add_action = action(self.tr("Add to &data set as…"), "dataset", self.open_add_menu, "Ctrl+D")
        self.copy_action = action(self.tr("&Copy result"), "copy", self._copy, QKeySequence.StandardKey.Copy)
        self.copy_details_action = action(self.tr("Copy error &details"), None, self._copy_details)
        self.reveal_action = action(self.tr("Show in &folder"), "folder", self._reveal, "Ctrl+Shift+R")
        self.retry_action = action(self.tr("Listen &again"), "retry", self._retry, "Ctrl+R", "F5")
        self.remove_action = action(
            self.tr("&Remove from list"), "remove", self._remove, QKeySequence.StandardKey.Delete
        )
        self.clear_action = action(self.tr("C&lear list"), None, self.queue.clear, "Ctrl+Shift+Delete")
        self.cancel_action = action(self.tr("&Stop"), "cancel", self.queue.cancel, "Escape")
        self.actions_for_rows = (
            self.copy_action,
            self.copy_details_action,
            self.reveal_action,
            self.retry_action,
            self.remove_action,
        )

    def _make_empty(self) -> QWidget:
        page = QFrame()
        page.setObjectName("empty")
        self._empty_symbol = QLabel()
        self._empty_symbol.setAlignment(Qt.AlignmentFlag.AlignCenter)
        heading = QLabel(self.tr("Drop music here"))
        heading.setFont(theme.font("title"))
        heading.setAlignment(Qt.AlignmentFlag.AlignCenter)
        # Two captions and no wrapped label, whose height a layout only guesses.
        hints = [Caption("body"), Caption("body")]
        hints[0].setText(
            self.tr("Files or whole folders: Genre App listens to each song and names its genre.")
        )
        hints[1].setText(self.tr("Nothing leaves this computer."))
        files = QPushButton(self.tr("Open files…"))
        files.setProperty("primary", True)
        files.clicked.connect(self.open_files_wanted)
        folder = QPushButton(self.tr("Open folder…"))
        folder.clicked.connect(self.open_folder_wanted)
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.SPACE_S)
        buttons.addStretch()
        buttons.addWidget(files)
        buttons.addWidget(folder)
        buttons.addStretch()
        layout = QVBoxLayout(page)
        layout.setSpacing(theme.SPACE_M)
        layout.addStretch(2)
        layout.addWidget(self._empty_symbol)
        layout.addWidget(heading)
        for hint in hints:
            layout.addWidget(hint, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addSpacing(theme.SPACE_S)
        layout.addLayout(buttons)
        layout.addStretch(3)
        return page

    def _make_split(self) -> QWidget:
        self._list = QListView()
        self._list.setProperty("bare", True)
        self._list.setModel(self.queue.rows)
        self._list.setItemDelegate(RowDelegate(self._list))
        self._list.setUniformItemSizes(True)
        self._list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self._list.setFrameShape(QFrame.Shape.NoFrame)
        self._list.setMouseTracking(True)
        self._list.setAccessibleName(self.tr("Files"))
        self._list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._list.customContextMenuRequested.connect(self._open_menu)
        self._list.selectionModel().currentChanged.connect(self._current_changed)
        self._list.selectionModel().selectionChanged.connect(self._update_actions)
        play = QShortcut(QKeySequence(Qt.Key.Key_Space), self._list)
        play.setContext(Qt.ShortcutContext.WidgetShortcut)
        play.setAutoRepeat(False)
        play.activated.connect(self._toggle_playback)

        self._count = Caption()
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._cancel = QToolButton()
        self._cancel.setDefaultAction(self.cancel_action)
        self._cancel.setToolTip(self.tr("Stop listening (Esc)"))
        self._cancel.setAccessibleName(self.tr("Stop listening"))
        add = QToolButton()
        add.setToolTip(self.tr("Open files (Ctrl+O)"))
        add.setAccessibleName(self.tr("Open files"))
        theme.follow_icon(add, "open")
        add.clicked.connect(self.open_files_wanted)
        add_folder = QToolButton()
        add_folder.setToolTip(self.tr("Open folder (Ctrl+Shift+O)"))
        add_folder.setAccessibleName(self.tr("Open folder"))
        theme.follow_icon(add_folder, "folder")
        add_folder.clicked.connect(self.open_folder_wanted)
        heading = QLabel(self.tr("Files"))
        heading.setFont(theme.font("strong"))
        head = QHBoxLayout()
        head.setContentsMargins(theme.SPACE_L, theme.SPACE_S, theme.SPACE_S, theme.SPACE_XS)
        head.setSpacing(theme.SPACE_XS)
        head.addWidget(heading, 1)
        head.addWidget(add)
        head.addWidget(add_folder)
        foot = QHBoxLayout()
        foot.setContentsMargins(theme.SPACE_L, theme.SPACE_XS, theme.SPACE_S, theme.SPACE_XS)
        foot.setSpacing(theme.SPACE_M)
        foot.addWidget(self._count)
        foot.addWidget(self._progress, 1)
        foot.addWidget(self._cancel)

        card = QFrame()
        card.setProperty("card", True)
        column = QVBoxLayout(card)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._list, 1)
        column.addLayout(foot)
        # The foot keeps its height when the button goes.
        self._count.setMinimumHeight(self._cancel.sizeHint().height())

        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setHandleWidth(theme.SPACE_M)
        self.splitter.addWidget(card)
        self.splitter.addWidget(QWidget())
        self.splitter.setStretchFactor(0, 0)
        self.splitter.setStretchFactor(1, 1)
        card.setMinimumWidth(260)
        self.splitter.setSizes([320, 680])
        return self.splitter

    # --- showing

    def _recolour(self) -> None:
        colours = theme.colours()
        self._empty_symbol.setPixmap(theme.icon("note", colours.accent).pixmap(48, 48))
        self._list.viewport().update()

    def _update_soon(self) -> None:
        if not self._update_timer.isActive():
            self._update_timer.start()

    def _update(self) -> None:
        rows, queue = self.queue.rows, self.queue
        total = len(rows.rows)
        self._pages.setCurrentIndex(1 if total or queue.searching else 0)
        self._progress.setVisible(queue.busy)
        self._cancel.setVisible(queue.busy)
        self.cancel_action.setEnabled(queue.busy)
        self.clear_action.setEnabled(total > 0)
        if queue.searching:
            self._count.setText(self.tr("Searching… %n file(s) found", "", total))
        elif queue.busy and queue.classifier is None:
            self._count.setText(self.tr("Getting ready…"))
        elif queue.busy:
            self._count.setText(self.tr("{done} of {total}").format(done=queue.finished, total=total))
        else:
            failed = rows.count(State.FAILED)
            text = self.tr("%n file(s)", "", total)
            if failed:
                text += "  ·  " + self.tr("%n error(s)", "", failed)
            self._count.setText(text)
        self._progress.setRange(0, 0 if queue.searching else max(1, total))
        if not queue.searching:
            self._progress.setValue(queue.finished)
        if not total:
            self._show(None)
        self._update_actions()

    def _update_actions(self) -> None:
        selected = self.selected
        for action in self.actions_for_rows:
            action.setEnabled(bool(selected))
        self.copy_details_action.setEnabled(any(row.error is not None for row in selected))
        self.reveal_action.setEnabled(len(selected) == 1)
        idle = [row for row in selected if row.state not in (State.WAITING, State.WORKING)]
        self.retry_action.setEnabled(bool(idle))
        self.add_action.setEnabled(any(row.error is None for row in selected))

    def _select_added(self, rows: list[Row]) -> None:
        # What is already looked at stays; what the user just opened is shown.
        if self._select_first_added and rows:
            self._select_first_added = False
            self._pages.setCurrentIndex(1)
            self._list.setCurrentIndex(self.queue.rows.index_of(rows[0]))
            self._list.setFocus()
        elif rows and not self._list.currentIndex().isValid():
            # A take, say: what came alone needs no click to be seen.
            self._list.setCurrentIndex(self.queue.rows.index_of(rows[0]))

    def select(self, row: Row) -> None:
        """Select `row` and show it."""
        self._list.setCurrentIndex(self.queue.rows.index_of(row))

    def _current_changed(self) -> None:
        row = self._list.currentIndex().data(RowModel.ROW_ROLE)
        self._show(row)

    def _row_changed(self, first: Any, last: Any) -> None:
        place = self._list.currentIndex().row()
        if first.row() <= place <= last.row():
            row = self.queue.rows.rows[place]
            if row is not self._shown or row.state is not self._shown_state:
                self._show(row)
                self._update_actions()
            elif row.state is State.WORKING:
                self.detail.set_progress(row.heard, row.length)

    def _show_again(self, row: Row) -> None:
        if row is self._shown:
            self._show(row)

    def _show(self, row: Row | None) -> None:
        if row is None:
            if self._shown is not None:
                self.detail.clear()
            self._shown = self._shown_state = None
            return
        self._shown, self._shown_state = row, row.state
        if row.state is State.FAILED and row.error is not None:
            self.detail.set_error(row.path, row.error)
        elif row.state is State.DONE:
            analysis = self.queue.rows.analysis(row)
            if analysis is None:
                self.detail.set_waiting(row.path)
                self.queue.analyse_again(row)
            else:
                self.detail.set_analysis(row.path, analysis)
        else:
            self.detail.set_waiting(row.path)

    def _open_menu(self, place: QPoint) -> None:
        if not self.selected:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.add_action)
        menu.addSeparator()
        menu.addActions([self.copy_action, self.copy_details_action, self.reveal_action])
        menu.addSeparator()
        menu.addAction(self.retry_action)
        menu.addAction(self.remove_action)
        menu.popup(self._list.viewport().mapToGlobal(place))

    # --- doing

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText("\n".join(result_line(row) for row in self.selected))

    def _copy_details(self) -> None:
        for row in self.selected:
            if row.error is not None:
                copy_details(row.error)
                return

    def _reveal(self) -> None:
        selected = self.selected
        if selected:
            open_folder(selected[0].path.parent, self.messages)

    # --- adding to the data set

    def open_add_menu(self, place: QPoint | None = None) -> None:
        """Ask which genre the selected songs are; open the question at `place` (global), or at the list."""
        rows = [row for row in self.selected if row.error is None]
        if not rows:
            return
        if place is None:
            area = self._list.visualRect(self._list.currentIndex())
            place = self._list.viewport().mapToGlobal(area.center())
        paths = [row.path for row in rows]
        guesses = {row.prediction.best_genre for row in rows if row.prediction and row.prediction.segments}
        guess = guesses.pop() if len(guesses) == 1 else None
        # The genres may never have been asked for: the data set is opened when it is first needed.
        self.control.ask(
            lambda data_set, _: data_set.genres(),
            owner=self,
            on_result=lambda genres: self._show_add_menu(genres, paths, guess, place),
            on_error=self.show_error,
        )

    def _show_add_menu(
        self, genres: Sequence[Genre], paths: Sequence[Path], guess: str | None, place: QPoint
    ) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        heading = menu.addAction(self.tr("Add to data set as"))
        heading.setEnabled(False)
        menu.addSeparator()
        marked = fill_genre_menu(
            menu,
            genres,
            lambda genre: self._add_files(paths, genre),
            lambda: self._create(genres, paths),
            guess,
        )
        menu.popup(place)
        if marked is not None:
            # What the model says is one press of Enter away.
            menu.setActiveAction(marked)

    def _create(self, genres: Sequence[Genre], paths: Sequence[Path]) -> None:
        from genre_app.gui.dataset.genre_dialog import GenreDialog

        dialog = GenreDialog(None, genres, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

        def created(genre: Genre) -> None:
            dialog.accept()
            self._add_files(paths, genre.name)

        dialog.wished.connect(
            lambda name, colour: self.control.change(
                lambda data_set: data_set.create_genre(name, colour), created, dialog.show_error
            )
        )
        dialog.open()

    def _add_files(self, paths: Sequence[Path], genre: str) -> None:
        self.control.add_files(
            paths, genre, lambda found, added: self._tell_added(found, added, genre), self.show_error
        )

    def _tell_added(self, found: Sequence[Candidate], added: Added, genre: str) -> None:
        sentences = []
        if added.ids:
            text = self.tr("%n song(s) added to the data set as {genre}.", "", len(added.ids))
            sentences.append(text.format(genre=display_name(genre)))
        present = sum(candidate.status == "present" for candidate in found)
        if present:
            sentences.append(self.tr("%n song(s) are in the data set already.", "", present))
        if added.ids and any(candidate.status == "near_duplicate" for candidate in found):
            sentences.append(self.tr("It sounds like a clip that is there; both stay in one split."))
        errors = [candidate.error for candidate in found if candidate.error is not None]
        errors += [error for _, error in added.failures]
        if errors:
            sentences.append(": ".join(translated(errors[0])))
        self.messages.show_message(
            " ".join(sentences), "warning" if errors else "info", errors[0] if errors else None
        )

    def _retry_shown(self, path: Path) -> None:
        if self._shown is not None and self._shown.path == path:
            self.queue.retry([self._shown])

    def _retry(self) -> None:
        self.queue.retry(self.selected)

    def _remove(self) -> None:
        selected = self.selected
        if not selected:
            return
        place = self.queue.rows.index_of(selected[0]).row()
        self.queue.remove(selected)
        # The selection stays where the user's eyes are.
        left = self.queue.rows.rowCount()
        if left:
            index = self.queue.rows.index(min(place, left - 1))
            self._list.selectionModel().setCurrentIndex(
                index, QItemSelectionModel.SelectionFlag.ClearAndSelect
            )
