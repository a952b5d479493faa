from __future__ import annotations

import numpy as np
import pytest

from genre_app.training.batches import BatchMix, TrainingBatches, soften, teacher_at_steps
from genre_app.training.log_mel_augmentation import Channel
from genre_app.training.reference_data import hold_out_labels
from tests.unit.training.reference_like import make_clips, make_songs

MIX = BatchMix(songs=6, clips=10, not_music=2)


def _batches(seed: int = 0) -> TrainingBatches:
    not_music = np.random.default_rng(0).integers(0, 256, (4, 128, 336)).astype(np.uint8)
    return TrainingBatches(
        make_songs(20, 1), make_clips(40, 2), not_music, mix=MIX, channels=(Channel(),), seed=seed
    )


def test_same_seed_epoch_and_index_same_batch() -> None:
    first, second = _batches(), _batches()
    first.epoch = second.epoch = 3
    np.testing.assert_array_equal(first[1][0], second[1][0])
    second.on_epoch_end()
    assert not np.array_equal(first[1][0], second[1][0])
    assert not np.array_equal(first[1][0], _batches(seed=5)[1][0])


def test_targets_that_nobody_knows_do_not_count() -> None:
    log_mel, targets, weights = _batches()[0]
    assert log_mel.shape == (MIX.size, 128, 224, 1)
    assert log_mel.min() >= 0
    assert log_mel.max() <= 1
    assert (weights["teacher_embedding"][:6] == 1).all()
    assert (weights["teacher_embedding"][6:] == 0).all()
    assert (weights["genre"][6:] == 1).all()
    np.testing.assert_allclose(targets["genre"].sum(axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(targets["genre"][16:], 0.1, atol=1e-6)


def test_each_epoch_has_every_song_once() -> None:
    batches = _batches()
    seen = np.concatenate([batches[i][1]["teacher_tags"][:6, 0].argmax(axis=1) for i in range(len(batches))])
    assert len(batches) == 3
    assert np.bincount(seen, minlength=10).max() <= 2


def test_noise_takes_certainty_away() -> None:
    one_hot = np.eye(10, dtype=np.float32)[2]
    certainty = [soften(one_hot, snr_db)[2] for snr_db in (np.inf, 10.0, 0.0, -8.0)]
    assert certainty[0] == pytest.approx(0.91)
    assert certainty == sorted(certainty, reverse=True)
    assert certainty[-1] < 0.3
    assert soften(one_hot, 0.0).sum() == pytest.approx(1.0)


def test_teacher_is_read_at_the_crop_s_own_time() -> None:
    """A teacher that tells the time in seconds must tell the middle of each step of the crop."""
    clock = (np.arange(10)[:, None] * 3.0 + 1.5).astype(np.float32)
    seconds = teacher_at_steps(clock, start=56)[:, 0]
    expected = (56 + 32 * (np.arange(7) + 0.5)) * 30 / 336
    np.testing.assert_allclose(seconds, expected, atol=1e-4)


def test_all_excerpts_of_a_song_are_held_out_together() -> None:
    songs = make_songs(200, 1)
    kept, held = hold_out_labels(songs)
    assert 0 < len(held) < (songs.label >= 0).sum()
    song_of = dict(zip(songs.excerpt_id, songs.song_id, strict=True))
    still_labelled = set(kept.song_id[kept.label >= 0])
    assert not still_labelled & {song_of[excerpt] for excerpt in held.clip_id}
    assert (kept.label_weight[kept.label < 0] == 0).all()
