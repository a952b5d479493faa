"""Out and in again loses nothing; and an archive that somebody tampered with changes nothing."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import shutil
import signal
import stat
import struct
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from genre_app.audio.decode import read_audio
from genre_app.dataset import archive, archive_reader, near_duplicates, undo
from genre_app.dataset.archive import Conflict, export_archive, import_archive
from genre_app.dataset.archive_errors import (
    ArchiveInvalidError,
    ArchiveReadError,
    ArchiveTooNewError,
    ArchiveWriteError,
    ClipFileLostError,
)
from genre_app.dataset.augmentation.recipe import draw
from genre_app.dataset.data_set import DataSet
from genre_app.dataset.errors import DataSetDiskFullError
from genre_app.dataset.splits import group_keys
from genre_app.errors import GenreAppError
from genre_app.processes import module_environment
from genre_app.progress import Cancelled, Progress
from tests.audio_files import write_sndfile
from tests.dataset_files import RATE, riff, write_riffs
from tests.unit.dataset.made_clips import stored_files

_KILLS = max(1, int(os.environ.get("GENRE_APP_KILLS", "60")) // 10)

Zip = dict[str, bytes]


def contents(data_set: DataSet, *, paths: bool = True) -> dict[str, Any]:
    """Return all of a data set that an archive keeps, without the numbers of rows."""
    with data_set.database.read() as connection:
        keys = dict(
            connection.execute("SELECT key, name FROM group_keys JOIN groups ON groups.id = group_id")
        )
    groups: dict[str, set[str]] = {}
    clips = {}
    for clip in data_set.clips():
        groups.setdefault(clip.group, set()).add(clip.sample_hash)
        copies = [(copy.recipe, copy.recipe_hash, copy.created) for copy in data_set.copies(clip.id)]
        clips[clip.sample_hash] = (
            *(clip.title, clip.artist, clip.genre, clip.split, clip.pin, clip.added, clip.duration),
            *(clip.format, clip.file_sha256, clip.path.suffix, clip.source if paths else ""),
            *(clip.path.read_bytes(), tuple(copies), tuple(data_set.tags(clip.id).items())),
        )
    members = {name: frozenset(hashes) for name, hashes in groups.items()}
    known = {key: members[name] for key, name in keys.items() if name in members}
    # That a clip belongs to its own group goes without saying.
    for clip in data_set.clips():
        known |= dict.fromkeys(group_keys(clip.artist, clip.sample_hash), members[clip.group])
    return {
        "clips": clips,
        # Not their names: a group keeps that of the key that it was made for when this is taken back.
        "groups": set(members.values()),
        "keys": known,
        "genres": [(genre.name, genre.colour) for genre in data_set.genres()],
    }


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DataSet]:
    """Return a data set with something of everything; not to be changed."""
    home = tmp_path_factory.mktemp("original")
    files = write_riffs(home / "songs", 5)
    files.append(write_sndfile(home / "songs" / "=formula.ogg", riff(99), RATE, format="OGG"))
    # The first one once more, quieter.
    files.append(write_sndfile(home / "songs" / "again.flac", 0.5 * riff(0), RATE))
    with DataSet(home / "dataset") as data_set:
        data_set.create_genre("케이팝", "#123456")
        data_set.create_genre("empty", "#abcdef")
        data_set.colour_genre("blues", "#0000aa")
        ids = data_set.add(data_set.examine(files[:4], "rock"))
        ids += data_set.add(data_set.examine(files[4:6], "케이팝"))
        ids += data_set.add(data_set.examine(files[6:], "rock"))
        data_set.edit(ids[1], title="노래, “quoted”", artist="The Same")
        data_set.edit(ids[2], title="Another", artist="the same")
        data_set.relabel(ids[2:3], "jazz")
        data_set.pin(ids[2:3], True)
        data_set.pin(ids[3:4], True, "train")
        with undo.step(data_set.database, undo.EDIT) as connection:
            connection.execute("INSERT INTO clip_tags VALUES (?, 'album', 'One & Only')", (ids[0],))
        data_set.add_copies([(ids[0], draw({"gain": 0.5, "room": 1.0}, 7)), (ids[5], draw({"crop": 0.5}, 8))])
        gone = data_set.add(data_set.examine(write_riffs(home / "gone", 6)[5:], "metal"))
        data_set.remove(gone)
        yield data_set


@pytest.fixture(scope="module")
def archived(original: DataSet, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("archived") / "mine.genredata.zip"
    export_archive(original, path)
    return path


def read_zip(path: Path) -> Zip:
    with zipfile.ZipFile(path) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def write_zip(path: Path, files: Zip) -> Path:
    with zipfile.ZipFile(path, "w") as opened:
        for name, content in files.items():
            opened.writestr(name, content)
    return path


def with_manifest(files: Zip, change: Callable[[dict[str, Any]], object]) -> Zip:
    manifest = json.loads(files["manifest.json"])
    change(manifest)
    return files | {"manifest.json": json.dumps(manifest).encode()}


def assert_untouched(data_set: DataSet) -> None:
    assert data_set.count() == 0
    assert data_set.can_undo is None
    assert len(data_set.genres()) == 10
    assert stored_files(data_set.directory) == set()
    with data_set.database.read() as connection:
        assert connection.execute("SELECT count(*) FROM pending_files").fetchone() == (0,)
    assert data_set.check(deep=True) == []


class TestRoundTrip:
    def test_nothing_is_lost(self, original: DataSet, archived: Path, data_set: DataSet) -> None:
        result = import_archive(data_set, archived)
        assert contents(data_set) == contents(original)
        assert len(result.added) == 7
        assert (result.n_present, result.n_copies, result.genres) == (0, 2, ("케이팝", "empty"))
        assert result.conflicts == result.missing == ()
        assert data_set.check(deep=True) == []

    def test_near_duplicates_are_known_afterwards(
        self, original: DataSet, archived: Path, data_set: DataSet, tmp_path: Path
    ) -> None:
        import_archive(data_set, archived)
        louder = write_sndfile(tmp_path / "louder.flac", 1.5 * riff(1), RATE)
        (candidate,) = data_set.examine([louder], "pop")
        assert candidate.status == "near_duplicate"

    def test_again_changes_nothing(self, archived: Path, data_set: DataSet) -> None:
        import_archive(data_set, archived)
        before = contents(data_set)
        undoable = data_set.can_undo
        result = import_archive(data_set, archived)
        assert (result.added, result.n_present, result.n_copies, result.conflicts) == ((), 7, 0, ())
        assert contents(data_set) == before
        data_set.undo()
        assert data_set.count() == 0, f"{undoable} and one step more"

    def test_it_is_one_step_of_undo(self, original: DataSet, archived: Path, data_set: DataSet) -> None:
        import_archive(data_set, archived)
        assert data_set.undo() == "Import"
        assert (data_set.count(), len(data_set.genres()), data_set.can_undo) == (0, 10, None)
        assert data_set.redo() == "Import"
        assert contents(data_set) == contents(original)

    def test_what_lies_in_the_bin_comes_back(
        self, original: DataSet, archived: Path, data_set: DataSet
    ) -> None:
        import_archive(data_set, archived)
        data_set.remove(data_set.clip_ids())
        result = import_archive(data_set, archived)
        assert len(result.added) == 7
        assert contents(data_set) == contents(original)
        assert data_set.check(deep=True) == []

    def test_through_two_machines(self, original: DataSet, archived: Path, tmp_path: Path) -> None:
        with DataSet(tmp_path / "first") as first, DataSet(tmp_path / "second") as second:
            import_archive(first, archived)
            export_archive(first, tmp_path / "again.zip")
            import_archive(second, tmp_path / "again.zip")
            assert contents(second) == contents(original)

    def test_an_empty_data_set(self, data_set: DataSet, tmp_path: Path) -> None:
        data_set.create_genre("trot")
        export_archive(data_set, tmp_path / "empty.zip")
        with DataSet(tmp_path / "other") as other:
            assert import_archive(other, tmp_path / "empty.zip").genres == ("trot",)

    def test_compressed_again_by_somebody(
        self, original: DataSet, archived: Path, data_set: DataSet, tmp_path: Path
    ) -> None:
        path = tmp_path / "again.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as opened:
            for name, content in reversed(read_zip(archived).items()):
                opened.writestr(name, content)
        import_archive(data_set, path)
        assert contents(data_set) == contents(original)

    def test_the_table_is_for_people(self, original: DataSet, archived: Path) -> None:
        files = read_zip(archived)
        text = files["clips.csv"].decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(text)))
        assert len(rows) == 7
        by_title = {row["title"]: row for row in rows}
        assert by_title["노래, “quoted”"]["artist"] == "The Same"
        assert by_title["'=formula"]["genre"] == "케이팝", "a spreadsheet would have computed it"
        for row in rows:
            assert hashlib.sha256(files[row["file"]]).hexdigest() == row["file_sha256"]
            assert row["file"].split("/")[1] == row["genre"]
        assert by_title["Another"]["pinned"] == by_title["Another"]["split"] == "valid"

    def test_sources_can_be_left_out(self, original: DataSet, data_set: DataSet, tmp_path: Path) -> None:
        export_archive(original, tmp_path / "a.zip", with_sources=False)
        whole = b"".join(read_zip(tmp_path / "a.zip").values())
        assert str(original.directory.parent).encode() not in whole
        import_archive(data_set, tmp_path / "a.zip")
        assert {clip.source for clip in data_set.clips()} == {"archive"}
        assert contents(data_set, paths=False) == contents(original, paths=False)


class TestWithoutAudio:
    def test_the_files_are_found_by_their_content(
        self, original: DataSet, data_set: DataSet, tmp_path: Path
    ) -> None:
        export_archive(original, tmp_path / "a.zip", with_audio=False)
        assert read_zip(tmp_path / "a.zip").keys() == {"manifest.json", "clips.csv"}
        songs = tmp_path / "elsewhere"
        for number, clip in enumerate(original.clips()):
            songs.mkdir(exist_ok=True)
            shutil.copy(clip.path, songs / f"{number}{clip.path.suffix}")
        (songs / "0.wav").write_bytes(b"x" * (songs / "0.wav").stat().st_size)
        result = import_archive(data_set, tmp_path / "a.zip", audio=[songs])
        assert len(result.added) == 6
        assert [clip.title for clip in result.missing] == [original.clips()[0].title]
        shutil.copy(original.clips()[0].path, songs / "0.wav")
        result = import_archive(data_set, tmp_path / "a.zip", audio=[songs])
        assert (len(result.added), result.n_present, result.missing) == (1, 6, ())
        assert contents(data_set) == contents(original)

    def test_without_any_file(self, original: DataSet, data_set: DataSet, tmp_path: Path) -> None:
        export_archive(original, tmp_path / "a.zip", with_audio=False)
        result = import_archive(data_set, tmp_path / "a.zip")
        assert (len(result.missing), result.added) == (7, ())
        assert data_set.count() == 0


class TestConflicts:
    def test_what_is_there_stands(self, original: DataSet, archived: Path, data_set: DataSet) -> None:
        import_archive(data_set, archived)
        by_title = {clip.title: clip for clip in data_set.clips()}
        first, another = by_title["riff 0000"], by_title["Another"]
        data_set.relabel([first.id], "metal")
        data_set.pin([another.id], False)
        data_set.pin([another.id], True, "train")
        data_set.colour_genre("jazz", "#ffffff")
        data_set.colour_genre("케이팝", "#ffffff")
        data_set.remove_copies([copy.id for copy in data_set.copies()])
        result = import_archive(data_set, archived)
        assert result.n_copies == 2, "copies that the clips lack are added"
        assert Conflict("genre", "riff 0000", first.id, "metal", "rock") in result.conflicts
        assert Conflict("split", "Another", another.id, "train", "valid") in result.conflicts
        assert Conflict("colour", "케이팝", None, "#ffffff", "#123456") in result.conflicts
        assert data_set.clip(first.id).genre == "metal"
        assert data_set.clip(another.id).split == "train"

    def test_genres_that_differ_in_case_are_one(self, archived: Path, data_set: DataSet) -> None:
        data_set.create_genre("EMPTY", "#000000")
        result = import_archive(data_set, archived)
        assert result.genres == ("케이팝",)
        colours = {genre.name: genre.colour for genre in data_set.genres()}
        assert colours["EMPTY"] == "#abcdef", "nobody has got used to the colour of an empty genre"

    def test_what_sounds_alike_is_in_one_split(
        self, original: DataSet, archived: Path, data_set: DataSet, tmp_path: Path
    ) -> None:
        split = {clip.title: clip.split for clip in original.clips()}["riff 0000"]
        other = "valid" if split == "train" else "train"
        quieter = write_sndfile(tmp_path / "quieter.flac", 0.3 * riff(0), RATE)
        (mine,) = data_set.add(data_set.examine([quieter], "rock"))
        data_set.pin([mine], True, other)  # type: ignore[arg-type]
        result = import_archive(data_set, archived)
        clips = {clip.title: clip for clip in data_set.clips()}
        assert clips["riff 0000"].group == clips["again"].group == clips["quieter"].group
        assert clips["riff 0000"].split == clips["quieter"].split
        assert {conflict.kind for conflict in result.conflicts} == {"split"}

    def test_a_recipe_of_another_program_is_reported(
        self, archived: Path, data_set: DataSet, tmp_path: Path
    ) -> None:
        recipe = '{"seed":1,"steps":[{"parameters":{},"transform":"warp","version":1}],"version":1}'

        def change(manifest: dict[str, Any]) -> None:
            copy = next(copy for clip in manifest["clips"] for copy in clip["copies"])
            copy |= {"recipe": recipe, "recipe_hash": hashlib.sha256(recipe.encode()).hexdigest()}

        path = write_zip(tmp_path / "a.zip", with_manifest(read_zip(archived), change))
        result = import_archive(data_set, path)
        assert (len(result.added), result.n_copies) == (7, 1)
        assert [(one.kind, one.here) for one in result.conflicts] == [
            ("recipe", "there is no transform 'warp'")
        ]


class TestExport:
    def test_what_was_there_stays_until_it_is_complete(
        self, original: DataSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = tmp_path / "a.zip"
        path.write_bytes(b"before")

        def cancel(done: float, total: float, message: str) -> None:
            assert path.read_bytes() == b"before"
            if done == 3:
                progress.cancel()

        progress = Progress(cancel)
        with pytest.raises(Cancelled):
            export_archive(original, path, progress)
        assert path.read_bytes() == b"before"
        assert list(tmp_path.iterdir()) == [path]
        export_archive(original, path)
        assert zipfile.is_zipfile(path)

    @pytest.mark.parametrize("damage", ["is missing", "is not what was added"])
    def test_a_lost_file_is_named(
        self, archived: Path, data_set: DataSet, tmp_path: Path, damage: str
    ) -> None:
        import_archive(data_set, archived)
        clip = data_set.clips()[2]
        if damage == "is missing":
            clip.path.unlink()
        else:
            content = bytearray(clip.path.read_bytes())
            content[-1] ^= 1
            clip.path.write_bytes(content)
        with pytest.raises(ClipFileLostError, match=damage) as caught:
            export_archive(data_set, tmp_path / "a.zip")
        assert clip.title in caught.value.message
        assert not list(tmp_path.glob("*a.zip*"))
        export_archive(data_set, tmp_path / "a.zip", with_audio=False)

    def test_where_nothing_can_be_written(self, original: DataSet, tmp_path: Path) -> None:
        with pytest.raises(ArchiveWriteError):
            export_archive(original, tmp_path / "missing" / "a.zip")

    @pytest.mark.skipif(sys.platform == "win32", reason="files can't be limited there")
    def test_no_room(self, original: DataSet, tmp_path: Path) -> None:
        result = subprocess.run(
            [sys.executable, "-c", _CRAMPED, str(original.directory), str(tmp_path / "a.zip")],
            capture_output=True,
            text=True,
            env=module_environment(),
        )
        assert result.stdout == "archive-write\n", result.stderr
        assert list(tmp_path.iterdir()) == []


# No file may grow beyond 200 kB, which is less than the archive has.
_CRAMPED = """
import resource, sys
from pathlib import Path
from genre_app.dataset.archive import export_archive
from genre_app.dataset.data_set import DataSet
from genre_app.errors import GenreAppError
with DataSet(Path(sys.argv[1])) as data_set:
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
    try:
        export_archive(data_set, Path(sys.argv[2]))
    except GenreAppError as error:
        print(error.code)
"""


def flip_name(content: bytes, old: bytes, new: bytes) -> bytes:
    """Return a zip with a file called otherwise, wherever its name stands."""
    assert len(old) == len(new)
    assert content.count(old) >= 2
    return content.replace(old, new)


class TestHostile:
    """Each is refused with a sentence, and leaves the data set as it was: empty."""

    @pytest.fixture
    def refused(self, data_set: DataSet, tmp_path: Path) -> Iterator[Callable[..., GenreAppError]]:
        def refused(path: Path | bytes, kind: type[GenreAppError] = ArchiveInvalidError) -> GenreAppError:
            if isinstance(path, bytes):
                (tmp_path / "hostile.zip").write_bytes(path)
                path = tmp_path / "hostile.zip"
            with pytest.raises(kind) as caught:
                import_archive(data_set, path)
            assert_untouched(data_set)
            inside = {entry.name for entry in tmp_path.iterdir()}
            assert inside <= {"dataset", "hostile.zip", path.name}, "nothing was unpacked anywhere else"
            return caught.value

        yield refused
        assert not Path("/tmp/evil.wav").exists()

    @pytest.mark.parametrize(
        "name",
        [
            "../evil.wav",
            "audio/../../evil.wav",
            "/tmp/evil.wav",
            "..\\evil.wav",
            "C:\\evil.wav",
            "C:/evil.wav",
            *("audio//evil.wav", "./evil.wav", "audio/rock/evil.wav", "evil", "MANIFEST.JSON", "audio/"),
        ],
    )
    def test_names(
        self, archived: Path, tmp_path: Path, refused: Callable[..., GenreAppError], name: str
    ) -> None:
        refused(write_zip(tmp_path / "a.zip", read_zip(archived) | {name: b"RIFF"}))

    def test_a_listed_file_under_a_name_that_leads_out(
        self, archived: Path, tmp_path: Path, refused: Callable[..., GenreAppError]
    ) -> None:
        files = read_zip(archived)
        name = next(name for name in files if name.startswith("audio/rock/"))
        files["../" + name] = files.pop(name)
        assert "leads out" in refused(write_zip(tmp_path / "a.zip", files)).message

    def test_a_name_that_ends_early(self, archived: Path, refused: Callable[..., GenreAppError]) -> None:
        refused(flip_name(archived.read_bytes(), b"audio/jazz/", b"audio\0jazz/"))

    def test_links(self, archived: Path, tmp_path: Path, refused: Callable[..., GenreAppError]) -> None:
        files = read_zip(archived)
        name = next(name for name in files if name.startswith("audio/"))
        path = tmp_path / "a.zip"
        with zipfile.ZipFile(path, "w") as opened:
            for one, content in files.items():
                entry = zipfile.ZipInfo(one)
                kind = stat.S_IFLNK if one == name else stat.S_IFREG
                entry.external_attr = (kind | 0o777) << 16
                opened.writestr(entry, content)
        assert "link" in refused(path).message

    def test_duplicate_names(
        self, archived: Path, tmp_path: Path, refused: Callable[..., GenreAppError]
    ) -> None:
        files = read_zip(archived)
        for name in ("manifest.json", next(name for name in files if name.startswith("audio/"))):
            path = write_zip(tmp_path / "a.zip", files)
            with zipfile.ZipFile(path, "a") as opened, pytest.warns(UserWarning, match="Duplicate name"):
                opened.writestr(name, files[name])
            assert "twice" in refused(path).message

    def test_a_missing_file(
        self, archived: Path, tmp_path: Path, refused: Callable[..., GenreAppError]
    ) -> None:
        files = read_zip(archived)
        for name in ("manifest.json", next(name for name in files if name.startswith("audio/"))):
            rest = {one: content for one, content in files.items() if one != name}
            assert name in refused(write_zip(tmp_path / "a.zip", rest)).message

    def test_other_content(
        self, archived: Path, tmp_path: Path, refused: Callable[..., GenreAppError]
    ) -> None:
        files = read_zip(archived)
        name = [name for name in files if name.startswith("audio/")][-1]
        changed = bytearray(files[name])
        changed[len(changed) // 2] ^= 1
        same_size = files | {name: bytes(changed)}
        assert "not the file" in refused(write_zip(tmp_path / "a.zip", same_size)).message
        longer = files | {name: files[name] + b"x"}
        assert "size" in refused(write_zip(tmp_path / "a.zip", longer)).message

    def test_no_sound(self, archived: Path, tmp_path: Path, refused: Callable[..., GenreAppError]) -> None:
        files = read_zip(archived)
        name = [name for name in files if name.startswith("audio/")][-1]
        content = b"not a sound at all" * 50

        def change(manifest: dict[str, Any]) -> None:
            for clip in manifest["clips"]:
                if clip["sample_hash"] in name:
                    clip |= {"file_size": len(content), "file_sha256": hashlib.sha256(content).hexdigest()}

        changed = with_manifest(files, change) | {name: content}
        assert "can't be played" in refused(write_zip(tmp_path / "a.zip", changed)).message

    def test_a_bomb_that_its_manifest_admits(
        self, archived: Path, tmp_path: Path, refused: Callable[..., GenreAppError]
    ) -> None:
        files = read_zip(archived)
        name = next(name for name in files if name.startswith("audio/"))
        size = 200 << 20

        def change(manifest: dict[str, Any]) -> None:
            for clip in manifest["clips"]:
                if clip["sample_hash"] in name:
                    clip["file_size"] = size

        changed = with_manifest(files, change)
        path = tmp_path / "a.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as opened:
            for one, content in changed.items():
                if one != name:
                    opened.writestr(one, content)
            with opened.open(name, "w") as target:
                for _ in range(size >> 20):
                    target.write(bytes(1 << 20))
        started = time.perf_counter()
        assert "times its size" in refused(path).message
        assert time.perf_counter() - started < 5

    def test_a_bomb_that_lies_about_its_size(
        self, archived: Path, tmp_path: Path, refused: Callable[..., GenreAppError]
    ) -> None:
        files = read_zip(archived)
        name = next(name for name in files if name.startswith("audio/"))
        path = tmp_path / "a.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as opened:
            for one, content in files.items():
                if one != name:
                    opened.writestr(one, content)
            with opened.open(name, "w") as target:
                target.write(files[name])
                for _ in range(100):
                    target.write(bytes(1 << 20))
            honest = opened.getinfo(name)
            lie = struct.pack("<I", len(files[name]))
            truth = struct.pack("<I", honest.file_size)
        content = path.read_bytes()
        assert content.count(truth) >= 2
        path.unlink()
        refused(content.replace(truth, lie))

    def test_a_manifest_that_unpacks_to_too_much(
        self, archived: Path, tmp_path: Path, refused: Callable[..., GenreAppError], monkeypatch: Any
    ) -> None:
        monkeypatch.setattr(archive_reader, "_MAX_MANIFEST_BYTES", 1000)
        path = tmp_path / "a.zip"
        shutil.copy(archived, path)
        assert "too large" in refused(path).message

    @pytest.mark.parametrize("left", [0, 1, 10, 0.3, 0.9, -1, -22, -100])
    def test_a_truncated_tail(
        self, archived: Path, refused: Callable[..., GenreAppError], left: float
    ) -> None:
        content = archived.read_bytes()
        end = round(left * len(content)) if isinstance(left, float) else left
        assert "zip" in refused(content[:end]).message

    def test_encrypted(self, archived: Path, refused: Callable[..., GenreAppError]) -> None:
        content = bytearray(archived.read_bytes())
        start = content.index(b"PK\x01\x02")
        content[start + 8] |= 1
        assert "encrypted" in refused(bytes(content)).message

    def test_compressed_in_an_unknown_way(
        self, archived: Path, tmp_path: Path, refused: Callable[..., GenreAppError]
    ) -> None:
        path = tmp_path / "a.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_BZIP2) as opened:
            for name, content in read_zip(archived).items():
                opened.writestr(name, content)
        assert "unknown way" in refused(path).message

    def test_other_files(self, tmp_path: Path, refused: Callable[..., GenreAppError]) -> None:
        refused(b"PK\x05\x06" + bytes(18))
        refused(b"a text")
        refused(tmp_path / "dataset", ArchiveReadError)
        refused(tmp_path / "missing.zip", ArchiveReadError)
        refused(Path("/dev/zero"), ArchiveReadError)
        refused(tmp_path / "nul\0l", ArchiveReadError)

    def test_a_newer_version(
        self, archived: Path, tmp_path: Path, refused: Callable[..., GenreAppError]
    ) -> None:
        changed = with_manifest(read_zip(archived), lambda manifest: manifest.update(version=2))
        error = refused(write_zip(tmp_path / "a.zip", changed), ArchiveTooNewError)
        assert "version 2" in error.message

    @pytest.mark.parametrize(
        "change",
        {
            "another format": lambda m: m.update(format="something else"),
            "no version": lambda m: m.update(version=True),
            "no clips": lambda m: m.pop("clips"),
            "clips are text": lambda m: m.update(clips="many"),
            "a clip is a list": lambda m: m["clips"].append([]),
            "a clip twice": lambda m: m["clips"].append(m["clips"][0]),
            "a group too far": lambda m: m["clips"][0].update(group=99),
            "a negative group": lambda m: m["clips"][0].update(group=-1),
            "an unknown genre": lambda m: m["clips"][0].update(genre="unheard of"),
            "a genre that leads out": lambda m: m["genres"][0].update(name="../x"),
            "a genre twice": lambda m: m["genres"].append({"name": "ROCK", "colour": "#000000"}),
            "no colour": lambda m: m["genres"][0].update(colour="red; DROP TABLE clips"),
            "another split": lambda m: m["clips"][0].update(
                split={"train": "valid", "valid": "train"}[m["clips"][0]["split"]]
            ),
            "no split": lambda m: m["clips"][0].update(split="test"),
            "no pin": lambda m: m["clips"][0].update(pin="both"),
            "another hash": lambda m: m["clips"][0].update(sample_hash="0" * 64),
            "no hash": lambda m: m["clips"][0].update(sample_hash="../../../etc/passwd"),
            "another size": lambda m: m["clips"][0].update(file_size=1),
            "a huge size": lambda m: m["clips"][0].update(file_size=10**30),
            "another file": lambda m: m["clips"][0].update(file_sha256="0" * 64),
            "a suffix that leads out": lambda m: m["clips"][0].update(suffix="/../../x.wav"),
            "another suffix": lambda m: m["clips"][0].update(suffix=".mp3"),
            "no number": lambda m: m["clips"][0].update(duration="long"),
            "an infinite number": lambda m: m["clips"][0].update(duration=float("inf")),
            "half a letter": lambda m: m["clips"][0].update(title="\ud800"),
            "a zero in a text": lambda m: m["clips"][0].update(artist="a\0b"),
            "no date": lambda m: m["clips"][0].update(added="yesterday"),
            "tags are a list": lambda m: m["clips"][0].update(tags=["album"]),
            "a key twice": lambda m: m["groups"][1]["keys"].append(m["groups"][0]["keys"][0]),
            "a strange key": lambda m: m["groups"][0]["keys"].append("everything"),
            "a recipe changed": lambda m: m["clips"][0]["copies"][0].update(recipe="{}"),
            "a copy twice": lambda m: m["clips"][0]["copies"].append(m["clips"][0]["copies"][0]),
        }.items(),
        ids=lambda item: item[0],
    )
    def test_a_wrong_manifest(
        self,
        archived: Path,
        tmp_path: Path,
        refused: Callable[..., GenreAppError],
        change: tuple[str, Callable[[dict[str, Any]], object]],
    ) -> None:
        files = read_zip(archived)
        first = json.loads(files["manifest.json"])["clips"][0]
        assert first["copies"]
        refused(write_zip(tmp_path / "a.zip", with_manifest(files, change[1])))

    @pytest.mark.parametrize(
        "manifest",
        [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 100_000, b'{"format": NaN}', b'{"a": 1, "a": 2}'],
    )
    def test_no_manifest(
        self, archived: Path, tmp_path: Path, refused: Callable[..., GenreAppError], manifest: bytes
    ) -> None:
        refused(write_zip(tmp_path / "a.zip", read_zip(archived) | {"manifest.json": manifest}))

    def test_a_hash_of_another_sound(
        self, archived: Path, tmp_path: Path, refused: Callable[..., GenreAppError]
    ) -> None:
        files = read_zip(archived)
        wavs = [name for name in files if name.endswith(".wav")]
        names = (wavs[0], wavs[1])
        hashes = [Path(name).stem for name in names]

        def change(manifest: dict[str, Any]) -> None:
            # Whoever believes it gives each the other one's name.
            for clip in manifest["clips"]:
                if clip["sample_hash"] in hashes:
                    clip["sample_hash"] = hashes[1 - hashes.index(clip["sample_hash"])]

        changed = with_manifest(files, change)
        manifest = json.loads(changed["manifest.json"])
        for clip in manifest["clips"]:
            if clip["sample_hash"] in hashes:
                del changed[next(name for name in changed if Path(name).stem == clip["sample_hash"])]
        for clip in manifest["clips"]:
            if clip["sample_hash"] in hashes:
                other = names[1 - hashes.index(clip["sample_hash"])]
                changed[f"audio/{clip['genre']}/{clip['sample_hash']}.wav"] = files[other]
        assert "other samples" in refused(write_zip(tmp_path / "a.zip", changed)).message

    def test_any_bit(self, archived: Path, original: DataSet, tmp_path: Path) -> None:
        """Wherever a bit flips, the import fails as a whole, or the flip did not matter."""
        content = archived.read_bytes()
        rng = np.random.default_rng(0)
        whole = contents(original)
        central = content.index(b"PK\x01\x02")
        places = [*rng.integers(0, len(content), 15), *rng.integers(central, len(content), 45)]
        n_refused = 0
        for number, place in enumerate(places):
            flipped = bytearray(content)
            flipped[place] ^= 1 << int(rng.integers(8))
            path = tmp_path / "flipped.zip"
            path.write_bytes(flipped)
            with DataSet(tmp_path / f"dataset{number}") as data_set:
                try:
                    import_archive(data_set, path)
                except (ArchiveInvalidError, ArchiveTooNewError):
                    n_refused += 1
                    assert_untouched(data_set)
                else:
                    assert contents(data_set) == whole
        assert n_refused > 20


class TestStore:
    def test_too_little_room(self, archived: Path, data_set: DataSet, monkeypatch: Any) -> None:
        monkeypatch.setattr(archive.shutil, "disk_usage", lambda _: SimpleNamespace(free=1000))
        with pytest.raises(DataSetDiskFullError):
            import_archive(data_set, archived)
        assert_untouched(data_set)

    @pytest.mark.parametrize("at", ["_join_groups", "_add_genres", "_place"])
    def test_a_failure_in_the_middle(
        self, archived: Path, data_set: DataSet, monkeypatch: pytest.MonkeyPatch, at: str
    ) -> None:
        proper = getattr(archive._Importer, at)

        def fail(*arguments: Any) -> None:
            proper(*arguments)
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(archive._Importer, at, fail)
        with pytest.raises(OSError, match="No space"):
            import_archive(data_set, archived)
        assert_untouched(data_set)
        monkeypatch.undo()
        assert len(import_archive(data_set, archived).added) == 7

    def test_others_write_while_landmarks_are_stored(
        self, archived: Path, data_set: DataSet, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(archive, "_BATCH", 2)
        stored: list[int] = []
        proper = near_duplicates.store_landmarks

        def store(connection: Any, clip_id: int, landmarks: Any) -> None:
            proper(connection, clip_id, landmarks)
            stored.append(clip_id)

        monkeypatch.setattr(near_duplicates, "store_landmarks", store)
        find_near = archive._Importer._find_near

        def write_before(importer: archive._Importer) -> Any:
            # All of them lie there, in four transactions, and nobody holds the lock.
            assert len(stored) == 7
            data_set.create_genre("trot")
            return find_near(importer)

        monkeypatch.setattr(archive._Importer, "_find_near", write_before)
        imported = import_archive(data_set, archived)
        assert sorted(imported.added) == sorted(stored)
        assert landmarks_of(data_set) == set(stored)
        assert data_set.undo() == "Import"
        assert data_set.undo() == "Create a genre"

    def test_landmarks_of_an_import_that_came_to_nothing_go(
        self, archived: Path, data_set: DataSet, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_: Any) -> None:
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as failing:
            failing.setattr(archive._Importer, "_place", fail)
            with pytest.raises(OSError, match="No space"):
                import_archive(data_set, archived)
            assert landmarks_of(data_set) == set()
            # As after a kill: nobody was there to remove them.
            failing.setattr(archive._Importer, "_withdraw", lambda *_: None)
            with pytest.raises(OSError, match="No space"):
                import_archive(data_set, archived)
        assert len(landmarks_of(data_set)) == 7
        with data_set.database.write() as connection:
            connection.execute("DELETE FROM pending_files")  # settled at the next start
        assert len(import_archive(data_set, archived).added) == 7
        data_set.empty_bin()
        assert landmarks_of(data_set) == {clip.id for clip in data_set.clips()}

    @pytest.mark.parametrize("at", [0.2, 0.6, 0.95])
    def test_cancelled(self, archived: Path, data_set: DataSet, at: float) -> None:
        progress = Progress(lambda done, total, _: progress.cancel() if done >= at * total else None)
        with pytest.raises(Cancelled):
            import_archive(data_set, archived, progress)
        assert_untouched(data_set)

    def test_clips_that_come_meanwhile(
        self, archived: Path, data_set: DataSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """What somebody adds while it is looked for such that sound alike is found, too."""
        quieter = write_sndfile(tmp_path / "quieter.flac", 0.3 * riff(0), RATE)
        proper = archive._Importer._find_near
        calls = []

        def find_near(importer: archive._Importer) -> Any:
            found = proper(importer)
            if not calls:
                data_set.add(data_set.examine([quieter], "rock"))
            calls.append(found)
            return found

        monkeypatch.setattr(archive._Importer, "_find_near", find_near)
        import_archive(data_set, archived)
        clips = {clip.title: clip for clip in data_set.clips()}
        assert len(calls) == 2
        assert clips["riff 0000"].group == clips["quieter"].group
        assert data_set.check(deep=True) == []


def landmarks_of(data_set: DataSet) -> set[int]:
    """Return the numbers that landmarks lie under."""
    with data_set.database.read() as connection:
        return {row[0] for row in connection.execute("SELECT DISTINCT clip_id FROM landmarks")}


_CHILD = """
import sys, time
from pathlib import Path
from genre_app.dataset.archive import export_archive, import_archive
from genre_app.dataset.data_set import DataSet
what, dataset, path = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
with DataSet(dataset) as data_set:
    print("ready", flush=True)
    if what == "import":
        import_archive(data_set, path)
    else:
        export_archive(data_set, path)
print("done", flush=True)
"""


def killed_after(seconds: float | None, *arguments: str | Path) -> tuple[bool, float]:
    """Run the child, kill it some time after it began; return whether it was done, and how long it took."""
    with subprocess.Popen(
        [sys.executable, "-c", _CHILD, *map(str, arguments)],
        stdout=subprocess.PIPE,
        text=True,
        env=module_environment(),
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        started = time.perf_counter()
        if seconds is not None:
            time.sleep(seconds)
            os.killpg(process.pid, signal.SIGKILL)
        done = "done" in process.stdout.read()
        return done, time.perf_counter() - started


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL on Windows")
@pytest.mark.timeout(1200)
class TestKill:
    def test_during_import(self, original: DataSet, archived: Path, tmp_path: Path) -> None:
        whole = contents(original)
        _, seconds = killed_after(None, "import", tmp_path / "whole", archived)
        rng = np.random.default_rng()
        for number in range(_KILLS):
            directory = tmp_path / f"killed{number}"
            delay = float(rng.uniform(0, 1.1 * seconds))
            done, _ = killed_after(delay, "import", directory, archived)
            with DataSet(directory) as data_set:
                assert data_set.check(deep=True) == []
                assert data_set.count() in ((7,) if done else (0, 7)), f"killed after {delay} s"
                assert not list((directory / "audio").glob(".incoming-*"))
                import_archive(data_set, archived)
                assert contents(data_set) == whole
                assert data_set.check(deep=True) == []
            shutil.rmtree(directory)

    def test_during_export(self, original: DataSet, tmp_path: Path) -> None:
        path = tmp_path / "a.zip"
        path.write_bytes(b"before")
        _, seconds = killed_after(None, "export", original.directory, tmp_path / "whole.zip")
        rng = np.random.default_rng()
        for _ in range(_KILLS):
            done, _ = killed_after(float(rng.uniform(0, 1.1 * seconds)), "export", original.directory, path)
            if path.read_bytes() != b"before":
                with zipfile.ZipFile(path) as opened:
                    assert opened.testzip() is None
                path.write_bytes(b"before")
            else:
                assert not done
        export_archive(original, path)
        assert {entry.name for entry in tmp_path.iterdir()} == {"a.zip", "whole.zip"}, "no leftovers"
        assert original.check(deep=True) == []


def test_the_samples_survive(original: DataSet, archived: Path, data_set: DataSet) -> None:
    import_archive(data_set, archived)
    clip = next(clip for clip in data_set.clips() if clip.title == "riff 0003")
    samples, _ = read_audio(clip.path)
    np.testing.assert_allclose(samples, riff(3), atol=1e-4)
