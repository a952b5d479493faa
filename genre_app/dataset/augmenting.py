"""From a wish, such as three copies of these clips or genres that are even, to the copies to be added."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from genre_app.dataset.augmentation.balance import DEFAULT_COPIES_PER_CLIP, BalancePlan, balance
from genre_app.dataset.augmentation.catalogue import CATALOGUE
from genre_app.dataset.augmentation.recipe import Recipe, draw, seed_for_copy
from genre_app.dataset.errors import ClipUnknownError

if TYPE_CHECKING:
    from genre_app.dataset.data_set import DataSet


@dataclass(frozen=True, slots=True)
class Plan:
    """How many new copies of which clips are to be made.

    Attributes:
        copies: number of the clip → how many, at least one.
        n_validation: clips that were wished for, but get none because they serve validation.
        missing: name of the genre → how many clips or copies it still lacks to be as large as the largest.
    """

    copies: Mapping[int, int]
    n_validation: int
    missing: Mapping[str, int]

    @property
    def n_copies(self) -> int:
        """How many copies that makes."""
        return sum(self.copies.values())


def default_strengths() -> dict[str, float]:
    """Return the mixture that is proposed: name of the transform → strength, 0…1."""
    return {entry.name: entry.default_strength for entry in CATALOGUE if entry.chosen_by_default}


def plan_balance(data_set: DataSet, most_per_clip: int = DEFAULT_COPIES_PER_CLIP) -> BalancePlan:
    """Plan the copies that give every genre that has clips as many clips and copies as the largest.

    Clips for validation get none: validation is to be done on songs as they are.

    Args:
        data_set: of the clips.
        most_per_clip: how many copies a clip may have in all.

    Raises:
        DataSetError: if the data set can't be read.
    """
    there: defaultdict[str, dict[int, int]] = defaultdict(dict)
    with data_set.database.read() as connection:
        for genre, number, n_copies in connection.execute(
            "SELECT genres.name, clips.id, (SELECT count(*) FROM copies WHERE clip_id = clips.id) FROM clips"
            " JOIN genres ON genres.id = genre_id JOIN groups ON groups.id = group_id"
            " WHERE clips.removed IS NULL AND groups.split = 'train' ORDER BY genres.position, clips.id"
        ):
            there[genre][number] = n_copies
    return balance(there, most_per_clip=most_per_clip)


def plan_clips(data_set: DataSet, ids: Iterable[int], each: int) -> Plan:
    """Plan `each` new copies of every clip numbered in `ids` that is there and serves training.

    Raises:
        DataSetError: if the data set can't be read.
    """
    wanted = list(dict.fromkeys(ids))
    with data_set.database.read() as connection:
        splits = dict(
            connection.execute(
                "SELECT clips.id, groups.split FROM clips JOIN groups ON groups.id = group_id"
                " WHERE clips.removed IS NULL AND clips.id IN (SELECT value FROM json_each(?))",
                (json.dumps(wanted),),
            ).fetchall()
        )
    copies = {number: each for number in wanted if splits.get(number) == "train"}
    return Plan(copies, len(splits) - len(copies), {})


def plan_genre(data_set: DataSet, genre: str, each: int) -> Plan:
    """Plan `each` new copies of every clip of `genre` that serves training.

    Raises:
        GenreUnknownError: if there is no such genre.
        DataSetError: if the data set can't be read.
    """
    return plan_clips(data_set, data_set.clip_ids(genre=genre), each)


def plan_even_genres(data_set: DataSet, most_per_clip: int = DEFAULT_COPIES_PER_CLIP) -> Plan:
    """Plan the copies that even out the genres; see `plan_balance`."""
    found = plan_balance(data_set, most_per_clip)
    return Plan(found.copies, 0, {genre: n for genre, n in found.missing.items() if n})


def augment(data_set: DataSet, plan: Plan, strengths: Mapping[str, float], seed: int) -> int:
    """Draw and add the copies of `plan`, as one step of undo, and return how many were added.

    Raises:
        ClipUnknownError, DataSetError, ValueError, KeyError: as `draw_copies` and `DataSet.add_copies`.
    """
    copies = draw_copies(data_set, plan.copies, strengths, seed)
    return len(data_set.add_copies(copies)) if copies else 0


def remove_copies_of(data_set: DataSet, ids: Iterable[int]) -> int:
    """Remove all copies of the clips numbered `ids`, as one step of undo, and return how many there were.

    Raises:
        DataSetError: if the data set can't be read or changed.
    """
    with data_set.database.read() as connection:
        copies = [
            row[0]
            for row in connection.execute(
                "SELECT copies.id FROM copies JOIN clips ON clips.id = clip_id WHERE clips.removed IS NULL"
                " AND clip_id IN (SELECT value FROM json_each(?))",
                (json.dumps(list(ids)),),
            )
        ]
    if copies:
        data_set.remove_copies(copies)
    return len(copies)


def draw_copies(
    data_set: DataSet, n_copies: Mapping[int, int], strengths: Mapping[str, float], seed: int = 0
) -> list[tuple[int, Recipe]]:
    """Draw the recipes of new copies; `DataSet.add_copies` adds them.

    The same clips, strengths and seed give the same recipes, but never one that the clip has already.

    Args:
        data_set: of the clips.
        n_copies: number of the clip → how many new copies of it.
        strengths: name of the transform → strength, 0…1.
        seed: from 0 to `genre_app.dataset.augmentation.parameters.MAX_SEED`.

    Returns:
        Numbers of clips, each with a recipe.

    Raises:
        ClipUnknownError: if a clip is not there.
        DataSetError: if the data set can't be read.
        ValueError, KeyError: as `genre_app.dataset.augmentation.recipe.draw`.
    """
    there: defaultdict[int, set[str]] = defaultdict(set)
    ids = json.dumps(list(n_copies))
    with data_set.database.read() as connection:
        hashes = dict(
            connection.execute(
                "SELECT id, sample_hash FROM clips WHERE removed IS NULL"
                " AND id IN (SELECT value FROM json_each(?))",
                (ids,),
            ).fetchall()
        )
        for number, recipe_hash in connection.execute(
            "SELECT clip_id, recipe_hash FROM copies WHERE clip_id IN (SELECT value FROM json_each(?))",
            (ids,),
        ):
            there[number].add(recipe_hash)
    drawn = []
    for number, wanted in n_copies.items():
        if number not in hashes:
            raise ClipUnknownError(clip=number)
        index = 0
        while wanted > 0:
            recipe = draw(strengths, seed_for_copy(seed, hashes[number], index))
            index += 1
            # Ends: a recipe holds its seed, so that no two draws are equal.
            if recipe.recipe_hash not in there[number]:
                there[number].add(recipe.recipe_hash)
                drawn.append((number, recipe))
                wanted -= 1
    return drawn
