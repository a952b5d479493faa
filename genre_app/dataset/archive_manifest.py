"""What an exported data set says about itself: ``manifest.json`` for programs, ``clips.csv`` for people.

Whatever is read here may have been written by anybody: every value is checked before it is used, and no name
of a file is taken from it; those follow from hashes.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import math
import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NoReturn, get_args

from genre_app import __version__
from genre_app.dataset import genres
from genre_app.dataset.database import now
from genre_app.dataset.errors import GenreColourError, GenreNameError
from genre_app.dataset.splits import Split

MANIFEST_NAME: Final = "manifest.json"
CSV_NAME: Final = "clips.csv"
AUDIO_FOLDER: Final = "audio"

FORMAT: Final = "genre-app data set"
VERSION: Final = 1

_HASH: Final = re.compile(r"[0-9a-f]{64}")
_SUFFIX: Final = re.compile(r"(\.[a-z0-9]{1,15})?")
_KEY: Final = re.compile(r"(artist|sample|recording):.+", re.DOTALL)
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z")
_MAX_TEXT: Final = 1 << 20
_MAX_RECIPE: Final = 65_536
_MAX_INTEGER: Final = 2**53
# A spreadsheet takes a cell that begins like this for a formula.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


class ManifestTooNewError(ValueError):
    """The manifest has a version that this program does not know; its argument is that version."""


@dataclass(frozen=True, slots=True)
class ArchivedGenre:
    """A genre: its name, clean, and its colour ``#rrggbb``."""

    name: str
    colour: str


@dataclass(frozen=True, slots=True)
class ArchivedGroup:
    """Clips that are in one split.

    Attributes:
        name: the key that it was made for.
        decided: its split, pins apart.
        keys: what clips that belong to it may share; see `genre_app.dataset.splits.group_keys`.
    """

    name: str
    decided: Split
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ArchivedCopy:
    """An augmented copy: its recipe, canonical JSON, the recipe's SHA-256, and when it was made."""

    recipe: str
    recipe_hash: str
    created: str


@dataclass(frozen=True, slots=True)
class ArchivedClip:
    """A clip; attributes as those of `genre_app.dataset.records.Clip`, unless said otherwise.

    Attributes:
        suffix: of its file, with its dot; may be empty.
        file_size: bytes.
        source: ``archive`` if it was left out.
        group: index of its group in the manifest.
        tags: further tags, by name.
    """

    sample_hash: str
    file_sha256: str
    file_size: int
    suffix: str
    title: str
    artist: str
    genre: str
    source: str
    duration: float
    format: str
    sample_rate: int
    channels: int
    group: int
    split: Split
    pin: Split | None
    added: str
    tags: Mapping[str, str]
    copies: tuple[ArchivedCopy, ...]

    @property
    def file_name(self) -> str:
        """The name of its file in the archive."""
        return f"{AUDIO_FOLDER}/{self.genre}/{self.sample_hash}{self.suffix}"


@dataclass(frozen=True, slots=True)
class Manifest:
    """An exported data set, without its files.

    Attributes:
        with_audio: whether the files are in the archive.
        genres: in their order.
        groups: of the clips.
        clips: in the order in which they were added.
    """

    with_audio: bool
    genres: tuple[ArchivedGenre, ...]
    groups: tuple[ArchivedGroup, ...]
    clips: tuple[ArchivedClip, ...]

    @property
    def n_copies(self) -> int:
        """How many augmented copies the clips have."""
        return sum(len(clip.copies) for clip in self.clips)

    def to_json(self) -> str:
        """Return the text of ``manifest.json``."""
        return json.dumps(
            {
                "format": FORMAT,
                "version": VERSION,
                "program": __version__,
                "created": now(),
                "with_audio": self.with_audio,
                "genres": [{"name": genre.name, "colour": genre.colour} for genre in self.genres],
                "groups": [
                    {"name": group.name, "decided": group.decided, "keys": list(group.keys)}
                    for group in self.groups
                ],
                "clips": [_clip_record(clip) for clip in self.clips],
            },
            ensure_ascii=False,
            indent=1,
        )

    def to_csv(self) -> str:
        """Return the text of ``clips.csv``: one line for each clip, copies in a column as their recipes."""
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(
            (
                *("title", "artist", "genre", "split", "pinned", "group", "duration", "format", "source"),
                *("added", "tags", "copies", "recipes", "sample_hash", "file_sha256", "file"),
            )
        )
        for clip in self.clips:
            row: list[str] = [
                *(clip.title, clip.artist, clip.genre, clip.split, clip.pin or ""),
                *(self.groups[clip.group].name, f"{clip.duration:.3f}", clip.format, clip.source, clip.added),
                "; ".join(f"{name}: {value}" for name, value in clip.tags.items()),
                *(str(len(clip.copies)), "\n".join(copy.recipe for copy in clip.copies)),
                *(clip.sample_hash, clip.file_sha256, clip.file_name if self.with_audio else ""),
            ]
            writer.writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in row])
        return text.getvalue()


def collect(connection: sqlite3.Connection, *, with_audio: bool, with_sources: bool) -> Manifest:
    """Return the manifest of a data set as it is now; clips in the bin are left out.

    Args:
        connection: to read from.
        with_audio: whether the files will be in the archive.
        with_sources: whether it tells the paths that clips came from.
    """
    archived_genres = tuple(
        ArchivedGenre(genre.name, genre.colour) for genre in genres.list_genres(connection)
    )
    keys: defaultdict[int, list[str]] = defaultdict(list)
    for key, group_id in connection.execute("SELECT key, group_id FROM group_keys ORDER BY key"):
        keys[group_id].append(key)
    index: dict[int, int] = {}
    groups: list[ArchivedGroup] = []
    pins: defaultdict[int, set[Split]] = defaultdict(set)
    for group_id, pin in connection.execute(
        "SELECT group_id, pin FROM clips WHERE pin IS NOT NULL AND removed IS NULL"
    ):
        pins[group_id].add(pin)
    for group_id, name, decided in connection.execute(
        # Where a pin in the bin, which is left out, decides, that stands.
        "SELECT id, name, CASE WHEN EXISTS (SELECT 1 FROM clips WHERE group_id = groups.id"
        " AND pin IS NOT NULL AND removed IS NOT NULL) THEN split ELSE decided END FROM groups WHERE id IN"
        " (SELECT group_id FROM clips WHERE removed IS NULL) ORDER BY id"
    ):
        index[group_id] = len(groups)
        groups.append(ArchivedGroup(name, decided, tuple(keys[group_id])))
    tags: defaultdict[int, dict[str, str]] = defaultdict(dict)
    for clip_id, name, value in connection.execute(
        "SELECT clip_id, name, value FROM clip_tags ORDER BY clip_id, name"
    ):
        tags[clip_id][name] = value
    copies: defaultdict[int, list[ArchivedCopy]] = defaultdict(list)
    for clip_id, recipe, recipe_hash, created in connection.execute(
        "SELECT clip_id, recipe, recipe_hash, created FROM copies ORDER BY id"
    ):
        copies[clip_id].append(ArchivedCopy(recipe, recipe_hash, created))
    clips = []
    for row in connection.execute(
        "SELECT clips.id, sample_hash, file_sha256, file_size, suffix, title, artist, genres.name, source,"
        " duration, format, sample_rate, channels, group_id, pin, added FROM clips"
        " JOIN genres ON genres.id = genre_id WHERE clips.removed IS NULL ORDER BY added, clips.id"
    ):
        clip_id, *values = row
        fields = dict(zip(_STORED, values, strict=True))
        group_id = fields["group"]
        fields["group"] = index[group_id]
        fields["split"] = _settled(groups[index[group_id]], pins[group_id])
        if not with_sources and any(separator in fields["source"] for separator in "/\\"):
            fields["source"] = UNKNOWN_SOURCE
        clips.append(ArchivedClip(**fields, tags=tags[clip_id], copies=tuple(copies[clip_id])))
    return Manifest(with_audio, archived_genres, tuple(groups), tuple(clips))


UNKNOWN_SOURCE: Final = "archive"
"""The source of a clip that came out of an archive which did not tell where it came from before."""

_STORED: Final = (
    *("sample_hash", "file_sha256", "file_size", "suffix", "title", "artist", "genre", "source"),
    *("duration", "format", "sample_rate", "channels", "group", "pin", "added"),
)


def _clip_record(clip: ArchivedClip) -> dict[str, Any]:
    record: dict[str, Any] = {name: getattr(clip, name) for name in (*_STORED, "split")}
    record["tags"] = dict(clip.tags)
    record["copies"] = [
        {"recipe": copy.recipe, "recipe_hash": copy.recipe_hash, "created": copy.created}
        for copy in clip.copies
    ]
    return record


# --- reading


def read_manifest(content: bytes) -> Manifest:
    """Return the manifest that `content`, the bytes of ``manifest.json``, is.

    Raises:
        ManifestTooNewError: if it is of a later version.
        ValueError: if it is none, or contradicts itself; the message completes “it is damaged: …”.
    """
    try:
        data = json.loads(content, object_pairs_hook=_object, parse_constant=_refuse_constant)
    except RecursionError as error:
        raise ValueError("its manifest is nested too deep") from error
    except ValueError as error:
        raise ValueError(f"its manifest can't be read ({error})") from error
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise ValueError("its manifest is not that of a data set")
    version = data.get("version")
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise ValueError("its manifest has no version")
    if version > VERSION:
        raise ManifestTooNewError(version)
    try:
        manifest = Manifest(
            with_audio=_flag(data, "with_audio"),
            genres=tuple(_genre(one) for one in _list(data, "genres")),
            groups=tuple(_group(one) for one in _list(data, "groups")),
            clips=tuple(_clip(one) for one in _list(data, "clips")),
        )
        _check(manifest)
    except _FaultError as error:
        raise ValueError(f"its manifest is wrong: {error}") from error
    return manifest


class _FaultError(Exception):
    """Why a manifest can't be used."""


def _refuse_constant(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not allowed")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("a name comes twice")
    return result


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:59]}…"


def _entry(record: object, name: str) -> Any:
    if not isinstance(record, dict):
        raise _FaultError(f"{_shown(record)} is not an object")
    if name not in record:
        raise _FaultError(f"{_shown(record)} has no “{name}”")
    return record[name]


def _list(record: object, name: str) -> list[Any]:
    value = _entry(record, name)
    if not isinstance(value, list):
        raise _FaultError(f"“{name}” is not a list")
    return value


def _flag(record: object, name: str) -> bool:
    value = _entry(record, name)
    if not isinstance(value, bool):
        raise _FaultError(f"“{name}” is neither true nor false")
    return value


def _text(record: object, name: str, pattern: re.Pattern[str] | None = None, most: int = _MAX_TEXT) -> str:
    return _checked_text(_entry(record, name), f"“{name}”", pattern, most)


def _checked_text(
    value: object, what: str, pattern: re.Pattern[str] | None = None, most: int = _MAX_TEXT
) -> str:
    if not isinstance(value, str) or len(value) > most:
        raise _FaultError(f"{what} is {_shown(value)}, not a text of up to {most} characters")
    if "\0" in value or not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise _FaultError(f"{what} is {_shown(value)}, which is no text") from None
        if "\0" in value:
            raise _FaultError(f"{what} is {_shown(value)}, which is no text")
    if pattern is not None and not pattern.fullmatch(value):
        raise _FaultError(f"{what} is {_shown(value)}")
    return value


def _integer(record: object, name: str) -> int:
    value = _entry(record, name)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _MAX_INTEGER:
        raise _FaultError(f"“{name}” is {_shown(value)}, not a whole number")
    return value


def _number(record: object, name: str) -> float:
    value = _entry(record, name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _FaultError(f"“{name}” is {_shown(value)}, not a number")
    if not (math.isfinite(value) and 0 <= value <= _MAX_INTEGER):
        raise _FaultError(f"“{name}” is {_shown(value)}")
    return float(value)


def _split(record: object, name: str) -> Split:
    value = _entry(record, name)
    for split in get_args(Split):
        if value == split:
            chosen: Split = split
            return chosen
    raise _FaultError(f"“{name}” is {_shown(value)}, neither train nor valid")


def _genre(record: object) -> ArchivedGenre:
    name, colour = _text(record, "name"), _text(record, "colour")
    try:
        if genres.clean_name(name) != name or genres.clean_colour(colour) != colour:
            raise _FaultError(f"{_shown(record)} is not a genre")
    except (GenreNameError, GenreColourError) as error:
        raise _FaultError(f"{_shown(record)} is not a genre") from error
    return ArchivedGenre(name, colour)


def _group(record: object) -> ArchivedGroup:
    keys = tuple(_checked_text(key, "a key", _KEY) for key in _list(record, "keys"))
    return ArchivedGroup(_text(record, "name"), _split(record, "decided"), keys)


def _clip(record: object) -> ArchivedClip:
    tags = _entry(record, "tags")
    if not isinstance(tags, dict):
        raise _FaultError("“tags” is not an object")
    return ArchivedClip(
        sample_hash=_text(record, "sample_hash", _HASH),
        file_sha256=_text(record, "file_sha256", _HASH),
        file_size=_integer(record, "file_size"),
        suffix=_text(record, "suffix", _SUFFIX),
        title=_text(record, "title"),
        artist=_text(record, "artist"),
        genre=_text(record, "genre"),
        source=_text(record, "source"),
        duration=_number(record, "duration"),
        format=_text(record, "format"),
        sample_rate=_integer(record, "sample_rate"),
        channels=_integer(record, "channels"),
        group=_integer(record, "group"),
        split=_split(record, "split"),
        pin=None if _entry(record, "pin") is None else _split(record, "pin"),
        added=_text(record, "added", _TIME),
        tags={_checked_text(name, "a tag"): _checked_text(value, "a tag") for name, value in tags.items()},
        copies=tuple(_copy(one) for one in _list(record, "copies")),
    )


def _copy(record: object) -> ArchivedCopy:
    recipe = _text(record, "recipe", most=_MAX_RECIPE)
    recipe_hash = _text(record, "recipe_hash", _HASH)
    if hashlib.sha256(recipe.encode()).hexdigest() != recipe_hash:
        raise _FaultError(f"the hash of the recipe {_shown(recipe)} is another")
    return ArchivedCopy(recipe, recipe_hash, _text(record, "created", _TIME))


def _check(manifest: Manifest) -> None:
    """Refuse what no data set can be."""
    _refuse_twice((genres.name_key(genre.name) for genre in manifest.genres), "the genre")
    _refuse_twice((key for group in manifest.groups for key in group.keys), "the key")
    _refuse_twice((clip.sample_hash for clip in manifest.clips), "the clip")
    names = {genre.name for genre in manifest.genres}
    pins: defaultdict[int, set[Split]] = defaultdict(set)
    for clip in manifest.clips:
        if clip.genre not in names:
            raise _FaultError(f"there is no genre {_shown(clip.genre)}")
        if clip.group >= len(manifest.groups):
            raise _FaultError(f"there is no group {clip.group}")
        if clip.pin is not None:
            pins[clip.group].add(clip.pin)
        _refuse_twice((copy.recipe_hash for copy in clip.copies), "the copy")
    for clip in manifest.clips:
        if clip.split != _settled(manifest.groups[clip.group], pins[clip.group]):
            raise _FaultError(f"the clip {clip.sample_hash} is in another split than its group")


def _settled(group: ArchivedGroup, pins: set[Split]) -> Split:
    """Return the split that pins and decision make, as `genre_app.dataset.splits.SETTLED_SPLIT` does."""
    if not pins:
        return group.decided
    return "valid" if "valid" in pins else "train"


def _refuse_twice(values: Iterable[str], what: str) -> None:
    seen = set[str]()
    for value in values:
        if value in seen:
            raise _FaultError(f"{what} {_shown(value)} comes twice")
        seen.add(value)
