"""The full training on real music: the clips of the reference data that are at hand as sound."""

from __future__ import annotations

import resource
import sys
from pathlib import Path

import pytest

from genre_app.classifier.classifier import Classifier
from genre_app.classifier.comparison import Comparison
from genre_app.dataset.data_set import DataSet
from genre_app.training.events import Epoch, Event, Result, Stopped
from genre_app.training.full_run import resumable_training
from genre_app.training.trainer_process import TrainerOptions, TrainerProcess

EPOCHS = 4


@pytest.mark.long
@pytest.mark.timeout(900)
def test_it_learns_forgets_nothing_and_goes_on_after_a_cancel(reference_data: Path) -> None:
    folder = reference_data / "gtzan" / "audio"
    if not folder.is_dir():
        pytest.skip(f"no sound in the reference data: {folder} is no folder")
    with DataSet() as data_set:
        for genre in sorted(path for path in folder.iterdir() if path.is_dir()):
            data_set.add(data_set.examine(sorted(genre.iterdir()), genre.name))

    trainer = TrainerProcess.start(TrainerOptions(mode="full", epochs=EPOCHS))
    last: Event | None = None
    for last in trainer.events():
        if isinstance(last, Epoch) and last.epoch == 2:
            trainer.cancel()
    assert isinstance(last, Stopped)
    broken_off = resumable_training()
    assert broken_off is not None
    assert broken_off.epoch >= 2

    events = list(TrainerProcess.start(TrainerOptions(mode="full", resume=True)).events())
    result = events[-1]
    assert isinstance(result, Result), result
    epochs = [event for event in events if isinstance(event, Epoch)]
    assert [event.epoch for event in epochs] == list(range(EPOCHS + 1))
    assert epochs[-1].loss < epochs[0].loss

    comparison = Comparison.from_json(result.comparison)
    assert comparison.reference is not None, "the new network was asked about the reference set"
    assert comparison.reference.new.n == 197
    assert comparison.reference.verdict != "worse"
    assert not comparison.needs_confirmation
    assert Classifier.load(result.model).warning is None
    if sys.platform.startswith("linux"):
        # Of the largest child so far, in kB.
        assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < 2_500_000
