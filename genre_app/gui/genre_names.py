"""What the shipped genres are called in the user's language."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication

from genre_app.translation import QT_TRANSLATE_NOOP

_NAMES: Final = {
    "blues": QT_TRANSLATE_NOOP("genres", "Blues"),
    "classical": QT_TRANSLATE_NOOP("genres", "Classical"),
    "country": QT_TRANSLATE_NOOP("genres", "Country"),
    "disco": QT_TRANSLATE_NOOP("genres", "Disco"),
    "hiphop": QT_TRANSLATE_NOOP("genres", "Hip-hop"),
    "jazz": QT_TRANSLATE_NOOP("genres", "Jazz"),
    "metal": QT_TRANSLATE_NOOP("genres", "Metal"),
    "pop": QT_TRANSLATE_NOOP("genres", "Pop"),
    "reggae": QT_TRANSLATE_NOOP("genres", "Reggae"),
    "rock": QT_TRANSLATE_NOOP("genres", "Rock"),
}


def display_name(genre: str) -> str:
    """Return the translated name of a shipped genre; a genre of the user is called what they called it."""
    name = _NAMES.get(genre)
    return genre if name is None else QCoreApplication.translate("genres", name)
