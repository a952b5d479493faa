from __future__ import annotations

import csv
import time

import librosa
import numpy as np
import pytest
import soundfile

from genre_app.features import log_mel as features


def _music(seconds: float = 12.0, seed: int = 0) -> np.ndarray:
    """A loud mixture: a melody with harmonics, a beat of noise bursts."""
    rng = np.random.default_rng(seed)
    t = np.arange(int(seconds * features.SAMPLE_RATE)) / features.SAMPLE_RATE
    notes = 110.0 * 2 ** (rng.integers(0, 24, int(seconds * 4) + 1) / 12)
    pitch = notes[(t * 4).astype(int)]
    phase = 2 * np.pi * np.cumsum(pitch) / features.SAMPLE_RATE
    tone = sum(np.sin(k * phase) / k for k in range(1, 12))
    beat = rng.standard_normal(t.size) * np.exp(-12 * (t % 0.5))
    return (0.2 * tone + 0.3 * beat).astype(np.float32)


def _librosa_log_mel(samples: np.ndarray) -> np.ndarray:
    power = librosa.feature.melspectrogram(
        y=samples, sr=22_050, n_fft=2048, hop_length=1970, n_mels=128, fmax=11_025
    )
    return (librosa.amplitude_to_db(power, ref=np.max, top_db=80) + 80) / 80 * 255


@pytest.mark.parametrize("seconds", [0.01, 1.0, 12.0, 30.0])
def test_equals_librosa(seconds: float) -> None:
    samples = _music(seconds)
    ours = features.log_mel(samples)
    theirs = _librosa_log_mel(samples)
    assert ours.shape == theirs.shape
    np.testing.assert_allclose(ours, theirs, atol=0.05)


def test_filter_bank_equals_librosa() -> None:
    np.testing.assert_allclose(
        features.mel_filter_bank(), librosa.filters.mel(sr=22_050, n_fft=2048, n_mels=128), atol=1e-7
    )


def test_mel_frequencies_equal_librosa() -> None:
    expected = librosa.mel_frequencies(n_mels=130, fmin=0.0, fmax=11_025)[1:-1]
    np.testing.assert_allclose(features.mel_frequencies(), expected, rtol=1e-9)


def test_thirty_seconds_fill_one_window() -> None:
    assert features.WINDOW_FRAMES == 336
    assert features.log_mel(_music(30.0)).shape == (features.N_MELS, features.WINDOW_FRAMES)


def test_recording_level_does_not_matter() -> None:
    samples = _music()
    np.testing.assert_allclose(features.log_mel(samples), features.log_mel(samples * 0.01), atol=0.05)


def test_silence_is_all_zero() -> None:
    assert not features.log_mel(np.zeros(22_050, np.float32)).any()


def test_range_is_used_whole() -> None:
    result = features.log_mel(_music())
    assert result.dtype == np.float32
    assert result.max() == 255.0
    assert result.min() >= 0.0


def test_denormalise_undoes_normalise() -> None:
    power = features.power_mel(_music())
    relative = power / power.max()
    np.testing.assert_allclose(
        features.denormalise(features.normalise(power)), np.maximum(relative, 1e-4), rtol=1e-4
    )


@pytest.mark.parametrize("samples", [np.zeros(0, np.float32), np.zeros((10, 2), np.float32)])
def test_refuses_what_is_not_mono_sound(samples: np.ndarray) -> None:
    with pytest.raises(ValueError, match="mono samples expected"):
        features.log_mel(samples)


def test_agrees_with_the_reference_log_mels(reference_data) -> None:
    """The published pictures that the reference log-mels come from differ from ours by rounding only.

    Their columns lie a little further apart and later than ours (found by matching columns), so columns are
    compared at the same times.
    """
    stored = np.load(reference_data / "gtzan" / "log_mel.npz")
    index = {clip: i for i, clip in enumerate(stored["clip_id"])}
    with (reference_data / "gtzan" / "audio.csv").open(newline="") as file:
        clips = list(csv.DictReader(file))[::4]
    times = (1977.3 * np.arange(330) + 1730).astype(int)
    correlations = []
    for clip in clips:
        samples, _ = soundfile.read(reference_data / "gtzan" / clip["path"], dtype="float32")
        ours = features.normalise(_power_at(samples, times))
        theirs = stored["log_mel"][index[clip["clip_id"]]][:, : times.size]
        correlations.append(np.corrcoef(ours.ravel(), theirs.ravel())[0, 1])
    # The median, because a few pictures were made from another cut of their clip.
    assert np.median(correlations) > 0.97


def test_keeps_to_its_thread() -> None:
    """Linear algebra on all processors would keep them busy, waiting for more, long after it is done."""
    samples = _music(15.0)
    features.power_mel(samples)
    whole, own = time.process_time(), time.thread_time()
    for _ in range(20):
        features.power_mel(samples)
        time.sleep(0.02)
    whole, own = time.process_time() - whole, time.thread_time() - own
    assert whole < 1.5 * own + 0.1


def _power_at(samples: np.ndarray, times: np.ndarray) -> np.ndarray:
    """Mel power of the frames centred at `times` (in samples), shape (128, len(times))."""
    hop = features.HOP_LENGTH
    padded = np.pad(samples, (hop, 2 * hop))
    # The second frame of an excerpt is centred one hop after its start.
    return np.stack([features.power_mel(padded[t : t + 2 * hop])[:, 1] for t in times], axis=1)
