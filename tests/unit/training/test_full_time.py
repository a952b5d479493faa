"""How long a full training says that it will take."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest

from genre_app.training import full_time
from genre_app.training.full_time import TimeLeft

STEPS, EPOCHS = 5, 10
STEP, END_OF_EPOCH, FIRST_STEP = 0.5, 1.0, 8.0
AFTER = {
    "conversion": FIRST_STEP,
    "hearing": 6.0,
    "alignment": 4.0,
    "replay": 9.0,
    "evaluation": 1.0,
    "saving": 1.0,
}


class Clock:
    """Stands in for the module `time`; goes on when told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(full_time, "time", clock)
    return clock


def expecting() -> TimeLeft:
    left = TimeLeft()
    left.plan_fit(STEPS, EPOCHS)
    for part, seconds in AFTER.items():
        left.expect(part, 0.0 if part == "conversion" else seconds)
    return left


def run_fit(left: TimeLeft, clock: Clock, epochs: int, busy: float = 1.0) -> list[tuple[float, float | None]]:
    """Let so many epochs pass; return at what times how many seconds were said to be left."""
    rng = random.Random(0)
    told = []

    def passes(seconds: float) -> float:
        seconds *= busy * rng.uniform(0.7, 1.3)
        clock.now += seconds
        return seconds

    for epoch in range(epochs + 1):
        for step in range(STEPS if epoch else 0):
            left.step(passes(FIRST_STEP if (epoch, step) == (1, 0) else STEP))
            told.append((clock.now, left.in_fit(epoch, step + 1)))
        left.end_of_epoch(passes(END_OF_EPOCH))
        told.append((clock.now, left.in_fit(epoch + 1, 0)))
    return told


def run_rest(left: TimeLeft, clock: Clock, busy: float = 1.0) -> list[tuple[float, float | None]]:
    """Let the parts after the fit pass; return at what times how many seconds were said to be left."""
    told = []
    for part, seconds in AFTER.items():
        told.append((clock.now, left.begin(part)))
        for step in range(20):
            clock.now += busy * seconds / 20
            if part != "conversion":  # which tells nothing until it is done
                told.append((clock.now, left.in_part((step + 1) / 20)))
    return told


def test_it_tells_nothing_before_there_were_some_steps(clock: Clock) -> None:
    left = expecting()
    told = run_fit(left, clock, 1)
    assert [seconds is None for _, seconds in told] == [True] * 4 + [False] * 3


def test_it_is_right_from_the_first_steps_on_and_does_not_jump(clock: Clock) -> None:
    left = expecting()
    told = [one for one in run_fit(left, clock, EPOCHS) + run_rest(left, clock) if one[1] is not None]
    for at, seconds in told:
        really = clock.now - at
        assert seconds == pytest.approx(really, rel=0.2, abs=4.0)
    for (at, seconds), (later, then) in pairwise(told):
        assert abs(seconds - (later - at) - then) < 3.5


def test_a_fit_that_ends_early_is_taken_in_at_once(clock: Clock) -> None:
    left = expecting()
    told = run_fit(left, clock, 3)
    assert told[-1][1] > 45.0
    rest = run_rest(left, clock)
    assert rest[0][1] == pytest.approx(sum(AFTER.values()), rel=0.15)


def test_a_part_that_takes_longer_takes_nothing_from_those_after_it(clock: Clock) -> None:
    left = expecting()
    run_fit(left, clock, 2)
    left.begin("conversion")
    later = sum(AFTER.values()) - AFTER["conversion"]
    for _ in range(100):
        clock.now += 1.0
        told = left.in_part(0.0)
    assert told == pytest.approx(later, abs=4.0)  # it follows with a delay
    assert left.begin("hearing") == pytest.approx(later, abs=0.2)


def test_what_is_left_out_takes_no_time(clock: Clock) -> None:
    left = expecting()
    left.begin("conversion")
    assert left.begin("evaluation") == pytest.approx(2.0, abs=0.1)
    clock.now += 100.0
    assert left.in_part(0.0) == pytest.approx(1.0, abs=0.1)


def test_without_a_plan_it_tells_nothing(clock: Clock) -> None:
    left = TimeLeft()
    assert left.begin("hearing") is None
    assert left.in_part(0.5) is None
