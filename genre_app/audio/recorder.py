"""Records from a microphone to a WAV file, while a view watches.

Three activities meet in a ring buffer, none waits for another:

- PortAudio's **callback** copies what comes into the ring. It takes no lock, touches no file and makes
  nothing but Python's own small objects; a wait for the interpreter lock is ridden out by the device's own
  buffer. Should even that not do, the device says so, and the overflow is counted.
- The **writer thread** empties the ring into the file several times a second, puts it on the disk once a
  second, and looks whether the device is still alive. A disk that stalls for half a minute costs nothing.
- The **view** asks, as often as it likes, for level, waveform and latest samples, which come from the ring.

The ring has the channels of the device, at most two; whoever reads it mixes them down.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genre_app.audio import devices
from genre_app.audio.devices import InputDevice
from genre_app.audio.levels import Level, LevelMeter, WaveformHistory, is_clipped
from genre_app.audio.portaudio import SoundStream
from genre_app.audio.recovery import TakeMarker
from genre_app.audio.ring_buffer import RingBuffer, RingReader
from genre_app.audio.sound_errors import DeviceLostError, DeviceMissingError, DeviceSilentError
from genre_app.audio.wav_writer import WavWriter, write_errors
from genre_app.errors import GenreAppError, UnexpectedError

logger = logging.getLogger(__name__)

RING_SECONDS = 35.0
"""What the ring holds: the 30 s that a live guess wants, and time for a slow disk."""

OVERVIEW_SECONDS = 60.0
"""How far back the scrolling waveform can show."""

_WRITE_INTERVAL = 0.2
_SYNC_INTERVAL = 1.0
_SILENT_SECONDS = 5.0
_SWITCH_SECONDS = 4.0
_WIDENED_FRAMES = 4096
# Four blocks fill a buffer of this length: 50 blocks a second keep the waveform moving smoothly, and a sound
# server holds back what is not fetched in time. Hardware does not, so there the buffer is longer.
_SERVER_LATENCY = 0.08
_HARDWARE_LATENCY = 0.2


@dataclass(frozen=True, slots=True)
class Take:
    """A finished recording.

    Attributes:
        path: the WAV file; it is not kept when no sound came at all.
        seconds: its length.
        overflows: how often sound was lost because the computer was too busy.
        clipped: whether the sound ever reached full scale.
        error: what ended it, None if it was stopped as wanted. What was recorded until then is in the file.
    """

    path: Path
    seconds: float
    overflows: int
    clipped: bool
    error: GenreAppError | None


class Recorder:
    """Records one take after another into a folder.

    Methods may be called from any thread; `start`, `switch_device` and `stop` take some tens of milliseconds
    when all is well and seconds when a device hangs, so a window calls them from a worker. Everything else
    returns at once.

    Attributes:
        directory: where takes go; may be changed between takes.
    """

    def __init__(
        self,
        directory: Path,
        on_finished: Callable[[Take], None] | None = None,
        on_error: Callable[[GenreAppError], None] | None = None,
    ) -> None:
        """Prepare to record into `directory`.

        Args:
            directory: is created when missing.
            on_finished: called once for every take, from the writer thread, when its file is complete.
            on_error: called before that when an error ended the take.
        """
        self.directory = directory
        self._on_finished = on_finished
        self._on_error = on_error
        self._control = threading.Lock()
        self._current: _RunningTake | None = None

    def start(self, device: InputDevice | None = None) -> Path:
        """Begin a take from `device`, by default the system's, at the device's own sample rate.

        Returns:
            The WAV file. It is there now, and grows.

        Raises:
            SoundError: if the device or the folder cannot be used; then there is no file.
            RuntimeError: if a take is being recorded.
        """
        with self._control:
            if self.recording:
                raise RuntimeError("a take is being recorded already")
            found = devices.find_input_device(device) if device else devices.default_input_device()
            self._current = _RunningTake(self.directory, found, self._on_finished, self._on_error)
            return self._current.path

    def switch_device(self, device: InputDevice) -> None:
        """Go on with the same take from another device.

        The old device is used until the new one delivers; some hundredths of a second between them are lost.

        Raises:
            SoundError: if the new device cannot be used at the take's sample rate; recording goes on from
                the old one.
            RuntimeError: if nothing is being recorded.
        """
        with self._control:
            current = self._current
            if current is None or not current.recording:
                raise RuntimeError("nothing is being recorded")
            current.switch_device(devices.find_input_device(device))

    def stop(self) -> Take:
        """End the take and return it; a take that ended by itself is returned too.

        Raises:
            RuntimeError: if there was none.
        """
        with self._control:
            if self._current is None:
                raise RuntimeError("nothing was recorded")
            return self._current.stop()

    @property
    def recording(self) -> bool:
        """Whether a take is being recorded."""
        current = self._current
        return current is not None and current.recording

    @property
    def path(self) -> Path | None:
        """The WAV file of the current or the last take."""
        return self._current.path if self._current else None

    @property
    def device(self) -> InputDevice | None:
        """The device of the current or the last take."""
        return self._current.device if self._current else None

    @property
    def sample_rate(self) -> int:
        """Of the current or the last take, in Hz; 0 before the first."""
        return self._current.sample_rate if self._current else 0

    @property
    def seconds(self) -> float:
        """Length of the current or the last take."""
        return self._current.seconds if self._current else 0.0

    @property
    def overflows(self) -> int:
        """How often sound was lost in the current or the last take."""
        return self._current.overflows if self._current else 0

    @property
    def error(self) -> GenreAppError | None:
        """What ended the last take, None if it goes on or was stopped as wanted."""
        return self._current.error if self._current else None

    def level(self) -> Level:
        """Return the present level; the clip mark stays until `reset_clip`."""
        return self._current.level() if self._current else Level()

    def reset_clip(self) -> None:
        """Clear the clip mark of the level (not of the take)."""
        if self._current:
            self._current.reset_clip()

    def overview(self, seconds: float, columns: int) -> NDArray[np.float32]:
        """Return lowest and highest sample in each of `columns` parts of the last `seconds` (at most 60).

        Returns:
            float32 of shape (columns, 2), zero from before the take began.
        """
        if self._current is None:
            return np.zeros((columns, 2), np.float32)
        return self._current.overview(seconds, columns)

    def latest(self, seconds: float) -> tuple[NDArray[np.float32], int]:
        """Return a copy of the last `seconds` (at most 35, less when there is less), and the sample rate.

        Returns:
            mono float32 of shape (n,), and Hz.
        """
        if self._current is None:
            return np.zeros(0, np.float32), 0
        return self._current.latest(seconds)


class _Source:
    """An input device that feeds a ring, once its gate is open.

    Attributes:
        device: which one.
        stream: from it, open.
        gate_open: whether its sound goes into the ring; only one source at a time may have it open.
        overflows: how often PortAudio reported lost input.
    """

    def __init__(self, device: InputDevice, sample_rate: int, ring: RingBuffer) -> None:
        self.device = device
        self.gate_open = False
        self.overflows = 0
        self._ring = ring
        channels = min(ring.channels, device.max_input_channels)
        # For a device with one channel less than the ring, to which a take was switched.
        self._widened = np.zeros((_WIDENED_FRAMES, ring.channels), np.float32)
        is_server = device.name in ("default", "pulse", "pipewire")
        self.stream = SoundStream(
            "input",
            device.index,
            device.name,
            sample_rate=sample_rate,
            channels=channels,
            latency=_SERVER_LATENCY if is_server else _HARDWARE_LATENCY,
            callback=self.store_block if channels == ring.channels else self.store_widened_block,
        )

    def store_block(self, block: NDArray[np.float32], time_info: Any, status: Any) -> None:
        """Store `block`, shape (n, channels of the ring). In PortAudio's thread: must not wait."""
        if not self.gate_open:
            return
        if status.input_overflow:
            self.overflows += 1
        self._ring.write(block)

    def store_widened_block(self, block: NDArray[np.float32], time_info: Any, status: Any) -> None:
        """Store `block`, shape (n, 1), in every channel of the ring. In PortAudio's thread: must not wait."""
        if not self.gate_open:
            return
        if status.input_overflow:
            self.overflows += 1
        for start in range(0, len(block), _WIDENED_FRAMES):
            part = block[start : start + _WIDENED_FRAMES]
            widened = self._widened[: len(part)]
            widened[:] = part
            self._ring.write(widened)


def mix_down(frames: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the mean of the channels of `frames`, shape (n,) or (n, 2), as shape (n,)."""
    if frames.ndim == 1:
        return frames
    mixed: NDArray[np.float32] = (frames[:, 0] + frames[:, 1]) * np.float32(0.5)
    return mixed


class _RunningTake:
    """One take: its file, ring, writer thread, and the source it comes from."""

    def __init__(
        self,
        directory: Path,
        device: InputDevice,
        on_finished: Callable[[Take], None] | None,
        on_error: Callable[[GenreAppError], None] | None,
    ) -> None:
        self.sample_rate = round(device.default_sample_rate)
        self.error: GenreAppError | None = None
        self.recording = True
        self._on_finished = on_finished
        self._on_error = on_error
        self._ring = RingBuffer(round(RING_SECONDS * self.sample_rate), min(2, device.max_input_channels))
        self._writing = RingReader(self._ring)
        self._viewing = RingReader(self._ring)
        self._view_lock = threading.Lock()
        self._meter = LevelMeter(self.sample_rate)
        self._waveform = WaveformHistory(self.sample_rate, OVERVIEW_SECONDS)
        self._view_clipped = False
        self._take_clipped = False
        self._losses = 0
        # Held while the source is exchanged, so that the watch over it does not take a closing for a loss.
        self._source_lock = threading.Lock()
        self._earlier_sources: list[_Source] = []
        self._take: Take | None = None
        self._stop = threading.Event()
        self._done = threading.Event()

        # The device first: when it cannot be used, no file is to be left behind.
        self._source = _Source(device, self.sample_rate, self._ring)
        try:
            self._marker, self._wav = _create_take(directory, self.sample_rate)
        except BaseException:
            self._source.stream.close()
            raise
        self.path = self._wav.path
        try:
            self._source.gate_open = True
            self._source.stream.start()
        except BaseException:
            self._source.stream.close()
            self._wav.close()
            self.path.unlink()
            self._marker.remove()
            raise
        threading.Thread(target=self._write, name="write-recording", daemon=True).start()
        logger.info("recording %s from %s at %d Hz", self.path, device.name, self.sample_rate)

    # Control

    def switch_device(self, device: InputDevice) -> None:
        with self._source_lock:
            old = self._source
            if (device.name, device.index) == (old.device.name, old.device.index):
                return
            new = _Source(device, self.sample_rate, self._ring)
            try:
                new.stream.start()
                deadline = time.monotonic() + _SWITCH_SECONDS
                while not new.stream.calls:
                    if not new.stream.active:
                        raise DeviceMissingError(device=device.name)
                    if time.monotonic() > deadline:
                        raise DeviceSilentError(device=device.name, seconds=f"{_SWITCH_SECONDS:g}")
                    time.sleep(0.005)
            except BaseException:
                new.stream.close()
                raise
            # The ring has one writer: the old source's thread has ended before the new one's gate opens.
            old.gate_open = False
            old.stream.close()
            self._earlier_sources.append(old)
            self._source = new
            new.gate_open = True
        logger.info("recording %s goes on from %s", self.path, device.name)

    def stop(self) -> Take:
        self._stop.set()
        self._done.wait()
        assert self._take is not None, "the writer thread always leaves a take"
        return self._take

    # State

    @property
    def device(self) -> InputDevice:
        return self._source.device

    @property
    def seconds(self) -> float:
        if self._take is not None:
            return self._take.seconds
        return (self._ring.written - self._writing.lost) / self.sample_rate

    @property
    def overflows(self) -> int:
        return self._losses + sum(source.overflows for source in (*self._earlier_sources, self._source))

    def level(self) -> Level:
        with self._view_lock:
            self._feed_view()
            return Level(self._meter.rms_dbfs, self._meter.peak_dbfs, self._view_clipped)

    def reset_clip(self) -> None:
        with self._view_lock:
            self._feed_view()
            self._view_clipped = False

    def overview(self, seconds: float, columns: int) -> NDArray[np.float32]:
        with self._view_lock:
            self._feed_view()
            return self._waveform.overview(seconds, columns)

    def latest(self, seconds: float) -> tuple[NDArray[np.float32], int]:
        frames = self._ring.latest(round(min(seconds, RING_SECONDS) * self.sample_rate))
        return mix_down(frames), self.sample_rate

    def _feed_view(self) -> None:
        # Called by the view as it looks, and by the writer thread when nobody does.
        while len(frames := self._viewing.read(self.sample_rate)):
            self._view_clipped = self._view_clipped or is_clipped(frames)
            samples = mix_down(frames)
            self._meter.add(samples)
            self._waveform.add(samples)

    # Writer thread

    def _write(self) -> None:
        try:
            try:
                synced = time.monotonic()
                while not self._stop.wait(_WRITE_INTERVAL):
                    self._drain()
                    if time.monotonic() - synced >= _SYNC_INTERVAL:
                        self._wav.sync()
                        synced = time.monotonic()
                    with self._view_lock:
                        self._feed_view()
                    self._watch_source()
            finally:
                with self._source_lock:
                    self._source.stream.close()
            self._drain()
        except GenreAppError as error:
            self._fail(error)
            if isinstance(error, DeviceLostError | DeviceSilentError):
                self._drain_rest()
        except Exception as error:  # noqa: BLE001 - the file is finished whatever happens
            self._fail(UnexpectedError.wrap(error))
        self._finish()

    def _drain(self) -> None:
        lost = self._writing.lost
        while len(frames := self._writing.read(self.sample_rate)):
            self._take_clipped = self._take_clipped or is_clipped(frames)
            self._wav.append(mix_down(frames))
        if self._writing.lost > lost:
            self._losses += 1
            logger.warning("%s: %d frames lost, the disk is too slow", self.path, self._writing.lost - lost)

    def _drain_rest(self) -> None:
        try:
            self._drain()
        except GenreAppError as error:
            logger.warning("%s: the last part was not written: %s", self.path, error)

    def _watch_source(self) -> None:
        if not self._source_lock.acquire(blocking=False):
            return
        try:
            stream = self._source.stream
            if not stream.active:
                raise DeviceLostError(device=self._source.device.name)
            if stream.silent_seconds > _SILENT_SECONDS:
                raise DeviceSilentError(device=self._source.device.name, seconds=f"{_SILENT_SECONDS:g}")
        finally:
            self._source_lock.release()

    def _fail(self, error: GenreAppError) -> None:
        logger.error("recording %s ended: %s", self.path, error, exc_info=error)
        self.error = error

    def _finish(self) -> None:
        try:
            self._wav.close()
        except GenreAppError as error:
            if self.error is None:
                self._fail(error)
            # The header may be behind; the next start repairs it.
            self._marker.release()
        else:
            if not self._wav.frames:
                self.path.unlink(missing_ok=True)
            self._marker.remove()
        with self._view_lock:
            self._feed_view()
        self._take = Take(self.path, self._wav.seconds, self.overflows, self._take_clipped, self.error)
        self.recording = False
        self._done.set()
        if self.error is not None and self._on_error is not None:
            self._on_error(self.error)
        if self._on_finished is not None:
            self._on_finished(self._take)


def _create_take(directory: Path, sample_rate: int) -> tuple[TakeMarker, WavWriter]:
    """Create marker and file of a new take, named by date and time.

    Raises:
        SoundError: if the folder cannot be written to.
    """
    stem = time.strftime("Recording %Y-%m-%d %H-%M-%S")
    with write_errors(directory / f"{stem}.wav"):
        directory.mkdir(parents=True, exist_ok=True)
    number = 1
    while True:
        path = directory / (f"{stem}.wav" if number == 1 else f"{stem} ({number}).wav")
        number += 1
        if os.path.lexists(path):
            continue
        with write_errors(path):
            marker = TakeMarker(path)
        try:
            return marker, WavWriter(path, sample_rate)
        except FileExistsError:  # made by someone else since we looked
            marker.remove()
        except BaseException:
            marker.remove()
            raise
