"""The window: its pages, its menus, and files dropped anywhere on it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAction,
    QActionGroup,
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QKeySequence,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QApplication,
    QButtonGroup,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QMainWindow,
    QMenu,
    QMessageBox,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from genre_app.directories import log_directory, recordings_directory
from genre_app.errors import GenreAppError
from genre_app.gui import theme
from genre_app.gui.dataset.control import DataSetControl
from genre_app.gui.drop_overlay import DropOverlay
from genre_app.gui.folders import open_folder
from genre_app.gui.listen_page import ListenPage
from genre_app.gui.messages import MessageBar
from genre_app.gui.models.control import ModelsControl
from genre_app.gui.retrain.control import TrainingControl
from genre_app.gui.row_queue import RowQueue
from genre_app.gui.settings import Settings
from genre_app.gui.widgets.rail_button import Mark, RailButton

if TYPE_CHECKING:
    from genre_app.classifier import Classifier
    from genre_app.gui.dataset_page import DataSetPage
    from genre_app.gui.models_page import ModelsPage
    from genre_app.gui.record_page import RecordPage
    from genre_app.gui.retrain_page import RetrainPage

_MINIMUM: Final = QSize(900, 600)
_USUAL: Final = QSize(1180, 760)

LEFT_TRAINING: Final = "left-training"
"""Name of the setting that says that a training was left to go on when the window closed."""

_log = logging.getLogger(__name__)


class MainWindow(QMainWindow):
    """One window; the rows, the settings and the ways to data set, models and training outlive it.

    Attributes:
        language_chosen: emitted with the language the user chose, or None for the system's.
        closed: emitted when the window has closed.
        listen: the page "Listen".
    """

    language_chosen = Signal(object)
    closed = Signal()

    def __init__(
        self,
        queue: RowQueue,
        settings: Settings,
        control: DataSetControl,
        models: ModelsControl,
        training: TrainingControl,
    ) -> None:
        super().__init__()
        self._settings = settings
        self._queue = queue
        self._control = control
        self._models = models
        self._training = training
        self._record: RecordPage | None = None
        self._data_set: DataSetPage | None = None
        self._retrain: RetrainPage | None = None
        self._models_page: ModelsPage | None = None
        self._ends_without_asking = False
        self.setWindowTitle(self.tr("Genre App"))
        self.setMinimumSize(_MINIMUM)
        self.setAcceptDrops(True)

        self.listen = ListenPage(queue, control)
        self.listen.open_files_wanted.connect(self.choose_files)
        self.listen.open_folder_wanted.connect(self.choose_folder)
        self._pages = QStackedWidget()
        self._rail_layout = QVBoxLayout()
        self._rail_buttons = QButtonGroup(self)
        self._rail_icons: dict[int, str] = {}
        self._rail_buttons.idToggled.connect(self._turn_page)
        self._make_body()
        self._add_page(self.tr("Listen"), "listen", self.listen)
        self._record_place = QWidget()
        self._data_set_place = QWidget()
        self._retrain_place = QWidget()
        self._models_place = QWidget()
        for place in (
            self._record_place, self._data_set_place, self._retrain_place, self._models_place
        ):  # fmt: skip
            QVBoxLayout(place).setContentsMargins(0, 0, 0, 0)
        self._add_page(self.tr("Record"), "microphone", self._record_place)
        self._add_page(self.tr("Data set"), "dataset", self._data_set_place)
        self._add_page(self.tr("Retrain"), "train", self._retrain_place)
        self._add_page(self.tr("Models"), "models", self._models_place)
        training.finished.connect(self._tell_trained)
        training.failed.connect(self._tell_training_failed)
        training.changed.connect(self._mark_training)
        self._mark_training()
        self._rail_layout.addStretch()
        self._make_menus()
        self._rail_buttons.button(0).setChecked(True)
        theme.notifier().changed.connect(self._colour_rail)
        self._overlay = DropOverlay(self)
        self._restore_geometry()

    # --- pages

    def _make_body(self) -> None:
        rail = QFrame()
        rail.setObjectName("rail")
        self._rail_layout.setContentsMargins(theme.SPACE_S, theme.SPACE_L, theme.SPACE_S, theme.SPACE_S)
        self._rail_layout.setSpacing(theme.SPACE_XS)
        rail.setLayout(self._rail_layout)
        body = QWidget()
        layout = QHBoxLayout(body)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(rail)
        layout.addWidget(self._pages, 1)
        self.setCentralWidget(body)

    def _add_page(self, name: str, icon: str, page: QWidget) -> None:
        number = self._pages.addWidget(page)
        button = RailButton()
        button.setObjectName("railButton")
        button.setText(name)
        button.setToolTip(f"{name} (Alt+{number + 1})")
        button.setShortcut(QKeySequence(f"Alt+{number + 1}"))
        button.setCheckable(True)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        button.setIconSize(QSize(24, 24))
        button.setFixedWidth(76)

        self._rail_icons[number] = icon
        button.toggled.connect(self._colour_rail)
        self._rail_buttons.addButton(button, number)
        self._rail_layout.addWidget(button)

    def _colour_rail(self) -> None:
        colours = theme.colours()
        for button in self._rail_buttons.buttons():
            ink = colours.accent if button.isChecked() else colours.text_muted
            button.setIcon(theme.icon(self._rail_icons[self._rail_buttons.id(button)], ink))

    def _turn_page(self, number: int, chosen: bool) -> None:
        if not chosen:
            return
        if self._pages.widget(number) is self._record_place:
            # What is playing would be recorded too.
            self.listen.stop_playback()
            self.make_record_page()
        elif self._pages.widget(number) is self._data_set_place:
            self.make_data_set_page()
        elif self._pages.widget(number) is self._retrain_place:
            self.make_retrain_page()
        elif self._pages.widget(number) is self._models_place:
            self.make_models_page()
        self._pages.setCurrentIndex(number)
        self._fill_edit_menu()

    def show_page(self, number: int) -> None:
        """Turn to the page in place `number`, from 0."""
        self._rail_buttons.button(number).setChecked(True)

    @property
    def shown_page(self) -> int:
        """The place of the page that is shown, from 0."""
        return self._pages.currentIndex()

    @property
    def messages(self) -> MessageBar:
        """Where the page that is shown says something."""
        page: QWidget | None = self._pages.currentWidget()
        bar = None if page is None else page.findChild(MessageBar)
        return bar if isinstance(bar, MessageBar) else self.listen.messages

    def make_record_page(self) -> RecordPage:
        """Make the page "Record", if it is not there yet, and return it; it loads the sound library."""
        if self._record is None:
            from genre_app.gui.record_page import RecordPage

            page = RecordPage(self._settings)
            page.take_finished.connect(self._add_take)
            page.control.recovered.connect(self._tell_recovered)
            if self._queue.classifier is not None:
                page.set_classifier(self._queue.classifier)
            layout = self._record_place.layout()
            assert layout is not None
            layout.addWidget(page)
            self._record = page
        return self._record

    def make_data_set_page(self) -> DataSetPage:
        """Make the page "Data set", if it is not there yet, and return it."""
        if self._data_set is None:
            from genre_app.gui.dataset_page import DataSetPage

            page = DataSetPage(self._control)
            page.add_files_wanted.connect(lambda: self.choose_files(self._add_to_data_set))
            page.add_folder_wanted.connect(lambda: self.choose_folder(self._add_to_data_set))
            page.playing_started.connect(self.listen.stop_playback)
            splitter = self._settings.bytes("data-set-splitter")
            if splitter is not None:
                page.splitter.restoreState(splitter)
            layout = self._data_set_place.layout()
            assert layout is not None
            layout.addWidget(page)
            self._data_set = page
        return self._data_set

    def make_retrain_page(self) -> RetrainPage:
        """Make the page "Retrain", if it is not there yet, and return it."""
        if self._retrain is None:
            from genre_app.gui.retrain_page import RetrainPage

            page = RetrainPage(self._training, self._models, self._control)
            page.data_set_wanted.connect(lambda: self.show_page(self._pages.indexOf(self._data_set_place)))
            layout = self._retrain_place.layout()
            assert layout is not None
            layout.addWidget(page)
            self._retrain = page
        return self._retrain

    def make_models_page(self) -> ModelsPage:
        """Make the page "Models", if it is not there yet, and return it."""
        if self._models_page is None:
            from genre_app.gui.models_page import ModelsPage

            page = ModelsPage(self._models)
            page.retrain_wanted.connect(self.show_training)
            layout = self._models_place.layout()
            assert layout is not None
            layout.addWidget(page)
            self._models_page = page
        return self._models_page

    def show_training(self) -> None:
        """Show the page "Retrain"."""
        self.show_page(self._pages.indexOf(self._retrain_place))

    def _mark_training(self) -> None:
        """Let the page's button tell on every page that a training runs, or that one waits to be judged."""
        button = self._rail_buttons.button(self._pages.indexOf(self._retrain_place))
        assert isinstance(button, RailButton)
        mark: Mark | None = None
        if self._training.running:
            mark = "busy"
        elif self._training.comparison is not None:
            mark = "ready"
        button.set_mark(mark)

    def _tell_training_failed(self, error: GenreAppError) -> None:
        if self._pages.currentWidget() is not self._retrain_place:
            self.listen.show_error(error)

    def _tell_trained(self) -> None:
        if self._pages.currentWidget() is not self._retrain_place:
            self.listen.messages.show_message(
                self.tr("The training is over. The page Retrain shows what came of it.")
            )

    @property
    def is_recording(self) -> bool:
        """Whether a take is running."""
        return self._record is not None and self._record.is_recording

    def set_classifier(self, classifier: Classifier) -> None:
        """Let `classifier` answer on every page."""
        self.listen.set_classifier(classifier)
        if self._record is not None:
            self._record.set_classifier(classifier)
        self._control.set_classifier(classifier)
        self._models.set_classifier(classifier)
        if classifier.warning is not None:
            self.listen.show_error(classifier.warning)

    def _add_take(self, path: Path) -> None:
        self._queue.add_paths([path])

    def _tell_recovered(self, paths: Sequence[Path]) -> None:
        self.listen.messages.show_message(
            self.tr(
                "%n recording(s) had not been finished when the program ended; they are complete and here.",
                "",
                len(paths),
            )
        )

    # --- menus

    def _make_menus(self) -> None:
        file_menu = self.menuBar().addMenu(self.tr("&File"))
        self._add(file_menu, self.tr("&Open files…"), self.choose_files, "Ctrl+O", "open")
        self._add(file_menu, self.tr("Open &folder…"), self.choose_folder, "Ctrl+Shift+O", "folder")
        file_menu.addSeparator()
        self._add(file_menu, self.tr("Open &recordings folder"), self._open_recordings)
        file_menu.addSeparator()
        quit_action = self._add(file_menu, self.tr("&Quit"), self.close, "Ctrl+Q")
        quit_action.setMenuRole(QAction.MenuRole.QuitRole)

        self._edit_menu = self.menuBar().addMenu(self.tr("&Edit"))
        self._fill_edit_menu()

        view_menu = self.menuBar().addMenu(self.tr("&View"))
        scheme_menu = view_menu.addMenu(self.tr("&Colour scheme"))
        self._add_choices(
            scheme_menu,
            [(self.tr("&System"), "system"), (self.tr("&Light"), "light"), (self.tr("&Dark"), "dark")],
            self._settings.scheme,
            self._choose_scheme,
        )
        language_menu = view_menu.addMenu(self.tr("L&anguage"))
        self._add_choices(
            language_menu,
            [(self.tr("&System"), None), ("English", "en"), ("한국어", "ko")],
            self._settings.language,
            self.language_chosen.emit,
        )

        help_menu = self.menuBar().addMenu(self.tr("&Help"))
        self._add(help_menu, self.tr("Open &log folder"), self._open_logs)
        help_menu.addSeparator()
        about = self._add(help_menu, self.tr("&About Genre App"), self.show_about)
        about.setMenuRole(QAction.MenuRole.AboutRole)

    def _fill_edit_menu(self) -> None:
        """Put into the menu what can be done on the page that is shown."""
        listen = self.listen
        actions: Sequence[QAction | None] = (
            listen.add_action,
            None,
            listen.copy_action,
            listen.copy_details_action,
            listen.reveal_action,
            None,
            listen.retry_action,
            listen.cancel_action,
            None,
            listen.remove_action,
            listen.clear_action,
        )
        if self._data_set is not None and self._pages.currentWidget() is self._data_set_place:
            actions = self._data_set.edit_actions
        # Not `clear`: after it, Python takes actions for deleted that live on elsewhere.
        for shown in self._edit_menu.actions():
            self._edit_menu.removeAction(shown)
            if shown.isSeparator():
                shown.deleteLater()
        for action in actions:
            if action is None:
                self._edit_menu.addSeparator()
            else:
                self._edit_menu.addAction(action)

    def _add(
        self, menu: QMenu, text: str, slot: Callable[[], object], keys: str = "", icon: str = ""
    ) -> QAction:
        action = QAction(text, self)
        if keys:
            action.setShortcut(QKeySequence(keys))
        if icon:
            theme.follow_icon(action, icon)
        action.triggered.connect(lambda _=False: slot())
        menu.addAction(action)
        return action

    def _add_choices(
        self, menu: QMenu, choices: Sequence[tuple[str, Any]], chosen: Any, slot: Callable[[Any], object]
    ) -> None:
        group = QActionGroup(menu)
        for text, value in choices:
            action = QAction(text, group)
            action.setCheckable(True)
            action.setChecked(value == chosen)
            action.triggered.connect(lambda _=False, value=value: slot(value))
            menu.addAction(action)

    def _choose_scheme(self, scheme: theme.Scheme) -> None:
        self._settings.scheme = scheme
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        theme.apply(app, scheme)

    def show_about(self) -> None:
        """Open the dialog about the program."""
        from genre_app.gui.about_dialog import AboutDialog

        classifier = self._queue.classifier
        dialog = AboutDialog(None if classifier is None else classifier.version, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _open_logs(self) -> None:
        open_folder(log_directory(), self.messages)

    def _open_recordings(self) -> None:
        try:
            folder = recordings_directory()
        except OSError as error:
            _log.warning("no recordings folder: %s", error)
            return
        open_folder(folder, self.messages)

    # --- opening files

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Add the files and folders `paths` and show them."""
        if paths:
            self.show_page(0)
            self.listen.add_paths(paths)

    def come_to_front(self) -> None:
        """Show the window above all others, also when it is minimised, as far as the desktop allows it."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def _add_to_data_set(self, paths: Sequence[Path]) -> None:
        self.make_data_set_page().add_paths(paths)

    def _drop_paths(self, paths: Sequence[Path]) -> None:
        if self._pages.currentWidget() is self._data_set_place:
            self._add_to_data_set(paths)
        else:
            self.open_paths(paths)

    def choose_files(self, take: Callable[[Sequence[Path]], object] | None = None) -> None:
        """Let the user choose files, and give them to `take`; by default they are listened to."""
        from genre_app.audio.formats import AUDIO_SUFFIXES

        title = self.tr("Open files") if take is None else self.tr("Add files to data set")
        dialog = QFileDialog(self, title, self._settings.text("folder"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        patterns = " ".join(f"*{suffix}" for suffix in sorted(AUDIO_SUFFIXES))
        dialog.setNameFilters([self.tr("Audio files") + f" ({patterns})", self.tr("All files") + " (*)"])
        self._open_dialog(dialog, take or self.open_paths)

    def choose_folder(self, take: Callable[[Sequence[Path]], object] | None = None) -> None:
        """Let the user choose a folder, and give it to `take`; by default it is listened to."""
        title = self.tr("Open folder") if take is None else self.tr("Add folder to data set")
        dialog = QFileDialog(self, title, self._settings.text("folder"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        self._open_dialog(dialog, take or self.open_paths)

    def _open_dialog(self, dialog: QFileDialog, take: Callable[[Sequence[Path]], object]) -> None:
        def chosen(names: list[str]) -> None:
            self._settings.set_text("folder", dialog.directory().absolutePath())
            take([Path(name) for name in names])

        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(chosen)
        dialog.open()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files that are held over the window."""
        if _local_paths(event):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            teaches = self._pages.currentWidget() is self._data_set_place
            self._overlay.cover(
                self.tr("Let go to add to the data set") if teaches else self.tr("Let go to listen")
            )

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Look as usual again."""
        self._overlay.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open what was dropped."""
        self._overlay.hide()
        paths = _local_paths(event)
        if paths:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            # The program that the files come from waits for the end of this method.
            QTimer.singleShot(0, self, lambda: self._drop_paths(paths))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the veil over the whole window."""
        super().resizeEvent(event)
        if self._overlay.isVisible():
            self._overlay.cover(self._overlay.text)

    # --- beginning and end

    def _restore_geometry(self) -> None:
        geometry = self._settings.bytes("geometry")
        if geometry is None or not self.restoreGeometry(geometry):
            self.resize(_USUAL)
        splitter = self._settings.bytes("splitter")
        if splitter is not None:
            self.listen.splitter.restoreState(splitter)

    def end_without_asking(self) -> None:
        """Close, and finish a running take without a question."""
        self._ends_without_asking = True
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Finish a running take, if the user agrees, and remember the window's place."""
        if self.is_recording and not self._ends_without_asking and not self._agrees_to_stop():
            event.ignore()
            return
        if self._training.running and not self._ends_without_asking and not self._agrees_about_training():
            event.ignore()
            return
        if self._record is not None:
            self._record.finish()
        self.listen.stop_playback()
        if self._data_set is not None:
            self._data_set.stop_playback()
            self._settings.set_bytes("data-set-splitter", self._data_set.splitter.saveState())
        self._settings.set_bytes("geometry", self.saveGeometry())
        self._settings.set_bytes("splitter", self.listen.splitter.saveState())
        event.accept()
        self.closed.emit()

    def _agrees_to_stop(self) -> bool:
        box = QMessageBox(self)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(self.tr("Genre App"))
        box.setText(self.tr("A recording is running."))
        box.setInformativeText(self.tr("Stop it and quit? What was recorded so far is kept."))
        stop = box.addButton(self.tr("Stop and quit"), QMessageBox.ButtonRole.AcceptRole)
        stay = box.addButton(self.tr("Keep recording"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(stay)
        box.exec()
        return box.clickedButton() is stop

    def _agrees_about_training(self) -> bool:
        """Ask what shall become of the training; return whether the window may close."""
        box = QMessageBox(self)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(self.tr("Genre App"))
        box.setText(self.tr("A training is running."))
        box.setInformativeText(
            self.tr("It can go on without the window; what comes of it is shown when you are back.")
        )
        keep = box.addButton(self.tr("Go on in the background"), QMessageBox.ButtonRole.AcceptRole)
        cancel = box.addButton(self.tr("Cancel the training"), QMessageBox.ButtonRole.DestructiveRole)
        box.addButton(self.tr("Don't quit"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(keep)
        box.exec()
        # It may have ended while the question stood there.
        if box.clickedButton() is keep and self._training.running:
            self._training.detach()
            self._settings.set_text(LEFT_TRAINING, "yes")
        elif box.clickedButton() is cancel:
            self._training.cancel()
        return box.clickedButton() in (keep, cancel)

    def show_error(self, error: GenreAppError) -> None:
        """Open a dialog that says what went wrong."""
        from genre_app.gui.messages import show_error

        show_error(self, error)


def _local_paths(event: QDropEvent) -> list[Path]:
    """Return the files and folders that are dragged, in their order."""
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
