"""What others ask about a full training before they start one: is there enough, is there something to resume?

A full training is started like a quick one, through `genre_app.training.trainer_process`:

    TrainerProcess.start(TrainerOptions(mode="full"))               # anew; forgets one that was broken off
    TrainerProcess.start(TrainerOptions(mode="full", resume=True))  # goes on with the one broken off

Before that, `missing_for_full_training` says what the data set lacks, as the error that the training would
end with, and `resumable_training` whether there is one to go on with. Both take milliseconds and import
nothing heavy. The events are those of a quick retrain, in the phases loading, embeddings (of clips that
the old network has not heard), data, features, network, fit, conversion, hearing (by the new network),
evaluation, saving; epochs that were done before a resume are told again, so that the curves are whole, and
`Epoch.seconds_left` and `Step.seconds_left` come from `genre_app.training.full_time`. A cancelled or killed
training keeps its last whole epoch and what it heard of the clips; one that ends with a result forgets all.
These are the errors that `Failed` may carry beside those of a quick retrain: `TooFewClipsError`,
`WeightsMissingError`, `NothingToResumeError`, `ResumeChangedError`.

If the reference data is not on the machine, the new model can't be asked about the reference set:
`Comparison.reference` is None then, a notice ``reference-unknown`` says so, and `needs_confirmation` is true.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from genre_app.training import run_files
from genre_app.training.errors import TooFewClipsError

if TYPE_CHECKING:
    from genre_app.dataset.records import Counts

MIN_TRAIN_CLIPS: Final = 30
"""Clips to learn from that a full training needs: with fewer it only learns them by heart."""

MIN_GENRES: Final = 2
"""Genres that need `MIN_CLIPS_OF_GENRE` clips to learn from each."""

MIN_CLIPS_OF_GENRE: Final = 3

MIN_VALID_CLIPS: Final = 5
"""Clips kept for validation that it needs, to see when to stop and whether it got better."""

FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class ResumableTraining:
    """A full training that was broken off and can go on.

    Attributes:
        parent: id of the version that it started from.
        seed: of what is drawn at random.
        epoch: how many epochs are done and kept.
        epochs: how many there will be at most.
        started: when it was begun, ISO 8601 in UTC.
    """

    parent: str
    seed: int
    epoch: int
    epochs: int
    started: str


def missing_for_full_training(counts: Mapping[str, Counts]) -> TooFewClipsError | None:
    """Return what a data set lacks, as the error to show, or None if there is enough.

    Args:
        counts: as `DataSet.counts` returns them.
    """
    train = sum(one.train for one in counts.values())
    valid = sum(one.valid for one in counts.values())
    genres = sum(one.train >= MIN_CLIPS_OF_GENRE for one in counts.values())
    if train >= MIN_TRAIN_CLIPS and valid >= MIN_VALID_CLIPS and genres >= MIN_GENRES:
        return None
    return TooFewClipsError(
        needed_train=MIN_TRAIN_CLIPS,
        needed_genres=MIN_GENRES,
        of_genre=MIN_CLIPS_OF_GENRE,
        needed_valid=MIN_VALID_CLIPS,
        train=train,
        genres=genres,
        valid=valid,
    )


def resumable_training() -> ResumableTraining | None:
    """Return the full training that was broken off after an epoch at least, or None if there is none."""
    state = read_state()
    if state is None or not state["epochs_done"]:
        return None
    return ResumableTraining(
        parent=str(state["parent"]),
        seed=int(state["seed"]),
        epoch=len(state["epochs_done"]) - 1,
        epochs=int(state["settings"]["epochs"]),
        started=str(state["started"]),
    )


def discard_resumable_training() -> None:
    """Forget the full training that was broken off, if there is one; not to be called while one runs."""
    shutil.rmtree(run_files.full_directory(), ignore_errors=True)


def read_state() -> dict[str, Any] | None:
    """Return what a full training wrote down after its last epoch, or None if there is nothing usable."""
    try:
        state = json.loads(run_files.full_state_file().read_bytes())
        usable = (
            state["format"] == FORMAT
            and isinstance(state["epochs_done"], list)
            and isinstance(state["settings"]["epochs"], int)
            and all(isinstance(state[name], str) for name in ("parent", "started", "fingerprint"))
            and isinstance(state["seed"], int)
        )
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return None
    return state if usable else None
