"""What a model version brings along for training: remembered embeddings, and the head they belong to.

``replay.npz`` holds embeddings, never audio, of the clips that the backbone was trained on, and of the fixed
validation set that every model is compared on. ``anchor.npz`` is the head that was trained together with the
backbone: each quick retrain starts from that, so that what it learns depends on the clips and not on how
often one pressed the button. A version without one is its own anchor.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from genre_app.classifier.errors import ModelDamagedError
from genre_app.classifier.head import Head, read_head
from genre_app.classifier.model_version import HEAD_NAME, ModelVersion, read_version_file

REPLAY_NAME: Final = "replay.npz"
ANCHOR_NAME: Final = "anchor.npz"
NO_MUSIC: Final = -1
"""Label of what is no music."""

MEASURED: Final = "measured"
ESTIMATED: Final = "estimated"
"""What a description may say of its replay, under ``training``; measured if it says nothing."""

_MAX_BYTES: Final = 1024 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Examples:
    """Embeddings of clips whose genre is known.

    Attributes:
        embedding: float32 (n, D).
        label: int64 (n,), index of the anchor's genre, or `NO_MUSIC`.
        weight: float32 (n,), how much each counts in training.
        clip: str (n,), the name of each.
    """

    embedding: NDArray[np.float32]
    label: NDArray[np.int64]
    weight: NDArray[np.float32]
    clip: NDArray[np.str_]

    def where(self, chosen: NDArray[np.bool_]) -> Examples:
        """Return those for which `chosen`, bool (n,), is true."""
        return Examples(self.embedding[chosen], self.label[chosen], self.weight[chosen], self.clip[chosen])


@dataclass(frozen=True, slots=True)
class Replay:
    """What a retrain remembers of the backbone's own training.

    Attributes:
        train: to learn from again, so that nothing is forgotten.
        valid: the fixed validation set; never trained on.
    """

    train: Examples
    valid: Examples


@dataclass(frozen=True, slots=True)
class Anchor:
    """The head that was trained together with the backbone.

    Attributes:
        genres: that it knows; the labels of the replay are indices into these.
        head: the head.
        threshold: its confidence threshold.
    """

    genres: tuple[str, ...]
    head: Head
    threshold: float


def has_reference(version: ModelVersion) -> bool:
    """Return whether the backbone of `version` computed its embeddings of the fixed validation set.

    After a full training without the reference data they are estimates: good enough to learn from, and not
    to judge by.
    """
    return bool(version.training.get("replay", MEASURED) != ESTIMATED)


def read_anchor(version: ModelVersion) -> Anchor:
    """Return the anchor of `version`.

    Raises:
        ModelDamagedError: if it is missing or not what it must be.
    """
    if ANCHOR_NAME not in version.files:
        content, genres = read_version_file(version, HEAD_NAME), version.genres
        temperature, threshold = version.temperature, version.confidence_threshold
    else:
        content = read_version_file(version, ANCHOR_NAME)
        try:
            stored = version.training["anchor"]
            n_genres, temperature = stored["genres"], float(stored["temperature"])
            threshold = float(stored["threshold"])
            genres = version.genres[:n_genres]
            if len(genres) != n_genres or not temperature > 0.0 or not 0.0 <= threshold <= 1.0:
                raise ValueError("its numbers make no sense")
        except (KeyError, TypeError, ValueError) as error:
            raise _damaged(version, f"what it says about {ANCHOR_NAME} is not usable ({error})") from error
    try:
        return Anchor(genres, read_head(content, len(genres), temperature), threshold)
    except ValueError as error:
        raise _damaged(version, str(error)) from error


def read_replay(version: ModelVersion, anchor: Anchor) -> Replay:
    """Return what `version` remembers.

    Raises:
        ModelDamagedError: if it is missing or not what it must be.
    """
    content = read_version_file(version, REPLAY_NAME)
    try:
        return _parsed(content, len(anchor.genres), anchor.head.embedding_size)
    except ValueError as error:
        raise _damaged(version, f"{REPLAY_NAME}: {error}") from error


def _parsed(content: bytes, n_genres: int, size: int) -> Replay:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > _MAX_BYTES:
                raise ValueError("it unpacks to more than 1 GiB")
        with np.load(io.BytesIO(content), allow_pickle=False) as stored:
            arrays: dict[str, NDArray[Any]] = {name: stored[name] for name in stored.files}
    except (zipfile.BadZipFile, OSError, EOFError, KeyError, NotImplementedError) as error:
        raise ValueError(f"it can't be read ({error})") from error
    kinds = {"embedding": "f", "label": "i", "weight": "f", "clip_id": "U", "split": "U"}
    if arrays.keys() != kinds.keys():
        raise ValueError(f"it holds {sorted(arrays)}, expected {sorted(kinds)}")
    n = len(arrays["label"]) if arrays["label"].ndim == 1 else -1
    for name, kind in kinds.items():
        expected = (n, size) if name == "embedding" else (n,)
        if arrays[name].dtype.kind != kind or arrays[name].shape != expected:
            raise ValueError(f"{name} is {arrays[name].dtype} {arrays[name].shape}, expected {expected}")
    if not (np.isfinite(arrays["embedding"]).all() and np.isfinite(arrays["weight"]).all()):
        raise ValueError("it has values that are not numbers")
    label, weight, split = arrays["label"], arrays["weight"], arrays["split"]
    if n == 0 or label.min() < NO_MUSIC or label.max() >= n_genres or weight.min() < 0.0:
        raise ValueError("it has labels or weights that make no sense")
    examples = Examples(
        arrays["embedding"].astype(np.float32),
        label.astype(np.int64),
        weight.astype(np.float32),
        arrays["clip_id"],
    )
    train, valid = split == "train", split == "valid"
    if not (train | valid).all():
        raise ValueError("a split is neither train nor valid")
    if not ((label >= 0) & train & (weight > 0)).any() or not ((label >= 0) & valid).any():
        raise ValueError("it has nothing to learn from, or nothing to be compared on")
    return Replay(examples.where(train), examples.where(valid))


def _damaged(version: ModelVersion, reason: str) -> ModelDamagedError:
    return ModelDamagedError(model=version.id, reason=reason, details=f"{version.directory}: {reason}")
