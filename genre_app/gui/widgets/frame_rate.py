"""Measures how smoothly something moves."""

from __future__ import annotations

import time
from collections import deque


class FrameRate:
    """Counts what is really painted, for tests and for finding out why something stutters."""

    def __init__(self, seconds: float = 1.0) -> None:
        self._seconds = seconds
        self._times: deque[float] = deque()
        self.frames = 0

    def note(self) -> None:
        """Say that a frame has been painted now."""
        now = time.monotonic()
        self.frames += 1
        self._times.append(now)
        while self._times[0] < now - self._seconds:
            self._times.popleft()

    @property
    def per_second(self) -> float:
        """Frames painted in the last second, 0 when nothing moves."""
        now = time.monotonic()
        return sum(1 for then in self._times if then >= now - self._seconds) / self._seconds
