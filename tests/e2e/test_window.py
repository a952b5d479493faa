"""The window as a process: it starts, hears what it is given, and ends when it is told to."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import soundfile

from genre_app.audio.wav_writer import WavWriter
from genre_app.classifier.model_version import set_active_model
from tests.tiny_model import SAMPLE_RATE, band_noise

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="needs Xvfb and signals"),
    pytest.mark.timeout(90),
]

# Runs the window, and tells about it from inside: the rows as they are done, what was imported, and which
# threads have collected garbage.
_WATCHED = """
import gc, json, sys, threading
from pathlib import Path
from PySide6.QtCore import QTimer
from genre_app.gui import app as program
from genre_app.gui.row_model import State

told = set()
collectors = set()
gc.callbacks.append(lambda phase, info: collectors.add(threading.current_thread().name))

class Watched(program.Program):
    def _begin(self, paths):
        super()._begin(paths)
        self._watch = QTimer(self)
        self._watch.timeout.connect(self._tell_rows)
        self._watch.start(50)

    def _tell_rows(self):
        for row in self._queue.rows.rows:
            if row.state in (State.DONE, State.FAILED) and row.number not in told:
                told.add(row.number)
                print(json.dumps({
                    "path": str(row.path),
                    "genre": row.prediction and row.prediction.genre,
                    "error": row.error and row.error.code,
                    "modules": sorted({name.partition(".")[0] for name in sys.modules}),
                    "collectors": sorted(collectors),
                }), flush=True)

program.Program = Watched
from genre_app.cli import main
sys.exit(main(sys.argv[1:]))
"""


class Window:
    """The program on a screen of its own."""

    def __init__(self, display: str, arguments: list[str], *, watched: bool) -> None:
        command = [sys.executable, "-c", _WATCHED] if watched else [sys.executable, "-m", "genre_app"]
        self.process = subprocess.Popen(
            [*command, *arguments],
            env={**os.environ, "DISPLAY": display, "GENRE_APP_STARTUP_PROBE": "1", "QT_QPA_PLATFORM": "xcb"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def wait_until_ready(self) -> None:
        assert self.process.stderr is not None
        lines = []
        for line in self.process.stderr:
            lines.append(line)
            if line.strip() == "ready":
                return
        pytest.fail(f"the window did not get ready:\n{''.join(lines)}")

    def next_row(self) -> dict[str, object]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, "the window has ended"
        row: dict[str, object] = json.loads(line)
        return row

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    """Start a screen, and return its name."""
    xvfb = shutil.which("Xvfb")
    if xvfb is None:
        pytest.skip("Xvfb is not installed")
    reading, writing = os.pipe()
    with subprocess.Popen(
        [xvfb, "-displayfd", str(writing), "-screen", "0", "1280x900x24", "-nolisten", "tcp"],
        pass_fds=[writing],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        os.close(writing)
        with os.fdopen(reading) as answer:
            number = answer.readline().strip()
        try:
            yield f":{number}"
        finally:
            process.terminate()


@pytest.fixture
def open_window(display: str, install_tiny_model: Callable[..., str]) -> Iterator[Callable[..., Window]]:
    set_active_model(install_tiny_model())
    windows = []

    def open_it(*arguments: str | Path, watched: bool = False) -> Window:
        windows.append(Window(display, [str(argument) for argument in arguments], watched=watched))
        return windows[-1]

    yield open_it
    for window in windows:
        window.end()


def song(path: Path, group: int) -> Path:
    soundfile.write(path, band_noise(group, 5.0), SAMPLE_RATE)
    return path


def test_files_given_are_heard_without_anything_heavy(
    open_window: Callable[..., Window], tmp_path: Path
) -> None:
    folder = tmp_path / "여름 🎵"
    folder.mkdir()
    blues, metal = song(folder / "a song.wav", 0), song(folder / "b.flac", 6)
    text = tmp_path / "text.mp3"
    text.write_text("no sound at all")
    window = open_window(folder, text, watched=True)
    window.wait_until_ready()
    rows = [window.next_row() for _ in range(3)]
    assert [(row["path"], row["genre"], row["error"]) for row in rows] == [
        (str(blues), "blues", None),
        (str(metal), "metal", None),
        (str(text), None, "audio-unknown-format"),
    ]
    modules = rows[-1]["modules"]
    assert isinstance(modules, list)
    assert {"genre_app", "PySide6", "ai_edge_litert"} <= set(modules)
    assert not {"tensorflow", "keras", "librosa", "jax", "numba", "sklearn", "matplotlib"} & set(modules)
    assert rows[-1]["collectors"] == ["MainThread"], "Qt and the garbage collector lock each other up"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_in_good_order(
    open_window: Callable[..., Window], genre_app_home: Path, number: int
) -> None:
    window = open_window()
    window.wait_until_ready()
    window.process.send_signal(number)
    assert window.process.wait(20) == 0
    settings = (genre_app_home / "config" / "settings.ini").read_text()
    assert "geometry" in settings


def test_a_signal_ends_it_while_it_works(open_window: Callable[..., Window], tmp_path: Path) -> None:
    for number in range(30):
        song(tmp_path / f"{number}.wav", number % 8)
    window = open_window(tmp_path, watched=True)
    window.wait_until_ready()
    window.next_row()
    started = time.monotonic()
    window.process.terminate()
    assert window.process.wait(20) == 0
    assert time.monotonic() - started < 10


def test_two_windows_live_side_by_side(open_window: Callable[..., Window]) -> None:
    windows = [open_window(), open_window()]
    for window in windows:
        window.wait_until_ready()
    for window in windows:
        window.process.terminate()
        assert window.process.wait(20) == 0


def test_files_of_a_second_start_go_to_the_window_that_is_open(
    open_window: Callable[..., Window], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = open_window(song(tmp_path / "first.wav", 0), watched=True)
    first.wait_until_ready()
    assert first.next_row()["path"] == str(tmp_path / "first.wav")
    song(tmp_path / "노래 2.wav", 6)
    monkeypatch.chdir(tmp_path)
    second = open_window("노래 2.wav")
    said, complaints = second.process.communicate(timeout=20)
    assert second.process.returncode == 0
    assert said == "Opened in the window that is there already.\n"
    assert complaints == ""
    row = first.next_row()
    assert (row["path"], row["genre"]) == (str(tmp_path / "노래 2.wav"), "metal")
    # One that wants a window of its own gets it, and has the files once the first one is gone.
    third = open_window("--new-window", "first.wav", watched=True)
    third.wait_until_ready()
    assert third.next_row()["path"] == str(tmp_path / "first.wav")
    first.process.send_signal(signal.SIGKILL)
    first.process.wait()
    fourth = open_window("노래 2.wav", watched=True)
    fourth.wait_until_ready()
    assert fourth.next_row()["genre"] == "metal"


def test_a_take_that_was_cut_off_is_there_at_the_next_start(
    open_window: Callable[..., Window], genre_app_home: Path
) -> None:
    folder = genre_app_home / "recordings"
    folder.mkdir()
    take = folder / "2025-01-01 12-00-00.wav"
    writer = WavWriter(take, SAMPLE_RATE)
    writer.append(band_noise(5, 5.0))
    # Not closed, and beside it a marker that nobody locks: what a killed program leaves behind.
    (folder / f".{take.name}.recording").write_text(json.dumps({"take": take.name}))
    window = open_window(watched=True)
    window.wait_until_ready()
    row = window.next_row()
    assert (row["path"], row["genre"]) == (str(take), "jazz")
    assert not list(folder.glob(".*"))
    writer.close()


def test_without_a_screen_it_names_the_other_way() -> None:
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    }
    result = subprocess.run(
        [sys.executable, "-m", "genre_app"], env=environment, capture_output=True, text=True, timeout=60
    )
    assert result.returncode != 0
    assert "genre-app classify" in result.stderr
    assert "Traceback" not in result.stderr
