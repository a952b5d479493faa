"""Measures sound: what a test says about frequencies, levels and echoes in numbers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE = 22_050


def sine(hertz: float, seconds: float = 3.0, sample_rate: int = SAMPLE_RATE, level: float = 0.5) -> NDArray:
    """Return a sine, float32 (n,)."""
    time = np.arange(round(seconds * sample_rate)) / sample_rate
    return (level * np.sin(2.0 * np.pi * hertz * time)).astype(np.float32)


def noise(seconds: float = 3.0, sample_rate: int = SAMPLE_RATE, level: float = 0.1, seed: int = 0) -> NDArray:
    """Return white noise, float32 (n,)."""
    rng = np.random.default_rng(seed)
    return (level * rng.standard_normal(round(seconds * sample_rate))).astype(np.float32)


def rms_db(samples: NDArray) -> float:
    """Return the root mean square of `samples` in dB of full scale."""
    return float(10.0 * np.log10(np.mean(np.square(samples, dtype=np.float64))))


def frequency(samples: NDArray, sample_rate: int = SAMPLE_RATE) -> float:
    """Return the frequency in Hz of the strongest tone, exact to a fraction of a bin."""
    spectrum = np.log(np.abs(np.fft.rfft(samples * np.hanning(len(samples)))) + 1e-12)
    peak = int(np.argmax(spectrum[1:-1])) + 1
    left, middle, right = spectrum[peak - 1 : peak + 2]
    return (peak + 0.5 * (left - right) / (left - 2.0 * middle + right)) * sample_rate / len(samples)


def band_db(samples: NDArray, low: float, high: float, sample_rate: int = SAMPLE_RATE) -> float:
    """Return the power between two frequencies in dB: that of the whole, were there nothing else."""
    power = np.abs(np.fft.rfft(samples.astype(np.float64) * np.hanning(len(samples)))) ** 2
    hertz = np.fft.rfftfreq(len(samples), 1.0 / sample_rate)
    within = (hertz >= low) & (hertz < high)
    return float(10.0 * np.log10(2.0 * power[within].sum() / (0.375 * len(samples) ** 2) + 1e-30))


def reverberation_seconds(response: NDArray, sample_rate: int = SAMPLE_RATE) -> float:
    """Return the reverberation time: from where the energy left has fallen by 5 to 35 dB (ISO 3382's T30)."""
    left = np.cumsum(np.square(response[::-1], dtype=np.float64))[::-1]
    decibels = 10.0 * np.log10(left / left[0] + 1e-30)
    begin, end = int(np.argmax(decibels < -5.0)), int(np.argmax(decibels < -35.0))
    slope = np.polyfit(np.arange(begin, end) / sample_rate, decibels[begin:end], 1)[0]
    return float(-60.0 / slope)
