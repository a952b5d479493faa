"""Gaps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final

import numpy as np

from genre_app.dataset.augmentation.fades import fade_in_curve
from genre_app.dataset.augmentation.parameters import Number, Pairs, ParameterRange
from genre_app.dataset.augmentation.transform import Parameters, Samples
from genre_app.translation import QT_TRANSLATE_NOOP

_PERIOD_SECONDS: Final = 30.0
_FADE_SECONDS: Final = 0.01


class TimeMask:
    """Short pieces silenced (Park et al. 2019, "SpecAugment"), again every 30 seconds in longer sound."""

    name: ClassVar[str] = "time_mask"
    version: ClassVar[int] = 1
    title: ClassVar[str] = QT_TRANSLATE_NOOP("augmentation", "Time masking")
    summary: ClassVar[str] = QT_TRANSLATE_NOOP("augmentation", "gaps")
    ranges: ClassVar[Mapping[str, ParameterRange]] = {
        "gaps": Pairs(Number(0.0, 1.0), Number(0.0, 0.2), most=8)
    }

    def randomize_parameters(self, rng: np.random.Generator, strength: float) -> Parameters:
        """Draw three gaps as [position, width], parts of 30 seconds or of a shorter clip."""
        return {
            "gaps": [
                [round(float(rng.random()), 4), round(float(rng.uniform(0.2, 1.0)) * 0.06 * strength, 4)]
                for _ in range(3)
            ]
        }

    def apply(self, samples: Samples, sample_rate: int, *, gaps: list[list[float]]) -> Samples:
        """Return the sound with silence in the gaps, faded at their edges."""
        n = len(samples)
        period = min(n, round(_PERIOD_SECONDS * sample_rate))
        masked = samples.copy()
        for position, width in gaps:
            length = round(width * period)
            fade = min(round(_FADE_SECONDS * sample_rate), length // 2)
            curve = fade_in_curve(fade, samples.ndim)
            for begin in range(round(position * (period - length)), n, max(period, 1)):
                gap = masked[begin : begin + length]
                gap[:fade] *= curve[::-1][: len(gap)]
                gap[fade : length - fade] = 0.0
                tail = gap[length - fade :]
                tail *= curve[: len(tail)]
        return masked
