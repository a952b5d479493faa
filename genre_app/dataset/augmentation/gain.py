"""Another level."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from genre_app.dataset.augmentation.parameters import Number, ParameterRange
from genre_app.dataset.augmentation.transform import Parameters, Samples
from genre_app.translation import QT_TRANSLATE_NOOP


class Gain:
    """Louder or softer, and more so from beginning to end: a hand at the control, a fade."""

    name: ClassVar[str] = "gain"
    version: ClassVar[int] = 1
    title: ClassVar[str] = QT_TRANSLATE_NOOP("augmentation", "Gain")
    summary: ClassVar[str] = QT_TRANSLATE_NOOP("augmentation", "{begin_db:+.1f} to {end_db:+.1f} dB")
    ranges: ClassVar[Mapping[str, ParameterRange]] = {
        "begin_db": Number(-40.0, 20.0),
        "end_db": Number(-40.0, 20.0),
    }

    def randomize_parameters(self, rng: np.random.Generator, strength: float) -> Parameters:
        """Draw the gain at both ends: up to 18 dB down and 6 up."""
        begin, end = rng.uniform(-18.0 * strength, 6.0 * strength, 2)
        return {"begin_db": round(float(begin), 2), "end_db": round(float(end), 2)}

    def apply(self, samples: Samples, sample_rate: int, *, begin_db: float, end_db: float) -> Samples:
        """Return the sound with a gain that goes evenly, in dB, from one end to the other."""
        if begin_db == end_db:
            return samples * np.float32(10.0 ** (begin_db / 20.0))
        # A straight line between points a hundredth of the clip apart is within 0.01 dB of the curve.
        points = np.linspace(0.0, 1.0, 101)
        gains = 10.0 ** ((begin_db + (end_db - begin_db) * points) / 20.0)
        n = len(samples)
        curve = np.interp(np.arange(n), points * max(n - 1, 1), gains).astype(np.float32)
        return samples * (curve if samples.ndim == 1 else curve[:, None])
