from __future__ import annotations

import numpy as np
import pytest
import scipy.signal

from genre_app.dataset.augmentation.room import Room
from tests.measuring import SAMPLE_RATE, reverberation_seconds


def answer(seconds: float = 4.0, channels: tuple[int, ...] = (), **parameters: float) -> np.ndarray:
    """Return what an impulse at the beginning becomes."""
    impulse = np.zeros((round(seconds * SAMPLE_RATE), *channels), np.float32)
    impulse[0] = 1.0
    settings = {"rt60": 0.8, "direct_db": 0.0, "damping": 0.3, "seed": 1} | parameters
    return Room().apply(impulse, SAMPLE_RATE, **settings)


def of_band(response: np.ndarray, low: float, high: float) -> np.ndarray:
    sections = scipy.signal.butter(4, [low, high], "bandpass", fs=SAMPLE_RATE, output="sos")
    return scipy.signal.sosfilt(sections, response)


@pytest.mark.parametrize("rt60", [0.3, 0.8, 1.6])
@pytest.mark.parametrize("seed", [1, 2])
def test_the_tail_falls_by_60_db_in_the_reverberation_time(rt60: float, seed: int) -> None:
    reflected = of_band(answer(rt60=rt60, seed=seed)[1:], 700.0, 1500.0)
    assert reverberation_seconds(reflected) == pytest.approx(rt60, rel=0.12)


def test_damping_shortens_the_treble() -> None:
    reflected = answer(rt60=1.5, damping=0.6)[1:]
    treble = reverberation_seconds(of_band(reflected, 6000.0, 10_000.0))
    assert treble == pytest.approx(0.4 * 1.5, rel=0.15)


@pytest.mark.parametrize("direct_db", [-5.0, 0.0, 10.0])
def test_the_direct_sound_has_its_ratio(direct_db: float) -> None:
    response = answer(direct_db=direct_db)
    assert response[0] == pytest.approx(1.0, abs=1e-4)
    assert -10.0 * np.log10(np.sum(response[1:] ** 2)) == pytest.approx(direct_db, abs=0.1)


def test_nothing_comes_before_the_first_wall() -> None:
    response = answer()
    first = int(np.argmax(np.abs(response[1:]) > 1e-4)) + 1
    assert first >= round(0.003 * SAMPLE_RATE)


def test_each_channel_hears_echoes_of_its_own() -> None:
    response = answer(channels=(2,))
    likeness = np.corrcoef(response[100:, 0], response[100:, 1])[0, 1]
    assert abs(likeness) < 0.1
    np.testing.assert_allclose(response[:, 0], answer(), atol=1e-5)
