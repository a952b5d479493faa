"""The sound of an augmented copy, made from its clip whenever it is needed: only the recipe is kept."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from genre_app.audio.decode import read_audio
from genre_app.dataset.augmentation.recipe import Recipe
from genre_app.dataset.augmentation.render import render
from genre_app.progress import Progress

MAX_SECONDS: Final = 600.0
"""A copy is of this much of its clip, from its start: transforms need all of the sound in memory."""


def render_copy(
    path: Path,
    recipe: str,
    progress: Progress | None = None,
    *,
    sample_rate: int | None = None,
    mono: bool = False,
) -> tuple[NDArray[np.float32], int]:
    """Return the samples of a copy, shape (n,) if `mono` else (n, channels), and their rate in Hz.

    Args:
        path: of the clip's file.
        recipe: canonical JSON.
        progress: told how many steps are done; to cancel.
        sample_rate: Hz at which the recipe is followed, None for the file's own.
        mono: whether all channels are averaged before.

    Raises:
        AudioError: if the file can't be decoded.
        RecipeInvalidError: if it is no recipe.
        Cancelled: if `progress` was cancelled.
    """
    steps = Recipe.from_json(recipe)
    samples, rate = read_clip(path, sample_rate=sample_rate, mono=mono)
    if progress is not None:
        progress.raise_if_cancelled()
    return render(samples, rate, steps, progress), rate


def read_clip(
    path: Path, *, sample_rate: int | None = None, mono: bool = False
) -> tuple[NDArray[np.float32], int]:
    """Return the samples that copies of a clip are made from, and their rate in Hz; see `render_copy`.

    Raises:
        AudioError: if the file can't be decoded.
    """
    samples, info = read_audio(path, sample_rate=sample_rate, mono=mono, max_seconds=MAX_SECONDS)
    return samples, sample_rate or info.sample_rate
