"""Decodes a file ahead of a player, into memory of fixed size."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from genre_app.audio.ring_buffer import RingBuffer
from genre_app.errors import GenreAppError, UnexpectedError

logger = logging.getLogger(__name__)

CHANNELS = 2
"""Of what the feed delivers: mono is heard on both sides, more channels are mixed down."""

_AHEAD_SECONDS = 3.0
_BEHIND_SECONDS = 1.0  # what was played stays that long, to go back to what was heard at a pause
_READY_SECONDS = 0.3
_WAIT_SECONDS = 0.05


class PlaybackFeed:
    """One run through a file from one position on, decoded by a thread of its own.

    The player's callback takes frames from `ring` at `position` and moves it on; the thread keeps the ring
    filled. Nothing here is ever waited for.

    Attributes:
        start: where in the file the feed begins, in seconds.
        duration: of the whole file in seconds, once known.
        sample_rate: of the frames in Hz; 0 until `opened`.
        ring: the frames, once `opened`.
        position: number of the next frame to play; the player's.
        complete: whether the last frame of the file is in the ring.
        error: what ended the decoding.
    """

    ring: RingBuffer

    def __init__(
        self, path: Path, start: float, sample_rate: int | None, on_change: Callable[[], None]
    ) -> None:
        """Begin to decode `path` at `start` seconds.

        Args:
            path: any audio file.
            start: in seconds.
            sample_rate: to convert to, in Hz; None for the file's own.
            on_change: called from the thread when the feed became ready, complete, or failed.
        """
        self.path = path
        self.start = start
        self.duration: float | None = None
        self.sample_rate = 0
        self.position = 0
        self.complete = False
        self.error: GenreAppError | None = None
        self._wanted_rate = sample_rate
        self._on_change = on_change
        self._cancelled = threading.Event()
        threading.Thread(target=self._run, name="decode-for-playback", daemon=True).start()

    @property
    def ready(self) -> bool:
        """Whether there is enough to begin playing."""
        if not self.sample_rate:
            return False
        return self.complete or self.ring.written >= self.position + _READY_SECONDS * self.sample_rate

    @property
    def drained(self) -> bool:
        """Whether everything up to the end of the file was taken."""
        return self.complete and self.position >= self.ring.written

    def seconds(self, frame: float) -> float:
        """Return where in the file `frame` is, in seconds."""
        return self.start + frame / self.sample_rate if self.sample_rate else self.start

    def rewind(self, frame: int) -> None:
        """Go back to `frame`, or as far as there is memory of it. Only while no callback takes frames."""
        self.position = max(self.ring.oldest, min(frame, self.position))

    def cancel(self) -> None:
        """Stop decoding; returns at once."""
        self._cancelled.set()

    def _run(self) -> None:
        try:
            self._decode()
        except GenreAppError as error:
            self.error = error
        except Exception as error:
            logger.exception("cannot play %s", self.path)
            self.error = UnexpectedError.wrap(error)
        if not self._cancelled.is_set():
            self._on_change()

    def _decode(self) -> None:
        from genre_app.audio.decode import open_audio

        with open_audio(self.path, sample_rate=self._wanted_rate, mono=False, start=self.start) as stream:
            rate = stream.sample_rate
            self.duration = stream.info.duration
            self.ring = RingBuffer(round((_AHEAD_SECONDS + _BEHIND_SECONDS) * rate), CHANNELS)
            self.sample_rate = rate  # last: from here on the feed counts as opened
            told = False
            for block in stream:
                self._store(to_stereo(block))
                if self._cancelled.is_set():
                    return
                if not told and self.ready:
                    told = True
                    self._on_change()
        if self.ring.written:  # else we began behind the end
            self.duration = self.seconds(self.ring.written)  # the true one; the header may have told another
        self.complete = True

    def _store(self, frames: NDArray[np.float32]) -> None:
        ring, behind = self.ring, round(_BEHIND_SECONDS * self.sample_rate)
        while len(frames) and not self._cancelled.is_set():
            room = ring.capacity - behind - (ring.written - self.position)
            if room <= 0:
                self._cancelled.wait(_WAIT_SECONDS)
                continue
            ring.write(frames[:room])
            frames = frames[room:]


def to_stereo(block: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return `block`, shape (n,) or (n, channels), as (n, 2).

    The first two of more channels are left and right in every common layout; the others are heard on both
    sides, 3 dB lower, and the sum is scaled so that it cannot clip.
    """
    if block.ndim == 1:
        block = block[:, np.newaxis]
    if block.shape[1] == 1:
        return np.repeat(block, 2, axis=1)
    if block.shape[1] == 2:
        return block
    others = block[:, 2:].sum(axis=1, keepdims=True) * np.float32(0.5**0.5)
    gain = np.float32(1.0 / (1.0 + (block.shape[1] - 2) * 0.5**0.5))
    mixed: NDArray[np.float32] = (block[:, :2] + others) * gain
    return mixed
