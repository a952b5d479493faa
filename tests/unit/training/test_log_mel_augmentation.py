from __future__ import annotations

import numpy as np
import pytest

from genre_app.features.log_mel import denormalise
from genre_app.training import log_mel_augmentation as augmentation

FRAMES = 224
TRANSFORMS = [
    augmentation.Equaliser(),
    augmentation.BandLimit(),
    augmentation.Room(),
    augmentation.BackgroundNoise(),
    augmentation.Level(),
    augmentation.Warp(),
    augmentation.SpecMask(),
]


@pytest.fixture
def log_mel() -> np.ndarray:
    rng = np.random.default_rng(1)
    shape = np.clip(rng.normal(120, 60, (128, FRAMES)), 0, 255)
    shape[40, 100] = 255
    return shape.astype(np.uint8)


@pytest.mark.parametrize("transform", TRANSFORMS, ids=lambda t: type(t).__name__)
def test_the_same_parameters_do_the_same(transform: augmentation.Transform, log_mel: np.ndarray) -> None:
    power = denormalise(log_mel)
    original = power.copy()
    parameters = transform.randomize_parameters(np.random.default_rng(3), FRAMES)
    first, second = transform.apply(power, **parameters), transform.apply(power, **parameters)
    np.testing.assert_array_equal(first, second)
    np.testing.assert_array_equal(power, original)
    assert first.shape == power.shape
    assert first.dtype == np.float32
    assert np.isfinite(first).all()
    assert first.min() >= 0


def test_noise_arrives_at_its_ratio(log_mel: np.ndarray) -> None:
    power = denormalise(log_mel)
    transform = augmentation.BackgroundNoise()
    noise = transform.randomize_parameters(np.random.default_rng(0), FRAMES)["noise"]
    added = transform.apply(power, noise, snr_db=6.0) - power
    assert 10 * np.log10(power.mean() / added.mean()) == pytest.approx(6.0, abs=0.01)


def test_a_room_rings_as_long_as_it_says() -> None:
    power = np.zeros((128, 60), np.float32)
    power[:, 0] = 1.0
    rung = augmentation.Room().apply(power, rt60=1.0, wet=1.0)
    frames_per_second = 22_050 / 1970
    after_half_a_second = 10 * np.log10(rung[0, round(frames_per_second / 2)])
    assert after_half_a_second == pytest.approx(-30.0, abs=3.0)


def test_warp_moves_bands_and_tempo() -> None:
    power = np.zeros((128, FRAMES), np.float32)
    power[50, 100] = 1.0
    warped = augmentation.Warp().apply(power, bands=3.0, stretch=2.0)
    assert np.unravel_index(warped.argmax(), warped.shape) == (53, 50)


def test_band_limit_leaves_the_middle_alone() -> None:
    power = np.ones((128, 4), np.float32)
    limited = augmentation.BandLimit().apply(power, 20.0, 1.0, 100.0, 2.0)
    np.testing.assert_allclose(limited[20:101], 1.0)
    assert limited[10, 0] == pytest.approx(0.1)
    assert limited[110, 0] == pytest.approx(0.01)


def test_what_lies_at_the_floor_is_not_lifted(log_mel: np.ndarray) -> None:
    log_mel[:20] = 0
    boost = augmentation.Channel(((1.0, augmentation.Level(spread_db=60.0)),))
    for seed in range(5):
        assert not boost(log_mel, np.random.default_rng(seed)).log_mel[:20].any()


def test_channel_keeps_the_scale_and_says_what_it_did(log_mel: np.ndarray) -> None:
    channel = augmentation.Channel()
    for seed in range(20):
        result = channel(log_mel, np.random.default_rng(seed))
        assert result.log_mel.max() == pytest.approx(255.0)
        assert result.log_mel.min() >= 0
        assert np.isfinite(result.snr_db) == ("BackgroundNoise" in result.parameters)
        repeated = channel(log_mel, np.random.default_rng(seed))
        np.testing.assert_array_equal(result.log_mel, repeated.log_mel)
