"""All that the window shows of one file, computed while it is decoded once, in bounded memory."""

from __future__ import annotations

import time
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from genre_app.audio.decode import AudioInfo, open_audio
from genre_app.audio.peaks import PeakCollector
from genre_app.classifier.classifier import Classifier
from genre_app.classifier.hearing import hear
from genre_app.classifier.prediction import Prediction
from genre_app.classifier.windows import FRAME_SECONDS, Frames
from genre_app.features.log_mel import N_MELS, SAMPLE_RATE, normalise
from genre_app.progress import Progress

MAX_COLUMNS: Final = 4096
"""How many columns the overviews of waveform and spectrogram have at most."""


@dataclass(frozen=True, slots=True)
class Analysis:
    """One file, looked at from all sides.

    Attributes:
        prediction: its genre.
        info: the file as it is stored.
        peaks: float32 (n, 2), n ≤ 4096: least and greatest sample of each column of the waveform.
        spectrogram: uint8 (128, m), m ≤ 4096: the log-mel, relative to the loudest cell of the whole file;
            a column shows the loudest of the frames it stands for.
        spectrogram_seconds: what the m columns span; up to a column longer than the sound.
        elapsed: seconds from opening the file to the answer.
        warnings: what was wrong with the file although it could be decoded, English sentences.
    """

    prediction: Prediction
    info: AudioInfo
    peaks: NDArray[np.float32]
    spectrogram: NDArray[np.uint8]
    spectrogram_seconds: float
    elapsed: float
    warnings: tuple[str, ...]


def analyse_file(
    path: str | PathLike[str], classifier: Classifier, progress: Progress | None = None
) -> Analysis:
    """Return everything about the audio file at `path`, decoding it once.

    Args:
        path: of a file in any format that `genre_app.audio` decodes.
        classifier: that names the genre.
        progress: told the seconds done, and the seconds in all if the file says so, otherwise 0.

    Raises:
        GenreAppError: if the file can't be decoded (a subclass says why), or has no sample in it.
        Cancelled: if `progress` was cancelled.
    """
    started = time.perf_counter()
    peaks = PeakCollector(MAX_COLUMNS)
    overview = SpectrogramOverview(MAX_COLUMNS)
    with open_audio(Path(path), sample_rate=SAMPLE_RATE, mono=True) as stream:
        listening = classifier.listen(on_frames=overview.add)
        prediction = hear(stream, listening, progress, peaks.add)
        return Analysis(
            prediction=prediction,
            info=stream.info,
            peaks=peaks.peaks,
            spectrogram=overview.spectrogram,
            spectrogram_seconds=overview.seconds,
            elapsed=time.perf_counter() - started,
            warnings=tuple(stream.warnings),
        )


class SpectrogramOverview:
    """A spectrogram of bounded width from power frames of any number.

    When it is full, neighbouring columns are folded into their louder one, cell by cell.
    """

    def __init__(self, max_columns: int) -> None:
        self._power = np.zeros((N_MELS, max_columns), dtype=np.float32)
        self._frames_per_column = 1
        self._frames = 0

    def add(self, frames: Frames) -> None:
        """Append `frames`, the ones that follow those added before."""
        power = frames.power
        while power.shape[1]:
            if self._frames == self._power.shape[1] * self._frames_per_column:
                self._fold()
            column, offset = divmod(self._frames, self._frames_per_column)
            if self._frames_per_column == 1:
                n = min(power.shape[1], self._power.shape[1] - column)
                self._power[:, column : column + n] = power[:, :n]
            else:
                n = min(power.shape[1], self._frames_per_column - offset)
                loudest = power[:, :n].max(axis=1)
                self._power[:, column] = np.maximum(self._power[:, column], loudest)
            self._frames += n
            power = power[:, n:]

    @property
    def spectrogram(self) -> NDArray[np.uint8]:
        """The log-mel, uint8 (128, m), relative to the loudest cell of all."""
        columns = -(-self._frames // self._frames_per_column)
        return np.rint(normalise(self._power[:, :columns])).astype(np.uint8)

    @property
    def seconds(self) -> float:
        """What the columns of `spectrogram` span."""
        columns = -(-self._frames // self._frames_per_column)
        return columns * self._frames_per_column * FRAME_SECONDS

    def _fold(self) -> None:
        half = self._power.shape[1] // 2
        self._power[:, :half] = np.maximum(self._power[:, 0::2], self._power[:, 1::2])
        self._power[:, half:] = 0.0
        self._frames_per_column *= 2
