"""Another key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from genre_app.dataset.augmentation.parameters import Number, ParameterRange
from genre_app.dataset.augmentation.transform import Parameters, Samples, draw_signed
from genre_app.dataset.augmentation.vocoder import change_tempo_and_pitch
from genre_app.translation import QT_TRANSLATE_NOOP


class PitchShift:
    """Higher or lower at the same tempo: made longer or shorter, then resampled to the old length."""

    name: ClassVar[str] = "pitch_shift"
    version: ClassVar[int] = 1
    title: ClassVar[str] = QT_TRANSLATE_NOOP("augmentation", "Pitch shift")
    summary: ClassVar[str] = QT_TRANSLATE_NOOP("augmentation", "{semitones:+.1f} semitones")
    ranges: ClassVar[Mapping[str, ParameterRange]] = {"semitones": Number(-12.0, 12.0)}

    def randomize_parameters(self, rng: np.random.Generator, strength: float) -> Parameters:
        """Draw the interval in semitones, up to a major third either way."""
        return {"semitones": round(draw_signed(rng, 4.0 * strength), 3)}

    def apply(self, samples: Samples, sample_rate: int, *, semitones: float) -> Samples:
        """Return the sound moved by `semitones`."""
        if semitones == 0.0:
            return samples.copy()
        return change_tempo_and_pitch(samples, sample_rate, rate=1.0, semitones=semitones)
