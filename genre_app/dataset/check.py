"""Proves that rows and files agree, and puts right what it can.

Codes of findings:

==================== ===================================================== =================================
code                 what was found                                        repair
==================== ===================================================== =================================
database-damaged     SQLite's own check, or a reference to nothing         none: a backup must be put back
genre-missing        one of the first ten genres is not there              none
split-wrong          a group is not in the split its pins and hash make    it is moved there
file-missing         a clip without its file                               the file comes back from recovery
                                                                           or from its original place
file-changed         a file whose bytes are not those that were added      as above; it goes to recovery
file-orphan          a file in the store that no clip claims               it goes to recovery
file-unreadable      a file that can't be read                             none
==================== ===================================================== =================================
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from genre_app.audio.errors import AudioError
from genre_app.dataset import audio_store, pending, undo
from genre_app.dataset.database import Database
from genre_app.dataset.errors import from_os_error
from genre_app.dataset.genres import SHIPPED_GENRES
from genre_app.dataset.layout import (
    AUDIO_NAME,
    INCOMING_PREFIX,
    RECOVERY_NAME,
    clip_path,
    file_name,
    move_to_recovery,
)
from genre_app.dataset.records import Finding
from genre_app.dataset.splits import SETTLED_SPLIT, settle_splits
from genre_app.progress import Progress


@dataclass(frozen=True, slots=True)
class _Row:
    """What a clip's row says of its file."""

    clip_id: int
    sample_hash: str
    suffix: str
    sha256: str
    size: int
    source: str

    @property
    def name(self) -> str:
        return file_name(self.sample_hash, self.suffix)


def run(
    database: Database,
    directory: Path,
    *,
    repair: bool = False,
    deep: bool = False,
    progress: Progress | None = None,
) -> list[Finding]:
    """Compare the database with itself and with the files, both ways.

    Safe while others use the data set. Nothing is ever deleted.

    Args:
        database: of the data set.
        directory: of the data set.
        repair: put right what can be.
        deep: read all of the database and every byte of every file, not only their sizes.
        progress: reports files; may cancel.

    Returns:
        What was found, repaired or not; empty if all is well.

    Raises:
        DataSetError: if the data set can't be read, or, to repair, not be written to.
        Cancelled: if `progress` was cancelled; what was repaired stays so.
    """
    if repair:
        pending.settle(database, directory)
        pending.discard_unfinished(directory)
    findings = _check_database(database, repair=repair, deep=deep)

    # Files first: one that comes in between has a row by the time that rows are read.
    files = _files(directory)
    with database.read() as connection:
        rows = _rows(connection)
    suspects = []
    for done, row in enumerate(rows.values()):
        if progress is not None:
            progress.report(done, len(rows))
        fault = _fault(directory, row, deep=deep, progress=progress)
        if fault is not None:
            suspects.append((row, fault))
    orphans = sorted(files - rows.keys())
    if not suspects and not orphans:
        return findings

    # While nobody can add or delete, since that is what the suspicion may come from.
    with database.write() as connection:
        rows = _rows(connection)
        leaving = {
            row[0] for row in connection.execute("SELECT name FROM pending_files WHERE action = 'leaving'")
        }
        for row, fault in suspects:
            if row.name in rows:
                findings.append(_file_finding(directory, row, fault, repair=repair))
        for name in orphans:
            path = directory / AUDIO_NAME / name
            if name not in rows and name not in leaving and _is_there(path):
                findings.append(_orphan_finding(directory, path, repair=repair))
    return findings


def _check_database(database: Database, *, repair: bool, deep: bool) -> list[Finding]:
    with database.read() as connection:
        pragma = "integrity_check" if deep else "quick_check"
        faults = [row[0] for row in connection.execute(f"PRAGMA {pragma}") if row[0] != "ok"]
        faults += [
            f"a row of {row[0]} refers to a row of {row[2]} that is not there"
            for row in connection.execute("PRAGMA foreign_key_check")
        ]
        shipped = {row[0] for row in connection.execute("SELECT name FROM genres WHERE shipped")}
        wrong = connection.execute(
            f"SELECT id, name, {SETTLED_SPLIT} FROM groups WHERE split IS NOT {SETTLED_SPLIT}"  # noqa: S608
        ).fetchall()
    findings = [Finding("database-damaged", f"The list of clips is damaged: {fault}.") for fault in faults]
    findings += [
        Finding("genre-missing", f"The genre “{name}”, one of the first ten, is missing.")
        for name in SHIPPED_GENRES
        if name not in shipped
    ]
    if wrong and repair:
        with undo.maintenance(database) as connection:
            settle_splits(connection, [row[0] for row in wrong])
    for _, name, split in wrong:
        findings.append(
            Finding(
                "split-wrong",
                f"The clips of “{name}” belong into the split “{split}” but were in the other.",
                repaired=repair,
            )
        )
    return findings


def _rows(connection: sqlite3.Connection) -> dict[str, _Row]:
    # Clips in the bin have files too.
    rows = [
        _Row(*row)
        for row in connection.execute(
            "SELECT id, sample_hash, suffix, file_sha256, file_size, source FROM clips ORDER BY id"
        )
    ]
    return {row.name: row for row in rows}


def _files(directory: Path) -> set[str]:
    """Return the names of the files in the store, relative to ``audio/``, with forward slashes."""

    def refuse(error: OSError) -> None:
        raise from_os_error(error, audio) from error

    audio = directory / AUDIO_NAME
    names = set[str]()
    if not audio.is_dir():
        return names
    for folder, _, files in os.walk(audio, onerror=refuse):
        beginning = Path(folder).relative_to(audio).as_posix()
        for name in files:
            if not name.startswith(INCOMING_PREFIX):
                names.add(name if beginning == "." else f"{beginning}/{name}")
    return names


def _is_there(path: Path) -> bool:
    return os.path.lexists(path)


def _fault(directory: Path, row: _Row, *, deep: bool, progress: Progress | None) -> tuple[str, str] | None:
    """Return code and description of what is wrong with the file of `row`, or None."""
    path = clip_path(directory, row.sample_hash, row.suffix)
    try:
        size = path.stat().st_size
        if not path.is_file():
            return "file-unreadable", f"{path} is not a file."
        if size != row.size:
            return "file-changed", f"{path} has {size} bytes; it had {row.size} when it was added."
        if deep and audio_store.file_sha256(path, progress) != row.sha256:
            return "file-changed", f"The content of {path} is not what was added."
    except FileNotFoundError:
        return "file-missing", f"The file {path} of a clip is missing."
    except (OSError, AudioError) as error:
        return "file-unreadable", f"The file {path} can't be read: {error}."
    return None


def _file_finding(directory: Path, row: _Row, fault: tuple[str, str], *, repair: bool) -> Finding:
    code, message = fault
    path = clip_path(directory, row.sample_hash, row.suffix)
    repaired = False
    if repair and code != "file-unreadable":
        for origin in _origins(directory, row):
            if _restore(directory, row, origin):
                repaired = True
                message += f" It was put back from {origin}."
                break
        else:
            message += " No other copy of it was found."
    return Finding(code, message, clip_id=row.clip_id, path=path, repaired=repaired)


def _origins(directory: Path, row: _Row) -> Iterator[Path]:
    """Yield files that may have the bytes that the file of `row` had."""
    with contextlib.suppress(OSError):
        yield from sorted((directory / RECOVERY_NAME).glob(f"{row.sample_hash}*"))
    original = Path(row.source)
    with contextlib.suppress(OSError):
        if original.is_absolute() and original.is_file() and original.stat().st_size == row.size:
            yield original


def _restore(directory: Path, row: _Row, origin: Path) -> bool:
    try:
        incoming = audio_store.receive(directory, origin)
    except AudioError:
        return False
    try:
        if incoming.file_sha256 != row.sha256:
            return False
        changed = clip_path(directory, row.sample_hash, row.suffix)
        if changed.exists():
            move_to_recovery(directory, changed)
        audio_store.place(directory, incoming, row.sample_hash, row.suffix)
    except OSError as error:
        raise from_os_error(error, directory) from error
    finally:
        incoming.discard()
    return True


def _orphan_finding(directory: Path, path: Path, *, repair: bool) -> Finding:
    message = f"No clip claims the file {path}."
    if repair:
        try:
            target = move_to_recovery(directory, path)
        except OSError as error:
            raise from_os_error(error, path) from error
        message += f" It was moved to {target}."
    return Finding("file-orphan", message, path=path, repaired=repair)
