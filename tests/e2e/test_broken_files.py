"""Every odd file there is, given to the program at once: each gets its result or its one error, soon."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.broken_files import BrokenFile, broken_files, three_hours

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at /proc")

Launch = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture(params=["tiny", "base"])
def launch(
    request: pytest.FixtureRequest, repository: Path, genre_app_home: Path, tmp_path: Path
) -> Iterator[Launch]:
    """Return a function that starts the program, with a tiny model and with the one that ships."""
    if request.param == "tiny":
        install: Callable[..., str] = request.getfixturevalue("install_tiny_model")
        models = genre_app_home / "data" / "models"
        (models / "active.json").write_text(json.dumps({"model": install()}))
    elif not (repository / "models" / "base" / "model.json").exists():
        pytest.skip("models/base is not there")
    started: list[subprocess.Popen[bytes]] = []

    def start(*arguments: str | Path) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-m", "genre_app", *arguments],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(repository)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


class MemoryWatch(threading.Thread):
    """Watches how much memory a process and its children have at most.

    Attributes:
        most: bytes, of all of them together.
    """

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.most = 0
        self._pid = pid

    def run(self) -> None:
        while Path(f"/proc/{self._pid}/statm").exists():
            pages = 0
            for pid in (self._pid, *decoders(self._pid)):
                try:
                    pages += int(Path(f"/proc/{pid}/statm").read_text().split()[1])
                except (OSError, IndexError):
                    continue
            if pages == 0:  # it has ended, only its exit status is still to be fetched
                return
            self.most = max(self.most, pages * os.sysconf("SC_PAGE_SIZE"))
            time.sleep(0.05)


def decoders(parent: int) -> list[int]:
    """Return the process ids of the decoders that `parent` has started."""
    try:
        tasks = list(Path(f"/proc/{parent}/task").iterdir())
        return [int(pid) for task in tasks for pid in (task / "children").read_text().split()]
    except OSError:
        return []


def check(record: dict[str, Any], case: BrokenFile) -> None:
    """Fail unless `record`, as printed for the file of `case`, is what must come of it."""
    if case.error is not None:
        assert record["status"] == "error"
        assert record["error"]["code"] == case.error
        assert record["error"]["message"]
        assert set(record) == {"path", "status", "error"}
    else:
        assert record["status"] == "ok", record
        assert record["best_genre"] in record["probabilities"]
        assert record["genre"] in (None, record["best_genre"])
        assert sum(record["probabilities"].values()) == pytest.approx(1, abs=1e-3)
        assert record["duration"] == pytest.approx(case.seconds, rel=case.tolerance, abs=1e-3)
        assert len(record["warnings"]) == len(case.warnings)


def test_all_at_once(launch: Launch, tmp_path: Path) -> None:
    cases = [*broken_files(), three_hours()]
    paths = [case.make(tmp_path) for case in cases]
    begin = time.monotonic()
    process = launch("classify", "--json", *paths)
    watch = MemoryWatch(process.pid)
    watch.start()
    output, errors = process.communicate(timeout=170)
    took = time.monotonic() - begin
    records = [json.loads(line) for line in output.splitlines()]
    assert [record["path"] for record in records] == [str(path) for path in paths]
    for record, case in zip(records, cases, strict=True):
        check(record, case)
    assert process.returncode == 1, "some could not be classified"
    assert b"Traceback" not in errors
    assert took < 150
    assert watch.most < 700 << 20


def test_table(launch: Launch, tmp_path: Path) -> None:
    paths = [case.make(tmp_path) for case in broken_files()]
    output, errors = launch("classify", *paths).communicate(timeout=120)
    assert len(output.decode().splitlines()) == len(paths) + 1, "a line for each, below the heading"
    assert b"Traceback" not in errors


def test_decoder_killed_in_mid_file(launch: Launch, tmp_path: Path) -> None:
    fine = [case for case in broken_files() if case.name in ("float64.wav", "tagged.wav", "nan.wav")]
    paths = [case.make(tmp_path) for case in fine]
    doomed = three_hours().make(tmp_path)
    process = launch("classify", "--json", doomed, *paths)
    deadline = time.monotonic() + 60
    victim = None
    while victim is None and time.monotonic() < deadline:
        for pid in decoders(process.pid):
            if has_open(pid, doomed):
                victim = pid
        time.sleep(0.005)
    assert victim is not None, "the decoder was never seen with the file"
    os.kill(victim, signal.SIGSEGV)
    output, errors = process.communicate(timeout=60)
    records = {record["path"]: record for record in map(json.loads, output.splitlines())}
    assert records[str(doomed)]["error"]["code"] == "decoder-crashed"
    assert "SIGSEGV" in records[str(doomed)]["error"]["message"]
    for path, case in zip(paths, fine, strict=True):
        check(records[str(path)], case)
    assert process.returncode == 1
    assert b"Traceback" not in errors


def has_open(pid: int, path: Path) -> bool:
    """Whether the process `pid` has `path` open."""
    try:
        return any(link.readlink() == path for link in Path(f"/proc/{pid}/fd").iterdir())
    except OSError:
        return False
