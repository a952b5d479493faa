"""Filters with a linear phase: they change how strong frequencies are and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from genre_app.dataset.augmentation.transform import Samples

FILTER_SECONDS: Final = 0.05
"""Length of a filter: it resolves 40 Hz, and echoes that close aren't heard as such."""

# Sizes of transforms: several of them at once stay in the processor's cache.
_SHORT_TRANSFORM: Final = 8192
_LONG_TRANSFORM: Final = 32_768
_SAMPLES_AT_ONCE: Final = 131_072
_MOST_PARTS: Final = 4


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
    n = len(samples) + len(taps) - 1
    if not len(samples):
        return np.zeros((n, *samples.shape[1:]), dtype=np.float32)
    if samples.ndim == 1:
        return _convolve(samples, taps, n)
    result = np.empty((n, samples.shape[1]), dtype=np.float32)
    for channel in range(samples.shape[1]):
        own = taps if taps.ndim == 1 else taps[:, channel]
        result[:, channel] = _convolve(samples[:, channel], own, n)
    return result


def _convolve(samples: Samples, taps: NDArray[np.float32], n: int) -> Samples:
    """Return the first `n` samples of the convolution of `samples`, shape (k,), with `taps`, shape (m,).

    By overlap-save: blocks that begin a hop apart are transformed, weighted and transformed back, and the
    last hop of each is kept. Taps too long for a block are cut into parts a hop long: the second part weights
    the block before, and so on.
    """
    import scipy.fft

    m = len(taps)
    size = _SHORT_TRANSFORM if m <= _SHORT_TRANSFORM // 4 else _LONG_TRANSFORM
    while m > _MOST_PARTS * size // 2:
        size *= 2
    if n <= size:
        size, hop = scipy.fft.next_fast_len(n, real=True), n
    else:
        hop = max(size - m + 1, size // 2)
    n_parts = -(-m // hop)
    padded_taps = np.pad(taps, (0, n_parts * hop - m)).reshape(n_parts, hop)
    responses = scipy.fft.rfft(padded_taps if n_parts > 1 else taps[None], size)

    n_blocks = -(-n // hop)
    before = size - hop
    padded = np.pad(samples, (before, n_blocks * hop - len(samples)))
    blocks = np.lib.stride_tricks.sliding_window_view(padded, size)[::hop]
    result = np.empty((n_blocks, hop), dtype=np.float32)
    at_once = max(1, _SAMPLES_AT_ONCE // size)
    earlier = np.zeros((n_parts - 1, size // 2 + 1), dtype=np.complex64)
    for begin in range(0, n_blocks, at_once):
        some = scipy.fft.rfft(blocks[begin : begin + at_once])
        spectra = np.concatenate((earlier, some))
        weighted = some * responses[0]
        for part in range(1, n_parts):
            weighted += spectra[n_parts - 1 - part :][: len(some)] * responses[part]
        result[begin : begin + len(some)] = scipy.fft.irfft(weighted, size)[:, before:]
        earlier = spectra[len(some) :]
    return result.reshape(-1)[:n]
