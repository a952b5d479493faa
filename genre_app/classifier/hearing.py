"""A file that is being decoded is heard to its end, both at the same time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from genre_app.classifier.decode_ahead import decoded_ahead
from genre_app.classifier.listening import Listening
from genre_app.classifier.prediction import Prediction
from genre_app.features.log_mel import SAMPLE_RATE
from genre_app.progress import Progress

if TYPE_CHECKING:
    from genre_app.audio.decode import AudioStream

# Sound decoded ahead while the network computes; 30 s of it take 2.6 MB.
_SAMPLES_AHEAD: Final = 30 * SAMPLE_RATE


def hear(
    stream: AudioStream,
    listening: Listening,
    progress: Progress | None = None,
    on_block: Callable[[NDArray[np.float32]], None] | None = None,
) -> Prediction:
    """Return the prediction over all of `stream`.

    Args:
        stream: mono, at 22,050 Hz.
        listening: that nothing was given to yet.
        progress: told the seconds done, and the seconds in all if the file says so, otherwise 0.
        on_block: called with each block.

    Raises:
        GenreAppError: if the file can't be decoded any further (a subclass says why), or has no sample in it.
        Cancelled: if `progress` was cancelled.
    """
    total = stream.info.duration or 0.0
    check = None if progress is None else progress.raise_if_cancelled
    with decoded_ahead(stream, _SAMPLES_AHEAD, check) as blocks:
        for block in blocks:
            if progress is not None:
                progress.report(listening.seconds, total)
            if on_block is not None:
                on_block(block)
            listening.add(block)
    return listening.finish()
