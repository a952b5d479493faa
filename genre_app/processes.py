"""Processes: starting parts of this program as such, and asking whether one is still there."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def module_command(module: str, *arguments: str) -> list[str]:
    """Return the command that runs `module` of this program in a new process."""
    return [sys.executable, "-m", module, *arguments]


def module_environment() -> dict[str, str]:
    """Return the environment for `module_command`: the child finds what this process imports."""
    entries = [entry for entry in sys.path if entry and Path(entry).is_absolute()]
    root = str(Path(__file__).resolve().parents[1])
    return {**os.environ, "PYTHONPATH": os.pathsep.join(dict.fromkeys([root, *entries]))}


def is_running(process: int) -> bool:
    """Return whether there is a process of that number; True where that can't be found out."""
    if sys.platform == "win32":  # where asking would end it
        return True
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        pass
    return True
