"""Wrong labels come to light, and right ones are left in peace."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from genre_app.classifier.errors import ModelDamagedError
from genre_app.classifier.model_version import ModelVersion, read_model_version
from genre_app.dataset import look_again as module
from genre_app.dataset.data_set import DataSet
from genre_app.dataset.look_again import doubt_label, doubt_pair, keep_label, keep_pair, look_again
from genre_app.progress import Cancelled, Progress
from tests.audio_files import write_sndfile
from tests.dataset_files import RATE, riff
from tests.tiny_model import GENRES, group_embeddings, replay_bytes
from tests.unit.dataset.made_clips import add_made, made_clip


@pytest.fixture
def version(install_tiny_model: Callable[..., str], genre_app_home: Path) -> ModelVersion:
    """Return a model whose embeddings tell the genres apart, with a replay."""
    install_tiny_model("tiny", replay=replay_bytes())
    return read_model_version(genre_app_home / "data" / "models" / "tiny")


def add_embedded(
    data_set: DataSet,
    version: ModelVersion,
    genres: Sequence[str],
    groups: Sequence[int],
    first: int = 0,
    artists: Sequence[str] | None = None,
    seed: int = 0,
) -> list[int]:
    """Add made clips labelled `genres` that sound like `groups` of bands, and return their numbers."""
    rows = [
        (first + i, made_clip(first + i, genre=genre, artist="" if artists is None else artists[i]))
        for i, genre in enumerate(genres)
    ]
    ids = add_made(data_set, rows)
    embeddings = group_embeddings(np.array(groups), np.random.default_rng(seed))
    embeddings[np.arange(len(groups)), groups] += 0.3  # clearer than those that the replay remembers
    for (_, row), embedding in zip(rows, embeddings, strict=True):
        windows: NDArray[np.float32] = np.stack([embedding, embedding])
        data_set.store_embedding(row.sample_hash, "", version.files["backbone.tflite"], windows)
    return ids


def test_a_wrong_label_comes_first(data_set: DataSet, version: ModelVersion) -> None:
    groups = [index % 8 for index in range(64)]
    labels = [GENRES[group] for group in groups]
    for wrong in (3, 17, 40):
        labels[wrong] = GENRES[(groups[wrong] + 3) % 8]
    ids = add_embedded(data_set, version, labels, groups)
    look = look_again(data_set, version)
    assert (look.n_judged, look.n_without_embedding, look.n_without_company) == (64, 0, 0)
    assert {doubt.clip_id for doubt in look.doubts[:3]} == {ids[3], ids[17], ids[40]}
    for doubt in look.doubts[:3]:
        index = ids.index(doubt.clip_id)
        assert doubt.genre == labels[index]
        assert doubt.predicted == GENRES[groups[index]]
        assert doubt.confidence > 0.5 > doubt.label_confidence
    margins = [doubt.margin for doubt in look.doubts]
    assert margins == sorted(margins, reverse=True)
    assert len(look.doubts) < 8
    assert look == look_again(data_set, version)


def test_a_wrong_label_can_not_defend_itself(data_set: DataSet, version: ModelVersion) -> None:
    """Ten clips of one artist, all with the same wrong label, are judged by the others alone."""
    labels = [GENRES[index % 8] for index in range(40)] + ["jazz"] * 10
    groups = [index % 8 for index in range(40)] + [1] * 10
    artists = [""] * 40 + ["The Same"] * 10
    ids = add_embedded(data_set, version, labels, groups, artists=artists)
    doubts = {doubt.clip_id: doubt for doubt in look_again(data_set, version).doubts}
    assert set(ids[40:]) <= set(doubts)
    assert {doubts[clip_id].predicted for clip_id in ids[40:]} == {GENRES[1]}


def test_a_genre_of_the_users(data_set: DataSet, version: ModelVersion) -> None:
    data_set.create_genre("trot")
    data_set.create_genre("polka")
    # It sounds as nothing else does: two groups at once.
    rng = np.random.default_rng(1)
    rows = [(100 + i, made_clip(100 + i, genre="trot" if i < 12 else "rock")) for i in range(13)]
    ids = add_made(data_set, rows)
    for _, row in rows:
        embedding = group_embeddings(np.array([0]), rng)
        embedding[0, [0, 7]] += 0.4
        data_set.store_embedding(row.sample_hash, "", version.files["backbone.tflite"], embedding)
    lonely = add_embedded(data_set, version, ["polka", "polka"], [2, 2])
    look = look_again(data_set, version)
    assert (look.n_judged, look.n_without_company) == (12, 3), "neither polka nor the only rock"
    assert not {doubt.clip_id for doubt in look.doubts} & set(lonely)
    data_set.relabel(ids[:1], "pop")
    doubts = {doubt.clip_id: doubt for doubt in look_again(data_set, version).doubts}
    assert doubts[ids[0]].predicted == "trot"


def test_what_can_not_be_judged(data_set: DataSet, version: ModelVersion) -> None:
    assert look_again(data_set, version).doubts == ()
    add_made(data_set, [(1, made_clip(1))])
    silent = made_clip(2)
    add_made(data_set, [(2, silent)])
    data_set.store_embedding(
        silent.sample_hash, "", version.files["backbone.tflite"], np.zeros((0, 8), np.float32)
    )
    look = look_again(data_set, version)
    assert (look.n_judged, look.n_without_embedding, look.doubts) == (0, 2, ())


def test_a_single_clip_is_judged_by_what_the_model_remembers(
    data_set: DataSet, version: ModelVersion
) -> None:
    (clip_id,) = add_embedded(data_set, version, ["jazz"], [0])
    (doubt,) = look_again(data_set, version).doubts
    assert (doubt.clip_id, doubt.genre, doubt.predicted) == (clip_id, "jazz", GENRES[0])


def test_nothing_is_changed_and_it_can_be_cancelled(data_set: DataSet, version: ModelVersion) -> None:
    add_embedded(data_set, version, [GENRES[0]] * 10, [0] * 10)
    undoable = data_set.can_undo
    seen: list[tuple[float, float]] = []
    look_again(data_set, version, Progress(lambda done, total, _: seen.append((done, total))))
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert seen[-1][0] == seen[-1][1]
    progress = Progress(lambda done, *_: progress.cancel() if done >= 2 else None)
    with pytest.raises(Cancelled):
        look_again(data_set, version, progress)
    assert data_set.can_undo == undoable


def test_a_model_without_a_replay(
    data_set: DataSet, install_tiny_model: Callable[..., str], genre_app_home: Path
) -> None:
    install_tiny_model("bare")
    bare = read_model_version(genre_app_home / "data" / "models" / "bare")
    with pytest.raises(ModelDamagedError):
        look_again(data_set, bare)


def test_folds_keep_groups_together_and_spread_genres() -> None:
    rng = np.random.default_rng(0)
    genre = rng.integers(0, 6, 400)
    group = np.arange(400)
    group[:60] = 0
    fold = module._folds(group, genre)
    assert len(set(fold[:60])) == 1
    for one in range(6):
        counts = np.bincount(fold[60:][genre[60:] == one], minlength=module.N_FOLDS)
        assert np.ptp(counts) <= 3, "each fold has about a fifth of every genre"


class TestContradictions:
    @pytest.fixture
    def same(self, data_set: DataSet, tmp_path: Path) -> dict[str, int]:
        """Add one recording twice, and another song of the same artist's, all labelled rock."""
        files = [
            write_sndfile(tmp_path / "loud.flac", riff(0, 8.0), RATE),
            write_sndfile(tmp_path / "soft.ogg", 0.3 * riff(0, 8.0), RATE, format="OGG"),
            write_sndfile(tmp_path / "other.flac", riff(1, 8.0), RATE),
        ]
        ids = data_set.add(data_set.examine(files, "rock"))
        for clip_id, path in zip(ids, files, strict=True):
            data_set.edit(clip_id, title=path.stem, artist="The Same")
        return {path.stem: clip_id for path, clip_id in zip(files, ids, strict=True)}

    def test_one_recording_under_two_labels(
        self, data_set: DataSet, version: ModelVersion, same: dict[str, int]
    ) -> None:
        assert look_again(data_set, version).contradictions == ()
        data_set.relabel([same["soft"], same["other"]], "jazz")
        (pair,) = look_again(data_set, version).contradictions
        assert (pair.first, pair.second) == (same["loud"], same["soft"])
        assert pair.share > 0.2

    def test_an_artist_may_have_two_genres(
        self, data_set: DataSet, version: ModelVersion, same: dict[str, int]
    ) -> None:
        data_set.relabel([same["other"]], "jazz")
        assert look_again(data_set, version).contradictions == ()
        data_set.relabel([same["soft"]], "jazz")
        data_set.remove([same["loud"]])
        assert look_again(data_set, version).contradictions == ()


def test_the_same_recording_under_one_label(data_set: DataSet, version: ModelVersion, tmp_path: Path) -> None:
    song = riff(3, 20.0)
    write_sndfile(tmp_path / "song.flac", song, RATE)
    write_sndfile(tmp_path / "excerpt.wav", 0.5 * song[5 * RATE : 15 * RATE], RATE)
    write_sndfile(tmp_path / "other.wav", riff(4, 10.0), RATE)
    paths = [tmp_path / name for name in ("song.flac", "excerpt.wav", "other.wav")]
    song_id, excerpt_id, _ = data_set.add(data_set.examine(paths, "rock"))
    look = look_again(data_set, version)
    assert [(pair.first, pair.second) for pair in look.duplicates] == [(song_id, excerpt_id)]
    assert look.contradictions == ()
    keep_pair(data_set, look.duplicates[0])
    assert look_again(data_set, version).duplicates == ()
    # The verdict was on these labels.
    data_set.relabel([song_id], "jazz")
    assert look_again(data_set, version).contradictions == look.duplicates
    data_set.undo()
    doubt_pair(data_set, look.duplicates[0])
    assert look_again(data_set, version).duplicates == look.duplicates


def test_what_was_found_right_is_not_doubted_again(data_set: DataSet, version: ModelVersion) -> None:
    groups = [index % 8 for index in range(64)]
    labels = [GENRES[group] for group in groups]
    labels[3] = GENRES[6]
    ids = add_embedded(data_set, version, labels, groups)
    (doubt,) = look_again(data_set, version).doubts
    assert (doubt.clip_id, doubt.genre) == (ids[3], GENRES[6])
    keep_label(data_set, doubt.clip_id, doubt.genre)
    assert look_again(data_set, version).doubts == ()
    data_set.relabel([doubt.clip_id], GENRES[0])
    assert [one.genre for one in look_again(data_set, version).doubts] == [GENRES[0]]
    data_set.undo()
    doubt_label(data_set, doubt.clip_id)
    assert look_again(data_set, version).doubts == (doubt,)


def test_no_tensorflow(repository: Path, tmp_path: Path) -> None:
    import subprocess
    import sys

    code = (
        "import sys, json; import genre_app.dataset.look_again, genre_app.classifier.head_fit;"
        "print(json.dumps([name for name in sys.modules if name.split('.')[0] in ('tensorflow', 'keras')]))"
    )
    result: Any = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=repository, check=True
    )
    assert json.loads(result.stdout) == []
