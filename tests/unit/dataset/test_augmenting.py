"""From wishes to recipes of copies."""

from __future__ import annotations

import pytest

from genre_app.dataset.augmentation.recipe import Recipe
from genre_app.dataset.augmenting import default_strengths, draw_copies, plan_balance
from genre_app.dataset.data_set import DataSet
from genre_app.dataset.errors import ClipUnknownError
from tests.unit.dataset.made_clips import add_one


def test_the_same_wish_gives_the_same_recipes(data_set: DataSet) -> None:
    first, second = add_one(data_set, 1), add_one(data_set, 2)
    drawn = draw_copies(data_set, {first: 2, second: 1}, default_strengths(), seed=5)
    assert [clip_id for clip_id, _ in drawn] == [first, first, second]
    assert len({recipe.recipe_hash for _, recipe in drawn}) == 3
    assert drawn == draw_copies(data_set, {first: 2, second: 1}, default_strengths(), seed=5)
    assert drawn != draw_copies(data_set, {first: 2, second: 1}, default_strengths(), seed=6)


def test_a_clip_never_gets_a_recipe_twice(data_set: DataSet) -> None:
    clip_id = add_one(data_set, 1)
    for n_copies in (2, 4, 6):
        added = data_set.add_copies(draw_copies(data_set, {clip_id: 2}, {"gain": 0.5}))
        assert len(set(added)) == 2
        assert len(data_set.copies(clip_id)) == n_copies
    # Where some were taken away, new ones fill the gaps.
    data_set.remove_copies([data_set.copies(clip_id)[0].id])
    data_set.add_copies(draw_copies(data_set, {clip_id: 3}, {"gain": 0.5}))
    recipes = [Recipe.from_json(copy.recipe) for copy in data_set.copies(clip_id)]
    assert len({recipe.recipe_hash for recipe in recipes}) == len(recipes) == 8


def test_clips_that_are_gone(data_set: DataSet) -> None:
    clip_id = add_one(data_set, 1)
    data_set.remove([clip_id])
    with pytest.raises(ClipUnknownError):
        draw_copies(data_set, {clip_id: 1}, {"gain": 0.5})


def test_balance_counts_what_is_trained_on(data_set: DataSet) -> None:
    for number in range(6):
        data_set.pin([add_one(data_set, number, genre="rock")], True, "train")
    few = [add_one(data_set, 10 + number, genre="jazz") for number in range(2)]
    data_set.pin(few, True, "train")
    data_set.pin([add_one(data_set, 20, genre="jazz"), add_one(data_set, 21, genre="pop")], True, "valid")
    data_set.add_copies(draw_copies(data_set, {few[0]: 1}, {"gain": 0.5}))
    plan = plan_balance(data_set)
    assert plan.per_genre == {"jazz": 3, "rock": 0}
    assert plan.copies == {few[0]: 1, few[1]: 2}
    data_set.add_copies(draw_copies(data_set, plan.copies, default_strengths()))
    assert plan_balance(data_set).copies == {}
    assert data_set.counts()["jazz"].copies == 4
    assert plan_balance(data_set, most_per_clip=1).missing["jazz"] == 0
