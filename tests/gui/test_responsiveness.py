"""The UI thread is never away for long: files are heard, a take is recorded, and it still answers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from genre_app.gui.app import Program
from genre_app.gui.recording_control import State as RecordingState
from genre_app.gui.row_model import State
from genre_app.gui.settings import Settings
from tests.gui.ui_pulse import Pulse
from tests.sound_server import SoundServer
from tests.synthetic_song import synthetic_song, write_song

FILES = 50
LONGEST_SECONDS = 0.1


def test_the_window_answers_while_fifty_files_are_heard_and_a_take_is_recorded(
    qtbot: QtBot,
    qapp: QApplication,
    sound_server: SoundServer,
    install_tiny_model: Callable[..., str],
    music: Callable[[int], list[Path]],
    tmp_path: Path,
) -> None:
    from genre_app.classifier.model_version import set_active_model

    set_active_model(install_tiny_model())
    songs = music(FILES)
    song = write_song(tmp_path / "song.wav", synthetic_song(30.0))
    program = Program(qapp, Settings())
    playing = sound_server.play(song)
    try:
        with qtbot.waitExposed(program.window):
            program.open([])
        rows = program._queue.rows
        pulse = Pulse()
        qtbot.waitUntil(lambda: program.window._record is not None, timeout=30_000)
        program.window.show_page(1)
        page = program.window.make_record_page()
        qtbot.waitUntil(lambda: bool(page.control.devices), timeout=30_000)
        page.toggle()
        qtbot.waitUntil(lambda: page.control.state is RecordingState.RECORDING, timeout=30_000)
        program.window.open_paths(songs)
        qtbot.waitUntil(lambda: rows.count(State.DONE) == FILES, timeout=120_000)
        program.window.show_page(1)
        qtbot.waitUntil(lambda: page.control.recorder.seconds > 5, timeout=30_000)
        page.toggle()
        qtbot.waitUntil(lambda: rows.count(State.DONE) == FILES + 1, timeout=60_000)
        longest = pulse.stop()
        assert page.control.recorder.overflows == 0
        assert len(pulse.gaps) > 100, "the timer hardly ran"
        assert longest[0].blocked <= LONGEST_SECONDS, longest
        print(f"longest gaps: {longest}")
    finally:
        playing.kill()
        playing.wait()
        program.window.end_without_asking()
        program.end()
