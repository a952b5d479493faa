"""Plays files through the system's loudspeaker, streaming, with a position that matches what is heard.

A thread of its own does what may take time (opening files and devices); what the window calls only says
what is wanted and returns. The sound itself goes from the decoder's thread through a ring buffer into
PortAudio's callback, which takes no lock and touches no file.
"""

from __future__ import annotations

import logging
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genre_app.audio import devices
from genre_app.audio.playback_feed import CHANNELS, PlaybackFeed
from genre_app.audio.portaudio import SoundStream
from genre_app.audio.sound_errors import DeviceFormatError, PlaybackLostError
from genre_app.errors import GenreAppError, UnexpectedError

logger = logging.getLogger(__name__)

_LATENCY = 0.2
_CHECK_INTERVAL = 0.02
_SILENT_SECONDS = 5.0


class Player:
    """Plays one file at a time. Every method but `close` returns at once; all may be called from any thread.

    Opening happens in the background: after `play`, `playing` is true at once and sound follows as soon as
    it can; what goes wrong is in `error`.
    """

    def __init__(self) -> None:
        # What is wanted, guarded by the condition.
        self._condition = threading.Condition()
        self._path: Path | None = None
        self._start = 0.0
        self._request = 0  # counts loads and seeks
        self._playing = False
        self._closed = False
        self._thread: threading.Thread | None = None
        # What there is; set by the thread only, read by everyone.
        self._error: GenreAppError | None = None
        self._finished = False
        self._output: _Output | None = None
        self._feed: PlaybackFeed | None = None
        self._feed_request = 0
        self._duration: float | None = None
        self._sample_rate: int | None = None  # None for the file's own
        self._underflows = 0

    # What the window calls

    def load(self, path: Path) -> None:
        """Make `path` the file to play, at its beginning and paused, and begin to decode it."""
        with self._condition:
            self._path = path
            self._duration = None
            self._sample_rate = None
            self._playing = False
            self._underflows = 0
            self._request_start(0.0)

    def play(self) -> None:
        """Play from the present position on; from the beginning after the end was reached.

        Raises:
            RuntimeError: if no file is loaded, or the player is closed.
        """
        with self._condition:
            if self._path is None or self._closed:
                raise RuntimeError("there is no file to play")
            if self._finished or self._error is not None:
                self._request_start(0.0 if self._finished else self._position())
            self._playing = True
            self._condition.notify_all()

    def pause(self) -> None:
        """Fall silent at once, and stay at what was heard last."""
        with self._condition:
            self._playing = False
            if self._output is not None:
                self._output.muted = True
            self._condition.notify_all()

    def seek(self, seconds: float) -> None:
        """Go to `seconds` from the beginning of the file, playing on if it plays."""
        with self._condition:
            if self._path is not None:
                if self._duration is not None:
                    seconds = min(seconds, self._duration)
                self._request_start(max(0.0, seconds))

    def stop(self) -> None:
        """Stop playing, and go back to the beginning."""
        with self._condition:
            self._playing = False
            if self._path is not None:
                self._request_start(0.0)

    def close(self) -> None:
        """Stop, wait until device and file are released, and be of no use any more."""
        with self._condition:
            self._closed = True
            self._playing = False
            if self._output is not None:
                self._output.muted = True
            self._condition.notify_all()
            thread = self._thread
        if thread is not None:
            thread.join()

    # What the window shows

    @property
    def path(self) -> Path | None:
        """The loaded file."""
        return self._path

    @property
    def playing(self) -> bool:
        """Whether the file plays, or will as soon as it can; False after the end, a pause, or an error."""
        return self._playing

    @property
    def finished(self) -> bool:
        """Whether the end of the file was reached and heard."""
        return self._finished

    @property
    def position(self) -> float:
        """Seconds from the beginning of the file to what is heard at this moment."""
        with self._condition:
            return self._position()

    @property
    def duration(self) -> float | None:
        """Length of the file in seconds; None until it is known."""
        return self._duration

    @property
    def error(self) -> GenreAppError | None:
        """Why the file does not play, until the next `load`, `seek` or `play`; None when nothing is wrong."""
        return self._error

    @property
    def underflows(self) -> int:
        """How often, since the file was loaded, sound was not there in time and silence was heard."""
        with self._condition:
            return self._underflows + (self._output.underflows if self._output else 0)

    def _request_start(self, seconds: float) -> None:
        if self._closed:
            raise RuntimeError("the player is closed")
        self._start = seconds
        self._request += 1
        self._finished = False
        self._error = None
        if self._output is not None:
            self._output.muted = True
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="player", daemon=True)
            self._thread.start()
        self._condition.notify_all()

    def _position(self) -> float:
        feed, output = self._feed, self._output
        if feed is None or self._feed_request != self._request:
            return self._start
        if self._finished and self._duration is not None:
            return self._duration
        return feed.seconds(output.heard_frame() if output else feed.position)

    # The player's thread

    def _run(self) -> None:
        while True:
            with self._condition:
                busy = self._output is not None or self._playing
                self._condition.wait_for(self._has_work, _CHECK_INTERVAL if busy else None)
                if self._closed:
                    break
                request, path, start, playing = self._request, self._path, self._start, self._playing
            try:
                self._step(request, path, start, playing)
            except GenreAppError as error:
                self._fail(error, request)
            except Exception as error:  # noqa: BLE001 - the thread must live on
                self._fail(UnexpectedError.wrap(error), request)
        self._close_output()
        self._drop_feed()

    def _has_work(self) -> bool:
        """Whether what there is differs from what is wanted, so that there is something to do."""
        feed = self._feed
        if self._closed or self._request != self._feed_request:
            return True
        if feed is None or self._error is not None:
            return False
        if feed.error is not None or self._duration != feed.duration:
            return True
        return self._playing != (self._output is not None) and (feed.ready or not self._playing)

    def _step(self, request: int, path: Path | None, start: float, playing: bool) -> None:
        if request != self._feed_request:
            self._close_output()
            self._drop_feed()
            assert path is not None, "only files are requested"
            feed = PlaybackFeed(path, start, self._sample_rate, self._notify)
            with self._condition:
                self._feed, self._feed_request = feed, request
            return
        feed_now, output = self._feed, self._output
        if feed_now is None:
            return
        if feed_now.error is not None:
            raise feed_now.error
        if feed_now.duration is not None:
            self._duration = feed_now.duration
        if output is None:
            if playing and feed_now.ready:
                self._open_output(feed_now)
        elif not playing:
            self._close_output()
        elif output.all_heard:
            self._close_output()
            with self._condition:
                if request == self._request:
                    self._playing = False
                    self._finished = True
        else:
            output.check()

    def _open_output(self, feed: PlaybackFeed) -> None:
        device = devices.default_output_device()
        try:
            output = _Output(device, feed)
        except DeviceFormatError:
            # Hardware with few sample rates: have the decoder convert to the one it surely has.
            self._sample_rate = round(device.default_sample_rate)
            if feed.sample_rate == self._sample_rate:
                raise
            with self._condition:
                if self._request == self._feed_request and not self._closed:
                    self._request_start(self._position())
            return
        try:
            output.stream.start()
        except BaseException:
            output.stream.close()
            raise
        with self._condition:
            output.muted = not self._playing or self._request != self._feed_request
            self._output = output

    def _close_output(self) -> None:
        output = self._output
        if output is None:
            return
        output.stream.close()
        with self._condition:
            if output.feed.path == self._path:
                self._underflows += output.underflows
            output.feed.rewind(int(output.heard_frame()))  # what was handed over but not heard comes again
            self._output = None

    def _drop_feed(self) -> None:
        if self._feed is not None:
            self._feed.cancel()
            self._feed = None

    def _fail(self, error: GenreAppError, request: int) -> None:
        logger.error("cannot play %s: %s", self._path, error, exc_info=error)
        self._close_output()
        with self._condition:
            if request == self._request:
                self._error = error
                self._start = self._position()
                self._playing = False

    def _notify(self) -> None:
        with self._condition:
            self._condition.notify_all()


class _Output:
    """A stream to the loudspeaker that takes its frames from a feed.

    Attributes:
        feed: where the frames come from.
        stream: to the device.
        muted: whether silence is played, and nothing taken.
        underflows: how often frames were missing, here or at the device.
    """

    def __init__(self, device: devices.OutputDevice, feed: PlaybackFeed) -> None:
        self.feed = feed
        self.muted = False
        self.underflows = 0
        self._device_name = device.name
        self._furthest_heard = float(feed.position)
        # When (monotonic clock) which frame is heard, as of the last block.
        self._clock: tuple[float, int] | None = None
        self._end_heard_at: float | None = None
        self.stream = SoundStream(
            "output",
            device.index,
            device.name,
            sample_rate=feed.sample_rate,
            channels=CHANNELS,
            latency=_LATENCY,
            callback=self.fill_block,
        )
        self._latency = self.stream.latency

    def fill_block(self, block: NDArray[np.float32], time_info: Any, status: Any) -> None:
        """Fill `block`, shape (n, 2), with the next frames. In PortAudio's thread: must not wait."""
        if self.muted:
            block.fill(0.0)
            return
        if status.output_underflow:
            self.underflows += 1
        feed = self.feed
        complete = feed.complete  # before looking at what is there: the order in which the feed tells
        position = feed.position
        count = min(len(block), feed.ring.written - position)
        feed.ring.copy_into(block[:count], position)
        if count < len(block):
            block[count:].fill(0.0)
        # PortAudio knows, for most devices, how long the way to the ear is at this very moment.
        delay = time_info.outputBufferDacTime - time_info.currentTime
        if not 0.0 < delay < 5.0:
            delay = self._latency
        heard_at = time.monotonic() + delay
        self._clock = (heard_at, position)
        feed.position = position + count
        if count < len(block):
            if not complete:
                self.underflows += 1
            elif self._end_heard_at is None:
                self._end_heard_at = heard_at + count / feed.sample_rate

    def heard_frame(self) -> float:
        """Return the number of the frame that is heard at this moment."""
        clock = self._clock
        if clock is not None:
            heard_at, frame = clock
            now = frame + (time.monotonic() - heard_at) * self.feed.sample_rate
            # What devices tell about their delay jitters; a cursor must not go back because of it.
            self._furthest_heard = max(self._furthest_heard, min(now, float(self.feed.position)))
        return self._furthest_heard

    @property
    def all_heard(self) -> bool:
        """Whether the last frame of the file has reached the ear."""
        return self._end_heard_at is not None and time.monotonic() >= self._end_heard_at

    def check(self) -> None:
        """Look whether the device still takes sound.

        Raises:
            PlaybackLostError: if it does not.
        """
        if not self.stream.active or self.stream.silent_seconds > _SILENT_SECONDS:
            raise PlaybackLostError(device=self._device_name)
