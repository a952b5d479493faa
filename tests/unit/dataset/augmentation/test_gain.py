from __future__ import annotations

import numpy as np
import pytest

from genre_app.dataset.augmentation.gain import Gain
from tests.measuring import SAMPLE_RATE, noise, rms_db


@pytest.mark.parametrize("gain_db", [-18.0, -3.0, 0.0, 6.0])
def test_an_even_gain(gain_db: float) -> None:
    source = noise(2.0)
    louder = Gain().apply(source, SAMPLE_RATE, begin_db=gain_db, end_db=gain_db)
    assert rms_db(louder) - rms_db(source) == pytest.approx(gain_db, abs=0.001)


def test_a_fade_goes_evenly_in_decibels() -> None:
    source = np.ones((30 * SAMPLE_RATE, 2), np.float32)
    faded = Gain().apply(source, SAMPLE_RATE, begin_db=6.0, end_db=-18.0)
    decibels = 20.0 * np.log10(faded)
    expected = np.linspace(6.0, -18.0, len(source))
    np.testing.assert_allclose(decibels, np.stack([expected, expected], axis=1), atol=0.01)
