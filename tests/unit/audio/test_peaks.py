"""The outline of a sound is exact and bounded."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from genre_app.audio.peaks import PeakCollector


def _outline(samples: NDArray[np.float32], width: int) -> NDArray[np.float32]:
    """The obvious, slow way."""
    parts = [samples[start : start + width] for start in range(0, len(samples), width)]
    return np.array([(part.min(), part.max()) for part in parts], np.float32)


@pytest.mark.parametrize("seed", range(30))
def test_same_as_the_slow_way_however_it_is_cut(seed: int) -> None:
    rng = np.random.default_rng(seed)
    samples = rng.standard_normal(rng.integers(1, 5000)).astype(np.float32)
    collector = PeakCollector(2 * int(rng.integers(1, 40)))
    rest = samples
    while len(rest):
        size = int(rng.integers(1, 700))
        collector.add(rest[:size])
        rest = rest[size:]
    peaks = collector.peaks
    assert collector.samples == len(samples)
    assert len(peaks) <= collector.columns
    # No coarser than need be.
    assert collector.samples_per_column == 1 or collector.samples > collector.columns * (
        collector.samples_per_column // 2
    )
    np.testing.assert_array_equal(peaks, _outline(samples, collector.samples_per_column))


def test_short_sound_keeps_every_sample() -> None:
    collector = PeakCollector(8)
    collector.add(np.array([0.5, -0.25, 0.125], np.float32))
    np.testing.assert_array_equal(collector.peaks, [[0.5, 0.5], [-0.25, -0.25], [0.125, 0.125]])


def test_nothing_added() -> None:
    collector = PeakCollector()
    collector.add(np.zeros(0, np.float32))
    assert collector.peaks.shape == (0, 2)
    assert collector.peaks.dtype == np.float32


def test_channels_share_one_outline() -> None:
    collector = PeakCollector(4)
    collector.add(np.array([[0.1, -0.9], [0.8, 0.0]], np.float32))
    np.testing.assert_array_equal(collector.peaks, np.array([[-0.9, 0.1], [0.0, 0.8]], np.float32))


def test_what_is_no_number_counts_as_silence() -> None:
    collector = PeakCollector(4)
    block = np.array([np.nan, 0.5, np.inf, -np.inf], np.float32)
    collector.add(block)
    np.testing.assert_array_equal(collector.peaks, [[0, 0], [0.5, 0.5], [0, 0], [0, 0]])
    assert np.isnan(block[0]), "the caller's samples are left alone"


def test_peaks_are_a_copy() -> None:
    collector = PeakCollector(4)
    collector.add(np.array([0.5], np.float32))
    collector.peaks[:] = 9
    np.testing.assert_array_equal(collector.peaks, [[0.5, 0.5]])


def test_long_sound_is_quick_and_small() -> None:
    import time

    block = np.random.default_rng(0).uniform(-1, 1, 22050).astype(np.float32)
    collector = PeakCollector(4096)
    begin = time.perf_counter()
    for _ in range(3600):
        collector.add(block)
    assert time.perf_counter() - begin < 3.0, "an hour of sound"
    assert len(collector.peaks) <= 4096


@pytest.mark.parametrize("columns", [0, 1, 3, -2])
def test_columns_must_fold(columns: int) -> None:
    with pytest.raises(ValueError, match="even"):
        PeakCollector(columns)


def test_shape_must_be_samples() -> None:
    with pytest.raises(ValueError, match="shape"):
        PeakCollector().add(np.zeros((2, 2, 2), np.float32))
