"""A file that is being decoded is heard to its end, both at the same time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from genre_app.classifier.listening import Listening
from genre_app.classifier.prediction import Prediction
from genre_app.progress import Progress

if TYPE_CHECKING:
    from genre_app.audio.decode import AudioStream

_CHECK_SECONDS: Final = 0.1
# How long a decoder has to come to its next block before it is ended in the middle.
_GRACE_SECONDS: Final = 0.2


def hear(
    stream: AudioStream,
    listening: Listening,
    progress: Progress | None = None,
    on_block: Callable[[NDArray[np.float32]], None] | None = None,
) -> Prediction:
    """Return the prediction over all of `stream`.

    The file is decoded by another process, some seconds ahead, while this one computes.

    Args:
        stream: mono, at 22,050 Hz.
        listening: that nothing was given to yet.
        progress: told the seconds done, and the seconds in all if the file says so, otherwise 0.
        on_block: called with each block.

    Raises:
        GenreAppError: if the file can't be decoded any further (a subclass says why), or has no sample in it.
        Cancelled: if `progress` was cancelled, within half a second even if the file's disk hangs.
    """
    total = stream.info.duration or 0.0
    with _closed_when_cancelled(stream, progress):
        for block in stream:
            if progress is not None:
                progress.report(listening.seconds, total)
            if on_block is not None:
                on_block(block)
            listening.add(block)
    return listening.finish()


@contextmanager
def _closed_when_cancelled(stream: AudioStream, progress: Progress | None) -> Iterator[None]:
    """Close `stream` if `progress` is cancelled while no block comes; raise `Cancelled` then."""
    if progress is None:
        yield
        return
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(_CHECK_SECONDS):
            if progress.cancelled and not ended.wait(_GRACE_SECONDS):
                stream.close()
                return

    watcher = threading.Thread(target=watch, name="cancel-watcher", daemon=True)
    watcher.start()
    try:
        yield
        progress.raise_if_cancelled()
    finally:
        ended.set()
        watcher.join()
