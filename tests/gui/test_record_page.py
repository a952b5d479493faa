"""The record page on a real screen, with a real, if virtual, microphone."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import numpy as np
import pytest
import soundfile
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from genre_app.audio import portaudio
from genre_app.audio.wav_writer import WavWriter
from genre_app.classifier import Classifier
from genre_app.directories import recordings_directory
from genre_app.gui import tasks, theme
from genre_app.gui.record_page import RecordPage
from genre_app.gui.recording_control import State
from genre_app.gui.settings import Settings
from tests.gui.ui_pulse import Pulse
from tests.sound_server import SoundServer
from tests.synthetic_song import best_match, synthetic_song, write_song
from tests.tiny_model import band_noise

RATE = 44100
MakePage = Callable[[], RecordPage]


@pytest.fixture
def make_page(qtbot: QtBot, qapp: QApplication) -> Iterator[MakePage]:
    """Return a function that shows a record page and waits until it knows the devices."""
    pages: list[RecordPage] = []
    theme.apply(qapp, "light")

    def make() -> RecordPage:
        page = RecordPage(Settings())
        pages.append(page)
        qtbot.addWidget(page)
        page.resize(1000, 740)
        with qtbot.waitExposed(page):
            page.show()
        qtbot.waitUntil(lambda: page.control.devices is not None and not page.control.looking, timeout=10_000)
        return page

    yield make
    for page in pages:
        page.finish()
        page.hide()
    assert tasks.stop_all(10)
    qtbot.wait(20)  # the last signals of the writer thread
    assert portaudio.open_stream_count() == 0


def press_record(qtbot: QtBot, page: RecordPage) -> None:
    qtbot.mouseClick(page.record_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.control.state is State.RECORDING, timeout=10_000)
    qtbot.waitUntil(lambda: page.control.recorder.seconds > 0, timeout=10_000)


def press_stop(qtbot: QtBot, page: RecordPage) -> Path:
    with qtbot.waitSignal(page.take_finished, timeout=10_000) as finished:
        qtbot.mouseClick(page.record_button, Qt.MouseButton.LeftButton)
    assert not page.is_recording
    return cast("Path", finished.args[0])


def labels(page: RecordPage) -> str:
    """Return all the text that can be seen on the page."""
    return "\n".join(label.text() for label in page.findChildren(QLabel) if label.isVisible())


def play(qtbot: QtBot, server: SoundServer, path: Path) -> None:
    playing = server.play(path)
    qtbot.waitUntil(lambda: playing.poll() is not None, timeout=60_000)
    qtbot.wait(400)
    assert playing.returncode == 0


def test_a_song_played_is_the_song_on_disk(
    sound_server: SoundServer, make_page: MakePage, qtbot: QtBot, tmp_path: Path
) -> None:
    song = synthetic_song(5.0)
    page = make_page()
    assert page.device_box.currentText() == "System default"
    press_record(qtbot, page)
    play(qtbot, sound_server, write_song(tmp_path / "song.wav", song))
    path = press_stop(qtbot, page)

    assert path.parent == recordings_directory()
    heard, rate = soundfile.read(path, dtype="float32")
    assert rate == RATE
    assert best_match(heard, song)[0] > 0.99
    assert page.takes.paths == [path]
    assert path.stem in labels(page)
    assert not page.messages.isVisible()


def test_the_waveform_moves_smoothly_and_nothing_blocks(
    sound_server: SoundServer,
    make_page: MakePage,
    qtbot: QtBot,
    tmp_path: Path,
    install_tiny_model: Callable[..., str],
) -> None:
    """From the press of the button to the finished take, with a guess each second."""
    page = make_page()
    page.set_classifier(Classifier.load(install_tiny_model()))
    playing = sound_server.play(write_song(tmp_path / "song.wav", synthetic_song(8.0)))
    pulse = Pulse()
    press_record(qtbot, page)
    qtbot.wait(500)
    before, begin = page.waveform.frame_rate.frames, time.monotonic()
    qtbot.wait(5000)
    frames_per_second = (page.waveform.frame_rate.frames - before) / (time.monotonic() - begin)
    press_stop(qtbot, page)
    worst = pulse.stop()
    playing.terminate()
    playing.wait()
    assert frames_per_second >= 30
    assert worst[0].blocked < 0.1
    before = page.waveform.frame_rate.frames
    qtbot.wait(300)
    assert page.waveform.frame_rate.frames - before <= 2, "a page at rest paints"


def test_what_is_seen_is_what_sounds(
    sound_server: SoundServer, make_page: MakePage, qtbot: QtBot, tmp_path: Path
) -> None:
    tone = (0.5 * np.sin(2 * np.pi * 440 * np.arange(3 * RATE) / RATE)).astype(np.float32)
    page = make_page()
    line = page.waveform.grab().toImage()
    press_record(qtbot, page)
    playing = sound_server.play(write_song(tmp_path / "tone.wav", tone))
    qtbot.waitUntil(lambda: page.meter.bar.held_dbfs > -7, timeout=10_000)
    qtbot.wait(1200)
    assert page.meter.bar.held_dbfs == pytest.approx(-6.0, abs=0.2)
    # Half of full scale fills half of the height, here a little left of the edge.
    image = page.waveform.grab().toImage()
    x = image.width() - 30
    changed = [y for y in range(image.height() - 24) if image.pixel(x, y) != line.pixel(x, y)]
    assert len(changed) / (image.height() - 20) == pytest.approx(0.5, abs=0.03)
    assert not page.meter.lamp.lit
    playing.wait()
    press_stop(qtbot, page)


def test_the_clip_lamp_stays_lit_until_it_is_pressed(
    sound_server: SoundServer, make_page: MakePage, qtbot: QtBot, tmp_path: Path
) -> None:
    square = np.where(np.arange(RATE // 2) // 50 % 2, 1.0, -1.0).astype(np.float32)
    page = make_page()
    press_record(qtbot, page)
    play(qtbot, sound_server, write_song(tmp_path / "loud.wav", square))
    qtbot.wait(500)
    assert page.meter.lamp.lit
    assert "Too loud" in labels(page)
    qtbot.mouseClick(page.meter.lamp, Qt.MouseButton.LeftButton)
    qtbot.wait(200)
    assert not page.meter.lamp.lit
    assert "Too loud" not in labels(page)
    press_stop(qtbot, page)
    assert "too loud in places" in labels(page)


def test_keys_record_and_stop(sound_server: SoundServer, make_page: MakePage, qtbot: QtBot) -> None:
    page = make_page()
    with qtbot.waitActive(page):  # shortcuts are for the active window
        page.activateWindow()
    for key in (Qt.Key.Key_R, Qt.Key.Key_Space):
        page.record_button.setFocus()
        qtbot.keyClick(page.record_button, key)
        qtbot.waitUntil(lambda: page.control.recorder.recording, timeout=10_000)
        qtbot.waitUntil(lambda: page.control.state is State.RECORDING, timeout=10_000)
        qtbot.wait(300)
        with qtbot.waitSignal(page.take_finished, timeout=10_000):
            qtbot.keyClick(page.record_button, key)
    assert len(set(page.takes.paths)) == 2


def test_the_guess_names_what_sounds_and_admits_silence(
    sound_server: SoundServer,
    make_page: MakePage,
    qtbot: QtBot,
    tmp_path: Path,
    install_tiny_model: Callable[..., str],
) -> None:
    page = make_page()
    assert "not loaded" in page.guess.remark
    page.set_classifier(Classifier.load(install_tiny_model()))
    press_record(qtbot, page)
    assert page.guess.headline == "Listening…"
    qtbot.waitUntil(lambda: page.guess.headline == "Unsure", timeout=20_000)
    assert page.control.recorder.seconds >= 3
    assert "too quiet" in page.guess.remark
    assert page.guess.bars.rows == []

    playing = sound_server.play(write_song(tmp_path / "noise.wav", band_noise(4, 12.0, RATE)))
    qtbot.waitUntil(lambda: page.guess.headline == "Hip-hop", timeout=20_000)
    shares = [share for _, share in page.guess.bars.rows]
    assert page.guess.bars.rows[0][0] == "hiphop"
    assert len(shares) == 3
    assert shares == sorted(shares, reverse=True)
    press_stop(qtbot, page)
    playing.terminate()
    playing.wait()
    assert page.guess.headline == "Hip-hop", "the last guess was taken away"


def test_guesses_never_overlap(
    sound_server: SoundServer, make_page: MakePage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    running, most, calls = [0], [0], [0]

    class SlowClassifier:
        def predict(self, samples: object, rate: int) -> object:
            running[0] += 1
            calls[0] += 1
            most[0] = max(most[0], running[0])
            time.sleep(1.6)
            running[0] -= 1
            raise ValueError("no answer")

    page = make_page()
    page.set_classifier(cast("Classifier", SlowClassifier()))
    press_record(qtbot, page)
    qtbot.waitUntil(lambda: calls[0] == 3, timeout=20_000)
    assert most[0] == 1
    assert "no answer" in page.guess.remark
    assert page.control.recorder.recording, "a guess that failed ended the take"
    assert not page.messages.isVisible()
    press_stop(qtbot, page)


def test_a_microphone_that_vanishes_keeps_the_take(
    own_sound_server: SoundServer, make_page: MakePage, qtbot: QtBot, tmp_path: Path
) -> None:
    song = synthetic_song(4.0, seed=4)
    page = make_page()
    press_record(qtbot, page)
    playing = own_sound_server.play(write_song(tmp_path / "song.wav", song))
    qtbot.waitUntil(lambda: page.control.recorder.seconds > 2.5, timeout=10_000)
    with qtbot.waitSignal(page.take_finished, timeout=15_000) as finished:
        own_sound_server.vanish()
    playing.wait()
    path = finished.args[0]
    heard, _ = soundfile.read(path, dtype="float32")
    assert best_match(heard, song[: 2 * RATE])[0] > 0.99
    assert page.messages.isVisible()
    assert "disconnected" in page.messages.text
    assert "kept" in page.messages.text
    copy = next(
        button for button in page.messages.findChildren(QPushButton) if button.text() == "Copy details"
    )
    qtbot.mouseClick(copy, Qt.MouseButton.LeftButton)
    assert "device-lost" in QGuiApplication.clipboard().text()

    # No other microphone is there: the page says so, and keeps saying what happened.
    qtbot.waitUntil(lambda: "No microphone found" in labels(page), timeout=10_000)
    assert page.messages.isVisible()
    assert not page.record_button.isEnabled()


def test_without_a_microphone_the_page_waits_for_one(
    own_sound_server: SoundServer, make_page: MakePage, qtbot: QtBot
) -> None:
    own_sound_server.vanish()
    portaudio.reinitialise()
    page = make_page()
    assert "No microphone found" in labels(page)
    assert page.device_box.count() == 0
    qtbot.keyClick(page, Qt.Key.Key_R)
    qtbot.wait(100)
    assert not page.is_recording

    own_sound_server.start()
    again = next(button for button in page.findChildren(QPushButton) if button.text() == "Look again")
    # Whoever has no mouse at hand presses the button that helps, not the first one of the page.
    qtbot.waitUntil(lambda: page.focusWidget() is again, timeout=10_000)
    qtbot.mouseClick(again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.device_box.currentText() == "System default", timeout=10_000)
    assert "No microphone found" not in labels(page)
    press_record(qtbot, page)
    press_stop(qtbot, page)


def test_a_take_goes_on_from_another_microphone(
    own_sound_server: SoundServer, make_page: MakePage, qtbot: QtBot, tmp_path: Path
) -> None:
    song = synthetic_song(1.5, seed=3)
    page = make_page()
    second = page.device_box.findText("second_microphone")
    assert second > 0
    press_record(qtbot, page)
    assert not page.refresh_button.isEnabled(), "a refresh would break the stream"

    # It is listed, but not connected yet.
    page.device_box.setCurrentIndex(second)
    page.device_box.activated.emit(second)
    qtbot.waitUntil(page.messages.isVisible, timeout=15_000)
    assert "second_microphone" in page.messages.text
    assert page.device_box.currentText() == "System default"
    assert page.control.recorder.recording

    own_sound_server.connect_second_microphone()
    page.device_box.setCurrentIndex(second)
    page.device_box.activated.emit(second)
    assert page.control.switching
    qtbot.waitUntil(lambda: not page.control.switching, timeout=15_000)
    assert page.device_box.currentText() == "second_microphone"
    assert not page.messages.isVisible()
    playing = own_sound_server.play_in_second_room(write_song(tmp_path / "song.wav", song))
    qtbot.waitUntil(lambda: playing.poll() is not None, timeout=20_000)
    qtbot.wait(400)
    heard, _ = soundfile.read(press_stop(qtbot, page), dtype="float32")
    assert best_match(heard, song)[0] > 0.99
    assert make_page().device_box.currentText() == "second_microphone", "the choice was forgotten"


def test_a_folder_that_cannot_be_written_to(
    sound_server: SoundServer, make_page: MakePage, qtbot: QtBot, genre_app_home: Path
) -> None:
    page = make_page()
    folder = recordings_directory()
    folder.rmdir()
    folder.write_text("in the way")
    qtbot.mouseClick(page.record_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(page.messages.isVisible, timeout=10_000)
    assert str(folder) in page.messages.text
    assert not page.is_recording
    folder.unlink()
    press_record(qtbot, page)
    assert not page.messages.isVisible()
    press_stop(qtbot, page)


def test_a_full_disk_keeps_what_was_recorded(
    sound_server: SoundServer, make_page: MakePage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = WavWriter._write

    def write(self: WavWriter, data: bytes) -> None:
        if self.seconds > 1.0:
            raise OSError(28, "No space left on device")
        original(self, data)

    monkeypatch.setattr(WavWriter, "_write", write)
    page = make_page()
    press_record(qtbot, page)
    with qtbot.waitSignal(page.take_finished, timeout=15_000) as finished:
        pass
    assert "The disk is full" in page.messages.text
    assert soundfile.info(finished.args[0]).duration > 0.9
    assert "ended early" in labels(page)


def test_the_folder_is_shown_and_opens(
    sound_server: SoundServer, make_page: MakePage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(
        QDesktopServices, "openUrl", staticmethod(lambda url: opened.append(url.toLocalFile()) or True)
    )
    page = make_page()
    assert str(recordings_directory()) in labels(page)
    button = next(button for button in page.findChildren(QPushButton) if button.text() == "Open folder")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert opened == [str(recordings_directory())]


def test_finish_ends_the_take_at_whatever_moment(
    sound_server: SoundServer, make_page: MakePage, qtbot: QtBot
) -> None:
    page = make_page()
    qtbot.mouseClick(page.record_button, Qt.MouseButton.LeftButton)
    page.finish()  # while the microphone is still being opened
    assert portaudio.open_stream_count() == 0
    qtbot.waitUntil(lambda: page.control.state is State.IDLE, timeout=10_000)

    press_record(qtbot, page)
    qtbot.wait(500)
    path = page.control.recorder.path
    page.finish()
    assert path is not None
    assert soundfile.info(path).duration > 0.3


def test_both_schemes(
    sound_server: SoundServer, make_page: MakePage, qtbot: QtBot, qapp: QApplication
) -> None:
    page = make_page()
    light = page.grab().toImage()
    theme.apply(qapp, "dark")
    dark = page.grab().toImage()
    theme.apply(qapp, "light")
    for x, y in ((4, 4), (page.width() // 2, 200)):
        assert light.pixelColor(x, y).lightnessF() > 0.9
        assert dark.pixelColor(x, y).lightnessF() < 0.2
