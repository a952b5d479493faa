"""The answer: what the program heard, how sure it is, and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Segment:
    """The genre of a few seconds.

    Attributes:
        start: seconds from the beginning of the sound.
        end: seconds, later than `start`.
        genre: the likeliest genre in between, however unlikely.
        confidence: its probability, 0…1.
    """

    start: float
    end: float
    genre: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Prediction:
    """What the model says about one sound.

    Attributes:
        genre: the genre, or None when unsure: `confidence` is below the model's threshold, or the sound is
            silent.
        best_genre: the likeliest genre, sure or not.
        confidence: the probability of `best_genre`, 0…1.
        probabilities: of every genre the model knows, in falling order; they add up to 1. For silence all
            are equal: nothing was heard that would favour one.
        segments: the genre over time, in order, about 2.7 s each (between 1.4 and 4.1 s), without
            overlap. Equal neighbours stay apart, because their confidence differs. Silent stretches have
            no segment.
        duration: seconds of sound.
        model: id of the model version that answered.
    """

    genre: str | None
    best_genre: str
    confidence: float
    probabilities: Mapping[str, float]
    segments: tuple[Segment, ...]
    duration: float
    model: str
