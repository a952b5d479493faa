from __future__ import annotations

import numpy as np
import pytest

from genre_app.dataset.augmentation.time_stretch import TimeStretch
from tests.measuring import SAMPLE_RATE, frequency, noise, rms_db, sine


@pytest.mark.parametrize("rate", [0.5, 0.8, 0.93, 1.1, 1.25, 2.0])
@pytest.mark.parametrize("hertz", [110.0, 440.0, 3000.0])
def test_length_changes_and_pitch_and_level_stay(rate: float, hertz: float) -> None:
    source = sine(hertz, 4.0)
    stretched = TimeStretch().apply(source, SAMPLE_RATE, rate=rate)
    assert len(stretched) == round(len(source) / rate)
    middle = stretched[SAMPLE_RATE // 2 : -SAMPLE_RATE // 2]
    assert frequency(middle) == pytest.approx(hertz, rel=0.001)
    assert rms_db(middle) == pytest.approx(rms_db(source), abs=0.1)


def test_a_chord_keeps_its_notes_and_gains_no_others() -> None:
    chord = sine(220.0) + sine(277.2) * 0.5 + sine(329.6) * 0.7
    stretched = TimeStretch().apply(chord.astype(np.float32), SAMPLE_RATE, rate=0.87)
    middle = stretched[SAMPLE_RATE // 2 : -SAMPLE_RATE // 2].astype(np.float64)
    power = np.abs(np.fft.rfft(middle * np.blackman(len(middle)))) ** 2
    hertz = np.fft.rfftfreq(len(middle), 1.0 / SAMPLE_RATE)
    of_the_chord = np.any([np.abs(hertz - note) < 12.0 for note in (220.0, 277.2, 329.6)], axis=0)
    assert 10.0 * np.log10(power[~of_the_chord].sum() / power.sum()) < -30.0


@pytest.mark.parametrize("rate", [0.8, 1.25])
def test_beats_come_at_the_new_tempo(rate: float) -> None:
    source = np.zeros(8 * SAMPLE_RATE, np.float32)
    beat = noise(0.05) * np.linspace(1.0, 0.0, round(0.05 * SAMPLE_RATE), dtype=np.float32)
    for second in range(1, 7):
        source[second * SAMPLE_RATE : second * SAMPLE_RATE + len(beat)] = beat
    stretched = TimeStretch().apply(source, SAMPLE_RATE, rate=rate)
    energy = np.convolve(stretched**2, np.ones(SAMPLE_RATE // 20), "same")
    for second in range(1, 7):
        expected = (second + 0.025) / rate * SAMPLE_RATE
        window = slice(int(expected - 0.2 * SAMPLE_RATE), int(expected + 0.2 * SAMPLE_RATE))
        found = window.start + np.argmax(energy[window])
        assert abs(found - expected) < 0.03 * SAMPLE_RATE


def test_a_beat_stays_sharp() -> None:
    source = np.zeros(2 * SAMPLE_RATE, np.float32)
    burst = round(0.1 * SAMPLE_RATE)
    source[SAMPLE_RATE : SAMPLE_RATE + burst] = noise(0.1) * np.exp(-np.arange(burst) / (0.01 * SAMPLE_RATE))
    stretched = TimeStretch().apply(source, SAMPLE_RATE, rate=0.9)
    begin = round(SAMPLE_RATE / 0.9)
    before = stretched[begin - round(0.2 * SAMPLE_RATE) : begin - round(0.01 * SAMPLE_RATE)]
    assert 10.0 * np.log10(np.sum(before**2) / np.sum(stretched**2)) < -12.0


def test_the_same_tempo_is_the_same_sound() -> None:
    source = noise(2.0)
    np.testing.assert_allclose(TimeStretch().apply(source, SAMPLE_RATE, rate=1.0), source, atol=1e-5)


def test_channels_stay_in_step() -> None:
    left = noise(3.0)
    delayed = np.roll(left, 7)
    stretched = TimeStretch().apply(np.stack([left, delayed], axis=1), SAMPLE_RATE, rate=0.9)
    middle = stretched[SAMPLE_RATE // 2 : -SAMPLE_RATE // 2]
    lags = range(-15, 16)
    agreement = [float(np.sum(middle[20:-20, 0] * np.roll(middle[:, 1], -lag)[20:-20])) for lag in lags]
    assert lags[int(np.argmax(agreement))] == 7
    # A channel turned upside down cancels the other before, and must do so after.
    against = TimeStretch().apply(np.stack([left, -left], axis=1), SAMPLE_RATE, rate=0.9)
    assert np.abs(against.sum(axis=1)).max() < 1e-5
    alone = TimeStretch().apply(left, SAMPLE_RATE, rate=0.9)
    assert rms_db(against[:, 0]) == pytest.approx(rms_db(alone), abs=0.1)
