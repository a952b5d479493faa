"""Recording as a page sees it: a state, a few commands that return at once, and signals.

Everything that waits for a device or a disk happens in a worker; what comes of it arrives on the UI thread.
"""

from __future__ import annotations

import contextlib
import enum
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from genre_app.audio import devices
from genre_app.audio.devices import InputDevice
from genre_app.audio.recorder import Recorder, Take
from genre_app.audio.recovery import recover_unfinished
from genre_app.audio.sound_errors import FolderNotWritableError
from genre_app.directories import recordings_directory
from genre_app.errors import GenreAppError
from genre_app.gui.tasks import Task, run_task
from genre_app.progress import Progress

if TYPE_CHECKING:
    from genre_app.classifier import Classifier, Prediction

GUESS_FROM_SECONDS = 3.0
"""So much sound there must be before a guess is worth showing."""

_GUESS_SECONDS = 30.0
_START_WAIT_SECONDS = 10.0


class State(enum.Enum):
    """What the recorder is doing."""

    IDLE = enum.auto()
    STARTING = enum.auto()
    RECORDING = enum.auto()
    STOPPING = enum.auto()


class RecordingControl(QObject):
    """Owns the recorder of the window.

    Attributes:
        state_changed: `state` or `switching` is another now.
        devices_changed: `devices` was looked up; given nothing.
        take_ended: a take is complete; given its `Take`, whose error says if it ended by itself.
        recovered: takes of a program that was killed were made whole; given their paths.
        failed: something that the user asked for went wrong; given the `GenreAppError`.
        guessed: given the `Prediction` for the latest sound of the running take.
        guess_failed: given the `GenreAppError`.
        recorder: for a view to ask; its state may be read at any time.
        classifier: answers `guess`; None while there is none.
    """

    state_changed = Signal()
    devices_changed = Signal()
    take_ended = Signal(object)
    recovered = Signal(object)
    failed = Signal(object)
    guessed = Signal(object)
    guess_failed = Signal(object)
    # From the recorder's writer thread.
    _written = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.recorder = Recorder(Path(), on_finished=self._tell_written)
        self.classifier: Classifier | None = None
        self._devices: list[InputDevice] | None = None
        self._state = State.IDLE
        self._looking = False
        self._switching = False
        self._guessing = False
        self._closing = threading.Event()
        self._start_task: Task | None = None
        self._written.connect(self._end_take, Qt.ConnectionType.QueuedConnection)

    # State

    @property
    def state(self) -> State:
        """What is going on."""
        return self._state

    @property
    def switching(self) -> bool:
        """Whether the take is being moved to another device."""
        return self._switching

    @property
    def looking(self) -> bool:
        """Whether devices are being looked up."""
        return self._looking

    @property
    def devices(self) -> list[InputDevice] | None:
        """The devices to record from, the default one first; None before they were looked up."""
        return self._devices

    def _set_state(self, state: State) -> None:
        self._state = state
        self.state_changed.emit()

    # Devices

    def look_for_devices(self, refresh: bool = False) -> None:
        """Look up the devices; with `refresh`, also those that came since the program started."""
        if self._looking or self._state is not State.IDLE:
            return
        self._looking = True
        self.state_changed.emit()

        def found(result: list[InputDevice]) -> None:
            self._looking = False
            self._devices = result
            self.devices_changed.emit()
            self.state_changed.emit()

        def failed(error: GenreAppError) -> None:
            found([])
            self.failed.emit(error)

        run_task(lambda _: devices.list_input_devices(refresh), owner=self, on_result=found, on_error=failed)

    def switch_device(self, device: InputDevice) -> None:
        """Let the running take go on from `device`; it stays with the old one if that fails."""
        if self._state is not State.RECORDING or self._switching:
            return
        self._switching = True
        self.state_changed.emit()

        def switched(_: None) -> None:
            self._switching = False
            self.state_changed.emit()

        def failed(error: GenreAppError) -> None:
            switched(None)
            # A take that ended meanwhile has told its own story.
            if self._state is State.RECORDING:
                self.failed.emit(error)

        run_task(
            lambda _: self.recorder.switch_device(device), owner=self, on_result=switched, on_error=failed
        )

    # Takes

    def start(self, device: InputDevice | None) -> None:
        """Begin a take from `device`, or from the default one."""
        if self._state is not State.IDLE or self._looking:
            return
        self._set_state(State.STARTING)

        def start(_: Progress) -> None:
            self.recorder.directory = _recordings_directory()
            self.recorder.start(device)
            if self._closing.is_set():
                self.recorder.stop()

        def started(_: None) -> None:
            # It may have ended already: then `_end_take` was here, or is about to be.
            if self._state is State.STARTING:
                self._set_state(State.RECORDING if self.recorder.recording else State.IDLE)

        def failed(error: GenreAppError) -> None:
            self._set_state(State.IDLE)
            self.failed.emit(error)

        self._start_task = run_task(start, owner=self, on_result=started, on_error=failed)

    def stop(self) -> None:
        """End the running take; `take_ended` follows."""
        if self._state is not State.RECORDING:
            return
        self._set_state(State.STOPPING)
        run_task(
            lambda _: self.recorder.stop(), owner=self, on_result=lambda _: None, on_error=self.failed.emit
        )

    def finish(self) -> None:
        """End the running take, if any, and return when its file is complete. For the end of the window."""
        self._closing.set()
        if self._start_task is not None and self._start_task.thread is not None:
            self._start_task.thread.join(_START_WAIT_SECONDS)
        if self.recorder.recording:
            self.recorder.stop()
        self._closing.clear()

    def recover(self) -> None:
        """Make takes whole that a killed program left behind; `recovered` follows if there are any."""

        def found(paths: list[Path]) -> None:
            if paths:
                self.recovered.emit(paths)

        run_task(
            lambda _: recover_unfinished(_recordings_directory()),
            owner=self,
            on_result=found,
            on_error=self.failed.emit,
        )

    def _tell_written(self, take: Take) -> None:
        # Without a window any more there is nobody to tell; the file is complete all the same.
        with contextlib.suppress(RuntimeError):
            self._written.emit(take)

    def _end_take(self, take: Take) -> None:
        self._set_state(State.IDLE)
        self.take_ended.emit(take)

    # Guess

    def guess(self) -> None:
        """Ask what the latest sound is, unless the answer to the last such question is still on its way."""
        classifier = self.classifier
        if (
            classifier is None
            or self._guessing
            or self._state is not State.RECORDING
            or self.recorder.seconds < GUESS_FROM_SECONDS
        ):
            return
        self._guessing = True
        take = self.recorder.path

        def is_current() -> bool:
            return self._state is State.RECORDING and self.recorder.path == take

        def guessed(prediction: Prediction) -> None:
            self._guessing = False
            if is_current():
                self.guessed.emit(prediction)

        def failed(error: GenreAppError) -> None:
            self._guessing = False
            if is_current():
                self.guess_failed.emit(error)

        run_task(
            lambda _: classifier.predict(*self.recorder.latest(_GUESS_SECONDS)),
            owner=self,
            on_result=guessed,
            on_error=failed,
        )


def _recordings_directory() -> Path:
    """Return where takes go.

    Raises:
        FolderNotWritableError: if it is not there and cannot be made.
    """
    try:
        return recordings_directory()
    except OSError as error:
        raise FolderNotWritableError(
            folder=error.filename or "", reason=error.strerror or error, details=repr(error)
        ) from error
