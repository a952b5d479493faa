"""The log file: one rotating file in the user's log directory."""

from __future__ import annotations

import logging
import logging.handlers
import sys
from pathlib import Path

from genre_app.directories import log_directory

_MAX_BYTES = 1_000_000
_BACKUPS = 3


def log_file() -> Path:
    """Return the path of the current log file."""
    return log_directory() / "genre-app.log"


def configure_logging(level: int = logging.INFO) -> None:
    """Send the log of this process to `log_file`, and uncaught exceptions with it.

    A log directory that can't be written to is no reason not to run: the log then goes to standard error.
    """
    handler: logging.Handler
    try:
        handler = logging.handlers.RotatingFileHandler(
            log_file(), maxBytes=_MAX_BYTES, backupCount=_BACKUPS, encoding="utf-8", delay=True
        )
    except OSError:
        handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.setLevel(level)
    root.addHandler(handler)
