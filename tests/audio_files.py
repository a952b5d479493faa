"""Sound files of every kind for tests, encoded on the spot with libsndfile and FFmpeg."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]


def write_sndfile(path: Path, samples: Samples, sample_rate: int = 44100, **options: Any) -> Path:
    """Write `samples`, shape (n,) or (n, channels), with libsndfile and return `path`.

    In blocks, because libsndfile 1.2.2 crashes when it is given a long Vorbis at once.
    """
    import soundfile

    channels = 1 if samples.ndim == 1 else samples.shape[1]
    with soundfile.SoundFile(path, "w", sample_rate, channels, **options) as file:
        for start in range(0, len(samples), sample_rate):
            file.write(samples[start : start + sample_rate])
    return path


def write_av(
    path: Path,
    samples: Samples,
    sample_rate: int,
    codec: str,
    *,
    container_format: str | None = None,
    layout: str | None = None,
    sample_format: str | None = None,
    options: dict[str, str] | None = None,
    with_video: bool = False,
) -> Path:
    """Write `samples`, shape (n,) or (n, channels), with FFmpeg's encoder `codec` and return `path`.

    `sample_format` (an FFmpeg name) is what the encoder is given, `options` are for the encoder.
    """
    import av

    channels = 1 if samples.ndim == 1 else samples.shape[1]
    layout = layout or {1: "mono", 2: "stereo", 6: "5.1"}[channels]
    with av.open(str(path), "w", format=container_format) as container:
        stream = container.add_stream(codec, rate=sample_rate, layout=layout, options=options or {})
        if sample_format is not None:
            stream.codec_context.format = sample_format
        if with_video:
            video = container.add_stream("mpeg4", rate=5)
            video.width, video.height, video.pix_fmt = 64, 48, "yuv420p"
            for index in range(round(5 * len(samples) / sample_rate)):
                shade = np.full((48, 64, 3), 10 * index % 255, np.uint8)
                container.mux(video.encode(av.VideoFrame.from_ndarray(shade, format="rgb24")))
            container.mux(video.encode(None))
        interleaved = np.ascontiguousarray(samples).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(interleaved, format="flt", layout=layout)
        frame.sample_rate = sample_rate
        converter = av.AudioResampler(stream.codec_context.format, layout, sample_rate)
        for converted in [*converter.resample(frame), *converter.resample(None)]:
            container.mux(stream.encode(converted))
        container.mux(stream.encode(None))
    return path


def write_silent_video(path: Path) -> Path:
    """Write a video without a sound track and return `path`."""
    import av

    with av.open(str(path), "w") as container:
        video = container.add_stream("mpeg4", rate=5)
        video.width, video.height, video.pix_fmt = 64, 48, "yuv420p"
        for _ in range(10):
            container.mux(video.encode(av.VideoFrame.from_ndarray(np.zeros((48, 64, 3), np.uint8))))
        container.mux(video.encode(None))
    return path


def wav_bytes(
    samples: NDArray[Any],
    sample_rate: int = 44100,
    *,
    data_size: int | None = None,
    riff_size: int | None = None,
    channels: int | None = None,
    encoding: int | None = None,
    bits: int | None = None,
    trailer: bytes = b"",
) -> bytes:
    """Return a WAV file whose header says what the arguments say, whatever its samples are.

    `samples` are int16, uint8 or float32, shape (n,) or (n, channels); `trailer` are chunks behind them.
    """
    data = samples.tobytes()
    stated = len(data) if data_size is None else data_size
    if channels is None:
        channels = 1 if samples.ndim == 1 else samples.shape[1]
    width = samples.dtype.itemsize
    if encoding is None:
        encoding = 3 if samples.dtype.kind == "f" else 1
    align = (channels * width) & 0xFFFF
    form = struct.pack(
        "<4sIHHIIHH",
        *(b"fmt ", 16, encoding, channels, sample_rate & 0xFFFFFFFF),
        *((sample_rate * align) & 0xFFFFFFFF, align, 8 * width if bits is None else bits),
    )
    body = b"WAVE" + form + struct.pack("<4sI", b"data", stated & 0xFFFFFFFF) + data + trailer
    return b"RIFF" + struct.pack("<I", (len(body) if riff_size is None else riff_size) & 0xFFFFFFFF) + body


def to_int16(samples: Samples) -> NDArray[np.int16]:
    """Return `samples` as 16-bit integers."""
    return np.round(np.clip(samples, -1, 1) * 32767).astype("<i2")


def write_long_wav(path: Path, hours: float, sample_rate: int = 44100, channels: int = 2) -> Path:
    """Write one loud second and `hours` of silence, 16 bit, as a file with a hole: it takes no disk space."""
    frames = round(hours * 3600 * sample_rate)
    rng = np.random.default_rng(0)
    head = wav_bytes(
        to_int16(rng.uniform(-0.5, 0.5, (sample_rate, channels)).astype(np.float32)),
        sample_rate,
        data_size=2 * channels * frames,
        riff_size=2 * channels * frames + 36,
    )
    with path.open("wb") as file:
        file.write(head)
        file.truncate(44 + 2 * channels * frames)
    return path
