"""The data set: one service for all that is asked of it and done to it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from genre_app.classifier.model_version import active_model_id
from genre_app.dataset import check, clip_rows, genres, pending, splits, undo
from genre_app.dataset.clip_rows import Filter
from genre_app.dataset.database import Database, now
from genre_app.dataset.errors import ClipUnknownError, CopyUnknownError
from genre_app.dataset.layout import file_name
from genre_app.dataset.records import (
    Candidate,
    Clip,
    Copy,
    Counts,
    Finding,
    Genre,
    MissingEmbedding,
    TrainingArrays,
)
from genre_app.directories import data_set_directory
from genre_app.progress import Progress


class StoredRecipe(Protocol):
    """What the data set keeps of a recipe for an augmented copy; see `genre_app.dataset.augmentation`."""

    def to_json(self) -> str:
        """Return the recipe as canonical JSON: equal recipes give equal text."""

    @property
    def recipe_hash(self) -> str:
        """SHA-256 of that text, hexadecimal."""


class DataSet:
    """The user's clips, their labels, splits and augmented copies.

    Safe to use from several threads, and while other processes use the same folder. Every change is one step
    of undo, in one transaction: it happens as a whole or not at all. Every method may raise `DataSetError`
    if the disk is full, write-protected or failing; nothing was changed then.

    Attributes:
        directory: of the database and the files; see `genre_app.dataset.layout`.
        database: lends connections, for the modules of this package.
    """

    def __init__(self, directory: Path | None = None) -> None:
        """Open the data set in `directory`, by default the user's; it is made if it is not there.

        Raises:
            DataSetError: if it can't be opened.
        """
        self.directory = data_set_directory() if directory is None else directory
        self.database = Database(self.directory)
        pending.settle(self.database, self.directory)
        pending.discard_unfinished(self.directory)

    def close(self) -> None:
        """Close the database."""
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    # Genres

    def genres(self) -> list[Genre]:
        """Return the genres, the shipped ones first."""
        with self.database.read() as connection:
            return genres.list_genres(connection)

    def create_genre(self, name: str, colour: str | None = None) -> Genre:
        """Add a genre; without a colour it gets one.

        Raises:
            GenreNameError, GenreColourError: if it can't have that name or colour.
            GenreExistsError: if there is one of that name, in whatever case.
        """
        with undo.step(self.database, undo.CREATE_GENRE) as connection:
            return genres.create(connection, name, colour)

    def rename_genre(self, name: str, new_name: str) -> Genre:
        """Rename a genre of the user's; its clips keep it.

        Raises:
            GenreUnknownError: if there is no genre `name`.
            GenreShippedError: if it came with the program.
            GenreNameError, GenreExistsError: if it can't be called that.
        """
        with undo.step(self.database, undo.RENAME_GENRE) as connection:
            return genres.rename(connection, name, new_name)

    def colour_genre(self, name: str, colour: str) -> Genre:
        """Show a genre in another colour, ``#rrggbb``.

        Raises:
            GenreUnknownError: if there is no genre `name`.
            GenreColourError: if `colour` is not one.
        """
        with undo.step(self.database, undo.COLOUR_GENRE) as connection:
            return genres.recolour(connection, name, colour)

    def edit_genre(self, name: str, new_name: str, colour: str) -> Genre:
        """Rename a genre, if `new_name` is another one, and show it in `colour`, in one step of undo.

        Raises:
            GenreUnknownError: if there is no genre `name`.
            GenreShippedError: if it came with the program and is to be renamed.
            GenreNameError, GenreExistsError, GenreColourError: if it can't be called or shown like that.
        """
        with undo.step(self.database, undo.EDIT_GENRE) as connection:
            genre = genres.find(connection, name)
            if new_name != genre.name:
                genre = genres.rename(connection, genre.name, new_name)
            return genres.recolour(connection, genre.name, colour)

    def remove_genre(self, name: str) -> None:
        """Remove a genre of the user's that no clip has.

        Raises:
            GenreUnknownError: if there is no genre `name`.
            GenreShippedError: if it came with the program.
            GenreInUseError: if clips have it.
        """
        with undo.step(self.database, undo.REMOVE_GENRE) as connection:
            genres.remove(connection, name)

    # Adding

    def examine(
        self,
        paths: Iterable[Path],
        genre: str | None,
        genre_from_folder: bool = False,
        progress: Progress | None = None,
    ) -> list[Candidate]:
        """Say what adding `paths` would do, and change nothing; see `genre_app.dataset.adding.examine`."""
        from genre_app.dataset import adding

        return adding.examine(self, paths, genre, genre_from_folder, progress)

    def add(
        self,
        candidates: Sequence[Candidate],
        progress: Progress | None = None,
        *,
        keep_near_duplicates: bool = True,
    ) -> list[int]:
        """Add what `examine` found and return the numbers of the new clips; one step of undo.

        See `genre_app.dataset.adding.add`.
        """
        from genre_app.dataset import adding

        return adding.add(self, candidates, progress, keep_near_duplicates=keep_near_duplicates)

    # Clips

    def clips(
        self,
        *,
        genre: str | None = None,
        split: str | None = None,
        source: str | None = None,
        text: str | None = None,
        order: str = "added",
        descending: bool = False,
        limit: int | None = None,
        offset: int = 0,
        model_id: str | None = None,
    ) -> list[Clip]:
        """Return the clips that all the filters let through; see `genre_app.dataset.clip_rows.Filter`.

        A long list is better asked for with `clip_ids`, and shown in parts with `clips_by_id`.

        Raises:
            GenreUnknownError: if there is no such genre.
            InvalidFilterError: if there is no such split or order.
        """
        model = _model(model_id)
        asked = Filter(genre, split, source, text, order, descending, limit, offset, model)
        with self.database.read() as connection:
            ids = clip_rows.find_ids(connection, asked)
            return clip_rows.read(connection, self.directory, ids, model)

    def clip_ids(
        self,
        *,
        genre: str | None = None,
        split: str | None = None,
        source: str | None = None,
        text: str | None = None,
        order: str = "added",
        descending: bool = False,
        limit: int | None = None,
        offset: int = 0,
        model_id: str | None = None,
    ) -> list[int]:
        """Return the numbers of the clips that `clips` would return, in the same order."""
        model = _model(model_id)
        asked = Filter(genre, split, source, text, order, descending, limit, offset, model)
        with self.database.read() as connection:
            return clip_rows.find_ids(connection, asked)

    def clips_by_id(self, ids: Sequence[int], model_id: str | None = None) -> list[Clip]:
        """Return the clips numbered `ids`, in that order; without those that are not there any more."""
        with self.database.read() as connection:
            return clip_rows.read(connection, self.directory, ids, _model(model_id))

    def clip(self, clip_id: int) -> Clip:
        """Return one clip.

        Raises:
            ClipUnknownError: if there is none of that number, or it is in the bin.
        """
        found = self.clips_by_id([clip_id])
        if not found:
            raise ClipUnknownError(clip=clip_id)
        return found[0]

    def count(
        self,
        *,
        genre: str | None = None,
        split: str | None = None,
        source: str | None = None,
        text: str | None = None,
    ) -> int:
        """Return how many clips all the filters let through.

        Raises:
            GenreUnknownError: if there is no such genre.
            InvalidFilterError: if there is no such split.
        """
        with self.database.read() as connection:
            return clip_rows.count(connection, Filter(genre, split, source, text))

    def counts(self) -> dict[str, Counts]:
        """Return genre → counts, in the order of the genres; also of genres without clips."""
        with self.database.read() as connection:
            return clip_rows.count_by_genre(connection)

    def sources(self) -> list[tuple[str, int]]:
        """Return where clips come from, a folder or a word such as ``recording``, each with their number."""
        with self.database.read() as connection:
            return clip_rows.count_sources(connection)

    def tags(self, clip_id: int) -> dict[str, str]:
        """Return what else the tags of a clip's file said, by name.

        Raises:
            ClipUnknownError: if there is none of that number, or it is in the bin.
        """
        with self.database.read() as connection:
            clip_rows.require(connection, [clip_id])
            return dict(
                connection.execute(
                    "SELECT name, value FROM clip_tags WHERE clip_id = ? ORDER BY name", (clip_id,)
                ).fetchall()
            )

    def relabel(self, ids: Iterable[int], genre: str) -> None:
        """Give clips another genre.

        Raises:
            ClipUnknownError: if one is not there; none was changed then.
            GenreUnknownError: if there is no such genre.
        """
        with undo.step(self.database, undo.RELABEL) as connection:
            clip_rows.relabel(connection, clip_rows.require(connection, ids), genre)

    def edit(self, clip_id: int, *, title: str, artist: str) -> None:
        """Give a clip another title and artist; clips of one artist are in one split.

        Raises:
            ClipUnknownError: if it is not there.
        """
        with undo.step(self.database, undo.EDIT) as connection:
            clip_rows.require(connection, [clip_id])
            clip_rows.edit(connection, clip_id, title, artist)

    def remove(self, ids: Iterable[int]) -> None:
        """Put clips, and their copies with them, into the bin.

        Raises:
            ClipUnknownError: if one is not there; none was removed then.
        """
        with undo.step(self.database, undo.REMOVE) as connection:
            connection.execute(
                "UPDATE clips SET removed = ? WHERE id IN (SELECT value FROM json_each(?))",
                (now(), json.dumps(clip_rows.require(connection, ids))),
            )

    def pin(self, ids: Iterable[int], pinned: bool, split: splits.Split = "valid") -> None:
        """Keep clips, each with its whole group, in one split whatever its hash says; or no longer.

        Raises:
            ClipUnknownError: if one is not there; none was changed then.
        """
        with undo.step(self.database, undo.PIN if pinned else undo.UNPIN) as connection:
            splits.pin(connection, clip_rows.require(connection, ids), split if pinned else None)

    # Copies

    def add_copies(self, copies: Sequence[tuple[int, StoredRecipe]]) -> list[int]:
        """Add augmented copies, given by the number of their clip and their recipe.

        Returns:
            Their numbers; of a copy that is there already, the number that it has.

        Raises:
            ClipUnknownError: if a clip is not there; nothing was added then.
        """
        with undo.step(self.database, undo.ADD_COPIES) as connection:
            clip_rows.require(connection, [clip_id for clip_id, _ in copies])
            return [
                insert_copy(connection, clip_id, recipe.to_json(), recipe.recipe_hash)
                for clip_id, recipe in copies
            ]

    def copies(self, clip_id: int | None = None) -> list[Copy]:
        """Return the copies of one clip, or of all, in the order in which they were added."""
        with self.database.read() as connection:
            return clip_rows.read_copies(connection, clip_id)

    def remove_copies(self, ids: Iterable[int]) -> None:
        """Remove augmented copies.

        Raises:
            CopyUnknownError: if one is not there; none was removed then.
        """
        wanted = list(dict.fromkeys(ids))
        with undo.step(self.database, undo.REMOVE_COPIES) as connection:
            there = {
                row[0]
                for row in connection.execute(
                    "SELECT copies.id FROM copies JOIN clips ON clips.id = clip_id"
                    " WHERE copies.id IN (SELECT value FROM json_each(?)) AND clips.removed IS NULL",
                    (json.dumps(wanted),),
                )
            }
            for number in wanted:
                if number not in there:
                    raise CopyUnknownError(copy=number)
            connection.execute(
                "DELETE FROM copies WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(wanted),)
            )

    # Undo

    @property
    def can_undo(self) -> str | None:
        """Name of the step that `undo` would take back, or None; translation context ``undo``."""
        with self.database.read() as connection:
            return undo.undoable(connection)

    @property
    def can_redo(self) -> str | None:
        """Name of the step that `redo` would make again, or None; translation context ``undo``."""
        with self.database.read() as connection:
            return undo.redoable(connection)

    def undo(self) -> str | None:
        """Take the last step back, also one of before a restart; return its name, None if there is none."""
        return undo.undo(self.database)

    def redo(self) -> str | None:
        """Make the step again that was undone last; return its name, None if there is none."""
        return undo.redo(self.database)

    def count_bin(self) -> int:
        """Return how many clips are in the bin."""
        with self.database.read() as connection:
            return int(
                connection.execute("SELECT count(*) FROM clips WHERE removed IS NOT NULL").fetchone()[0]
            )

    def empty_bin(self) -> int:
        """Delete for good what was removed; afterwards nothing that was done before can be undone.

        Rows go first, in one transaction, then files; a crash in between is made good at the next start.

        Returns:
            How many clips were deleted.
        """
        with undo.maintenance(self.database) as connection:
            n_deleted = _delete_removed(connection)
        pending.settle(self.database, self.directory)
        return n_deleted

    def check(
        self, repair: bool = False, *, deep: bool = False, progress: Progress | None = None
    ) -> list[Finding]:
        """Compare rows and files both ways; see `genre_app.dataset.check.run`."""
        return check.run(self.database, self.directory, repair=repair, deep=deep, progress=progress)

    # What can be computed again

    def store_opinions(self, model_id: str, opinions: Iterable[tuple[int, str, float]]) -> None:
        """Keep what a model takes clips for: number of the clip, genre, confidence 0…1.

        What it thought of them before is replaced; clips that are gone are passed over.
        """
        with self.database.write() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO opinions (clip_id, model_id, genre, confidence)"
                " SELECT id, ?2, ?3, ?4 FROM clips WHERE id = ?1",
                [(clip_id, model_id, genre, float(confidence)) for clip_id, genre, confidence in opinions],
            )

    def without_opinion(self, model_id: str, limit: int | None = None) -> list[int]:
        """Return the numbers of clips that a model was not asked about yet."""
        with self.database.read() as connection:
            rows = connection.execute(
                "SELECT id FROM clips WHERE removed IS NULL AND NOT EXISTS"
                " (SELECT 1 FROM opinions WHERE clip_id = clips.id AND model_id = ?) ORDER BY id LIMIT ?",
                (model_id, -1 if limit is None else limit),
            )
            return [row[0] for row in rows]

    def forget_opinions(self, model_id: str) -> None:
        """Forget what a model that is no more thought."""
        with self.database.write() as connection:
            connection.execute("DELETE FROM opinions WHERE model_id = ?", (model_id,))

    def missing_embeddings(self, backbone_id: str) -> list[MissingEmbedding]:
        """Return the clips and copies whose embeddings by a backbone are not in the cache."""
        from genre_app.dataset import embeddings

        return embeddings.missing(self, backbone_id)

    def store_embedding(
        self, sample_hash: str, recipe_hash: str, backbone_id: str, vectors: NDArray[np.floating]
    ) -> None:
        """Keep the embeddings of a clip or copy; see `genre_app.dataset.embeddings.store`."""
        from genre_app.dataset import embeddings

        embeddings.store(self, sample_hash, recipe_hash, backbone_id, vectors)

    def training_arrays(self, backbone_id: str) -> TrainingArrays:
        """Return what a quick retrain learns from; see `genre_app.dataset.embeddings.training_arrays`."""
        from genre_app.dataset import embeddings

        return embeddings.training_arrays(self, backbone_id)


def insert_copy(connection: sqlite3.Connection, clip_id: int, recipe: str, recipe_hash: str) -> int:
    """Add the row of a copy, in a step of undo; return its number, or that of an equal one of the clip."""
    row = connection.execute(
        "SELECT id FROM copies WHERE clip_id = ? AND recipe_hash = ?", (clip_id, recipe_hash)
    ).fetchone()
    if row is not None:
        return int(row[0])
    number = connection.execute(
        "INSERT INTO copies (clip_id, recipe, recipe_hash, created) VALUES (?, ?, ?, ?)",
        (clip_id, recipe, recipe_hash, now()),
    ).lastrowid
    assert number is not None
    return number


def _model(model_id: str | None) -> str:
    return active_model_id() if model_id is None else model_id


def _delete_removed(connection: sqlite3.Connection) -> int:
    removed = connection.execute(
        "SELECT id, sample_hash, suffix, group_id FROM clips WHERE removed IS NOT NULL"
    ).fetchall()
    if removed:
        ids = json.dumps([row[0] for row in removed])
        hashes = json.dumps([row[1] for row in removed])
        groups = json.dumps([row[3] for row in removed])
        pending.announce_departure(connection, [file_name(row[1], row[2]) for row in removed])
        # A pin that goes leaves those that it was with where they are.
        connection.execute(
            "UPDATE groups SET decided = split WHERE id IN (SELECT value FROM json_each(?))"
            " AND EXISTS (SELECT 1 FROM clips WHERE group_id = groups.id AND removed IS NOT NULL"
            " AND pin IS NOT NULL)",
            (groups,),
        )
        connection.execute("DELETE FROM landmarks WHERE clip_id IN (SELECT value FROM json_each(?))", (ids,))
        for table in ("embeddings", "decoded_files"):
            connection.execute(
                f"DELETE FROM {table} WHERE sample_hash IN (SELECT value FROM json_each(?))",  # noqa: S608
                (hashes,),
            )
        connection.execute("DELETE FROM clips WHERE removed IS NOT NULL")
        # Where one contradicted a pin that stays, what held goes on holding: emptying moves nobody.
        connection.execute(
            "UPDATE clips SET pin = (SELECT split FROM groups WHERE id = group_id) WHERE pin IS NOT NULL"  # noqa: S608
            " AND group_id IN (SELECT value FROM json_each(?)) AND group_id IN"
            f" (SELECT id FROM groups WHERE split IS NOT {splits.SETTLED_SPLIT})",
            (groups,),
        )
    # Landmarks of clips that an import never made, for it was killed; unless one is under way.
    connection.execute(
        "DELETE FROM landmarks WHERE clip_id NOT IN (SELECT id FROM clips)"
        " AND NOT EXISTS (SELECT 1 FROM pending_files WHERE action = 'arriving')"
    )
    # Embeddings of copies that were removed, and can't come back.
    connection.execute(
        "DELETE FROM embeddings WHERE recipe_hash <> '' AND NOT EXISTS (SELECT 1 FROM copies"
        " JOIN clips ON clips.id = clip_id WHERE clips.sample_hash = embeddings.sample_hash"
        " AND copies.recipe_hash = embeddings.recipe_hash)"
    )
    connection.execute("DELETE FROM genres WHERE removed IS NOT NULL")
    connection.execute("DELETE FROM groups WHERE id NOT IN (SELECT group_id FROM clips)")
    undo.forget(connection)
    return len(removed)
