"""Opens an exported data set that anybody may have made, and unpacks nothing that it should not.

What is in the zip must be exactly what its manifest lists: no more files, no other sizes, no links, no names
that lead elsewhere. Nothing is unpacked under a name that the archive chose.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import stat
import uuid
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Final

from genre_app.audio.errors import shown_path
from genre_app.dataset.archive_errors import ArchiveInvalidError, ArchiveReadError, ArchiveTooNewError
from genre_app.dataset.archive_manifest import (
    CSV_NAME,
    MANIFEST_NAME,
    VERSION,
    ArchivedClip,
    Manifest,
    ManifestTooNewError,
    read_manifest,
)
from genre_app.dataset.audio_store import IncomingFile
from genre_app.dataset.errors import from_os_error
from genre_app.dataset.layout import AUDIO_NAME, INCOMING_PREFIX
from genre_app.progress import Progress

_MAX_MANIFEST_BYTES: Final = 256 << 20
# Sound hardly shrinks. An archive that unpacks to so many times its size is not one of sound.
_MAX_EXPANSION: Final = 100
_SMALL_BYTES: Final = 64 << 20
_CHUNK_BYTES: Final = 1 << 20


class ArchiveReader:
    """An exported data set, opened and checked as far as can be without unpacking its sound.

    Attributes:
        path: of the zip.
        manifest: what it says of itself.
    """

    def __init__(self, path: Path, archive: zipfile.ZipFile) -> None:
        """Check `archive`, opened from `path`; use `opened` instead.

        Raises:
            ArchiveInvalidError, ArchiveTooNewError: if it is not what `export_archive` writes.
        """
        self.path = path
        self._archive = archive
        self._members = _checked_members(path, archive)
        self.manifest = self._read_manifest()
        self._compare()

    def unpack(self, clip: ArchivedClip, directory: Path, progress: Progress) -> IncomingFile:
        """Unpack the file of `clip` into the store, all the way to the disk, under a temporary name.

        Args:
            clip: one of the manifest's.
            directory: of the data set.
            progress: to cancel.

        Raises:
            ArchiveInvalidError: if it is not the file that the manifest speaks of; nothing is left behind.
            DataSetError: if the store can't be written to; nothing is left behind.
            Cancelled: if `progress` was cancelled; nothing is left behind.
        """
        folder = directory / AUDIO_NAME
        target = folder / f"{INCOMING_PREFIX}{os.getpid()}-{uuid.uuid4().hex}"
        digest, left = hashlib.sha256(), clip.file_size
        try:
            # Opening writes nothing yet, so that its errors are the archive's and all others the store's.
            with _damages(self.path), self._archive.open(self._members[clip.file_name]) as source:
                with _store(folder):
                    folder.mkdir(parents=True, exist_ok=True)
                    file = target.open("xb")
                with file:
                    while chunk := source.read(min(_CHUNK_BYTES, left + 1)):
                        progress.raise_if_cancelled()
                        left -= len(chunk)
                        if left < 0:
                            raise invalid(self.path, f"{clip.file_name} is larger than its manifest says")
                        digest.update(chunk)
                        with _store(folder):
                            file.write(chunk)
                    with _store(folder):
                        file.flush()
                        os.fsync(file.fileno())
            if digest.hexdigest() != clip.file_sha256:
                raise invalid(self.path, f"{clip.file_name} is not the file that its manifest speaks of")
        except BaseException:
            with contextlib.suppress(OSError):
                target.unlink(missing_ok=True)
            raise
        return IncomingFile(target, clip.file_sha256, clip.file_size)

    def _read_manifest(self) -> Manifest:
        member = self._members.get(MANIFEST_NAME)
        if member is None:
            raise invalid(self.path, f"it has no {MANIFEST_NAME}")
        if member.file_size > _MAX_MANIFEST_BYTES:
            raise invalid(self.path, f"its {MANIFEST_NAME} is too large")
        with _damages(self.path), self._archive.open(member) as file:
            content = file.read(_MAX_MANIFEST_BYTES + 1)
        if len(content) != member.file_size:
            raise invalid(self.path, f"its {MANIFEST_NAME} is larger than it says")
        try:
            return read_manifest(content)
        except ManifestTooNewError as error:
            raise ArchiveTooNewError(
                path=shown_path(self.path.name), version=error.args[0], known=VERSION
            ) from error
        except ValueError as error:
            raise invalid(self.path, str(error)) from error

    def _compare(self) -> None:
        """Refuse files that are not listed, files that are missing, and other sizes than those listed."""
        expected = {clip.file_name: clip for clip in self.manifest.clips} if self.manifest.with_audio else {}
        names = self._members.keys() - {MANIFEST_NAME, CSV_NAME}
        for name in sorted(names - expected.keys()):
            raise invalid(self.path, f"it has a file that its manifest does not list, {_shown(name)}")
        for name in sorted(expected.keys() - names):
            raise invalid(self.path, f"the file {name} is missing in it")
        for name, clip in expected.items():
            if self._members[name].file_size != clip.file_size:
                raise invalid(self.path, f"the size of {name} is not that in its manifest")
        unpacked = sum(clip.file_size for clip in expected.values())
        packed = self.path.stat().st_size
        if unpacked > max(_SMALL_BYTES, _MAX_EXPANSION * packed):
            raise invalid(self.path, f"it would unpack to {unpacked // packed} times its size")


@contextlib.contextmanager
def opened(path: Path) -> Iterator[ArchiveReader]:
    """Open the exported data set `path`.

    Raises:
        ArchiveReadError: if there is no such file, or it can't be read.
        ArchiveInvalidError, ArchiveTooNewError: if it is not what `export_archive` writes.
    """
    try:
        # Neither a pipe, which would block, nor a folder.
        if not stat.S_ISREG(path.stat().st_mode):
            raise ArchiveReadError(path=shown_path(path), reason="it is not a file")
        file = path.open("rb")
    except (OSError, ValueError) as error:
        reason = error.strerror or str(error) if isinstance(error, OSError) else "that is not a path"
        raise ArchiveReadError(path=shown_path(path), reason=reason) from error
    with file:
        with _damages(path):
            archive = zipfile.ZipFile(file)
        with archive:
            with _damages(path):
                reader = ArchiveReader(path, archive)
            yield reader


def invalid(path: Path, reason: str) -> ArchiveInvalidError:
    """Return the error that says that the archive `path` can't be used."""
    return ArchiveInvalidError(
        path=shown_path(path.name), reason=reason, details=f"{shown_path(path)}: {reason}"
    )


@contextlib.contextmanager
def _damages(path: Path) -> Iterator[None]:
    """Say in words for people what is wrong with the zip itself."""
    try:
        yield
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, NotImplementedError, zlib.error) as error:
        raise invalid(path, f"it is not a whole zip file ({error})") from error
    except (OverflowError, ValueError) as error:
        raise invalid(path, f"it can't be unpacked ({error})") from error
    except OSError as error:
        if error.errno == errno.EINVAL:  # sent to a place before the beginning of the file
            raise invalid(path, "it can't be unpacked (it points to what is not there)") from error
        raise ArchiveReadError(path=shown_path(path), reason=error.strerror or error) from error


@contextlib.contextmanager
def _store(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise from_os_error(error, folder) from error


def _checked_members(path: Path, archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Return the members by name; refuse what `export_archive` never writes."""
    found: dict[str, zipfile.ZipInfo] = {}
    folded = set[str]()
    for member in archive.infolist():
        name = member.filename
        shown = _shown(member.orig_filename)
        parts = PurePosixPath(name).parts
        if member.orig_filename != name or "\\" in name or name.startswith("/") or ".." in parts:
            raise invalid(path, f"it has a file {shown}, whose name leads out of it")
        if "/".join(parts) != name or ":" in name:
            raise invalid(path, f"it has a file {shown}, which is not a name that it may have")
        kind = stat.S_IFMT(member.external_attr >> 16)
        if kind not in (0, stat.S_IFREG):
            raise invalid(path, f"{shown} in it is a link or something else that is no file")
        if member.flag_bits & 0x1:
            raise invalid(path, f"{shown} in it is encrypted")
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise invalid(path, f"{shown} in it is compressed in an unknown way")
        if name.casefold() in folded:
            raise invalid(path, f"it has {shown} twice")
        folded.add(name.casefold())
        found[name] = member
    return found


def _shown(name: str) -> str:
    text = repr(name)
    return text if len(text) <= 100 else f"{text[:99]}…"
