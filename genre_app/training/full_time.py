"""How long a full training will still take, from what its own parts have taken so far.

Fitting is most of it where there are many clips, but where there are few, what comes afterwards takes as
long: the new network is converted, and hears all clips and the reference set. How long that will be is known
from things of the same kind that were done before, in the same run, on the same machine.
"""

from __future__ import annotations

import math
import statistics
import time
from collections import deque
from typing import Final, Literal

Part = Literal["conversion", "hearing", "alignment", "replay", "evaluation", "saving"]

_LEAST_STEPS: Final = 3
_RECENT_STEPS: Final = 40
_RECENT_EPOCHS: Final = 4
_SMOOTHING_SECONDS: Final = 4.0


class TimeLeft:
    """Tells how long it will take: the rest of the fit, and then part after part.

    What it tells goes with the clock and follows new findings within seconds, unless something has been left
    out: then it follows at once.
    """

    def __init__(self) -> None:
        self._expected: dict[Part, float] = {}
        self._steps = self._epochs = 0
        self._first = True
        self._recent: deque[float] = deque(maxlen=_RECENT_STEPS)
        self._after_steps: deque[float] = deque(maxlen=_RECENT_EPOCHS)
        self._part: tuple[Part, float, float] | None = None  # what was expected of it, when it began
        self._told: tuple[float, float] | None = None

    def expect(self, part: Part, seconds: float) -> None:
        """Take note of how long a part that comes after the fit will presumably take; in order."""
        self._expected[part] = seconds

    def plan_fit(self, steps: int, epochs: int) -> None:
        """Take note of how many steps there are in each of how many epochs at most."""
        self._steps, self._epochs = steps, epochs

    # Fitting

    def step(self, seconds: float) -> None:
        """Take note of a step. The first one says nothing about the others."""
        if self._first:
            self._first = False
            # It builds the graph of the network, as the conversion will, which takes as long (measured).
            if "conversion" in self._expected:
                self._expected["conversion"] = seconds
        else:
            self._recent.append(seconds)

    def end_of_epoch(self, seconds: float) -> None:
        """Take note of how long an epoch took beside its steps: for validation and checkpoint."""
        self._after_steps.append(seconds)

    def in_fit(self, epoch: int, step: int) -> float | None:
        """Return the seconds from that step of that epoch to the end; None before there were some steps."""
        if len(self._recent) < _LEAST_STEPS:
            return None
        epochs = max(0, self._epochs - epoch + 1)
        steps = max(0, epochs * self._steps - step)
        ends = statistics.fmean(self._after_steps) if self._after_steps else 0.0
        fit = steps * statistics.fmean(self._recent) + epochs * ends
        return self._smoothed(fit + sum(self._expected.values()))

    # Afterwards

    def begin(self, part: Part) -> float | None:
        """Return the seconds to the end when `part` begins; what comes before it is over or left out."""
        now = time.monotonic()
        while self._expected and next(iter(self._expected)) != part:
            del self._expected[next(iter(self._expected))]
        self._part = part, self._expected.get(part, 0.0), now
        self._told = None
        return self.in_part(0.0)

    def in_part(self, share: float) -> float | None:
        """Return the seconds to the end when so much of the part that has begun is done, 0…1."""
        if self._part is None or not self._expected:
            return None
        part, expected, began = self._part
        later = [seconds for one, seconds in self._expected.items() if one != part]
        passed = time.monotonic() - began
        left = max(0.0, expected - passed)
        if share > 0.0:  # The more is done, the more its own pace counts.
            left += share * (passed * (1.0 - share) / share - left)
        return self._smoothed(left + sum(later))

    def _smoothed(self, seconds: float) -> float:
        now = time.monotonic()
        if self._told is not None:
            told, at = self._told
            gone_on = max(0.0, told - (now - at))
            seconds = gone_on + (seconds - gone_on) * -math.expm1((at - now) / _SMOOTHING_SECONDS)
        self._told = seconds, now
        return round(seconds, 1)
