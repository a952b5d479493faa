"""Clips worth another look: labels that the others contradict, and recordings that are there twice.

Each clip is judged by a model that was trained without it, and without all clips of its group: five times a
logistic regression learns from four fifths of the clips, and from what the shipped model remembers of its own
training, and names the genres of the rest. So a wrong label can't defend itself, as it could before a model
that has learned it.

Measured on 197 clips of ten genres that the shipped backbone had never seen, 20 of them given a wrong label
(six draws): a wrong label comes before a right one in 93 of 100 pairs; of the first ten clips of the list two
in three have a wrong label, though only one clip in ten has; and that with models which name 72 of 100 clips
as people do.

What the user has looked at and found right is remembered, and not listed again while its label stays.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from genre_app.classifier.model_version import BACKBONE_NAME, ModelVersion
from genre_app.classifier.replay import NO_MUSIC, read_anchor, read_replay
from genre_app.dataset import near_duplicates
from genre_app.dataset.near_duplicates import FRAME_RATE, Landmarks
from genre_app.progress import Progress

if TYPE_CHECKING:
    from genre_app.dataset.data_set import DataSet

Float32 = NDArray[np.float32]

N_FOLDS: Final = 5
MIN_EXAMPLES: Final = 3
"""As many other clips of its genre, of other groups, a clip needs, or nobody can say what the genre is."""

# As good as all dimensions, and many times faster. Labels play no part in choosing them.
_DIMENSIONS: Final = 48
_PENALTY: Final = 0.1
# The penalty makes them less sure than they might be; at this temperature about as sure as they are right.
_TEMPERATURE: Final = 0.5
_LARGEST_WEIGHT: Final = 8.0
# Recordings that are there twice under one label are looked for among so many of the latest clips, in groups
# of no more than so many: an artist's whole work is one group.
_MOST_SUSPECTS: Final = 2000
_LARGEST_GROUP: Final = 60

# Names under which the user's verdicts are kept, among the opinions of models.
_LABEL_IS_RIGHT: Final = "look-again:label"
_PAIR_IS_RIGHT: Final = "look-again:pair:"
# Of which the directions are found.
_MAX_ROWS: Final = 4000
_SMALL_DEVIATION: Final = 1e-3
# Rounding alone makes directions of less strength, as a share of the strongest.
_SMALL_STRENGTH: Final = 1e-5


@dataclass(frozen=True, slots=True)
class Doubt:
    """A clip whose label the others contradict.

    Attributes:
        clip_id: its number.
        genre: its label.
        predicted: what the others take it for.
        confidence: how sure they are of that, 0…1.
        label_confidence: how much they believe its label, 0…1.
    """

    clip_id: int
    genre: str
    predicted: str
    confidence: float
    label_confidence: float

    @property
    def margin(self) -> float:
        """How strongly they disagree, 0…1."""
        return self.confidence - self.label_confidence


@dataclass(frozen=True, slots=True)
class Pair:
    """Two clips that are the same recording.

    Attributes:
        first, second: numbers of the clips; the first was added before.
        share: how much of their landmarks agree; see `genre_app.dataset.near_duplicates`.
    """

    first: int
    second: int
    share: float


@dataclass(frozen=True, slots=True)
class SecondLook:
    """What is worth another look.

    Attributes:
        doubts: the strongest disagreement first.
        contradictions: recordings that are there under two labels; the surest first.
        duplicates: recordings that are there twice under one label; the surest first.
        n_judged: how many clips were judged.
        n_without_embedding: how many were not, because their embeddings are not computed yet, or they are
            silent.
        n_without_company: how many were not, because there are too few other clips of their genre.
    """

    doubts: tuple[Doubt, ...]
    contradictions: tuple[Pair, ...]
    duplicates: tuple[Pair, ...]
    n_judged: int
    n_without_embedding: int
    n_without_company: int


def look_again(data_set: DataSet, version: ModelVersion, progress: Progress | None = None) -> SecondLook:
    """Return the clips that are worth another look.

    Args:
        data_set: of the clips; nothing in it is changed.
        version: of whose backbone the cached embeddings are used, and whose replay.
        progress: told how many parts are done, of how many; to cancel.

    Raises:
        ModelDamagedError: if the replay of `version` can't be used.
        DataSetError: if the data set can't be read.
        Cancelled: if `progress` was cancelled.
    """
    progress = progress or Progress()
    total = N_FOLDS + 2
    progress.report(0, total)
    clips = _read_clips(data_set, version.files[BACKBONE_NAME])
    embedding, label, names = _remembered(version)
    progress.report(1, total)
    n_clips = data_set.count()
    doubts: list[Doubt] = []
    n_lonely = 0
    if clips.number.size:
        names = (*names, *sorted(set(clips.genre) - set(names)))
        index = {name: number for number, name in enumerate(names)}
        own = np.array([index[genre] for genre in clips.genre], np.int64)
        fold = _folds(clips.group, own)
        logits = _judge(clips.embedding, own, fold, embedding, label, len(names), progress, total)
        lonely = _lonely(own, fold, label, len(names))
        n_lonely = int(lonely.sum())
        doubts = _doubts(clips.number[~lonely], own[~lonely], logits[~lonely], names)
        right = _labels_found_right(data_set)
        doubts = [doubt for doubt in doubts if right.get(doubt.clip_id) != doubt.genre]
    progress.report(total - 1, total)
    contradictions, duplicates = _find_pairs(data_set, progress)
    progress.report(total, total)
    return SecondLook(
        doubts=tuple(doubts),
        contradictions=tuple(contradictions),
        duplicates=tuple(duplicates),
        n_judged=clips.number.size - n_lonely,
        n_without_embedding=n_clips - clips.number.size,
        n_without_company=n_lonely,
    )


def keep_label(data_set: DataSet, clip_id: int, genre: str) -> None:
    """Remember that the label `genre` of a clip was found right; as long as it has that it is not doubted.

    Raises:
        DataSetError: if the database can't be written to.
    """
    data_set.store_opinions(_LABEL_IS_RIGHT, [(clip_id, genre, 1.0)])


def doubt_label(data_set: DataSet, clip_id: int) -> None:
    """Forget that the label of a clip was found right.

    Raises:
        DataSetError: if the database can't be written to.
    """
    with data_set.database.write() as connection:
        connection.execute(
            "DELETE FROM opinions WHERE clip_id = ? AND model_id = ?", (clip_id, _LABEL_IS_RIGHT)
        )


def keep_pair(data_set: DataSet, pair: Pair) -> None:
    """Remember that two clips of one recording are both wanted as they are.

    Raises:
        DataSetError: if the database can't be written to.
    """
    labels = {clip.id: clip.genre for clip in data_set.clips_by_id([pair.first, pair.second], "")}
    verdict = "/".join(labels.get(number, "") for number in (pair.first, pair.second))
    data_set.store_opinions(f"{_PAIR_IS_RIGHT}{pair.first}", [(pair.second, verdict, 1.0)])


def doubt_pair(data_set: DataSet, pair: Pair) -> None:
    """Forget that two clips of one recording are both wanted as they are.

    Raises:
        DataSetError: if the database can't be written to.
    """
    with data_set.database.write() as connection:
        connection.execute(
            "DELETE FROM opinions WHERE clip_id = ? AND model_id = ?",
            (pair.second, f"{_PAIR_IS_RIGHT}{pair.first}"),
        )


def _labels_found_right(data_set: DataSet) -> dict[int, str]:
    with data_set.database.read() as connection:
        return dict(
            connection.execute("SELECT clip_id, genre FROM opinions WHERE model_id = ?", (_LABEL_IS_RIGHT,))
        )


@dataclass(frozen=True, slots=True)
class _Clips:
    """Clips with embeddings: number int64 (n,), embedding float16 (n, D), group int64 (n,), genre (n,)."""

    number: NDArray[np.int64]
    embedding: NDArray[np.float16]
    group: NDArray[np.int64]
    genre: tuple[str, ...]


def _read_clips(data_set: DataSet, backbone_id: str) -> _Clips:
    """Return the clips whose embeddings are cached, each with the mean of its windows."""
    numbers: list[int] = []
    vectors: list[NDArray[np.float16]] = []
    groups: list[int] = []
    names: list[str] = []
    with data_set.database.read() as connection:
        for number, group, genre, n_windows, blob in connection.execute(
            "SELECT clips.id, group_id, genres.name, n_windows, vectors FROM clips"
            " JOIN genres ON genres.id = genre_id JOIN embeddings ON embeddings.backbone_id = ?"
            " AND embeddings.sample_hash = clips.sample_hash AND embeddings.recipe_hash = ''"
            " WHERE clips.removed IS NULL AND n_windows > 0 ORDER BY clips.id",
            (backbone_id,),
        ):
            windows = np.frombuffer(blob, "<f2").reshape(n_windows, -1)
            numbers.append(number)
            vectors.append(windows.mean(axis=0, dtype=np.float32).astype(np.float16))
            groups.append(group)
            names.append(genre)
    embedding = np.array(vectors) if vectors else np.zeros((0, 0), np.float16)
    return _Clips(np.array(numbers, np.int64), embedding, np.array(groups, np.int64), tuple(names))


def _remembered(version: ModelVersion) -> tuple[Float32, NDArray[np.int64], tuple[str, ...]]:
    """Return the embeddings that the model was trained on, their labels, and what those stand for."""
    anchor = read_anchor(version)
    train = read_replay(version, anchor).train
    known = train.where(train.label != NO_MUSIC)
    return known.embedding, known.label, anchor.genres


def _folds(group: NDArray[np.int64], genre: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the fold of each clip, int64 (n,): one for a whole group, each genre spread over them evenly."""
    _, first, member = np.unique(group, return_index=True, return_inverse=True)
    # Groups of a genre in an order that has nothing to do with when they were added; always the same one.
    shuffled = [hashlib.sha256(str(number).encode()).digest() for number in group[first]]
    dealt: defaultdict[int, int] = defaultdict(int)
    fold = np.zeros(first.size, np.int64)
    for index in sorted(range(first.size), key=shuffled.__getitem__):
        of_genre = int(genre[first[index]])
        fold[index] = (of_genre + dealt[of_genre]) % N_FOLDS
        dealt[of_genre] += 1
    return fold[member]


def _lonely(
    genre: NDArray[np.int64], fold: NDArray[np.int64], remembered: NDArray[np.int64], n_genres: int
) -> NDArray[np.bool_]:
    """Return which clips, bool (n,), have too few others of their genre to learn from."""
    count = np.bincount(remembered, minlength=n_genres)[None, :].repeat(N_FOLDS, axis=0)
    for held_out in range(N_FOLDS):
        count[held_out] += np.bincount(genre[fold != held_out], minlength=n_genres)
    return np.asarray(count[fold, genre] < MIN_EXAMPLES)


def _judge(
    embedding: NDArray[np.float16],
    genre: NDArray[np.int64],
    fold: NDArray[np.int64],
    remembered: Float32,
    label: NDArray[np.int64],
    n_genres: int,
    progress: Progress,
    total: int,
) -> NDArray[np.float64]:
    """Return the logits of each clip, float64 (n, n_genres), by a model that did not learn from it."""
    # It needs SciPy's optimiser, which takes its time to load.
    from genre_app.classifier.head_fit import fit_head

    projection, mean = _directions(remembered, embedding)
    rows = np.concatenate([_project(remembered, projection, mean), _project(embedding, projection, mean)])
    labels = np.concatenate([label, genre])
    folds = np.concatenate([np.full(label.size, -1), fold])
    logits = np.zeros((genre.size, n_genres))
    for held_out in range(N_FOLDS):
        learned = folds != held_out
        if not learned.all():
            head = fit_head(
                rows[learned],
                np.eye(n_genres, dtype=np.float32)[labels[learned]],
                _weights(labels[learned], n_genres),
                _PENALTY,
            )
            logits[fold == held_out] = head.logits(rows[~learned])
        progress.report(2 + held_out, total)
    return logits


def _project(rows: NDArray[np.floating], projection: Float32, mean: Float32) -> Float32:
    """Return `rows` (n, D) in fewer dimensions, (n, at most 48); a few at a time, as there may be many."""
    parts = [(rows[i : i + _MAX_ROWS] - mean) @ projection for i in range(0, len(rows), _MAX_ROWS)]
    return np.concatenate(parts)


def _directions(remembered: Float32, own: NDArray[np.float16]) -> tuple[Float32, Float32]:
    """Return the directions in which embeddings differ most, (D, at most 48), and their mean, (D,)."""
    chosen = np.linspace(0, len(own) - 1, min(len(own), _MAX_ROWS)).astype(np.int64)
    some = np.concatenate([remembered, own[chosen]])
    mean = some.mean(axis=0)
    deviation = np.maximum(some.std(axis=0), np.float32(_SMALL_DEVIATION))
    scaled = (some - mean) / deviation
    # By way of the smaller of the two matrices that have the same directions: many times faster than taking
    # the rows themselves apart.
    if len(scaled) < scaled.shape[1]:
        strength, own_directions = np.linalg.eigh(scaled @ scaled.T)
        there = strength > _SMALL_STRENGTH * strength[-1]
        directions = own_directions[:, there].T @ scaled / np.sqrt(strength[there])[:, None]
        directions = directions[::-1]
    else:
        _, directions = np.linalg.eigh(scaled.T @ scaled)
        directions = directions.T[::-1]
    return (directions[:_DIMENSIONS].T / deviation[:, None]).astype(np.float32), mean


def _weights(labels: NDArray[np.int64], n_genres: int) -> Float32:
    """Return how much each row counts: genres with few clips count almost as much as others."""
    count = np.bincount(labels, minlength=n_genres)
    typical = float(np.median(count[count > 0]))
    per_genre = np.clip(typical / np.maximum(count, 1), 1 / _LARGEST_WEIGHT, _LARGEST_WEIGHT)
    return np.asarray(per_genre[labels], np.float32)


def _doubts(
    numbers: NDArray[np.int64],
    genre: NDArray[np.int64],
    logits: NDArray[np.float64],
    names: Sequence[str],
) -> list[Doubt]:
    if not numbers.size:
        return []
    exponentials = np.exp((logits - logits.max(axis=1, keepdims=True)) / _TEMPERATURE)
    p = exponentials / exponentials.sum(axis=1, keepdims=True)
    best = p.argmax(axis=1)
    doubts = [
        Doubt(
            clip_id=int(numbers[i]),
            genre=names[genre[i]],
            predicted=names[best[i]],
            confidence=float(p[i, best[i]]),
            label_confidence=float(p[i, genre[i]]),
        )
        for i in np.flatnonzero(best != genre)
    ]
    return sorted(doubts, key=lambda doubt: (-doubt.margin, doubt.clip_id))


# --- the same recording twice


def _find_pairs(data_set: DataSet, progress: Progress) -> tuple[list[Pair], list[Pair]]:
    """Return pairs of clips that sound the same: those with different labels, and those with one.

    Such clips are in one group, so only groups of several clips are searched.
    """
    with data_set.database.read() as connection:
        suspects = connection.execute(
            "SELECT id, group_id, genre_id, duration FROM clips WHERE removed IS NULL AND group_id IN"
            " (SELECT group_id FROM clips WHERE removed IS NULL GROUP BY group_id"
            " HAVING count(DISTINCT genre_id) > 1) ORDER BY id"
        ).fetchall()
        suspects += connection.execute(
            "SELECT id, group_id, genre_id, duration FROM clips WHERE removed IS NULL AND group_id IN"
            " (SELECT group_id FROM clips WHERE removed IS NULL GROUP BY group_id"
            " HAVING count(DISTINCT genre_id) = 1 AND count(*) BETWEEN 2 AND ?) ORDER BY id DESC LIMIT ?",
            (_LARGEST_GROUP, _MOST_SUSPECTS),
        ).fetchall()[::-1]
        if not suspects:
            return [], []
        found = connection.execute(
            "SELECT clip_id, hash, frame FROM landmarks WHERE clip_id IN (SELECT value FROM json_each(?))",
            (json.dumps([row[0] for row in suspects]),),
        ).fetchall()
        verdicts = {
            (int(model_id.removeprefix(_PAIR_IS_RIGHT)), clip_id, labels)
            for clip_id, model_id, labels in connection.execute(
                "SELECT clip_id, model_id, genre FROM opinions WHERE model_id GLOB ?", (f"{_PAIR_IS_RIGHT}*",)
            )
        }
        names = dict(connection.execute("SELECT id, name FROM genres").fetchall())
    landmarks: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for clip_id, hash_, frame in found:
        landmarks[clip_id].append((frame, hash_))
    by_group: defaultdict[int, list[tuple[int, float]]] = defaultdict(list)
    genre = {}
    for clip_id, group, genre_id, duration in suspects:
        by_group[group].append((clip_id, duration))
        genre[clip_id] = names[genre_id]
    contradictions: list[Pair] = []
    duplicates: list[Pair] = []
    for members in by_group.values():
        progress.raise_if_cancelled()
        for pair in _pairs_within(members, landmarks, progress):
            labels = (genre[pair.first], genre[pair.second])
            if (pair.first, pair.second, "/".join(labels)) not in verdicts:
                (duplicates if labels[0] == labels[1] else contradictions).append(pair)
    for pairs in (contradictions, duplicates):
        pairs.sort(key=lambda pair: (-pair.share, pair.first, pair.second))
    return contradictions, duplicates


def _pairs_within(
    members: Sequence[tuple[int, float]],
    landmarks: dict[int, list[tuple[int, int]]],
    progress: Progress,
) -> list[Pair]:
    """Return those of one group, whose `members` are given by number and duration."""
    found = []
    # The same index as in the data set, with these clips alone.
    index = sqlite3.connect(":memory:", isolation_level=None)
    try:
        index.executescript(
            "CREATE TABLE landmarks (hash INTEGER, clip_id INTEGER, frame INTEGER,"
            " PRIMARY KEY (hash, clip_id, frame)) STRICT, WITHOUT ROWID;"
            "CREATE TABLE clips (id INTEGER PRIMARY KEY, duration REAL, removed TEXT) STRICT;"
        )
        for clip_id, duration in members:
            progress.raise_if_cancelled()
            marks = _landmarks(sorted(landmarks.get(clip_id, ())), duration)
            # Those before it are in the index: each pair is met once.
            found += [
                Pair(match.clip_id, clip_id, match.share)
                for match in near_duplicates.find_matches(index, marks)
            ]
            index.execute("INSERT INTO clips (id, duration) VALUES (?, ?)", (clip_id, duration))
            near_duplicates.store_landmarks(index, clip_id, marks)
    finally:
        index.close()
    return found


def _landmarks(marks: Sequence[tuple[int, int]], duration: float) -> Landmarks:
    frames = np.array([frame for frame, _ in marks], np.uint32)
    hashes = np.array([hash_ for _, hash_ in marks], np.uint32)
    return Landmarks(hashes, frames, round(duration * FRAME_RATE))
