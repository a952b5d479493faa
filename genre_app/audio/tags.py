"""What a sound file says about the song in it: title and artist.

`read_tags` of `genre_app.audio.decode` asks the decoder's child process, which reads them here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from io import FileIO
from typing import Final

MAX_LENGTH: Final = 500
"""Characters of a tag that are kept."""

# Two bytes each, the first ones of Hangul in EUC-KR; ASCII in between.
_EUC_KR: Final = re.compile(rb"(?:[\x00-\x7f]|[\xa1-\xc8][\xa1-\xfe])+")


@dataclass(frozen=True, slots=True)
class Tags:
    """The song in a file, as the file names it.

    Attributes:
        title, artist: in normal form C, without control characters; empty where the file does not say.
    """

    title: str = ""
    artist: str = ""


def tags_of(file: FileIO) -> Tags:
    """Return the tags of the open file `file`; of one that FFmpeg can't open, empty ones.

    Runs in the decoder's child process.
    """
    import av

    from genre_app.audio.readers import AV_DEMUXERS

    file.seek(0)
    try:
        with av.open(
            file,
            "r",
            options={"protocol_whitelist": "none", "format_whitelist": AV_DEMUXERS},
            metadata_encoding="latin-1",  # which takes any bytes; what they really are is seen to below
            buffer_size=1 << 16,
        ) as container:
            # Ogg has its tags in the stream, all others in the container.
            found = {}
            for stream in container.streams.audio[:1]:
                found.update(_folded(stream.metadata))
            found.update(_folded(container.metadata))
    except (av.FFmpegError, OSError, ValueError):
        return Tags()
    return Tags(title=clean(found.get("title", "")), artist=clean(found.get("artist", "")))


def clean(text: str) -> str:
    """Return the text of a tag as it can be shown on one line; old Korean and mislabelled UTF-8 repaired."""
    # Once for FFmpeg's answer read as Latin-1, once for a file that says Latin-1 and means something else.
    text = unicodedata.normalize("NFC", _repaired(_repaired(text)))
    visible = "".join(" " if unicodedata.category(one) in ("Cc", "Cs", "Zl", "Zp") else one for one in text)
    return " ".join(visible.split())[:MAX_LENGTH]


def _folded(metadata: Mapping[str, str]) -> dict[str, str]:
    return {name.casefold(): text for name, text in metadata.items() if text.strip()}


def _repaired(text: str) -> str:
    """Return `text` decoded again if its bytes, read as Latin-1 for want of a better word, were another's.

    ID3 tags of version 1, and careless ones of version 2, do not say their encoding.
    """
    try:
        raw = text.encode("latin-1")
    except UnicodeEncodeError:
        return text
    if raw.isascii():
        return text
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    # Accented Latin letters seldom come in pairs throughout; Hangul does nothing else.
    if _EUC_KR.fullmatch(raw):
        try:
            decoded = raw.decode("euc-kr")
        except UnicodeDecodeError:
            return text
        if any("가" <= one <= "힣" for one in decoded):
            return decoded
    return text
