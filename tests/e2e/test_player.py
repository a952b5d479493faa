"""What the player plays, heard in a virtual room: the file, from where it says, until where it says."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from genre_app.audio import devices, portaudio
from genre_app.audio import player as player_module
from genre_app.audio.errors import AudioMissingError, AudioUnknownFormatError
from genre_app.audio.player import Player
from genre_app.audio.sound_errors import NoLoudspeakerError, PlaybackLostError
from tests.sound_server import SoundServer
from tests.synthetic_song import best_match, synthetic_song, write_song

RATE = 44100
# As a sound begins, PulseAudio takes back what it had mixed ahead; the recording of the room has heard that
# already, and so misses the first hundredths of a second.
UNHEARD = RATE // 10


@pytest.fixture
def player() -> Iterator[Player]:
    player = Player()
    yield player
    player.close()
    assert portaudio.open_stream_count() == 0


def wait_for(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.005)


def heard(path: Path) -> np.ndarray:
    """Return what was heard in the room, shape (n, 2)."""
    samples, rate = soundfile.read(path, dtype="float32")
    assert rate == RATE
    return samples


def last_sound(samples: np.ndarray) -> int:
    return int(np.flatnonzero(np.abs(samples) > 0.01)[-1])


def test_a_file_is_heard_from_beginning_to_end(
    sound_server: SoundServer, player: Player, tmp_path: Path
) -> None:
    song = synthetic_song(3.0, seed=10)
    player.load(write_song(tmp_path / "song.wav", song))
    wait_for(lambda: player.duration is not None)
    assert (player.position, player.duration, player.playing) == (0.0, 3.0, False)
    with sound_server.recording_of_room(tmp_path / "room.wav"):
        player.play()
        assert player.playing
        begin = time.monotonic()
        wait_for(lambda: not player.playing)
        elapsed = time.monotonic() - begin
    assert (player.error, player.finished, player.position, player.underflows) == (None, True, 3.0, 0)
    assert 2.9 < elapsed < 4.5
    assert devices.can_refresh(), "the device was not released"
    room = heard(tmp_path / "room.wav")
    for channel in room.T:
        assert best_match(channel, song[UNHEARD:])[0] > 0.999
    # The end is not cut off.
    assert best_match(room[:, 0], song[-RATE // 4 :])[0] > 0.999


def test_the_position_is_what_is_heard(sound_server: SoundServer, player: Player, tmp_path: Path) -> None:
    song = synthetic_song(6.0, seed=11)
    player.load(write_song(tmp_path / "song.wav", song))
    with sound_server.recording_of_room(tmp_path / "before.wav"):
        player.play()
        wait_for(lambda: player.position > 1.5)
        player.pause()
        assert not player.playing
        time.sleep(0.4)
        paused_at = player.position
        assert devices.can_refresh(), "a paused player holds the device"
    room = heard(tmp_path / "before.wav")[:, 0]
    _, begin = best_match(room, song[UNHEARD:RATE])
    heard_until = (last_sound(room) - begin + UNHEARD) / RATE
    assert paused_at == pytest.approx(heard_until, abs=0.06)
    assert 1.5 < paused_at < 2.0

    with sound_server.recording_of_room(tmp_path / "after.wav"):
        player.play()
        wait_for(lambda: player.position > paused_at + 1.0)
        player.pause()
    # It went on where it had paused: nothing was left out, nothing heard twice.
    resumed = song[round(paused_at * RATE) + UNHEARD :][: RATE // 2]
    room = heard(tmp_path / "after.wav")[:, 0]
    correlation, at = best_match(room, resumed)
    assert correlation > 0.999
    first_sound = int(np.flatnonzero(np.abs(room) > 0.001)[0])
    assert at - first_sound <= UNHEARD


def test_the_position_moves_evenly(sound_server: SoundServer, player: Player, tmp_path: Path) -> None:
    player.load(write_song(tmp_path / "song.wav", synthetic_song(3.0)))
    player.play()
    wait_for(lambda: player.position > 0.3)
    times, positions = [], []
    for _ in range(100):
        times.append(time.monotonic())
        positions.append(player.position)
        time.sleep(0.01)
    assert all(earlier <= later for earlier, later in itertools.pairwise(positions))
    deviations = np.array(positions) - np.array(times)
    assert np.ptp(deviations) < 0.06


def test_seeking_is_exact(sound_server: SoundServer, player: Player, tmp_path: Path) -> None:
    song = synthetic_song(8.0, seed=12)
    player.load(write_song(tmp_path / "song.wav", song))
    player.seek(2.0)
    assert player.position == 2.0
    player.play()
    wait_for(lambda: player.position > 2.3)
    with sound_server.recording_of_room(tmp_path / "room.wav"):
        for target in (7.5, 3.0, 1.0, 5.0):  # as a hand drags the cursor about
            player.seek(target)
        assert player.position == 5.0
        assert player.playing
        wait_for(lambda: player.position > 6.0)
        player.stop()
        assert (player.position, player.playing) == (0.0, False)
    room = heard(tmp_path / "room.wav")[:, 0]
    expected = song[5 * RATE + UNHEARD : round(5.9 * RATE)]
    assert best_match(room, expected)[0] > 0.999
    player.seek(100.0)
    assert player.position == 8.0
    player.play()
    wait_for(lambda: player.finished)
    assert player.error is None


def test_stereo_stays_stereo_at_other_sample_rates(
    sound_server: SoundServer, player: Player, tmp_path: Path
) -> None:
    left, right = (synthetic_song(2.0, sample_rate=48000, seed=seed) for seed in (13, 14))
    soundfile.write(tmp_path / "song.flac", np.stack([left, right], axis=1), 48000)
    player.load(tmp_path / "song.flac")
    with sound_server.recording_of_room(tmp_path / "room.wav"):
        player.play()
        wait_for(lambda: not player.playing)
    assert player.finished
    room = heard(tmp_path / "room.wav")
    at_server_rate = np.arange(2 * RATE) * 48000 / RATE
    for channel, played in zip(room.T, (left, right), strict=True):
        expected = np.interp(at_server_rate, np.arange(len(played)), played).astype(np.float32)
        correlation, _ = best_match(channel, expected[UNHEARD:])
        assert correlation > 0.98  # linear interpolation is no perfect resampler
    assert best_match(room[:, 0], right[UNHEARD:])[0] < 0.5


def test_it_plays_again_after_the_end(sound_server: SoundServer, player: Player, tmp_path: Path) -> None:
    player.load(write_song(tmp_path / "song.wav", synthetic_song(0.5)))
    player.play()
    wait_for(lambda: player.finished)
    player.play()
    assert not player.finished
    assert player.position < 0.3
    wait_for(lambda: player.finished)
    assert player.error is None


def test_a_file_that_cannot_be_played_says_why(
    sound_server: SoundServer, player: Player, tmp_path: Path
) -> None:
    player.load(tmp_path / "missing.wav")
    player.play()
    wait_for(lambda: player.error is not None)
    assert isinstance(player.error, AudioMissingError)
    assert not player.playing

    (tmp_path / "text.wav").write_text("no sound at all\n" * 100)
    player.load(tmp_path / "text.wav")
    wait_for(lambda: player.error is not None)
    assert isinstance(player.error, AudioUnknownFormatError)

    player.load(write_song(tmp_path / "song.wav", synthetic_song(0.3)))
    assert player.error is None
    player.play()
    wait_for(lambda: player.finished)


def test_a_loudspeaker_that_vanishes_is_reported_and_playback_can_go_on(
    own_sound_server: SoundServer, player: Player, tmp_path: Path
) -> None:
    player.load(write_song(tmp_path / "song.wav", synthetic_song(5.0)))
    player.play()
    wait_for(lambda: player.position > 1.0)
    own_sound_server.vanish()
    wait_for(lambda: player.error is not None)
    assert isinstance(player.error, PlaybackLostError)
    assert not player.playing
    assert player.position == pytest.approx(1.0, abs=0.3)

    devices.list_input_devices(refresh=True)
    player.play()
    wait_for(lambda: player.error is not None)
    assert isinstance(player.error, NoLoudspeakerError)
    assert player.position == pytest.approx(1.0, abs=0.3)


def test_a_loudspeaker_that_takes_no_sound_is_reported(
    own_sound_server: SoundServer, player: Player, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(player_module, "_SILENT_SECONDS", 1.0)
    player.load(write_song(tmp_path / "song.wav", synthetic_song(5.0)))
    player.play()
    wait_for(lambda: player.position > 0.5)
    own_sound_server.suspend_loudspeaker(True)
    wait_for(lambda: player.error is not None)
    assert isinstance(player.error, PlaybackLostError)
    own_sound_server.suspend_loudspeaker(False)
    player.play()
    wait_for(lambda: player.position > 1.5)
    assert player.error is None
