"""What can keep the data set from being read or changed, in words for people."""

from __future__ import annotations

import errno
import shutil
import sqlite3
from pathlib import Path
from typing import Final

from genre_app.errors import GenreAppError
from genre_app.translation import QT_TRANSLATE_NOOP

# With less room than this SQLite can't make or grow the files beside its own, and says only that it failed.
_FULL_BYTES: Final = 1 << 20


class DataSetError(GenreAppError):
    """Base of everything that can be wrong with the data set."""

    code = "data-set"


class DataSetReadOnlyError(DataSetError):
    """The folder or its database can't be written to. Parameters: `path`, `reason`."""

    code = "data-set-read-only"
    title = QT_TRANSLATE_NOOP("errors", "The data set can't be changed")
    template = QT_TRANSLATE_NOOP(
        "errors",
        "You may not write to the data set in {path} ({reason}). Nothing was changed."
        " Check the permissions of that folder and whether its disk is read-only.",
    )


class DataSetDiskFullError(DataSetError):
    """No room on the disk. Parameters: `path`."""

    code = "data-set-disk-full"
    title = QT_TRANSLATE_NOOP("errors", "The disk is full")
    template = QT_TRANSLATE_NOOP(
        "errors",
        "There is no room left on the disk of the data set in {path}. What was there is kept;"
        " free some space and try again.",
    )


class DataSetBusyError(DataSetError):
    """Another process holds the database for too long. Parameters: `path`."""

    code = "data-set-busy"
    title = QT_TRANSLATE_NOOP("errors", "The data set is busy")
    template = QT_TRANSLATE_NOOP(
        "errors",
        "Another program has been writing to the data set in {path} for too long. Nothing was changed;"
        " try again, and close other windows of Genre App if that does not help.",
    )


class DataSetDamagedError(DataSetError):
    """The database can't be understood. Parameters: `path`, `reason`."""

    code = "data-set-damaged"
    title = QT_TRANSLATE_NOOP("errors", "The data set is damaged")
    template = QT_TRANSLATE_NOOP(
        "errors",
        "The list of clips {path} is damaged ({reason}). Your audio files are still there. Put back a copy"
        " of the list, for example from the folder “backups” beside it.",
    )


class DataSetUnreadableError(DataSetError):
    """The disk does not do what it must. Parameters: `path`, `reason`."""

    code = "data-set-unreadable"
    title = QT_TRANSLATE_NOOP("errors", "The data set can't be read or written")
    template = QT_TRANSLATE_NOOP(
        "errors", "Working with the data set in {path} failed: {reason}. Check the disk that it is on."
    )


class DataSetTooNewError(DataSetError):
    """A later program made the database. Parameters: `path`, `version`, `known`."""

    code = "data-set-too-new"
    title = QT_TRANSLATE_NOOP("errors", "The data set was made by a newer program")
    template = QT_TRANSLATE_NOOP(
        "errors",
        "The data set in {path} has version {version}; this program knows versions up to {known}."
        " Install the newest Genre App.",
    )


class GenreNameError(DataSetError):
    """A name that a genre can't have. Parameters: `name`, `reason`."""

    code = "genre-name"
    title = QT_TRANSLATE_NOOP("errors", "Not a name for a genre")
    template = QT_TRANSLATE_NOOP("errors", "A genre can't be called “{name}”: {reason}.")


class GenreColourError(DataSetError):
    """Not a colour. Parameters: `colour`."""

    code = "genre-colour"
    title = QT_TRANSLATE_NOOP("errors", "Not a colour")
    template = QT_TRANSLATE_NOOP("errors", "“{colour}” is not a colour; write one as #rrggbb.")


class GenreExistsError(DataSetError):
    """The name is taken. Parameters: `name`."""

    code = "genre-exists"
    title = QT_TRANSLATE_NOOP("errors", "The genre exists already")
    template = QT_TRANSLATE_NOOP("errors", "There is a genre “{name}” already. Choose another name.")


class GenreUnknownError(DataSetError):
    """There is no such genre. Parameters: `name`."""

    code = "genre-unknown"
    title = QT_TRANSLATE_NOOP("errors", "No such genre")
    template = QT_TRANSLATE_NOOP(
        "errors", "There is no genre “{name}” in the data set. Create it first, or check the spelling."
    )


class GenreInUseError(DataSetError):
    """A genre with clips was to be removed. Parameters: `name`, `count`."""

    code = "genre-in-use"
    title = QT_TRANSLATE_NOOP("errors", "The genre is not empty")
    template = QT_TRANSLATE_NOOP(
        "errors", "“{name}” still has clips ({count}). Relabel or remove them first."
    )


class GenreShippedError(DataSetError):
    """One of the first ten was to be renamed or removed. Parameters: `name`."""

    code = "genre-shipped"
    title = QT_TRANSLATE_NOOP("errors", "This genre belongs to the program")
    template = QT_TRANSLATE_NOOP(
        "errors", "“{name}” is one of the genres that the program came with; it can't be renamed or removed."
    )


class ClipUnknownError(DataSetError):
    """There is no such clip. Parameters: `clip`."""

    code = "clip-unknown"
    title = QT_TRANSLATE_NOOP("errors", "No such clip")
    template = QT_TRANSLATE_NOOP(
        "errors", "There is no clip {clip} in the data set; it may have been removed in the meantime."
    )


class CopyUnknownError(DataSetError):
    """There is no such copy. Parameters: `copy`."""

    code = "copy-unknown"
    title = QT_TRANSLATE_NOOP("errors", "No such copy")
    template = QT_TRANSLATE_NOOP(
        "errors",
        "There is no augmented copy {copy} in the data set; it may have been removed in the meantime.",
    )


class InvalidFilterError(DataSetError):
    """A list was asked for in a way that there is not. Parameters: `reason`."""

    code = "data-set-filter"
    title = QT_TRANSLATE_NOOP("errors", "Not a way to list clips")
    template = QT_TRANSLATE_NOOP("errors", "The list of clips can't be made: {reason}.")


def from_os_error(error: OSError, path: Path) -> DataSetError:
    """Return what `error`, met at `path`, means to the user."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return DataSetDiskFullError(path=path, details=str(error))
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return DataSetReadOnlyError(path=path, reason=error.strerror, details=str(error))
    return DataSetUnreadableError(path=path, reason=error.strerror or error, details=str(error))


def from_sqlite_error(error: sqlite3.Error, path: Path) -> DataSetError:
    """Return what `error`, raised by the database file `path`, means to the user."""
    # Extended codes carry the primary one in their low byte. Errors of the module itself have no code.
    code = getattr(error, "sqlite_errorcode", None)
    primary = None if code is None else code & 0xFF
    details = f"{getattr(error, 'sqlite_errorname', type(error).__name__)}: {error}"
    failed_anyhow = primary in {sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN}
    if primary == sqlite3.SQLITE_FULL or (failed_anyhow and _is_full(path.parent)):
        return DataSetDiskFullError(path=path.parent, details=details)
    if primary in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN}:
        return DataSetReadOnlyError(path=path.parent, reason=error, details=details)
    if primary in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return DataSetBusyError(path=path.parent, details=details)
    if primary in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT}:
        return DataSetDamagedError(path=path, reason=error, details=details)
    return DataSetUnreadableError(path=path.parent, reason=error, details=details)


def _is_full(directory: Path) -> bool:
    try:
        return shutil.disk_usage(directory).free < _FULL_BYTES
    except OSError:
        return False
