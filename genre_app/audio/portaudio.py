"""The one door to PortAudio: loads it late, counts open streams, closes them without hanging.

Three traps of PortAudio are dealt with here, and only here:

- It reads the list of devices once, when it is initialised. It can be initialised again, but that breaks
  every open stream; so streams are counted, and `reinitialise` refuses while there is one.
- Opening, closing and initialising are not safe to do in two threads at once; a lock keeps them apart.
- On ALSA, aborting a stream cancels its thread wherever it is, and a thread cancelled while it waits for
  Python's interpreter lock takes that lock to the grave. So a stream is closed by asking the callback to
  end it. Only a device that calls back no more, whose thread thus is not in Python, is aborted.
"""

from __future__ import annotations

import atexit
import errno
import logging
import sys
import threading
import time
from collections.abc import Callable
from types import ModuleType
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from genre_app.audio.sound_errors import (
    DeviceBusyError,
    DeviceFormatError,
    DeviceMissingError,
    DeviceOpenError,
    SoundError,
    SoundLibraryMissingError,
)

logger = logging.getLogger(__name__)

StreamCallback = Callable[[NDArray[np.float32], Any, Any], None]
"""Called as ``callback(block, time_info, status)`` in PortAudio's real-time thread: `block` is float32 of
shape (frames, channels), to be read (input) or filled (output); the other two are sounddevice's."""

# PortAudio's error codes (PaErrorCode in portaudio.h).
_FORMAT_REFUSED = (-9998, -9997, -9994)  # channel count, sample rate, sample format
_INVALID_DEVICE = -9996
_BAD_DEVICE_COMBINATION = -9993  # also what ALSA devices say that cannot be opened and are not busy
_DEVICE_UNAVAILABLE = -9985

_CALLBACK_END_SECONDS = 1.0
_ABORT_SECONDS = 3.0

# A thread that computes keeps the interpreter lock for this long when others want it, and the callback may
# have to wait for several such threads. The usual 5 ms make it late where 1 ms does not.
_SWITCH_INTERVAL = 0.001
_USUAL_SWITCH_INTERVAL = sys.getswitchinterval()

_lock = threading.RLock()
_open_streams: set[SoundStream] = set()


def sounddevice() -> ModuleType:
    """Return the module ``sounddevice``, which initialises PortAudio when it is imported first.

    Raises:
        SoundLibraryMissingError: if it, or the PortAudio library, is missing or does not start.
    """
    with _lock:
        first = "sounddevice" not in sys.modules
        try:
            import sounddevice as module
        except Exception as error:  # OSError without the library, PortAudioError when it does not start
            raise SoundLibraryMissingError(reason=str(error), details=repr(error)) from error
        if first:
            # Runs before sounddevice's own, which aborts what is open.
            atexit.register(_close_all)
    loaded: ModuleType = module
    return loaded


def open_stream_count() -> int:
    """Return how many streams are open in this process, playing or recording."""
    return len(_open_streams)


def reinitialise() -> bool:
    """Make PortAudio look for devices again; return False, and do nothing, while any stream is open.

    Raises:
        SoundLibraryMissingError: if PortAudio is missing or does not start any more.
    """
    module = sounddevice()
    with _lock:
        if _open_streams:
            logger.debug("device list kept: %d streams are open", len(_open_streams))
            return False
        try:
            # sounddevice has no public names for these two; its author recommends them for this purpose.
            module._terminate()
            module._initialize()
        except module.PortAudioError as error:
            raise SoundLibraryMissingError(reason=str(error), details=repr(error)) from error
        return True


def _close_all() -> None:
    for stream in list(_open_streams):
        stream.close_now()


def _note_open(stream: SoundStream) -> None:
    _open_streams.add(stream)
    sys.setswitchinterval(min(_USUAL_SWITCH_INTERVAL, _SWITCH_INTERVAL))


def _note_closed(stream: SoundStream) -> None:
    _open_streams.discard(stream)
    if not _open_streams:
        sys.setswitchinterval(_USUAL_SWITCH_INTERVAL)


class SoundStream:
    """An open PortAudio stream in callback mode, not started yet.

    Attributes:
        device_name: for messages.
        sample_rate: in Hz.
        channels: of the blocks.
    """

    def __init__(
        self,
        kind: Literal["input", "output"],
        device: int,
        device_name: str,
        *,
        sample_rate: float,
        channels: int,
        latency: float,
        callback: StreamCallback,
    ) -> None:
        """Open `device` (a PortAudio index) with buffers of `latency` seconds.

        Raises:
            SoundError: one of the ``Device…Error`` classes, if the device cannot be opened like that.
        """
        self.device_name = device_name
        self.sample_rate = sample_rate
        self.channels = channels
        self._callback = callback
        self._calls = 0
        self._last_call = time.monotonic()
        self._ending = False
        module = sounddevice()
        self._callback_abort = module.CallbackAbort
        stream_class = module.InputStream if kind == "input" else module.OutputStream
        with _lock:
            try:
                self._stream = stream_class(
                    device=device,
                    samplerate=sample_rate,
                    channels=channels,
                    dtype="float32",
                    latency=latency,
                    callback=self._call,
                    # Clipping is the decoder's and the user's business; dither would only cost time here.
                    clip_off=True,
                    dither_off=True,
                    extra_settings=_extra_settings(module, device),
                )
            except (module.PortAudioError, ValueError) as error:
                raise self._explain(error) from error
            _note_open(self)

    def _call(self, block: NDArray[np.float32], frames: int, time_info: Any, status: Any) -> None:
        # In PortAudio's thread: nothing here waits, and nothing is made but Python's own small objects.
        if self._ending:
            raise self._callback_abort
        self._calls += 1
        self._last_call = time.monotonic()
        self._callback(block, time_info, status)

    def start(self) -> None:
        """Let sound flow.

        Raises:
            SoundError: if the device refuses.
        """
        module = sounddevice()
        self._last_call = time.monotonic()
        with _lock:
            try:
                self._stream.start()
            except module.PortAudioError as error:
                raise self._explain(error) from error

    @property
    def calls(self) -> int:
        """How many blocks have come, or were asked for, so far."""
        return self._calls

    @property
    def silent_seconds(self) -> float:
        """Seconds since the last block, or since the start."""
        return time.monotonic() - self._last_call

    @property
    def active(self) -> bool:
        """Whether the device is still there; False after it disappeared."""
        module = sounddevice()
        try:
            return bool(self._stream.active)
        except module.PortAudioError:
            return False

    @property
    def latency(self) -> float:
        """Seconds that sound spends in buffers, as estimated when the stream was opened."""
        return float(self._stream.latency)

    def close(self) -> None:
        """End the stream at once, dropping what is buffered, and close it.

        Returns after a few seconds at the latest. Should PortAudio hang, which it does with some devices
        that vanish, the stream is left behind, and the device list cannot be refreshed any more.
        """
        # A thread of its own, because nothing can interrupt PortAudio where it hangs.
        closer = threading.Thread(target=self.close_now, name="close-sound-stream", daemon=True)
        closer.start()
        closer.join(_CALLBACK_END_SECONDS + _ABORT_SECONDS)
        if closer.is_alive():
            logger.error("PortAudio hangs closing %s; the stream is left behind", self.device_name)

    def close_now(self) -> None:
        """Do what `close` does, but wait for PortAudio as long as it takes."""
        with _lock:
            if self._ending:
                return
            self._ending = True
        deadline = time.monotonic() + _CALLBACK_END_SECONDS
        while self.active and time.monotonic() < deadline:
            time.sleep(0.002)
        if self.active:
            logger.warning("%s does not call back any more; aborting its stream", self.device_name)
            self._stream.abort()
        else:
            self._stream.stop()  # joins the thread that has ended
        with _lock:
            self._stream.close()
            _note_closed(self)

    def _explain(self, error: Exception) -> SoundError:
        return explain(error, device=self.device_name, sample_rate=self.sample_rate, channels=self.channels)


def explain(error: Exception, *, device: str, sample_rate: float, channels: int) -> SoundError:
    """Return the error for people that stands for what sounddevice raised while opening `device`.

    Args:
        error: a ``PortAudioError`` with (text, code, (host API, host error code, host text)), the last two
            not always there; or a ``ValueError`` for a device that does not exist.
        device: name of the device.
        sample_rate: that was asked for, in Hz.
        channels: that were asked for.
    """
    arguments = error.args
    text = str(arguments[0]) if arguments else str(error)
    code = arguments[1] if len(arguments) > 1 else None
    host_code, host_text = 0, ""
    if len(arguments) > 2:
        _, host_code, host_text = arguments[2]
    details = f"{text} (PortAudio {code}, host {host_code} {host_text})"
    if isinstance(error, ValueError) or code in (_INVALID_DEVICE, _BAD_DEVICE_COMBINATION):
        return DeviceMissingError(device=device, details=details)
    if code in _FORMAT_REFUSED:
        return DeviceFormatError(
            device=device, sample_rate=f"{sample_rate:g}", channels=channels, details=details
        )
    if code == _DEVICE_UNAVAILABLE or -host_code in (errno.EBUSY, errno.EAGAIN):
        return DeviceBusyError(device=device, details=details)
    if -host_code in (errno.ENODEV, errno.ENOENT, errno.ENXIO):
        return DeviceMissingError(device=device, details=details)
    return DeviceOpenError(device=device, reason=host_text or text, details=details)


def _extra_settings(module: ModuleType, device: int) -> Any:
    """Return what some host APIs need to accept the sample rate of a file or of a running take."""
    if sys.platform == "win32":
        host_api = module.query_hostapis(module.query_devices(device)["hostapi"])["name"]
        if "WASAPI" in host_api:
            return module.WasapiSettings(auto_convert=True)
    return None
