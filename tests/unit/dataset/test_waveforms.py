"""Outlines of clips: right for loud, soft, short and silent sounds, and kept."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from genre_app.audio.errors import AudioError
from genre_app.dataset.waveforms import COLUMNS, WaveformCache, compute_outline
from genre_app.progress import Cancelled, Progress

RATE = 8000


def write(path: Path, samples: np.ndarray) -> Path:
    soundfile.write(path, samples, RATE)
    return path


def test_an_outline_follows_the_sound(tmp_path: Path) -> None:
    tone = np.sin(2 * np.pi * 440 * np.arange(12 * RATE) / RATE)
    tone[: 6 * RATE] *= 0.25
    outline = compute_outline(write(tmp_path / "steps.wav", 0.5 * tone))
    assert outline.shape == (COLUMNS,)
    assert outline.dtype == np.uint8
    half = COLUMNS // 2
    assert outline[: half - 1] == pytest.approx(64, abs=6)
    assert outline[half + 1 :] == pytest.approx(255, abs=6)


def test_one_side_of_a_stereo_sound_is_enough(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).uniform(-0.5, 0.5, RATE)
    outline = compute_outline(write(tmp_path / "left.wav", np.stack([noise, np.zeros(RATE)], axis=1)))
    assert outline.min() > 100


@pytest.mark.parametrize("n", [1, 5, COLUMNS - 1, COLUMNS + 1])
def test_a_sound_of_few_samples_fills_all_columns(tmp_path: Path, n: int) -> None:
    outline = compute_outline(write(tmp_path / "short.wav", np.full(n, 0.3)))
    assert outline.tolist() == [255] * COLUMNS


def test_silence_is_flat(tmp_path: Path) -> None:
    assert not compute_outline(write(tmp_path / "silence.wav", np.zeros(RATE))).any()


def test_what_is_no_sound_has_none(tmp_path: Path) -> None:
    path = tmp_path / "words.wav"
    path.write_text("no sound")
    with pytest.raises(AudioError):
        compute_outline(path)


def test_computing_can_be_cancelled(tmp_path: Path) -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        compute_outline(write(tmp_path / "tone.wav", np.ones(RATE)), progress)


def test_the_cache_keeps_outlines(tmp_path: Path) -> None:
    outline = np.arange(COLUMNS, dtype=np.uint8)
    cache = WaveformCache(tmp_path)
    assert cache.find(["a", "b"]) == {}
    cache.store("a", outline)
    cache.close()
    found = WaveformCache(tmp_path).find(["a", "b"])
    assert list(found) == ["a"]
    assert found["a"].tolist() == outline.tolist()
    assert WaveformCache(tmp_path).find([]) == {}


def test_a_damaged_cache_begins_anew(tmp_path: Path) -> None:
    (tmp_path / "waveforms.sqlite").write_bytes(b"no database at all" * 300)
    cache = WaveformCache(tmp_path)
    assert cache.find(["a"]) == {}
    cache.store("a", np.ones(COLUMNS, np.uint8))
    assert list(cache.find(["a"])) == ["a"]


def test_a_cache_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    cache = WaveformCache(tmp_path / "missing")
    cache.store("a", np.ones(COLUMNS, np.uint8))
    assert cache.find(["a"]) == {}
