"""Make `.venv` and everything in it, or find in a moment that there is nothing to do.

    python3 tools/environment.py [run|test|lint|benchmark|base-model|compare-trainings]

Runs on a bare `python3`, before anything is installed, so it uses the standard library alone. A stamp in
the environment says what it was made from and what lies in it; whatever differs from that (other pinned
versions, a moved folder, a package deleted by hand, an installation cut short) is put right.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import system_packages

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
STAMP = VENV / "genre-app-environment.json"
# The extras of pyproject.toml that each purpose needs.
EXTRAS = {
    "run": (),
    "test": ("test",),
    "lint": ("dev",),
    "benchmark": ("benchmark",),
    "base-model": ("base-model",),
    "compare-trainings": ("base-model", "sizes"),
}
OLDEST, NEWEST = (3, 11), (3, 13)


def main() -> None:
    """Set up for the purpose that the command line names."""
    purpose = sys.argv[1] if len(sys.argv) > 1 else "run"
    if purpose not in EXTRAS:
        raise SystemExit(f"usage: {sys.argv[0]} [{'|'.join(EXTRAS)}]")
    _use_a_suitable_python()
    with Path(__file__).open() as lock:
        # Two set-ups at once in one folder would break each other.
        fcntl.flock(lock, fcntl.LOCK_EX)
        system_packages.ensure(purpose)
        wanted = set(EXTRAS[purpose])
        stamp = _read_stamp()
        extras = wanted | set(stamp.get("extras", ()))  # What was installed for another purpose stays.
        if _is_current(stamp) and extras == set(stamp["extras"]):
            return
        _install(sorted(extras), _is_reusable(stamp))


def _use_a_suitable_python() -> None:
    """Go on in another interpreter if this one is too old or too new, or exit saying so."""
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        return
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        other = shutil.which(f"python3.{minor}")
        if other:
            os.execv(other, [other, *sys.argv])  # noqa: S606 - a shell has no part in it
    raise SystemExit(
        f"Genre App needs Python {OLDEST[0]}.{OLDEST[1]} to {NEWEST[0]}.{NEWEST[1]}; this is Python "
        f"{sys.version_info[0]}.{sys.version_info[1]} and no other was found.\n"
        "If one is installed somewhere else, name it: make PYTHON=/path/to/python3 run"
    )


def _fingerprint() -> str:
    """Return a digest of all that an installation is made from."""
    digest = hashlib.sha256()
    translations = sorted((ROOT / "resources" / "translations").glob("*.ts"))
    for path in (ROOT / "pyproject.toml", ROOT / "constraints.txt", Path(__file__), *translations):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _read_stamp() -> dict[str, Any]:
    """Return what the stamp says; nothing where there is none, as in an environment made by hand."""
    try:
        stamp = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def _write_stamp(**content: object) -> None:
    written = STAMP.with_suffix(".new")
    written.write_text(json.dumps(content))
    written.replace(STAMP)


def _is_current(stamp: dict[str, Any]) -> bool:
    """Return whether the environment is made from today's sources, whole and in its place."""
    return stamp.get("fingerprint") == _fingerprint() and _is_reusable(stamp)


def _is_reusable(stamp: dict[str, Any]) -> bool:
    """Return whether packages can be installed into the environment as it is."""
    version = _environment_version()
    if version not in {f"3.{minor}" for minor in range(OLDEST[1], NEWEST[1] + 1)}:
        return False
    # An upgraded system leaves the packages of its former Python behind.
    if not (_site_packages(version) / "pip").is_dir():
        return False
    # pip believes its own notes: it would not bring back what was deleted, or finish what was cut short.
    if stamp.get("unfinished") or not set(stamp.get("contents", ())) <= set(_contents(version)):
        return False
    # Scripts carry the path of their environment; in a folder that moved they start the wrong one or none.
    try:
        script = (VENV / "bin" / "pip").read_text()
    except (OSError, UnicodeDecodeError):
        return False
    return f"{VENV}{os.sep}" in script


def _site_packages(version: str) -> Path:
    return VENV / "lib" / f"python{version}" / "site-packages"


def _contents(version: str) -> list[str]:
    """Return the names of what is installed: a quick look that finds whole packages gone."""
    return sorted(
        entry.name for place in (VENV / "bin", _site_packages(version)) for entry in place.iterdir()
    )


def _environment_version() -> str | None:
    """Return the version ("3.12") of the environment's interpreter, None if it doesn't run."""
    question = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        answer = subprocess.run(
            [str(VENV_PYTHON), "-I", "-S", "-c", question], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return answer.stdout.strip()


def _install(extras: list[str], reusable: bool) -> None:
    if not reusable:
        _create()
    _write_stamp(unfinished=True)
    print(f"Installing Genre App's packages into {VENV.name} (the first time, about 500 MB)", flush=True)
    if not _pip_install(extras):
        raise SystemExit(
            "\nThe packages could not be installed; the lines above say why.\n"
            "When that is mended (the network, a full disk), the same command goes on from here."
        )
    version = _environment_version()
    if version is None:
        raise SystemExit(f"{VENV_PYTHON} does not run.")
    _write_stamp(fingerprint=_fingerprint(), extras=extras, contents=_contents(version))


def _create() -> None:
    """Make an empty environment in place of whatever is there.

    Raises:
        SystemExit: if it can't be made.
    """
    if VENV.is_symlink() or VENV.is_file():
        VENV.unlink()
    elif VENV.exists():
        shutil.rmtree(VENV)
    # Inside another environment, `sys.executable` would make one that breaks when that one goes.
    base = getattr(sys, "_base_executable", sys.executable)
    if subprocess.call([base, "-m", "venv", str(VENV)]) != 0:
        raise SystemExit(f"{VENV} could not be made; the lines above say why.")


def _pip_install(extras: list[str]) -> bool:
    """Install the program, editable, with `extras`; return whether that worked."""
    import tomllib

    pip = [str(VENV_PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    pip += ["--constraint", str(ROOT / "constraints.txt")]
    # What builds the program is pinned like the rest, which pip's isolated builds would not do.
    project = ROOT / "pyproject.toml"
    builders = tomllib.loads(project.read_text())["build-system"]["requires"]
    target = f"{ROOT}[{','.join(extras)}]" if extras else str(ROOT)
    return (
        subprocess.call([*pip, "--quiet", *builders]) == 0
        and subprocess.call([*pip, "--no-build-isolation", "--editable", target]) == 0
    )


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        raise SystemExit("\nStopped. The same command goes on from here.") from None
