"""Small loudspeakers and telephones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from genre_app.dataset.augmentation.filters import linear_phase_filter
from genre_app.dataset.augmentation.parameters import Number, ParameterRange
from genre_app.dataset.augmentation.transform import Parameters, Samples
from genre_app.translation import QT_TRANSLATE_NOOP

_FLOOR_DB = -70.0


class BandLimit:
    """Bass and treble lost, as by a phone's loudspeaker, a phone's microphone, or both."""

    name: ClassVar[str] = "band_limit"
    version: ClassVar[int] = 1
    title: ClassVar[str] = QT_TRANSLATE_NOOP("augmentation", "Small loudspeaker")
    summary: ClassVar[str] = QT_TRANSLATE_NOOP("augmentation", "{low_hertz:.0f} to {high_hertz:.0f} Hz")
    ranges: ClassVar[Mapping[str, ParameterRange]] = {
        "low_hertz": Number(10.0, 2000.0),
        "high_hertz": Number(1000.0, 40_000.0),
        "slope_db": Number(3.0, 60.0),
    }

    def randomize_parameters(self, rng: np.random.Generator, strength: float) -> Parameters:
        """Draw the limits in Hz, up to those of a telephone, and the fall beyond them in dB an octave."""
        return {
            "low_hertz": round(float(30.0 * 12.0 ** (rng.uniform(0.4, 1.0) * strength)), 1),
            "high_hertz": round(float(16_000.0 * 0.2 ** (rng.uniform(0.4, 1.0) * strength)), 1),
            "slope_db": round(float(rng.uniform(12.0, 36.0)), 1),
        }

    def apply(
        self, samples: Samples, sample_rate: int, *, low_hertz: float, high_hertz: float, slope_db: float
    ) -> Samples:
        """Return the sound with what lies outside the limits attenuated."""

        def response(hertz: np.ndarray) -> np.ndarray:
            audible = np.maximum(hertz, 1.0)
            octaves = np.maximum(0.0, np.log2(low_hertz / audible)) + np.maximum(
                0.0, np.log2(audible / high_hertz)
            )
            return np.asarray(10.0 ** (np.maximum(_FLOOR_DB, -slope_db * octaves) / 20.0))

        return linear_phase_filter(samples, sample_rate, response)
