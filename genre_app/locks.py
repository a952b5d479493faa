"""A lock between processes that the system releases by itself when its holder dies."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Self


class FileLock:
    """An exclusive lock on a file; held by at most one process, and by one object in it.

    The file stays behind when the lock is released: were it removed, two processes could each lock a file of
    that name.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: int | None = None

    def acquire(self) -> bool:
        """Take the lock if it is free; return whether it was.

        Raises:
            OSError: if the file can't be made or locked for another reason than that somebody holds it.
        """
        file = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if not _lock(file):
                os.close(file)
                return False
        except BaseException:
            os.close(file)
            raise
        self._file = file
        return True

    def release(self) -> None:
        """Give the lock back; nothing happens if it is not held."""
        file, self._file = self._file, None
        if file is not None:
            os.close(file)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


def is_locked(path: Path) -> bool:
    """Return whether somebody holds the lock on the file `path`; False if there is no such file."""
    if not path.exists():
        return False
    lock = FileLock(path)
    free = lock.acquire()
    lock.release()
    return not free


if sys.platform == "win32":
    import msvcrt

    # Locks of Windows are mandatory: the byte that is locked lies behind all that a reader wants.
    _FAR = 1 << 30

    def _lock(file: int) -> bool:
        os.lseek(file, _FAR, os.SEEK_SET)
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _lock(file: int) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
