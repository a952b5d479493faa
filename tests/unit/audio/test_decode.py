"""What is decoded is what was encoded, in every format, at every rate, from any place."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from genre_app.audio.decode import AudioInfo, open_audio, read_audio
from genre_app.audio.errors import AudioNoSamplesError, AudioWarning
from tests.audio_files import Samples, to_int16, wav_bytes, write_av, write_sndfile
from tests.synthetic_song import best_match, synthetic_song

SECONDS = 6.0
_LEFT = synthetic_song(SECONDS, 44100, seed=1)
_RIGHT = synthetic_song(SECONDS, 44100, seed=2)
_STEREO = np.stack([_LEFT, _RIGHT], axis=1)
_MONO = _STEREO.mean(axis=1)


def _snd(**options: str) -> Callable[[Path], Path]:
    return lambda path: write_sndfile(path, _STEREO, 44100, **options)


def _av(
    codec: str, container: str | None = None, rate: int = 44100, **options: Any
) -> Callable[[Path], Path]:
    samples = _STEREO if rate == 44100 else _at_rate(rate)
    return lambda path: write_av(path, samples, rate, codec, container_format=container, **options)


def _at_rate(rate: int) -> Samples:
    return np.stack([synthetic_song(SECONDS, rate, seed=1), synthetic_song(SECONDS, rate, seed=2)], axis=1)


@pytest.mark.parametrize(
    ("name", "write", "format_", "encoding", "tolerance"),
    [
        ("a.wav", _snd(subtype="PCM_U8"), "WAV", "PCM 8 bit", 1 / 120),
        ("a.wav", _snd(subtype="PCM_16"), "WAV", "PCM 16 bit", 1 / 30000),
        ("a.wav", _snd(subtype="PCM_24"), "WAV", "PCM 24 bit", 1e-6),
        ("a.wav", _snd(subtype="PCM_32"), "WAV", "PCM 32 bit", 1e-6),
        ("a.wav", _snd(subtype="FLOAT"), "WAV", "float 32 bit", 1e-6),
        ("a.wav", _snd(subtype="DOUBLE"), "WAV", "float 64 bit", 1e-6),
        ("a.wav", _snd(format="WAVEX", subtype="PCM_24"), "WAV", "PCM 24 bit", 1e-6),
        ("a.wav", _snd(format="RF64", subtype="PCM_16"), "RF64", "PCM 16 bit", 1 / 30000),
        ("a.wav", _snd(subtype="ULAW"), "WAV", "µ-law", 0.03),
        ("a.w64", _snd(subtype="PCM_16"), "W64", "PCM 16 bit", 1 / 30000),
        ("a.caf", _snd(subtype="PCM_24"), "CAF", "PCM 24 bit", 1e-6),
        ("a.flac", _snd(subtype="PCM_16"), "FLAC", "PCM 16 bit", 1 / 30000),
        ("a.flac", _snd(subtype="PCM_24"), "FLAC", "PCM 24 bit", 1e-6),
        ("a.aiff", _snd(subtype="PCM_S8"), "AIFF", "PCM 8 bit", 1 / 120),
        ("a.aif", _snd(format="AIFF", subtype="FLOAT"), "AIFF", "float 32 bit", 1e-6),
        ("a.au", _snd(subtype="PCM_16"), "AU", "PCM 16 bit", 1 / 30000),
        ("a.m4a", _av("alac"), "M4A", "ALAC", 1 / 30000),
        ("a.wv", _av("wavpack", sample_format="fltp"), "WavPack", "WavPack", 1e-6),
        ("a.mkv", _av("pcm_s16le", with_video=True), "Matroska", "PCM 16 bit", 1 / 30000),
        ("a.mov", _av("pcm_f32le"), "M4A", "float 32 bit", 1e-6),
    ],
)
def test_lossless(
    name: str, write: Callable[[Path], Path], format_: str, encoding: str, tolerance: float, tmp_path: Path
) -> None:
    path = write(tmp_path / name)
    samples, info = read_audio(path, mono=False)
    assert (info.format, info.encoding, info.sample_rate, info.channels) == (format_, encoding, 44100, 2)
    assert info.duration == pytest.approx(SECONDS, abs=0.01)
    assert samples.shape == _STEREO.shape
    assert samples.dtype == np.float32
    assert np.abs(samples - _STEREO).max() <= tolerance


@pytest.mark.parametrize(
    ("name", "write", "rate", "format_", "encoding"),
    [
        ("a.mp3", _snd(), 44100, "MP3", "MPEG layer III"),
        ("a.ogg", _snd(), 44100, "OGG", "Vorbis"),
        ("a.opus", _av("libopus", "ogg", 48000), 48000, "OGG", "Opus"),
        ("a.webm", _av("libopus", None, 48000), 48000, "Matroska", "Opus"),
        ("a.m4a", _av("aac"), 44100, "M4A", "AAC"),
        ("a.mp4", _av("aac", with_video=True), 44100, "MP4", "AAC"),
        ("a.aac", _av("aac", "adts"), 44100, "AAC", "AAC"),
        ("a.mp2", _av("mp2"), 44100, "MP2", "MPEG layer II"),
        ("a.ac3", _av("ac3", None, 48000), 48000, "AC3", "AC3"),
        ("a.mp3", _av("libmp3lame", None, 22050), 22050, "MP3", "MPEG layer III"),
    ],
)
def test_lossy(
    name: str, write: Callable[[Path], Path], rate: int, format_: str, encoding: str, tmp_path: Path
) -> None:
    samples, info = read_audio(write(tmp_path / name), mono=False)
    original = _at_rate(rate)
    assert (info.format, info.encoding, info.sample_rate, info.channels) == (format_, encoding, rate, 2)
    assert info.duration == pytest.approx(SECONDS, abs=0.1)
    for channel in range(2):
        inner = original[rate : round(5 * rate), channel]
        correlation, start = best_match(samples[:, channel], inner)
        assert correlation > 0.97
        assert abs(start - rate) < 2500, "encoders may add a frame or two of delay that no header tells of"


@pytest.mark.parametrize("suffix", ["mp3", "ogg", "opus", "mka"])
def test_no_delay_where_the_file_tells_it(suffix: str, tmp_path: Path) -> None:
    rate = 44100 if suffix in ("mp3", "ogg") else 48000
    original = _at_rate(rate)
    path = tmp_path / f"a.{suffix}"
    if rate == 44100:
        write_sndfile(path, original, rate)
    else:
        write_av(path, original, rate, "libopus", container_format="ogg" if suffix == "opus" else None)
    samples, _ = read_audio(path)
    assert len(samples) == pytest.approx(len(original), abs=60)
    assert best_match(samples, original[rate : 3 * rate].mean(axis=1))[1] == rate


@pytest.mark.parametrize("channels", [1, 2, 3, 5, 6, 8, 16, 64])
def test_mono_is_the_mean_of_all_channels(channels: int, tmp_path: Path) -> None:
    rng = np.random.default_rng(channels)
    samples = rng.uniform(-0.9, 0.9, (5000, channels)).astype(np.float32)
    path = write_sndfile(tmp_path / "a.wav", samples, 22050, subtype="FLOAT")
    mono, info = read_audio(path)
    assert info.channels == channels
    assert mono.shape == (5000,)
    np.testing.assert_allclose(mono, samples.mean(axis=1), atol=1e-6)
    apart, _ = read_audio(path, mono=False)
    np.testing.assert_array_equal(apart, samples)


@pytest.mark.parametrize(
    ("codec", "suffix", "channels", "layout"),
    [
        ("aac", "m4a", 6, "5.1"),
        ("aac", "m4a", 8, "7.1"),
        ("libopus", "mka", 8, "7.1"),
        ("wavpack", "wv", 8, "7.1"),
        ("pcm_s16le", "mov", 8, "7.1"),  # whose order of channels FFmpeg has no name for
        ("pcm_s16le", "mov", 16, "hexadecagonal"),
    ],
)
def test_many_channels_through_ffmpeg(
    codec: str, suffix: str, channels: int, layout: str, tmp_path: Path
) -> None:
    """From eight channels on PyAV 18.1 reads planes that do not exist; custom layouts it frees twice."""
    song = synthetic_song(2.0, 48000)
    samples = np.repeat(song[:, np.newaxis], channels, axis=1)
    path = write_av(tmp_path / f"a.{suffix}", samples, 48000, codec, layout=layout)
    for _ in range(3):
        decoded, info = read_audio(path, mono=False)
        assert info.channels == channels
        assert decoded.shape[1] == channels
        assert best_match(decoded[:, 0], song[10_000:80_000])[0] > 0.97


@pytest.mark.parametrize("rate", [8000, 11025, 16000, 22050, 32000, 44100, 48000, 88200, 96000, 192000])
def test_resampled_tone_is_pure_and_what_is_too_high_is_gone(rate: int, tmp_path: Path) -> None:
    time = np.arange(4 * rate) / rate
    tone = 0.5 * np.sin(2 * np.pi * 1000 * time)
    whistle = 0.4 * np.sin(2 * np.pi * 12_500 * time) if rate > 27_000 else 0
    path = write_sndfile(tmp_path / "a.wav", (tone + whistle).astype(np.float32), rate, subtype="FLOAT")
    samples, info = read_audio(path, sample_rate=22050)
    assert info.sample_rate == rate
    assert info.duration == pytest.approx(4.0)
    assert abs(len(samples) - 4 * 22050) <= 1
    expected = 0.5 * np.sin(2 * np.pi * 1000 * np.arange(len(samples)) / 22050)
    inner = slice(2000, -2000)
    noise = np.sqrt(np.mean((samples[inner] - expected[inner]) ** 2))
    assert 20 * np.log10(0.5 / np.sqrt(2) / noise) > 85, "signal to noise ratio in dB"


def test_resampling_in_blocks_is_seamless(tmp_path: Path) -> None:
    import soxr

    path = write_sndfile(tmp_path / "a.wav", _STEREO, 44100, subtype="FLOAT")
    streamed, _ = read_audio(path, sample_rate=22050)
    at_once = soxr.resample(_MONO.astype(np.float32), 44100, 22050, quality="HQ")
    assert len(streamed) == len(at_once)
    np.testing.assert_allclose(streamed, at_once, atol=2e-6)


def test_resampled_without_mixing(tmp_path: Path) -> None:
    import soxr

    path = write_sndfile(tmp_path / "a.wav", _STEREO, 44100, subtype="FLOAT")
    with open_audio(path, sample_rate=48000, mono=False) as stream:
        assert (stream.sample_rate, stream.channels) == (48000, 2)
        assert stream.info.sample_rate == 44100
        blocks = list(stream)
    assert all(block.ndim == 2 and block.shape[1] == 2 and len(block) for block in blocks)
    expected = soxr.resample(_STEREO, 44100, 48000, quality="HQ")
    np.testing.assert_allclose(np.concatenate(blocks), expected, atol=2e-6)


def test_blocks_are_at_most_about_a_second(tmp_path: Path) -> None:
    path = write_sndfile(tmp_path / "a.flac", _STEREO)
    for rate in (None, 22050):
        with open_audio(path, sample_rate=rate) as stream:
            assert max(map(len, stream)) <= 1.1 * stream.sample_rate


# AAC without the noise that its decoder makes up, anew each time.
_SEEKABLE: list[tuple[str, Callable[[Path], Path], float]] = [
    ("a.wav", _snd(subtype="PCM_24"), 0.0),
    ("a.flac", _snd(), 0.0),
    ("a.aiff", _snd(), 0.0),
    ("a.mp3", _snd(), 1e-4),
    ("a.ogg", _snd(), 1e-5),
    ("a.opus", _av("libopus", "ogg", 48000), 1e-4),
    ("a.m4a", _av("alac"), 0.0),
    ("b.m4a", _av("aac", options={"aac_pns": "0"}), 1e-3),
    ("a.aac", _av("aac", "adts", options={"aac_pns": "0"}), 1e-3),
    ("a.wv", _av("wavpack", sample_format="s16p"), 0.0),
]


@pytest.mark.parametrize(("name", "write", "tolerance"), _SEEKABLE, ids=[name for name, _, _ in _SEEKABLE])
def test_start_is_exact(name: str, write: Callable[[Path], Path], tolerance: float, tmp_path: Path) -> None:
    path = write(tmp_path / name)
    whole, info = read_audio(path)
    rate = info.sample_rate
    for start in (0.0, 0.013, 0.3, 1.0, 2.7182, 5.0, 5.9):
        first = round(start * rate)
        with open_audio(path, start=start, max_seconds=0.25) as stream:
            part = np.concatenate(list(stream))
        expected = whole[first : first + len(part)]
        assert len(part) == min(round(0.25 * rate), len(whole) - first)
        assert np.abs(part - expected).max() <= tolerance


def test_start_with_resampling(tmp_path: Path) -> None:
    path = write_sndfile(tmp_path / "a.flac", _LEFT)
    whole, _ = read_audio(path, sample_rate=22050)
    with open_audio(path, sample_rate=22050, start=2.0, max_seconds=1.0) as stream:
        part = np.concatenate(list(stream))
    assert len(part) == 22050
    np.testing.assert_allclose(part[500:-500], whole[2 * 22050 + 500 : 3 * 22050 - 500], atol=1e-4)


@pytest.mark.parametrize("suffix", ["wav", "mp3", "ogg", "m4a"])
def test_start_behind_the_end(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"a.{suffix}"
    if suffix == "m4a":
        write_av(path, _LEFT, 44100, "aac")
    else:
        write_sndfile(path, _LEFT)
    with open_audio(path, start=1000.0) as stream:
        assert list(stream) == []
        assert stream.info.duration == pytest.approx(SECONDS, abs=0.1)


def test_most_seconds(tmp_path: Path) -> None:
    path = write_sndfile(tmp_path / "a.wav", _STEREO)
    samples, _ = read_audio(path, sample_rate=22050, max_seconds=1.5)
    assert abs(len(samples) - 33075) <= 1
    nothing, info = read_audio(path, max_seconds=0)
    assert nothing.shape == (0,)
    assert info.duration == pytest.approx(SECONDS)
    assert read_audio(path, max_seconds=0, mono=False)[0].shape == (0, 2)


def test_mp3_without_a_length_is_read_to_its_end(tmp_path: Path) -> None:
    """Of a variable bit rate that starts low: libsndfile would stop after a fraction."""
    from genre_app.audio.headers import parse_mpeg_frame

    song = np.concatenate([np.zeros(44100, np.float32), _LEFT])
    content = write_sndfile(tmp_path / "tagged.mp3", song).read_bytes()
    tag = parse_mpeg_frame(content[:4])
    assert tag is not None
    path = tmp_path / "untagged.mp3"
    path.write_bytes(content[tag.length :])
    samples, info = read_audio(path)
    assert len(samples) / 44100 == pytest.approx(SECONDS + 1, abs=0.1)
    assert info.duration == pytest.approx(SECONDS + 1, abs=0.1)
    path.write_bytes(content + content)
    samples, info = read_audio(path)
    assert len(samples) / 44100 == pytest.approx(2 * SECONDS + 2, abs=0.2)


def test_joined_ogg_files_are_read_to_the_end(tmp_path: Path) -> None:
    first = write_sndfile(tmp_path / "1.ogg", _LEFT).read_bytes()
    (tmp_path / "joined.ogg").write_bytes(first + _with_other_serial(first))
    samples, _ = read_audio(tmp_path / "joined.ogg")
    assert len(samples) / 44100 == pytest.approx(2 * SECONDS, abs=0.2)


def test_sound_behind_damage_is_found_again(tmp_path: Path) -> None:
    path = write_sndfile(tmp_path / "a.flac", _LEFT)
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 2000] = bytes(2000)
    path.write_bytes(content)
    with open_audio(path) as stream:
        samples = np.concatenate(list(stream))
        (warning,) = stream.warnings
    assert isinstance(warning, AudioWarning)
    assert warning.code == "damaged"
    assert len(samples) > 0.9 * len(_LEFT)
    for part in (_LEFT[: 2 * 44100], _LEFT[-2 * 44100 :]):
        assert best_match(samples, part)[0] > 0.999


def test_rate_and_channels_that_change_on_the_way(tmp_path: Path) -> None:
    import soxr

    first = write_av(tmp_path / "1.aac", _STEREO, 44100, "aac", container_format="adts").read_bytes()
    mono = synthetic_song(SECONDS, 22050, seed=3)
    second = write_av(tmp_path / "2.aac", mono, 22050, "aac", container_format="adts").read_bytes()
    path = tmp_path / "both.aac"
    path.write_bytes(first + second)
    samples, info = read_audio(path)
    assert info.sample_rate == 44100
    assert len(samples) / 44100 == pytest.approx(2 * SECONDS, abs=0.2)
    assert best_match(samples, _MONO[44100:88200].astype(np.float32))[0] > 0.98
    assert best_match(samples, soxr.resample(mono, 22050, 44100)[44100:88200])[0] > 0.97


def test_not_a_number_is_silence_and_does_not_spread(tmp_path: Path) -> None:
    samples = _LEFT[:44100].copy()
    samples[20_000] = np.nan
    samples[20_001] = np.inf
    path = tmp_path / "a.wav"
    path.write_bytes(wav_bytes(samples))
    with open_audio(path) as stream:
        decoded = np.concatenate(list(stream))
        assert stream.warnings == ["2 samples are not usable numbers; silence took their place."]
    assert decoded[20_000] == decoded[20_001] == 0
    np.testing.assert_array_equal(np.delete(decoded, [20_000, 20_001]), np.delete(samples, [20_000, 20_001]))


@pytest.mark.parametrize("rate", [8000, 44100, 192000])
def test_one_sample(rate: int, tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(wav_bytes(np.array([16384], np.int16), rate))
    samples, info = read_audio(path, sample_rate=22050)
    assert 1 <= len(samples) <= 3
    assert np.isfinite(samples).all()
    assert info.duration == pytest.approx(1 / rate)


def test_zero_samples(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(wav_bytes(np.zeros(0, np.int16)))
    with pytest.raises(AudioNoSamplesError):
        open_audio(path)


def test_relative_path_after_a_change_of_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "one").mkdir()
    write_sndfile(tmp_path / "one" / "a.wav", _LEFT[:1000], subtype="FLOAT")
    for folder in (tmp_path, tmp_path / "one"):
        monkeypatch.chdir(folder)
        relative = os.path.relpath(tmp_path / "one" / "a.wav")
        np.testing.assert_array_equal(read_audio(relative)[0], _LEFT[:1000])


def test_name_as_bytes(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/\xff\xfe \xed\x95\x9c.wav"
    Path(os.fsdecode(path)).write_bytes(wav_bytes(to_int16(_LEFT)))
    assert len(read_audio(path)[0]) == len(_LEFT)


@pytest.mark.parametrize(
    "arguments",
    [
        *({"sample_rate": 0}, {"sample_rate": -1}, {"sample_rate": 10**9}, {"start": -1.0}),
        *({"start": float("nan")}, {"max_seconds": -1.0}, {"max_seconds": float("inf")}),
    ],
)
def test_arguments_that_make_no_sense(arguments: dict[str, float], tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="must be"):
        open_audio(tmp_path / "a.wav", **arguments)  # type: ignore[arg-type]


def test_info_is_plain_data() -> None:
    info = AudioInfo(format="WAV", encoding="PCM 16 bit", sample_rate=44100, channels=2, duration=None)
    with pytest.raises(AttributeError):
        info.channels = 1  # type: ignore[misc]


def _with_other_serial(ogg: bytes) -> bytes:
    """Return the Ogg file with another stream number in each page, and checksums to fit."""
    pages, position = [], 0
    while position < len(ogg):
        segments = ogg[position + 26]
        length = 27 + segments + sum(ogg[position + 27 : position + 27 + segments])
        page = bytearray(ogg[position : position + length])
        page[14] ^= 0x55
        page[22:26] = bytes(4)
        page[22:26] = _ogg_checksum(bytes(page)).to_bytes(4, "little")
        pages.append(bytes(page))
        position += length
    return b"".join(pages)


def _ogg_checksum(page: bytes) -> int:
    table = []
    for byte in range(256):
        value = byte << 24
        for _ in range(8):
            value = (value << 1 ^ 0x04C11DB7 if value & 0x80000000 else value << 1) & 0xFFFFFFFF
        table.append(value)
    checksum = 0
    for byte in page:
        checksum = (checksum << 8 & 0xFFFFFFFF) ^ table[checksum >> 24 ^ byte]
    return checksum
