"""Collections of folders, as they are found: with broken files, lists of splits, and interruptions."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from genre_app.dataset import folder_import, hearing
from genre_app.dataset.archive_errors import SplitListError
from genre_app.dataset.data_set import DataSet
from genre_app.dataset.folder_import import AddedFile, add_files, import_folder
from genre_app.processes import module_environment
from genre_app.progress import Cancelled, Progress
from tests.audio_files import write_long_wav, write_sndfile
from tests.dataset_files import RATE, riff, write_riff

_KILLS = max(1, int(os.environ.get("GENRE_APP_KILLS", "60")) // 15)


@pytest.fixture
def collection(tmp_path: Path) -> Path:
    """Return a folder like GTZAN: three clips of each of three genres, and a corrupt one."""
    folder = tmp_path / "genres"
    for number, genre in enumerate(("blues", "jazz", "케이팝")):
        for index in range(3):
            write_riff(folder / genre / f"{genre}.{index:05}.wav", 10 * number + index, 1.0)
    (folder / "jazz" / "jazz.00054.wav").write_bytes(b"RIFF" + bytes(200))
    (folder / "jazz" / "notes.txt").write_text("no music")
    return folder


def write_list(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def splits(data_set: DataSet) -> dict[str, str]:
    return {clip.title: clip.split for clip in data_set.clips()}


class TestCollection:
    def test_the_corrupt_file_is_reported_and_the_others_are_imported(
        self, collection: Path, data_set: DataSet
    ) -> None:
        told: list[AddedFile] = []
        result = import_folder(data_set, collection, on_file=told.append)
        assert result.counts == {"added": 9, "failed": 1}
        counts = {name: count.train + count.valid for name, count in data_set.counts().items()}
        assert {name: n for name, n in counts.items() if n} == {"blues": 3, "jazz": 3, "케이팝": 3}
        (failed,) = [one for one in told if one.status == "failed"]
        assert failed.path.name == "jazz.00054.wav"
        assert failed.error is not None
        assert failed.clip_id is None
        assert [one.path.name for one in told] == sorted(
            (one.path.name for one in told), key=lambda name: (name.split(".")[0], name)
        )
        for one in told:
            if one.clip_id is not None:
                clip = data_set.clip(one.clip_id)
                assert (clip.title, clip.genre, clip.split) == (one.path.stem, one.genre, one.split)
        assert data_set.check(deep=True) == []

    def test_it_is_one_step_of_undo(
        self, collection: Path, data_set: DataSet, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(folder_import, "_BATCH", 2)
        import_folder(data_set, collection)
        assert data_set.undo() == "Import"
        assert (data_set.count(), data_set.can_undo) == (0, None)
        assert data_set.redo() == "Import"
        assert data_set.count() == 9

    def test_again_adds_and_decodes_nothing(
        self, collection: Path, data_set: DataSet, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        import_folder(data_set, collection)
        decoded: list[Path] = []
        proper = hearing.open_audio
        monkeypatch.setattr(
            hearing, "open_audio", lambda path, **options: (decoded.append(path), proper(path, **options))[1]
        )
        result = import_folder(data_set, collection)
        assert result.counts == {"present": 9, "failed": 1}
        assert [path.name for path in decoded] == ["jazz.00054.wav"]

    def test_a_label_that_differs_is_reported_and_stays(self, collection: Path, data_set: DataSet) -> None:
        import_folder(data_set, collection)
        (collection / "rock").mkdir()
        (collection / "blues" / "blues.00001.wav").rename(collection / "rock" / "rock.00000.wav")
        told: list[AddedFile] = []
        import_folder(data_set, collection, on_file=told.append)
        (moved,) = [one for one in told if one.path.name == "rock.00000.wav"]
        assert (moved.status, moved.genre, moved.labelled) == ("present", "rock", "blues")
        assert data_set.counts()["rock"].train + data_set.counts()["rock"].valid == 0

    def test_what_sounds_alike(self, collection: Path, data_set: DataSet) -> None:
        write_sndfile(collection / "jazz" / "softer.flac", 0.4 * riff(0, 6.0), RATE)
        write_sndfile(collection / "blues" / "loud.flac", riff(0, 6.0), RATE)
        told: list[AddedFile] = []
        result = import_folder(data_set, collection, keep_near_duplicates=False, on_file=told.append)
        assert result.counts["near_duplicate"] == 1
        (left_out,) = [one for one in told if one.status == "near_duplicate"]
        assert left_out.path.name == "softer.flac"
        assert data_set.clip(left_out.clip_id or 0).title == "loud"
        result = import_folder(data_set, collection, on_file=told.append)
        assert (result.counts["added"], told[-1].near or any(one.near for one in told)) == (1, True)
        by_title = splits(data_set)
        assert by_title["softer"] == by_title["loud"]

    def test_names_that_no_genre_can_have(self, tmp_path: Path, data_set: DataSet) -> None:
        if sys.platform == "win32":
            pytest.skip("such names can't be made there")
        write_riff(tmp_path / "top" / "a:b" / "song.wav", 1, 0.5)
        write_riff(tmp_path / "top" / "fine" / "song.wav", 2, 0.5)
        told: list[AddedFile] = []
        result = import_folder(data_set, tmp_path / "top", on_file=told.append)
        assert result.counts == {"failed": 1, "added": 1}
        assert told[0].error is not None
        assert "a:b" in told[0].error.message

    def test_an_empty_folder_is_reported(self, tmp_path: Path, data_set: DataSet) -> None:
        (tmp_path / "empty").mkdir()
        result = import_folder(data_set, tmp_path / "empty")
        assert result.counts == {"failed": 1}

    def test_progress_never_falls_and_arrives(self, collection: Path, data_set: DataSet) -> None:
        seen: list[tuple[float, float]] = []
        import_folder(data_set, collection, Progress(lambda done, total, _: seen.append((done, total))))
        assert {total for _, total in seen} == {10}
        done = [one for one, _ in seen]
        assert done == sorted(done)
        assert (done[0], done[-1]) == (0, 10)


class TestLists:
    def test_both(self, collection: Path, data_set: DataSet, tmp_path: Path) -> None:
        lists = {
            "train": write_list(
                tmp_path / "train.txt", "# comment", "", "blues/blues.00000.wav", "jazz/jazz.00001"
            ),
            "valid": write_list(
                tmp_path / "valid.txt",
                *("genres_original/blues/blues.00002.au", "케이팝\\케이팝.00001.wav", "JAZZ/jazz.00000.mp3"),
                *("pop/pop.00000.wav", "jazz/jazz.00054.wav"),
            ),
        }
        result = import_folder(data_set, collection, lists=lists)  # type: ignore[arg-type]
        assert splits(data_set) == {
            "blues.00000": "train",
            "jazz.00001": "train",
            "blues.00002": "valid",
            "케이팝.00001": "valid",
            "jazz.00000": "valid",
        }
        assert all(clip.pinned for clip in data_set.clips())
        assert result.unlisted == 4
        assert result.not_found == ("pop/pop.00000.wav",)
        assert result.counts == {"added": 5, "failed": 1}

    @pytest.mark.parametrize(("listed", "rest"), [("valid", "train"), ("train", "valid")])
    def test_one(self, collection: Path, data_set: DataSet, tmp_path: Path, listed: str, rest: str) -> None:
        path = write_list(tmp_path / "list.txt", "blues.00000.wav", "jazz/jazz.00001.wav")
        result = import_folder(data_set, collection, lists={listed: path})  # type: ignore[dict-item]
        by_title = splits(data_set)
        assert by_title.pop("blues.00000") == by_title.pop("jazz.00001") == listed
        assert set(by_title.values()) == {rest}
        assert (len(by_title), result.unlisted) == (7, 0)

    def test_a_pin_of_the_users_stays(self, collection: Path, data_set: DataSet, tmp_path: Path) -> None:
        import_folder(data_set, collection)
        clip = data_set.clips()[0]
        data_set.pin([clip.id], True, "train")
        told: list[AddedFile] = []
        path = write_list(tmp_path / "valid.txt", f"{clip.genre}/{clip.title}")
        import_folder(data_set, collection, lists={"valid": path}, on_file=told.append)
        assert data_set.clip(clip.id).split == "train"
        assert (told[0].split, told[0].listed) == ("train", "valid")

    def test_clips_of_one_recording_are_not_torn_apart(
        self, collection: Path, data_set: DataSet, tmp_path: Path
    ) -> None:
        write_sndfile(collection / "jazz" / "softer.flac", 0.4 * riff(0, 6.0), RATE)
        write_sndfile(collection / "blues" / "loud.flac", riff(0, 6.0), RATE)
        told: list[AddedFile] = []
        path = write_list(tmp_path / "valid.txt", "jazz/softer")
        import_folder(data_set, collection, lists={"valid": path}, on_file=told.append)
        assert splits(data_set)["softer"] == splits(data_set)["loud"] == "valid"

    @pytest.mark.parametrize(
        ("content", "reason"), [(b"", "nothing"), (b"# only this\n", "nothing"), (b"a\0b", "not a text")]
    )
    def test_no_list(
        self, collection: Path, data_set: DataSet, tmp_path: Path, content: bytes, reason: str
    ) -> None:
        path = tmp_path / "list.txt"
        path.write_bytes(content)
        with pytest.raises(SplitListError, match=reason):
            import_folder(data_set, collection, lists={"valid": path})
        with pytest.raises(SplitListError):
            import_folder(data_set, collection, lists={"valid": tmp_path / "missing.txt"})
        assert data_set.count() == 0

    def test_contradicting_lists(self, collection: Path, data_set: DataSet, tmp_path: Path) -> None:
        lists = {
            "train": write_list(tmp_path / "train.txt", "blues/blues.00000.wav"),
            "valid": write_list(tmp_path / "valid.txt", "blues/blues.00000.mp3"),
        }
        with pytest.raises(SplitListError, match="another split"):
            import_folder(data_set, collection, lists=lists)  # type: ignore[arg-type]


class TestInterrupted:
    def test_cancelled_it_keeps_what_it_has_and_goes_on_from_there(
        self, collection: Path, data_set: DataSet, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(folder_import, "_BATCH", 2)
        progress = Progress(lambda done, *_: progress.cancel() if done >= 5 else None)
        with pytest.raises(Cancelled):
            import_folder(data_set, collection, progress)
        there = data_set.count()
        assert 0 < there < 9
        result = import_folder(data_set, collection)
        assert (result.counts["present"], data_set.count()) == (there, 9)

    def test_a_long_file_does_not_keep_a_cancel_waiting(self, tmp_path: Path, data_set: DataSet) -> None:
        (tmp_path / "jazz").mkdir()
        write_long_wav(tmp_path / "jazz" / "long.wav", hours=3)
        progress = Progress()
        timer = threading.Timer(0.5, progress.cancel)
        timer.start()
        started = time.perf_counter()
        with pytest.raises(Cancelled):
            add_files(data_set, [tmp_path / "jazz"], "jazz", progress)
        timer.join()
        assert time.perf_counter() - started < 3
        assert data_set.count() == 0

    @pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL on Windows")
    @pytest.mark.timeout(600)
    def test_killed_it_does_nothing_twice(self, collection: Path, tmp_path: Path) -> None:
        code = (
            "import sys; from pathlib import Path; from genre_app.dataset import folder_import;"
            "from genre_app.dataset.data_set import DataSet; folder_import._BATCH = 2;"
            "data_set = DataSet(Path(sys.argv[1])); print('ready', flush=True);"
            "folder_import.import_folder(data_set, Path(sys.argv[2]),"
            " lists={'valid': Path(sys.argv[3])}); print('done', flush=True)"
        )
        listing = write_list(tmp_path / "valid.txt", "blues/blues.00000.wav")
        rng = np.random.default_rng()
        for number in range(_KILLS):
            directory = tmp_path / f"dataset{number}"
            seen: set[str] = set()
            for delay in (*rng.uniform(0.05, 0.8, 2), None):
                with subprocess.Popen(
                    [sys.executable, "-c", code, str(directory), str(collection), str(listing)],
                    stdout=subprocess.PIPE,
                    text=True,
                    env=module_environment(),
                    start_new_session=True,
                ) as process:
                    assert process.stdout is not None
                    assert process.stdout.readline() == "ready\n"
                    if delay is not None:
                        time.sleep(float(delay))
                        os.killpg(process.pid, signal.SIGKILL)
                    process.stdout.read()
                with DataSet(directory) as data_set:
                    assert data_set.check(deep=True) == []
                    now = {clip.sample_hash for clip in data_set.clips()}
                    assert seen <= now
                    seen = now
            with DataSet(directory) as data_set:
                by_title = splits(data_set)
                assert len(by_title) == data_set.count() == 9
                assert by_title.pop("blues.00000") == "valid"
                assert set(by_title.values()) == {"train"}


class TestFiles:
    def test_with_one_genre_that_is_made(self, collection: Path, data_set: DataSet) -> None:
        files = [collection / "blues", collection / "jazz" / "jazz.00001.wav"]
        assert add_files(data_set, files, "trot").counts == {"added": 4}
        assert data_set.count(genre="trot") == 4
        assert data_set.can_undo == "Add clips"

    def test_one_file_twice(self, collection: Path, data_set: DataSet) -> None:
        file = collection / "blues" / "blues.00001.wav"
        told: list[AddedFile] = []
        assert add_files(data_set, [file, file], "rock", on_file=told.append).counts == {
            "added": 1,
            "present": 1,
        }
        assert told[0].clip_id == told[1].clip_id
