"""The program from a terminal: it opens the window, or answers without one.

Results go to standard output, everything else to standard error. Exit status: 0 when all went well, 1 when
something could not be classified, 2 for wrong usage, 130 after Ctrl+C. What only one command needs is
imported inside it: an answer takes less time than most of those imports.
"""

from __future__ import annotations

import argparse
import io
import logging
import os
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TextIO

from genre_app import __version__
from genre_app.errors import GenreAppError, UnexpectedError
from genre_app.logs import configure_logging, log_file
from genre_app.progress import Cancelled, Progress
from genre_app.terminal import (
    Paint,
    StatusLine,
    clock,
    columns,
    display_width,
    json_text,
    padded,
    printable,
    shortened,
)
from genre_app.translation import QT_TRANSLATE_NOOP

if TYPE_CHECKING:
    from genre_app.classifier import Classifier, Prediction
    from genre_app.classifier.evaluation import Evaluation

_OK: Final = 0
_FAILED: Final = 1
_USAGE: Final = 2
_INTERRUPTED: Final = 130
_BROKEN_PIPE: Final = 141

# One file is decoded and heard while the next one is decoded already.
_WORKERS: Final = 2
_AHEAD: Final = 4

_log = logging.getLogger(__name__)


class NoDisplayError(GenreAppError):
    """There is no screen that a window could open on. Parameters: `reason`."""

    code = "no-display"
    title = QT_TRANSLATE_NOOP("errors", "No display")
    template = QT_TRANSLATE_NOOP(
        "errors",
        "The window can't open: {reason}."
        " To classify files without a window, type: genre-app classify FILE...",
    )


class UnknownGenreError(GenreAppError):
    """A clip is labelled with a genre that the model does not know. Parameters: `genre`, `model`."""

    code = "unknown-genre"
    title = QT_TRANSLATE_NOOP("errors", "Unknown genre")
    template = QT_TRANSLATE_NOOP(
        "errors", "The model “{model}” does not know the genre “{genre}”, so the clip can't be evaluated."
    )


class NothingToEvaluateError(GenreAppError):
    """No clip was found to evaluate. Parameters: `place`."""

    code = "nothing-to-evaluate"
    title = QT_TRANSLATE_NOOP("errors", "Nothing to evaluate")
    template = QT_TRANSLATE_NOOP(
        "errors",
        "There is no clip to evaluate in {place}."
        " Expected is a folder for each genre, with audio files in it.",
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program with `argv` (those of the process by default) and return its exit status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    configure_logging()
    _escape_what_can_not_be_encoded()
    try:
        if arguments and arguments[0] in _COMMANDS:
            status = _COMMANDS[arguments[0]].run(arguments[1:])
        else:
            status = _window(arguments)
        if sys.stdout is not None:
            sys.stdout.flush()
    except GenreAppError as error:
        _complain(error)
        return _FAILED
    except (KeyboardInterrupt, Cancelled):
        return _INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has seen enough. Python would complain once more when it flushes at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _BROKEN_PIPE
    except Exception as error:  # noqa: BLE001 - nobody should read a traceback; the log file has it
        _log.exception("the command failed: %s", arguments)
        _complain(UnexpectedError.wrap(error))
        return _FAILED
    return status


# --- the window


def _window(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="genre-app",
        description="Hear a song, name its genre. Without a command the window opens, and FILEs in it.",
        epilog="commands:\n"
        + "".join(f"  {name:<10} {command.summary}\n" for name, command in _COMMANDS.items())
        + "\nA FILE named like a command can be given after “--”."
        " “genre-app COMMAND --help” says more about a command.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("files", nargs="*", metavar="FILE", type=Path, help="audio files and folders to open")
    parser.add_argument("--version", action="version", version=f"genre-app {__version__}")
    parser.add_argument(
        "--new-window", action="store_true", help="open FILEs in a window of their own, though one is open"
    )
    options = parser.parse_args(arguments)
    if "--" not in arguments:
        _refuse_misspelt_command(parser, options.files)
    _require_display()
    if options.files and not options.new_window:
        from genre_app.gui.inbox import hand_over

        if hand_over(options.files):
            if sys.stdout is not None:  # a window started without a terminal has none
                sys.stdout.write("Opened in the window that is there already.\n")
            return 0
    _import_numpy()
    try:
        from genre_app.gui.app import main as open_window
    except ImportError as error:
        raise NoDisplayError(reason=f"a library that it needs is missing ({error})") from error
    status: int = open_window(options.files)
    return status


def _refuse_misspelt_command(parser: argparse.ArgumentParser, files: Sequence[Path]) -> None:
    """End with a usage error if the first file is none, but a word that reads like a command."""
    if not files or files[0].suffix or len(files[0].parts) != 1 or os.path.lexists(files[0]):
        return
    import difflib

    word = str(files[0])
    similar = difflib.get_close_matches(word, _COMMANDS, n=1)
    hint = f" (did you mean “{similar[0]}”?)" if similar else ""
    parser.error(f"there is no command and no file “{printable(word)}”{hint}")


def _require_display() -> None:
    """Raise `NoDisplayError` where Qt would abort the process because it finds no screen."""
    if not sys.platform.startswith("linux"):
        return
    platform = os.environ.get("QT_QPA_PLATFORM", "").partition(":")[0].partition(";")[0]
    if platform and platform not in ("xcb", "wayland", "wayland-egl"):
        return  # offscreen, vnc, eglfs, ...: needs no X server
    wayland = os.environ.get("WAYLAND_DISPLAY")
    if wayland and platform != "xcb" and Path(os.environ.get("XDG_RUNTIME_DIR", "/"), wayland).exists():
        return
    display = os.environ.get("DISPLAY")
    if not display:
        raise NoDisplayError(reason="there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set)")
    if not _x_server_answers():
        raise NoDisplayError(reason=f"the display “{printable(display)}” does not answer")


def _x_server_answers() -> bool:
    """Whether the X server that DISPLAY names takes our connection; True if that can't be found out."""
    import ctypes

    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return True
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    # Left open if it works: an X server that loses its only client may restart itself, and Qt connects next.
    answers: bool = xcb.xcb_connection_has_error(connection) == 0
    if not answers:
        xcb.xcb_disconnect(connection)
    return answers


# --- genre-app classify


class _Heard(NamedTuple):
    """What came of one file."""

    path: Path
    result: Prediction | GenreAppError
    warnings: tuple[str, ...]


def _classify(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="genre-app classify",
        description="Name the genre of audio files. Exit status: 0 when every file was classified,"
        " 1 when some were not, 2 for wrong usage.",
    )
    parser.add_argument("paths", nargs="+", metavar="PATH", help="audio file, or folder of such")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print one JSON object a line for each file")
    form.add_argument("--csv", action="store_true", help="print comma-separated values with a header")
    _add_model_option(parser)
    options = parser.parse_args(arguments)

    files = _found(options.paths)
    with _heard(files, options.model) as (classifier, results):
        if options.json:
            write = _json_writer(sys.stdout)
        elif options.csv:
            write = _csv_writer(sys.stdout, classifier.genres)
        else:
            write = _table_writer(sys.stdout, files, classifier.genres)
        return _write_all(results, len(files), write, summary=not (options.json or options.csv))


def _write_all(
    results: Iterator[_Heard], n_files: int, write: Callable[[_Heard], None], *, summary: bool
) -> int:
    started = time.perf_counter()
    status_line = StatusLine(sys.stderr)
    failed = 0
    seconds = 0.0
    if n_files > 1:
        status_line.show(f"0 of {n_files}")
    for done, heard in enumerate(results, start=1):
        status_line.clear()
        write(heard)
        for warning in heard.warnings:
            sys.stderr.write(f"genre-app: {printable(str(heard.path))}: {printable(warning)}\n")
        if isinstance(heard.result, GenreAppError):
            failed += 1
        else:
            seconds += heard.result.duration
        if done < n_files:
            status_line.show(f"{done} of {n_files}")
    if summary and n_files > 1:
        took = time.perf_counter() - started
        sys.stderr.write(
            f"{n_files} files, {failed} failed; {clock(seconds)} of sound in {took:.1f} s"
            f" ({n_files / took:.1f} files a second)\n"
        )
    return _FAILED if failed else _OK


def _json_writer(stream: TextIO) -> Callable[[_Heard], None]:
    def write(heard: _Heard) -> None:
        stream.write(json_text(_record(heard), stream) + "\n")
        stream.flush()

    return write


def _csv_writer(stream: TextIO, genres: Sequence[str]) -> Callable[[_Heard], None]:
    import csv

    writer = csv.writer(stream, lineterminator="\n")
    columns_before = ("path", "status", "genre", "best_genre", "confidence")
    columns_after = ("duration", "model", "error_code", "error_message")
    writer.writerow([*columns_before, *genres, *columns_after])

    def write(heard: _Heard) -> None:
        path, result = printable(str(heard.path)), heard.result
        if isinstance(result, GenreAppError):
            nothing = [""] * (len(genres) + 5)
            row = [path, "error", *nothing, result.code, printable(result.message)]
        else:
            answer = [result.genre or "", result.best_genre, f"{result.confidence:.6f}"]
            probabilities = [f"{result.probabilities[genre]:.6f}" for genre in genres]
            about = [f"{result.duration:.3f}", result.model]
            row = [path, "ok", *answer, *probabilities, *about, "", ""]
        writer.writerow(row)
        stream.flush()

    return write


def _table_writer(stream: TextIO, files: Sequence[Path], genres: Sequence[str]) -> Callable[[_Heard], None]:
    paint = Paint(stream)
    genre_width = max(map(display_width, ("unsure", *genres)))
    # After the name come genre, confidence, length and the runner-up.
    rest = genre_width + 24 + genre_width + 14
    name_width = max(display_width(printable(str(path))) for path in files)
    terminal = columns(stream)
    if terminal is not None:
        name_width = min(name_width, max(16, terminal - rest))
    name_width = max(name_width, len("File"))
    head = f"{padded('File', name_width)}  {padded('Genre', genre_width)}  Confidence    Length  "
    stream.write(paint("bold", head.rstrip()) + "\n")

    def write(heard: _Heard) -> None:
        name = padded(shortened(printable(str(heard.path)), name_width), name_width)
        result = heard.result
        if isinstance(result, GenreAppError):
            stream.write(
                f"{name}  {paint('red', padded('error', genre_width))}  {printable(result.message)}\n"
            )
        else:
            genre = padded(result.genre or "unsure", genre_width)
            genre = paint("bold", genre) if result.genre else paint("dim", genre)
            second = list(result.probabilities.items())[1]
            if result.genre:
                other = f"then {second[0]} {second[1]:.0%}"
            else:
                other = f"perhaps {result.best_genre}" if result.segments else "silence"
            figures = f"{result.confidence:>10.0%}  {clock(result.duration):>8}"
            stream.write(f"{name}  {genre}  {figures}  {paint('dim', other)}\n")
        stream.flush()

    return write


def _record(heard: _Heard) -> dict[str, Any]:
    """Return what ``classify --json`` prints for one file."""
    result = heard.result
    if isinstance(result, GenreAppError):
        return {
            "path": str(heard.path),
            "status": "error",
            "error": {"code": result.code, "message": result.message},
        }
    return {
        "path": str(heard.path),
        "status": "ok",
        "genre": result.genre,
        "best_genre": result.best_genre,
        "confidence": round(result.confidence, 6),
        "probabilities": {genre: round(p, 6) for genre, p in result.probabilities.items()},
        "segments": [
            {
                "start": round(segment.start, 3),
                "end": round(segment.end, 3),
                "genre": segment.genre,
                "confidence": round(segment.confidence, 6),
            }
            for segment in result.segments
        ],
        "duration": round(result.duration, 3),
        "model": result.model,
        "warnings": list(heard.warnings),
    }


# --- genre-app evaluate


class _Clip(NamedTuple):
    """An audio file whose genre is known."""

    path: Path
    genre: str


def _evaluate(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="genre-app evaluate",
        description="Compare predictions with known genres. Exit status: 0 when every clip was evaluated,"
        " 1 when some were not, 2 for wrong usage.",
    )
    parser.add_argument(
        "directory", nargs="?", metavar="DIR", type=Path, help="folder with a folder of clips for each genre"
    )
    parser.add_argument(
        "--list",
        metavar="FILE",
        type=Path,
        help="evaluate the clips in this text file alone, one “genre/name” a line, with or without suffix;"
        " they are looked for in DIR, or, without it, beside FILE and in the current folder",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    _add_model_option(parser)
    options = parser.parse_args(arguments)
    if options.directory is None and options.list is None:
        parser.error("name a folder DIR, or a list with --list FILE")
    for path, exists in ((options.directory, Path.is_dir), (options.list, Path.is_file)):
        if path is not None and not exists(path):
            parser.error(f"{printable(str(path))} is not there")

    if options.list is None:
        clips = _clips_of_folder(options.directory)
    else:
        roots = [options.directory] if options.directory else [options.list.parent, Path()]
        clips = _clips_of_list(options.list, roots)
    if not clips:
        raise NothingToEvaluateError(place=printable(str(options.list or options.directory)))

    status_line = StatusLine(sys.stderr)
    truth: list[str] = []
    predictions: list[Prediction] = []
    failures: list[_Heard] = []
    with _heard([clip.path for clip in clips], options.model) as (classifier, results):
        names = {_plain(genre): genre for genre in classifier.genres}
        for done, (clip, heard) in enumerate(zip(clips, results, strict=True), start=1):
            status_line.show(f"{done} of {len(clips)}")
            genre = names.get(_plain(clip.genre))
            if isinstance(heard.result, GenreAppError):
                failures.append(heard)
            elif genre is None:
                unknown = UnknownGenreError(genre=printable(clip.genre), model=classifier.model_id)
                failures.append(_Heard(clip.path, unknown, ()))
            else:
                truth.append(genre)
                predictions.append(heard.result)
    status_line.clear()
    for failure in failures:
        sys.stderr.write(f"genre-app: {printable(str(failure.path))}: {printable(str(failure.result))}\n")
    if not truth:
        raise NothingToEvaluateError(place=printable(str(options.list or options.directory)))

    from genre_app.classifier.evaluation import evaluate

    evaluation = evaluate(truth, predictions, classifier.genres)
    if options.json:
        sys.stdout.write(json_text(_evaluation_record(evaluation, classifier, failures), sys.stdout) + "\n")
    else:
        sys.stdout.write(_evaluation_report(evaluation, classifier))
    return _FAILED if failures else _OK


def _clips_of_folder(directory: Path) -> list[_Clip]:
    from genre_app.audio.formats import find_audio_files, is_audio_path

    clips = []
    for folder in sorted(directory.iterdir()):
        if folder.is_dir() and not folder.name.startswith("."):
            # An empty folder stands for itself; it is a genre without clips here, not an error.
            found = (path for path in find_audio_files([folder]) if is_audio_path(path) and path != folder)
            clips += [_Clip(path, folder.name) for path in found]
    return clips


def _clips_of_list(listing: Path, roots: Sequence[Path]) -> list[_Clip]:
    lines = listing.read_text(encoding="utf-8-sig", errors="surrogateescape").splitlines()
    entries = [line.strip() for line in lines]
    return [
        _Clip(_clip_path(entry, roots), Path(entry).parent.name)
        for entry in entries
        if entry and not entry.startswith("#")
    ]


def _clip_path(entry: str, roots: Sequence[Path]) -> Path:
    """Return the file that `entry` of a list means; its suffix may be missing or that of another format."""
    from genre_app.audio.formats import AUDIO_SUFFIXES, is_audio_path

    stem = str(Path(entry).with_suffix("")) if is_audio_path(entry) else entry
    for root in roots:
        for candidate in (root / entry, *(root / f"{stem}{suffix}" for suffix in sorted(AUDIO_SUFFIXES))):
            if candidate.is_file():
                return candidate
    return roots[0] / entry


def _plain(genre: str) -> str:
    """Return `genre` without what people write differently: Hip-Hop, hip hop, hiphop."""
    return "".join(char for char in genre.casefold() if char.isalnum())


def _evaluation_record(
    evaluation: Evaluation, classifier: Classifier, failures: Iterable[_Heard]
) -> dict[str, Any]:
    """Return what ``evaluate --json`` prints."""
    genres = evaluation.genres
    return {
        "model": classifier.model_id,
        "n": evaluation.n,
        "accuracy": evaluation.accuracy,
        "accuracy_ci95": list(evaluation.accuracy_ci95),
        "macro_f1": evaluation.macro_f1,
        "ece": evaluation.ece,
        "sure": evaluation.sure,
        "accuracy_when_sure": evaluation.accuracy_when_sure,
        "genres": list(genres),
        "confusion": {
            genre: dict(zip(genres, map(int, row), strict=True))
            for genre, row in zip(genres, evaluation.confusion, strict=True)
        },
        "per_genre": {
            genre: {"n": score.n, "precision": score.precision, "recall": score.recall, "f1": score.f1}
            for genre, score in zip(genres, evaluation.per_genre, strict=True)
        },
        "errors": [_record(failure) for failure in failures],
    }


def _evaluation_report(evaluation: Evaluation, classifier: Classifier) -> str:
    from genre_app.commands.comparing import share_of

    paint = Paint(sys.stdout)
    low, high = evaluation.accuracy_ci95
    lines = [
        paint("bold", f"Model {classifier.model_id}: {evaluation.accuracy:.1%} of {evaluation.n} clips right")
        + f" (95% interval {low:.1%} to {high:.1%})",
        f"Macro-F1 {evaluation.macro_f1:.3f}, expected calibration error {evaluation.ece:.3f}",
        f"Sure about {evaluation.sure:.1%} of the clips"
        + (
            ""
            if evaluation.accuracy_when_sure is None
            else f", and right in {evaluation.accuracy_when_sure:.1%} of those"
        ),
        "",
    ]
    width = max(map(display_width, ("Genre", *evaluation.genres)))
    numbers = range(1, len(evaluation.genres) + 1)
    head = f"{padded('Genre', width)}  Clips  Precision  Recall     F1   taken for "
    lines.append(paint("bold", head + "".join(f"{number:>5}" for number in numbers)))
    for number, genre, score, row in zip(
        numbers, evaluation.genres, evaluation.per_genre, evaluation.confusion, strict=True
    ):
        counts = "".join(
            paint("green" if column == number else "dim", f"{count:>5}") if count else f"{'·':>5}"
            for column, count in zip(numbers, row, strict=True)
        )
        precision = share_of(sum(evaluation.confusion[:, number - 1]), score.precision)
        recall, f1 = share_of(score.n, score.recall), f"{score.f1:.3f}" if score.n else "–"
        lines.append(
            f"{padded(genre, width)}  {score.n:>5}  {precision:>9}  {recall:>6}  {f1:>5}   "
            f"{number:>9} {counts}"
        )
    return "\n".join(lines) + "\n"


# --- genre-app dataset


def _dataset(arguments: Sequence[str]) -> int:
    _import_numpy()
    from genre_app.commands.dataset import run

    return run(arguments)


# --- genre-app train, genre-app models


def _train(arguments: Sequence[str]) -> int:
    _import_numpy()
    from genre_app.commands.train import run

    return run(arguments)


def _models(arguments: Sequence[str]) -> int:
    _import_numpy()
    from genre_app.commands.models import run

    return run(arguments)


# --- what the commands share


def _import_numpy() -> None:
    """Import NumPy with one thread: more of them take the processors from the decoder and the network.

    Its matrices are small here. Child processes, such as training, are left to choose for themselves.
    """
    name = "OPENBLAS_NUM_THREADS"
    if name in os.environ:
        return
    os.environ[name] = "1"
    try:
        import numpy  # noqa: F401, ICN001
    finally:
        del os.environ[name]


def _add_model_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--model", metavar="ID", help="model version that answers, instead of the active one")


def _found(paths: Iterable[str]) -> list[Path]:
    from genre_app.audio.formats import find_audio_files

    return list(find_audio_files(paths))


@contextmanager
def _heard(files: Sequence[Path], model_id: str | None) -> Iterator[tuple[Classifier, Iterator[_Heard]]]:
    """Load the model and let it hear `files`; give it and the results in the order of the files.

    While the model loads, the first file is being decoded already, and while a file is heard, the next one.
    What goes wrong with one file is its result, and the others still get theirs.

    Raises:
        GenreAppError: if the model can't be loaded.
    """
    from concurrent.futures import Future, ThreadPoolExecutor

    _import_numpy()

    from genre_app.audio.decode import open_audio, prewarm

    # The decoder's process starts while this one imports and loads what it needs itself.
    prewarm()

    from genre_app.classifier import Classifier
    from genre_app.features.log_mel import SAMPLE_RATE

    loaded: Future[Classifier] = Future()
    progress = Progress()

    def hear(path: Path) -> _Heard:
        try:
            with open_audio(path, sample_rate=SAMPLE_RATE, mono=True) as stream:
                prediction = loaded.result().predict_stream(stream, progress)
                return _Heard(path, prediction, tuple(stream.warnings))
        except GenreAppError as error:
            return _Heard(path, error, ())
        except Cancelled:
            raise
        except Exception as error:  # noqa: BLE001 - the other files must have their chance
            _log.exception("a file failed: %s", printable(str(path)))
            return _Heard(path, UnexpectedError.wrap(error), ())

    executor = ThreadPoolExecutor(_WORKERS, thread_name_prefix="hear")
    following = iter(files)
    waiting = deque(executor.submit(hear, path) for path in islice(following, _AHEAD))

    def results() -> Iterator[_Heard]:
        while waiting:
            yield waiting.popleft().result()
            waiting.extend(executor.submit(hear, path) for path in islice(following, 1))

    try:
        classifier = Classifier.load(model_id)
        loaded.set_result(classifier)
        if classifier.warning is not None:
            sys.stderr.write(f"genre-app: {printable(classifier.warning.message)}\n")
        yield classifier, results()
    except BaseException:
        progress.cancel()
        if not loaded.done():
            loaded.set_exception(Cancelled())
        raise
    finally:
        executor.shutdown(cancel_futures=True)


def _escape_what_can_not_be_encoded() -> None:
    """Let no character that the terminal's encoding lacks stop the output."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _complain(error: GenreAppError) -> None:
    _log.error("%s: %s", error.code, error.details or error.message)
    if sys.stderr is not None:  # a window started without a terminal has none
        sys.stderr.write(f"genre-app: {printable(error.message)}\n")
        if isinstance(error, UnexpectedError):
            sys.stderr.write(f"The log file is {printable(str(log_file()))}\n")


class _Command(NamedTuple):
    """A word that can follow ``genre-app``."""

    run: Callable[[Sequence[str]], int]
    summary: str


_COMMANDS: Final = {
    "classify": _Command(_classify, "name the genre of audio files, without a window"),
    "evaluate": _Command(_evaluate, "measure how often the answers are right"),
    "dataset": _Command(
        _dataset, "add, list, change, augment, import and export the clips that it learns from"
    ),
    "train": _Command(_train, "train the model on these clips, and compare it with the one before"),
    "models": _Command(_models, "list, activate, compare, export and import versions of the model"),
}
