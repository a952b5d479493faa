"""A WAV file that is valid on disk at every moment while it grows."""

from __future__ import annotations

import errno
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from genre_app.audio.sound_errors import (
    DiskFullError,
    FolderNotWritableError,
    RecordingTooLongError,
    RecordingWriteError,
)

HEADER_BYTES = 44
BYTES_PER_SAMPLE = 3
MAX_FILE_BYTES = 2**32 - 2**16
"""Where a recording ends: sizes in a WAV file have 32 bits; the rest leaves room for what editors add."""

_FULL_SCALE = 2**23 - 1
_HEADER = struct.Struct("<4sI4s4sIHHIIHH4sI")
_RIFF_SIZE_OFFSET = 4
_DATA_SIZE_OFFSET = 40
_SIZE = struct.Struct("<I")


def wav_header(sample_rate: int, channels: int, data_bytes: int) -> bytes:
    """Return the header of a 24-bit PCM WAV file with `data_bytes` of samples."""
    riff_bytes = HEADER_BYTES - 8 + data_bytes + data_bytes % 2
    return _HEADER.pack(
        b"RIFF", riff_bytes, b"WAVE", b"fmt ", *_format_fields(sample_rate, channels), b"data", data_bytes
    )


def _format_fields(sample_rate: int, channels: int) -> tuple[int, ...]:
    frame_bytes = channels * BYTES_PER_SAMPLE
    return 16, 1, channels, sample_rate, sample_rate * frame_bytes, frame_bytes, 8 * BYTES_PER_SAMPLE


def to_pcm24(samples: NDArray[np.float32]) -> bytes:
    """Return `samples` (full scale is ±1, more is cut off) as little-endian 24-bit integers."""
    scaled = np.clip(samples.astype(np.float64) * _FULL_SCALE, -_FULL_SCALE - 1, _FULL_SCALE)
    integers = np.rint(scaled).astype("<i4").reshape(-1)
    return integers.view(np.uint8).reshape(-1, 4)[:, :BYTES_PER_SAMPLE].tobytes()


class WavWriter:
    """Appends samples to a new WAV file, 24-bit PCM.

    After every `append` the samples are with the operating system and the header tells their number: the
    process may be killed at any moment. After every `sync` they are on the disk.

    Attributes:
        path: of the file.
        sample_rate: in Hz.
        channels: samples per frame.
        frames: how many are in the file.
    """

    def __init__(self, path: Path, sample_rate: int, channels: int = 1) -> None:
        """Create the file `path`.

        Raises:
            FileExistsError: if there is one; nothing is overwritten.
            SoundError: if it cannot be created.
        """
        self.path = path
        self.sample_rate = sample_rate
        self.channels = channels
        self.frames = 0
        with write_errors(path):
            self._file = path.open("x+b", buffering=0)
        try:
            with write_errors(path):
                self._write(wav_header(sample_rate, channels, 0))
        except BaseException:
            self._file.close()
            path.unlink()
            raise

    @property
    def seconds(self) -> float:
        """Length of what is in the file."""
        return self.frames / self.sample_rate

    def append(self, samples: NDArray[np.float32]) -> None:
        """Append `samples`, shape (n,) or (n, channels).

        Raises:
            SoundError: if not all of them could be written; those that could are in the file, which stays
                valid.
        """
        frame_bytes = self.channels * BYTES_PER_SAMPLE
        data = to_pcm24(samples)
        room = MAX_FILE_BYTES - HEADER_BYTES - self.frames * frame_bytes
        too_long = len(data) > room
        if too_long:
            data = data[: room - room % frame_bytes]
        try:
            with write_errors(self.path):
                self._write(data)
        finally:
            # Also when the disk filled up half way: count the whole frames that made it, cut the rest off.
            with write_errors(self.path):
                begin = HEADER_BYTES + self.frames * frame_bytes
                written = self._file.tell() - begin
                self.frames += written // frame_bytes
                if written % frame_bytes:
                    self._file.truncate(begin + written - written % frame_bytes)
                    self._file.seek(0, os.SEEK_END)
                self._update_header()
        if too_long:
            raise RecordingTooLongError

    def sync(self) -> None:
        """Wait until everything appended is on the disk; may take long.

        Raises:
            SoundError: if the disk refuses.
        """
        with write_errors(self.path):
            os.fsync(self._file.fileno())

    def close(self) -> None:
        """Finish and close the file.

        Raises:
            SoundError: if the disk refuses; the file is closed all the same.
        """
        try:
            with write_errors(self.path):
                if self.frames * self.channels * BYTES_PER_SAMPLE % 2:
                    self._write(b"\0")  # chunks of a RIFF file have an even length
                self._update_header()
                os.fsync(self._file.fileno())
        finally:
            self._file.close()

    def _write(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[self._file.write(rest) :]

    def _update_header(self) -> None:
        data_bytes = self.frames * self.channels * BYTES_PER_SAMPLE
        end = self._file.tell()
        # Samples first, their number after: at no moment does the header promise more than there is.
        self._file.seek(_DATA_SIZE_OFFSET)
        self._file.write(_SIZE.pack(data_bytes))
        self._file.seek(_RIFF_SIZE_OFFSET)
        self._file.write(_SIZE.pack(HEADER_BYTES - 8 + data_bytes + data_bytes % 2))
        self._file.seek(end)


def repair(path: Path) -> float | None:
    """Make the header of a file that `WavWriter` did not close tell what is in the file.

    Returns:
        Length in seconds; None, and the file is left as it is, if it was not made by `WavWriter`.

    Raises:
        OSError: if the file cannot be read or written.
    """
    with path.open("r+b", buffering=0) as file:
        header = file.read(HEADER_BYTES)
        if len(header) < HEADER_BYTES:
            return None
        fields = _HEADER.unpack(header)
        channels, sample_rate = fields[6:8]
        frame_bytes = channels * BYTES_PER_SAMPLE
        if fields[0] != b"RIFF" or fields[2:4] != (b"WAVE", b"fmt ") or fields[11] != b"data":
            return None
        if fields[4:11] != _format_fields(sample_rate, channels) or not sample_rate or not channels:
            return None
        found = file.seek(0, os.SEEK_END) - HEADER_BYTES
        found -= found % frame_bytes  # half a frame, or the padding of a file that was closed properly
        file.truncate(HEADER_BYTES + found)
        if found % 2:
            file.seek(0, os.SEEK_END)
            file.write(b"\0")
        file.seek(0)
        file.write(wav_header(sample_rate, channels, found))
        os.fsync(file.fileno())
    return float(found / frame_bytes / sample_rate)


@contextmanager
def write_errors(path: Path) -> Iterator[None]:
    """Turn an ``OSError`` while writing `path` into the error for people; `FileExistsError` passes."""
    try:
        yield
    except FileExistsError:
        raise
    except OSError as error:
        folder, reason, details = str(path.parent), error.strerror or str(error), repr(error)
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFullError(folder=folder, details=details) from error
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOENT, errno.ENOTDIR):
            raise FolderNotWritableError(folder=folder, reason=reason, details=details) from error
        raise RecordingWriteError(path=str(path), reason=reason, details=details) from error
