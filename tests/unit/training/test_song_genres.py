"""Genres of songs, known and guessed, on songs whose teacher tells their kind."""

from __future__ import annotations

import numpy as np

from genre_app.training.reference_data import GENRES
from genre_app.training.song_genres import GUESS_WEIGHT, genres_of_songs
from tests.unit.training.reference_like import make_songs


def test_a_label_stays_and_the_rest_is_guessed_from_the_teacher() -> None:
    songs = make_songs(80, 1)
    known = songs.label >= 0
    genres = genres_of_songs(songs, leave_out=songs.song_id[:0])
    np.testing.assert_array_equal(genres.target[known], np.eye(len(GENRES))[songs.label[known]])
    np.testing.assert_array_equal(genres.weight[known], songs.label_weight[known])
    np.testing.assert_allclose(genres.target.sum(axis=1), 1, atol=1e-5)
    assert (genres.weight[~known] == GUESS_WEIGHT).all()
    # The labelled ones are of five kinds; so can the guesses be.
    kinds = np.arange(80) % len(GENRES)
    guessable = ~known & np.isin(kinds, kinds[known])
    assert (genres.target[guessable].argmax(axis=1) == kinds[guessable]).mean() > 0.9


def test_what_is_tested_on_gets_no_guess() -> None:
    songs = make_songs(80, 1)
    left_out = songs.song_id[[2, 6]]
    weight = genres_of_songs(songs, left_out).weight
    hidden = np.isin(songs.song_id, left_out) & (songs.label < 0)
    assert hidden.any()
    assert (weight[hidden] == 0).all()
    assert (weight[~hidden] > 0).all()
