"""Fifty thousand clips, written into the database at once: rows only, without files."""

from __future__ import annotations

from genre_app.dataset.data_set import DataSet
from genre_app.dataset.undo import maintenance

_WORDS = ("summer", "night", "river", "love", "train", "winter", "blue", "moon", "city", "road", "비", "사랑")


def write_many(data_set: DataSet, n: int = 50_000) -> None:
    """Add `n` clips of the ten genres, a fifth of them for validation, by 1000 artists in 100 folders."""
    with maintenance(data_set.database) as connection:
        genres = [row[0] for row in connection.execute("SELECT id FROM genres ORDER BY position LIMIT 10")]
        connection.executemany(
            "INSERT INTO groups (id, name, decided, split) VALUES (?, ?, ?, ?)",
            (
                (k + 1, f"artist:artist {k}", split, split)
                for k in range(1000)
                for split in ("valid" if k % 5 == 0 else "train",)
            ),
        )
        connection.executemany(
            "INSERT INTO clips (id, sample_hash, suffix, file_sha256, file_size, title, artist, title_key,"
            " artist_key, search, genre_id, source, folder, duration, format, sample_rate, channels,"
            " group_id, added)"
            " VALUES (?, ?, '.wav', ?, 1000, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'WAV', 44100, 2, ?, ?)",
            (
                (
                    k + 1,
                    f"{k:064x}",
                    f"{k:064x}",
                    (title := f"{_WORDS[k % 12]} {_WORDS[k // 12 % 12]} {k}"),
                    (artist := f"artist {k % 1000}"),
                    title,
                    artist,
                    f"{title}\n{artist}\n/music/{k % 100}/{k}.wav",
                    genres[k % 10],
                    f"/music/{k % 100}/{k}.wav",
                    f"/music/{k % 100}",
                    30.0 + k % 300,
                    k % 1000 + 1,
                    f"2026-01-01T00:{k // 60 % 60:02}:{k % 60:02}.000Z",
                )
                for k in range(n)
            ),
        )
        connection.execute(
            "INSERT INTO opinions (clip_id, model_id, genre, confidence)"
            " SELECT id, 'base', 'pop', (id * 7919 % 1000) / 1000.0 FROM clips"
        )
