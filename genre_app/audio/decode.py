"""Any sound file as a stream of float32 blocks, decoded in a process of its own.

A file that crashes or hangs its decoder gets an error; the program and all other files go on. Memory is
bounded on both sides however long the file is.
"""

from __future__ import annotations

import logging
import os
import threading
import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from genre_app.audio import errors
from genre_app.audio.decoder_client import Decoder, DecoderDiedError, pool, prewarm
from genre_app.audio.errors import (
    AudioError,
    AudioWarning,
    DecoderCrashedError,
    DecoderStartError,
    DecoderTimeoutError,
    shown_path,
)
from genre_app.audio.tags import Tags
from genre_app.errors import UnexpectedError

__all__ = ["BLOCK_TIMEOUT", "AudioInfo", "AudioStream", "open_audio", "prewarm", "read_audio", "read_tags"]

logger = logging.getLogger(__name__)

Float32 = NDArray[np.float32]
AnyPath = str | bytes | os.PathLike[str] | os.PathLike[bytes]

BLOCK_TIMEOUT = 30.0
"""Seconds without a block, or without an answer to opening a file, after which its decoder counts as hung."""

MAX_SAMPLE_RATE = 768_000
"""Hz, the highest that can be asked for."""

_ERRORS: dict[str, type[AudioError]] = {
    error.code: error
    for error in vars(errors).values()
    if isinstance(error, type) and issubclass(error, AudioError) and error is not AudioError
}


@dataclass(frozen=True, slots=True)
class AudioInfo:
    """What a sound file is, as it is stored.

    Attributes:
        format: of the file: "WAV", "FLAC", "OGG", "MP3", "M4A", ...
        encoding: of the sound in it: "PCM 16 bit", "Vorbis", "AAC", ...
        sample_rate: Hz.
        channels: how many.
        duration: seconds by the header, None when it does not say.
    """

    format: str
    encoding: str
    sample_rate: int
    channels: int
    duration: float | None


class AudioStream:
    """The sound of one file, block by block: a context manager and an iterator.

    Each block has shape (n,) if mono was asked for, else (n, channels), n > 0, about a second at most; all
    values are finite. Read to the end or closed, the stream gives its decoder back. One thread iterates;
    `close` may be called from any other, and ends the iteration.

    Attributes:
        info: the file as it is stored.
        sample_rate: Hz, of the blocks.
        channels: of the blocks.
        warnings: what to know about the file although it was decoded, for people (`AudioWarning`); complete
            when the iteration has ended.
    """

    def __init__(self, path: str, decoder: Decoder, answer: dict[str, Any], mono: bool) -> None:
        self.info = AudioInfo(
            format=answer["format"],
            encoding=answer["encoding"],
            sample_rate=answer["sample_rate"],
            channels=answer["channels"],
            duration=answer["duration"],
        )
        self.sample_rate: int = answer["delivered_rate"]
        self.channels: int = answer["delivered_channels"]
        self.warnings: list[str] = []
        self._path = path
        self._mono = mono
        self._decoder: Decoder | None = decoder
        self._busy = threading.Lock()
        # A stream that is forgotten instead of closed must not leave a decoder waiting for ever.
        self._forgotten = weakref.finalize(self, decoder.kill)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __iter__(self) -> Iterator[Float32]:
        return self

    def __next__(self) -> Float32:
        """Return the next block.

        Raises:
            AudioError: if the decoder crashes or hangs, or the file cannot be read any further.
        """
        with self._busy:
            decoder = self._decoder
            if decoder is None:
                raise StopIteration
            try:
                block = self._receive(decoder)
            except DecoderDiedError as error:
                closed = self._decoder is None  # by another thread
                self._let_go()
                if closed:
                    raise StopIteration from None
                raise _death(self._path, error) from error
            except BaseException:  # an interrupt, say: where in the stream we are is not known any more
                if self._let_go():
                    decoder.kill()
                    decoder.close()
                raise
            if block is None:
                raise StopIteration
            return block

    def close(self) -> None:
        """Stop decoding; the decoder is kept for another file if it heeds at once, else ended."""
        if not self._busy.acquire(blocking=False):
            # Another thread waits for a block: ending the decoder is what wakes it, and it cleans up.
            decoder = self._let_go()
            if decoder is not None:
                decoder.kill()
            return
        try:
            decoder = self._let_go()
            if decoder is not None and decoder.stop():
                pool.give_back(decoder)
        finally:
            self._busy.release()

    def _receive(self, decoder: Decoder) -> Float32 | None:
        """Return the next block, or None after the last."""
        while True:
            answer, samples = decoder.receive(BLOCK_TIMEOUT)
            if samples is not None:
                return samples if self._mono else samples.reshape(-1, self.channels)
            if answer["type"] == "alive":
                continue
            if self._let_go():
                pool.give_back(decoder)
            if answer["type"] == "error":
                raise _error(answer)
            for code, parameters in answer["warnings"]:
                warning = AudioWarning(code, **parameters)
                logger.info("%s: %s", self._path, warning)
                self.warnings.append(warning)
            return None

    def _let_go(self) -> Decoder | None:
        """Return the decoder to the one caller that is to take care of it, None to all others."""
        decoder, self._decoder = self._decoder, None
        self._forgotten.detach()
        return decoder


def open_audio(
    path: AnyPath,
    *,
    sample_rate: int | None = None,
    mono: bool = True,
    start: float = 0.0,
    max_seconds: float | None = None,
) -> AudioStream:
    """Open the sound file `path`, of any format, whatever its name says.

    Args:
        path: the file; its name may be any bytes.
        sample_rate: Hz of the blocks, None for the file's own.
        mono: whether to average all channels into one.
        start: seconds into the file; a start behind its end gives a stream without blocks. To the sample
            where the format allows it, to the millisecond in Matroska and WebM.
        max_seconds: how much at most, None for all of it.

    Raises:
        AudioError: a subclass that says what is wrong; also when there is not a single sample in the file.
        ValueError: if an argument makes no sense.
    """
    if sample_rate is not None and not 1 <= sample_rate <= MAX_SAMPLE_RATE:
        raise ValueError(f"sample_rate must be within 1 and {MAX_SAMPLE_RATE} Hz, not {sample_rate}")
    if not 0 <= start < float("inf") or (max_seconds is not None and not 0 <= max_seconds < float("inf")):
        raise ValueError("start and max_seconds must be finite and not negative")
    shown = shown_path(path)
    request = {
        "path": os.path.abspath(os.fsencode(path)).hex(),  # noqa: PTH100 - the name may be no text
        "sample_rate": sample_rate,
        "mono": mono,
        "start": float(start),
        "max_seconds": max_seconds,
    }
    decoder = _take(shown)
    try:
        if decoder.served:
            try:
                answer = _open(decoder, request)
            except DecoderDiedError as error:
                if error.timed_out:
                    raise
                # Perhaps an earlier file left it sick: this one deserves a decoder of its own.
                logger.warning("Decoder died (%s), trying %s with a new one", error, shown)
                decoder = _start(shown)
                answer = _open(decoder, request)
        else:
            answer = _open(decoder, request)
    except DecoderDiedError as error:
        raise _death(shown, error) from error
    except BaseException:
        decoder.kill()
        decoder.close()
        raise
    if answer["type"] == "error":
        pool.give_back(decoder)
        raise _error(answer)
    return AudioStream(shown, decoder, answer, mono)


def read_audio(
    path: AnyPath,
    *,
    sample_rate: int | None = None,
    mono: bool = True,
    max_seconds: float | None = None,
) -> tuple[Float32, AudioInfo]:
    """Return all samples of a file at once, shape (n,) if `mono` else (n, channels), and what the file is.

    All of it is in memory then, and while it is read twice that; `open_audio` is for long files.

    Raises:
        AudioError: see `open_audio`.
    """
    with open_audio(path, sample_rate=sample_rate, mono=mono, max_seconds=max_seconds) as stream:
        blocks = list(stream)
        if not blocks:  # max_seconds=0
            return np.zeros((0,) if mono else (0, stream.channels), np.float32), stream.info
        return np.concatenate(blocks), stream.info


def read_tags(path: AnyPath) -> Tags:
    """Return what the sound file `path` says about the song in it.

    Tags that can't be read are as good as none: they are empty then, whatever is wrong with the file.

    Raises:
        DecoderStartError: if no decoder can be started at all.
    """
    shown = shown_path(path)
    decoder = _take(shown)
    try:
        decoder.ask("tags", {"path": os.path.abspath(os.fsencode(path)).hex()})  # noqa: PTH100 - as above
        tags = Tags()
        while True:
            answer, _ = decoder.receive(BLOCK_TIMEOUT)
            if answer["type"] == "tags":
                tags = Tags(answer["title"], answer["artist"])
            elif answer["type"] in ("end", "error"):
                break
    except DecoderDiedError as error:
        logger.warning("Decoder died at the tags of %s: %s\n%s", shown, error.reason, error.details)
        return Tags()
    except BaseException:
        decoder.kill()
        decoder.close()
        raise
    pool.give_back(decoder)
    return tags


def _start(shown: str) -> Decoder:
    try:
        return Decoder()
    except OSError as error:
        raise DecoderStartError(path=shown, reason=error.strerror or str(error)) from error


def _take(shown: str) -> Decoder:
    try:
        return pool.take()
    except OSError as error:
        raise DecoderStartError(path=shown, reason=error.strerror or str(error)) from error


def _open(decoder: Decoder, request: dict[str, Any]) -> dict[str, Any]:
    """Return the first answer that matters: "info" or "error"."""
    decoder.open(request)
    while True:
        answer, _ = decoder.receive(BLOCK_TIMEOUT)
        if answer["type"] != "alive":
            return answer


def _death(shown: str, error: DecoderDiedError) -> AudioError:
    logger.warning("Decoder died at %s: %s\n%s", shown, error.reason, error.details)
    if error.timed_out:
        return DecoderTimeoutError(path=shown, seconds=round(BLOCK_TIMEOUT), details=error.details)
    if not error.was_ready:
        return DecoderStartError(path=shown, reason=error.reason, details=error.details)
    return DecoderCrashedError(path=shown, reason=error.reason, details=error.details)


def _error(answer: dict[str, Any]) -> AudioError | UnexpectedError:
    kind: type[AudioError | UnexpectedError] = _ERRORS.get(answer["code"], UnexpectedError)
    if kind is UnexpectedError:
        logger.error("Decoder failed: %s", answer["details"])
    return kind(details=answer["details"], **answer["parameters"])
