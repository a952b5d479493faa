"""The same recording, found again at another level, in another encoding, or as an excerpt.

A sound's landmarks are pairs of peaks of its log-mel spectrogram: two bands and the time between them, after
Wang, "An Industrial-Strength Audio Search Algorithm" (ISMIR 2003). Two sounds are the same recording where
many of their landmarks agree, all with the same shift in time. Songs of the same style, key and tempo have
some landmarks in common, but not at one shift; a cover version or a sample in another song stay below the
threshold as a rule.

The index is the table ``landmarks``. The numbers here were chosen by measurement on 62 clips of ten genres,
each encoded again as MP3 of 64 kbit/s, as Vorbis 12 dB quieter and from second 7 on, as 8 seconds of AAC, and
through an equaliser: all 248 are found, and so are 61 of 62 excerpts of 6 seconds. The encoded ones have 0.48
of their landmarks or more in common with the original, the equalised ones 0.18; nothing else passes the
thresholds, and different clips that overlap for long share 0.04.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from genre_app.features.log_mel import N_MELS, SAMPLE_RATE, power_mel

Float32 = NDArray[np.float32]
UInt32 = NDArray[np.uint32]

FRAME_RATE: Final = 90
"""Frames a second: eight times finer than the classifier's, whose frames hardly overlap, so that it matters
little where between two frames an excerpt begins."""

_HOP: Final = SAMPLE_RATE // FRAME_RATE

# A peak is the loudest cell within half a second and twelve bands either way: about three a second.
_PEAK_FRAMES: Final = 44
_PEAK_BANDS: Final = 12
# It may be 40 dB below the loudest cell within 1.4 s: what is weaker, encoders drop.
_LOUD_FRAMES: Final = 126
_FLOOR_DB: Final = 40.0
# Power of the weakest cell that counts as sound: some ten times that of 16-bit dither.
_SILENT_POWER: Final = 1e-6

# Each peak is paired with the next three that are 0.05 to 2 s later and at most 60 bands away.
_FAN: Final = 3
_MIN_GAP: Final = 4
_MAX_GAP: Final = 180
_MAX_BANDS: Final = 60
# In the index gaps are counted in steps of four frames; one at the edge of a step may have been in the next.
_GAP_BITS: Final = 2

MIN_SHARE: Final = 0.1
"""Of the landmarks in the stretch that two sounds would have in common; from here on they are the same."""
MIN_VOTES: Final = 8
"""Landmarks in common below which the share of few is chance."""

MIN_STRETCH: Final = 5.0
"""Seconds that two sounds must have in common, or most of the shorter one: a sample from a third is less."""

# Peaks are looked for in this much sound at a time, which a processor can keep close by.
_BLOCK_FRAMES: Final = 5 * FRAME_RATE
_CONTEXT_FRAMES: Final = max(_PEAK_FRAMES, _LOUD_FRAMES)
# Hashes looked up in one statement: what a popular one brings is held in memory only for so many.
_HASHES_AT_ONCE: Final = 4096
_ROWS_AT_ONCE: Final = 65_536
# Of a vote's key, those that hold the shift: a day either way.
_SHIFT_BITS: Final = 24
# Half a window is less than this many hops.
_MARGIN_HOPS: Final = 5


@dataclass(frozen=True, slots=True)
class Landmarks:
    """What a sound is recognised by.

    Attributes:
        hash: uint32 (n,); band of the first peak (7 bits), of the second (7), frames between them (8).
        frame: uint32 (n,), of the first peak, never falling; 90 a second.
        n_frames: how long the sound is.
    """

    hash: UInt32
    frame: UInt32
    n_frames: int


@dataclass(frozen=True, slots=True)
class Match:
    """A clip that is the same recording.

    Attributes:
        clip_id: its number.
        share: of the landmarks in the common stretch, how many agree; 0…1.
        offset: seconds into the clip at which the sound begins; negative if the sound begins before the clip.
        in_bin: whether the clip lies in the bin.
    """

    clip_id: int
    share: float
    offset: float
    in_bin: bool


class LandmarkFinder:
    """Finds the landmarks of a sound that arrives in blocks: the same as of the whole at once."""

    def __init__(self) -> None:
        self._blocks: list[Float32] = []
        self._pending = 0  # samples in these blocks
        self._context = 0  # how many hops of them come before the next frame: 0 at the start, then 5
        self._samples = 0  # of the sound, so far
        self._levels: Float32 = np.empty((N_MELS, 0), np.float32)
        self._first = 0  # frame of the sound that `_levels` begins with
        self._searched = 0  # frames of the sound that were searched for peaks
        self._bands: list[NDArray[np.int64]] = []
        self._frames: list[NDArray[np.int64]] = []

    def add(self, block: Float32) -> None:
        """Take in `block`: mono samples at 22,050 Hz, shape (n,), full scale ±1."""
        self._samples += block.size
        self._blocks.append(block)
        self._pending += block.size
        needed = (self._context + _BLOCK_FRAMES + _MARGIN_HOPS) * _HOP
        if self._pending < needed:
            return
        samples = np.concatenate(self._blocks)
        while samples.size >= needed:
            self._append(samples[:needed], _BLOCK_FRAMES)
            samples = samples[(self._context + _BLOCK_FRAMES - _MARGIN_HOPS) * _HOP :]
            self._context = _MARGIN_HOPS
            needed = (2 * _MARGIN_HOPS + _BLOCK_FRAMES) * _HOP
            self._search(self._first + self._levels.shape[1] - _CONTEXT_FRAMES)
        self._blocks = [samples.copy()]
        self._pending = samples.size

    def finish(self) -> Landmarks:
        """Return the landmarks of all that was added; no more may come."""
        if not self._samples:
            return Landmarks(np.empty(0, np.uint32), np.empty(0, np.uint32), 0)
        samples = np.concatenate(self._blocks)
        self._append(samples, 1 + samples.size // _HOP - self._context)
        n_frames = self._first + self._levels.shape[1]
        self._search(n_frames)
        hashes, frames = _pairs(np.concatenate(self._bands), np.concatenate(self._frames))
        return Landmarks(hashes, frames, n_frames)

    def _append(self, samples: Float32, n: int) -> None:
        """Append the levels of `n` frames, in dB, of which the first is centred behind the context."""
        power = power_mel(samples, _HOP)[:, self._context : self._context + n]
        levels = 10.0 * np.log10(np.maximum(power, np.float32(_SILENT_POWER)))
        self._levels = np.concatenate((self._levels, levels), axis=1)

    def _search(self, end: int) -> None:
        """Find the peaks up to frame `end`, and forget the levels that no later peak is compared with."""
        bands, frames = _peaks(self._levels)
        frames += self._first
        new = (frames >= self._searched) & (frames < end)
        self._bands.append(bands[new])
        self._frames.append(frames[new])
        self._searched = max(end, self._searched)
        dispensable = self._searched - _CONTEXT_FRAMES - self._first
        if dispensable > 0:
            self._levels = self._levels[:, dispensable:].copy()
            self._first += dispensable


def find_landmarks(samples: Float32) -> Landmarks:
    """Return the landmarks of `samples`: mono, 22,050 Hz, shape (n,), full scale ±1."""
    finder = LandmarkFinder()
    finder.add(samples)
    return finder.finish()


def store_landmarks(connection: sqlite3.Connection, clip_id: int, landmarks: Landmarks) -> None:
    """Put the landmarks of a clip into the index, within the transaction that is under way."""
    connection.executemany(
        "INSERT OR IGNORE INTO landmarks (hash, clip_id, frame) VALUES (?, ?, ?)",
        (
            (hash_, clip_id, frame)
            for hash_, frame in zip(
                (landmarks.hash >> _GAP_BITS).tolist(), landmarks.frame.tolist(), strict=True
            )
        ),
    )


def remove_landmarks(connection: sqlite3.Connection, clip_id: int, landmarks: Landmarks) -> None:
    """Take back what `store_landmarks` did for a clip that did not come about."""
    connection.executemany(
        "DELETE FROM landmarks WHERE hash = ? AND clip_id = ? AND frame = ?",
        (
            (hash_, clip_id, frame)
            for hash_, frame in zip(
                (landmarks.hash >> _GAP_BITS).tolist(), landmarks.frame.tolist(), strict=True
            )
        ),
    )


def find_matches(
    connection: sqlite3.Connection, landmarks: Landmarks, *, in_bin: bool = False
) -> list[Match]:
    """Return the clips that are the same recording, the best match first.

    Args:
        connection: to read from.
        landmarks: of the sound.
        in_bin: whether those in the bin count, too.
    """
    votes = _Votes()
    frames = landmarks.frame.astype(np.int64)
    hashes, places = _looked_up(landmarks)
    for start in range(0, hashes.size, _HASHES_AT_ONCE):
        part, at = hashes[start : start + _HASHES_AT_ONCE], places[start : start + _HASHES_AT_ONCE]
        rows = connection.execute(
            "SELECT hash, clip_id, frame FROM landmarks WHERE hash IN (SELECT value FROM json_each(?))",
            (json.dumps(np.unique(part).tolist()),),
        )
        while found := rows.fetchmany(_ROWS_AT_ONCE):
            votes.add(part, at, np.array(found, np.int64))
    matches = []
    for clip_id, count, shift in votes.best():
        row = connection.execute("SELECT duration, removed FROM clips WHERE id = ?", (clip_id,)).fetchone()
        if row is None or (row[1] is not None and not in_bin):
            continue
        # What of the sound lies within the clip, at this shift.
        length = row[0] * FRAME_RATE
        stretch = min(landmarks.n_frames + shift, length) - max(shift, 0)
        in_common = (frames + shift >= 0) & (frames + shift <= length)
        share = min(1.0, count / max(1, int(np.count_nonzero(in_common))))
        shorter = min(landmarks.n_frames, length)
        if share >= MIN_SHARE and stretch >= min(MIN_STRETCH * FRAME_RATE, 0.8 * shorter):
            matches.append(Match(clip_id, share, shift / FRAME_RATE, row[1] is not None))
    return sorted(matches, key=lambda match: (-match.share, match.clip_id))


def _looked_up(landmarks: Landmarks) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the hashes, rising, that are looked up in the index for `landmarks`, and the frame of each."""
    hashes = (landmarks.hash >> _GAP_BITS).astype(np.int64)
    frames = landmarks.frame.astype(np.int64)
    within = landmarks.hash & ((1 << _GAP_BITS) - 1)
    first, last = within == 0, within == (1 << _GAP_BITS) - 1
    hashes = np.concatenate((hashes, hashes[first] - 1, hashes[last] + 1))
    frames = np.concatenate((frames, frames[first], frames[last]))
    order = np.argsort(hashes, kind="stable")
    return hashes[order], frames[order]


class _Votes:
    """Counts the landmarks in common for each clip and shift."""

    def __init__(self) -> None:
        self._keys = np.empty(0, np.int64)
        self._counts = np.empty(0, np.int64)

    def add(self, hashes: NDArray[np.int64], frames: NDArray[np.int64], rows: NDArray[np.int64]) -> None:
        """Count `rows` of (hash, clip, frame) for the sound's landmarks: `hashes`, rising, at `frames`."""
        first = np.searchsorted(hashes, rows[:, 0], "left")
        n = np.searchsorted(hashes, rows[:, 0], "right") - first
        # Each row votes once for each landmark of the sound that has its hash.
        row = np.repeat(np.arange(len(rows)), n)
        within = np.arange(row.size) - np.repeat(np.cumsum(n) - n, n)
        shift = rows[row, 2] - frames[first[row] + within]
        keys = (rows[row, 1] << _SHIFT_BITS) + shift + (1 << (_SHIFT_BITS - 1))
        self._keys, where = np.unique(np.concatenate((self._keys, keys)), return_inverse=True)
        weights = np.concatenate((self._counts, np.ones(keys.size, np.int64)))
        self._counts = np.bincount(where, weights, self._keys.size).astype(np.int64)

    def best(self) -> Iterator[tuple[int, int, int]]:
        """Yield (clip, votes, shift in frames) for the best shift of each clip with enough votes."""
        if not self._keys.size:
            return
        # Peaks move by a frame here and there: their votes fall on the neighbours of the true shift.
        counts = self._counts.copy()
        adjacent = np.diff(self._keys) == 1
        counts[:-1] += np.where(adjacent, self._counts[1:], 0)
        counts[1:] += np.where(adjacent, self._counts[:-1], 0)
        clips = self._keys >> _SHIFT_BITS
        enough = np.flatnonzero(counts >= MIN_VOTES)
        falling = enough[np.lexsort((-self._counts[enough], -counts[enough], clips[enough]))]
        _, firsts = np.unique(clips[falling], return_index=True)
        for index in falling[firsts]:
            shift = int(self._keys[index] & ((1 << _SHIFT_BITS) - 1)) - (1 << (_SHIFT_BITS - 1))
            yield int(clips[index]), int(counts[index]), shift


def _peaks(levels: Float32) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the bands and frames of the peaks of `levels`, dB (128, n), in the order of their frames."""
    around = _running_maximum(levels, _PEAK_BANDS, _PEAK_BANDS, axis=0)
    # Of equal ones the first is the peak, so that a steady tone has one and not one in each frame.
    before = _running_maximum(around, _PEAK_FRAMES, -1, axis=1)
    after = _running_maximum(around, 0, _PEAK_FRAMES, axis=1)
    loud = _running_maximum(levels.max(axis=0, keepdims=True), _LOUD_FRAMES, _LOUD_FRAMES, axis=1)
    silent = 10.0 * np.log10(_SILENT_POWER)
    is_peak = (levels == after) & (levels > before) & (levels > loud - _FLOOR_DB) & (levels > silent)
    frames, bands = np.nonzero(is_peak.T)
    return bands, frames


def _running_maximum(array: Float32, before: int, after: int, axis: int) -> Float32:
    """Return, for each cell, the maximum from `before` cells before it to `after` after it, along `axis`.

    A negative number leaves out the cell itself. Beyond the ends there is nothing.
    """
    width = before + after + 1
    padding = [(0, 0), (0, 0)]
    padding[axis] = (max(before, 0), max(after, 0))
    padded = np.pad(array, padding, constant_values=-np.inf)
    padded = np.moveaxis(padded, axis, 0)
    # Maxima of twice the width from two of the width before, until one more step would be too wide.
    reach = 1
    while 2 * reach <= width:
        padded = np.maximum(padded[: padded.shape[0] - reach], padded[reach:])
        reach *= 2
    rest = width - reach
    if rest:
        padded = np.maximum(padded[: padded.shape[0] - rest], padded[rest:])
    return np.moveaxis(padded[: array.shape[axis]], 0, axis)


def _pairs(bands: NDArray[np.int64], frames: NDArray[np.int64]) -> tuple[UInt32, UInt32]:
    """Return hashes and frames of the landmarks that the peaks at `bands` and `frames` make."""
    hashes: list[UInt32] = []
    anchors: list[NDArray[np.int64]] = []
    paired = np.zeros(frames.size, np.int64)
    # The peaks within reach of each one come next in the list: step by step, all of them at once.
    for step in range(1, frames.size):
        gap = frames[step:] - frames[:-step]
        if gap.min() > _MAX_GAP:
            break
        distance = np.abs(bands[step:] - bands[:-step])
        fits = (gap >= _MIN_GAP) & (gap <= _MAX_GAP) & (distance <= _MAX_BANDS)
        anchor = np.flatnonzero(fits & (paired[:-step] < _FAN))
        paired[anchor] += 1
        code = (bands[anchor] << 15) | (bands[anchor + step] << 8) | gap[anchor]
        hashes.append(code.astype(np.uint32))
        anchors.append(anchor)
    if not anchors:
        return np.empty(0, np.uint32), np.empty(0, np.uint32)
    anchor = np.concatenate(anchors)
    order = np.argsort(anchor, kind="stable")
    return np.concatenate(hashes)[order], frames[anchor[order]].astype(np.uint32)
