"""The rows of clips and their copies: adding one, and answering which there are."""

from __future__ import annotations

import json
import ntpath
import posixpath
import sqlite3
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from genre_app.dataset import genres, splits
from genre_app.dataset.database import now
from genre_app.dataset.errors import ClipUnknownError, InvalidFilterError
from genre_app.dataset.layout import AUDIO_NAME, file_name
from genre_app.dataset.records import Clip, Copy, Counts, NewClip

_COLUMNS: Final = (
    "clips.id, sample_hash, suffix, title, artist, genres.name, source, duration, format, groups.split, pin,"
    " groups.name, (SELECT count(*) FROM copies WHERE clip_id = clips.id), added,"
    " opinions.genre, opinions.confidence, file_sha256, sample_rate, channels"
)
_GENRES: Final = " JOIN genres ON genres.id = clips.genre_id"
_GROUPS: Final = " JOIN groups ON groups.id = clips.group_id"
_OPINIONS: Final = (
    " LEFT JOIN opinions ON opinions.clip_id = clips.id AND opinions.model_id = (SELECT model FROM asked)"
)

ORDERS: Final = {
    "added": ("added", ""),
    "title": ("title_key", ""),
    "artist": ("artist_key", ""),
    "genre": ("genres.position", _GENRES),
    "source": ("source", ""),
    "duration": ("duration", ""),
    "format": ("format", ""),
    "split": ("groups.split", _GROUPS),
    "group": ("groups.name", _GROUPS),
    "n_copies": ("(SELECT count(*) FROM copies WHERE clip_id = clips.id)", ""),
    "predicted": ("opinions.genre", _OPINIONS),
    "predicted_confidence": ("opinions.confidence", _OPINIONS),
}
"""What clips can be sorted by: name → SQL expression, and the table it needs."""


def fold(text: str) -> str:
    """Return `text` in the form in which it is sorted and searched: case and compatibility forms ignored."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def clean_text(text: str) -> str:
    """Return `text` without what a line of text can't hold: control characters, lone surrogates."""
    cleaned = "".join(" " if unicodedata.category(letter) in {"Cc", "Cs"} else letter for letter in text)
    return unicodedata.normalize("NFC", " ".join(cleaned.split()))


def _storable(path: str) -> str:
    # File names may hold bytes that are no text, as lone surrogates, which a database can't.
    return path.encode("utf-8", "replace").decode().replace("\0", "?")


def _folder(source: str) -> str:
    module = ntpath if ntpath.splitdrive(source)[0] or "\\" in source else posixpath
    return module.dirname(source) or source


def find_by_samples(connection: sqlite3.Connection, sample_hash: str) -> tuple[int, bool] | None:
    """Return the number of the clip with these samples and whether it lies in the bin; None if there is none.

    A file of it is in the store in either case, and must not be replaced.
    """
    row = connection.execute(
        "SELECT id, removed IS NOT NULL FROM clips WHERE sample_hash = ?", (sample_hash,)
    ).fetchone()
    return None if row is None else (int(row[0]), bool(row[1]))


def reserve_numbers(connection: sqlite3.Connection, n: int) -> range:
    """Return `n` numbers that no clip has, had, or will be given unless `insert` is told to.

    Args:
        connection: that may write.
        n: how many.
    """
    row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'clips'").fetchone()
    if row is None:
        connection.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('clips', ?)", (n,))
        return range(1, n + 1)
    connection.execute("UPDATE sqlite_sequence SET seq = seq + ? WHERE name = 'clips'", (n,))
    return range(row[0] + 1, row[0] + n + 1)


def insert(connection: sqlite3.Connection, clip: NewClip, number: int | None = None) -> int | None:
    """Add the row of a clip and return its number; None if the same samples are a clip already.

    A clip of these samples that lies in the bin comes back, with the copies and the file that it had and all
    else as `clip` says (see `find_by_samples`).

    Args:
        connection: in a step of undo.
        clip: whose file is in the store.
        number: that it is to have if it is new, one of `reserve_numbers`; None for the next one.

    Raises:
        GenreUnknownError: if there is no such genre.
    """
    known = find_by_samples(connection, clip.sample_hash)
    if known is not None and not known[1]:
        return None
    title, artist = clean_text(clip.title), clean_text(clip.artist)
    source = _storable(clip.source)
    # One that comes back stays with those that it was with: what tied them together still does.
    near = clip.near if known is None else (*clip.near, known[0])
    keys = splits.group_keys(artist, clip.sample_hash, clip.recording)
    genre_id = genres.find(connection, clip.genre).id
    group = splits.join_group(connection, keys, near, genre_id=genre_id)
    changing = {
        "title": title,
        "artist": artist,
        "title_key": fold(title),
        "artist_key": fold(artist),
        "search": _search_text(title, artist, source),
        "genre_id": genre_id,
        "source": source,
        "folder": _folder(source),
        "group_id": group,
        "pin": clip.pin,
        "added": now(),
        "removed": None,
    }
    if known is not None:
        number = known[0]
        assignments = ", ".join(f"{name} = ?" for name in changing)
        connection.execute(
            f"UPDATE clips SET {assignments} WHERE id = ?",  # noqa: S608 - names of columns
            (*changing.values(), number),
        )
        connection.execute("DELETE FROM clip_tags WHERE clip_id = ?", (number,))
        # Its pin, if it had one, no longer holds for those that it is with.
        splits.settle_splits(connection, [group])
    else:
        fixed = {
            "sample_hash": clip.sample_hash,
            "suffix": clip.suffix,
            "file_sha256": clip.file_sha256,
            "file_size": clip.file_size,
            "duration": clip.duration,
            "format": clip.format,
            "sample_rate": clip.sample_rate,
            "channels": clip.channels,
        } | ({} if number is None else {"id": number})
        columns = fixed | changing
        inserted = connection.execute(
            f"INSERT INTO clips ({', '.join(columns)})"  # noqa: S608 - names of columns
            f" VALUES ({', '.join('?' * len(columns))})",
            tuple(columns.values()),
        ).lastrowid
        assert inserted is not None
        number = inserted
    connection.executemany(
        "INSERT INTO clip_tags (clip_id, name, value) VALUES (?, ?, ?)"
        " ON CONFLICT (clip_id, name) DO UPDATE SET value = excluded.value",
        [(number, clean_text(name), clean_text(value)) for name, value in clip.tags],
    )
    if clip.pin is not None and known is None:
        splits.settle_splits(connection, [group])
    return number


def _search_text(title: str, artist: str, source: str) -> str:
    return fold(f"{title}\n{artist}\n{source}")


@dataclass(frozen=True, slots=True)
class Filter:
    """Which clips, in which order; None does not restrict.

    Attributes:
        genre: name of a genre.
        split: ``train`` or ``valid``.
        source: a word such as ``recording``, an original's path, or a folder that originals are in, however
            deep.
        text: words that title, artist or source have, all of them, in whatever case.
        order: one of `ORDERS`; clips that are equal in it come in the order they were added.
        descending: largest first.
        limit: of how many are returned.
        offset: how many are left out at the beginning.
        model_id: whose opinion counts as predicted.
    """

    genre: str | None = None
    split: str | None = None
    source: str | None = None
    text: str | None = None
    order: str = "added"
    descending: bool = False
    limit: int | None = None
    offset: int = 0
    model_id: str = ""

    def __post_init__(self) -> None:
        if self.order not in ORDERS:
            raise InvalidFilterError(reason=f"it can't be sorted by “{self.order}”")
        if self.split not in {None, "train", "valid"}:
            raise InvalidFilterError(reason=f"there is no split “{self.split}”")
        if self.offset < 0 or (self.limit is not None and self.limit < 0):
            raise InvalidFilterError(reason="a number of clips is negative")


def find_ids(connection: sqlite3.Connection, asked: Filter) -> list[int]:
    """Return the numbers of the clips that `asked` is for, in its order.

    Raises:
        GenreUnknownError: if there is no such genre.
    """
    expression, order_table = ORDERS[asked.order]
    tables, conditions, values = _conditions(connection, asked)
    if order_table not in tables:
        tables += order_table
    direction = "DESC" if asked.descending else "ASC"
    # Clips without an opinion come last, whichever way the others are sorted.
    nulls = f"{expression} IS NULL, " if expression.startswith("opinions.") else ""
    rows = connection.execute(
        "WITH asked (model) AS (SELECT ?)"  # noqa: S608 - constants
        f" SELECT clips.id FROM clips{tables} WHERE {conditions}"
        f" ORDER BY {nulls}{expression} {direction}, clips.id {direction} LIMIT ? OFFSET ?",
        (asked.model_id, *values, -1 if asked.limit is None else asked.limit, asked.offset),
    )
    return [row[0] for row in rows]


def count(connection: sqlite3.Connection, asked: Filter) -> int:
    """Return how many clips `asked` is for; its limit and offset play no part.

    Raises:
        GenreUnknownError: if there is no such genre.
    """
    tables, conditions, values = _conditions(connection, asked)
    row = connection.execute(
        f"SELECT count(*) FROM clips{tables} WHERE {conditions}",  # noqa: S608 - constants
        values,
    ).fetchone()
    return int(row[0])


def _conditions(connection: sqlite3.Connection, asked: Filter) -> tuple[str, str, list[object]]:
    tables, conditions, values = "", ["clips.removed IS NULL"], list[object]()
    if asked.genre is not None:
        conditions.append("genre_id = ?")
        values.append(genres.find(connection, asked.genre).id)
    if asked.split is not None:
        tables += _GROUPS
        conditions.append("groups.split = ?")
        values.append(asked.split)
    if asked.source is not None:
        source = _storable(asked.source)
        folder = source.rstrip("/\\")
        inside = [folder + separator for separator in "/\\"]
        # Everything that begins with the folder and its separator, as a range so that an index helps.
        conditions.append(
            "(source = ? OR folder = ? OR (folder >= ? AND folder < ?) OR (folder >= ? AND folder < ?))"
        )
        values += [source, folder]
        for beginning in inside:
            values += [beginning, beginning[:-1] + chr(ord(beginning[-1]) + 1)]
    for word in fold(asked.text or "").split():
        conditions.append("instr(search, ?) > 0")
        values.append(word.replace("\0", ""))
    return tables, " AND ".join(conditions), values


def read(connection: sqlite3.Connection, directory: Path, ids: Sequence[int], model_id: str) -> list[Clip]:
    """Return the clips numbered `ids`, in that order; those that are not there are left out.

    Args:
        connection: to read from.
        directory: of the data set.
        ids: numbers of clips.
        model_id: whose opinion counts as predicted.
    """
    rows = connection.execute(
        "WITH asked (model) AS (SELECT ?)"  # noqa: S608 - constants
        f" SELECT {_COLUMNS} FROM clips{_GENRES}{_GROUPS}{_OPINIONS}"
        " WHERE clips.id IN (SELECT value FROM json_each(?)) AND clips.removed IS NULL",
        (model_id, json.dumps(list(ids))),
    )
    audio = directory / AUDIO_NAME
    found = {}
    for row in rows:
        (
            number,
            sample_hash,
            suffix,
            title,
            artist,
            genre,
            source,
            duration,
            audio_format,
            split,
            pin,
            group,
            n_copies,
            added,
            predicted,
            confidence,
            file_sha256,
            sample_rate,
            channels,
        ) = row
        found[number] = Clip(
            id=number,
            sample_hash=sample_hash,
            path=audio / file_name(sample_hash, suffix),
            title=title,
            artist=artist,
            genre=genre,
            source=source,
            duration=duration,
            format=audio_format,
            split=split,
            pinned=pin is not None,
            group=group,
            n_copies=n_copies,
            added=added,
            predicted=predicted,
            predicted_confidence=confidence,
            file_sha256=file_sha256,
            sample_rate=sample_rate,
            channels=channels,
            pin=pin,
        )
    return [found[number] for number in ids if number in found]


def require(connection: sqlite3.Connection, ids: Iterable[int]) -> list[int]:
    """Return `ids` without repetitions.

    Raises:
        ClipUnknownError: if one of them is no clip, or is in the bin.
    """
    wanted = list(dict.fromkeys(ids))
    there = {
        row[0]
        for row in connection.execute(
            "SELECT id FROM clips WHERE id IN (SELECT value FROM json_each(?)) AND removed IS NULL",
            (json.dumps(wanted),),
        )
    }
    for number in wanted:
        if number not in there:
            raise ClipUnknownError(clip=number)
    return wanted


def relabel(connection: sqlite3.Connection, ids: Sequence[int], genre: str) -> None:
    """Give clips another genre.

    Raises:
        GenreUnknownError: if there is no such genre.
    """
    connection.execute(
        "UPDATE clips SET genre_id = ?1 WHERE id IN (SELECT value FROM json_each(?2)) AND genre_id <> ?1",
        (genres.find(connection, genre).id, json.dumps(list(ids))),
    )


def edit(connection: sqlite3.Connection, number: int, title: str, artist: str) -> None:
    """Give a clip another title and artist; with another artist it moves to that artist's group."""
    title, artist = clean_text(title), clean_text(artist)
    sample_hash, source, old_artist = connection.execute(
        "SELECT sample_hash, source, artist FROM clips WHERE id = ?", (number,)
    ).fetchone()
    connection.execute(
        "UPDATE clips SET title = ?, artist = ?, title_key = ?, artist_key = ?, search = ? WHERE id = ?",
        (title, artist, fold(title), fold(artist), _search_text(title, artist, source), number),
    )
    if fold(artist) != fold(old_artist) and artist:
        # It keeps what tied it to others, so the groups become one.
        group = splits.join_group(connection, splits.group_keys(artist, sample_hash), [number])
        connection.execute("UPDATE clips SET group_id = ?1 WHERE id = ?2 AND group_id <> ?1", (group, number))


def count_by_genre(connection: sqlite3.Connection) -> dict[str, Counts]:
    """Return name → counts of every genre, in their order; also of those without clips."""
    train, valid, copies, train_copies = (Counter[int]() for _ in range(4))
    for genre_id, split, n_clips in connection.execute(
        # Without the hint every row of the table is read: the planner has not met the data.
        f"SELECT genre_id, groups.split, count(*) FROM clips INDEXED BY clips_by_group{_GROUPS}"  # noqa: S608
        " WHERE clips.removed IS NULL GROUP BY 1, 2"
    ):
        (train if split == "train" else valid)[genre_id] = n_clips
    for genre_id, n_copies, n_train in connection.execute(
        "SELECT genre_id, count(*), sum(groups.split = 'train') FROM copies JOIN clips ON clips.id = clip_id"
        " JOIN groups ON groups.id = group_id WHERE clips.removed IS NULL GROUP BY 1"
    ):
        copies[genre_id], train_copies[genre_id] = n_copies, n_train
    return {
        genre.name: Counts(train[genre.id], valid[genre.id], copies[genre.id], train_copies[genre.id])
        for genre in genres.list_genres(connection)
    }


def read_copies(connection: sqlite3.Connection, clip_id: int | None) -> list[Copy]:
    """Return the copies of the clip numbered `clip_id`, or of all clips, in the order of making."""
    rows = connection.execute(
        "SELECT copies.id, clip_id, recipe, recipe_hash, created FROM copies JOIN clips ON clips.id = clip_id"
        " WHERE clips.removed IS NULL AND (?1 IS NULL OR clip_id = ?1) ORDER BY copies.id",
        (clip_id,),
    )
    return [Copy(*row) for row in rows]


def count_sources(connection: sqlite3.Connection) -> list[tuple[str, int]]:
    """Return the folders and words that clips come from, each with their number, by name."""
    return connection.execute(
        "SELECT folder, count(*) FROM clips WHERE removed IS NULL GROUP BY folder ORDER BY folder"
    ).fetchall()
