"""``genre-app dataset``: all that the window can do to the data set, from a terminal.

Results go to standard output, one JSON object a line with ``--json``, everything else to standard error. Exit
status: 0 when all that was asked for was done, 1 when something was not, 2 for wrong usage.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from genre_app.commands.output import error_record, print_json, terminal_progress
from genre_app.dataset.augmentation.catalogue import CATALOGUE, entry_named
from genre_app.dataset.augmentation.parameters import MAX_SEED
from genre_app.dataset.augmentation.recipe import Recipe
from genre_app.dataset.clip_rows import ORDERS
from genre_app.dataset.data_set import DataSet
from genre_app.dataset.errors import GenreUnknownError
from genre_app.dataset.folder_import import AddedFile, AddedFiles
from genre_app.dataset.genres import name_key
from genre_app.dataset.records import Clip
from genre_app.terminal import (
    Paint,
    clock,
    columns,
    display_width,
    padded,
    printable,
    shortened,
)

_OK: Final = 0
_FAILED: Final = 1
# A list of clips is read and printed so many at a time.
_PAGE: Final = 1000
_SHOWN_DOUBTS: Final = 50
_SHOWN_ENTRIES: Final = 10


def run(arguments: Sequence[str]) -> int:
    """Run ``genre-app dataset`` with `arguments` and return its exit status.

    Raises:
        GenreAppError: if it could not be done.
        Cancelled, KeyboardInterrupt: if the user stopped it.
    """
    parser = _parser()
    options = parser.parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = options.command
    return command(options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="genre-app dataset",
        description="The clips that the program learns from. Exit status: 0 when all was done, 1 when"
        " something was not, 2 for wrong usage.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, command: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
        own = commands.add_parser(name, help=text[0].lower() + text[1:].partition(".")[0], description=text)
        own.add_argument("--json", action="store_true", help="print JSON, one object a line")
        own.set_defaults(command=command, parser=own)
        return own

    own = add("add", _add, "Add audio files, and all those in folders.")
    own.add_argument("paths", nargs="+", metavar="PATH", type=Path, help="audio file, or folder of such")
    label = own.add_mutually_exclusive_group(required=True)
    label.add_argument("--genre", metavar="NAME", help="genre of all of them; made if there is none")
    label.add_argument(
        "--genre-from-folder", action="store_true", help="take the name of each sub-folder for the genre"
    )
    _add_near_option(own)

    own = add("list", _list, "List clips. With --genres, how many there are of each genre.")
    own.add_argument("--genres", action="store_true", help="count the clips of each genre")
    own.add_argument("--genre", metavar="NAME", help="clips of this genre")
    own.add_argument("--split", choices=("train", "valid"), help="clips of this split")
    own.add_argument("--source", metavar="PATH", help="clips from this folder, or “recording”, “archive”")
    own.add_argument("--text", metavar="WORDS", help="clips with these words in title, artist or source")
    own.add_argument("--sort", choices=sorted(ORDERS), default="added", help="in this order (default: added)")
    own.add_argument("--reverse", action="store_true", help="in the opposite order")
    own.add_argument("--limit", metavar="N", type=_count, help="at most so many")

    own = add("relabel", _relabel, "Give clips another genre.")
    _add_clips(own)
    own.add_argument("--genre", metavar="NAME", required=True, help="the genre")
    own.add_argument("--create", action="store_true", help="make the genre if there is none")

    own = add("remove", _remove, "Remove clips with their copies. “undo” brings them back.")
    _add_clips(own)
    own.add_argument("--copies-only", action="store_true", help="only their augmented copies")

    add("undo", _undo, "Take the last change back.")
    add("redo", _redo, "Make the change again that was taken back last.")

    own = add(
        "empty-bin",
        _empty_bin,
        "Delete removed clips for good. Nothing that was done before can be undone afterwards.",
    )
    own.add_argument("--yes", action="store_true", help="do not ask")

    own = add(
        "augment",
        _augment,
        "Add augmented copies of clips. They are kept as recipes and made whenever they are needed; genre and"
        " split are those of their clip.",
    )
    own.add_argument("clips", nargs="*", metavar="CLIP", type=_number, help="number of a clip")
    own.add_argument("--genre", metavar="NAME", help="all clips of this genre that are trained on")
    own.add_argument(
        "--balance", action="store_true", help="until all genres have as many clips and copies as the largest"
    )
    own.add_argument("--copies", metavar="N", type=_count, help="copies of each clip (default: 1)")
    own.add_argument(
        "--most",
        metavar="N",
        type=_count,
        help="with --balance: most copies that a clip may have (default: 5)",
    )
    own.add_argument(
        "--transform",
        metavar="NAME[=STRENGTH]",
        action="append",
        type=_transform,
        help="what is done to the sound, with a strength from 0 to 1; more than one may be given"
        " (default: a mixture; see --transforms)",
    )
    own.add_argument("--seed", metavar="N", type=_seed, default=0, help="another one draws other copies")
    own.add_argument("--dry-run", action="store_true", help="only say what would be added")
    own.add_argument("--transforms", action="store_true", help="list the transforms, and do nothing")

    own = add(
        "import",
        _import,
        "Import a folder with a folder of clips for each genre, or an archive that “export” has written."
        " What is there already is passed over, so that an interrupted import can be repeated.",
    )
    own.add_argument("path", metavar="PATH", type=Path, help="folder or archive")
    own.add_argument(
        "--train-list",
        metavar="FILE",
        type=Path,
        help="names the clips of a folder that are to be trained on, one “genre/name” a line",
    )
    own.add_argument(
        "--valid-list",
        metavar="FILE",
        type=Path,
        help="names the clips of a folder for validation. With one list alone all other clips are of the"
        " other split; with two, clips in neither are left out",
    )
    own.add_argument(
        "--audio",
        metavar="PATH",
        action="append",
        type=Path,
        help="where to look for the audio of an archive that was exported without it",
    )
    _add_near_option(own)

    own = add("export", _export, "Write all clips with their labels, splits and copies to one zip file.")
    own.add_argument("path", metavar="FILE", type=Path, help="the zip file")
    own.add_argument("--no-audio", action="store_true", help="without the audio files")
    own.add_argument("--no-sources", action="store_true", help="do not tell from which paths clips came")
    own.add_argument("--force", action="store_true", help="replace FILE if it is there")

    own = add("check", _check, "Compare the list of clips with their files. Nothing is ever deleted.")
    own.add_argument("--repair", action="store_true", help="put right what can be")
    own.add_argument("--deep", action="store_true", help="read every byte of every file")

    own = add(
        "look-again",
        _look_again,
        "List clips whose labels the other clips contradict, the strongest doubt first, and clips that are"
        " the same recording as another one.",
    )
    own.add_argument(
        "--limit", metavar="N", type=_count, default=_SHOWN_DOUBTS, help="at most so many doubts"
    )
    return parser


def _add_clips(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("clips", nargs="+", metavar="CLIP", type=_number, help="number of a clip")


def _add_near_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--skip-similar", action="store_true", help="leave out what sounds like a clip that is there already"
    )


def _number(text: str) -> int:
    value = int(text)
    if not 1 <= value < 2**63:
        raise ValueError
    return value


_number.__name__ = "number"  # as argparse calls it in its complaint


def _count(text: str) -> int:
    value = int(text)
    if not 0 <= value <= 1_000_000:
        raise ValueError
    return value


_count.__name__ = "number"


def _seed(text: str) -> int:
    value = int(text)
    if not 0 <= value <= MAX_SEED:
        raise ValueError
    return value


_seed.__name__ = "seed"


def _transform(text: str) -> tuple[str, float]:
    name, given, strength = text.partition("=")
    try:
        entry = entry_named(name)
    except KeyError:
        names = ", ".join(entry.name for entry in CATALOGUE)
        raise argparse.ArgumentTypeError(f"there is no transform “{printable(name)}”, only {names}") from None
    try:
        value = float(strength) if given else entry.default_strength
    except ValueError:
        value = -1.0
    if not 0.0 <= value <= 1.0:
        raise argparse.ArgumentTypeError(f"the strength of {name} is a number from 0 to 1")
    return name, value


# --- add, import


def _add(options: argparse.Namespace) -> int:
    from genre_app.dataset.folder_import import add_files

    with _opened() as data_set, terminal_progress() as progress:
        report = _FileReport(options.json, progress.clear, data_set)
        result = add_files(
            data_set,
            options.paths,
            options.genre,
            progress,
            genre_from_folder=options.genre_from_folder,
            keep_near_duplicates=not options.skip_similar,
            on_file=report.file,
        )
        progress.clear()
        return report.finish(result)


def _import(options: argparse.Namespace) -> int:
    lists = {"train": options.train_list, "valid": options.valid_list}
    if options.path.is_dir():
        if options.audio:
            options.parser.error("--audio belongs to an archive; this is a folder")
        return _import_folder(options, {split: path for split, path in lists.items() if path is not None})
    if any(lists.values()) or options.skip_similar:
        options.parser.error("an archive has its own splits; lists and --skip-similar belong to a folder")
    for path in options.audio or ():
        if not path.exists():
            options.parser.error(f"{printable(str(path))} is not there")
    return _import_archive(options)


def _import_folder(options: argparse.Namespace, lists: dict[Any, Path]) -> int:
    from genre_app.dataset.folder_import import import_folder

    with _opened() as data_set, terminal_progress() as progress:
        report = _FileReport(options.json, progress.clear, data_set)
        result = import_folder(
            data_set,
            options.path,
            progress,
            lists=lists,
            keep_near_duplicates=not options.skip_similar,
            on_file=report.file,
        )
        progress.clear()
        return report.finish(result)


class _FileReport:
    """Says what came of each file as it comes; a terminal is told only what is worth a look."""

    def __init__(self, as_json: bool, clear: Callable[[], None], data_set: DataSet) -> None:
        self._as_json = as_json
        self._clear = clear
        self._data_set = data_set
        self._known = [genre.name for genre in data_set.genres()]
        self._near = 0
        self._elsewhere = 0
        self._references = Counter[str]()

    def file(self, outcome: AddedFile) -> None:
        """Report one file."""
        if self._as_json:
            self._clear()
            print_json(_file_record(outcome))
            return
        name = printable(str(outcome.path))
        if outcome.error is not None:
            self._clear()
            sys.stderr.write(f"genre-app: {name}: {printable(outcome.error.message)}\n")
        elif (
            outcome.labelled is not None
            and outcome.genre is not None
            and (outcome.labelled.casefold() != outcome.genre.casefold())
        ):
            self._clear()
            sys.stderr.write(
                f"genre-app: {name}: clip {outcome.clip_id} already, labelled {outcome.labelled},"
                f" not {outcome.genre}\n"
            )
        if outcome.near and outcome.status == "added":
            self._near += 1
        if outcome.reference is not None:
            self._references[outcome.reference] += 1
        elif outcome.listed is not None and outcome.split not in (None, outcome.listed):
            self._elsewhere += 1

    def finish(self, result: AddedFiles) -> int:
        """Report all of it, and return the exit status."""
        for entry in result.not_found[:_SHOWN_ENTRIES]:
            sys.stderr.write(f"genre-app: no file was found for “{printable(entry)}” of the list\n")
        if len(result.not_found) > _SHOWN_ENTRIES:
            sys.stderr.write(f"genre-app: nor for {len(result.not_found) - _SHOWN_ENTRIES} more\n")
        if not self._as_json:
            counts = result.counts
            parts = [f"{counts.get('added', 0)} added"]
            if self._near:
                parts[0] += f" ({self._near} sound like clips that were there)"
            if counts.get("present"):
                parts.append(f"{counts['present']} already there")
            if counts.get("near_duplicate"):
                parts.append(f"{counts['near_duplicate']} left out that sound like clips that are there")
            if counts.get("failed"):
                parts.append(f"{counts['failed']} failed")
            if result.unlisted:
                parts.append(f"{result.unlisted} in no list")
            sys.stdout.write(", ".join(parts) + "\n")
            self._tell_new_genres()
            if self._elsewhere:
                sys.stderr.write(
                    f"genre-app: {self._elsewhere} are in another split than the list says, with clips that"
                    " they must not be separated from\n"
                )
            if self._references:
                sys.stderr.write(
                    f"genre-app: {self._references.total()} are clips of GTZAN, which the program's own model"
                    " was trained and measured on;"
                    f" {self._references['valid']} of them are kept from training\n"
                )
        return _FAILED if result.counts.get("failed", 0) else _OK

    def _tell_new_genres(self) -> None:
        """Name the genres that were made, for a slip of the finger makes one too."""
        import difflib

        known = {name_key(name): name for name in self._known}
        for name in [genre.name for genre in self._data_set.genres() if genre.name not in self._known]:
            similar = difflib.get_close_matches(name_key(name), known, n=1)
            hint = ""
            if similar:
                meant = printable(known[similar[0]])
                hint = f"; if you meant {meant}, “genre-app dataset undo” takes all of this back"
            sys.stderr.write(f"genre-app: {printable(name)} is a new genre{hint}\n")


def _file_record(outcome: AddedFile) -> dict[str, Any]:
    record: dict[str, Any] = {
        "path": str(outcome.path),
        "status": outcome.status,
        "clip": outcome.clip_id,
        "genre": outcome.labelled or outcome.genre,
        "split": outcome.split,
        "similar": outcome.near,
    }
    if outcome.labelled is not None:
        record["asked_genre"] = outcome.genre
    if outcome.listed is not None:
        record["listed_split"] = outcome.listed
    if outcome.reference is not None:
        record["reference_split"] = outcome.reference
    if outcome.error is not None:
        record["error"] = error_record(outcome.error)
    return record


def _import_archive(options: argparse.Namespace) -> int:
    from genre_app.dataset.archive import import_archive

    with _opened() as data_set, terminal_progress() as progress:
        result = import_archive(data_set, options.path, progress, audio=options.audio or ())
        progress.clear()
    if options.json:
        print_json(
            {
                "added": list(result.added),
                "present": result.n_present,
                "copies": result.n_copies,
                "genres": list(result.genres),
                "conflicts": [
                    {
                        "kind": conflict.kind,
                        "name": conflict.name,
                        "clip": conflict.clip_id,
                        "here": conflict.here,
                        "archive": conflict.there,
                    }
                    for conflict in result.conflicts
                ],
                "missing": [
                    {"title": clip.title, "genre": clip.genre, "sample_hash": clip.sample_hash}
                    for clip in result.missing
                ],
            }
        )
        return _FAILED if result.missing else _OK
    for conflict in result.conflicts:
        name = printable(conflict.name) + (f" (clip {conflict.clip_id})" if conflict.clip_id else "")
        if conflict.kind == "recipe":
            text = f"a copy can't be made by this program: {conflict.here}"
        else:
            text = f"the {conflict.kind} stays {conflict.here}; the archive has {conflict.there}"
        sys.stderr.write(f"genre-app: {name}: {printable(text)}\n")
    for clip in result.missing:
        sys.stderr.write(f"genre-app: {printable(clip.title)} ({clip.genre}): its audio was not found\n")
    parts = [f"{len(result.added)} clips added", f"{result.n_copies} copies"]
    if result.n_present:
        parts.append(f"{result.n_present} clips already there")
    if result.missing:
        parts.append(f"{len(result.missing)} without audio")
    sys.stdout.write(", ".join(parts) + "\n")
    return _FAILED if result.missing else _OK


# --- list


def _list(options: argparse.Namespace) -> int:
    with _opened() as data_set:
        if options.genres:
            _list_genres(data_set, options.json)
            return _OK
        ids = data_set.clip_ids(
            genre=options.genre,
            split=options.split,
            source=options.source,
            text=options.text,
            order=options.sort,
            descending=options.reverse,
            limit=options.limit,
        )
        write = _write_records if options.json else _table(data_set)
        for start in range(0, len(ids), _PAGE):
            write(data_set.clips_by_id(ids[start : start + _PAGE]))
        if not options.json and not ids:
            sys.stderr.write("There are no such clips.\n")
    return _OK


def _write_records(clips: Sequence[Clip]) -> None:
    for clip in clips:
        print_json(
            {
                "clip": clip.id,
                "title": clip.title,
                "artist": clip.artist,
                "genre": clip.genre,
                "split": clip.split,
                "pinned": clip.pinned,
                "group": clip.group,
                "copies": clip.n_copies,
                "duration": round(clip.duration, 3),
                "format": clip.format,
                "source": clip.source,
                "added": clip.added,
                "predicted": clip.predicted,
                "predicted_confidence": (
                    None if clip.predicted_confidence is None else round(clip.predicted_confidence, 6)
                ),
                "sample_hash": clip.sample_hash,
                "path": str(clip.path),
            }
        )


def _table(data_set: DataSet) -> Callable[[Sequence[Clip]], None]:
    """Return what prints clips as lines of a table."""
    stream = sys.stdout
    paint = Paint(stream)
    genre_width = max(display_width(printable(genre.name)) for genre in data_set.genres())
    genre_width = max(genre_width, len("Genre"))
    head = f"{'Clip':>7}  {padded('Genre', genre_width)}  Split   Length  Copies  "
    width = columns(stream)
    room = None if width is None else max(16, width - display_width(head) - 1)
    headed = False

    def write(clips: Sequence[Clip]) -> None:
        nonlocal headed
        if not headed:
            stream.write(paint("bold", head + "Title") + "\n")
            headed = True
        for clip in clips:
            name = printable(f"{clip.artist} – {clip.title}" if clip.artist else clip.title)
            split = clip.split + ("*" if clip.pinned else "")
            stream.write(
                f"{clip.id:>7}  {padded(printable(clip.genre), genre_width)}  {split:<6}"
                f"{clock(clip.duration):>8}  {clip.n_copies or '·':>6}  "
                f"{name if room is None else shortened(name, room)}\n"
            )

    return write


def _list_genres(data_set: DataSet, as_json: bool) -> None:
    counts = data_set.counts()
    if as_json:
        for genre in data_set.genres():
            count = counts[genre.name]
            print_json(
                {
                    "genre": genre.name,
                    "colour": genre.colour,
                    "train": count.train,
                    "valid": count.valid,
                    "copies": count.copies,
                }
            )
        return
    from genre_app.dataset.balance import find_imbalance

    paint = Paint(sys.stdout)
    width = max(display_width(printable(name)) for name in counts)
    sys.stdout.write(paint("bold", f"{padded('Genre', width)}   Train   Valid  Copies") + "\n")
    for name, count in counts.items():
        sys.stdout.write(
            f"{padded(printable(name), width)}  {count.train:>6}  {count.valid:>6}  {count.copies:>6}\n"
        )
    imbalance = find_imbalance(counts)
    if imbalance is not None:
        sys.stderr.write(
            f"{imbalance.largest} has {imbalance.n_largest} clips and copies to train on,"
            f" {imbalance.smallest} {imbalance.n_smallest}: the larger will be named too often."
            " “augment --balance” helps.\n"
        )


# --- relabel, remove, undo, redo


def _relabel(options: argparse.Namespace) -> int:
    with _opened() as data_set:
        try:
            data_set.relabel(options.clips, options.genre)
        except GenreUnknownError:
            if not options.create:
                raise
            data_set.create_genre(options.genre)
            data_set.relabel(options.clips, options.genre)
        clips = data_set.clips_by_id(list(dict.fromkeys(options.clips)))
    if options.json:
        _write_records(clips)
    else:
        sys.stdout.write(f"{_clips(len(clips))} relabelled {printable(clips[0].genre)}\n")
    return _OK


def _remove(options: argparse.Namespace) -> int:
    ids = list(dict.fromkeys(options.clips))
    with _opened() as data_set:
        for number in ids:
            data_set.clip(number)
        copies = [copy.id for number in ids for copy in data_set.copies(number)]
        if not options.copies_only:
            data_set.remove(ids)
        elif copies:
            data_set.remove_copies(copies)
    removed = 0 if options.copies_only else len(ids)
    if options.json:
        print_json({"removed": [] if options.copies_only else ids, "copies": len(copies)})
    else:
        parts = [_clips(removed)] if removed else []
        if copies or options.copies_only:
            parts.append(f"{len(copies)} copies")
        sys.stdout.write(f"{' and '.join(parts)} removed\n")
    return _OK


def _undo(options: argparse.Namespace) -> int:
    with _opened() as data_set:
        return _say_turned(data_set.undo(), "undone", options.json)


def _redo(options: argparse.Namespace) -> int:
    with _opened() as data_set:
        return _say_turned(data_set.redo(), "redone", options.json)


def _say_turned(name: str | None, done: str, as_json: bool) -> int:
    if as_json:
        print_json({done: name})
    elif name is not None:
        sys.stdout.write(f"{name}: {done}\n")
    else:
        sys.stderr.write(f"There is nothing that could be {done}.\n")
    return _FAILED if name is None else _OK


def _empty_bin(options: argparse.Namespace) -> int:
    with _opened() as data_set:
        removed = data_set.count_bin()
        if not options.yes and removed:
            if not sys.stdin.isatty():
                options.parser.error("there is nobody to ask; --yes deletes without asking")
            sys.stderr.write(
                f"Delete {_clips(removed)} for good? Nothing done so far can be undone then. [y/N] "
            )
            sys.stderr.flush()
            if sys.stdin.readline().strip().casefold() not in {"y", "yes"}:
                sys.stderr.write("Nothing was deleted.\n")
                return _FAILED
        deleted = data_set.empty_bin()
    if options.json:
        print_json({"deleted": deleted})
    else:
        sys.stdout.write(f"{_clips(deleted)} deleted for good\n")
    return _OK


# --- augment


def _augment(options: argparse.Namespace) -> int:
    if options.transforms:
        return _list_transforms(options.json)
    chosen = bool(options.clips) + bool(options.genre) + bool(options.balance)
    if chosen != 1:
        options.parser.error("name clips, or --genre, or --balance")
    if options.balance and options.copies is not None:
        options.parser.error("--balance says itself how many copies are needed; --most bounds them")
    if not options.balance and options.most is not None:
        options.parser.error("--most belongs to --balance")
    from genre_app.dataset.augmentation.balance import DEFAULT_COPIES_PER_CLIP
    from genre_app.dataset.augmenting import default_strengths, draw_copies, plan_balance

    strengths = dict(options.transform) if options.transform else default_strengths()
    missing: dict[str, int] = {}
    with _opened() as data_set:
        if options.balance:
            most = DEFAULT_COPIES_PER_CLIP if options.most is None else options.most
            plan = plan_balance(data_set, most)
            wanted, missing = plan.copies, plan.missing
        else:
            each = 1 if options.copies is None else options.copies
            ids = options.clips or data_set.clip_ids(genre=options.genre, split="train")
            wanted = dict.fromkeys(ids, each)
        copies = draw_copies(data_set, wanted, strengths, options.seed)
        clips = {clip.id: clip for clip in data_set.clips_by_id(list(wanted))}
        numbers: list[int] | None = None
        if not options.dry_run:
            numbers = data_set.add_copies(copies) if copies else []
    _say_augmented(copies, numbers, clips, missing, options.json)
    return _OK


def _say_augmented(
    copies: Sequence[tuple[int, Recipe]],
    numbers: Sequence[int] | None,
    clips: dict[int, Clip],
    missing: dict[str, int],
    as_json: bool,
) -> None:
    if as_json:
        for index, (clip_id, recipe) in enumerate(copies):
            print_json(
                {
                    "copy": None if numbers is None else numbers[index],
                    "clip": clip_id,
                    "genre": clips[clip_id].genre,
                    "split": clips[clip_id].split,
                    "recipe_hash": recipe.recipe_hash,
                    "seed": recipe.seed,
                    "steps": [
                        {"transform": step.transform, "parameters": dict(step.parameters)}
                        for step in recipe.steps
                    ],
                }
            )
        return
    per_genre = Counter(clips[clip_id].genre for clip_id, _ in copies)
    for genre, count in per_genre.items():
        sys.stdout.write(f"{printable(genre)}: {count} copies\n")
    sys.stdout.write(f"{len(copies)} copies {'would be ' if numbers is None else ''}added\n")
    for genre, count in missing.items():
        if count:
            sys.stderr.write(
                f"{printable(genre)} still lacks {count}: more copies of its few clips would teach little."
                " Add songs, or raise --most.\n"
            )


def _list_transforms(as_json: bool) -> int:
    width = max(len(entry.name) for entry in CATALOGUE)
    for entry in CATALOGUE:
        if as_json:
            print_json(
                {
                    "transform": entry.name,
                    "description": entry.description,
                    "default_strength": entry.default_strength,
                    "chosen_by_default": entry.chosen_by_default,
                }
            )
        else:
            mark = "*" if entry.chosen_by_default else " "
            sys.stdout.write(
                f"{mark} {entry.name:<{width}}  {entry.default_strength:.1f}  {entry.description}\n"
            )
    if not as_json:
        sys.stderr.write("* belongs to the mixture that is used when none is named\n")
    return _OK


# --- export, check, look-again


def _export(options: argparse.Namespace) -> int:
    from genre_app.dataset.archive import export_archive

    if options.path.is_dir():
        options.parser.error(f"{printable(str(options.path))} is a folder; name a file")
    if options.path.exists() and not options.force:
        options.parser.error(f"{printable(str(options.path))} is there already; --force replaces it")
    with _opened() as data_set, terminal_progress() as progress:
        result = export_archive(
            data_set,
            options.path,
            progress,
            with_audio=not options.no_audio,
            with_sources=not options.no_sources,
        )
        progress.clear()
    if options.json:
        print_json(
            {
                "path": str(result.path),
                "clips": result.n_clips,
                "copies": result.n_copies,
                "bytes": result.size,
            }
        )
    else:
        sys.stdout.write(
            f"{_clips(result.n_clips)} and {result.n_copies} copies in {printable(str(result.path))}"
            f" ({result.size / 1e6:.1f} MB)\n"
        )
    return _OK


def _check(options: argparse.Namespace) -> int:
    with _opened() as data_set, terminal_progress() as progress:
        findings = data_set.check(options.repair, deep=options.deep, progress=progress)
        progress.clear()
    for finding in findings:
        if options.json:
            print_json(
                {
                    "code": finding.code,
                    "message": finding.message,
                    "clip": finding.clip_id,
                    "path": None if finding.path is None else str(finding.path),
                    "repaired": finding.repaired,
                }
            )
        else:
            sys.stdout.write(f"{finding.code}: {printable(finding.message)}\n")
    left = sum(not finding.repaired for finding in findings)
    if not options.json:
        if not findings:
            text = "All is well."
        elif not left:
            text = f"All {len(findings)} were put right."
        else:
            text = f"{left} found." + ("" if options.repair else " “check --repair” puts right what can be.")
        sys.stderr.write(text + "\n")
    return _FAILED if left else _OK


def _look_again(options: argparse.Namespace) -> int:
    from genre_app.classifier import Classifier
    from genre_app.classifier.model_version import find_model, read_model_version
    from genre_app.dataset.embeddings import compute_missing
    from genre_app.dataset.look_again import look_again

    with _opened() as data_set, terminal_progress() as progress:
        classifier = Classifier.load()
        compute_missing(data_set, classifier, progress)
        look = look_again(data_set, read_model_version(find_model(classifier.model_id)), progress)
        progress.clear()
        doubts = look.doubts[: options.limit]
        wanted = [doubt.clip_id for doubt in doubts]
        pairs = [*look.contradictions, *look.duplicates]
        wanted += [number for pair in pairs for number in (pair.first, pair.second)]
        clips = {clip.id: clip for clip in data_set.clips_by_id(wanted)}
    for pair in pairs:
        first, second = clips[pair.first], clips[pair.second]
        if options.json:
            print_json(
                {
                    "kind": "same-recording",
                    "clips": [first.id, second.id],
                    "genres": [first.genre, second.genre],
                    "share": round(pair.share, 3),
                }
            )
        else:
            sys.stdout.write(
                f"{first.id} {printable(first.title)} ({first.genre}) and {second.id}"
                f" {printable(second.title)} ({second.genre}) are the same recording\n"
            )
    for doubt in doubts:
        clip = clips[doubt.clip_id]
        if options.json:
            print_json(
                {
                    "kind": "doubt",
                    "clip": clip.id,
                    "title": clip.title,
                    "genre": doubt.genre,
                    "predicted": doubt.predicted,
                    "confidence": round(doubt.confidence, 6),
                    "label_confidence": round(doubt.label_confidence, 6),
                }
            )
        else:
            sys.stdout.write(
                f"{clip.id} {printable(clip.title)}: labelled {doubt.genre}, sounds like {doubt.predicted}"
                f" ({doubt.confidence:.0%})\n"
            )
    if not options.json:
        sys.stderr.write(
            f"{_clips(look.n_judged)} judged, {len(look.doubts)} in doubt"
            + (f", {look.n_without_embedding} without sound" if look.n_without_embedding else "")
            + (f", {look.n_without_company} of genres with too few clips" if look.n_without_company else "")
            + "\n"
        )
    return _OK


# --- what they share


@contextmanager
def _opened() -> Iterator[DataSet]:
    with DataSet() as data_set:
        yield data_set


def _clips(count: int) -> str:
    return "1 clip" if count == 1 else f"{count} clips"
