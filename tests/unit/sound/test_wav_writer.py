"""The growing WAV file: right to the bit, valid at every moment, mended after any accident."""

from __future__ import annotations

import contextlib
import errno
import os
import subprocess
import sys
import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from genre_app.audio import wav_writer
from genre_app.audio.sound_errors import (
    DiskFullError,
    FolderNotWritableError,
    RecordingTooLongError,
    RecordingWriteError,
)
from genre_app.audio.wav_writer import HEADER_BYTES, WavWriter, repair, to_pcm24, write_errors


def noise(count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).uniform(-1, 1, count).astype(np.float32)


def test_samples_are_kept_to_24_bits(tmp_path: Path) -> None:
    samples = np.array([0, 1, -1, 0.5, -0.25, 2**-23, 3, -3], np.float32)
    writer = WavWriter(tmp_path / "take.wav", 44100)
    writer.append(samples)
    writer.close()
    read, rate = soundfile.read(tmp_path / "take.wav", dtype="int32")
    assert rate == 44100
    full = 2**23 - 1
    assert (read >> 8).tolist() == [0, full, -full, 2**22, -(2**21), 1, full, -full - 1]


@settings(deadline=None)
@given(samples=st.lists(st.floats(-1, 1, width=32), max_size=50))
def test_rounding_is_to_the_nearest(samples: list[float]) -> None:
    data = to_pcm24(np.array(samples, np.float32))
    padded = b"".join(b"\0" + data[3 * k : 3 * k + 3] for k in range(len(samples)))
    read = np.frombuffer(padded, "<i4") >> 8
    assert np.all(np.abs(read / (2**23 - 1) - np.array(samples)) <= 0.5 / (2**23 - 1) + 1e-12)


@pytest.mark.parametrize("channels", [1, 2])
def test_the_file_is_valid_after_every_append(tmp_path: Path, channels: int) -> None:
    path = tmp_path / "take.wav"
    samples = noise(5000 * channels).reshape(-1, channels).squeeze()
    writer = WavWriter(path, 48000, channels)
    done = 0
    for count in (0, 1, 480, 0, 1001, 3518):
        writer.append(samples[done : done + count])
        done += count
        with wave.open(str(path)) as reader:
            assert (reader.getnframes(), reader.getframerate()) == (done, 48000)
            assert (reader.getnchannels(), reader.getsampwidth()) == (channels, 3)
        if done:
            read, _ = soundfile.read(path, dtype="float32")
            np.testing.assert_allclose(read, samples[:done], atol=2**-22)
    assert (writer.frames, writer.seconds) == (5000, 5000 / 48000)
    writer.sync()
    writer.close()


def test_the_last_chunk_is_padded_to_an_even_length(tmp_path: Path) -> None:
    writer = WavWriter(tmp_path / "take.wav", 8000)
    writer.append(noise(3))
    writer.close()
    content = (tmp_path / "take.wav").read_bytes()
    assert len(content) == HEADER_BYTES + 9 + 1
    assert int.from_bytes(content[4:8], "little") == len(content) - 8
    assert int.from_bytes(content[40:44], "little") == 9


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "take.wav"
    path.write_bytes(b"precious")
    with pytest.raises(FileExistsError):
        WavWriter(path, 44100)
    assert path.read_bytes() == b"precious"


def test_at_4_gb_the_take_ends_with_all_that_fits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wav_writer, "MAX_FILE_BYTES", HEADER_BYTES + 3 * 1000 + 2)
    writer = WavWriter(tmp_path / "take.wav", 44100)
    writer.append(noise(900))
    with pytest.raises(RecordingTooLongError):
        writer.append(noise(900, seed=1))
    writer.close()
    read, _ = soundfile.read(tmp_path / "take.wav", dtype="float32")
    expected = np.concatenate([noise(900), noise(900, seed=1)])[:1000]
    np.testing.assert_allclose(read, expected, atol=2**-22)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of one megabyte."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)], capture_output=True, text=True
    )
    if mount.returncode:
        pytest.skip(f"no disk can be mounted here: {mount.stderr}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_on_a_full_disk_what_fits_is_kept(small_disk: Path) -> None:
    path = small_disk / "take.wav"
    samples = noise(500_000)  # 1.5 MB
    writer = WavWriter(path, 44100)

    def append_everything() -> None:
        for start in range(0, len(samples), 9_999):
            writer.append(samples[start : start + 9_999])

    with pytest.raises(DiskFullError, match="Free some space") as caught:
        append_everything()
    assert caught.value.parameters["folder"] == str(small_disk)
    writer.close()
    read, _ = soundfile.read(path, dtype="float32")
    assert len(read) == writer.frames > 340_000
    np.testing.assert_allclose(read, samples[: len(read)], atol=2**-22)


def test_a_disk_without_room_for_a_header_leaves_no_file(small_disk: Path) -> None:
    with (small_disk / "filler").open("wb", buffering=0) as filler, contextlib.suppress(OSError):
        while True:
            filler.write(bytes(4096))
    with pytest.raises(DiskFullError):
        WavWriter(small_disk / "take.wav", 44100)
    assert not (small_disk / "take.wav").exists()


def test_a_file_size_limit_ends_the_take_like_a_full_disk(tmp_path: Path) -> None:
    """Half a frame at the limit is cut off again; the limit is that of a child process."""
    script = (
        "import sys, numpy as np; from pathlib import Path\n"
        "from genre_app.audio.wav_writer import WavWriter\n"
        "from genre_app.audio.sound_errors import RecordingWriteError\n"
        "writer = WavWriter(Path(sys.argv[1]), 44100)\n"
        "try:\n"
        "    writer.append(np.full(2000, 0.5, np.float32))\n"
        "except RecordingWriteError as error:\n"
        "    print(error.parameters['reason'])\n"
        "writer.close()\n"
    )
    limit = HEADER_BYTES + 3 * 1000 + 2
    done = subprocess.run(
        ["prlimit", f"--fsize={limit}", sys.executable, "-c", script, str(tmp_path / "take.wav")],
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (0, "File too large\n"), done.stderr
    read, _ = soundfile.read(tmp_path / "take.wav", dtype="float32")
    assert len(read) == 1000


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (errno.ENOSPC, DiskFullError),
        (errno.EDQUOT, DiskFullError),
        (errno.EACCES, FolderNotWritableError),
        (errno.EROFS, FolderNotWritableError),
        (errno.ENOENT, FolderNotWritableError),
        (errno.EIO, RecordingWriteError),
    ],
)
def test_every_refusal_of_the_system_becomes_an_error_for_people(
    tmp_path: Path, number: int, expected: type[Exception]
) -> None:
    with pytest.raises(expected) as caught, write_errors(tmp_path / "take.wav"):
        raise OSError(number, os.strerror(number))
    assert str(tmp_path) in str(caught.value)


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(FolderNotWritableError):
        WavWriter(tmp_path / "file" / "take.wav", 44100)


@settings(deadline=None)
@given(data=st.data(), frames=st.integers(0, 400))
def test_any_cut_and_any_stale_header_is_mended(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, frames: int
) -> None:
    path = tmp_path_factory.mktemp("cut") / "take.wav"
    writer = WavWriter(path, 44100)
    writer.append(noise(frames))
    writer.close()
    content = bytearray(path.read_bytes())
    promised = data.draw(st.integers(0, 2**32 - 1), "frames the header promises")
    content[40:44] = promised.to_bytes(4, "little")
    content[4:8] = data.draw(st.binary(min_size=4, max_size=4), "RIFF size")
    cut = data.draw(st.integers(HEADER_BYTES, HEADER_BYTES + 3 * frames), "bytes that reached the disk")
    path.write_bytes(content[:cut])

    left = (cut - HEADER_BYTES) // 3
    assert repair(path) == left / 44100
    with wave.open(str(path)) as reader:
        assert reader.getnframes() == left
        assert reader.readframes(left) == to_pcm24(noise(frames))[: 3 * left]
    assert path.stat().st_size == int.from_bytes(path.read_bytes()[4:8], "little") + 8


def test_a_finished_file_is_not_changed_by_mending(tmp_path: Path) -> None:
    path = tmp_path / "take.wav"
    writer = WavWriter(path, 44100)
    writer.append(noise(333))
    writer.close()
    before = path.read_bytes()
    repair(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"RIFF", b"text" * 100, bytes(44), b"\xff" * 1000])
def test_other_files_are_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other.wav"
    path.write_bytes(content)
    assert repair(path) is None
    assert path.read_bytes() == content


def test_wav_files_of_other_programs_are_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.wav"
    soundfile.write(path, noise(100), 44100, subtype="PCM_16")
    content = path.read_bytes()
    assert repair(path) is None
    assert path.read_bytes() == content
