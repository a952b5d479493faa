"""Finds recordings whose program was killed, and makes them whole.

Beside every running take lies a marker file, locked by the process that records. The operating system
releases the lock when that process ends, in whatever way. So a marker that can be locked belongs to a take
that nobody finished, and one that cannot belongs to another running instance, whose take is left alone.
Unlike a process number in the marker, a lock cannot be mistaken for that of a later process.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from pathlib import Path
from typing import BinaryIO

from genre_app.audio import wav_writer

logger = logging.getLogger(__name__)

_MARKER_SUFFIX = ".recording"

if sys.platform == "win32":
    import msvcrt

    def _try_lock(file: BinaryIO) -> bool:
        # Locks on Windows keep others from reading: lock a byte far behind the content.
        file.seek(2**30)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            file.seek(0)
        return True

else:
    import fcntl

    def _try_lock(file: BinaryIO) -> bool:
        try:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True


class TakeMarker:
    """Says that a take is being recorded, as long as this process lives or until `remove`."""

    def __init__(self, take: Path) -> None:
        """Create the marker of `take`, which need not exist yet.

        Raises:
            OSError: if the folder cannot be written to.
        """
        self._path = take.with_name(f".{take.name}{_MARKER_SUFFIX}")
        started = time.strftime("%Y-%m-%dT%H:%M:%S%z")
        content = json.dumps({"take": take.name, "process": os.getpid(), "started": started}).encode()
        while True:
            self._file = self._path.open("w+b", buffering=0)
            if not _try_lock(self._file):
                # On file systems without locks every take looks like one of a running instance: it is never
                # touched, and still playable, since its header is kept right all along.
                logger.warning("%s cannot be locked", self._path)
            try:
                self._file.write(content)
                ours = os.fstat(self._file.fileno())
                if sys.platform == "win32" or os.path.samestat(ours, self._path.stat()):
                    return
            except FileNotFoundError:
                pass
            except OSError:
                self.remove()
                raise
            # Another instance, looking for lost takes in this very moment, took the marker away: again.
            self._file.close()

    def release(self) -> None:
        """Leave the marker where it is and let go of it: the take waits for `recover_unfinished`."""
        self._file.close()

    def remove(self) -> None:
        """Remove the marker: the take is finished."""
        if sys.platform == "win32":  # where an open file cannot be removed
            self._file.close()
        self._path.unlink(missing_ok=True)
        self._file.close()


def recover_unfinished(directory: Path) -> list[Path]:
    """Make the takes in `directory` whole whose program was killed, and forget their markers.

    A take of another running instance is not touched. What cannot be repaired now, such as on a full disk,
    is tried again next time. A take in which no sound had arrived yet is removed.

    Returns:
        The recovered takes, oldest first; each is a playable WAV file.
    """
    recovered = []
    for marker in sorted(directory.glob(f".*{_MARKER_SUFFIX}")):
        try:
            take = _recover(marker)
        except OSError:
            logger.exception("cannot recover the take of %s", marker)
            continue
        if take is not None:
            recovered.append(take)
    return sorted(recovered, key=lambda take: take.stat().st_mtime)


def _recover(marker: Path) -> Path | None:
    """Return the take of `marker`, made whole; None if there is nothing to recover."""
    with marker.open("r+b", buffering=0) as file:
        if not _try_lock(file):
            return None
        take = marker.with_name(marker.name[1 : -len(_MARKER_SUFFIX)])
        found: Path | None = None
        if take.exists():
            seconds = wav_writer.repair(take)
            if seconds == 0.0:
                take.unlink()
            elif seconds is not None:
                logger.info("recovered %s, %.1f seconds", take, seconds)
                found = take
        if sys.platform != "win32":
            # While still locked, so that a take just being started notices (see TakeMarker).
            marker.unlink(missing_ok=True)
    if sys.platform == "win32":
        marker.unlink(missing_ok=True)
    return found
