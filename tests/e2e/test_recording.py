"""Recording from a virtual microphone: what is on disk is what sounded."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from genre_app.audio import devices, portaudio
from genre_app.audio import recorder as recorder_module
from genre_app.audio.devices import InputDevice
from genre_app.audio.recorder import Recorder
from genre_app.audio.sound_errors import (
    DeviceLostError,
    DeviceMissingError,
    DeviceOpenError,
    DeviceSilentError,
    NoMicrophoneError,
)
from tests.sound_server import SoundServer
from tests.synthetic_song import best_match, synthetic_song, write_song

SWITCH_INTERVAL = sys.getswitchinterval()


@pytest.fixture
def recorder(tmp_path: Path) -> Iterator[Recorder]:
    recorder = Recorder(tmp_path / "takes")
    yield recorder
    if recorder.recording:
        recorder.stop()
    assert portaudio.open_stream_count() == 0
    assert sys.getswitchinterval() == SWITCH_INTERVAL


def wait_for(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.005)


def start(recorder: Recorder, device: InputDevice | None = None) -> Path:
    """Start a take and wait for its first sound."""
    path = recorder.start(device)
    wait_for(lambda: recorder.seconds > 0)
    return path


def device_named(name: str) -> InputDevice:
    return next(device for device in devices.list_input_devices() if device.name == name)


def test_a_recorded_song_is_the_song_that_was_played(
    sound_server: SoundServer, recorder: Recorder, tmp_path: Path
) -> None:
    song = synthetic_song(5.0)
    path = start(recorder)
    assert path.exists()
    assert sound_server.play(write_song(tmp_path / "song.wav", song)).wait() == 0
    time.sleep(0.3)
    latest, rate = recorder.latest(30)
    take = recorder.stop()
    assert (take.path, take.error, take.overflows, take.clipped) == (path, None, 0, False)

    samples, file_rate = soundfile.read(path, dtype="float32")
    info = soundfile.info(path)
    assert (file_rate, info.channels, info.subtype) == (44100, 1, "PCM_24")
    assert take.seconds == len(samples) / file_rate
    correlation, _ = best_match(samples, song)
    assert correlation > 0.999
    assert rate == file_rate
    assert best_match(latest, song)[0] > 0.999


def test_what_the_window_shows_follows_the_sound(
    sound_server: SoundServer, recorder: Recorder, tmp_path: Path
) -> None:
    time_axis = np.arange(2 * 44100) / 44100
    tone = (0.5 * np.sin(2 * np.pi * 440 * time_axis)).astype(np.float32)
    start(recorder)
    assert recorder.level().peak_dbfs == -120
    playing = sound_server.play(write_song(tmp_path / "tone.wav", tone))
    wait_for(lambda: recorder.level().peak_dbfs > -7)
    time.sleep(1.2)
    level = recorder.level()
    assert level.peak_dbfs == pytest.approx(-6.02, abs=0.1)
    assert level.rms_dbfs == pytest.approx(-9.03, abs=0.3)
    assert not level.clipped
    newest = recorder.overview(2.0, 100)[-10:]
    np.testing.assert_allclose(newest, np.tile([-0.5, 0.5], (10, 1)), atol=0.02)
    playing.wait()
    recorder.stop()


def test_sound_comes_often_enough_for_a_smooth_picture(sound_server: SoundServer, recorder: Recorder) -> None:
    start(recorder)
    lengths = set()
    begin = time.monotonic()
    while time.monotonic() - begin < 1.0:
        lengths.add(recorder.seconds)
        time.sleep(0.002)
    recorder.stop()
    assert len(lengths) >= 40


def test_a_busy_interpreter_loses_nothing(
    sound_server: SoundServer, recorder: Recorder, tmp_path: Path
) -> None:
    """Threads that want the interpreter lock all the time, as a window and its workers would at worst."""
    song = synthetic_song(3.0, seed=1)
    start(recorder)
    done = threading.Event()

    def be_busy() -> None:
        while not done.is_set():
            sorted(range(20_000), key=lambda number: -number)

    threads = [threading.Thread(target=be_busy) for _ in range(3)]
    for thread in threads:
        thread.start()
    assert sound_server.play(write_song(tmp_path / "song.wav", song)).wait() == 0
    time.sleep(0.3)
    take = recorder.stop()  # while it is still busy: nor is the end late
    done.set()
    for thread in threads:
        thread.join()
    assert take.overflows == 0
    samples, _ = soundfile.read(take.path, dtype="float32")
    assert best_match(samples, song)[0] > 0.999


def test_devices_are_looked_for_again_only_while_none_is_in_use(
    own_sound_server: SoundServer, recorder: Recorder
) -> None:
    assert device_named("default").is_default
    assert devices.can_refresh()
    initialised: list[bool] = []
    original = portaudio.sounddevice()._initialize
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sounddevice._initialize", lambda: (initialised.append(True), original()))
        start(recorder)
        assert not devices.can_refresh()
        assert device_named("default") in devices.list_input_devices(refresh=True)
        assert initialised == []
        before = recorder.seconds
        wait_for(lambda: recorder.seconds > before + 0.2)
        recorder.stop()
        assert devices.can_refresh()
        devices.list_input_devices(refresh=True)
        assert initialised == [True]


def test_a_take_goes_on_from_another_microphone(
    own_sound_server: SoundServer, recorder: Recorder, tmp_path: Path
) -> None:
    song, other_song = synthetic_song(1.5, seed=2), synthetic_song(1.5, seed=3)
    start(recorder)
    own_sound_server.play(write_song(tmp_path / "song.wav", song)).wait()
    time.sleep(0.3)

    # The second microphone is listed, but nobody has connected it yet.
    with pytest.raises(DeviceOpenError, match="second_microphone"):
        recorder.switch_device(device_named("second_microphone"))
    before = recorder.seconds
    wait_for(lambda: recorder.seconds > before + 0.2)

    own_sound_server.connect_second_microphone()
    recorder.switch_device(device_named("second_microphone"))
    own_sound_server.play_in_second_room(write_song(tmp_path / "other.wav", other_song)).wait()
    time.sleep(0.3)
    take = recorder.stop()
    assert (take.error, take.overflows) == (None, 0)
    samples, _ = soundfile.read(take.path, dtype="float32")
    first, first_at = best_match(samples, song)
    second, second_at = best_match(samples, other_song)
    assert min(first, second) > 0.999
    assert second_at > first_at + len(song)


def test_a_microphone_that_is_unplugged_ends_the_take_and_loses_nothing(
    own_sound_server: SoundServer, recorder: Recorder, tmp_path: Path
) -> None:
    song = synthetic_song(4.0, seed=4)
    path = start(recorder)
    playing = own_sound_server.play(write_song(tmp_path / "song.wav", song))
    wait_for(lambda: recorder.seconds > 2.5)
    own_sound_server.vanish()
    playing.wait()
    wait_for(lambda: not recorder.recording)
    take = recorder.stop()
    assert isinstance(take.error, DeviceLostError)
    assert take.error is recorder.error
    assert "“default”" in take.error.message
    samples, _ = soundfile.read(path, dtype="float32")
    assert 2.5 <= take.seconds == len(samples) / 44100
    assert best_match(samples, song[: 2 * 44100])[0] > 0.999
    assert list(path.parent.iterdir()) == [path], "a marker was left behind"

    # No microphone at all now: a message, and no empty file.
    with pytest.raises(DeviceMissingError):
        recorder.start()
    devices.list_input_devices(refresh=True)
    with pytest.raises(NoMicrophoneError):
        recorder.start()
    assert list(path.parent.iterdir()) == [path]


def test_a_microphone_that_falls_silent_ends_the_take(
    own_sound_server: SoundServer, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Connected, but without a single sample: PortAudio would wait for ever, also when told to stop."""
    monkeypatch.setattr(recorder_module, "_SILENT_SECONDS", 1.0)
    start(recorder)
    wait_for(lambda: recorder.seconds > 0.5)
    own_sound_server.suspend_microphone(True)
    wait_for(lambda: not recorder.recording)
    take = recorder.stop()
    assert isinstance(take.error, DeviceSilentError)
    assert soundfile.info(take.path).duration == take.seconds > 0.4

    own_sound_server.suspend_microphone(False)
    start(recorder)
    assert recorder.stop().error is None


def test_stopping_while_the_microphone_is_silent_does_not_hang(
    own_sound_server: SoundServer, recorder: Recorder
) -> None:
    start(recorder)
    own_sound_server.suspend_microphone(True)
    time.sleep(0.2)
    begin = time.monotonic()
    take = recorder.stop()
    assert time.monotonic() - begin < 3
    assert take.error is None
    assert devices.can_refresh()
