"""The data set as one file: exported to a zip, and imported from it into another data set, losing nothing.

::

    manifest.json                    all that is known of the clips; see archive_manifest.py
    clips.csv                        the same as a table, for people
    audio/<genre>/<sample hash>.wav  the clips' files, byte for byte, unless they were left out

An import happens as a whole or not at all: everything is unpacked, checked and listened to first, and becomes
clips in one transaction, which is one step of undo. What takes longest in the database, the landmarks by
which sounds are recognised, comes before, a few clips at a time under numbers set aside for them, so that
others need not wait long.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import shutil
import sqlite3
import time
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from genre_app.audio.errors import AudioError, shown_path
from genre_app.audio.formats import find_audio_files
from genre_app.dataset import archive_reader, clip_rows, genres, near_duplicates, pending, splits, undo
from genre_app.dataset.archive_errors import ArchiveWriteError, ClipFileLostError
from genre_app.dataset.archive_manifest import (
    CSV_NAME,
    MANIFEST_NAME,
    ArchivedClip,
    Manifest,
    collect,
)
from genre_app.dataset.archive_reader import ArchiveReader, invalid
from genre_app.dataset.audio_store import IncomingFile, file_sha256, receive, sync_folder
from genre_app.dataset.augmentation.errors import RecipeInvalidError
from genre_app.dataset.augmentation.recipe import Recipe
from genre_app.dataset.errors import DataSetDiskFullError, DataSetError, GenreUnknownError, from_os_error
from genre_app.dataset.hearing import Heard, hear
from genre_app.dataset.layout import AUDIO_NAME, clip_path, file_name
from genre_app.dataset.records import NewClip
from genre_app.processes import is_running
from genre_app.progress import Progress

if TYPE_CHECKING:
    from genre_app.dataset.data_set import DataSet

ARCHIVE_SUFFIX: Final = ".genredata.zip"

_CHUNK_BYTES: Final = 1 << 20
_LISTENERS: Final = 2
_CHECK_SECONDS: Final = 0.1
# Clips whose landmarks one transaction stores.
_BATCH: Final = 100
# Left on the disk after an import, for the database and for everybody else.
_SPARE_BYTES: Final = 64 << 20
# Decoded to the same samples by every version of every library; of other formats the last bits may differ.
_EXACT_FORMATS: Final = frozenset({"WAV", "FLAC", "AIFF", "AU", "CAF"})

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Exported:
    """What was exported.

    Attributes:
        path: of the archive.
        n_clips: how many clips are in it.
        n_copies: how many augmented copies, as recipes.
        size: bytes.
    """

    path: Path
    n_clips: int
    n_copies: int
    size: int


ConflictKind = Literal["genre", "split", "colour", "recipe"]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Something that the archive says otherwise than the data set, which was left as it is.

    Attributes:
        kind: ``genre`` or ``split`` of a clip, ``colour`` of a genre, or ``recipe``: a copy that this
            program can't make.
        name: title of the clip, or name of the genre.
        clip_id: number of the clip, or None.
        here: what holds.
        there: what the archive says.
    """

    kind: ConflictKind
    name: str
    clip_id: int | None
    here: str
    there: str


@dataclass(frozen=True, slots=True)
class MissingAudio:
    """A clip of an archive without its file: it could not be imported.

    Attributes:
        title, artist, genre, sample_hash, file_sha256: as those of `genre_app.dataset.records.Clip`.
    """

    title: str
    artist: str
    genre: str
    sample_hash: str
    file_sha256: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of an import.

    Attributes:
        added: numbers of the new clips.
        n_present: how many clips were there already.
        n_copies: how many augmented copies are new, also of clips that were there already.
        genres: names of the genres that are new.
        conflicts: what was left as it is though the archive says otherwise.
        missing: clips whose files were nowhere to be found.
    """

    added: tuple[int, ...]
    n_present: int
    n_copies: int
    genres: tuple[str, ...]
    conflicts: tuple[Conflict, ...]
    missing: tuple[MissingAudio, ...]


def export_archive(
    data_set: DataSet,
    path: Path,
    progress: Progress | None = None,
    *,
    with_audio: bool = True,
    with_sources: bool = True,
) -> Exported:
    """Write the data set to the zip `path`, whole: clips in the bin and what can be undone are left out.

    It gets its name when it is complete and on the disk; what was called that before is replaced then.

    Args:
        data_set: to export.
        path: of the zip.
        progress: told the number of clips done, of how many, and the title of the last one.
        with_audio: whether the files come along.
        with_sources: whether it tells the paths that the clips came from.

    Raises:
        ArchiveWriteError: if it can't be written.
        ClipFileLostError: if the file of a clip is not what was added.
        DataSetError: if the data set can't be read.
        Cancelled: if `progress` was cancelled. In all these cases what was at `path` is still there.
    """
    progress = progress or Progress()
    with data_set.database.read() as connection:
        manifest = collect(connection, with_audio=with_audio, with_sources=with_sources)
        numbers = dict(connection.execute("SELECT sample_hash, id FROM clips"))
    partial = path.with_name(f"{_partial_prefix(path)}{os.getpid()}.partial")
    n_clips = len(manifest.clips)
    progress.report(0, n_clips)
    try:
        _discard_partials(path)
        try:
            # Sound hardly shrinks, so it is not compressed.
            with zipfile.ZipFile(partial, "x", zipfile.ZIP_STORED) as archive:
                archive.writestr(MANIFEST_NAME, manifest.to_json(), zipfile.ZIP_DEFLATED)
                # With a mark by which spreadsheets know that it is UTF-8.
                archive.writestr(CSV_NAME, manifest.to_csv().encode("utf-8-sig"), zipfile.ZIP_DEFLATED)
                for done, clip in enumerate(manifest.clips, 1):
                    if with_audio:
                        source = clip_path(data_set.directory, clip.sample_hash, clip.suffix)
                        _write_clip(archive, clip, numbers[clip.sample_hash], source, progress)
                    progress.report(done, n_clips, clip.title)
            with partial.open("rb+") as file:
                os.fsync(file.fileno())
            size = partial.stat().st_size
            partial.replace(path)
            sync_folder(path.absolute().parent)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        raise ArchiveWriteError(
            path=shown_path(path), reason=error.strerror or error, details=str(error)
        ) from error
    return Exported(path, n_clips, manifest.n_copies, size)


def _partial_prefix(path: Path) -> str:
    return f".{path.name}."


def _discard_partials(path: Path) -> None:
    """Delete what exports to `path` left behind whose program was killed."""
    for entry in path.absolute().parent.iterdir():
        if entry.name.startswith(_partial_prefix(path)) and entry.name.endswith(".partial"):
            process = entry.name.removeprefix(_partial_prefix(path)).removesuffix(".partial")
            if process.isdecimal() and not is_running(int(process)):
                with contextlib.suppress(OSError):
                    entry.unlink()


def _write_clip(
    archive: zipfile.ZipFile, clip: ArchivedClip, number: int, source: Path, progress: Progress
) -> None:
    """Copy the file of `clip` into `archive`, if it is still what was added.

    Raises:
        OSError: if the archive can't be written.
    """

    def lost(reason: str) -> ClipFileLostError:
        return ClipFileLostError(clip=number, title_of_clip=clip.title, reason=reason, details=str(source))

    digest, left = hashlib.sha256(), clip.file_size
    entry = zipfile.ZipInfo(clip.file_name, time.localtime()[:6])
    entry.file_size = clip.file_size
    entry.external_attr = 0o644 << 16
    try:
        file = source.open("rb")
    except FileNotFoundError as error:
        raise lost("is missing") from error
    except OSError as error:
        raise lost(f"can't be read ({error.strerror})") from error
    with file, archive.open(entry, "w") as target:
        while True:
            progress.raise_if_cancelled()
            try:
                chunk = file.read(_CHUNK_BYTES)
            except OSError as error:
                raise lost(f"can't be read ({error.strerror})") from error
            if not chunk:
                break
            left -= len(chunk)
            if left < 0:
                break
            digest.update(chunk)
            target.write(chunk)
    if left != 0 or digest.hexdigest() != clip.file_sha256:
        raise lost("is not what was added")


# --- import


@dataclass(frozen=True, slots=True)
class _Arrival:
    """A clip of the archive whose file lies in the store, without a name yet."""

    clip: ArchivedClip
    file: IncomingFile
    heard: Heard

    @property
    def name(self) -> str:
        return file_name(self.heard.sample_hash, self.clip.suffix)


@dataclass(slots=True)
class _Outcome:
    """What an import comes to, while it is under way."""

    added: list[int] = field(default_factory=list)
    n_present: int = 0
    n_copies: int = 0
    genres: list[str] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    missing: list[MissingAudio] = field(default_factory=list)


class _ClipsCameError(Exception):
    """Somebody added clips while it was looked for such that sound alike."""


def import_archive(
    data_set: DataSet, path: Path, progress: Progress | None = None, *, audio: Iterable[Path] = ()
) -> Imported:
    """Add what `export_archive` wrote to `path`: clips with their splits, copies, genres and colours.

    Clips that are there already stay as they are; they only get those copies that they lack. Where a new clip
    belongs to a group that is there, it goes to that group's split.

    Args:
        data_set: to add to.
        path: of the zip.
        progress: told how much is done, of how much, and the title of the last clip.
        audio: files and folders in which the files of clips are looked for, by their content, if the archive
            came without them.

    Raises:
        ArchiveReadError, ArchiveInvalidError, ArchiveTooNewError: if it can't be used.
        DataSetError: if the data set can't be written to, or the disk has not enough room.
        Cancelled: if `progress` was cancelled. In all these cases nothing was imported.
    """
    progress = progress or Progress()
    unpacked: dict[str, IncomingFile] = {}
    try:
        with archive_reader.opened(path) as reader:
            manifest = reader.manifest
            with data_set.database.read() as connection:
                present = _present(connection)
            wanted = [clip for clip in manifest.clips if clip.sample_hash not in present]
            if manifest.with_audio:
                _require_room(data_set.directory, sum(clip.file_size for clip in wanted))
                files = _unpacked(reader, wanted, data_set.directory, progress)
            else:
                files = _found(wanted, audio, data_set.directory, progress)
            for clip, file in files:
                unpacked[clip.sample_hash] = file
        listened = [clip for clip in wanted if clip.sample_hash in unpacked]
        heard = _hear_all(path, listened, unpacked, progress)
        arrivals = [_Arrival(clip, unpacked[clip.sample_hash], heard[clip.sample_hash]) for clip in listened]
        progress.raise_if_cancelled()
        return _Importer(data_set, manifest, arrivals).run()
    finally:
        for file in unpacked.values():
            file.discard()


@dataclass(frozen=True, slots=True)
class ArchivePreview:
    """What importing an archive would bring.

    Attributes:
        n_clips: how many clips are in it.
        n_new: how many of them are not there yet.
        n_copies: how many augmented copies are in it.
        genres: names of those of its genres that are not there yet.
        with_audio: whether it has the clips' files.
        size: of the files of the new clips, bytes.
    """

    n_clips: int
    n_new: int
    n_copies: int
    genres: tuple[str, ...]
    with_audio: bool
    size: int


def preview_archive(data_set: DataSet, path: Path) -> ArchivePreview:
    """Say what `import_archive` would bring, by the archive's manifest.

    Raises:
        ArchiveReadError, ArchiveInvalidError, ArchiveTooNewError: if it can't be used.
        DataSetError: if the data set can't be read.
    """
    with archive_reader.opened(path) as reader:
        manifest = reader.manifest
    with data_set.database.read() as connection:
        present = _present(connection)
        known = {genres.name_key(genre.name) for genre in genres.list_genres(connection)}
    new = [clip for clip in manifest.clips if clip.sample_hash not in present]
    return ArchivePreview(
        n_clips=len(manifest.clips),
        n_new=len(new),
        n_copies=manifest.n_copies,
        genres=tuple(genre.name for genre in manifest.genres if genres.name_key(genre.name) not in known),
        with_audio=manifest.with_audio,
        size=sum(clip.file_size for clip in new),
    )


def _present(connection: sqlite3.Connection) -> set[str]:
    return {row[0] for row in connection.execute("SELECT sample_hash FROM clips WHERE removed IS NULL")}


def _require_room(directory: Path, size: int) -> None:
    try:
        free = shutil.disk_usage(directory).free
    except OSError as error:
        raise from_os_error(error, directory) from error
    if size + _SPARE_BYTES > free:
        raise DataSetDiskFullError(path=directory, details=f"{size} bytes to unpack, {free} free")


def _unpacked(
    reader: ArchiveReader, wanted: Sequence[ArchivedClip], directory: Path, progress: Progress
) -> Iterator[tuple[ArchivedClip, IncomingFile]]:
    for done, clip in enumerate(wanted):
        progress.report(done, 2 * len(wanted), clip.title)
        yield clip, reader.unpack(clip, directory, progress)


def _found(
    wanted: Sequence[ArchivedClip], audio: Iterable[Path], directory: Path, progress: Progress
) -> Iterator[tuple[ArchivedClip, IncomingFile]]:
    """Yield those clips whose very bytes are in a file under `audio`, copied into the store."""
    by_sha256 = {clip.file_sha256: clip for clip in wanted}
    sizes = {clip.file_size for clip in wanted}
    total = 2 * len(wanted)
    for done, path in enumerate(find_audio_files(audio)):
        progress.report(min(done, total), total, shown_path(path.name))
        try:
            if path.stat().st_size not in sizes:
                continue
            clip = by_sha256.get(file_sha256(path, progress))
            if clip is None:
                continue
            file = receive(directory, path, progress)
        except (OSError, AudioError) as error:
            _log.warning("%s is passed over: %s", shown_path(path), error)
            continue
        if file.file_sha256 != clip.file_sha256:
            file.discard()  # somebody writes to it
            continue
        del by_sha256[clip.file_sha256]
        yield clip, file


def _hear_all(
    path: Path, clips: Sequence[ArchivedClip], files: dict[str, IncomingFile], progress: Progress
) -> dict[str, Heard]:
    """Return what is heard in the files, by the sample hash that the manifest gives.

    Raises:
        ArchiveInvalidError: if a file is no sound, or not the one that the manifest speaks of.
    """
    stopping = Progress()
    heard = {}
    with ThreadPoolExecutor(_LISTENERS, thread_name_prefix="import") as pool:
        futures = [pool.submit(hear, files[clip.sample_hash].path, stopping) for clip in clips]
        try:
            for done, (clip, future) in enumerate(zip(clips, futures, strict=True)):
                progress.report(len(clips) + done, 2 * len(clips), clip.title)
                try:
                    result = _result(future, progress)
                except AudioError as error:
                    raise invalid(path, f"{clip.file_name} can't be played ({error.message})") from error
                assert isinstance(result, Heard)
                if result.sample_hash != clip.sample_hash and result.format in _EXACT_FORMATS:
                    raise invalid(path, f"{clip.file_name} has other samples than its manifest says")
                heard[clip.sample_hash] = result
        finally:
            stopping.cancel()
            for future in futures:
                future.cancel()
    if clips:
        progress.report(2 * len(clips), 2 * len(clips))
    return heard


def _result(future: Future[Heard | str], progress: Progress) -> Heard | str:
    while True:
        try:
            return future.result(_CHECK_SECONDS)
        except FutureTimeoutError:
            progress.raise_if_cancelled()


class _Importer:
    """Makes clips of what was unpacked and heard, in one transaction."""

    def __init__(self, data_set: DataSet, manifest: Manifest, arrivals: Sequence[_Arrival]) -> None:
        self._database = data_set.database
        self._directory = data_set.directory
        self._manifest = manifest
        self._arrivals = arrivals
        self._numbers: dict[str, int] = {}  # sample hash in the manifest → number of the clip
        # Sample hash → number that was set aside for it, and under which its landmarks lie.
        self._prepared: dict[str, int] = {}

    def run(self) -> Imported:
        """Import, and return what came of it."""
        names = [arrival.name for arrival in self._arrivals]
        placed: list[Path] = []
        try:
            pending.announce_arrival(self._database, names)
            self._prepare()
            outcome = self._import(names, placed)
            self._forget_prepared(outcome.added)
        except BaseException:
            self._withdraw(names, placed)
            raise
        return Imported(
            added=tuple(outcome.added),
            n_present=outcome.n_present,
            n_copies=outcome.n_copies,
            genres=tuple(outcome.genres),
            conflicts=tuple(outcome.conflicts),
            missing=tuple(outcome.missing),
        )

    def _import(self, names: Sequence[str], placed: list[Path]) -> _Outcome:
        while True:
            last, near = self._find_near()
            outcome = _Outcome()
            self._numbers = {}
            with contextlib.suppress(_ClipsCameError):
                with undo.step(self._database, undo.IMPORT) as connection:
                    if _last_clip(connection) != last:
                        raise _ClipsCameError
                    self._write(connection, near, placed, outcome)
                    pending.take_back(connection, names)
                return outcome

    def _prepare(self) -> None:
        """Store the landmarks of the new clips under numbers that nobody else gets, a few at a time.

        Until there are clips of these numbers, nobody takes notice of them.
        """
        for start in range(0, len(self._arrivals), _BATCH):
            with self._database.write() as connection:
                batch = [
                    arrival.heard
                    for arrival in self._arrivals[start : start + _BATCH]
                    if clip_rows.find_by_samples(connection, arrival.heard.sample_hash) is None
                    and arrival.heard.sample_hash not in self._prepared
                ]
                batch = list({heard.sample_hash: heard for heard in batch}.values())
                numbers = clip_rows.reserve_numbers(connection, len(batch))
                for heard, number in zip(batch, numbers, strict=True):
                    near_duplicates.store_landmarks(connection, number, heard.landmarks)
            self._prepared |= {
                heard.sample_hash: number for heard, number in zip(batch, numbers, strict=True)
            }

    def _forget_prepared(self, used: Iterable[int]) -> None:
        """Remove the landmarks of clips that did not come about after all."""
        landmarks = {arrival.heard.sample_hash: arrival.heard.landmarks for arrival in self._arrivals}
        used = set(used)
        unused = [(hash_, number) for hash_, number in self._prepared.items() if number not in used]
        for start in range(0, len(unused), _BATCH):
            with self._database.write() as connection:
                for sample_hash, number in unused[start : start + _BATCH]:
                    near_duplicates.remove_landmarks(connection, number, landmarks[sample_hash])

    def _find_near(self) -> tuple[int, list[tuple[int, ...]]]:
        """Return the last clip's number, and for each arrival the clips that sound like it.

        Done before the transaction, since it takes its time. That of the archive's clips those which sound
        alike are in one group is the archive's business.
        """
        with self._database.read() as connection:
            # Also those in the bin: when one comes back, it must not be in another split.
            near = [
                tuple(
                    match.clip_id
                    for match in near_duplicates.find_matches(
                        connection, arrival.heard.landmarks, in_bin=True
                    )
                )
                for arrival in self._arrivals
            ]
            return _last_clip(connection), near

    def _write(
        self,
        connection: sqlite3.Connection,
        near: Sequence[tuple[int, ...]],
        placed: list[Path],
        outcome: _Outcome,
    ) -> None:
        self._add_genres(connection, outcome)
        for clip in self._manifest.clips:
            known = clip_rows.find_by_samples(connection, clip.sample_hash)
            if known is not None and not known[1]:
                self._numbers[clip.sample_hash] = known[0]
        fresh = [
            (arrival, similar)
            for arrival, similar in zip(self._arrivals, near, strict=True)
            if not self._is_clip(connection, arrival)
        ]
        outcome.n_present = len(self._numbers)
        self._place([arrival for arrival, _ in fresh], connection, placed)
        self._join_groups(connection, fresh)
        for arrival, similar in fresh:
            self._add_clip(connection, arrival, similar, outcome)
        for clip in self._manifest.clips:
            number = self._numbers.get(clip.sample_hash)
            if number is None:
                outcome.missing.append(
                    MissingAudio(clip.title, clip.artist, clip.genre, clip.sample_hash, clip.file_sha256)
                )
            else:
                _add_copies(connection, clip, number, outcome)
                _compare(connection, clip, number, outcome)

    def _is_clip(self, connection: sqlite3.Connection, arrival: _Arrival) -> bool:
        """Whether what was heard is a clip already, though the manifest has another hash for it."""
        known = clip_rows.find_by_samples(connection, arrival.heard.sample_hash)
        if known is None or known[1]:
            return False
        self._numbers[arrival.clip.sample_hash] = known[0]
        return True

    def _add_genres(self, connection: sqlite3.Connection, outcome: _Outcome) -> None:
        for archived in self._manifest.genres:
            try:
                genre = genres.find(connection, archived.name)
            except GenreUnknownError:
                genres.create(connection, archived.name, archived.colour)
                outcome.genres.append(archived.name)
                continue
            if genre.colour == archived.colour:
                continue
            used = connection.execute(
                "SELECT 1 FROM clips WHERE genre_id = ? AND removed IS NULL LIMIT 1", (genre.id,)
            ).fetchone()
            if used is None:  # nobody has got used to its colour yet
                genres.recolour(connection, genre.name, archived.colour)
            else:
                outcome.conflicts.append(Conflict("colour", genre.name, None, genre.colour, archived.colour))

    def _place(
        self, arrivals: Sequence[_Arrival], connection: sqlite3.Connection, placed: list[Path]
    ) -> None:
        """Give files their names in the store; they are on the disk then."""
        folders = set[Path]()
        audio = self._directory / AUDIO_NAME
        try:
            for arrival in arrivals:
                sample_hash = arrival.heard.sample_hash
                if clip_rows.find_by_samples(connection, sample_hash) is not None:
                    continue  # it lies in the bin, and its file in the store
                target = clip_path(self._directory, sample_hash, arrival.clip.suffix)
                target.parent.mkdir(parents=True, exist_ok=True)
                if not target.exists():
                    placed.append(target)
                arrival.file.path.replace(target)
                folders.add(target.parent)
            for folder in [*folders, audio] if folders else ():
                sync_folder(folder)
        except OSError as error:
            raise from_os_error(error, audio) from error

    def _join_groups(
        self, connection: sqlite3.Connection, fresh: Sequence[tuple[_Arrival, tuple[int, ...]]]
    ) -> None:
        """Make the archive's groups, or find those that they are here, before there are clips in them."""
        groups = self._manifest.groups
        keys = {arrival.clip.group: dict.fromkeys(groups[arrival.clip.group].keys) for arrival, _ in fresh}
        near: dict[int, set[int]] = {index: set() for index in keys}
        for arrival, similar in fresh:
            own = splits.group_keys(clip_rows.clean_text(arrival.clip.artist), arrival.heard.sample_hash)
            keys[arrival.clip.group] |= dict.fromkeys(own)
            near[arrival.clip.group] |= set(similar)
        for clip in self._manifest.clips:
            if clip.group in near and clip.sample_hash in self._numbers:
                near[clip.group].add(self._numbers[clip.sample_hash])
        for index, wanted in keys.items():
            name = groups[index].name
            # A new group is called by the first.
            ordered = [name, *(key for key in wanted if key != name)] if name in wanted else list(wanted)
            splits.join_group(connection, ordered, sorted(near[index]), groups[index].decided)

    def _add_clip(
        self,
        connection: sqlite3.Connection,
        arrival: _Arrival,
        similar: tuple[int, ...],
        outcome: _Outcome,
    ) -> None:
        clip, heard = arrival.clip, arrival.heard
        back = clip_rows.find_by_samples(connection, heard.sample_hash) is not None
        number = clip_rows.insert(
            connection,
            NewClip(
                sample_hash=heard.sample_hash,
                file_sha256=arrival.file.file_sha256,
                suffix=clip.suffix,
                file_size=arrival.file.size,
                title=clip.title,
                artist=clip.artist,
                genre=genres.find(connection, clip.genre).name,
                source=clip.source,
                duration=heard.duration,
                format=heard.format,
                sample_rate=heard.sample_rate,
                channels=heard.channels,
                near=similar,
                pin=clip.pin,
                tags=tuple(clip.tags.items()),
            ),
            self._prepared.get(heard.sample_hash),
        )
        if number is None:  # two of the archive's files have the same samples
            found = clip_rows.find_by_samples(connection, heard.sample_hash)
            assert found is not None
            self._numbers[clip.sample_hash] = found[0]
            return
        if not back and number != self._prepared.get(heard.sample_hash):
            near_duplicates.store_landmarks(connection, number, heard.landmarks)
        connection.execute("UPDATE clips SET added = ? WHERE id = ?", (clip.added, number))
        self._numbers[clip.sample_hash] = number
        outcome.added.append(number)

    def _withdraw(self, names: Sequence[str], placed: Sequence[Path]) -> None:
        """Delete the files of an import that came to nothing; a full disk is glad of it."""
        with contextlib.suppress(DataSetError):
            self._forget_prepared(())
        with contextlib.suppress(DataSetError), self._database.write() as connection:
            for path in placed:
                # Another process may have added the same sound meanwhile.
                if clip_rows.find_by_samples(connection, path.stem) is None:
                    with contextlib.suppress(OSError):
                        path.unlink()
            pending.take_back(connection, names)


def _last_clip(connection: sqlite3.Connection) -> int:
    row = connection.execute("SELECT max(seq) FROM sqlite_sequence WHERE name = 'clips'").fetchone()
    return int(row[0] or 0)


def _add_copies(connection: sqlite3.Connection, clip: ArchivedClip, number: int, outcome: _Outcome) -> None:
    there = {
        row[0] for row in connection.execute("SELECT recipe_hash FROM copies WHERE clip_id = ?", (number,))
    }
    for copy in clip.copies:
        if copy.recipe_hash in there:
            continue
        try:
            Recipe.from_json(copy.recipe)
        except RecipeInvalidError as error:
            outcome.conflicts.append(
                Conflict("recipe", clip.title, number, error.parameters["reason"], copy.recipe_hash)
            )
            continue
        connection.execute(
            "INSERT INTO copies (clip_id, recipe, recipe_hash, created) VALUES (?, ?, ?, ?)",
            (number, copy.recipe, copy.recipe_hash, copy.created),
        )
        outcome.n_copies += 1


def _compare(connection: sqlite3.Connection, clip: ArchivedClip, number: int, outcome: _Outcome) -> None:
    """Note where the data set says something else of a clip than the archive."""
    genre, split = connection.execute(
        "SELECT genres.name, groups.split FROM clips JOIN genres ON genres.id = genre_id"
        " JOIN groups ON groups.id = group_id WHERE clips.id = ?",
        (number,),
    ).fetchone()
    if genres.name_key(genre) != genres.name_key(clip.genre):
        outcome.conflicts.append(Conflict("genre", clip.title, number, genre, clip.genre))
    if split != clip.split:
        outcome.conflicts.append(Conflict("split", clip.title, number, split, clip.split))
