"""A clip and an augmented copy of it, to be looked at and listened to before the copy is wanted.

Both are as the model hears them: one channel at 22,050 Hz, so that what differs is what the recipe did.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from genre_app.audio.decode import read_audio
from genre_app.audio.peaks import PeakCollector
from genre_app.audio.wav_writer import WavWriter
from genre_app.classifier.analysis import MAX_COLUMNS, SpectrogramOverview
from genre_app.classifier.windows import Framer
from genre_app.dataset.augmentation.recipe import Recipe
from genre_app.dataset.augmenting import draw_copies
from genre_app.dataset.copies import MAX_SECONDS, render_copy
from genre_app.dataset.data_set import DataSet
from genre_app.features.log_mel import SAMPLE_RATE
from genre_app.progress import Progress


@dataclass(frozen=True, slots=True)
class Sound:
    """What can be seen of a sound, and a file to play.

    Attributes:
        path: of the file.
        duration: seconds.
        peaks: float32 (n, 2), n ≤ 4096: least and greatest sample of each column of the waveform.
        spectrogram: uint8 (128, m), m ≤ 4096: the log-mel, relative to its loudest cell.
        spectrogram_seconds: what its columns span.
    """

    path: Path
    duration: float
    peaks: NDArray[np.float32]
    spectrogram: NDArray[np.uint8]
    spectrogram_seconds: float


def look_at_clip(path: Path, progress: Progress | None = None) -> Sound:
    """Return the clip whose file is `path`, as far as copies of it go.

    Raises:
        AudioError: if the file can't be decoded.
        Cancelled: if `progress` was cancelled.
    """
    samples, _ = read_audio(path, sample_rate=SAMPLE_RATE, mono=True, max_seconds=MAX_SECONDS)
    return _look_at(path, samples, progress)


def look_at_copy(path: Path, recipe: str, target: Path, progress: Progress | None = None) -> Sound:
    """Return the copy that `recipe`, canonical JSON, makes of the clip whose file is `path`.

    Args:
        path: of the clip's file.
        recipe: of the copy.
        target: of the WAV file that is written for the copy; it is not there yet.
        progress: to cancel.

    Raises:
        AudioError, SoundError: if the clip can't be decoded, or `target` not be written.
        RecipeInvalidError: if it is no recipe.
        Cancelled: if `progress` was cancelled.
    """
    samples, rate = render_copy(path, recipe, progress, sample_rate=SAMPLE_RATE, mono=True)
    writer = WavWriter(target, rate)
    try:
        writer.append(samples)
    finally:
        writer.close()
    return _look_at(target, samples, progress)


def draw_first_copy(data_set: DataSet, clip_id: int, strengths: Mapping[str, float], seed: int) -> Recipe:
    """Return the recipe of the first copy that the clip would get; see `draw_copies`.

    Raises:
        ClipUnknownError, DataSetError, ValueError, KeyError: as `draw_copies`.
    """
    ((_, recipe),) = draw_copies(data_set, {clip_id: 1}, strengths, seed)
    return recipe


def _look_at(path: Path, samples: NDArray[np.float32], progress: Progress | None) -> Sound:
    peaks, overview, framer = PeakCollector(MAX_COLUMNS), SpectrogramOverview(MAX_COLUMNS), Framer()
    peaks.add(samples)
    for part in (framer.add(samples), framer.finish()):
        # Generators: the end is looked for only when all before it was taken.
        for frames in part:
            if progress is not None:
                progress.raise_if_cancelled()
            overview.add(frames)
    return Sound(path, samples.size / SAMPLE_RATE, peaks.peaks, overview.spectrogram, overview.seconds)
