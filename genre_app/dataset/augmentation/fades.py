"""Short fades, so that no cut clicks."""

from __future__ import annotations

import numpy as np

from genre_app.dataset.augmentation.transform import Samples


def fade_in_curve(n: int, dimensions: int) -> Samples:
    """Return `n` gains rising smoothly from near 0 to near 1: shape (n,), or (n, 1) for two `dimensions`."""
    curve = (0.5 - 0.5 * np.cos(np.pi * (np.arange(n) + 0.5) / max(n, 1))).astype(np.float32)
    return curve if dimensions == 1 else curve[:, None]
