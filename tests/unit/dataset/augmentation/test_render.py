from __future__ import annotations

import hashlib
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from genre_app.dataset.augmentation.catalogue import CATALOGUE
from genre_app.dataset.augmentation.recipe import Recipe, Step, draw
from genre_app.dataset.augmentation.render import render
from genre_app.progress import Cancelled, Progress
from tests.conftest import REPOSITORY
from tests.measuring import SAMPLE_RATE, band_db, frequency, noise, rms_db, sine

NAMES = [entry.name for entry in CATALOGUE]
EVERYTHING = draw(dict.fromkeys(NAMES, 0.8), 11)
LOUDER = Recipe((Step.of("gain", 1, {"begin_db": 20.0, "end_db": 20.0}),), seed=0)

ELSEWHERE = """
import hashlib, sys
import numpy as np
from genre_app.dataset.augmentation.recipe import Recipe
from genre_app.dataset.augmentation.render import render
from tests.measuring import noise
source = np.stack([noise(7.0, seed=1), noise(7.0, seed=2)], axis=1)
for text in sys.stdin:
    print(hashlib.sha256(render(source, 22_050, Recipe.from_json(text)).tobytes()).hexdigest())
"""


def test_every_recipe_gives_the_same_samples_in_another_process() -> None:
    source = np.stack([noise(7.0, seed=1), noise(7.0, seed=2)], axis=1)
    recipes = [EVERYTHING] + [draw({name: 1.0}, seed) for name in NAMES for seed in (1, 2)]
    # Every colour of noise, not only those that were drawn.
    recipes += [
        Recipe((Step.of("background_noise", 1, {"colour": colour, "snr_db": 5.0, "seed": 8}),), seed=8)
        for colour in ("white", "pink", "brown", "crowd")
    ]
    answer = subprocess.run(
        [sys.executable, "-c", ELSEWHERE],
        input="\n".join(recipe.to_json() for recipe in recipes),
        capture_output=True,
        text=True,
        cwd=REPOSITORY,
        check=True,
    )
    here = [hashlib.sha256(render(source, 22_050, recipe).tobytes()).hexdigest() for recipe in recipes]
    assert answer.stdout.split() == here
    assert len(set(here)) == len(here)


def test_threads_do_not_disturb_each_other() -> None:
    source = noise(2.0)
    expected = render(source, SAMPLE_RATE, EVERYTHING).tobytes()
    with ThreadPoolExecutor(4) as pool:
        results = pool.map(lambda _: render(source, SAMPLE_RATE, EVERYTHING).tobytes(), range(8))
        assert set(results) == {expected}


def test_steps_are_applied_in_their_order() -> None:
    gain = Step.of("gain", 1, {"begin_db": -20.0, "end_db": 0.0})
    shift = Step.of("time_shift", 1, {"part": 0.5})
    source = sine(440.0)
    faded_first = render(source, SAMPLE_RATE, Recipe((gain, shift), seed=0))
    faded_last = render(source, SAMPLE_RATE, Recipe((shift, gain), seed=0))
    quarter = len(source) // 4
    assert np.abs(faded_first[:quarter]).max() > np.abs(faded_first[-quarter:]).max()
    assert np.abs(faded_last[:quarter]).max() < np.abs(faded_last[-quarter:]).max()


def tempo_and_pitch(rate: float, semitones: float) -> tuple[Step, Step]:
    return Step.of("time_stretch", 1, {"rate": rate}), Step.of("pitch_shift", 1, {"semitones": semitones})


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize(
    ("rate", "semitones"), [(0.8, 3.0), (1.2, -4.0), (1.3, 7.0), (0.5, 12.0), (2.0, -12.0)]
)
def test_tempo_and_pitch_change_together_as_they_do_alone(rate: float, semitones: float, order: int) -> None:
    source = sine(440.0, 6.0)
    rendered = render(source, SAMPLE_RATE, Recipe(tempo_and_pitch(rate, semitones)[::order], seed=0))
    assert len(rendered) == round(len(source) / rate)
    middle = rendered[SAMPLE_RATE // 2 : -SAMPLE_RATE // 2]
    assert frequency(middle) == pytest.approx(440.0 * 2.0 ** (semitones / 12.0), rel=0.001)
    assert rms_db(middle) == pytest.approx(rms_db(source), abs=0.1)


def test_tempo_and_pitch_blur_the_sound_less_together_than_one_after_the_other() -> None:
    beat = noise(0.1) * np.exp(-np.arange(round(0.1 * SAMPLE_RATE)) / (0.01 * SAMPLE_RATE))
    source = np.zeros(3 * SAMPLE_RATE, np.float32)
    source[SAMPLE_RATE : SAMPLE_RATE + len(beat)] = beat
    stretch, shift = tempo_and_pitch(0.85, 2.0)
    together = render(source, SAMPLE_RATE, Recipe((stretch, shift), seed=0))
    first = render(source, SAMPLE_RATE, Recipe((stretch,), seed=0))
    one_by_one = render(first, SAMPLE_RATE, Recipe((shift,), seed=0))
    begin = round(SAMPLE_RATE / 0.85)

    def too_early(sound: np.ndarray) -> float:
        before = sound[begin - SAMPLE_RATE // 5 : begin - SAMPLE_RATE // 100]
        return float(np.sum(before**2) / np.sum(sound**2))

    assert too_early(together) < 0.8 * too_early(one_by_one)


def test_steps_between_tempo_and_pitch_come_between_them() -> None:
    stretch, shift = tempo_and_pitch(0.8, 5.0)
    low = Step.of("band_limit", 1, {"low_hertz": 10.0, "high_hertz": 1000.0, "slope_db": 60.0})
    source = noise(3.0)
    rendered = render(source, SAMPLE_RATE, Recipe((stretch, low, shift), seed=0))
    # What is left below 1000 Hz has been moved up by five semitones, to 1335 Hz.
    assert band_db(rendered, 1050.0, 1250.0) > band_db(source, 1050.0, 1250.0) - 6.0
    assert len(rendered) == round(len(source) / 0.8)


def test_too_loud_is_made_softer_and_not_clipped() -> None:
    source = sine(440.0, level=0.9)
    rendered = render(source, SAMPLE_RATE, LOUDER)
    assert np.abs(rendered).max() == 1.0
    np.testing.assert_allclose(rendered, source / np.abs(source).max(), atol=1e-6)


def test_a_source_beyond_full_scale_keeps_its_peak() -> None:
    source = sine(440.0, level=3.0)
    rendered = render(source, SAMPLE_RATE, LOUDER)
    assert np.abs(rendered).max() == pytest.approx(np.abs(source).max())
    softer = Recipe((Step.of("gain", 1, {"begin_db": -20.0, "end_db": -20.0}),), seed=0)
    np.testing.assert_allclose(render(source, SAMPLE_RATE, softer), source / 10.0, atol=1e-6)


@settings(deadline=None, max_examples=60)
@given(
    samples=arrays.arrays(
        np.float32,
        st.one_of(st.integers(0, 500), st.tuples(st.integers(0, 500), st.integers(1, 3))),
        elements=st.floats(width=32, allow_nan=False, allow_infinity=False),
    ),
    strengths=st.dictionaries(st.sampled_from(NAMES), st.floats(0.0, 1.0), min_size=1),
    seed=st.integers(0, 2**53 - 1),
    sample_rate=st.sampled_from([8_000, 22_050, 44_100, 192_000]),
)
def test_whatever_comes_in_comes_out_finite_and_within_its_limits(
    samples: np.ndarray, strengths: dict[str, float], seed: int, sample_rate: int
) -> None:
    before = samples.copy()
    rendered = render(samples, sample_rate, draw(strengths, seed))
    np.testing.assert_array_equal(samples, before)
    assert rendered.dtype == np.float32
    assert rendered.flags.c_contiguous
    assert rendered.shape[1:] == samples.shape[1:]
    assert np.isfinite(rendered).all()
    assert (rendered.size > 0) == (samples.size > 0)
    if samples.size:
        assert np.abs(rendered).max() <= max(1.0, np.abs(samples).max())
        assert samples.any() or not rendered.any()


@pytest.mark.parametrize(
    "samples", [np.zeros(5), np.zeros(5, np.int16), np.zeros((2, 2, 2), np.float32), np.float32(1.0)]
)
def test_other_types_and_shapes_are_refused(samples: np.ndarray) -> None:
    with pytest.raises(ValueError, match="float32"):
        render(samples, SAMPLE_RATE, LOUDER)


def test_progress_is_told_and_may_cancel() -> None:
    reports = []
    progress = Progress(lambda done, total, _message: reports.append((done, total)))
    render(noise(0.5), SAMPLE_RATE, EVERYTHING, progress)
    assert reports == [(done, len(NAMES)) for done in range(len(NAMES) + 1)]
    progress.cancel()
    with pytest.raises(Cancelled):
        render(noise(0.5), SAMPLE_RATE, EVERYTHING, progress)
