"""What a view shows of running sound: level, clipping, and the waveform as it scrolls by.

Everything here is computed from new samples alone, so that asking 60 times a second stays cheap.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SILENCE_DBFS = -120.0
"""Level that is reported for digital silence."""

CLIP_AMPLITUDE = 0.999
"""Amplitude from which a sample counts as clipped: within 0.01 dB of full scale (16 bit end at 0.99997)."""

_RMS_SECONDS = 0.3  # time constant, as a VU meter has
_PEAK_FALL_DB_PER_SECOND = 24.0


@dataclass(frozen=True, slots=True)
class Level:
    """How loud the sound is.

    Attributes:
        rms_dbfs: root mean square over the last third of a second or so; a full-scale sine has -3.01 dBFS.
        peak_dbfs: the highest amplitude, falling by 24 dB a second after a peak.
        clipped: whether a sample has reached full scale since the start or the last reset.
    """

    rms_dbfs: float = SILENCE_DBFS
    peak_dbfs: float = SILENCE_DBFS
    clipped: bool = False


def to_dbfs(amplitude: float) -> float:
    """Return `amplitude` (1.0 is full scale) in decibels, not below `SILENCE_DBFS`."""
    if amplitude <= 10 ** (SILENCE_DBFS / 20):
        return SILENCE_DBFS
    return 20.0 * float(np.log10(amplitude))


def is_clipped(samples: NDArray[np.float32]) -> bool:
    """Return whether any of `samples`, of any shape but not empty, reaches `CLIP_AMPLITUDE`."""
    return bool(samples.max() >= CLIP_AMPLITUDE or samples.min() <= -CLIP_AMPLITUDE)


class LevelMeter:
    """Follows root mean square and peak of a stream of samples."""

    def __init__(self, sample_rate: float) -> None:
        self._sample_rate = sample_rate
        self._mean_square = 0.0
        self._peak = 0.0

    def add(self, samples: NDArray[np.float32]) -> None:
        """Take `samples`, shape (n,), into account."""
        if not len(samples):
            return
        seconds = len(samples) / self._sample_rate
        keep = float(np.exp(-seconds / _RMS_SECONDS))
        mean_square = float(np.dot(samples, samples)) / len(samples)
        self._mean_square = keep * self._mean_square + (1.0 - keep) * mean_square
        fallen = self._peak * 10.0 ** (-_PEAK_FALL_DB_PER_SECOND * seconds / 20.0)
        self._peak = max(fallen, float(samples.max()), -float(samples.min()))

    @property
    def rms_dbfs(self) -> float:
        """Root mean square in dBFS."""
        return to_dbfs(self._mean_square**0.5)

    @property
    def peak_dbfs(self) -> float:
        """Peak in dBFS."""
        return to_dbfs(self._peak)


class WaveformHistory:
    """Keeps lowest and highest sample of each few milliseconds of the last minute.

    Args:
        sample_rate: of the samples that will be added, in Hz.
        seconds: how far back it reaches.
    """

    _BIN_SECONDS = 0.002

    def __init__(self, sample_rate: float, seconds: float = 60.0) -> None:
        self._bin_frames = max(1, round(sample_rate * self._BIN_SECONDS))
        self._bins_per_second = sample_rate / self._bin_frames
        self._capacity = int(np.ceil(seconds * self._bins_per_second)) + 1
        # Twice the capacity, as in the ring buffer: the bins asked for lie in one piece.
        self._bins: NDArray[np.float32] = np.zeros((2 * self._capacity, 2), np.float32)
        self._count = 0
        self._rest: NDArray[np.float32] = np.zeros(0, np.float32)

    def add(self, samples: NDArray[np.float32]) -> None:
        """Append `samples`, shape (n,)."""
        if len(self._rest):
            samples = np.concatenate((self._rest, samples))
        whole = len(samples) // self._bin_frames
        cut = whole * self._bin_frames
        self._rest = samples[cut:].copy()
        bins = samples[:cut].reshape(whole, self._bin_frames)[-self._capacity :]
        self._count += whole - len(bins)
        places = np.arange(self._count, self._count + len(bins)) % self._capacity
        for column, values in enumerate((bins.min(axis=1), bins.max(axis=1)) if len(bins) else ()):
            self._bins[places, column] = values
            self._bins[places + self._capacity, column] = values
        self._count += len(bins)

    def overview(self, seconds: float, columns: int) -> NDArray[np.float32]:
        """Return lowest and highest sample in each of `columns` equal parts of the last `seconds`.

        The newest sound is in the last column; columns from before the beginning are zero. The borders of
        columns stay with the sound as it moves, so that a scrolling picture of it does not shimmer.

        Returns:
            float32 of shape (columns, 2).

        Raises:
            ValueError: if `seconds` is longer than the history, or anything is not positive.
        """
        width = seconds * self._bins_per_second / columns if columns > 0 else 0.0  # bins per column
        if not 0.0 < width * columns < self._capacity:
            raise ValueError(f"cannot show {seconds} s in {columns} columns")
        result = np.zeros((columns, 2), np.float32)
        if not self._count:
            return result
        # Column number k, counted from the beginning of the sound, begins at bin floor(k * width); narrower
        # than a bin, it shows the one that it lies in (which reduceat does where two borders are equal).
        newest = int(np.ceil(self._count / width)) - 1
        first = max(0, newest - columns + 1)
        borders = np.floor(np.arange(first, newest + 1) * width).astype(np.int64)
        base = max(int(borders[0]), self._count - self._capacity)
        begin = base % self._capacity
        bins = self._bins[begin : begin + self._count - base]
        borders = np.clip(borders - base, 0, len(bins) - 1)
        shown = result[columns - len(borders) :]
        shown[:, 0] = np.minimum.reduceat(bins[:, 0], borders)
        shown[:, 1] = np.maximum.reduceat(bins[:, 1], borders)
        return result
