from __future__ import annotations

import collections
import pickle
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from genre_app.training.architecture import EfficientNetConfig, build_backbone
from genre_app.training.imagenet import load_imagenet_weights, read_state

_MAGIC = 0x1950A86A20F9469CFC6C


class _Global:
    """Pickles as a reference to a name of PyTorch's, which isn't installed here."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, *_: object) -> None:
        """Callable, as pickle demands of a reducer."""


class _Pickler(pickle._Pickler):
    """Writes tensors as PyTorch did before 1.6."""

    def save_global(self, obj: Any, name: str | None = None) -> None:
        if isinstance(obj, _Global):
            self.write(b"c" + obj.name.replace(" ", "\n").encode() + b"\n")
        else:
            super().save_global(obj, name)

    def persistent_id(self, obj: Any) -> Any:
        return obj.pid if isinstance(obj, _Storage) else None


class _Storage:
    def __init__(self, key: str, size: int) -> None:
        self.pid = ("storage", _FLOAT, key, "cpu", size, None)


class _Tensor:
    def __init__(
        self, storage: _Storage, offset: int, shape: tuple[int, ...], strides: tuple[int, ...]
    ) -> None:
        self._arguments = (storage, offset, shape, strides, False, collections.OrderedDict())

    def __reduce__(self) -> Any:
        return _REBUILD, self._arguments


_FLOAT = _Global("torch FloatStorage")
_REBUILD = _Global("torch._utils _rebuild_tensor_v2")
_Pickler.dispatch = {**_Pickler.dispatch, _Global: lambda pickler, obj: pickler.save_global(obj)}


def _write(path: Path, state: object, storages: dict[str, np.ndarray]) -> Path:
    with path.open("wb") as file:
        for value in (_MAGIC, 1001, {"little_endian": True}):
            pickle.dump(value, file, protocol=2)
        _Pickler(file, protocol=2).dump(state)
        pickle.dump(list(storages), file, protocol=2)
        for values in storages.values():
            file.write(struct.pack("<q", values.size) + values.astype("<f4").tobytes())
    return path


def test_reads_tensors_that_are_views(tmp_path: Path) -> None:
    """The weights were transposed when they were made: their strides are not those of a fresh array."""
    values = np.arange(24, dtype=np.float32)
    storage = _Storage("7", 24)
    state = collections.OrderedDict(
        plain=_Tensor(storage, 0, (4, 6), (6, 1)),
        transposed=_Tensor(storage, 0, (6, 4), (1, 6)),
        part=_Tensor(storage, 2, (3,), (1,)),
    )
    read = read_state(_write(tmp_path / "weights.pth", state, {"7": values}))
    np.testing.assert_array_equal(read["plain"], values.reshape(4, 6))
    np.testing.assert_array_equal(read["transposed"], values.reshape(4, 6).T)
    np.testing.assert_array_equal(read["part"], [2, 3, 4])


def test_refuses_a_file_that_would_run_code(tmp_path: Path) -> None:
    path = tmp_path / "weights.pth"
    path.write_bytes(b"cos\nsystem\n(S'true'\ntR.")
    with pytest.raises(pickle.UnpicklingError, match=r"os\.system"):
        read_state(path)


def test_refuses_another_format(tmp_path: Path) -> None:
    path = tmp_path / "weights.pth"
    path.write_bytes(pickle.dumps({"no": "magic"}))
    with pytest.raises(pickle.UnpicklingError, match="not a PyTorch weights file"):
        read_state(path)


def test_a_size_without_weights_is_refused() -> None:
    config = EfficientNetConfig(width=0.25, depth=0.4)
    with pytest.raises(ValueError, match="Lite0"):
        load_imagenet_weights(build_backbone(config), config)
