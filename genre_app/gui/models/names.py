"""What model versions and their dates are called in the window."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale, Qt

from genre_app.classifier.evaluation import evaluation_from_json
from genre_app.classifier.model_version import BASE_MODEL_ID, ModelVersion


def model_name(model_id: str, version: ModelVersion | None = None) -> str:
    """Return what the version is called: by its user, else by when it was made, else by its id."""
    if version is not None:
        if version.name is not None:
            return version.name
        kind = version.training.get("kind")
        if kind in ("quick", "full"):
            text = (
                QCoreApplication.translate("models", "Retrained {date}")
                if kind == "quick"
                else QCoreApplication.translate("models", "Fully trained {date}")
            )
            return text.format(date=when(version.created))
    if model_id == BASE_MODEL_ID:
        return QCoreApplication.translate("models", "Base model")
    return model_id


def when(text: str) -> str:
    """Return the local date and time that an ISO 8601 `text` says, short, as the user's language has it."""
    time = QDateTime.fromString(text, Qt.DateFormat.ISODate)
    if not time.isValid():
        return text
    return QLocale().toString(time.toLocalTime(), QLocale.FormatType.ShortFormat)


def clips_of(version: ModelVersion) -> int | None:
    """Return how many clips of the user's it was trained on, or None if that is not known."""
    clips = version.training.get("clips")
    if not isinstance(clips, dict):
        return None
    return sum(count for count in clips.values() if isinstance(count, int))


def accuracy_of(version: ModelVersion) -> str | None:
    """Return the accuracy on the fixed validation set with its interval, or None if that is not known."""
    try:
        found = evaluation_from_json(version.metrics)
    except ValueError:
        return None
    low, high = found.accuracy_ci95
    return f"{100 * found.accuracy:.1f}% ({100 * low:.0f}–{100 * high:.0f}%)"
