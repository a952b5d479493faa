"""Which microphones and loudspeakers there are, in the order and with the names that users expect."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from typing import Any, Literal

from genre_app.audio import portaudio
from genre_app.audio.sound_errors import DeviceMissingError, NoLoudspeakerError, NoMicrophoneError

logger = logging.getLogger(__name__)

# ALSA lists, beside devices, every plug-in of its configuration: converters, mixers, speaker layouts. They
# lead to the same hardware or nowhere. What is kept: the sound server, hardware, and devices that the user
# has defined.
_ALSA_PLUGINS = re.compile(
    r"(sysdefault|front|rear|center_lfe|side|surround\d+|iec958|spdif|hdmi|modem|phoneline|dmix|dsnoop|dsp|null"
    r"|lavrate|lavcrate|samplerate\w*|speex\w*|jack|oss|upmix|vdownmix|a52|usbstream|usb_stream)(:.*)?$"
)
_SOUND_SERVERS = ("default", "pipewire", "pulse")

# Of the many ways to the same device on Windows, the one with whole names and little delay.
_PREFERRED_HOST_APIS = ("Windows WASAPI",)
# OSS on Linux shows /dev/dsp of ALSA's emulation: the same hardware again.
_HIDDEN_HOST_APIS = ("OSS",)


@dataclass(frozen=True, slots=True)
class InputDevice:
    """A device to record from.

    Attributes:
        index: PortAudio's number of it; changes when the list is refreshed.
        name: as the system calls it.
        host_api: "ALSA", "Core Audio", "Windows WASAPI", ...
        max_input_channels: how many channels it can deliver.
        default_sample_rate: in Hz.
        is_default: whether the system records from it when not told otherwise.
    """

    index: int
    name: str
    host_api: str
    max_input_channels: int
    default_sample_rate: float
    is_default: bool


def list_input_devices(refresh: bool = False) -> list[InputDevice]:
    """Return the devices to record from: the default one first, then sound servers, then hardware.

    Args:
        refresh: look for devices that came or went. PortAudio can do that only while nothing is recorded
            or played (see `can_refresh`); otherwise the list stays as it was.

    Raises:
        SoundLibraryMissingError: if PortAudio is not there.
    """
    if refresh:
        portaudio.reinitialise()
    default = _default_index("input")
    devices = [
        InputDevice(
            index=index,
            name=device["name"],
            host_api=host_api,
            max_input_channels=device["max_input_channels"],
            default_sample_rate=device["default_samplerate"],
            is_default=index == default,
        )
        for index, device, host_api in _all_devices("input")
    ]
    devices.sort(key=lambda device: (not device.is_default, _server_rank(device.name), device.index))
    return devices


def can_refresh() -> bool:
    """Whether the device list can be refreshed now, that is, whether no stream is open."""
    return portaudio.open_stream_count() == 0


def default_input_device() -> InputDevice:
    """Return the device to record from when none was chosen.

    Raises:
        NoMicrophoneError: if there is none, also after looking again.
        SoundLibraryMissingError: if PortAudio is not there.
    """
    devices = list_input_devices() or list_input_devices(refresh=True)
    if not devices:
        raise NoMicrophoneError
    return devices[0]


def find_input_device(device: InputDevice) -> InputDevice:
    """Return `device` as it is listed now: a refresh gives devices new numbers.

    Raises:
        DeviceMissingError: if it is not listed any more.
    """
    candidates = [
        candidate
        for candidate in list_input_devices()
        if (candidate.name, candidate.host_api) == (device.name, device.host_api)
    ]
    if not candidates:
        raise DeviceMissingError(device=device.name)
    # Two alike, such as two microphones of one make, are told apart by their number as long as it is valid.
    return next((candidate for candidate in candidates if candidate.index == device.index), candidates[0])


@dataclass(frozen=True, slots=True)
class OutputDevice:
    """The device to play on.

    Attributes:
        index: PortAudio's number of it.
        name: as the system calls it.
        default_sample_rate: in Hz.
    """

    index: int
    name: str
    default_sample_rate: float


def default_output_device() -> OutputDevice:
    """Return the device that the system plays on.

    Raises:
        NoLoudspeakerError: if there is none, also after looking again.
        SoundLibraryMissingError: if PortAudio is not there.
    """
    devices = _all_devices("output")
    if not devices and portaudio.reinitialise():
        devices = _all_devices("output")
    if not devices:
        raise NoLoudspeakerError
    default = _default_index("output")
    devices.sort(key=lambda item: (item[0] != default, _server_rank(item[1]["name"]), item[0]))
    index, device, _ = devices[0]
    return OutputDevice(index=index, name=device["name"], default_sample_rate=device["default_samplerate"])


def _all_devices(kind: Literal["input", "output"]) -> list[tuple[int, dict[str, Any], str]]:
    """Return index, sounddevice's description and host API of the devices worth showing."""
    module = portaudio.sounddevice()
    host_apis = [api["name"] for api in module.query_hostapis()]
    usable = [
        (index, device, host_apis[device["hostapi"]])
        for index, device in enumerate(module.query_devices())
        if device[f"max_{kind}_channels"] > 0
    ]
    shown = [
        (index, device, host_api)
        for index, device, host_api in usable
        if host_api not in _HIDDEN_HOST_APIS
        and not (host_api == "ALSA" and _ALSA_PLUGINS.match(device["name"]))
    ]
    for preferred in _PREFERRED_HOST_APIS:
        if any(host_api == preferred for _, _, host_api in shown):
            shown = [item for item in shown if item[2] == preferred]
    # Rather an odd device than none.
    return shown or usable


def _default_index(kind: Literal["input", "output"]) -> int:
    """Return PortAudio's number of the system's default device, -1 if there is none."""
    module = portaudio.sounddevice()
    host_apis = module.query_hostapis()
    for host_api in host_apis:
        if host_api["name"] in _PREFERRED_HOST_APIS and host_api[f"default_{kind}_device"] >= 0:
            return int(host_api[f"default_{kind}_device"])
    return next(
        (int(api[f"default_{kind}_device"]) for api in host_apis if api[f"default_{kind}_device"] >= 0), -1
    )


def _server_rank(name: str) -> int:
    return _SOUND_SERVERS.index(name) if name in _SOUND_SERVERS else len(_SOUND_SERVERS)
