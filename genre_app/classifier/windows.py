"""Sound of any length, in blocks, becomes windows for the network, in bounded memory.

Each window is looked at twice: the second look has its frames half a hop later. A frame every 89 ms is so
seldom that where in it a beat falls changes what the network says of music it is not sure about; a recording
never begins at the same sample as the file that it is of. The mean of both looks is steadier.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from genre_app.features.log_mel import (
    HOP_LENGTH,
    N_MELS,
    SAMPLE_RATE,
    WINDOW_FRAMES,
    normalise,
    power_mel,
)

FRAME_SECONDS: Final = HOP_LENGTH / SAMPLE_RATE

# Fewer frames at a time would waste the extra frame at each end, and more would only take memory. Between the
# two it is what waits: when a file has been decoded to its end, little should be left to do.
_LEAST_FRAMES: Final = 40
_MOST_FRAMES: Final = 168


@dataclass(frozen=True, slots=True)
class Frames:
    """Some consecutive frames of a sound.

    Attributes:
        power: float32 (128, n), mel power, as `power_mel` of the whole sound gives it.
        between: float32 (128, n), the same of the frames centred half a hop later; (128, 0) if not wanted.
        loudness: float64 (n,), mean square of the hop of samples that begins where the frame is centred,
            full scale 1, without its constant part: a microphone's offset is no sound.
    """

    power: NDArray[np.float32]
    between: NDArray[np.float32]
    loudness: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Window:
    """What the network looks at.

    Attributes:
        looks: float32 (128, 336) each, log-mels 0…255, the loudest cell 255 (all 0 if there is none); the
            second one, if the sound is at hand, half a hop later than the first.
        loudness: float64 (336,), as in `Frames`.
        first_frame: index of its first frame in the sound.
        covered: index of the first frame that no earlier window had.
        end_frame: index after the last frame that belongs to the sound; what a window has beyond that is a
            repetition.
    """

    looks: tuple[NDArray[np.float32], ...]
    loudness: NDArray[np.float64]
    first_frame: int
    covered: int
    end_frame: int


class Framer:
    """Computes the frames of a sound that arrives in blocks: the same as for the whole at once."""

    def __init__(self, *, between: bool = True) -> None:
        """Begin a sound; without the frames `between`, it takes half the time."""
        self._looks = 2 if between else 1
        self._blocks: list[NDArray[np.float32]] = []
        self._pending = 0  # samples in these blocks
        self._context = 0  # how many of them come before the next frame: 0 at the start, then HOP_LENGTH
        self.samples = 0

    def add(self, block: NDArray[np.float32]) -> Iterator[Frames]:
        """Yield the frames that `block`, mono samples at 22,050 Hz of shape (n,), completes."""
        self.samples += block.size
        self._blocks.append(block)
        self._pending += block.size
        if self._ready(self._pending) < _LEAST_FRAMES:
            return
        samples = np.concatenate(self._blocks)
        while (n := min(_MOST_FRAMES, self._ready(samples.size))) >= _LEAST_FRAMES:
            step = self._context + n * HOP_LENGTH
            yield self._frames(samples[: step + HOP_LENGTH], n)
            samples = samples[step - HOP_LENGTH :]
            self._context = HOP_LENGTH
        self._blocks = [samples.copy()]
        self._pending = samples.size

    def _ready(self, n_samples: int) -> int:
        """Return how many frames can be computed from `n_samples`, the first of which are context.

        A frame reaches half an FFT, less than a hop, to either side: one hop of context on the left; and on
        the right all of the hop that begins at the last frame's centre, and one more for what comes between
        it and the next.
        """
        return (n_samples - self._context) // HOP_LENGTH - 1

    def finish(self) -> Iterator[Frames]:
        """Yield the frames that are left at the end of the sound; none if there was no sample at all."""
        if self.samples:
            samples = np.concatenate(self._blocks)
            yield self._frames(samples, 1 + (samples.size - self._context) // HOP_LENGTH)

    def _frames(self, samples: NDArray[np.float32], n: int) -> Frames:
        looks = self._looks
        first = looks * (self._context // HOP_LENGTH)
        missing = self._context + n * HOP_LENGTH - samples.size
        # Nothing sounds after the end, where the last frame may have its half hop.
        heard = np.pad(samples, (0, missing)) if missing > 0 else samples
        power = power_mel(heard, HOP_LENGTH // looks)[:, first : first + looks * n]
        hops = samples[self._context : self._context + n * HOP_LENGTH].astype(np.float64)
        loudness = np.zeros(n)
        whole = hops.size // HOP_LENGTH
        loudness[:whole] = hops[: whole * HOP_LENGTH].reshape(whole, HOP_LENGTH).var(axis=1)
        if hops.size > whole * HOP_LENGTH:
            loudness[whole] = hops[whole * HOP_LENGTH :].var()
        return Frames(power[:, ::looks], power[:, 1::looks] if looks > 1 else power[:, :0], loudness)


class WindowCutter:
    """Cuts frames into windows of 336, end to end; the last one ends with the sound.

    A sound shorter than a window is repeated until it fills one.
    """

    def __init__(self) -> None:
        none = np.empty((N_MELS, 0), dtype=np.float32)
        self._recent = Frames(none, none, np.empty(0))
        self._frames = 0  # of the sound, so far
        self._covered = 0  # of these, how many are in a window

    def add(self, frames: Frames) -> Iterator[Window]:
        """Yield the windows that `frames` complete."""
        self._frames += frames.loudness.size
        self._recent = Frames(
            np.concatenate((self._recent.power, frames.power), axis=1),
            np.concatenate((self._recent.between, frames.between), axis=1),
            np.concatenate((self._recent.loudness, frames.loudness)),
        )
        while self._frames - self._covered >= WINDOW_FRAMES:
            yield self._window(self._covered)
            self._covered += WINDOW_FRAMES
        # The last window may reach back over frames that have been in a window already.
        surplus = self._recent.loudness.size - WINDOW_FRAMES
        if surplus > 0:
            self._recent = Frames(
                self._recent.power[:, surplus:].copy(),
                self._recent.between[:, surplus:].copy(),
                self._recent.loudness[surplus:].copy(),
            )

    def finish(self) -> Iterator[Window]:
        """Yield the window that is left at the end of the sound, if one is."""
        if self._frames > self._covered:
            yield self._window(max(0, self._frames - WINDOW_FRAMES))
            self._covered = self._frames

    def _window(self, first_frame: int) -> Window:
        oldest = self._frames - self._recent.loudness.size
        chosen = np.arange(first_frame, min(first_frame + WINDOW_FRAMES, self._frames))
        wrapped = np.resize(chosen - oldest, WINDOW_FRAMES)
        return Window(
            looks=(
                normalise(self._recent.power[:, wrapped]),
                normalise(self._recent.between[:, wrapped]),
            ),
            loudness=self._recent.loudness[wrapped],
            first_frame=first_frame,
            covered=self._covered,
            end_frame=first_frame + chosen.size,
        )


def windows_of_log_mel(log_mel: NDArray[np.float32]) -> Iterator[Window]:
    """Yield the windows of a log-mel whose sound is not at hand.

    Args:
        log_mel: (128, n), 0…255, n ≥ 1. Each window is shifted up until its loudest cell is 255. As there is
            no absolute level in it, a frame counts as sound (loudness 1) unless its whole window has one
            single value.
    """
    n = log_mel.shape[1]
    starts = list(range(0, n - WINDOW_FRAMES + 1, WINDOW_FRAMES))
    covered = len(starts) * WINDOW_FRAMES
    if covered < n:
        starts.append(max(0, n - WINDOW_FRAMES))
    for index, start in enumerate(starts):
        length = min(WINDOW_FRAMES, n - start)
        part = log_mel[:, np.resize(np.arange(start, start + length), WINDOW_FRAMES)]
        loudest = part.max()
        sounds = part.min() != loudest
        yield Window(
            looks=(np.clip(part + (255.0 - loudest), 0.0, 255.0, dtype=np.float32),),
            loudness=np.full(WINDOW_FRAMES, 1.0 if sounds else 0.0),
            first_frame=start,
            covered=index * WINDOW_FRAMES,
            end_frame=start + length,
        )
