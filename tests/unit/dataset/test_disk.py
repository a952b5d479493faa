"""A full disk and one that may not be written to: said clearly, and nothing is lost."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from genre_app.dataset.data_set import DataSet
from tests.unit.dataset.made_clips import add_made, made_clip

_FILL = """
import json, sys
from pathlib import Path
from genre_app.dataset.data_set import DataSet
from genre_app.errors import GenreAppError
from tests.unit.dataset.made_clips import add_made, made_clip, made_recipe, snapshot

folder = Path(sys.argv[1])
report = {"codes": []}
data_set = DataSet(folder / "dataset")
confirmed = []
try:
    for number in range(100_000):
        (clip_id,) = add_made(data_set, [(number, made_clip(number))])
        data_set.add_copies([(clip_id, made_recipe(1))])
        confirmed.append(clip_id)
except GenreAppError as error:
    report["codes"].append(error.code)
report["confirmed"] = len(confirmed)
before = snapshot(data_set)
# Each is a single step: it fits in as a whole or does not happen.
for change in (
    lambda: data_set.relabel(confirmed, "jazz"),
    lambda: data_set.edit(confirmed[0], title="long " * 100_000, artist=""),
):
    try:
        change()
    except GenreAppError as error:
        report["codes"].append(error.code)
        assert snapshot(data_set) == before
    before = snapshot(data_set)
data_set.close()
(folder / "ballast").unlink()
with DataSet(folder / "dataset") as again:
    assert snapshot(again) == before
    assert set(confirmed) <= set(again.clip_ids())
    report["findings"] = [finding.code for finding in again.check(deep=True)]
    again.relabel(confirmed, "metal")
    report["relabelled"] = again.count(genre="metal")
print(json.dumps(report))
"""

_BARELY_FULL = """
import json, sys
from pathlib import Path
from genre_app.dataset.data_set import DataSet
from genre_app.errors import GenreAppError
from tests.unit.dataset.made_clips import add_made, made_clip

folder = Path(sys.argv[1])
with DataSet(folder / "dataset") as data_set:
    add_made(data_set, [(n, made_clip(n)) for n in range(3)])
ballast = folder / "ballast"
with ballast.open("wb", buffering=0) as file:
    try:
        while file.write(bytes(4096)) == 4096:
            pass
    except OSError:
        pass
size, codes, findings = ballast.stat().st_size, [], None
# From no room at all to enough of it: SQLite fails in another way at each step.
while not codes or codes[-1] is not None:
    try:
        with DataSet(folder / "dataset") as data_set:
            data_set.relabel([1], "jazz")
            findings = len(data_set.check())
        codes.append(None)
    except GenreAppError as error:
        codes.append(error.code)
    size -= 4096
    with ballast.open("rb+") as file:
        file.truncate(size)
print(json.dumps({"codes": codes, "findings": findings}))
"""

_OPEN = """
import json, sys
from pathlib import Path
from genre_app.dataset.data_set import DataSet
from genre_app.errors import GenreAppError
from tests.unit.dataset.made_clips import add_made, made_clip

folder = Path(sys.argv[1])
codes = []
try:
    DataSet(folder / "dataset").relabel([1], "jazz")
except GenreAppError as error:
    codes.append(error.code)
    message = error.message
try:
    DataSet(folder / "new")
except GenreAppError as error:
    codes.append(error.code)
print(json.dumps({"codes": codes, "message": message}))
"""

_REMOUNT = """
import json, subprocess, sys
from pathlib import Path
from genre_app.dataset.data_set import DataSet
from genre_app.errors import GenreAppError
from tests.unit.dataset.made_clips import add_one, snapshot

folder = Path(sys.argv[1])
codes = []
with DataSet(folder / "dataset") as data_set:
    clip_id = add_one(data_set, 1)
    before = snapshot(data_set)
    audio = folder / "dataset" / "audio"
    subprocess.run(["mount", "--bind", audio, audio], check=True)
    subprocess.run(["mount", "-o", "remount,ro,bind", audio], check=True)
    from genre_app.dataset.audio_store import receive
    try:
        receive(folder / "dataset", data_set.clip(clip_id).path)
    except GenreAppError as error:
        codes.append(error.code)
    assert snapshot(data_set) == before
    findings = len(data_set.check(deep=True))
print(json.dumps({"codes": codes, "findings": findings}))
"""


def _in_namespace(repository: Path, prelude: str, script: str, folder: Path) -> dict[str, Any]:
    """Run a script where `prelude` may mount things, as whoever runs the tests; skip where nobody may."""
    if not sys.platform.startswith("linux") or not shutil.which("unshare"):
        pytest.skip("needs Linux and `unshare` to mount a disk of its own")
    alone = subprocess.run(["unshare", "--user", "--map-root-user", "--mount", "true"], capture_output=True)
    if alone.returncode != 0:
        pytest.skip(f"this system allows no namespaces: {alone.stderr.decode().strip()}")
    command = f"{prelude} && exec {shlex.join([sys.executable, '-c', script, str(folder)])}"
    done = subprocess.run(
        ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", command],
        cwd=repository,
        capture_output=True,
        text=True,
        timeout=150,
    )
    assert done.returncode == 0, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def test_a_full_disk_loses_nothing(tmp_path: Path, repository: Path) -> None:
    place = shlex.quote(str(tmp_path))
    prelude = (
        f"mount -t tmpfs -o size=3m tmpfs {place}"
        f" && dd if=/dev/zero of={place}/ballast bs=1024 count=1024 status=none"
    )
    report = _in_namespace(repository, prelude, _FILL, tmp_path)
    assert report["confirmed"] > 0
    assert report["codes"][0] == "data-set-disk-full"
    assert set(report["codes"]) == {"data-set-disk-full"}
    assert report["findings"] == []
    assert report["relabelled"] >= report["confirmed"]


def test_a_nearly_full_disk_is_said_to_be_full(tmp_path: Path, repository: Path) -> None:
    prelude = f"mount -t tmpfs -o size=3m tmpfs {shlex.quote(str(tmp_path))}"
    report = _in_namespace(repository, prelude, _BARELY_FULL, tmp_path)
    assert len(report["codes"]) > 2
    assert set(report["codes"][:-1]) == {"data-set-disk-full"}
    assert report["findings"] == 0


def test_a_write_protected_disk_is_said(tmp_path: Path, repository: Path) -> None:
    with DataSet(tmp_path / "dataset") as data_set:
        add_made(data_set, [(n, made_clip(n)) for n in range(3)])
    files = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    place = shlex.quote(str(tmp_path))
    prelude = f"mount --bind {place} {place} && mount -o remount,ro,bind {place}"
    report = _in_namespace(repository, prelude, _OPEN, tmp_path)
    assert report["codes"] == ["data-set-read-only", "data-set-read-only"]
    assert str(tmp_path / "dataset") in report["message"]
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == files


def test_a_write_protected_store_is_said(tmp_path: Path, repository: Path) -> None:
    report = _in_namespace(repository, "true", _REMOUNT, tmp_path)
    assert report == {"codes": ["data-set-read-only"], "findings": 0}
