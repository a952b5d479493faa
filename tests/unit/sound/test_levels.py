"""Level meter and scrolling waveform, against what can be computed directly."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genre_app.audio.levels import SILENCE_DBFS, LevelMeter, WaveformHistory, to_dbfs

RATE = 48000


def blocks_of(samples: np.ndarray, size: int) -> list[np.ndarray]:
    return [samples[start : start + size] for start in range(0, len(samples), size)]


def test_a_full_scale_sine_is_3_db_below_full_scale() -> None:
    meter = LevelMeter(RATE)
    sine = np.sin(2 * np.pi * 997 * np.arange(3 * RATE) / RATE).astype(np.float32)
    for block in blocks_of(sine, 1600):
        meter.add(block)
    assert meter.rms_dbfs == pytest.approx(-3.01, abs=0.05)
    assert meter.peak_dbfs == pytest.approx(0.0, abs=0.01)


def test_silence_has_a_floor_instead_of_minus_infinity() -> None:
    meter = LevelMeter(RATE)
    meter.add(np.zeros(RATE, np.float32))
    meter.add(np.zeros(0, np.float32))
    assert (meter.rms_dbfs, meter.peak_dbfs) == (SILENCE_DBFS, SILENCE_DBFS)
    assert to_dbfs(1e-9) == SILENCE_DBFS


def test_the_peak_falls_by_24_db_in_a_second() -> None:
    meter = LevelMeter(RATE)
    meter.add(np.array([-0.5], np.float32))
    for _ in range(30):
        meter.add(np.zeros(RATE // 30, np.float32))
    assert meter.peak_dbfs == pytest.approx(to_dbfs(0.5) - 24, abs=0.1)


def test_the_mean_forgets_within_seconds() -> None:
    meter = LevelMeter(RATE)
    meter.add(np.full(RATE, 0.5, np.float32))
    meter.add(np.zeros(2 * RATE, np.float32))
    assert meter.rms_dbfs < -30


@settings(max_examples=40, deadline=None)
@given(
    length=st.integers(1, 40_000),
    block=st.integers(10, 5_000),
    columns=st.integers(1, 300),
    seconds=st.floats(0.02, 3.9),
)
def test_the_overview_shows_lowest_and_highest_of_every_part(
    length: int, block: int, columns: int, seconds: float
) -> None:
    rate = 8000
    bin_frames = 16  # 2 ms
    samples = np.random.default_rng(length).normal(size=length).astype(np.float32)
    history = WaveformHistory(rate, seconds=4.0)
    for part in blocks_of(samples, block):
        history.add(part)
    shown = history.overview(seconds, columns)
    assert shown.shape == (columns, 2)

    bins = length // bin_frames
    width = seconds * rate / bin_frames / columns
    newest = int(np.ceil(bins / width)) - 1
    for column in range(columns):
        number = newest - (columns - 1 - column)
        first = int(np.floor(number * width))
        last = max(first + 1, int(np.floor((number + 1) * width)))
        part = samples[max(0, first) * bin_frames : min(last, bins) * bin_frames]
        if number < 0 or not len(part):
            assert tuple(shown[column]) == (0, 0)
        elif max(0, bins - 2000) <= first:
            assert tuple(shown[column]) == (part.min(), part.max())


def test_columns_move_with_the_sound() -> None:
    """What is shown of a moment does not change while it scrolls by: the picture does not shimmer."""
    history = WaveformHistory(RATE)
    noise = np.random.default_rng(1).normal(size=20 * RATE).astype(np.float32)
    earlier: np.ndarray | None = None
    for block in blocks_of(noise, RATE // 30)[:300]:
        history.add(block)
        shown = history.overview(5.0, 400)
        if earlier is not None:
            shift = next(
                shift for shift in range(6) if np.array_equal(shown[: 399 - shift], earlier[shift:399])
            )
            assert shift in (2, 3)  # 80 columns a second at 30 pictures a second
        earlier = shown


def test_a_history_that_was_overtaken_keeps_the_newest() -> None:
    history = WaveformHistory(1000, seconds=1.0)
    history.add(np.arange(10_000, dtype=np.float32))
    assert history.overview(1.0, 10)[-1].tolist() == [9900, 9999]


@pytest.mark.parametrize(("seconds", "columns"), [(0, 10), (-1, 10), (1, 0), (61, 100)])
def test_impossible_overviews_are_refused(seconds: float, columns: int) -> None:
    with pytest.raises(ValueError, match="columns"):
        WaveformHistory(RATE).overview(seconds, columns)


def test_the_overview_is_zero_before_any_sound() -> None:
    assert not WaveformHistory(RATE).overview(10, 100).any()
