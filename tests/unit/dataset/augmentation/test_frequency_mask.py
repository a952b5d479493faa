from __future__ import annotations

import pytest

from genre_app.dataset.augmentation.frequency_mask import FrequencyMask
from tests.measuring import SAMPLE_RATE, band_db, noise


@pytest.mark.parametrize("centre", [400.0, 1000.0, 4000.0])
def test_the_band_is_missing_and_its_neighbours_are_not(centre: float) -> None:
    source = noise(10.0)
    masked = FrequencyMask().apply(source, SAMPLE_RATE, bands=[[centre, 1.0]])

    def loss(low: float, high: float) -> float:
        return band_db(masked, low, high) - band_db(source, low, high)

    assert loss(centre * 0.85, centre * 1.2) < -35.0
    assert loss(centre * 0.4, centre * 0.58) == pytest.approx(0.0, abs=0.5)
    assert loss(centre * 1.7, centre * 2.4) == pytest.approx(0.0, abs=0.5)


def test_bands_may_overlap() -> None:
    source = noise(5.0)
    masked = FrequencyMask().apply(source, SAMPLE_RATE, bands=[[1000.0, 1.0], [1400.0, 1.0]])
    assert band_db(masked, 800.0, 1800.0) - band_db(source, 800.0, 1800.0) < -35.0
