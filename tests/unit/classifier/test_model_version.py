from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from genre_app.classifier.classifier import Classifier
from genre_app.classifier.errors import (
    ModelDamagedError,
    ModelFeatureVersionError,
    ModelMissingError,
)
from genre_app.classifier.model_version import (
    active_model_id,
    find_model,
    read_model_version,
    seal_description,
    set_active_model,
    verify_model_files,
)
from genre_app.directories import models_directory, shipped_models_directory
from tests.tiny_model import GENRES, head_arrays, npz, write_model


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tiny_backbone: bytes) -> Path:
    """Let a folder of ours, with a tiny model named base, be the shipped models."""
    monkeypatch.setattr("genre_app.classifier.model_version.shipped_models_directory", lambda: tmp_path)
    return write_model(tmp_path / "base", tiny_backbone)


def rewrite(directory: Path, change: Callable[[dict[str, Any]], object]) -> None:
    path = directory / "model.json"
    description = json.loads(path.read_text(encoding="utf-8"))
    change(description)
    path.write_bytes(seal_description(description))


def test_a_description_is_read(tmp_path: Path, tiny_backbone: bytes) -> None:
    directory = write_model(tmp_path / "v2", tiny_backbone, parent="base", metrics={"accuracy": 0.7})
    version = read_model_version(directory)
    verify_model_files(version)
    assert (version.id, version.parent, version.genres) == ("v2", "base", GENRES)
    assert (version.temperature, version.confidence_threshold) == (1.0, 0.5)
    assert version.metrics["accuracy"] == 0.7
    assert set(version.files) == {"backbone.tflite", "head.npz"}


@pytest.mark.parametrize(
    "change",
    [
        *({"id": value} for value in (None, 3, "other", "../up")),
        *({"parent": value} for value in (3, [], False)),
        *({"created": value} for value in (None, 3)),
        *({"feature_version": value} for value in (None, "1", 1.0, True)),
        *(
            {"genres": value}
            for value in (None, "rock", [], ["rock"], ["rock", "rock"], ["rock", 3], ["", "a"])
        ),
        *({"genres": ["rock", value]} for value in ("  ", "a\nb", "a\x1b[31m")),
        *({"temperature": value} for value in (None, "1", 0, -1.0, float("nan"), float("inf"), True)),
        *({"thresholds": value} for value in (None, [], {}, {"confidence": 2}, {"confidence": "0.5"})),
        *({"files": value} for value in (None, [], {}, {"backbone.tflite": "0" * 64})),
        *({"metrics": value} for value in (None, [])),
        {"data_fingerprint": 7},
        {"architecture": None},
    ],
    ids=repr,
)
def test_a_description_that_is_not_as_it_must_be_is_refused(
    change: dict[str, object], tmp_path: Path, tiny_backbone: bytes
) -> None:
    directory = write_model(tmp_path / "v2", tiny_backbone, **change)
    with pytest.raises(ModelDamagedError) as caught:
        read_model_version(directory)
    assert next(iter(change)).removesuffix("s") in caught.value.message
    assert "v2" in caught.value.message


@pytest.mark.parametrize(
    "name",
    ["id", "parent", "created", "feature_version", "genres", "temperature", "thresholds", "metrics",
     "data_fingerprint", "files", "architecture"],
)  # fmt: skip
def test_a_missing_entry_is_named(name: str, tmp_path: Path, tiny_backbone: bytes) -> None:
    directory = write_model(tmp_path / "v2", tiny_backbone)
    rewrite(directory, lambda description: description.pop(name))
    with pytest.raises(ModelDamagedError, match=name):
        read_model_version(directory)


@pytest.mark.parametrize("name", ["../evil", "/etc/passwd", "a/b", "", ".hidden", "a\\b"])
def test_a_file_outside_of_the_folder_is_refused(name: str, tmp_path: Path, tiny_backbone: bytes) -> None:
    directory = write_model(tmp_path / "v2", tiny_backbone)
    rewrite(directory, lambda description: description["files"].update({name: "0" * 64}))
    with pytest.raises(ModelDamagedError, match="proper name"):
        read_model_version(directory)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "\xff", "[" * 100_000])
def test_what_is_no_description_is_refused(text: str, tmp_path: Path, tiny_backbone: bytes) -> None:
    directory = write_model(tmp_path / "v2", tiny_backbone)
    (directory / "model.json").write_bytes(text.encode("latin-1"))
    with pytest.raises(ModelDamagedError):
        read_model_version(directory)


@pytest.mark.parametrize(
    "change",
    [
        {"genres": [*GENRES[1::-1], *GENRES[2:]]},
        {"temperature": 1.5},
        {"thresholds": {"confidence": 0.0}},
        {"parent": "another"},
        {"metrics": {"accuracy": 1.0}},
        {"sha256": "0" * 64},
    ],
    ids=repr,
)
def test_well_formed_changes_are_noticed(
    change: dict[str, object], tmp_path: Path, tiny_backbone: bytes
) -> None:
    directory = write_model(tmp_path / "v2", tiny_backbone)
    path = directory / "model.json"
    path.write_text(json.dumps(json.loads(path.read_bytes()) | change), encoding="utf-8")
    with pytest.raises(ModelDamagedError, match="differs from its check sum"):
        Classifier.from_directory(directory)


def test_only_a_shipped_description_may_be_without_check_sum(shipped: Path) -> None:
    path = shipped / "model.json"
    description = json.loads(path.read_bytes())
    del description["sha256"]
    path.write_text(json.dumps(description), encoding="utf-8")
    assert read_model_version(shipped).id == "base"
    elsewhere = shutil.copytree(shipped, shipped.parent / "elsewhere" / "base")
    with pytest.raises(ModelDamagedError, match="check sum"):
        read_model_version(elsewhere)


def test_a_model_of_another_feature_version_is_refused(tmp_path: Path, tiny_backbone: bytes) -> None:
    directory = write_model(tmp_path / "v2", tiny_backbone, feature_version=2)
    with pytest.raises(ModelFeatureVersionError, match="version 2; this program computes version 1"):
        read_model_version(directory)


@pytest.mark.parametrize("name", ["backbone.tflite", "head.npz"])
class TestFiles:
    def test_one_changed_bit_is_noticed(self, name: str, tmp_path: Path, tiny_backbone: bytes) -> None:
        directory = write_model(tmp_path / "v2", tiny_backbone)
        content = bytearray((directory / name).read_bytes())
        content[len(content) // 2] ^= 1
        (directory / name).write_bytes(content)
        with pytest.raises(ModelDamagedError, match=f"{name} differs from its check sum"):
            Classifier.from_directory(directory)

    def test_a_missing_file_is_noticed(self, name: str, tmp_path: Path, tiny_backbone: bytes) -> None:
        directory = write_model(tmp_path / "v2", tiny_backbone)
        (directory / name).unlink()
        with pytest.raises(ModelDamagedError, match=f"{name} can't be read"):
            Classifier.from_directory(directory)


def test_other_files_are_checked_on_demand(tmp_path: Path, tiny_backbone: bytes) -> None:
    directory = write_model(tmp_path / "v2", tiny_backbone)
    rewrite(directory, lambda description: description["files"].update({"a.weights.h5": "0" * 64}))
    version = read_model_version(directory)
    with pytest.raises(ModelDamagedError, match=r"a\.weights\.h5 can't be read"):
        verify_model_files(version)
    (directory / "a.weights.h5").write_bytes(b"weights")
    with pytest.raises(ModelDamagedError, match=r"a\.weights\.h5 differs"):
        verify_model_files(version)
    assert Classifier.from_directory(directory).model_id == "v2"


class TestFind:
    def test_the_users_and_the_shipped_are_found(
        self, shipped: Path, install_tiny_model: Callable[..., str]
    ) -> None:
        install_tiny_model("mine")
        assert find_model("mine") == models_directory() / "mine"
        assert find_model("base") == shipped

    def test_the_users_can_not_replace_the_shipped(
        self, shipped: Path, install_tiny_model: Callable[..., str]
    ) -> None:
        install_tiny_model("base")
        assert find_model("base") == shipped

    @pytest.mark.parametrize("name", ["none", "", ".", "..", "../models/mine", "/", "mine/", "a b", "x" * 65])
    def test_others_are_not(self, name: str, install_tiny_model: Callable[..., str]) -> None:
        install_tiny_model("mine")
        with pytest.raises(ModelMissingError) as caught:
            find_model(name)
        assert f"“{name}”" in caught.value.message


class TestActive:
    def test_it_is_the_shipped_one_at_first(self) -> None:
        assert active_model_id() == "base"

    def test_it_can_be_chosen(self, install_tiny_model: Callable[..., str]) -> None:
        set_active_model(install_tiny_model("mine"))
        assert active_model_id() == "mine"
        assert [path.name for path in models_directory().iterdir() if path.is_file()] == ["active.json"]

    def test_one_that_can_not_be_used_is_not_chosen(self, install_tiny_model: Callable[..., str]) -> None:
        set_active_model(install_tiny_model("good"))
        install_tiny_model("bad", files={"backbone.tflite": "0" * 64, "head.npz": "0" * 64})
        with pytest.raises(ModelDamagedError):
            set_active_model("bad")
        with pytest.raises(ModelMissingError):
            set_active_model("none")
        assert active_model_id() == "good"

    @pytest.mark.parametrize("content", [b"", b"{", b"[]", b"{}", b'{"model": 3}', b"\xff\xfe", b"null"])
    def test_an_unreadable_choice_counts_as_none(self, content: bytes) -> None:
        (models_directory() / "active.json").write_bytes(content)
        assert active_model_id() == "base"


class TestLoad:
    def test_the_active_one_is_loaded(self, shipped: Path, install_tiny_model: Callable[..., str]) -> None:
        set_active_model(install_tiny_model("mine"))
        classifier = Classifier.load()
        assert classifier.model_id == "mine"
        assert classifier.warning is None
        assert Classifier.load("base").model_id == "base"

    @pytest.mark.parametrize("fault", ["backbone", "description", "gone", "not a network"])
    def test_the_shipped_one_takes_over_from_a_damaged_one(
        self, fault: str, shipped: Path, install_tiny_model: Callable[..., str]
    ) -> None:
        set_active_model(install_tiny_model("mine"))
        directory = models_directory() / "mine"
        if fault == "backbone":
            (directory / "backbone.tflite").write_bytes(b"")
        elif fault == "description":
            (directory / "model.json").write_text("{")
        elif fault == "gone":
            (directory / "model.json").unlink()
        else:
            for path in sorted(directory.iterdir()):
                path.unlink()
            directory.rmdir()
            write_model(directory, b"a file that is no network")
        classifier = Classifier.load()
        assert classifier.model_id == "base"
        assert classifier.warning is not None
        assert classifier.warning.code == "active-model-unusable"
        assert "mine" in classifier.warning.message
        with pytest.raises((ModelDamagedError, ModelMissingError)):
            Classifier.load("mine")

    def test_without_any_model_it_says_so(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("genre_app.classifier.model_version.shipped_models_directory", lambda: tmp_path)
        with pytest.raises(ModelMissingError, match="base"):
            Classifier.load()

    def test_a_head_of_another_size_is_refused(self, tmp_path: Path, tiny_backbone: bytes) -> None:
        arrays = {name: array.repeat(2, axis=0) for name, array in head_arrays().items()}
        arrays["bias"] = head_arrays()["bias"]
        directory = write_model(tmp_path / "v2", tiny_backbone, npz(arrays))
        with pytest.raises(ModelDamagedError, match="gives 8 numbers, the head takes 16"):
            Classifier.from_directory(directory)


def test_the_shipped_model_is_whole() -> None:
    directory = shipped_models_directory() / "base"
    if not directory.is_dir():
        pytest.skip("no shipped model in this checkout")
    version = read_model_version(directory)
    verify_model_files(version)
    assert len(version.genres) == 10
