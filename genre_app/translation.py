"""Marks English source texts for translation without importing Qt.

The window translates marked texts with ``QCoreApplication.translate(context, text)``; ``lupdate`` finds the
marks by the name of the function, which is why it carries Qt's own name for it.
"""

from __future__ import annotations

import re
from typing import Final

_PLURAL_ENDING: Final = re.compile(r"\((\w+)\)")


def QT_TRANSLATE_NOOP(  # noqa: N802 - lupdate looks for this very name
    context: str, text: str, comment: str = "", n: int | None = None
) -> str:
    """Return `text` unchanged; everything else is read by ``lupdate`` only.

    Args:
        context: of the translation.
        text: in English.
        comment: tells apart what is the same in English.
        n: any number, if `text` is about ``%n`` things, in a plural such as “%n clip(s)”.
    """
    del context, comment, n
    return text


def in_english(text: str, n: int | None = None) -> str:
    """Return a marked text as it is read in English: “%n clip(s)” of 1 is “1 clip”, of 2 “2 clips”."""
    if n is None:
        return text
    return _PLURAL_ENDING.sub("" if n == 1 else r"\1", text).replace("%n", str(n))
