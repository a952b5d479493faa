"""Another tempo."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from genre_app.dataset.augmentation.parameters import Number, ParameterRange
from genre_app.dataset.augmentation.transform import Parameters, Samples, draw_signed
from genre_app.dataset.augmentation.vocoder import stretch
from genre_app.translation import QT_TRANSLATE_NOOP


class TimeStretch:
    """Faster or slower at the same pitch; the length changes with it."""

    name: ClassVar[str] = "time_stretch"
    version: ClassVar[int] = 1
    title: ClassVar[str] = QT_TRANSLATE_NOOP("augmentation", "Time stretch")
    summary: ClassVar[str] = QT_TRANSLATE_NOOP("augmentation", "tempo × {rate:.2f}")
    ranges: ClassVar[Mapping[str, ParameterRange]] = {"rate": Number(0.5, 2.0)}

    def randomize_parameters(self, rng: np.random.Generator, strength: float) -> Parameters:
        """Draw how many times as fast, up to a fifth faster or slower."""
        return {"rate": round(math.exp(draw_signed(rng, math.log(1.2) * strength)), 4)}

    def apply(self, samples: Samples, sample_rate: int, *, rate: float) -> Samples:
        """Return the sound at `rate` times the tempo."""
        return stretch(samples, sample_rate, rate)
