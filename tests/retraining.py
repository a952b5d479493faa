"""A tiny model that can be retrained in a moment, and clips to retrain it on."""

from __future__ import annotations

from pathlib import Path

from genre_app.classifier import versions
from genre_app.classifier.classifier import Classifier
from genre_app.classifier.model_version import active_model_id, verify_model_files
from genre_app.dataset.data_set import DataSet
from genre_app.directories import models_directory
from genre_app.training.trainer_process import running_training
from tests.audio_files import write_sndfile
from tests.tiny_model import SAMPLE_RATE, band_noise, replay_bytes, write_model


def activate_tiny_model(backbone: bytes, model_id: str = "start") -> str:
    """Make a tiny model with a replay the active one, and return its id."""
    write_model(models_directory() / model_id, backbone, replay=replay_bytes(), parent="base")
    versions.activate(model_id)
    return model_id


def add_clips(folder: Path) -> int:
    """Put some short clips into the data set, of two genres and of one that is new; return how many."""
    with DataSet() as data_set:
        data_set.create_genre("polka")
        for number, (genre, group) in enumerate([("polka", 7), ("blues", 0), ("jazz", 5)] * 3):
            path = folder / f"{genre} {number}.wav"
            write_sndfile(path, band_noise(group, 2.0, seed=number), SAMPLE_RATE)
            data_set.add(data_set.examine([path], genre))
        polka = [clip.id for clip in data_set.clips(genre="polka")]
        data_set.pin(polka[:1], True, "valid")
        data_set.pin(polka[1:], True, "train")
        return data_set.count()


def assert_all_is_well(model: str, clips: int) -> None:
    """The active model predicts, no version is half there, the data set is intact, the lock is free."""
    assert active_model_id() == model
    classifier = Classifier.load()
    assert classifier.warning is None
    assert classifier.predict(band_noise(3, 2.0), SAMPLE_RATE).best_genre == "disco"
    for one in versions.list_versions():
        assert one.error is None
        assert one.version is not None
        verify_model_files(one.version)
    with DataSet() as data_set:
        assert data_set.count() == clips
        assert data_set.check() == []
    assert running_training() is None
