"""Where things are: what ships with the program, and what belongs to its user.

The environment variable ``GENRE_APP_HOME`` moves everything of the user into one folder.
"""

from __future__ import annotations

import os
import warnings
from pathlib import Path

import platformdirs

_APP_NAME = "genre-app"


def _user_directory(kind: str) -> Path:
    home = os.environ.get("GENRE_APP_HOME")
    path: Path
    if home:
        path = Path(home).expanduser().absolute() / kind
    else:
        platform_path = {
            "data": platformdirs.user_data_path,
            "cache": platformdirs.user_cache_path,
            "log": platformdirs.user_log_path,
            "config": platformdirs.user_config_path,
        }[kind]
        path = platform_path(_APP_NAME, appauthor=False)
    path.mkdir(parents=True, exist_ok=True)
    return path


def data_directory() -> Path:
    """Return the folder of the user's data set and model versions; it exists."""
    return _user_directory("data")


def cache_directory() -> Path:
    """Return the folder of what can be computed again; it exists."""
    return _user_directory("cache")


def log_directory() -> Path:
    """Return the folder of the log files; it exists."""
    return _user_directory("log")


def runtime_directory() -> Path:
    """Return the folder of what lasts as long as the user is logged in; it exists, and nobody else may enter.

    It stays where the system has it whatever ``GENRE_APP_HOME`` says: the path of a socket must be short.

    Raises:
        OSError: if it can't be made, or belongs to another user.
    """
    with warnings.catch_warnings():
        # Where a login has no such folder there is one in the temporary folder: nothing to tell a user.
        warnings.simplefilter("ignore")
        path = platformdirs.user_runtime_path(_APP_NAME, appauthor=False)
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def settings_file() -> Path:
    """Return the path of the window's settings (INI); it may not exist yet, its folder does."""
    return _user_directory("config") / "settings.ini"


def recordings_directory() -> Path:
    """Return the folder that recordings go to: ``Genre App`` in the user's music folder; it exists."""
    home = os.environ.get("GENRE_APP_HOME")
    if home:
        path = Path(home).expanduser().absolute() / "recordings"
    else:
        path = platformdirs.user_music_path() / "Genre App"
    path.mkdir(parents=True, exist_ok=True)
    return path


def data_set_directory() -> Path:
    """Return the folder of the user's data set; it may not exist yet, the one that it is in does."""
    return data_directory() / "dataset"


def models_directory() -> Path:
    """Return the folder of the user's own model versions; it exists."""
    path = data_directory() / "models"
    path.mkdir(exist_ok=True)
    return path


def _shipped_directory(name: str) -> Path:
    # In a wheel the shipped folders lie inside the package, in a checkout beside it.
    package = Path(__file__).resolve().parent
    inside = package / f"_{name}"
    return inside if inside.is_dir() else package.parent / name


def shipped_models_directory() -> Path:
    """Return the read-only folder of the models that come with the program."""
    return _shipped_directory("models")


def resources_directory() -> Path:
    """Return the read-only folder of icons, translations and style."""
    return _shipped_directory("resources")
