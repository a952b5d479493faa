"""Music-like sound that is computed, so that tests need no recordings, and the measuring of its likeness."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray


def synthetic_song(seconds: float, sample_rate: int = 44100, seed: int = 0) -> NDArray[np.float32]:
    """Return a melody with overtones, a beat of noise, and a chirp: float32 of shape (n,), peak 0.7.

    No part of it is like another, so that a recording of it can be laid over it in one way only.
    """
    random = np.random.default_rng(seed)
    n = round(seconds * sample_rate)
    time = np.arange(n) / sample_rate
    song = 0.2 * np.sin(2 * np.pi * (100 + 4000 * time / seconds / 2) * time)
    for start in range(0, n, sample_rate // 4):
        note = time[: min(sample_rate // 2, n - start)]
        pitch = 220 * 2 ** (random.integers(0, 24) / 12)
        fading = np.exp(-6 * note)
        for overtone in range(1, 5):
            phase = random.uniform(0, 2 * np.pi)
            wave = np.sin(2 * np.pi * pitch * overtone * note + phase) / overtone
            song[start : start + len(note)] += 0.4 * fading * wave
        beat = (
            random.normal(size=min(sample_rate // 20, n - start))
            * np.exp(-60 * time[: sample_rate // 20])[: n - start]
        )
        song[start : start + len(beat)] += 0.3 * beat
    return (0.7 * song / np.abs(song).max()).astype(np.float32)


def write_song(path: Path, samples: NDArray[np.float32], sample_rate: int = 44100) -> Path:
    """Write `samples` to the 16-bit WAV file `path` and return it."""
    import soundfile

    soundfile.write(path, samples, sample_rate, subtype="PCM_16")
    return path


def best_match(heard: NDArray[np.float32], played: NDArray[np.float32]) -> tuple[float, int]:
    """Lay `played` over `heard`, both of shape (n,), where it fits best.

    Returns:
        Pearson correlation of `played` with that part of `heard`, and at which sample of `heard` it begins.
    """
    size = 1 << int(np.ceil(np.log2(len(heard) + len(played))))
    products = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(played, size)), size)
    places = max(1, len(heard) - len(played) + 1)
    start = int(np.argmax(products[:places]))
    part = heard[start : start + len(played)]
    return float(np.corrcoef(part, played[: len(part)])[0, 1]), start
