from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from genre_app.classifier.windows import (
    FRAME_SECONDS,
    Framer,
    Frames,
    Window,
    WindowCutter,
    windows_of_log_mel,
)
from genre_app.features.log_mel import HOP_LENGTH, N_MELS, SAMPLE_RATE, WINDOW_FRAMES, normalise, power_mel


def noise(n: int, seed: int = 0) -> NDArray[np.float32]:
    return np.random.default_rng(seed).normal(0, 0.1, n).astype(np.float32)


def frames_of(samples: NDArray[np.float32], block: int, *, between: bool = True) -> Frames:
    framer = Framer(between=between)
    parts: list[Frames] = []
    for start in range(0, samples.size, block):
        parts += framer.add(samples[start : start + block])
    parts += framer.finish()
    assert framer.samples == samples.size
    return Frames(
        np.concatenate([part.power for part in parts], axis=1),
        np.concatenate([part.between for part in parts], axis=1),
        np.concatenate([part.loudness for part in parts]),
    )


def cut(power: NDArray[np.float32], at_once: int = 84) -> list[Window]:
    cutter = WindowCutter()
    windows: list[Window] = []
    for start in range(0, power.shape[1], at_once):
        part = power[:, start : start + at_once]
        loudness = np.arange(start, start + part.shape[1], dtype=np.float64)
        windows += cutter.add(Frames(part, part[::-1], loudness))
    windows += cutter.finish()
    return windows


class TestFramer:
    @given(
        n=st.one_of(
            st.integers(1, 400_000),
            st.builds(lambda k, d: k * HOP_LENGTH + d, st.integers(1, 200), st.integers(-1, 1)),
            st.builds(lambda k, d: k * 84 * HOP_LENGTH + d, st.integers(1, 3), st.integers(-1, 1)),
        ),
        block=st.sampled_from([997, 1024, 1970, 4410, 165_480, 1_000_000]),
    )
    @settings(max_examples=40, deadline=None)
    def test_blocks_give_the_frames_of_the_whole(self, n: int, block: int) -> None:
        samples = noise(n)
        whole = power_mel(samples)
        frames = frames_of(samples, block)
        assert frames.power.shape == whole.shape
        np.testing.assert_allclose(frames.power, whole, rtol=1e-4, atol=1e-6 * whole.max())
        assert frames.loudness.shape == (whole.shape[1],)
        later = np.concatenate((np.zeros(HOP_LENGTH), samples, np.zeros(HOP_LENGTH))).astype(np.float32)
        between = power_mel(later[HOP_LENGTH // 2 :])[:, 1 : 1 + whole.shape[1]]
        np.testing.assert_allclose(frames.between, between, rtol=1e-4, atol=1e-6 * whole.max())

    def test_frames_between_may_be_left_out(self) -> None:
        samples = noise(300 * HOP_LENGTH + 17)
        both, one = frames_of(samples, 100_000), frames_of(samples, 100_000, between=False)
        assert one.between.shape == (N_MELS, 0)
        np.testing.assert_allclose(one.power, both.power, rtol=1e-5)
        np.testing.assert_array_equal(one.loudness, both.loudness)

    def test_loudness_is_the_mean_square_of_a_hop_without_its_offset(self) -> None:
        samples = np.full(10 * HOP_LENGTH, 0.25, dtype=np.float32)
        samples[3 * HOP_LENGTH : 4 * HOP_LENGTH] += 0.1 * np.tile([1, -1], HOP_LENGTH // 2).astype(np.float32)
        loudness = frames_of(samples, 1000).loudness
        assert loudness[3] == pytest.approx(0.01, rel=1e-4)
        assert np.delete(loudness, 3).max() < 1e-12

    def test_nothing_comes_of_nothing(self) -> None:
        framer = Framer()
        assert list(framer.add(np.empty(0, dtype=np.float32))) == []
        assert list(framer.finish()) == []

    def test_memory_is_bounded(self) -> None:
        framer, cutter, windows = Framer(), WindowCutter(), 0
        block = noise(10 * SAMPLE_RATE)
        tracemalloc.start()
        try:
            for _ in range(90):  # a quarter of an hour, 79 MB of samples
                for frames in framer.add(block):
                    windows += sum(1 for _ in cutter.add(frames))
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert windows == 29
        assert peak < 12e6


class TestWindowCutter:
    @pytest.mark.parametrize(
        ("n", "expected"),
        [
            (1, [(0, 0, 1)]),
            (335, [(0, 0, 335)]),
            (336, [(0, 0, 336)]),
            (337, [(0, 0, 336), (1, 336, 337)]),
            (672, [(0, 0, 336), (336, 336, 672)]),
            (800, [(0, 0, 336), (336, 336, 672), (464, 672, 800)]),
        ],
    )
    @pytest.mark.parametrize("at_once", [1, 84, 1000])
    def test_windows_follow_each_other_and_the_last_ends_with_the_sound(
        self, n: int, expected: list[tuple[int, int, int]], at_once: int
    ) -> None:
        power = np.random.default_rng(1).random((128, n), dtype=np.float32) + 0.01
        windows = cut(power, at_once)
        assert [(w.first_frame, w.covered, w.end_frame) for w in windows] == expected
        for window in windows:
            part = power[:, window.first_frame : window.end_frame]
            log_mel, between = window.looks
            np.testing.assert_array_equal(log_mel[:, : part.shape[1]], normalise(part))
            np.testing.assert_array_equal(between[:, : part.shape[1]], normalise(part)[::-1])
            np.testing.assert_array_equal(
                window.loudness[: part.shape[1]], np.arange(window.first_frame, window.end_frame)
            )
            assert log_mel.max() == between.max() == 255.0

    def test_a_short_sound_is_repeated(self) -> None:
        power = np.random.default_rng(2).random((128, 100), dtype=np.float32) + 0.01
        (window,) = cut(power)
        tiled = np.tile(normalise(power), (1, 4))[:, :WINDOW_FRAMES]
        np.testing.assert_array_equal(window.looks[0], tiled)
        np.testing.assert_array_equal(window.looks[1], tiled[::-1])


class TestWindowsOfLogMel:
    @pytest.mark.parametrize("n", [1, 50, 335, 336, 337, 672, 800])
    def test_they_lie_where_those_of_the_sound_lie(self, n: int) -> None:
        power = np.random.default_rng(3).random((128, n), dtype=np.float32) + 0.01
        of_sound = cut(power)
        of_log_mel = list(windows_of_log_mel(normalise(power)))
        assert len(of_log_mel) == len(of_sound)
        for ours, theirs in zip(of_log_mel, of_sound, strict=True):
            assert (ours.first_frame, ours.covered, ours.end_frame) == (
                theirs.first_frame,
                theirs.covered,
                theirs.end_frame,
            )
            (log_mel,) = ours.looks
            np.testing.assert_allclose(log_mel, theirs.looks[0], atol=0.01)

    def test_each_is_shifted_up_to_its_own_loudest_cell(self) -> None:
        log_mel = np.random.default_rng(4).uniform(0, 255, (128, 672)).astype(np.float32)
        log_mel[:, 336:] *= 0.5
        first, second = windows_of_log_mel(log_mel)
        assert first.looks[0].max() == second.looks[0].max() == 255.0
        shift = 255.0 - log_mel[:, 336:].max()
        np.testing.assert_allclose(second.looks[0], log_mel[:, 336:] + shift, atol=1e-4)

    @pytest.mark.parametrize("value", [0.0, 100.0, 255.0])
    def test_one_value_everywhere_is_silence(self, value: float) -> None:
        (window,) = windows_of_log_mel(np.full((128, 336), value, dtype=np.float32))
        assert window.loudness.max() == 0.0


def test_a_window_is_thirty_seconds() -> None:
    assert abs(WINDOW_FRAMES * FRAME_SECONDS - 30.0) < 0.05
