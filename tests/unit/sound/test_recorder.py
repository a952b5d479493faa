"""The recorder with a microphone that the test plays itself, for what a real one does too seldom."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import soundfile

from genre_app.audio import recorder as recorder_module
from genre_app.audio.devices import InputDevice
from genre_app.audio.recorder import RING_SECONDS, Recorder, Take
from genre_app.audio.recovery import recover_unfinished
from genre_app.audio.sound_errors import (
    DeviceLostError,
    DeviceSilentError,
    DiskFullError,
    FolderNotWritableError,
    RecordingWriteError,
)
from genre_app.audio.wav_writer import WavWriter
from genre_app.errors import GenreAppError, UnexpectedError

RATE = 8000
MICROPHONE = InputDevice(0, "Microphone", "ALSA", 2, float(RATE), True)
QUIET = SimpleNamespace(input_overflow=False)
OVERFLOW = SimpleNamespace(input_overflow=True)


class FakeStream:
    """Stands for SoundStream; the test calls back in place of PortAudio."""

    opened: list[FakeStream]
    on_start: Callable[[FakeStream], None] | None = None

    def __init__(self, kind: str, device: int, device_name: str, **settings: Any) -> None:
        assert kind == "input"
        self.device_name = device_name
        self.settings = settings
        self.active = True
        self.silent_seconds = 0.0
        self.calls = 0
        self.state = "open"
        self.opened.append(self)

    def start(self) -> None:
        self.state = "started"
        if FakeStream.on_start is not None:
            FakeStream.on_start(self)

    def close(self) -> None:
        self.state = "closed"

    def deliver(self, block: np.ndarray, status: Any = QUIET) -> None:
        """Call back with `block`, shape (n,) or (n, channels); (n,) comes on both channels."""
        assert self.state == "started"
        self.calls += 1
        if block.ndim == 1:
            block = np.stack([block] * self.settings["channels"], axis=1)
        self.settings["callback"](block.astype(np.float32), None, status)


@pytest.fixture
def streams(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[FakeStream]]:
    """The streams that recorders open, and devices that need no PortAudio."""
    FakeStream.opened = []
    FakeStream.on_start = None
    monkeypatch.setattr(recorder_module, "SoundStream", FakeStream)
    monkeypatch.setattr("genre_app.audio.devices.default_input_device", lambda: MICROPHONE)
    monkeypatch.setattr("genre_app.audio.devices.find_input_device", lambda device: device)
    yield FakeStream.opened
    assert all(stream.state == "closed" for stream in FakeStream.opened), "a stream was left open"


def tone(seconds: float, amplitude: float = 0.5) -> np.ndarray:
    return (amplitude * np.sin(2 * np.pi * 440 * np.arange(round(seconds * RATE)) / RATE)).astype(np.float32)


def wait_for(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.005)


def test_channels_are_mixed_to_mono(streams: list[FakeStream], tmp_path: Path) -> None:
    recorder = Recorder(tmp_path)
    recorder.start()
    left, right = tone(3.0), np.random.default_rng(0).uniform(-0.5, 0.5, 3 * RATE)
    streams[0].deliver(np.stack([left, right], axis=1))
    samples, _ = recorder.latest(1.0)
    np.testing.assert_allclose(samples, (left + right)[-RATE:] / 2, atol=1e-6)
    take = recorder.stop()
    samples, rate = soundfile.read(take.path)
    assert (rate, take.seconds, take.error) == (RATE, 3.0, None)
    np.testing.assert_allclose(samples, (left + right) / 2, atol=1e-6)


def test_a_mono_device_is_opened_in_mono(streams: list[FakeStream], tmp_path: Path) -> None:
    recorder = Recorder(tmp_path)
    recorder.start(InputDevice(3, "Headset", "ALSA", 1, 16000.0, False))
    assert streams[0].settings["channels"] == 1
    streams[0].deliver(tone(0.5))
    take = recorder.stop()
    samples, rate = soundfile.read(take.path)
    assert rate == 16000
    np.testing.assert_allclose(samples, tone(0.5), atol=1e-6)


def test_overflows_of_the_device_are_counted(streams: list[FakeStream], tmp_path: Path) -> None:
    recorder = Recorder(tmp_path)
    recorder.start()
    for status in (QUIET, OVERFLOW, QUIET, OVERFLOW, OVERFLOW):
        streams[0].deliver(tone(0.1), status)
    assert recorder.overflows == 3
    assert recorder.stop().overflows == 3


def test_overflows_of_the_ring_are_counted_and_the_newest_sound_is_kept(
    streams: list[FakeStream], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that stalls for longer than the ring lasts costs sound, which is not hushed up."""
    stalled, go_on = threading.Event(), threading.Event()

    def stall(writer: WavWriter) -> None:
        stalled.set()
        assert go_on.wait(30)

    monkeypatch.setattr(WavWriter, "sync", stall)
    recorder = Recorder(tmp_path)
    recorder.start()
    streams[0].deliver(tone(1.0, 0.1))
    assert stalled.wait(10)
    for _ in range(int(RING_SECONDS) + 10):
        streams[0].deliver(tone(1.0, 0.2))
    go_on.set()
    wait_for(lambda: recorder.overflows > 0)
    take = recorder.stop()
    assert take.overflows == 1
    assert take.error is None
    assert take.seconds == 1.0 + RING_SECONDS
    samples, _ = soundfile.read(take.path, dtype="float32")
    assert recorder.seconds == len(samples) / RATE
    np.testing.assert_allclose(samples[:RATE], tone(1.0, 0.1), atol=1e-6)
    np.testing.assert_allclose(samples[-RATE:], tone(1.0, 0.2), atol=1e-6)


def test_a_stalling_disk_costs_nothing_while_the_ring_lasts(
    streams: list[FakeStream], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stalled, go_on = threading.Event(), threading.Event()

    def stall(writer: WavWriter) -> None:
        stalled.set()
        assert go_on.wait(30)

    monkeypatch.setattr(WavWriter, "sync", stall)
    recorder = Recorder(tmp_path)
    recorder.start()
    streams[0].deliver(tone(1.0))
    assert stalled.wait(10)
    for _ in range(int(RING_SECONDS) - 2):
        streams[0].deliver(tone(1.0))
        assert recorder.level().peak_dbfs == pytest.approx(-6.0, abs=0.1)  # the view goes on
    go_on.set()
    take = recorder.stop()
    assert (take.seconds, take.overflows) == (RING_SECONDS - 1, 0)


def test_clipping_of_one_channel_is_noticed(streams: list[FakeStream], tmp_path: Path) -> None:
    recorder = Recorder(tmp_path)
    recorder.start()
    streams[0].deliver(tone(0.1))
    assert not recorder.level().clipped
    left = np.zeros(100)
    left[50] = -1.0
    streams[0].deliver(np.stack([left, np.zeros(100)], axis=1))
    streams[0].deliver(tone(0.1))
    assert recorder.level().clipped
    recorder.reset_clip()
    assert not recorder.level().clipped
    assert recorder.stop().clipped


def test_the_view_sees_the_sound_at_once(streams: list[FakeStream], tmp_path: Path) -> None:
    recorder = Recorder(tmp_path)
    assert recorder.level().peak_dbfs == -120
    assert recorder.latest(1)[0].size == 0
    assert recorder.overview(5, 50).shape == (50, 2)
    recorder.start()
    streams[0].deliver(tone(2.0, 0.25))
    assert recorder.seconds == 2.0
    assert recorder.level().peak_dbfs == pytest.approx(-12.04, abs=0.1)
    overview = recorder.overview(5, 50)
    assert not overview[:29].any()
    np.testing.assert_allclose(overview[31:], np.tile([-0.25, 0.25], (19, 1)), atol=0.01)
    samples, rate = recorder.latest(0.5)
    assert rate == RATE
    np.testing.assert_allclose(samples, tone(2.0, 0.25)[-RATE // 2 :], atol=1e-7)
    assert recorder.latest(100)[0].size == 2 * RATE
    recorder.stop()
    assert recorder.overview(5, 50)[-1].any(), "the picture stays after the end"


def test_looking_is_cheap(streams: list[FakeStream], tmp_path: Path) -> None:
    """A window that asks for everything 60 times a second spends a few per cent of its time on it."""
    recorder = Recorder(tmp_path)
    recorder.start(InputDevice(0, "Microphone", "ALSA", 2, 48000.0, True))
    streams[0].deliver(np.random.default_rng(0).uniform(-0.5, 0.5, 30 * 48000))
    recorder.overview(30, 1000)
    durations = []
    for _ in range(100):
        streams[0].deliver(tone(0.1))  # 800 frames, as 60 times a second at 48 kHz
        begin = time.perf_counter()
        recorder.level()
        recorder.overview(30, 1000)
        durations.append(time.perf_counter() - begin)
    recorder.stop()
    assert np.median(durations) < 0.002


def test_names_tell_the_time_and_nothing_is_overwritten(
    streams: list[FakeStream], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder_module.time, "strftime", lambda *_: "Recording 2026-02-03 04-05-06")
    recorder = Recorder(tmp_path / "new folder")
    takes = []
    for _ in range(3):
        takes.append(recorder.start())
        streams[-1].deliver(tone(0.1))
        recorder.stop()
    assert [take.name for take in takes] == [
        "Recording 2026-02-03 04-05-06.wav",
        "Recording 2026-02-03 04-05-06 (2).wav",
        "Recording 2026-02-03 04-05-06 (3).wav",
    ]
    assert sorted(file.name for file in (tmp_path / "new folder").iterdir()) == sorted(
        take.name for take in takes
    )


def test_the_name_is_the_time_of_the_start(streams: list[FakeStream], tmp_path: Path) -> None:
    before = time.strftime("Recording %Y-%m-%d %H-%M-%S.wav")
    recorder = Recorder(tmp_path)
    path = recorder.start()
    after = time.strftime("Recording %Y-%m-%d %H-%M-%S.wav")
    recorder.stop()
    assert before <= path.name <= after


def test_the_sound_is_on_disk_while_it_is_recorded(streams: list[FakeStream], tmp_path: Path) -> None:
    recorder = Recorder(tmp_path)
    path = recorder.start()
    assert path.exists()
    streams[0].deliver(tone(1.0))
    begin = time.monotonic()
    wait_for(lambda: soundfile.info(path).frames == RATE)
    assert time.monotonic() - begin < 0.6
    recorder.stop()


def test_a_take_without_sound_leaves_no_file(streams: list[FakeStream], tmp_path: Path) -> None:
    recorder = Recorder(tmp_path)
    recorder.start()
    take = recorder.stop()
    assert take.seconds == 0
    assert list(tmp_path.iterdir()) == []


def test_the_listeners_are_told_from_the_writer_thread(streams: list[FakeStream], tmp_path: Path) -> None:
    told: list[Any] = []
    recorder = Recorder(
        tmp_path,
        on_finished=lambda take: told.append((take, threading.current_thread().name)),
        on_error=lambda error: told.append((error, threading.current_thread().name)),
    )
    recorder.start()
    streams[0].deliver(tone(0.1))
    take = recorder.stop()
    wait_for(lambda: bool(told))
    assert told == [(take, "write-recording")]

    told.clear()
    recorder.start()
    streams[1].deliver(tone(0.1))
    streams[1].active = False
    wait_for(lambda: len(told) == 2)
    assert isinstance(told[0][0], DeviceLostError)
    assert told[1] == (recorder.stop(), "write-recording")


def ended_by(recorder: Recorder, error: type[GenreAppError]) -> Take:
    """Wait until the take ends by itself with `error`; it is kept, and nothing is left to recover."""
    wait_for(lambda: not recorder.recording)
    take = recorder.stop()
    assert take == recorder.stop()
    assert type(take.error) is error
    assert recorder.error is take.error
    assert recover_unfinished(take.path.parent) == []
    return take


@pytest.mark.parametrize(
    ("accident", "error"),
    [({"active": False}, DeviceLostError), ({"silent_seconds": 6.0}, DeviceSilentError)],
)
def test_when_the_microphone_vanishes_everything_until_then_is_kept(
    streams: list[FakeStream], tmp_path: Path, accident: dict[str, Any], error: type[GenreAppError]
) -> None:
    recorder = Recorder(tmp_path)
    recorder.start()
    streams[0].deliver(tone(1.5))
    vars(streams[0]).update(accident)
    take = ended_by(recorder, error)
    assert "“Microphone”" in str(take.error)
    assert "kept" in str(take.error)
    assert soundfile.info(take.path).frames == 1.5 * RATE

    recorder.start()  # and the next take works
    streams[1].deliver(tone(0.5))
    assert recorder.error is None
    assert recorder.stop().seconds == 0.5


@pytest.mark.parametrize(
    ("accident", "error"),
    [
        (DiskFullError(folder="/takes"), DiskFullError),
        (RecordingWriteError(path="/takes/x.wav", reason="Input/output error"), RecordingWriteError),
        (RuntimeError("a bug"), UnexpectedError),
    ],
)
def test_when_the_disk_fails_everything_until_then_is_kept(
    streams: list[FakeStream],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    accident: Exception,
    error: type[GenreAppError],
) -> None:
    recorder = Recorder(tmp_path)
    path = recorder.start()
    streams[0].deliver(tone(1.0))
    wait_for(lambda: soundfile.info(path).frames == RATE)

    def fail(writer: WavWriter, samples: np.ndarray) -> None:
        raise accident

    with monkeypatch.context() as patch:
        patch.setattr(WavWriter, "append", fail)
        streams[0].deliver(tone(1.0))
        take = ended_by(recorder, error)
    assert soundfile.info(take.path).frames == RATE


def test_a_header_that_could_not_be_written_is_mended_at_the_next_start(
    streams: list[FakeStream], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = Recorder(tmp_path)
    recorder.start()
    streams[0].deliver(tone(1.0))

    def fail(writer: WavWriter) -> None:
        writer._file.close()  # as the real one does, whatever the disk says
        raise DiskFullError(folder="/takes")

    with monkeypatch.context() as patch:
        patch.setattr(WavWriter, "close", fail)
        take = recorder.stop()
    assert isinstance(take.error, DiskFullError)
    assert recover_unfinished(tmp_path) == [take.path]
    assert soundfile.info(take.path).frames == RATE


def test_a_folder_that_cannot_be_written_to_is_found_before_recording(
    streams: list[FakeStream], tmp_path: Path
) -> None:
    (tmp_path / "file").write_bytes(b"")
    recorder = Recorder(tmp_path / "file" / "takes")
    with pytest.raises(FolderNotWritableError, match="Choose a folder"):
        recorder.start()
    assert not recorder.recording


def test_a_device_that_fails_to_start_leaves_no_file(streams: list[FakeStream], tmp_path: Path) -> None:
    def fail(stream: FakeStream) -> None:
        raise DeviceLostError(device=stream.device_name)

    FakeStream.on_start = fail
    recorder = Recorder(tmp_path)
    with pytest.raises(DeviceLostError):
        recorder.start()
    assert list(tmp_path.iterdir()) == []
    assert not recorder.recording


def test_one_take_at_a_time(streams: list[FakeStream], tmp_path: Path) -> None:
    recorder = Recorder(tmp_path)
    with pytest.raises(RuntimeError):
        recorder.stop()
    with pytest.raises(RuntimeError):
        recorder.switch_device(MICROPHONE)
    recorder.start()
    with pytest.raises(RuntimeError):
        recorder.start()
    recorder.stop()
    with pytest.raises(RuntimeError):
        recorder.switch_device(MICROPHONE)


USB = InputDevice(1, "USB", "ALSA", 1, 48000.0, False)
INTERFACE = InputDevice(2, "Interface", "ALSA", 8, 48000.0, False)


@pytest.mark.parametrize(("old", "new"), [(MICROPHONE, USB), (USB, MICROPHONE), (MICROPHONE, INTERFACE)])
def test_after_a_switch_the_take_goes_on_from_the_new_device(
    streams: list[FakeStream], tmp_path: Path, old: InputDevice, new: InputDevice
) -> None:
    def deliver_first(stream: FakeStream) -> None:
        if stream.device_name == new.name:
            assert streams[0].state == "started", "the old device was closed before the new one delivered"
            stream.deliver(np.ones(10))

    FakeStream.on_start = deliver_first
    recorder = Recorder(tmp_path)
    recorder.start(old)
    rate = round(old.default_sample_rate)
    streams[0].deliver(tone(0.5, 0.25), OVERFLOW)
    recorder.switch_device(new)
    assert recorder.device == new
    assert [stream.state for stream in streams] == ["closed", "started"]
    assert streams[1].settings["sample_rate"] == rate, "the take has one sample rate"
    assert streams[1].settings["channels"] <= new.max_input_channels
    streams[1].deliver(tone(5.0, 0.125), OVERFLOW)
    recorder.switch_device(new)  # nothing to do
    take = recorder.stop()
    assert take.overflows == 2
    samples, _ = soundfile.read(take.path, dtype="float32")
    np.testing.assert_allclose(samples, np.concatenate([tone(0.5, 0.25), tone(5.0, 0.125)]), atol=1e-6)


@pytest.mark.parametrize("fault", ["refuses", "silent", "lost"])
def test_a_failed_switch_leaves_the_old_device_recording(
    streams: list[FakeStream], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    monkeypatch.setattr(recorder_module, "_SWITCH_SECONDS", 0.1)

    def fail(stream: FakeStream) -> None:
        if stream.device_name == "USB":
            if fault == "refuses":
                raise DeviceLostError(device="USB")
            stream.active = fault != "lost"

    FakeStream.on_start = fail
    recorder = Recorder(tmp_path)
    recorder.start()
    streams[0].deliver(tone(0.5))
    with pytest.raises(GenreAppError, match="“USB”"):
        recorder.switch_device(USB)
    assert [stream.state for stream in streams] == ["started", "closed"]
    streams[0].deliver(tone(0.5))
    take = recorder.stop()
    assert (take.seconds, take.error) == (1.0, None)
