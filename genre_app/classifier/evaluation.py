"""How good a model is: accuracy with its interval, macro-F1, calibration and confusion. NumPy only."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from genre_app.classifier.prediction import Prediction

CALIBRATION_BINS: Final = 15
_Z_95: Final = 1.959963984540054


@dataclass(frozen=True, slots=True)
class GenreScore:
    """How well one genre is recognised.

    Attributes:
        n: how many clips are of this genre.
        precision: of the clips called so, the share that are; 0 if none is called so.
        recall: of the clips that are, the share called so; 0 if there is none.
        f1: harmonic mean of the two.
    """

    n: int
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Predictions compared with the truth. An unsure prediction counts by its best guess.

    Attributes:
        genres: the model's genres, in its order.
        n: how many clips were compared.
        accuracy: the share whose best guess is right.
        accuracy_ci95: its Wilson score interval of 95 %.
        macro_f1: mean F1 of the genres that occur, in truth or in predictions.
        ece: expected calibration error over 15 equal bins of confidence.
        sure: the share of clips that the model was sure about.
        accuracy_when_sure: the share of those that is right; None if there are none.
        confusion: int64 (n_genres, n_genres); rows are the truth, columns the best guess.
        per_genre: a score for each genre, in the order of `genres`.
    """

    genres: tuple[str, ...]
    n: int
    accuracy: float
    accuracy_ci95: tuple[float, float]
    macro_f1: float
    ece: float
    sure: float
    accuracy_when_sure: float | None
    confusion: NDArray[np.int64]
    per_genre: tuple[GenreScore, ...]


def evaluate(truth: Sequence[str], predictions: Sequence[Prediction], genres: Sequence[str]) -> Evaluation:
    """Compare `predictions` with `truth`.

    Args:
        truth: the genre of each clip, one of `genres`; at least one clip.
        predictions: of the same clips in the same order.
        genres: that the model knows.

    Raises:
        ValueError: if there is nothing to compare, the numbers differ, or a genre is unknown.
    """
    if len(truth) != len(predictions) or not truth:
        raise ValueError(f"{len(truth)} clips and {len(predictions)} predictions can't be compared")
    index = {genre: i for i, genre in enumerate(genres)}
    unknown = set(truth) - index.keys()
    if unknown:
        raise ValueError(f"the model does not know {sorted(unknown)}")
    true = np.array([index[genre] for genre in truth])
    guessed = np.array([index[prediction.best_genre] for prediction in predictions])
    sure = np.array([prediction.genre is not None for prediction in predictions])
    confidence = np.array([prediction.confidence for prediction in predictions])
    return evaluate_guesses(true, guessed, confidence, sure, genres)


def evaluate_guesses(
    true: NDArray[np.int_],
    guessed: NDArray[np.int_],
    confidence: NDArray[np.floating],
    sure: NDArray[np.bool_],
    genres: Sequence[str],
) -> Evaluation:
    """Compare guesses with the truth, both as indices into `genres`.

    Args:
        true: (n,), n ≥ 1.
        guessed: (n,), the best guesses.
        confidence: (n,), 0…1, of the best guesses.
        sure: (n,), whether the model was sure.
        genres: their names.

    Raises:
        ValueError: if there is nothing to compare.
    """
    if not true.size:
        raise ValueError("there is nothing to compare")
    right = true == guessed
    confusion = confusion_matrix(true, guessed, len(genres))
    return Evaluation(
        genres=tuple(genres),
        n=true.size,
        accuracy=float(right.mean()),
        accuracy_ci95=wilson_interval(int(right.sum()), true.size),
        macro_f1=macro_f1(confusion),
        ece=expected_calibration_error(confidence, right),
        sure=float(sure.mean()),
        accuracy_when_sure=float(right[sure].mean()) if sure.any() else None,
        confusion=confusion,
        per_genre=genre_scores(confusion),
    )


def evaluation_to_json(evaluation: Evaluation) -> dict[str, Any]:
    """Return `evaluation` as it is kept in ``model.json``; its genres are those of the version."""
    stored = asdict(evaluation)
    stored["accuracy_ci95"] = list(evaluation.accuracy_ci95)
    stored["confusion"] = evaluation.confusion.tolist()
    stored["per_genre"] = {
        genre: asdict(score) for genre, score in zip(evaluation.genres, evaluation.per_genre, strict=True)
    }
    del stored["genres"]
    return stored


def evaluation_from_json(stored: object) -> Evaluation:
    """Return the evaluation that `evaluation_to_json` wrote; `genres` are those it has scores of, in order.

    Raises:
        ValueError: if it is none.
    """
    try:
        evaluation = _evaluation(stored)
    except (LookupError, TypeError, AttributeError, OverflowError, ValueError) as error:
        raise ValueError(f"no evaluation: {error!r}") from error
    n = len(evaluation.genres)
    confusion = evaluation.confusion
    if confusion.shape != (n, n) or (confusion < 0).any() or confusion.sum() != evaluation.n or not n:
        raise ValueError("no evaluation: its confusion matrix does not fit")
    return evaluation


def _evaluation(stored: Any) -> Evaluation:
    low, high = map(_share, stored["accuracy_ci95"])
    when_sure = stored["accuracy_when_sure"]
    scores = stored["per_genre"]
    return Evaluation(
        genres=tuple(map(str, scores)),
        n=int(stored["n"]),
        accuracy=_share(stored["accuracy"]),
        accuracy_ci95=(low, high),
        macro_f1=_share(stored["macro_f1"]),
        ece=_share(stored["ece"]),
        sure=_share(stored["sure"]),
        accuracy_when_sure=None if when_sure is None else _share(when_sure),
        confusion=np.array(stored["confusion"], dtype=np.int64),
        per_genre=tuple(
            GenreScore(
                n=int(one["n"]),
                precision=_share(one["precision"]),
                recall=_share(one["recall"]),
                f1=_share(one["f1"]),
            )
            for one in scores.values()
        ),
    )


def _share(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0.0 <= value <= 1.0:
        raise ValueError(f"{value!r} is no share")
    return float(value)


def mcnemar_p_value(gained: int, lost: int) -> float:
    """Return how likely a difference at least this large is if two models are equally good.

    McNemar's test in its exact, two-sided form: of the clips that only one of the models gets right, each
    is as likely to be either's.

    Args:
        gained: how many clips only the one model gets right.
        lost: how many only the other.
    """
    n = gained + lost
    tail: float = sum(math.comb(n, k) for k in range(min(gained, lost) + 1)) / 2**n
    return min(1.0, 2.0 * tail)


def wilson_interval(successes: int, n: int, z: float = _Z_95) -> tuple[float, float]:
    """Return the Wilson score interval of a share, of 95 % unless `z` says otherwise (Wilson 1927).

    Raises:
        ValueError: unless 0 ≤ `successes` ≤ `n` and `n` ≥ 1.
    """
    if not 0 <= successes <= n or n < 1:
        raise ValueError(f"{successes} of {n} is no share")
    share = successes / n
    centre = share + z * z / (2 * n)
    spread = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    return max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)


def confusion_matrix(true: NDArray[np.int_], guessed: NDArray[np.int_], n_genres: int) -> NDArray[np.int64]:
    """Return how often each genre (row) was taken for each (column), int64 (n_genres, n_genres)."""
    counts = np.bincount(true * n_genres + guessed, minlength=n_genres * n_genres)
    return counts.reshape(n_genres, n_genres).astype(np.int64)


def genre_scores(confusion: NDArray[np.int64]) -> tuple[GenreScore, ...]:
    """Return the score of each genre from a confusion matrix."""
    scores = []
    for i in range(confusion.shape[0]):
        hits = int(confusion[i, i])
        n, called = int(confusion[i].sum()), int(confusion[:, i].sum())
        scores.append(
            GenreScore(
                n=n,
                precision=hits / called if called else 0.0,
                recall=hits / n if n else 0.0,
                f1=2 * hits / (n + called) if n + called else 0.0,
            )
        )
    return tuple(scores)


def macro_f1(confusion: NDArray[np.int64]) -> float:
    """Return the mean F1 of the genres that occur, in truth or in predictions; 0 if none does."""
    occurs = (confusion.sum(axis=0) + confusion.sum(axis=1)) > 0
    scores = [score.f1 for score, occurring in zip(genre_scores(confusion), occurs, strict=True) if occurring]
    return sum(scores) / len(scores) if scores else 0.0


def expected_calibration_error(
    confidence: NDArray[np.floating], right: NDArray[np.bool_], bins: int = CALIBRATION_BINS
) -> float:
    """Return by how much confidence and accuracy differ, on average over equal bins (Guo et al. 2017).

    Args:
        confidence: (n,), 0…1, of the best guess.
        right: (n,), whether it was right.
        bins: how many, of equal width; an edge belongs to the bin below it.

    Raises:
        ValueError: if there is nothing to compare.
    """
    if confidence.size == 0 or confidence.shape != right.shape:
        raise ValueError("one confidence for each answer is needed, and at least one answer")
    bin_of = np.clip(np.ceil(confidence * bins).astype(np.int64) - 1, 0, bins - 1)
    difference = np.bincount(bin_of, weights=right - confidence.astype(np.float64), minlength=bins)
    return float(np.abs(difference).sum() / confidence.size)


def chance_calibration_error(confidence: NDArray[np.floating], draws: int = 2000) -> float:
    """Return the calibration error that perfect confidences would show on so few answers, on average.

    The error is never negative, so chance in each bin only adds to it. Always the same for the same input.

    Args:
        confidence: (n,), 0…1, of the best guess.
        draws: how often it is drawn, with these chances, which answers are right.

    Raises:
        ValueError: if there is no confidence.
    """
    rng = np.random.default_rng(0)
    errors = [
        expected_calibration_error(confidence, rng.random(confidence.size) < confidence) for _ in range(draws)
    ]
    return float(np.mean(errors))
