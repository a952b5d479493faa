from __future__ import annotations

import numpy as np
import pytest
import scipy.signal

from genre_app.dataset.augmentation.filters import convolve
from tests.measuring import noise


def sound(n: int, seed: int) -> np.ndarray:
    return noise(10.0, 22_050, seed=seed)[:n]


@pytest.mark.parametrize(
    ("n", "m"),
    [
        (1, 1),
        (1, 500),
        (500, 1),
        (8192, 1),
        (9000, 1103),
        (20, 9000),
        (220_500, 1103),
        (220_500, 2049),
        (220_500, 16_385),
        (220_500, 40_000),
        (70_000, 150_000),
    ],
)
def test_convolution_is_exact_at_any_length(n: int, m: int) -> None:
    source, taps = sound(n, 1), sound(m, 2)
    expected = scipy.signal.fftconvolve(source.astype(np.float64), taps.astype(np.float64))
    result = convolve(source, taps)
    assert result.dtype == np.float32
    assert result.shape == expected.shape
    np.testing.assert_allclose(result, expected, atol=1e-6 * np.abs(expected).max())


def test_channels_have_taps_of_their_own_or_share_them() -> None:
    source = np.stack([sound(20_000, 1), sound(20_000, 2)], axis=1)
    taps = np.stack([sound(3000, 3), sound(3000, 4)], axis=1)
    own, shared = convolve(source, taps), convolve(source, taps[:, 0])
    for channel in range(2):
        np.testing.assert_array_equal(own[:, channel], convolve(source[:, channel], taps[:, channel]))
        np.testing.assert_array_equal(shared[:, channel], convolve(source[:, channel], taps[:, 0]))


@pytest.mark.parametrize("shape", [(0,), (0, 2)])
def test_nothing_convolved_is_silence(shape: tuple[int, ...]) -> None:
    result = convolve(np.zeros(shape, np.float32), np.ones(5, np.float32))
    assert result.shape == (4, *shape[1:])
    assert not result.any()
