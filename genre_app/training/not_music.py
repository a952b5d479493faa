"""Sounds that are no music: speech, noise, tones. The network learns to have no opinion of them.

Shown with the even distribution over all genres as their target (outlier exposure, Hendrycks et al. 2019,
arXiv:1812.04606), they come out below the "unsure" threshold.
"""

from __future__ import annotations

import io
import subprocess
from pathlib import Path
from typing import Final

import numpy as np
import scipy.signal
import soundfile
from numpy.typing import NDArray

from genre_app.features.log_mel import SAMPLE_RATE, WINDOW_SAMPLES, log_mel
from genre_app.training.errors import SpeechSynthesiserMissingError

Samples = NDArray[np.float32]
Generator = np.random.Generator

TRAINING_VOICES: Final = (
    "en-us",
    "de",
    "fr",
    "es",
    "it",
    "ru",
    "pl",
    "pt",
    "sv",
    "tr",
    "hu",
    "fi",
    "cs",
    "el",
)
TEST_VOICES: Final = ("en-gb", "ko", "nl", "ro")
_SPEAKERS: Final = ("", "+m1", "+m3", "+m5", "+m7", "+f1", "+f2", "+f4", "+croak", "+whisper")


def speech(rng: Generator, voices: tuple[str, ...]) -> Samples:
    """Return 30 s of synthetic speech at 22,050 Hz, spoken by ``espeak-ng``.

    Raises:
        SpeechSynthesiserMissingError: if it is not installed.
    """
    words = (Path(__file__).resolve().parents[2] / "LICENSE").read_text(encoding="utf-8").split()
    start = int(rng.integers(0, len(words) - 200))
    command = [
        "espeak-ng",
        "--stdout",
        "-v",
        f"{rng.choice(voices)}{rng.choice(_SPEAKERS)}",
        "-p",
        str(rng.integers(10, 95)),
        "-s",
        str(rng.integers(110, 240)),
        "-g",
        str(rng.integers(0, 12)),
        " ".join(words[start : start + 200]),
    ]
    try:
        wav = subprocess.run(command, capture_output=True, check=True).stdout
    except FileNotFoundError as error:
        raise SpeechSynthesiserMissingError from error
    samples, sample_rate = soundfile.read(io.BytesIO(wav), dtype="float32")
    if sample_rate != SAMPLE_RATE:
        samples = scipy.signal.resample_poly(samples, SAMPLE_RATE, sample_rate)
    return np.resize(samples, WINDOW_SAMPLES).astype(np.float32)


def noise(rng: Generator) -> Samples:
    """Return 30 s of noise of a random colour, steady or moving."""
    spectrum = np.fft.rfft(rng.standard_normal(WINDOW_SAMPLES))
    frequency = np.maximum(np.fft.rfftfreq(WINDOW_SAMPLES, 1 / SAMPLE_RATE), 20.0)
    spectrum *= frequency ** -rng.uniform(-0.3, 1.2)
    if rng.random() < 0.5:
        low, high = np.sort(np.exp(rng.uniform(np.log(50), np.log(10_000), 2)))
        spectrum *= 1 / (1 + (low / frequency) ** 4) / (1 + (frequency / max(high, 2 * low)) ** 4)
    samples = np.fft.irfft(spectrum, WINDOW_SAMPLES)
    if rng.random() < 0.5:
        envelope = np.exp(rng.uniform(0.2, 1.2) * rng.standard_normal(int(rng.integers(20, 300))))
        samples *= np.interp(np.linspace(0, 1, WINDOW_SAMPLES), np.linspace(0, 1, envelope.size), envelope)
    return (0.1 * samples / np.std(samples)).astype(np.float32)


def tones(rng: Generator) -> Samples:
    """Return 30 s of one or a few steady or gliding tones, with overtones or without, perhaps over hum."""
    t = np.arange(WINDOW_SAMPLES) / SAMPLE_RATE
    samples = np.zeros(WINDOW_SAMPLES)
    for _ in range(int(rng.integers(1, 4))):
        start, end = np.exp(rng.uniform(np.log(40), np.log(8_000), 2))
        frequency = np.full(t.size, start) if rng.random() < 0.6 else np.geomspace(start, end, t.size)
        phase = 2 * np.pi * np.cumsum(frequency) / SAMPLE_RATE
        for overtone in range(1, int(rng.choice([2, 2, 6, 12]))):
            audible = frequency * overtone < SAMPLE_RATE / 2
            samples += np.sin(overtone * phase) / overtone * audible
    if rng.random() < 0.4:
        samples *= scipy.signal.square(2 * np.pi * t / rng.uniform(0.2, 4.0)) > 0
    samples += rng.choice([0.0, 1e-3, 1e-2]) * rng.standard_normal(t.size)
    return (0.2 * samples / max(float(np.abs(samples).max()), 1e-6)).astype(np.float32)


def make_log_mels(count: int, seed: int, voices: tuple[str, ...] = TRAINING_VOICES) -> NDArray[np.uint8]:
    """Return log-mels of `count` sounds that are no music, uint8 (count, 128, 336); half of them speech."""
    rng = np.random.default_rng(seed)
    log_mels = []
    for index in range(count):
        kind = index % 4
        samples = speech(rng, voices) if kind < 2 else noise(rng) if kind == 2 else tones(rng)
        log_mels.append(np.rint(log_mel(samples)).astype(np.uint8))
    return np.stack(log_mels)
