"""A phase vocoder: makes sound longer or shorter and leaves its pitch, or changes that as well.

Overlapping frames are taken from the sound at one distance and put together at another. What they contain
would then be out of step, so each frame's bins are turned by as much phase as the sound goes through in the
time added. Bins turn together with the spectral peak that they belong to (Laroche and Dolson 1999, "Improved
phase vocoder time-scale modification of audio"), and all channels turn alike, which keeps them in place.

How much phase a frame needs is measured with a second frame, one synthesis hop before it: that one is to have
the phase of the frame that came before. No frequency has to be estimated, nothing unwrapped; all is products
of complex numbers.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from genre_app.dataset.augmentation.synthesis import fit_length
from genre_app.dataset.augmentation.transform import Samples

_HOP_SECONDS: Final = 0.016
_OVERLAP: Final = 4  # frames over each sample
_BLOCK_FRAMES: Final = 96  # bounds memory, and stays in the processor's cache
_NOTHING: Final = 1e-36  # power
_PEAK_REACH: Final = 2  # bins on either side than which a peak is stronger


def change_tempo_and_pitch(samples: Samples, sample_rate: int, *, rate: float, semitones: float) -> Samples:
    """Return `samples` played `rate` times as fast and higher by `semitones`.

    Made longer or shorter, then resampled; once for both, as each time blurs the sound a little.

    Args:
        samples: shape (n,) or (n, channels).
        sample_rate: in Hz.
        rate: above 1 shortens the sound.
        semitones: negative is lower.

    Returns:
        Sound of round(n / rate) samples, but at least one where there was one; not the array given.
    """
    import soxr

    if semitones == 0.0 or not len(samples):
        return stretch(samples, sample_rate, rate)
    factor = 2.0 ** (semitones / 12.0)
    longer = stretch(samples, sample_rate, rate / factor)
    shifted = np.asarray(soxr.resample(longer, factor, 1.0, quality="HQ"), dtype=np.float32)
    return fit_length(shifted, max(1, round(len(samples) / rate)))


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
    # Squared Hann windows at a distance of a quarter add up to 1.5.
    synthesis_window = window / np.float32(1.5)

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
    rotation = np.ones(size // 2 + 1, dtype=np.complex64)
    previous: NDArray[np.complex64] | None = None
    for begin in range(0, n_frames, _BLOCK_FRAMES):
        at = starts[begin : begin + _BLOCK_FRAMES]
        spectrum = scipy.fft.rfft(frames[at] * window)  # (block, channels, bins)
        a_hop_ago = scipy.fft.rfft(frames[at - hop] * window)
        earlier = np.concatenate((spectrum[:1] if previous is None else previous, spectrum[:-1]))
        if channels.shape[1] == 1:
            rotations = _unit((earlier * a_hop_ago.conj())[:, 0])
        else:
            # What the sound went through, less what it went through in the hop before; of one channel, the
            # frame's own phase is in both.
            rotations = _unit((earlier * spectrum.conj()).sum(axis=1))
            rotations *= _unit((spectrum * a_hop_ago.conj()).sum(axis=1))
        if previous is None:
            rotations[0] = 1.0  # the first frame stays as it is
        for of_frame in rotations:
            of_frame *= rotation
            rotation = of_frame
        rotation = _unit(rotation)
        previous = spectrum[-1:].copy()
        spectrum *= _locked(rotations, _power(spectrum).sum(axis=1))[:, None, :]
        changed = scipy.fft.irfft(spectrum, size) * synthesis_window
        quarters = changed.reshape(len(at), channels.shape[1], _OVERLAP, hop)
        for quarter in range(_OVERLAP):
            place = slice(begin + quarter, begin + quarter + len(at))
            result[place] += quarters[:, :, quarter].transpose(0, 2, 1)
    flat = result.reshape(-1, channels.shape[1])[-first * hop :][:n_out]
    return np.ascontiguousarray(flat if samples.ndim == 2 else flat[:, 0])


def _power(numbers: NDArray[np.complex64]) -> NDArray[np.float32]:
    """Return the squared magnitude of `numbers`."""
    return np.asarray(np.square(numbers.real) + np.square(numbers.imag), dtype=np.float32)


def _unit(numbers: NDArray[np.complex64]) -> NDArray[np.complex64]:
    """Return `numbers` with magnitude 1; where there is next to nothing, 1."""
    power = _power(numbers)
    nothing = power < _NOTHING
    power[nothing] = 1.0
    units = numbers * (np.float32(1.0) / np.sqrt(power))
    units[nothing] = 1.0
    return units


def _locked(rotations: NDArray[np.complex64], power: NDArray[np.float32]) -> NDArray[np.complex64]:
    """Return for each bin the rotation of the nearest bin that is a peak of its frame.

    Args:
        rotations: shape (frames, bins).
        power: shape (frames, bins); the loudest bin of a frame is a peak, so that each frame has one.
    """
    is_peak = np.ones(power.shape, dtype=bool)
    for distance in range(1, _PEAK_REACH + 1):
        rises = power[:, distance:] > power[:, :-distance]
        is_peak[:, distance:] &= rises
        is_peak[:, :-distance] &= ~rises
    # All frames as one row: what belongs to a peak begins half-way from the peak before, or with its frame.
    peaks = np.flatnonzero(is_peak)
    frame = peaks // power.shape[1]
    half_way = (peaks[:-1] + peaks[1:]) // 2 + 1
    begins = np.where(frame[1:] == frame[:-1], half_way, frame[1:] * power.shape[1])
    widths = np.diff(begins, prepend=0, append=power.size)
    return np.repeat(rotations.ravel()[peaks], widths).reshape(power.shape)
