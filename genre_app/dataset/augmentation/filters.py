"""Filters with a linear phase: they change how strong frequencies are and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from genre_app.dataset.augmentation.transform import Samples

FILTER_SECONDS: Final = 0.05
"""Length of a filter: it resolves 40 Hz, and echoes that close aren't heard as such."""


def linear_phase_filter(
    samples: Samples, sample_rate: int, response: Callable[[NDArray[np.float64]], NDArray[np.float64]]
) -> Samples:
    """Return `samples`, shape (n,) or (n, channels), with their frequencies weighted.

    Args:
        samples: what is filtered; silence is thought before and behind.
        sample_rate: in Hz.
        response: takes frequencies in Hz, float64 (m,), from 0 to half the sample rate; returns the gain of
            the amplitude at each.
    """
    import scipy.fft

    half = max(1, round(FILTER_SECONDS * sample_rate / 2))
    n_fft = scipy.fft.next_fast_len(8 * half, real=True)
    hertz = np.arange(n_fft // 2 + 1) * (sample_rate / n_fft)
    gains = np.asarray(response(hertz), dtype=np.float64)
    endless = np.roll(scipy.fft.irfft(gains, n_fft), half)
    taps = endless[: 2 * half + 1] * np.hanning(2 * half + 3)[1:-1]
    return convolve(samples, taps.astype(np.float32))[half : half + len(samples)]


def convolve(samples: Samples, taps: NDArray[np.float32]) -> Samples:
    """Return `samples`, shape (n,) or (n, channels), convolved with `taps`, in full: n + len(taps) - 1 long.

    `taps` has shape (m,), or (m, channels) with taps for each channel.
    """
    import scipy.signal

    if not len(samples):
        return np.zeros((len(taps) - 1, *samples.shape[1:]), dtype=np.float32)
    if samples.ndim > taps.ndim:
        taps = taps[:, None]
    full: NDArray[Any] = scipy.signal.oaconvolve(samples, taps, axes=0)
    return full.astype(np.float32, copy=False)
