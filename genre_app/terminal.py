"""Text for a terminal: how wide it is, how it is coloured, and what must not get there."""

from __future__ import annotations

import json
import os
import unicodedata
from collections.abc import Mapping
from typing import Any, Final, TextIO

_ESCAPES: Final = {"bold": "\x1b[1m", "dim": "\x1b[2m", "red": "\x1b[31m", "green": "\x1b[32m"}
_RESET: Final = "\x1b[0m"
_CLEAR_LINE: Final = "\r\x1b[2K"
_ZERO_WIDTH_JOINER: Final = "\u200d"
_EMOJI_PRESENTATION: Final = "\ufe0f"
_USUAL_COLUMNS: Final = 80


def printable(text: str) -> str:
    r"""Return `text` with everything escaped that a terminal would obey or an encoder would choke on.

    That is control characters, and the surrogates that stand for the bytes of a name that is not UTF-8:
    ``caf\xe9.wav``.
    """
    return "".join(char if char.isprintable() else _escaped(char) for char in text)


def _escaped(char: str) -> str:
    if char in (_ZERO_WIDTH_JOINER, _EMOJI_PRESENTATION):
        return char  # parts of emoji; neither moves the cursor
    if 0xDC80 <= ord(char) <= 0xDCFF:
        return f"\\x{ord(char) - 0xDC00:02x}"
    return char.encode("unicode_escape", "surrogatepass").decode("ascii")


def display_width(text: str) -> int:
    """Return how many columns `text` takes: two for Korean, Chinese, Japanese and emoji, none for accents."""
    width = 0
    joined = False
    last = 0
    for char in text:
        if char == _EMOJI_PRESENTATION:
            width += 2 - last if last == 1 else 0
            last = 2
        elif char == _ZERO_WIDTH_JOINER:
            joined = True
        elif unicodedata.category(char) in ("Mn", "Me", "Cf") or "\u1160" <= char <= "\u11ff":
            continue  # accents, and the vowels and finals of a decomposed Korean syllable
        elif "\U0001f3fb" <= char <= "\U0001f3ff" and last == 2:
            continue  # the skin colour of the emoji before it
        elif joined:
            joined = False  # drawn into the emoji before it
        else:
            last = 2 if unicodedata.east_asian_width(char) in "WF" else 1
            width += last
    return width


def padded(text: str, width: int) -> str:
    """Return `text` with spaces after it, so that it takes at least `width` columns."""
    return text + " " * (width - display_width(text))


def shortened(text: str, width: int) -> str:
    """Return `text` in at most `width` (≥ 2) columns, its middle replaced by … if need be.

    Names differ at their ends: folders at the front, numbers and suffixes at the back.
    """
    if display_width(text) <= width:
        return text
    front = _head(text, (width - 1) // 2)
    back = _head(text[::-1], width - 1 - display_width(front))[::-1]
    return f"{front}…{back}"


def _head(text: str, width: int) -> str:
    """Return as much of the beginning of `text` as fits into `width` columns."""
    end = 0
    while end < len(text) and display_width(text[: end + 1]) <= width:
        end += 1
    return text[:end]


def clock(seconds: float) -> str:
    """Return `seconds` as minutes and seconds, with hours where there are some: 3:07, 1:02:03."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def json_text(record: Mapping[str, Any], stream: TextIO) -> str:
    """Return `record` as JSON that `stream` can encode: escaped to ASCII only where it must be.

    A file name that is not UTF-8 is such a case. Its bytes come as the surrogates U+DC80 to U+DCFF, from
    which Python's ``os.fsencode`` makes them again.
    """
    text = json.dumps(record, ensure_ascii=False, allow_nan=False)
    try:
        text.encode(stream.encoding or "ascii")
    except UnicodeEncodeError:
        return json.dumps(record, allow_nan=False)
    return text


def columns(stream: TextIO) -> int | None:
    """Return how wide the terminal is that `stream` goes to, or None if it goes elsewhere."""
    if not stream.isatty():
        return None
    try:
        return os.get_terminal_size(stream.fileno()).columns or _USUAL_COLUMNS
    except OSError:
        return _USUAL_COLUMNS


class Paint:
    """Colours text for `stream`, if that is a terminal whose user wants colours (https://no-color.org)."""

    def __init__(self, stream: TextIO) -> None:
        self._enabled = (
            stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        )

    def __call__(self, style: str, text: str) -> str:
        """Return `text` in `style`: bold, dim, red or green."""
        return f"{_ESCAPES[style]}{text}{_RESET}" if self._enabled else text


class StatusLine:
    """One line at the bottom of a terminal that is written over and over; nothing where there is none."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._enabled = stream.isatty() and os.environ.get("TERM") != "dumb"
        self._shown = ""

    def show(self, text: str) -> None:
        """Replace the line by `text`, in as many columns as there are."""
        if not self._enabled:
            return
        line = shortened(text, max(2, (columns(self._stream) or _USUAL_COLUMNS) - 1))
        if line != self._shown:
            self._stream.write(_CLEAR_LINE + line)
            self._stream.flush()
            self._shown = line

    def clear(self) -> None:
        """Remove the line, so that results can be written where it was."""
        if self._shown:
            self._stream.write(_CLEAR_LINE)
            self._stream.flush()
            self._shown = ""
