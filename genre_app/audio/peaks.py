"""The outline of a sound of any length in a bounded number of columns."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Float32 = NDArray[np.float32]


class PeakCollector:
    """Collects the smallest and the largest sample of equal stretches of a sound while it passes by.

    Starts with one sample a column; whenever the columns are used up, neighbours are folded in pairs, so
    that memory stays bounded and every minimum and maximum is exact, however long the sound turns out.
    What is no finite number counts as silence. Not thread-safe: one thread adds and asks.

    Attributes:
        columns: the most columns there will be, an even number.
        samples: how many samples (frames, if there are several channels) were added.
        samples_per_column: how many samples each column stands for; the last one may have fewer.
    """

    def __init__(self, columns: int = 4096) -> None:
        """Collect into at most `columns` columns (an even number, 2 or more).

        Raises:
            ValueError: if `columns` is odd or less than 2.
        """
        if columns < 2 or columns % 2:
            raise ValueError(f"columns must be an even number of 2 or more, not {columns}")
        self.columns = columns
        self.samples = 0
        self.samples_per_column = 1
        self._lowest = np.zeros(columns, np.float32)
        self._highest = np.zeros(columns, np.float32)

    def add(self, block: Float32) -> None:
        """Add samples of shape (n,), or (n, channels) whose outline is that of all channels together."""
        samples = np.asarray(block, np.float32)
        if samples.ndim not in (1, 2):
            raise ValueError(f"samples must have shape (n,) or (n, channels), not {samples.shape}")
        if samples.size == 0:
            return
        if not np.isfinite(samples).all():
            samples = np.nan_to_num(samples, nan=0.0, posinf=0.0, neginf=0.0)
        lowest = highest = samples
        if samples.ndim == 2:
            lowest, highest = samples.min(axis=1), samples.max(axis=1)
        while self.samples + len(lowest) > self.columns * self.samples_per_column:
            self._fold()
        self._fill(self._lowest, lowest, np.minimum)
        self._fill(self._highest, highest, np.maximum)
        self.samples += len(lowest)

    @property
    def peaks(self) -> Float32:
        """A copy of the outline, shape (n, 2), n <= `columns`: minimum and maximum of each column."""
        used = self._columns_used()
        return np.stack([self._lowest[:used], self._highest[:used]], axis=1)

    def _columns_used(self) -> int:
        return -(-self.samples // self.samples_per_column)

    def _fold(self) -> None:
        used = self._columns_used()
        if used % 2:  # a last column without a neighbour keeps its own extremes
            self._lowest[used] = self._lowest[used - 1]
            self._highest[used] = self._highest[used - 1]
        half = (used + 1) // 2
        self._lowest[:half] = self._lowest[: 2 * half].reshape(-1, 2).min(axis=1)
        self._highest[:half] = self._highest[: 2 * half].reshape(-1, 2).max(axis=1)
        self.samples_per_column *= 2

    def _fill(self, into: Float32, samples: Float32, extreme: np.ufunc) -> None:
        """Merge `samples` into the columns they belong to; `extreme` is np.minimum or np.maximum."""
        width = self.samples_per_column
        column, filled = divmod(self.samples, width)
        if filled:
            head = samples[: width - filled]
            into[column] = extreme(into[column], extreme.reduce(head))
            samples = samples[len(head) :]
            column += 1
        whole = len(samples) // width
        if whole:
            into[column : column + whole] = extreme.reduce(
                samples[: whole * width].reshape(whole, width), axis=1
            )
        if len(samples) > whole * width:
            into[column + whole] = extreme.reduce(samples[whole * width :])
