"""Sounds out of nothing but a seed: white, coloured and crowd noise.

NumPy promises that its bit generators keep their streams for ever, not that its distributions do. Everything
here is made from the bits, so that a recipe gives the same noise after an update.
"""

from __future__ import annotations

import math
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from genre_app.dataset.augmentation.filters import linear_phase_filter
from genre_app.dataset.augmentation.transform import Samples

COLOURS: Final = ("white", "pink", "brown", "crowd")

_CROWD_SAMPLE_RATE: Final = 16_000  # speech has next to nothing above 8 kHz
_TALKERS: Final = 7
_VOWELS: Final = (  # the first three formants in Hz, about those of a, e, i, o, u
    (800.0, 1250.0, 2500.0),
    (450.0, 1900.0, 2550.0),
    (300.0, 2250.0, 3000.0),
    (480.0, 850.0, 2450.0),
    (330.0, 750.0, 2300.0),
)


def uniform(n: int, seed: int, stream: int = 0) -> NDArray[np.float32]:
    """Return `n` independent numbers from [-1, 1); each `stream` of a seed is independent of its others."""
    generator = np.random.PCG64(np.random.SeedSequence([seed, stream]))
    words = np.asarray(generator.random_raw((n + 1) // 2), dtype="<u8").view("<u4")[:n]
    numbers = words.astype(np.float32)
    numbers *= np.float32(2.0**-31)
    numbers -= np.float32(1.0)
    return numbers


def white_noise(n: int, seed: int, stream: int = 0) -> NDArray[np.float32]:
    """Return `n` samples of white noise with a root mean square of 1, evenly distributed."""
    noise = uniform(n, seed, stream)
    noise *= np.float32(math.sqrt(3.0))
    return noise


def coloured_noise(n: int, sample_rate: int, colour: str, seed: int, stream: int = 0) -> Samples:
    """Return `n` samples of noise at `sample_rate`, of any level.

    Power falls by 0 dB an octave when `colour` is ``white``, 3 when ``pink`` (many machines, rain), 6 when
    ``brown`` (wind, distant traffic), above 40 Hz; ``crowd`` is many people who talk at once.
    """
    if colour == "crowd":
        return _crowd(n, sample_rate, seed, stream)
    noise = white_noise(n, seed, stream)
    exponent = {"white": 0.0, "pink": 0.5, "brown": 1.0}[colour]
    if exponent == 0.0:
        return noise
    return linear_phase_filter(
        noise, sample_rate, lambda hertz: (np.maximum(hertz, 40.0) / 1000.0) ** -exponent
    )


def _crowd(n: int, sample_rate: int, seed: int, stream: int) -> Samples:
    """Return `n` samples of babble: voices that say vowels in syllables, with pauses, and some hiss."""
    import soxr

    n_crowd = math.ceil(n * _CROWD_SAMPLE_RATE / sample_rate) + 1
    throats = np.zeros((len(_VOWELS), n_crowd), dtype=np.float32)
    for talker in range(_TALKERS):
        _talk(throats, seed, 1000 * (stream + 1) + talker)
    throats += np.float32(0.0005) * white_noise(n_crowd, seed, stream)  # consonants, cloth, chairs
    spoken = np.zeros(n_crowd, dtype=np.float32)
    for formants, throat in zip(_VOWELS, throats, strict=True):
        spoken += linear_phase_filter(throat, _CROWD_SAMPLE_RATE, partial(_vowel_response, formants))
    if sample_rate != _CROWD_SAMPLE_RATE:
        spoken = np.asarray(soxr.resample(spoken, _CROWD_SAMPLE_RATE, sample_rate), dtype=np.float32)
    return fit_length(spoken, n)


def _talk(throats: Samples, seed: int, stream: int) -> None:
    """Add the pulses of one voice to `throats`, shape (vowels, n): each syllable to that of its vowel."""
    n = throats.shape[1]
    n_syllables = math.ceil(n / _CROWD_SAMPLE_RATE * 5.0) + 1
    chance = 0.5 + 0.5 * uniform(4 + 3 * n_syllables, seed, stream).astype(np.float64)
    pitch = 95.0 + 130.0 * chance[0]  # Hz
    rate = 3.0 + 2.0 * chance[1]  # syllables a second
    level = 0.3 + 0.7 * chance[2]
    vowels, melody, stress = chance[4:].reshape(3, n_syllables)
    # Pulses have a period that follows the melody: where they fall, no sample has to be computed.
    periods = (0.85 + 0.3 * melody) / pitch
    pulses_each = np.maximum(1, np.round(1.0 / (rate * periods))).astype(int)
    times = np.cumsum(np.repeat(periods, pulses_each)) + chance[3] / rate
    at = (times * _CROWD_SAMPLE_RATE).astype(int)
    first_of_its_own = np.repeat(np.cumsum(pulses_each) - pulses_each, pulses_each)
    within = (np.arange(len(times)) - first_of_its_own + 0.5) / np.repeat(pulses_each, pulses_each)
    # A syllable rises fast and falls slowly; one in five is a pause.
    stressed = np.where(stress > 0.2, stress, 0.0).repeat(pulses_each)
    loudness = (level * stressed * within * (1.0 - within) ** 2).astype(np.float32)
    vowel = (vowels * len(_VOWELS)).astype(int).repeat(pulses_each)
    heard = at < n
    np.add.at(throats, (vowel[heard], at[heard]), loudness[heard])


def _vowel_response(formants: tuple[float, ...], hertz: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a vocal tract's gain: resonances over the fall of a voice by 9 dB an octave above 300 Hz."""
    gain = np.full(len(hertz), 0.05)
    for formant, width in zip(formants, (90.0, 120.0, 180.0), strict=True):
        gain += 1.0 / (1.0 + ((hertz - formant) / width) ** 2)
    return np.asarray(gain * (np.maximum(hertz, 300.0) / 300.0) ** -1.5 * (hertz > 70.0))


def fit_length(samples: Samples, n: int) -> Samples:
    """Return the first `n` of `samples`, shape (m,) or (m, channels), and silence where there are fewer."""
    if len(samples) >= n:
        return samples[:n]
    fitted = np.zeros((n, *samples.shape[1:]), dtype=np.float32)
    fitted[: len(samples)] = samples
    return fitted


def root_mean_square(samples: Samples) -> float:
    """Return the root mean square over all of `samples`, which aren't empty."""
    return math.sqrt(float(np.mean(np.square(samples, dtype=np.float64))))
