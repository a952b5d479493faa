"""What can go wrong when a model is trained, said so that people can act on it."""

from __future__ import annotations

from genre_app.errors import GenreAppError
from genre_app.translation import QT_TRANSLATE_NOOP


class ReferenceDataMissingError(GenreAppError):
    """The reference data that the base model is trained on is not on this machine."""

    code = "reference-data-missing"
    title = QT_TRANSLATE_NOOP("errors", "Reference data missing")
    template = QT_TRANSLATE_NOOP(
        "errors",
        "Training the base model needs {path}, which isn't there. "
        "Set GENRE_APP_REFERENCE_DATA to the folder of the reference data.",
    )


class SpeechSynthesiserMissingError(GenreAppError):
    """``espeak-ng`` is not installed."""

    code = "speech-synthesiser-missing"
    title = QT_TRANSLATE_NOOP("errors", "espeak-ng is missing")
    template = QT_TRANSLATE_NOOP(
        "errors",
        "Training the base model needs examples of speech, which espeak-ng makes. "
        "Install it (on Debian and Ubuntu: sudo apt-get install espeak-ng).",
    )
