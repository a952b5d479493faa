"""How many copies of which clips even out the genres."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

DEFAULT_COPIES_PER_CLIP = 5
"""Beyond a handful, copies of a clip teach more about the clip than about its genre."""


@dataclass(frozen=True, slots=True)
class BalancePlan:
    """What to make so that all genres have as many clips and copies as the largest.

    Attributes:
        copies: how many new copies to make, by clip; clips that get none aren't in it.
        per_genre: how many new copies that makes, by genre.
        missing: how many each genre still lacks, because no clip may have more copies.
    """

    copies: dict[int, int]
    per_genre: dict[str, int]
    missing: dict[str, int]


def balance(
    clips: Mapping[str, Mapping[int, int]],
    *,
    most_per_clip: int = DEFAULT_COPIES_PER_CLIP,
    target: int | None = None,
) -> BalancePlan:
    """Plan the copies that even out the genres.

    Give the clips of the training split only: validation is to be done on songs as they are.

    Args:
        clips: by genre, how many copies each clip has already, by its id.
        most_per_clip: how many copies a clip may have in all.
        target: how many clips and copies each genre shall have; by default as many as the largest has.

    Returns:
        The plan. Clips with the fewest copies get the next one, those that come first before others.
    """
    sizes = {genre: len(existing) + sum(existing.values()) for genre, existing in clips.items()}
    if target is None:
        target = max(sizes.values(), default=0)
    copies: dict[int, int] = {}
    per_genre: dict[str, int] = {}
    missing: dict[str, int] = {}
    for genre, existing in clips.items():
        wanted = max(0, target - sizes[genre])
        made = 0
        # Level by level, so that all clips have one copy before any has two.
        for level in range(most_per_clip):
            for clip, already in existing.items():
                if made < wanted and already <= level:
                    copies[clip] = copies.get(clip, 0) + 1
                    made += 1
        per_genre[genre] = made
        missing[genre] = wanted - made
    return BalancePlan(copies, per_genre, missing)
