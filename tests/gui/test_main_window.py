"""The window as its user meets it: drop, select, copy, remove, change the language, close."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import (
    QAction,
    QDesktopServices,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QGuiApplication,
)
from PySide6.QtWidgets import QApplication, QLabel, QListView, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from genre_app.classifier import Classifier
from genre_app.directories import log_directory
from genre_app.errors import GenreAppError
from genre_app.gui import messages
from genre_app.gui.about_dialog import AboutDialog
from genre_app.gui.app import Program
from genre_app.gui.dataset.control import DataSetControl
from genre_app.gui.main_window import MainWindow
from genre_app.gui.messages import ErrorDialog, MessageBar
from genre_app.gui.models.control import ModelsControl
from genre_app.gui.retrain.control import TrainingControl
from genre_app.gui.row_model import State
from genre_app.gui.row_queue import RowQueue
from genre_app.gui.settings import Settings
from tests.sound_server import SoundServer

Music = Callable[[int], list[Path]]
WAIT = 30_000


def list_of(window: MainWindow) -> QListView:
    view = window.listen.findChild(QListView)
    assert isinstance(view, QListView)
    return view


def files(paths: list[Path]) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def drag(window: MainWindow, data: QMimeData) -> bool:
    event = QDragEnterEvent(
        QPoint(400, 300),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    event.ignore()
    QApplication.sendEvent(window, event)
    return event.isAccepted()


def drop(window: MainWindow, data: QMimeData) -> None:
    event = QDropEvent(
        QPointF(400, 300),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(window, event)


def test_dropped_files_become_rows_in_their_order(
    qtbot: QtBot, window: MainWindow, queue: RowQueue, music: Music, classifier: Classifier
) -> None:
    songs = music(3)
    data = files([songs[2], songs[0], songs[1]])
    assert drag(window, data)
    assert window._overlay.isVisible()
    drop(window, data)
    assert not window._overlay.isVisible()
    qtbot.waitUntil(lambda: len(queue.rows.rows) == 3)
    assert [row.path for row in queue.rows.rows] == [songs[2], songs[0], songs[1]]
    window.set_classifier(classifier)
    qtbot.waitUntil(lambda: queue.rows.count(State.DONE) == 3, timeout=WAIT)
    # The first of them is looked at.
    page = window.listen.detail.analysis_page
    assert page is not None
    assert window.listen.detail.path == songs[2]


def test_only_files_can_be_dropped(window: MainWindow) -> None:
    text = QMimeData()
    text.setText("not a file")
    assert not drag(window, text)
    link = QMimeData()
    link.setUrls([QUrl("https://example.org/song.mp3")])
    assert not drag(window, link)
    assert not window._overlay.isVisible()


def test_the_veil_goes_when_the_files_do(window: MainWindow, tmp_path: Path) -> None:
    data = files([tmp_path])
    assert drag(window, data)
    QApplication.sendEvent(window, QDragLeaveEvent())
    assert not window._overlay.isVisible()


def test_the_window_fits_where_it_says_it_does(qtbot: QtBot, window: MainWindow) -> None:
    window.make_record_page()
    page = window.make_data_set_page()
    page._pages.setCurrentIndex(1)
    _ = window.listen.detail
    assert window.minimumWidth() == 900
    assert window.minimumHeight() == 600
    assert window.centralWidget().minimumSizeHint().width() <= 900
    assert window.centralWidget().minimumSizeHint().height() + window.menuBar().height() <= 600


def test_rows_are_copied_retried_and_removed_by_keyboard(
    qtbot: QtBot, window: MainWindow, queue: RowQueue, music: Music, classifier: Classifier
) -> None:
    songs = music(3)
    window.set_classifier(classifier)
    window.open_paths(songs)
    qtbot.waitUntil(lambda: queue.rows.count(State.DONE) == 3, timeout=WAIT)
    view = list_of(window)
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert window.listen.detail.path == songs[1]
    window.listen.copy_action.trigger()
    assert QGuiApplication.clipboard().text() == f"{songs[1]}\tClassical\t>99%"
    row = queue.rows.rows[1]
    window.listen.retry_action.trigger()
    qtbot.waitUntil(lambda: row.state is State.DONE and not queue.busy, timeout=WAIT)
    window.listen.remove_action.trigger()
    assert [row.path for row in queue.rows.rows] == [songs[0], songs[2]]
    assert window.listen.detail.path == songs[2]
    view.selectAll()
    window.listen.remove_action.trigger()
    qtbot.waitUntil(lambda: window.listen._pages.currentIndex() == 0)
    assert not window.listen.copy_action.isEnabled()


def test_a_row_with_an_error_tells_and_its_details_can_be_copied(
    qtbot: QtBot, window: MainWindow, queue: RowQueue, tmp_path: Path, classifier: Classifier
) -> None:
    bad = tmp_path / "bad.wav"
    bad.write_text("this is no sound")
    window.set_classifier(classifier)
    window.open_paths([bad])
    qtbot.waitUntil(lambda: queue.rows.count(State.FAILED) == 1, timeout=WAIT)
    shown = [label.text() for label in window.listen.detail.findChildren(QLabel) if label.isVisible()]
    assert "Not an audio file" in shown
    window.listen.copy_details_action.trigger()
    copied = QGuiApplication.clipboard().text()
    assert "code: audio-unknown-format" in copied
    assert str(bad) in copied


def test_a_model_that_is_missing_is_told_at_once_and_files_can_wait(
    qtbot: QtBot, window: MainWindow, queue: RowQueue, music: Music
) -> None:
    window.listen.show_error(GenreAppError(reason="the model is gone"))
    bar = window.listen.messages
    assert bar.isVisible()
    assert "the model is gone" in bar.text
    window.open_paths(music(1))
    qtbot.waitUntil(lambda: queue.rows.count(State.WAITING) == 1)


def heard(qtbot: QtBot, window: MainWindow, songs: list[Path]) -> None:
    window.open_paths(songs)
    rows = window.listen.queue.rows
    qtbot.waitUntil(lambda: rows.count(State.DONE) == len(songs), timeout=WAIT)


def test_the_space_bar_plays_the_row_that_has_the_focus(
    qtbot: QtBot, window: MainWindow, music: Music, classifier: Classifier, sound_server: SoundServer
) -> None:
    window.set_classifier(classifier)
    heard(qtbot, window, music(2))
    view = list_of(window)
    with qtbot.waitActive(window):  # shortcuts are for the active window
        window.activateWindow()
    view.setFocus()
    playback = window.listen.detail._analysis.playback
    qtbot.keyClick(view, Qt.Key.Key_Space)
    assert playback.playing
    qtbot.keyClick(view, Qt.Key.Key_Space)
    assert not playback.playing
    del sound_server


def test_answers_of_another_model_are_told_apart(
    qtbot: QtBot,
    window: MainWindow,
    music: Music,
    classifier: Classifier,
    install_tiny_model: Callable[..., str],
) -> None:
    window.set_classifier(classifier)
    heard(qtbot, window, music(2))
    window.set_classifier(classifier)
    assert window.listen.messages.isHidden()
    window.set_classifier(Classifier.load(install_tiny_model("another")))
    assert "2 files were heard with another model" in window.listen.messages.text
    list_of(window).selectAll()
    window.listen.retry_action.trigger()
    rows = window.listen.queue.rows
    qtbot.waitUntil(
        lambda: [row.prediction and row.prediction.model for row in rows.rows] == ["another"] * 2,
        timeout=WAIT,
    )


@pytest.mark.parametrize("page", range(5))
def test_where_there_is_no_file_manager_the_folder_is_named(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, page: int
) -> None:
    monkeypatch.setattr(QDesktopServices, "openUrl", staticmethod(lambda _: False))
    window.show_page(page)
    window._open_logs()
    assert not window.messages.isHidden()
    assert window.messages.isVisibleTo(window)
    assert window.messages.text.endswith(str(log_directory()))


@pytest.mark.usefixtures("new_objects_only")
def test_thousands_of_rows_are_no_burden(qtbot: QtBot, window: MainWindow, queue: RowQueue) -> None:
    queue.rows.append([Path(f"/music/{number:05}.wav") for number in range(5_000)])
    queue.changed.emit()
    qtbot.waitUntil(lambda: window.listen._pages.currentIndex() == 1)
    view = list_of(window)
    _ = window.listen.detail
    seconds = []
    for place in range(0, 5_000, 250):
        started = time.perf_counter()
        view.setCurrentIndex(queue.rows.index(place))
        view.scrollTo(queue.rows.index(place))
        view.viewport().repaint()
        seconds.append(time.perf_counter() - started)
    # The median, because other programs want the processor too.
    assert statistics.median(seconds) < 0.05
    started = time.perf_counter()
    queue.cancel()
    view.selectAll()
    QApplication.processEvents()
    assert time.perf_counter() - started < 0.5
    started = time.perf_counter()
    queue.clear()
    QApplication.processEvents()
    assert time.perf_counter() - started < 0.5


def test_the_place_of_the_window_is_remembered(
    qtbot: QtBot,
    queue: RowQueue,
    control: DataSetControl,
    models: ModelsControl,
    training: TrainingControl,
) -> None:
    first = MainWindow(queue, Settings(), control, models, training)
    qtbot.addWidget(first)
    first.resize(1010, 680)
    with qtbot.waitExposed(first):
        first.show()
    first.close()
    second = MainWindow(queue, Settings(), control, models, training)
    qtbot.addWidget(second)
    assert (second.width(), second.height()) == (1010, 680)


def test_a_take_that_comes_alone_is_shown_and_the_next_one_leaves_it(
    qtbot: QtBot, window: MainWindow, music: Music
) -> None:
    first, second = music(2)
    window._add_take(first)
    qtbot.waitUntil(lambda: [row.path for row in window.listen.selected] == [first], timeout=WAIT)
    window._add_take(second)
    qtbot.waitUntil(lambda: len(window.listen.queue.rows.rows) == 2, timeout=WAIT)
    assert [row.path for row in window.listen.selected] == [first]


@pytest.mark.parametrize("agrees", [True, False])
def test_closing_while_recording_asks(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch, agrees: bool
) -> None:
    finished: list[bool] = []
    page = window.make_record_page()
    monkeypatch.setattr(type(page), "is_recording", property(lambda _: True))
    monkeypatch.setattr(page, "finish", lambda: finished.append(True))
    asked: list[str] = []

    def answer(box: QMessageBox) -> int:
        asked.append(box.text())
        wanted = "Stop and quit" if agrees else "Keep recording"
        next(button for button in box.buttons() if button.text() == wanted).click()
        return 0

    monkeypatch.setattr(QMessageBox, "exec", answer)
    assert window.close() is agrees
    assert asked == ["A recording is running."]
    assert finished == ([True] if agrees else [])
    window.end_without_asking()


def test_about_names_the_model_and_how_often_it_is_right(
    qtbot: QtBot, window: MainWindow, install_tiny_model: Callable[..., str]
) -> None:
    metrics = {"accuracy": 0.6321, "accuracy_ci95": [0.561, 0.6987]}
    model = install_tiny_model("measured", name="Band night", metrics=metrics)
    window.set_classifier(Classifier.load(model))
    window.show_about()
    dialog = window.findChild(AboutDialog)
    assert isinstance(dialog, AboutDialog)
    text = " ".join(label.text() for label in dialog.findChildren(QLabel))
    assert "Band night" in text
    assert "63.2% of the validation clips (95% interval 56.1% to 69.9%)" in text
    assert "GNU General Public License" in text
    dialog.close()


def test_an_error_dialog_copies_details(qtbot: QtBot) -> None:
    error = GenreAppError(reason="worms", details="Traceback of worms")
    dialog = ErrorDialog(error)
    qtbot.addWidget(dialog)
    dialog.show()
    (copy,) = [button for button in dialog.findChildren(QPushButton) if button.text() == "Copy details"]
    copy.click()
    assert "Traceback of worms" in QGuiApplication.clipboard().text()


def test_a_message_bar_shows_and_goes(qtbot: QtBot) -> None:
    bar = MessageBar()
    qtbot.addWidget(bar)
    assert bar.isHidden()
    bar.show_message("Two takes", "warning")
    assert not bar.isHidden()
    assert bar.text == "Two takes"
    bar.show_error(GenreAppError(reason="worms"))
    assert "worms" in bar.text


def test_a_wrong_translation_does_not_hide_the_error(monkeypatch: pytest.MonkeyPatch) -> None:
    error = GenreAppError(reason="worms")
    monkeypatch.setattr(messages.QCoreApplication, "translate", lambda *_: "{no such name}")
    assert messages.translated(error)[1] == error.message


def texts(program: Program) -> set[str]:
    return {action.text() for action in program.window.menuBar().findChildren(QAction)} | {
        action.text() for action in program.window.menuBar().actions()
    }


def test_the_language_changes_at_once_and_the_rows_stay(
    qtbot: QtBot, qapp: QApplication, music: Music
) -> None:
    settings = Settings()
    settings.language = "en"
    program = Program(qapp, settings)
    try:
        first = program.window
        first.show()
        first.open_paths(music(2))
        qtbot.waitUntil(lambda: len(program._queue.rows.rows) == 2)
        assert "&File" in texts(program)
        second_row = program._queue.rows.rows[1]
        first.listen.select(second_row)
        first.show_page(2)
        first.language_chosen.emit("ko")
        qtbot.waitUntil(lambda: program.window is not first)
        assert "파일(&F)" in texts(program)
        assert program.window.isVisible()
        assert list_of(program.window).model().rowCount() == 2
        assert program.window.shown_page == 2
        assert program.window.listen.shown_row is second_row
        assert Settings().language == "ko"
    finally:
        program.window.end_without_asking()
        program.end()


def test_an_unforeseen_exception_is_shown_once(qtbot: QtBot, qapp: QApplication) -> None:
    program = Program(qapp, Settings())
    try:
        program.window.show()
        for _ in range(3):
            sys.excepthook(ZeroDivisionError, ZeroDivisionError("by zero"), None)
        dialogs = program.window.findChildren(ErrorDialog)
        assert len(dialogs) == 1
        assert "by zero" in " ".join(label.text() for label in dialogs[0].findChildren(QLabel))
        dialogs[0].reject()
    finally:
        program.window.end_without_asking()
        program.end()
