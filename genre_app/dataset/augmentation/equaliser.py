"""Brighter or darker."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from genre_app.dataset.augmentation.filters import linear_phase_filter
from genre_app.dataset.augmentation.parameters import Number, ParameterRange
from genre_app.dataset.augmentation.transform import Parameters, Samples, draw_signed
from genre_app.translation import QT_TRANSLATE_NOOP

_PIVOT_HERTZ = 1000.0
_LOWEST_HERTZ = 40.0
_HIGHEST_HERTZ = 16_000.0


class EqualiserTilt:
    """The whole spectrum tilted about 1 kHz, and one broad boost or cut: another mix, another loudspeaker."""

    name: ClassVar[str] = "equaliser"
    version: ClassVar[int] = 1
    title: ClassVar[str] = QT_TRANSLATE_NOOP("augmentation", "Equaliser tilt")
    summary: ClassVar[str] = QT_TRANSLATE_NOOP(
        "augmentation", "{tilt_db:+.1f} dB an octave, {bell_db:+.1f} dB at {bell_hertz:.0f} Hz"
    )
    ranges: ClassVar[Mapping[str, ParameterRange]] = {
        "tilt_db": Number(-6.0, 6.0),
        "bell_db": Number(-24.0, 24.0),
        "bell_hertz": Number(50.0, 16_000.0),
    }

    def randomize_parameters(self, rng: np.random.Generator, strength: float) -> Parameters:
        """Draw the tilt in dB an octave, and height and place of the boost or cut."""
        return {
            "tilt_db": round(draw_signed(rng, 2.5 * strength), 2),
            "bell_db": round(draw_signed(rng, 8.0 * strength), 2),
            "bell_hertz": round(float(100.0 * 80.0 ** rng.random()), 1),
        }

    def apply(
        self, samples: Samples, sample_rate: int, *, tilt_db: float, bell_db: float, bell_hertz: float
    ) -> Samples:
        """Return the sound with its octaves weighted; beyond 40 Hz and 16 kHz the gain goes no further."""

        def response(hertz: np.ndarray) -> np.ndarray:
            limited = np.clip(hertz, _LOWEST_HERTZ, _HIGHEST_HERTZ)
            octaves = np.log2(limited / bell_hertz)
            decibels = tilt_db * np.log2(limited / _PIVOT_HERTZ) + bell_db * np.exp(-0.5 * octaves**2)
            return np.asarray(10.0 ** (decibels / 20.0))

        return linear_phase_filter(samples, sample_rate, response)
