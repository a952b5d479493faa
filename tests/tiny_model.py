"""A real, tiny model for tests: built with Keras, converted for LiteRT, and it answers as one can foresee.

Its embedding is the mean of the log-mel in eight equal groups of bands, in eleven steps of time; its head
names the group that is fullest. So band-limited noise has a known genre, and a change of it a known moment.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import io
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from genre_app.classifier.model_version import seal_description
from genre_app.features.log_mel import N_MELS, SAMPLE_RATE, mel_frequencies

GROUPS = 8
STEPS = 11
GENRES = ("blues", "classical", "country", "disco", "hiphop", "jazz", "metal", "pop")
"""The genre of each group of bands, from the lowest to the highest."""

# Runs in a process of its own: no test that looks at loaded modules may find TensorFlow here.
_BUILD = """
import os, sys
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras
import numpy as np
import tensorflow as tf

window = keras.Input((128, 336, 1), batch_size=1)
mean_of_group = keras.layers.Conv2D(8, (128, 32), strides=(128, 30), use_bias=False)
local = keras.layers.Reshape((11, 8), name="local_embeddings")(mean_of_group(window))
whole = keras.layers.GlobalAveragePooling1D(name="embedding")(local)
model = keras.Model(window, {"embedding": whole, "local_embeddings": local})
weights = np.zeros((128, 32, 1, 8), dtype=np.float32)
for group in range(8):
    weights[16 * group : 16 * (group + 1), :, :, group] = 1 / (16 * 32)
mean_of_group.set_weights([weights])
with open(sys.argv[1], "wb") as file:
    file.write(tf.lite.TFLiteConverter.from_keras_model(model).convert())
"""


def band_noise(
    group: int, seconds: float, sample_rate: int = SAMPLE_RATE, seed: int = 0
) -> NDArray[np.float32]:
    """Return noise in the bands of `group` alone, shape (n,), RMS -20 dBFS."""
    n = round(seconds * sample_rate)
    centres = mel_frequencies()[group * N_MELS // GROUPS : (group + 1) * N_MELS // GROUPS]
    frequencies = np.fft.rfftfreq(n, 1 / sample_rate)
    rng = np.random.default_rng(seed)
    spectrum = rng.normal(size=frequencies.size) + 1j * rng.normal(size=frequencies.size)
    # Slaney's bands widen with frequency; falling power fills them evenly.
    spectrum *= 1 / np.sqrt(np.maximum(frequencies, 1.0))
    spectrum[(frequencies < centres[0]) | (frequencies > centres[-1])] = 0.0
    noise = np.fft.irfft(spectrum, n)
    return np.asarray(0.1 * noise / np.sqrt(np.mean(noise**2)), dtype=np.float32)


def head_arrays() -> dict[str, NDArray[np.float32]]:
    """Return the arrays of the tiny model's head: the fullest group wins clearly."""
    return {
        "mean": np.zeros(GROUPS, dtype=np.float32),
        "scale": np.full(GROUPS, 40.0, dtype=np.float32),
        "kernel": np.eye(GROUPS, dtype=np.float32),
        "bias": np.zeros(GROUPS, dtype=np.float32),
    }


def npz(arrays: dict[str, Any]) -> bytes:
    """Return `arrays` as the bytes of an .npz file."""
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    return buffer.getvalue()


def replay_bytes(per_genre: int = 12, seed: int = 0) -> bytes:
    """Return a replay.npz of the tiny network: embeddings as it computes them of noise in one group of bands.

    The first two thirds of each genre's are for training, the others are the validation set.
    """
    rng = np.random.default_rng(seed)
    label = np.repeat(np.arange(GROUPS), per_genre)
    n_train = 2 * per_genre // 3
    split = np.where(np.tile(np.arange(per_genre), GROUPS) < n_train, "train", "valid")
    return npz(
        {
            "embedding": group_embeddings(label, rng).astype(np.float16),
            "label": label.astype(np.int16),
            "weight": np.ones(label.size, np.float32),
            "clip_id": np.array([f"{GENRES[k]}.{i:05}" for i, k in enumerate(label)]),
            "split": split,
        }
    )


def group_embeddings(group: NDArray[np.int_], rng: np.random.Generator) -> NDArray[np.float32]:
    """Return embeddings (n, 8) of sounds that are fullest in the given group of bands, some barely."""
    embedding = rng.uniform(0.1, 0.5, (group.size, GROUPS))
    embedding[np.arange(group.size), group.astype(np.int64)] += rng.uniform(0.1, 0.4, group.size)
    return embedding.astype(np.float32)


def write_model(
    directory: Path,
    backbone: bytes,
    head: bytes | None = None,
    replay: bytes | None = None,
    others: dict[str, bytes] | None = None,
    **changes: Any,
) -> Path:
    """Write a model version named like `directory` and return that; `changes` go into its description."""
    directory.mkdir(parents=True)
    contents = {"backbone.tflite": backbone, "head.npz": npz(head_arrays()) if head is None else head}
    if replay is not None:
        contents["replay.npz"] = replay
    contents |= others or {}
    for name, content in contents.items():
        (directory / name).write_bytes(content)
    description: dict[str, object] = {
        "id": directory.name,
        "parent": None,
        "created": "2025-01-01T00:00:00+00:00",
        "feature_version": 1,
        "genres": list(GENRES),
        "temperature": 1.0,
        "thresholds": {"confidence": 0.5},
        "metrics": {},
        "data_fingerprint": "none: its weights are written by hand",
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()},
        "architecture": {"name": "tiny"},
    }
    description.update(changes)
    (directory / "model.json").write_bytes(seal_description(description))
    return directory


def built_once(pytestconfig: pytest.Config, name: str, program: str, suffix: str = "") -> Path:
    """Return what the Python `program` writes to the path that it is given; kept in pytest's cache."""
    assert pytestconfig.cache is not None
    builder = f"{program} {importlib.metadata.version('keras')}"
    file_name = f"{name}-{hashlib.sha256(builder.encode()).hexdigest()[:16]}{suffix}"
    path = pytestconfig.cache.mkdir("models") / file_name
    if not path.exists():
        partial = path.with_suffix(f".{os.getpid()}")
        result = subprocess.run(
            [sys.executable, "-c", program, str(partial)], capture_output=True, text=True, timeout=300
        )
        assert result.returncode == 0, result.stderr
        partial.replace(path)
    return path


@pytest.fixture(scope="session")
def tiny_backbone(pytestconfig: pytest.Config) -> bytes:
    """Return the tiny network as the bytes of a .tflite file; built once, then kept in pytest's cache."""
    return built_once(pytestconfig, "tiny", _BUILD, ".tflite").read_bytes()


@pytest.fixture
def install_tiny_model(tiny_backbone: bytes, genre_app_home: Path) -> Callable[..., str]:
    """Return a function that installs a tiny model among the user's and returns its id."""

    def install(model_id: str = "tiny", **changes: Any) -> str:
        write_model(genre_app_home / "data" / "models" / model_id, tiny_backbone, **changes)
        return model_id

    return install
