"""What a full training writes down after each epoch, so that it can go on after whatever happens.

Arrays are safetensors files, named in ``state.json`` with their SHA-256; that file is replaced at the very
last, in one step, so it never names what is not there whole. Only arrays are read back, never code.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import safetensors
import safetensors.numpy
from numpy.typing import NDArray

from genre_app.classifier.model_version import replace_file
from genre_app.training.run_files import full_directory, full_state_file

Arrays = dict[str, NDArray[Any]]


class CheckpointError(ValueError):
    """A checkpoint is not what was written."""


def write_checkpoint(state: dict[str, Any], arrays: dict[str, Arrays]) -> dict[str, Any]:
    """Write `state`, and `arrays` by their names; arrays of other names that it had before stay.

    Returns:
        `state` as it was written: its entry ``files`` says where the arrays are.

    Raises:
        OSError: if it can't be written; what was there before is still usable.
    """
    folder = full_directory()
    folder.mkdir(parents=True, exist_ok=True)
    files = dict(state.get("files", {}))
    for name, content in arrays.items():
        # An array that is not contiguous would be written in another order.
        data = safetensors.numpy.save({key: np.asarray(value, order="C") for key, value in content.items()})
        digest = hashlib.sha256(data).hexdigest()
        path = folder / f"{name}-{digest[:16]}.safetensors"
        _write(path, data)
        files[name] = {"file": path.name, "sha256": digest}
    written = {**state, "files": files}
    replace_file(full_state_file(), (json.dumps(written, indent=1) + "\n").encode())
    kept = {one["file"] for one in files.values()}
    for path in folder.glob("*.safetensors*"):
        if path.name not in kept:
            with contextlib.suppress(OSError):
                path.unlink()
    return written


def read_arrays(state: dict[str, Any], name: str) -> Arrays:
    """Return the arrays that were written as `name` with `state`.

    Raises:
        CheckpointError: if they are gone or damaged.
    """
    try:
        entry = state["files"][name]
        file = str(entry["file"])
        if Path(file).name != file:
            raise CheckpointError(f"{file} is no name of a file")
        data = (full_directory() / file).read_bytes()
        if hashlib.sha256(data).hexdigest() != entry["sha256"]:
            raise CheckpointError(f"{file} differs from its check sum")
        return dict(safetensors.numpy.load(data))
    except (OSError, LookupError, TypeError, safetensors.SafetensorError) as error:
        raise CheckpointError(f"the arrays “{name}” can't be read ({error})") from error


def _write(path: Path, data: bytes) -> None:
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    with partial.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
