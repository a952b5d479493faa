"""Killed at any moment, the data set is what it was before the last change or after it, and nothing else."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from genre_app.dataset.data_set import DataSet
from genre_app.dataset.database import Database, shipped_migrations
from tests.unit.dataset.made_clips import add_made, made_clip

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL on Windows")

_N_CHANGES = 30
_KILLS = int(os.environ.get("GENRE_APP_KILLS", "60"))
_MIGRATION_KILLS = _KILLS // 3

_MIGRATION = """
CREATE TABLE moods (clip_id INTEGER PRIMARY KEY REFERENCES clips, mood TEXT NOT NULL) STRICT;
INSERT INTO moods (clip_id, mood) SELECT id, 'calm' FROM clips;
CREATE TABLE numbers AS WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000)
    SELECT i, hex(randomblob(20)) AS text FROM n;
DROP TABLE decoded_files;
"""

# One process that has imported everything forks a worker for each line it reads: a kill costs milliseconds.
# It takes note of a worker's end only when told to, so that until then no other process has its number.
_SERVER = """
import os, sys, traceback
from pathlib import Path
from tests.unit.dataset.test_kill import change_all, migrate, say
for line in sys.stdin:
    what, folder = line.split()
    worker = os.fork()
    if worker == 0:
        try:
            {"change": change_all, "migrate": migrate}[what](Path(folder))
        except BaseException:
            traceback.print_exc()
            sys.stderr.flush()
            os._exit(1)
        say("finished")
        os._exit(0)
    say(f"worker {worker}")
    sys.stdin.readline()
    say(f"ended {os.waitstatus_to_exitcode(os.waitpid(worker, 0)[1])}")
"""


def say(line: str) -> None:
    """Print a line in one piece, whoever else prints."""
    os.write(1, f"{line}\n".encode())


def _state(data_set: DataSet) -> list[list[object]]:
    return [
        [clip.id, clip.title, clip.genre, clip.split, clip.pinned, clip.n_copies]
        for clip in sorted(data_set.clips(), key=lambda clip: clip.id)
    ] + [[data_set.can_undo, data_set.can_redo, data_set.count_bin(), len(data_set.genres())]]


def _changes(data_set: DataSet) -> Iterator[None]:
    """Change a data set, always in the same way."""
    from tests.unit.dataset.made_clips import made_recipe

    chance = random.Random(5)
    for number in range(_N_CHANGES):
        ids = sorted(data_set.clip_ids())
        some = chance.sample(ids, min(len(ids), 3))
        kind = chance.choice(
            ["add", "add", "add", "relabel", "copies", "pin", "remove", "undo", "redo", "empty"]
        )
        if kind == "add" or not ids:
            numbers = [chance.randrange(40) for _ in range(4)]
            add_made(data_set, [(n, made_clip(n, artist=f"a {n % 7}")) for n in dict.fromkeys(numbers)])
        elif kind == "relabel":
            data_set.relabel(some, chance.choice(["jazz", "metal"]))
        elif kind == "copies":
            data_set.add_copies([(clip_id, made_recipe(number)) for clip_id in some])
        elif kind == "pin":
            data_set.pin(some, chance.random() < 0.7)
        elif kind == "remove":
            data_set.remove(some)
        elif kind == "undo":
            data_set.undo()
        elif kind == "redo":
            data_set.redo()
        else:
            data_set.empty_bin()
        yield


def change_all(folder: Path) -> None:
    """Make all changes, and print how many are confirmed after each."""
    with DataSet(folder) as data_set:
        say("confirmed 0")
        for number, _ in enumerate(_changes(data_set), 1):
            say(f"confirmed {number}")


def _migrations() -> dict[int, str]:
    migrations = shipped_migrations()
    return migrations | {max(migrations) + 1: _MIGRATION}


def migrate(folder: Path) -> None:
    """Bring the data set to the next version."""
    say("confirmed 0")
    Database(folder, _migrations()).close()


class _Workers:
    """Forks workers, and kills them."""

    def __init__(self, repository: Path) -> None:
        self._server = subprocess.Popen(
            [sys.executable, "-c", _SERVER],
            cwd=repository,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )

    def close(self) -> None:
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._server.stdin.close()
        self._server.wait(timeout=60)
        self._server.stdout.close()

    def kill_one(self, what: str, folder: Path, after: int, seconds: float) -> tuple[int, bool]:
        """Start a worker and kill it `seconds` after its confirmation number `after`, -1 for its start.

        Returns:
            The number of its last confirmation, and whether it was killed before it had finished.
        """
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        print(what, folder, file=self._server.stdin, flush=True)
        worker, confirmed = 0, -1
        for line in self._server.stdout:
            word, _, number = line.strip().partition(" ")
            if word == "worker":
                worker = int(number)
            elif word == "confirmed":
                confirmed = int(number)
            if worker and (confirmed >= after or word == "finished"):
                break
        time.sleep(seconds)
        os.kill(worker, signal.SIGKILL)
        print("reap", file=self._server.stdin, flush=True)
        for line in self._server.stdout:
            word, _, number = line.strip().partition(" ")
            if word == "confirmed":
                confirmed = int(number)
            elif word == "ended":
                assert int(number) in {0, -signal.SIGKILL}
                return confirmed, int(number) != 0
        raise AssertionError("the server ended")


@pytest.fixture(scope="module")
def workers(repository: Path) -> Iterator[_Workers]:
    """Return what forks workers and kills them."""
    made = _Workers(repository)
    yield made
    made.close()


@pytest.fixture(scope="module")
def states(tmp_path_factory: pytest.TempPathFactory) -> list[list[list[object]]]:
    """Return what the data set is before the first change, and after each."""
    with DataSet(tmp_path_factory.mktemp("undisturbed") / "dataset") as data_set:
        return [_state(data_set)] + [_state(data_set) for _ in _changes(data_set)]


@pytest.mark.timeout(600)
def test_killed_while_it_changes(workers: _Workers, states: list[list[list[object]]], tmp_path: Path) -> None:
    chance = random.Random(int.from_bytes(os.urandom(8), "big"))
    n_killed = 0
    for number in range(_KILLS):
        folder = tmp_path / str(number)
        after, seconds = chance.randrange(-1, _N_CHANGES), chance.choice([0.0, 0.002, 0.01]) * chance.random()
        confirmed, killed = workers.kill_one("change", folder, after, seconds)
        n_killed += killed
        with DataSet(folder) as data_set:
            happened = _state(data_set)
            assert happened in states[max(confirmed, 0) : confirmed + 2], (after, seconds, confirmed)
            assert data_set.check(deep=True) == []
            while data_set.undo():
                pass
            data_set.empty_bin()
            assert data_set.check(deep=True) == []
    assert n_killed > _KILLS // 2


@pytest.mark.timeout(600)
def test_killed_while_it_migrates(workers: _Workers, tmp_path: Path) -> None:
    template = tmp_path / "template"
    with DataSet(template) as data_set:
        add_made(data_set, [(n, made_clip(n)) for n in range(30)])
    content = (template / "clips.sqlite").read_bytes()
    version = max(shipped_migrations())
    chance = random.Random(int.from_bytes(os.urandom(8), "big"))
    before = 0
    for number in range(_MIGRATION_KILLS):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "clips.sqlite").write_bytes(content)
        workers.kill_one("migrate", folder, 0, 0.3 * chance.random() ** 2)
        with contextlib.closing(sqlite3.connect(folder / "clips.sqlite")) as connection:
            found = connection.execute("PRAGMA user_version").fetchone()[0]
            assert connection.execute("SELECT count(*) FROM clips").fetchone() == (30,)
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_schema")}
        assert (found, "moods" in tables, "decoded_files" in tables) in {
            (version, False, True),
            (version + 1, True, False),
        }
        before += found == version
        for backup in folder.glob("backups/*.sqlite"):
            with contextlib.closing(sqlite3.connect(backup)) as connection:
                assert connection.execute("SELECT count(*) FROM clips").fetchone() == (30,)
                assert connection.execute("PRAGMA user_version").fetchone() == (version,)
        if found == version + 1:
            assert list(folder.glob("backups/*.sqlite"))
        Database(folder, _migrations()).close()
    assert before > 0
