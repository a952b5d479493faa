"""What a training tells about itself: typed events, each one line of JSON that carries a version number.

Reading is strict. A line that is not exactly one of these events is an error, never a guess.
"""

from __future__ import annotations

import json
import math
import types
import typing
from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar, Final, Literal, TypeAlias

from genre_app.errors import GenreAppError

VERSION: Final = 1

Mode = Literal["quick", "full"]
PhaseName = Literal[
    "loading", "embeddings", "data", "features", "network", "fit", "conversion", "hearing", "evaluation",
    "saving",
]  # fmt: skip


class EventError(ValueError):
    """A line that is no event of this version."""


@dataclass(frozen=True, slots=True)
class Started:
    """The training has begun.

    Attributes:
        mode: which training it is.
        parent: id of the version that it starts from.
        pid: of its process.
    """

    event: ClassVar[str] = "started"
    mode: Mode
    parent: str
    pid: int


@dataclass(frozen=True, slots=True)
class Phase:
    """A phase has begun; the ones before it are done."""

    event: ClassVar[str] = "phase"
    phase: PhaseName


@dataclass(frozen=True, slots=True)
class Step:
    """How far the phase has come.

    Attributes:
        phase: which one.
        done: units that are finished.
        total: units there are; 0 if that is not known.
        seconds_left: to the end of the whole training, or None if that is not known yet.
    """

    event: ClassVar[str] = "step"
    phase: PhaseName
    done: float
    total: float
    seconds_left: float | None


@dataclass(frozen=True, slots=True)
class Epoch:
    """An epoch is over. Epoch 0 is the state at the start.

    Attributes:
        epoch: its number.
        epochs: how many there will be at most.
        loss: cross-entropy on the training clips.
        accuracy: on the training clips, 0…1.
        valid_loss: what early stopping watches, on the validation clips.
        valid_accuracy: on the validation clips, 0…1.
        best: whether it is the best so far.
        seconds_left: to the end of the whole training if it runs to its last epoch, or None.
    """

    event: ClassVar[str] = "epoch"
    epoch: int
    epochs: int
    loss: float
    accuracy: float
    valid_loss: float
    valid_accuracy: float
    best: bool
    seconds_left: float | None


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that the user should know, although the training goes on.

    Attributes:
        code: stable identifier.
        template: English source text, translation context ``training``.
        parameters: that it is filled with.
    """

    event: ClassVar[str] = "notice"
    code: str
    template: str
    parameters: dict[str, str]

    @property
    def message(self) -> str:
        """The text in English."""
        return self.template.format_map(self.parameters)


@dataclass(frozen=True, slots=True)
class Result:
    """The training is over, and a new version is installed.

    Attributes:
        model: its id.
        parent: id of the version that it was trained from.
        best_epoch: the epoch that it was taken from.
        comparison: with the parent, as `Comparison.to_json` gives it.
        activated: whether it is the active one now.
        seconds: that all took.
    """

    event: ClassVar[str] = "result"
    model: str
    parent: str
    best_epoch: int
    comparison: dict[str, Any]
    activated: bool
    seconds: float


@dataclass(frozen=True, slots=True)
class Failed:
    """The training is over without a new version; everything is as before.

    Attributes:
        code, title, template, parameters, details: those of the `GenreAppError`.
    """

    event: ClassVar[str] = "error"
    code: str
    title: str
    template: str
    parameters: dict[str, str]
    details: str | None

    @classmethod
    def of(cls, error: GenreAppError) -> Failed:
        """Return the event that tells of `error`."""
        return cls(error.code, error.title, error.template, error.parameters, error.details)

    @property
    def error(self) -> GenreAppError:
        """The error, which can be raised and shown like any other."""
        texts = {"code": self.code, "title": self.title, "template": self.template}
        kind: type[GenreAppError] = type("TrainerError", (GenreAppError,), texts)
        return kind(details=self.details, **self.parameters)


@dataclass(frozen=True, slots=True)
class Stopped:
    """The training is over because it was cancelled; everything is as before."""

    event: ClassVar[str] = "cancelled"


Event: TypeAlias = Started | Phase | Step | Epoch | Notice | Result | Failed | Stopped
LAST: Final = (Result, Failed, Stopped)
"""Every training ends with exactly one of these."""

_KINDS: Final[dict[str, type[Event]]] = {kind.event: kind for kind in typing.get_args(Event)}


def to_line(event: Event) -> str:
    """Return `event` as one line of JSON, its end included; ASCII, so that any stream takes it.

    Raises:
        ValueError: if a number in it is not finite.
    """
    record = {"v": VERSION, "event": event.event, **asdict(event)}
    return json.dumps(record, allow_nan=False) + "\n"


def from_line(line: str | bytes) -> Event:
    """Return the event that `line` is.

    Raises:
        EventError: if it is none.
    """
    try:
        record = json.loads(line, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise EventError(f"no JSON: {error}") from error
    if not isinstance(record, dict):
        raise EventError("not a JSON object")
    version, name = record.pop("v", None), record.pop("event", None)
    if version != VERSION or isinstance(version, bool):
        raise EventError(f"version {version!r}, expected {VERSION}")
    kind = _KINDS.get(name) if isinstance(name, str) else None
    if kind is None:
        raise EventError(f"unknown event {name!r}")
    hints = typing.get_type_hints(kind)
    expected = {field.name for field in fields(kind)}
    if record.keys() != expected:
        raise EventError(f"{name} has {sorted(record)}, expected {sorted(expected)}")
    event = kind(
        **{field: _checked(value, hints[field], f"{name}.{field}") for field, value in record.items()}
    )
    if isinstance(event, Failed | Notice):
        try:
            event.template.format_map(event.parameters)
        except (LookupError, ValueError, AttributeError) as error:
            raise EventError(f"{name}.template does not fit its parameters ({error})") from error
    return event


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not a number")


def _checked(value: object, hint: Any, where: str) -> Any:
    """Return `value` if it is of the type `hint`, whole numbers as floating point where those are meant."""
    origin = typing.get_origin(hint)
    if origin is Literal:
        if isinstance(value, str) and value in typing.get_args(hint):
            return value
    elif origin is types.UnionType:
        if value is None:
            return None
        return _checked(value, typing.get_args(hint)[0], where)
    elif origin is dict:
        inner = typing.get_args(hint)[1]
        if isinstance(value, dict) and (
            inner is Any or all(isinstance(item, inner) for item in value.values())
        ):
            return value
    elif hint is float:
        if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
            return float(value)
    elif isinstance(value, hint) and isinstance(value, bool) == (hint is bool):
        return value
    raise EventError(f"{where} is {value!r}")
