"""Files that people do have, and what must come of each: a result, with or without warnings, or one error."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.audio_files import (
    to_int16,
    wav_bytes,
    write_av,
    write_long_wav,
    write_silent_video,
    write_sndfile,
)
from tests.synthetic_song import synthetic_song

SECONDS = 4.0
_song = synthetic_song(SECONDS)
_pcm = to_int16(_song)


@dataclass(frozen=True)
class BrokenFile:
    """One file and what must come of it.

    Attributes:
        name: of the file.
        write: puts it at a path.
        error: code of the error that opening it must raise, None when it is to be decoded.
        warnings: codes of the warnings that come with the result.
        seconds: length of the result.
        tolerance: relative, of that length.
    """

    name: str
    write: Callable[[Path], object]
    error: str | None = None
    warnings: tuple[str, ...] = ()
    seconds: float | None = None
    tolerance: float = 0.02

    def make(self, folder: Path) -> Path:
        """Put the file into `folder` and return its path."""
        path = Path(os.fsdecode(os.fsencode(folder / self.name)))
        self.write(path)
        return path


def broken_files() -> list[BrokenFile]:
    """Return every kind of odd file; none takes more than a second to make."""
    return [*_not_audio(), *_wrong_headers(), *_damaged(), *_unusual(), *_named_oddly()]


def _not_audio() -> Iterator[BrokenFile]:
    yield BrokenFile("empty.wav", lambda p: p.write_bytes(b""), "audio-empty")
    yield BrokenFile("text.wav", lambda p: p.write_text("This is no sound.\n" * 200), "audio-unknown-format")
    yield BrokenFile("short.mp3", lambda p: p.write_bytes(b"x"), "audio-unknown-format")
    # Its byte-order mark looks like the start of an MPEG frame.
    yield BrokenFile("utf16.mp3", lambda p: p.write_text("텍스트\n" * 500, "utf-16"), "audio-unknown-format")
    yield BrokenFile(
        "random.flac",
        lambda p: p.write_bytes(np.random.default_rng(1).bytes(200_000)),
        "audio-unknown-format",
    )
    yield BrokenFile("zeros.ogg", lambda p: p.write_bytes(bytes(100_000)), "audio-unknown-format")
    # A play list must not make the decoder open other files, or the network.
    yield BrokenFile(
        "list.m3u8",
        lambda p: p.write_text("#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nhttp://127.0.0.1:9/a.ts\n"),
        "audio-unknown-format",
    )
    yield BrokenFile("folder.wav", lambda p: p.mkdir(), "audio-folder")
    yield BrokenFile("missing.wav", lambda _: None, "audio-missing")
    yield BrokenFile("dangling.wav", lambda p: p.symlink_to(p.parent / "nowhere"), "audio-missing")
    yield BrokenFile("loop.wav", lambda p: p.symlink_to(p), "audio-read")
    yield BrokenFile("pipe.wav", os.mkfifo, "audio-not-a-file")
    yield BrokenFile("device.wav", lambda p: p.symlink_to("/dev/zero"), "audio-not-a-file")
    yield BrokenFile("silent-film.mp4", write_silent_video, "audio-no-stream")


def _wrong_headers() -> Iterator[BrokenFile]:
    def wav(
        name: str,
        error: str | None,
        *,
        seconds: float | None = None,
        warnings: tuple[str, ...] = (),
        **lies: int,
    ):
        content = wav_bytes(_pcm, **lies)  # type: ignore[arg-type]
        return BrokenFile(name, lambda p: p.write_bytes(content), error, warnings, seconds)

    whole = len(_pcm) * 2
    yield wav("size-0.wav", None, data_size=0, riff_size=36, warnings=("length-unstated",), seconds=SECONDS)
    yield wav("size-max.wav", None, data_size=0xFFFFFFFF, warnings=("length-unstated",), seconds=SECONDS)
    yield wav("size-2g.wav", None, data_size=0x7FFFFFFF, warnings=("length-unstated",), seconds=SECONDS)
    yield wav("too-long.wav", None, data_size=2 * whole, warnings=("ends-early",), seconds=SECONDS)
    yield wav("too-short.wav", None, data_size=1000, warnings=("length-understated",), seconds=SECONDS)
    yield wav("riff-0.wav", None, riff_size=0, seconds=SECONDS)
    yield wav("riff-max.wav", None, riff_size=0xFFFFFFFF, seconds=SECONDS)
    yield wav("channels-0.wav", "audio-header", channels=0)
    yield wav("channels-65535.wav", "audio-header", channels=65535)
    yield wav("rate-0.wav", "audio-header", sample_rate=0)
    yield wav("rate-4e9.wav", "audio-header", sample_rate=4_000_000_000)
    yield wav("rate-1.wav", "audio-header", sample_rate=1)
    yield wav("bits-0.wav", "audio-codec", bits=0)
    yield wav("unknown-codec.wav", "audio-codec", encoding=0x9999)
    content = wav_bytes(_pcm)
    yield BrokenFile("only-header.wav", lambda p: p.write_bytes(content[:44]), "audio-no-samples")
    yield BrokenFile("half-header.wav", lambda p: p.write_bytes(content[:20]), "audio-damaged")
    tagged = wav_bytes(_pcm, trailer=b"LIST\x1a\x00\x00\x00INFOISFT\x0e\x00\x00\x00Lavf58.76.100\x00")
    yield BrokenFile("tagged.wav", lambda p: p.write_bytes(tagged), seconds=SECONDS)
    no_samples = wav_bytes(_pcm[:0], trailer=b"LIST\x04\x00\x00\x00INFO")
    yield BrokenFile("zero-length.wav", lambda p: p.write_bytes(no_samples), "audio-no-samples")


def _damaged() -> Iterator[BrokenFile]:
    def cut(path: Path, part: float) -> None:
        content = path.read_bytes()
        path.write_bytes(content[: round(len(content) * part)])

    def hole(path: Path) -> None:
        content = bytearray(path.read_bytes())
        middle = len(content) // 2
        content[middle : middle + 3000] = np.random.default_rng(0).bytes(3000)
        path.write_bytes(content)

    def snd(
        name: str, spoil: Callable[[Path], None], warnings: tuple[str, ...], seconds: float, **options: str
    ):
        def write(path: Path) -> None:
            write_sndfile(path, _song, **options)
            spoil(path)

        return BrokenFile(name, write, None, warnings, seconds, tolerance=0.15)

    early = ("ends-early",)
    yield snd("truncated.mp3", lambda p: cut(p, 0.5), early, SECONDS / 2)
    yield snd("truncated.flac", lambda p: cut(p, 0.5), early, SECONDS / 2)
    yield snd("truncated.wav", lambda p: cut(p, 0.5), early, SECONDS / 2)
    yield snd("truncated.aiff", lambda p: cut(p, 0.5), early, SECONDS / 2)
    yield snd("truncated.au", lambda p: cut(p, 0.5), early, SECONDS / 2)
    yield snd("truncated.ogg", lambda p: cut(p, 0.5), ("cut-off",), 0.35 * SECONDS)  # of big pages
    yield snd("hole.mp3", hole, ("damaged",), SECONDS)
    yield snd("hole.flac", hole, ("damaged",), SECONDS)

    def m4a(path: Path, spoil: Callable[[bytes], bytes]) -> None:
        write_av(path, _song, 44100, "aac", container_format="mp4")
        path.write_bytes(spoil(path.read_bytes()))

    yield BrokenFile("truncated.m4a", lambda p: m4a(p, lambda b: b[: len(b) // 2]), "audio-damaged")
    yield BrokenFile(
        "fairplay.m4p", lambda p: m4a(p, lambda b: b.replace(b"mp4a", b"drms")), "audio-protected"
    )
    yield BrokenFile(
        "encrypted.m4a", lambda p: m4a(p, lambda b: b.replace(b"mp4a", b"enca")), "audio-protected"
    )
    not_numbers = _song.copy()
    not_numbers[1000:2000:4] = np.nan
    not_numbers[2000:3000:4] = np.inf
    not_numbers[3000:4000:4] = -1e30
    content = wav_bytes(not_numbers)
    yield BrokenFile("nan.wav", lambda p: p.write_bytes(content), None, ("not-finite",), SECONDS)
    nothing = wav_bytes(np.full(44100, np.nan, np.float32))
    yield BrokenFile("all-nan.wav", lambda p: p.write_bytes(nothing), None, ("not-finite",), 1.0)


def _unusual() -> Iterator[BrokenFile]:
    one = wav_bytes(_pcm[:1])
    yield BrokenFile("one-sample.wav", lambda p: p.write_bytes(one), seconds=1 / 44100)
    telephone = wav_bytes(np.round(127.5 + 127 * _song[::5][: 8000 * 3]).astype(np.uint8), 8000)
    yield BrokenFile("8k-8bit.wav", lambda p: p.write_bytes(telephone), seconds=3.0)
    six = np.stack([_song] * 6, axis=1)
    yield BrokenFile(
        "192k-24bit-6ch.wav",
        lambda p: write_sndfile(p, six, 192_000, subtype="PCM_24"),
        seconds=len(_song) / 192_000,
    )
    yield BrokenFile("float64.wav", lambda p: write_sndfile(p, _song, subtype="DOUBLE"), seconds=SECONDS)
    yield BrokenFile("film.mkv", lambda p: write_av(p, _song, 44100, "aac", with_video=True), seconds=SECONDS)
    wrong = {
        "really-mp3.wav": "MP3",
        "really-wav.mp3": "WAV",
        "really-flac.ogg": "FLAC",
        "really-ogg.xyz": "OGG",
    }
    for name, kind in wrong.items():
        yield BrokenFile(name, lambda p, kind=kind: write_sndfile(p, _song, format=kind), seconds=SECONDS)
    yield BrokenFile(
        "really-m4a.raw", lambda p: write_av(p, _song, 44100, "aac", container_format="mp4"), seconds=SECONDS
    )


def _named_oddly() -> Iterator[BrokenFile]:
    content = wav_bytes(_pcm)
    names = (
        "a name with spaces.wav",
        "한국어 노래.wav",
        "🎵 emoji 🎸.wav",
        "-dash.wav",
        "quote'\"$(x);.wav",
        "new\nline.wav",
    )
    for name in (*names, os.fsdecode(b"not-utf8-\xff\xe9.wav")):
        yield BrokenFile(name, lambda p: p.write_bytes(content), seconds=SECONDS)


def three_hours() -> BrokenFile:
    """Return a file of three hours; decoding it takes seconds."""
    return BrokenFile("three-hours.wav", lambda p: write_long_wav(p, 3.0, 22050, 1), seconds=3 * 3600.0)
