from __future__ import annotations

import numpy as np
import pytest

from genre_app.dataset.augmentation.pitch_shift import PitchShift
from tests.measuring import SAMPLE_RATE, band_db, frequency, noise, rms_db, sine


@pytest.mark.parametrize("semitones", [-12.0, -4.0, -0.37, 0.5, 2.0, 4.0, 12.0])
@pytest.mark.parametrize("hertz", [196.0, 880.0])
def test_a_tone_moves_by_the_semitones(semitones: float, hertz: float) -> None:
    source = sine(hertz, 4.0)
    shifted = PitchShift().apply(source, SAMPLE_RATE, semitones=semitones)
    assert len(shifted) == len(source)
    middle = shifted[SAMPLE_RATE // 2 : -SAMPLE_RATE // 2]
    moved = 12.0 * np.log2(frequency(middle) / hertz)
    assert moved == pytest.approx(semitones, abs=0.02)
    assert rms_db(middle) == pytest.approx(rms_db(source), abs=0.1)


def test_the_tempo_stays() -> None:
    source = np.zeros(6 * SAMPLE_RATE, np.float32)
    beat = noise(0.05)
    for second in (1, 2, 3, 4):
        source[second * SAMPLE_RATE : second * SAMPLE_RATE + len(beat)] = beat
    shifted = PitchShift().apply(source, SAMPLE_RATE, semitones=3.0)
    energy = np.convolve(shifted**2, np.ones(len(beat)), "same")
    for second in (1, 2, 3, 4):
        window = slice(int((second - 0.4) * SAMPLE_RATE), int((second + 0.4) * SAMPLE_RATE))
        found = (window.start + np.argmax(energy[window])) / SAMPLE_RATE
        assert found == pytest.approx(second + 0.025, abs=0.02)


def test_what_would_lie_above_half_the_sample_rate_is_not_mirrored() -> None:
    shifted = PitchShift().apply(sine(9000.0), SAMPLE_RATE, semitones=7.0)  # would be 13,485 Hz
    middle = shifted[SAMPLE_RATE // 2 : -SAMPLE_RATE // 2]
    assert band_db(middle, 20.0, 11_000.0) < -50.0
