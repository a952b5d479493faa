from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from genre_app.training.architecture import EfficientNetConfig
from genre_app.training.batches import BatchMix
from genre_app.training.fit_base_model import (
    FitSettings,
    degrade,
    fit_base_model,
    predict_genre_logits,
)
from genre_app.training.reference_data import hold_out_songs
from tests.unit.training.reference_like import make_clips, make_songs

CONFIG = EfficientNetConfig(width=0.25, depth=0.4, drop_connect=0.0)


def _fit(directory: Path, epochs: int) -> list[dict[str, float]]:
    songs, held = hold_out_songs(make_songs(60, 1), share=0.1)
    assert 0 < len(held) < len(songs)
    clips, valid = make_clips(40, 2), make_clips(20, 3)
    not_music = np.random.default_rng(0).integers(0, 256, (6, 128, 336)).astype(np.uint8)
    mix = BatchMix(songs=14, clips=16, not_music=2)
    settings = FitSettings(epochs=epochs, learning_rate=3e-3, channel="light", mix=mix)
    joint = fit_base_model(directory, CONFIG, settings, songs, clips, not_music, {"valid": valid}, held)
    assert predict_genre_logits(joint, valid.log_mel).shape == (20, 10)
    return [json.loads(line) for line in (directory / "history.jsonl").read_text().splitlines()]


@pytest.mark.long
@pytest.mark.timeout(240)
def test_learns_and_goes_on_where_it_was(tmp_path: Path) -> None:
    first = _fit(tmp_path, epochs=2)
    assert [line["epoch"] for line in first] == [0, 1]
    both = _fit(tmp_path, epochs=4)
    assert [line["epoch"] for line in both] == [0, 1, 2, 3], "finished epochs are not done again"
    assert both[-1]["teacher_tags_loss"] < 0.8 * both[0]["teacher_tags_loss"]
    assert both[-1]["held_teacher_error"] < both[0]["held_teacher_error"]
    assert (tmp_path / "best.weights.h5").is_file()


def test_degraded_clips_are_the_same_each_time() -> None:
    clips = make_clips(4, 0)
    once, again = degrade(clips, seed=1), degrade(clips, seed=1)
    np.testing.assert_array_equal(once.log_mel, again.log_mel)
    assert not np.array_equal(once.log_mel, clips.log_mel)
