"""What a transform is: one way in which a sound may be changed, its chance drawn apart from its use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from genre_app.dataset.augmentation.parameters import MAX_SEED, ParameterRange

Samples = NDArray[np.float32]
"""Sound, shape (n,) or (n, channels), finite, within ±1 or not much beyond."""

Parameters = dict[str, Any]
"""Parameters by name; values are of JSON's types."""


class Transform(Protocol):
    """One way in which a sound may be changed.

    Attributes:
        name: stable identifier, as recipes have it.
        version: raised whenever the same parameters would sound different than before.
        title: its name for people; English source text (translation context ``augmentation``).
        summary: what its parameters say, a format template; English source text (same context).
        ranges: the parameters by name, and what values they may have.
    """

    name: ClassVar[str]
    version: ClassVar[int]
    title: ClassVar[str]
    summary: ClassVar[str]
    ranges: ClassVar[Mapping[str, ParameterRange]]

    def randomize_parameters(self, rng: np.random.Generator, strength: float) -> Parameters:
        """Draw parameters; `strength` goes from 0, hardly to be heard, to 1, as far as a genre survives."""

    @property
    def apply(self) -> Callable[..., Samples]:
        """Takes samples, sample rate in Hz and the parameters by name; returns changed samples.

        Neither the number of channels nor the type changes, the samples given stay as they are, and the same
        parameters give the same samples, bit for bit.
        """


def draw_seed(rng: np.random.Generator) -> int:
    """Return a seed for `white_noise`."""
    return int(rng.integers(0, MAX_SEED, endpoint=True))


def draw_signed(rng: np.random.Generator, limit: float) -> float:
    """Return a number of a random sign, at least 0.3 and at most 1 times `limit`: a change worth a copy."""
    return float(rng.choice((-1.0, 1.0)) * rng.uniform(0.3, 1.0) * limit)
