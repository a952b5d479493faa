"""``genre-app models``: the model versions, from a terminal.

Results go to standard output, one JSON object a line with ``--json``, everything else to standard error. Exit
status: 0 when all that was asked for was done, 1 when something was not, 2 for wrong usage.
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from genre_app.classifier.evaluation import Evaluation, evaluation_from_json
from genre_app.classifier.model_version import (
    BASE_MODEL_ID,
    ModelVersion,
    active_model_id,
    find_model,
    read_model_version,
    verify_model_files,
)
from genre_app.classifier.versions import (
    ARCHIVE_SUFFIX,
    InstalledVersion,
    activate,
    delete,
    export,
    import_archive,
    list_versions,
    rename,
    roll_back,
)
from genre_app.commands.comparing import accuracy_text, comparison_text
from genre_app.commands.output import complain, error_record, print_json, terminal_progress
from genre_app.errors import GenreAppError
from genre_app.terminal import Paint, columns, display_width, padded, printable, shortened

if TYPE_CHECKING:
    from genre_app.classifier.comparison import Comparison
    from genre_app.dataset.records import TrainingArrays

_OK: Final = 0
_FAILED: Final = 1


def run(arguments: Sequence[str]) -> int:
    """Run ``genre-app models`` with `arguments` and return its exit status.

    Raises:
        GenreAppError: if it could not be done.
        Cancelled, KeyboardInterrupt: if the user stopped it.
    """
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = options.command
    return command(options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="genre-app models",
        description="The versions of the model. Exit status: 0 when all was done, 1 when something was not,"
        " 2 for wrong usage.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, command: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
        own = commands.add_parser(name, help=text[0].lower() + text[1:].partition(".")[0], description=text)
        own.add_argument("--json", action="store_true", help="print JSON, one object a line")
        own.set_defaults(command=command, parser=own)
        return own

    add("list", _list, "List all versions. The active one is marked with a star.")

    own = add("show", _show, "Say all about a version, and check its files.")
    own.add_argument("model", nargs="?", metavar="ID", help="the version (default: the active one)")

    own = add("activate", _activate, "Let a version answer from now on.")
    own.add_argument("model", metavar="ID", help="the version")
    own.add_argument(
        "--force",
        action="store_true",
        help="even if it is worse on the reference set than the active one, by more than chance explains,"
        " or nobody knows whether it is",
    )

    own = add("rename", _rename, "Give a version a name. Its ID stays.")
    own.add_argument("model", metavar="ID", help="the version")
    own.add_argument("name", nargs="?", metavar="NAME", help="one line of 1 to 100 characters")
    own.add_argument("--clear", action="store_true", help="take its name away instead")

    own = add(
        "compare",
        _compare,
        "Compare two versions on the reference set, and on your own validation clips.",
    )
    own.add_argument("new", metavar="ID", help="the one")
    own.add_argument("current", nargs="?", metavar="ID", help="the other (default: the active one)")

    own = add("export", _export, "Write a version to one file, which “import” reads on another machine.")
    own.add_argument("model", metavar="ID", help="the version")
    own.add_argument("path", metavar="FILE", type=Path, help=f"such as rock{ARCHIVE_SUFFIX}")
    own.add_argument("--force", action="store_true", help="replace FILE if it is there")

    own = add(
        "import",
        _import,
        "Install a version that “export” has written. It is checked to the last byte, and not activated.",
    )
    own.add_argument("path", metavar="FILE", type=Path, help="the file")

    own = add(
        "remove", _remove, "Delete versions. The active one and the one that came with the program stay."
    )
    own.add_argument("models", nargs="+", metavar="ID", help="a version")

    add("rollback", _rollback, "Activate what the active version was trained from.")
    return parser


# --- list, show


def _list(options: argparse.Namespace) -> int:
    versions = list_versions()
    active = active_model_id()
    if options.json:
        for one in versions:
            print_json(_record(one))
    else:
        sys.stdout.write(_table(versions))
    if active not in (one.id for one in versions):
        complain(f"the active model “{active}” is not there; the one that came with the program answers")
    for one in versions:
        if one.error is not None and not options.json:
            complain(one.error.message)
    return _OK


def _record(one: InstalledVersion) -> dict[str, Any]:
    version = one.version
    record: dict[str, Any] = {
        "model": one.id,
        "active": one.active,
        "shipped": one.shipped,
        "size": one.size,
        "path": str(one.directory),
    }
    if version is not None:
        evaluation = _evaluation(version.metrics)
        record |= {
            "name": version.name,
            "created": version.created,
            "kind": _kind(version),
            "parent": version.parent,
            "genres": list(version.genres),
            "accuracy": None if evaluation is None else evaluation.accuracy,
            "accuracy_ci95": None if evaluation is None else list(evaluation.accuracy_ci95),
            "n": None if evaluation is None else evaluation.n,
        }
    record["error"] = None if one.error is None else error_record(one.error)
    return record


def _table(versions: Sequence[InstalledVersion]) -> str:
    paint = Paint(sys.stdout)
    rows = [("", "ID", "Kind", "Trained", "Right", "Genres", "From", "Name")]
    for one in versions:
        mark = "*" if one.active else ""
        if one.version is None:
            rows.append((mark, one.id, "damaged", "", "", "", "", ""))
            continue
        evaluation = _evaluation(one.version.metrics)
        right = "–" if evaluation is None else f"{evaluation.accuracy:.1%}"
        made, n_genres = _local_time(one.version.created), str(len(one.version.genres))
        parent, name = one.version.parent or "–", one.version.name or ""
        rows.append((mark, one.id, _kind(one.version), made, right, n_genres, parent, name))
    rows = [tuple(map(printable, row)) for row in rows]  # type: ignore[misc]
    widths = [max(display_width(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    used = sum(widths) + 2 * len(widths)
    room = columns(sys.stdout)
    lines = []
    for number, row in enumerate(rows):
        cells = [padded(cell, width) for cell, width in zip(row, widths, strict=False)]
        name = row[-1] if room is None else shortened(row[-1], max(10, room - used - 1))
        line = "  ".join([*cells, name]).rstrip()
        style = "bold" if number == 0 else "red" if row[2] == "damaged" else None
        lines.append(paint(style, line) if style else line)
    return "\n".join(lines) + "\n"


def _show(options: argparse.Namespace) -> int:
    wanted = options.model or active_model_id()
    found = next((one for one in list_versions() if one.id == wanted), None)
    if found is None or found.version is None:
        read_model_version(find_model(wanted))  # says what is wrong
        raise AssertionError(wanted)
    fault: GenreAppError | None = None
    try:
        verify_model_files(found.version)
    except GenreAppError as error:
        fault = error
    if options.json:
        version = found.version
        print_json(
            {
                **_record(found),
                "temperature": version.temperature,
                "confidence_threshold": version.confidence_threshold,
                "feature_version": version.feature_version,
                "data_fingerprint": version.data_fingerprint,
                "metrics": dict(version.metrics),
                "training": dict(version.training),
                "architecture": dict(version.architecture),
                "files": dict(version.files),
                "error": None if fault is None else error_record(fault),
            }
        )
    else:
        sys.stdout.write(_description(found, found.version))
        if fault is not None:
            complain(fault.message)
    return _OK if fault is None else _FAILED


def _description(one: InstalledVersion, version: ModelVersion) -> str:
    paint = Paint(sys.stdout)
    title = version.id + (f" “{version.name}”" if version.name else "")
    if one.active:
        title += ", active"
    training = version.training
    facts = [("Trained", f"{_local_time(version.created)}, {_kind(version)}")]
    if version.parent is not None:
        facts.append(("From", version.parent))
    learned = _learned(training)
    if learned:
        facts.append(("Learned from", learned))
    best, epochs = training.get("best_epoch"), training.get("epochs")
    if isinstance(best, int) and isinstance(epochs, list):
        facts.append(("Best epoch", f"{best} of {max(0, len(epochs) - 1)}"))
    facts.append(("Genres", f"{len(version.genres)}: {', '.join(version.genres)}"))
    for name, metrics in (("Reference set", version.metrics), ("Your clips", version.metrics.get("own"))):
        evaluation = _evaluation(metrics)
        if evaluation is not None:
            facts.append((name, f"{accuracy_text(evaluation)} of {evaluation.n} right"))
    facts.append(("Unsure", f"below a confidence of {version.confidence_threshold:.0%}"))
    facts.append(("Files", f"{one.size / 1e6:.1f} MB in {one.directory}"))
    lines = [paint("bold", printable(title)), *(f"{name:<15}{printable(text)}" for name, text in facts)]
    return "\n".join(lines) + "\n"


def _learned(training: Any) -> str:
    """Return from what a version was trained, as far as it says so in a way that is understood."""
    clips, copies, new = (training.get(name) for name in ("clips", "copies", "new_genres"))
    if not isinstance(clips, dict) or not all(isinstance(count, int) for count in clips.values()):
        return ""
    total = sum(clips.values())
    text = "1 clip" if total == 1 else f"{total} clips"
    if isinstance(copies, int) and copies:
        text += f" and {copies} copies"
    text += ": " + ", ".join(f"{genre} {count}" for genre, count in clips.items())
    if isinstance(new, list) and new:
        text += f"; new: {', '.join(map(str, new))}"
    return text


def _evaluation(metrics: object) -> Evaluation | None:
    try:
        return evaluation_from_json(metrics)
    except ValueError:
        return None  # made by something else, or not measured


def _kind(version: ModelVersion) -> str:
    kind = version.training.get("kind")
    return kind if isinstance(kind, str) else "base" if version.parent is None else "–"


def _local_time(text: str) -> str:
    try:
        return f"{dt.datetime.fromisoformat(text).astimezone():%Y-%m-%d %H:%M}"
    except (ValueError, OverflowError):
        return text


# --- activate, rollback


def _activate(options: argparse.Namespace) -> int:
    before = active_model_id()
    if not options.force and before != options.model:
        comparison = _on_reference(options.model, before)
        if comparison is not None and comparison.needs_confirmation:
            complain(f"“{options.model}” was not activated. {comparison.sentences[1].text}")
            sys.stderr.write("“--force” activates it all the same.\n")
            return _FAILED
    activate(options.model)
    if options.json:
        print_json({"active": options.model, "before": before})
    else:
        sys.stdout.write(f"{options.model} is active now\n")
    return _OK


def _on_reference(new: str, current: str) -> Comparison | None:
    """Compare two versions on the reference set, or return None if they have none to be compared on.

    Raises:
        GenreAppError: if `new` can't be used; that `current` can't is a reason to change.
    """
    new_version = read_model_version(find_model(new))
    verify_model_files(new_version)
    from genre_app.training.quick import compare_versions

    try:
        return compare_versions(new_version, read_model_version(find_model(current)), lambda _: None)
    except GenreAppError:
        return None


def _rollback(options: argparse.Namespace) -> int:
    before = active_model_id()
    if before == BASE_MODEL_ID:
        if options.json:
            print_json({"active": before, "before": before})
        else:
            sys.stderr.write("The model that came with the program is active; there is none before it.\n")
        return _FAILED
    active = roll_back()
    if options.json:
        print_json({"active": active, "before": before})
    else:
        sys.stdout.write(f"{active} is active now, before it was {printable(before)}\n")
    return _OK


# --- rename, remove


def _rename(options: argparse.Namespace) -> int:
    if options.clear == (options.name is not None):
        options.parser.error("give either a NAME or --clear")
    rename(options.model, options.name)
    name = read_model_version(find_model(options.model)).name
    if options.json:
        print_json({"model": options.model, "name": name})
    elif name is None:
        sys.stdout.write(f"{options.model} has no name now\n")
    else:
        sys.stdout.write(f"{options.model} is called “{printable(name)}” now\n")
    return _OK


def _remove(options: argparse.Namespace) -> int:
    status = _OK
    for model in dict.fromkeys(options.models):
        try:
            delete(model)
        except GenreAppError as error:
            status = _FAILED
            if options.json:
                print_json({"model": model, "removed": False, "error": error_record(error)})
            else:
                complain(error.message)
            continue
        if options.json:
            print_json({"model": model, "removed": True, "error": None})
        else:
            sys.stdout.write(f"{model} removed\n")
    return status


# --- compare


def _compare(options: argparse.Namespace) -> int:
    from genre_app.dataset.data_set import DataSet
    from genre_app.training.quick import compare_versions

    new, current = (
        read_model_version(find_model(model)) for model in (options.new, options.current or active_model_id())
    )
    with DataSet() as data_set:
        if data_set.count():
            _embed_missing(data_set, (new, current))

        def arrays(backbone_id: str) -> TrainingArrays | None:
            known = data_set.training_arrays(backbone_id)
            return known if len(known.genre) else None

        comparison = compare_versions(new, current, arrays)
    if options.json:
        print_json(comparison.to_json())
    else:
        sys.stdout.write(comparison_text(comparison, Paint(sys.stdout), advise=False))
    return _OK


def _embed_missing(data_set: Any, versions: Sequence[ModelVersion]) -> None:
    """Compute what the backbones of `versions` have not heard yet; say what could not be heard."""
    from genre_app.classifier.classifier import Classifier
    from genre_app.classifier.model_version import BACKBONE_NAME
    from genre_app.dataset.embeddings import compute_missing

    for version in versions:
        if data_set.missing_embeddings(version.files[BACKBONE_NAME]):
            with terminal_progress() as progress:
                computed = compute_missing(data_set, Classifier.from_directory(version.directory), progress)
            for wanted, error in computed.failures:
                complain(f"{wanted.path}: {error.message}")


# --- export, import


def _export(options: argparse.Namespace) -> int:
    if options.path.is_dir():
        options.parser.error(f"{printable(str(options.path))} is a folder; name a file")
    if options.path.exists() and not options.force:
        options.parser.error(f"{printable(str(options.path))} is there already; --force replaces it")
    export(options.model, options.path)
    size = options.path.stat().st_size
    if options.json:
        print_json({"model": options.model, "path": str(options.path), "bytes": size})
    else:
        sys.stdout.write(f"{options.model} in {printable(str(options.path))} ({size / 1e6:.1f} MB)\n")
    return _OK


def _import(options: argparse.Namespace) -> int:
    version = import_archive(options.path)
    if options.json:
        print_json({"model": version.id, "name": version.name, "path": str(version.directory)})
    else:
        sys.stdout.write(f"{version.id} installed\n")
        sys.stderr.write(f"To use it: genre-app models activate {version.id}\n")
    return _OK
