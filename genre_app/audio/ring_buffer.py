"""A ring buffer that a real-time callback fills and others read, without a lock and without a copy.

Why this is safe. There is one writer. It announces the frames it is about to overwrite (`reserved`), copies
the samples, and only then announces them as there (`written`). Python's interpreter lock makes each of the
two counters change in one step and keeps the three steps in that order for every other thread, also where
numpy lets go of the lock during a copy. So whoever reads sees complete frames, and can find out afterwards
whether what it read was overwritten meanwhile: it was not if it is still newer than `oldest`.

The memory is twice as long as the capacity and every frame is stored in both halves; so any stretch of up to
`capacity` frames lies in one piece, and a view of it costs nothing.

What runs in a callback copies through memoryviews. Numpy releases the interpreter lock for copies of more
than some hundred samples, and a callback that has to win it back several times from busy threads comes late.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


class RingBuffer:
    """Keeps the last `capacity` frames of a stream of float32 samples.

    Frames are counted from 0 for the first one ever written.

    Attributes:
        capacity: frames that are kept.
        channels: samples per frame.
    """

    def __init__(self, capacity: int, channels: int = 1) -> None:
        """Allocate the memory for `capacity` frames of `channels` samples; nothing is allocated later."""
        if capacity < 1 or channels < 1:
            raise ValueError(f"capacity and channels must be positive, not {capacity} and {channels}")
        self.capacity = capacity
        self.channels = channels
        shape = (2 * capacity,) if channels == 1 else (2 * capacity, channels)
        self._memory: NDArray[np.float32] = np.empty(shape, np.float32)
        # Touch every page now: the operating system hands memory out at the first write, and that must not
        # happen in the callback.
        self._memory.fill(0.0)
        self._bytes = self._memory.data.cast("B")
        self._frame_bytes = channels * self._memory.itemsize
        self._reserved = 0
        self._written = 0

    @property
    def written(self) -> int:
        """Number of frames written so far, also of those overwritten since."""
        return self._written

    @property
    def oldest(self) -> int:
        """Number of the oldest frame that is not overwritten, nor just being so."""
        return max(0, self._reserved - self.capacity)

    def write(self, block: NDArray[np.float32]) -> None:
        """Append `block`, shape (n,) or, with several channels, (n, channels); n is at most `capacity`.

        For the one writer only. Overwrites the oldest frames whether they were read or not.
        """
        count = len(block)
        if count > self.capacity:
            raise ValueError(f"a block of {count} frames is larger than the ring of {self.capacity}")
        if not count:
            return
        self._reserved = self._written + count
        size, half = self._frame_bytes, self.capacity * self._frame_bytes
        source = np.ascontiguousarray(block, np.float32).data.cast("B")
        begin = self._written % self.capacity * size
        end = begin + count * size
        self._bytes[begin:end] = source
        if end <= half:
            self._bytes[begin + half : end + half] = source
        else:
            split = half - begin
            self._bytes[begin + half :] = source[:split]
            self._bytes[: end - half] = source[split:]
        self._written = self._reserved

    def view(self, start: int, stop: int) -> NDArray[np.float32]:
        """Return frames `start` to `stop`, shape (n,) or (n, channels), as they lie in memory.

        Nothing is copied, and nothing checked: the frames have to be among `oldest` and `written`, and what
        was made of them is right only if ``start >= oldest`` still holds afterwards.
        """
        begin = start % self.capacity
        return self._memory[begin : begin + stop - start]

    def copy_into(self, block: NDArray[np.float32], start: int) -> None:
        """Fill `block`, contiguous float32 of shape (n,) or (n, channels), with the frames from `start` on.

        For use in a callback; the frames have to be there, as for `view`.
        """
        if len(block):
            block.data.cast("B")[:] = self.view(start, start + len(block)).data.cast("B")

    def latest(self, count: int) -> NDArray[np.float32]:
        """Return a copy of the last `count` frames, or of as many as there are."""
        count = min(count, self.capacity)
        while True:
            oldest = self.oldest  # before looking at what is written: the writer goes on meanwhile
            stop = self._written
            start = max(oldest, stop - count)
            frames = self.view(start, stop).copy()
            if start >= self.oldest:
                return frames
            # Overwritten while it was copied: only when nearly the whole ring is asked for.
            count = count * 7 // 8


class RingReader:
    """Reads a ring buffer from beginning to end, and notices what it came too late for.

    Any number of readers may follow one ring, each from a thread of its own.

    Attributes:
        position: number of the next frame to read.
        lost: frames that were overwritten before they were read.
    """

    def __init__(self, ring: RingBuffer) -> None:
        self._ring = ring
        self.position = 0
        self.lost = 0

    @property
    def available(self) -> int:
        """Number of frames that are written and not read yet."""
        return self._ring.written - self.position

    def read(self, count: int) -> NDArray[np.float32]:
        """Return a copy of the next frames, at most `count`; empty when there are none."""
        ring = self._ring
        oldest = ring.oldest
        if self.position < oldest:
            self.lost += oldest - self.position
            self.position = oldest
        start, stop = self.position, min(ring.written, self.position + min(count, ring.capacity))
        block = ring.view(start, stop).copy()
        self.position = stop
        # The writer may have come round while we copied: drop the frames that it has, or may have, touched.
        overwritten = min(max(0, ring.oldest - start), len(block))
        self.lost += overwritten
        return block[overwritten:]
