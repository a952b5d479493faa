"""The child process that decodes: a crash of a native decoder ends it, and nothing else.

Started by `genre_app.audio.decoder_client`. Requests come as JSON, one a line, on standard input::

    {"command": "open", "id": 7, "path": HEX, "sample_rate": HZ or null, "mono": BOOL, "start": SECONDS,
     "max_seconds": SECONDS or null}
    {"command": "stop", "id": 7}
    {"command": "tags", "id": 8, "path": HEX}

Answers go to standard output: a JSON object on a line, and after one of type "block" as many bytes of
float32 samples in machine order, frames interleaved, as its "bytes" say::

    {"type": "ready"}                         once, when the imports are done
    {"type": "info", "id": 7, ...}            the file is open: what it is, and what the blocks will be
    {"type": "block", "bytes": N}             at most about a second of sound
    {"type": "alive"}                         still on the way to `start`
    {"type": "tags", "title": TEXT, "artist": TEXT}   and then "end"
    {"type": "end", "warnings": [[CODE, {PARAMETERS}], ...]}
    {"type": "error", "code": CODE, "parameters": {...}, "details": TEXT or null}

Each request ends with "end" or "error". Nobody reads ahead of time: a full pipe holds the decoder back, so
memory stays bounded on both sides. When standard input ends, the parent is gone, and the process exits at
once, whatever it is doing.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import stat
import sys
import threading
import traceback
from collections.abc import Iterator
from io import FileIO
from typing import TYPE_CHECKING, Any

from genre_app.audio.errors import (
    AudioDamagedError,
    AudioEmptyError,
    AudioError,
    AudioFolderError,
    AudioMissingError,
    AudioNoSamplesError,
    AudioNotAFileError,
    AudioPermissionError,
    AudioReadError,
    AudioWarning,
    shown_path,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from genre_app.audio.readers import Source

    Float32 = NDArray[np.float32]

MAX_ADDRESS_SPACE = 2 << 30
"""Bytes this process may map, where the system can limit it: no header shall talk it into taking all."""

_MAX_BLOCK_SAMPLES = 1 << 19
"""Samples of all channels in one block read: bounds the memory that many channels or a high rate can take."""
_MAX_AMPLITUDE = 1e6
"""Full scale is 1; beyond this a number is garbage, and its square would soon overflow."""


class Decoder:
    """Answers requests, one after the other, until there are no more."""

    def __init__(self, requests: FileIO, answers: FileIO) -> None:
        self._answers = answers
        self._requests = requests
        self._waiting: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self._stopped = 0  # the last request whose sound is not wanted any more

    def run(self) -> None:
        """Answer requests; does not return: the process ends with its input."""
        threading.Thread(target=self._listen, name="requests", daemon=True).start()
        # What nearly every file needs, imported before the first is asked for.
        import soundfile  # noqa: F401

        from genre_app.audio import readers  # noqa: F401

        _limit_memory()
        self._send({"type": "ready"})
        while True:
            self._answer(self._waiting.get())

    def _listen(self) -> None:
        """Take in requests on a thread of its own: a "stop", or the parent's end, comes while decoding."""
        for line in self._requests_lines():
            request = json.loads(line)
            if request["command"] == "stop":
                self._stopped = max(self._stopped, request["id"])
            else:
                self._waiting.put(request)
        os._exit(0)

    def _requests_lines(self) -> Iterator[bytes]:
        rest = b""
        while data := self._requests.read(1 << 16):
            *lines, rest = (rest + data).split(b"\n")
            yield from lines

    def _answer(self, request: dict[str, Any]) -> None:
        path = os.fsdecode(bytes.fromhex(request["path"]))
        try:
            with open_regular(path) as file:
                if request["command"] == "tags":
                    self._read_tags(file)
                else:
                    self._decode(file, request, shown_path(path))
        except AudioError as error:
            self._send_error(error.code, error.parameters, error.details)
        except MemoryError:
            damaged = AudioDamagedError(
                path=shown_path(path), reason="it asks for more memory than it may have"
            )
            self._send_error(damaged.code, damaged.parameters, traceback.format_exc())
        except BrokenPipeError:
            os._exit(0)
        except OSError as error:
            read = AudioReadError(path=shown_path(path), reason=error.strerror or str(error))
            self._send_error(read.code, read.parameters, traceback.format_exc())
        except Exception as error:  # noqa: BLE001 - the next file must have its chance
            reason = f"{type(error).__name__}: {error}"
            self._send_error("unexpected", {"reason": reason}, traceback.format_exc())

    def _decode(self, file: FileIO, request: dict[str, Any], path: str) -> None:
        from genre_app.audio.readers import Source

        source = Source(file, os.fstat(file.fileno()).st_size, path)
        try:
            if request["start"]:
                source.seek(round(request["start"] * source.sample_rate), self._send_alive)
            sound = Sound(source, request["sample_rate"], request["mono"], request["max_seconds"])
            blocks = iter(sound)
            # The first block before the description: what is wrong from the start is wrong on opening.
            block = next(blocks, None)
            if block is None and not request["start"] and sound.at_end:
                if source.damaged:
                    raise AudioDamagedError(path=path, reason="its sound data is corrupt")
                raise AudioNoSamplesError(path=path)
            self._send(
                {
                    "type": "info",
                    "id": request["id"],
                    "format": source.format,
                    "encoding": source.encoding,
                    "sample_rate": source.sample_rate,
                    "channels": source.channels,
                    "duration": None if source.frames is None else source.frames / source.sample_rate,
                    "delivered_rate": sound.sample_rate,
                    "delivered_channels": sound.channels,
                }
            )
            while block is not None and self._stopped < request["id"]:
                self._send({"type": "block", "bytes": block.nbytes})
                self._write(block.data.cast("B"))
                block = next(blocks, None)
            if sound.at_end:
                source.finish()
            warnings = [*source.warnings, *sound.warnings]
            self._send({"type": "end", "warnings": [[one.code, one.parameters] for one in warnings]})
        finally:
            source.close()

    def _read_tags(self, file: FileIO) -> None:
        from genre_app.audio.tags import tags_of

        tags = tags_of(file)
        self._send({"type": "tags", "title": tags.title, "artist": tags.artist})
        self._send({"type": "end", "warnings": []})

    def _send_alive(self) -> None:
        self._send({"type": "alive"})

    def _send_error(self, code: str, parameters: dict[str, str], details: str | None) -> None:
        self._send({"type": "error", "code": code, "parameters": parameters, "details": details})

    def _send(self, answer: dict[str, Any]) -> None:
        self._write(memoryview(json.dumps(answer).encode("ascii") + b"\n"))

    def _write(self, data: memoryview) -> None:
        while data:
            data = data[self._answers.write(data) :]


class Sound:
    """The samples of a source as they were asked for: finite, mixed, resampled; iterate once.

    Attributes:
        sample_rate, channels: of the blocks.
        at_end: whether the source has no more; False while there is, or when `max_seconds` were enough.
        warnings: what was noticed about the samples.
    """

    def __init__(
        self, source: Source, sample_rate: int | None, mono: bool, max_seconds: float | None
    ) -> None:
        self._source = source
        self._source_rate = source.sample_rate
        self._mono = mono
        self._left = None if max_seconds is None else round(max_seconds * self._source_rate)
        self._unusable = 0
        self.sample_rate = sample_rate or self._source_rate
        self.channels = 1 if mono else source.channels
        self.at_end = False

    @property
    def warnings(self) -> list[AudioWarning]:
        """What was noticed about the samples so far."""
        return [AudioWarning("not-finite", count=self._unusable)] if self._unusable else []

    def __iter__(self) -> Iterator[Float32]:
        """Yield C-contiguous blocks, shape (n, channels), n > 0."""
        if self.sample_rate == self._source_rate:
            yield from self._mixed()
            return
        import numpy as np
        import soxr

        resampler = soxr.ResampleStream(
            self._source_rate, self.sample_rate, self.channels, dtype="float32", quality="HQ"
        )
        last = None
        delivered = False
        for block in self._mixed():
            last = block[-1:]
            resampled = resampler.resample_chunk(block)
            if len(resampled):
                delivered = True
                yield np.ascontiguousarray(resampled)
        if last is None:
            return
        rest = resampler.resample_chunk(np.zeros((0, self.channels), np.float32), last=True)
        if len(rest):
            yield np.ascontiguousarray(rest)
        elif not delivered:
            yield last  # so short that it rounds to nothing; but something is not nothing

    def _mixed(self) -> Iterator[Float32]:
        """Yield blocks at the source's rate, mixed down if that is asked for."""
        import numpy as np

        channels = self._source.channels
        most = max(256, min(self._source_rate, _MAX_BLOCK_SAMPLES // channels))
        average = np.full((channels, 1), 1 / channels, np.float32)
        while self._left is None or self._left > 0:
            block = self._source.read(most if self._left is None else min(most, self._left))
            if not len(block):
                self.at_end = True
                return
            if self._left is not None:
                self._left -= len(block)
            # False for NaN as well; two reductions take a fraction of the time of a mask.
            if not (block.max() <= _MAX_AMPLITUDE and block.min() >= -_MAX_AMPLITUDE):
                usable = np.abs(block) <= _MAX_AMPLITUDE
                self._unusable += int(block.size - np.count_nonzero(usable))
                block = np.where(usable, block, np.float32(0))
            if self._mono and channels > 1:
                block = block @ average  # far quicker than a mean over so short an axis
            yield np.ascontiguousarray(block)


def open_regular(path: str) -> FileIO:
    """Open the file `path` for reading if it is a file with something in it; never waits for a pipe's writer.

    Raises:
        AudioError: a subclass that says why not.
    """
    shown = shown_path(path)
    try:
        # Looking comes before opening, which some devices take for a command.
        _check_regular(os.stat(path), shown)  # noqa: PTH116 - the name may be no text
        flags = (
            os.O_RDONLY
            | getattr(os, "O_BINARY", 0)
            | getattr(os, "O_NONBLOCK", 0)
            | getattr(os, "O_NOCTTY", 0)
        )
        file = FileIO(os.open(path, flags), "r")
        try:
            _check_regular(os.fstat(file.fileno()), shown)
        except BaseException:
            file.close()
            raise
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        raise AudioMissingError(path=shown) from error
    except PermissionError as error:
        raise AudioPermissionError(path=shown) from error
    except OSError as error:
        raise AudioReadError(path=shown, reason=error.strerror or str(error)) from error
    return file


def _check_regular(status: os.stat_result, shown: str) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise AudioFolderError(path=shown)
    if not stat.S_ISREG(status.st_mode):
        raise AudioNotAFileError(path=shown)
    if status.st_size == 0:
        raise AudioEmptyError(path=shown)


def _limit_memory() -> None:
    if sys.platform == "win32":
        return
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = MAX_ADDRESS_SPACE if hard == resource.RLIM_INFINITY else min(MAX_ADDRESS_SPACE, hard)
    try:
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    except (ValueError, OSError):
        # Some systems have no such limit; there the limits on rates and channels have to do.
        return


def main() -> None:
    """Run the child: claim the pipes, so that nothing a library prints gets between the answers."""
    import faulthandler

    answers = FileIO(os.dup(1), "w")
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in the terminal is for the parent to handle
    faulthandler.enable()
    Decoder(FileIO(0, "r", closefd=False), answers).run()


if __name__ == "__main__":
    main()
