"""From the embeddings of a network before a full training to those after it, by a linear map.

What a version remembers of the base training are embeddings, and the sounds they are of are not on the user's
machine. The map is found on the user's own training clips, which both networks hear: the difference between
the two is predicted by ridge regression, which predicts none where those clips say nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

_PENALTIES: Final = (1e-3, 1e-2, 1e-1, 1.0, 10.0, 100.0)
_FOLDS: Final = 4


@dataclass(frozen=True, slots=True)
class Alignment:
    """The map ``new = old + (old - mean) @ slope + shift``.

    Attributes:
        mean: float64 (D,).
        slope: float64 (D, D).
        shift: float64 (D,).
        left: share of the difference between the two networks that is left on clips it was not found on.
    """

    mean: NDArray[np.float64]
    slope: NDArray[np.float64]
    shift: NDArray[np.float64]
    left: float

    def __call__(self, old: NDArray[np.floating]) -> NDArray[np.float32]:
        """Return what the new network presumably makes of that of which the old one made `old` (n, D)."""
        new = old + (old - self.mean) @ self.slope + self.shift
        # The last layer of the network gives no negative numbers.
        return np.maximum(new, 0.0).astype(np.float32)


def align(old: NDArray[np.floating], new: NDArray[np.floating], clip: NDArray[np.integer]) -> Alignment:
    """Return the map from `old` to `new`.

    Args:
        old: (n, D), of the one network.
        new: (n, D), of the other, of the same sounds.
        clip: (n,), which clip each is of: the strength of the ridge is chosen by leaving out clips.
    """
    names, group = np.unique(clip, return_inverse=True)
    n_folds = min(_FOLDS, len(names))
    fold = group % max(n_folds, 1)
    moved = new.astype(np.float64) - old
    left = np.zeros(len(_PENALTIES))
    for one in range(n_folds if n_folds > 1 else 0):
        inside, outside = fold != one, fold == one
        ridge = _Ridge(old[inside], moved[inside])
        for place, penalty in enumerate(_PENALTIES):
            slope, shift = ridge.solve(penalty)
            predicted = (old[outside] - ridge.mean) @ slope + shift
            left[place] += float(np.square(moved[outside] - predicted).sum())
    best = int(left.argmin()) if n_folds > 1 else len(_PENALTIES) - 1
    ridge = _Ridge(old, moved)
    slope, shift = ridge.solve(_PENALTIES[best])
    total = float(np.square(moved).sum())
    return Alignment(
        ridge.mean, slope, shift, left[best] / total if total > 0.0 and n_folds > 1 else float(total > 0.0)
    )


class _Ridge:
    """Ridge regressions of one set of points, of whatever penalty."""

    def __init__(self, x: NDArray[np.floating], y: NDArray[np.float64]) -> None:
        self.mean = np.asarray(x.mean(axis=0), dtype=np.float64)
        self._shift = y.mean(axis=0)
        centred = x - self.mean
        values, self._vectors = np.linalg.eigh(centred.T @ centred / len(x))
        self._values = np.maximum(values, 0.0)
        self._product = self._vectors.T @ (centred.T @ (y - self._shift) / len(x))

    def solve(self, penalty: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return slope (D, D) and shift (D,); `penalty` is relative to the mean variance."""
        strength = penalty * max(float(self._values.mean()), 1e-12)
        slope = self._vectors @ (self._product / (self._values + strength)[:, None])
        return slope, self._shift
