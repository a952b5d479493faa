from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from genre_app.dataset.augmentation.catalogue import CATALOGUE, entry_named
from genre_app.dataset.augmentation.recipe import Step
from genre_app.dataset.augmentation.transform import Transform
from tests.measuring import noise

TRANSFORMS = [entry.transform for entry in CATALOGUE]
LENGTH_CHANGES = {"crop", "time_stretch"}

every_transform = pytest.mark.parametrize("transform", TRANSFORMS, ids=lambda transform: transform.name)


def drawn(transform: Transform, seed: int = 1, strength: float = 1.0) -> dict:
    parameters = transform.randomize_parameters(np.random.default_rng(seed), strength)
    return dict(Step.of(transform.name, transform.version, parameters).parameters)


@every_transform
@pytest.mark.parametrize("strength", [0.0, 0.5, 1.0])
def test_what_is_drawn_is_allowed_and_survives_json(transform: Transform, strength: float) -> None:
    for seed in range(50):
        parameters = transform.randomize_parameters(np.random.default_rng(seed), strength)
        assert parameters.keys() == transform.ranges.keys()
        # Step.of raises where a parameter is out of its range.
        checked = Step.of(transform.name, transform.version, json.loads(json.dumps(parameters)))
        assert checked.parameters == parameters


@every_transform
def test_drawing_is_repeatable_and_varied(transform: Transform) -> None:
    assert drawn(transform, seed=4) == drawn(transform, seed=4)
    assert drawn(transform, seed=4) != drawn(transform, seed=5)


@every_transform
@pytest.mark.parametrize("shape", [(44_100,), (44_100, 1), (44_100, 2), (44_100, 6)])
def test_form_stays_and_the_source_too(transform: Transform, shape: tuple[int, ...]) -> None:
    source = noise(2.0 * shape[-1] if len(shape) > 1 else 2.0).ravel()[: np.prod(shape)].reshape(shape)
    before = source.copy()
    result = transform.apply(source, 22_050, **drawn(transform))
    np.testing.assert_array_equal(source, before)
    assert result.dtype == np.float32
    assert result.ndim == source.ndim
    assert result.shape[1:] == source.shape[1:]
    assert np.isfinite(result).all()
    if transform.name not in LENGTH_CHANGES:
        assert len(result) == len(source)
    assert not np.shares_memory(result, source)


@every_transform
def test_it_does_something(transform: Transform) -> None:
    source = noise(8.0)
    result = transform.apply(source, 22_050, **drawn(transform))
    assert len(result) != len(source) or np.abs(result - source).max() > 1e-3


@every_transform
@pytest.mark.parametrize("channels", [(), (2,)])
def test_silence_stays_silence(transform: Transform, channels: tuple[int, ...]) -> None:
    silence = np.zeros((22_050, *channels), np.float32)
    assert not transform.apply(silence, 22_050, **drawn(transform)).any()


@every_transform
def test_one_channel_of_two_is_treated_as_it_is_alone(transform: Transform) -> None:
    # Stereo tempo and key are measured on both channels together, so both must carry the same.
    alone = noise(2.0)
    both = transform.apply(np.stack([alone, alone], axis=1), 22_050, **drawn(transform))
    np.testing.assert_allclose(both[:, 0], transform.apply(alone, 22_050, **drawn(transform)), atol=2e-4)


@every_transform
def test_the_same_parameters_give_the_same_samples_wherever_they_lie(transform: Transform) -> None:
    source = noise(3.0)
    expected = transform.apply(source, 22_050, **drawn(transform)).tobytes()
    for offset in (1, 3, 4, 5):  # other alignments take other paths through vector instructions
        moved = np.zeros(len(source) + 16, np.float32)[offset : offset + len(source)]
        moved[:] = source
        assert transform.apply(moved, 22_050, **drawn(transform)).tobytes() == expected
    wide = np.zeros((len(source), 3), np.float32)
    wide[:, 1] = source
    assert transform.apply(wide[:, 1], 22_050, **drawn(transform)).tobytes() == expected


@settings(deadline=None, max_examples=150)
@given(
    name=st.sampled_from([transform.name for transform in TRANSFORMS]),
    seed=st.integers(0, 2**53 - 1),
    strength=st.floats(0.0, 1.0),
    sample_rate=st.sampled_from([8_000, 11_025, 22_050, 44_100, 48_000, 96_000, 192_000]),
    samples=st.one_of(
        arrays.arrays(np.float32, st.integers(0, 300), elements=st.floats(-1.0, 1.0, width=32)),
        arrays.arrays(
            np.float32,
            st.tuples(st.integers(0, 300), st.integers(1, 3)),
            elements=st.floats(-1.0, 1.0, width=32),
        ),
    ),
)
def test_odd_sounds_come_out_finite(
    name: str, seed: int, strength: float, sample_rate: int, samples: np.ndarray
) -> None:
    transform = entry_named(name).transform
    result = transform.apply(samples, sample_rate, **drawn(transform, seed, strength))
    assert result.dtype == np.float32
    assert result.shape[1:] == samples.shape[1:]
    assert np.isfinite(result).all()
    assert (len(result) > 0) == (len(samples) > 0)
    assert len(result) <= 2 * len(samples) + 1


@every_transform
@pytest.mark.parametrize("sample_rate", [8_000, 48_000, 192_000])
@pytest.mark.parametrize("seconds", [0.1, 1.0])
def test_any_sample_rate(transform: Transform, sample_rate: int, seconds: float) -> None:
    source = noise(seconds, sample_rate)
    result = transform.apply(source, sample_rate, **drawn(transform))
    assert np.isfinite(result).all()
    assert 0.5 * len(source) <= len(result) <= 2.0 * len(source)
    assert np.abs(result).max() > 1e-4


@every_transform
def test_the_extremes_of_the_ranges_do_no_harm(transform: Transform) -> None:
    source = noise(1.0)
    for which in ("low", "high"):
        parameters = {}
        for name, allowed in transform.ranges.items():
            if hasattr(allowed, "values"):
                parameters[name] = allowed.values[0 if which == "low" else -1]
            elif hasattr(allowed, "most"):
                parameters[name] = [
                    [getattr(allowed.first, which), getattr(allowed.second, which)]
                ] * allowed.most
            else:
                parameters[name] = getattr(allowed, which)
        checked = Step.of(transform.name, transform.version, parameters).parameters
        result = transform.apply(source, 22_050, **checked)
        assert np.isfinite(result).all()
        assert 0 < len(result) <= 2 * len(source)
