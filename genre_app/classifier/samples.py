"""Sound in memory, however it is stored, becomes what the log-mel expects."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from genre_app.classifier.errors import InvalidInputError
from genre_app.features.log_mel import SAMPLE_RATE

# More channels than any recording has: a sound stored (channels, n) would otherwise be averaged to nothing.
_MAX_CHANNELS: Final = 128
_MIN_RATE: Final = 100.0
_MAX_RATE: Final = 10_000_000.0
_MAX_AMPLITUDE: Final = np.float32(1e12)


def mono_at_feature_rate(samples: NDArray[Any], sample_rate: float) -> NDArray[np.float32]:
    """Return `samples` as one channel at 22,050 Hz.

    Args:
        samples: shape (n,) or (n, channels), n ≥ 1; floating point with full scale ±1, or integers at their
            full scale (unsigned ones are centred on half of it).
        sample_rate: in Hz, 100 to 10,000,000.

    Returns:
        float32, shape (m,), all finite: values that are not numbers became 0.

    Raises:
        InvalidInputError: if there is no sample, or the shape, type or rate makes no sense.
    """
    if samples.ndim not in (1, 2):
        raise InvalidInputError(reason=f"samples have the shape (n,) or (n, channels), not {samples.shape}")
    if samples.size == 0:
        raise InvalidInputError(reason="it has no sound in it, not one sample")
    if samples.ndim == 2 and samples.shape[1] > _MAX_CHANNELS:
        raise InvalidInputError(
            reason=f"samples have the shape (n, channels), and {samples.shape[1]} channels are too many"
        )
    if not (math.isfinite(sample_rate) and _MIN_RATE <= sample_rate <= _MAX_RATE):
        raise InvalidInputError(reason=f"{sample_rate} Hz is no sample rate")

    scaled = _full_scale_one(samples)
    mono = scaled if scaled.ndim == 1 else scaled.mean(axis=1, dtype=np.float32)
    if sample_rate == SAMPLE_RATE:
        return np.ascontiguousarray(mono)
    import soxr

    resampled = soxr.resample(mono, sample_rate, SAMPLE_RATE)
    if resampled.size == 0:  # a sound shorter than one sample of the new rate
        return np.zeros(1, dtype=np.float32)
    return np.asarray(resampled, dtype=np.float32)


def _full_scale_one(samples: NDArray[Any]) -> NDArray[np.float32]:
    """Return `samples` as finite float32 whose full scale is ±1."""
    kind = samples.dtype.kind
    if kind == "f":
        with np.errstate(over="ignore"):
            single = samples.astype(np.float32)
        finite = np.nan_to_num(single, nan=0.0, posinf=0.0, neginf=0.0)
        # Its power has to stay finite too.
        return np.clip(finite, -_MAX_AMPLITUDE, _MAX_AMPLITUDE)
    if kind in "iu":
        half = 2.0 ** (8 * samples.dtype.itemsize - 1)
        signed = samples.astype(np.float64) - (half if kind == "u" else 0.0)
        return np.asarray(signed / half, dtype=np.float32)
    raise InvalidInputError(reason=f"samples are numbers, not {samples.dtype}")
