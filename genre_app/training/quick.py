"""The quick retrain: a new head from the user's clips and the replay of the base training. No TensorFlow.

The backbone stays as it is, so all that is needed of a clip is its embeddings, and these are in the data set.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from genre_app.classifier.comparison import Answers, Comparison, answers_of_head, compare, reference_answers
from genre_app.classifier.errors import ModelDamagedError
from genre_app.classifier.head import Head, head_bytes
from genre_app.classifier.head_fit import choose_threshold, fit_temperature
from genre_app.classifier.model_version import (
    BACKBONE_NAME,
    HEAD_NAME,
    ModelVersion,
    read_model_files,
)
from genre_app.classifier.replay import (
    ANCHOR_NAME,
    NO_MUSIC,
    REPLAY_NAME,
    Anchor,
    Examples,
    Replay,
    has_reference,
    read_anchor,
    read_replay,
)
from genre_app.classifier.versions import free_id
from genre_app.dataset.records import TrainingArrays
from genre_app.progress import Progress
from genre_app.training.errors import NothingToLearnError, UnlearnableDataError
from genre_app.training.events import Epoch, Event, Notice, Phase
from genre_app.training.head_retrain import EpochReport, HeadSettings, Lessons, retrain_head
from genre_app.training.new_version import NewVersion, build_version, describe
from genre_app.translation import QT_TRANSLATE_NOOP

PRECISION: Final = 0.85
"""The share of sure answers that shall be right; the threshold is chosen for it."""

FALSE_ALARMS: Final = 0.05
"""The share of sounds without music that may get an answer."""

MAX_ROWS: Final = 12_000
"""How many windows of the user's are learned from at most; of more, each clip gives evenly fewer."""


@dataclass(frozen=True, slots=True)
class QuickSettings:
    """How a quick retrain is done.

    Attributes:
        head: how the head is fitted.
        seed: kept with the version, as for every training; this one draws no random number.
    """

    head: HeadSettings = field(default_factory=HeadSettings)
    seed: int = 0


@dataclass(frozen=True, slots=True)
class QuickResult:
    """What a quick retrain came to.

    Attributes:
        version: the new version, installed but not active.
        comparison: with its parent.
        best_epoch: the epoch that it is from.
    """

    version: ModelVersion
    comparison: Comparison
    best_epoch: int


def quick_retrain(
    arrays: TrainingArrays,
    parent: ModelVersion,
    settings: QuickSettings,
    progress: Progress,
    on_event: Callable[[Event], None],
) -> QuickResult:
    """Fit a head to the user's clips and the replay, and install it as a new version; it is not activated.

    Args:
        arrays: the user's clips, embedded by the backbone of `parent`.
        parent: the version to compare with, and to take backbone and replay from.
        settings: how.
        progress: to cancel it with.
        on_event: is told the phases, every epoch, and what the user should know.

    Raises:
        NothingToLearnError: if there is no clip in the training split.
        UnlearnableDataError: if the embeddings are not of this backbone.
        ModelDamagedError: if `parent` is.
        VerificationError: if the new version does not answer as it should.
        ModelStorageError: if it can't be written.
        Cancelled: if `progress` was cancelled. In all these cases everything is as before.
    """
    started = time.monotonic()
    on_event(Phase("data"))
    anchor = read_anchor(parent)
    replay = read_replay(parent, anchor)
    lessons = gather_lessons(arrays, anchor, replay)
    for genre in lessons.genres_without_training:
        on_event(Notice("genre-not-learned", _NOT_LEARNED, {"genre": genre}))
    progress.raise_if_cancelled()

    on_event(Phase("fit"))

    def report(epoch: EpochReport) -> None:
        progress.raise_if_cancelled()
        on_event(
            Epoch(
                epoch=epoch.epoch,
                epochs=settings.head.epochs,
                loss=epoch.loss,
                accuracy=epoch.accuracy,
                valid_loss=epoch.valid_loss,
                valid_accuracy=epoch.valid_accuracy,
                best=epoch.best,
                seconds_left=None,
            )
        )

    fitted = retrain_head(anchor.head, lessons.train, lessons.valid, settings.head, report)
    head, threshold = calibrate(fitted.head, lessons, replay, anchor)
    progress.raise_if_cancelled()

    on_event(Phase("evaluation"))
    measured = has_reference(parent)
    answered = _answers(head, lessons.genres, threshold, anchor, replay if measured else None, arrays)
    before = _answers_of_version(parent, anchor, replay if measured else None, arrays)
    created = dt.datetime.now(dt.UTC)
    model_id = free_id(f"quick-{created:%Y%m%d-%H%M%S}")
    comparison = compare_answers(model_id, parent.id, answered, before, (lessons.genres, parent.genres))
    progress.raise_if_cancelled()

    on_event(Phase("saving"))
    reference, own = answered
    made = NewVersion(
        kind="quick",
        id=model_id,
        created=created,
        parent=parent,
        genres=lessons.genres,
        head=head,
        threshold=threshold,
        reference=reference,
        own=own,
        comparison=comparison,
        data_fingerprint=fingerprint(arrays, parent.files[REPLAY_NAME]),
        clips=lessons.clips,
        copies=lessons.copies,
        n_known=len(anchor.genres),
        epochs=tuple(fitted.epochs),
        best_epoch=fitted.best_epoch,
        settings=settings,
        began=started,
    )
    of_anchor = {
        "genres": len(anchor.genres),
        "temperature": anchor.head.temperature,
        "threshold": anchor.threshold,
    }
    contents = {HEAD_NAME: head_bytes(head), ANCHOR_NAME: head_bytes(anchor.head)}
    version = build_version(describe(made, {"anchor": of_anchor}), contents, parent, reference)
    return QuickResult(version, comparison, fitted.best_epoch)


_NOT_LEARNED: Final = QT_TRANSLATE_NOOP(
    "training",
    "“{genre}” was not learned: all of its clips are kept for validation. Add more clips of it.",
)


# --- what to learn from


@dataclass(frozen=True, slots=True)
class GatheredLessons:
    """The user's clips and the replay, put together.

    Attributes:
        genres: the anchor's, then the user's new ones in alphabetical order.
        train: to learn from.
        valid: to stop by and to calibrate with.
        n_own_valid: how many examples of `valid`, at its end, are the user's.
        own_valid_clip: int64 (n_own_valid,), the clip of each.
        clips: genre → number of the user's training clips.
        copies: number of augmented copies learned from.
        genres_without_training: the user's new genres whose clips are all kept for validation.
    """

    genres: tuple[str, ...]
    train: Lessons
    valid: Lessons
    n_own_valid: int
    own_valid_clip: NDArray[np.int64]
    clips: dict[str, int]
    copies: int
    genres_without_training: tuple[str, ...]


def gather_lessons(arrays: TrainingArrays, anchor: Anchor, replay: Replay) -> GatheredLessons:
    """Put the user's clips and the replay together.

    A clip counts as one, however many windows and copies it has; if it has copies, they count for half of
    that together. So a clip of the user's has as much to say as one of the replay.

    Raises:
        NothingToLearnError: if no clip of the user's is there to be trained on.
        UnlearnableDataError: if the arrays are not of this backbone, or hold what is not a number.
    """
    _check(arrays, anchor.head.embedding_size)
    # The order of rows must not matter, or the same data would not always give the same head.
    rows = _ordered(arrays)
    train_rows = _thinned(arrays, rows[arrays.split[rows] == "train"])
    valid_rows = rows[(arrays.split[rows] == "valid") & ~arrays.is_copy[rows]]
    if not train_rows.size:
        raise NothingToLearnError

    taught = {str(genre) for genre in arrays.genre[train_rows]}
    known = set(anchor.genres)
    genres = (*anchor.genres, *sorted(taught - known, key=lambda name: (name.casefold(), name)))
    index = {genre: i for i, genre in enumerate(genres)}
    untaught = {str(genre) for genre in arrays.genre[valid_rows]} - index.keys()
    valid_rows = valid_rows[[str(genre) in index for genre in arrays.genre[valid_rows]]]

    n = len(genres)
    own_train = _own(arrays, train_rows, index, _weights(arrays, train_rows))
    own_valid = _own(arrays, valid_rows, index, arrays.weight[valid_rows].astype(np.float64))
    valid = replay.valid.where(replay.valid.label != NO_MUSIC)
    clips = _train_clips(arrays)
    return GatheredLessons(
        genres=genres,
        train=_joined(_replayed(replay.train, n, anchor.head), own_train),
        valid=_joined(_labelled(valid, n), own_valid),
        n_own_valid=valid_rows.size,
        own_valid_clip=arrays.clip_id[valid_rows],
        clips=clips,
        copies=round(float(arrays.weight[(arrays.split == "train") & arrays.is_copy].sum())),
        genres_without_training=tuple(sorted(untaught)),
    )


def _check(arrays: TrainingArrays, size: int) -> None:
    n = len(arrays.genre)
    if not n:
        raise NothingToLearnError
    if arrays.embedding.shape != (n, size):
        raise UnlearnableDataError(reason=f"embeddings {arrays.embedding.shape}, expected {(n, size)}")
    if not np.isfinite(arrays.embedding).all() or not np.isfinite(arrays.weight).all():
        raise UnlearnableDataError(reason="some of it is not a number")
    if n and arrays.weight.min() <= 0.0:
        raise UnlearnableDataError(reason="a clip has no weight")


def _row_digests(arrays: TrainingArrays) -> list[bytes]:
    """Return what tells rows apart, whatever their order and the numbers of their clips are."""
    digests = []
    for row in range(len(arrays.genre)):
        facts = f"{arrays.genre[row]}\0{arrays.split[row]}\0{arrays.is_copy[row]}\0{arrays.weight[row]:.8g}"
        content = arrays.embedding[row].astype(np.float32).tobytes()
        digests.append(hashlib.sha256(facts.encode() + b"\0" + content).digest())
    return digests


def _ordered(arrays: TrainingArrays) -> NDArray[np.int64]:
    digests = _row_digests(arrays)
    return np.array(sorted(range(len(digests)), key=digests.__getitem__), dtype=np.int64)


def fingerprint(arrays: TrainingArrays, replay_sha256: str) -> str:
    """Return the SHA-256 of all that a quick retrain learns from; the order of rows does not matter."""
    digest = hashlib.sha256(bytes.fromhex(replay_sha256))
    for row in sorted(_row_digests(arrays)):
        digest.update(row)
    return digest.hexdigest()


def _thinned(arrays: TrainingArrays, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return `rows`, or if they are too many, evenly fewer of each clip and of its copies, one at least."""
    step = -(-rows.size // MAX_ROWS)
    if step <= 1:
        return rows
    key = arrays.clip_id[rows] * 2 + arrays.is_copy[rows]
    _, group = np.unique(key, return_inverse=True)
    by_group = np.argsort(group, kind="stable")
    starts = np.searchsorted(group[by_group], np.arange(group.max() + 1))
    rank = np.empty(rows.size, dtype=np.int64)
    rank[by_group] = np.arange(rows.size) - starts[group[by_group]]
    return np.asarray(rows[rank % step == 0], dtype=np.int64)


def _weights(arrays: TrainingArrays, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return how much each row counts: 1 for a clip, half of that for its copies together."""
    _, clip = np.unique(arrays.clip_id[rows], return_inverse=True)
    is_copy = arrays.is_copy[rows].astype(np.int64)
    weight = arrays.weight[rows].astype(np.float64)
    total = np.bincount(clip * 2 + is_copy, weight, minlength=2 * (clip.max() + 1)).reshape(-1, 2)
    parts = (total > 0.0).sum(axis=1)
    return np.asarray(weight / total[clip, is_copy] / parts[clip])


def _train_clips(arrays: TrainingArrays) -> dict[str, int]:
    rows = arrays.split == "train"
    pairs = {(str(g), int(c)) for g, c in zip(arrays.genre[rows], arrays.clip_id[rows], strict=True)}
    counts: dict[str, int] = {}
    for genre, _ in sorted(pairs):
        counts[genre] = counts.get(genre, 0) + 1
    return counts


def _own(
    arrays: TrainingArrays,
    rows: NDArray[np.int64],
    index: dict[str, int],
    weight: NDArray[np.float64],
) -> Lessons:
    label = np.array([index[str(genre)] for genre in arrays.genre[rows]], dtype=np.int64)
    return Lessons(arrays.embedding[rows], label, np.eye(len(index))[label], weight)


def _replayed(examples: Examples, n_genres: int, anchor: Head) -> Lessons:
    """Return what is learned again of the base training: what the anchor answers (Li & Hoiem 2016).

    It knows these clips from its training and is right about most, for a reason. Their labels would push it
    to be surer of them than it is of any new clip, its own answers only keep it from forgetting.
    """
    uncalibrated = replace(anchor, temperature=1.0)
    target = np.zeros((len(examples.label), n_genres))
    target[:, : anchor.kernel.shape[1]] = uncalibrated.probabilities(examples.embedding)
    target[examples.label == NO_MUSIC] = 1.0 / n_genres
    return Lessons(examples.embedding, examples.label, target, examples.weight.astype(np.float64))


def _labelled(examples: Examples, n_genres: int) -> Lessons:
    target = np.eye(n_genres)[examples.label]
    return Lessons(examples.embedding, examples.label, target, examples.weight.astype(np.float64))


def _joined(first: Lessons, second: Lessons) -> Lessons:
    return Lessons(
        np.concatenate([first.embedding, second.embedding]),
        np.concatenate([first.label, second.label]),
        np.concatenate([first.target, second.target]),
        np.concatenate([first.weight, second.weight]),
    )


# --- what it is worth


def calibrate(head: Head, lessons: GatheredLessons, replay: Replay, anchor: Anchor) -> tuple[Head, float]:
    """Return `head` with the temperature that makes its confidences true, and the threshold for "unsure".

    The threshold is the smallest that keeps the promised precision on the validation clips and answers hardly
    any sound without music. If the replay has no such sounds, it is at least that of the anchor, which was
    chosen with them.
    """
    valid = lessons.valid
    temperature = fit_temperature(head.logits(valid.embedding), valid.label, valid.weight)
    calibrated = Head(head.mean, head.scale, head.kernel, head.bias, temperature)
    n_reference = len(valid.weight) - lessons.n_own_valid
    p = calibrated.probabilities(valid.embedding)
    own, first = _clip_means(p[n_reference:], valid.weight[n_reference:], lessons.own_valid_clip)
    p_of_clips = np.concatenate([p[:n_reference], own])
    label = np.concatenate([valid.label[:n_reference], valid.label[n_reference:][first]])
    no_music = replay.valid.where(replay.valid.label == NO_MUSIC).embedding
    alarms = calibrated.probabilities(no_music).max(axis=1) if len(no_music) else np.empty(0)
    threshold = choose_threshold(
        p_of_clips.max(axis=1), p_of_clips.argmax(axis=1) == label, PRECISION, alarms, FALSE_ALARMS
    )
    return calibrated, threshold if len(no_music) else max(threshold, anchor.threshold)


def _clip_means(
    p: NDArray[np.float64], weight: NDArray[np.floating], clip: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the mean probabilities of each clip, as a prediction has them, and its first row."""
    _, first, group = np.unique(clip, return_index=True, return_inverse=True)
    sums = np.zeros((len(first), p.shape[1]))
    np.add.at(sums, group, weight[:, None] * p)
    return sums / np.maximum(sums.sum(axis=1, keepdims=True), 1e-12), first


def own_answers(
    head: Head, genres: tuple[str, ...], threshold: float, arrays: TrainingArrays
) -> Answers | None:
    """Return what a head answers about the user's validation clips, or None if there are none.

    Args:
        head: of a version whose backbone made the embeddings.
        genres: that it knows.
        threshold: its confidence threshold.
        arrays: the user's clips. Copies are left out: they are no clips of their own.
    """
    rows = np.flatnonzero((arrays.split == "valid") & ~arrays.is_copy)
    if not rows.size:
        return None
    clip = arrays.clip_id[rows]
    means, first = _clip_means(head.probabilities(arrays.embedding[rows]), arrays.weight[rows], clip)
    return Answers(
        clip=clip[first].astype(str),
        truth=arrays.genre[rows][first].astype(str),
        genres=genres,
        probabilities=means,
        threshold=threshold,
    )


def compare_versions(
    new: ModelVersion, current: ModelVersion, arrays: Callable[[str], TrainingArrays | None]
) -> Comparison:
    """Compare any two versions on the fixed validation set, and on the user's validation clips.

    Args:
        new: the one.
        current: the other.
        arrays: called with the SHA-256 of a backbone; returns the user's clips as that one embeds them, or
            None if they are not known.

    Raises:
        ModelDamagedError: if one of them is damaged, or they have no clip to be compared on.
    """
    own = []
    for version in (new, current):
        known = arrays(version.files[BACKBONE_NAME])
        _, head = read_model_files(version)
        if known is not None:
            _check(known, head.embedding_size)
            own.append(own_answers(head, version.genres, version.confidence_threshold, known))
    references = reference_answers(new), reference_answers(current)
    pair = (own[0], own[1]) if len(own) == 2 else (None, None)
    sides = (references[0], pair[0]), (references[1], pair[1])
    try:
        return compare_answers(new.id, current.id, *sides, (new.genres, current.genres))
    except ValueError as error:
        raise ModelDamagedError(model=new.id, reason=error) from error


_Pair = tuple[Answers | None, Answers | None]
"""What a model answers about the fixed validation set and about the user's validation clips."""


def _answers(
    head: Head,
    genres: tuple[str, ...],
    threshold: float,
    anchor: Anchor,
    replay: Replay | None,
    arrays: TrainingArrays,
) -> _Pair:
    reference = None
    if replay is not None:
        reference = answers_of_head(head, genres, threshold, replay.valid, anchor.genres)
    return reference, own_answers(head, genres, threshold, arrays)


def _answers_of_version(
    version: ModelVersion, anchor: Anchor, replay: Replay | None, arrays: TrainingArrays
) -> _Pair:
    _, head = read_model_files(version)
    return _answers(head, version.genres, version.confidence_threshold, anchor, replay, arrays)


def compare_answers(
    new_id: str,
    current_id: str,
    new: _Pair,
    current: _Pair,
    genres: tuple[tuple[str, ...], tuple[str, ...]],
) -> Comparison:
    """Compare two models by what they answer about the fixed validation set and the user's validation clips.

    Args:
        new_id: id of the one.
        current_id: id of the other.
        new: the answers of the one.
        current: the answers of the other.
        genres: that the two know.

    Raises:
        ValueError: if both were asked about the reference set, and have not one clip of it in common.
    """
    reference = None if new[0] is None or current[0] is None else (new[0], current[0])
    own = None if new[1] is None or current[1] is None else (new[1], current[1])
    return compare(new_id, current_id, reference, own, genres=genres)
