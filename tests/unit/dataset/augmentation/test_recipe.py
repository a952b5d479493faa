from __future__ import annotations

import contextlib
import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genre_app.dataset.augmentation.catalogue import CATALOGUE
from genre_app.dataset.augmentation.errors import RecipeInvalidError
from genre_app.dataset.augmentation.recipe import MAX_STEPS, Recipe, Step, draw, seed_for_copy

NAMES = [entry.name for entry in CATALOGUE]
PITCH = {"parameters": {"semitones": 1.5}, "transform": "pitch_shift", "version": 1}


def text(**changes: object) -> str:
    return json.dumps({"seed": 3, "steps": [PITCH], "version": 1} | changes)


def with_step(**changes: object) -> str:
    return text(steps=[PITCH | changes])


@given(
    strengths=st.dictionaries(st.sampled_from(NAMES), st.floats(0.0, 1.0), min_size=1),
    seed=st.integers(0, 2**53 - 1),
)
def test_a_recipe_survives_being_written(strengths: dict[str, float], seed: int) -> None:
    recipe = draw(strengths, seed)
    again = Recipe.from_json(recipe.to_json())
    assert again == recipe
    assert again.to_json() == recipe.to_json()
    assert draw(strengths, seed) == recipe
    assert [step.transform for step in recipe.steps] == [name for name in NAMES if name in strengths]


def test_the_canonical_text_and_its_hash() -> None:
    step = '{"parameters":{"semitones":1.5},"transform":"pitch_shift","version":1}'
    expected = f'{{"seed":3,"steps":[{step}],"version":1}}'
    recipe = Recipe((Step.of("pitch_shift", 1, {"semitones": 1.5}),), seed=3)
    assert recipe.to_json() == expected
    assert recipe.recipe_hash == hashlib.sha256(expected.encode()).hexdigest()
    assert hash(recipe) == hash(Recipe.from_json(expected))


@pytest.mark.parametrize("number", ["2", "2.0", "20e-1", "2.00000000000000000001"])
def test_the_hash_does_not_depend_on_how_a_number_is_written(number: str) -> None:
    written = text(steps=["x"]).replace('"x"', json.dumps(PITCH).replace("1.5", number))
    assert (
        Recipe.from_json(written).recipe_hash
        == Recipe.from_json(with_step(parameters={"semitones": 2.0})).recipe_hash
    )


def test_negative_zero_is_zero() -> None:
    assert "-0.0" not in Recipe.from_json(with_step(parameters={"semitones": -0.0})).to_json()


def test_what_one_transform_draws_does_not_depend_on_the_others() -> None:
    alone = draw({"room": 0.5}, 9).steps[0]
    among_others = draw(dict.fromkeys(NAMES, 0.5), 9)
    assert alone in among_others.steps


@pytest.mark.parametrize(
    ("damaged", "reason"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("[" * 60_000, "not JSON"),
        (text(seed=float("nan")), "not JSON"),
        ('{"seed":1,"seed":2,"steps":[],"version":1}', "twice"),
        ("x" * 70_000, "65536"),
        ("[]", "consist"),
        (text(more=1), "consist"),
        (text(version=2), "version is 2"),
        (text(version=True), "version is True"),
        (text(seed=-1), "seed"),
        (text(seed=1.0), "seed"),
        (text(seed=2**53), "seed"),
        (text(steps=[]), "steps"),
        (text(steps=[PITCH] * (MAX_STEPS + 1)), "steps"),
        (text(steps=[1]), "step"),
        (text(steps=[{"transform": "pitch_shift"}]), "step"),
        (with_step(transform="explode"), "no transform 'explode'"),
        (with_step(transform=[]), "no transform"),
        (with_step(version=2), "version 1, not 2"),
        (with_step(version=True), "not True"),
        (with_step(parameters={}), "takes the parameters semitones"),
        (with_step(parameters=[]), "takes the parameters semitones"),
        (with_step(parameters={"semitones": 1.0, "more": 1}), "no others"),
        (with_step(parameters={"semitones": 13.0}), "not between -12 and 12"),
        (with_step(parameters={"semitones": 10**400}), "not between"),
        (with_step(parameters={"semitones": 1.0}).replace("1.0", "1e999"), "not between"),
        (with_step(parameters={"semitones": "1"}), "not a number"),
        (with_step(parameters={"semitones": True}), "not a number"),
        (with_step(parameters={"semitones": None}), "not a number"),
        (with_step(transform="time_mask", parameters={"gaps": [[0.5, 0.1]] * 9}), "up to 8"),
        (with_step(transform="time_mask", parameters={"gaps": [[0.5]]}), "not a pair"),
        (with_step(transform="time_mask", parameters={"gaps": [[0.5, 0.9]]}), "not between"),
        (
            with_step(transform="background_noise", parameters={"colour": "red", "snr_db": 1.0, "seed": 1}),
            "none of white",
        ),
        (
            with_step(
                transform="background_noise", parameters={"colour": "pink", "snr_db": 1.0, "seed": 1.5}
            ),
            "not a whole number",
        ),
    ],
    ids=range(35),
)
def test_anything_else_is_refused_in_words(damaged: str, reason: str) -> None:
    with pytest.raises(RecipeInvalidError) as caught:
        Recipe.from_json(damaged)
    assert reason in caught.value.message
    assert len(caught.value.message) < 500


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats()
        | st.text(max_size=5)
        | st.sampled_from(NAMES),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["seed", "steps", "version", "transform", "parameters", "part"]), inner
            )
        ),
        max_leaves=8,
    )
)
def test_no_json_ends_in_another_error(value: object) -> None:
    with contextlib.suppress(RecipeInvalidError):
        Recipe.from_json(json.dumps(value))


@pytest.mark.parametrize("strengths", [{}, {"gain": 1.01}, {"gain": -0.01}, {"gain": float("nan")}])
def test_strengths_out_of_range_are_refused(strengths: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"chosen|between"):
        draw(strengths, 1)


def test_an_unknown_transform_is_refused() -> None:
    with pytest.raises(KeyError):
        draw({"explode": 0.5}, 1)


def test_every_copy_has_a_seed_of_its_own() -> None:
    seeds = {
        seed_for_copy(seed, sample_hash, index)
        for seed in (1, 2)
        for sample_hash in ("aa", "ab")
        for index in range(100)
    }
    assert len(seeds) == 400
    assert all(0 <= seed < 2**53 for seed in seeds)
    assert seed_for_copy(1, "aa", 0) == seed_for_copy(1, "aa", 0)
