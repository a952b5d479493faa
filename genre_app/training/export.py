"""Writes a trained network as a model version: LiteRT for predicting, weights for further training."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import keras
import numpy as np
import safetensors.numpy

from genre_app.classifier.model_version import (
    BACKBONE_NAME,
    DESCRIPTION_NAME,
    HEAD_NAME,
    seal_description,
)
from genre_app.features.log_mel import FEATURE_VERSION, N_MELS, WINDOW_FRAMES


def convert_backbone(backbone: keras.Model) -> bytes:
    """Return `backbone` as a LiteRT model with float32 weights.

    With float16 ones it is half as large, but its probabilities differ by up to 0.006 (measured), because
    batch normalisation is folded into the weights before they are rounded.

    Input: `log_mel`, float32 (1, 128, 336, 1), 0…1. Outputs: `local_embeddings`, float32 (1, T, D), and
    `embedding`, float32 (1, D), their mean.
    """
    import tensorflow as tf

    window = keras.Input((N_MELS, WINDOW_FRAMES, 1), batch_size=1, name="log_mel")
    local = backbone(window)
    embedding = keras.layers.GlobalAveragePooling1D()(local)
    model = keras.Model(window, {"embedding": embedding, "local_embeddings": local})
    return bytes(tf.lite.TFLiteConverter.from_keras_model(model).convert())


def round_weights(backbone: keras.Model) -> None:
    """Round the weights of `backbone` to float16, the form in which `weights_of` keeps them.

    Done before the conversion, LiteRT and the kept weights are the very same network.
    """
    for weight in backbone.weights:
        weight.assign(np.asarray(weight.value).astype(np.float16).astype(np.float32))


def weights_of(backbone: keras.Model) -> bytes:
    """Return the weights of `backbone` by their paths, float16, as the bytes of a safetensors file."""
    arrays = {weight.path: np.asarray(weight.value).astype(np.float16) for weight in backbone.weights}
    return bytes(safetensors.numpy.save(arrays))


def load_weights(backbone: keras.Model, content: bytes) -> None:
    """Set the weights of `backbone` to those that `weights_of` returned.

    Raises:
        ValueError: if names or shapes are not those of the network.
    """
    arrays = safetensors.numpy.load(content)
    if arrays.keys() != {weight.path for weight in backbone.weights}:
        raise ValueError("the weights belong to another network")
    for weight in backbone.weights:
        weight.assign(arrays[weight.path].astype(np.float32))


def write_version(directory: Path, contents: dict[str, bytes], description: dict[str, Any]) -> None:
    """Write a model version into `directory`, replacing its files only when all of them are on disk.

    Args:
        directory: whose name is the version's id.
        contents: of every file but ``model.json``.
        description: ``model.json`` without `id`, `feature_version` and `files`, which are added.
    """
    missing = {BACKBONE_NAME, HEAD_NAME} - contents.keys()
    if missing:
        raise ValueError(f"a model version needs {sorted(missing)}")
    full = {
        "id": directory.name,
        **description,
        "feature_version": FEATURE_VERSION,
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in sorted(contents.items())},
    }
    directory.parent.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(prefix=f".{directory.name}-", dir=directory.parent))
    try:
        for name, content in contents.items():
            _write_durably(building / name, content)
        _write_durably(building / DESCRIPTION_NAME, seal_description(full))
        building.chmod(0o755)
        if directory.exists():
            shutil.rmtree(directory)
        building.rename(directory)
    finally:
        shutil.rmtree(building, ignore_errors=True)


def _write_durably(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
