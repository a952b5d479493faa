"""The check finds what does not fit together, and puts right what can be without deleting anything."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from genre_app.dataset import clip_rows, pending, undo
from genre_app.dataset.data_set import DataSet
from genre_app.dataset.layout import AUDIO_NAME, file_name
from genre_app.progress import Cancelled, Progress
from tests.unit.dataset.made_clips import add_made, add_one, made_bytes, made_clip, snapshot, stored_files


def _codes(data_set: DataSet, *, deep: bool = False) -> list[str]:
    return [finding.code for finding in data_set.check(deep=deep)]


@pytest.fixture
def three(data_set: DataSet) -> DataSet:
    """Return a data set with three clips, one of them in the bin."""
    ids = add_made(data_set, [(n, made_clip(n)) for n in range(3)])
    data_set.remove(ids[2:])
    return data_set


def test_all_is_well(three: DataSet) -> None:
    assert three.check() == []
    assert three.check(repair=True, deep=True) == []


def test_a_missing_file_comes_back_from_its_original_place(data_set: DataSet, tmp_path: Path) -> None:
    original = tmp_path / "original.wav"
    original.write_bytes(made_bytes(1))
    clip_id = add_one(data_set, 1, source=str(original))
    data_set.clip(clip_id).path.unlink()
    (finding,) = data_set.check()
    assert (finding.code, finding.clip_id, finding.repaired) == ("file-missing", clip_id, False)
    assert finding.path == data_set.clip(clip_id).path
    (finding,) = data_set.check(repair=True)
    assert (finding.code, finding.repaired) == ("file-missing", True)
    assert data_set.check(deep=True) == []
    assert original.read_bytes() == data_set.clip(clip_id).path.read_bytes() == made_bytes(1)


def test_a_missing_file_comes_back_from_recovery(three: DataSet) -> None:
    clip = three.clips()[0]
    (three.directory / "recovery").mkdir()
    clip.path.rename(three.directory / "recovery" / clip.path.name)
    assert [finding.repaired for finding in three.check(repair=True)] == [True]
    assert three.check(deep=True) == []


def test_what_has_the_name_but_not_the_bytes_does_not_come_back(three: DataSet) -> None:
    clip = three.clips()[0]
    (three.directory / "recovery").mkdir()
    clip.path.rename(three.directory / "recovery" / clip.path.name)
    (three.directory / "recovery" / clip.path.name).write_bytes(b"another sound")
    (finding,) = three.check(repair=True)
    assert not finding.repaired
    assert "No other copy" in finding.message
    assert _codes(three) == ["file-missing"]
    assert three.clip(clip.id).title == clip.title


def test_files_of_the_bin_are_missed_too(three: DataSet) -> None:
    for name in stored_files(three.directory):
        (three.directory / AUDIO_NAME / name).unlink()
    assert _codes(three) == ["file-missing"] * 3


def test_a_changed_file_makes_room_and_is_kept(data_set: DataSet, tmp_path: Path) -> None:
    original = tmp_path / "original.wav"
    original.write_bytes(made_bytes(1))
    path = data_set.clip(add_one(data_set, 1, source=str(original))).path
    path.write_bytes(b"cut off")
    assert _codes(data_set) == ["file-changed"]
    assert data_set.check(repair=True)[0].repaired
    assert path.read_bytes() == made_bytes(1)
    assert (data_set.directory / "recovery" / path.name).read_bytes() == b"cut off"


def test_a_flipped_bit_is_found_by_reading_everything(three: DataSet) -> None:
    path = three.clips()[1].path
    content = bytearray(path.read_bytes())
    content[3] ^= 1
    path.write_bytes(content)
    assert _codes(three) == []
    assert _codes(three, deep=True) == ["file-changed"]


@pytest.mark.parametrize("name", ["ab/abcdef.wav", "stray.txt", "no/such/place.flac", "00/.DS_Store"])
def test_a_file_of_no_clip_goes_to_recovery(three: DataSet, name: str) -> None:
    path = three.directory / AUDIO_NAME / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"orphan")
    assert _codes(three) == ["file-orphan"]
    assert path.exists()
    (finding,) = three.check(repair=True)
    assert finding.repaired
    assert three.check() == []
    assert (three.directory / "recovery" / path.name).read_bytes() == b"orphan"


def test_recovery_overwrites_nothing(three: DataSet) -> None:
    for content in (b"first", b"second", b"third"):
        (three.directory / AUDIO_NAME / "stray.txt").write_bytes(content)
        three.check(repair=True)
    found = {path.name: path.read_bytes() for path in (three.directory / "recovery").iterdir()}
    assert found == {"stray.txt": b"first", "stray-2.txt": b"second", "stray-3.txt": b"third"}


def test_a_folder_in_a_files_place_is_reported(three: DataSet) -> None:
    path = three.clips()[0].path
    path.unlink()
    path.mkdir()
    (finding,) = three.check(repair=True)
    assert (finding.code, finding.repaired) == ("file-unreadable", False)


def test_a_wrong_split_is_put_right(three: DataSet) -> None:
    splits = [clip.split for clip in three.clips()]
    with undo.maintenance(three.database) as connection:
        connection.execute("UPDATE groups SET split = CASE split WHEN 'train' THEN 'valid' ELSE 'train' END")
    assert set(_codes(three)) == {"split-wrong"}
    assert all(finding.repaired for finding in three.check(repair=True))
    assert three.check() == []
    assert [clip.split for clip in three.clips()] == splits


def test_rows_that_refer_to_nothing_are_reported(three: DataSet) -> None:
    with three.database.read() as connection:
        connection.execute("ROLLBACK")
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("INSERT INTO opinions VALUES (999, 'm', 'rock', 0.5)")
        connection.execute("PRAGMA foreign_keys = ON")
    assert _codes(three) == ["database-damaged"]


def test_a_check_can_be_cancelled(three: DataSet) -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        three.check(deep=True, progress=progress)


def test_what_was_left_half_added_is_settled_at_the_start(data_set: DataSet) -> None:
    clip = made_clip(1)
    name = file_name(clip.sample_hash, clip.suffix)
    pending.announce_arrival(data_set.database, [name])
    path = data_set.directory / AUDIO_NAME / name
    path.parent.mkdir(parents=True)
    path.write_bytes(made_bytes(1))
    assert _codes(data_set) == ["file-orphan"]
    data_set.close()
    with DataSet(data_set.directory) as again:
        assert again.check() == []
        assert not path.exists()
        assert (data_set.directory / "recovery" / path.name).read_bytes() == made_bytes(1)
        assert add_one(again, 1)
        assert again.check() == []


def test_what_was_left_half_deleted_is_settled_at_the_start(
    three: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    class KilledError(Exception):
        pass

    def killed(*_: object) -> None:
        raise KilledError

    with monkeypatch.context() as patch:
        patch.setattr(pending, "settle", killed)
        with pytest.raises(KilledError):
            three.empty_bin()
    assert len(stored_files(three.directory)) == 3
    # Another program that looks meanwhile takes the file for what it is.
    assert three.check() == []
    three.close()
    with DataSet(three.directory) as again:
        assert len(stored_files(three.directory)) == 2
        assert again.check() == []


def test_a_file_that_is_wanted_again_does_not_leave(three: DataSet) -> None:
    three.empty_bin()
    with three.database.write() as connection:
        pending.announce_departure(connection, [file_name(made_clip(0).sample_hash, ".wav")])
    pending.settle(three.database, three.directory)
    assert three.check() == []
    assert three.clips()[0].path.is_file()


def test_unfinished_files_are_deleted_once_nobody_writes_them(three: DataSet) -> None:
    audio = three.directory / AUDIO_NAME
    ours = audio / f".incoming-{os.getpid()}-1"
    dead = audio / ".incoming-999999999-1"
    old = audio / f".incoming-{os.getpid()}-2"
    for path in (ours, dead, old):
        path.write_bytes(b"half")
    os.utime(old, (0, 0))
    assert three.check() == []
    three.close()
    with DataSet(three.directory):
        assert [path.exists() for path in (ours, dead, old)] == [True, False, False]


def test_a_clip_that_was_added_to_the_rows_only_is_missed(three: DataSet) -> None:
    before = snapshot(three)
    with undo.step(three.database, undo.ADD) as connection:
        clip_rows.insert(connection, made_clip(50))
    assert _codes(three) == ["file-missing"]
    three.undo()
    three.empty_bin()
    assert three.check() == []
    assert snapshot(three)["clips"] == before["clips"]
