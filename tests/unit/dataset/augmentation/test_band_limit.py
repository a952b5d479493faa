from __future__ import annotations

import pytest

from genre_app.dataset.augmentation.band_limit import BandLimit
from tests.measuring import SAMPLE_RATE, band_db, noise, rms_db, sine


def gain(hertz: float, **limits: float) -> float:
    tone = sine(hertz)
    settings = {"low_hertz": 400.0, "high_hertz": 3000.0, "slope_db": 24.0} | limits
    limited = BandLimit().apply(tone, SAMPLE_RATE, **settings)
    return rms_db(limited[SAMPLE_RATE:-SAMPLE_RATE]) - rms_db(tone[SAMPLE_RATE:-SAMPLE_RATE])


def test_what_lies_within_stays() -> None:
    for hertz in (500.0, 1000.0, 2500.0):
        assert gain(hertz) == pytest.approx(0.0, abs=0.3)


@pytest.mark.parametrize("slope_db", [12.0, 24.0, 36.0])
def test_it_falls_by_the_slope_beyond(slope_db: float) -> None:
    assert gain(200.0, slope_db=slope_db) == pytest.approx(-slope_db, abs=1.5)
    assert gain(6000.0, slope_db=slope_db) == pytest.approx(-slope_db, abs=0.5)


def test_a_telephone_has_neither_bass_nor_treble() -> None:
    source = noise(10.0)
    phone = BandLimit().apply(source, SAMPLE_RATE, low_hertz=350.0, high_hertz=3400.0, slope_db=36.0)
    assert band_db(phone, 20.0, 100.0) - band_db(source, 20.0, 100.0) < -40.0
    assert band_db(phone, 8000.0, 11_000.0) - band_db(source, 8000.0, 11_000.0) < -40.0
