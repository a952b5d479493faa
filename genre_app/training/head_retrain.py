"""Fits a head anew, starting from the one that belongs to the backbone, and tells of every epoch.

The loss is weighted cross-entropy plus the squared distance of the kernel from where it started. The
embeddings that are replayed are of clips that the backbone was trained on, so they look easier than any new
clip is; a head fitted freely to them would be sure of too much. Tied to its start it moves only where clips
ask for it. The problem is convex, an epoch is an iteration of L-BFGS over all examples, and no random number
is drawn: the same examples give the same head, bit for bit, on one machine with one number of threads.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import scipy.optimize
import scipy.special
from numpy.typing import NDArray

from genre_app.classifier.head import Head
from genre_app.classifier.head_fit import fit_temperature

_MIN_DEVIATION: Final = 1e-3  # Of a feature that hardly ever fires; dividing by less would only lift noise.
# How far genres count the same in the watched loss. At 1, the two validation clips of a genre taught with ten
# decide as much as all those of another, and one that is hard may stop the fit at an epoch that is bad for
# the others (measured: 7 points of accuracy). At 0, a new genre hardly counts, and the fit stops at once.
_WATCHED_BALANCE: Final = 0.75
_LEAST_GAIN: Final = 1e-4  # Of the watched loss, for an epoch to count as better.


@dataclass(frozen=True, slots=True)
class HeadSettings:
    """How a head is fitted.

    Attributes:
        epochs: how many there are at most.
        patience: how many epochs without a better one end it.
        penalty: of the squared distance from the start, relative to the mean loss; for each number that an
            embedding has, since the more there are, the less each must change.
        balance: 0 counts every clip the same, 1 every genre the same; between, in between.
        max_weight: how many times as much as in a genre of median size a clip may count for all that. The
            larger, the better a new genre of few clips is recognised, and the more others are taken for it.
    """

    epochs: int = 60
    patience: int = 10
    penalty: float = 2.5e-4
    balance: float = 1.0
    max_weight: float = 2.0


@dataclass(frozen=True, slots=True)
class Lessons:
    """Examples for a head.

    Attributes:
        embedding: float32 (n, D).
        label: int64 (n,), index of the genre, or -1 for what is no music.
        target: float64 (n, n_genres), each row the distribution to be learned.
        weight: float64 (n,), how much each counts, before genres are balanced.
    """

    embedding: NDArray[np.float32]
    label: NDArray[np.int64]
    target: NDArray[np.float64]
    weight: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class EpochReport:
    """What an epoch came to; epoch 0 is the start.

    Attributes:
        epoch: its number.
        loss: weighted cross-entropy of the training examples.
        accuracy: weighted, of the training examples.
        valid_loss: cross-entropy on the validation examples at the best temperature; a clip counts the more
            the fewer there are of its genre.
        valid_accuracy: of the validation examples.
        best: whether it is the best so far.
    """

    epoch: int
    loss: float
    accuracy: float
    valid_loss: float
    valid_accuracy: float
    best: bool


@dataclass(frozen=True, slots=True)
class FittedHead:
    """The head of the best epoch.

    Attributes:
        head: at temperature 1.
        epochs: a report of each epoch.
        best_epoch: the number of the one it is from.
    """

    head: Head
    epochs: tuple[EpochReport, ...]
    best_epoch: int


def retrain_head(
    start: Head,
    train: Lessons,
    valid: Lessons,
    settings: HeadSettings,
    on_epoch: Callable[[EpochReport], None],
) -> FittedHead:
    """Fit a head to `train`, and stop when it gets no better on `valid`.

    Args:
        start: where to begin, and what to stay near to. If it knows fewer genres than the lessons have, the
            others are new ones after its own, and start from nothing.
        train: what to learn.
        valid: all of them music; never learned from, not even their mean. A genre that is not among them is
            watched on its training examples instead: otherwise learning it would look like a loss.
        settings: how.
        on_epoch: called after each epoch, and once before the first; it may raise to end the fit.
    """
    fit = _Fit(start, train, valid, settings)
    reports: list[EpochReport] = []
    best_loss, best_epoch, best = np.inf, 0, fit.start

    def report(flat: NDArray[np.float64]) -> None:
        nonlocal best_loss, best_epoch, best
        valid_loss, valid_accuracy = fit.watched(flat)
        loss, accuracy = fit.measured(flat)
        epoch = len(reports)
        is_best = valid_loss < best_loss - _LEAST_GAIN
        if is_best:
            best_loss, best_epoch, best = valid_loss, epoch, flat.copy()
        reports.append(EpochReport(epoch, loss, accuracy, valid_loss, valid_accuracy, is_best))
        on_epoch(reports[-1])
        if epoch - best_epoch >= settings.patience:
            raise StopIteration

    report(fit.start)
    scipy.optimize.minimize(
        fit.objective,
        fit.start,
        jac=True,
        method="L-BFGS-B",
        callback=report,
        options={"maxiter": settings.epochs},
    )
    return FittedHead(fit.head(best), tuple(reports), best_epoch)


class _Fit:
    """The problem in the form in which it is solved: standardised, flat, in double precision."""

    def __init__(self, start: Head, train: Lessons, valid: Lessons, settings: HeadSettings) -> None:
        n_known, self._n = start.kernel.shape[1], train.target.shape[1]
        label = train.label
        weight = train.weight * _balance(label, train, settings)
        self._weight = (weight / weight.sum())[:, None]
        self._target = train.target
        self._label = label
        self._penalty = settings.penalty * len(start.mean)

        share = self._weight[:, 0]
        self._mean = np.asarray(share @ train.embedding, dtype=np.float64)
        variance = share @ train.embedding.astype(np.float64) ** 2 - self._mean**2
        self._scale = 1.0 / np.maximum(np.sqrt(np.maximum(variance, 0.0)), _MIN_DEVIATION)
        self._x = (train.embedding - self._mean) * self._scale

        # The start, put in terms of these standardised embeddings.
        raw = np.zeros((len(self._mean), self._n))
        raw[:, :n_known] = start.scale[:, None].astype(np.float64) * start.kernel
        bias = np.zeros(self._n)
        bias[:n_known] = start.bias - start.mean @ raw[:, :n_known]
        self._kernel = raw / self._scale[:, None]
        self.start = np.concatenate([self._kernel.ravel(), bias + self._mean @ raw])

        n_of_genre = np.bincount(valid.label, minlength=self._n)
        stand_in = (label >= 0) & (n_of_genre == 0)[label]
        self._n_valid = len(valid.weight)
        self._watched_x = np.concatenate([(valid.embedding - self._mean) * self._scale, self._x[stand_in]])
        self._watched_label = np.concatenate([valid.label, label[stand_in]])
        self._valid_weight = valid.weight / valid.weight.sum()
        watched_weight = np.concatenate([valid.weight, train.weight[stand_in]])
        total = np.bincount(self._watched_label, watched_weight, minlength=self._n)
        watched_weight /= np.maximum(total, 1e-9)[self._watched_label] ** _WATCHED_BALANCE
        self._watched_weight = watched_weight / watched_weight.sum()

    def objective(self, flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        """Return the penalised loss and its gradient."""
        kernel, bias = self._split(flat)
        log_p = scipy.special.log_softmax(self._x @ kernel + bias, axis=1)
        slope = self._weight * (np.exp(log_p) - self._target)
        away = kernel - self._kernel
        value = -float((self._weight * self._target * log_p).sum())
        value += self._penalty * float((away**2).sum())
        gradient = (self._x.T @ slope + 2.0 * self._penalty * away).ravel()
        return value, np.concatenate([gradient, slope.sum(axis=0)])

    def measured(self, flat: NDArray[np.float64]) -> tuple[float, float]:
        """Return loss, without the penalty, and accuracy on what is learned from."""
        kernel, bias = self._split(flat)
        log_p = scipy.special.log_softmax(self._x @ kernel + bias, axis=1)
        right = log_p.argmax(axis=1) == self._label
        loss = -float((self._weight * self._target * log_p).sum())
        counted = self._weight[:, 0] * (self._label >= 0)
        return loss, float((counted * right).sum() / counted.sum())

    def watched(self, flat: NDArray[np.float64]) -> tuple[float, float]:
        """Return the loss that decides when to stop, and the accuracy on the validation examples."""
        kernel, bias = self._split(flat)
        logits = self._watched_x @ kernel + bias
        # Being too sure is put right afterwards by the temperature, and is no reason to stop.
        temperature = fit_temperature(logits, self._watched_label, self._watched_weight)
        log_p = scipy.special.log_softmax(logits / temperature, axis=1)
        of_truth = log_p[np.arange(len(self._watched_label)), self._watched_label]
        right = (logits.argmax(axis=1) == self._watched_label)[: self._n_valid]
        return -float(self._watched_weight @ of_truth), float(self._valid_weight @ right)

    def head(self, flat: NDArray[np.float64]) -> Head:
        """Return what `flat` stands for."""
        kernel, bias = self._split(flat)
        return Head(
            mean=self._mean.astype(np.float32),
            scale=self._scale.astype(np.float32),
            kernel=kernel.astype(np.float32),
            bias=bias.astype(np.float32),
            temperature=1.0,
        )

    def _split(self, flat: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        return flat[: -self._n].reshape(-1, self._n), flat[-self._n :]


def _balance(label: NDArray[np.int64], train: Lessons, settings: HeadSettings) -> NDArray[np.float64]:
    """Return how many times as much each example counts so that rare genres are heard."""
    has_genre, n_genres = label >= 0, train.target.shape[1]
    total = np.bincount(label[has_genre], train.weight[has_genre], minlength=n_genres)
    median = np.median(total[total > 0.0])
    factor = (median / np.maximum(total, 1e-9)) ** settings.balance
    factor = np.clip(factor, 1.0 / settings.max_weight, settings.max_weight)
    return np.where(has_genre, factor[label], 1.0)
