"""Files become clips: looked at first, then added once the user has said yes.

Adding is one step of undo, made in several transactions, each of a few files: a cancelled one keeps what it
has added, and the same files examined again are found to be there already, by their bytes and without being
decoded again.
"""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from genre_app.audio.errors import shown_path
from genre_app.audio.formats import find_audio_files
from genre_app.dataset import clip_rows, genres, near_duplicates, undo
from genre_app.dataset.audio_store import IncomingFile, place, receive, stored_suffix
from genre_app.dataset.database import Database
from genre_app.dataset.errors import DataSetError, GenreNameError, GenreUnknownError
from genre_app.dataset.hearing import Heard, hear
from genre_app.dataset.layout import clip_path, file_name
from genre_app.dataset.pending import announce_arrival, take_back
from genre_app.dataset.records import Candidate, CandidateStatus, NewClip
from genre_app.dataset.reference_clips import find_reference
from genre_app.errors import GenreAppError, UnexpectedError
from genre_app.progress import Progress

if TYPE_CHECKING:
    from genre_app.dataset.data_set import DataSet

Failed = Callable[[Candidate, GenreAppError], None]

# As many as there are decoders kept running; more would start one for each file.
_LISTENERS: Final = 2
_AHEAD: Final = 2 * _LISTENERS
_CHECK_SECONDS: Final = 0.1
# Files that one transaction adds: each costs the disk some milliseconds, whatever is in it, and while it
# lasts nobody else writes.
_BATCH_FILES: Final = 16
_BATCH_BYTES: Final = 64 << 20
_BATCH_SECONDS: Final = 1.0

_log = logging.getLogger(__name__)


def examine(
    data_set: DataSet,
    paths: Iterable[Path],
    genre: str | None,
    genre_from_folder: bool = False,
    progress: Progress | None = None,
) -> list[Candidate]:
    """Look at files without adding them.

    Args:
        data_set: that they would be added to.
        paths: files, and folders that stand for the audio files in them.
        genre: that all of them would get; None if that is not known yet.
        genre_from_folder: whether the genre is the name of a folder: for a folder in `paths` that of the
            sub-folder the file is in, or below; for files right in it, and for files in `paths`, that of the
            folder itself. Names that no genre can have give None.
        progress: told the number of files done, of how many, and the name of the last one.

    Returns:
        One for each file, in order. One that is, or sounds like, another one of them counts as present, or as
        a near-duplicate, with `existing` None.

    Raises:
        DataSetError: if the data set can't be read.
        Cancelled: if `progress` was cancelled.
    """
    progress = progress or Progress()
    files = list(labelled_files(paths, genre, genre_from_folder))
    progress.report(0, len(files))
    candidates = []
    with (
        _Examination(data_set.database) as examination,
        contextlib.closing(
            _heard_in_order(data_set.database, [path for path, _ in files], progress)
        ) as results,
    ):
        for (path, label), result in zip(files, results, strict=True):
            candidates.append(examination.judge(path, label, result))
            progress.report(len(candidates), len(files), shown_path(path.name))
    return candidates


def add(
    data_set: DataSet,
    candidates: Sequence[Candidate],
    progress: Progress | None = None,
    *,
    keep_near_duplicates: bool = True,
    source: str | None = None,
    on_failure: Failed | None = None,
    step: undo.Step | None = None,
) -> list[int]:
    """Add files as clips, in one step of undo, and return the numbers of the new clips.

    Candidates that are present or unreadable are left out. A genre that does not exist is created. Clips that
    sound alike are put into one group, and so into one split. Clips of GTZAN are pinned to the split they
    have for the shipped model; `genre_app.dataset.reference_clips` says which.

    Args:
        data_set: to add them to.
        candidates: as `examine` returned them; their genre may have been set since.
        progress: told the number of candidates done, of how many, and the name of the last one.
        keep_near_duplicates: whether those that sound like a clip are added at all.
        source: a word for where they came from, such as ``recording``; None for the path of each.
        on_failure: told about files that can't be read any more, or have no possible genre; the others are
            added. By default they are only logged.
        step: that this belongs to, if it is a part of something larger.

    Raises:
        DataSetError: if the data set can't be written to; what was added before that stays.
        Cancelled: if `progress` was cancelled; what was added before that stays.
    """
    adder = _Adder(
        database=data_set.database,
        directory=data_set.directory,
        step=step or undo.Step(undo.ADD),
        keep_near_duplicates=keep_near_duplicates,
        source=source,
        on_failure=on_failure or _log_failure,
    )
    progress = progress or Progress()
    progress.report(0, len(candidates))
    try:
        for done, candidate in enumerate(candidates, 1):
            if candidate.status in ("new", "near_duplicate"):
                adder.receive(candidate, progress)
            if adder.full:
                adder.commit()
            progress.report(done, len(candidates), shown_path(candidate.path.name))
        adder.commit()
    finally:
        adder.discard()
    return adder.added


def labelled_files(
    paths: Iterable[Path], genre: str | None, genre_from_folder: bool
) -> Iterator[tuple[Path, str | None]]:
    """Yield the files that `paths` stand for, each with its genre; see `examine`."""
    for top in paths:
        for path in find_audio_files([top]):
            if not genre_from_folder:
                yield path, genre
                continue
            # A file of its own, or a folder without audio, which is yielded itself.
            inside = path.relative_to(top).parts if path != top else ()
            folder = inside[0] if len(inside) > 1 else (top.name if inside else path.absolute().parent.name)
            try:
                yield path, genres.clean_name(folder)
            except GenreNameError:
                yield path, None


def _heard_in_order(
    database: Database, paths: Sequence[Path], progress: Progress
) -> Generator[Heard | str | GenreAppError, None, None]:
    """Yield what is heard in each file, or its SHA-256 if its bytes are known, or why it can't be read.

    Some files ahead are listened to at the same time; no more than that, so that memory is bounded.
    """

    def known(sha256: str) -> bool:
        with database.read() as connection:
            return _find_by_bytes(connection, sha256) is not None

    def listen(path: Path) -> Heard | str | GenreAppError:
        try:
            return hear(path, stopping, known)
        except DataSetError:
            raise
        except GenreAppError as error:
            return error
        except OSError as error:
            return UnexpectedError.wrap(error)

    stopping = Progress()
    waiting: deque[Future[Heard | str | GenreAppError]] = deque()
    rest = iter(paths)
    with ThreadPoolExecutor(_LISTENERS, thread_name_prefix="examine") as pool:
        try:
            while True:
                while len(waiting) < _AHEAD and (path := next(rest, None)) is not None:
                    waiting.append(pool.submit(listen, path))
                if not waiting:
                    return
                try:
                    result = waiting[0].result(_CHECK_SECONDS)
                except FutureTimeoutError:
                    progress.raise_if_cancelled()
                    continue
                waiting.popleft()
                yield result
        finally:
            stopping.cancel()
            for future in waiting:
                future.cancel()


class _Examination:
    """Compares what is heard with the clips, and with what was heard before."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._hashes: set[str] = set()
        self._same_samples: list[tuple[str, str]] = []
        # The same index for the candidates: a temporary file, which SQLite keeps in memory while it is small.
        self._index = sqlite3.connect("", isolation_level=None)
        self._index.executescript(
            "CREATE TABLE landmarks (hash INTEGER, clip_id INTEGER, frame INTEGER,"
            " PRIMARY KEY (hash, clip_id, frame)) STRICT, WITHOUT ROWID;"
            "CREATE TABLE clips (id INTEGER PRIMARY KEY, duration REAL, removed TEXT) STRICT;"
            "BEGIN"
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._index.close()
        if not self._same_samples:
            return
        try:
            with self._database.write() as connection:
                connection.executemany(
                    "INSERT OR IGNORE INTO decoded_files (file_sha256, sample_hash) VALUES (?, ?)",
                    self._same_samples,
                )
        except DataSetError as error:  # it would only have saved time
            _log.warning("what was heard can't be kept: %s", error)

    def judge(self, path: Path, genre: str | None, result: Heard | str | GenreAppError) -> Candidate:
        """Return the candidate that `result` makes of the file `path`."""
        title = clip_rows.clean_text(shown_path(path.stem))
        candidate = Candidate(path, genre, "unreadable", None, None, None, title, "", 0.0, "")
        if isinstance(result, GenreAppError):
            return replace(candidate, error=result)
        with self._database.read() as connection:
            if isinstance(result, str):
                row = _find_by_bytes(connection, result)
                if row is not None:
                    number, sample_hash, title, artist, duration, audio_format = row
                    return Candidate(
                        path,
                        genre,
                        "present",
                        sample_hash,
                        number,
                        None,
                        title,
                        artist,
                        duration,
                        audio_format,
                    )
        if isinstance(result, str):
            # It was a clip when its bytes were looked up, and went into the bin since.
            try:
                heard = hear(path)
            except GenreAppError as error:
                return replace(candidate, error=error)
            assert isinstance(heard, Heard)
            result = heard
        status, existing = self._status(result)
        reference = find_reference(path, result.duration)
        return replace(
            candidate,
            status=status,
            existing=existing,
            sample_hash=result.sample_hash,
            title=result.title or title,
            artist=result.artist,
            duration=result.duration,
            format=result.format,
            heard=result,
            reference=None if reference is None else reference.split,
        )

    def _status(self, heard: Heard) -> tuple[CandidateStatus, int | None]:
        with self._database.read() as connection:
            known = clip_rows.find_by_samples(connection, heard.sample_hash)
            if known is not None and not known[1]:
                if heard.file_sha256:
                    self._same_samples.append((heard.file_sha256, heard.sample_hash))
                return "present", known[0]
            if heard.sample_hash in self._hashes:
                return "present", None
            matches = near_duplicates.find_matches(connection, heard.landmarks)
        similar = bool(matches) or bool(near_duplicates.find_matches(self._index, heard.landmarks))
        number = len(self._hashes)
        self._hashes.add(heard.sample_hash)
        self._index.execute("INSERT INTO clips (id, duration) VALUES (?, ?)", (number, heard.duration))
        near_duplicates.store_landmarks(self._index, number, heard.landmarks)
        return "near_duplicate" if similar else "new", matches[0].clip_id if matches else None


def _find_by_bytes(
    connection: sqlite3.Connection, sha256: str
) -> tuple[int, str, str, str, float, str] | None:
    """Return number, sample hash, title, artist, duration and format of the clip that a file is, or None."""
    row: tuple[int, str, str, str, float, str] | None = connection.execute(
        "SELECT id, sample_hash, title, artist, duration, format FROM clips WHERE removed IS NULL AND"
        " (file_sha256 = ?1 OR sample_hash = (SELECT sample_hash FROM decoded_files WHERE file_sha256 = ?1))"
        " LIMIT 1",
        (sha256,),
    ).fetchone()
    return row


@dataclass(frozen=True, slots=True)
class _Arrival:
    """A file on its way into the store."""

    candidate: Candidate
    heard: Heard
    incoming: IncomingFile
    suffix: str

    @property
    def name(self) -> str:
        return file_name(self.heard.sample_hash, self.suffix)


class _Adder:
    """Takes files in, and makes clips of them a few at a time.

    Attributes:
        added: numbers of the clips made so far.
    """

    def __init__(
        self,
        database: Database,
        directory: Path,
        step: undo.Step,
        keep_near_duplicates: bool,
        source: str | None,
        on_failure: Failed,
    ) -> None:
        self._database = database
        self._directory = directory
        self._step = step
        self._keep_near_duplicates = keep_near_duplicates
        self._source = source
        self._on_failure = on_failure
        self._arrivals: list[_Arrival] = []
        self._bytes = 0
        self._since = 0.0
        self.added: list[int] = []

    @property
    def full(self) -> bool:
        """Whether it is time to commit."""
        return bool(self._arrivals) and (
            len(self._arrivals) >= _BATCH_FILES
            or self._bytes >= _BATCH_BYTES
            or time.monotonic() - self._since >= _BATCH_SECONDS
        )

    def receive(self, candidate: Candidate, progress: Progress) -> None:
        """Copy the file of `candidate` into the store, if it can be read and is not there."""
        try:
            genres.clean_name(candidate.genre or "")
            if candidate.sample_hash is not None and self._is_clip(candidate.sample_hash):
                return
            incoming = receive(self._directory, candidate.path, progress)
            try:
                heard = candidate.heard
                if heard is None or heard.file_sha256 != incoming.file_sha256:
                    # Not the bytes that were examined, or never examined: these are what counts.
                    listened = hear(incoming.path, progress)
                    assert isinstance(listened, Heard)
                    heard = listened
            except BaseException:
                incoming.discard()
                raise
        except GenreNameError as error:
            self._on_failure(candidate, error)
            return
        except DataSetError:
            raise
        except GenreAppError as error:
            self._on_failure(candidate, error)
            return
        if not self._arrivals:
            self._since = time.monotonic()
        self._arrivals.append(_Arrival(candidate, heard, incoming, stored_suffix(candidate.path)))
        self._bytes += incoming.size

    def commit(self) -> None:
        """Make clips of the files received; their names and rows appear together."""
        if not self._arrivals:
            return
        announced = [arrival.name for arrival in self._arrivals]
        announce_arrival(self._database, announced)
        added: list[int] = []
        placed: list[Path] = []
        try:
            with undo.step(self._database, self._step) as connection:
                for arrival in self._arrivals:
                    number = self._insert(connection, arrival, placed)
                    if number is not None:
                        added.append(number)
                take_back(connection, announced)
        except BaseException:
            self._withdraw(announced, placed)
            raise
        self.added += added
        self.discard()

    def _withdraw(self, announced: Sequence[str], placed: Sequence[Path]) -> None:
        """Delete the files of a batch that came to nothing; a full disk is glad of it."""
        with contextlib.suppress(DataSetError), self._database.write() as connection:
            for path in placed:
                # Another process may have added the same sound meanwhile.
                if clip_rows.find_by_samples(connection, path.stem) is None:
                    with contextlib.suppress(OSError):
                        path.unlink()
            take_back(connection, announced)

    def discard(self) -> None:
        """Delete what was received and is not a clip."""
        for arrival in self._arrivals:
            arrival.incoming.discard()
        self._arrivals = []
        self._bytes = 0

    def _is_clip(self, sample_hash: str) -> bool:
        with self._database.read() as connection:
            known = clip_rows.find_by_samples(connection, sample_hash)
        return known is not None and not known[1]

    def _insert(self, connection: sqlite3.Connection, arrival: _Arrival, placed: list[Path]) -> int | None:
        """Make a clip of one file and return its number; None if it is not to be one."""
        candidate, heard = arrival.candidate, arrival.heard
        known = clip_rows.find_by_samples(connection, heard.sample_hash)
        if known is not None and not known[1]:
            return None
        # Also those in the bin: when one comes back, it must not be in another split.
        near = near_duplicates.find_matches(connection, heard.landmarks, in_bin=True)
        if not self._keep_near_duplicates and any(not match.in_bin for match in near):
            return None
        assert candidate.genre is not None
        if known is None:
            path = clip_path(self._directory, heard.sample_hash, arrival.suffix)
            if not path.exists():
                placed.append(path)
            place(self._directory, arrival.incoming, heard.sample_hash, arrival.suffix)
        reference = find_reference(candidate.path, heard.duration)
        number = clip_rows.insert(
            connection,
            NewClip(
                sample_hash=heard.sample_hash,
                file_sha256=arrival.incoming.file_sha256,
                suffix=arrival.suffix,
                file_size=arrival.incoming.size,
                title=candidate.title,
                artist=candidate.artist,
                genre=_genre(connection, candidate.genre),
                source=self._source or shown_path(candidate.path.absolute()),
                duration=heard.duration,
                format=heard.format,
                sample_rate=heard.sample_rate,
                channels=heard.channels,
                near=tuple(match.clip_id for match in near),
                recording=None if reference is None else reference.recording,
                pin=candidate.listed if reference is None else reference.split,
            ),
        )
        if number is not None and known is None:
            near_duplicates.store_landmarks(connection, number, heard.landmarks)
        return number


def _genre(connection: sqlite3.Connection, name: str) -> str:
    try:
        return genres.find(connection, name).name
    except GenreUnknownError:
        return genres.create(connection, name).name


def _log_failure(candidate: Candidate, error: GenreAppError) -> None:
    _log.warning("%s is not added: %s", shown_path(candidate.path), error)
