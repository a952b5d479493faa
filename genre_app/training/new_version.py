"""What a training came to becomes a version: described, written, checked, and installed."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import importlib.metadata
import platform
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

import genre_app
from genre_app.classifier.comparison import Answers, Comparison, reference_answers
from genre_app.classifier.errors import ModelStorageError
from genre_app.classifier.evaluation import evaluation_to_json
from genre_app.classifier.head import Head
from genre_app.classifier.model_version import (
    BACKBONE_NAME,
    DESCRIPTION_NAME,
    WEIGHTS_NAME,
    ModelVersion,
    read_model_version,
    read_version_file,
    seal_description,
    verify_model_files,
)
from genre_app.classifier.replay import ESTIMATED, MEASURED, REPLAY_NAME
from genre_app.classifier.trial import verify
from genre_app.classifier.versions import install, staged
from genre_app.features.log_mel import FEATURE_VERSION
from genre_app.training.errors import VerificationError
from genre_app.training.events import Mode
from genre_app.training.head_retrain import EpochReport

if TYPE_CHECKING:
    from genre_app.training.full_settings import FullSettings
    from genre_app.training.quick import QuickSettings

_TOLERANCE: Final = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVersion:
    """What a training came to, whichever it was.

    Attributes:
        kind: which training.
        id: of the new version.
        created: when, with its time zone.
        parent: what it was trained from.
        genres: that it knows; the first `n_known` are those that were known before the user taught any.
        head: of it.
        threshold: its confidence threshold.
        reference: what it answers about the fixed validation set; None if it can't be asked.
        own: what it answers about the user's validation clips; None if there are none.
        comparison: with `parent`.
        data_fingerprint: SHA-256 of what was learned from.
        clips: genre → number of the user's training clips.
        copies: number of augmented copies learned from.
        n_known: see `genres`.
        epochs: that it was trained for.
        best_epoch: the one that it is from.
        settings: how it was trained.
        began: when, as `time.monotonic` tells it.
    """

    kind: Mode
    id: str
    created: dt.datetime
    parent: ModelVersion
    genres: tuple[str, ...]
    head: Head
    threshold: float
    reference: Answers | None
    own: Answers | None
    comparison: Comparison
    data_fingerprint: str
    clips: Mapping[str, int]
    copies: int
    n_known: int
    epochs: tuple[EpochReport, ...]
    best_epoch: int
    settings: QuickSettings | FullSettings
    began: float


def describe(
    made: NewVersion, training: Mapping[str, Any], libraries: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Return ``model.json`` of a new version, without `files`.

    Args:
        made: the version.
        training: what is to be said of this kind of training only.
        libraries: versions of what only this kind of training computes with.
    """
    return {
        "id": made.id,
        "name": None,
        "parent": made.parent.id,
        "created": made.created.isoformat(timespec="seconds"),
        "feature_version": FEATURE_VERSION,
        "genres": list(made.genres),
        "temperature": made.head.temperature,
        "thresholds": {"confidence": made.threshold},
        "metrics": _metrics(made),
        "data_fingerprint": made.data_fingerprint,
        "architecture": dict(made.parent.architecture),
        "training": {
            "kind": made.kind,
            "settings": asdict(made.settings),
            "seed": made.settings.seed,
            "replay": ESTIMATED if made.reference is None else MEASURED,
            **training,
            "clips": dict(made.clips),
            "copies": made.copies,
            "valid_clips": 0 if made.own is None else len(made.own.clip),
            "new_genres": list(made.genres[made.n_known :]),
            "epochs": [asdict(epoch) for epoch in made.epochs],
            "best_epoch": made.best_epoch,
            "seconds": round(time.monotonic() - made.began, 3),
            "versions": _library_versions() | dict(libraries or {}),
            "comparison": made.comparison.to_json(),
        },
    }


def _metrics(made: NewVersion) -> dict[str, Any]:
    """Return ``metrics``; without figures of the reference set where it can't be asked."""
    metrics: dict[str, Any] = {}
    if made.reference is not None:
        metrics = evaluation_to_json(made.reference.evaluation(made.genres))
        metrics["set"] = made.parent.metrics.get("set", "the fixed validation set")
    own = made.own
    return metrics | {"own": None if own is None else evaluation_to_json(own.evaluation(_all_genres(own)))}


def _all_genres(answers: Answers) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*answers.genres, *sorted(map(str, set(answers.truth)))]))


def _library_versions() -> dict[str, str]:
    """Return the versions of what every training computes with."""
    names = ("numpy", "scipy", "ai-edge-litert")
    return {
        "genre-app": genre_app.__version__,
        "python": platform.python_version(),
        **{name: importlib.metadata.version(name) for name in names},
    }


def build_version(
    description: dict[str, Any], contents: dict[str, bytes], parent: ModelVersion, measured: Answers | None
) -> ModelVersion:
    """Write a version, check that it answers as it should, and install it.

    Args:
        description: ``model.json`` without `files`.
        contents: of its files. Backbone, replay and training weights come from `parent` if not among them.
        parent: whose files are copied; a link would let damage to the one reach the other.
        measured: what it must answer about the fixed validation set; None if it can't be asked.

    Raises:
        VerificationError: if it answers something else.
        ModelDamagedError: if a file of `parent` is damaged.
        ModelStorageError: if it can't be written.
    """
    copied = [
        name
        for name in (BACKBONE_NAME, REPLAY_NAME, WEIGHTS_NAME)
        if name in parent.files and name not in contents
    ]
    with staged(str(description["id"])) as folder:
        files = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
        files |= {name: parent.files[name] for name in copied}
        with _storage(folder):
            for name in copied:
                (folder / name).write_bytes(read_version_file(parent, name))
            for name, content in contents.items():
                (folder / name).write_bytes(content)
            full = {**description, "files": dict(sorted(files.items()))}
            (folder / DESCRIPTION_NAME).write_bytes(seal_description(full))
        version = read_model_version(folder)
        verify_model_files(version)
        try:
            verify(version)
        except ValueError as error:
            raise VerificationError(reason=error) from error
        if not _same(reference_answers(version), measured):
            raise VerificationError(reason="its answers are not those that its training measured")
        return install(folder)


def _same(answers: Answers | None, measured: Answers | None) -> bool:
    if answers is None or measured is None:
        return answers is measured
    return answers.genres == measured.genres and np.allclose(
        answers.probabilities, measured.probabilities, atol=_TOLERANCE
    )


@contextlib.contextmanager
def _storage(path: Path) -> Any:
    try:
        yield
    except OSError as error:
        raise ModelStorageError(path=path, reason=error.strerror or error, details=str(error)) from error
