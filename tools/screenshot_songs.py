"""Songs that are computed, in a few styles: what the pictures of the program show is nobody's recording."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

RATE = 44100
Sound = NDArray[np.float64]

# Chords as semitones above A2 (110 Hz).
_FALL = ((0, 3, 7), (-4, 0, 3), (3, 7, 10), (-2, 2, 5))
_LONGING = ((3, 7, 10, 14), (-4, 0, 3, 7), (5, 8, 12, 15), (-2, 2, 5, 8))


def _pitch(semitones: float) -> float:
    return float(110.0 * 2.0 ** (semitones / 12))


def _time(seconds: float) -> Sound:
    return np.arange(round(seconds * RATE)) / RATE


def _add(song: Sound, at: float, sound: Sound) -> None:
    start = round(at * RATE)
    part = sound[: max(0, song.size - start)]
    song[start : start + part.size] += part


def _struck(pitch: float, seconds: float, fall: float = 3.0) -> Sound:
    """Return a string that is struck: overtones that fade the faster the higher they are."""
    t = _time(seconds)
    tones = (
        np.exp(-fall * t * (1 + 0.4 * k)) * np.sin(2 * np.pi * pitch * k * t) / k**1.4 for k in range(1, 9)
    )
    struck: Sound = np.minimum(1, t * 200) * np.sum(list(tones), axis=0)
    return struck


def _saw(pitch: float, seconds: float, overtones: int = 20) -> Sound:
    t = _time(seconds)
    tones = (np.sin(2 * np.pi * pitch * k * t) / k for k in range(1, overtones + 1) if pitch * k < 10_000)
    sawn: Sound = np.minimum(1, t * 300) * np.sum(list(tones), axis=0)
    return sawn


def _kick() -> Sound:
    t = _time(0.3)
    return np.exp(-12 * t) * np.sin(2 * np.pi * (45 * t + 60 * (1 - np.exp(-30 * t)) / 30 * 4))


def _noise(random: np.random.Generator, seconds: float, fall: float, *, bright: bool) -> Sound:
    noise = random.normal(size=round(seconds * RATE))
    if bright:
        noise = np.diff(noise, prepend=0.0)
    return noise * np.exp(-fall * _time(seconds))


def _room(song: Sound, random: np.random.Generator, share: float) -> Sound:
    """Return `song` in a room: with an echo that fades, made of noise."""
    echo = _noise(random, 1.6, 4.0, bright=False) / 60
    size = 1 << int(np.ceil(np.log2(song.size + echo.size)))
    wet = np.fft.irfft(np.fft.rfft(song, size) * np.fft.rfft(echo, size), size)[: song.size]
    return song + share * wet


def dance(seconds: float, random: np.random.Generator) -> Sound:
    """Return four kicks to the bar, hi-hats between them, a bass in octaves and strings above."""
    song, beat = np.zeros(round(seconds * RATE)), 60 / 118
    for number in range(int(seconds / beat)):
        at, chord = number * beat, _FALL[number // 8 % 4]
        full = number >= 16
        _add(song, at, 0.9 * _kick())
        _add(song, at + beat / 2, 0.16 * _noise(random, 0.12, 30, bright=True))
        if number % 2:
            _add(song, at, 0.22 * _noise(random, 0.2, 18, bright=False))
        for half in range(2):
            bass = _saw(_pitch(chord[0] - 12 + 12 * half), beat / 2.2, 8) * np.exp(-5 * _time(beat / 2.2))
            _add(song, at + half * beat / 2, 0.35 * bass)
        if full:
            for tone in chord:
                _add(song, at + beat / 2, 0.10 * _saw(_pitch(tone + 12), beat / 3))
        if full and number % 8 == 0:
            for tone in chord:
                _add(song, at, 0.05 * _saw(_pitch(tone + 24) * 1.003, 8 * beat))
    return _room(song, random, 0.25)


def nocturne(seconds: float, random: np.random.Generator) -> Sound:
    """Return broken chords of a piano, and a slow melody, in a large room."""
    song, beat = np.zeros(round(seconds * RATE)), 60 / 152
    for number in range(int(seconds / beat)):
        at, chord = number * beat, _LONGING[number // 12 % 4]
        loud = 0.5 + 0.4 * np.sin(2 * np.pi * number / 96) ** 2
        _add(
            song,
            at,
            0.35 * loud * _struck(_pitch((chord[number * 2 % 4]) + 12 * (number % 3 == 1)), 2.5, 2.0),
        )
        if number % 12 == 0:
            _add(song, at, 0.6 * loud * _struck(_pitch(chord[0] - 12), 5.0, 1.0))
        if number % 3 == 0 and number >= 12:
            melody = chord[int(random.integers(0, 4))] + 24
            _add(song, at, 0.5 * loud * _struck(_pitch(melody), 3.5, 1.6))
    return _room(song, random, 0.9)


def heavy(seconds: float, random: np.random.Generator) -> Sound:
    """Return distorted guitars in fifths over fast double kicks and crashing cymbals."""
    song, beat = np.zeros(round(seconds * RATE)), 60 / 172
    guitars = np.zeros(song.size)
    riff = (0, 0, 3, 0, 0, 5, 6, 5)
    for number in range(int(seconds / beat)):
        at = number * beat
        root = riff[number % 8] - 5 + (3 if number // 32 % 2 else 0)
        for half in range(2):
            for tone in (root - 12, root - 5, root):
                length = beat / 2.1 if number % 4 else beat
                _add(
                    guitars,
                    at + half * beat / 2,
                    0.5 * _saw(_pitch(tone) * random.uniform(0.997, 1.003), length),
                )
            _add(song, at + half * beat / 2, 0.7 * _kick())
        if number % 2:
            _add(song, at, 0.5 * _noise(random, 0.2, 16, bright=False))
        _add(song, at, 0.25 * _noise(random, 0.5, 7, bright=True))
    return song + 0.8 * np.tanh(4 * guitars)


def island(seconds: float, random: np.random.Generator) -> Sound:
    """Return chords on the off-beat, one drop of the drum in the bar, and a deep bass that wanders."""
    song, beat = np.zeros(round(seconds * RATE)), 60 / 74
    for number in range(int(seconds / beat)):
        at, chord = number * beat, _FALL[number // 4 % 4]
        for tone in chord:
            skank = _struck(_pitch(tone + 12), 0.18, 12)
            _add(song, at + beat / 2, 0.35 * skank)
        for quarter, step in ((0.0, 0), (0.5, 0), (0.75, 7)):
            if (number + int(4 * quarter)) % 4:
                t = _time(beat * 0.45)
                _add(
                    song,
                    at + quarter * beat,
                    0.6 * np.exp(-3 * t) * np.sin(2 * np.pi * _pitch(chord[0] - 12 + step) * t),
                )
        if number % 4 == 2:
            _add(song, at, 0.9 * _kick())
            _add(song, at, 0.35 * _noise(random, 0.15, 25, bright=False))
        for half in range(2):
            _add(song, at + half * beat / 2, 0.07 * _noise(random, 0.08, 45, bright=True))
    return _room(song, random, 0.3)


_SONGS: tuple[tuple[str, Callable[[float, np.random.Generator], Sound], float], ...] = (
    ("Night window", nocturne, 124.0),
    ("Mirror ball", dance, 96.0),
    ("Iron weather", heavy, 81.0),
    ("Slow harbour", island, 108.0),
)


def write_songs(folder: Path) -> list[Path]:
    """Write the songs to `folder` as FLAC files and return their paths."""
    import soundfile

    paths = []
    for number, (title, play, seconds) in enumerate(_SONGS, start=1):
        song = play(seconds, np.random.default_rng(number))
        ends = np.minimum(1, np.minimum(_time(seconds) / 0.5, (seconds - _time(seconds)) / 4))
        path = folder / f"{number:02} {title}.flac"
        soundfile.write(path, (0.8 * ends * song / np.abs(song).max()).astype(np.float32), RATE)
        paths.append(path)
    return paths
