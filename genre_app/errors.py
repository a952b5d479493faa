"""Errors meant for people: a code for programs, a title and a message for everyone else.

The window and the terminal show the same ones. A message says what happened and what to do about it.
"""

from __future__ import annotations

from typing import ClassVar

from genre_app.translation import QT_TRANSLATE_NOOP


class GenreAppError(Exception):
    """Base of every error that is shown to the user.

    Subclasses set the three class attributes; an instance is made with the template's parameters:
    ``raise FileMissingError(path=path)``.

    Attributes:
        code: stable identifier for scripts, e.g. ``file-missing``.
        title: a few words, English source text (translation context ``errors``).
        template: the message with ``{parameters}``, English source text.
        parameters: what the template is filled with, all strings.
        details: technical text for a bug report ("copy details"), or None.
    """

    code: ClassVar[str] = "unexpected"
    title: ClassVar[str] = QT_TRANSLATE_NOOP("errors", "Something went wrong")
    template: ClassVar[str] = QT_TRANSLATE_NOOP(
        "errors", "An unexpected error happened: {reason}. The log file has the details."
    )

    def __init__(self, *, details: str | None = None, **parameters: object) -> None:
        self.parameters: dict[str, str] = {name: str(value) for name, value in parameters.items()}
        self.details = details
        super().__init__(self.message)

    @property
    def message(self) -> str:
        """The message in English, its parameters filled in."""
        return self.template.format_map(self.parameters)


class UnexpectedError(GenreAppError):
    """Wraps an exception nobody foresaw, so that it still reaches the user as a sentence."""

    @classmethod
    def wrap(cls, error: BaseException) -> UnexpectedError:
        """Return an error that names `error` and carries its traceback as details."""
        import traceback

        return cls(
            reason=f"{type(error).__name__}: {error}",
            details="".join(traceback.format_exception(error)),
        )
