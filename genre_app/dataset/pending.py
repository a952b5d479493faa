"""Files about to appear in the store or to go from it, so that no crash leaves files and rows apart.

A file comes in three moves, and goes in three:

- it is announced as arriving; then one transaction renames it into place, adds its row and takes the
  announcement back;
- one transaction deletes its row and announces it as leaving; then it is unlinked; then the announcement is
  taken back.

Whatever was announced and not taken back belongs to a program that ended in between, and is settled when the
data set is opened next.
"""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from genre_app.dataset.database import Database
from genre_app.dataset.errors import DataSetError, from_os_error
from genre_app.dataset.layout import AUDIO_NAME, INCOMING_PREFIX, file_name, move_to_recovery
from genre_app.processes import is_running

_ABANDONED_SECONDS: Final = 24 * 3600.0

_log = logging.getLogger(__name__)


def announce_arrival(database: Database, names: Iterable[str]) -> None:
    """Say that files are about to be renamed to `names` (see `genre_app.dataset.layout.file_name`)."""
    with database.write() as connection:
        connection.executemany(
            "INSERT OR REPLACE INTO pending_files (name, action) VALUES (?, 'arriving')",
            [(name,) for name in names],
        )


def take_back(connection: sqlite3.Connection, names: Iterable[str]) -> None:
    """Take announcements back: the files are there, or gone, and their rows too."""
    connection.executemany("DELETE FROM pending_files WHERE name = ?", [(name,) for name in names])


def announce_departure(connection: sqlite3.Connection, names: Iterable[str]) -> None:
    """Say that the files called `names` are to be deleted, in the transaction that deletes their rows."""
    connection.executemany(
        "INSERT OR REPLACE INTO pending_files (name, action) VALUES (?, 'leaving')",
        [(name,) for name in names],
    )


def settle(database: Database, directory: Path) -> None:
    """Finish what was announced: delete leaving files, move those that arrived without a row to recovery.

    Safe while another process adds files: it renames and adds the row in one transaction, and so does this.

    Raises:
        DataSetError: if the database can't be written to, or a file not be moved; the rest is settled.
    """
    with database.read() as connection:
        if connection.execute("SELECT 1 FROM pending_files").fetchone() is None:
            return
    failure: DataSetError | None = None
    with database.write() as connection:
        for name, action in connection.execute("SELECT name, action FROM pending_files").fetchall():
            path = directory / AUDIO_NAME / name
            try:
                if not _has_row(connection, name):
                    if action == "leaving":
                        path.unlink(missing_ok=True)
                    elif path.is_file():
                        _log.warning("%s arrived without a row and goes to recovery", path)
                        move_to_recovery(directory, path)
            except OSError as error:
                failure = from_os_error(error, path)
            else:
                take_back(connection, [name])
    if failure is not None:
        raise failure


def discard_unfinished(directory: Path) -> None:
    """Delete what programs that ended were copying into the store: it has no name and nobody counts on it.

    What can't be deleted now stays for the next time.
    """
    for path in (directory / AUDIO_NAME).glob(f"{INCOMING_PREFIX}*"):
        with contextlib.suppress(OSError):
            process = path.name.removeprefix(INCOMING_PREFIX).partition("-")[0]
            abandoned = time.time() - path.stat().st_mtime > _ABANDONED_SECONDS
            if abandoned or (process.isdecimal() and not is_running(int(process))):
                path.unlink()
                _log.info("deleted %s, which was never finished", path)


def _has_row(connection: sqlite3.Connection, name: str) -> bool:
    sample_hash, dot, rest = name.partition("/")[2].partition(".")
    row = connection.execute("SELECT suffix FROM clips WHERE sample_hash = ?", (sample_hash,)).fetchone()
    return row is not None and file_name(sample_hash, row[0]) == f"{sample_hash[:2]}/{sample_hash}{dot}{rest}"
