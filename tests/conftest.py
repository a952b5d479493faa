"""What every test stands on: a home of its own for the user's files, and the reference data where it is."""

from __future__ import annotations

import gc
import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest_plugins = ["tests.sound_server", "tests.tiny_model", "tests.trainable_model"]

REPOSITORY = Path(__file__).resolve().parent.parent

_LAST_MODULE = pytest.StashKey[Path]()


def pytest_configure(config: pytest.Config) -> None:
    """Keep the whole run, from the first import on, away from the user's own files."""
    home = tempfile.TemporaryDirectory(prefix="genre-app-tests-")
    os.environ["GENRE_APP_HOME"] = home.name
    # Of mode 700, as the folder of a login is. Sockets go there.
    os.environ["XDG_RUNTIME_DIR"] = home.name
    config.add_cleanup(home.cleanup)
    # A run in a shell's background is started with the signal ignored, and its children inherit that.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs a screen where there is none: Qt would end the whole run."""
    if not sys.platform.startswith("linux") or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    ):
        return
    for item in items:
        if "qapp" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.skip(reason="no display; `make test` brings one"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Let Python collect garbage by itself only where Qt is not in use: see `genre_app.gui.garbage`.

    What is there before the first test of a module stays out of it: to walk all that TensorFlow and hundreds
    of tests leave behind takes half a second, each time.
    """
    if item.path != item.config.stash.get(_LAST_MODULE, None):
        item.config.stash[_LAST_MODULE] = item.path
        gc.collect()
        gc.freeze()
    if "qapp" in getattr(item, "fixturenames", ()):
        gc.disable()
    else:
        gc.enable()
    return (yield)


@pytest.fixture(autouse=True)
def genre_app_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test an empty home: data set, recordings, models, settings, caches and logs."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("GENRE_APP_HOME", str(home))
    return home


@pytest.fixture
def new_objects_only() -> Iterator[None]:
    """Let the garbage collector leave out what was there before, while a test measures a short time.

    Hundreds of tests, and TensorFlow with some of them, leave more objects behind in this process than the
    program has, and to walk all of them takes half a second.
    """
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture(scope="session")
def repository() -> Path:
    """Return the root of the checkout."""
    return REPOSITORY


@pytest.fixture(scope="session")
def reference_data() -> Path:
    """Return the folder of the reference data, or skip: it is not part of the repository.

    It is named by ``GENRE_APP_REFERENCE_DATA``, or lies beside the checkout as ``shared/data``.
    """
    named = os.environ.get("GENRE_APP_REFERENCE_DATA")
    folder = Path(named) if named else REPOSITORY.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"no reference data: {folder} is no folder; set GENRE_APP_REFERENCE_DATA")
    return folder
