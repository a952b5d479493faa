"""Missing bands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final

import numpy as np

from genre_app.dataset.augmentation.filters import linear_phase_filter
from genre_app.dataset.augmentation.parameters import Number, Pairs, ParameterRange
from genre_app.dataset.augmentation.transform import Parameters, Samples
from genre_app.translation import QT_TRANSLATE_NOOP

_EDGE_OCTAVES: Final = 0.06


class FrequencyMask:
    """Bands taken out of the sound (Park et al. 2019, "SpecAugment")."""

    name: ClassVar[str] = "frequency_mask"
    version: ClassVar[int] = 1
    title: ClassVar[str] = QT_TRANSLATE_NOOP("augmentation", "Frequency masking")
    summary: ClassVar[str] = QT_TRANSLATE_NOOP("augmentation", "bands missing")
    ranges: ClassVar[Mapping[str, ParameterRange]] = {
        "bands": Pairs(Number(20.0, 40_000.0), Number(0.0, 3.0), most=8)
    }

    def randomize_parameters(self, rng: np.random.Generator, strength: float) -> Parameters:
        """Draw two bands as [centre in Hz, width in octaves]."""
        return {
            "bands": [
                [
                    round(float(150.0 * 50.0 ** rng.random()), 1),
                    round(float(rng.uniform(0.3, 1.0)) * strength, 3),
                ]
                for _ in range(2)
            ]
        }

    def apply(self, samples: Samples, sample_rate: int, *, bands: list[list[float]]) -> Samples:
        """Return the sound without the bands."""

        def response(hertz: np.ndarray) -> np.ndarray:
            gain = np.ones(len(hertz))
            for centre, width in bands:
                distance = np.abs(np.log2(np.maximum(hertz, 1.0) / centre)) - width / 2.0
                gain *= np.clip(1.0 + distance / _EDGE_OCTAVES, 0.0, 1.0)
            return gain

        return linear_phase_filter(samples, sample_rate, response)
