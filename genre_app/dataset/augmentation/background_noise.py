"""Noise behind the music."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from genre_app.dataset.augmentation.parameters import SEED, Choice, Number, ParameterRange
from genre_app.dataset.augmentation.synthesis import COLOURS, coloured_noise, root_mean_square
from genre_app.dataset.augmentation.transform import Parameters, Samples, draw_seed
from genre_app.translation import QT_TRANSLATE_NOOP


class BackgroundNoise:
    """Hiss, machines, wind or a crowd at a signal-to-noise ratio; each channel hears noise of its own."""

    name: ClassVar[str] = "background_noise"
    version: ClassVar[int] = 1
    title: ClassVar[str] = QT_TRANSLATE_NOOP("augmentation", "Background noise")
    summary: ClassVar[str] = QT_TRANSLATE_NOOP(
        "augmentation", "{colour} noise, {snr_db:.0f} dB below the music"
    )
    ranges: ClassVar[Mapping[str, ParameterRange]] = {
        "colour": Choice(COLOURS),
        "snr_db": Number(-20.0, 100.0),
        "seed": SEED,
    }

    def randomize_parameters(self, rng: np.random.Generator, strength: float) -> Parameters:
        """Draw the kind of noise, the ratio of mean powers in dB, from 40 down to 3, and the noise's seed."""
        return {
            "colour": str(rng.choice(COLOURS)),
            "snr_db": round(float(40.0 - rng.uniform(0.6, 1.0) * 37.0 * strength), 2),
            "seed": draw_seed(rng),
        }

    def apply(self, samples: Samples, sample_rate: int, *, colour: str, snr_db: float, seed: int) -> Samples:
        """Return the sound with the noise; silence, over which no noise is at any ratio, stays silence."""
        n = len(samples)
        signal = root_mean_square(samples) if n else 0.0
        if signal == 0.0:
            return samples.copy()
        channels = 1 if samples.ndim == 1 else samples.shape[1]
        noise = np.empty((n, channels), dtype=np.float32)
        for channel in range(channels):
            own = coloured_noise(n, sample_rate, colour, seed, channel)
            level = root_mean_square(own)
            gain = signal / level * 10.0 ** (-snr_db / 20.0) if level > 0.0 else 0.0
            noise[:, channel] = own * np.float32(gain)
        return samples + (noise[:, 0] if samples.ndim == 1 else noise)
