"""Many files at once: a collection with a folder for each genre, such as GTZAN, or whatever files there are.

Files are looked at and added a few at a time, all in one step of undo. So a kill costs a few seconds of work:
the same files given again are found to be there already, by their bytes, without being decoded again. A file
that can't be read is reported, and the others are added.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from genre_app.audio.errors import AudioReadError, shown_path
from genre_app.audio.formats import is_audio_path
from genre_app.dataset import adding, clip_rows, genres, splits, undo
from genre_app.dataset.archive_errors import SplitListError
from genre_app.dataset.errors import GenreNameError
from genre_app.dataset.records import Candidate, Clip
from genre_app.dataset.splits import Split
from genre_app.errors import GenreAppError
from genre_app.progress import Progress

if TYPE_CHECKING:
    from genre_app.dataset.data_set import DataSet

_BATCH: Final = 32
_MAX_LIST_BYTES: Final = 64 << 20

AddedStatus = Literal["added", "present", "near_duplicate", "failed"]


@dataclass(frozen=True, slots=True)
class AddedFile:
    """What came of one file.

    Attributes:
        path: of the file.
        genre: that was asked for, or None if its folder's name can't be one.
        status: ``added``; ``present`` if it was a clip already; ``near_duplicate`` if it sounds like a clip
            and such were not wanted; ``failed``.
        clip_id: number of the clip that it is, or sounds like, or None.
        near: whether it sounds like a clip: it was added to that one's group.
        error: why it failed, or None.
        labelled: the genre that the clip has, where it was there already, or None.
        split: the split that the clip is in, or None.
        listed: the split that a list has it in, or None.
        reference: the split that it keeps as a clip of GTZAN, whatever a list says, or None; see
            `genre_app.dataset.reference_clips`.
    """

    path: Path
    genre: str | None
    status: AddedStatus
    clip_id: int | None = None
    near: bool = False
    error: GenreAppError | None = None
    labelled: str | None = None
    split: str | None = None
    listed: Split | None = None
    reference: Split | None = None


@dataclass(frozen=True, slots=True)
class AddedFiles:
    """What came of many files.

    Attributes:
        counts: how many there are of each status.
        unlisted: how many were left out because no list has them.
        not_found: entries of lists that no file was found for.
    """

    counts: Mapping[AddedStatus, int]
    unlisted: int = 0
    not_found: tuple[str, ...] = ()


class _File(NamedTuple):
    path: Path
    genre: str | None
    listed: Split | None


def add_files(
    data_set: DataSet,
    paths: Iterable[Path],
    genre: str | None,
    progress: Progress | None = None,
    *,
    genre_from_folder: bool = False,
    keep_near_duplicates: bool = True,
    on_file: Callable[[AddedFile], None] | None = None,
) -> AddedFiles:
    """Add files, and all audio files in folders, a few at a time; one step of undo.

    Args:
        data_set: to add to.
        paths: files and folders.
        genre: that all of them get; it is created if there is no such genre.
        progress: told the number of files done, of how many, and the name of the last one.
        genre_from_folder: whether the genre is the name of a folder instead; see
            `genre_app.dataset.adding.examine`.
        keep_near_duplicates: whether those that sound like a clip are added.
        on_file: told what came of each file, in order.

    Raises:
        DataSetError: if the data set can't be read or written to; what was added before that stays.
        Cancelled: if `progress` was cancelled; what was added before that stays.
    """
    files = [_File(*labelled, None) for labelled in adding.labelled_files(paths, genre, genre_from_folder)]
    adder = _Adder(data_set, undo.Step(undo.ADD), keep_near_duplicates, progress, on_file)
    return AddedFiles(adder.add(files))


def import_folder(
    data_set: DataSet,
    folder: Path,
    progress: Progress | None = None,
    *,
    lists: Mapping[Split, Path] | None = None,
    keep_near_duplicates: bool = True,
    on_file: Callable[[AddedFile], None] | None = None,
) -> AddedFiles:
    """Import a collection: a folder with a folder of files for each genre; one step of undo.

    Args:
        data_set: to add to.
        folder: of the collection.
        progress: told the number of files done, of how many, and the name of the last one.
        lists: text files that name clips, one a line, such as ``blues/blues.00001.wav``, with or without
            suffix: those clips are pinned to that split. With a list of one split, all other clips are pinned
            to the other one; with both lists, clips that are in neither are left out.
        keep_near_duplicates: whether those that sound like a clip are added.
        on_file: told what came of each file, in order.

    Raises:
        SplitListError: if a list can't be used; nothing was added then.
        DataSetError: if the data set can't be read or written to; what was added before that stays.
        Cancelled: if `progress` was cancelled; what was added before that stays.
    """
    found = list(adding.labelled_files([folder], None, genre_from_folder=True))
    adder = _Adder(data_set, undo.Step(undo.IMPORT), keep_near_duplicates, progress, on_file)
    if not lists:
        return AddedFiles(adder.add([_File(path, genre, None) for path, genre in found]))
    listing = _Listing(lists)
    files = [_File(path, genre, listing.split_of(path)) for path, genre in found]
    chosen = [file for file in files if file.listed is not None]
    return AddedFiles(adder.add(chosen), len(files) - len(chosen), listing.not_found())


@dataclass(frozen=True, slots=True)
class Listed:
    """What lists make of files that were looked at.

    Attributes:
        candidates: those that are to be added, each with the split that it is listed for.
        n_unlisted: how many were left out because no list has them.
        not_found: entries of lists that no file was found for.
    """

    candidates: tuple[Candidate, ...]
    n_unlisted: int
    not_found: tuple[str, ...]


def apply_lists(candidates: Iterable[Candidate], lists: Mapping[Split, Path]) -> Listed:
    """Say which split each file of a collection belongs to; see `import_folder` about `lists`.

    Raises:
        SplitListError: if a list can't be used.
    """
    listing = _Listing(lists)
    known = [replace(candidate, listed=listing.split_of(candidate.path)) for candidate in candidates]
    chosen = tuple(candidate for candidate in known if candidate.listed is not None)
    return Listed(chosen, len(known) - len(chosen), listing.not_found())


class _Listing:
    """Which clips of a collection are in which split."""

    def __init__(self, lists: Mapping[Split, Path]) -> None:
        self._entries: dict[tuple[str, ...], tuple[Split, str]] = {}
        self._met = set[tuple[str, ...]]()
        for split, path in lists.items():
            for entry in _read_list(path):
                key = _key(PurePosixPath(entry.replace("\\", "/")))
                other = self._entries.get(key)
                if other is not None and other[0] != split:
                    raise SplitListError(
                        path=shown_path(path), reason=f"“{entry}” is in the list of another split, too"
                    )
                self._entries[key] = (split, entry)
        # What is in no list: the other split of a single list; nothing beside two.
        rest: dict[Split, Split] = {"train": "valid", "valid": "train"}
        self._rest = rest[next(iter(lists))] if len(lists) == 1 else None

    def split_of(self, path: Path) -> Split | None:
        """Return the split that the file `path` belongs to, None for one that is to be left out."""
        key = _key(PurePosixPath(path.as_posix()))
        for known in (key, key[1:]):  # an entry may lack the folder
            if known in self._entries:
                self._met.add(known)
                return self._entries[known][0]
        return self._rest

    def not_found(self) -> tuple[str, ...]:
        """Return the entries that no file was found for."""
        return tuple(entry for key, (_, entry) in self._entries.items() if key not in self._met)


def _key(path: PurePosixPath) -> tuple[str, ...]:
    """Return by what an entry of a list and a file are known to be the same: folder and name, no suffix."""
    name = path.stem if is_audio_path(path.name) else path.name
    return tuple(unicodedata.normalize("NFC", part).casefold() for part in (*path.parts[-2:-1], name))


def _read_list(path: Path) -> list[str]:
    try:
        with path.open("rb") as file:
            content = file.read(_MAX_LIST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror or str(error) if isinstance(error, OSError) else "that is not a path"
        raise SplitListError(path=shown_path(path), reason=reason) from error
    if len(content) > _MAX_LIST_BYTES or b"\0" in content:
        raise SplitListError(path=shown_path(path), reason="it is not a text file")
    lines = [line.strip() for line in content.decode("utf-8-sig", "surrogateescape").splitlines()]
    entries = [line for line in lines if line and not line.startswith("#")]
    if not entries:
        raise SplitListError(path=shown_path(path), reason="nothing is in it")
    return entries


class _Adder:
    """Adds files a few at a time, in one step of undo."""

    def __init__(
        self,
        data_set: DataSet,
        step: undo.Step,
        keep_near_duplicates: bool,
        progress: Progress | None,
        on_file: Callable[[AddedFile], None] | None,
    ) -> None:
        self._data_set = data_set
        self._step = step
        self._keep_near_duplicates = keep_near_duplicates
        self._progress = progress or Progress()
        self._on_file = on_file

    def add(self, files: Sequence[_File]) -> Mapping[AddedStatus, int]:
        """Add `files` and return how many there are of each status."""
        counts = Counter[AddedStatus]()
        done = 0
        self._progress.report(0, len(files))
        for batch in _batches(files):
            for outcome in self._add_batch(batch, done, len(files)):
                counts[outcome.status] += 1
                if self._on_file is not None:
                    self._on_file(outcome)
            done += len(batch)
            self._progress.report(done, len(files), shown_path(batch[-1].path.name))
        return counts

    def _add_batch(self, batch: Sequence[_File], done: int, total: int) -> list[AddedFile]:
        """Add files that all get one genre."""
        if batch[0].genre is None:
            # Not even decoded: there is nothing that they could become.
            return [
                AddedFile(file.path, None, "failed", error=_name_error(file.path), listed=file.listed)
                for file in batch
            ]
        size = len(batch)
        candidates = self._data_set.examine(
            [file.path for file in batch], batch[0].genre, progress=_Part(self._progress, done, 0.5, total)
        )
        failures: dict[int, GenreAppError] = {}
        adding.add(
            self._data_set,
            candidates,
            _Part(self._progress, done + size / 2, 0.5, total),
            keep_near_duplicates=self._keep_near_duplicates,
            on_failure=lambda candidate, error: failures.update({id(candidate): error}),
            step=self._step,
        )
        numbers = self._numbers(candidates)
        self._pin(batch, numbers)
        clips = {clip.id: clip for clip in self._data_set.clips_by_id(list(set(filter(None, numbers))), "")}
        return [
            _outcome(file, candidate, failures.get(id(candidate)), clips.get(number or 0))
            for file, candidate, number in zip(batch, candidates, numbers, strict=True)
        ]

    def _numbers(self, candidates: Sequence[Candidate]) -> list[int | None]:
        """Return for each candidate the number of the clip that it is now, or None."""
        with self._data_set.database.read() as connection:
            known = [
                clip_rows.find_by_samples(connection, candidate.sample_hash or "") for candidate in candidates
            ]
        return [None if one is None or one[1] else one[0] for one in known]

    def _pin(self, batch: Sequence[_File], numbers: Sequence[int | None]) -> None:
        """Put clips where the lists have them; a pin that a clip has already stays."""
        chosen: dict[Split, list[int]] = {"train": [], "valid": []}
        for file, number in zip(batch, numbers, strict=True):
            if file.listed is not None and number is not None:
                chosen[file.listed].append(number)
        if not any(chosen.values()):
            return
        pinned = {
            clip.id for ids in chosen.values() for clip in self._data_set.clips_by_id(ids, "") if clip.pinned
        }
        with undo.step(self._data_set.database, self._step) as connection:
            for split, ids in chosen.items():
                splits.pin(connection, [number for number in ids if number not in pinned], split)


class _Part(Progress):
    """Reports a part of some larger work, and is cancelled with that."""

    def __init__(self, whole: Progress, start: float, share: float, total: int) -> None:
        """Report `start` and, of what the part says, `share`, of `total`."""
        super().__init__(lambda done, _, message: whole.report(start + share * done, total, message))
        self._whole = whole

    @property
    def cancelled(self) -> bool:
        return self._whole.cancelled


def _batches(files: Sequence[_File]) -> Iterator[list[_File]]:
    """Yield the files a few at a time, those of a batch with one genre."""
    batch: list[_File] = []
    for file in files:
        if batch and (len(batch) == _BATCH or file.genre != batch[0].genre):
            yield batch
            batch = []
        batch.append(file)
    if batch:
        yield batch


def _outcome(
    file: _File, candidate: Candidate, failure: GenreAppError | None, clip: Clip | None
) -> AddedFile:
    outcome = AddedFile(file.path, file.genre, "failed", listed=file.listed)
    error = candidate.error or failure
    if error is not None:
        return replace(outcome, error=error)
    near = candidate.status == "near_duplicate"
    if clip is not None:
        present = candidate.status == "present"
        return replace(
            outcome,
            status="present" if present else "added",
            clip_id=clip.id,
            near=near,
            labelled=clip.genre if present else None,
            split=clip.split,
            reference=candidate.reference,
        )
    if near:
        return replace(outcome, status="near_duplicate", clip_id=candidate.existing, near=True)
    return replace(
        outcome, error=AudioReadError(path=shown_path(file.path), reason="it changed while it was read")
    )


def _name_error(path: Path) -> GenreAppError:
    """Return why the folder that `path` is in gives no genre."""
    for folder in reversed(path.absolute().parts[:-1]):
        try:
            genres.clean_name(folder)
        except GenreNameError as error:
            return error
    return GenreNameError(name="", reason="the name is empty")
