"""Keep a part of the sound."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from genre_app.dataset.augmentation.fades import fade_in_curve
from genre_app.dataset.augmentation.parameters import Number, ParameterRange
from genre_app.dataset.augmentation.transform import Parameters, Samples
from genre_app.translation import QT_TRANSLATE_NOOP

_FADE_SECONDS = 0.01
_SHORTEST_SECONDS = 5.0


class Crop:
    """An excerpt. At least five seconds of the sound stay, where there are as many."""

    name: ClassVar[str] = "crop"
    version: ClassVar[int] = 1
    title: ClassVar[str] = QT_TRANSLATE_NOOP("augmentation", "Crop")
    summary: ClassVar[str] = QT_TRANSLATE_NOOP("augmentation", "{keep:.0%} kept")
    ranges: ClassVar[Mapping[str, ParameterRange]] = {
        "keep": Number(0.05, 1.0),
        "position": Number(0.0, 1.0),
    }

    def randomize_parameters(self, rng: np.random.Generator, strength: float) -> Parameters:
        """Draw the part that is kept, and where it lies: 0 is the beginning, 1 the end."""
        return {
            "keep": round(1.0 - float(rng.uniform(0.3, 1.0)) * 0.6 * strength, 4),
            "position": round(float(rng.random()), 4),
        }

    def apply(self, samples: Samples, sample_rate: int, *, keep: float, position: float) -> Samples:
        """Return the excerpt, with short fades where it was cut."""
        n = len(samples)
        kept = min(n, max(round(keep * n), round(_SHORTEST_SECONDS * sample_rate)))
        begin = round(position * (n - kept))
        excerpt = samples[begin : begin + kept].copy()
        fade = min(round(_FADE_SECONDS * sample_rate), kept // 2)
        curve = fade_in_curve(fade, samples.ndim)
        if begin > 0:
            excerpt[:fade] *= curve
        if begin + kept < n:
            excerpt[kept - fade :] *= curve[::-1]
        return excerpt
