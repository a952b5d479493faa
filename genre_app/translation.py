"""Marks English source texts for translation without importing Qt.

The window translates marked texts with ``QCoreApplication.translate(context, text)``; ``lupdate`` finds the
marks by the name of the function, which is why it carries Qt's own name for it.
"""

from __future__ import annotations


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:  # noqa: N802 - lupdate looks for this very name
    """Return `text` unchanged; `context` is read by ``lupdate`` only."""
    del context
    return text
