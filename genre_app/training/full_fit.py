"""The fit of a full training: epochs, checkpoints, early stopping, and how long it will take."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, Final

import numpy as np
import scipy.special
from numpy.typing import NDArray

from genre_app.classifier.head_fit import fit_temperature
from genre_app.progress import Progress
from genre_app.training.batches import network_input
from genre_app.training.events import Epoch, Event, Step
from genre_app.training.full_checkpoint import CheckpointError, read_arrays, write_checkpoint
from genre_app.training.full_lessons import Batch, Part, TrainingParts, ValidationWindows
from genre_app.training.full_network import FullNetwork
from genre_app.training.full_settings import FullSettings
from genre_app.training.full_time import TimeLeft
from genre_app.training.head_retrain import EpochReport

_STEP_SECONDS: Final = 0.2
_LEAST_GAIN: Final = 1e-4
_REMEMBERED_ANSWERS: Final = 40_000
_LAST: Final = "last"
_BEST: Final = "best"


class FullFit:
    """Fits a network, from the start or from its last checkpoint on.

    Attributes:
        reports: of the epochs that are done; epoch 0 is the state at the start.
        best_epoch: the number of the best one after the start.
    """

    def __init__(
        self,
        network: FullNetwork,
        parts: TrainingParts,
        valid: ValidationWindows,
        settings: FullSettings,
        state: dict[str, Any],
        clock: TimeLeft,
    ) -> None:
        """Prepare the fit.

        Args:
            network: at its start.
            parts: what it learns from.
            valid: what it is watched on.
            settings: how it learns.
            state: as `write_checkpoint` returned it, or a new one whose ``epochs_done`` is empty.
            clock: is told how long everything takes, and tells how long it will take.

        Raises:
            CheckpointError: if what was written down can't be read any more.
        """
        self._network = network
        self._parts = parts
        self._valid = valid
        self._settings = settings
        self._state = state
        self._first: dict[Part, NDArray[np.float16]] = {}
        self._clock = clock
        clock.plan_fit(parts.steps, settings.epochs)
        try:
            self.reports = [EpochReport(**one) for one in state["epochs_done"]]
            self.best_epoch = max((one.epoch for one in self.reports if one.best), default=0)
            if [one.epoch for one in self.reports] != list(range(len(self.reports))):
                raise CheckpointError("its epochs are not in order")
            if self.reports:
                network.restore(read_arrays(state, _LAST))
        except (TypeError, ValueError) as error:
            raise CheckpointError(str(error)) from error

    def run(self, progress: Progress, on_event: Callable[[Event], None]) -> None:
        """Fit until the last epoch, or until it gets no better; the network is then as it was at its best.

        Raises:
            OSError: if the disk does not take a checkpoint, or a log-mel is gone.
            CheckpointError: if the best epoch can't be read any more.
            Cancelled: if `progress` was cancelled; whole epochs are kept.
        """
        for report in self.reports:
            on_event(self._event(report, last=report is self.reports[-1]))
        while not self._done():
            report, ended = self._epoch(len(self.reports), progress, on_event)
            self._keep(report)
            self._clock.end_of_epoch(time.monotonic() - ended)
            on_event(self._event(report, last=True))
        if self.best_epoch != len(self.reports) - 1:
            self._network.restore(read_arrays(self._state, _BEST))

    def _done(self) -> bool:
        n = len(self.reports) - 1
        return n >= self._settings.epochs or n - self.best_epoch >= self._settings.patience

    def _event(self, report: EpochReport, *, last: bool) -> Epoch:
        left = self._clock.in_fit(len(self.reports), 0) if last else None
        return Epoch(**asdict(report), epochs=self._settings.epochs, seconds_left=left)

    def _epoch(
        self, number: int, progress: Progress, on_event: Callable[[Event], None]
    ) -> tuple[EpochReport, float]:
        """Return what an epoch came to, and when its last step was done; in number 0 nothing is learned."""
        loss, right, total = 0.0, 0.0, 0.0
        told = 0.0
        for step, batch in enumerate(self._parts.batches(number)):
            progress.raise_if_cancelled()
            began = time.monotonic()
            if number == 0:
                losses, rights = self._at_the_start(batch)
            else:
                first = self._first_answers(batch)
                losses, rights = self._network.train(batch.heard, batch.label, batch.weight, first)
                self._clock.step(time.monotonic() - began)
            loss += float(batch.weight @ losses)
            right += float(batch.weight @ rights)
            total += float(batch.weight.sum())
            now = time.monotonic()
            if number and now - told >= _STEP_SECONDS:
                told = now
                done = (number - 1) * self._parts.steps + step + 1
                left = self._clock.in_fit(number, step + 1)
                on_event(Step("fit", done, self._settings.epochs * self._parts.steps, left))
        ended = time.monotonic()
        valid_loss, valid_accuracy = self._watched(progress)
        best_loss = min((one.valid_loss for one in self.reports if one.best), default=np.inf)
        # The start is no candidate: whether what was learned is worth it, the comparison shall tell.
        is_best = number > 0 and valid_loss < best_loss - _LEAST_GAIN
        report = EpochReport(number, loss / total, right / total, valid_loss, valid_accuracy, is_best)
        return report, ended

    def _keep(self, report: EpochReport) -> None:
        self.reports.append(report)
        if report.best:
            self.best_epoch = report.epoch
        arrays = {_LAST: self._network.arrays(optimizer=True)}
        if report.best:
            arrays[_BEST] = self._network.arrays(optimizer=False)
        self._state["epochs_done"] = [asdict(one) for one in self.reports]
        self._state = write_checkpoint(self._state, arrays)

    def _at_the_start(self, batch: Batch) -> tuple[NDArray[np.floating], NDArray[np.bool_]]:
        embedding = self._network.local_embeddings(batch.heard).mean(axis=1)
        return _cross_entropy(self._network.logits(embedding), batch.label)

    def _first_answers(self, batch: Batch) -> NDArray[np.float32]:
        """Return what the network made of the clean parts at the start, (n, D); each is asked once."""
        if any(part not in self._first for part in batch.parts):
            if len(self._first) > _REMEMBERED_ANSWERS:
                self._first.clear()
            answers = self._network.first_local_embeddings(batch.clean).mean(axis=1)
            self._first.update(zip(batch.parts, answers.astype(np.float16), strict=True))
        return np.stack([self._first[part] for part in batch.parts]).astype(np.float32)

    def _watched(self, progress: Progress) -> tuple[float, float]:
        """Return cross-entropy at the best temperature and accuracy on the validation clips."""
        valid, size = self._valid, self._settings.batch
        embeddings = []
        for start in range(0, len(valid.label), size):
            progress.raise_if_cancelled()
            local = self._network.local_embeddings(network_input(valid.log_mel[start : start + size]))
            embeddings.append(local.mean(axis=1))
        logits = self._network.logits(np.concatenate(embeddings))
        # Being too sure is put right afterwards by the temperature, and is no reason to stop.
        temperature = fit_temperature(logits, valid.label, valid.weight)
        losses, _ = _cross_entropy(logits / temperature, valid.label)
        n = int(valid.clip.max()) + 1
        p = np.zeros((n, logits.shape[1]))
        np.add.at(p, valid.clip, valid.weight[:, None] * scipy.special.softmax(logits, axis=1))
        label = np.zeros(n, np.int64)
        label[valid.clip] = valid.label
        return float(np.average(losses, weights=valid.weight)), float((p.argmax(axis=1) == label).mean())


def _cross_entropy(
    logits: NDArray[np.floating], label: NDArray[np.int64]
) -> tuple[NDArray[np.floating], NDArray[np.bool_]]:
    log_p = scipy.special.log_softmax(logits, axis=1)
    return -log_p[np.arange(len(label)), label], np.asarray(logits.argmax(axis=1) == label)
