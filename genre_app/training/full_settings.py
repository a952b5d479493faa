"""How a full training is done."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from genre_app.training.errors import NothingToResumeError, ResumeChangedError
from genre_app.training.head_retrain import HeadSettings


@dataclass(frozen=True, slots=True)
class FullSettings:
    """How a full training is done.

    Attributes:
        epochs: how many there are at most. In one, each clip and each copy is heard once, a part of it.
        patience: how many epochs without a better one end it.
        batch: how many are heard in one step.
        learning_rate: of the network, at the top of the schedule. Eight times as much forgets what the base
            training taught (measured).
        head_learning_rate: of the head.
        distillation: how strongly the network is held to what it answered at the start (Li & Hoiem 2016).
        replay: how much the remembered embeddings count, all together, as much as the user's clips at 1.
        smoothing: of labels.
        augmented: share of the clips that are heard through a channel.
        max_items: clips and copies in an epoch; of more, other ones are heard in each.
        head: how the head is fitted before and after.
        seed: of what is drawn at random.
    """

    epochs: int = 24
    patience: int = 8
    batch: int = 8
    learning_rate: float = 1e-4
    head_learning_rate: float = 5e-4
    distillation: float = 1.0
    replay: float = 1.0
    smoothing: float = 0.1
    augmented: float = 0.5
    max_items: int = 2000
    head: HeadSettings = field(default_factory=HeadSettings)
    seed: int = 0


def settings_of(state: dict[str, Any] | None) -> FullSettings:
    """Return the settings of a training that was broken off.

    Raises:
        NothingToResumeError: if there is none.
        ResumeChangedError: if this version of the program does not understand them.
    """
    if state is None or not state["epochs_done"]:
        raise NothingToResumeError
    try:
        stored = dict(state["settings"])
        return FullSettings(**{**stored, "head": HeadSettings(**stored["head"])})
    except (LookupError, TypeError) as error:
        raise ResumeChangedError(
            reason="another version of the program began it", details=str(error)
        ) from error
