"""Tags come out as they were put in, in every format, and damage to them costs nothing but the tags."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from genre_app.audio.decode import read_audio, read_tags
from genre_app.audio.decoder_client import pool
from genre_app.audio.tags import MAX_LENGTH, Tags, clean
from tests.audio_files import to_int16, wav_bytes, write_sndfile
from tests.synthetic_song import synthetic_song

_SOUND = synthetic_song(1.0, 22050, seed=3)


def _tagged(path: Path, codec: str, title: str, artist: str) -> Path:
    import av

    with av.open(str(path), "w") as container:
        container.metadata["title"] = title
        container.metadata["artist"] = artist
        stream = container.add_stream(codec, rate=22050, layout="mono")
        frame = av.AudioFrame.from_ndarray(to_int16(_SOUND).reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = 22050
        converter = av.AudioResampler(stream.codec_context.format, "mono", 22050)
        for converted in [*converter.resample(frame), *converter.resample(None)]:
            container.mux(stream.encode(converted))
        container.mux(stream.encode(None))
    return path


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("a.mp3", "libmp3lame"),
        ("a.flac", "flac"),
        ("a.m4a", "aac"),
        ("a.wav", "pcm_s16le"),
    ],
)
def test_title_and_artist_are_read(tmp_path: Path, name: str, codec: str) -> None:
    path = _tagged(tmp_path / name, codec, "봄날은 간다", "Motörhead & Dvořák")
    assert read_tags(path) == Tags("봄날은 간다", "Motörhead & Dvořák")


def test_tags_written_by_libsndfile_are_read(tmp_path: Path) -> None:
    import soundfile

    path = tmp_path / "a.ogg"
    with soundfile.SoundFile(path, "w", 22050, 1, format="OGG", subtype="VORBIS") as file:
        file.title, file.artist = "Grün", "양파들"
        file.write(_SOUND)
    assert read_tags(path) == Tags("Grün", "양파들")


def test_an_untagged_file_has_empty_tags(tmp_path: Path) -> None:
    assert read_tags(write_sndfile(tmp_path / "a.wav", _SOUND, 22050)) == Tags()


@pytest.mark.parametrize("content", [b"", b"no sound at all" * 100, b"ID3\x04\x00\x00\x7f\x7f\x7f\x7f"])
def test_what_is_no_sound_has_empty_tags(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.mp3"
    path.write_bytes(content)
    assert read_tags(path) == Tags()
    assert read_tags(tmp_path / "missing.mp3") == Tags()


def test_an_old_korean_tag_is_read(tmp_path: Path) -> None:
    path = write_sndfile(tmp_path / "a.mp3", _SOUND, 22050, format="MP3")
    # ID3 version 1 is the last 128 bytes: TAG, title, artist, album, year, comment, genre.
    title, artist = ("아리랑".encode("euc-kr").ljust(30, b"\0"), "나윤선".encode("euc-kr").ljust(30, b"\0"))
    with path.open("ab") as file:
        file.write(b"TAG" + title + artist + bytes(30) + b"1999" + bytes(30) + b"\x0c")
    assert read_tags(path) == Tags("아리랑", "나윤선")


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("Señor Coconut", "Señor Coconut"),
        ("Café", "Café"),
        ("Sigur Rós", "Sigur Rós"),
        ("Ágætis byrjun", "Ágætis byrjun"),
        ("BjÃ¶rk", "Björk"),  # UTF-8 that said it was Latin-1
        ("e\u0301tude", "étude"),  # decomposed, as macOS writes it
        ("two\r\nlines\0", "two lines"),
        ("x" * 2000, "x" * MAX_LENGTH),
    ],
)
def test_text_is_cleaned_and_left_alone_otherwise(stored: str, shown: str) -> None:
    assert clean(stored) == shown


def test_reading_tags_leaves_the_decoder_fit_for_sound(tmp_path: Path) -> None:
    pool.close()
    path = tmp_path / "a.wav"
    path.write_bytes(wav_bytes(to_int16(_SOUND), 22050))
    pids = set()
    for _ in range(3):
        read_tags(path)
        samples, _info = read_audio(path)
        assert np.array_equal(samples, to_int16(_SOUND).astype(np.float32) / 32768)
        decoder = pool.take()
        pids.add(decoder.pid)
        pool.give_back(decoder)
    assert len(pids) == 1
