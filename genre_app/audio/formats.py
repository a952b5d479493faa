"""Which files are taken for audio, and how folders are searched for them."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

logger = logging.getLogger(__name__)

AUDIO_SUFFIXES: frozenset[str] = frozenset(
    (
        *(".wav", ".wave", ".bwf", ".rf64", ".w64", ".aiff", ".aif", ".aifc", ".au", ".snd", ".caf"),
        *(".flac", ".ape", ".wv", ".tta", ".dsf", ".mp3", ".mp2", ".mpga", ".ogg", ".oga", ".opus", ".spx"),
        *(".m4a", ".m4b", ".m4r", ".aac", ".adts", ".mka", ".weba", ".wma", ".mpc", ".ac3", ".dts", ".amr"),
    )
)
"""Lower-case suffixes by which files inside folders are taken for audio. A file named by its own path is
always tried, whatever its suffix: decoding goes by content."""

_DIGITS = re.compile(r"(\d+)")


def is_audio_path(path: str | os.PathLike[str]) -> bool:
    """Whether the name of `path` has an audio suffix; the file itself is not looked at."""
    return Path(path).suffix.lower() in AUDIO_SUFFIXES


def find_audio_files(paths: Iterable[str | os.PathLike[str]]) -> Iterator[Path]:
    """Yield the files that `paths` stand for, in the given order, finding them while they are consumed.

    A folder stands for the audio files in it and below it: its own files first, then its folders, each in
    natural order ("2" before "10"), without hidden ones; each folder is entered once, so that links cannot
    lead round in circles. Any other path is yielded as it is, with an unknown suffix too, and a missing one
    or a folder in which nothing was found as well: opening those raises the error that tells the user.
    """
    for path in map(Path, paths):
        if not _is(path.is_dir):
            yield path
            continue
        found = False
        for file in _walk(path):
            found = True
            yield file
        if not found:
            yield path


def _walk(top: Path) -> Iterator[Path]:
    """Yield the audio files below the folder `top` without recursion, so that no depth is too deep."""
    entered: set[tuple[int, int]] = set()
    waiting = [top]
    while waiting:
        folder = waiting.pop()
        try:
            status = folder.stat()
            identity = (status.st_dev, status.st_ino)
            # Windows before 3.12 may report 0 for both; then loops are left to its own path length limit.
            if identity in entered and identity != (0, 0):
                continue
            entered.add(identity)
            with os.scandir(folder) as entries:
                visible = [entry for entry in entries if not entry.name.startswith(".")]
        except OSError as error:
            logger.warning("Folder skipped: %s", error)
            continue
        visible.sort(key=lambda entry: _natural_key(entry.name))
        folders = []
        for entry in visible:
            if _is(entry.is_dir):
                folders.append(folder / entry.name)
            elif is_audio_path(entry.name) and _is(entry.is_file):
                yield folder / entry.name
        waiting.extend(reversed(folders))


def _is(check: Callable[[], bool]) -> bool:
    """Whether `check` says yes; no when it fails: the file vanished, its name is too long."""
    try:
        return check()
    except OSError:
        return False


def _natural_key(name: str) -> tuple[list[tuple[int, int, str]], str]:
    """Return a sort key by which "Track 2" precedes "Track 10"; capitals do not matter."""
    parts = [
        (0, int(part), "") if part.isdecimal() else (1, 0, part)
        for part in _DIGITS.split(name.casefold())
        if part
    ]
    return parts, name
