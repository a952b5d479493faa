"""Guesses the genres of songs that nobody labelled, from what the teacher heard in them.

The teacher knows nothing of our genres, but its tags and features tell songs apart that our network, which
hears less, cannot: a few labelled songs are enough to read them. So a weak label reaches many more songs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from genre_app.classifier.head import Head
from genre_app.training.head_fit import fit_head
from genre_app.training.reference_data import GENRES, Songs

PENALTY: Final = 0.1
GUESS_WEIGHT: Final = 0.5
"""How far a guess is trusted, of 1."""
_CERTAINTY: Final = 0.95  # of a label, when the reader of the teacher is fitted
_LEAST_TAG: Final = 0.01  # Below it a tag's probability says no more than that the tag does not fit.


@dataclass(frozen=True, slots=True)
class SongGenres:
    """What is known or guessed of the genres of songs.

    Attributes:
        target: (n, 10) float32, each row a distribution over `GENRES`.
        weight: (n,) float32, how far it is to be trusted; 0 for a song that is not to be learned from.
    """

    target: NDArray[np.float32]
    weight: NDArray[np.float32]


def teacher_features(songs: Songs) -> NDArray[np.float32]:
    """Return the means over time of the teacher's components and of its tags' log odds, (n, 178)."""
    tags = songs.tags.mean(axis=1)
    log_odds = np.log(tags + _LEAST_TAG) - np.log(1 + _LEAST_TAG - tags)
    return np.concatenate([songs.embedding.mean(axis=1), log_odds], axis=1).astype(np.float32)


def fit_reader(features: NDArray[np.float32], label: NDArray[np.intp], weight: NDArray[np.float32]) -> Head:
    """Return a head that reads the genre, (n,), from the teacher's features of labelled songs, (n, 178)."""
    even = (1 - _CERTAINTY) / len(GENRES)
    targets = np.eye(len(GENRES), dtype=np.float32)[label] * _CERTAINTY + even
    # So that the most common genre does not swallow the rare ones, nor five songs shout down fifty.
    count = np.bincount(label, minlength=len(GENRES))
    balanced = (weight / np.sqrt(count[label])).astype(np.float32)
    return fit_head(features, targets, balanced, PENALTY)


def genres_of_songs(songs: Songs, leave_out: NDArray[np.str_]) -> SongGenres:
    """Return the genres of `songs`: the labels where there are any, and guesses elsewhere.

    Args:
        songs: with labels for a few.
        leave_out: song_ids that get no guess: what is tested on must not be trained on.
    """
    labelled = songs.label >= 0
    features = teacher_features(songs)
    reader = fit_reader(features[labelled], songs.label[labelled], songs.label_weight[labelled])
    target = reader.probabilities(features).astype(np.float32)
    target[labelled] = np.eye(len(GENRES), dtype=np.float32)[songs.label[labelled]]
    weight = np.where(labelled, songs.label_weight, GUESS_WEIGHT)
    weight[~labelled & np.isin(songs.song_id, leave_out)] = 0
    return SongGenres(target, weight.astype(np.float32))
