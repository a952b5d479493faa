"""``genre-app train``: trains the model on the user's clips, in a process of its own, from a terminal.

How far it has come goes to standard error, how the new version compares to standard output. With ``--json``
standard output has the events of the training (`genre_app.training.events`), one a line. Exit status: 0 when
there is a new version, and it is active if that was asked for; 1 when something was not done; 2 for wrong
usage; 130 when it was cancelled.
"""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

from genre_app.classifier.comparison import Comparison
from genre_app.classifier.versions import activate
from genre_app.commands.comparing import comparison_text
from genre_app.commands.output import complain
from genre_app.errors import GenreAppError
from genre_app.progress import Cancelled
from genre_app.terminal import Paint, StatusLine, clock
from genre_app.training.events import (
    Epoch,
    Event,
    Failed,
    Notice,
    Phase,
    PhaseName,
    Result,
    Started,
    Step,
    to_line,
)
from genre_app.training.full_run import resumable_training
from genre_app.training.trainer_process import TrainerOptions, TrainerProcess, Training

_OK: Final = 0
_FAILED: Final = 1
_MAX_SEED: Final = 2**31 - 1
_MAX_EPOCHS: Final = 10_000

_PHASES: Final[dict[PhaseName, str]] = {
    "loading": "starting TensorFlow",
    "embeddings": "hearing new clips",
    "data": "gathering",
    "features": "hearing clips",
    "network": "preparing the network",
    "fit": "fitting",
    "conversion": "converting",
    "hearing": "hearing clips with the new model",
    "evaluation": "comparing",
    "saving": "saving",
}


def run(arguments: Sequence[str]) -> int:
    """Run ``genre-app train`` with `arguments` and return its exit status.

    Raises:
        GenreAppError: if it failed.
        Cancelled: if the user stopped it.
    """
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.force and not options.activate:
        parser.error("--force belongs to --activate")
    if options.mode != "full" and (options.resume or options.epochs is not None):
        parser.error("--resume and --epochs belong to --full")
    if options.resume and (options.parent is not None or options.seed is not None):
        parser.error("--resume goes on with the parent and the seed that the training was started with")
    wanted = TrainerOptions(
        mode=options.mode,
        parent=options.parent,
        seed=options.seed or 0,
        activate=options.activate,
        resume=options.resume,
        epochs=options.epochs,
    )
    told = _JsonProgress() if options.json else _TerminalProgress()
    try:
        trainer = TrainerProcess.start(wanted)
    except GenreAppError as error:
        told.tell(Failed.of(error))
        raise
    last = _follow(trainer, told)
    if isinstance(last, Failed):
        raise last.error
    if not isinstance(last, Result):
        sys.stderr.write("Cancelled. The active model and the data set are as they were.\n")
        broken_off = resumable_training() if options.mode == "full" else None
        if broken_off is not None:
            sys.stderr.write(
                f"{broken_off.epoch} of at most {broken_off.epochs} epochs are kept."
                " To go on: genre-app train --full --resume\n"
            )
        raise Cancelled
    if options.force and not last.activated:
        try:
            activate(last.model)
            last = replace(last, activated=True)
        except GenreAppError as error:
            complain(error.message)
    told.finish(last)
    return _FAILED if options.activate and not last.activated else _OK


def _follow(trainer: TrainerProcess, told: _JsonProgress | _TerminalProgress) -> Event | None:
    """Tell the events of `trainer` until it has ended, and return the last one; a result is not told."""
    last: Event | None = None
    with _cancelled_by_ctrl_c(trainer):
        try:
            for last in trainer.events():
                if not isinstance(last, Result):
                    told.tell(last)
        finally:
            told.clear()
            if trainer.running:  # whoever read what is printed is gone
                trainer.cancel()
    return last


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="genre-app train",
        description="Train a new version of the model on the clips of the data set, and compare it with the"
        " one that it starts from. Ctrl+C cancels. Exit status: 0 when there is a new version, and it is"
        " active if --activate was given, 1 when something was not done, 2 for wrong usage.",
    )
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument(
        "--quick",
        dest="mode",
        action="store_const",
        const="quick",
        help="fit only the last layer; takes seconds (the default)",
    )
    mode.add_argument(
        "--full",
        dest="mode",
        action="store_const",
        const="full",
        help="fit the whole network to the sound of the clips; takes minutes to hours",
    )
    parser.set_defaults(mode="quick")
    parser.add_argument(
        "--resume", action="store_true", help="with --full: go on with the training that was broken off"
    )
    parser.add_argument("--epochs", metavar="N", type=_epochs, help="with --full: at most so many epochs")
    parser.add_argument("--parent", metavar="ID", help="version to start from, instead of the active one")
    parser.add_argument("--seed", metavar="N", type=_seed, help="of what is drawn at random (default: 0)")
    parser.add_argument(
        "--activate", action="store_true", help="let the new version answer from now on, if it is advisable"
    )
    parser.add_argument("--force", action="store_true", help="with --activate: even if it is not advisable")
    parser.add_argument("--json", action="store_true", help="print every event as one JSON object a line")
    return parser


def _seed(text: str) -> int:
    value = int(text)
    if not 0 <= value <= _MAX_SEED:
        raise ValueError
    return value


_seed.__name__ = "seed"  # as argparse calls it in its complaint


def _epochs(text: str) -> int:
    value = int(text)
    if not 1 <= value <= _MAX_EPOCHS:
        raise ValueError
    return value


_epochs.__name__ = "number"


@contextmanager
def _cancelled_by_ctrl_c(training: Training) -> Iterator[None]:
    """Let Ctrl+C cancel `training`, whose last event then comes within a second."""
    before = signal.getsignal(signal.SIGINT)
    if before is signal.SIG_IGN:  # somebody started us so that it does nothing
        yield
        return
    signal.signal(signal.SIGINT, lambda *_: training.cancel())
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


class _JsonProgress:
    """Prints the events."""

    def tell(self, event: Event) -> None:
        """Print `event`."""
        sys.stdout.write(to_line(event))
        sys.stdout.flush()

    def finish(self, result: Result) -> None:
        """Print the last event of a training that made a version."""
        self.tell(result)

    def clear(self) -> None:
        """Remove nothing: what is printed stays."""


class _TerminalProgress:
    """Shows how far the training has come: on a terminal in one line, elsewhere a line for each phase."""

    def __init__(self) -> None:
        self._line = StatusLine(sys.stderr)
        self._lasting = not sys.stderr.isatty()
        self._full = False

    def tell(self, event: Event) -> None:
        """Show `event`."""
        match event:
            case Started():
                self._full = event.mode == "full"
                self._say(f"training ({event.mode}), starting from {event.parent}")
            case Phase():
                self._say(_PHASES[event.phase])
            case Step():
                share = f" {event.done / event.total:.0%}" if event.total else ""
                left = _time_left(event.seconds_left, at_most=self._full and event.phase == "fit")
                self._line.show(f"{_PHASES[event.phase]}{share}{left}")
            case Epoch():
                text = (
                    f"epoch {event.epoch} of at most {event.epochs}: {event.valid_accuracy:.1%} of the"
                    f" validation clips right{_time_left(event.seconds_left, at_most=self._full)}"
                )
                if self._full:  # an epoch takes long enough to be worth a line
                    self._say(text)
                else:
                    self._line.show(text)
            case Notice():
                self._line.clear()
                complain(event.message)
            case _:
                pass

    def finish(self, result: Result) -> None:
        """Show what came of it, and say what can be done now."""
        comparison = Comparison.from_json(result.comparison)
        sys.stdout.write(comparison_text(comparison, Paint(sys.stdout), advise=True))
        sys.stdout.flush()
        sys.stderr.write(
            f"{result.model} was trained from {result.parent} in {result.seconds:.1f} s;"
            f" its best epoch was number {result.best_epoch}.\n"
        )
        if result.activated:
            sys.stderr.write("It is active now. “genre-app models rollback” takes that back.\n")
        else:
            forced = " --force" if comparison.needs_confirmation else ""
            sys.stderr.write(
                f"It is not active. To use it: genre-app models activate {result.model}{forced}\n"
            )

    def clear(self) -> None:
        """Remove the line."""
        self._line.clear()

    def _say(self, text: str) -> None:
        if self._lasting:
            sys.stderr.write(f"{text}\n")
            sys.stderr.flush()
        else:
            self._line.show(text)


def _time_left(seconds: float | None, *, at_most: bool = False) -> str:
    return "" if seconds is None else f", {'at most ' if at_most else ''}{clock(seconds)} left"
