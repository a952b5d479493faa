"""Opens the window and runs it until it is closed."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import (
    QEvent,
    QMessageLogContext,
    QObject,
    QSocketNotifier,
    Qt,
    QTimer,
    QtMsgType,
    Signal,
    qInstallMessageHandler,
)
from PySide6.QtGui import QFileOpenEvent, QIcon
from PySide6.QtWidgets import QApplication, QDialog

from genre_app import __version__
from genre_app.directories import resources_directory
from genre_app.errors import GenreAppError, UnexpectedError
from genre_app.gui import language, tasks, theme
from genre_app.gui.dataset.control import DataSetControl
from genre_app.gui.garbage import GarbageCollection
from genre_app.gui.inbox import Delivery, Inbox
from genre_app.gui.main_window import LEFT_TRAINING, MainWindow
from genre_app.gui.models.control import ModelsControl
from genre_app.gui.retrain.control import TrainingControl
from genre_app.gui.row_queue import RowQueue
from genre_app.gui.settings import Settings

if TYPE_CHECKING:
    from genre_app.classifier import Classifier

# How long the end waits for work that was told to stop.
_END_SECONDS: Final = 3.0
_SWITCH_SECONDS: Final = 0.001
_PROBE: Final = "GENRE_APP_STARTUP_PROBE"
_ENDING_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)

_log = logging.getLogger(__name__)


def main(paths: Sequence[Path] = ()) -> int:
    """Open the window with the files and folders `paths`, and return the exit status when it was closed."""
    qInstallMessageHandler(_log_qt_message)
    # Before anything else remembers the usual 5 ms: as long would the UI thread wait for each worker thread
    # that computes, several times for one picture.
    sys.setswitchinterval(_SWITCH_SECONDS)
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication(sys.argv[:1])
    GarbageCollection(app)
    app.setApplicationName("genre-app")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("genre-app")
    app.setWindowIcon(QIcon(str(resources_directory() / "icons" / "genre-app.svg")))
    program = Program(app, Settings())
    program.open(paths)
    status = app.exec()
    program.end()
    if not tasks.stop_all(_END_SECONDS):
        # A thread that hangs in a library would hang or crash the interpreter on its way out.
        _log.warning("work did not stop in time")
        logging.shutdown()
        os._exit(status)
    return status


def _load_classifier() -> Classifier:
    from genre_app.audio.decode import prewarm
    from genre_app.classifier import Classifier

    prewarm()
    return Classifier.load()


def _import_pages() -> None:
    """Import what the pages need in a worker, so that making them on the UI thread is quick."""
    import genre_app.gui.dataset_page
    import genre_app.gui.detail_panel
    import genre_app.gui.models_page
    import genre_app.gui.record_page
    import genre_app.gui.retrain.curves_view
    import genre_app.gui.retrain_page
    import genre_app.gui.widgets.analysis_page
    import genre_app.gui.widgets.spectrogram_view  # noqa: F401


class Program(QObject):
    """The running program: what outlives a window, and what concerns the whole process."""

    # What another start of the program handed over: a `Delivery`, from the inbox's thread.
    _delivered = Signal(object)

    def __init__(self, app: QApplication, settings: Settings) -> None:
        super().__init__()
        self._app = app
        self._settings = settings
        self._queue = RowQueue(self)
        self._control = DataSetControl(self)
        self._models = ModelsControl(self._control, self)
        self._models.loaded.connect(self._take_classifier)
        self._training = TrainingControl(self)
        self._training.changed.connect(lambda: self._control.rest(self._training.running))
        self._error_dialog: QDialog | None = None
        self._wakeup: socket.socket | None = None
        language.use_language(settings.language)
        app.setApplicationDisplayName(self.tr("Genre App"))
        theme.apply(app, settings.scheme)
        self.window = self._make_window()
        self._catch_exceptions()
        self._catch_signals()
        app.installEventFilter(self)
        self._inbox = Inbox(self._delivered.emit)
        self._delivered.connect(self._take_delivery)

    def open(self, paths: Sequence[Path]) -> None:
        """Show the window, and after that load what it needs to answer."""
        self.window.show()
        # Runs when the window has been drawn and nothing is left to do.
        QTimer.singleShot(0, self, lambda: QTimer.singleShot(0, self, lambda: self._begin(paths)))

    def end(self) -> None:
        """Leave the process as it was found."""
        self._inbox.close()
        self._app.removeEventFilter(self)
        self._training.close()
        self._control.close()
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__
        if self._wakeup is not None:
            signal.set_wakeup_fd(-1)
            for number in _ENDING_SIGNALS:
                signal.signal(number, signal.SIG_DFL)

    def _begin(self, paths: Sequence[Path]) -> None:
        if os.environ.get(_PROBE) and sys.stderr is not None:
            sys.stderr.write("ready\n")
            sys.stderr.flush()
        self._load_rest()
        self.window.open_paths(paths)
        self._inbox.open()
        # When the window that had it is closed, the next one that is used has it.
        self._app.applicationStateChanged.connect(self._open_inbox)

    def _load_rest(self) -> None:
        """Load what a window that is only just shown does without: the model, and the sound library."""
        # The window that is there when they are loaded may be another one than now: see _change_language.

        def loaded(classifier: Classifier) -> None:
            self._take_classifier(classifier)
            self._load_pages()

        def failed(error: GenreAppError) -> None:
            self._tell(error)
            self._load_pages()

        tasks.run_task(lambda _: _load_classifier(), owner=self, on_result=loaded, on_error=failed)
        self._find_training()

    def _load_pages(self) -> None:
        # After the classifier and not beside it: both import much of the same, and where two threads wait for
        # each other's imports, Python lets one of them have a module that is not complete.
        tasks.run_task(
            lambda _: _import_pages(), owner=self, on_result=self._complete_window, on_error=self._tell
        )

    def _take_classifier(self, classifier: Classifier) -> None:
        self.window.set_classifier(classifier)

    def _find_training(self) -> None:
        """Follow the training that an earlier window left running, or show what came of it."""
        left = bool(self._settings.text(LEFT_TRAINING))
        self._settings.set_text(LEFT_TRAINING, "")
        if left:
            self._training.changed.connect(self._show_training, type=Qt.ConnectionType.SingleShotConnection)
        self._training.find(also_finished=left)

    def _show_training(self) -> None:
        self.window.show_training()

    def _complete_window(self, _: None = None) -> None:
        # Made now and not when they are first seen: the one also recovers unfinished takes, and the other
        # takes a moment, which is not noticed yet. One at a time, so that the window answers in between.
        self.window.make_record_page()
        QTimer.singleShot(0, self.window, self.window.listen.prepare)

    def _tell(self, error: GenreAppError) -> None:
        self.window.listen.show_error(error)

    # --- the window and its language

    def _make_window(self) -> MainWindow:
        window = MainWindow(self._queue, self._settings, self._control, self._models, self._training)
        window.language_chosen.connect(self._choose_language)
        return window

    def _choose_language(self, chosen: str | None) -> None:
        self._settings.language = chosen
        # Not from within a menu of the window that is replaced.
        QTimer.singleShot(0, self, self._change_language)

    def _change_language(self) -> None:
        """Replace the window by one in the language of the settings. The rows stay."""
        if self.window.is_recording:
            self.window.messages.show_message(
                self.tr("The language changes when the recording has ended and the program is started again.")
            )
            return
        language.use_language(self._settings.language)
        self._app.setApplicationDisplayName(self.tr("Genre App"))
        old = self.window
        old_quits = self._app.quitOnLastWindowClosed()
        self._app.setQuitOnLastWindowClosed(False)
        page, row = old.shown_page, old.listen.shown_row
        old.end_without_asking()
        self.window = self._make_window()
        self.window.show()
        self.window.show_page(page)
        if row is not None:
            self.window.listen.select(row)
        self._app.setQuitOnLastWindowClosed(old_quits)
        old.deleteLater()
        self._complete_window()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Open the files that macOS hands to the running program."""
        if event.type() == QEvent.Type.FileOpen and isinstance(event, QFileOpenEvent) and event.file():
            self.window.open_paths([Path(event.file())])
            return True
        return False

    def _open_inbox(self, state: Qt.ApplicationState) -> None:
        if state == Qt.ApplicationState.ApplicationActive:
            self._inbox.open()

    def _take_delivery(self, delivery: Delivery) -> None:
        delivery.accepted.set()
        self.window.open_paths(delivery.paths)
        if delivery.activation_token:
            os.environ["XDG_ACTIVATION_TOKEN"] = delivery.activation_token  # Qt looks for it there
        self.window.come_to_front()

    # --- what nobody foresaw

    def _catch_exceptions(self) -> None:
        def on_ui_thread(
            kind: type[BaseException], error: BaseException, traceback: TracebackType | None
        ) -> None:
            if issubclass(kind, KeyboardInterrupt):
                self._quit()
                return
            _log.critical("unhandled", exc_info=(kind, error, traceback))
            self._show_unexpected(error)

        def in_thread(arguments: Any) -> None:
            _log.critical(
                "unhandled in %s",
                arguments.thread,
                exc_info=(arguments.exc_type, arguments.exc_value, arguments.exc_traceback),
            )

        sys.excepthook = on_ui_thread
        threading.excepthook = in_thread

    def _show_unexpected(self, error: BaseException) -> None:
        # One at a time: what goes wrong in every frame would bury the screen.
        if self._error_dialog is None:
            from genre_app.gui.messages import ErrorDialog

            self._error_dialog = ErrorDialog(UnexpectedError.wrap(error), self.window)
            self._error_dialog.finished.connect(self._forget_dialog)
            self._error_dialog.open()

    def _forget_dialog(self) -> None:
        if self._error_dialog is not None:
            self._error_dialog.deleteLater()
            self._error_dialog = None

    # --- signals of the system

    def _catch_signals(self) -> None:
        """End in an orderly way when the terminal or the session says so."""
        if threading.current_thread() is not threading.main_thread():
            return

        def leave_to_event_loop(_number: int, _frame: FrameType | None) -> None:
            """Do nothing: this runs between any two steps of Python, maybe while a lock is held."""

        for number in _ENDING_SIGNALS:
            signal.signal(number, leave_to_event_loop)
        # For every signal Python writes its number into a socket, which wakes the event loop.
        ours, self._wakeup = socket.socketpair()
        for end in (ours, self._wakeup):
            end.setblocking(False)
        signal.set_wakeup_fd(self._wakeup.fileno(), warn_on_full_buffer=False)
        notifier = QSocketNotifier(ours.fileno(), QSocketNotifier.Type.Read, self)

        def read_signals() -> None:
            with contextlib.suppress(BlockingIOError):
                if any(number in _ENDING_SIGNALS for number in ours.recv(4096)):
                    self._quit()

        notifier.activated.connect(read_signals)

    def _quit(self) -> None:
        self.window.end_without_asking()
        self._app.quit()


_QT_LEVELS: Final = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


def _log_qt_message(kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
    """Send what Qt has to say to the log file. What ends the process is said on the terminal too."""
    logging.getLogger("qt").log(_QT_LEVELS.get(kind, logging.WARNING), "%s", message)
    if kind == QtMsgType.QtFatalMsg and sys.stderr is not None:
        sys.stderr.write(
            f"genre-app: {message}\nTo classify files without a window, type: genre-app classify FILE...\n"
        )
