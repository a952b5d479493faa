"""What the commands print alike: JSON, errors, and how far work has come."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from genre_app.errors import GenreAppError
from genre_app.progress import Progress
from genre_app.terminal import StatusLine, json_text, printable


class TerminalProgress(Progress):
    """Progress that a line at the bottom of the terminal shows."""

    def __init__(self) -> None:
        super().__init__(self._show)
        self._line = StatusLine(sys.stderr)

    def clear(self) -> None:
        """Remove the line."""
        self._line.clear()

    def _show(self, done: float, total: float, message: str) -> None:
        count = f"{done / total:.0%}" if total else ""
        self._line.show(f"{count}  {printable(message)}")


@contextmanager
def terminal_progress() -> Iterator[TerminalProgress]:
    """Give progress to show, and remove it from the terminal in the end."""
    progress = TerminalProgress()
    try:
        yield progress
    finally:
        progress.clear()


def print_json(record: Mapping[str, Any]) -> None:
    """Print `record` as one line of JSON, at once."""
    sys.stdout.write(json_text(record, sys.stdout) + "\n")
    sys.stdout.flush()


def complain(message: str) -> None:
    """Tell on standard error what is wrong."""
    sys.stderr.write(f"genre-app: {printable(message)}\n")


def error_record(error: GenreAppError) -> dict[str, str]:
    """Return `error` as the JSON of the commands has it."""
    return {"code": error.code, "message": error.message}
