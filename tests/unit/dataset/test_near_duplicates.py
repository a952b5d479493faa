"""The same recording is found in whatever shape it comes back, and nothing else is."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from genre_app.audio.decode import read_audio
from genre_app.dataset.near_duplicates import (
    MIN_SHARE,
    LandmarkFinder,
    Landmarks,
    find_landmarks,
    find_matches,
    store_landmarks,
)
from genre_app.features.log_mel import SAMPLE_RATE
from tests.audio_files import write_av, write_sndfile
from tests.dataset_files import riff
from tests.synthetic_song import synthetic_song

Samples = NDArray[np.float32]


@pytest.fixture
def index() -> Iterator[sqlite3.Connection]:
    """Return an index with nothing in it: the two tables that finding looks into."""
    connection = sqlite3.connect(":memory:")
    connection.executescript(
        "CREATE TABLE landmarks (hash INTEGER NOT NULL, clip_id INTEGER NOT NULL, frame INTEGER NOT NULL,"
        " PRIMARY KEY (hash, clip_id, frame)) STRICT, WITHOUT ROWID;"
        "CREATE TABLE clips (id INTEGER PRIMARY KEY, duration REAL NOT NULL, removed TEXT) STRICT;"
    )
    yield connection
    connection.close()


def _add(
    index: sqlite3.Connection, number: int, samples: Samples, landmarks: Landmarks | None = None
) -> None:
    index.execute("INSERT INTO clips (id, duration) VALUES (?, ?)", (number, len(samples) / SAMPLE_RATE))
    store_landmarks(index, number, landmarks or find_landmarks(samples))


def _songs(n: int, seconds: float = 20.0) -> list[Samples]:
    return [riff(seed, seconds) for seed in range(n)]


def test_blocks_give_the_same_landmarks_as_the_whole() -> None:
    song = riff(7, 130.0)
    rng = np.random.default_rng(1)
    whole = find_landmarks(song)
    finder = LandmarkFinder()
    start = 0
    while start < song.size:
        n = int(rng.integers(1, 3 * SAMPLE_RATE))
        finder.add(song[start : start + n])
        start += n
    parts = finder.finish()
    assert whole.hash.size > 500
    assert np.array_equal(parts.hash, whole.hash)
    assert np.array_equal(parts.frame, whole.frame)
    assert parts.n_frames == whole.n_frames == 1 + song.size // 245


@pytest.mark.parametrize("samples", [0, 1, 244, 2047, 5000])
def test_hardly_any_sound_has_hardly_any_landmarks(samples: int) -> None:
    found = find_landmarks(riff(1)[:samples])
    assert found.hash.size == found.frame.size <= 3
    assert found.n_frames == (1 + samples // 245 if samples else 0)


@pytest.mark.parametrize(
    "sound",
    [
        np.zeros(10 * SAMPLE_RATE, np.float32),
        np.random.default_rng(1).uniform(-1, 1, 10 * SAMPLE_RATE).astype(np.float32) / 32768,  # dither
        np.full(10 * SAMPLE_RATE, 0.5, np.float32),
        (0.5 * np.sin(2 * np.pi * 45 * np.arange(10 * SAMPLE_RATE) / SAMPLE_RATE)).astype(np.float32),
    ],
    ids=["silence", "dither", "offset", "tone"],
)
def test_silence_and_steady_tones_have_hardly_any_landmarks(sound: Samples) -> None:
    assert find_landmarks(sound).hash.size < 20


def test_level_does_not_matter(index: sqlite3.Connection) -> None:
    songs = _songs(4)
    for number, song in enumerate(songs):
        _add(index, number, song)
    for number, song in enumerate(songs):
        for gain in (0.02, 0.5, 1.9):
            found = find_matches(index, find_landmarks((gain * song).astype(np.float32)))
            assert [match.clip_id for match in found] == [number]
            assert found[0].share > 0.95
            assert found[0].offset == 0.0


def test_an_excerpt_is_found_with_its_place(index: sqlite3.Connection) -> None:
    songs = _songs(4)
    for number, song in enumerate(songs):
        _add(index, number, song)
    for number, song in enumerate(songs):
        start = round(7.123 * SAMPLE_RATE)
        found = find_matches(index, find_landmarks(song[start : start + 8 * SAMPLE_RATE]))
        assert [match.clip_id for match in found] == [number]
        assert found[0].offset == pytest.approx(7.123, abs=0.05)


def test_a_song_is_found_by_the_excerpt_that_came_first(index: sqlite3.Connection) -> None:
    song = riff(3, 60.0)
    _add(index, 1, song[20 * SAMPLE_RATE : 30 * SAMPLE_RATE])
    found = find_matches(index, find_landmarks(song))
    assert [match.clip_id for match in found] == [1]
    assert found[0].offset == pytest.approx(-20.0, abs=0.05)
    assert found[0].share > 0.8  # of what they have in common, not of the whole song


def test_a_short_sample_in_another_song_is_no_duplicate(index: sqlite3.Connection) -> None:
    first, second = riff(1, 30.0), riff(2, 30.0)
    second[10 * SAMPLE_RATE : 12 * SAMPLE_RATE] = first[5 * SAMPLE_RATE : 7 * SAMPLE_RATE]
    _add(index, 1, first)
    assert find_matches(index, find_landmarks(second)) == []


def test_clips_in_the_bin_are_found_only_when_asked_for(index: sqlite3.Connection) -> None:
    _add(index, 1, riff(1, 10.0))
    index.execute("UPDATE clips SET removed = 'now'")
    landmarks = find_landmarks(riff(1, 10.0))
    assert find_matches(index, landmarks) == []
    assert [(match.clip_id, match.in_bin) for match in find_matches(index, landmarks, in_bin=True)] == [
        (1, True)
    ]
    index.execute("DELETE FROM clips")
    assert find_matches(index, landmarks, in_bin=True) == []


def test_adding_the_same_landmarks_twice_changes_nothing(index: sqlite3.Connection) -> None:
    _add(index, 1, riff(1, 10.0))
    before = index.execute("SELECT count(*) FROM landmarks").fetchone()
    store_landmarks(index, 1, find_landmarks(riff(1, 10.0)))
    assert index.execute("SELECT count(*) FROM landmarks").fetchone() == before


def test_finding_in_a_large_index_is_quick(index: sqlite3.Connection) -> None:
    rng = np.random.default_rng(1)
    real = [find_landmarks(riff(seed, 30.0)) for seed in range(20)]
    for number in range(500):
        index.execute("INSERT INTO clips (id, duration) VALUES (?, 30)", (number,))
        like = real[number % 20]
        # As many landmarks as a clip has, drawn from what clips have, each at a place of its own.
        rows = zip(like.hash.tolist(), rng.permutation(2700)[: like.hash.size].tolist(), strict=False)
        index.executemany(
            "INSERT OR IGNORE INTO landmarks (hash, clip_id, frame) VALUES (?, ?, ?)",
            [(code, number, frame) for code, frame in rows],
        )
    _add(index, 5000, riff(100, 30.0))
    began = time.process_time()
    found = find_matches(index, find_landmarks(riff(100, 30.0)))
    assert [match.clip_id for match in found] == [5000]
    assert time.process_time() - began < 1.0


def _in_codec(samples: Samples, path: Path) -> Samples:
    """Return `samples` after they went through the codec that the name of `path` stands for."""
    if path.suffix == ".m4a":
        write_av(path, samples, SAMPLE_RATE, "aac", options={"b": "64000"})
    else:
        write_sndfile(path, samples, SAMPLE_RATE)
    decoded, _ = read_audio(path, sample_rate=SAMPLE_RATE)
    return decoded


@pytest.mark.parametrize("suffix", [".mp3", ".ogg", ".m4a"])
def test_another_codec_does_not_matter(tmp_path: Path, index: sqlite3.Connection, suffix: str) -> None:
    songs = [synthetic_song(20.0, SAMPLE_RATE, seed) for seed in range(4)]
    for number, song in enumerate(songs):
        _add(index, number, song)
    for number, song in enumerate(songs):
        found = find_matches(index, find_landmarks(_in_codec(song, tmp_path / f"a{suffix}")))
        assert [match.clip_id for match in found][:1] == [number]


def test_reference_clips_are_found_again_and_never_taken_for_each_other(
    tmp_path: Path, index: sqlite3.Connection, reference_data: Path
) -> None:
    paths = sorted((reference_data / "gtzan" / "audio").glob("*/*.ogg"))
    if not paths:
        pytest.skip("no reference clips as sound")
    seven = round(7.013 * SAMPLE_RATE)

    def landmarks(number: int) -> tuple[Samples, Landmarks, Landmarks]:
        """Return a clip, its landmarks, and those of what became of it."""
        clip = read_audio(paths[number], sample_rate=SAMPLE_RATE)[0]
        match number % 3:  # all of the changes for all of the clips would take minutes
            case 0:
                changed = _in_codec(clip, tmp_path / f"{number}.mp3")
            case 1:
                changed = _in_codec(0.25 * clip[seven:], tmp_path / f"{number}.ogg")
            case _:
                changed = _in_codec(clip[seven : seven + 8 * SAMPLE_RATE], tmp_path / f"{number}.m4a")
        return clip, find_landmarks(clip), find_landmarks(changed)

    with ThreadPoolExecutor(2) as executor:
        clips = list(executor.map(landmarks, range(len(paths))))
    for number, (clip, own, _) in enumerate(clips):
        assert find_matches(index, own) == []  # sounds like none of those before it
        _add(index, number, clip, own)
    for number, (_, _, changed) in enumerate(clips):
        found = find_matches(index, changed)
        assert [match.clip_id for match in found] == [number], paths[number].name
        assert found[0].share > 3 * MIN_SHARE
