"""Augmenting from the page "Data set": what would be made is planned, seen, heard, and then added."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import soundfile
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from genre_app.classifier import Classifier
from genre_app.dataset.augmentation.catalogue import CATALOGUE
from genre_app.dataset.augmentation.recipe import Recipe
from genre_app.dataset.copies import render_copy
from genre_app.dataset.data_set import DataSet
from genre_app.features.log_mel import SAMPLE_RATE as HEARD_RATE
from genre_app.gui.dataset import augment_dialog
from genre_app.gui.dataset.augment_dialog import BALANCE, CLIPS, GENRE, AugmentDialog, describe
from genre_app.gui.dataset_page import DataSetPage
from genre_app.gui.main_window import MainWindow
from tests.tiny_model import SAMPLE_RATE, band_noise

WAIT = 30_000
SECONDS = 4.0
GENRES = ("rock", "rock", "rock", "jazz", "blues")
VALIDATION = 4  # index of the clip that serves validation, all others train


@pytest.fixture(autouse=True)
def same_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw the same seeds in every run, so that no copy happens to be like its original or another copy."""
    monkeypatch.setattr(augment_dialog, "secrets", SimpleNamespace(randbelow=random.Random(7).randrange))


@pytest.fixture
def data_set() -> Iterator[DataSet]:
    """Give the data set of the test's home, which the window shows."""
    with DataSet() as opened:
        yield opened


@pytest.fixture
def clips(data_set: DataSet, tmp_path: Path) -> list[int]:
    """Add short songs and return their numbers: three of rock and one of jazz train, one is held back."""
    ids = []
    for number, genre in enumerate(GENRES):
        path = tmp_path / f"Song {number}.wav"
        soundfile.write(path, band_noise(number % 3, SECONDS, seed=number), SAMPLE_RATE)
        ids += data_set.add(data_set.examine([path], genre))
    data_set.pin(ids[:VALIDATION], True, "train")
    data_set.pin(ids[VALIDATION:], True, "valid")
    return ids


@pytest.fixture
def page(qtbot: QtBot, window: MainWindow, clips: list[int]) -> DataSetPage:
    window.show_page(2)
    page = window.make_data_set_page()
    qtbot.waitUntil(lambda: page.model.rowCount() == len(clips), timeout=WAIT)
    return page


def select(page: DataSetPage, ids: list[int]) -> None:
    page.table.clearSelection()
    page.table.select_ids(ids)


def settled(qtbot: QtBot, dialog: AugmentDialog) -> None:
    qtbot.waitUntil(lambda: not dialog.busy, timeout=WAIT)


def opened(qtbot: QtBot, page: DataSetPage, ids: list[int]) -> AugmentDialog:
    select(page, ids)
    page.augment_button.click()
    dialog = page.augment_dialog
    assert dialog is not None
    settled(qtbot, dialog)
    return dialog


def only(dialog: AugmentDialog, *names: str) -> None:
    for name, row in dialog.rows.items():
        row.box.setChecked(name in names)


def choose_number(dialog: AugmentDialog, number: int) -> None:
    place = dialog.number_box.findData(number)
    dialog.number_box.setCurrentIndex(place)
    dialog.number_box.activated.emit(place)


def test_the_copy_that_was_heard_is_the_copy_that_is_added(
    qtbot: QtBot, page: DataSetPage, data_set: DataSet, clips: list[int]
) -> None:
    dialog = opened(qtbot, page, [clips[0]])
    assert dialog.scope == CLIPS
    assert {name for name, row in dialog.rows.items() if row.box.isChecked()} == {
        entry.name for entry in CATALOGUE if entry.chosen_by_default
    }
    only(dialog, "pitch_shift", "gain")
    dialog.rows["gain"].slider.setValue(20)
    choose_number(dialog, 2)
    settled(qtbot, dialog)
    assert dialog.add_button.text().startswith("Add 2 ")
    sound = dialog.copy.sound
    assert sound is not None
    heard, rate = soundfile.read(sound.path, dtype="float32")
    words = dialog.drawn.text()
    assert data_set.copies() == []
    folder = sound.path.parent
    dialog.add_button.click()
    qtbot.waitUntil(lambda: len(data_set.copies()) == 2, timeout=WAIT)
    first, second = data_set.copies()
    assert first.recipe_hash != second.recipe_hash
    recipe = Recipe.from_json(first.recipe)
    assert [step.transform for step in recipe.steps] == ["pitch_shift", "gain"]
    assert words == "  ·  ".join(f"{title}: {how}" for title, how in describe(recipe))
    again, _ = render_copy(data_set.clip(clips[0]).path, first.recipe, sample_rate=HEARD_RATE, mono=True)
    assert rate == HEARD_RATE
    np.testing.assert_allclose(heard, again, atol=2**-22)
    assert not folder.exists()
    # One step of undo, and the table shows it.
    qtbot.waitUntil(lambda: page.undo_action.text() == "&Undo: Add copies", timeout=WAIT)
    page.undo_action.trigger()
    qtbot.waitUntil(lambda: data_set.copies() == [], timeout=WAIT)


def test_original_and_copy_are_seen_side_by_side(qtbot: QtBot, page: DataSetPage, clips: list[int]) -> None:
    dialog = opened(qtbot, page, [clips[0]])
    only(dialog, "time_stretch")
    dialog.rows["time_stretch"].slider.setValue(20)
    settled(qtbot, dialog)
    original, copy = dialog.original.sound, dialog.copy.sound
    assert original is not None
    assert copy is not None
    assert original.duration == pytest.approx(SECONDS, abs=0.01)
    assert abs(copy.duration - original.duration) > 0.02
    assert copy.spectrogram.shape[0] == 128
    assert copy.spectrogram.max() == original.spectrogram.max() == 255
    loudest = [card.spectrogram.mean(axis=1).argmax() for card in (original, copy)]
    assert abs(int(loudest[0]) - int(loudest[1])) <= 3, "the same pitch, only slower or faster"
    picture = dialog.copy.spectrogram.grab().toImage()
    colours = {
        picture.pixel(x, y) for x in range(8, picture.width(), 9) for y in range(8, picture.height(), 9)
    }
    assert len(colours) > 20


def test_draw_again_and_another_strength_make_another_copy(
    qtbot: QtBot, page: DataSetPage, clips: list[int]
) -> None:
    dialog = opened(qtbot, page, [clips[0]])
    only(dialog, "pitch_shift")
    settled(qtbot, dialog)
    first_sound = dialog.copy.sound
    assert first_sound is not None
    first, first_heard = dialog.drawn.text(), first_sound.path.read_bytes()
    assert first.startswith("Pitch shift: ")
    dialog.again_button.click()
    settled(qtbot, dialog)
    second_sound = dialog.copy.sound
    assert second_sound is not None
    second, second_heard = dialog.drawn.text(), second_sound.path.read_bytes()
    assert second != first
    assert second_heard != first_heard
    assert not first_sound.path.exists(), "what nobody hears any more is left behind"
    slider = dialog.rows["pitch_shift"].slider
    QTest.mouseClick(
        slider, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(slider.width() - 2, 10)
    )
    assert slider.value() == slider.maximum()
    settled(qtbot, dialog)
    assert dialog.drawn.text() not in (first, second)
    assert dialog.copy.sound is not None
    assert dialog.copy.sound.path.read_bytes() != second_heard
    only(dialog)
    assert not dialog.add_button.isEnabled()
    assert dialog.note.text() == "Tick at least one transform."
    dialog.close()


def test_a_genre_and_a_balance_leave_validation_alone(
    qtbot: QtBot, page: DataSetPage, data_set: DataSet, clips: list[int]
) -> None:
    dialog = opened(qtbot, page, [clips[3], clips[VALIDATION]])
    assert dialog.note.text() == "Copies of one clip. One clip serves validation and gets none."
    assert dialog.add_button.text() == "Add 3 copies"
    dialog.scopes[GENRE].click()
    place = dialog.genre_box.findData("rock")
    dialog.genre_box.setCurrentIndex(place)
    dialog.genre_box.activated.emit(place)
    settled(qtbot, dialog)
    assert dialog.add_button.text().startswith("Add 9 ")
    assert dialog.clip_box.count() == 3
    dialog.scopes[BALANCE].click()
    settled(qtbot, dialog)
    assert dialog.number_box.currentData() == 5
    assert dialog.add_button.text().startswith("Add 2 ")
    choose_number(dialog, 1)
    settled(qtbot, dialog)
    assert dialog.add_button.text().startswith("Add 1 ")
    assert "Jazz 1" in dialog.note.text()
    choose_number(dialog, 5)
    settled(qtbot, dialog)
    only(dialog, "gain")
    dialog.add_button.click()
    qtbot.waitUntil(lambda: len(data_set.copies()) == 2, timeout=WAIT)
    assert {copy.clip_id for copy in data_set.copies()} == {clips[3]}
    assert data_set.counts()["jazz"].train_copies == 2
    qtbot.waitUntil(lambda: page.augment_dialog is None, timeout=WAIT)
    dialog = opened(qtbot, page, [])
    assert dialog.scope == BALANCE
    assert not dialog.scopes[CLIPS].isVisible()
    assert "nothing to add" in dialog.note.text()
    assert not dialog.add_button.isEnabled()
    dialog.close()


def test_the_genre_with_the_least_is_proposed_and_validation_has_no_preview(
    qtbot: QtBot, page: DataSetPage, clips: list[int]
) -> None:
    dialog = opened(qtbot, page, [clips[VALIDATION]])
    assert not dialog.add_button.isEnabled()
    assert dialog.note.text() == "One clip serves validation and gets none."
    assert dialog.clip_box.count() == 0
    assert not dialog.again_button.isEnabled()
    dialog.scopes[GENRE].click()
    settled(qtbot, dialog)
    offered = [dialog.genre_box.itemData(place) for place in range(dialog.genre_box.count())]
    assert offered == ["jazz", "rock"]
    assert dialog.genre_box.currentData() == "jazz"
    assert dialog.clip_box.currentText() == "Song 3"
    assert dialog.copy.sound is not None
    dialog.close()


def test_one_sound_plays_at_a_time(qtbot: QtBot, page: DataSetPage, clips: list[int]) -> None:
    dialog = opened(qtbot, page, [clips[0]])
    with qtbot.waitSignal(page.playing_started, timeout=WAIT):
        dialog.original.play_button.click()
    assert dialog.original.playback.playing
    dialog.copy.play_button.click()
    assert not dialog.original.playback.playing
    copy = dialog.copy.playback
    playing: list[bool] = []
    copy.playing_changed.connect(playing.append)
    was_playing = copy.playing
    dialog.close()
    assert playing == ([False] if was_playing else [])


def test_copies_that_are_there_are_heard_and_removed(
    qtbot: QtBot, page: DataSetPage, data_set: DataSet, clips: list[int]
) -> None:
    dialog = opened(qtbot, page, [clips[0], clips[1]])
    only(dialog, "pitch_shift")
    settled(qtbot, dialog)
    dialog.add_button.click()
    qtbot.waitUntil(lambda: len(data_set.copies()) == 6, timeout=WAIT)
    qtbot.waitUntil(lambda: page.augment_dialog is None, timeout=WAIT)
    dialog = opened(qtbot, page, [clips[0]])
    there = data_set.copies(clips[0])
    assert dialog.copy_box.count() == 1 + len(there)
    dialog.copy_box.setCurrentIndex(2)
    settled(qtbot, dialog)
    ((title, how),) = describe(Recipe.from_json(there[1].recipe))
    assert dialog.drawn.text() == f"{title}: {how}"
    assert dialog.remove_button.isVisible()
    assert not dialog.again_button.isVisible()
    dialog.remove_button.click()
    qtbot.waitUntil(lambda: dialog.copy_box.count() == len(there), timeout=WAIT)
    assert data_set.copies(clips[0]) == [there[0], there[2]]
    settled(qtbot, dialog)
    dialog.close()
    qtbot.waitUntil(lambda: page.augment_dialog is None, timeout=WAIT)
    select(page, [clips[0], clips[1]])
    qtbot.waitUntil(page.remove_copies_action.isEnabled, timeout=WAIT)
    page.remove_copies_action.trigger()
    qtbot.waitUntil(lambda: data_set.copies() == [], timeout=WAIT)
    qtbot.waitUntil(lambda: page.undo_action.text() == "&Undo: Remove copies", timeout=WAIT)
    page.undo_action.trigger()
    qtbot.waitUntil(lambda: len(data_set.copies()) == 5, timeout=WAIT)


def test_a_file_that_is_gone_is_told_and_copies_can_still_be_added(
    qtbot: QtBot, page: DataSetPage, data_set: DataSet, clips: list[int]
) -> None:
    data_set.clip(clips[0]).path.unlink()
    dialog = opened(qtbot, page, [clips[0]])
    assert dialog.messages.isVisible()
    assert dialog.original.sound is None
    assert dialog.copy.sound is None
    assert dialog.drawn.text() == ""
    assert dialog.add_button.isEnabled()
    dialog.close()


def test_closing_early_stops_the_work(qtbot: QtBot, page: DataSetPage, clips: list[int]) -> None:
    select(page, clips[:2])
    page.augment_button.click()
    dialog = page.augment_dialog
    assert dialog is not None
    assert dialog.busy
    dialog.close()
    assert page.augment_dialog is None


def test_copies_are_heard_by_the_model_in_the_background(
    qtbot: QtBot, page: DataSetPage, data_set: DataSet, clips: list[int], classifier: Classifier
) -> None:
    page.control.set_classifier(classifier)
    dialog = opened(qtbot, page, [clips[0]])
    only(dialog, "gain")
    choose_number(dialog, 1)
    settled(qtbot, dialog)
    dialog.add_button.click()
    qtbot.waitUntil(lambda: len(data_set.copies()) == 1, timeout=WAIT)
    backbone = classifier.backbone_id
    qtbot.waitUntil(lambda: data_set.missing_embeddings(backbone) == [], timeout=WAIT)
    arrays = data_set.training_arrays(backbone)
    assert int(arrays.is_copy.sum()) == 1
    assert set(arrays.clip_id[arrays.is_copy]) == {clips[0]}
