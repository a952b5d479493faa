"""A sound server with a virtual room for tests: what is played in it is heard by its microphone.

The server is a PulseAudio daemon of our own, apart from any that the machine runs; the machine's real sound
devices are neither heard nor used. `tests.conftest` makes the fixtures known to every test:

- ``sound_server``: one for the whole session. In this process and its children, the default microphone and
  loudspeaker are in its room.
- ``own_sound_server``: one for a single test, which may harm it. While the test runs, it takes the place of
  the other one.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_START_SECONDS = 15.0
# Has the kernel end a process when the test run is killed.
_DIES_WITH_US = ("setpriv", "--pdeathsig", "TERM")

# The two virtual devices as ALSA (and so PortAudio) shows them. The second is only there after
# SoundServer.connect_second_microphone().
_ALSA_CONFIGURATION = """
</usr/share/alsa/alsa.conf>
pcm.!default {{
    type pulse
    server "{server}"
    hint {{ show on description "Virtual room" }}
}}
ctl.!default {{ type pulse server "{server}" }}
pcm.second_microphone {{
    type pulse
    server "{server}"
    device "second_microphone"
    hint {{ show on description "Second microphone" }}
}}
"""


class SoundServer:
    """A private PulseAudio daemon with a loudspeaker ``room`` and a ``microphone`` that hears it.

    Attributes:
        environment: variables that lead a process to this server's devices, from its start on.
    """

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="genre-app-sound-"))  # mode 700, as PulseAudio demands
        self._daemon: subprocess.Popen[bytes] | None = None
        self._listeners: list[subprocess.Popen[bytes]] = []
        server = f"unix:{self._folder}/pulse/native"
        alsa_configuration = self._folder / "alsa.conf"
        alsa_configuration.write_text(_ALSA_CONFIGURATION.format(server=server))
        self.environment = {
            "ALSA_CONFIG_PATH": str(alsa_configuration),
            "PULSE_SERVER": server,
            "PULSE_COOKIE": str(self._folder / "cookie"),
        }

    def start(self) -> None:
        """Start the daemon and wait until it answers."""
        log = self._folder / "daemon.log"
        with log.open("wb") as output:
            self._daemon = subprocess.Popen(
                [
                    *_DIES_WITH_US,
                    *("pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--disable-shm=yes"),
                    *("-L", "module-native-protocol-unix"),
                    *("-L", "module-null-sink sink_name=room"),
                    *("-L", "module-remap-source master=room.monitor source_name=microphone"),
                ],
                env={
                    **os.environ,
                    **self.environment,
                    "HOME": str(self._folder),
                    "XDG_RUNTIME_DIR": str(self._folder),
                    "XDG_CONFIG_HOME": str(self._folder),
                },
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        deadline = time.monotonic() + _START_SECONDS
        while self._pactl("info", check=False).returncode:
            if self._daemon.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise RuntimeError(f"PulseAudio did not start:\n{log.read_text()}")
            time.sleep(0.05)
        self._listen("room")

    def stop(self) -> None:
        """Stop the daemon and everything that was started with it."""
        for process in [*self._listeners, *([self._daemon] if self._daemon else [])]:
            process.terminate()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._listeners.clear()
        self._daemon = None
        shutil.rmtree(self._folder, ignore_errors=True)

    def vanish(self) -> None:
        """Kill the daemon: to programs, all devices are unplugged."""
        assert self._daemon is not None
        self._daemon.kill()
        self._daemon.wait()

    def play(self, path: Path) -> subprocess.Popen[bytes]:
        """Start to play the file `path` in the room; the process ends with the sound."""
        return subprocess.Popen(["paplay", str(path)], env=self._client_environment())

    @contextmanager
    def recording_of_room(self, path: Path) -> Iterator[None]:
        """Record what sounds in the room to `path`, a WAV file (44.1 kHz, 16 bit, stereo), meanwhile."""
        listener = subprocess.Popen(
            ["parec", "--device=room.monitor", "--latency-msec=20", "--file-format=wav", str(path)],
            env=self._client_environment(),
        )
        try:
            deadline = time.monotonic() + _START_SECONDS
            while not path.exists() or path.stat().st_size < 1000:
                assert time.monotonic() < deadline, "nothing was recorded"
                time.sleep(0.02)
            yield
            time.sleep(0.3)  # what has been played is still on its way
        finally:
            listener.terminate()
            listener.wait(5)

    def suspend_microphone(self, suspended: bool) -> None:
        """Let the microphone fall silent: it stays connected, and delivers nothing at all."""
        self._pactl("suspend-source", "microphone", str(int(suspended)))

    def suspend_loudspeaker(self, suspended: bool) -> None:
        """Let the loudspeaker take no more sound: it stays connected, and plays nothing."""
        self._pactl("suspend-sink", "room", str(int(suspended)))

    def connect_second_microphone(self) -> None:
        """Connect a microphone ``second_microphone``, in a quiet room of its own."""
        self._pactl("load-module", "module-null-sink", "sink_name=second_room")
        self._pactl(
            "load-module",
            "module-remap-source",
            "master=second_room.monitor",
            "source_name=second_microphone",
        )
        self._listen("second_room")

    def play_in_second_room(self, path: Path) -> subprocess.Popen[bytes]:
        """Start to play the file `path` where only the second microphone hears it."""
        return subprocess.Popen(["paplay", "--device=second_room", str(path)], env=self._client_environment())

    def _listen(self, sink: str) -> None:
        # With nobody in a hurry, a null sink works in strides of two seconds. A microphone does not.
        self._listeners.append(
            subprocess.Popen(
                [*_DIES_WITH_US, "parec", f"--device={sink}.monitor", "--latency-msec=20"],
                env=self._client_environment(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        )
        deadline = time.monotonic() + _START_SECONDS
        while not re.search(
            rf"\t{sink}\.monitor\t.*RUNNING".encode(), self._pactl("list", "short", "sources").stdout
        ):
            assert time.monotonic() < deadline, "the listener does not listen"
            time.sleep(0.02)
        # The stride that it is in the middle of ends with this.
        self._pactl("suspend-sink", sink, "1")
        self._pactl("suspend-sink", sink, "0")

    def _pactl(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            ["pactl", *arguments],
            env=self._client_environment(),
            capture_output=True,
            check=check,
            timeout=10,
        )

    def _client_environment(self) -> dict[str, str]:
        return {**os.environ, **self.environment}


@contextmanager
def _running_server() -> Iterator[SoundServer]:
    if sys.platform != "linux":
        pytest.skip("the virtual microphone is a PulseAudio daemon, which only Linux has")
    server = SoundServer()
    try:
        server.start()
        with pytest.MonkeyPatch.context() as patch:
            for name, value in server.environment.items():
                patch.setenv(name, value)
            _look_for_devices()
            yield server
        _look_for_devices()
    finally:
        server.stop()


def _look_for_devices() -> None:
    """Have PortAudio, if it is loaded already, find the devices of the present environment."""
    if "sounddevice" in sys.modules:
        from genre_app.audio import portaudio

        # A player that was told to stop lets go of its device a moment later.
        deadline = time.monotonic() + 10.0
        while portaudio.open_stream_count() and time.monotonic() < deadline:
            time.sleep(0.01)
        assert portaudio.reinitialise(), "a test left a sound stream open"


@pytest.fixture(scope="session")
def sound_server() -> Iterator[SoundServer]:
    """Give this process a virtual room as its default microphone and loudspeaker, for the session."""
    with _running_server() as server:
        yield server


@pytest.fixture
def own_sound_server() -> Iterator[SoundServer]:
    """Give this process a virtual room that the test may destroy."""
    with _running_server() as server:
        yield server
