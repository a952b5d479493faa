"""Recipes: what was done to a clip, written down so that it can be done again, bit for bit.

The text of a recipe is JSON in one canonical form, so that equal recipes have equal hashes. Floats are
written in the shortest form that reads back as the very same number.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn

import numpy as np

from genre_app.dataset.augmentation.catalogue import CATALOGUE, entry_named
from genre_app.dataset.augmentation.errors import RecipeInvalidError
from genre_app.dataset.augmentation.parameters import MAX_SEED, SEED
from genre_app.dataset.augmentation.transform import Parameters

RECIPE_VERSION: Final = 1
"""Version of the form, and of what `render` does besides the steps."""

MAX_STEPS: Final = 32
_MAX_CHARACTERS: Final = 65_536


@dataclass(frozen=True, slots=True)
class Step:
    """One transform with its parameters. Use `Step.of`, which checks them.

    Attributes:
        transform: the transform's name.
        version: the transform's version.
        parameters: values by name, of JSON's types; not to be changed.
    """

    transform: str
    version: int
    parameters: Mapping[str, Any] = field(hash=False)

    @classmethod
    def of(cls, transform: object, version: object, parameters: object) -> Step:
        """Return the step.

        Raises:
            RecipeInvalidError: there is no such transform, not in this version, or not with such parameters.
        """
        try:
            known = entry_named(transform).transform if isinstance(transform, str) else None
        except KeyError:
            known = None
        if known is None:
            raise RecipeInvalidError(reason=f"there is no transform {_shown(transform)}")
        if isinstance(version, bool) or version != known.version:
            raise RecipeInvalidError(
                reason=f"{known.name} has version {known.version}, not {_shown(version)}"
            )
        if not isinstance(parameters, Mapping) or parameters.keys() != known.ranges.keys():
            raise RecipeInvalidError(
                reason=f"{known.name} takes the parameters {', '.join(known.ranges)}, and no others"
            )
        checked: Parameters = {}
        for name, allowed in known.ranges.items():
            try:
                checked[name] = allowed.read(parameters[name])
            except ValueError as error:
                raise RecipeInvalidError(
                    reason=f"{name} of {known.name}, {_shown(parameters[name])}, {error}"
                ) from error
        return cls(known.name, known.version, checked)


@dataclass(frozen=True, slots=True)
class Recipe:
    """What is done to a clip.

    Attributes:
        steps: the transforms, in the order in which they are applied.
        seed: what `draw` drew them with; drawing again with it gives the same recipe.
    """

    steps: tuple[Step, ...]
    seed: int

    def to_json(self) -> str:
        """Return the recipe as canonical JSON: keys sorted, no spaces, ASCII."""
        return json.dumps(
            {
                "seed": self.seed,
                "steps": [
                    {
                        "parameters": dict(step.parameters),
                        "transform": step.transform,
                        "version": step.version,
                    }
                    for step in self.steps
                ],
                "version": RECIPE_VERSION,
            },
            sort_keys=True,
            separators=(",", ":"),
            allow_nan=False,
        )

    @classmethod
    def from_json(cls, text: str) -> Recipe:
        """Return the recipe that `text` holds, in canonical form or another.

        Raises:
            RecipeInvalidError: `text` isn't JSON, isn't a recipe, or asks for what no transform does.
        """
        if len(text) > _MAX_CHARACTERS:
            raise RecipeInvalidError(reason=f"it has more than {_MAX_CHARACTERS} characters")
        try:
            data = json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_object)
        except (ValueError, RecursionError) as error:
            raise RecipeInvalidError(reason=f"it is not JSON ({error})") from error
        if not isinstance(data, dict) or data.keys() != {"seed", "steps", "version"}:
            raise RecipeInvalidError(reason="it doesn't consist of seed, steps and version")
        if isinstance(data["version"], bool) or data["version"] != RECIPE_VERSION:
            raise RecipeInvalidError(reason=f"its version is {_shown(data['version'])}, not {RECIPE_VERSION}")
        try:
            seed = SEED.read(data["seed"])
        except ValueError as error:
            raise RecipeInvalidError(reason=f"its seed {error}") from error
        steps = data["steps"]
        if not isinstance(steps, list) or not 1 <= len(steps) <= MAX_STEPS:
            raise RecipeInvalidError(reason=f"it doesn't have between 1 and {MAX_STEPS} steps")
        read = []
        for step in steps:
            if not isinstance(step, dict) or step.keys() != {"parameters", "transform", "version"}:
                raise RecipeInvalidError(
                    reason="it has a step that doesn't consist of parameters, transform and version"
                )
            read.append(Step.of(step["transform"], step["version"], step["parameters"]))
        return cls(tuple(read), seed)

    @property
    def recipe_hash(self) -> str:
        """SHA-256 of the canonical JSON, 64 hexadecimal digits."""
        return hashlib.sha256(self.to_json().encode("ascii")).hexdigest()


def draw(strengths: Mapping[str, float], seed: int) -> Recipe:
    """Draw a recipe: each transform's parameters by chance, as strong as asked for.

    What one transform draws doesn't depend on which others there are, nor on the clip.

    Args:
        strengths: from 0 to 1, by the names of the transforms wanted; they come in the catalogue's order.
        seed: from 0 to `MAX_SEED`; the same strengths and seed give the same recipe.

    Raises:
        ValueError: no transforms, a strength or seed out of range.
        KeyError: there is no such transform.
    """
    SEED.read(seed)
    if not strengths:
        raise ValueError("no transforms were chosen")
    for name, strength in strengths.items():
        entry_named(name)
        if not 0.0 <= strength <= 1.0:
            raise ValueError(f"the strength of {name}, {strength}, is not between 0 and 1")
    steps = []
    for entry in CATALOGUE:
        if entry.name in strengths:
            rng = np.random.default_rng([seed, *entry.name.encode("ascii")])
            parameters = entry.transform.randomize_parameters(rng, strengths[entry.name])
            steps.append(Step.of(entry.name, entry.transform.version, parameters))
    return Recipe(tuple(steps), seed)


def seed_for_copy(seed: int, sample_hash: str, index: int) -> int:
    """Return the seed of the copy number `index` of a clip: another for every copy, clip and `seed`."""
    digest = hashlib.sha256(f"{seed}/{sample_hash}/{index}".encode()).digest()
    return int.from_bytes(digest[:8], "big") & MAX_SEED


def _shown(value: object) -> str:
    """Return `value` as a message may have it: a recipe may hold anything, and much of it."""
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:39]}…"


def _refuse_constant(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not allowed")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return `pairs` as a dict; raise ValueError when a name comes twice."""
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("a name comes twice")
    return result
