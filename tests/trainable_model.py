"""A tiny EfficientNet that can be trained in full in seconds, and enough clips to do so."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from genre_app.classifier import versions
from genre_app.classifier.litert import Backbone
from genre_app.classifier.model_version import WEIGHTS_NAME
from genre_app.dataset.data_set import DataSet
from genre_app.directories import models_directory
from genre_app.features.log_mel import N_MELS, WINDOW_FRAMES
from tests.audio_files import write_sndfile
from tests.tiny_model import GENRES, GROUPS, SAMPLE_RATE, band_noise, built_once, npz, write_model

TRAIN_CLIPS = 30
VALID_CLIPS = 6

# In a process of its own: no test that looks at loaded modules may find TensorFlow here.
_BUILD = """
import os, sys
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
from pathlib import Path
import json
import keras
import numpy as np
from dataclasses import asdict
from genre_app.training.architecture import EfficientNetConfig, build_backbone
from genre_app.training.export import convert_backbone, round_weights, weights_of

config = EfficientNetConfig(width=0.1, depth=0.1, lite=False, drop_connect=0.0)
keras.utils.set_random_seed(0)
network = build_backbone(config)
rng = np.random.default_rng(0)
for _ in range(30):
    x = rng.uniform(0.0, 0.3, (8, 128, 224, 1)).astype(np.float32)
    for one in x:
        band = 16 * int(rng.integers(8))
        one[band : band + 16] += 0.6
    network(x, training=True)
round_weights(network)
folder = Path(sys.argv[1])
folder.mkdir()
(folder / "architecture.json").write_text(json.dumps({"name": "efficientnet", **asdict(config)}))
(folder / "backbone.tflite").write_bytes(convert_backbone(network))
(folder / "weights").write_bytes(weights_of(network))
"""


@pytest.fixture(scope="session")
def trainable_network(pytestconfig: pytest.Config) -> Path:
    """Return a folder with the network, its weights and its architecture; built once, then kept."""
    return built_once(pytestconfig, "trainable", _BUILD)


def activate_trainable_model(network: Path, model_id: str = "start") -> str:
    """Make a version with that network the active one, with a replay of what it heard; return its id."""
    content = (network / "backbone.tflite").read_bytes()
    backbone = Backbone(content)
    rng = np.random.default_rng(0)
    label = np.repeat(np.arange(len(GENRES)), 12)
    embedding = np.stack([backbone(_log_mel(group, rng)).whole for group in label])
    centres = np.stack([embedding[label == group].mean(axis=0) for group in range(len(GENRES))])
    split = np.where(np.arange(label.size) % 12 < 8, "train", "valid")
    replay = npz(
        {
            "embedding": embedding.astype(np.float16),
            "label": label.astype(np.int16),
            "weight": np.ones(label.size, np.float32),
            "clip_id": np.array([f"{GENRES[k]} {i}" for i, k in enumerate(label)]),
            "split": split,
        }
    )
    head = npz(
        {
            "mean": embedding.mean(axis=0).astype(np.float32),
            "scale": np.full(embedding.shape[1], 1.0 / embedding.std(), np.float32),
            "kernel": ((centres - centres.mean(axis=0)) / embedding.std()).T.astype(np.float32),
            "bias": np.zeros(len(GENRES), np.float32),
        }
    )
    write_model(
        models_directory() / model_id,
        content,
        head,
        replay,
        {WEIGHTS_NAME: (network / "weights").read_bytes()},
        parent="base",
        architecture=json.loads((network / "architecture.json").read_text()),
    )
    versions.activate(model_id)
    return model_id


def _log_mel(group: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """Return what noise in a group of bands may look like, (128, 336), 0…255."""
    log_mel = rng.uniform(0.0, 60.0, (N_MELS, WINDOW_FRAMES))
    height = N_MELS // GROUPS
    log_mel[group * height : (group + 1) * height] += rng.uniform(60.0, 195.0)
    return log_mel.astype(np.float32)


def add_many_clips(folder: Path, n_train: int = TRAIN_CLIPS, n_valid: int = VALID_CLIPS) -> int:
    """Put short clips of two genres and of one that is new into the data set; return how many."""
    folder.mkdir()
    kinds = (("blues", 0), ("jazz", 5), ("polka", 7))
    paths: dict[str, list[Path]] = {genre: [] for genre, _ in kinds}
    for number in range(n_train + n_valid):
        genre, group = kinds[number % len(kinds)]
        path = folder / f"{genre} {number}.wav"
        write_sndfile(path, band_noise(group, 2.0, seed=number), SAMPLE_RATE)
        paths[genre].append(path)
    with DataSet() as data_set:
        data_set.create_genre("polka")
        for genre, files in paths.items():
            data_set.add(data_set.examine(files, genre))
        ids = sorted((int(clip.title.split()[-1]), clip.id) for clip in data_set.clips())
        data_set.pin([clip_id for _, clip_id in ids[:n_valid]], True, "valid")
        data_set.pin([clip_id for _, clip_id in ids[n_valid:]], True, "train")
        return data_set.count()
