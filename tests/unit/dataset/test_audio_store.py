"""A clip is known by its samples, and its file is whole or not there at all."""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

import numpy as np
import pytest

from genre_app.audio.errors import AudioEmptyError, AudioMissingError
from genre_app.dataset.audio_store import (
    SampleHasher,
    file_sha256,
    place,
    receive,
    sample_hash,
    stored_suffix,
)
from genre_app.dataset.errors import DataSetReadOnlyError
from genre_app.progress import Cancelled, Progress
from tests.audio_files import to_int16, wav_bytes, write_av, write_sndfile
from tests.dataset_files import RATE, riff, write_riff

_PCM = to_int16(np.stack([riff(1), riff(2)], axis=1))
_STEREO = _PCM.astype(np.float32) / 32768


def test_the_same_samples_have_the_same_hash_in_every_lossless_container(tmp_path: Path) -> None:
    import soundfile

    files = [tmp_path / name for name in ("a.wav", "a.flac", "a.aiff", "a.caf", "a.w64")]
    for path in files:
        soundfile.write(path, _PCM, RATE, subtype="PCM_16")
    # What FFmpeg decodes is the same to the bit as well.
    files.append(write_av(tmp_path / "a.m4a", _STEREO, RATE, "alac", sample_format="s16p"))
    assert len({sample_hash(path) for path in files}) == 1
    assert len({file_sha256(path) for path in files}) == len(files)


def test_another_sample_rate_or_channel_is_another_sound(tmp_path: Path) -> None:
    mono = write_sndfile(tmp_path / "mono.wav", riff(1), RATE)
    faster = write_sndfile(tmp_path / "faster.wav", riff(1), 2 * RATE)
    both = write_sndfile(tmp_path / "both.wav", np.stack([riff(1), riff(1)], axis=1), RATE)
    louder = write_sndfile(tmp_path / "louder.wav", 1.1 * riff(1), RATE)
    assert len({sample_hash(path) for path in (mono, faster, both, louder)}) == 4


def test_the_hash_is_what_it_is_documented_to_be(tmp_path: Path) -> None:
    path = write_sndfile(tmp_path / "a.wav", _STEREO, RATE, subtype="FLOAT")
    expected = hashlib.sha256(f"samples 1 {RATE} 2\n".encode() + _STEREO.astype("<f4").tobytes())
    assert sample_hash(path) == expected.hexdigest()


def test_it_does_not_matter_in_which_blocks_samples_come() -> None:
    whole, parts = SampleHasher(RATE, 2), SampleHasher(RATE, 2)
    whole.add(_STEREO)
    for start in range(0, len(_STEREO), 777):
        parts.add(_STEREO[start : start + 777])
    assert parts.hexdigest() == whole.hexdigest()


@pytest.mark.parametrize(
    ("name", "suffix"),
    [
        ("a.WAV", ".wav"),
        ("a.b.Mp3", ".mp3"),
        ("a", ""),
        ("a.", ""),
        ("song.mp3 (1)", ""),
        ("a.한글", ""),
        ("a." + "x" * 40, ""),
    ],
)
def test_suffixes_are_plain(name: str, suffix: str) -> None:
    assert stored_suffix(Path(name)) == suffix


def test_a_received_file_is_the_same_to_the_byte_and_keeps_no_name_until_placed(tmp_path: Path) -> None:
    source = write_riff(tmp_path / "a.wav", 1)
    store = tmp_path / "store"
    incoming = receive(store, source)
    assert incoming.path.read_bytes() == source.read_bytes()
    assert incoming.file_sha256 == hashlib.sha256(source.read_bytes()).hexdigest()
    assert incoming.size == source.stat().st_size
    name = "ab" * 32
    target = place(store, incoming, name, ".wav")
    assert target == store / "audio" / "ab" / f"{name}.wav"
    assert target.read_bytes() == source.read_bytes()
    assert [path for path in store.rglob("*") if path.is_file()] == [target]


def test_placing_the_same_sound_twice_leaves_one_file(tmp_path: Path) -> None:
    source = write_riff(tmp_path / "a.wav", 1)
    store = tmp_path / "store"
    for _ in range(2):
        place(store, receive(store, source), "ab" * 32, ".wav")
    assert len([path for path in store.rglob("*") if path.is_file()]) == 1


def test_the_content_is_on_the_disk_before_its_name_and_the_name_before_it_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if sys.platform == "win32":
        pytest.skip("folders are not forced to the disk on Windows")
    source = write_riff(tmp_path / "a.wav", 1)
    store = tmp_path / "store"
    done: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def watched_fsync(descriptor: int) -> None:
        done.append("fsync " + Path(f"/proc/self/fd/{descriptor}").readlink().name.partition("-")[0])
        fsync(descriptor)

    def watched_replace(self: Path, target: Path) -> Path:
        done.append("rename")
        return replace(self, target)

    monkeypatch.setattr(os, "fsync", watched_fsync)
    monkeypatch.setattr(Path, "replace", watched_replace)
    place(store, receive(store, source), "ab" * 32, ".wav")
    assert done == ["fsync .incoming", "fsync audio", "rename", "fsync ab"]


def test_a_cancelled_copy_leaves_nothing_behind(tmp_path: Path) -> None:
    source = tmp_path / "long.wav"
    source.write_bytes(wav_bytes(np.zeros(4_000_000, "<i2"), RATE))
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        receive(tmp_path / "store", source, progress)
    assert not [path for path in (tmp_path / "store").rglob("*") if path.is_file()]


def test_what_can_not_be_read_is_the_sources_fault(tmp_path: Path) -> None:
    with pytest.raises(AudioMissingError):
        receive(tmp_path / "store", tmp_path / "missing.wav")
    (tmp_path / "empty.wav").touch()
    with pytest.raises(AudioEmptyError):
        receive(tmp_path / "store", tmp_path / "empty.wav")
    assert not (tmp_path / "store").exists()


def test_a_store_that_may_not_be_written_to_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = write_riff(tmp_path / "a.wav", 1)
    opened = Path.open

    def refuse(self: Path, mode: str = "r", *rest: object, **named: object) -> object:
        if "x" in mode:
            raise PermissionError(13, "Permission denied", str(self))
        return opened(self, mode, *rest, **named)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(DataSetReadOnlyError):
        receive(tmp_path / "store", source)
