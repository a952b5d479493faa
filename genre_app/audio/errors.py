"""What can be wrong with a sound file, said to people: one class for each thing they can do about it."""

from __future__ import annotations

import os
from typing import ClassVar, Self

from genre_app.errors import GenreAppError
from genre_app.translation import QT_TRANSLATE_NOOP


def shown_path(path: str | bytes | os.PathLike[str] | os.PathLike[bytes]) -> str:
    """Return `path` as text that can be printed anywhere; bytes that are no UTF-8 become U+FFFD."""
    return os.fsencode(path).decode("utf-8", "replace")


def shown_time(seconds: float) -> str:
    """Return a length or a position as ``m:ss``, ``h:mm:ss``, or, below a minute, ``s.ss s``."""
    if seconds < 60:
        return f"{seconds:.2f} s"
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


class AudioError(GenreAppError):
    """Base of everything that keeps one file from being heard; every template has ``{path}``."""


class AudioMissingError(AudioError):
    code = "audio-missing"
    title = QT_TRANSLATE_NOOP("errors", "File not found")
    template = QT_TRANSLATE_NOOP(
        "errors", "There is no file {path}. Check the name, and whether it was moved or its disk unplugged."
    )


class AudioFolderError(AudioError):
    code = "audio-folder"
    title = QT_TRANSLATE_NOOP("errors", "No audio in this folder")
    template = QT_TRANSLATE_NOOP(
        "errors",
        "{path} is a folder without audio files that can be read. Choose a folder with music, or files.",
    )


class AudioPermissionError(AudioError):
    code = "audio-permission"
    title = QT_TRANSLATE_NOOP("errors", "File may not be read")
    template = QT_TRANSLATE_NOOP(
        "errors",
        "You do not have permission to read {path}. Change its permissions, or copy it to your own folder.",
    )


class AudioNotAFileError(AudioError):
    code = "audio-not-a-file"
    title = QT_TRANSLATE_NOOP("errors", "Not a file")
    template = QT_TRANSLATE_NOOP(
        "errors", "{path} is a device, pipe or socket, not a file. Save the sound to a file first."
    )


class AudioReadError(AudioError):
    code = "audio-read"
    title = QT_TRANSLATE_NOOP("errors", "File could not be read")
    template = QT_TRANSLATE_NOOP(
        "errors", "Reading {path} failed: {reason}. Check the disk or the network connection it is on."
    )


class AudioEmptyError(AudioError):
    code = "audio-empty"
    title = QT_TRANSLATE_NOOP("errors", "Empty file")
    template = QT_TRANSLATE_NOOP("errors", "{path} is empty (0 bytes). Copy or download it again.")


class AudioUnknownFormatError(AudioError):
    code = "audio-unknown-format"
    title = QT_TRANSLATE_NOOP("errors", "Not an audio file")
    template = QT_TRANSLATE_NOOP(
        "errors", "{path} holds no audio in a format this program knows. Convert it to WAV, FLAC or MP3."
    )


class AudioNoStreamError(AudioError):
    code = "audio-no-stream"
    title = QT_TRANSLATE_NOOP("errors", "No sound in this file")
    template = QT_TRANSLATE_NOOP("errors", "{path} has no sound track. Choose a file that has one.")


class AudioNoSamplesError(AudioError):
    code = "audio-no-samples"
    title = QT_TRANSLATE_NOOP("errors", "Nothing to hear")
    template = QT_TRANSLATE_NOOP(
        "errors", "{path} is an audio file of zero length. Export or record it again."
    )


class AudioCodecError(AudioError):
    code = "audio-codec"
    title = QT_TRANSLATE_NOOP("errors", "Unknown encoding")
    template = QT_TRANSLATE_NOOP(
        "errors",
        "The sound in {path} is encoded in a way this program does not know ({codec}). "
        "Convert it to WAV, FLAC or MP3.",
    )


class AudioProtectedError(AudioError):
    code = "audio-protected"
    title = QT_TRANSLATE_NOOP("errors", "Copy-protected file")
    template = QT_TRANSLATE_NOOP(
        "errors",
        "{path} is copy-protected and plays only in its shop's own program. Get a copy without protection.",
    )


class AudioHeaderError(AudioError):
    code = "audio-header"
    title = QT_TRANSLATE_NOOP("errors", "Impossible header")
    template = QT_TRANSLATE_NOOP(
        "errors",
        "The header of {path} claims {claim}; no audio file is like that. "
        "The file is damaged: copy, download or export it again.",
    )


class AudioDamagedError(AudioError):
    code = "audio-damaged"
    title = QT_TRANSLATE_NOOP("errors", "Damaged file")
    template = QT_TRANSLATE_NOOP(
        "errors",
        "{path} is damaged and nothing of it could be decoded ({reason}). Copy, download or export it again.",
    )


class DecoderCrashedError(AudioError):
    code = "decoder-crashed"
    title = QT_TRANSLATE_NOOP("errors", "The decoder crashed")
    template = QT_TRANSLATE_NOOP(
        "errors",
        "Decoding {path} crashed the decoder ({reason}); other files are not affected. "
        "The file is probably damaged: copy, download or convert it again.",
    )


class DecoderTimeoutError(AudioError):
    code = "decoder-timeout"
    title = QT_TRANSLATE_NOOP("errors", "The decoder hung")
    template = QT_TRANSLATE_NOOP(
        "errors",
        "Decoding {path} gave nothing for {seconds} seconds and was stopped. "
        "The file is damaged, or the disk it is on does not answer: copy it to another disk and try again.",
    )


class DecoderStartError(AudioError):
    code = "decoder-start"
    title = QT_TRANSLATE_NOOP("errors", "The decoder did not start")
    template = QT_TRANSLATE_NOOP(
        "errors",
        "The decoder needed for {path} did not start: {reason}. Install the program again; "
        "if that does not help, report it with the details.",
    )


class AudioWarning(str):
    """Something to know about a file that was decoded all the same; the string is the English text.

    Attributes:
        code: stable identifier, one of the keys of `templates`.
        template: English source text with ``{parameters}``, translation context ``errors``.
        parameters: what the template is filled with, all strings.
    """

    templates: ClassVar[dict[str, str]] = {
        "ends-early": QT_TRANSLATE_NOOP(
            "errors", "The file ends early: {found} of the {promised} its header promises."
        ),
        "cut-off": QT_TRANSLATE_NOOP("errors", "The file seems to be cut off at its end, after {found}."),
        "length-understated": QT_TRANSLATE_NOOP(
            "errors", "The header promises only {promised} of sound, but {found} follow; all of it was used."
        ),
        "length-unstated": QT_TRANSLATE_NOOP(
            "errors", "The header does not say how long the sound is; all {found} of it were used."
        ),
        "damaged": QT_TRANSLATE_NOOP(
            "errors", "The file is damaged, first at about {position}; what could be decoded was used."
        ),
        "not-finite": QT_TRANSLATE_NOOP(
            "errors", "{count} samples are not usable numbers; silence took their place."
        ),
    }

    __slots__ = ("code", "parameters")
    code: str
    parameters: dict[str, str]

    def __new__(cls, code: str, **parameters: object) -> Self:
        """Return the warning `code`, its template filled with `parameters`."""
        texts = {name: str(value) for name, value in parameters.items()}
        warning = super().__new__(cls, cls.templates[code].format_map(texts))
        warning.code = code
        warning.parameters = texts
        return warning

    @property
    def template(self) -> str:
        """The English source text, parameters not filled in."""
        return self.templates[self.code]
