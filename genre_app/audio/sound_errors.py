"""What can go wrong with microphones, loudspeakers and the files that a recording goes to."""

from __future__ import annotations

from genre_app.errors import GenreAppError
from genre_app.translation import QT_TRANSLATE_NOOP


class SoundError(GenreAppError):
    """Base of the errors of recording and playback."""


class SoundLibraryMissingError(SoundError):
    """PortAudio, which talks to the sound devices, cannot be loaded."""

    code = "sound-library-missing"
    title = QT_TRANSLATE_NOOP("errors", "Sound devices cannot be used")
    template = QT_TRANSLATE_NOOP(
        "errors",
        "The PortAudio library could not be loaded, so recording and playback are not available ({reason}). "
        "On Debian and Ubuntu, install the package libportaudio2 and start the program again.",
    )


class NoMicrophoneError(SoundError):
    """There is no input device at all."""

    code = "no-microphone"
    title = QT_TRANSLATE_NOOP("errors", "No microphone found")
    template = QT_TRANSLATE_NOOP(
        "errors",
        "The system offers no device to record from. Connect a microphone, check the system's sound "
        "settings, then refresh the device list.",
    )


class NoLoudspeakerError(SoundError):
    """There is no output device at all."""

    code = "no-loudspeaker"
    title = QT_TRANSLATE_NOOP("errors", "No loudspeaker found")
    template = QT_TRANSLATE_NOOP(
        "errors",
        "The system offers no device to play on. Connect loudspeakers or headphones, or check the system's "
        "sound settings, and try again.",
    )


class DeviceMissingError(SoundError):
    """The chosen device is not there any more."""

    code = "device-missing"
    title = QT_TRANSLATE_NOOP("errors", "Sound device not found")
    template = QT_TRANSLATE_NOOP(
        "errors",
        "“{device}” is not available any more. Connect it again, or refresh the device list and choose "
        "another.",
    )


class DeviceBusyError(SoundError):
    """Another program holds the device."""

    code = "device-busy"
    title = QT_TRANSLATE_NOOP("errors", "Sound device in use")
    template = QT_TRANSLATE_NOOP(
        "errors",
        "“{device}” is in use by another program. Close that program, or choose another device.",
    )


class DeviceFormatError(SoundError):
    """The device does not work with the asked sample rate or number of channels."""

    code = "device-format"
    title = QT_TRANSLATE_NOOP("errors", "Sound format not supported")
    template = QT_TRANSLATE_NOOP(
        "errors",
        "“{device}” does not accept {sample_rate} Hz with {channels} channel(s). Choose another device.",
    )


class DeviceOpenError(SoundError):
    """The device could not be opened for a reason of its own."""

    code = "device-open"
    title = QT_TRANSLATE_NOOP("errors", "Sound device cannot be opened")
    template = QT_TRANSLATE_NOOP(
        "errors",
        "“{device}” could not be opened ({reason}). Check that it is connected and that this program may "
        "use it, or choose another device.",
    )


class DeviceLostError(SoundError):
    """The device disappeared while it was in use."""

    code = "device-lost"
    title = QT_TRANSLATE_NOOP("errors", "Sound device disconnected")
    template = QT_TRANSLATE_NOOP(
        "errors",
        "“{device}” was disconnected. What was recorded until then is kept. Connect it again, or choose "
        "another device.",
    )


class DeviceSilentError(SoundError):
    """The device is open, but its sound stopped coming."""

    code = "device-silent"
    title = QT_TRANSLATE_NOOP("errors", "Sound device stopped responding")
    template = QT_TRANSLATE_NOOP(
        "errors",
        "“{device}” has delivered no sound for {seconds} seconds. What was recorded until then is kept. "
        "Connect it again, check the system's sound settings, or choose another device.",
    )


class PlaybackLostError(SoundError):
    """The output device disappeared, or stopped taking sound, during playback."""

    code = "playback-lost"
    title = QT_TRANSLATE_NOOP("errors", "Playback was interrupted")
    template = QT_TRANSLATE_NOOP(
        "errors",
        "“{device}” was disconnected or stopped responding. Connect it again or check the system's sound "
        "settings, then press play.",
    )


class FolderNotWritableError(SoundError):
    """Nothing can be written to the recordings folder."""

    code = "folder-not-writable"
    title = QT_TRANSLATE_NOOP("errors", "Recordings folder cannot be written to")
    template = QT_TRANSLATE_NOOP(
        "errors",
        "The recording could not be written to {folder} ({reason}). Choose a folder that you may write to.",
    )


class DiskFullError(SoundError):
    """The disk that recordings go to has no room left."""

    code = "disk-full"
    title = QT_TRANSLATE_NOOP("errors", "The disk is full")
    template = QT_TRANSLATE_NOOP(
        "errors",
        "There is no room left for the recording in {folder}. What was recorded until then is kept. Free "
        "some space, or choose a folder on another disk.",
    )


class RecordingWriteError(SoundError):
    """Writing a recording failed for a reason other than room or permission."""

    code = "recording-write"
    title = QT_TRANSLATE_NOOP("errors", "The recording could not be written")
    template = QT_TRANSLATE_NOOP(
        "errors",
        "Writing {path} failed ({reason}). What was written until then is kept. Check the disk, or choose "
        "another folder.",
    )


class RecordingTooLongError(SoundError):
    """A WAV file cannot grow beyond 4 GB."""

    code = "recording-too-long"
    title = QT_TRANSLATE_NOOP("errors", "The recording reached its greatest length")
    template = QT_TRANSLATE_NOOP(
        "errors",
        "A WAV file cannot be larger than 4 GB, so the recording was stopped. All of it is kept. Press "
        "record to start another.",
    )
