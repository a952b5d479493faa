"""What stands between the window and the process that trains: starts it, follows it, stops it."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from enum import Enum, auto
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from genre_app.errors import GenreAppError, UnexpectedError
from genre_app.gui.tasks import Task, run_task
from genre_app.progress import Progress

if TYPE_CHECKING:
    from genre_app.classifier.comparison import Comparison
    from genre_app.training.curves import Curves
    from genre_app.training.events import Epoch, Event, Mode, Notice, PhaseName, Result
    from genre_app.training.trainer_process import Training

# What each phase is worth on the bar that shows the whole: where it begins and where it ends.
_SHARES: Final[dict[str, dict[str, tuple[float, float]]]] = {
    "heads": {"data": (0.0, 0.15), "fit": (0.15, 0.8), "evaluation": (0.8, 0.9), "saving": (0.9, 1.0)},
    "clips": {
        "embeddings": (0.0, 0.8),
        "data": (0.8, 0.83),
        "fit": (0.83, 0.94),
        "evaluation": (0.94, 0.97),
        "saving": (0.97, 1.0),
    },
    "full": {
        "loading": (0.0, 0.03),
        "embeddings": (0.03, 0.06),
        "data": (0.06, 0.07),
        "features": (0.07, 0.1),
        "network": (0.1, 0.13),
        "fit": (0.13, 0.8),
        "conversion": (0.8, 0.85),
        "hearing": (0.85, 0.97),
        "evaluation": (0.97, 0.98),
        "saving": (0.98, 1.0),
    },
}

# Before so much is done, nothing can be said about the rest.
_LEAST_SHARE: Final = 0.15

_log = logging.getLogger(__name__)


class State(Enum):
    """What the training does."""

    IDLE = auto()
    STARTING = auto()
    RUNNING = auto()
    CANCELLING = auto()
    DONE = auto()


class TrainingControl(QObject):
    """The window's way to the process that trains. It outlives the window.

    Attributes:
        changed: emitted when anything of what can be asked for here is new.
        finished: emitted when a training has a result; `result` and `comparison` are there.
        failed: emitted with the `GenreAppError` of a training that ended without one.
        stopped: emitted when a training ended because it was cancelled.
        state: what it does.
        mode: which training it is, as soon as that is known.
        phase: that it is in, as soon as there is one.
        epochs: that are over.
        notices: what the user should know.
        result: what the training that is done came to.
        comparison: of its new model with the one it was trained from.
    """

    changed = Signal()
    finished = Signal()
    failed = Signal(object)
    stopped = Signal()
    _arrived = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._task: Task | None = None
        self._lock = threading.Lock()
        self._training: Training | None = None
        self._turn = 0  # of following; what an earlier one still says is not heard
        self._unwanted = False
        self._detached = False
        self._waiting: deque[Event] = deque()
        self._arrived.connect(self._take)
        self.state = State.IDLE
        self._forget()

    def _forget(self) -> None:
        self.mode: Mode | None = None
        self.phase: PhaseName | None = None
        self._told_left: tuple[float, float] | None = None
        self._began: float | None = None
        self.epochs: list[Epoch] = []
        self.notices: list[Notice] = []
        self.result: Result | None = None
        self.comparison: Comparison | None = None
        self._share = 0.0
        self._shares = _SHARES["heads"]

    @property
    def running(self) -> bool:
        """Whether a training is on its way."""
        return self.state in (State.STARTING, State.RUNNING, State.CANCELLING)

    @property
    def share(self) -> float | None:
        """How much of the training is done, 0…1; None before it has really begun."""
        return None if self.phase in (None, "loading") else self._share

    @property
    def seconds_left(self) -> float | None:
        """To the end of the training, as it says itself or as what is done lets expect; None if unknown."""
        now = time.monotonic()
        if self._told_left is not None:
            seconds, at = self._told_left
            left = seconds - (now - at)
            return left if left > 0.0 else None  # it takes longer than was thought
        if self.mode == "full":
            return None  # How its phases compare is different each time; it will say itself.
        if self._began is None or self._share < _LEAST_SHARE:
            return None
        return (now - self._began) * (1.0 - self._share) / self._share

    @property
    def may_end_early(self) -> bool:
        """Whether `seconds_left` is what it takes at most, as epochs that get no better end the training."""
        return self.mode == "full" and self.phase == "fit"

    @property
    def curves(self) -> Curves:
        """How accuracy and loss went so far."""
        from genre_app.training.curves import Curves

        return Curves.of_epochs(self.epochs)

    # Starting and stopping

    def start(self, mode: Mode = "quick", *, resume: bool = False) -> None:
        """Start a training from the active model; nothing happens if one is on its way.

        Args:
            mode: which training.
            resume: whether to go on with the full one that was broken off.
        """

        def begin() -> Training:
            from genre_app.training.trainer_process import TrainerOptions, TrainerProcess

            return TrainerProcess.start(TrainerOptions(mode, resume=resume))

        if not self.running:
            self._follow(begin)

    def find(self, *, also_finished: bool = False) -> None:
        """Follow the training that is running, if one is, whoever started it; not while one is to be judged.

        Args:
            also_finished: whether to show the last one, if none is running any more.
        """

        def begin() -> Training | None:
            from genre_app.training import run_files
            from genre_app.training.trainer_process import AttachedTraining, running_training

            running = running_training()
            if running is None and also_finished and run_files.journal_file().exists():
                return AttachedTraining()
            return running

        if self.state is State.IDLE and self._task is None:
            self._follow(begin, quietly=True)

    def cancel(self) -> None:
        """Stop the training; `stopped` says when it has stopped, within about a second."""
        if not self.running or self.state is State.CANCELLING:
            return
        self.state = State.CANCELLING
        with self._lock:
            self._unwanted = True
            training = self._training
        if training is not None:
            training.cancel()
        self.changed.emit()

    def detach(self) -> None:
        """Let the training go on when the program ends; `find` finds it again."""
        with self._lock:
            self._detached = True
            training = self._training
        if training is not None:
            training.detach()

    def dismiss(self) -> None:
        """Forget the training that is done."""
        if self.state is State.DONE:
            self.state = State.IDLE
            self._forget()
            self.changed.emit()

    def close(self) -> None:
        """Stop the training that is on its way, unless it was detached or another program started it."""
        from genre_app.training.trainer_process import AttachedTraining

        if isinstance(self._training, AttachedTraining):
            self.detach()
        elif not self._detached:
            self.cancel()

    # Following

    def _follow(self, begin: Callable[[], Training | None], *, quietly: bool = False) -> None:
        with self._lock:
            self._turn += 1
            turn = self._turn
            self._unwanted = False
            self._training = None
            self._waiting.clear()

        def work(_: Progress) -> None:
            training = begin()
            if training is None:
                return
            with self._lock:
                if turn != self._turn:
                    return  # Another one was started while this one was looked for.
                self._training = training
                unwanted, detached = self._unwanted, self._detached
            if unwanted:
                training.cancel()
            if detached:
                training.detach()
            for event in training.events():
                with self._lock:
                    if turn != self._turn:
                        return
                    self._waiting.append(event)
                with contextlib.suppress(RuntimeError):  # the program has ended
                    self._arrived.emit()

        def end(_: None) -> None:
            if turn != self._turn:
                return
            self._take()
            self._task = self._training = None
            if self.running:  # Nothing to follow, or left to itself.
                self.state = State.IDLE
                self.changed.emit()

        def fail(error: GenreAppError) -> None:
            if turn != self._turn:
                return
            self._take()
            self._task = self._training = None
            self._fail(error)

        if not quietly:
            self._forget()
            self.state = State.STARTING
            self.changed.emit()
        self._task = run_task(work, owner=self, on_result=end, on_error=fail)

    def _take(self) -> None:
        """Take in all that has come; many events come at once, and the window looks only once."""
        if not self._waiting:
            return
        ends: list[Callable[[], None]] = []
        while self._waiting:
            end = self._take_one(self._waiting.popleft())
            if end is not None:
                ends.append(end)
        self.changed.emit()
        for end in ends:
            end()

    def _take_one(self, event: Event) -> Callable[[], None] | None:
        """Take in an event; return what is left to tell if it was the last one."""
        from genre_app.training import events

        match event:
            case events.Started():
                if self.state is not State.CANCELLING:
                    if self.state is not State.STARTING:
                        self._forget()
                    self.state = State.RUNNING
                self.mode = event.mode
                self._began = time.monotonic()
                self._shares = _SHARES["full" if event.mode == "full" else "heads"]
            case events.Phase():
                if event.phase == "embeddings" and self.mode == "quick":
                    self._shares = _SHARES["clips"]
                self.phase = event.phase
                if self.mode != "full":
                    self._told_left = None
                self._come_to(event.phase, 0.0)
            case events.Step():
                self._take_left(event.seconds_left)
                self._come_to(event.phase, event.done / event.total if event.total else 0.0)
            case events.Epoch():
                self.epochs.append(event)
                self._take_left(event.seconds_left)
                self._come_to("fit", event.epoch / max(1, event.epochs))
            case events.Notice():
                self.notices.append(event)
            case events.Result():
                return self._take_result(event)
            case events.Failed():
                self._end()
                error = event.error
                return lambda: self.failed.emit(error)
            case events.Stopped():
                self._end()
                return self.stopped.emit
        return None

    def _come_to(self, phase: PhaseName, share: float) -> None:
        first, last = self._shares.get(phase, (self._share, self._share))
        self._share = max(self._share, first + (last - first) * min(1.0, share))

    def _take_result(self, result: Result) -> Callable[[], None]:
        from genre_app.classifier.comparison import Comparison

        try:
            self.comparison = Comparison.from_json(result.comparison)
        except ValueError as error:
            self._end()
            wrapped = UnexpectedError.wrap(error)
            return lambda: self.failed.emit(wrapped)
        self.result = result
        self._share = 1.0
        self.state = State.DONE
        return self.finished.emit

    def _take_left(self, seconds: float | None) -> None:
        self._told_left = None if seconds is None else (seconds, time.monotonic())

    def _end(self) -> None:
        self.state = State.IDLE

    def _fail(self, error: GenreAppError) -> None:
        self._end()
        self.changed.emit()
        self.failed.emit(error)
