"""What is read from headers without a decoder."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import numpy as np
import pytest

from genre_app.audio import headers
from tests.audio_files import to_int16, wav_bytes, write_av, write_sndfile
from tests.synthetic_song import synthetic_song

_song = synthetic_song(1.0)
_pcm = to_int16(_song)


@pytest.mark.parametrize(
    ("suffix", "options", "kind"),
    [
        ("wav", {}, "wav"),
        ("wav", {"format": "RF64"}, "rf64"),
        ("w64", {}, "w64"),
        ("aiff", {}, "aiff"),
        ("au", {}, "au"),
        ("caf", {}, "caf"),
        ("flac", {}, "flac"),
        ("ogg", {}, "ogg"),
        ("opus", {"format": "OGG", "subtype": "OPUS"}, "opus"),
        ("mp3", {}, "mp3"),
    ],
)
def test_sniff_what_libsndfile_writes(
    suffix: str, options: dict[str, str], kind: str, tmp_path: Path
) -> None:
    rate = 48000 if options.get("subtype") == "OPUS" else 44100
    path = write_sndfile(tmp_path / f"song.{suffix}", _song, rate, **options)
    with path.open("rb") as file:
        assert headers.sniff(file) == kind


@pytest.mark.parametrize(
    ("name", "codec", "container", "kind"),
    [
        ("song.m4a", "aac", None, "mp4"),
        ("song.aac", "aac", "adts", "adts"),
        ("song.mka", "aac", None, "matroska"),
        ("song.wv", "wavpack", None, "wavpack"),
        ("song.tta", "tta", None, "tta"),
        ("song.ac3", "ac3", None, "ac3"),
        ("song.mp2", "mp2", None, "mp3"),
    ],
)
def test_sniff_what_ffmpeg_writes(
    name: str, codec: str, container: str | None, kind: str, tmp_path: Path
) -> None:
    path = write_av(tmp_path / name, _song, 44100, codec, container_format=container)
    with path.open("rb") as file:
        assert headers.sniff(file) == kind


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0",
        b"RIFF",
        b"Hello, world",
        "﻿한국어".encode("utf-16"),
        b"\xff" * 5000,
        b"\xff\xfb",
        bytes(5000),
    ],
)
def test_sniff_nothing(content: bytes) -> None:
    assert headers.sniff(io.BytesIO(content)) is None


def test_sniff_looks_behind_tags(tmp_path: Path) -> None:
    tag = b"ID3\x04\x00\x00" + bytes([0, 0, 100, 3]) + bytes(100 * 128 + 3)
    for suffix, kind in (("mp3", "mp3"), ("flac", "flac")):
        content = write_sndfile(tmp_path / f"song.{suffix}", _song).read_bytes()
        file = io.BytesIO(tag + tag + content)
        assert headers.id3_size(file) == 2 * len(tag)
        assert headers.sniff(file) == kind


@pytest.mark.parametrize(
    ("head", "layer", "rate", "length"),
    [
        (b"\xff\xfb\x90\x64", 3, 44100, 417),
        (b"\xff\xfb\x92\x64", 3, 44100, 418),
        (b"\xff\xf3\x80\xc4", 3, 22050, 208),
        (b"\xff\xfd\xc4\x00", 2, 48000, 768),
        (b"\xff\xff\x90\x00", 1, 44100, 312),
        (b"\xff\xfb\x00\x64", 3, 44100, 0),
    ],
)
def test_mpeg_frame(head: bytes, layer: int, rate: int, length: int) -> None:
    frame = headers.parse_mpeg_frame(head)
    assert frame is not None
    assert (frame.layer, frame.sample_rate, frame.length) == (layer, rate, length)


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"\xff\xfb",
        b"\xff\xfb\xf0\x00",
        b"\xff\xfb\x9c\x00",
        b"\xff\xe9\x90\x00",
        b"\xff\xf9\x90\x00",
        b"RIFF",
    ],
)
def test_no_mpeg_frame(head: bytes) -> None:
    assert headers.parse_mpeg_frame(head) is None


def test_mp3_length_is_trusted_only_if_it_fits(tmp_path: Path) -> None:
    content = write_sndfile(tmp_path / "song.mp3", _song).read_bytes()
    frame = headers.parse_mpeg_frame(content[:4])
    assert frame is not None
    untagged = content[frame.length :]
    assert headers.states_mp3_length(io.BytesIO(content), len(content))
    assert not headers.states_mp3_length(io.BytesIO(untagged), len(untagged))
    assert not headers.states_mp3_length(io.BytesIO(content * 2), 2 * len(content)), "two files joined"
    assert headers.states_mp3_length(io.BytesIO(content[:5000]), 5000), "truncated"


@pytest.mark.parametrize(
    ("stated", "trailer", "used"),
    [
        (2 * len(_pcm), b"", 2 * len(_pcm)),
        (2 * len(_pcm), b"LIST\x04\x00\x00\x00INFO", 2 * len(_pcm)),
        (2 * len(_pcm), bytes(1000), 2 * len(_pcm)),
        (2 * len(_pcm), b"TAG" + bytes(125), 2 * len(_pcm)),
        (0, b"", 2 * len(_pcm)),
        (0xFFFFFFFF, b"", 2 * len(_pcm)),
        (4 * len(_pcm), b"", 2 * len(_pcm)),
    ],
)
def test_wav_samples(stated: int, trailer: bytes, used: int) -> None:
    content = wav_bytes(_pcm, data_size=stated, trailer=trailer)
    layout = headers.read_wav_layout(io.BytesIO(content), len(content))
    assert layout is not None
    assert (layout.channels, layout.sample_rate, layout.encoding) == (1, 44100, 1)
    assert (layout.stated, layout.used) == (stated, used)
    assert layout.present == 2 * len(_pcm) + len(trailer)


def test_wav_understated_size_needs_more_than_a_second() -> None:
    pcm = np.tile(_pcm, 3)
    for stated, used in ((2000, 2 * len(pcm)), (2 * len(pcm) - 80_000, 2 * len(pcm) - 80_000)):
        content = wav_bytes(pcm, data_size=stated)
        layout = headers.read_wav_layout(io.BytesIO(content), len(content))
        assert layout is not None
        assert layout.used == used


@pytest.mark.parametrize("cut", [0, 11, 12, 20, 35, 40])
def test_wav_without_samples_or_format(cut: int) -> None:
    content = wav_bytes(_pcm)[:cut]
    assert headers.read_wav_layout(io.BytesIO(content), len(content)) is None


def test_wav_of_endless_chunks_ends() -> None:
    content = b"RIFF\xff\xff\xff\xffWAVE" + b"junk\0\0\0\0" * 50_000
    assert headers.read_wav_layout(io.BytesIO(content), len(content)) is None


def test_patched_file_differs_in_the_patch_only() -> None:
    patched = headers.PatchedFile(io.BytesIO(bytes(range(100))), 40, b"\xff\xfe\xfd\xfc")
    expected = bytes(range(40)) + b"\xff\xfe\xfd\xfc" + bytes(range(44, 100))
    assert patched.read() == expected
    for start in range(36, 48):
        for size in range(1, 12):
            patched.seek(start)
            assert patched.tell() == start
            assert patched.read(size) == expected[start : start + size]
    assert patched.seek(-10, 2) == 90
    assert patched.read(100) == expected[90:]


def test_chained_ogg(tmp_path: Path) -> None:
    first = write_sndfile(tmp_path / "1.ogg", _song).read_bytes()
    second = bytearray(write_sndfile(tmp_path / "2.ogg", _song).read_bytes())
    # The serial number is drawn from the clock: make sure that it differs.
    pages = [index for index in range(len(second)) if second.startswith(b"OggS", index)]
    for page in pages:
        second[page + 14] ^= 0x55
    chained = first + second
    assert headers.is_ogg_chained(io.BytesIO(chained), len(chained))
    assert not headers.is_ogg_chained(io.BytesIO(first), len(first))
    assert not headers.is_ogg_cut(io.BytesIO(first), len(first))
    assert headers.is_ogg_cut(io.BytesIO(first[:-100]), len(first) - 100)


def test_mp4_sample_formats(tmp_path: Path) -> None:
    content = write_av(tmp_path / "film.mp4", _song, 44100, "aac", with_video=True).read_bytes()
    assert headers.mp4_sample_formats(io.BytesIO(content), len(content)) == {b"mp4a", b"mp4v"}


def test_mp4_of_nested_or_empty_boxes_ends() -> None:
    box = b""
    for _ in range(3000):
        box = struct.pack(">I4s", 8 + len(box), b"moov") + box
    endless = struct.pack(">I4s", 8, b"trak") * 50_000
    for content in (box, endless, b"\0\0\0\1moov" + bytes(8), b"\0\0\0\0moov\0\0\0\0moov"):
        assert headers.mp4_sample_formats(io.BytesIO(content), len(content)) == set()
