"""Files become clips once and only once, whatever they are called, and whenever the program is killed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
import threading
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from genre_app.audio.errors import AudioMissingError
from genre_app.dataset import adding
from genre_app.dataset.data_set import DataSet
from genre_app.dataset.errors import DataSetDiskFullError, GenreNameError
from genre_app.dataset.records import Candidate
from genre_app.errors import GenreAppError
from genre_app.progress import Cancelled, Progress
from tests.audio_files import to_int16, wav_bytes, write_sndfile
from tests.dataset_files import RATE, riff, write_riff, write_riffs
from tests.unit.dataset.made_clips import stored_files


def _statuses(candidates: list[Candidate]) -> list[str]:
    return [candidate.status for candidate in candidates]


def test_examined_files_become_clips_with_what_was_heard(tmp_path: Path, data_set: DataSet) -> None:
    paths = write_riffs(tmp_path / "in", 3)
    candidates = data_set.examine(paths, "jazz")
    assert _statuses(candidates) == ["new"] * 3
    assert data_set.count() == 0
    ids = data_set.add(candidates)
    for path, clip_id in zip(paths, ids, strict=True):
        clip = data_set.clip(clip_id)
        assert (clip.title, clip.artist, clip.genre, clip.format) == (path.stem, "", "jazz", "WAV")
        assert clip.source == str(path)
        assert clip.duration == pytest.approx(2.0)
        assert (clip.sample_rate, clip.channels) == (RATE, 1)
        assert clip.path.read_bytes() == path.read_bytes()
        assert clip.path.stem == clip.sample_hash
    assert data_set.check(deep=True) == []


def test_tags_name_the_clip_and_keep_an_artist_in_one_split(tmp_path: Path, data_set: DataSet) -> None:
    import soundfile

    paths = []
    for seed in range(6):
        path = tmp_path / f"{seed}.flac"
        with soundfile.SoundFile(path, "w", RATE, 1) as file:
            file.title, file.artist = f"노래 {seed}", "양파들"
            file.write(riff(seed))
        paths.append(path)
    clips = [data_set.clip(number) for number in data_set.add(data_set.examine(paths, "pop"))]
    assert [clip.title for clip in clips] == [f"노래 {seed}" for seed in range(6)]
    assert {clip.artist for clip in clips} == {"양파들"}
    assert len({clip.split for clip in clips}) == 1


def test_the_same_audio_in_another_container_is_one_clip(tmp_path: Path, data_set: DataSet) -> None:
    import soundfile

    pcm = to_int16(riff(1))
    for name in ("a.wav", "a.flac", "a.aiff"):
        soundfile.write(tmp_path / name, pcm, RATE, subtype="PCM_16")
    (number,) = data_set.add(data_set.examine([tmp_path / "a.wav"], "rock"))
    again = data_set.examine([tmp_path / "a.flac", tmp_path / "a.aiff", tmp_path / "a.wav"], "rock")
    assert [(one.status, one.existing) for one in again] == [("present", number)] * 3
    assert data_set.add(again) == []
    assert data_set.count() == len(stored_files(data_set.directory)) == 1


def test_the_same_audio_twice_in_one_go_is_one_clip(tmp_path: Path, data_set: DataSet) -> None:
    import soundfile

    pcm = to_int16(riff(1))
    for name in ("a.wav", "b.flac"):
        soundfile.write(tmp_path / name, pcm, RATE, subtype="PCM_16")
    candidates = data_set.examine([tmp_path], "rock")
    assert [(one.status, one.existing) for one in candidates] == [("new", None), ("present", None)]
    assert len(data_set.add(candidates)) == 1
    # Nor if somebody claims that both are new.
    other = [
        Candidate(path, "rock", "new", None, None, None, "", "", 0.0, "") for path in tmp_path.glob("*.*")
    ]
    assert data_set.add(other) == []
    assert data_set.count() == len(stored_files(data_set.directory)) == 1


def test_a_near_duplicate_is_reported_and_kept_in_the_same_split(tmp_path: Path, data_set: DataSet) -> None:
    seconds = 12.0
    originals = [write_riff(tmp_path / f"{seed}.wav", seed, seconds) for seed in range(8)]
    ids = data_set.add(data_set.examine(originals, "rock"))
    near = []
    for seed in range(8):
        quieter = 0.3 * riff(seed, seconds)[3 * RATE :]
        near.append(write_sndfile(tmp_path / f"near {seed}.ogg", quieter, RATE))
    candidates = data_set.examine(near, "rock")
    assert [(one.status, one.existing) for one in candidates] == [
        ("near_duplicate", number) for number in ids
    ]
    assert data_set.add(candidates, keep_near_duplicates=False) == []
    copies = data_set.add(candidates)
    pairs = [(data_set.clip(a), data_set.clip(b)) for a, b in zip(ids, copies, strict=True)]
    assert all(a.group == b.group and a.split == b.split for a, b in pairs)
    assert len({a.group for a, _ in pairs}) == 8


def test_near_duplicates_in_one_go_are_found_too(tmp_path: Path, data_set: DataSet) -> None:
    write_riff(tmp_path / "a.wav", 1, 12.0)
    write_sndfile(tmp_path / "b.ogg", 0.3 * riff(1, 12.0), RATE)
    candidates = data_set.examine([tmp_path], "rock")
    assert [(one.status, one.existing) for one in candidates] == [("new", None), ("near_duplicate", None)]
    first, second = (data_set.clip(number) for number in data_set.add(candidates))
    assert first.group == second.group


def test_a_near_duplicate_of_a_removed_clip_is_new_but_never_in_another_split(
    tmp_path: Path, data_set: DataSet
) -> None:
    ids = [
        *data_set.add(data_set.examine([write_riff(tmp_path / f"{n}.wav", n, 10.0) for n in range(6)], "pop"))
    ]
    data_set.remove(ids)
    near = [write_sndfile(tmp_path / f"{n}.flac", 0.5 * riff(n, 10.0), RATE) for n in range(6)]
    candidates = data_set.examine(near, "pop")
    assert _statuses(candidates) == ["new"] * 6
    data_set.add(candidates)
    with data_set.database.read() as connection:
        groups = connection.execute("SELECT group_id, count(*) FROM clips GROUP BY 1").fetchall()
    assert [n for _, n in groups] == [2] * 6


def test_an_added_clip_that_was_undone_comes_back_with_its_file(tmp_path: Path, data_set: DataSet) -> None:
    candidates = data_set.examine(write_riffs(tmp_path / "in", 3), "rock")
    ids = data_set.add(candidates)
    assert data_set.undo() == "Add clips"
    assert data_set.count() == 0
    assert _statuses(data_set.examine([tmp_path / "in"], "rock")) == ["new"] * 3
    assert data_set.add(data_set.examine([tmp_path / "in"], "jazz")) == ids
    assert {clip.genre for clip in data_set.clips()} == {"jazz"}
    assert data_set.check(deep=True) == []


def test_adding_many_files_is_one_step_of_undo(tmp_path: Path, data_set: DataSet) -> None:
    write_riffs(tmp_path / "in", 40, seconds=0.3)  # more than one transaction takes
    assert len(data_set.add(data_set.examine([tmp_path / "in"], "케이팝"))) == 40
    assert "케이팝" in {genre.name for genre in data_set.genres()}
    data_set.undo()
    assert data_set.count() == 0
    assert data_set.can_undo is None
    assert "케이팝" not in {genre.name for genre in data_set.genres()}
    data_set.redo()
    assert data_set.count(genre="케이팝") == 40
    assert data_set.check(deep=True) == []


def test_genres_are_taken_from_folders(tmp_path: Path, data_set: DataSet) -> None:
    top = tmp_path / "collection"
    write_riff(top / "Jazz" / "a.wav", 1)
    write_riff(top / "트로트" / "artist" / "album" / "b.wav", 2)
    write_riff(top / "c.wav", 3)
    write_riff(top / "what?" / "d.wav", 4)
    alone = write_riff(tmp_path / "metal" / "e.wav", 5)
    candidates = data_set.examine([top, alone], None, genre_from_folder=True)
    assert {one.path.name: one.genre for one in candidates} == {
        "a.wav": "Jazz",
        "b.wav": "트로트",
        "c.wav": "collection",
        "d.wav": None,
        "e.wav": "metal",
    }
    failures: list[tuple[str, GenreAppError]] = []
    adding.add(data_set, candidates, on_failure=lambda one, error: failures.append((one.path.name, error)))
    assert [name for name, _ in failures] == ["d.wav"]
    assert isinstance(failures[0][1], GenreNameError)
    # Jazz is one of the first ten, however it is written.
    assert Counter(clip.genre for clip in data_set.clips()) == {
        "jazz": 1,
        "트로트": 1,
        "collection": 1,
        "metal": 1,
    }


def test_what_can_not_be_read_is_reported_and_the_rest_is_added(tmp_path: Path, data_set: DataSet) -> None:
    good = write_riff(tmp_path / "good.wav", 1)
    (tmp_path / "bad.mp3").write_bytes(b"this is no music" * 99)
    (tmp_path / "empty.wav").touch()
    missing = tmp_path / "missing.wav"
    candidates = data_set.examine([tmp_path / "bad.mp3", good, tmp_path / "empty.wav", missing], "rock")
    assert _statuses(candidates) == ["unreadable", "new", "unreadable", "unreadable"]
    assert all((one.error is not None) == (one.status == "unreadable") for one in candidates)
    assert isinstance(candidates[3].error, AudioMissingError)
    assert len(data_set.add(candidates)) == 1


def test_a_file_that_vanishes_after_it_was_examined_is_reported(tmp_path: Path, data_set: DataSet) -> None:
    paths = write_riffs(tmp_path / "in", 3)
    candidates = data_set.examine(paths, "rock")
    paths[1].unlink()
    failures: list[Path] = []
    ids = adding.add(data_set, candidates, on_failure=lambda one, _: failures.append(one.path))
    assert len(ids) == 2
    assert failures == [paths[1]]
    assert data_set.check(deep=True) == []


def test_a_file_that_changes_after_it_was_examined_is_what_it_is_when_added(
    tmp_path: Path, data_set: DataSet
) -> None:
    path = write_riff(tmp_path / "a.wav", 1)
    candidates = data_set.examine([path], "rock")
    write_riff(path, 2, seconds=3.0)
    (number,) = data_set.add(candidates)
    clip = data_set.clip(number)
    assert clip.duration == pytest.approx(3.0)
    assert clip.sample_hash != candidates[0].sample_hash
    assert _statuses(data_set.examine([path], "rock")) == ["present"]


def test_files_are_not_decoded_a_second_time(
    tmp_path: Path, data_set: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    import soundfile

    pcm = to_int16(riff(1))
    paths = [tmp_path / name for name in ("a.wav", "b.flac")]
    for path in paths:
        soundfile.write(path, pcm, RATE, subtype="PCM_16")
    data_set.add(data_set.examine(paths[:1], "rock"))
    data_set.examine(paths[1:], "rock")  # heard once, to know that it is the same
    monkeypatch.setattr("genre_app.dataset.hearing.open_audio", lambda *_, **__: pytest.fail("decoded again"))
    assert _statuses(data_set.examine(paths, "rock")) == ["present", "present"]


def test_progress_counts_files(tmp_path: Path, data_set: DataSet) -> None:
    paths = write_riffs(tmp_path / "in", 5, seconds=0.3)
    reports: list[tuple[float, float, str]] = []
    progress = Progress(lambda *report: reports.append(report))
    candidates = data_set.examine(paths, "rock", progress=progress)
    expected = [(0, 5, "")] + [(n, 5, path.name) for n, path in enumerate(paths, 1)]
    assert reports == expected
    reports.clear()
    data_set.add(candidates, progress)
    assert reports == expected


def test_examining_stops_soon_when_cancelled_in_a_long_file(tmp_path: Path, data_set: DataSet) -> None:
    path = tmp_path / "long.wav"
    hours = 4
    with path.open("wb") as file:  # silence that takes no room on the disk
        file.write(wav_bytes(np.zeros(0, "<i2"), 44100, data_size=2 * 44100 * 3600 * hours))
        file.truncate(44 + 2 * 44100 * 3600 * hours)
    progress = Progress()
    threading.Timer(1.0, progress.cancel).start()
    began = time.process_time()
    with pytest.raises(Cancelled):
        data_set.examine([path], "rock", progress=progress)
    assert time.process_time() - began < 5.0


def test_what_was_added_before_a_cancel_stays_and_the_rest_follows(tmp_path: Path, data_set: DataSet) -> None:
    write_riffs(tmp_path / "in", 50, seconds=0.3)
    candidates = data_set.examine([tmp_path / "in"], "rock")

    progress = Progress(lambda done, *_: progress.cancel() if done == 40 else None)
    with pytest.raises(Cancelled):
        data_set.add(candidates, progress)
    there = data_set.count()
    assert 16 <= there < 50
    assert len(stored_files(data_set.directory)) == there
    again = data_set.examine([tmp_path / "in"], "rock")
    assert Counter(_statuses(again)) == {"present": there, "new": 50 - there}
    assert len(data_set.add(again)) == 50 - there
    assert data_set.check(deep=True) == []
    data_set.undo()
    data_set.undo()
    assert data_set.count() == 0


def test_two_threads_may_add_the_same_files(tmp_path: Path, data_set: DataSet) -> None:
    write_riffs(tmp_path / "in", 40, seconds=0.3)
    candidates = data_set.examine([tmp_path / "in"], "rock")
    added: list[int] = []
    threads = [
        threading.Thread(target=lambda: added.extend(data_set.add(candidates)), daemon=True) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(added) == sorted(data_set.clip_ids())
    assert data_set.count() == len(stored_files(data_set.directory)) == 40
    assert data_set.check(deep=True) == []


def test_a_full_disk_at_the_commit_leaves_neither_rows_nor_files(
    tmp_path: Path, data_set: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_riffs(tmp_path / "in", 20, seconds=0.3)
    candidates = data_set.examine([tmp_path / "in"], "rock")
    insert = adding.near_duplicates.store_landmarks
    calls = []

    def fill(*arguments: object) -> None:
        calls.append(1)
        if len(calls) == 10:
            raise DataSetDiskFullError(path=data_set.directory)
        insert(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(adding.near_duplicates, "store_landmarks", fill)
    with pytest.raises(DataSetDiskFullError):
        data_set.add(candidates)
    assert data_set.count() == 0
    assert stored_files(data_set.directory) == set()
    monkeypatch.undo()
    assert len(data_set.add(candidates)) == 20
    assert data_set.check(deep=True) == []


_KILLED = """
    import json, os, random, signal, sys
    from pathlib import Path
    from genre_app.audio.decoder_client import pool
    from genre_app.dataset.data_set import DataSet
    from genre_app.dataset.layout import AUDIO_NAME

    directory, folder, rounds = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    chance = random.Random(int(sys.argv[4]))

    # Each step counts: calls of our own functions and of what they call, such as fsync, rename and execute.
    def add(kill_at):
        events = 0
        def count(frame, event, argument):
            nonlocal events
            events += 1
            if events == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)
        with DataSet(directory) as data_set:
            candidates = data_set.examine([folder], "rock")
            sys.setprofile(count)
            ids = data_set.add(candidates)
            sys.setprofile(None)
        pool.close()
        return events

    events = None
    for round in range(rounds):
        reader, writer = os.pipe()
        kill_at = None if events is None else chance.randrange(1, events // 10)
        child = os.fork()
        if not child:
            try:
                os.write(writer, str(add(kill_at)).encode())
            finally:
                os._exit(0)
        os.close(writer)
        _, status = os.waitpid(child, 0)
        said = os.read(reader, 100)
        os.close(reader)
        with DataSet(directory) as data_set:
            findings = [one.code for one in data_set.check(deep=True)]
            files = [one for one in (directory / AUDIO_NAME).rglob("*") if one.is_file()]
            print(json.dumps({
                "killed": os.WIFSIGNALED(status), "clips": data_set.count(), "files": len(files),
                "findings": findings, "distinct": len({one.source for one in data_set.clips()}),
            }), flush=True)
            if events is None:
                events = int(said)  # of all files, unkilled; taken back for the rounds to come
                data_set.undo()
                data_set.empty_bin()
"""


@pytest.mark.timeout(900)
@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills forked processes")
def test_killed_twenty_times_it_loses_nothing_and_adds_nothing_twice(
    tmp_path: Path, repository: Path, data_set: DataSet
) -> None:
    n = 200
    write_riffs(tmp_path / "in", n, seconds=0.2)
    seed = int.from_bytes(os.urandom(4), "big")
    print(f"seed {seed}")
    output = subprocess.run(
        [
            *(sys.executable, "-c", textwrap.dedent(_KILLED)),
            *(str(data_set.directory), str(tmp_path / "in"), "21", str(seed)),
        ],
        cwd=repository,
        capture_output=True,
        text=True,
        check=False,
    )
    assert output.returncode == 0, output.stderr
    print(output.stdout)
    first, *rounds = [json.loads(line) for line in output.stdout.splitlines()]
    assert first == {"killed": False, "clips": n, "files": n, "findings": [], "distinct": n}
    assert len(rounds) == 20
    assert sum(one["killed"] for one in rounds) >= 18
    before = 0
    for one in rounds:
        assert one["findings"] == []
        assert one["files"] == one["clips"] == one["distinct"] >= before
        before = one["clips"]
    data_set.add(data_set.examine([tmp_path / "in"], "rock"))
    assert data_set.count() == len(stored_files(data_set.directory)) == n
    assert data_set.check(deep=True) == []


_MEASURED = """
    import json, sys, time
    from pathlib import Path
    from genre_app.dataset.data_set import DataSet

    def peak():  # MiB; of this process alone: decoders have their own limit, and getrusage counts its parent
        status = Path("/proc/self/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0]) / 1024

    with DataSet(Path(sys.argv[1])) as data_set:
        folder = Path(sys.argv[2])
        paths = sorted(folder.iterdir())
        few = data_set.add(data_set.examine(paths[:30], "rock"))
        before = peak()
        began, cpu = time.monotonic(), time.process_time()
        many = data_set.add(data_set.examine(paths, "rock"))
        print(json.dumps({
            "added": len(few) + len(many), "before": before, "growth": peak() - before,
            "per_second": len(many) / (time.monotonic() - began),
            "cpu": (time.process_time() - cpu) / len(many),
        }))
"""


@pytest.mark.timeout(600)
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="no /proc to read memory from")
def test_memory_is_bounded_while_300_files_are_imported(tmp_path: Path, repository: Path) -> None:
    write_riffs(tmp_path / "in", 300, seconds=2.0)
    output = subprocess.run(
        [
            *(sys.executable, "-c", textwrap.dedent(_MEASURED)),
            *(str(tmp_path / "dataset"), str(tmp_path / "in")),
        ],
        cwd=repository,
        capture_output=True,
        text=True,
        check=False,
    )
    assert output.returncode == 0, output.stderr
    measured = json.loads(output.stdout)
    print(measured)
    assert measured["added"] == 300
    assert measured["growth"] < 40  # MiB
    # Of the processor's time; the clock's depends on what else the machine does.
    assert measured["cpu"] < 0.1
