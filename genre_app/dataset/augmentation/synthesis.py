"""Sounds out of nothing but a seed: white, coloured and crowd noise.

NumPy promises that its bit generators keep their streams for ever, not that its distributions do. Everything
here is made from the bits, so that a recipe gives the same noise after an update.
"""

from __future__ import annotations

import math
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


def _vowel_response(formants: tuple[float, ...], hertz: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a vocal tract's gain: resonances over the fall of a voice by 9 dB an octave above 300 Hz."""
    bandwidths = (90.0, 120.0, 180.0)
    gain = 0.05 + sum(
        1.0 / (1.0 + ((hertz - formant) / width) ** 2)
        for formant, width in zip(formants, bandwidths, strict=True)
    )
    return np.asarray(gain * (np.maximum(hertz, 300.0) / 300.0) ** -1.5 * (hertz > 70.0))


def _crowd(n: int, sample_rate: int, seed: int, stream: int) -> Samples:
    """Return `n` samples of babble: voices that say vowels in syllables, with pauses, and some hiss."""
    import soxr

    n_crowd = math.ceil(n * _CROWD_SAMPLE_RATE / sample_rate) + 1
    seconds = n_crowd / _CROWD_SAMPLE_RATE
    throats = np.zeros((len(_VOWELS), n_crowd), dtype=np.float32)
    n_syllables = math.ceil(seconds * 5.0) + 1
    for talker in range(_TALKERS):
        chance = 0.5 + 0.5 * uniform(4 + 3 * n_syllables, seed, 1000 * (stream + 1) + talker).astype(
            np.float64
        )
        pitch = 95.0 + 130.0 * chance[0]  # Hz
        rate = 3.0 + 2.0 * chance[1]  # syllables a second
        level = 0.3 + 0.7 * chance[2]
        offset = chance[3]
        vowels, melody, stress = chance[4:].reshape(3, n_syllables)
        # Pulses of a period that follows the melody: where they fall, no sample has to be computed.
        periods = (0.85 + 0.3 * melody) / pitch
        pulses_each = np.maximum(1, np.round(1.0 / (rate * periods))).astype(int)
        times = np.cumsum(np.repeat(periods, pulses_each)) + offset * periods[0]
        at = (times * _CROWD_SAMPLE_RATE).astype(int)
        heard = at < n_crowd
        within = np.concatenate([(np.arange(count) + 0.5) / count for count in pulses_each])
        # A syllable rises fast and falls slowly; one in five is a pause.
        loudness = np.where(stress > 0.2, stress, 0.0).repeat(pulses_each) * within * (1.0 - within) ** 2
        vowel = (vowels * len(_VOWELS)).astype(int).repeat(pulses_each)
        np.add.at(throats, (vowel[heard], at[heard]), (level * loudness[heard]).astype(np.float32))
    hiss = white_noise(n_crowd, seed, stream)
    throats += hiss * np.float32(0.0005)  # consonants, cloth, the room; also: never only zeros
    spoken = np.zeros(n_crowd, dtype=np.float32)
    for formants, throat in zip(_VOWELS, throats, strict=True):
        spoken += linear_phase_filter(
            throat, _CROWD_SAMPLE_RATE, lambda hertz, formants=formants: _vowel_response(formants, hertz)
        )
    if sample_rate != _CROWD_SAMPLE_RATE:
        spoken = np.asarray(soxr.resample(spoken, _CROWD_SAMPLE_RATE, sample_rate), dtype=np.float32)
    return fit_length(spoken, n)


def fit_length(samples: Samples, n: int) -> Samples:
    """Return the first `n` of `samples`, shape (m,) or (m, channels), followed by silence if there are fewer."""
    if len(samples) >= n:
        return samples[:n]
    fitted = np.zeros((n, *samples.shape[1:]), dtype=np.float32)
    fitted[: len(samples)] = samples
    return fitted


def root_mean_square(samples: Samples) -> float:
    """Return the root mean square over all of `samples`, which aren't empty."""
    return math.sqrt(float(np.mean(np.square(samples, dtype=np.float64))))
