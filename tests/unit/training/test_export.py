from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest

from genre_app.classifier.classifier import Classifier
from genre_app.classifier.head import Head, head_bytes
from genre_app.classifier.litert import Backbone
from genre_app.classifier.model_version import (
    BACKBONE_NAME,
    HEAD_NAME,
    WEIGHTS_NAME,
    read_model_version,
    verify_model_files,
)
from genre_app.training.architecture import EfficientNetConfig, build_backbone
from genre_app.training.export import (
    convert_backbone,
    load_weights,
    round_weights,
    weights_of,
    write_version,
)
from tests.unit.training.reference_like import make_clips

CONFIG = EfficientNetConfig(width=0.25, depth=0.4)
GENRES = [f"genre {i}" for i in range(10)]


@pytest.fixture(scope="module")
def backbone() -> keras.Model:
    """A small network whose batch normalisation has seen the data, so that its outputs are alive."""
    keras.utils.set_random_seed(0)
    network = build_backbone(CONFIG)
    x = make_clips(16, 0).log_mel[..., None].astype(np.float32) / 255
    for layer in network.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.momentum = 0.5  # it has seen enough sooner
    for _ in range(8):
        network(x, training=True)
    round_weights(network)
    return network


@pytest.fixture(scope="module")
def content(backbone: keras.Model) -> bytes:
    return convert_backbone(backbone)


def _head(embeddings: np.ndarray) -> Head:
    """A head that tells `embeddings` apart, as a fitted one would."""
    rng = np.random.default_rng(0)
    size = embeddings.shape[1]
    return Head(
        mean=embeddings.mean(axis=0),
        scale=1 / np.maximum(embeddings.std(axis=0), 1e-4),
        kernel=rng.normal(0, 0.05, (size, 10)).astype(np.float32),
        bias=np.zeros(10, np.float32),
        temperature=1.0,
    )


def test_litert_answers_as_keras_does(backbone: keras.Model, content: bytes) -> None:
    log_mels = make_clips(10, 1).log_mel.astype(np.float32)
    embeddings = np.asarray(backbone(log_mels[..., None] / 255)).mean(axis=1)
    head = _head(embeddings)
    by_keras = head.probabilities(embeddings)
    lite = Backbone(content)
    by_litert = head.probabilities(np.stack([lite(log_mel).whole for log_mel in log_mels]))
    assert np.ptp(by_keras, axis=0).max() > 0.1, "answers that are all alike compare nothing"
    np.testing.assert_allclose(by_litert, by_keras, atol=1e-3)


def test_weights_survive_storage(backbone: keras.Model) -> None:
    copy = build_backbone(CONFIG)
    load_weights(copy, weights_of(backbone))
    x = make_clips(4, 2).log_mel[..., None].astype(np.float32) / 255
    np.testing.assert_allclose(np.asarray(copy(x)), np.asarray(backbone(x)), atol=1e-5)


def test_weights_of_another_network_are_refused(backbone: keras.Model) -> None:
    with pytest.raises(ValueError, match="another network"):
        load_weights(build_backbone(EfficientNetConfig(width=0.25, depth=1.0)), weights_of(backbone))


def test_a_version_can_be_used_and_replaced(backbone: keras.Model, content: bytes, tmp_path: Path) -> None:
    contents = {
        BACKBONE_NAME: content,
        HEAD_NAME: head_bytes(_head(np.zeros((1, CONFIG.embedding_size), np.float32))),
        WEIGHTS_NAME: weights_of(backbone),
    }
    description = {
        "parent": None,
        "created": "2025-01-01T00:00:00+00:00",
        "genres": GENRES,
        "temperature": 1.0,
        "thresholds": {"confidence": 0.2},
        "metrics": {},
        "data_fingerprint": "none",
        "architecture": CONFIG.to_json(),
    }
    directory = tmp_path / "mine"
    write_version(directory, contents, description)
    write_version(directory, contents, description | {"temperature": 2.0})
    version = read_model_version(directory)
    verify_model_files(version)
    assert version.temperature == 2.0
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]
    classifier = Classifier.from_directory(directory)
    assert classifier.predict_log_mel(make_clips(1, 3).log_mel[0]).best_genre in GENRES


def test_a_version_without_its_head_is_not_written(content: bytes, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"head\.npz"):
        write_version(tmp_path / "mine", {BACKBONE_NAME: content}, {})
    assert not (tmp_path / "mine").exists()
