"""Files that are opened while a window is open go to that window, as after a double click on a second song.

The first window of a user on a screen holds a lock and listens at an address that follows from who and where
it is. A program that is started with files asks there first, before it imports anything heavy.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from genre_app.directories import data_directory, runtime_directory
from genre_app.locks import FileLock, is_locked

if TYPE_CHECKING:
    from multiprocessing.connection import Connection, Listener

_VERSION: Final = 1
_TAKEN: Final = b"taken"
_REFUSED: Final = b"refused"
_MAX_BYTES: Final = 16 << 20
# How many programs may knock at once. One more would have to wait until the first one is heard.
_BACKLOG: Final = 64
# How long a window has to take what it gets, and how much longer its answer is waited for.
_TAKES_WITHIN_SECONDS: Final = 3.0
_MORE_SECONDS: Final = 1.0
# A window that has only just been started holds its lock a little before it listens.
_LISTENS_WITHIN_SECONDS: Final = 1.0
# What a desktop lets a window come to the front with (xdg-activation protocol).
_ACTIVATION: Final = "XDG_ACTIVATION_TOKEN"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a program hands over to the window that is open.

    Attributes:
        paths: absolute paths of files and folders to open.
        activation_token: what the desktop gave that program so that its window may come to the front; "" if
            nothing.
        accepted: set by the window when it has taken them.
    """

    paths: tuple[Path, ...]
    activation_token: str
    accepted: threading.Event = field(default_factory=threading.Event, compare=False)


class Inbox:
    """Takes what other starts of the program hand over, as long as no other window does."""

    def __init__(self, take: Callable[[Delivery], object]) -> None:
        """Call `take` with each delivery, from a thread of the inbox. Some thread then has to accept it."""
        self._take = take
        self._lock: FileLock | None = None
        self._listener: Listener | None = None
        self._closed = False

    @property
    def is_open(self) -> bool:
        """Whether this inbox is the one that gets what is handed over."""
        return self._listener is not None

    def open(self) -> bool:
        """Begin to listen unless another window of the same user on the same screen does.

        Returns:
            Whether this inbox is open now. It never is again after `close`. Where the system doesn't allow
            it, that is logged: the window does without.
        """
        if self._closed or self.is_open:
            return self.is_open
        # Only now: the window is to be seen before anything is imported that it can do without.
        from multiprocessing.connection import Listener

        try:
            address, lock = _address(), FileLock(_lock_path())
            if not lock.acquire():
                return False
            try:
                if sys.platform != "win32":
                    # Left behind by a window that was killed: whoever holds the lock is the only one.
                    Path(address).unlink(missing_ok=True)
                self._listener = Listener(address, backlog=_BACKLOG)
            except BaseException:
                lock.release()
                raise
        except OSError:
            _log.warning("files that are opened later will get a window of their own", exc_info=True)
            return False
        self._lock = lock
        threading.Thread(target=self._listen, args=(self._listener,), name="inbox", daemon=True).start()
        return True

    def close(self) -> None:
        """Stop listening for good, so that another window can."""
        self._closed = True
        listener, self._listener = self._listener, None
        if listener is None:
            return
        from multiprocessing.connection import Client

        # The thread waits for a call, and closing alone would not wake it.
        with contextlib.suppress(OSError), Client(listener.address):
            pass
        with contextlib.suppress(OSError):  # such as a socket that somebody has tidied away
            listener.close()
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def _listen(self, listener: Listener) -> None:
        while True:
            try:
                connection = listener.accept()
            except OSError:
                return
            if self._listener is not listener:
                connection.close()
                return
            with connection:
                try:
                    self._receive(connection)
                except (OSError, EOFError):
                    _log.warning("somebody called and hung up", exc_info=True)

    def _receive(self, connection: Connection) -> None:
        if not connection.poll(_MORE_SECONDS):
            return
        try:
            delivery = _delivery(connection.recv_bytes(_MAX_BYTES))
        except ValueError as error:
            _log.warning("what was handed over makes no sense: %s", error)
            connection.send_bytes(_REFUSED)
            return
        self._take(delivery)
        accepted = delivery.accepted.wait(_TAKES_WITHIN_SECONDS)
        connection.send_bytes(_TAKEN if accepted else _REFUSED)


def hand_over(paths: Sequence[Path]) -> bool:
    """Give the files and folders `paths` to the window that is open; return whether one took them.

    A window that hangs does not count: after a few seconds this one had better open.
    """
    told = {
        "version": _VERSION,
        "paths": [os.path.abspath(path) for path in paths],  # noqa: PTH100 - resolves no link
        "activation_token": os.environ.get(_ACTIVATION, ""),
    }
    try:
        connection = _connect()
        if connection is None:
            return False
        with connection:
            connection.send_bytes(json.dumps(told).encode())
            answers = connection.poll(_TAKES_WITHIN_SECONDS + _MORE_SECONDS)
            return answers and connection.recv_bytes(_MAX_BYTES) == _TAKEN
    except (OSError, EOFError):
        _log.warning("the window that is open does not take files", exc_info=True)
        return False


def _connect() -> Connection | None:
    from multiprocessing.connection import Client

    address, lock_path = _address(), _lock_path()
    end = time.monotonic() + _LISTENS_WITHIN_SECONDS
    while is_locked(lock_path):
        try:
            return Client(address)
        except OSError:
            if time.monotonic() > end:
                raise
        time.sleep(0.02)
    return None


def _delivery(message: bytes) -> Delivery:
    told = json.loads(message)
    if not isinstance(told, dict) or told.get("version") != _VERSION:
        raise ValueError(f"not of version {_VERSION}")
    paths, token = told.get("paths"), told.get("activation_token")
    if not isinstance(paths, list) or not all(isinstance(path, str) for path in paths):
        raise ValueError("no list of paths")
    if not isinstance(token, str):
        raise ValueError("no activation token")  # noqa: TRY004 - what is wrong is the message
    return Delivery(tuple(map(Path, paths)), token)


def _name() -> str:
    """Return a name for windows that show the same user's data on the same screen."""
    screen = [os.environ.get(name, "") for name in ("WAYLAND_DISPLAY", "DISPLAY", "QT_QPA_PLATFORM")]
    identity = "\0".join([str(data_directory()), *screen])
    return "window-" + hashlib.sha256(os.fsencode(identity)).hexdigest()[:16]


def _lock_path() -> Path:
    return runtime_directory() / f"{_name()}.lock"


def _address() -> str:
    if sys.platform == "win32":
        return rf"\\.\pipe\genre-app-{_name()}"
    return str(runtime_directory() / f"{_name()}.socket")
