"""What the data set hands out: plain records, made anew by each question."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from genre_app.dataset.hearing import Heard
from genre_app.errors import GenreAppError

CandidateStatus = Literal["new", "present", "near_duplicate", "unreadable"]


@dataclass(frozen=True, slots=True)
class Genre:
    """A label.

    Attributes:
        id: its number in the database.
        name: NFC, stripped; unique when case is ignored.
        colour: ``#rrggbb``, lower case.
        position: in lists; the shipped genres come first, in the order of the shipped model's outputs.
        shipped: whether the program came with it; such a genre is neither renamed nor removed.
    """

    id: int
    name: str
    colour: str
    position: int
    shipped: bool


@dataclass(frozen=True, slots=True)
class Clip:
    """A labelled piece of audio.

    Attributes:
        id: its number in the database; never used for another clip.
        sample_hash: SHA-256 of the decoded samples, hexadecimal: the clip's identity.
        path: of the file in the store, a byte copy of the original.
        title: by the file's tags, else by its name.
        artist: by the file's tags; empty if unknown.
        genre: name of its label.
        source: path of the original, or a word for where it came from: ``recording``, ``archive``.
        duration: seconds.
        format: of the file, such as ``FLAC``.
        split: ``train`` or ``valid``; that of its group.
        pinned: whether the user, or an imported list, chose the split.
        group: name of the group of clips that stay in one split.
        n_copies: number of augmented copies.
        added: when, ISO 8601 in UTC.
        predicted: what the active model, or the one asked for, takes it for; None if it was not asked yet.
        predicted_confidence: 0…1, or None.
        file_sha256: of the file's bytes, hexadecimal.
        sample_rate: Hz.
        channels: their number.
        pin: the split it is pinned to, or None.
    """

    id: int
    sample_hash: str
    path: Path
    title: str
    artist: str
    genre: str
    source: str
    duration: float
    format: str
    split: str
    pinned: bool
    group: str
    n_copies: int
    added: str
    predicted: str | None
    predicted_confidence: float | None
    file_sha256: str
    sample_rate: int
    channels: int
    pin: str | None


@dataclass(frozen=True, slots=True)
class Copy:
    """An augmented copy of a clip; genre and split are those of the clip.

    Attributes:
        id: its number in the database; never used for another copy.
        clip_id: of its source.
        recipe: how it is made, canonical JSON.
        recipe_hash: SHA-256 of the recipe, hexadecimal.
        created: when, ISO 8601 in UTC.
    """

    id: int
    clip_id: int
    recipe: str
    recipe_hash: str
    created: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file looked at before it is added.

    Attributes:
        path: of the file.
        genre: that it would get, or None if none was given.
        status: ``new``; ``present`` if the same samples are a clip already; ``near_duplicate`` if it sounds
            like one; ``unreadable``.
        sample_hash: SHA-256 of the decoded samples, hexadecimal; None if unreadable.
        existing: number of the clip that it is or sounds like, or None.
        error: why it is unreadable, or None.
        title: by the file's tags, else by its name.
        artist: by the file's tags; empty if unknown.
        duration: seconds; 0.0 if unreadable.
        format: such as ``FLAC``; empty if unreadable.
        heard: what was found out about it and saves doing so again; None if unreadable or present.
        reference: the split that it will keep as a clip of GTZAN, or None; see
            `genre_app.dataset.reference_clips`.
        listed: the split that a list has it in, or None; see `genre_app.dataset.folder_import.apply_lists`.
    """

    path: Path
    genre: str | None
    status: CandidateStatus
    sample_hash: str | None
    existing: int | None
    error: GenreAppError | None
    title: str
    artist: str
    duration: float
    format: str
    heard: Heard | None = field(default=None, repr=False, compare=False)
    reference: Literal["train", "valid"] | None = None
    listed: Literal["train", "valid"] | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many clips of a genre there are.

    Attributes:
        train: clips in the training split.
        valid: clips in the validation split.
        copies: augmented copies of either.
        train_copies: augmented copies of clips in the training split.
    """

    train: int
    valid: int
    copies: int
    train_copies: int = 0


@dataclass(frozen=True, slots=True)
class NewClip:
    """A row to be: what `DataSet.insert_clip` needs to know of a file that lies in the store.

    Attributes:
        sample_hash, file_sha256: hexadecimal.
        suffix: of the file in the store, with its dot, lower case; empty if the original has none.
        file_size: bytes.
        title, artist, genre, source, duration, format, sample_rate, channels: as those of `Clip`.
        near: numbers of clips whose group it joins, such as near-duplicates.
        recording: names the recording that it is an excerpt of; excerpts of one stay in one split.
        pin: split to pin it to, or None.
        tags: further tags of the file, such as ``album``.
    """

    sample_hash: str
    file_sha256: str
    suffix: str
    file_size: int
    title: str
    artist: str
    genre: str
    source: str
    duration: float
    format: str
    sample_rate: int
    channels: int
    near: tuple[int, ...] = ()
    recording: str | None = None
    pin: str | None = None
    tags: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class MissingEmbedding:
    """A clip or copy whose embedding by a backbone is not in the cache.

    Attributes:
        sample_hash: of the clip.
        recipe_hash: of the copy; empty for the clip itself.
        clip_id: of the clip.
        path: of the clip's file.
        duration: of the clip, seconds.
        recipe: of the copy, canonical JSON; None for the clip itself.
    """

    sample_hash: str
    recipe_hash: str
    clip_id: int
    path: Path
    duration: float
    recipe: str | None


@dataclass(frozen=True, slots=True)
class TrainingArrays:
    """What a quick retrain learns from, one row for each window of each clip and copy.

    Attributes:
        embedding: (n, size of the embedding) float32.
        genre: (n,) names, str.
        weight: (n,) float32; one divided by the number of windows of the clip or copy.
        split: (n,) ``train`` or ``valid``, str.
        clip_id: (n,) int64.
        is_copy: (n,) bool.
    """

    embedding: NDArray[np.float32]
    genre: NDArray[np.str_]
    weight: NDArray[np.float32]
    split: NDArray[np.str_]
    clip_id: NDArray[np.int64]
    is_copy: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that `DataSet.check` found.

    Attributes:
        code: stable identifier, such as ``file-missing``; see `genre_app.dataset.check`.
        message: English text.
        clip_id: number of the clip concerned, or None.
        path: of the file concerned, or None.
        repaired: whether it was put right.
    """

    code: str
    message: str
    clip_id: int | None = None
    path: Path | None = None
    repaired: bool = False
