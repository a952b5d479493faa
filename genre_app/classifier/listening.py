"""One prediction in the making: windows are heard one after the other, and added up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from genre_app.classifier.errors import InvalidInputError, ModelDamagedError
from genre_app.classifier.head import Head
from genre_app.classifier.litert import Backbone
from genre_app.classifier.model_version import ModelVersion
from genre_app.classifier.prediction import Prediction, Segment
from genre_app.classifier.windows import FRAME_SECONDS, Framer, Frames, Window, WindowCutter
from genre_app.features.log_mel import SAMPLE_RATE, WINDOW_FRAMES

SILENCE_DBFS: Final = -65.0
"""A window whose RMS level is below this is silent. A log-mel, relative to its own maximum, can't tell."""

_SILENCE: Final = 10.0 ** (SILENCE_DBFS / 10.0)


class Tally:
    """Adds up what the network says about the windows of one sound.

    The probabilities of the windows are averaged, each weighted by the share of it that sounds: the end of a
    song in a window of silence says little. Silent windows have no say, and steps of silence no segment.
    """

    def __init__(self, version: ModelVersion, backbone: Backbone, head: Head) -> None:
        self._version = version
        self._backbone = backbone
        self._head = head
        self._sum = np.zeros(len(version.genres))
        self._weight = 0.0
        self._segments: list[Segment] = []
        step = WINDOW_FRAMES / backbone.steps
        self._step_edges = np.arange(backbone.steps + 1) * step
        self._step_of_frame = np.minimum((np.arange(WINDOW_FRAMES) + 0.5) // step, backbone.steps - 1)

    def add(self, window: Window) -> None:
        """Listen to the next window of the sound.

        Raises:
            ModelDamagedError: if the network's answer is not numbers.
        """
        if window.loudness.mean() < _SILENCE:
            return
        embedding = self._backbone.look(window.looks)
        probabilities = self._head.probabilities(embedding.whole)
        local = self._head.probabilities(_smoothed(embedding.local))
        if not (np.isfinite(probabilities).all() and np.isfinite(local).all()):
            raise ModelDamagedError(model=self._version.id, reason="its answers are not numbers")
        weight = float((window.loudness >= _SILENCE).mean())
        self._sum += weight * probabilities
        self._weight += weight
        self._add_segments(window, local)

    def prediction(self, duration: float) -> Prediction:
        """Return the prediction over all windows so far, for a sound of `duration` seconds."""
        genres = self._version.genres
        mean = np.full(len(genres), 1.0 / len(genres))
        if self._weight:
            mean = self._sum / self._weight
        falling = np.argsort(-mean, kind="stable")
        best, confidence = genres[falling[0]], float(mean[falling[0]])
        sure = self._weight > 0.0 and confidence >= self._version.confidence_threshold
        return Prediction(
            genre=best if sure else None,
            best_genre=best,
            confidence=confidence,
            probabilities={genres[i]: float(mean[i]) for i in falling},
            segments=tuple(_fitted(self._segments, duration)),
            duration=duration,
            model=self._version.id,
        )

    def _add_segments(self, window: Window, local: NDArray[np.float64]) -> None:
        """Append a segment for each step that sounds and whose centre no earlier window had."""
        edges = self._step_edges + window.first_frame
        centres = (edges[:-1] + edges[1:]) / 2
        wanted = np.flatnonzero((centres >= window.covered) & (centres < window.end_frame))
        if not wanted.size:
            # Less than half a step of new sound: it belongs to the segment before it, if there is one.
            if window.covered > 0:
                self._extend_segment(window)
                return
            wanted = np.array([0])
        for step in wanted:
            if window.loudness[self._step_of_frame == step].mean() < _SILENCE:
                continue
            # The outermost steps reach to where the window before ended and to where this one does.
            start = window.covered if step == wanted[0] else edges[step]
            end = window.end_frame if step == wanted[-1] else edges[step + 1]
            best = int(local[step].argmax())
            self._segments.append(
                Segment(
                    start=float(start * FRAME_SECONDS),
                    end=float(end * FRAME_SECONDS),
                    genre=self._version.genres[best],
                    confidence=float(local[step, best]),
                )
            )

    def _extend_segment(self, window: Window) -> None:
        if self._segments and self._segments[-1].end == float(window.covered * FRAME_SECONDS):
            last = self._segments.pop()
            end = float(window.end_frame * FRAME_SECONDS)
            self._segments.append(Segment(last.start, end, last.genre, last.confidence))


class Listening:
    """A prediction from sound that arrives in blocks, of any length, in bounded memory."""

    def __init__(self, tally: Tally, on_frames: Callable[[Frames], None] | None) -> None:
        self._tally = tally
        self._on_frames = on_frames
        self._framer = Framer()
        self._cutter = WindowCutter()

    @property
    def seconds(self) -> float:
        """How much sound came so far."""
        return self._framer.samples / SAMPLE_RATE

    def add(self, block: NDArray[np.float32]) -> None:
        """Listen to `block`, mono samples at 22,050 Hz, shape (n,), full scale ±1, all finite.

        Raises:
            ModelDamagedError: if the network's answer is not numbers.
        """
        for frames in self._framer.add(block):
            self._hear(frames)

    def finish(self) -> Prediction:
        """Return the prediction over all the sound; no more may come.

        Raises:
            InvalidInputError: if there was not one sample.
            ModelDamagedError: if the network's answer is not numbers.
        """
        if not self._framer.samples:
            raise InvalidInputError(reason="it has no sound in it, not one sample")
        for frames in self._framer.finish():
            self._hear(frames)
        for window in self._cutter.finish():
            self._tally.add(window)
        return self._tally.prediction(self.seconds)

    def _hear(self, frames: Frames) -> None:
        if self._on_frames is not None:
            self._on_frames(frames)
        for window in self._cutter.add(frames):
            self._tally.add(window)


def _smoothed(local: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return local embeddings (T, D), each averaged with its neighbours.

    A step of 2.7 s alone is a weak witness; the head was fitted to means over 30 s.
    """
    padded = np.concatenate((local[:1], local, local[-1:]))
    return np.asarray(0.25 * padded[:-2] + 0.5 * padded[1:-1] + 0.25 * padded[2:], dtype=np.float32)


def _fitted(segments: list[Segment], duration: float) -> list[Segment]:
    """Return `segments` so that none ends after `duration`; the frames at the end reach beyond it."""
    return [
        Segment(part.start, min(part.end, duration), part.genre, part.confidence)
        for part in segments
        if part.start < duration
    ]
