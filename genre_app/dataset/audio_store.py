"""The audio files of the data set: byte copies of the originals, named by the samples in them.

A file is written under a temporary name, forced to the disk, and renamed; then its folder is forced to the
disk. So a name in the store always stands for a whole file, whatever happens to the program or the power.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from genre_app.audio.decode import open_audio
from genre_app.audio.decoder_process import open_regular
from genre_app.audio.errors import AudioReadError, shown_path
from genre_app.dataset.errors import from_os_error
from genre_app.dataset.layout import AUDIO_NAME, INCOMING_PREFIX, clip_path
from genre_app.progress import Progress

_CHUNK_BYTES: Final = 1 << 20
_MAX_SUFFIX: Final = 16


class SampleHasher:
    """The identity of a sound: SHA-256 of its samples, whatever container they came in.

    Digested are the sample rate, the number of channels, and all samples as they are decoded, at the file's
    own rate and with its own channels, interleaved, as float32, little endian.
    """

    def __init__(self, sample_rate: int, channels: int) -> None:
        """Begin with a sound of `sample_rate` Hz and `channels` channels."""
        self._digest = hashlib.sha256(f"samples 1 {sample_rate} {channels}\n".encode("ascii"))

    def add(self, block: NDArray[np.float32]) -> None:
        """Take in the next samples, shape (n, channels), or (n,) of one channel."""
        self._digest.update(np.ascontiguousarray(block, dtype="<f4").data.cast("B"))

    def hexdigest(self) -> str:
        """Return the hash of all samples so far, 64 hexadecimal digits."""
        return self._digest.hexdigest()


def sample_hash(path: Path, progress: Progress | None = None) -> str:
    """Return the hash of the decoded samples of the file `path`, in bounded memory.

    Raises:
        AudioError: if it can't be decoded.
        Cancelled: if `progress` was cancelled.
    """
    with open_audio(path, sample_rate=None, mono=False) as stream:
        hasher = SampleHasher(stream.sample_rate, stream.channels)
        for block in stream:
            if progress is not None:
                progress.raise_if_cancelled()
            hasher.add(block)
    return hasher.hexdigest()


def file_sha256(path: Path, progress: Progress | None = None) -> str:
    """Return the SHA-256 of the bytes of the file `path`, 64 hexadecimal digits.

    Raises:
        AudioError: if it can't be read.
        Cancelled: if `progress` was cancelled.
    """
    digest = hashlib.sha256()
    for chunk in _chunks(path, progress):
        digest.update(chunk)
    return digest.hexdigest()


def stored_suffix(path: Path) -> str:
    """Return the suffix that a copy of `path` gets: lower case, ASCII letters and digits; or none."""
    suffix = path.suffix.lower()
    usable = suffix[1:].isalnum() and suffix.isascii() and len(suffix) <= _MAX_SUFFIX
    return suffix if usable else ""


@dataclass(frozen=True, slots=True)
class IncomingFile:
    """A whole copy that lies in the store, on the disk, but has no name there yet.

    Attributes:
        path: where it lies.
        file_sha256: of its bytes, hexadecimal.
        size: bytes.
    """

    path: Path
    file_sha256: str
    size: int

    def discard(self) -> None:
        """Delete it, if it is still there."""
        with contextlib.suppress(OSError):
            self.path.unlink(missing_ok=True)


def receive(directory: Path, source: Path, progress: Progress | None = None) -> IncomingFile:
    """Copy the bytes of `source` into the store, all the way to the disk, under a temporary name.

    Args:
        directory: of the data set.
        source: any file.
        progress: to cancel.

    Raises:
        AudioError: if `source` can't be read.
        DataSetError: if the store can't be written to; nothing is left behind.
        Cancelled: if `progress` was cancelled; nothing is left behind.
    """
    folder = directory / AUDIO_NAME
    target = folder / f"{INCOMING_PREFIX}{os.getpid()}-{uuid.uuid4().hex}"
    digest, size = hashlib.sha256(), 0
    # First of all, so that a source that can't be read makes no folder.
    chunks = _chunks(source, progress)
    chunk = next(chunks, b"")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as file:
            while chunk:
                digest.update(chunk)
                size += len(chunk)
                file.write(chunk)
                chunk = next(chunks, b"")
            file.flush()
            os.fsync(file.fileno())
    except BaseException as error:
        with contextlib.suppress(OSError):
            target.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise from_os_error(error, folder) from error
        raise
    return IncomingFile(target, digest.hexdigest(), size)


def place(directory: Path, incoming: IncomingFile, sample_hash: str, suffix: str) -> Path:
    """Give a received file its name in the store, and return its path; both are on the disk then.

    Doing it again with the same sound is no error: what is there already has the same samples.

    Args:
        directory: of the data set.
        incoming: the file; it has moved afterwards.
        sample_hash: of the samples in it.
        suffix: as `stored_suffix` returns it.

    Raises:
        DataSetError: if the store can't be written to.
    """
    target = clip_path(directory, sample_hash, suffix)
    try:
        if not target.parent.is_dir():
            target.parent.mkdir(parents=True, exist_ok=True)
            sync_folder(target.parent.parent)
        incoming.path.replace(target)
        sync_folder(target.parent)
    except OSError as error:
        raise from_os_error(error, directory / AUDIO_NAME) from error
    return target


def sync_folder(folder: Path) -> None:
    """Force the names in `folder` to the disk.

    Raises:
        OSError: if that fails.
    """
    if sys.platform == "win32":  # which has no such call; NTFS keeps a journal of names
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _chunks(path: Path, progress: Progress | None) -> Iterator[bytes]:
    """Yield the bytes of `path`, none of them empty.

    Raises:
        AudioError: if it can't be read.
        Cancelled: if `progress` was cancelled.
    """
    with open_regular(os.fspath(path)) as file:
        while True:
            if progress is not None:
                progress.raise_if_cancelled()
            try:
                chunk = file.read(_CHUNK_BYTES)
            except OSError as error:
                raise AudioReadError(path=shown_path(path), reason=error.strerror or str(error)) from error
            if not chunk:
                return
            yield chunk
