"""What a full training listens to: the log-mels of the user's clips and copies, made once and kept on disk.

They are kept as long as the training may be resumed, one file for each clip or copy, 43 kB for each window
of 30 seconds; in memory there are only those of one batch.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from genre_app.dataset.embeddings import MAX_WINDOWS, log_mels
from genre_app.dataset.records import MissingEmbedding
from genre_app.errors import GenreAppError
from genre_app.features.log_mel import FEATURE_VERSION, N_MELS, WINDOW_FRAMES
from genre_app.progress import Progress

if TYPE_CHECKING:
    from genre_app.dataset.data_set import DataSet


@dataclass(frozen=True, slots=True)
class Item:
    """A clip, or an augmented copy of one that is trained on.

    Attributes:
        source: where its sound comes from.
        genre: its name.
        split: ``train`` or ``valid``.
    """

    source: MissingEmbedding
    genre: str
    split: str

    @property
    def is_copy(self) -> bool:
        """Whether it is an augmented copy."""
        return self.source.recipe is not None


def list_items(data_set: DataSet) -> list[Item]:
    """Return all clips, and the copies of those that are trained on, in an order that only they decide.

    Raises:
        DataSetError: if the data set can't be read.
    """
    clips = {clip.id: clip for clip in data_set.clips()}
    items = [
        Item(
            MissingEmbedding(clip.sample_hash, "", clip.id, clip.path, clip.duration, None),
            clip.genre,
            clip.split,
        )
        for clip in clips.values()
    ]
    for copy in data_set.copies():
        clip = clips.get(copy.clip_id)
        if clip is not None and clip.split == "train":
            source = MissingEmbedding(
                clip.sample_hash, copy.recipe_hash, clip.id, clip.path, clip.duration, copy.recipe
            )
            items.append(Item(source, clip.genre, clip.split))
    return sorted(items, key=lambda item: (item.source.sample_hash, item.source.recipe_hash))


def fingerprint(items: Sequence[Item]) -> str:
    """Return the SHA-256 of what is learned from: sounds, recipes, genres and splits."""
    digest = hashlib.sha256()
    for item in items:
        facts = (item.source.sample_hash, item.source.recipe_hash, item.genre, item.split)
        digest.update("\0".join(facts).encode() + b"\n")
    return digest.hexdigest()


class LogMelCache:
    """The log-mels in a folder, which is made when it is needed."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def load(self, item: Item) -> NDArray[np.uint8] | None:
        """Return what is kept of `item`, uint8 (n_windows, 128, 336), or None if there is nothing usable."""
        try:
            with self._path(item).open("rb") as file:
                stored: NDArray[np.uint8] = np.lib.format.read_array(file, allow_pickle=False)
        except (OSError, ValueError, EOFError):
            return None
        if stored.dtype != np.uint8 or stored.ndim != 3 or stored.shape[1:] != (N_MELS, WINDOW_FRAMES):
            return None
        return stored if len(stored) <= MAX_WINDOWS else None

    def hear(self, item: Item, progress: Progress) -> NDArray[np.uint8]:
        """Return the log-mels of `item`, and keep them.

        Raises:
            GenreAppError: if its sound can't be had.
            OSError: if they can't be kept.
            Cancelled: if `progress` was cancelled.
        """
        windows = [np.rint(window).astype(np.uint8) for window in log_mels(item.source, progress)]
        heard = np.array(windows, np.uint8).reshape(len(windows), N_MELS, WINDOW_FRAMES)
        self._directory.mkdir(parents=True, exist_ok=True)
        path = self._path(item)
        partial = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}.partial")
        try:
            with partial.open("wb") as file:
                np.lib.format.write_array(file, heard, allow_pickle=False)
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
        return heard

    def _path(self, item: Item) -> Path:
        recipe = item.source.recipe_hash[:32] or "clip"
        return self._directory / f"{item.source.sample_hash}-{recipe}-{FEATURE_VERSION}.npy"


def hear_all(
    items: Sequence[Item],
    cache: LogMelCache,
    progress: Progress,
    on_step: Callable[[int, int], None],
    on_failure: Callable[[Item, GenreAppError], None],
) -> dict[Item, int]:
    """Return how many windows each item has, after hearing those that are not in `cache`.

    Args:
        items: what to hear.
        cache: where it is kept.
        progress: to cancel with.
        on_step: told how many of the items are done, and how many there are.
        on_failure: told of those that can't be heard; they are left out, as are those of silence.

    Raises:
        OSError: if the disk does not take it.
        Cancelled: if `progress` was cancelled; what was heard is kept.
    """
    windows: dict[Item, int] = {}
    for done, item in enumerate(items):
        progress.raise_if_cancelled()
        on_step(done, len(items))
        heard = cache.load(item)
        if heard is None:
            try:
                heard = cache.hear(item, progress)
            except GenreAppError as error:
                on_failure(item, error)
                continue
        if len(heard):
            windows[item] = len(heard)
    on_step(len(items), len(items))
    return windows
