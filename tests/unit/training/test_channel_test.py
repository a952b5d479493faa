"""The fixed channels do to sound what their names say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from genre_app.audio.decode import read_audio
from genre_app.classifier.classifier import Classifier
from genre_app.training import channel_test
from genre_app.training.channel_test import CHANNELS, measure_channels, write_mp3
from tests.synthetic_song import synthetic_song, write_song

RATE = 22_050


@pytest.fixture(scope="module")
def song() -> NDArray[np.float32]:
    return synthetic_song(6.0, RATE)


def _power(samples: NDArray[np.float32], low: float, high: float) -> float:
    spectrum = np.abs(np.fft.rfft(samples)) ** 2
    hertz = np.fft.rfftfreq(len(samples), 1 / RATE)
    return float(spectrum[(hertz >= low) & (hertz < high)].sum())


def _decibels(ratio: float) -> float:
    return float(10 * np.log10(ratio))


def test_levels_and_speeds(song: NDArray[np.float32]) -> None:
    np.testing.assert_allclose(CHANNELS["12 dB louder"](song, RATE), song * 3.981, rtol=1e-3)
    np.testing.assert_allclose(CHANNELS["12 dB softer"](song, RATE), song / 3.981, rtol=1e-3)
    assert len(CHANNELS["2 % faster"](song, RATE)) == pytest.approx(len(song) / 1.02, abs=2)
    assert len(CHANNELS["2 % slower"](song, RATE)) == pytest.approx(len(song) * 1.02, abs=2)


@pytest.mark.parametrize("snr_db", [20, 10])
def test_noise_is_as_loud_as_said(song: NDArray[np.float32], snr_db: int) -> None:
    noise = CHANNELS[f"noise at {snr_db} dB"](song, RATE) - song
    assert _decibels(float((song**2).sum() / (noise**2).sum())) == pytest.approx(snr_db, abs=0.3)


def test_the_phone_loses_bass_and_treble(song: NDArray[np.float32]) -> None:
    white = np.random.default_rng(0).normal(0, 0.1, len(song)).astype(np.float32)
    heard = CHANNELS["phone (300 Hz to 3.4 kHz)"](white, RATE)
    assert abs(_decibels(_power(heard, 500, 3000) / _power(white, 500, 3000))) < 1
    assert _decibels(_power(heard, 20, 100) / _power(white, 20, 100)) < -20
    assert _decibels(_power(heard, 8000, 11000) / _power(white, 8000, 11000)) < -15


def test_every_channel_says_the_same_each_time(song: NDArray[np.float32]) -> None:
    for name, channel in CHANNELS.items():
        heard = channel(song, RATE)
        assert np.isfinite(heard).all(), name
        np.testing.assert_array_equal(heard, channel(song, RATE), err_msg=name)


def test_an_mp3_has_the_bit_rate_and_the_sound(song: NDArray[np.float32], tmp_path: Path) -> None:
    path = tmp_path / "song.mp3"
    write_mp3(path, song, RATE)
    assert path.stat().st_size * 8 / 6.0 == pytest.approx(64_000, rel=0.1)
    decoded, info = read_audio(path)
    assert info.format == "MP3"
    assert info.sample_rate == RATE
    assert len(decoded) >= len(song)
    lag = int(np.argmax(np.correlate(decoded[: RATE * 2], song[:RATE], "valid")))
    assert np.corrcoef(decoded[lag : lag + RATE], song[:RATE])[0, 1] > 0.95


def test_each_channel_is_measured(
    song: NDArray[np.float32],
    tmp_path: Path,
    install_tiny_model: object,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    classifier = Classifier.load(install_tiny_model())  # type: ignore[operator]
    path = write_song(tmp_path / "song.wav", song, RATE)
    genre = classifier.predict_file(path).best_genre
    other = next(name for name in classifier.genres if name != genre)
    monkeypatch.setattr(channel_test, "validation_sounds", lambda: [(genre, path), (other, path)])
    results = measure_channels(classifier)
    assert list(results) == list(CHANNELS)
    assert results["as it is"]["n"] == 2
    assert results["as it is"]["accuracy"] == 0.5
    assert all(m["accuracy"] <= 0.5 and m["confidently_wrong"] <= 1.0 for m in results.values())
