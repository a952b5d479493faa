"""What values a transform's parameters may have.

Recipes also come from other people's archives: a parameter outside its range is refused before it can ask for
a room that rings for a year.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Protocol


class ParameterRange(Protocol):
    """The values that one parameter may have."""

    def read(self, value: object) -> Any:
        """Return `value`, of JSON's types, as the transform takes it; raise ValueError if not allowed."""


@dataclass(frozen=True, slots=True)
class Number:
    """A finite float within [`low`, `high`]."""

    low: float
    high: float

    def read(self, value: object) -> float:
        """Return `value` as a float; raise ValueError when it is none or outside."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError("is not a number")  # noqa: TRY004 - a wrong value of JSON, whatever its type
        if not self.low <= value <= self.high:  # nor is NaN
            raise ValueError(f"is not between {self.low:g} and {self.high:g}")
        return float(value) + 0.0  # no negative zero: equal recipes have equal text


@dataclass(frozen=True, slots=True)
class Whole:
    """An integer within [`low`, `high`]."""

    low: int
    high: int

    def read(self, value: object) -> int:
        """Return `value`; raise ValueError when it is no integer or outside."""
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValueError("is not a whole number")  # noqa: TRY004
        if not self.low <= value <= self.high:
            raise ValueError(f"is not between {self.low} and {self.high}")
        return value


@dataclass(frozen=True, slots=True)
class Choice:
    """One of some words."""

    values: tuple[str, ...]

    def read(self, value: object) -> str:
        """Return `value`; raise ValueError when it is none of the words."""
        if not isinstance(value, str) or value not in self.values:
            raise ValueError(f"is none of {', '.join(self.values)}")
        return value


@dataclass(frozen=True, slots=True)
class Pairs:
    """A list of up to `most` pairs, each a list of two numbers with ranges of their own."""

    first: Number
    second: Number
    most: int

    def read(self, value: object) -> list[list[float]]:
        """Return `value`, its numbers as floats; raise ValueError when it has another form."""
        if not isinstance(value, list) or len(value) > self.most:
            raise ValueError(f"is not a list of up to {self.most} pairs")
        pairs = []
        for pair in value:
            if not isinstance(pair, list) or len(pair) != 2:
                raise ValueError("has an entry that is not a pair")
            pairs.append([self.first.read(pair[0]), self.second.read(pair[1])])
        return pairs


MAX_SEED: Final = 2**53 - 1
"""The greatest seed: every JSON reader keeps integers up to here exact."""

SEED: Final = Whole(0, MAX_SEED)
