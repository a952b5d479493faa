"""The head of the base model is chosen by what it knows and by how well it knows that."""

from __future__ import annotations

import numpy as np

from genre_app.classifier.head import Head
from genre_app.training.base_model import LOSS_TOLERANCE, HeadCandidate, choose_head

HEAD = Head(np.zeros(2, "f4"), np.ones(2, "f4"), np.zeros((2, 10), "f4"), np.zeros(10, "f4"), 1.0)


def candidate(name: str, loss: float, calibration_error: float) -> HeadCandidate:
    return HeadCandidate(name, HEAD, 0.7, loss, calibration_error)


def test_of_equally_good_heads_the_best_calibrated_is_chosen() -> None:
    heads = [
        candidate("best", 1.0, 0.06),
        candidate("as good", 1.0 + 0.9 * LOSS_TOLERANCE, 0.04),
        candidate("worse", 1.0 + 1.1 * LOSS_TOLERANCE, 0.01),
    ]
    assert choose_head(heads).name == "as good"


def test_the_best_head_is_chosen_if_none_comes_near() -> None:
    assert choose_head([candidate("worse", 1.2, 0.01), candidate("best", 1.0, 0.09)]).name == "best"
