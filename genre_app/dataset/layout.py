"""Where things lie in the folder of the data set.

::

    clips.sqlite                         labels, splits, copies, embeddings, undo
    audio/ab/<sample hash><suffix>       the clips' files; `ab` is how the hash begins
    recovery/                            files that no clip claims: found by a check, never deleted
    backups/                             copies of clips.sqlite from before migrations

A file in ``audio/`` whose name begins with ``.incoming-`` is still being written, or was left by a crash.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

AUDIO_NAME: Final = "audio"
RECOVERY_NAME: Final = "recovery"
INCOMING_PREFIX: Final = ".incoming-"
"""Followed by the number of the process that writes the file, and a dash."""


def file_name(sample_hash: str, suffix: str) -> str:
    """Return the name of a clip's file, relative to ``audio/``, with forward slashes."""
    return f"{sample_hash[:2]}/{sample_hash}{suffix}"


def clip_path(directory: Path, sample_hash: str, suffix: str) -> Path:
    """Return the path of a clip's file in the data set in `directory`."""
    return directory / AUDIO_NAME / sample_hash[:2] / f"{sample_hash}{suffix}"


def move_to_recovery(directory: Path, path: Path) -> Path:
    """Move a file of the data set in `directory` into its recovery folder and return its new path.

    Raises:
        OSError: if it can't be moved.
    """
    recovery = directory / RECOVERY_NAME
    recovery.mkdir(exist_ok=True)
    target = recovery / path.name
    number = 1
    while target.exists():
        number += 1
        target = recovery / f"{path.stem}-{number}{path.suffix}"
    return path.replace(target)
