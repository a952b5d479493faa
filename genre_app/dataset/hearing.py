"""All that adding needs to know of a file, in one pass over it and in bounded memory."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from genre_app.audio.decode import open_audio, read_tags
from genre_app.dataset.audio_store import SampleHasher, file_sha256
from genre_app.dataset.near_duplicates import LandmarkFinder, Landmarks
from genre_app.features.log_mel import SAMPLE_RATE
from genre_app.progress import Progress

Float32 = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Heard:
    """What a file is and sounds like.

    Attributes:
        file_sha256: of its bytes, hexadecimal; the rest is true of exactly these bytes. Empty if they changed
            while they were read.
        sample_hash: see `genre_app.dataset.audio_store.SampleHasher`.
        sample_rate: Hz.
        channels: their number.
        duration: seconds, by its samples.
        format: such as ``FLAC``.
        title, artist: by its tags; empty if they do not say.
        landmarks: see `genre_app.dataset.near_duplicates`.
    """

    file_sha256: str
    sample_hash: str
    sample_rate: int
    channels: int
    duration: float
    format: str
    title: str
    artist: str
    landmarks: Landmarks


def hear(
    path: Path,
    progress: Progress | None = None,
    known: Callable[[str], bool] | None = None,
) -> Heard | str:
    """Listen to the file `path`.

    Args:
        path: of a sound file.
        progress: to cancel.
        known: told the SHA-256 of the file's bytes; if it says yes, the file is not decoded.

    Returns:
        What was heard, or that SHA-256 if it is known.

    Raises:
        AudioError: if the file can't be read or decoded.
        Cancelled: if `progress` was cancelled.
    """
    sha256 = file_sha256(path, progress)
    if known is not None and known(sha256):
        return sha256
    before = _state(path)
    with open_audio(path, sample_rate=None, mono=False) as stream:
        rate, channels, audio_format = stream.sample_rate, stream.channels, stream.info.format
        hasher = SampleHasher(rate, channels)
        landmarks = LandmarkFinder()
        mixer = _Mixer(rate, channels)
        n_samples = 0
        for block in stream:
            if progress is not None:
                progress.raise_if_cancelled()
            hasher.add(block)
            n_samples += len(block)
            landmarks.add(mixer.add(block))
    landmarks.add(mixer.finish())
    tags = read_tags(path)
    return Heard(
        file_sha256=sha256 if _state(path) == before else "",
        sample_hash=hasher.hexdigest(),
        sample_rate=rate,
        channels=channels,
        duration=n_samples / rate,
        format=audio_format,
        title=tags.title,
        artist=tags.artist,
        landmarks=landmarks.finish(),
    )


def _state(path: Path) -> tuple[int, int, int] | None:
    """Return what changes when somebody writes to `path`, None when it is gone."""
    try:
        status = os.stat(path)  # noqa: PTH116 - the name may be no text
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns


class _Mixer:
    """Makes one channel at 22,050 Hz of whatever comes: as the decoder does when it is asked to.

    Here it is done once more because a clip's identity is the hash of what comes before.
    """

    def __init__(self, sample_rate: int, channels: int) -> None:
        self._average = np.full(channels, 1 / channels, np.float32)
        self._resampler = None
        if sample_rate != SAMPLE_RATE:
            import soxr

            self._resampler = soxr.ResampleStream(sample_rate, SAMPLE_RATE, 1, dtype="float32", quality="HQ")

    def add(self, block: Float32) -> Float32:
        """Return what `block`, shape (n, channels), adds to the sound: shape (m,), m ≥ 0."""
        mono: Float32 = block @ self._average
        return mono if self._resampler is None else self._resampler.resample_chunk(mono)

    def finish(self) -> Float32:
        """Return the end of the sound, shape (m,), m ≥ 0."""
        nothing = np.zeros(0, np.float32)
        return nothing if self._resampler is None else self._resampler.resample_chunk(nothing, last=True)
