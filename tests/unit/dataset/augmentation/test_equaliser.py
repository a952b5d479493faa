from __future__ import annotations

import pytest

from genre_app.dataset.augmentation.equaliser import EqualiserTilt
from tests.measuring import SAMPLE_RATE, band_db, noise, rms_db, sine


@pytest.mark.parametrize("tilt_db", [-4.0, 2.5])
def test_each_octave_is_weighted_by_the_tilt(tilt_db: float) -> None:
    source = noise(10.0)
    tilted = EqualiserTilt().apply(source, SAMPLE_RATE, tilt_db=tilt_db, bell_db=0.0, bell_hertz=1000.0)
    for octave in range(-3, 4):
        centre = 1000.0 * 2.0**octave
        band = (centre * 0.9, centre * 1.1)
        assert band_db(tilted, *band) - band_db(source, *band) == pytest.approx(tilt_db * octave, abs=0.5)


@pytest.mark.parametrize("bell_db", [-9.0, 9.0])
def test_the_bell_boosts_or_cuts_where_it_stands(bell_db: float) -> None:
    def gain(hertz: float) -> float:
        tone = sine(hertz)
        changed = EqualiserTilt().apply(tone, SAMPLE_RATE, tilt_db=0.0, bell_db=bell_db, bell_hertz=1000.0)
        return rms_db(changed[SAMPLE_RATE:-SAMPLE_RATE]) - rms_db(tone[SAMPLE_RATE:-SAMPLE_RATE])

    assert gain(1000.0) == pytest.approx(bell_db, abs=0.1)
    assert gain(2000.0) == pytest.approx(bell_db * 0.607, abs=0.2)
    assert gain(8000.0) == pytest.approx(0.0, abs=0.2)
