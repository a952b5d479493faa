"""Clips made without decoding: their files hold a few bytes, their rows what a test wants them to."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from genre_app.dataset import clip_rows, pending, undo
from genre_app.dataset.augmentation.recipe import Recipe, draw
from genre_app.dataset.data_set import DataSet
from genre_app.dataset.layout import AUDIO_NAME, file_name
from genre_app.dataset.records import NewClip


def made_bytes(number: int) -> bytes:
    """Return what the file of the made clip `number` holds."""
    return f"the sound of {number}\n".encode() * (number % 5 + 1)


def made_clip(
    number: int,
    *,
    genre: str = "rock",
    artist: str = "",
    near: tuple[int, ...] = (),
    recording: str | None = None,
    source: str | None = None,
    title: str | None = None,
    pin: str | None = None,
) -> NewClip:
    """Return the row of the made clip `number`; equal numbers are equal samples."""
    content = made_bytes(number)
    return NewClip(
        sample_hash=hashlib.sha256(f"samples {number}".encode()).hexdigest(),
        file_sha256=hashlib.sha256(content).hexdigest(),
        suffix=".wav",
        file_size=len(content),
        title=f"Song {number}" if title is None else title,
        artist=artist,
        genre=genre,
        source=f"/music/{genre}/{number}.wav" if source is None else source,
        duration=30.0 + number,
        format="WAV",
        sample_rate=44100,
        channels=2,
        near=near,
        recording=recording,
        pin=pin,
        tags=(("album", f"Album {number}"),),
    )


def add_made(
    data_set: DataSet, clips: Sequence[tuple[int, NewClip]], step: undo.Step | None = None
) -> list[int]:
    """Add made clips, given as (number, row), as adding does it, and return their numbers in the data set."""
    names = [file_name(clip.sample_hash, clip.suffix) for _, clip in clips]
    pending.announce_arrival(data_set.database, names)
    added = []
    with undo.step(data_set.database, step or undo.ADD) as connection:
        for (number, clip), name in zip(clips, names, strict=True):
            if clip_rows.find_by_samples(connection, clip.sample_hash) is None:
                path = data_set.directory / AUDIO_NAME / name
                path.parent.mkdir(parents=True, exist_ok=True)
                partial = path.with_name(f".incoming-{number}")
                partial.write_bytes(made_bytes(number))
                partial.replace(path)
            added.append(clip_rows.insert(connection, clip))
        pending.take_back(connection, names)
    return [clip_id for clip_id in added if clip_id is not None]


def add_one(data_set: DataSet, number: int, **what: object) -> int:
    """Add one made clip and return its number in the data set."""
    (clip_id,) = add_made(data_set, [(number, made_clip(number, **what))])  # type: ignore[arg-type]
    return clip_id


def made_recipe(seed: int) -> Recipe:
    """Return a recipe, another one for every seed."""
    return draw({"gain": 0.5}, seed)


def stored_files(directory: Path) -> set[str]:
    """Return the names of the files in the store, relative to ``audio/``."""
    audio = directory / AUDIO_NAME
    return {path.relative_to(audio).as_posix() for path in audio.rglob("*") if path.is_file()}


def snapshot(data_set: DataSet) -> dict[str, list[tuple[object, ...]]]:
    """Return all that the user can see of the data set, and that decides about what they will see."""
    questions = {
        "genres": "SELECT id, name, colour, position FROM genres WHERE removed IS NULL ORDER BY id",
        "clips": (
            "SELECT clips.id, sample_hash, title, artist, title_key, search, genre_id, source, folder,"
            " group_id, decided, split, pin, added FROM clips JOIN groups ON groups.id = group_id"
            " WHERE removed IS NULL ORDER BY clips.id"
        ),
        "copies": (
            "SELECT copies.id, clip_id, recipe_hash, created FROM copies JOIN clips ON clips.id = clip_id"
            " WHERE removed IS NULL ORDER BY copies.id"
        ),
        "tags": (
            "SELECT clip_id, name, value FROM clip_tags JOIN clips ON clips.id = clip_id"
            " WHERE removed IS NULL ORDER BY 1, 2"
        ),
        "keys": "SELECT key, group_id FROM group_keys ORDER BY key",
    }
    with data_set.database.read() as connection:
        return {name: connection.execute(question).fetchall() for name, question in questions.items()}
