"""Starts, keeps and watches the processes that decode (`genre_app.audio.decoder_process`).

Imports nothing heavy, so that `prewarm` can come first in a program and the decoder gets ready while the
program still imports what it needs itself.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from io import BufferedReader
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

logger = logging.getLogger(__name__)

_BOOT = "import sys; sys.path[:] = sys.argv[1:]; from genre_app.audio.decoder_process import main; main()"
_MAX_IDLE = 2
_STOP_SECONDS = 0.25
_MAX_LINE = 1 << 20
_MAX_BLOCK_BYTES = 64 << 20
_KEPT_ERROR_BYTES = 8192
_PIPE_BYTES = 1 << 20


class DecoderDiedError(Exception):
    """The process ended in the middle of an answer.

    Attributes:
        reason: how it ended, for people.
        timed_out: whether it was ended because it gave no answer in time.
        was_ready: whether it had started at all.
        details: the last it wrote to standard error.
    """

    def __init__(self, reason: str, timed_out: bool, was_ready: bool, details: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.timed_out = timed_out
        self.was_ready = was_ready
        self.details = details


class Decoder:
    """One decoding process. It serves one file at a time, and one thread at a time; `kill` is for any thread.

    Attributes:
        pid: its process id.
        served: whether it has answered a request to the end.
    """

    def __init__(self) -> None:
        """Start the process; that takes milliseconds, it becomes ready in the background.

        Raises:
            OSError: if it cannot be started.
        """
        self._process = subprocess.Popen(
            # Isolated and without site-packages' start-up code, which saves time; the import path is ours.
            [sys.executable, "-I", "-S", "-c", _BOOT, *_import_path()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            # A thread for each processor would take longer to start than it ever saves here.
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
            cwd=os.path.abspath(os.sep),  # noqa: PTH100 - so that no disk is kept from being unplugged
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        _widen(self._process.stdout)
        self._requests: IO[bytes] = self._process.stdin
        self._answers = cast("BufferedReader", self._process.stdout)
        self._request = 0
        self._ready = False
        self._timed_out = False
        self.served = False
        self.pid = self._process.pid
        self._errors = _Tail(self._process.stderr)

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def open(self, request: dict[str, Any]) -> None:
        """Send the request to open a file; answers follow from `receive`.

        Raises:
            DecoderDiedError: if the process is gone.
        """
        self.ask("open", request)

    def ask(self, command: str, request: dict[str, Any]) -> None:
        """Send any request that ends with "end" or "error"; answers follow from `receive`.

        Raises:
            DecoderDiedError: if the process is gone.
        """
        self._request += 1
        self._send({"command": command, "id": self._request, **request})

    def receive(self, seconds: float) -> tuple[dict[str, Any], NDArray[np.float32] | None]:
        """Return the next answer, and the samples (flat) if it is a block; wait for `seconds` at most.

        Raises:
            DecoderDiedError: if the process ends, or gives no answer in time and is ended therefore.
        """
        _watchdog.watch(self, seconds)
        try:
            while True:
                line = self._answers.readline(_MAX_LINE)
                if not line.endswith(b"\n"):
                    raise self._death()
                answer: dict[str, Any] = json.loads(line)
                if answer["type"] == "ready":
                    self._ready = True
                    continue
                break
            if answer["type"] != "block":
                self.served |= answer["type"] in ("end", "error")
                return answer, None
            size = int(answer["bytes"])
            if not 0 < size <= _MAX_BLOCK_BYTES:
                raise self._death()
            import numpy as np

            samples = np.empty(size // 4, np.float32)
            if self._answers.readinto(samples.data.cast("B")) != size:
                raise self._death()
            return answer, samples
        except (OSError, ValueError) as error:  # the pipe was closed by `kill`, or holds nonsense
            raise self._death() from error
        finally:
            _watchdog.release(self)

    def stop(self) -> bool:
        """Break off the file being decoded; return whether the process is fit for another, or has ended."""
        deadline = time.monotonic() + _STOP_SECONDS
        try:
            self._send({"command": "stop", "id": self._request})
            while (left := deadline - time.monotonic()) > 0:
                answer, _ = self.receive(left)
                if answer["type"] in ("end", "error"):
                    return True
        except DecoderDiedError:
            return False
        self.kill()
        self.close()
        return False

    def kill(self, *, timed_out: bool = False) -> None:
        """End the process at once; safe from any thread and at any time."""
        self._timed_out |= timed_out
        with contextlib.suppress(OSError):
            self._process.kill()

    def close(self) -> None:
        """End the process, and leave nothing behind of it."""
        with contextlib.suppress(OSError):
            self._requests.close()  # which ends it; it is idle, or nobody wants what it is doing
        try:
            self._process.wait(1.0)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._errors.join()
        self._answers.close()

    def _send(self, request: dict[str, Any]) -> None:
        try:
            self._requests.write(json.dumps(request).encode("ascii") + b"\n")
            self._requests.flush()
        except (OSError, ValueError) as error:
            raise self._death() from error

    def _death(self) -> DecoderDiedError:
        """Make sure that the process is gone, and return what is known about its end."""
        # It has closed its pipe, so it is ending by itself; how it does is worth a moment.
        try:
            status = self._process.wait(1.0)
        except subprocess.TimeoutExpired:
            self._process.kill()
            status = self._process.wait()
        self.close()
        reason = f"exit status {status}"
        if status < 0:
            with contextlib.suppress(ValueError):
                reason = signal.Signals(-status).name
        return DecoderDiedError(reason, self._timed_out, self._ready, self._errors.text())


class _Tail:
    """Reads a pipe to its end on a thread, so that its writer never waits, and keeps the last of it."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._pipe = pipe
        self._kept = b""
        self._thread = threading.Thread(target=self._read, name="decoder-stderr", daemon=True)
        self._thread.start()

    def text(self) -> str:
        """Return the last lines read so far."""
        return self._kept.decode("utf-8", "replace").strip()

    def join(self) -> None:
        """Wait, but not long, until the pipe has been read to its end."""
        self._thread.join(1.0)

    def _read(self) -> None:
        with self._pipe:
            while data := os.read(self._pipe.fileno(), 4096):
                self._kept = (self._kept + data)[-_KEPT_ERROR_BYTES:]


class _Watchdog:
    """One thread that ends decoders whose time is up; a read from a pipe has no time limit of its own."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._deadlines: dict[Decoder, float] = {}
        self._wakes_at = float("inf")
        self._running = False

    def watch(self, decoder: Decoder, seconds: float) -> None:
        """End `decoder` in `seconds` unless it is released before."""
        deadline = time.monotonic() + seconds
        with self._changed:
            self._deadlines[decoder] = deadline
            if not self._running:
                self._running = True
                threading.Thread(target=self._run, name="decoder-watchdog", daemon=True).start()
            elif deadline < self._wakes_at:
                self._changed.notify()

    def release(self, decoder: Decoder) -> None:
        """Leave `decoder` alone again."""
        with self._changed:
            self._deadlines.pop(decoder, None)

    def _run(self) -> None:
        with self._changed:
            while True:
                now = time.monotonic()
                for decoder in [one for one, deadline in self._deadlines.items() if deadline <= now]:
                    del self._deadlines[decoder]
                    decoder.kill(timed_out=True)
                self._wakes_at = min(self._deadlines.values(), default=float("inf"))
                left = self._wakes_at - now
                self._changed.wait(None if left == float("inf") else left)


class _Pool:
    """Decoders that wait for their next file; there are as many busy ones as streams."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[Decoder] = []

    def take(self) -> Decoder:
        """Return an idle decoder, or a new one.

        Raises:
            OSError: if none can be started.
        """
        while True:
            with self._lock:
                decoder = self._idle.pop() if self._idle else None
            if decoder is None:
                return Decoder()
            if decoder.alive:
                return decoder
            decoder.close()  # somebody ended it while it had nothing to do

    def give_back(self, decoder: Decoder) -> None:
        """Keep `decoder` for the next file, or end it if enough are waiting."""
        with self._lock:
            if len(self._idle) < _MAX_IDLE:
                self._idle.append(decoder)
                return
        decoder.close()

    def prewarm(self) -> None:
        """Start a decoder if none is waiting.

        Raises:
            OSError: if none can be started.
        """
        with self._lock:
            if self._idle:
                return
        self.give_back(Decoder())

    def close(self) -> None:
        """End those that are waiting."""
        with self._lock:
            idle, self._idle = self._idle, []
        for decoder in idle:
            decoder.close()


def prewarm() -> None:
    """Start a decoder ahead of the first file, in the background, if none is waiting; takes milliseconds."""
    try:
        pool.prewarm()
    except OSError:
        logger.exception("The decoder does not start")  # the first file will say so


def _widen(pipe: IO[bytes]) -> None:
    """Let `pipe` hold some seconds of sound where the system can: the child decodes ahead meanwhile."""
    if sys.platform == "linux":
        import fcntl

        with contextlib.suppress(OSError):  # a user may have too many wide pipes already
            fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, _PIPE_BYTES)


def _import_path() -> list[str]:
    """Return where the child finds what this process imports: the same places, but for relative ones."""
    entries = [entry for entry in sys.path if entry and Path(entry).is_absolute()]
    ours = str(Path(__file__).resolve().parents[2])
    return entries if ours in entries else [ours, *entries]


def _after_fork() -> None:
    """Leave all decoders to the process that this one was forked from."""
    _watchdog.__init__()  # type: ignore[misc] # its thread was not forked, its lock may be held
    pool.__init__()  # type: ignore[misc]


_watchdog = _Watchdog()
pool = _Pool()
atexit.register(pool.close)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
