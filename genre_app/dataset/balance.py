"""Whether a model can learn the genres evenly from what there is of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from genre_app.dataset.records import Counts

MAX_RATIO: Final = 3.0
"""From here on the larger genre is named too often."""


@dataclass(frozen=True, slots=True)
class Imbalance:
    """Two genres that are too far apart.

    Attributes:
        largest: name of the genre with the most clips and copies for training.
        smallest: name of the genre with the fewest, of those that have any clip.
        n_largest: clips and copies for training of the one.
        n_smallest: clips and copies for training of the other.
    """

    largest: str
    smallest: str
    n_largest: int
    n_smallest: int


def find_imbalance(counts: Mapping[str, Counts]) -> Imbalance | None:
    """Return the two genres that are furthest apart, or None if all are balanced well enough.

    Genres without clips play no part: the shipped model brings its own knowledge of the first ten.

    Args:
        counts: as `DataSet.counts` returns them.
    """
    used = {
        name: count.train + count.train_copies for name, count in counts.items() if count.train or count.valid
    }
    if len(used) < 2:
        return None
    largest, smallest = max(used, key=used.__getitem__), min(used, key=used.__getitem__)
    if used[largest] < MAX_RATIO * max(1, used[smallest]):
        return None
    return Imbalance(largest, smallest, used[largest], used[smallest])
