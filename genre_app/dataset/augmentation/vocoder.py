"""A phase vocoder: makes sound longer or shorter and leaves its pitch.

Overlapping frames are taken from the sound at one distance and put together at another. What they contain
would then be out of step, so each frame's bins are turned by as much phase as the sound goes through in the
time added. Bins turn together with the spectral peak that they belong to (Laroche and Dolson 1999, "Improved
phase vocoder time-scale modification of audio"), and all channels turn alike, which keeps them in place.

How much phase a frame needs is measured with a second frame, one synthesis hop before the first: no frequency
has to be estimated, nothing unwrapped, and all is products of complex numbers.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from genre_app.dataset.augmentation.transform import Samples

_HOP_SECONDS: Final = 0.016
_OVERLAP: Final = 4  # frames over each sample
_BLOCK_FRAMES: Final = 128  # bounds memory, and stays in the processor's cache
_PEAK_REACH: Final = 2  # bins on either side than which a peak is stronger


def stretch(samples: Samples, sample_rate: int, rate: float) -> Samples:
    """Return `samples` played `rate` times as fast, pitch unchanged.

    Args:
        samples: shape (n,) or (n, channels).
        sample_rate: in Hz.
        rate: above 1 shortens the sound.

    Returns:
        Sound of round(n / rate) samples, but at least one where there was one.
    """
    import scipy.fft

    channels = samples if samples.ndim == 2 else samples[:, None]
    n = len(channels)
    if n == 0:
        return samples.copy()
    n_out = max(1, round(n / rate))
    hop = scipy.fft.next_fast_len(max(8, round(_HOP_SECONDS * sample_rate)))
    size = _OVERLAP * hop
    window = (0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(size) / size)).astype(np.float32)

    # Where frames begin in the result: enough that each of its samples lies under all its frames.
    first = 1 - _OVERLAP
    n_frames = -(-n_out // hop) - first
    centres = (np.arange(n_frames) + first) * hop + size / 2
    starts = np.round(centres * rate - size / 2).astype(np.int64)
    before = max(0, -(int(starts.min()) - hop))
    behind = max(0, int(starts.max()) + size - n)
    padded = np.pad(channels, ((before, behind), (0, 0)))
    starts += before
    frames = np.lib.stride_tricks.sliding_window_view(padded, size, axis=0)  # (…, channels, size)

    result = np.zeros((n_frames + _OVERLAP - 1, hop, channels.shape[1]), dtype=np.float32)
    rotation = np.ones((1, size // 2 + 1), dtype=np.complex64)
    previous: NDArray[np.complex64] | None = None
    for begin in range(0, n_frames, _BLOCK_FRAMES):
        at = starts[begin : begin + _BLOCK_FRAMES]
        spectrum = scipy.fft.rfft(frames[at] * window)  # (block, channels, bins)
        a_hop_ago = scipy.fft.rfft(frames[at - hop] * window)
        earlier = np.concatenate((spectrum[:1] if previous is None else previous, spectrum[:-1]))
        turned = _unit((spectrum * a_hop_ago.conj()).sum(axis=1)) * _unit(
            (earlier * spectrum.conj()).sum(axis=1)
        )
        if previous is None:
            turned[0] = 1.0  # the first frame stays as it is
        turned[0] *= rotation[0]
        rotations = np.multiply.accumulate(turned, axis=0)
        rotation = _unit(rotations[-1:])
        previous = spectrum[-1:]
        power = np.square(spectrum.real).sum(axis=1) + np.square(spectrum.imag).sum(axis=1)
        locked = np.take_along_axis(rotations, _nearest_peaks(power), axis=1)
        changed = scipy.fft.irfft(spectrum * locked[:, None, :], size) * window
        quarters = changed.reshape(len(at), channels.shape[1], _OVERLAP, hop)
        for quarter in range(_OVERLAP):
            place = slice(begin + quarter, begin + quarter + len(at))
            result[place] += quarters[:, :, quarter].transpose(0, 2, 1)
    # Squared Hann windows at a distance of a quarter add up to 1.5.
    flat = result.reshape(-1, channels.shape[1])[-first * hop :][:n_out]
    flat = np.asarray(flat / np.float32(1.5), dtype=np.float32)
    return flat if samples.ndim == 2 else flat[:, 0]


def _unit(numbers: NDArray[np.complex64]) -> NDArray[np.complex64]:
    """Return `numbers` with magnitude 1; where there is next to nothing, 1."""
    magnitude = np.sqrt(np.square(numbers.real) + np.square(numbers.imag))
    nothing = magnitude < 1e-18
    units = np.asarray(numbers / np.where(nothing, np.float32(1.0), magnitude), dtype=np.complex64)
    units[nothing] = 1.0
    return units


def _nearest_peaks(power: NDArray[np.float32]) -> NDArray[np.intp]:
    """Return for each bin of `power`, shape (frames, bins), the nearest bin that is a peak of its frame."""
    n_bins = power.shape[1]
    is_peak = np.ones(power.shape, dtype=bool)
    for distance in range(1, _PEAK_REACH + 1):
        is_peak[:, distance:] &= power[:, distance:] > power[:, :-distance]
        is_peak[:, :-distance] &= power[:, :-distance] >= power[:, distance:]
    bins: NDArray[Any] = np.arange(n_bins, dtype=np.int32)
    far = np.int32(4 * n_bins)
    below = np.maximum.accumulate(np.where(is_peak, bins, -far), axis=1)
    above = np.minimum.accumulate(np.where(is_peak, bins, far)[:, ::-1], axis=1)[:, ::-1]
    nearest = np.where(bins - below <= above - bins, below, above)
    # A frame without any peak (silence) has bins of their own.
    return np.where(np.abs(nearest) < n_bins, nearest, bins).astype(np.intp)
