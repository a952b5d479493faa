"""Loads the translations: the program's own, and Qt's for its buttons and dialogs."""

from __future__ import annotations

import logging

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from genre_app.directories import resources_directory
from genre_app.gui.settings import LANGUAGES
from genre_app.translation import QT_TRANSLATE_NOOP

# Of Qt's own dialog for files, which Qt's translations have under what these labels were called before.
QT_TRANSLATE_NOOP("QFileDialog", "&Look in:")
QT_TRANSLATE_NOOP("QFileDialog", "Files of &type:")

_log = logging.getLogger(__name__)
_installed: list[QTranslator] = []


def system_language() -> str:
    """Return the first language that the system's user reads and the program speaks; English if none."""
    for name in QLocale.system().uiLanguages():
        language = name.replace("_", "-").partition("-")[0].lower()
        if language in LANGUAGES:
            return language
    return "en"


def use_language(language: str | None) -> None:
    """Let every string that is translated from now on be in `language`; None is the system's."""
    for translator in _installed:
        QCoreApplication.removeTranslator(translator)
    _installed.clear()
    wanted = language or system_language()
    QLocale.setDefault(QLocale(wanted) if language else QLocale.system())
    places = (
        ("qtbase", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)),
        ("genre-app", str(resources_directory() / "translations")),
    )
    for name, folder in places:
        translator = QTranslator()
        if translator.load(f"{name}_{wanted}", folder):
            QCoreApplication.installTranslator(translator)
            _installed.append(translator)
        elif wanted != "en":
            _log.warning("no translation %s_%s in %s", name, wanted, folder)
