"""The database file: made, brought up to date, shared, and clear about what is wrong with it."""

from __future__ import annotations

import contextlib
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from genre_app.dataset import undo
from genre_app.dataset.data_set import DataSet
from genre_app.dataset.database import Database, shipped_migrations
from genre_app.dataset.errors import (
    DataSetBusyError,
    DataSetDamagedError,
    DataSetError,
    DataSetReadOnlyError,
    DataSetTooNewError,
    from_sqlite_error,
)
from genre_app.directories import data_set_directory
from tests.unit.dataset.made_clips import add_made, add_one, made_clip

_SECOND = (
    "ALTER TABLE clips ADD COLUMN mood TEXT NOT NULL DEFAULT ''; -- calm or not\nDROP TABLE decoded_files;"
)


def _version(path: Path) -> int:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _next_migrations(script: str) -> dict[int, str]:
    migrations = shipped_migrations()
    return migrations | {max(migrations) + 1: script}


def test_the_default_is_the_users_data_set(genre_app_home: Path) -> None:
    with DataSet() as data_set:
        assert data_set.directory == data_set_directory()
        assert data_set.directory.is_relative_to(genre_app_home)
        assert data_set.database.path.is_file()


def test_tables_are_strict_and_the_journal_is_a_log(data_set: DataSet) -> None:
    with data_set.database.read() as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA foreign_keys").fetchone() == (1,)
        lax = connection.execute(
            "SELECT name FROM pragma_table_list"
            " WHERE type = 'table' AND NOT strict AND name NOT LIKE 'sqlite_%'"
        ).fetchall()
    assert lax == []


def test_migrations_are_numbered_without_gaps() -> None:
    migrations = shipped_migrations()
    assert list(migrations) == list(range(1, len(migrations) + 1))


def test_a_migration_copies_the_database_first(data_set: DataSet) -> None:
    clip_id = add_one(data_set, 1)
    data_set.relabel([clip_id], "jazz")
    # Left open, so that what was done last is in the log only and a copy of the file would miss it.
    version = _version(data_set.database.path)
    migrated = Database(data_set.directory, _next_migrations(_SECOND))
    with migrated.read() as connection:
        assert connection.execute("SELECT genre_id, mood FROM clips").fetchall() == [(6, "")]
        assert connection.execute("PRAGMA user_version").fetchone() == (version + 1,)
    migrated.close()
    (backup,) = (data_set.directory / "backups").iterdir()
    assert backup.name.startswith(f"clips-version-{version}-")
    assert _version(backup) == version
    with contextlib.closing(sqlite3.connect(backup)) as connection:
        assert connection.execute("SELECT id, genre_id FROM clips").fetchall() == [(clip_id, 6)]
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_a_new_database_needs_no_copy(data_set: DataSet) -> None:
    assert not (data_set.directory / "backups").exists()


@pytest.mark.parametrize(
    "script",
    [
        "ALTER TABLE clips ADD COLUMN mood TEXT; SELECT * FROM nowhere;",
        "ALTER TABLE clips ADD COLUMN mood TEXT; INSERT INTO opinions VALUES (99, 'm', 'rock', 0.5);",
        "ALTER TABLE clips ADD COLUMN mood TEXT; UPDATE clips SET",
    ],
)
def test_a_failing_migration_leaves_everything_as_it_was(data_set: DataSet, script: str) -> None:
    clip_id = add_one(data_set, 1)
    version = _version(data_set.database.path)
    with pytest.raises(DataSetError):
        Database(data_set.directory, _next_migrations(script))
    assert _version(data_set.database.path) == version
    with data_set.database.read() as connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(clips)")]
    assert "mood" not in columns
    assert data_set.clip(clip_id).genre == "rock"


def test_a_database_of_a_newer_program_is_left_alone(data_set: DataSet) -> None:
    Database(data_set.directory, _next_migrations(_SECOND)).close()
    with pytest.raises(DataSetTooNewError) as caught:
        DataSet(data_set.directory)
    assert str(data_set.directory) in caught.value.message


@pytest.mark.parametrize("content", [b"not a database at all" * 200, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_damaged_database_is_reported(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "clips.sqlite"
    path.write_bytes(content)
    with pytest.raises(DataSetDamagedError):
        DataSet(tmp_path)
    assert path.read_bytes() == content


def test_a_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    with contextlib.closing(sqlite3.connect(tmp_path / "clips.sqlite")) as connection:
        connection.execute("CREATE TABLE letters (text)")
    with pytest.raises(DataSetDamagedError):
        DataSet(tmp_path)
    with contextlib.closing(sqlite3.connect(tmp_path / "clips.sqlite")) as connection:
        assert connection.execute("SELECT name FROM sqlite_schema").fetchall() == [("letters",)]


def test_a_folder_in_the_databases_place_is_reported(tmp_path: Path) -> None:
    (tmp_path / "clips.sqlite").mkdir()
    with pytest.raises(DataSetReadOnlyError):
        DataSet(tmp_path)


def test_a_file_in_the_folders_place_is_reported(tmp_path: Path) -> None:
    (tmp_path / "dataset").write_text("")
    with pytest.raises(DataSetError) as caught:
        DataSet(tmp_path / "dataset")
    assert "dataset" in caught.value.message


def test_a_reader_sees_one_state(data_set: DataSet) -> None:
    with data_set.database.read() as connection:
        before = connection.execute("SELECT count(*) FROM clips").fetchone()
        thread = threading.Thread(target=add_one, args=(data_set, 1))
        thread.start()
        thread.join()
        assert connection.execute("SELECT count(*) FROM clips").fetchone() == before == (0,)
    assert data_set.count() == 1


def test_an_error_takes_the_whole_transaction_back(data_set: DataSet) -> None:
    def fail() -> None:
        with undo.step(data_set.database, "Add clips") as connection:
            connection.execute("UPDATE genres SET colour = '#000000'")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert "#000000" not in {genre.colour for genre in data_set.genres()}
    assert data_set.can_undo is None
    # The connection that failed is as good as new.
    add_one(data_set, 1)


def test_waiting_for_a_writer_has_an_end(data_set: DataSet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("genre_app.dataset.database._BUSY_SECONDS", 0.2)
    with DataSet(data_set.directory) as other, data_set.database.write(), pytest.raises(DataSetBusyError):
        other.create_genre("trot")


def test_threads_write_without_losing_anything(data_set: DataSet) -> None:
    failures: list[BaseException] = []

    def work(first: int) -> None:
        try:
            for number in range(first, first + 10):
                clip_id = add_one(data_set, number, artist=f"artist {number % 4}")
                data_set.relabel([clip_id], "jazz")
                assert data_set.clip(clip_id).genre == "jazz"
                data_set.counts()
        except BaseException as error:  # noqa: BLE001 - shown by the main thread
            failures.append(error)

    threads = [threading.Thread(target=work, args=(100 * number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert data_set.counts()["jazz"].train + data_set.counts()["jazz"].valid == 40
    while data_set.undo():
        pass
    assert data_set.count() == 0
    assert data_set.check() == []


_PROCESS = """
import sys
from pathlib import Path
from genre_app.dataset.data_set import DataSet
from tests.unit.dataset.made_clips import add_one
with DataSet(Path(sys.argv[1])) as data_set:
    for number in range(int(sys.argv[2]), int(sys.argv[2]) + 8):
        add_one(data_set, number, artist="one for all")
        data_set.create_genre(f"genre {number}")
"""


def test_processes_that_make_the_data_set_together_share_it(tmp_path: Path, repository: Path) -> None:
    processes = [
        subprocess.Popen([sys.executable, "-c", _PROCESS, tmp_path / "new", str(first)], cwd=repository)
        for first in (0, 100, 200)
    ]
    assert [process.wait(timeout=120) for process in processes] == [0, 0, 0]
    with DataSet(tmp_path / "new") as data_set:
        assert data_set.count() == 24
        assert len(data_set.genres()) == 34
        assert len({clip.group for clip in data_set.clips()}) == 1
        assert data_set.check(deep=True) == []


def test_nothing_is_kept_open(tmp_path: Path) -> None:
    data_set = DataSet(tmp_path)
    add_made(data_set, [(n, made_clip(n)) for n in range(3)])
    thread = threading.Thread(target=data_set.counts)
    thread.start()
    thread.join()
    data_set.close()
    # The last connection that closes takes the log and its index away.
    assert sorted(path.name for path in tmp_path.iterdir()) == ["audio", "clips.sqlite"]


def test_errors_of_sqlite_are_told_apart() -> None:
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode = sqlite3.SQLITE_FULL
    assert from_sqlite_error(error, Path("/d/clips.sqlite")).code == "data-set-disk-full"
    error.sqlite_errorcode = sqlite3.SQLITE_READONLY_DBMOVED
    assert from_sqlite_error(error, Path("/d/clips.sqlite")).code == "data-set-read-only"
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR_FSYNC
    assert from_sqlite_error(error, Path("/d/clips.sqlite")).code == "data-set-unreadable"
