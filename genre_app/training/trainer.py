"""The process that trains: ``python -m genre_app.training.trainer --quick``.

It writes events to standard output, one line of JSON each (`genre_app.training.events`), and the same to a
journal, from which a window that is opened later can follow. It stops when a line ``cancel`` comes in, when
the file `run_files.cancel_file` appears, or when standard input ends, because whoever wanted the result is
gone then; after a line ``detach`` it goes on without them. It may be killed at any moment.
"""

from __future__ import annotations

import argparse
import contextlib
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import IO, TYPE_CHECKING, Final

from genre_app.errors import GenreAppError, UnexpectedError
from genre_app.locks import FileLock
from genre_app.progress import Cancelled, Progress
from genre_app.training import run_files
from genre_app.training.errors import TrainingRunningError
from genre_app.training.events import (
    Event,
    Failed,
    Mode,
    Notice,
    Phase,
    Result,
    Started,
    Step,
    Stopped,
    to_line,
)
from genre_app.translation import QT_TRANSLATE_NOOP

if TYPE_CHECKING:
    from genre_app.classifier.model_version import ModelVersion
    from genre_app.dataset.data_set import DataSet
    from genre_app.dataset.records import TrainingArrays

_POLL_SECONDS: Final = 0.1
_STEP_SECONDS: Final = 0.1
# Somebody may be looking whether the lock is free, which takes it for a moment.
_LOCK_TRIES: Final = 5
_NICENESS: Final = 5

_PARENT_UNUSABLE: Final = QT_TRANSLATE_NOOP(
    "training",
    "The active model “{model}” can't be used, so the training starts from the one that came with the"
    " program. {reason}",
)
_NOT_EMBEDDED: Final = QT_TRANSLATE_NOOP("training", "A clip was left out: {path}. {reason}")

_log = logging.getLogger(__name__)


class Reporter:
    """Tells the events to everyone who listens."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream: IO[bytes] | None = stream
        self._journal: IO[bytes] | None = None
        self._lock = threading.Lock()

    def open_journal(self) -> None:
        """Begin a new journal.

        Raises:
            OSError: if it can't be written.
        """
        self._journal = run_files.journal_file().open("wb")

    def __call__(self, event: Event) -> None:
        """Tell `event`; that nobody listens any more is no error."""
        line = to_line(event).encode("ascii")
        with self._lock:
            if self._journal is not None:
                self._journal.write(line)
                self._journal.flush()
            if self._stream is not None:
                try:
                    self._stream.write(line)
                    self._stream.flush()
                except OSError:
                    self._stream = None

    def detach(self) -> None:
        """From now on tell the journal alone; whoever read the stream is at its end."""
        with self._lock, contextlib.suppress(OSError):
            stream, self._stream = self._stream, None
            if stream is not None:
                stream.close()


def main(arguments: list[str] | None = None) -> int:
    """Train; return 0 if there is a new version, 1 if it failed, 3 if it was cancelled."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    # The same data give the same head to the last bit only if sums are always split in the same way.
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    report = Reporter(_take_standard_output())
    progress = Progress()
    signal.signal(signal.SIGINT, lambda *_: progress.cancel())
    lock = FileLock(run_files.lock_file())
    try:
        if not _acquire(lock):
            report(Failed.of(TrainingRunningError()))
            return 1
        run_files.cancel_file().unlink(missing_ok=True)
        report.open_journal()
        threading.Thread(target=_watch_input, args=(progress, report), name="input", daemon=True).start()
        threading.Thread(target=_watch_cancel_file, args=(progress,), name="cancel", daemon=True).start()
        report(_train(options, progress, report))
    except Cancelled:
        report(Stopped())
        return 3
    except GenreAppError as error:
        report(Failed.of(error))
        return 1
    except Exception as error:  # noqa: BLE001 - whoever waits for the result must hear of it
        _log.exception("the training failed")
        report(Failed.of(UnexpectedError.wrap(error)))
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m genre_app.training.trainer", description=__doc__)
    mode = parser.add_mutually_exclusive_group(required=True)
    mode.add_argument(
        "--quick", dest="mode", action="store_const", const="quick", help="fit the head to stored embeddings"
    )
    mode.add_argument(
        "--full", dest="mode", action="store_const", const="full", help="fit the whole network to the audio"
    )
    parser.add_argument(
        "--resume", action="store_true", help="with --full: go on with the training that was broken off"
    )
    parser.add_argument("--epochs", type=int, help="with --full: at most so many")
    parser.add_argument("--parent", metavar="ID", help="version to start from, instead of the active one")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--activate", action="store_true", help="activate the new version if that is advisable"
    )
    return parser


def _take_standard_output() -> IO[bytes]:
    """Return standard output for events alone; what libraries print goes to standard error from now on."""
    stream = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return stream


def _acquire(lock: FileLock) -> bool:
    for left in reversed(range(_LOCK_TRIES)):
        if lock.acquire():
            return True
        if left:
            time.sleep(0.05)
    return False


def _watch_input(progress: Progress, report: Reporter) -> None:
    # Not through sys.stdin: the interpreter could not end while a thread waits in there.
    told = b""
    with contextlib.suppress(OSError):
        while b"cancel\n" not in told and (data := os.read(0, 64)):
            told = (told + data)[-64:]
            if b"detach\n" in told:
                report.detach()
                return
    progress.cancel()


def _watch_cancel_file(progress: Progress) -> None:
    path = run_files.cancel_file()
    while not progress.cancelled:
        if path.exists():
            progress.cancel()
        time.sleep(_POLL_SECONDS)


_Report = Callable[[Event], None]


def _train(options: argparse.Namespace, progress: Progress, report: _Report) -> Result:
    trainings: dict[Mode, Callable[[argparse.Namespace, Progress, _Report], Result]] = {
        "quick": _quick,
        "full": _full,
    }
    return trainings[options.mode](options, progress, report)


def _quick(options: argparse.Namespace, progress: Progress, report: _Report) -> Result:
    from genre_app.classifier.model_version import BACKBONE_NAME
    from genre_app.classifier.versions import activate, delete
    from genre_app.dataset.data_set import DataSet
    from genre_app.training.quick import QuickSettings, quick_retrain

    started = time.monotonic()
    parent, notice = find_parent(options.parent)
    report(Started("quick", parent.id, os.getpid()))
    if notice is not None:
        report(notice)
    with DataSet() as data_set:
        embed_missing_clips(data_set, parent, progress, report)
        arrays = data_set.training_arrays(parent.files[BACKBONE_NAME])
    made = quick_retrain(arrays, parent, QuickSettings(seed=options.seed), progress, report)
    if progress.cancelled:
        delete(made.version.id)
        raise Cancelled
    activated = options.activate and made.comparison.keep and not made.comparison.needs_confirmation
    if activated:
        activate(made.version.id)
    return Result(
        model=made.version.id,
        parent=parent.id,
        best_epoch=made.best_epoch,
        comparison=made.comparison.to_json(),
        activated=activated,
        seconds=round(time.monotonic() - started, 3),
    )


def _full(options: argparse.Namespace, progress: Progress, report: _Report) -> Result:
    from genre_app.classifier.model_version import BACKBONE_NAME
    from genre_app.classifier.versions import activate, delete
    from genre_app.dataset.data_set import DataSet
    from genre_app.training.full_run import (
        discard_resumable_training,
        missing_for_full_training,
        read_state,
    )
    from genre_app.training.full_settings import FullSettings, settings_of

    # It takes minutes: whoever plays or records music meanwhile comes first.
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    started = time.monotonic()
    state = read_state() if options.resume else None
    if options.resume:
        settings = settings_of(state)
    else:
        settings = FullSettings(seed=options.seed)
        if options.epochs is not None:
            settings = replace(settings, epochs=options.epochs)
    parent, notice = find_parent(state["parent"] if state is not None else options.parent)
    report(Started("full", parent.id, os.getpid()))
    if notice is not None:
        report(notice)
    with DataSet() as data_set:
        lacking = missing_for_full_training(data_set.counts())
        if lacking is not None:
            raise lacking
        # TensorFlow, which takes seconds to load, only when it is sure to be needed.
        report(Phase("loading"))
        from genre_app.training.full import full_training

        def report_without_time(event: Event) -> None:
            # How long hearing the clips takes says nothing about the rest.
            report(replace(event, seconds_left=None) if isinstance(event, Step) else event)

        def arrays() -> TrainingArrays:
            embed_missing_clips(data_set, parent, progress, report_without_time)
            return data_set.training_arrays(parent.files[BACKBONE_NAME])

        made = full_training(data_set, parent, arrays, settings, progress, report, state=state)
    if progress.cancelled:
        delete(made.version.id)
        raise Cancelled
    discard_resumable_training()
    activated = options.activate and made.comparison.keep and not made.comparison.needs_confirmation
    if activated:
        activate(made.version.id)
    return Result(
        model=made.version.id,
        parent=parent.id,
        best_epoch=made.best_epoch,
        comparison=made.comparison.to_json(),
        activated=activated,
        seconds=round(time.monotonic() - started, 3),
    )


def find_parent(model_id: str | None) -> tuple[ModelVersion, Notice | None]:
    """Return the version to start from: that named, or the active one, or the shipped one if that is damaged.

    Returns:
        The version, and what the user should know if it is not the active one.

    Raises:
        ModelMissingError, ModelDamagedError, ModelFeatureVersionError: if there is none that can be used.
    """
    from genre_app.classifier.model_version import (
        BASE_MODEL_ID,
        active_model_id,
        find_model,
        read_model_version,
        verify_model_files,
    )

    wanted = active_model_id() if model_id is None else model_id
    try:
        version = read_model_version(find_model(wanted))
        verify_model_files(version)
    except GenreAppError as error:
        if model_id is not None or wanted == BASE_MODEL_ID:
            raise
        notice = Notice("parent-unusable", _PARENT_UNUSABLE, {"model": wanted, "reason": error.message})
        return read_model_version(find_model(BASE_MODEL_ID)), notice
    return version, None


def embed_missing_clips(data_set: DataSet, parent: ModelVersion, progress: Progress, report: _Report) -> None:
    """Compute the embeddings that the data set does not have yet, by the backbone of `parent`.

    A clip that can't be embedded is told of and left out.

    Raises:
        GenreAppError: if the backbone can't be loaded, or the data set not be written to.
        Cancelled: if `progress` was cancelled; what was computed is kept.
    """
    from genre_app.classifier.model_version import BACKBONE_NAME

    if not data_set.missing_embeddings(parent.files[BACKBONE_NAME]):
        return
    from genre_app.classifier.classifier import Classifier
    from genre_app.dataset.embeddings import compute_missing

    report(Phase("embeddings"))
    started = told = time.monotonic()

    def tell(done: float, total: float, _: str) -> None:
        nonlocal told
        now = time.monotonic()
        if now - told >= _STEP_SECONDS or done == total:
            told = now
            left = round((now - started) / done * (total - done), 1) if done else None
            report(Step("embeddings", done, total, left))

    progress.on_report = tell
    try:
        computed = compute_missing(
            data_set, Classifier.from_directory(parent.directory), progress, threads=os.cpu_count() or 1
        )
    finally:
        progress.on_report = None
    for wanted, error in computed.failures:
        report(Notice("not-embedded", _NOT_EMBEDDED, {"path": str(wanted.path), "reason": error.message}))


def _leave(status: int) -> None:
    """End the process at once: TensorFlow takes longer to take itself apart than a cancel may last."""
    if "tensorflow" in sys.modules:
        logging.shutdown()
        sys.stderr.flush()
        os._exit(status)
    sys.exit(status)


if __name__ == "__main__":
    _leave(main())
