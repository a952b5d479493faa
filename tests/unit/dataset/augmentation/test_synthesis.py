from __future__ import annotations

import numpy as np

from genre_app.dataset.augmentation.synthesis import fit_length, uniform, white_noise


def test_the_numbers_of_a_seed_are_the_same_for_ever() -> None:
    # NumPy keeps its bit streams; were these values to change, every recipe kept would sound different.
    np.testing.assert_array_equal(uniform(4, 7), np.float32([0.88980997, 0.25019097, 0.36835992, 0.79442763]))
    np.testing.assert_array_equal(
        uniform(4, 7, 1), np.float32([0.7405201, 0.5402819, 0.75171256, -0.77614552])
    )


def test_a_shorter_noise_is_the_beginning_of_a_longer_one() -> None:
    np.testing.assert_array_equal(white_noise(1001, 5)[:999], white_noise(999, 5))


def test_white_noise_is_white_and_of_unit_level() -> None:
    noise = white_noise(400_000, 1)
    assert abs(noise.mean()) < 0.01
    assert abs(noise.std() - 1.0) < 0.01
    assert abs(np.corrcoef(noise[1:], noise[:-1])[0, 1]) < 0.01


def test_fitting_a_length_cuts_or_adds_silence() -> None:
    samples = np.ones((3, 2), np.float32)
    assert fit_length(samples, 2).shape == (2, 2)
    longer = fit_length(samples, 5)
    assert longer.sum() == 6.0
    assert not longer[3:].any()
