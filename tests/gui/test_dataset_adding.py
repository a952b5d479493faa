"""Adding to the data set: dropped on its page, and from a result on the page "Listen"."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import soundfile
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from genre_app.classifier import Classifier
from genre_app.dataset.data_set import DataSet
from genre_app.gui.dataset.add_dialog import AddDialog, CandidateModel, status_text
from genre_app.gui.dataset.genre_dialog import GenreDialog
from genre_app.gui.dataset_page import _EMPTY, DataSetPage
from genre_app.gui.main_window import MainWindow
from genre_app.gui.row_model import State
from genre_app.gui.row_queue import RowQueue
from tests.synthetic_song import synthetic_song, write_song
from tests.tiny_model import SAMPLE_RATE, band_noise

Music = Callable[[int], list[Path]]

WAIT = 30_000


@pytest.fixture
def data_set() -> Iterator[DataSet]:
    """Give the data set of the test's home, which the window shows."""
    with DataSet() as opened:
        yield opened


@pytest.fixture
def page(qtbot: QtBot, window: MainWindow) -> DataSetPage:
    """Turn to the page."""
    window.show_page(2)
    page = window.make_data_set_page()
    qtbot.waitUntil(lambda: page.control.summary is not None, timeout=WAIT)
    return page


def drop(window: MainWindow, paths: list[Path]) -> str:
    """Drop files on the window, and return what it says while they are held over it."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    copy, button, no_key = (
        Qt.DropAction.CopyAction,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(window, QDragEnterEvent(QPoint(400, 300), copy, data, button, no_key))
    says = window._overlay.text
    QApplication.sendEvent(window, QDropEvent(QPointF(400, 300), copy, data, button, no_key))
    return says


def examined(qtbot: QtBot, page: DataSetPage) -> AddDialog:
    qtbot.waitUntil(lambda: page.add_dialog is not None, timeout=WAIT)
    dialog = page.add_dialog
    assert dialog is not None
    qtbot.waitUntil(lambda: not dialog.examining, timeout=WAIT)
    return dialog


def statuses(dialog: AddDialog) -> dict[str, str]:
    model = dialog.model
    rows = [model.index(row) for row in range(model.rowCount())]
    found = [row.data(CandidateModel.CANDIDATE_ROLE) for row in rows]
    return {candidate.path.name: status_text(candidate) for candidate in found}


def test_a_folder_of_genres_labels_itself(
    qtbot: QtBot, window: MainWindow, page: DataSetPage, data_set: DataSet, music: Music, tmp_path: Path
) -> None:
    songs = music(4)
    for song, folder in zip(songs, ("jazz", "jazz", "Rock", "케이팝"), strict=True):
        (tmp_path / "set" / folder).mkdir(parents=True, exist_ok=True)
        shutil.copy(song, tmp_path / "set" / folder)
    (tmp_path / "set" / "Rock" / "broken.mp3").write_text("no sound")
    assert drop(window, [tmp_path / "set"]) == "Let go to add to the data set"
    dialog = examined(qtbot, page)
    assert statuses(dialog)["broken.mp3"] == "Not an audio file"
    # One folder is called like no genre that is there, so the user is asked.
    assert dialog.genre_box.currentIndex() == -1
    assert not dialog.add_button.isEnabled()
    dialog.genre_box.setCurrentIndex(0)
    dialog.genre_box.activated.emit(0)
    assert dialog._note.text() == "New genres: 케이팝"
    assert dialog.add_button.text() == "Add 4 clips"
    assert data_set.count() == 0
    dialog.add_button.click()
    qtbot.waitUntil(lambda: page.model.rowCount() == 4, timeout=WAIT)
    qtbot.waitUntil(lambda: page.control.adding is None, timeout=WAIT)
    assert sorted(clip.genre for clip in data_set.clips()) == ["jazz", "jazz", "rock", "케이팝"]
    qtbot.waitUntil(lambda: page.undo_action.text() == "&Undo: Add clips", timeout=WAIT)
    assert page.count_label.text() == "4 clips added."
    page.undo_action.trigger()
    qtbot.waitUntil(lambda: page._pages.currentIndex() == _EMPTY, timeout=WAIT)
    assert data_set.count() == 0


def test_what_is_there_already_and_what_sounds_alike_is_told(
    qtbot: QtBot, page: DataSetPage, data_set: DataSet, tmp_path: Path
) -> None:
    samples = synthetic_song(20.0)
    song = write_song(tmp_path / "song.wav", samples)
    rate = soundfile.info(song).samplerate
    data_set.add(data_set.examine([song], "rock"))
    sound, _ = soundfile.read(song)
    soundfile.write(tmp_path / "same.flac", sound, rate, subtype="PCM_16")
    soundfile.write(tmp_path / "quieter.ogg", 0.5 * sound, rate)
    soundfile.write(tmp_path / "new.wav", band_noise(2, 8.0, seed=9), SAMPLE_RATE)
    page.add_paths([tmp_path / "same.flac", tmp_path / "quieter.ogg", tmp_path / "new.wav"])
    dialog = examined(qtbot, page)
    assert statuses(dialog) == {
        "same.flac": "Already there",
        "quieter.ogg": "Sounds like one that is there",
        "new.wav": "New",
    }
    dialog.choose_genre("jazz")
    assert dialog.add_button.text() == "Add 2 clips"
    dialog._keep_similar.setChecked(False)
    assert dialog.add_button.text() == "Add 1 clip"
    dialog._chips["present"].click()
    assert list(statuses(dialog)) == ["same.flac"]
    dialog._keep_similar.setChecked(True)
    dialog.add_button.click()
    qtbot.waitUntil(lambda: data_set.count() == 3, timeout=WAIT)
    alike = [clip for clip in data_set.clips() if clip.title in ("song", "quieter")]
    assert len({clip.group for clip in alike}) == len({clip.split for clip in alike}) == 1
    qtbot.waitUntil(lambda: page.control.adding is None, timeout=WAIT)


def test_looking_can_be_cancelled_and_adds_nothing(
    qtbot: QtBot, page: DataSetPage, data_set: DataSet, music: Music
) -> None:
    page.add_paths(music(8))
    dialog = page.add_dialog
    assert dialog is not None
    assert dialog.examining
    # A second lot has to wait.
    page.add_paths(music(1))
    assert "Other files are being added" in page.messages.text
    next(b for b in dialog.findChildren(QPushButton) if b.text() == "Cancel").click()
    qtbot.waitUntil(lambda: page.add_dialog is None, timeout=WAIT)
    assert data_set.count() == 0


def test_adding_can_be_stopped_and_taken_up_again(
    qtbot: QtBot, page: DataSetPage, data_set: DataSet, music: Music
) -> None:
    songs = music(40)
    page.add_paths(songs)
    dialog = examined(qtbot, page)
    dialog.choose_genre("pop")
    stopped: list[bool] = []
    page.control.adding_changed.connect(
        lambda: page.control.adding and page.control.adding.done and page.stop_button.click()
    )
    page.control.adding_stopped.connect(lambda: stopped.append(True))
    page.control.added.connect(lambda _: stopped.append(False))
    dialog.add_button.click()
    qtbot.waitUntil(lambda: bool(stopped), timeout=WAIT)
    assert stopped == [True]
    added = data_set.count()
    assert added < 40
    assert data_set.check() == []
    page.control.adding_changed.disconnect()
    page.add_paths(songs)
    dialog = examined(qtbot, page)
    assert list(statuses(dialog).values()).count("Already there") == added
    dialog.choose_genre("pop")
    dialog.add_button.click()
    qtbot.waitUntil(lambda: data_set.count() == 40, timeout=WAIT)
    qtbot.waitUntil(lambda: page.control.adding is None, timeout=WAIT)


def test_a_folder_without_sound_says_so(qtbot: QtBot, page: DataSetPage, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    page.add_paths([tmp_path / "empty"])
    dialog = examined(qtbot, page)
    assert dialog._nothing.isVisible()
    assert not dialog.add_button.isEnabled()
    dialog.reject()


def test_a_genre_that_is_not_there_is_made_on_the_way(
    qtbot: QtBot, page: DataSetPage, data_set: DataSet, music: Music
) -> None:
    page.add_paths(music(1))
    dialog = examined(qtbot, page)
    last = dialog.genre_box.count() - 1
    dialog.genre_box.setCurrentIndex(last)
    dialog.genre_box.activated.emit(last)
    maker = dialog.findChild(GenreDialog)
    assert isinstance(maker, GenreDialog)
    maker.name.setText("트로트")
    next(b for b in maker.findChildren(QPushButton) if b.text() == "Create").click()
    qtbot.waitUntil(lambda: dialog.genre_box.currentData() == "트로트", timeout=WAIT)
    dialog.add_button.click()
    qtbot.waitUntil(lambda: [clip.genre for clip in data_set.clips()] == ["트로트"], timeout=WAIT)
    qtbot.waitUntil(lambda: page.control.adding is None, timeout=WAIT)


def test_a_result_is_added_with_one_key_and_the_model_hears_it(
    qtbot: QtBot,
    window: MainWindow,
    queue: RowQueue,
    data_set: DataSet,
    music: Music,
    classifier: Classifier,
) -> None:
    songs = music(2)  # blues and classical, which the tiny model knows
    window.set_classifier(classifier)
    window.open_paths(songs)
    qtbot.waitUntil(lambda: queue.rows.count(State.DONE) == 2, timeout=WAIT)
    analysis = window.listen.detail.analysis_page
    assert analysis is not None

    def menu() -> QMenu:
        qtbot.waitUntil(lambda: isinstance(QApplication.activePopupWidget(), QMenu), timeout=WAIT)
        popup = QApplication.activePopupWidget()
        assert isinstance(popup, QMenu)
        return popup

    qtbot.mouseClick(analysis.add_button, Qt.MouseButton.LeftButton)
    # What the model says is chosen beforehand.
    active = menu().activeAction()
    assert active is not None
    assert active.text() == "&1   Blues"
    qtbot.keyClick(menu(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: [clip.genre for clip in data_set.clips()] == ["blues"], timeout=WAIT)
    qtbot.waitUntil(window.listen.messages.isVisible, timeout=WAIT)
    assert window.listen.messages.text == "1 song added to the data set as Blues."

    # Another opinion than the model's, with its key.
    window.listen.select(queue.rows.rows[1])
    window.listen.add_action.trigger()
    qtbot.keyClick(menu(), Qt.Key.Key_0)
    qtbot.waitUntil(lambda: [clip.genre for clip in data_set.clips()] == ["blues", "rock"], timeout=WAIT)

    window.listen.add_action.trigger()
    qtbot.keyClick(menu(), Qt.Key.Key_0)
    qtbot.waitUntil(lambda: "already" in window.listen.messages.text, timeout=WAIT)
    assert data_set.count() == 2

    # Meanwhile the model hears what is new, and says what it takes it for.
    window.show_page(2)
    page = window.make_data_set_page()
    model = classifier.model_id
    qtbot.waitUntil(lambda: data_set.without_opinion(model) == [], timeout=WAIT)
    told = {clip.title: clip.predicted for clip in data_set.clips(model_id=model)}
    assert set(told.values()) == {"blues", "classical"}
    qtbot.waitUntil(lambda: page.control.embedding is None, timeout=WAIT)
