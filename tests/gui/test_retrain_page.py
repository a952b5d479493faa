"""The page "Retrain", with a real training process on small data."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from genre_app.classifier import versions
from genre_app.classifier.model_version import active_model_id, read_model_version
from genre_app.dataset.data_set import DataSet
from genre_app.directories import models_directory
from genre_app.gui.app import Program
from genre_app.gui.main_window import LEFT_TRAINING, MainWindow
from genre_app.gui.retrain.control import State, TrainingControl
from genre_app.gui.retrain_page import RetrainPage
from genre_app.gui.row_model import State as RowState
from genre_app.gui.settings import Settings
from genre_app.locks import FileLock
from genre_app.training import run_files
from genre_app.training.curves import Curves
from genre_app.training.errors import TrainerDiedError
from genre_app.training.events import Epoch, Event, Phase, Result, Started, Step, to_line
from genre_app.training.full_run import FORMAT, MIN_TRAIN_CLIPS
from genre_app.training.quick import compare_versions
from genre_app.training.trainer_process import TrainerOptions, TrainerProcess
from tests.gui.many_clips import write_many
from tests.gui.ui_pulse import Pulse
from tests.tiny_model import GROUPS, head_arrays, npz, replay_bytes, write_model
from tests.trainable_model import activate_trainable_model, add_many_clips

WAIT = 60_000
LONGEST_SECONDS = 0.1
MOST_BYTES = 100e6
EPOCHS = 2

needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc and signals")


@pytest.fixture
def page(qtbot: QtBot, window: MainWindow, start_model: str) -> RetrainPage:
    """Give the page, shown, with the tiny model active."""
    window.show_training()
    page = window.make_retrain_page()
    qtbot.waitUntil(lambda: page._models.active is not None, timeout=WAIT)
    qtbot.waitUntil(lambda: page._data.summary is not None, timeout=WAIT)
    return page


@pytest.fixture
def program(qtbot: QtBot, qapp: QApplication) -> Iterator[Callable[[], Program]]:
    """Return a function that starts the program."""
    started: list[Program] = []

    def start() -> Program:
        program = Program(qapp, Settings())
        started.append(program)
        with qtbot.waitExposed(program.window):
            program.open([])
        qtbot.waitUntil(lambda: program.window._record is not None, timeout=WAIT)
        return program

    yield start
    for one in started:
        one.window.end_without_asking()
        one.end()


def hold(qtbot: QtBot, training: TrainingControl) -> int:
    """Let the training that has just been started stand still, and return the number of its process.

    So it is sure to be there for what a test does next, however slow the machine is.
    """
    qtbot.waitUntil(lambda: training._training is not None, timeout=WAIT)
    assert isinstance(training._training, TrainerProcess)
    os.kill(training._training.pid, signal.SIGSTOP)
    return training._training.pid


def resident_bytes() -> int:
    """Return what this process holds in memory."""
    text = Path("/proc/self/status").read_text()
    found = re.search(r"^RssAnon:\s+(\d+) kB", text, re.MULTILINE)
    assert found is not None
    return 1024 * int(found.group(1))


def write_journal(*events: Event) -> None:
    """Leave behind what a training has told."""
    run_files.journal_file().write_text("".join(map(to_line, events)))


@needs_linux
def test_from_pressing_retrain_to_keeping_the_model(
    qtbot: QtBot,
    program: Callable[[], Program],
    start_model: str,
    lesson_clips: int,
    music: Callable[[int], list[Path]],
) -> None:
    running = program()
    window, training = running.window, running._training
    qtbot.waitUntil(lambda: running._queue.classifier is not None, timeout=WAIT)
    window.show_training()
    page = window.make_retrain_page()
    qtbot.waitUntil(lambda: len(page.lessons.lessons) == 3 and page.isVisible(), timeout=WAIT)
    qtbot.waitUntil(lambda: running._models.active is not None, timeout=WAIT)
    polka = next(one for one in page.lessons.lessons if one.genre == "polka")
    assert polka.warns
    assert "new to the model" in polka.remark
    assert page._facts.text().startswith(f"{lesson_clips - 1} clips · 3 genres · 1 clip for validation")
    qtbot.waitUntil(lambda: page.curves is not None, timeout=WAIT)
    before = resident_bytes()
    pulse = Pulse()

    page.train_button.click()
    assert page.cancel_button.isVisible()
    assert not page.train_button.isVisible()
    pid = hold(qtbot, training)
    try:
        rows = running._queue.rows
        window.open_paths(music(3))
        qtbot.waitUntil(lambda: rows.count(RowState.DONE) == 3, timeout=WAIT)
        assert training.running
        window.show_training()
    finally:
        os.kill(pid, signal.SIGCONT)
    qtbot.waitUntil(lambda: training.state is State.DONE, timeout=WAIT)
    result, comparison = training.result, training.comparison
    assert result is not None
    assert comparison is not None
    qtbot.waitUntil(page.keep_button.isVisible, timeout=WAIT)
    assert page.keep_button.property("primary") == comparison.keep
    assert page.discard_button.property("primary") == (not comparison.keep)
    assert "on your 1 clip: " in page._facts.text() or "None of your clips" in page._facts.text()
    assert "reference set" in page._facts.text()
    assert [side.name for side in page.evaluation.sides] == ["New", "Current"]
    assert page.evaluation.table.model().rowCount() == GROUPS
    page.switch.choose("curves")
    curves = page.make_curves()
    qtbot.waitUntil(lambda: len(curves.curves.epoch) >= 3 and curves.isVisible(), timeout=WAIT)
    qtbot.waitUntil(lambda: curves.best_label.text() == f"Best epoch: {result.best_epoch}", timeout=WAIT)

    page.keep_button.click()
    qtbot.waitUntil(lambda: active_model_id() == result.model, timeout=WAIT)
    qtbot.waitUntil(lambda: running._queue.classifier.model_id == result.model, timeout=WAIT)
    longest = pulse.stop()
    grown = resident_bytes() - before
    assert "polka" in running._queue.classifier.genres
    assert training.state is State.IDLE
    assert "answers from now on" in page.messages.text
    assert longest[0].blocked <= LONGEST_SECONDS, longest
    assert grown <= MOST_BYTES
    print(f"longest gaps: {longest}, grown by {grown / 1e6:.0f} MB")


def test_discarding(qtbot: QtBot, page: RetrainPage, lesson_clips: int, start_model: str) -> None:
    page._data.refresh()
    qtbot.waitUntil(page.train_button.isVisible, timeout=WAIT)
    page.train_button.click()
    qtbot.waitUntil(page.discard_button.isVisible, timeout=WAIT)
    result = page.training.result
    assert result is not None
    assert (models_directory() / result.model).is_dir()
    page.discard_button.click()
    assert not page.discard_button.isEnabled()
    qtbot.waitUntil(page.train_button.isVisible, timeout=WAIT)
    assert not (models_directory() / result.model).exists()
    assert active_model_id() == start_model
    assert "Discarded" in page.messages.text


@needs_linux
def test_cancelling(qtbot: QtBot, page: RetrainPage, lesson_clips: int, start_model: str) -> None:
    page._data.refresh()
    qtbot.waitUntil(page.train_button.isVisible, timeout=WAIT)
    page.train_button.click()
    hold(qtbot, page.training)
    with qtbot.waitSignal(page.training.stopped, timeout=WAIT):
        page.cancel_button.click()
        assert page.phase_label.text() == "Cancelling…"
        assert not page.cancel_button.isEnabled()
    assert page.messages.text == "Cancelled. The model is as it was."
    assert page.train_button.isVisible()
    assert active_model_id() == start_model
    assert [one.id for one in versions.list_versions() if not one.shipped] == [start_model]


@needs_linux
def test_a_killed_training_is_told_of(
    qtbot: QtBot, page: RetrainPage, lesson_clips: int, start_model: str
) -> None:
    page._data.refresh()
    qtbot.waitUntil(page.train_button.isVisible, timeout=WAIT)
    page.train_button.click()
    os.kill(hold(qtbot, page.training), signal.SIGKILL)
    qtbot.waitUntil(lambda: not page.training.running, timeout=WAIT)
    assert "The training broke off" in page.messages.text
    assert "SIGKILL" in page.messages.text
    assert "Traceback" not in page.messages.text
    assert active_model_id() == start_model
    page.train_button.click()
    qtbot.waitUntil(lambda: page.training.state is State.DONE, timeout=WAIT)


def test_a_second_training_is_refused_and_the_first_one_followed(
    qtbot: QtBot, page: RetrainPage, lesson_clips: int, start_model: str
) -> None:
    page._data.refresh()
    qtbot.waitUntil(page.train_button.isVisible, timeout=WAIT)
    write_journal(Started("quick", start_model, 0))
    with FileLock(run_files.lock_file()) as lock:
        assert lock.acquire()
        page.train_button.click()
        qtbot.waitUntil(lambda: "running already" in page.messages.text, timeout=WAIT)
        qtbot.waitUntil(lambda: page.training.state is State.RUNNING, timeout=WAIT)
        assert page.cancel_button.isVisible()
        page.cancel_button.click()
        qtbot.waitUntil(run_files.cancel_file().exists, timeout=WAIT)
        # Before its process, which is this one, is sent a signal.
    qtbot.waitUntil(lambda: page.training.state is State.IDLE, timeout=WAIT)


def test_nothing_to_learn_from(qtbot: QtBot, page: RetrainPage, window: MainWindow) -> None:
    qtbot.waitUntil(page.to_data_set_button.isVisible, timeout=WAIT)
    page.to_data_set_button.click()
    assert window.make_data_set_page().isVisible()


def test_clips_for_validation_alone_teach_nothing(qtbot: QtBot, page: RetrainPage, lesson_clips: int) -> None:
    with DataSet() as data_set:
        data_set.pin([clip.id for clip in data_set.clips()], True, "valid")
    page._data.refresh()
    qtbot.waitUntil(page.lessons.isVisible, timeout=WAIT)
    assert page.train_button.isVisible()
    assert not page.train_button.isEnabled()
    assert "All of your clips are kept for validation" in page._remark.text()


class TestWorse:
    @pytest.fixture
    def worse(self, tiny_backbone: bytes, start_model: str) -> str:
        """Leave behind a training whose model takes every genre for its neighbour."""
        wrong = head_arrays()
        wrong["kernel"] = np.roll(wrong["kernel"], 1, axis=1)
        folder = write_model(
            models_directory() / "worse",
            tiny_backbone,
            head=npz(wrong),
            replay=replay_bytes(),
            parent="start",
        )
        start = read_model_version(models_directory() / start_model)
        comparison = compare_versions(read_model_version(folder), start, lambda _: None)
        assert comparison.needs_confirmation
        write_journal(
            Started("quick", start_model, 0),
            Epoch(0, 5, 1.0, 0.5, 1.0, 0.5, True, None),
            Result("worse", start_model, 0, comparison.to_json(), False, 1.0),
        )
        return "worse"

    def test_it_is_kept_only_after_a_question(
        self, qtbot: QtBot, worse: str, page: RetrainPage, start_model: str
    ) -> None:
        page.training.find(also_finished=True)
        qtbot.waitUntil(page.keep_button.isVisible, timeout=WAIT)
        assert page.discard_button.property("primary")
        assert not page.keep_button.property("primary")
        assert page.headline.text().startswith("Discard it")
        for wanted in ("Back", "Keep it all the same"):
            page.keep_button.click()
            (box,) = [box for box in page.findChildren(QMessageBox) if box.isVisible()]
            assert "worse on the reference set" in box.text()
            assert box.defaultButton().text() == "Back"
            next(button for button in box.buttons() if button.text() == wanted).click()
            if wanted == "Back":
                assert active_model_id() == start_model
                assert page.keep_button.isVisible()
        qtbot.waitUntil(lambda: active_model_id() == worse, timeout=WAIT)

    def test_one_that_was_deleted_meanwhile_leaves_nothing_to_decide(
        self, qtbot: QtBot, worse: str, page: RetrainPage
    ) -> None:
        page.training.find(also_finished=True)
        qtbot.waitUntil(page.discard_button.isVisible, timeout=WAIT)
        shutil.rmtree(models_directory() / worse)
        page.discard_button.click()
        qtbot.waitUntil(lambda: page.training.state is State.IDLE, timeout=WAIT)
        assert "Model not found" in page.messages.text


@needs_linux
class TestClosing:
    def answer(self, monkeypatch: pytest.MonkeyPatch, wanted: str) -> None:
        def choose(box: QMessageBox) -> int:
            assert box.text() == "A training is running."
            next(button for button in box.buttons() if button.text() == wanted).click()
            return 0

        monkeypatch.setattr(QMessageBox, "exec", choose)

    def start(self, qtbot: QtBot, running: Program) -> TrainingControl:
        running.window.show_training()
        running.window.make_retrain_page().start()
        return running._training

    def test_it_goes_on_and_is_shown_when_the_window_is_back(
        self,
        qtbot: QtBot,
        program: Callable[[], Program],
        monkeypatch: pytest.MonkeyPatch,
        start_model: str,
        lesson_clips: int,
    ) -> None:
        first = program()
        pid = hold(qtbot, self.start(qtbot, first))
        self.answer(monkeypatch, "Don't quit")
        assert not first.window.close()
        assert first._training.running
        self.answer(monkeypatch, "Go on in the background")
        assert first.window.close()
        first.end()
        os.kill(pid, signal.SIGCONT)
        assert Settings().text(LEFT_TRAINING)
        second = program()
        page = second.window.make_retrain_page()
        qtbot.waitUntil(page.isVisible, timeout=WAIT)
        qtbot.waitUntil(page.keep_button.isVisible, timeout=WAIT)
        assert page.training.epochs
        assert not Settings().text(LEFT_TRAINING)

    def test_it_is_cancelled(
        self,
        qtbot: QtBot,
        program: Callable[[], Program],
        monkeypatch: pytest.MonkeyPatch,
        start_model: str,
        lesson_clips: int,
    ) -> None:
        first = program()
        training = self.start(qtbot, first)
        hold(qtbot, training)
        self.answer(monkeypatch, "Cancel the training")
        with qtbot.waitSignal(training.stopped, timeout=WAIT):
            assert first.window.close()
        assert [one.id for one in versions.list_versions() if not one.shipped] == [start_model]


def test_other_pages_tell_that_a_training_runs_and_that_it_is_over(
    qtbot: QtBot, page: RetrainPage, window: MainWindow, lesson_clips: int
) -> None:
    button = window._rail_buttons.button(3)
    assert button.mark is None
    page.start()
    assert button.mark == "busy"
    window.show_page(0)
    qtbot.waitUntil(lambda: button.mark == "ready", timeout=WAIT)
    assert "The training is over" in window.listen.messages.text


class TestCurves:
    CURVES = Curves.of_epochs(
        [
            Epoch(k, 20, 2.0 / (k + 1), 0.5 + 0.02 * k, 2.2 / (k + 1), 0.4 + 0.02 * k, True, None)
            for k in range(12)
        ]
    )

    @pytest.fixture
    def curves(self, qtbot: QtBot, page: RetrainPage):
        view = page.make_curves()
        view.setParent(None)
        qtbot.addWidget(view)
        view.resize(900, 400)
        with qtbot.waitExposed(view):
            view.show()
        view.set_curves(self.CURVES)
        return view

    def test_the_pointer_reads_values(self, qtbot: QtBot, curves) -> None:
        viewport = curves.accuracy.plot.viewport()
        box = curves.accuracy.plot.getPlotItem().getViewBox()
        at = box.mapViewToScene(QPointF(5.2, 0.5))
        QTest.mouseMove(viewport, at.toPoint())
        qtbot.waitUntil(lambda: bool(curves.accuracy.readout.text()), timeout=WAIT)
        assert curves.accuracy.readout.text() == "Epoch 5: training 60.0%, validation 50.0%"
        assert curves.loss.readout.text() == "Epoch 5: training 0.333, validation 0.367"

    def test_training_is_blue_and_validation_orange(self, curves) -> None:
        image = curves.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
        pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1, 4)[:, :, 2::-1]
        for red, green, blue in ((0x1F, 0x6F, 0xD6), (0xD9, 0x70, 0x0B)):
            near = np.abs(pixels.astype(int) - (red, green, blue)).max(axis=2) < 12
            assert near.sum() > 200

    def test_saving(self, qtbot: QtBot, curves, tmp_path: Path) -> None:
        for suffix in (".png", ".svg", ".csv"):
            path = tmp_path / f"curves{suffix}"
            curves.save(path)
            qtbot.waitUntil(lambda path=path: path.exists() and path.stat().st_size > 0, timeout=WAIT)
        assert not QImage(str(tmp_path / "curves.png")).isNull()
        assert QSvgRenderer(str(tmp_path / "curves.svg")).isValid()
        assert (tmp_path / "curves.csv").read_text().count("\n") == 13

    def test_what_can_not_be_saved_is_told(
        self, qtbot: QtBot, curves, page: RetrainPage, tmp_path: Path
    ) -> None:
        curves.save(tmp_path / "nowhere" / "curves.csv")
        qtbot.waitUntil(lambda: "The curves were not saved" in page.messages.text, timeout=WAIT)


@needs_linux
@pytest.mark.timeout(600)
def test_the_window_answers_during_a_full_training(
    qtbot: QtBot,
    program: Callable[[], Program],
    trainable_network: Path,
    music: Callable[[int], list[Path]],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("GENRE_APP_REFERENCE_DATA", str(tmp_path / "no reference data"))
    start = TrainerProcess.start
    monkeypatch.setattr(TrainerProcess, "start", lambda options: start(replace(options, epochs=EPOCHS)))
    parent = activate_trainable_model(trainable_network)
    add_many_clips(tmp_path / "clips")
    running = program()
    window, training = running.window, running._training
    qtbot.waitUntil(lambda: running._queue.classifier is not None, timeout=WAIT)
    window.show_training()
    page = window.make_retrain_page()
    qtbot.waitUntil(lambda: page.curves is not None and page.train_button.isVisible(), timeout=WAIT)
    page.mode_switch.choose("full")
    seen: list[tuple[str, str]] = []
    training.changed.connect(lambda: seen.append((page.phase_label.text(), page.left_label.text())))
    before = resident_bytes()
    pulse = Pulse()
    page.train_button.click()
    rows = running._queue.rows
    window.open_paths(music(3))
    qtbot.waitUntil(lambda: rows.count(RowState.DONE) == 3, timeout=WAIT)
    window.show_training()
    qtbot.waitUntil(lambda: training.state is State.DONE, timeout=8 * WAIT)
    qtbot.waitUntil(page.keep_button.isVisible, timeout=WAIT)
    longest = pulse.stop()
    grown = resident_bytes() - before
    assert training.result is not None
    assert training.result.parent == parent
    assert len(training.epochs) == EPOCHS + 1
    assert longest[0].blocked <= LONGEST_SECONDS, longest
    assert grown <= MOST_BYTES
    # What is over at once may not be seen; what takes its time is.
    told = [phase for phase in dict.fromkeys(phase for phase, _ in seen) if not phase.startswith("Epoch")]
    lasting = (
        "Starting…",
        "Starting TensorFlow, which does the training…",
        "Preparing the network…",
        "Learning…",
        "Converting the new model…",
    )
    assert [phase for phase in told if phase in lasting] == list(lasting)
    assert any(left.startswith("at most about ") for phase, left in seen if phase.startswith("Epoch"))
    print(f"longest gaps: {longest}, grown by {grown / 1e6:.0f} MB")


def test_that_it_starts_is_seen_to_go_on(
    qtbot: QtBot, page: RetrainPage, lesson_clips: int, start_model: str
) -> None:
    write_journal(Started("full", start_model, 0), Phase("loading"))
    with FileLock(run_files.lock_file()) as lock:
        assert lock.acquire()
        page.training.find()
        qtbot.waitUntil(lambda: page.phase_label.text().startswith("Starting TensorFlow"), timeout=WAIT)
        assert page.progress.maximum() == 0, "nobody knows how long it takes"
        page.training.detach()
    qtbot.waitUntil(lambda: page.training.state is State.IDLE, timeout=WAIT)


def test_the_time_left_goes_on_by_itself(
    qtbot: QtBot, page: RetrainPage, lesson_clips: int, start_model: str
) -> None:
    write_journal(Started("full", start_model, 0), Phase("fit"), Step("fit", 2.0, 9.0, 5.0))
    with FileLock(run_files.lock_file()) as lock:
        assert lock.acquire()
        page.training.find()
        qtbot.waitUntil(lambda: page.left_label.text().startswith("at most about 5 s"), timeout=WAIT)
        # Nothing is said any more when it takes longer than was thought.
        qtbot.waitUntil(lambda: page.left_label.text() == "", timeout=WAIT)
        assert page.phase_label.text() == "Learning…"
        page.training.detach()
    qtbot.waitUntil(lambda: page.training.state is State.IDLE, timeout=WAIT)


class TestFull:
    @pytest.fixture
    def asked(self, monkeypatch: pytest.MonkeyPatch) -> list[TrainerOptions]:
        """Return what was asked for; nothing is trained, which takes minutes."""
        asked: list[TrainerOptions] = []

        def start(options: TrainerOptions) -> TrainerProcess:
            asked.append(options)
            raise TrainerDiedError(reason="it was not even started")

        monkeypatch.setattr(TrainerProcess, "start", start)
        return asked

    def test_what_is_missing_is_said(
        self, qtbot: QtBot, asked: list[TrainerOptions], page: RetrainPage, lesson_clips: int
    ) -> None:
        page._data.refresh()
        qtbot.waitUntil(page.mode_switch.isVisible, timeout=WAIT)
        assert page.train_button.isEnabled()
        page.mode_switch.choose("full")
        assert not page.train_button.isEnabled()
        assert f"needs at least {MIN_TRAIN_CLIPS} clips" in page.mode_text.text()
        page.mode_switch.choose("quick")
        assert page.train_button.isEnabled()
        page.train_button.click()
        qtbot.waitUntil(lambda: asked == [TrainerOptions("quick")], timeout=WAIT)

    def test_one_that_was_broken_off_can_go_on(
        self, qtbot: QtBot, asked: list[TrainerOptions], page: RetrainPage, start_model: str
    ) -> None:
        with DataSet() as data_set:
            write_many(data_set, 400)
        run_files.full_directory().mkdir()
        run_files.full_state_file().write_text(
            json.dumps(
                {
                    "format": FORMAT,
                    "epochs_done": [{}] * 4,
                    "settings": {"epochs": 20},
                    "parent": start_model,
                    "started": "2026-05-04T10:00:00+00:00",
                    "fingerprint": "",
                    "seed": 0,
                }
            )
        )
        page._data.refresh()
        page._look_for_resumable()
        qtbot.waitUntil(page.mode_switch.isVisible, timeout=WAIT)
        page.mode_switch.choose("full")
        qtbot.waitUntil(page.resume_button.isVisible, timeout=WAIT)
        assert "broken off after epoch 3 of 20" in page.mode_text.text()
        page.resume_button.click()
        qtbot.waitUntil(lambda: asked == [TrainerOptions("full", resume=True)], timeout=WAIT)
        qtbot.waitUntil(lambda: "not even started" in page.messages.text, timeout=WAIT)
        assert page.train_button.text() == "Start anew"
        page.train_button.click()
        qtbot.waitUntil(lambda: asked[1:] == [TrainerOptions("full")], timeout=WAIT)
