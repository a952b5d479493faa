"""Begin somewhere else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from genre_app.dataset.augmentation.fades import fade_in_curve
from genre_app.dataset.augmentation.parameters import Number, ParameterRange
from genre_app.dataset.augmentation.transform import Parameters, Samples, draw_signed
from genre_app.translation import QT_TRANSLATE_NOOP

_SEAM_SECONDS = 0.02


class TimeShift:
    """Another beginning: the sound goes round, what left at one end comes back at the other."""

    name: ClassVar[str] = "time_shift"
    version: ClassVar[int] = 1
    title: ClassVar[str] = QT_TRANSLATE_NOOP("augmentation", "Time shift")
    summary: ClassVar[str] = QT_TRANSLATE_NOOP("augmentation", "shifted by {part:+.0%} of the length")
    ranges: ClassVar[Mapping[str, ParameterRange]] = {"part": Number(-1.0, 1.0)}

    def randomize_parameters(self, rng: np.random.Generator, strength: float) -> Parameters:
        """Draw the shift as a part of the length; later is positive."""
        return {"part": round(draw_signed(rng, 0.5 * strength), 4)}

    def apply(self, samples: Samples, sample_rate: int, *, part: float) -> Samples:
        """Return `samples` gone round by `part`, faded out and in where end and beginning meet."""
        n = len(samples)
        shift = round(part * n) % n if n else 0
        if shift == 0:
            return samples.copy()
        shifted = np.roll(samples, shift, axis=0)
        seam = min(round(_SEAM_SECONDS * sample_rate), shift, n - shift)
        curve = fade_in_curve(seam, samples.ndim)
        shifted[shift : shift + seam] *= curve
        shifted[shift - seam : shift] *= curve[::-1]
        return shifted
