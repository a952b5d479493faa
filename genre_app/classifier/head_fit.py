"""Fits the head: a multinomial logistic regression on embeddings, calibrated."""

from __future__ import annotations

from typing import Final

import numpy as np
import scipy.optimize
import scipy.special
from numpy.typing import NDArray

from genre_app.classifier.head import Head

Embeddings = NDArray[np.float32]

_MIN_DEVIATION: Final = 1e-3  # Of a feature that hardly ever fires; dividing by less would only lift noise.


def fit_head(
    embeddings: Embeddings,
    targets: NDArray[np.float32],
    weights: NDArray[np.float32],
    penalty: float,
) -> Head:
    """Return the head that minimises weighted cross-entropy plus an L2 penalty, at temperature 1.

    The problem is convex, so the result depends on nothing but the data.

    Args:
        embeddings: (n, D).
        targets: (n, n_genres), each row a distribution.
        weights: (n,), how much each example counts.
        penalty: of the squared kernel, relative to the mean loss.
    """
    mean = np.average(embeddings, axis=0, weights=weights)
    deviation = np.sqrt(np.average((embeddings - mean) ** 2, axis=0, weights=weights))
    scale = 1.0 / np.maximum(deviation, _MIN_DEVIATION)
    x = ((embeddings - mean) * scale).astype(np.float64)
    y = targets.astype(np.float64)
    w = (weights / weights.sum()).astype(np.float64)[:, None]
    size, n_genres = x.shape[1], y.shape[1]

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        kernel, bias = flat[:-n_genres].reshape(size, n_genres), flat[-n_genres:]
        log_p = scipy.special.log_softmax(x @ kernel + bias, axis=1)
        slope = w * (np.exp(log_p) * y.sum(axis=1, keepdims=True) - y)
        value = -float((w * y * log_p).sum()) + penalty * float((kernel**2).sum())
        gradient = np.concatenate([(x.T @ slope + 2 * penalty * kernel).ravel(), slope.sum(axis=0)])
        return value, gradient

    start = np.zeros((size + 1) * n_genres)
    found = scipy.optimize.minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 500})
    return Head(
        mean=mean.astype(np.float32),
        scale=scale.astype(np.float32),
        kernel=found.x[:-n_genres].reshape(size, n_genres).astype(np.float32),
        bias=found.x[-n_genres:].astype(np.float32),
        temperature=1.0,
    )


def fit_temperature(
    logits: NDArray[np.floating],
    label: NDArray[np.integer],
    weight: NDArray[np.floating] | None = None,
) -> float:
    """Return the temperature that minimises cross-entropy (Guo et al. 2017, arXiv:1706.04599).

    Args:
        logits: (n, n_genres), of clips that the head was not fitted to.
        label: (n,), index of the genre.
        weight: (n,), how much each counts; all the same if None.
    """

    def loss(log_temperature: float) -> float:
        log_p = scipy.special.log_softmax(logits / np.exp(log_temperature), axis=1)
        return -float(np.average(log_p[np.arange(len(label)), label], weights=weight))

    found = scipy.optimize.minimize_scalar(loss, bounds=(-3.0, 3.0), method="bounded")
    return float(np.exp(found.x))


def choose_threshold(
    confidence: NDArray[np.floating],
    right: NDArray[np.bool_],
    precision: float,
    not_music_confidence: NDArray[np.floating],
    false_alarms: float,
) -> float:
    """Return the confidence from which an answer is given; below it the program says that it is unsure.

    It is the smallest at which at least `precision` of the answers are right and at most the share
    `false_alarms` of sounds that are no music get an answer. If no threshold reaches the precision, the
    greatest confidence seen is returned.

    Args:
        confidence: (n,), of the best guess, for clips of known genre.
        right: (n,), whether that was right.
        precision: 0…1.
        not_music_confidence: (m,), of the best guess, for sounds that are no music.
        false_alarms: 0…1.
    """
    least = float(np.quantile(not_music_confidence, 1.0 - false_alarms)) if not_music_confidence.size else 0.0
    candidates = np.unique(np.concatenate([[least], confidence[confidence >= least]]))
    for candidate in candidates:
        answered = confidence >= candidate
        if answered.any() and right[answered].mean() >= precision:
            return float(candidate)
    return float(candidates[-1])
