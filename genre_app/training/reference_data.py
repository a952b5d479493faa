"""The reference data that the base model is trained on, as it lies on the developer's disk.

None of it ships; see ``models/README.md`` for what it is. The environment variable
``GENRE_APP_REFERENCE_DATA`` names the folder; by default it is ``../shared/data`` beside the checkout.
"""

from __future__ import annotations

import csv
import hashlib
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genre_app.training.errors import ReferenceDataMissingError

GENRES = ("blues", "classical", "country", "disco", "hiphop", "jazz", "metal", "pop", "reggae", "rock")


def reference_directory() -> Path:
    """Return the folder of the reference data.

    Raises:
        ReferenceDataMissingError: if it isn't there.
    """
    default = Path(__file__).resolve().parents[3] / "shared" / "data"
    path = Path(os.environ.get("GENRE_APP_REFERENCE_DATA", default))
    if not (path / "gtzan" / "log_mel.npz").is_file():
        raise ReferenceDataMissingError(path=path / "gtzan" / "log_mel.npz")
    return path


@dataclass(frozen=True, slots=True)
class Clips:
    """Labelled 30 s clips.

    Attributes:
        clip_id: (n,) strings.
        label: (n,) int, index into `GENRES`.
        log_mel: (n, 128, 336) uint8.
    """

    clip_id: NDArray[np.str_]
    label: NDArray[np.intp]
    log_mel: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.clip_id)

    def take(self, rows: NDArray[Any]) -> Clips:
        """Return the clips at `rows` (indices or a mask)."""
        return Clips(self.clip_id[rows], self.label[rows], self.log_mel[rows])


@dataclass(frozen=True, slots=True)
class Songs:
    """Unlabelled 30 s excerpts of songs, with what the teacher network hears in them.

    Attributes:
        excerpt_id: (n,) strings.
        song_id: (n,) strings; excerpts of one song share it.
        log_mel: (n, 128, 336) uint8.
        embedding: (n, 10, 128) float32, whitened principal components of the teacher's features, each 3 s.
        explained_variance: (128,) float32, of the components.
        tags: (n, 10, 50) float32, the teacher's tag probabilities.
        label: (n,) int, index into `GENRES`; -1 where no genre is known.
        label_weight: (n,) float32, how far the label is to be trusted; 0 where none is known.
    """

    excerpt_id: NDArray[np.str_]
    song_id: NDArray[np.str_]
    log_mel: NDArray[np.uint8]
    embedding: NDArray[np.float32]
    explained_variance: NDArray[np.float32]
    tags: NDArray[np.float32]
    label: NDArray[np.intp]
    label_weight: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.excerpt_id)

    def take(self, rows: NDArray[Any]) -> Songs:
        """Return the excerpts at `rows` (indices or a mask)."""
        return Songs(
            self.excerpt_id[rows],
            self.song_id[rows],
            self.log_mel[rows],
            self.embedding[rows],
            self.explained_variance,
            self.tags[rows],
            self.label[rows],
            self.label_weight[rows],
        )


def load_clips(split: str) -> Clips:
    """Return the clips of GTZAN's fault-filtered split, `split` "train" or "valid"."""
    stored = np.load(reference_directory() / "gtzan" / "log_mel.npz", allow_pickle=False)
    rows = np.flatnonzero(stored["split"] == split)
    labels = np.array([GENRES.index(genre) for genre in stored["genre"][rows]])
    return Clips(stored["clip_id"][rows], labels, stored["log_mel"][rows])


_CONFIDENCE_WEIGHT = {"high": 1.0, "medium": 0.6}


def load_songs() -> Songs:
    """Return the songs with the teacher's view of them and the weak genre labels that exist."""
    directory = reference_directory() / "music"
    stored = np.load(directory / "songs.npz", allow_pickle=False)
    index = {excerpt: row for row, excerpt in enumerate(stored["excerpt_id"])}
    label = np.full(len(index), -1)
    weight = np.zeros(len(index), np.float32)
    with (directory / "labels.csv").open(newline="", encoding="utf-8") as file:
        for line in csv.DictReader(file):
            row = index[line["excerpt_id"]]
            label[row] = GENRES.index(line["genre"])
            weight[row] = _CONFIDENCE_WEIGHT[line["confidence"]]
    return Songs(
        stored["excerpt_id"],
        stored["song_id"],
        stored["log_mel"],
        stored["embedding"].astype(np.float32) * stored["embedding_scale"],
        stored["explained_variance"],
        stored["tags"].astype(np.float32) / 255,
        label,
        weight,
    )


def hold_out_labels(songs: Songs, share: float = 1 / 3) -> tuple[Songs, Clips]:
    """Return `songs` without the labels of a `share` of the labelled ones, and those as clips to test on.

    Decided by a hash of the song, so all excerpts of a song are on one side and stay there.
    """
    digests = np.array([hashlib.sha256(song.encode()).digest()[0] for song in songs.song_id])
    held = (songs.label >= 0) & (digests < round(256 * share))
    clips = Clips(songs.excerpt_id[held], songs.label[held], songs.log_mel[held])
    kept = replace(
        songs, label=np.where(held, -1, songs.label), label_weight=np.where(held, 0, songs.label_weight)
    )
    return kept, clips


def hold_out_songs(songs: Songs, share: float = 1 / 20) -> tuple[Songs, Songs]:
    """Return `songs` without a `share` of them, and those, to see how well the teacher is imitated on them.

    Decided by a hash of the song, another one than that of `hold_out_labels`.
    """
    digests = np.array([hashlib.sha256(f"teacher{song}".encode()).digest()[0] for song in songs.song_id])
    held = digests < round(256 * share)
    return songs.take(~held), songs.take(held)


def fingerprint(*arrays: NDArray[Any]) -> str:
    """Return a SHA-256 over the content of `arrays`, in hexadecimal."""
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(str((array.shape, array.dtype.str)).encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()
