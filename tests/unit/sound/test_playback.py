"""Decoding ahead in bounded memory, and the player with a loudspeaker that the test plays itself."""

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

from genre_app.audio import player as player_module
from genre_app.audio.devices import OutputDevice
from genre_app.audio.playback_feed import PlaybackFeed, to_stereo
from genre_app.audio.player import Player
from genre_app.audio.sound_errors import DeviceFormatError, PlaybackLostError

RATE = 8000


def wait_for(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.005)


def noise_file(path: Path, seconds: float, channels: int = 1, rate: int = RATE) -> np.ndarray:
    """Write noise to `path` and return it, shape (n, channels)."""
    samples = np.random.default_rng(0).uniform(-0.5, 0.5, (round(seconds * rate), channels))
    soundfile.write(path, samples, rate, subtype="FLOAT")
    return samples.astype(np.float32)


# What is decoded


def test_mono_is_heard_on_both_sides() -> None:
    block = np.array([0.5, -0.25], np.float32)
    assert to_stereo(block).tolist() == [[0.5, 0.5], [-0.25, -0.25]]
    assert to_stereo(block[:, np.newaxis]).tolist() == [[0.5, 0.5], [-0.25, -0.25]]


def test_stereo_is_left_as_it_is() -> None:
    block = np.array([[0.5, -0.5]], np.float32)
    assert to_stereo(block) is block


@pytest.mark.parametrize("channels", [3, 4, 6, 8])
def test_more_channels_are_all_heard_and_never_clip(channels: int) -> None:
    loudest = to_stereo(np.ones((1, channels), np.float32))
    np.testing.assert_allclose(loudest, 1.0, rtol=1e-6)
    for channel in range(channels):
        block = np.zeros((1, channels), np.float32)
        block[0, channel] = 1.0
        left, right = to_stereo(block)[0]
        assert (left > 0, right > 0) == ((True, False), (False, True), (True, True))[min(channel, 2)]


@pytest.fixture
def changes() -> threading.Semaphore:
    return threading.Semaphore(0)


def test_a_feed_decodes_a_few_seconds_ahead_and_no_more(tmp_path: Path, changes: threading.Semaphore) -> None:
    samples = noise_file(tmp_path / "long.wav", 60.0, channels=2)
    feed = PlaybackFeed(tmp_path / "long.wav", 10.0, None, changes.release)
    assert changes.acquire(timeout=10)
    assert feed.ready
    wait_for(lambda: feed.ring.written >= 3 * RATE)
    time.sleep(0.3)
    assert feed.ring.written == 3 * RATE
    assert feed.ring.capacity == 4 * RATE
    played = []
    while not feed.drained:
        count = min(feed.ring.written - feed.position, 1000)
        played.append(feed.ring.view(feed.position, feed.position + count).copy())
        feed.position += count
        if not count:
            time.sleep(0.01)
    np.testing.assert_array_equal(np.concatenate(played), samples[10 * RATE :])
    assert feed.duration == 60.0
    assert feed.error is None


def test_a_feed_remembers_what_was_just_played(tmp_path: Path, changes: threading.Semaphore) -> None:
    samples = noise_file(tmp_path / "long.wav", 20.0, channels=2)
    feed = PlaybackFeed(tmp_path / "long.wav", 0.0, None, changes.release)
    assert changes.acquire(timeout=10)
    for second in range(1, 8):
        wait_for(lambda second=second: feed.ring.written >= second * RATE)  # type: ignore[misc]
        feed.position = second * RATE
    wait_for(lambda: feed.ring.written == 10 * RATE)
    feed.rewind(6 * RATE + 100)
    assert feed.position == 6 * RATE + 100
    np.testing.assert_array_equal(feed.ring.view(feed.position, 7 * RATE), samples[6 * RATE + 100 : 7 * RATE])
    feed.rewind(0)
    assert feed.position == 6 * RATE  # as far as the memory goes
    feed.rewind(9 * RATE)
    assert feed.position == 6 * RATE  # never forward
    feed.cancel()


def test_a_cancelled_feed_ends(tmp_path: Path, changes: threading.Semaphore) -> None:
    noise_file(tmp_path / "long.wav", 60.0)
    others = set(threading.enumerate())
    feed = PlaybackFeed(tmp_path / "long.wav", 0.0, None, changes.release)
    assert changes.acquire(timeout=10)
    [decoding] = [t for t in set(threading.enumerate()) - others if t.name == "decode-for-playback"]
    feed.cancel()
    wait_for(lambda: not decoding.is_alive())
    assert not changes.acquire(blocking=False), "a cancelled feed has nothing to tell"


# The player


class FakeStream:
    """Stands for SoundStream; the test calls back in place of PortAudio."""

    opened: list[FakeStream]
    accepted_rates: tuple[int, ...] = (RATE,)

    def __init__(self, kind: str, device: int, device_name: str, **settings: Any) -> None:
        assert kind == "output"
        if settings["sample_rate"] not in self.accepted_rates:
            raise DeviceFormatError(device=device_name, sample_rate=settings["sample_rate"], channels=2)
        self.settings = settings
        self.active = True
        self.silent_seconds = 0.0
        self.latency = 0.0
        self.state = "open"
        self.opened.append(self)

    def start(self) -> None:
        self.state = "started"

    def close(self) -> None:
        self.state = "closed"

    def take(self, count: int, delay: float = 0.001, underflow: bool = False) -> np.ndarray:
        """Call back for `count` frames that will be heard after `delay` seconds."""
        assert self.state == "started"
        block = np.full((count, 2), np.nan, np.float32)
        times = SimpleNamespace(currentTime=100.0, outputBufferDacTime=100.0 + delay)
        self.settings["callback"](block, times, SimpleNamespace(output_underflow=underflow))
        assert np.isfinite(block).all(), "frames were left unfilled"
        return block


@pytest.fixture
def streams(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[FakeStream]]:
    """The streams that players open."""
    FakeStream.opened = []
    FakeStream.accepted_rates = (RATE,)
    monkeypatch.setattr(player_module, "SoundStream", FakeStream)
    monkeypatch.setattr(
        "genre_app.audio.devices.default_output_device", lambda: OutputDevice(0, "Loudspeaker", float(RATE))
    )
    yield FakeStream.opened
    assert all(stream.state == "closed" for stream in FakeStream.opened), "a stream was left open"


@pytest.fixture
def player(streams: list[FakeStream]) -> Iterator[Player]:
    player = Player()
    yield player
    player.close()


def playing_stream(streams: list[FakeStream], number: int = 1) -> FakeStream:
    """Wait for the stream with the given number, counted from 1, to play."""
    wait_for(lambda: len(streams) >= number and streams[number - 1].state == "started")
    time.sleep(0.05)  # and for the player to know it
    return streams[number - 1]


def test_frames_that_are_late_are_silence_and_counted(
    player: Player, streams: list[FakeStream], tmp_path: Path
) -> None:
    samples = noise_file(tmp_path / "long.wav", 30.0, channels=2)
    player.load(tmp_path / "long.wav")
    player.play()
    stream = playing_stream(streams)
    np.testing.assert_array_equal(stream.take(500), samples[:500])
    assert player.underflows == 0
    ahead = 3 * RATE  # as much as is decoded ahead
    feed = stream.settings["callback"].__self__.feed
    wait_for(lambda: feed.ring.written == 500 + ahead)
    hasty = stream.take(ahead + 100)
    np.testing.assert_array_equal(hasty[:ahead], samples[500 : 500 + ahead])
    assert not hasty[ahead:].any()
    assert player.underflows == 1
    stream.take(0, underflow=True)  # the device's own count
    assert player.underflows == 2


def test_the_position_counts_what_is_on_its_way_to_the_ear(
    player: Player, streams: list[FakeStream], tmp_path: Path
) -> None:
    noise_file(tmp_path / "long.wav", 30.0)
    player.load(tmp_path / "long.wav")
    player.seek(5.0)
    player.play()
    stream = playing_stream(streams)
    stream.take(RATE, delay=0.5)
    assert player.position == 5.0  # nothing is heard yet
    time.sleep(0.7)
    assert player.position == pytest.approx(5.2, abs=0.05)
    time.sleep(1.5)
    assert player.position == 6.0  # no further than what was handed over


def test_a_loudspeaker_of_another_sample_rate_gets_its_own(
    player: Player, streams: list[FakeStream], tmp_path: Path
) -> None:
    noise_file(tmp_path / "high.wav", 3.0, rate=32000)
    player.load(tmp_path / "high.wav")
    player.seek(1.0)
    player.play()
    stream = playing_stream(streams)
    assert stream.settings["sample_rate"] == RATE
    stream.take(RATE // 2, delay=0.001)
    wait_for(lambda: player.position == 1.5)
    assert player.duration == pytest.approx(3.0)


def test_a_loudspeaker_that_refuses_even_its_own_format_is_reported(
    player: Player, streams: list[FakeStream], tmp_path: Path
) -> None:
    FakeStream.accepted_rates = ()
    noise_file(tmp_path / "file.wav", 1.0)
    player.load(tmp_path / "file.wav")
    player.play()
    wait_for(lambda: player.error is not None)
    assert isinstance(player.error, DeviceFormatError)
    assert not player.playing


def test_a_pause_silences_at_once_and_loses_nothing(
    player: Player, streams: list[FakeStream], tmp_path: Path
) -> None:
    samples = noise_file(tmp_path / "long.wav", 30.0, channels=2)
    player.load(tmp_path / "long.wav")
    player.play()
    stream = playing_stream(streams)
    stream.take(RATE, delay=4.0)  # handed over, not heard
    looked_at = threading.Event()
    close = stream.close
    stream.close = lambda: (looked_at.wait(10), close())  # type: ignore[method-assign, assignment]
    player.pause()
    assert not stream.take(100).any()
    looked_at.set()
    wait_for(lambda: stream.state == "closed")
    assert player.position == 0.0
    player.play()
    np.testing.assert_array_equal(playing_stream(streams, 2).take(RATE), samples[:RATE])


def test_a_loudspeaker_that_disappears_is_reported(
    player: Player, streams: list[FakeStream], tmp_path: Path
) -> None:
    noise_file(tmp_path / "long.wav", 30.0)
    player.load(tmp_path / "long.wav")
    player.play()
    playing_stream(streams).active = False
    wait_for(lambda: player.error is not None)
    assert isinstance(player.error, PlaybackLostError)
    assert "“Loudspeaker”" in str(player.error)


def test_the_player_can_be_used_in_any_order(player: Player, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError):
        player.play()
    player.pause()
    player.stop()
    player.seek(3.0)
    assert (player.position, player.duration, player.playing, player.error) == (0.0, None, False, None)
    player.close()
    player.close()
    with pytest.raises(RuntimeError):
        player.load(tmp_path / "file.wav")
