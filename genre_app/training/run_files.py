"""Where a training keeps what other processes look at: its lock, its events, and the wish to cancel it."""

from __future__ import annotations

from pathlib import Path

from genre_app.directories import data_directory


def _training_directory() -> Path:
    path = data_directory() / "training"
    path.mkdir(exist_ok=True)
    return path


def lock_file() -> Path:
    """Return the file that a training locks while it runs."""
    return _training_directory() / "lock"


def journal_file() -> Path:
    """Return the file of the events of the training that runs, or of the last one."""
    return _training_directory() / "events.jsonl"


def cancel_file() -> Path:
    """Return the file whose presence asks the training that runs to stop."""
    return _training_directory() / "cancel"


def full_directory() -> Path:
    """Return the folder in which a full training keeps what it needs to go on after it was broken off.

    It may not be there.
    """
    return _training_directory() / "full"


def full_state_file() -> Path:
    """Return the file that says how far that training has come."""
    return full_directory() / "state.json"
