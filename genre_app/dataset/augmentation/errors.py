"""What can go wrong with a recipe, in words for people."""

from __future__ import annotations

from genre_app.errors import GenreAppError
from genre_app.translation import QT_TRANSLATE_NOOP


class RecipeInvalidError(GenreAppError):
    """A recipe can't be read, or asks for what no transform does. Parameters: `reason`."""

    code = "recipe-invalid"
    title = QT_TRANSLATE_NOOP("errors", "The recipe of an augmented copy can't be used")
    template = QT_TRANSLATE_NOOP(
        "errors",
        "The recipe of an augmented copy is damaged or comes from a newer version of the program: {reason}."
        " Remove the copy and make it anew, or update the program.",
    )
