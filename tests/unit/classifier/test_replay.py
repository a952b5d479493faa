from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from genre_app.classifier.errors import ModelDamagedError
from genre_app.classifier.model_version import read_model_version
from genre_app.classifier.replay import Replay, read_anchor, read_replay
from genre_app.directories import shipped_models_directory
from tests.tiny_model import GENRES, npz, replay_bytes, write_model


def read(directory: Path) -> Replay:
    version = read_model_version(directory)
    return read_replay(version, read_anchor(version))


def test_it_is_split(tmp_path: Path, tiny_backbone: bytes) -> None:
    replay = read(write_model(tmp_path / "v", tiny_backbone, replay=replay_bytes(12)))
    assert (len(replay.train.label), len(replay.valid.label)) == (64, 32)
    assert not set(replay.train.clip) & set(replay.valid.clip)
    assert replay.train.embedding.dtype == np.float32


def test_a_version_without_one_says_so(tmp_path: Path, tiny_backbone: bytes) -> None:
    with pytest.raises(ModelDamagedError, match=r"it has no replay\.npz"):
        read(write_model(tmp_path / "v", tiny_backbone))


def test_a_version_is_its_own_anchor(tmp_path: Path, tiny_backbone: bytes) -> None:
    anchor = read_anchor(read_model_version(write_model(tmp_path / "v", tiny_backbone)))
    assert (anchor.genres, anchor.threshold) == (GENRES, 0.5)


def nonsense() -> list[Callable[[dict[str, Any]], dict[str, Any]]]:
    return [
        lambda arrays: {name: arrays[name] for name in arrays if name != "split"},
        lambda arrays: arrays | {"more": np.zeros(3)},
        lambda arrays: arrays | {"embedding": arrays["embedding"][:, :7]},
        lambda arrays: arrays | {"embedding": arrays["embedding"][1:]},
        lambda arrays: arrays | {"embedding": np.full_like(arrays["embedding"], np.nan)},
        lambda arrays: arrays | {"label": arrays["label"] + 1},
        lambda arrays: arrays | {"label": arrays["label"] - 2},
        lambda arrays: arrays | {"label": arrays["label"].astype(np.float32)},
        lambda arrays: arrays | {"weight": -arrays["weight"]},
        lambda arrays: arrays | {"split": np.full(len(arrays["split"]), "test")},
        lambda arrays: arrays | {"split": np.full(len(arrays["split"]), "train")},
        lambda arrays: arrays | {"split": np.full(len(arrays["split"]), "valid")},
        lambda arrays: {name: array[:0] for name, array in arrays.items()},
        lambda arrays: arrays | {"clip_id": np.array([object()] * len(arrays["split"]))},
    ]


@pytest.mark.parametrize("change", nonsense())
def test_nonsense_is_refused(
    change: Callable[[dict[str, Any]], dict[str, Any]], tmp_path: Path, tiny_backbone: bytes
) -> None:
    with np.load(io.BytesIO(replay_bytes())) as stored:
        arrays = {name: stored[name] for name in stored.files}
    directory = write_model(tmp_path / "v", tiny_backbone, replay=npz(change(arrays)))
    with pytest.raises(ModelDamagedError):
        read(directory)


def test_what_is_no_archive_is_refused(tmp_path: Path, tiny_backbone: bytes) -> None:
    with pytest.raises(ModelDamagedError, match="can't be read"):
        read(write_model(tmp_path / "v", tiny_backbone, replay=b"no archive"))


def test_the_shipped_one_is_read() -> None:
    replay = read(shipped_models_directory() / "base")
    assert len(replay.valid.label) >= 100
    assert len(set(replay.train.label)) >= 10
