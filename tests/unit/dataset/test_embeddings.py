"""Embeddings are computed once, for every clip and copy, however often the program ends in between."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from genre_app.audio.decode import AudioStream
from genre_app.classifier.classifier import Classifier
from genre_app.dataset import copies, embeddings
from genre_app.dataset.augmentation.recipe import draw
from genre_app.dataset.copies import render_copy
from genre_app.dataset.data_set import DataSet
from genre_app.dataset.embeddings import (
    MAX_WINDOWS,
    Computed,
    EmbeddingWorker,
    compute_missing,
    compute_opinions,
    embed,
    embed_missing,
    window_starts,
)
from genre_app.errors import GenreAppError
from genre_app.features.log_mel import SAMPLE_RATE, WINDOW_FRAMES, frame_count, log_mel
from genre_app.progress import Cancelled, Progress
from tests.audio_files import to_int16, wav_bytes, write_long_wav
from tests.dataset_files import write_riff, write_riffs
from tests.tiny_model import GENRES, GROUPS, band_noise, write_model

Samples = NDArray[np.float32]

_SILENCE = np.zeros(5 * SAMPLE_RATE, np.float32)


@pytest.fixture
def classifier(install_tiny_model: Callable[..., str]) -> Classifier:
    """Return the tiny model: its embedding is the mean of the log-mel in eight groups of bands."""
    return Classifier.load(install_tiny_model())


def _write(path: Path, samples: Samples) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(wav_bytes(to_int16(samples), SAMPLE_RATE))
    return path


def _add(data_set: DataSet, path: Path, genre: str = "rock") -> int:
    (number,) = data_set.add(data_set.examine([path], genre))
    return number


def _embed(classifier: Classifier, samples: Samples, block: int = 7000) -> NDArray[np.float16]:
    blocks = (samples[start : start + block] for start in range(0, samples.size, block))
    return embed(classifier, blocks, samples.size, Progress())


def _groups(samples: Samples) -> NDArray[np.float32]:
    """Return what the tiny model's embedding of 30 seconds is: in eleven steps, each of 32 frames in 30."""
    values = log_mel(samples)[:, :WINDOW_FRAMES].reshape(GROUPS, -1, WINDOW_FRAMES).mean(axis=1) / 255
    return np.mean([values[:, start : start + 32].mean(axis=1) for start in range(0, 301, 30)], axis=0)


@pytest.mark.parametrize(
    ("seconds", "n"),
    [(0.1, 1), (5, 1), (30, 1), (31, 1), (33.2, 2), (60, 2), (61, 2), (90, 3), (600, 20), (7200, 20)],
)
def test_there_are_as_many_windows_as_fit_and_at_most_twenty(seconds: float, n: int) -> None:
    n_frames = frame_count(round(seconds * SAMPLE_RATE))
    starts = window_starts(n_frames)
    assert len(starts) == n <= MAX_WINDOWS
    assert starts[0] == 0
    assert starts[-1] == (max(0, n_frames - WINDOW_FRAMES) if n > 1 else 0)
    gaps = np.diff(starts)
    assert n < 3 or gaps.max() - gaps.min() <= 1


def test_a_window_has_the_embedding_of_its_log_mel(classifier: Classifier) -> None:
    noise = band_noise(3, 30.0)
    vectors = _embed(classifier, noise)
    assert vectors.shape == (1, GROUPS)
    assert vectors.dtype == np.float16
    assert vectors[0].argmax() == 3
    np.testing.assert_allclose(vectors[0], _groups(noise), atol=2e-3)


def test_each_window_stands_for_its_place(classifier: Classifier) -> None:
    parts = [band_noise(group, 30.0) for group in (0, 5, 2, 7)]
    vectors = _embed(classifier, np.concatenate(parts))
    assert vectors.argmax(axis=1).tolist() == [0, 5, 2, 7]


def test_a_short_sound_is_repeated(classifier: Classifier) -> None:
    vectors = _embed(classifier, band_noise(4, 2.0))
    assert vectors.shape == (1, GROUPS)
    np.testing.assert_allclose(vectors[0], _groups(np.tile(band_noise(4, 2.0), 15)), atol=0.03)


def test_a_wrong_idea_of_the_length_does_no_harm(classifier: Classifier) -> None:
    noise = np.concatenate([band_noise(group, 30.0) for group in (1, 6)])
    for error in (-3000, -1, 0, 1, 3000):
        vectors = embed(classifier, [noise], noise.size + error, Progress())
        assert vectors.argmax(axis=1).tolist() == [1, 6]


def test_silent_windows_are_left_out(classifier: Classifier) -> None:
    silence = np.zeros(30 * SAMPLE_RATE, np.float32)
    assert _embed(classifier, silence).shape == (0, GROUPS)
    # Of five windows the first and the last are silent; the others may have some of the noise in them.
    vectors = _embed(classifier, np.concatenate([silence, silence, band_noise(2, 30.0), silence, silence]))
    assert 1 <= len(vectors) <= 3
    assert 2 in vectors.argmax(axis=1)


def test_memory_is_bounded_however_long_the_clip(classifier: Classifier) -> None:
    rng = np.random.default_rng(0)
    block = rng.uniform(-0.1, 0.1, 10 * SAMPLE_RATE).astype(np.float32)
    n = 360  # an hour

    def blocks() -> Iterator[Samples]:
        for _ in range(n):
            yield block

    import tracemalloc

    tracemalloc.start()
    try:
        vectors = embed(classifier, blocks(), n * block.size, Progress())
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert vectors.shape == (MAX_WINDOWS, GROUPS)
    assert peak < 20 << 20  # the log-mel of an hour would be 20 MB, its samples 300


def test_clips_and_copies_are_computed_once(
    tmp_path: Path, data_set: DataSet, classifier: Classifier
) -> None:
    first = _add(data_set, _write(tmp_path / "a.wav", band_noise(1, 61.0)))
    second = _add(data_set, _write(tmp_path / "b.wav", band_noise(6, 5.0)), "jazz")
    silent = _add(data_set, _write(tmp_path / "c.wav", _SILENCE))
    recipe = draw({"gain": 0.5, "time_shift": 1.0}, 3)
    data_set.add_copies([(second, recipe)])
    missing = data_set.missing_embeddings(classifier.backbone_id)
    assert [(one.clip_id, one.recipe_hash) for one in missing] == [
        (first, ""),
        (second, ""),
        (silent, ""),
        (second, recipe.recipe_hash),
    ]
    reports: list[tuple[float, float, str]] = []
    computed = compute_missing(data_set, classifier, Progress(lambda *report: reports.append(report)))
    assert computed == Computed(4, ())
    assert reports == [(n, 4, "") for n in range(5)]
    assert data_set.missing_embeddings(classifier.backbone_id) == []
    assert compute_missing(data_set, classifier) == Computed(0, ())

    arrays = data_set.training_arrays(classifier.backbone_id)
    assert arrays.embedding.shape == (4, GROUPS)
    assert arrays.embedding.dtype == arrays.weight.dtype == np.float32
    assert arrays.clip_id.tolist() == [first, first, second, second]
    assert arrays.is_copy.tolist() == [False, False, False, True]
    assert arrays.genre.tolist() == ["rock", "rock", "jazz", "jazz"]
    assert arrays.weight.tolist() == [0.5, 0.5, 1.0, 1.0]
    assert arrays.embedding.argmax(axis=1).tolist() == [1, 1, 6, 6]
    splits = {number: data_set.clip(number).split for number in (first, second)}
    assert arrays.split.tolist() == [splits[number] for number in arrays.clip_id.tolist()]
    # The copy is what its recipe says, not the clip again.
    clip = data_set.clip(second)
    sound, rate = render_copy(clip.path, recipe.to_json(), sample_rate=SAMPLE_RATE, mono=True)
    assert rate == SAMPLE_RATE
    np.testing.assert_array_equal(arrays.embedding[3], _embed(classifier, sound)[0].astype(np.float32))


def test_what_is_learned_from_follows_every_change(
    tmp_path: Path, data_set: DataSet, classifier: Classifier
) -> None:
    ids = [_add(data_set, path) for path in write_riffs(tmp_path / "in", 3)]
    data_set.add_copies([(ids[0], draw({"gain": 0.5}, 1))])
    compute_missing(data_set, classifier)
    arrays = data_set.training_arrays(classifier.backbone_id)
    assert arrays.clip_id.tolist() == [*ids, ids[0]]
    data_set.relabel([ids[0]], "metal")
    assert data_set.training_arrays(classifier.backbone_id).genre.tolist() == [
        "metal",
        "rock",
        "rock",
        "metal",
    ]
    data_set.pin(ids, True, "valid")
    assert set(data_set.training_arrays(classifier.backbone_id).split) == {"valid"}
    data_set.remove([ids[0]])
    assert data_set.training_arrays(classifier.backbone_id).clip_id.tolist() == ids[1:]
    data_set.undo()
    assert data_set.training_arrays(classifier.backbone_id).clip_id.tolist() == [*ids, ids[0]]
    assert data_set.missing_embeddings(classifier.backbone_id) == []


def test_without_clips_there_is_nothing_to_learn_from(data_set: DataSet) -> None:
    arrays = data_set.training_arrays("0" * 64)
    assert arrays.embedding.shape == (0, 0)
    assert arrays.genre.size == arrays.weight.size == arrays.split.size == arrays.clip_id.size == 0


def test_another_backbone_starts_over_and_the_old_one_keeps_its_own(
    tmp_path: Path, data_set: DataSet, classifier: Classifier, tiny_backbone: bytes, genre_app_home: Path
) -> None:
    _add(data_set, write_riff(tmp_path / "a.wav", 1))
    compute_missing(data_set, classifier)
    # The same network in a file of other bytes: a .tflite file may have something behind its end.
    other = Classifier.from_directory(
        write_model(genre_app_home / "data" / "models" / "other", tiny_backbone + bytes(16))
    )
    assert other.backbone_id != classifier.backbone_id
    assert len(data_set.missing_embeddings(other.backbone_id)) == 1
    compute_missing(data_set, other)
    for one in (classifier, other):
        assert len(data_set.training_arrays(one.backbone_id).weight) == 1
    embeddings.forget_other_backbones(data_set, [other.backbone_id])
    assert len(data_set.missing_embeddings(classifier.backbone_id)) == 1
    assert data_set.missing_embeddings(other.backbone_id) == []


@pytest.mark.parametrize(
    "vectors",
    [np.zeros(8), np.zeros((MAX_WINDOWS + 1, 8)), np.full((1, 8), np.nan), np.full((1, 8), np.inf)],
)
def test_what_is_no_embedding_is_refused(data_set: DataSet, vectors: NDArray[np.float64]) -> None:
    if np.isinf(vectors).any():
        vectors = np.where(np.isinf(vectors), np.nan, vectors)
    with pytest.raises(ValueError, match="embeddings"):
        data_set.store_embedding("0" * 64, "", "1" * 64, vectors)


def test_a_clip_that_can_not_be_read_holds_nobody_up(
    tmp_path: Path, data_set: DataSet, classifier: Classifier
) -> None:
    ids = [_add(data_set, path) for path in write_riffs(tmp_path / "in", 3)]
    data_set.clip(ids[1]).path.unlink()
    computed = compute_missing(data_set, classifier)
    assert computed.n == 2
    assert [(one.clip_id, type(error).__name__) for one, error in computed.failures] == [
        (ids[1], "AudioMissingError")
    ]


@pytest.mark.parametrize("threads", [2, 3, 20])
def test_several_threads_compute_the_same(
    threads: int, tmp_path: Path, data_set: DataSet, classifier: Classifier
) -> None:
    ids = [_add(data_set, path) for path in write_riffs(tmp_path / "in", 7)]
    data_set.add_copies([(number, draw({"gain": 0.5, "room": 0.5}, 1)) for number in ids[:3]])
    data_set.clip(ids[4]).path.unlink()

    def compute(n_threads: int) -> NDArray[np.float32]:
        reports: list[tuple[float, float, str]] = []
        progress = Progress(lambda *report: reports.append(report))
        computed = compute_missing(data_set, classifier, progress, threads=n_threads)
        assert computed.n == 9
        assert [one.clip_id for one, _ in computed.failures] == [ids[4]]
        assert reports == [(n, 10, "") for n in range(11)]
        vectors = data_set.training_arrays(classifier.backbone_id).embedding
        embeddings.forget_other_backbones(data_set, [])
        return vectors

    np.testing.assert_array_equal(compute(1), compute(threads))


@pytest.mark.parametrize("threads", [1, 3])
def test_a_clip_is_decoded_once_for_itself_and_all_its_copies(
    threads: int, tmp_path: Path, data_set: DataSet, classifier: Classifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [_add(data_set, path) for path in write_riffs(tmp_path / "in", 4)]
    data_set.add_copies(
        [(ids[at], draw({"gain": 0.5, "room": 0.5}, seed)) for at in (0, 2) for seed in range(4)]
    )
    decoded: list[str] = []
    for module, name in ((copies, "read_audio"), (embeddings, "open_audio")):
        original = getattr(module, name)

        def counted(path: Path, original: Callable[..., Any] = original, **options: Any) -> Any:
            decoded.append(path.stem)
            return original(path, **options)

        monkeypatch.setattr(module, name, counted)
    assert compute_missing(data_set, classifier, threads=threads) == Computed(12, ())
    assert sorted(decoded) == sorted(data_set.clip(number).path.stem for number in ids)

    shared = data_set.training_arrays(classifier.backbone_id).embedding
    embeddings.forget_other_backbones(data_set, [])
    for one in data_set.missing_embeddings(classifier.backbone_id):
        alone = embed_missing(classifier, one, Progress())
        data_set.store_embedding(one.sample_hash, one.recipe_hash, classifier.backbone_id, alone)
    np.testing.assert_array_equal(data_set.training_arrays(classifier.backbone_id).embedding, shared)


def test_a_clip_longer_than_its_copies_is_heard_to_its_end(
    tmp_path: Path, data_set: DataSet, classifier: Classifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = _add(data_set, write_riff(tmp_path / "a.wav", 1))
    recipes = [draw({"gain": 0.5}, seed) for seed in range(2)]
    data_set.add_copies([(number, recipe) for recipe in recipes])
    compute_missing(data_set, classifier)
    whole = data_set.training_arrays(classifier.backbone_id)
    embeddings.forget_other_backbones(data_set, [])
    for module in (copies, embeddings):
        monkeypatch.setattr(module, "MAX_SECONDS", 0.5 * data_set.clip(number).duration)
    compute_missing(data_set, classifier)
    half = data_set.training_arrays(classifier.backbone_id)
    np.testing.assert_array_equal(half.embedding[~half.is_copy], whole.embedding[~whole.is_copy])
    assert not np.array_equal(half.embedding[half.is_copy], whole.embedding[whole.is_copy])


@pytest.mark.parametrize("threads", [1, 2])
def test_what_was_computed_before_a_cancel_is_kept(
    threads: int, tmp_path: Path, data_set: DataSet, classifier: Classifier
) -> None:
    data_set.add(data_set.examine(write_riffs(tmp_path / "in", 6), "rock"))
    progress = Progress(lambda done, *_: progress.cancel() if done == 4 else None)
    with pytest.raises(Cancelled):
        compute_missing(data_set, classifier, progress, threads=threads)
    n_missing = len(data_set.missing_embeddings(classifier.backbone_id))
    # The fifth may have been done already, by a thread that was ahead of the report; then it is kept as well.
    assert n_missing == 2 if threads == 1 else n_missing in (1, 2)


def test_a_long_clip_is_broken_off_soon(
    tmp_path: Path, data_set: DataSet, classifier: Classifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    _add(data_set, write_long_wav(tmp_path / "long.wav", 0.5, 22050, 1))
    progress = Progress()
    following = AudioStream.__next__
    n_blocks = 0

    def cancel_after_a_few(stream: AudioStream) -> Samples:
        nonlocal n_blocks
        block = following(stream)
        n_blocks += 1
        if n_blocks == 5:
            progress.cancel()
        return block

    monkeypatch.setattr(AudioStream, "__next__", cancel_after_a_few)
    with pytest.raises(Cancelled):
        compute_missing(data_set, classifier, progress)
    assert n_blocks == 5  # of half an hour; a block is a second at most


def test_opinions_are_what_the_model_would_say(
    tmp_path: Path, data_set: DataSet, classifier: Classifier
) -> None:
    ids = [_add(data_set, _write(tmp_path / f"{n}.wav", band_noise(n, 30.0))) for n in (0, 7)]
    ids.append(_add(data_set, _write(tmp_path / "silence.wav", _SILENCE)))
    assert compute_opinions(data_set, classifier) == 0  # nothing is known yet
    compute_missing(data_set, classifier)
    assert compute_opinions(data_set, classifier) == 2
    clips = data_set.clips_by_id(ids, classifier.model_id)
    assert [clip.predicted for clip in clips] == [GENRES[0], GENRES[7], None]
    for clip in clips[:2]:
        prediction = classifier.predict_file(clip.path)
        assert clip.predicted_confidence == pytest.approx(prediction.confidence, abs=0.01)
    assert compute_opinions(data_set, classifier) == 0


def test_the_worker_keeps_up_with_what_is_added(
    tmp_path: Path, data_set: DataSet, classifier: Classifier
) -> None:
    paths = write_riffs(tmp_path / "in", 4)
    first = _add(data_set, paths[0])
    done: list[tuple[Computed | None, GenreAppError | None]] = []
    worker = EmbeddingWorker(data_set, on_idle=lambda *what: done.append(what))
    worker.start(classifier)
    try:
        assert worker.wait_until_idle(60)
        assert data_set.missing_embeddings(classifier.backbone_id) == []
        assert data_set.clips_by_id([first], classifier.model_id)[0].predicted in GENRES
        ids = data_set.add(data_set.examine(paths[1:], "rock"))
        data_set.add_copies([(ids[0], draw({"gain": 0.5}, 1))])
        worker.wake()
        assert worker.wait_until_idle(60)
        assert data_set.missing_embeddings(classifier.backbone_id) == []
    finally:
        assert worker.stop(30)
    assert [computed.n for computed, error in done if computed is not None and error is None] == [1, 4]


def test_the_worker_goes_over_to_another_backbone(
    tmp_path: Path, data_set: DataSet, classifier: Classifier, tiny_backbone: bytes, genre_app_home: Path
) -> None:
    data_set.add(data_set.examine(write_riffs(tmp_path / "in", 12), "rock"))
    other = Classifier.from_directory(
        write_model(genre_app_home / "data" / "models" / "other", tiny_backbone + bytes(16))
    )
    worker = EmbeddingWorker(data_set)
    worker.start(classifier)
    worker.use(other)
    try:
        assert worker.wait_until_idle(60)
        assert data_set.missing_embeddings(other.backbone_id) == []
    finally:
        assert worker.stop(30)


def test_the_worker_survives_what_nobody_foresaw(
    tmp_path: Path, data_set: DataSet, classifier: Classifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    _add(data_set, write_riff(tmp_path / "a.wav", 1))
    problems: list[GenreAppError | None] = []
    worker = EmbeddingWorker(data_set, on_idle=lambda _, problem: problems.append(problem))

    def fail(*_: object) -> None:
        raise sqlite3.ProgrammingError("nobody foresaw this")

    monkeypatch.setattr(embeddings, "embed_missing", fail)
    worker.start(classifier)
    try:
        assert worker.wait_until_idle(60)
        monkeypatch.undo()
        worker.wake()
        assert worker.wait_until_idle(60)
    finally:
        assert worker.stop(30)
    assert [type(problem).__name__ for problem in problems] == ["UnexpectedError", "NoneType"]
    assert data_set.missing_embeddings(classifier.backbone_id) == []


def test_a_worker_that_was_never_started_can_be_stopped(data_set: DataSet) -> None:
    assert EmbeddingWorker(data_set).stop(1)


_WORKER = """
    import sys
    from pathlib import Path
    from genre_app.classifier.classifier import Classifier
    from genre_app.dataset.data_set import DataSet
    from genre_app.dataset.embeddings import EmbeddingWorker

    worker = EmbeddingWorker(DataSet(Path(sys.argv[1])), lambda done, *_: print(int(done), flush=True))
    worker.start(Classifier.load("tiny"))
    worker.wait_until_idle()
"""


@pytest.mark.timeout(600)
@pytest.mark.skipif(sys.platform == "win32", reason="kills with a signal")
def test_a_killed_worker_is_resumed(
    tmp_path: Path, data_set: DataSet, classifier: Classifier, repository: Path
) -> None:
    n = 100
    data_set.add(data_set.examine(write_riffs(tmp_path / "in", n, seconds=0.3), "rock"))
    left = n
    for _ in range(3):
        process = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(_WORKER), str(data_set.directory)],
            cwd=repository,
            stdout=subprocess.PIPE,
            env=os.environ,
        )
        assert process.stdout is not None
        for line in process.stdout:
            if int(line) >= 34:  # more than are written at a time
                process.send_signal(signal.SIGKILL)
                break
        process.stdout.close()
        process.wait()
        still = len(data_set.missing_embeddings(classifier.backbone_id))
        assert still <= left - 32 or still == 0
        left = still
        assert data_set.check() == []
    assert compute_missing(data_set, classifier).n == left
    assert len(data_set.training_arrays(classifier.backbone_id).weight) == n
