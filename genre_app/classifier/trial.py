"""Lets a model version answer a question and says whether it could: ``python -m genre_app.classifier.trial``.

A program of its own, so that a network which brings its runtime down brings down nothing else.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from genre_app.classifier.classifier import Classifier
from genre_app.classifier.litert import Backbone
from genre_app.classifier.model_version import ModelVersion, read_model_files, read_model_version
from genre_app.errors import GenreAppError
from genre_app.features.log_mel import N_MELS, WINDOW_FRAMES


def question() -> NDArray[np.float32]:
    """Return a log-mel (128, 336) that sounds like nothing and is always the same."""
    band, frame = np.mgrid[0:N_MELS, 0:WINDOW_FRAMES]
    waves = np.sin(band / 7.0) * np.cos(frame / 11.0) + np.sin(band * frame / 997.0)
    return np.asarray(255.0 * (waves - waves.min()) / np.ptp(waves), dtype=np.float32)


def verify(version: ModelVersion) -> None:
    """Check that what `version` answers is what its backbone and its head say.

    Raises:
        GenreAppError: a subclass says what is wrong.
        ValueError: if the answers differ.
    """
    answered = Classifier.from_directory(version.directory).predict_log_mel(question()).probabilities
    content, head = read_model_files(version)
    expected = head.probabilities(Backbone(content)(question()).whole)
    if not np.allclose([answered[genre] for genre in version.genres], expected, atol=1e-5):
        raise ValueError("the answers are not those of the network and its head")


def main() -> int:
    """Try the version in the folder that is named; return 0 if it can be used."""
    try:
        verify(read_model_version(Path(sys.argv[1])))
    except (GenreAppError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
