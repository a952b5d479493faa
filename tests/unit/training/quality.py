"""Retraining on the shipped model's own embeddings, with some of them put aside to play the user's clips."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from genre_app.classifier.comparison import SetComparison, answers_of_head, compare
from genre_app.classifier.model_version import ModelVersion
from genre_app.classifier.replay import Anchor, Examples, Replay, read_anchor, read_replay
from genre_app.dataset.records import TrainingArrays
from genre_app.training.head_retrain import HeadSettings, retrain_head
from genre_app.training.quick import gather_lessons

NEW = "new genre"


@dataclass(frozen=True, slots=True)
class Taught:
    """Recall of the new genre on clips that were not taught, and by how much accuracy on the others fell."""

    recall: float
    drop: float


def as_clips(examples: Examples, genres: list[str], n_valid: int) -> TrainingArrays:
    """Return `examples` as a data set of clips of one window, the last `n_valid` of them for validation."""
    n = len(examples.label)
    return TrainingArrays(
        embedding=examples.embedding,
        genre=np.array(genres),
        weight=np.ones(n, np.float32),
        split=np.array(["valid" if i >= n - n_valid else "train" for i in range(n)]),
        clip_id=np.arange(n),
        is_copy=np.zeros(n, np.bool_),
    )


def without(examples: Examples, genre: int) -> Examples:
    """Return `examples` but for those of `genre`; the genres after it move up."""
    kept = examples.where(examples.label != genre)
    return replace(kept, label=kept.label - (kept.label > genre))


def teach_left_out_genre(version: ModelVersion, genre: int, seed: int) -> Taught:
    """Take `genre` out of the head and the replay, teach it with ten of its clips, ask about ten others."""
    anchor = read_anchor(version)
    replay = read_replay(version, anchor)
    others = [k for k in range(len(anchor.genres)) if k != genre]
    head = replace(anchor.head, kernel=anchor.head.kernel[:, others], bias=anchor.head.bias[others])
    smaller = Anchor(tuple(anchor.genres[k] for k in others), head, anchor.threshold)
    old = Replay(without(replay.train, genre), without(replay.valid, genre))

    of_genre = replay.train.where(replay.train.label == genre)
    order = np.random.default_rng(seed).permutation(len(of_genre.label))
    taught = Examples(*(getattr(of_genre, name)[order[:10]] for name in Examples.__slots__))
    unseen = of_genre.embedding[order[10:20]]
    lessons = gather_lessons(as_clips(taught, [NEW] * 10, 2), smaller, old)
    fitted = retrain_head(head, lessons.train, lessons.valid, HeadSettings(), lambda _: None).head

    music = old.valid.where(old.valid.label >= 0)
    before, after = (
        float((one.logits(music.embedding).argmax(axis=1) == music.label).mean()) for one in (head, fitted)
    )
    recall = float((fitted.logits(unseen).argmax(axis=1) == len(others)).mean())
    return Taught(recall, before - after)


def add_clips(version: ModelVersion, seed: int) -> SetComparison:
    """Let 50 of the validation clips be the user's; stop by 60 others, and compare on the rest.

    They are the only embeddings of clips that the backbone was not trained on.
    """
    anchor = read_anchor(version)
    replay = read_replay(version, anchor)
    music = replay.valid.where(replay.valid.label >= 0)
    order = np.random.default_rng(seed).permutation(len(music.label))

    def part(rows: np.ndarray) -> Examples:
        return Examples(*(getattr(music, name)[rows] for name in Examples.__slots__))

    own, stop, test = part(order[:50]), part(order[50:110]), part(order[110:])
    clips = as_clips(own, [anchor.genres[k] for k in own.label], 10)
    lessons = gather_lessons(clips, anchor, Replay(replay.train, stop))
    fitted = retrain_head(anchor.head, lessons.train, lessons.valid, HeadSettings(), lambda _: None).head
    new, current = (
        answers_of_head(head, anchor.genres, 0.5, test, anchor.genres) for head in (fitted, anchor.head)
    )
    return compare("new", "now", (new, current), None).reference
