from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from genre_app.locks import FileLock, is_locked
from genre_app.processes import module_environment

_HOLD = """
import sys, time
from pathlib import Path
from genre_app.locks import FileLock
lock = FileLock(Path(sys.argv[1]))
print(lock.acquire(), flush=True)
sys.stdin.read()
"""


def test_one_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    assert not is_locked(path)
    assert not path.exists(), "looking must not make the file"
    with FileLock(path) as first:
        assert first.acquire()
        assert is_locked(path)
        assert not FileLock(path).acquire()
    assert not is_locked(path)
    assert FileLock(path).acquire()


def test_death_releases_it(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    command = [sys.executable, "-c", _HOLD, str(path)]
    holder = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=module_environment()
    )
    assert holder.stdin is not None
    assert holder.stdout is not None
    try:
        assert holder.stdout.readline().strip() == b"True"
        assert is_locked(path)
        assert not FileLock(path).acquire()
    finally:
        holder.kill()
        holder.wait()
        holder.stdin.close()
        holder.stdout.close()
    assert not is_locked(path)
