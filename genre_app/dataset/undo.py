"""Undo and redo: steps with a name, kept in the database until the bin is emptied.

Triggers (see ``migrations/0001.sql``) write, for every change of a row, the statement that takes it back.
Undoing a step executes its statements, newest first; the same triggers then log the statements that redo it.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from genre_app.dataset.database import Database, now
from genre_app.translation import QT_TRANSLATE_NOOP

ADD: Final = QT_TRANSLATE_NOOP("undo", "Add clips")
RELABEL: Final = QT_TRANSLATE_NOOP("undo", "Relabel clips")
REMOVE: Final = QT_TRANSLATE_NOOP("undo", "Remove clips")
PIN: Final = QT_TRANSLATE_NOOP("undo", "Pin clips")
UNPIN: Final = QT_TRANSLATE_NOOP("undo", "Unpin clips")
EDIT: Final = QT_TRANSLATE_NOOP("undo", "Edit a clip")
ADD_COPIES: Final = QT_TRANSLATE_NOOP("undo", "Add copies")
REMOVE_COPIES: Final = QT_TRANSLATE_NOOP("undo", "Remove copies")
CREATE_GENRE: Final = QT_TRANSLATE_NOOP("undo", "Create a genre")
RENAME_GENRE: Final = QT_TRANSLATE_NOOP("undo", "Rename a genre")
EDIT_GENRE: Final = QT_TRANSLATE_NOOP("undo", "Edit a genre")
COLOUR_GENRE: Final = QT_TRANSLATE_NOOP("undo", "Colour a genre")
REMOVE_GENRE: Final = QT_TRANSLATE_NOOP("undo", "Remove a genre")
IMPORT: Final = QT_TRANSLATE_NOOP("undo", "Import")

_MAINTENANCE: Final = 0
_NEWEST_DONE: Final = "SELECT id, name FROM undo_steps WHERE NOT undone ORDER BY id DESC LIMIT 1"
_LAST_UNDONE: Final = "SELECT id, name FROM undo_steps WHERE undone ORDER BY id LIMIT 1"


@dataclass
class Step:
    """A step that is made in several transactions, such as adding thousands of files.

    Attributes:
        name: what the user is told that they would undo; English source text, translation context ``undo``.
        id: number of the step that the last transaction went to; None before the first.
    """

    name: str
    id: int | None = None


@contextlib.contextmanager
def step(database: Database, kind: Step | str) -> Iterator[sqlite3.Connection]:
    """Lend a connection whose changes are one step, or a part of one; see `Database.write`.

    What was undone before can't be redone after it. If somebody else's step came, or this one was undone,
    between two parts of a step, the second part is a step of its own: only so does undoing in order put
    everything back exactly. A step that changes nothing is not kept.

    Args:
        database: where.
        kind: name of the step, or one that goes on over several transactions.

    Raises:
        DataSetError: if the database can't be written to; nothing was changed then.
    """
    ongoing = Step(kind) if isinstance(kind, str) else kind
    with database.write() as connection:
        newest = connection.execute("SELECT id, undone FROM undo_steps ORDER BY id DESC LIMIT 1").fetchone()
        if newest is not None and newest == (ongoing.id, 0):
            number = ongoing.id
        else:
            number = connection.execute(
                "INSERT INTO undo_steps (name, created) VALUES (?, ?)", (ongoing.name, now())
            ).lastrowid
        assert number is not None
        with _logging_to(connection, number):
            yield connection
        if connection.execute("SELECT 1 FROM undo_log WHERE step = ? LIMIT 1", (number,)).fetchone():
            connection.execute("DELETE FROM undo_steps WHERE undone")
        else:
            connection.execute("DELETE FROM undo_steps WHERE id = ?", (number,))
    ongoing.id = number


@contextlib.contextmanager
def maintenance(database: Database) -> Iterator[sqlite3.Connection]:
    """Lend a connection whose changes are not logged; see `Database.write`.

    Only for what no step of the log refers to, and for what empties the log.
    """
    with database.write() as connection, _logging_to(connection, _MAINTENANCE):
        yield connection


@contextlib.contextmanager
def _logging_to(connection: sqlite3.Connection, number: int) -> Iterator[None]:
    connection.execute("UPDATE undo_state SET step = ?", (number,))
    yield
    connection.execute("UPDATE undo_state SET step = NULL")


def undoable(connection: sqlite3.Connection) -> str | None:
    """Return the name of the step that `undo` would take back, or None."""
    row = connection.execute(
        "SELECT name FROM undo_steps WHERE NOT undone ORDER BY id DESC LIMIT 1"
    ).fetchone()
    return None if row is None else str(row[0])


def redoable(connection: sqlite3.Connection) -> str | None:
    """Return the name of the step that `redo` would make again, or None."""
    return _name(connection.execute(_LAST_UNDONE).fetchone())


def _name(chosen: tuple[int, str] | None) -> str | None:
    return None if chosen is None else chosen[1]


def undo(database: Database) -> str | None:
    """Take the newest step back and return its name; None if there is none."""
    return _turn(database, _NEWEST_DONE, 1)


def redo(database: Database) -> str | None:
    """Make the step that was undone last again and return its name; None if there is none."""
    return _turn(database, _LAST_UNDONE, 0)


def _turn(database: Database, choice: str, undone: int) -> str | None:
    with database.write() as connection:
        chosen = connection.execute(choice).fetchone()
        if chosen is None:
            return None
        number, name = chosen
        statements = connection.execute(
            "SELECT statement, parameters FROM undo_log WHERE step = ? ORDER BY id DESC", (number,)
        ).fetchall()
        connection.execute("DELETE FROM undo_log WHERE step = ?", (number,))
        with _logging_to(connection, number):
            for statement, parameters in statements:
                connection.execute(statement, json.loads(parameters))
        connection.execute("UPDATE undo_steps SET undone = ? WHERE id = ?", (undone, number))
    return str(name)


def forget(connection: sqlite3.Connection) -> None:
    """Forget all steps: nothing that was done before can be undone or redone."""
    connection.execute("DELETE FROM undo_steps")
