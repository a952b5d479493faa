"""The ring buffer: never a wrong sample, and every lost one is counted."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from genre_app.audio.ring_buffer import RingBuffer, RingReader


def ramp(start: int, count: int, channels: int = 1) -> NDArray[np.float32]:
    """Frames whose values tell their number."""
    frames = np.arange(start, start + count, dtype=np.float32)
    return frames if channels == 1 else np.stack([frames + 0.25 * k for k in range(channels)], axis=1)


capacities = st.integers(1, 40)
counts = st.lists(st.integers(0, 40), max_size=30)


@settings(deadline=None)
@given(capacity=capacities, channels=st.integers(1, 3), counts=counts, wanted=st.integers(0, 60))
def test_the_latest_frames_are_the_last_ones_written(
    capacity: int, channels: int, counts: list[int], wanted: int
) -> None:
    ring = RingBuffer(capacity, channels)
    for count in counts:
        ring.write(ramp(ring.written, min(count, capacity), channels))
    expected = ramp(0, ring.written, channels)[max(0, ring.written - min(wanted, capacity)) :]
    np.testing.assert_array_equal(ring.latest(wanted), expected)


@settings(deadline=None)
@given(capacity=capacities, counts=counts, data=st.data())
def test_every_stretch_that_is_kept_lies_in_one_piece(
    capacity: int, counts: list[int], data: st.DataObject
) -> None:
    ring = RingBuffer(capacity)
    for count in counts:
        ring.write(ramp(ring.written, min(count, capacity)))
    start = data.draw(st.integers(ring.oldest, ring.written))
    stop = data.draw(st.integers(start, ring.written))
    view = ring.view(start, stop)
    np.testing.assert_array_equal(view, ramp(start, stop - start))
    assert view.base is not None, "a copy was made"


@settings(deadline=None)
@given(capacity=capacities, channels=st.integers(1, 3), counts=counts, data=st.data())
def test_a_callback_gets_what_is_there(
    capacity: int, channels: int, counts: list[int], data: st.DataObject
) -> None:
    ring = RingBuffer(capacity, channels)
    for count in counts:
        ring.write(ramp(ring.written, min(count, capacity), channels))
    start = data.draw(st.integers(ring.oldest, ring.written))
    count = data.draw(st.integers(0, ring.written - start))
    block = ramp(0, count, channels)
    ring.copy_into(block, start)
    np.testing.assert_array_equal(block, ramp(start, count, channels))


def test_any_layout_and_type_of_samples_is_stored_right() -> None:
    ring = RingBuffer(10, 2)
    ring.write(np.arange(12.0).reshape(2, 6).T)  # float64, columns first
    assert ring.latest(2).tolist() == [[4.0, 10.0], [5.0, 11.0]]


@settings(deadline=None)
@given(
    capacity=capacities,
    steps=st.lists(st.tuples(st.sampled_from(["write", "read"]), st.integers(0, 40)), max_size=60),
)
def test_a_reader_gets_every_frame_once_or_counts_it_as_lost(
    capacity: int, steps: list[tuple[str, int]]
) -> None:
    ring = RingBuffer(capacity)
    reader = RingReader(ring)
    received = 0
    for step, count in steps:
        if step == "write":
            ring.write(ramp(ring.written, min(count, capacity)))
            continue
        block = reader.read(count)
        np.testing.assert_array_equal(block, ramp(reader.position - len(block), len(block)))
        received += len(block)
        assert received + reader.lost == reader.position
        assert reader.available == ring.written - reader.position


def test_a_block_larger_than_the_ring_is_refused() -> None:
    with pytest.raises(ValueError, match="5 frames"):
        RingBuffer(4).write(ramp(0, 5))


@pytest.mark.parametrize("read_size", [7, 500, 10_000])
def test_readers_in_other_threads_see_whole_frames_only(read_size: int) -> None:
    """The writer never waits, so slow readers lose frames; but what they get is never torn."""
    ring = RingBuffer(1000)
    writing = threading.Event()
    writing.set()
    faults: list[str] = []

    def follow() -> None:
        reader = RingReader(ring)
        received = 0
        while writing.is_set() or reader.available:
            block = reader.read(read_size)
            received += len(block)
            if not np.array_equal(block, ramp(reader.position - len(block), len(block))):
                faults.append(f"torn block before {reader.position}")
        if received + reader.lost != ring.written:
            faults.append(f"{received} received, {reader.lost} lost of {ring.written}")

    def look() -> None:
        while writing.is_set():
            frames = ring.latest(1000)
            if len(frames) and not np.array_equal(frames, ramp(int(frames[0]), len(frames))):
                faults.append(f"torn frames after {frames[0]}")

    threads = [threading.Thread(target=follow), threading.Thread(target=look)]
    for thread in threads:
        thread.start()
    for number in range(3000):
        ring.write(ramp(ring.written, 1 + number * 37 % 250))
    writing.clear()
    for thread in threads:
        thread.join()
    assert faults == []
