"""A training in a process of its own, as the window and the terminal see it. Imports nothing heavy."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Final, Self

from genre_app.locks import is_locked
from genre_app.processes import module_command, module_environment
from genre_app.training import run_files
from genre_app.training.errors import TrainerDiedError, TrainingRunningError
from genre_app.training.events import LAST, Event, EventError, Failed, Mode, Started, Stopped, from_line

TERMINATE_SECONDS: Final = 0.5
"""How long a training may take to stop by itself before it is told by a signal."""

KILL_SECONDS: Final = 0.8
"""How long it may take in all before it is killed."""

_MAX_LINE: Final = 4 << 20
_POLL_SECONDS: Final = 0.05
_EXIT_SECONDS: Final = 5.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TrainerOptions:
    """What to train.

    Attributes:
        mode: which training.
        parent: id of the version to start from; the active one if None.
        seed: of what is drawn at random.
        activate: whether to activate the new version, if that is advisable.
        resume: whether to go on with the full training that was broken off; `parent` and `seed` are then its.
        epochs: how many a full training has at most, instead of the usual number.
    """

    mode: Mode = "quick"
    parent: str | None = None
    seed: int = 0
    activate: bool = False
    resume: bool = False
    epochs: int | None = None

    def arguments(self) -> list[str]:
        """Return them for the command line of `genre_app.training.trainer`."""
        arguments = [f"--{self.mode}", f"--seed={self.seed}"]
        if self.parent is not None:
            arguments.append(f"--parent={self.parent}")
        if self.activate:
            arguments.append("--activate")
        if self.resume:
            arguments.append("--resume")
        if self.epochs is not None:
            arguments.append(f"--epochs={self.epochs}")
        return arguments


class Training(ABC):
    """A training that runs somewhere."""

    def __init__(self) -> None:
        self._cancelling = threading.Event()

    @abstractmethod
    def events(self) -> Iterator[Event]:
        """Yield the events as they come, and wait for them; the last one is a result, an error or a stop.

        To be called once, in a thread that may wait.
        """

    @property
    @abstractmethod
    def running(self) -> bool:
        """Whether its process is still there."""

    def cancel(self) -> None:
        """Ask the training to stop; it is ended if it does not do so within a second. Returns at once.

        If it has just finished, its last event may be a result all the same.
        """
        if not self._cancelling.is_set():
            self._cancelling.set()
            threading.Thread(target=self._stop, name="trainer-cancel", daemon=True).start()

    @abstractmethod
    def detach(self) -> None:
        """Let the training go on when this process ends; `running_training` finds it again."""

    @abstractmethod
    def _ask(self) -> None:
        """Let the training know that it shall stop."""

    @abstractmethod
    def _end(self, *, kill: bool) -> None:
        """End its process."""

    def _stop(self) -> None:
        started = time.monotonic()
        self._ask()
        for seconds, kill in ((TERMINATE_SECONDS, False), (KILL_SECONDS, True)):
            while time.monotonic() - started < seconds:
                if not self.running:
                    return
                time.sleep(_POLL_SECONDS)
            _log.warning("the training does not stop; it is %s", "killed" if kill else "terminated")
            self._end(kill=kill)

    def _broken_off(self, reason: str) -> Event:
        """Return the last event of a training whose process ended without one."""
        if self._cancelling.is_set():
            return Stopped()
        return Failed.of(TrainerDiedError(reason=reason))


class TrainerProcess(Training):
    """A training that this process has started.

    Attributes:
        pid: of its process.
    """

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        super().__init__()
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        self._process = process
        self._input: IO[bytes] = process.stdin
        self._output: IO[bytes] = process.stdout
        self._writing = threading.Lock()
        self._detached = threading.Event()
        self.pid = process.pid
        self._log_reader = threading.Thread(
            target=_log_lines, args=(process.stderr,), name="trainer-stderr", daemon=True
        )
        self._log_reader.start()

    @classmethod
    def start(cls, options: TrainerOptions) -> Self:
        """Start a training; that takes milliseconds.

        Raises:
            TrainingRunningError: if another one is running. If two start in the same moment, the one that
                comes second has this error as its last event.
            TrainerDiedError: if the process can't be started.
        """
        if is_locked(run_files.lock_file()):
            raise TrainingRunningError
        try:
            process = subprocess.Popen(
                module_command("genre_app.training.trainer", *options.arguments()),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={**module_environment(), "OPENBLAS_NUM_THREADS": "1"},
                # Ctrl+C in a terminal is for the program in front, which then cancels.
                start_new_session=sys.platform != "win32",
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError as error:
            raise TrainerDiedError(reason=error.strerror or error, details=str(error)) from error
        return cls(process)

    @property
    def running(self) -> bool:
        """Whether its process is still there."""
        return self._process.poll() is None

    def events(self) -> Iterator[Event]:
        """Yield the events as they come; see `Training.events`. After `detach` no last one comes."""
        last: Event | None = None
        fault = None
        while line := self._output.readline(_MAX_LINE):
            try:
                event = from_line(line)
                if last is not None:
                    raise EventError("an event after the last one")
            except EventError as error:
                _log.warning("the training said something that is no event: %s", error)
                fault = f"it said something that is no event: {error}"
                self._process.kill()
                break
            if isinstance(event, LAST):
                last = event
            else:
                yield event
        if last is None and self._detached.is_set():
            return
        status = self._wait()
        yield last if last is not None else self._broken_off(fault or _ending(status))

    def detach(self) -> None:
        """Leave the training to itself; see `Training.detach`."""
        self._detached.set()
        self._tell(b"detach\n")

    def _ask(self) -> None:
        self._tell(b"cancel\n")

    def _end(self, *, kill: bool) -> None:
        with contextlib.suppress(OSError):
            if kill:
                self._process.kill()
            else:
                self._process.terminate()

    def _tell(self, line: bytes) -> None:
        with self._writing, contextlib.suppress(OSError, ValueError):
            self._input.write(line)
            self._input.flush()

    def _wait(self) -> int:
        """Return the exit status, and leave nothing behind of the process."""
        try:
            status = self._process.wait(_EXIT_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            status = self._process.wait()
        with self._writing, contextlib.suppress(OSError):
            self._input.close()
        self._output.close()
        self._log_reader.join(1.0)
        return status


class AttachedTraining(Training):
    """A training that another process has started, before a window was closed and opened again."""

    def __init__(self) -> None:
        super().__init__()
        self._pid: int | None = None
        self._detached = threading.Event()

    @property
    def running(self) -> bool:
        """Whether its process is still there."""
        return is_locked(run_files.lock_file())

    def events(self) -> Iterator[Event]:
        """Yield the events from its beginning on, then as they come; see `Training.events`.

        After `detach` no last one comes.
        """
        with run_files.journal_file().open("rb") as journal:
            pending = b""
            while not self._detached.is_set():
                # In this order: what it wrote before it ended is read in any case.
                running = self.running
                pending += journal.read()
                *lines, pending = pending.split(b"\n")
                for line in lines:
                    try:
                        event = from_line(line)
                    except EventError as error:
                        yield self._broken_off(f"its journal is damaged: {error}")
                        return
                    if isinstance(event, Started):
                        self._pid = event.pid
                    yield event
                    if isinstance(event, LAST):
                        return
                if not running:
                    yield self._broken_off("it is gone")
                    return
                time.sleep(_POLL_SECONDS)

    def detach(self) -> None:
        """Follow the training no longer; see `Training.detach`."""
        self._detached.set()

    def _ask(self) -> None:
        with contextlib.suppress(OSError):
            run_files.cancel_file().touch()

    def _end(self, *, kill: bool) -> None:
        # While it holds the lock, its process is there, and the number is not yet another's.
        if self._pid is not None and self.running:
            with contextlib.suppress(OSError):
                os.kill(self._pid, signal.SIGKILL if kill and sys.platform != "win32" else signal.SIGTERM)


def running_training() -> AttachedTraining | None:
    """Return the training that is running, whoever started it, or None."""
    return AttachedTraining() if is_locked(run_files.lock_file()) else None


def _ending(status: int) -> str:
    if status < 0:
        with contextlib.suppress(ValueError):
            return signal.Signals(-status).name
    return f"exit status {status}"


def _log_lines(pipe: IO[bytes]) -> None:
    with pipe:
        for line in pipe:
            _log.info("trainer: %s", line.decode("utf-8", "replace").rstrip())
