"""The device list, and PortAudio's errors, in words that help."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any

import pytest

from genre_app.audio import devices, portaudio
from genre_app.audio.sound_errors import (
    DeviceBusyError,
    DeviceFormatError,
    DeviceMissingError,
    DeviceOpenError,
    NoLoudspeakerError,
    NoMicrophoneError,
    SoundLibraryMissingError,
)


class FakePortAudio(SimpleNamespace):
    """What sounddevice tells about a machine's devices."""

    def __init__(self, host_apis: dict[str, list[str]], inputs: bool = True) -> None:
        super().__init__(initialised=0, PortAudioError=Exception)
        self.devices: list[dict[str, Any]] = []
        self.host_apis: list[dict[str, Any]] = []
        for number, (host_api, names) in enumerate(host_apis.items()):
            first = len(self.devices) if names else -1
            self.host_apis.append(
                {"name": host_api, "default_input_device": first, "default_output_device": first}
            )
            self.devices += [
                {
                    "name": name,
                    "hostapi": number,
                    "max_input_channels": 2 if inputs else 0,
                    "max_output_channels": 0 if inputs else 2,
                    "default_samplerate": 48000.0,
                }
                for name in names
            ]

    def query_devices(self) -> list[dict[str, Any]]:
        return self.devices

    def query_hostapis(self) -> list[dict[str, Any]]:
        return self.host_apis

    def _terminate(self) -> None:
        self.initialised -= 1

    def _initialize(self) -> None:
        self.initialised += 1


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Make the program see a machine with the given devices."""

    def install(host_apis: dict[str, list[str]], inputs: bool = True) -> FakePortAudio:
        fake = FakePortAudio(host_apis, inputs)
        monkeypatch.setitem(sys.modules, "sounddevice", fake)
        return fake

    return install


LAPTOP = [
    "HDA Intel PCH: ALC257 Analog (hw:0,0)",
    "HDA Intel PCH: ALC257 Alt Analog (hw:0,2)",
    "USB Microphone: Audio (hw:1,0)",
    *("sysdefault", "front", "surround40", "surround51", "iec958", "spdif", "hdmi", "dmix", "null"),
    *(
        "lavrate",
        "samplerate",
        "speexrate",
        "jack",
        "oss",
        "speex",
        "upmix",
        "vdownmix",
        "usbstream:CARD=PCH",
    ),
    "pulse",
    "my_mixer",
    "default",
]


def test_the_plug_ins_of_alsa_are_no_devices(machine: Any) -> None:
    fake = machine({"ALSA": LAPTOP, "OSS": ["/dev/dsp"]})
    fake.host_apis[0]["default_input_device"] = LAPTOP.index("default")
    assert [device.name for device in devices.list_input_devices()] == [
        "default",
        "pulse",
        "HDA Intel PCH: ALC257 Analog (hw:0,0)",
        "HDA Intel PCH: ALC257 Alt Analog (hw:0,2)",
        "USB Microphone: Audio (hw:1,0)",
        "my_mixer",
    ]
    assert [device.is_default for device in devices.list_input_devices()] == [True] + 5 * [False]


def test_on_windows_each_device_is_shown_once(machine: Any) -> None:
    machine(
        {
            "MME": ["Microsoft Sound Mapper - Input", "Microphone (High Definition Aud"],
            "Windows WASAPI": ["Microphone (High Definition Audio Device)", "Line In (USB)"],
            "Windows WDM-KS": ["Microphone (HD Audio Microphone)"],
        }
    )
    listed = devices.list_input_devices()
    assert [(device.index, device.host_api) for device in listed] == [
        (2, "Windows WASAPI"),
        (3, "Windows WASAPI"),
    ]
    assert listed[0].is_default


def test_rather_an_odd_device_than_none(machine: Any) -> None:
    machine({"OSS": ["/dev/dsp"]})
    assert [device.name for device in devices.list_input_devices()] == ["/dev/dsp"]


def test_without_a_microphone_the_error_says_what_to_do(machine: Any) -> None:
    fake = machine({"ALSA": []})
    with pytest.raises(NoMicrophoneError, match="Connect a microphone"):
        devices.default_input_device()
    assert fake.initialised == 0  # it looked again, and left PortAudio as it was


def test_without_a_loudspeaker_the_error_says_what_to_do(machine: Any) -> None:
    machine({"ALSA": ["default"]}, inputs=True)
    with pytest.raises(NoLoudspeakerError, match="headphones"):
        devices.default_output_device()


def test_the_default_loudspeaker_is_found(machine: Any) -> None:
    machine({"ALSA": ["HDA Intel PCH: ALC257 Analog (hw:0,0)", "pulse"]}, inputs=False)
    assert devices.default_output_device().name == "HDA Intel PCH: ALC257 Analog (hw:0,0)"


def test_a_device_is_found_again_by_its_name(machine: Any) -> None:
    machine({"ALSA": ["USB (hw:1,0)", "default"]})
    usb = devices.list_input_devices()[0]
    machine({"ALSA": ["New (hw:0,0)", "USB (hw:1,0)", "default"]})
    assert devices.find_input_device(usb).index == 1
    machine({"ALSA": ["default"]})
    with pytest.raises(DeviceMissingError, match="USB"):
        devices.find_input_device(usb)


def test_two_devices_of_one_name_are_told_apart(machine: Any) -> None:
    machine({"Core Audio": ["Built-in", "USB Audio", "USB Audio"]})
    second = devices.list_input_devices()[2]
    assert devices.find_input_device(second) == second


def test_without_portaudio_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", None)  # as if it could not be imported
    with pytest.raises(SoundLibraryMissingError, match="libportaudio2"):
        devices.list_input_devices()


class FakePortAudioError(Exception):
    """Carries its arguments as sounddevice's PortAudioError does."""


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (FakePortAudioError("Device unavailable", -9985), DeviceBusyError),
        (FakePortAudioError("Unanticipated host error", -9999, (0, -16, "Device busy")), DeviceBusyError),
        (FakePortAudioError("Invalid sample rate", -9997), DeviceFormatError),
        (FakePortAudioError("Invalid number of channels", -9998), DeviceFormatError),
        (FakePortAudioError("Invalid device", -9996), DeviceMissingError),
        (FakePortAudioError("Illegal combination of I/O devices", -9993), DeviceMissingError),
        (
            FakePortAudioError("Unanticipated host error", -9999, (0, -19, "No such device")),
            DeviceMissingError,
        ),
        (ValueError("No input device with number 7"), DeviceMissingError),
        (
            FakePortAudioError("Unanticipated host error", -9999, (0, -13, "Permission denied")),
            DeviceOpenError,
        ),
        (FakePortAudioError(), DeviceOpenError),
    ],
)
def test_every_refusal_of_portaudio_becomes_an_error_for_people(
    error: Exception, expected: type[Exception]
) -> None:
    explained = portaudio.explain(error, device="USB Microphone", sample_rate=44100.0, channels=2)
    assert type(explained) is expected
    assert "“USB Microphone”" in explained.message
    assert explained.details
    if isinstance(explained, DeviceFormatError):
        assert "44100 Hz" in explained.message
