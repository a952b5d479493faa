"""The database file: connections, transactions, and the migrations that bring it up to date.

SQLite in write-ahead mode: readers never wait, and see one state for as long as their transaction lasts; one
writer at a time, of all threads and processes, takes the lock before it reads what it decides on.
"""

from __future__ import annotations

import contextlib
import importlib.resources
import logging
import re
import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from genre_app.dataset.errors import (
    DataSetDamagedError,
    DataSetError,
    DataSetTooNewError,
    from_os_error,
    from_sqlite_error,
)

DATABASE_NAME: Final = "clips.sqlite"
BACKUPS_NAME: Final = "backups"

_BUSY_SECONDS: Final = 30.0
_PAGE_CACHE_KIB: Final = 32 * 1024
_MIGRATION_NAME: Final = re.compile(r"(\d{4})\.sql")

_log = logging.getLogger(__name__)


def now() -> str:
    """Return the time as the database keeps it: ISO 8601 in UTC, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def shipped_migrations() -> dict[int, str]:
    """Return version → SQL script of the migrations that come with the program, numbered from 1."""
    migrations = {}
    for entry in (importlib.resources.files("genre_app.dataset") / "migrations").iterdir():
        match = _MIGRATION_NAME.fullmatch(entry.name)
        if match:
            migrations[int(match[1])] = entry.read_text(encoding="utf-8")
    return dict(sorted(migrations.items()))


class Database:
    """Lends connections to ``clips.sqlite``, for reading or for writing.

    Safe to use from several threads: no two of them ever hold one connection at the same time. Several
    processes may have the file open. Every error of SQLite leaves as a `DataSetError`.

    Attributes:
        path: of the database file.
    """

    def __init__(self, directory: Path, migrations: Mapping[int, str] | None = None) -> None:
        """Open the database in `directory`, which is made if it is not there, and bring it up to date.

        Args:
            directory: of the data set.
            migrations: version → SQL script; by default those that come with the program.

        Raises:
            DataSetError: if it can't be opened, is damaged, or is of a newer program.
        """
        self.path = directory / DATABASE_NAME
        self._idle: list[sqlite3.Connection] = []
        self._idle_lock = threading.Lock()
        self._closed = False
        # Threads of this process queue here, in order; SQLite's own waiting is a lottery.
        self._write_lock = threading.RLock()
        try:
            directory.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise from_os_error(error, directory) from error
        with self._translated():
            _migrate(self.path, shipped_migrations() if migrations is None else migrations)

    def close(self) -> None:
        """Close the connections; those lent are closed when they come back."""
        with self._idle_lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    @contextlib.contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection that sees one state of the database for as long as it is lent.

        Raises:
            DataSetError: if the database can't be read.
        """
        with self._lent() as connection, self._translated():
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    @contextlib.contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection that alone may write; what it did holds once the block ends without an error.

        Changes that the user may undo are made in `genre_app.dataset.undo.step` instead. A thread must not
        ask for a second one while it holds one.

        Raises:
            DataSetError: if the database can't be written to; nothing was changed then.
        """
        with self._write_lock, self._lent() as connection, self._translated():
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            finally:
                # Also when COMMIT failed: SQLite leaves the transaction open if the disk was full.
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    @contextlib.contextmanager
    def _lent(self) -> Iterator[sqlite3.Connection]:
        with self._idle_lock:
            connection = self._idle.pop() if self._idle else None
        if connection is None:
            with self._translated():
                connection = _connect(self.path)
        try:
            yield connection
        finally:
            with self._idle_lock:
                keep = not self._closed
                if keep:
                    self._idle.append(connection)
            if not keep:
                connection.close()

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise from_sqlite_error(error, self.path) from error


def _connect(path: Path) -> sqlite3.Connection:
    # Transactions begin and end where we say (isolation_level None).
    connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA foreign_keys = ON")
        # What was confirmed survives a power cut, too.
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA cache_size = -{_PAGE_CACHE_KIB}")
    except BaseException:
        connection.close()
        raise
    return connection


def _migrate(path: Path, migrations: Mapping[int, str]) -> None:
    known = max(migrations, default=0)
    assert sorted(migrations) == list(range(1, known + 1)), "migrations are numbered without gaps"
    connection = _connect(path)
    try:
        _enter_wal(connection)
        if _version(connection, path, known) == known:
            return
        # No effect inside a transaction, so before: a migration may put a new table into an old one's place.
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("BEGIN IMMEDIATE")
        try:
            # Another process may have done it while this one waited.
            version = _version(connection, path, known)
            if version == known:
                return
            if version > 0:
                _back_up(path, version)
            for number in range(version + 1, known + 1):
                for statement in _statements(migrations[number]):
                    connection.execute(statement)
            broken = connection.execute("PRAGMA foreign_key_check").fetchone()
            if broken is not None:
                raise DataSetDamagedError(path=path, reason=f"rows of {broken[0]} refer to nothing")
            connection.execute(f"PRAGMA user_version = {known}")
            connection.execute("COMMIT")
            _log.info("%s is now of version %d, was %d", path, known, version)
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
    finally:
        connection.close()


def _enter_wal(connection: sqlite3.Connection) -> None:
    # Busy handlers are not asked while the mode changes: two processes that make the file together collide.
    deadline = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return


def _version(connection: sqlite3.Connection, path: Path, known: int) -> int:
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version > known:
        raise DataSetTooNewError(path=path.parent, version=version, known=known)
    if version == 0 and connection.execute("SELECT 1 FROM sqlite_schema").fetchone():
        raise DataSetDamagedError(path=path, reason="it is a database of another program")
    return version


def _back_up(path: Path, version: int) -> None:
    """Copy the database as it is, whole and consistent, into the folder of backups."""
    directory = path.parent / BACKUPS_NAME
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    backup = directory / f"{path.stem}-version-{version}-{stamp}{path.suffix}"
    partial = backup.with_suffix(".partial")
    try:
        directory.mkdir(exist_ok=True)
        with (
            contextlib.closing(sqlite3.connect(path)) as source,
            contextlib.closing(sqlite3.connect(partial)) as target,
        ):
            source.backup(target)
            # A copy is a file of its own, without companions that could be forgotten.
            target.execute("PRAGMA journal_mode = DELETE")
        partial.replace(backup)
    except OSError as error:
        raise from_os_error(error, directory) from error
    finally:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)
    _log.info("copied %s to %s before its migration", path, backup)


def _statements(script: str) -> Iterator[str]:
    """Yield the statements of `script`: ``executescript`` would end the transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    if re.sub(r"--[^\n]*", "", statement).strip():
        raise DataSetError(reason=f"a migration ends in the middle of a statement: {statement!r}")
