from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from genre_app.classifier.errors import ModelMissingError
from genre_app.training.events import (
    Epoch,
    Event,
    EventError,
    Failed,
    Notice,
    Phase,
    Result,
    Started,
    Step,
    Stopped,
    from_line,
    to_line,
)

EVENTS: list[Event] = [
    Started("quick", "base", 17),
    Phase("fit"),
    Step("embeddings", 3.0, 20.0, None),
    Step("embeddings", 3.0, 20.0, 1.5),
    Epoch(3, 60, 0.5, 0.75, 0.6, 0.7, True, None),
    Notice("genre-not-learned", "“{genre}” was not learned", {"genre": "폴카"}),
    Result("quick-1", "base", 3, {"keep": True, "reference": {"n": 3}}, False, 1.25),
    Failed.of(ModelMissingError(model="x", details="why")),
    Stopped(),
]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.event)
def test_there_and_back(event: Event) -> None:
    line = to_line(event)
    assert line.endswith("\n")
    assert line.isascii()
    assert line.count("\n") == 1
    assert from_line(line) == from_line(line.encode()) == event


def test_an_error_is_the_same_error_afterwards() -> None:
    error = ModelMissingError(model="x", details="why")
    event = from_line(to_line(Failed.of(error)))
    assert isinstance(event, Failed)
    again = event.error
    assert (again.code, again.title, again.message, again.parameters, again.details) == (
        error.code,
        error.title,
        error.message,
        error.parameters,
        error.details,
    )


def test_a_number_that_is_none_is_not_told() -> None:
    with pytest.raises(ValueError, match="float"):
        to_line(replace(EVENTS[4], loss=float("nan")))  # type: ignore[type-var]


def changed(event: Event, **changes: Any) -> str:
    return json.dumps(json.loads(to_line(event)) | changes)


EPOCH = EVENTS[4]


@pytest.mark.parametrize(
    "line",
    [
        "",
        "\n",
        "{",
        "[]",
        "3",
        "null",
        '"started"',
        "[" * 100_000,
        b"\xff\xfe",
        "{}",
        '{"v": 1}',
        '{"v": 1, "event": "started"}',
        '{"v": 1, "event": "explode"}',
        '{"v": 1, "event": null}',
        '{"v": 1, "event": ["phase"]}',
        changed(Stopped(), v=2),
        changed(Stopped(), v=None),
        changed(Stopped(), v=True),
        changed(Stopped(), v="1"),
        changed(Stopped(), more=1),
        changed(Phase("fit"), phase="lunch"),
        changed(Phase("fit"), phase=None),
        changed(EPOCH, epoch="3"),
        changed(EPOCH, epoch=3.0),
        changed(EPOCH, epoch=True),
        changed(EPOCH, loss="0.5"),
        changed(EPOCH, loss=None),
        changed(EPOCH, loss=True),
        changed(EPOCH, best=1),
        changed(EPOCH, seconds_left="soon"),
        to_line(EPOCH).replace("0.5", "NaN"),
        to_line(EPOCH).replace("0.5", "Infinity"),
        to_line(EPOCH).replace("0.5", "1e999"),
        changed(EVENTS[5], parameters={"genre": 3}),
        changed(EVENTS[5], parameters={}),
        changed(EVENTS[5], template="{"),
        changed(EVENTS[5], template="{genre.__class__.nothing}"),
        changed(EVENTS[7], template="{0}"),
        changed(EVENTS[6], comparison=[]),
    ],
)
def test_everything_else_is_refused(line: str | bytes) -> None:
    with pytest.raises(EventError):
        from_line(line)


def test_whole_numbers_are_numbers() -> None:
    event = from_line(changed(EPOCH, loss=1))
    assert isinstance(event, Epoch)
    assert isinstance(event.loss, float)
