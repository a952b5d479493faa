"""Every odd file gives one clear error or a result, soon, and the next file is none the worse."""

from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np
import pytest

from genre_app.audio.decode import open_audio
from genre_app.audio.errors import AudioError, AudioPermissionError, AudioWarning
from tests.audio_files import wav_bytes
from tests.broken_files import BrokenFile, broken_files


@pytest.mark.parametrize("case", broken_files(), ids=lambda case: ascii(case.name))
def test_odd_file(case: BrokenFile, tmp_path: Path) -> None:
    path = case.make(tmp_path)
    begin = time.monotonic()
    if case.error is not None:
        with pytest.raises(AudioError) as raised:
            open_audio(path, sample_rate=22050)
        assert raised.value.code == case.error
        assert raised.value.title
        message = raised.value.message
        message.encode("utf-8")  # it can be printed, whatever the name
        assert "{" not in message
        assert message.count(". ") >= 1, "what happened, and what to do"
    else:
        with open_audio(path, sample_rate=22050) as stream:
            samples = np.concatenate(list(stream))
            assert np.isfinite(samples).all()
            assert [warning.code for warning in stream.warnings if isinstance(warning, AudioWarning)] == list(
                case.warnings
            )
            assert all("{" not in warning for warning in stream.warnings)
        assert case.seconds is not None
        assert len(samples) == pytest.approx(max(1, case.seconds * 22050), rel=case.tolerance)
    assert time.monotonic() - begin < 5


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may read everything")
def test_permission_refused(tmp_path: Path) -> None:
    path = tmp_path / "secret.wav"
    path.write_bytes(wav_bytes(np.zeros(10, np.int16)))
    path.chmod(0)
    with pytest.raises(AudioPermissionError):
        open_audio(path)


def test_permission_refused_is_told_apart(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The same for root, to whom nothing is refused: the refusal is injected where the child opens files."""
    from genre_app.audio import decoder_process

    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    path = tmp_path / "secret.wav"
    path.write_bytes(b"RIFF")
    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(AudioPermissionError) as raised:
        decoder_process.open_regular(str(path))
    assert "permission" in raised.value.message


def test_a_fifo_does_not_make_it_wait(tmp_path: Path) -> None:
    path = tmp_path / "pipe.wav"
    os.mkfifo(path)
    begin = time.monotonic()
    with pytest.raises(AudioError):
        open_audio(path)
    assert time.monotonic() - begin < 2


def test_name_with_a_null_byte() -> None:
    with pytest.raises(AudioError) as raised:
        open_audio("nul\0byte.wav")
    assert raised.value.code == "audio-missing"


def test_name_that_is_too_long(tmp_path: Path) -> None:
    with pytest.raises(AudioError) as raised:
        open_audio(tmp_path / ("x" * 5000))
    assert raised.value.code == "audio-read"


@pytest.mark.parametrize("seed", range(8))
def test_random_damage_is_survived(seed: int, tmp_path: Path) -> None:
    """Bytes flipped anywhere, headers included, give samples or an error: never a crash, never nonsense."""
    from tests.audio_files import write_av, write_sndfile
    from tests.synthetic_song import synthetic_song

    song = synthetic_song(2.0)
    files = [
        write_sndfile(tmp_path / f"song.{suffix}", song) for suffix in ("wav", "flac", "mp3", "ogg", "aiff")
    ]
    files.append(write_av(tmp_path / "song.m4a", song, 44100, "aac"))
    rng = np.random.default_rng(seed)
    codes: list[str] = []
    for file in files:
        content = bytearray(file.read_bytes())
        for place in rng.integers(0, len(content), 20):
            content[place] = rng.integers(0, 256)
        for place in rng.integers(0, 200, 3):
            content[place] = rng.integers(0, 256)
        file.write_bytes(content)
        try:
            with open_audio(file, sample_rate=22050) as stream:
                blocks = list(stream)
        except AudioError as error:
            codes.append(error.code)
        else:
            assert all(np.isfinite(block).all() for block in blocks)
            assert 0 < sum(map(len, blocks)) < 22050 * 3600
    assert not [code for code in codes if not code.startswith("audio-")], "neither crash nor hang"
