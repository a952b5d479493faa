"""Whether genres are told to be too far apart."""

from __future__ import annotations

import pytest

from genre_app.dataset.balance import Imbalance, find_imbalance
from genre_app.dataset.records import Counts


def counts(**train: int) -> dict[str, Counts]:
    return {name: Counts(train=n, valid=1 if n else 0, copies=0) for name, n in train.items()}


@pytest.mark.parametrize(
    "there", [counts(), counts(rock=50), counts(rock=20, jazz=10, blues=8), counts(rock=5, jazz=0)]
)
def test_balanced_enough(there: dict[str, Counts]) -> None:
    assert find_imbalance(there) is None


def test_the_two_furthest_apart_are_named() -> None:
    there = counts(blues=12, rock=30, jazz=10, disco=0)
    assert find_imbalance(there) == Imbalance("rock", "jazz", 30, 10)


def test_a_genre_that_is_only_validated_counts_as_nothing_to_learn_from() -> None:
    there = counts(rock=30) | {"jazz": Counts(train=0, valid=4, copies=0)}
    assert find_imbalance(there) == Imbalance("rock", "jazz", 30, 0)


def test_copies_for_training_count() -> None:
    there = counts(rock=30) | {"jazz": Counts(train=5, valid=1, copies=10, train_copies=0)}
    assert find_imbalance(there) is not None  # copies for validation teach nothing
    there["jazz"] = Counts(train=5, valid=1, copies=10, train_copies=10)
    assert find_imbalance(there) is None
