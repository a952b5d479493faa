"""The genres that clips are labelled with: the ten that ship with the program, and the user's own."""

from __future__ import annotations

import colorsys
import hashlib
import re
import sqlite3
import unicodedata
from typing import Final

from genre_app.dataset.database import now
from genre_app.dataset.errors import (
    GenreColourError,
    GenreExistsError,
    GenreInUseError,
    GenreNameError,
    GenreShippedError,
    GenreUnknownError,
)
from genre_app.dataset.records import Genre

SHIPPED_GENRES: Final = (
    "blues",
    "classical",
    "country",
    "disco",
    "hiphop",
    "jazz",
    "metal",
    "pop",
    "reggae",
    "rock",
)
"""The first ten, in the order of the shipped model's outputs; the database is made with them."""

MAX_NAME_LENGTH: Final = 60
_COLOUR: Final = re.compile(r"#[0-9a-f]{6}")


def clean_name(name: str) -> str:
    """Return `name` as it is stored: NFC, stripped, single spaces.

    Any script will do; not what could not be the name of a folder, since collections are folders of genres.

    Raises:
        GenreNameError: if no genre can be called that.
    """
    cleaned = " ".join(unicodedata.normalize("NFC", name).split())
    shown = cleaned[:MAX_NAME_LENGTH]
    if not cleaned:
        raise GenreNameError(name=shown, reason="the name is empty")
    if len(cleaned) > MAX_NAME_LENGTH:
        raise GenreNameError(name=f"{shown}…", reason=f"the name is longer than {MAX_NAME_LENGTH} characters")
    if not cleaned.isprintable():
        printable = "".join(letter if letter.isprintable() else "\ufffd" for letter in cleaned)
        raise GenreNameError(name=printable, reason="it has characters that can't be seen")
    if cleaned.startswith(".") or any(letter in '/\\:*?"<>|' for letter in cleaned):
        raise GenreNameError(name=shown, reason='it begins with a dot or has one of / \\ : * ? " < > |')
    return cleaned


def name_key(name: str) -> str:
    """Return what two names that differ only in case have in common."""
    return unicodedata.normalize("NFC", clean_name(name).casefold())


def clean_colour(colour: str) -> str:
    """Return `colour` as ``#rrggbb`` in lower case.

    Raises:
        GenreColourError: if it is not one.
    """
    cleaned = colour.strip().lower()
    if not _COLOUR.fullmatch(cleaned):
        raise GenreColourError(colour=colour)
    return cleaned


def default_colour(name: str) -> str:
    """Return the colour of a genre that was given none: always the same for a name."""
    hue = int.from_bytes(hashlib.sha256(name_key(name).encode()).digest()[:2], "big") % 360
    red, green, blue = colorsys.hls_to_rgb(hue / 360, 92 / 255, 150 / 255)
    return f"#{round(red * 255):02x}{round(green * 255):02x}{round(blue * 255):02x}"


def list_genres(connection: sqlite3.Connection) -> list[Genre]:
    """Return the genres, the shipped ones first."""
    rows = connection.execute(
        "SELECT id, name, colour, position, shipped FROM genres WHERE removed IS NULL ORDER BY position, id"
    )
    return [_genre(row) for row in rows]


def find(connection: sqlite3.Connection, name: str) -> Genre:
    """Return the genre called `name`, in whatever case.

    Raises:
        GenreUnknownError: if there is none.
    """
    try:
        key = name_key(name)
    except GenreNameError as error:
        raise GenreUnknownError(name=name) from error
    row = connection.execute(
        "SELECT id, name, colour, position, shipped FROM genres WHERE key = ? AND removed IS NULL", (key,)
    ).fetchone()
    if row is None:
        raise GenreUnknownError(name=name)
    return _genre(row)


def create(connection: sqlite3.Connection, name: str, colour: str | None = None) -> Genre:
    """Add a genre at the end.

    Raises:
        GenreNameError, GenreColourError: if it can't have that name or colour.
        GenreExistsError: if there is one of that name.
    """
    cleaned = clean_name(name)
    shown_colour = default_colour(cleaned) if colour is None else clean_colour(colour)
    _require_free(connection, cleaned)
    connection.execute(
        "INSERT INTO genres (name, key, colour, position)"
        " SELECT ?, ?, ?, coalesce(max(position), -1) + 1 FROM genres",
        (cleaned, name_key(cleaned), shown_colour),
    )
    return find(connection, cleaned)


def rename(connection: sqlite3.Connection, name: str, new_name: str) -> Genre:
    """Call the genre `name` `new_name`; its clips keep it.

    Raises:
        GenreUnknownError: if there is none.
        GenreShippedError: if it came with the program.
        GenreNameError, GenreExistsError: if it can't be called that.
    """
    genre = find(connection, name)
    if genre.shipped:
        raise GenreShippedError(name=genre.name)
    cleaned = clean_name(new_name)
    _require_free(connection, cleaned, except_id=genre.id)
    if cleaned != genre.name:
        connection.execute(
            "UPDATE genres SET name = ?, key = ? WHERE id = ?", (cleaned, name_key(cleaned), genre.id)
        )
    return find(connection, cleaned)


def recolour(connection: sqlite3.Connection, name: str, colour: str) -> Genre:
    """Show the genre `name` in `colour`.

    Raises:
        GenreUnknownError: if there is none.
        GenreColourError: if it is not a colour.
    """
    genre = find(connection, name)
    connection.execute(
        "UPDATE genres SET colour = ? WHERE id = ? AND colour <> ?",
        (clean_colour(colour), genre.id, clean_colour(colour)),
    )
    return find(connection, name)


def remove(connection: sqlite3.Connection, name: str) -> None:
    """Remove the genre `name`; clips in the bin keep it.

    Raises:
        GenreUnknownError: if there is none.
        GenreShippedError: if it came with the program.
        GenreInUseError: if clips have it.
    """
    genre = find(connection, name)
    if genre.shipped:
        raise GenreShippedError(name=genre.name)
    count = connection.execute(
        "SELECT count(*) FROM clips WHERE genre_id = ? AND removed IS NULL", (genre.id,)
    ).fetchone()[0]
    if count:
        raise GenreInUseError(name=genre.name, count=count)
    connection.execute("UPDATE genres SET removed = ? WHERE id = ?", (now(), genre.id))


def _require_free(connection: sqlite3.Connection, name: str, except_id: int | None = None) -> None:
    row = connection.execute(
        "SELECT name FROM genres WHERE key = ? AND removed IS NULL AND id IS NOT ?",
        (name_key(name), except_id),
    ).fetchone()
    if row is not None:
        raise GenreExistsError(name=row[0])


def _genre(row: tuple[int, str, str, int, int]) -> Genre:
    return Genre(id=row[0], name=row[1], colour=row[2], position=row[3], shipped=bool(row[4]))
