"""Small outlines of clips, for lists: computed once for each clip, and kept in the cache folder."""

from __future__ import annotations

import contextlib
import logging
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from genre_app.progress import Progress

COLUMNS: Final = 96
"""Columns of an outline."""

Outline = NDArray[np.uint8]

_NAME: Final = "waveforms.sqlite"
_BUSY_SECONDS: Final = 2.0

_log = logging.getLogger(__name__)


def compute_outline(path: Path, progress: Progress | None = None) -> Outline:
    """Return the outline of a sound file, whole and decoded, in bounded memory.

    Returns:
        uint8 (`COLUMNS`,): how far the sound swings on average in each of equal stretches, 255 where it is
        loudest; all 0 for silence.

    Raises:
        AudioError: if the file can't be decoded.
        Cancelled: if `progress` was cancelled.
    """
    from genre_app.audio.decode import open_audio
    from genre_app.audio.peaks import PeakCollector

    collector = PeakCollector()
    with open_audio(path) as stream:
        for block in stream:
            if progress is not None:
                progress.raise_if_cancelled()
            collector.add(block)
    swing = np.abs(collector.peaks).max(axis=1, initial=0.0)
    if swing.size == 0 or swing.max() <= 0:
        return np.zeros(COLUMNS, np.uint8)
    # Of a sound with fewer samples than columns, a sample is in several columns.
    edges = np.linspace(0, swing.size, COLUMNS + 1)
    first = np.minimum(np.floor(edges[:-1]).astype(int), swing.size - 1)
    last = np.maximum(np.ceil(edges[1:]).astype(int), first + 1)
    columns = np.array([swing[a:b].mean() for a, b in zip(first, last, strict=True)])
    outline: Outline = np.round(255 * columns / columns.max()).astype(np.uint8)
    return outline


class WaveformCache:
    """Outlines by the hash of the clip's samples, in a file of their own.

    One thread at a time. What can't be read or written is as if it were not there: it can be computed.
    """

    def __init__(self, directory: Path) -> None:
        """Use the cache in `directory`, which exists; see `genre_app.directories.cache_directory`."""
        self._path = directory / _NAME
        self._connection: sqlite3.Connection | None = None

    def close(self) -> None:
        """Close the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def find(self, hashes: Sequence[str]) -> dict[str, Outline]:
        """Return those of `hashes` that are there, with their outlines."""
        marks = ", ".join("?" * len(hashes))
        try:
            rows = (
                self._open()
                .execute(
                    f"SELECT sample_hash, outline FROM outlines WHERE sample_hash IN ({marks})",  # noqa: S608
                    tuple(hashes),
                )
                .fetchall()
            )
        except sqlite3.Error as error:
            self._drop(error)
            return {}
        return {name: np.frombuffer(blob, np.uint8) for name, blob in rows if len(blob) == COLUMNS}

    def store(self, sample_hash: str, outline: Outline) -> None:
        """Keep an outline, uint8 (`COLUMNS`,)."""
        try:
            with self._open() as connection:
                connection.execute(
                    "INSERT OR REPLACE INTO outlines (sample_hash, outline) VALUES (?, ?)",
                    (sample_hash, outline.astype(np.uint8).tobytes()),
                )
        except sqlite3.Error as error:
            self._drop(error)

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = sqlite3.connect(self._path, timeout=_BUSY_SECONDS, check_same_thread=False)
            # Losing it in a power cut costs nothing but time.
            self._connection.execute("PRAGMA synchronous = OFF")
            self._connection.execute(
                "CREATE TABLE IF NOT EXISTS outlines (sample_hash TEXT PRIMARY KEY, outline BLOB NOT NULL)"
                " STRICT, WITHOUT ROWID"
            )
        return self._connection

    def _drop(self, error: sqlite3.Error) -> None:
        _log.warning("the cache of waveforms %s: %s", self._path, error)
        with contextlib.suppress(sqlite3.Error):
            self.close()
        self._connection = None
        if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError):
            with contextlib.suppress(OSError):
                self._path.unlink(missing_ok=True)
