"""Looking again in the window: what is in doubt is listed, heard, relabelled or found right, and undone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import soundfile
from pytestqt.qtbot import QtBot

from genre_app.classifier import Classifier, versions
from genre_app.dataset.data_set import DataSet
from genre_app.dataset.embeddings import compute_missing
from genre_app.gui.dataset.look_again_dialog import DoubtRow, LookAgainDialog, PairRow
from genre_app.gui.dataset_page import DataSetPage
from genre_app.gui.main_window import MainWindow
from tests.dataset_files import riff
from tests.tiny_model import GENRES, SAMPLE_RATE, band_noise, replay_bytes

WAIT = 60_000


@pytest.fixture
def data_set() -> Iterator[DataSet]:
    """Give the data set of the test's home, which the window shows."""
    with DataSet() as opened:
        yield opened


@pytest.fixture
def clips(data_set: DataSet, tmp_path: Path, install_tiny_model: Callable[..., str]) -> dict[str, int]:
    """Add sixteen clips of eight genres; one has a wrong label, and one is there twice."""
    model_id = install_tiny_model(replay=replay_bytes())
    versions.activate(model_id)
    classifier = Classifier.load(model_id)
    ids = {}
    for number in range(16):
        group = number % 8
        path = tmp_path / f"{GENRES[group]} {number}.wav"
        soundfile.write(path, band_noise(group, 3.0, seed=number), SAMPLE_RATE)
        label = "disco" if number == 13 else GENRES[group]  # jazz
        ids[path.stem] = data_set.add(data_set.examine([path], label))[0]
    for name, gain in (("tune", 1.0), ("tune softly", 0.4)):
        path = tmp_path / f"{name}.wav"
        soundfile.write(path, gain * riff(0, 8.0), SAMPLE_RATE)
        ids[name] = data_set.add(data_set.examine([path], "pop"))[0]
    compute_missing(data_set, classifier)
    return ids


@pytest.fixture
def page(qtbot: QtBot, window: MainWindow, clips: dict[str, int]) -> DataSetPage:
    window.show_page(2)
    page = window.make_data_set_page()
    qtbot.waitUntil(lambda: page.model.rowCount() == len(clips), timeout=WAIT)
    return page


@pytest.fixture
def dialog(qtbot: QtBot, page: DataSetPage) -> LookAgainDialog:
    page.look_again_button.click()
    dialog = page.look_again_dialog
    assert dialog is not None
    qtbot.waitUntil(lambda: not dialog.busy, timeout=WAIT)
    return dialog


def first_doubt(dialog: LookAgainDialog) -> DoubtRow:
    row = dialog.rows["doubts"][0]
    assert isinstance(row, DoubtRow)
    return row


def test_a_wrong_label_is_found_corrected_and_put_back(
    qtbot: QtBot, page: DataSetPage, dialog: LookAgainDialog, data_set: DataSet, clips: dict[str, int]
) -> None:
    row = first_doubt(dialog)
    assert (row.doubt.clip_id, row.doubt.genre, row.doubt.predicted) == (clips["jazz 13"], "disco", "jazz")
    assert row.main_button.text() == "Relabel as Jazz"
    n_doubts = len(dialog.rows["doubts"])
    assert dialog.chips["doubts"].text() == f"Labels in doubt {n_doubts}"
    row.main_button.click()
    qtbot.waitUntil(lambda: not row.open, timeout=WAIT)
    assert data_set.clip(clips["jazz 13"]).genre == "jazz"
    assert row.verdict.text() == "Relabelled as Jazz"
    assert dialog.chips["doubts"].text() == f"Labels in doubt {n_doubts - 1}"
    # Undo, as everywhere.
    page.undo_action.trigger()
    qtbot.waitUntil(lambda: row.open, timeout=WAIT)
    assert data_set.clip(clips["jazz 13"]).genre == "disco"
    # Or by the button beside it.
    row.main_button.click()
    qtbot.waitUntil(lambda: not row.open, timeout=WAIT)
    row.back_button.click()
    qtbot.waitUntil(lambda: row.open, timeout=WAIT)
    assert data_set.clip(clips["jazz 13"]).genre == "disco"


def test_what_was_found_right_stays_away(
    qtbot: QtBot, dialog: LookAgainDialog, clips: dict[str, int]
) -> None:
    row = first_doubt(dialog)
    row.keep(True)
    assert (row.open, row.verdict.text()) == (False, "Found right")
    qtbot.waitUntil(lambda: not dialog.busy, timeout=WAIT)
    dialog.again_button.click()
    qtbot.waitUntil(lambda: not dialog.busy, timeout=WAIT)
    listed = [row.doubt.clip_id for row in dialog.rows["doubts"] if isinstance(row, DoubtRow)]
    assert clips["jazz 13"] not in listed


def test_a_recording_that_is_there_twice(
    qtbot: QtBot, page: DataSetPage, dialog: LookAgainDialog, data_set: DataSet, clips: dict[str, int]
) -> None:
    dialog.chips["pairs"].click()
    (row,) = dialog.rows["pairs"]
    assert isinstance(row, PairRow)
    assert [line.clip.title for line in row.lines] == ["tune", "tune softly"]
    row.main_button.click()  # of the second
    qtbot.waitUntil(lambda: not row.open, timeout=WAIT)
    assert row.verdict.text() == "Removed"
    assert data_set.count() == len(clips) - 1
    page.undo_action.trigger()
    qtbot.waitUntil(lambda: row.open, timeout=WAIT)
    assert data_set.count() == len(clips)


def test_a_clip_is_heard_in_place_and_shown_in_the_table(
    qtbot: QtBot, page: DataSetPage, dialog: LookAgainDialog, clips: dict[str, int]
) -> None:
    page.filters.choose_genre("metal")
    qtbot.waitUntil(lambda: page.model.rowCount() == 2, timeout=WAIT)
    row = first_doubt(dialog)
    with qtbot.waitSignal(dialog.playing_started, timeout=WAIT):
        row.lines[0].play_button.click()
    dialog.stop_playback()
    row.show_wanted.emit(clips["jazz 13"])
    qtbot.waitUntil(lambda: page.table.selected_ids == [clips["jazz 13"]], timeout=WAIT)


def test_it_can_be_stopped(qtbot: QtBot, page: DataSetPage) -> None:
    page.look_again()
    dialog = page.look_again_dialog
    assert dialog is not None
    assert dialog.close_button.text() == "Cancel"
    dialog.close_button.click()
    assert page.look_again_dialog is None
