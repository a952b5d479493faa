"""What can go wrong on the page "Retrain" itself."""

from __future__ import annotations

from genre_app.errors import GenreAppError
from genre_app.translation import QT_TRANSLATE_NOOP


class CurvesNotSavedError(GenreAppError):
    """The curves could not be written. Parameters: `path`, `reason`."""

    code = "curves-not-saved"
    title = QT_TRANSLATE_NOOP("errors", "The curves were not saved")
    template = QT_TRANSLATE_NOOP(
        "errors", "{path} can't be written: {reason}. Choose another folder, or check the disk."
    )
