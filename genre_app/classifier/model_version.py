"""Model versions on disk: found, checked to the last byte, and one of them active.

A version is a folder named like its id: ``model.json`` describes it and carries the SHA-256 of every other
file and of itself, ``backbone.tflite`` is the network, ``head.npz`` its last layer. Nothing in it can carry
code.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import math
import os
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from genre_app.classifier.errors import (
    ModelDamagedError,
    ModelFeatureVersionError,
    ModelMissingError,
)
from genre_app.classifier.head import Head, read_head
from genre_app.directories import models_directory, shipped_models_directory
from genre_app.features.log_mel import FEATURE_VERSION

BASE_MODEL_ID: Final = "base"
DESCRIPTION_NAME: Final = "model.json"
BACKBONE_NAME: Final = "backbone.tflite"
HEAD_NAME: Final = "head.npz"
WEIGHTS_NAME: Final = "backbone.weights.safetensors"
_ACTIVE_NAME: Final = "active.json"

_SEAL: Final = "sha256"
_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_FILE_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_MAX_DESCRIPTION_BYTES: Final = 4 * 1024 * 1024
_MAX_FILE_BYTES: Final = 1024 * 1024 * 1024
_MAX_GENRES: Final = 1000
_MAX_NAME: Final = 100

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ModelVersion:
    """What ``model.json`` says, checked.

    Attributes:
        directory: the folder.
        id: its name; letters, digits, ``.``, ``_`` and ``-``.
        parent: id of the version it was trained from, or None.
        created: when, ISO 8601 text.
        feature_version: of the log-mel it was trained on; always that of this program.
        genres: the names it knows, in the order of the head's outputs; unique.
        temperature: that logits are divided by.
        confidence_threshold: below it an answer is "unsure", 0…1.
        metrics: as measured on the fixed validation set.
        data_fingerprint: of the clips it was trained on.
        files: file name → SHA-256 in lower-case hexadecimal.
        architecture: the network's parameters, for training.
        name: that the user gave it, or None.
        training: how it was made: settings, clips, curves, versions of libraries; empty if it doesn't say.
    """

    directory: Path
    id: str
    parent: str | None
    created: str
    feature_version: int
    genres: tuple[str, ...]
    temperature: float
    confidence_threshold: float
    metrics: Mapping[str, Any]
    data_fingerprint: str
    files: Mapping[str, str]
    architecture: Mapping[str, Any]
    name: str | None
    training: Mapping[str, Any]


def seal_description(description: Mapping[str, Any]) -> bytes:
    """Return the content of a ``model.json`` that says `description`, with the SHA-256 of that in it."""
    unsealed = {name: value for name, value in description.items() if name != _SEAL}
    sealed = {**unsealed, _SEAL: _digest(unsealed)}
    return (json.dumps(sealed, indent=1, ensure_ascii=False) + "\n").encode()


def is_model_id(text: str) -> bool:
    """Return whether a version can have `text` as its id."""
    return _ID.fullmatch(text) is not None


def is_model_file_name(text: str) -> bool:
    """Return whether a file of a version can be called `text`; it never is a path."""
    return _FILE_NAME.fullmatch(text) is not None


def is_model_name(text: str) -> bool:
    """Return whether a user can call a version `text`: 1 to 100 printable characters, none around them."""
    return 1 <= len(text) <= _MAX_NAME and text == text.strip() and text.isprintable()


def find_model(model_id: str) -> Path:
    """Return the folder of the version named `model_id`.

    A version of the user's can't take the place of one that ships with the program.

    Raises:
        ModelMissingError: if there is none, or the name is not one that a version can have.
    """
    if _ID.fullmatch(model_id):
        shipped = shipped_models_directory() / model_id
        if (shipped / DESCRIPTION_NAME).is_file():
            return shipped
        # A home that can't be written to holds no models; that is no reason to fail.
        with contextlib.suppress(OSError):
            own = models_directory() / model_id
            if (own / DESCRIPTION_NAME).is_file():
                return own
    raise ModelMissingError(model=model_id)


def active_model_id() -> str:
    """Return the id of the version that answers when none is named; the shipped one unless set otherwise.

    An unreadable pointer is logged and counts as not set.
    """
    try:
        stored = json.loads((models_directory() / _ACTIVE_NAME).read_bytes())
        model_id = stored["model"]
        if not isinstance(model_id, str):
            raise TypeError(f"the model's id is {model_id!r}")
    except FileNotFoundError:
        return BASE_MODEL_ID
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        _log.warning("%s is not readable, the shipped model answers: %s", _ACTIVE_NAME, error)
        return BASE_MODEL_ID
    return model_id


def set_active_model(model_id: str) -> None:
    """Make `model_id` the version that answers when none is named.

    Raises:
        ModelMissingError: if there is no such version.
        ModelDamagedError, ModelFeatureVersionError: if it can't be used; the active one stays.
        OSError: if the choice can't be written.
    """
    verify_model_files(read_model_version(find_model(model_id)))
    replace_file(models_directory() / _ACTIVE_NAME, (json.dumps({"model": model_id}) + "\n").encode())


def replace_file(path: Path, content: bytes) -> None:
    """Let `path` hold `content`: after a crash at any moment it is the old file or the new one, whole.

    Raises:
        OSError: if it can't be written; the old file is still there.
    """
    partial = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}.partial")
    try:
        with partial.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def read_model_version(directory: Path) -> ModelVersion:
    """Return the checked description of the version in `directory`.

    Its other files are checked when they are read, by `read_model_files`.

    Raises:
        ModelMissingError: if there is no ``model.json``.
        ModelDamagedError: if it does not say what it must, or not in the form it must.
        ModelFeatureVersionError: if the model was trained on another version of the log-mel.
    """
    path = directory / DESCRIPTION_NAME
    try:
        if path.stat().st_size > _MAX_DESCRIPTION_BYTES:
            raise _damaged(directory, f"{DESCRIPTION_NAME} is too large")
        description = json.loads(path.read_bytes())
    except FileNotFoundError as error:
        raise ModelMissingError(model=directory.name) from error
    except (OSError, ValueError, RecursionError) as error:
        raise _damaged(directory, f"{DESCRIPTION_NAME} can't be read ({error})") from error
    try:
        return _checked(directory, description)
    except _FaultError as fault:
        raise _damaged(directory, f"{DESCRIPTION_NAME}: {fault}") from fault


def read_model_files(version: ModelVersion) -> tuple[bytes, Head]:
    """Return the content of the backbone and the head of `version`, checked.

    What is returned is the very content that was compared with its SHA-256, so nothing can change in between.
    Files that predicting does not need, such as training weights, are left to `verify_model_files`.

    Raises:
        ModelDamagedError: if a file is missing, differs from its SHA-256, or the head does not fit.
    """
    contents = {name: read_version_file(version, name) for name in (BACKBONE_NAME, HEAD_NAME)}
    try:
        head = read_head(contents[HEAD_NAME], len(version.genres), version.temperature)
    except ValueError as error:
        raise _damaged(version.directory, str(error)) from error
    return contents[BACKBONE_NAME], head


def read_version_file(version: ModelVersion, name: str) -> bytes:
    """Return the content of a file of `version`, the very content that was compared with its SHA-256.

    Raises:
        ModelDamagedError: if the description does not list it, or it is missing or differs.
    """
    if name not in version.files:
        raise _damaged(version.directory, f"it has no {name}")
    path = version.directory / name
    try:
        if path.stat().st_size > _MAX_FILE_BYTES:
            raise _damaged(version.directory, f"{name} is too large")
        content = path.read_bytes()
    except OSError as error:
        raise _damaged(version.directory, f"{name} can't be read ({error.strerror})") from error
    if hashlib.sha256(content).hexdigest() != version.files[name]:
        raise _damaged(version.directory, f"{name} differs from its check sum")
    return content


def verify_model_files(version: ModelVersion) -> None:
    """Compare every file that the description lists with its SHA-256.

    Raises:
        ModelDamagedError: if one is missing or differs, or the head does not fit.
    """
    read_model_files(version)
    for name in version.files.keys() - {BACKBONE_NAME, HEAD_NAME}:
        try:
            with (version.directory / name).open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise _damaged(version.directory, f"{name} can't be read ({error.strerror})") from error
        if digest != version.files[name]:
            raise _damaged(version.directory, f"{name} differs from its check sum")


class _FaultError(Exception):
    """Says what is wrong with a description."""


def _damaged(directory: Path, reason: str) -> ModelDamagedError:
    return ModelDamagedError(model=directory.name, reason=reason, details=f"{directory}: {reason}")


def _entry(description: Mapping[str, Any], name: str, kind: type | tuple[type, ...], what: str) -> Any:
    value = description.get(name)
    # In Python a bool is an int; in a description it is neither a number nor a version.
    if name not in description or not isinstance(value, kind) or isinstance(value, bool):
        raise _FaultError(f"“{name}” is missing or not {what}")
    return value


def _number(description: Mapping[str, Any], name: str) -> float:
    value = float(_entry(description, name, (int, float), "a number"))
    if not math.isfinite(value):
        raise _FaultError(f"“{name}” is not a finite number")
    return value


def _checked(directory: Path, description: object) -> ModelVersion:
    if not isinstance(description, dict):
        raise _FaultError("it is not a JSON object")

    model_id = _entry(description, "id", str, "text")
    if not _ID.fullmatch(model_id) or model_id != directory.name:
        raise _FaultError(f"the id {model_id!r} is not the folder's name {directory.name!r}")
    feature_version = _entry(description, "feature_version", int, "a whole number")
    if feature_version != FEATURE_VERSION:
        raise ModelFeatureVersionError(
            model=model_id, model_version=feature_version, program_version=FEATURE_VERSION
        )

    genres = _entry(description, "genres", list, "a list")
    if not all(isinstance(genre, str) and genre.strip() and genre.isprintable() for genre in genres):
        raise _FaultError("a genre is not a name")
    if not 2 <= len(genres) <= _MAX_GENRES or len(set(genres)) != len(genres):
        raise _FaultError("the genres are fewer than two or not all different")

    temperature = _number(description, "temperature")
    if temperature <= 0.0:
        raise _FaultError("“temperature” is not greater than 0")
    thresholds = _entry(description, "thresholds", dict, "an object")
    try:
        threshold = _number(thresholds, "confidence")
    except _FaultError as fault:
        raise _FaultError(f"in “thresholds”, {fault}") from fault
    if not 0.0 <= threshold <= 1.0:
        raise _FaultError("in “thresholds”, “confidence” is not between 0 and 1")

    files = _entry(description, "files", dict, "an object")
    for name, digest in files.items():
        if not _FILE_NAME.fullmatch(name) or not isinstance(digest, str) or not _SHA256.fullmatch(digest):
            raise _FaultError(f"the file {name!r} has no proper name or no SHA-256")
    missing = {BACKBONE_NAME, HEAD_NAME} - files.keys()
    if missing:
        raise _FaultError(f"“files” lacks {', '.join(sorted(missing))}")

    name = description.get("name")
    if name is not None and not (isinstance(name, str) and is_model_name(name)):
        raise _FaultError("“name” is not a name")
    training = description.get("training", {})
    if not isinstance(training, dict):
        raise _FaultError("“training” is not an object")

    version = ModelVersion(
        directory=directory,
        id=model_id,
        parent=_entry(description, "parent", (str, type(None)), "text or null"),
        created=_entry(description, "created", str, "text"),
        feature_version=feature_version,
        genres=tuple(genres),
        temperature=temperature,
        confidence_threshold=threshold,
        metrics=_entry(description, "metrics", dict, "an object"),
        data_fingerprint=_entry(description, "data_fingerprint", str, "text"),
        files=dict(files),
        architecture=_entry(description, "architecture", dict, "an object"),
        name=name,
        training=training,
    )
    _check_seal(directory, description)
    return version


def _check_seal(directory: Path, description: Mapping[str, Any]) -> None:
    """Notice entries that changed into others as well formed: genres in another order, another threshold."""
    # What ships with the program is looked after by what installed it, and may have been made before seals.
    shipped = directory.resolve().parent == shipped_models_directory().resolve()
    if _SEAL not in description and shipped:
        return
    unsealed = {name: value for name, value in description.items() if name != _SEAL}
    if description.get(_SEAL) != _digest(unsealed):
        raise _FaultError("it differs from its check sum")


def _digest(description: Mapping[str, Any]) -> str:
    canonical = json.dumps(description, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()
