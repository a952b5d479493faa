from __future__ import annotations

import numpy as np

from genre_app.dataset.augmentation.time_shift import TimeShift
from tests.measuring import SAMPLE_RATE, noise


def test_a_click_moves_by_the_part_of_the_length() -> None:
    click = np.zeros(4 * SAMPLE_RATE, np.float32)
    click[SAMPLE_RATE] = 1.0
    later = TimeShift().apply(click, SAMPLE_RATE, part=0.25)
    assert np.argmax(later) == 2 * SAMPLE_RATE
    earlier = TimeShift().apply(click, SAMPLE_RATE, part=-0.5)
    assert np.argmax(earlier) == 3 * SAMPLE_RATE


def test_nothing_but_the_seam_is_changed() -> None:
    source = noise(4.0)
    shifted = TimeShift().apply(source, SAMPLE_RATE, part=0.25)
    expected = np.roll(source, SAMPLE_RATE)
    changed = np.flatnonzero(shifted != expected)
    assert SAMPLE_RATE - changed.min() <= round(0.02 * SAMPLE_RATE)
    assert changed.max() - SAMPLE_RATE < round(0.02 * SAMPLE_RATE)


def test_end_and_beginning_meet_without_a_click() -> None:
    step = np.linspace(-0.9, 0.9, 2 * SAMPLE_RATE, dtype=np.float32)  # jumps by 1.8 where it goes round
    shifted = TimeShift().apply(step, SAMPLE_RATE, part=0.5)
    assert np.abs(np.diff(shifted)).max() < 0.01


def test_a_whole_turn_changes_nothing() -> None:
    source = noise(1.0)
    for part in (-1.0, 0.0, 1.0):
        np.testing.assert_array_equal(TimeShift().apply(source, SAMPLE_RATE, part=part), source)
