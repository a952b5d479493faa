"""Small made-up training data of the reference data's form, in which each genre is a band of its own."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from genre_app.training.reference_data import GENRES, Clips, Songs


def log_mels(labels: NDArray[np.intp], seed: int) -> NDArray[np.uint8]:
    """Return noise in the bands of each label's own, uint8 (n, 128, 336)."""
    rng = np.random.default_rng(seed)
    made = rng.integers(0, 60, (len(labels), 128, 336))
    for row, label in enumerate(labels):
        made[row, 12 * label : 12 * label + 12] += 150
        made[row, 12 * label, 0] = 255
    return made.astype(np.uint8)


def make_clips(n: int, seed: int) -> Clips:
    """Return `n` labelled clips, the genres in turn."""
    labels = np.arange(n) % len(GENRES)
    return Clips(np.array([f"clip{i}" for i in range(n)]), labels, log_mels(labels, seed))


def make_songs(n: int, seed: int) -> Songs:
    """Return `n` songs whose teacher tells their band, a few of them labelled."""
    kind = np.arange(n) % len(GENRES)
    rng = np.random.default_rng(seed)
    embedding = rng.normal(size=(n, 10, 6)).astype(np.float32)
    embedding[:, :, 0] = kind[:, None] / 3
    tags = np.repeat(np.eye(len(GENRES), dtype=np.float32)[kind][:, None], 10, axis=1)
    labelled = np.arange(n) % 4 == 0
    return Songs(
        np.array([f"excerpt{i}" for i in range(n)]),
        np.array([f"song{i // 2}" for i in range(n)]),
        log_mels(kind, seed),
        embedding,
        np.array([0.5, 0.2, 0.1, 0.1, 0.05, 0.05], np.float32),
        tags,
        np.where(labelled, kind, -1),
        labelled.astype(np.float32),
    )
