"""The log-mel spectrogram, version 1: the one definition that training and prediction share.

Mono sound at 22,050 Hz; frames of 2,048 samples under a periodic Hann window, 1,970 samples apart, the
first centred on the first sample (zeros beyond the ends); power spectrum; 128 mel bands on Slaney's scale
and with Slaney's area normalisation (Slaney, "Auditory Toolbox", 1998) from 0 to 11,025 Hz; then
``20·log10(S / max S)`` floored at -80 and scaled to 0…255. As `S` is a power, the floor lies 40 dB below
the loudest cell.

It equals ``librosa.feature.melspectrogram`` followed by ``librosa.amplitude_to_db(ref=np.max)``; it is
written in NumPy alone because importing librosa takes longer than classifying a song.
"""

from __future__ import annotations

import functools
from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

FEATURE_VERSION: Final = 1
SAMPLE_RATE: Final = 22_050
N_FFT: Final = 2048
HOP_LENGTH: Final = 1970
N_MELS: Final = 128
F_MAX: Final = SAMPLE_RATE / 2
FLOOR_DB: Final = -80.0
FULL_SCALE: Final = 255.0
WINDOW_SECONDS: Final = 30.0
WINDOW_SAMPLES: Final = int(WINDOW_SECONDS * SAMPLE_RATE)
WINDOW_FRAMES: Final = 1 + WINDOW_SAMPLES // HOP_LENGTH

# Slaney's mel scale is linear up to 1 kHz (15 mels) and logarithmic above, 27 mels for a factor of 6.4.
_HZ_PER_MEL: Final = 200.0 / 3
_LOG_START_HZ: Final = 1000.0
_LOG_START_MEL: Final = _LOG_START_HZ / _HZ_PER_MEL
_LOG_STEP: Final = np.log(6.4) / 27.0


def _mel_from_hz(hz: float) -> float:
    if hz < _LOG_START_HZ:
        return hz / _HZ_PER_MEL
    return float(_LOG_START_MEL + np.log(hz / _LOG_START_HZ) / _LOG_STEP)


def _hz_from_mel(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    linear = mel * _HZ_PER_MEL
    logarithmic = _LOG_START_HZ * np.exp(_LOG_STEP * (mel - _LOG_START_MEL))
    return np.where(mel < _LOG_START_MEL, linear, logarithmic)


@functools.cache
def _band_edges() -> NDArray[np.float64]:
    return _hz_from_mel(np.linspace(0.0, _mel_from_hz(F_MAX), N_MELS + 2))


def mel_frequencies() -> NDArray[np.float64]:
    """Return the centre frequency of each band in Hz, shape (128,)."""
    return _band_edges()[1:-1].copy()


@functools.cache
def mel_filter_bank() -> NDArray[np.float32]:
    """Return the triangular filters, float32 of shape (128, 1025), as ``librosa.filters.mel`` makes them."""
    edges = _band_edges()
    bins = np.fft.rfftfreq(N_FFT, 1 / SAMPLE_RATE)
    widths = np.diff(edges)
    slopes = edges[:, None] - bins[None, :]
    rising = -slopes[:-2] / widths[:-1, None]
    falling = slopes[2:] / widths[1:, None]
    triangles = np.maximum(0.0, np.minimum(rising, falling))
    area = 2.0 / (edges[2:] - edges[:-2])
    bank: NDArray[np.float32] = (triangles * area[:, None]).astype(np.float32)
    bank.flags.writeable = False
    return bank


# Bands and frames in one product: so few that NumPy's linear algebra computes it in this thread. Larger ones
# wake threads of its own, which keep all processors busy with waiting for more.
_BANDS_AT_ONCE: Final = 4
_FRAMES_AT_ONCE: Final = 128


@functools.cache
def _filters() -> tuple[tuple[int, int, NDArray[np.float32]], ...]:
    """Return the filters in groups of `_BANDS_AT_ONCE`: first bin, end bin, and the weights between."""
    bank = mel_filter_bank()
    groups = []
    for begin in range(0, N_MELS, _BANDS_AT_ONCE):
        some = bank[begin : begin + _BANDS_AT_ONCE]
        reached = np.flatnonzero(some.any(axis=0))
        first, end = int(reached[0]), int(reached[-1]) + 1
        groups.append((first, end, np.ascontiguousarray(some[:, first:end])))
    return tuple(groups)


@functools.cache
def _window() -> NDArray[np.float32]:
    # Periodic, as for spectral analysis; np.hanning is the symmetric one. Multiplied by what the transform
    # divides by: that is a power of two, so that neither rounds.
    window: NDArray[np.float32] = N_FFT * np.hanning(N_FFT + 1)[:-1].astype(np.float32)
    window.flags.writeable = False
    return window


def frame_count(n_samples: int, hop_length: int = HOP_LENGTH) -> int:
    """Return how many frames `n_samples` samples at 22,050 Hz give (at least one)."""
    return 1 + n_samples // hop_length


def power_mel(samples: NDArray[np.float32], hop_length: int = HOP_LENGTH) -> NDArray[np.float32]:
    """Return the mel power spectrogram of mono sound.

    Args:
        samples: shape (n,), float, 22,050 Hz, full scale ±1; n ≥ 1.
        hop_length: samples from frame to frame; another one than 1970 is for what needs finer steps of time.

    Returns:
        float32 of shape (128, 1 + n // hop_length), power in each band.

    Raises:
        ValueError: if `samples` is empty or not one-dimensional.
    """
    if samples.ndim != 1 or samples.size == 0:
        raise ValueError(f"mono samples expected, shape (n,) with n >= 1, not {samples.shape}")
    half = N_FFT // 2
    padded = np.zeros(samples.size + N_FFT, dtype=np.float32)
    padded[half : half + samples.size] = samples
    frames = sliding_window_view(padded, N_FFT)[::hop_length][: frame_count(samples.size, hop_length)]
    mel = np.empty((N_MELS, len(frames)), dtype=np.float32)
    for begin in range(0, len(frames), _FRAMES_AT_ONCE):
        end = begin + _FRAMES_AT_ONCE
        # With this norm NumPy transforms in single precision, six times as fast; without, in double.
        spectrum = np.fft.rfft(frames[begin:end] * _window(), axis=1, norm="forward")
        power = np.square(spectrum.real) + np.square(spectrum.imag)
        for band, (low, high, weights) in zip(range(0, N_MELS, _BANDS_AT_ONCE), _filters(), strict=True):
            np.matmul(weights, power[:, low:high].T, out=mel[band : band + _BANDS_AT_ONCE, begin:end])
    return mel


def normalise(power: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return `power` on the log-mel's scale, relative to its own loudest cell.

    Args:
        power: mel power of any shape, not negative.

    Returns:
        float32 of the same shape, 0…255; all zeros where there is no power at all (digital silence).
    """
    loudest = float(power.max(initial=0.0))
    if loudest <= 0.0:
        return np.zeros(power.shape, dtype=np.float32)
    smallest = np.float32(loudest * 10.0 ** (FLOOR_DB / 20.0))
    level_db = 20.0 * np.log10(np.maximum(power, smallest) / np.float32(loudest))
    scaled = (level_db - FLOOR_DB) * (FULL_SCALE / -FLOOR_DB)
    return np.asarray(np.clip(scaled, 0.0, FULL_SCALE), dtype=np.float32)


def denormalise(log_mel: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the relative power (0.0001…1) that `log_mel` (0…255) stands for: the inverse of `normalise`."""
    level_db = np.asarray(log_mel, dtype=np.float32) * np.float32(-FLOOR_DB / FULL_SCALE) + np.float32(
        FLOOR_DB
    )
    return np.asarray(np.power(np.float32(10.0), level_db / np.float32(20.0)), dtype=np.float32)


def log_mel(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the log-mel spectrogram, version 1, of mono sound.

    Args:
        samples: shape (n,), float, 22,050 Hz, full scale ±1; n ≥ 1.

    Returns:
        float32 of shape (128, 1 + n // 1970), 0…255.

    Raises:
        ValueError: if `samples` is empty or not one-dimensional.
    """
    return normalise(power_mel(samples))
