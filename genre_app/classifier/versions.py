"""The user's model versions: listed, activated, renamed, rolled back, exported, imported and deleted.

A version is built in a folder that no other part of the program looks into, verified there, and renamed into
place: whatever happens at whatever moment, a version that is there is whole. What a process that was killed
left behind is removed by the next one that builds.
"""

from __future__ import annotations

import contextlib
import errno
import json
import logging
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from genre_app.classifier.errors import (
    ModelActiveError,
    ModelArchiveError,
    ModelDamagedError,
    ModelKeptError,
    ModelMissingError,
    ModelNameError,
    ModelPresentError,
    ModelStorageError,
)
from genre_app.classifier.model_version import (
    BASE_MODEL_ID,
    DESCRIPTION_NAME,
    ModelVersion,
    active_model_id,
    find_model,
    is_model_file_name,
    is_model_id,
    is_model_name,
    read_model_version,
    replace_file,
    seal_description,
    set_active_model,
    verify_model_files,
)
from genre_app.directories import models_directory, shipped_models_directory
from genre_app.errors import GenreAppError
from genre_app.locks import FileLock, is_locked
from genre_app.processes import module_command, module_environment

ARCHIVE_SUFFIX: Final = ".genremodel.zip"

_BUILDING: Final = ".building-"
_DELETED: Final = ".deleted-"
_LOCK: Final = "lock"
_MAX_MEMBERS: Final = 32
_MAX_ARCHIVE_BYTES: Final = 1024 * 1024 * 1024
_MAX_DESCRIPTION_BYTES: Final = 4 * 1024 * 1024
_CHUNK: Final = 1024 * 1024
_TRIAL_SECONDS: Final = 60.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class InstalledVersion:
    """A version that is on this machine, usable or not.

    Attributes:
        id: the name of its folder.
        directory: the folder.
        shipped: whether it came with the program; such a one is neither renamed nor deleted.
        active: whether it answers when none is named.
        version: what it says about itself, or None if that can't be read.
        error: why it can't be used, as far as its description tells, or None.
        size: bytes on the disk.
    """

    id: str
    directory: Path
    shipped: bool
    active: bool
    version: ModelVersion | None
    error: GenreAppError | None
    size: int


def list_versions() -> list[InstalledVersion]:
    """Return all versions: the shipped ones, then the user's from the newest to the oldest.

    Their descriptions are checked, their other files are not; that costs too much for a list.
    """
    active = active_model_id()
    shipped = [_installed(folder, active, shipped=True) for folder in _folders(shipped_models_directory())]
    taken = {one.id for one in shipped}
    own = [
        _installed(folder, active, shipped=False)
        for folder in _folders(models_directory())
        if folder.name not in taken
    ]
    own.sort(key=lambda one: ("" if one.version is None else one.version.created, one.id), reverse=True)
    return shipped + own


def activate(model_id: str) -> None:
    """Make `model_id` the version that answers when none is named.

    Raises:
        ModelMissingError, ModelDamagedError, ModelFeatureVersionError: if it can't be used.
        ModelStorageError: if the choice can't be written. The active one stays in each case.
    """
    with _storage(models_directory()):
        set_active_model(model_id)


def roll_back() -> str:
    """Activate what the active version was trained from, or what that was, if it can't be used any more.

    Returns:
        The id of the version that is active now; the shipped one if no other is usable.

    Raises:
        ModelStorageError: if the choice can't be written; the active one stays.
    """
    target = _ancestor(active_model_id())
    activate(target)
    return target


def rename(model_id: str, name: str | None) -> None:
    """Call the version `model_id` `name`, or nothing.

    Raises:
        ModelMissingError, ModelDamagedError, ModelFeatureVersionError: if there is no such version.
        ModelKeptError: if it came with the program.
        ModelNameError: if that is no name.
        ModelStorageError: if it can't be written.
    """
    if name is not None:
        name = " ".join(name.split())
        if not is_model_name(name):
            raise ModelNameError(name=name)
    directory = _own_folder(model_id)
    read_model_version(directory)
    path = directory / DESCRIPTION_NAME
    with _storage(path):
        description = json.loads(path.read_bytes())
        replace_file(path, seal_description({**description, "name": name}))


def delete(model_id: str, *, roll_back_active: bool = False) -> None:
    """Delete the version `model_id`, usable or not.

    Args:
        model_id: the version.
        roll_back_active: if it is the active one, activate its parent first, as `roll_back` does.

    Raises:
        ModelMissingError: if there is no such version.
        ModelKeptError: if it came with the program.
        ModelActiveError: if it is the active one and may not be rolled back.
        ModelStorageError: if it can't be deleted.
    """
    directory = _own_folder(model_id)
    if active_model_id() == model_id:
        if not roll_back_active:
            raise ModelActiveError(model=model_id)
        roll_back()
    with _storage(directory):
        # Gone at once, and only then removed file by file: there is never half a version.
        grave = Path(tempfile.mkdtemp(prefix=_DELETED, dir=directory.parent))
        directory.rename(grave / directory.name)
    shutil.rmtree(grave, ignore_errors=True)


def export(model_id: str, path: Path) -> None:
    """Write the version `model_id` to the single file `path`, a zip.

    Raises:
        ModelMissingError, ModelDamagedError, ModelFeatureVersionError: if it is not whole.
        ModelStorageError: if it can't be written; what was at `path` is still there.
    """
    version = read_model_version(find_model(model_id))
    verify_model_files(version)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    with _storage(path):
        try:
            # Networks hardly shrink, so nothing is compressed.
            with zipfile.ZipFile(partial, "w", zipfile.ZIP_STORED) as archive:
                for name in (DESCRIPTION_NAME, *sorted(version.files)):
                    archive.write(version.directory / name, name)
            with partial.open("rb+") as file:
                os.fsync(file.fileno())
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)


def import_archive(path: Path) -> ModelVersion:
    """Install the version that `export` wrote to `path`.

    It keeps its id unless another version has that; then it gets a similar one. Nothing is installed that
    has not been checked to the last byte and has not answered a question, in a process of its own.

    Raises:
        ModelArchiveError: if the file is not an exported version.
        ModelDamagedError, ModelFeatureVersionError: if the version in it can't be used.
        ModelPresentError: if that version is installed already.
        ModelStorageError: if the disk does not take it.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = _checked_members(path, archive)
            description = _archived_description(path, archive)
            if set(members) != {DESCRIPTION_NAME, *description["files"]}:
                raise _foreign(path, "its files are not those that its description lists")
            model_id = str(description["id"])
            with staged(model_id) as folder:
                for name, member in members.items():
                    _extract(archive, member, folder / name)
                version = read_model_version(folder)
                verify_model_files(version)
                _refuse_known(description)
                _try_apart(version)
                free = free_id(model_id)
                if free != model_id:
                    folder = _renamed(folder, free)
                return install(folder)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
        raise _foreign(path, f"it can't be unpacked ({error})") from error
    except OSError as error:
        raise ModelStorageError(path=path, reason=error.strerror or error) from error


@contextlib.contextmanager
def staged(model_id: str) -> Iterator[Path]:
    """Give an empty folder to build the version `model_id` in; what is left of it in the end is removed.

    Raises:
        ModelStorageError: if it can't be made.
    """
    home = models_directory()
    with _storage(home):
        remove_leftovers()
        while True:
            building = Path(tempfile.mkdtemp(prefix=_BUILDING, dir=home))
            lock = FileLock(building / _LOCK)
            # Another process may take it for a leftover in the moment before it is locked.
            with contextlib.suppress(FileNotFoundError):
                if lock.acquire() and lock.path.exists():
                    break
            lock.release()
        folder = building / model_id
        folder.mkdir()
    try:
        yield folder
    finally:
        lock.release()
        shutil.rmtree(building, ignore_errors=True)


def install(folder: Path) -> ModelVersion:
    """Move the version in `folder`, which `staged` gave, to the user's versions; it must be verified.

    Raises:
        ModelStorageError: if it can't be moved, or its id has been taken in the meantime.
        ModelDamagedError, ModelFeatureVersionError: if it is not a version.
    """
    read_model_version(folder)
    target = models_directory() / folder.name
    with _storage(target):
        for path in folder.iterdir():
            _sync(path)
        _sync(folder)
        folder.chmod(0o755)
        if target.exists() or target.is_symlink():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))
        folder.rename(target)
        _sync(target.parent)
    return read_model_version(target)


def free_id(wanted: str) -> str:
    """Return `wanted`, or if a version has that id already, `wanted` with a number after it."""
    homes = (models_directory(), shipped_models_directory())
    candidate, number = wanted, 1
    while any((home / candidate).exists() for home in homes):
        number += 1
        ending = f"-{number}"
        candidate = wanted[: 64 - len(ending)] + ending
    return candidate


def remove_leftovers() -> None:
    """Remove what processes that were killed left of versions that they built, imported or deleted."""
    for folder in models_directory().glob(f"{_BUILDING}*"):
        lock = folder / _LOCK
        with contextlib.suppress(OSError):
            fresh = time.time() - folder.stat().st_mtime < 60.0
            # Without its lock it is either being made at this very moment, or was left in that moment.
            if (lock.exists() and not is_locked(lock)) or not (lock.exists() or fresh):
                shutil.rmtree(folder, ignore_errors=True)
    for folder in models_directory().glob(f"{_DELETED}*"):
        shutil.rmtree(folder, ignore_errors=True)


def _folders(home: Path) -> list[Path]:
    with contextlib.suppress(OSError):
        return sorted(path for path in home.iterdir() if is_model_id(path.name) and path.is_dir())
    return []


def _installed(directory: Path, active: str, *, shipped: bool) -> InstalledVersion:
    version, fault = None, None
    try:
        version = read_model_version(directory)
    except GenreAppError as error:
        fault = error
    size = 0
    with contextlib.suppress(OSError):
        size = sum(path.stat().st_size for path in directory.iterdir() if path.is_file())
    return InstalledVersion(
        directory.name, directory, shipped, directory.name == active, version, fault, size
    )


def _own_folder(model_id: str) -> Path:
    if not is_model_id(model_id):
        raise ModelMissingError(model=model_id)
    if (shipped_models_directory() / model_id / DESCRIPTION_NAME).is_file():
        raise ModelKeptError(model=model_id)
    directory = models_directory() / model_id
    if not directory.is_dir():
        raise ModelMissingError(model=model_id)
    return directory


def _ancestor(model_id: str) -> str:
    """Return the nearest ancestor of `model_id` that can be used; the shipped version in the end."""
    seen = {model_id}
    while model_id != BASE_MODEL_ID:
        try:
            parent = read_model_version(find_model(model_id)).parent
        except GenreAppError:
            break
        if parent is None or parent in seen:
            break
        seen.add(parent)
        with contextlib.suppress(GenreAppError):
            verify_model_files(read_model_version(find_model(parent)))
            return parent
        model_id = parent
    return BASE_MODEL_ID


@contextlib.contextmanager
def _storage(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ModelStorageError(path=path, reason=error.strerror or error, details=str(error)) from error


def _sync(path: Path) -> None:
    if path.is_dir() and sys.platform == "win32":
        return  # which has no way to do it
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


# --- import


def _foreign(path: Path, reason: str) -> ModelArchiveError:
    return ModelArchiveError(path=path.name, reason=reason, details=f"{path}: {reason}")


def _checked_members(path: Path, archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Return the members by name; refuse everything that `export` does not write."""
    members = archive.infolist()
    if len(members) > _MAX_MEMBERS:
        raise _foreign(path, f"it has {len(members)} files in it")
    if sum(member.file_size for member in members) > _MAX_ARCHIVE_BYTES:
        raise _foreign(path, "it unpacks to more than 1 GiB")
    found: dict[str, zipfile.ZipInfo] = {}
    for member in members:
        name = member.orig_filename
        if name != member.filename or not is_model_file_name(name):
            raise _foreign(path, f"it has a file {name!r} in it")
        kind = stat.S_IFMT(member.external_attr >> 16)
        if kind not in (0, stat.S_IFREG) or member.flag_bits & 0x1:
            raise _foreign(path, f"{name} is a link or encrypted")
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise _foreign(path, f"{name} is compressed in an unknown way")
        if name.casefold() in (other.casefold() for other in found):
            raise _foreign(path, f"it has {name} twice")
        found[name] = member
    if DESCRIPTION_NAME not in found:
        raise _foreign(path, f"it has no {DESCRIPTION_NAME}")
    if found[DESCRIPTION_NAME].file_size > _MAX_DESCRIPTION_BYTES:
        raise _foreign(path, f"{DESCRIPTION_NAME} is too large")
    return found


def _archived_description(path: Path, archive: zipfile.ZipFile) -> dict[str, Any]:
    try:
        with archive.open(DESCRIPTION_NAME) as file:
            description = json.loads(file.read(_MAX_DESCRIPTION_BYTES))
    except (ValueError, RecursionError) as error:
        raise _foreign(path, f"{DESCRIPTION_NAME} can't be read ({error})") from error
    if not (
        isinstance(description, dict)
        and isinstance(description.get("id"), str)
        and is_model_id(description["id"])
        and isinstance(description.get("files"), dict)
    ):
        raise _foreign(path, f"{DESCRIPTION_NAME} does not describe a model")
    return description


def _extract(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path) -> None:
    """Unpack `member`, and never more than it says that it is."""
    left = member.file_size
    with archive.open(member) as source, target.open("xb") as file:
        while chunk := source.read(min(_CHUNK, left + 1)):
            left -= len(chunk)
            if left < 0:
                raise zipfile.BadZipFile(f"{member.filename} is larger than it says")
            file.write(chunk)


def _refuse_known(description: dict[str, Any]) -> None:
    """Refuse a version whose files are those of one that is installed, whatever the two are called."""
    for one in list_versions():
        if one.version is not None and one.version.files == description["files"]:
            raise ModelPresentError(model=one.version.name or one.id)


def _renamed(folder: Path, model_id: str) -> Path:
    description = json.loads((folder / DESCRIPTION_NAME).read_bytes())
    (folder / DESCRIPTION_NAME).write_bytes(seal_description({**description, "id": model_id}))
    return folder.rename(folder.with_name(model_id))


def _try_apart(version: ModelVersion) -> None:
    """Let `version` answer a question in a process of its own.

    The runtime of networks is written in C++ and trusts its files; a crafted one must not take the window
    with it.
    """
    try:
        result = subprocess.run(
            module_command("genre_app.classifier.trial", str(version.directory)),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_TRIAL_SECONDS,
            check=False,
            env=module_environment(),
            cwd=models_directory(),
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except subprocess.TimeoutExpired as error:
        raise ModelDamagedError(model=version.id, reason="it gives no answer") from error
    if result.returncode != 0:
        told = result.stderr.decode("utf-8", "replace").strip()
        last = told.splitlines()[-1] if told else f"it crashed (exit status {result.returncode})"
        raise ModelDamagedError(model=version.id, reason=last, details=told or last)
