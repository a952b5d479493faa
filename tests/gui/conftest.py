"""What the tests of the window share: a model that answers foreseeably, files to hear, the window itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import soundfile
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from genre_app.audio.decoder_client import pool
from genre_app.classifier import Classifier, versions
from genre_app.dataset.data_set import DataSet
from genre_app.directories import models_directory
from genre_app.gui import language, tasks, theme
from genre_app.gui.dataset.control import DataSetControl
from genre_app.gui.garbage import GarbageCollection
from genre_app.gui.main_window import MainWindow
from genre_app.gui.models.control import ModelsControl
from genre_app.gui.retrain.control import TrainingControl
from genre_app.gui.row_queue import RowQueue
from genre_app.gui.settings import Settings
from tests.tiny_model import GENRES, SAMPLE_RATE, band_noise, replay_bytes, write_model


@pytest.fixture(autouse=True)
def _plain_look(qapp: QApplication) -> Iterator[None]:
    """Begin each test in light English, and leave no work behind for the next one."""
    language.use_language("en")
    theme.apply(qapp, "light")
    theme.set_genre_colours({})
    garbage = GarbageCollection()  # as the program has it
    yield
    assert tasks.stop_all(10.0), "a task did not stop"
    qapp.processEvents()
    # Each window that is left would be dressed anew at the beginning of every later test.
    for widget in qapp.topLevelWidgets():
        if isinstance(widget, MainWindow):
            widget.deleteLater()
    garbage.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    pool.close()


@pytest.fixture
def classifier(install_tiny_model: Callable[..., str]) -> Classifier:
    return Classifier.load(install_tiny_model())


@pytest.fixture
def music(tmp_path: Path) -> Callable[[int], list[Path]]:
    """Return a function that writes so many short songs, of the genres in turn, and returns their paths."""

    def write(count: int) -> list[Path]:
        folder = tmp_path / "music"
        folder.mkdir(exist_ok=True)
        paths = []
        for number in range(count):
            path = folder / f"{number + 1:03} {GENRES[number % len(GENRES)]}.wav"
            soundfile.write(path, band_noise(number % len(GENRES), 6.0, seed=number), SAMPLE_RATE)
            paths.append(path)
        return paths

    return write


@pytest.fixture
def queue(qapp: QApplication) -> Iterator[RowQueue]:
    queue = RowQueue()
    yield queue
    queue.clear()
    queue.deleteLater()


@pytest.fixture
def control(qapp: QApplication) -> Iterator[DataSetControl]:
    """Give the way to the data set of the test's home, which is empty."""
    control = DataSetControl()
    yield control
    control.close()
    control.deleteLater()


@pytest.fixture
def models(control: DataSetControl) -> Iterator[ModelsControl]:
    """Give the way to the model versions of the test's home."""
    models = ModelsControl(control)
    yield models
    models.deleteLater()


@pytest.fixture
def training(qapp: QApplication) -> Iterator[TrainingControl]:
    """Give the way to the process that trains."""
    training = TrainingControl()
    yield training
    training.close()
    training.deleteLater()


@pytest.fixture
def window(
    qtbot: QtBot,
    queue: RowQueue,
    control: DataSetControl,
    models: ModelsControl,
    training: TrainingControl,
) -> Iterator[MainWindow]:
    """Give the window, on the screen, without a model."""
    window = MainWindow(queue, Settings(), control, models, training)
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    yield window
    window.end_without_asking()


@pytest.fixture
def start_model(tiny_backbone: bytes) -> str:
    """Make a tiny model that can be trained on the active one, and return its id."""
    write_model(models_directory() / "start", tiny_backbone, replay=replay_bytes(), parent="base")
    versions.activate("start")
    return "start"


@pytest.fixture
def lesson_clips(tmp_path: Path) -> int:
    """Put short clips into the data set, of two genres and of one that is new; return how many."""
    folder = tmp_path / "lessons"
    folder.mkdir()
    with DataSet() as data_set:
        data_set.create_genre("polka")
        for genre, group in (("polka", 7), ("blues", 0), ("jazz", 5)):
            paths = [folder / f"{genre} {number}.wav" for number in range(2)]
            for number, path in enumerate(paths):
                soundfile.write(path, band_noise(group, 2.0, seed=10 * group + number), SAMPLE_RATE)
            data_set.add(data_set.examine(paths, genre))
        first, *others = [clip.id for clip in data_set.clips()]
        data_set.pin([first], True, "valid")
        data_set.pin(others, True, "train")
        return data_set.count()
