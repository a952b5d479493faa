"""What the headers of sound files say, read without a decoder: enough to choose one, and not to be lied to.

Runs in the decoder's child process; the standard library only. Files are binary, seekable file objects.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import BinaryIO

_SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"RF64", "rf64"),
    (0, b"riff\x2e\x91\xcf\x11", "w64"),
    (0, b"fLaC", "flac"),
    (0, b"OggS", "ogg"),
    (0, b"caff", "caf"),
    (0, b".snd", "au"),
    (0, b"dns.", "au"),
    (4, b"ftyp", "mp4"),
    (4, b"moov", "mp4"),
    (4, b"mdat", "mp4"),
    (4, b"wide", "mp4"),
    (0, b"\x1a\x45\xdf\xa3", "matroska"),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "asf"),
    (0, b"MAC ", "ape"),
    (0, b"wvpk", "wavpack"),
    (0, b"TTA1", "tta"),
    (0, b"MPCK", "musepack"),
    (0, b"MP+", "musepack"),
    (0, b"DSD ", "dsf"),
    (0, b"FLV\x01", "flv"),
    (0, b".RMF", "realmedia"),
    (0, b"#!AMR", "amr"),
    (0, b"\x00\x00\x01\xba", "mpeg-ps"),
    (0, b"\x0b\x77", "ac3"),
    (0, b"\x7f\xfe\x80\x01", "dts"),
)
_RIFF_KINDS = {b"WAVE": "wav", b"AVI ": "avi"}
_FORM_KINDS = {b"AIFF": "aiff", b"AIFC": "aiff"}

_MAX_CHUNKS = 10_000
_UNSTATED_SIZE = 0x7FFF0000
"""Sizes from here on are what writers to a pipe put into a WAV header for want of knowing better."""

PROTECTED_FORMATS = frozenset({b"drms", b"enca"})
"""How encrypted sound is called in an MP4 file: by FairPlay, and by common encryption."""

_BITRATES = {  # kbit/s by (MPEG version 1?, layer); index 0 is "free format"
    (True, 1): (0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (True, 2): (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (True, 3): (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (False, 1): (0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (False, 2): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (False, 3): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_MPEG_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}


def sniff(file: BinaryIO) -> str | None:
    """Return what `file` is by its content: "wav", "flac", "mp3", "mp4", ...; None for nothing known."""
    head = _read_at(file, 0, 16)
    if head[:4] in (b"RIFF", b"RIFX"):
        return _RIFF_KINDS.get(head[8:12])
    if head[:4] == b"FORM":
        return _FORM_KINDS.get(head[8:12])
    if head[:4] == b"OggS" and _read_at(file, 28, 8) == b"OpusHead":
        return "opus"
    for offset, signature, kind in _SIGNATURES:
        if head[offset : offset + len(signature)] == signature:
            return kind
    start = id3_size(file)
    if start and _read_at(file, start, 4) == b"fLaC":
        return "flac"
    if _is_adts(file, start):
        return "adts"
    if _is_mpeg_audio(file, start):
        return "mp3"
    return "id3" if start else None


def id3_size(file: BinaryIO) -> int:
    """Return how many bytes of ID3v2 tags precede the sound, 0 for none."""
    size = 0
    for _ in range(10):  # some programs put a tag before the tag
        head = _read_at(file, size, 10)
        if len(head) < 10 or head[:3] != b"ID3" or any(byte > 127 for byte in head[6:]):
            break
        footer = 10 if head[5] & 0x10 else 0
        size += 10 + footer + (head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9])
    return size


@dataclass(frozen=True, slots=True)
class MpegFrame:
    """What the four bytes at the start of an MPEG audio frame say.

    Attributes:
        layer: 1, 2 or 3.
        sample_rate: Hz.
        length: bytes to the next frame, 0 when not stated ("free format").
        side_info: bytes between the header and the sound, where a layer III file has its Xing tag.
    """

    layer: int
    sample_rate: int
    length: int
    side_info: int


def parse_mpeg_frame(head: bytes) -> MpegFrame | None:
    """Return what the frame header `head` (4 bytes) says, None when it is none."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    version, layer_code = head[1] >> 3 & 3, head[1] >> 1 & 3
    bitrate_index, rate_index = head[2] >> 4, head[2] >> 2 & 3
    if version == 1 or layer_code == 0 or bitrate_index == 15 or rate_index == 3:
        return None
    layer = 4 - layer_code
    sample_rate = _MPEG_RATES[version][rate_index]
    bitrate = 1000 * _BITRATES[version == 3, layer][bitrate_index]
    padding = head[2] >> 1 & 1
    if layer == 1:
        length = (12 * bitrate // sample_rate + padding) * 4
    else:
        length = (72 if layer == 3 and version != 3 else 144) * bitrate // sample_rate + padding
    mono = head[3] >> 6 == 3
    side_info = (17 if mono else 32) if version == 3 else (9 if mono else 17)
    return MpegFrame(layer, sample_rate, length if bitrate else 0, side_info)


def states_mp3_length(file: BinaryIO, size: int) -> bool:
    """Whether an MP3 of `size` bytes has a tag (Xing, Info) with its number of frames that fits its size.

    Without one libsndfile guesses the length from the first frame's bit rate, and stops there: most of a
    file of variable bit rate would be lost. Joined files state only the length of the first.
    """
    start = id3_size(file)
    head = _read_at(file, start, 200)
    frame = parse_mpeg_frame(head)
    if frame is None or frame.layer != 3:
        return False
    tag = head[4 + frame.side_info :]
    if tag[:4] not in (b"Xing", b"Info") or len(tag) < 16 or tag[7] & 3 != 3:
        return False
    frames, stated = struct.unpack(">II", tag[8:16])
    return bool(frames) and stated >= 0.9 * (size - start)


@dataclass(frozen=True, slots=True)
class WavLayout:
    """Where a WAV file has its samples, and what its header says about them.

    Attributes:
        encoding: the number of the way the samples are encoded.
        channels, sample_rate: as stated, not checked.
        size_offset: where in the file the size of the samples is stated.
        stated: that size in bytes.
        present: bytes from the first sample to the end of the file.
        used: the bytes that are samples by all appearances.
    """

    encoding: int
    channels: int
    sample_rate: int
    size_offset: int
    stated: int
    present: int
    used: int

    @property
    def unstated(self) -> bool:
        """Whether the stated size is one of those that mean "not known when this was written"."""
        return self.stated == 0 or (self.stated >= _UNSTATED_SIZE and self.stated > self.present)


def read_wav_layout(file: BinaryIO, size: int) -> WavLayout | None:
    """Return the layout of the RIFF WAVE file of `size` bytes, None when it has no format or no samples."""
    position, form = 12, None
    for _ in range(_MAX_CHUNKS):
        chunk = _read_at(file, position, 8)
        if len(chunk) < 8:
            return None
        stated = int.from_bytes(chunk[4:], "little")
        if chunk[:4] == b"fmt ":
            form = _read_at(file, position + 8, 16)
        elif chunk[:4] == b"data":
            break
        position += 8 + stated + (stated & 1)
    else:
        return None
    if form is None or len(form) < 16:
        return None
    encoding, channels, sample_rate, bytes_per_second, block_align, _ = struct.unpack("<HHIIHH", form)
    present = size - position - 8
    used = min(stated, present)
    rest = present - stated
    # Up to a second of something else may follow (padding, tags); more than that is sound.
    tolerated = max(bytes_per_second, block_align) if stated else 0
    if rest > tolerated and not _are_chunks(file, position + 8 + stated, size):
        used = present
    return WavLayout(encoding, channels, sample_rate, position + 4, stated, present, used)


def _are_chunks(file: BinaryIO, position: int, size: int) -> bool:
    """Whether RIFF chunks, with or without a padding byte before them, fill the file to its end."""
    for start in {position, position + (position & 1)}:
        for _ in range(_MAX_CHUNKS):
            if size - start < 8:
                return True
            chunk = _read_at(file, start, 8)
            length = int.from_bytes(chunk[4:], "little")
            if not all(0x20 <= byte < 0x7F for byte in chunk[:4]) or start + 8 + length > size:
                break
            start += 8 + length + (length & 1)
    return False


class PatchedFile:
    """A read-only view of a file in which a few bytes are other ones: a header put right.

    It has the methods that `soundfile.SoundFile` wants of a file object.
    """

    def __init__(self, file: BinaryIO, offset: int, patch: bytes) -> None:
        self._file = file
        self._offset = offset
        self._patch = patch

    def read(self, size: int = -1) -> bytes:
        """Return up to `size` bytes from the present position on."""
        start = self._file.tell()
        data = self._file.read(size)
        first, last = max(start, self._offset), min(start + len(data), self._offset + len(self._patch))
        if first >= last:
            return data
        patched = bytearray(data)
        patched[first - start : last - start] = self._patch[first - self._offset : last - self._offset]
        return bytes(patched)

    def seek(self, offset: int, whence: int = 0) -> int:
        """Move to `offset` and return the new position."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """Return the present position."""
        return self._file.tell()


def is_ogg_chained(file: BinaryIO, size: int) -> bool:
    """Whether an Ogg file is several joined ones, of which libsndfile would read only the first."""
    head = _read_at(file, 0, 1 << 16)
    tail = _read_at(file, max(0, size - (1 << 17)), 1 << 17)
    at_start, position = set(), 0
    while length := _ogg_page_length(head, position):
        if not head[position + 5] & 2:  # the pages that begin streams come first
            break
        at_start.add(head[position + 14 : position + 18])
        position += length
    last = tail.rfind(b"OggS")
    return last >= 0 and len(tail) >= last + 18 and tail[last + 14 : last + 18] not in at_start


def is_ogg_cut(file: BinaryIO, size: int) -> bool:
    """Whether the last page of an Ogg file is incomplete, or does not say that it is the last."""
    tail = _read_at(file, max(0, size - (1 << 17)), 1 << 17)
    last = tail.rfind(b"OggS")
    length = _ogg_page_length(tail, last) if last >= 0 else 0
    return not length or last + length > len(tail) or not tail[last + 5] & 4


def _ogg_page_length(data: bytes, position: int) -> int:
    """Return the bytes of the Ogg page at `position` in `data`, 0 when there is none with a whole header."""
    head = data[position : position + 27]
    if len(head) < 27 or head[:4] != b"OggS" or len(data) < position + 27 + head[26]:
        return 0
    return 27 + head[26] + sum(data[position + 27 : position + 27 + head[26]])


def mp4_sample_formats(file: BinaryIO, size: int) -> set[bytes]:
    """Return the four-character names of how the tracks of an MP4 file of `size` bytes are encoded.

    Encrypted sound has names of its own, see `PROTECTED_FORMATS`.
    """
    formats = set()
    waiting = [(0, size)]
    for _ in range(_MAX_CHUNKS):
        if not waiting:
            break
        position, end = waiting.pop()
        head = _read_at(file, position, 16)
        length, body = int.from_bytes(head[:4], "big"), position + 8
        if length == 1:
            length, body = int.from_bytes(head[8:], "big"), position + 16
        elif length == 0:
            length = end - position
        following = position + length
        if len(head) < 8 or not body <= following:
            continue
        if following + 8 <= end:
            waiting.append((following, end))
        if head[4:8] in (b"moov", b"trak", b"mdia", b"minf", b"stbl"):
            waiting.append((body, min(following, end)))
        elif head[4:8] == b"stsd":
            formats.add(_read_at(file, body + 12, 4))
    return formats


def _is_mpeg_audio(file: BinaryIO, position: int) -> bool:
    """Whether two MPEG audio frames of one kind follow each other, or one is all there is."""
    frame = parse_mpeg_frame(_read_at(file, position, 4))
    if frame is None:
        return False
    if frame.length == 0:
        return True
    second = _read_at(file, position + frame.length, 4)
    if len(second) < 4:
        return True
    following = parse_mpeg_frame(second)
    return (
        following is not None
        and following.layer == frame.layer
        and following.sample_rate == frame.sample_rate
    )


def _is_adts(file: BinaryIO, position: int) -> bool:
    """Whether an AAC frame (ADTS) is followed by another one or by the end of the file."""
    head = _read_at(file, position, 7)
    if len(head) < 7 or head[0] != 0xFF or head[1] & 0xF6 != 0xF0:
        return False
    length = (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5
    second = _read_at(file, position + max(length, 7), 2)
    return len(second) < 2 or (second[0] == 0xFF and second[1] & 0xF6 == 0xF0)


def _read_at(file: BinaryIO, position: int, size: int) -> bytes:
    file.seek(position)
    return file.read(size)
