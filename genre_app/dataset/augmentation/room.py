"""Reverberation."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from genre_app.dataset.augmentation.filters import convolve, linear_phase_filter
from genre_app.dataset.augmentation.parameters import SEED, Number, ParameterRange
from genre_app.dataset.augmentation.synthesis import uniform, white_noise
from genre_app.dataset.augmentation.transform import Parameters, Samples, draw_seed
from genre_app.translation import QT_TRANSLATE_NOOP

_TAIL_BEGINS_SECONDS: Final = 0.012
_ECHOES: Final = 10
_ECHOES_END_SECONDS: Final = 0.06
_EDGES_HERTZ: Final = (350.0, 3000.0)
"""Between low, middle and high: air and curtains swallow the high sound first, nothing the low."""


class Room:
    """A room about the sound: single echoes from the walls, then a dense tail that dies away.

    The room is synthetic: noise that decays by 60 dB in the reverberation time (Schroeder 1965), the treble
    faster by the damping. Each channel hears echoes of its own. The end of the last tail is cut off.
    """

    name: ClassVar[str] = "room"
    version: ClassVar[int] = 1
    title: ClassVar[str] = QT_TRANSLATE_NOOP("augmentation", "Room")
    summary: ClassVar[str] = QT_TRANSLATE_NOOP(
        "augmentation", "{rt60:.1f} s reverberation, {direct_db:+.0f} dB direct sound"
    )
    ranges: ClassVar[Mapping[str, ParameterRange]] = {
        "rt60": Number(0.05, 5.0),
        "direct_db": Number(-20.0, 60.0),
        "damping": Number(0.0, 0.9),
        "seed": SEED,
    }

    def randomize_parameters(self, rng: np.random.Generator, strength: float) -> Parameters:
        """Draw the room.

        `rt60` is the time in seconds in which the middle frequencies fall by 60 dB, `direct_db` how much more
        energy comes directly than from the walls, `damping` by how much of its time the treble is shorter.
        """
        return {
            "rt60": round(float(0.15 + rng.uniform(0.3, 1.0) * 1.5 * strength), 3),
            "direct_db": round(float(18.0 - rng.uniform(0.5, 1.0) * 20.0 * strength), 2),
            "damping": round(float(rng.uniform(0.2, 0.7)), 3),
            "seed": draw_seed(rng),
        }

    def apply(
        self, samples: Samples, sample_rate: int, *, rt60: float, direct_db: float, damping: float, seed: int
    ) -> Samples:
        """Return the sound as it is heard in the room."""
        n = len(samples)
        reflections = [
            _reflections(sample_rate, rt60, damping, seed, channel)
            for channel in range(1 if samples.ndim == 1 else samples.shape[1])
        ]
        taps = np.stack(reflections, axis=-1) * np.float32(10.0 ** (-direct_db / 20.0))
        return samples + convolve(samples, taps[:, 0] if samples.ndim == 1 else taps)[:n]


def _reflections(
    sample_rate: int, rt60: float, damping: float, seed: int, channel: int
) -> NDArray[np.float32]:
    """Return what the walls send back of an impulse, shape (m,), with an energy of 1."""
    seconds = _TAIL_BEGINS_SECONDS + 1.1 * rt60  # 66 dB
    n = math.ceil(max(seconds, _ECHOES_END_SECONDS) * sample_rate) + 1
    begin = round(_TAIL_BEGINS_SECONDS * sample_rate)
    noise = white_noise(n, seed, 2 * channel)
    time = np.arange(n - begin) / sample_rate
    low_edge, high_edge = _EDGES_HERTZ
    treble = linear_phase_filter(noise, sample_rate, lambda hertz: _rise(hertz, high_edge))
    bass = linear_phase_filter(noise, sample_rate, lambda hertz: 1.0 - _rise(hertz, low_edge))
    reflections = np.zeros(n)
    for part, factor in ((bass, 1.1), (noise - bass - treble, 1.0), (treble, 1.0 - damping)):
        # Amplitude falls to a thousandth in the reverberation time.
        reflections[begin:] += part[: n - begin] * 1000.0 ** (-time / (rt60 * factor))
    tail_energy = float(np.sum(reflections**2))
    chance = uniform(2 * _ECHOES, seed, 2 * channel + 1).astype(np.float64)
    # Echoes come closer and closer together, and each has gone further, so that it is weaker.
    moments = 0.003 + (_ECHOES_END_SECONDS - 0.003) * np.sqrt(np.abs(chance[:_ECHOES]))
    gains = np.sign(chance[_ECHOES:]) * (0.003 / moments) * 1000.0 ** (-moments / rt60)
    gains *= math.sqrt(0.3 * tail_energy / max(float(np.sum(gains**2)), 1e-30))
    np.add.at(reflections, np.minimum(np.round(moments * sample_rate).astype(int), n - 1), gains)
    return (reflections / math.sqrt(float(np.sum(reflections**2)))).astype(np.float32)


def _rise(hertz: NDArray[np.float64], edge: float) -> NDArray[np.float64]:
    """Return a gain that rises smoothly from 0 an octave below `edge` to 1 an octave above it."""
    part = np.clip(0.5 + 0.5 * np.log2(np.maximum(hertz, 1.0) / edge), 0.0, 1.0)
    return np.asarray(part * part * (3.0 - 2.0 * part))
