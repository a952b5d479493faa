"""What can go wrong when a data set is exported or imported, in words for people."""

from __future__ import annotations

from genre_app.errors import GenreAppError
from genre_app.translation import QT_TRANSLATE_NOOP


class ArchiveInvalidError(GenreAppError):
    """A file that is not an exported data set, or not a whole one. Parameters: `path`, `reason`."""

    code = "archive-invalid"
    title = QT_TRANSLATE_NOOP("errors", "Not a data set that can be imported")
    template = QT_TRANSLATE_NOOP(
        "errors",
        "{path} is not a data set that this program exported, or it is damaged: {reason}."
        " Nothing was imported. Export it again, or copy it again from where it came from.",
    )


class ArchiveTooNewError(GenreAppError):
    """A later program exported it. Parameters: `path`, `version`, `known`."""

    code = "archive-too-new"
    title = QT_TRANSLATE_NOOP("errors", "The archive was made by a newer program")
    template = QT_TRANSLATE_NOOP(
        "errors",
        "{path} has version {version}; this program knows versions up to {known}. Nothing was imported."
        " Install the newest Genre App.",
    )


class ArchiveReadError(GenreAppError):
    """A file that can't be opened. Parameters: `path`, `reason`."""

    code = "archive-read"
    title = QT_TRANSLATE_NOOP("errors", "The archive can't be read")
    template = QT_TRANSLATE_NOOP(
        "errors", "{path} can't be read: {reason}. Check that it is there and that you may read it."
    )


class ArchiveWriteError(GenreAppError):
    """The archive can't be written. Parameters: `path`, `reason`."""

    code = "archive-write"
    title = QT_TRANSLATE_NOOP("errors", "The data set can't be exported")
    template = QT_TRANSLATE_NOOP(
        "errors",
        "Writing {path} failed: {reason}. What was there before is still there."
        " Choose another place, or free some space.",
    )


class ClipFileLostError(GenreAppError):
    """A clip's file is not what was added. Parameters: `clip`, `title_of_clip`, `reason`."""

    code = "clip-file-lost"
    title = QT_TRANSLATE_NOOP("errors", "A clip’s file is lost")
    template = QT_TRANSLATE_NOOP(
        "errors",
        "The file of clip {clip}, “{title_of_clip}”, {reason}. Nothing was exported."
        " Check the data set and let it be repaired, or remove the clip; then export again.",
    )


class SplitListError(GenreAppError):
    """A list of clips for a split can't be used. Parameters: `path`, `reason`."""

    code = "split-list"
    title = QT_TRANSLATE_NOOP("errors", "The list can't be used")
    template = QT_TRANSLATE_NOOP(
        "errors",
        "{path} is not a usable list of clips: {reason}."
        " Expected is one clip a line, such as blues/blues.00001.wav.",
    )
