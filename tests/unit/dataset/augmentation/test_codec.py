from __future__ import annotations

import numpy as np
import pytest

from genre_app.dataset.augmentation.codec import LowQualityCodec
from tests.measuring import SAMPLE_RATE, band_db, noise, rms_db, sine


def coded(source: np.ndarray, **parameters: float) -> np.ndarray:
    return LowQualityCodec().apply(
        source, SAMPLE_RATE, **({"cutoff_hertz": 11_025.0, "step_db": 0.0} | parameters)
    )


def test_fine_steps_change_next_to_nothing() -> None:
    source = np.stack([noise(3.0), sine(440.0)], axis=1)
    error = coded(source, step_db=-60.0) - source
    # Steps of a thousandth of the level leave an error of a twelfth of their square.
    assert rms_db(error) - rms_db(source) == pytest.approx(-60.0 - 10.8, abs=3.0)


@pytest.mark.parametrize(("step_db", "ratio_db"), [(-20.0, 30.8), (-10.0, 20.8)])
def test_noise_comes_with_the_size_of_the_steps(step_db: float, ratio_db: float) -> None:
    source = noise(5.0)
    error = coded(source, step_db=step_db) - source
    assert rms_db(source) - rms_db(error) == pytest.approx(ratio_db, abs=1.0)


def test_coarse_steps_leave_holes() -> None:
    source = noise(5.0)
    assert rms_db(source) - rms_db(coded(source, step_db=3.0) - source) < 9.0


@pytest.mark.parametrize("cutoff_hertz", [3500.0, 7000.0])
def test_the_treble_is_gone(cutoff_hertz: float) -> None:
    source = noise(5.0)
    result = coded(source, cutoff_hertz=cutoff_hertz, step_db=-20.0)
    above, below = (cutoff_hertz + 200.0, 11_000.0), (200.0, cutoff_hertz - 200.0)
    assert band_db(result, *above) - band_db(source, *above) < -30.0
    assert band_db(result, *below) - band_db(source, *below) == pytest.approx(0.0, abs=0.5)


def test_loud_and_soft_are_coded_alike() -> None:
    source = noise(2.0)
    np.testing.assert_allclose(coded(source * np.float32(0.25)) * 4.0, coded(source), atol=1e-5)
