from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from genre_app.classifier import versions
from genre_app.classifier.classifier import Classifier
from genre_app.classifier.errors import (
    ModelActiveError,
    ModelArchiveError,
    ModelDamagedError,
    ModelFeatureVersionError,
    ModelKeptError,
    ModelMissingError,
    ModelNameError,
    ModelPresentError,
    ModelStorageError,
)
from genre_app.classifier.model_version import active_model_id, find_model, read_model_version
from genre_app.classifier.trial import verify
from genre_app.directories import models_directory
from genre_app.errors import GenreAppError
from genre_app.processes import module_environment
from tests.tiny_model import head_arrays, npz, replay_bytes, write_model

Install = Callable[..., str]


@pytest.fixture(autouse=True)
def shipped(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, tiny_backbone: bytes
) -> Path:
    """Let a folder of ours, with a tiny model named base, be the shipped models."""
    folder = tmp_path_factory.mktemp("shipped")
    for module in ("model_version", "versions"):
        monkeypatch.setattr(f"genre_app.classifier.{module}.shipped_models_directory", lambda: folder)
    return write_model(folder / "base", tiny_backbone)


def ids() -> list[str]:
    return [one.id for one in versions.list_versions()]


def leftovers() -> list[str]:
    return sorted(path.name for path in models_directory().iterdir() if path.name.startswith("."))


class TestList:
    def test_the_shipped_one_is_first_then_the_newest(self, install_tiny_model: Install) -> None:
        install_tiny_model("b", created="2025-03-01T00:00:00+00:00")
        install_tiny_model("a", created="2025-02-01T00:00:00+00:00")
        versions.activate(install_tiny_model("c", created="2025-04-01T00:00:00+00:00"))
        assert ids() == ["base", "c", "b", "a"]
        assert [one.id for one in versions.list_versions() if one.active] == ["c"]
        assert [one.id for one in versions.list_versions() if one.shipped] == ["base"]

    def test_a_damaged_one_is_listed_with_its_fault(self, install_tiny_model: Install) -> None:
        install_tiny_model("bad", feature_version=2)
        (models_directory() / "empty").mkdir()
        found = {one.id: one for one in versions.list_versions()}
        assert isinstance(found["bad"].error, ModelFeatureVersionError)
        assert isinstance(found["empty"].error, ModelMissingError)
        assert found["bad"].version is None
        versions.delete("bad")
        versions.delete("empty")
        assert ids() == ["base"]


class TestRename:
    def test_it_has_a_name_and_is_still_whole(self, install_tiny_model: Install) -> None:
        install_tiny_model("mine", training={"kind": "quick"})
        versions.rename("mine", "  My 음악 \n model ")
        version = read_model_version(find_model("mine"))
        assert version.name == "My 음악 model"
        assert version.training == {"kind": "quick"}
        assert Classifier.load("mine").model_id == "mine"
        versions.rename("mine", None)
        assert read_model_version(find_model("mine")).name is None

    @pytest.mark.parametrize("name", ["", "   ", "x" * 101, "a\x1b[31m"])
    def test_what_is_no_name_is_refused(self, name: str, install_tiny_model: Install) -> None:
        install_tiny_model("mine")
        with pytest.raises(ModelNameError):
            versions.rename("mine", name)

    def test_others_can_not_be_renamed(self, install_tiny_model: Install) -> None:
        with pytest.raises(ModelKeptError):
            versions.rename("base", "x")
        with pytest.raises(ModelMissingError):
            versions.rename("../base", "x")
        install_tiny_model("bad", temperature=-1)
        with pytest.raises(ModelDamagedError):
            versions.rename("bad", "x")


class TestDelete:
    def test_it_is_gone(self, install_tiny_model: Install) -> None:
        install_tiny_model("mine")
        versions.delete("mine")
        assert ids() == ["base"]
        assert leftovers() == []

    def test_the_shipped_one_stays(self) -> None:
        with pytest.raises(ModelKeptError):
            versions.delete("base")

    @pytest.mark.parametrize("name", ["none", "..", "", "active.json", "../models/base"])
    def test_others_are_missing(self, name: str, install_tiny_model: Install) -> None:
        versions.activate(install_tiny_model("mine"))
        with pytest.raises(ModelMissingError):
            versions.delete(name)

    def test_the_active_one_goes_only_after_rolling_back(self, install_tiny_model: Install) -> None:
        install_tiny_model("a", parent="base")
        versions.activate(install_tiny_model("b", parent="a"))
        with pytest.raises(ModelActiveError):
            versions.delete("b")
        assert ids() == ["base", "b", "a"]
        versions.delete("b", roll_back_active=True)
        assert (ids(), active_model_id()) == (["base", "a"], "a")


class TestRollBack:
    def test_to_the_parent_and_on_to_the_shipped_one(self, install_tiny_model: Install) -> None:
        install_tiny_model("a", parent="base")
        versions.activate(install_tiny_model("b", parent="a"))
        assert [versions.roll_back() for _ in range(3)] == ["a", "base", "base"]
        assert active_model_id() == "base"

    @pytest.mark.parametrize("fault", ["gone", "damaged"])
    def test_over_a_parent_that_can_not_be_used(self, fault: str, install_tiny_model: Install) -> None:
        install_tiny_model("a", parent="base")
        install_tiny_model("b", parent="a")
        versions.activate(install_tiny_model("c", parent="b"))
        if fault == "gone":
            versions.delete("b")
        else:
            (models_directory() / "b" / "head.npz").write_bytes(b"")
        assert versions.roll_back() == ("base" if fault == "gone" else "a")

    def test_in_a_circle(self, install_tiny_model: Install) -> None:
        install_tiny_model("a", parent="b", files={"backbone.tflite": "0" * 64, "head.npz": "0" * 64})
        (models_directory() / "b").mkdir()
        (models_directory() / "active.json").write_text('{"model": "a"}')
        assert versions.roll_back() == "base"


class TestBuild:
    def test_nothing_stays_of_what_fails(self) -> None:
        def fail() -> None:
            with versions.staged("x") as folder:
                (folder / "file").write_text("half")
                raise RuntimeError

        with pytest.raises(RuntimeError):
            fail()
        assert (ids(), leftovers()) == (["base"], [])

    def test_what_is_being_built_is_not_seen(self, tiny_backbone: bytes) -> None:
        with versions.staged("x") as folder:
            folder.rmdir()
            write_model(folder, tiny_backbone)
            versions.remove_leftovers()
            assert ids() == ["base"]
            with pytest.raises(ModelMissingError):
                find_model("x")
            verify(versions.install(folder))
        assert (ids(), leftovers()) == (["base", "x"], [])

    def test_an_id_that_is_taken_is_not_overwritten(
        self, tiny_backbone: bytes, install_tiny_model: Install
    ) -> None:
        install_tiny_model("x", created="2020")
        assert versions.free_id("x") == "x-2"
        assert versions.free_id("base") == "base-2"
        with versions.staged("x") as folder:
            folder.rmdir()
            write_model(folder, tiny_backbone)
            with pytest.raises(ModelStorageError):
                versions.install(folder)
        assert read_model_version(find_model("x")).created == "2020"

    def test_what_a_killed_process_left_is_removed(self) -> None:
        code = (
            "import os, signal\n"
            "from genre_app.classifier import versions\n"
            "with versions.staged('x') as folder:\n"
            "    (folder / 'file').write_text('half')\n"
            "    os.kill(os.getpid(), signal.SIGKILL)\n"
        )
        subprocess.run([sys.executable, "-c", code], env=module_environment(), check=False)
        assert len(leftovers()) == 1
        versions.remove_leftovers()
        assert leftovers() == []


class TestTampered:
    """A folder that was changed is refused with a clear error, and the shipped model takes over."""

    @pytest.fixture
    def active(self, tiny_backbone: bytes) -> Path:
        folder = write_model(models_directory() / "mine", tiny_backbone, replay=replay_bytes(), parent="base")
        versions.activate("mine")
        return folder

    def assert_refused(self) -> None:
        with pytest.raises(GenreAppError) as caught:
            versions.activate("mine")
        assert caught.value.message
        with pytest.raises(GenreAppError):
            versions.export("mine", models_directory() / "out.zip")

    def assert_base_answers(self) -> None:
        classifier = Classifier.load()
        assert classifier.model_id == "base"
        assert classifier.warning is not None
        assert "mine" in classifier.warning.message
        assert classifier.predict_log_mel(np.full((128, 336), 7.0)).duration > 0

    @pytest.mark.parametrize("name", ["model.json", "backbone.tflite", "head.npz", "replay.npz"])
    def test_bit_flips(self, name: str, active: Path) -> None:
        original = (active / name).read_bytes()
        rng = np.random.default_rng(len(name))
        for position in rng.integers(0, len(original), 25):
            content = bytearray(original)
            content[position] ^= 1 << int(rng.integers(8))
            if name == "model.json" and _same_json(bytes(content), original):
                continue  # white space
            (active / name).write_bytes(content)
            self.assert_refused()
            if name != "replay.npz":  # which predicting does not need
                self.assert_base_answers()
        (active / name).write_bytes(original)
        versions.activate("mine")

    @pytest.mark.parametrize("name", ["model.json", "backbone.tflite", "head.npz", "replay.npz"])
    def test_a_missing_file(self, name: str, active: Path) -> None:
        (active / name).unlink()
        self.assert_refused()
        if name != "replay.npz":
            self.assert_base_answers()

    @pytest.mark.parametrize(
        "change", [{"feature_version": 2}, {"genres": ["classical", "blues"]}, {"temperature": 9.0}], ids=repr
    )
    def test_a_changed_description(self, change: dict[str, object], active: Path) -> None:
        path = active / "model.json"
        description = json.loads(path.read_bytes())
        if "genres" in change:
            description["genres"][:2] = change["genres"]
        else:
            description |= change
        path.write_text(json.dumps(description))
        self.assert_refused()
        self.assert_base_answers()


def _same_json(content: bytes, original: bytes) -> bool:
    try:
        return bool(json.loads(content) == json.loads(original))
    except ValueError:
        return False


class TestArchive:
    @pytest.fixture
    def archive(self, tmp_path: Path, install_tiny_model: Install, tiny_backbone: bytes) -> Path:
        write_model(models_directory() / "mine", tiny_backbone, replay=replay_bytes(), parent="base")
        path = tmp_path / "mine.zip"
        versions.export("mine", path)
        versions.delete("mine")
        return path

    def rewritten(self, archive: Path, change: Callable[[dict[str, bytes]], object]) -> Path:
        with zipfile.ZipFile(archive) as source:
            contents = {name: source.read(name) for name in source.namelist()}
        change(contents)
        target = archive.with_name("changed.zip")
        with zipfile.ZipFile(target, "w") as changed:
            for name, content in contents.items():
                changed.writestr(name, content)
        return target

    def assert_nothing_came(self) -> None:
        assert (ids(), leftovers()) == (["base"], [])

    def test_there_and_back(self, archive: Path) -> None:
        version = versions.import_archive(archive)
        assert (version.id, version.parent) == ("mine", "base")
        assert ids() == ["base", "mine"]
        assert stat.S_IMODE(version.directory.stat().st_mode) & 0o500 == 0o500
        verify(version)

    def test_one_that_is_there_already_is_refused(self, archive: Path) -> None:
        versions.import_archive(archive)
        versions.rename("mine", "Ours")
        with pytest.raises(ModelPresentError, match="Ours"):
            versions.import_archive(archive)

    def test_one_whose_id_is_taken_gets_another(
        self, archive: Path, install_tiny_model: Install, tiny_backbone: bytes
    ) -> None:
        arrays = head_arrays()
        arrays["bias"][0] = 1.0
        write_model(models_directory() / "mine", tiny_backbone, npz(arrays))
        assert versions.import_archive(archive).id == "mine-2"
        assert Classifier.load("mine-2").model_id == "mine-2"

    def test_the_shipped_one_can_be_exported_but_not_come_twice(self, tmp_path: Path) -> None:
        versions.export("base", tmp_path / "base.zip")
        with pytest.raises(ModelPresentError):
            versions.import_archive(tmp_path / "base.zip")

    def test_an_export_that_fails_leaves_what_was_there(
        self, tmp_path: Path, install_tiny_model: Install
    ) -> None:
        install_tiny_model("mine")
        (models_directory() / "mine" / "head.npz").write_bytes(b"")
        target = tmp_path / "out.zip"
        target.write_text("precious")
        with pytest.raises(ModelDamagedError):
            versions.export("mine", target)
        with pytest.raises(ModelStorageError):
            versions.export("base", tmp_path / "no" / "folder.zip")
        assert [path.name for path in tmp_path.iterdir()] == ["out.zip"]
        assert target.read_text() == "precious"

    @pytest.mark.parametrize(
        "name",
        [
            "../evil",
            "/etc/evil",
            "a/../../evil",
            "sub/file",
            "C:\\evil",
            "..\\evil",
            ".hidden",
            "model.json/",
        ],
    )
    def test_a_foreign_path_is_refused(self, name: str, archive: Path) -> None:
        changed = self.rewritten(archive, lambda contents: contents.update({name: b"evil"}))
        with pytest.raises(ModelArchiveError):
            versions.import_archive(changed)
        self.assert_nothing_came()

    @pytest.mark.parametrize("name", ["readme.txt", "MODEL.JSON", "code.py"])
    def test_a_file_that_the_description_does_not_list_is_refused(self, name: str, archive: Path) -> None:
        with pytest.raises(ModelArchiveError):
            versions.import_archive(self.rewritten(archive, lambda contents: contents.update({name: b"x"})))
        self.assert_nothing_came()

    @pytest.mark.parametrize("name", ["model.json", "head.npz", "replay.npz"])
    def test_a_missing_file_is_refused(self, name: str, archive: Path) -> None:
        with pytest.raises(ModelArchiveError):
            versions.import_archive(self.rewritten(archive, lambda contents: contents.pop(name)))
        self.assert_nothing_came()

    def test_a_link_is_refused(self, archive: Path) -> None:
        with zipfile.ZipFile(archive) as source:
            contents = {name: source.read(name) for name in source.namelist()}
        with zipfile.ZipFile(archive, "w") as changed:
            for name, content in contents.items():
                entry = zipfile.ZipInfo(name)
                if name == "head.npz":
                    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
                    content = b"/etc/passwd"
                changed.writestr(entry, content)
        with pytest.raises(ModelArchiveError, match="link"):
            versions.import_archive(archive)
        self.assert_nothing_came()

    def test_a_bomb_is_refused(self, archive: Path) -> None:
        def grow(contents: dict[str, bytes]) -> None:
            contents["head.npz"] = bytes(32 << 20)

        changed = self.rewritten(archive, grow)
        with zipfile.ZipFile(changed) as source:
            contents = {name: source.read(name) for name in source.namelist()}
        with zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as packed:
            for name, content in contents.items():
                packed.writestr(name, content)
        # It claims to be small.
        data = bytearray(changed.read_bytes())
        size = (32 << 20).to_bytes(4, "little")
        assert data.count(size) == 2
        changed.write_bytes(data.replace(size, (1000).to_bytes(4, "little")))
        with pytest.raises(ModelArchiveError):
            versions.import_archive(changed)
        self.assert_nothing_came()

    def test_one_that_says_it_is_huge_is_refused(self, archive: Path) -> None:
        with zipfile.ZipFile(archive, "a") as changed:
            changed.writestr("more", b"x" * 1_234_567)
        data = archive.read_bytes().replace(
            (1_234_567).to_bytes(4, "little"), (3 << 30).to_bytes(4, "little")
        )
        archive.write_bytes(data)
        with pytest.raises(ModelArchiveError, match="1 GiB"):
            versions.import_archive(archive)
        self.assert_nothing_came()

    def test_many_files_are_refused(self, archive: Path) -> None:
        def add(contents: dict[str, bytes]) -> None:
            contents.update({f"file{i}": b"" for i in range(40)})

        with pytest.raises(ModelArchiveError, match="files in it"):
            versions.import_archive(self.rewritten(archive, add))

    @pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x05\x06" + bytes(18)])
    def test_what_is_no_archive_is_refused(self, content: bytes, tmp_path: Path) -> None:
        (tmp_path / "x.zip").write_bytes(content)
        with pytest.raises(ModelArchiveError):
            versions.import_archive(tmp_path / "x.zip")
        self.assert_nothing_came()

    def test_a_file_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(ModelStorageError):
            versions.import_archive(tmp_path / "x.zip")

    def test_bit_flips_are_refused(self, archive: Path) -> None:
        original = archive.read_bytes()
        rng = np.random.default_rng(0)
        refused = 0
        for position in rng.integers(0, len(original), 12):
            data = bytearray(original)
            data[position] ^= 1 << int(rng.integers(8))
            archive.write_bytes(data)
            try:
                version = versions.import_archive(archive)
            except GenreAppError:
                refused += 1
                self.assert_nothing_came()
            else:  # a date or a permission of the zip
                verify(version)
                versions.delete(version.id)
        assert refused >= 8

    def test_a_network_that_is_none_is_refused(self, tmp_path: Path, install_tiny_model: Install) -> None:
        write_model(models_directory() / "evil", b"not a network, but with the right check sum")
        versions.export("evil", tmp_path / "evil.zip")
        versions.delete("evil")
        with pytest.raises(ModelDamagedError, match="LiteRT can't run the backbone"):
            versions.import_archive(tmp_path / "evil.zip")
        self.assert_nothing_came()

    def test_a_network_that_brings_its_runtime_down_is_refused(
        self, archive: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        crash = [sys.executable, "-c", "import os; os.abort()"]
        monkeypatch.setattr("genre_app.classifier.versions.module_command", lambda *_: crash)
        with pytest.raises(ModelDamagedError, match="crashed"):
            versions.import_archive(archive)
        self.assert_nothing_came()


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="permissions do not bind this user")
def test_a_disk_that_is_read_only_is_told(install_tiny_model: Install) -> None:
    install_tiny_model("mine")
    models_directory().chmod(0o500)
    try:
        with pytest.raises(ModelStorageError):
            versions.activate("mine")
    finally:
        models_directory().chmod(0o700)
