"""How accuracy and loss went, epoch by epoch: of a training that runs, or of a version that one made."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from genre_app.training.events import Epoch

_MAX_EPOCHS: Final = 100_000


class _Stored(NamedTuple):
    epoch: int
    loss: float
    accuracy: float
    valid_loss: float
    valid_accuracy: float
    best: bool


@dataclass(frozen=True, slots=True)
class Curves:
    """Four curves; all tuples have one length.

    Attributes:
        epoch: numbers, rising; 0 is the state at the start.
        loss: on the training clips.
        accuracy: on the training clips, 0…1.
        valid_loss: on the validation clips.
        valid_accuracy: on the validation clips, 0…1.
        best: place in the tuples of the epoch that the model is from, or None.
    """

    epoch: tuple[int, ...] = ()
    loss: tuple[float, ...] = ()
    accuracy: tuple[float, ...] = ()
    valid_loss: tuple[float, ...] = ()
    valid_accuracy: tuple[float, ...] = ()
    best: int | None = None

    @classmethod
    def of_epochs(cls, epochs: Iterable[Epoch | _Stored]) -> Curves:
        """Return the curves of epochs as a training tells them."""
        told = tuple(epochs)
        best = [place for place, one in enumerate(told) if one.best]
        return cls(
            tuple(one.epoch for one in told),
            tuple(one.loss for one in told),
            tuple(one.accuracy for one in told),
            tuple(one.valid_loss for one in told),
            tuple(one.valid_accuracy for one in told),
            best[-1] if best else None,
        )

    @classmethod
    def of_training(cls, training: Mapping[str, Any]) -> Curves:
        """Return the curves that a version keeps under ``training``; none if it has none or they are odd."""
        try:
            epochs = [
                _Stored(
                    int(one["epoch"]),
                    float(one["loss"]),
                    float(one["accuracy"]),
                    float(one["valid_loss"]),
                    float(one["valid_accuracy"]),
                    one["epoch"] == training["best_epoch"],
                )
                for one in training["epochs"][:_MAX_EPOCHS]
            ]
        except (LookupError, TypeError, ValueError, OverflowError):
            return cls()
        numbers = [one.epoch for one in epochs]
        if numbers != sorted(set(numbers)) or not all(map(math.isfinite, (n for one in epochs for n in one))):
            return cls()
        return cls.of_epochs(epochs)

    def to_csv(self) -> str:
        """Return a table with a heading; shares as 0…1, the best epoch marked with 1."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(
            ["epoch", "training_loss", "training_accuracy", "validation_loss", "validation_accuracy", "best"]
        )
        rows = zip(self.epoch, self.loss, self.accuracy, self.valid_loss, self.valid_accuracy, strict=True)
        for place, row in enumerate(rows):
            writer.writerow([*row, int(place == self.best)])
        return text.getvalue()
