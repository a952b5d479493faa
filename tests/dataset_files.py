"""Small sound files for tests of the data set: each another sound, and quick to make and to decode."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.audio_files import to_int16, wav_bytes

RATE = 22050


def riff(seed: int, seconds: float = 2.0, sample_rate: int = RATE) -> NDArray[np.float32]:
    """Return a melody of short notes, shape (n,), peak 0.5; another one for every `seed`."""
    rng = np.random.default_rng(seed)
    n = round(seconds * sample_rate)
    sound = np.zeros(n)
    for start in range(0, n, sample_rate // 8):
        time = np.arange(min(sample_rate // 4, n - start)) / sample_rate
        for _ in range(2):
            pitch = 110 * 2 ** (rng.uniform(0, 48) / 12)
            sound[start : start + time.size] += np.exp(-12 * time) * np.sin(2 * np.pi * pitch * time)
    return (0.5 * sound / np.abs(sound).max()).astype(np.float32)


def write_riff(path: Path, seed: int, seconds: float = 2.0) -> Path:
    """Write the melody `seed` to the 16-bit WAV file `path`, whose folder is made, and return it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(wav_bytes(to_int16(riff(seed, seconds)), RATE))
    return path


def write_riffs(folder: Path, n: int, seconds: float = 2.0) -> list[Path]:
    """Write `n` different melodies to files in `folder` and return those."""
    return [write_riff(folder / f"riff {seed:04}.wav", seed, seconds) for seed in range(n)]
