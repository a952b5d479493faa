from __future__ import annotations

import numpy as np
import pytest

from genre_app.dataset.augmentation.crop import Crop
from tests.measuring import SAMPLE_RATE, noise


@pytest.mark.parametrize(("position", "begin"), [(0.0, 0), (0.5, 5 * SAMPLE_RATE), (1.0, 10 * SAMPLE_RATE)])
def test_the_excerpt_is_of_the_source(position: float, begin: int) -> None:
    source = noise(20.0)
    excerpt = Crop().apply(source, SAMPLE_RATE, keep=0.5, position=position)
    assert len(excerpt) == 10 * SAMPLE_RATE
    fade = round(0.01 * SAMPLE_RATE)
    np.testing.assert_array_equal(excerpt[fade:-fade], source[begin : begin + len(excerpt)][fade:-fade])


def test_cuts_are_faded_and_ends_are_not() -> None:
    source = np.ones(20 * SAMPLE_RATE, np.float32)
    first_half = Crop().apply(source, SAMPLE_RATE, keep=0.5, position=0.0)
    assert first_half[0] == 1.0
    assert first_half[-1] < 0.001


def test_five_seconds_stay() -> None:
    assert len(Crop().apply(noise(20.0), SAMPLE_RATE, keep=0.05, position=0.3)) == 5 * SAMPLE_RATE
    short = noise(3.0)
    np.testing.assert_array_equal(Crop().apply(short, SAMPLE_RATE, keep=0.05, position=0.3), short)
