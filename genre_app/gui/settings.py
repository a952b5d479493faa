"""What the window remembers between two runs."""

from __future__ import annotations

from typing import Final, get_args

from PySide6.QtCore import QByteArray, QSettings

from genre_app.directories import settings_file
from genre_app.gui.theme import Scheme

LANGUAGES: Final = ("en", "ko")
"""The languages that the program speaks."""


class Settings:
    """Typed access to the settings file. What is missing or makes no sense is the default."""

    def __init__(self) -> None:
        self._store = QSettings(str(settings_file()), QSettings.Format.IniFormat)

    @property
    def scheme(self) -> Scheme:
        """The colour scheme that the user chose."""
        value = self._store.value("window/scheme")
        for scheme in get_args(Scheme):
            if value == scheme:
                return scheme  # type: ignore[no-any-return]
        return "system"

    @scheme.setter
    def scheme(self, scheme: Scheme) -> None:
        self._store.setValue("window/scheme", scheme)

    @property
    def language(self) -> str | None:
        """The language that the user chose, one of `LANGUAGES`, or None for the system's."""
        value = self._store.value("window/language")
        return value if value in LANGUAGES else None

    @language.setter
    def language(self, language: str | None) -> None:
        self._store.setValue("window/language", language or "system")

    def bytes(self, name: str) -> QByteArray | None:
        """Return the geometry or state saved as `name`, or None."""
        value = self._store.value(f"window/{name}")
        return value if isinstance(value, QByteArray) else None

    def set_bytes(self, name: str, value: QByteArray) -> None:
        """Save a geometry or state as `name`."""
        self._store.setValue(f"window/{name}", value)

    def text(self, name: str) -> str:
        """Return the text saved as `name`, or nothing."""
        value = self._store.value(f"window/{name}")
        return value if isinstance(value, str) else ""

    def set_text(self, name: str, value: str) -> None:
        """Save a text as `name`."""
        self._store.setValue(f"window/{name}", value)
