"""The page that records: device, waveform, level, time, and a guess while the music plays."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from genre_app.audio.devices import InputDevice, can_refresh
from genre_app.audio.recorder import Take
from genre_app.audio.sound_errors import (
    DeviceLostError,
    DeviceMissingError,
    DeviceSilentError,
    FolderNotWritableError,
    NoMicrophoneError,
)
from genre_app.directories import recordings_directory
from genre_app.errors import GenreAppError
from genre_app.gui import theme
from genre_app.gui.folders import open_folder
from genre_app.gui.messages import MessageBar, translated
from genre_app.gui.recording_control import RecordingControl, State
from genre_app.gui.settings import Settings
from genre_app.gui.widgets.choice_box import ChoiceBox
from genre_app.gui.widgets.level_meter import LevelMeter
from genre_app.gui.widgets.live_guess import LiveGuess
from genre_app.gui.widgets.live_waveform import SECONDS, LiveWaveform
from genre_app.gui.widgets.record_button import RecordButton
from genre_app.gui.widgets.symbol import Symbol
from genre_app.gui.widgets.take_list import TakeList
from genre_app.gui.widgets.text import Caption, ElidedCaption, tabular
from genre_app.gui.widgets.times import clock

if TYPE_CHECKING:
    from genre_app.classifier import Classifier, Prediction

# Sixty frames a second; half as many would do, and leave room for a busy computer.
_FRAME_MILLISECONDS = 16
_GUESS_MILLISECONDS = 1000

_MICROPHONE = "microphone"  # in the settings

# After these the list of devices is out of date.
_DEVICE_GONE = (DeviceLostError, DeviceMissingError, DeviceSilentError, NoMicrophoneError)


def _identity(device: InputDevice) -> str:
    """Return what is the same for `device` at the next start; its index need not be."""
    return f"{device.host_api}: {device.name}"


class RecordPage(QWidget):
    """Records takes and hands them on.

    Attributes:
        take_finished: a take is complete, or was recovered; given the `Path` of its WAV file.
        control: the recording behind the page.
    """

    take_finished = Signal(object)

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.control = RecordingControl(self)
        self.messages = MessageBar(self)
        self.device_box = ChoiceBox()
        self.refresh_button = QToolButton()
        self.record_button = RecordButton()
        self.waveform = LiveWaveform()
        self.meter = LevelMeter()
        self.guess = LiveGuess()
        self.takes = TakeList()
        self._elapsed = QLabel()
        self._status = Caption("body")
        self._trouble = Caption("small")
        self._folder = ElidedCaption()
        self._stack = QStackedWidget()
        self._empty_text = Caption("body")
        self._empty_refresh = QPushButton(self.tr("Look again"))

        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.SPACE_XL, theme.SPACE_M, theme.SPACE_XL, theme.SPACE_L)
        layout.setSpacing(theme.SPACE_M)
        layout.addLayout(self._make_top())
        layout.addWidget(self.messages)
        self._stack.addWidget(self._make_studio())
        self._stack.addWidget(self._make_empty())
        layout.addWidget(self._stack, 1)

        self._frames = QTimer(self)
        self._frames.setTimerType(Qt.TimerType.PreciseTimer)
        self._frames.setInterval(_FRAME_MILLISECONDS)
        self._frames.timeout.connect(self._show_frame)
        self._guesses = QTimer(self)
        self._guesses.setInterval(_GUESS_MILLISECONDS)
        self._guesses.timeout.connect(self._ask_for_guess)

        self._connect()
        self._colour_trouble()
        self._show_folder()
        self._show_state()
        self._show_waiting_guess()
        # Whoever made this page has connected to its signals by then.
        QTimer.singleShot(0, self, self.control.recover)

    # Construction

    def _make_top(self) -> QHBoxLayout:
        self.device_box.setAccessibleName(self.tr("Microphone"))
        self.device_box.setPlaceholderText(self.tr("No microphone"))
        self.device_box.setMinimumWidth(220)
        self.device_box.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.device_box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.device_box.setMaximumWidth(420)
        self.refresh_button.setAccessibleName(self.tr("Refresh the list of microphones"))
        theme.follow_icon(self.refresh_button, "refresh")
        folder = QPushButton(self.tr("Open folder"))
        theme.follow_icon(folder, "folder")
        folder.clicked.connect(self._open_folder)
        self.device_box.setMinimumHeight(folder.sizeHint().height())
        self._folder.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        top = QHBoxLayout()
        top.setSpacing(theme.SPACE_S)
        top.addWidget(Symbol("microphone", 20))
        top.addWidget(self.device_box)
        top.addWidget(self.refresh_button)
        top.addSpacing(theme.SPACE_XL)
        top.addWidget(self._folder, 1)
        top.addWidget(folder)
        return top

    def _make_studio(self) -> QWidget:
        font = tabular(theme.font("display"))
        font.setPointSizeF(34)
        self._elapsed.setFont(font)
        self._elapsed.setAccessibleName(self.tr("Elapsed time"))
        self._status.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._status.setWordWrap(True)
        self._trouble.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._trouble.setWordWrap(True)
        self._trouble.hide()

        words = QVBoxLayout()
        words.setSpacing(theme.SPACE_XS)
        words.addStretch()
        words.addWidget(self._status)
        words.addWidget(self._trouble)
        words.addStretch()
        desk = QGridLayout()
        desk.setColumnStretch(0, 1)
        desk.setColumnStretch(2, 1)
        desk.addWidget(self._elapsed, 0, 0, Qt.AlignmentFlag.AlignVCenter)
        desk.addWidget(self.record_button, 0, 1)
        desk.addLayout(words, 0, 2)

        card = QFrame()
        card.setProperty("card", True)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(theme.SPACE_XL, theme.SPACE_L, theme.SPACE_XL, theme.SPACE_M)
        inside.setSpacing(theme.SPACE_M)
        inside.addWidget(self.waveform, 1)
        inside.addWidget(self.meter)
        inside.addLayout(desk)

        below = QHBoxLayout()
        below.setSpacing(theme.SPACE_M)
        below.addWidget(self.guess, 1)
        below.addWidget(self.takes, 1)
        self.takes.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)

        studio = QWidget()
        layout = QVBoxLayout(studio)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.SPACE_M)
        layout.addWidget(card, 1)
        layout.addLayout(below)
        return studio

    def _make_empty(self) -> QWidget:
        heading = Caption("title", muted=False)
        heading.setText(self.tr("No microphone found"))
        self._empty_text.setWordWrap(True)
        self._empty_text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty_text.setFixedWidth(420)
        self._empty_text.setText(
            self.tr(
                "Plug in a microphone or a headset, or switch one on in the system's sound settings. "
                "Then look again. You can still drop sound files under Listen."
            )
        )
        self._empty_refresh.setProperty("primary", True)
        card = QFrame()
        card.setProperty("card", True)
        layout = QVBoxLayout(card)
        layout.setSpacing(theme.SPACE_M)
        layout.addStretch()
        for widget in (Symbol("microphone", 48), heading, self._empty_text):
            layout.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        # Where a widget is aligned, its layout does not ask how high it is at its width.
        self._empty_text.setMinimumHeight(self._empty_text.heightForWidth(420))
        layout.addSpacing(theme.SPACE_S)
        layout.addWidget(self._empty_refresh, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch()
        return card

    def _connect(self) -> None:
        control = self.control
        control.state_changed.connect(self._show_state)
        control.devices_changed.connect(self._show_devices)
        control.take_ended.connect(self._end_take)
        control.recovered.connect(self._show_recovered)
        control.failed.connect(self._show_failure)
        control.guessed.connect(self._show_guess)
        control.guess_failed.connect(self._show_guess_failure)
        self.record_button.clicked.connect(self.toggle)
        self.refresh_button.clicked.connect(self._refresh)
        self._empty_refresh.clicked.connect(self._refresh)
        self.device_box.activated.connect(self._choose_device)
        self.meter.clip_reset.connect(control.recorder.reset_clip)
        self.meter.clip_reset.connect(self._show_trouble)
        theme.notifier().changed.connect(self._colour_trouble)
        # Space presses whichever button has the focus, which is this one when the page is shown.
        shortcut = QShortcut(QKeySequence(Qt.Key.Key_R), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.setAutoRepeat(False)
        shortcut.activated.connect(self.toggle)

    # For the window

    @property
    def is_recording(self) -> bool:
        """Whether a take is running, or about to."""
        return self.control.state is not State.IDLE

    def set_classifier(self, classifier: Classifier | None) -> None:
        """Let `classifier` make the live guesses; None when there is none."""
        self.control.classifier = classifier
        if not self.is_recording:
            self._show_waiting_guess()

    def finish(self) -> None:
        """End a running take safely; returns when its file is complete."""
        self._frames.stop()
        self._guesses.stop()
        self.control.finish()

    def toggle(self) -> None:
        """Record, or stop recording."""
        if self.control.state is State.RECORDING:
            self.control.stop()
        elif self.control.state is State.IDLE and self.control.devices != []:
            self.messages.hide()
            self.control.start(self._chosen_device())

    def showEvent(self, event: QShowEvent) -> None:
        """Look for microphones when the page is seen first, and again while there is none."""
        super().showEvent(event)
        if not self.control.devices:
            self.control.look_for_devices(refresh=self.control.devices is not None)
        self.record_button.setFocus()

    # Devices and folder

    def _chosen_device(self) -> InputDevice | None:
        device = self.device_box.currentData()
        return device if isinstance(device, InputDevice) else None

    def _refresh(self) -> None:
        if can_refresh():
            self.messages.hide()
            self.control.look_for_devices(refresh=True)
        else:
            self.messages.show_message(
                self.tr("Microphones can be looked for only while nothing is playing. Pause, and try again."),
                "warning",
            )

    def _show_devices(self) -> None:
        found = self.control.devices or []
        chosen = self._settings.text(_MICROPHONE)
        with QSignalBlocker(self.device_box):
            self.device_box.clear()
            chosen_place = 0 if found else -1
            for device in found:
                self.device_box.addItem(self._device_name(device), device)
                place = self.device_box.count() - 1
                self.device_box.setItemData(
                    place, f"{device.name} ({device.host_api})", Qt.ItemDataRole.ToolTipRole
                )
                if _identity(device) == chosen:
                    chosen_place = place
            self.device_box.setCurrentIndex(chosen_place)
        self._stack.setCurrentIndex(0 if found else 1)
        if self.isVisible():
            self._show_state()  # A button takes the focus only once it can be pressed.
            (self.record_button if found else self._empty_refresh).setFocus()

    def _device_name(self, device: InputDevice) -> str:
        if device.name == "default":  # what ALSA calls whichever one the system uses
            return self.tr("System default")
        if device.is_default:
            return self.tr("{device} (default)").format(device=device.name)
        return device.name

    def _choose_device(self) -> None:
        device = self._chosen_device()
        if device is None:
            return
        self._settings.set_text(_MICROPHONE, _identity(device))
        if self.control.state is State.RECORDING:
            self.messages.hide()
            self.control.switch_device(device)

    def _show_folder(self) -> None:
        try:
            folder = recordings_directory()
        except OSError as error:
            self._folder.setText("")
            self.messages.show_error(
                FolderNotWritableError(folder=error.filename or "", reason=error.strerror or error)
            )
            return
        try:
            shown = str(Path("~") / folder.relative_to(Path.home()))
        except ValueError:
            shown = str(folder)
        self._folder.setText(shown)
        self._folder.setToolTip(self.tr("Recordings go to {folder}").format(folder=folder))

    def _open_folder(self) -> None:
        self._show_folder()
        folder = self.control.recorder.path.parent if self.control.recorder.path else recordings_directory()
        open_folder(folder, self.messages)

    # State

    def _show_state(self) -> None:
        state = self.control.state
        recording = state is State.RECORDING
        if recording and not self._frames.isActive():
            self._begin_take()
        elif state is State.IDLE and self._frames.isActive():
            self._frames.stop()
            self._guesses.stop()
            self._show_frame()
            self.waveform.rest()
            self.meter.rest()
        had_focus = self.record_button.hasFocus() or not self.record_button.isEnabled()
        self.record_button.set_recording(state in (State.RECORDING, State.STOPPING))
        self.record_button.setEnabled(
            recording or (state is State.IDLE and not self.control.looking and self.control.devices != [])
        )
        if had_focus and self.record_button.isEnabled() and self.isVisible():
            # A button that is disabled for a moment loses the focus, and the space key with it.
            self.record_button.setFocus()
        self.device_box.setEnabled(
            state in (State.IDLE, State.RECORDING) and not self.control.switching and not self.control.looking
        )
        self.refresh_button.setEnabled(state is State.IDLE and not self.control.looking)
        self.refresh_button.setToolTip(
            self.tr("Look for microphones")
            if state is State.IDLE
            else self.tr("The list can be refreshed when the recording has ended")
        )
        self._empty_refresh.setEnabled(not self.control.looking)
        self._show_status()
        if recording and not self.control.switching:
            self._show_device_in_use()

    def _begin_take(self) -> None:
        self.waveform.clear()
        self.meter.reset()
        self._frames.start()
        self._guesses.start()
        if self.control.classifier is not None:
            self.guess.show_listening(self.tr("The first guess comes after a few seconds of music."))
        else:
            self._show_waiting_guess()

    def _show_status(self) -> None:
        text = ""
        match self.control.state:
            case State.IDLE if self.control.looking:
                text = self.tr("Looking for microphones…")
            case State.IDLE:
                text = self.tr("Press R or Space to record")
            case State.STARTING:
                text = self.tr("Opening the microphone…")
            case State.RECORDING if self.control.switching:
                text = self.tr("Changing the microphone…")
            case State.RECORDING:
                text = self.tr("Recording. Press R or Space to stop")
            case State.STOPPING:
                text = self.tr("Saving…")
        self._status.setText(text)
        self.waveform.set_hint(self.tr("Play some music and press the red button"))
        self._show_elapsed()

    def _show_device_in_use(self) -> None:
        # After a switch that failed, the box must not name a device that is not used.
        used = self.control.recorder.device
        for place in range(self.device_box.count()):
            device = self.device_box.itemData(place)
            if used and _identity(device) == _identity(used):
                self.device_box.setCurrentIndex(place)

    def _show_frame(self) -> None:
        if not self.isVisible():
            return
        recorder = self.control.recorder
        self.waveform.show_sound(recorder.overview(SECONDS, self.waveform.columns), recorder.seconds)
        self.meter.set_level(recorder.level())
        self._show_elapsed()

    def _show_elapsed(self) -> None:
        seconds = 0.0 if self.control.state is State.STARTING else self.control.recorder.seconds
        text = f"{clock(seconds)}.{int(seconds * 10) % 10}"
        if text != self._elapsed.text():
            self._elapsed.setText(text)
        self._show_trouble()

    def _show_trouble(self) -> None:
        troubles = []
        if self.meter.lamp.lit:
            troubles.append(self.tr("Too loud: turn the input or the music down"))
        if gaps := self.control.recorder.overflows:
            troubles.append(self.tr("%n gap(s): the computer was too busy to keep up", "", gaps))
        text = "\n".join(troubles)
        if text != self._trouble.text():
            self._trouble.setText(text)
            self._trouble.setVisible(bool(text))
            self._colour_trouble()

    def _colour_trouble(self) -> None:
        self._trouble.set_ink(theme.colours().warning)

    # Takes

    def _end_take(self, take: Take) -> None:
        self.guess.keep_as_last(self.tr("Listen has the answer for the whole take."))
        kept = take.path.exists()
        if kept:
            self.takes.add_take(take)
        if take.error is not None:
            text = ": ".join(translated(take.error))
            if kept:
                text += " " + self.tr("The take was added to Listen.")
            self.messages.show_message(text, "error", take.error)
        elif not kept:
            self.messages.show_message(
                self.tr("No sound arrived from the microphone, so nothing was saved."), "warning"
            )
        if kept:
            self.take_finished.emit(take.path)
        if isinstance(take.error, _DEVICE_GONE):
            self.control.look_for_devices(refresh=True)

    def _show_recovered(self, paths: list[Path]) -> None:
        for path in paths:
            self.takes.add_recovered(path)
            self.take_finished.emit(path)
        self.messages.show_message(
            self.tr(
                "%n recording(s) that had not been finished were recovered and added to Listen.",
                "",
                len(paths),
            )
        )

    def _show_failure(self, error: GenreAppError) -> None:
        self.messages.show_error(error)
        if isinstance(error, _DEVICE_GONE):
            self.control.look_for_devices(refresh=True)

    # Guess

    def _ask_for_guess(self) -> None:
        self.control.guess()

    def _show_guess(self, prediction: Prediction) -> None:
        remark = self.tr("Heard in the last {seconds} s, renewed every second.")
        self.guess.show_prediction(prediction, remark.format(seconds=round(prediction.duration)))

    def _show_guess_failure(self, error: GenreAppError) -> None:
        self.guess.show_waiting(": ".join(translated(error)))

    def _show_waiting_guess(self) -> None:
        if self.control.classifier is None:
            self.guess.show_waiting(
                self.tr("The model that names genres is not loaded. You can record all the same.")
            )
        else:
            self.guess.show_waiting(
                self.tr("While you record, this says every second what the music sounds like.")
            )
