from __future__ import annotations

import numpy as np
import pytest

from genre_app.dataset.augmentation.background_noise import BackgroundNoise
from genre_app.dataset.augmentation.synthesis import COLOURS
from tests.measuring import SAMPLE_RATE, band_db, rms_db, sine


def added(colour: str, snr_db: float = 0.0, seconds: float = 10.0, seed: int = 3) -> np.ndarray:
    source = sine(440.0, seconds, level=0.1)
    noisy = BackgroundNoise().apply(source, SAMPLE_RATE, colour=colour, snr_db=snr_db, seed=seed)
    return noisy - source


@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize("snr_db", [-3.0, 10.0, 30.0])
def test_noise_comes_at_its_ratio(colour: str, snr_db: float) -> None:
    assert rms_db(sine(440.0, level=0.1)) - rms_db(added(colour, snr_db)) == pytest.approx(snr_db, abs=0.05)


@pytest.mark.parametrize(("colour", "slope"), [("white", 0.0), ("pink", -3.01), ("brown", -6.02)])
def test_colours_fall_by_their_slope(colour: str, slope: float) -> None:
    noise = added(colour, seconds=30.0)
    for centre in (125.0, 500.0, 2000.0):
        # Power in the same number of hertz, an octave higher.
        rise = band_db(noise, 2.0 * centre - 20.0, 2.0 * centre + 20.0) - band_db(
            noise, centre - 20.0, centre + 20.0
        )
        assert rise == pytest.approx(slope, abs=0.8)


def test_a_crowd_speaks_in_syllables() -> None:
    noise = added("crowd", seconds=20.0)
    assert band_db(noise, 100.0, 4000.0) - band_db(noise, 4000.0, 11_000.0) > 15.0

    def unrest(sound: np.ndarray) -> float:
        """How much the level goes up and down within half a second."""
        levels = np.sqrt(np.mean(sound[: len(sound) // 1102 * 1102].reshape(-1, 1102) ** 2, axis=1))
        return float(levels.std() / levels.mean())

    assert unrest(noise) > 3.0 * unrest(added("white", seconds=20.0))


def test_seeds_and_channels_have_noise_of_their_own() -> None:
    assert abs(np.corrcoef(added("white", seed=1), added("white", seed=2))[0, 1]) < 0.02
    source = np.stack([sine(440.0), sine(440.0)], axis=1)
    for colour in COLOURS:
        noisy = BackgroundNoise().apply(source, SAMPLE_RATE, colour=colour, snr_db=0.0, seed=1) - source
        assert abs(np.corrcoef(noisy.T)[0, 1]) < 0.1
