from __future__ import annotations

import numpy as np
import pytest

from genre_app.dataset.augmentation.time_mask import TimeMask
from tests.measuring import SAMPLE_RATE, noise


def test_a_gap_is_silent_and_the_rest_untouched() -> None:
    source = noise(30.0)
    masked = TimeMask().apply(source, SAMPLE_RATE, gaps=[[0.5, 0.1]])
    begin, length = round(13.5 * SAMPLE_RATE), 3 * SAMPLE_RATE
    fade = round(0.01 * SAMPLE_RATE) + 1
    assert not masked[begin + fade : begin + length - fade].any()
    np.testing.assert_array_equal(masked[: begin - 1], source[: begin - 1])
    np.testing.assert_array_equal(masked[begin + length + 1 :], source[begin + length + 1 :])


def test_edges_do_not_click() -> None:
    masked = TimeMask().apply(
        np.ones(30 * SAMPLE_RATE, np.float32), SAMPLE_RATE, gaps=[[0.2, 0.05], [0.8, 0.1]]
    )
    assert np.abs(np.diff(masked)).max() < 0.02


@pytest.mark.parametrize("seconds", [10.0, 30.0, 95.0])
def test_longer_sound_has_gaps_every_30_seconds(seconds: float) -> None:
    source = np.ones(round(seconds * SAMPLE_RATE), np.float32)
    masked = TimeMask().apply(source, SAMPLE_RATE, gaps=[[0.1, 0.1]])
    # The last, at 92.7 s, is cut off by the end.
    expected = {10.0: 1.0, 30.0: 3.0, 95.0: 11.3}[seconds]
    assert np.sum(masked < 0.5) / SAMPLE_RATE == pytest.approx(expected, abs=0.1)
