from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from genre_app.classifier import Classifier
from genre_app.classifier.errors import InvalidInputError
from genre_app.classifier.hearing import hear
from genre_app.features.log_mel import SAMPLE_RATE
from genre_app.progress import Cancelled, Progress
from tests.tiny_model import GENRES, band_noise, write_model


@pytest.fixture(scope="module")
def classifier(tiny_backbone: bytes, tmp_path_factory: pytest.TempPathFactory) -> Classifier:
    return Classifier.from_directory(write_model(tmp_path_factory.mktemp("models") / "tiny", tiny_backbone))


class Stream:
    """An open file whose disk stops answering after some seconds, until it is closed."""

    def __init__(self, seconds: int) -> None:
        self.info = SimpleNamespace(duration=60.0)
        self.seconds = seconds
        self.closed = threading.Event()

    def __iter__(self) -> Iterator[NDArray[np.float32]]:
        sound = band_noise(3, 1.0)
        for _ in range(self.seconds):
            yield sound
        self.closed.wait(30)

    def close(self) -> None:
        self.closed.set()


def watchers() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name == "cancel-watcher"]


@pytest.mark.parametrize("seconds", [0, 1, 40])
def test_a_file_whose_disk_hangs_can_be_cancelled(classifier: Classifier, seconds: int) -> None:
    stream: Any = Stream(seconds)
    progress = Progress()
    threading.Timer(0.3, progress.cancel).start()
    started = time.monotonic()
    with pytest.raises(Cancelled):
        hear(stream, classifier.listen(), progress)
    assert time.monotonic() - started < 5
    assert watchers() == []


def test_nobody_watches_afterwards(classifier: Classifier) -> None:
    stream: Any = Stream(5)
    stream.closed.set()
    prediction = hear(stream, classifier.listen(), Progress())
    assert (prediction.genre, prediction.duration) == (GENRES[3], 5.0)
    assert watchers() == []


def test_an_error_on_the_way_is_passed_on(classifier: Classifier) -> None:
    def fail(block: NDArray[np.float32]) -> None:
        raise OSError("the disk is full")

    stream: Any = Stream(5)
    with pytest.raises(OSError, match="the disk is full"):
        hear(stream, classifier.listen(), Progress(), fail)
    assert watchers() == []


def test_a_file_without_a_sample(classifier: Classifier) -> None:
    stream: Any = Stream(0)
    stream.closed.set()
    with pytest.raises(InvalidInputError, match="not one sample"):
        hear(stream, classifier.listen(), Progress())


def test_every_block_is_shown(classifier: Classifier, tmp_path: Path) -> None:
    stream: Any = Stream(7)
    stream.closed.set()
    samples = 0

    def count(block: NDArray[np.float32]) -> None:
        nonlocal samples
        samples += block.size

    hear(stream, classifier.listen(), None, count)
    assert samples == 7 * SAMPLE_RATE
