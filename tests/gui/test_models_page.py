"""The page "Models": what is done there is done to the versions on the disk, and tells at once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication, QInputDialog, QMessageBox
from pytestqt.qtbot import QtBot

from genre_app.classifier import versions
from genre_app.classifier.model_version import active_model_id, read_model_version, seal_description
from genre_app.directories import models_directory
from genre_app.gui.app import Program
from genre_app.gui.main_window import MainWindow
from genre_app.gui.models.names import model_name
from genre_app.gui.models_page import ModelsPage
from genre_app.gui.row_model import State
from genre_app.gui.settings import Settings
from tests.tiny_model import GENRES, head_arrays, npz, replay_bytes, write_model

WAIT = 60_000

EPOCHS = [
    {"epoch": k, "loss": 2.0 / (k + 1), "accuracy": 0.5, "valid_loss": 2.2 / (k + 1), "valid_accuracy": 0.4}
    for k in range(12)
]


@pytest.fixture
def trained(tiny_backbone: bytes, start_model: str) -> str:
    """Install a version that was trained from the active one, and takes every genre for its neighbour."""
    wrong = head_arrays()
    wrong["kernel"] = np.roll(wrong["kernel"], 1, axis=1)
    write_model(
        models_directory() / "trained",
        tiny_backbone,
        head=npz(wrong),
        replay=replay_bytes(),
        parent=start_model,
        created="2026-05-04T10:00:00+00:00",
        training={
            "kind": "quick",
            "clips": {"blues": 3, "jazz": 4},
            "copies": 2,
            "new_genres": ["jazz"],
            "best_epoch": 8,
            "epochs": EPOCHS,
        },
    )
    return "trained"


@pytest.fixture
def program(qtbot: QtBot, qapp: QApplication) -> Iterator[Callable[[], Program]]:
    """Return a function that starts the program and waits until it can answer."""
    started: list[Program] = []

    def start() -> Program:
        program = Program(qapp, Settings())
        started.append(program)
        with qtbot.waitExposed(program.window):
            program.open([])
        qtbot.waitUntil(lambda: program._queue.classifier is not None, timeout=WAIT)
        qtbot.waitUntil(lambda: program.window._record is not None, timeout=WAIT)
        return program

    yield start
    for one in started:
        one.window.end_without_asking()
        one.end()


@pytest.fixture
def running(program: Callable[[], Program], trained: str) -> Program:
    """Give the program, with two versions beside the shipped one."""
    return program()


@pytest.fixture
def page(qtbot: QtBot, window: MainWindow, trained: str) -> ModelsPage:
    """Give the page, shown, with two versions beside the shipped one."""
    return show(qtbot, window)


def show(qtbot: QtBot, window: MainWindow) -> ModelsPage:
    window.show_page(4)
    page = window.make_models_page()
    qtbot.waitUntil(lambda: bool(page.list.versions), timeout=WAIT)
    return page


def answers_now(qtbot: QtBot, running: Program, model_id: str) -> None:
    """Wait until the version is active and what is heard from now on is heard by it."""
    qtbot.waitUntil(lambda: active_model_id() == model_id, timeout=WAIT)
    qtbot.waitUntil(lambda: running._queue.classifier.model_id == model_id, timeout=WAIT)


def activate_all_the_same(qtbot: QtBot, page: ModelsPage) -> None:
    """Activate the chosen version, which is worse than the active one."""
    page.activate_button.click()
    qtbot.waitUntil(lambda: bool(open_boxes(page)), timeout=WAIT)
    (box,) = open_boxes(page)
    assert "worse than the active one" in box.text()
    press(box, "Activate it all the same")


def open_boxes(page: ModelsPage) -> list[QMessageBox]:
    return [box for box in page.findChildren(QMessageBox) if box.isVisible()]


def press(box: QMessageBox, wanted: str) -> None:
    next(button for button in box.buttons() if button.text() == wanted).click()


def choose(page: ModelsPage, *ids: str) -> None:
    page.list.choose(ids)
    assert [one.id for one in page.list.chosen] == [one.id for one in page.list.versions if one.id in ids]


def test_no_button_is_cut_off_in_the_smallest_window(qtbot: QtBot, window: MainWindow) -> None:
    page = show(qtbot, window)
    window.resize(window.minimumSize())
    qtbot.waitUntil(lambda: window.size() == window.minimumSize(), timeout=WAIT)
    assert page.retrain_button.isVisible()
    for button in (page.retrain_button, page.roll_back_button, page.import_button):
        assert button.width() >= button.sizeHint().width()


def test_every_version_is_told_of(qtbot: QtBot, page: ModelsPage) -> None:
    assert [one.id for one in page.list.versions] == ["base", "trained", "start"]
    assert [one.id for one in page.list.chosen] == ["start"], "the active one is chosen at first"
    assert page.activate_button.text() == "Active"
    assert not page.activate_button.isEnabled()

    choose(page, "base")
    assert page.name_label.text() == "Base model"
    assert not page.delete_button.isEnabled()
    assert page.delete_button.toolTip() == "The base model can't be deleted"
    assert not page.rename_button.isEnabled()
    assert page.evaluation.table.model().rowCount() == 10
    assert page.facts.texts["Learned from"] == "the reference collection"

    choose(page, "trained")
    assert page.name_label.text().startswith("Retrained ")
    assert page._origin.text() == "Quickly retrained from “start”."
    assert page.facts.texts["Learned from"] == "7 clips of yours, 2 augmented copies"
    assert page.facts.texts["New genres"] == "Jazz"
    assert page.facts.texts["Genres"] == str(len(GENRES))
    page.switch.choose("curves")
    assert page.curves is not None
    assert page.curves.isVisible()
    assert page.curves.curves.epoch == tuple(range(12))
    assert page.curves.best_label.text() == "Best epoch: 8"


def test_activating_and_rolling_back_take_effect_at_once(
    qtbot: QtBot, running: Program, music: Callable[[int], list[Path]]
) -> None:
    page = show(qtbot, running.window)
    rows = running._queue.rows
    first, second, third = music(3)

    def heard(path: Path) -> str:
        n = rows.count(State.DONE)
        running.window.open_paths([path])
        qtbot.waitUntil(lambda: rows.count(State.DONE) == n + 1, timeout=WAIT)
        return next(row for row in rows.rows if row.path == path).prediction.best_genre

    assert heard(first) == GENRES[0]
    choose(page, "trained")
    activate_all_the_same(qtbot, page)
    answers_now(qtbot, running, "trained")
    qtbot.waitUntil(lambda: "answers from now on" in page.messages.text, timeout=WAIT)
    assert heard(second) == GENRES[2], "it takes each genre for its neighbour"
    running.window.show_page(4)
    qtbot.waitUntil(page.roll_back_button.isEnabled, timeout=WAIT)
    page.roll_back_button.click()
    answers_now(qtbot, running, "start")
    assert heard(third) == GENRES[2]
    running.window.show_page(4)
    qtbot.waitUntil(page.roll_back_button.isEnabled, timeout=WAIT)
    page.roll_back_button.click()
    answers_now(qtbot, running, "base")
    qtbot.waitUntil(lambda: not page._models.busy, timeout=WAIT)
    assert not page.roll_back_button.isEnabled(), "there is nothing before it"


def test_a_worse_one_is_activated_only_after_a_question(qtbot: QtBot, page: ModelsPage) -> None:
    choose(page, "trained")
    page.activate_button.click()
    assert not page.activate_button.isEnabled(), "it is being looked at"
    qtbot.waitUntil(lambda: bool(open_boxes(page)), timeout=WAIT)
    (box,) = open_boxes(page)
    assert box.defaultButton().text() == "Back"
    press(box, "Back")
    qtbot.waitUntil(page.activate_button.isEnabled, timeout=WAIT)
    assert active_model_id() == "start"
    activate_all_the_same(qtbot, page)
    qtbot.waitUntil(lambda: active_model_id() == "trained", timeout=WAIT)


def test_comparing_any_two(qtbot: QtBot, page: ModelsPage) -> None:
    choose(page, "start", "trained")
    assert page._found.text() == "Comparing…"
    qtbot.waitUntil(lambda: bool(page.comparison.sides), timeout=WAIT)
    assert page.comparison.isVisible()
    assert "trained" in page.comparison_label.text() or "Retrained" in page.comparison_label.text()
    assert "Worse on the reference set by more than chance explains" in page._found.text()
    newer, older = page.comparison.sides
    assert newer.reference.accuracy < older.reference.accuracy
    page.comparison.side_switch.choose("1")
    assert page.comparison.matrix.genres == older.reference.genres


def test_renaming(qtbot: QtBot, page: ModelsPage, monkeypatch: pytest.MonkeyPatch) -> None:
    choose(page, "trained")
    page.rename_button.click()
    (dialog,) = page.findChildren(QInputDialog)
    dialog.setTextValue("  With polka ")
    dialog.accept()
    qtbot.waitUntil(lambda: page.name_label.text() == "With polka", timeout=WAIT)
    assert read_model_version(models_directory() / "trained").name == "With polka"
    page.rename("trained", "x" * 200)
    qtbot.waitUntil(lambda: "Not a name for a model" in page.messages.text, timeout=WAIT)
    page.rename("trained", "")
    qtbot.waitUntil(lambda: page.name_label.text().startswith("Retrained"), timeout=WAIT)


def test_exporting_deleting_importing(qtbot: QtBot, page: ModelsPage, tmp_path: Path) -> None:
    choose(page, "trained")
    page.export("trained", tmp_path / "mine")
    qtbot.waitUntil(lambda: "Exported to" in page.messages.text, timeout=WAIT)
    (archive,) = tmp_path.glob("mine*")
    assert archive.name == "mine.genremodel.zip"
    for wanted in ("Keep", "Delete"):
        page.delete_button.click()
        (box,) = [box for box in page.findChildren(QMessageBox) if box.isVisible()]
        assert box.defaultButton().text() == "Keep"
        next(button for button in box.buttons() if button.text() == wanted).click()
        assert (models_directory() / "trained").exists() or wanted == "Delete"
    qtbot.waitUntil(lambda: [one.id for one in page.list.versions] == ["base", "start"], timeout=WAIT)
    assert not (models_directory() / "trained").exists()
    page.import_model(archive)
    qtbot.waitUntil(lambda: "Imported" in page.messages.text, timeout=WAIT)
    (one,) = page.list.chosen
    assert one.version is not None
    assert one.version.parent == "start"
    assert active_model_id() == "start"
    page.import_model(tmp_path / "nowhere.genremodel.zip")
    qtbot.waitUntil(lambda: "nowhere.genremodel.zip" in page.messages.text, timeout=WAIT)


def test_deleting_the_active_one_brings_its_parent_back(qtbot: QtBot, page: ModelsPage) -> None:
    choose(page, "trained")
    activate_all_the_same(qtbot, page)
    qtbot.waitUntil(lambda: active_model_id() == "trained", timeout=WAIT)
    qtbot.waitUntil(page.delete_button.isEnabled, timeout=WAIT)
    page.delete("trained")
    qtbot.waitUntil(lambda: active_model_id() == "start", timeout=WAIT)
    qtbot.waitUntil(lambda: [one.id for one in page.list.versions] == ["base", "start"], timeout=WAIT)


def test_one_that_can_not_be_read_says_so_and_can_be_deleted(
    qtbot: QtBot, trained: str, window: MainWindow
) -> None:
    (models_directory() / trained / "model.json").write_bytes(b"{}")
    page = show(qtbot, window)
    choose(page, trained)
    assert page.broken_label.isVisible()
    assert page.broken_text.text().startswith("The model is damaged")
    page.broken_delete_button.click()
    (box,) = [box for box in page.findChildren(QMessageBox) if box.isVisible()]
    next(button for button in box.buttons() if button.text() == "Delete").click()
    qtbot.waitUntil(lambda: trained not in [one.id for one in page.list.versions], timeout=WAIT)


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0x10
    path.write_bytes(content)


def feature_version(path: Path) -> None:
    description = json.loads(path.read_bytes())
    path.write_bytes(seal_description({**description, "feature_version": 99}))


@pytest.mark.parametrize(
    ("name", "damage", "reason"),
    [
        ("backbone.tflite", flip, "backbone.tflite differs from its check sum"),
        ("model.json", feature_version, "spectrograms of version 99"),
    ],
)
def test_a_damaged_active_model_is_told_at_the_start_and_the_base_model_answers(
    qtbot: QtBot,
    trained: str,
    program: Callable[[], Program],
    name: str,
    damage: Callable[[Path], None],
    reason: str,
) -> None:
    versions.activate(trained)
    damage(models_directory() / trained / name)
    running = program()
    assert running._queue.classifier.model_id == "base"
    bar = running.window.listen.messages
    assert bar.isVisible()
    assert "The shipped model took over" in bar.text
    assert reason in bar.text
    page = show(qtbot, running.window)
    assert "The shipped model took over" in page.messages.text
    choose(page, "start")
    page.activate_button.click()
    answers_now(qtbot, running, "start")
    qtbot.waitUntil(lambda: "answers from now on" in page.messages.text, timeout=WAIT)
    assert model_name("start") in page.messages.text
