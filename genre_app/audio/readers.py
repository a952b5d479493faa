"""Readers of sound files: libsndfile where it can, FFmpeg (PyAV) for the rest, chosen by content.

Runs in the decoder's child process. Imports are late: a WAV never pays for FFmpeg.
"""

from __future__ import annotations

import contextlib
import logging
import re
import sys
from collections.abc import Callable, Iterator
from io import FileIO
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from genre_app.audio import headers
from genre_app.audio.errors import (
    AudioCodecError,
    AudioDamagedError,
    AudioError,
    AudioHeaderError,
    AudioNoSamplesError,
    AudioNoStreamError,
    AudioProtectedError,
    AudioUnknownFormatError,
    AudioWarning,
    shown_time,
)

if TYPE_CHECKING:
    import av.audio.frame
    import av.audio.layout
    import av.audio.resampler
    import av.audio.stream
    import av.container

logger = logging.getLogger(__name__)

Float32 = NDArray[np.float32]

SAMPLE_RATES = range(1_000, 6_144_001)
"""Hz; what lies outside is not a sound but a damaged header (768 kHz is for sale, DSD has 5.6 MHz)."""
CHANNELS = range(1, 257)

_LENGTH_TOLERANCE = 0.5
"""Seconds by which a file may end before its header says: encoders' padding is counted differently."""
_PRE_ROLL = 0.25
"""Seconds decoded before the position sought: lossy decoders need some frames to come into their stride."""
_MEASURED_SIZE = 64 << 20
"""Bytes up to which a file that does not state its length is scanned for it: some tenths of a second."""

_SNDFILE_KINDS = frozenset({"wav", "rf64", "w64", "aiff", "au", "caf", "flac", "ogg", "mp3"})
"""What libsndfile 1.2.2 reads to the sample. Not Opus, of which it loses the end and keeps the pre-skip."""

_SNDFILE_ENCODINGS = {
    "PCM_S8": "PCM 8 bit",
    "PCM_U8": "PCM 8 bit",
    "PCM_16": "PCM 16 bit",
    "PCM_24": "PCM 24 bit",
    "PCM_32": "PCM 32 bit",
    "FLOAT": "float 32 bit",
    "DOUBLE": "float 64 bit",
    "ULAW": "µ-law",
    "ALAW": "A-law",
    "VORBIS": "Vorbis",
    "OPUS": "Opus",
    "MPEG_LAYER_I": "MPEG layer I",
    "MPEG_LAYER_II": "MPEG layer II",
    "MPEG_LAYER_III": "MPEG layer III",
}
_SNDFILE_FORMATS = {"WAVEX": "WAV"}

_AV_FORMATS = {
    "mov,mp4,m4a,3gp,3g2,mj2": "MP4",
    "matroska,webm": "Matroska",
    "aac": "AAC",
    "asf": "WMA",
    "wv": "WavPack",
    "mpegts": "MPEG-TS",
    "mpc": "Musepack",
    "mpc8": "Musepack",
}
_AV_ENCODINGS = {
    "aac": "AAC",
    "alac": "ALAC",
    "mp3": "MPEG layer III",
    "mp2": "MPEG layer II",
    "vorbis": "Vorbis",
    "opus": "Opus",
    "wavpack": "WavPack",
}
AV_DEMUXERS = (
    "aac,ac3,aiff,amr,ape,asf,au,avi,caf,dsf,dts,eac3,flac,flv,loas,matroska,mov,mp3,mp4,mpc,mpc8,mpeg,"
    "mpegts,ogg,rm,tak,tta,voc,w64,wav,wv"
)
"""What FFmpeg may take a file for: sound and video. Without play lists, which would open other files and
network addresses, and without the hundreds of formats for which a text can be mistaken."""
_SAMPLE_TYPES = {"u8": "u1", "s16": "i2", "s32": "i4", "s64": "i8", "flt": "f4", "dbl": "f8"}
_UNSTATED_KINDS = frozenset({"mp3", "id3", "adts", "ac3", "dts", "amr", "ogg-chained"})
"""Kinds without a header for the whole file: FFmpeg's idea of their length is a guess from the bit rate."""


class DamagedDataError(Exception):
    """What follows can't be decoded by the reader that raises it."""


class Reader(Protocol):
    """One sound file being decoded.

    Attributes:
        format, encoding: for people, "FLAC", "PCM 16 bit".
        sample_rate: Hz.
        channels: how many each block has.
        frames: how many there are by all that is known without decoding, None for nothing.
        promised: how many there must be if the file is whole, None when it does not say.
        damaged_at: position in seconds of the first piece that had to be skipped, None if there was none.
    """

    format: str
    encoding: str
    sample_rate: int
    channels: int
    frames: int | None
    promised: int | None
    damaged_at: float | None

    def seek(self, frame: int) -> int:
        """Move near `frame`, not behind it; return how many frames to drop from what is read then."""

    def read(self, frames: int) -> Float32:
        """Return up to `frames` next frames, shape (n, channels); n is 0 only at the end.

        Raises:
            DamagedDataError: if there is more but it cannot be decoded.
        """

    def close(self) -> None:
        """Let go of the decoder; the file stays open."""


class Source:
    """One file, read by whichever reader can, and by another one from where the first had to give up.

    Attributes:
        format, encoding: for people, "FLAC", "PCM 16 bit".
        sample_rate: Hz.
        channels: how many each block has.
        frames: how many there are by all that is known without decoding, None for nothing.
        warnings: what was found out of order so far.
        position: frames passed since the start of the file.
    """

    def __init__(self, file: FileIO, size: int, path: str) -> None:
        """Open the regular file `file` of `size` > 0 bytes, named `path` in messages.

        Raises:
            AudioError: one of its subclasses, when there is nothing that can be decoded.
        """
        self.warnings: list[AudioWarning] = []
        self.position = 0
        self._file = file
        self._size = size
        self._path = path
        self._damaged_at: float | None = None
        self._kind = headers.sniff(file)
        if self._kind in ("ogg", "opus") and headers.is_ogg_chained(file, size):
            self._kind = "ogg-chained"
        self._wav_layout = headers.read_wav_layout(file, size) if self._kind == "wav" else None
        self._reader = self._open()
        self.format = self._reader.format
        self.encoding = self._reader.encoding
        self.sample_rate = self._reader.sample_rate
        self.channels = self._reader.channels
        self.frames = self._reader.frames
        self._promised = self._promised_frames()

    def seek(self, frame: int, alive: Callable[[], None]) -> None:
        """Move to exactly `frame`, or to the end; `alive` is called again and again while that takes."""
        if self._kind == "ogg":  # where libsndfile lands up to a second off
            self._change_to_av()
        drop = self._reader.seek(frame)
        self.position = frame - drop
        while drop > 0:
            block = self.read(min(drop, self.sample_rate))
            if not len(block):
                break
            drop -= len(block)
            alive()

    def read(self, frames: int) -> Float32:
        """Return up to `frames` next frames, shape (n, channels); n is 0 at the end. Damage never raises."""
        while True:
            try:
                block = self._reader.read(frames)
            except DamagedDataError as error:
                logger.warning("%s at frame %d: %s", self._path, self.position, error)
                self._note_damage(self.position / self.sample_rate)
                position = self.position
                if self._change_to_av():
                    self.seek(position, alive=lambda: None)
                    if self.position == position:
                        continue
                    self.position = position
                block = np.zeros((0, self.channels), np.float32)
            if self._reader.damaged_at is not None:
                self._note_damage(self._reader.damaged_at)
            self.position += len(block)
            return block

    def finish(self) -> None:
        """Note, at the end of the file, whether it came too early, and what damage there was on the way."""
        rate = self.sample_rate
        missing = (self._promised - self.position) / rate if self._promised is not None else 0.0
        early = missing > _LENGTH_TOLERANCE
        if early and self._promised is not None:
            self._warn(
                "ends-early",
                found=shown_time(self.position / rate),
                promised=shown_time(self._promised / rate),
            )
        elif self._kind in ("ogg", "opus") and headers.is_ogg_cut(self._file, self._size):
            early = True
            self._warn("cut-off", found=shown_time(self.position / rate))
        at_end = self._damaged_at is not None and self._damaged_at > self.position / rate - 1.5
        if self._damaged_at is not None and not (early and at_end):
            self._warn("damaged", position=shown_time(self._damaged_at))

    @property
    def damaged(self) -> bool:
        """Whether anything had to be skipped so far."""
        return self._damaged_at is not None

    def close(self) -> None:
        """Let go of the decoder; the file stays open."""
        self._reader.close()

    def _open(self) -> Reader:
        reason = ""
        if self._sndfile_is_first():
            try:
                return SndfileReader(self._file, self._path, self._patched_wav())
            except DamagedDataError as error:
                reason = str(error)
        return AvReader(self._file, self._size, self._path, self._kind, reason)

    def _sndfile_is_first(self) -> bool:
        if self._kind == "mp3":
            return headers.states_mp3_length(self._file, self._size)
        return self._kind in _SNDFILE_KINDS

    def _patched_wav(self) -> headers.PatchedFile | None:
        """Check a WAV's header; return the file with a right one, None when its own is good enough."""
        layout = self._wav_layout
        if layout is None:
            return None
        check_plausible(layout.sample_rate, layout.channels, self._path)
        if layout.used == min(layout.stated, layout.present):
            return None  # libsndfile copes with sizes beyond the end by itself
        used = min(layout.used, 0xFFFFFFFF)
        return headers.PatchedFile(self._file, layout.size_offset, used.to_bytes(4, "little"))

    def _promised_frames(self) -> int | None:
        """Return the frames that the header promises, warning right away if its words make no sense."""
        frames, rate, layout = self.frames, self.sample_rate, self._wav_layout
        if layout is None or frames is None or not layout.used or not isinstance(self._reader, SndfileReader):
            return self._reader.promised
        stated = round(frames * layout.stated / layout.used)
        if layout.unstated:
            if layout.used:
                self._warn("length-unstated", found=shown_time(frames / rate))
        elif stated < frames:
            self._warn(
                "length-understated", promised=shown_time(stated / rate), found=shown_time(frames / rate)
            )
        else:
            return stated
        return frames

    def _change_to_av(self) -> bool:
        """Let FFmpeg go on where libsndfile can't, from the start of the file; return whether it does.

        It finds its way back into damaged streams, and to the right place in an Ogg file.
        """
        if not isinstance(self._reader, SndfileReader):
            return False
        try:
            follower = AvReader(self._file, self._size, self._path, self._kind, "")
        except AudioError:
            return False
        if (follower.sample_rate, follower.channels) != (self.sample_rate, self.channels):
            follower.close()
            return False
        self._reader.close()
        self._reader = follower
        self.position = 0
        return True

    def _note_damage(self, seconds: float) -> None:
        if self._damaged_at is None or seconds < self._damaged_at:
            self._damaged_at = seconds

    def _warn(self, code: str, **parameters: object) -> None:
        self.warnings.append(AudioWarning(code, **parameters))


def check_plausible(sample_rate: int, channels: int, path: str) -> None:
    """Raise AudioHeaderError when no audio file has this sample rate (Hz) or number of channels."""
    if sample_rate not in SAMPLE_RATES:
        raise AudioHeaderError(path=path, claim=f"a sample rate of {sample_rate} Hz")
    if channels not in CHANNELS:
        raise AudioHeaderError(path=path, claim=f"{channels} channels")


class SndfileReader:
    """Reads with libsndfile."""

    damaged_at: float | None = None

    def __init__(self, file: FileIO, path: str, patched: headers.PatchedFile | None = None) -> None:
        """Open `file`, or its view `patched`.

        Raises:
            DamagedDataError: if libsndfile cannot read it.
            AudioHeaderError: if its header cannot be true.
        """
        import soundfile

        self._error: type[Exception] = soundfile.SoundFileError
        file.seek(0)  # libsndfile takes the present position for the start of the file
        (patched or file).seek(0)
        # Windows' libraries do not share file descriptors; there libsndfile reads through Python.
        source = patched or (file if sys.platform == "win32" else file.fileno())
        try:
            self._sound = soundfile.SoundFile(source, closefd=False)
        except self._error as error:
            raise DamagedDataError(str(error).partition(": ")[2] or str(error)) from error
        self.sample_rate: int = self._sound.samplerate
        self.channels: int = self._sound.channels
        try:
            check_plausible(self.sample_rate, self.channels, path)
        except AudioError:
            self._sound.close()
            raise
        subtype = self._sound.subtype
        layers = {"MPEG_LAYER_III": "MP3", "MPEG_LAYER_II": "MP2"}
        self.format = layers.get(subtype, _SNDFILE_FORMATS.get(self._sound.format, self._sound.format))
        self.encoding = _SNDFILE_ENCODINGS.get(subtype, subtype.replace("_", " "))
        frames: int = self._sound.frames
        self.frames = frames if 0 <= frames < 1 << 62 else None
        self.promised = self._promised_frames()

    def seek(self, frame: int) -> int:
        """See `Reader.seek`."""
        if self.frames is not None:
            frame = min(frame, self.frames)
        try:
            self._sound.seek(frame)
        except self._error:
            with contextlib.suppress(self._error):
                self._sound.seek(0)
            return frame
        return 0

    def read(self, frames: int) -> Float32:
        """See `Reader.read`."""
        try:
            block: Float32
            if self._sound.subtype == "PCM_16":
                # The same to the bit as reading float32, in a quarter of the time.
                whole = self._sound.read(frames, dtype="int16", always_2d=True)
                block = np.multiply(whole, np.float32(1 / 32768), dtype=np.float32)
            else:
                block = self._sound.read(frames, dtype="float32", always_2d=True)
        except self._error as error:
            raise DamagedDataError(str(error)) from error
        return block

    def close(self) -> None:
        """See `Reader.close`."""
        self._sound.close()

    def _promised_frames(self) -> int | None:
        """Look into libsndfile's log, the only place where it tells of a size beyond the end."""
        log, frames = self._sound.extra_info, self.frames
        if found := re.search(r"does not match value from 'ds64' chunk of (\d+)", log):
            return int(found[1])
        found = re.search(r"(?:SSND|Data Size) *: (\d+) \(should be (\d+)\)", log)
        if found is None or frames is None:
            return frames
        stated, present = int(found[1]), int(found[2])
        return round(frames * stated / present) if present and stated < 0x7FFF0000 else frames


class AvReader:
    """Reads with FFmpeg, through PyAV: whatever else holds sound, and damaged streams."""

    def __init__(self, file: FileIO, size: int, path: str, kind: str | None, reason: str) -> None:
        """Open `file` of `size` bytes, sniffed as `kind`; `reason` says why another reader did not take it.

        Raises:
            AudioError: a subclass that says what is wrong.
        """
        import av

        self._file = file
        self._path = path
        self._kind = kind
        self._reason = reason
        self._error: type[Exception] = av.FFmpegError
        self.damaged_at: float | None = None
        self._size = size
        if kind == "mp4" and headers.mp4_sample_formats(file, size) & headers.PROTECTED_FORMATS:
            raise AudioProtectedError(path=path)
        self._measured = self._measure() if kind in _UNSTATED_KINDS and size <= _MEASURED_SIZE else None
        self._rewind()
        first = self._first
        self.sample_rate: int = first.sample_rate
        self.channels: int = first.layout.nb_channels
        try:
            check_plausible(self.sample_rate, self.channels, path)
        except AudioError:
            self.close()
            raise
        self.format = self._format_name()
        self.encoding = self._encoding_name()
        self.promised = self._promised_frames()
        self.frames = self.promised
        if self.promised is None and self._container.duration is not None and kind not in _UNSTATED_KINDS:
            self.frames = round(self._container.duration / 1_000_000 * self.sample_rate)

    def seek(self, frame: int) -> int:
        """See `Reader.seek`."""
        if frame == 0:
            return 0
        origin, base = self._first.pts, self._stream.time_base
        target = max(0.0, frame / self.sample_rate - _PRE_ROLL)
        if origin is not None and base is not None and target > 0:
            try:
                self._container.seek(int(origin + target / base), stream=self._stream)
                self._restart()
                landed = next(self._frames, None)
            except self._error:
                landed = None
            if landed is not None and landed.pts is not None:
                skipped = round(float((landed.pts - origin) * base) * self.sample_rate)
                if 0 <= skipped <= frame:
                    self._pending = self._samples(landed)
                    return frame - skipped
        self.close()
        self._rewind()
        return frame

    def read(self, frames: int) -> Float32:
        """See `Reader.read`; here exactly `frames` but at the end."""
        parts, wanted = [self._pending], frames - len(self._pending)
        while wanted > 0:
            frame = next(self._frames, None)
            if frame is None:
                break
            part = self._samples(frame)
            parts.append(part)
            wanted -= len(part)
        block = np.concatenate(parts)
        self._pending = block[frames:]
        return block[:frames]

    def close(self) -> None:
        """See `Reader.close`."""
        self._container.close()

    def _measure(self) -> float | None:
        """Return the seconds in a file that does not state them, by running through its packets."""
        container = self._open_container()
        try:
            stream = self._audio_stream(container)
            length = sum(packet.duration or 0 for packet in container.demux(stream))
            return float(length * stream.time_base) if stream.time_base is not None else None
        except (self._error, OSError):
            return None
        finally:
            container.close()

    def _open_container(self) -> av.container.InputContainer:
        import av

        self._file.seek(0)
        try:
            return av.open(
                self._file,
                "r",
                options={"protocol_whitelist": "none", "format_whitelist": AV_DEMUXERS},
                metadata_errors="replace",  # tags in old Korean, Cyrillic or other encodings
                buffer_size=1 << 16,
            )
        except (self._error, OSError) as error:
            # PyAV's errors are OSErrors when FFmpeg's number is one of the system's, EIO for instance.
            reason = self._reason or getattr(error, "strerror", None) or str(error)
            if self._kind is None:
                raise AudioUnknownFormatError(path=self._path, details=reason) from error
            raise AudioDamagedError(path=self._path, reason=reason) from error

    def _audio_stream(self, container: av.container.InputContainer) -> av.audio.stream.AudioStream:
        from av.stream import Discard

        stream: Any = container.streams.best("audio")
        if stream is None and container.streams.audio:
            stream = container.streams.audio[0]  # the header says nothing about it, perhaps its frames do
        if stream is None:
            raise AudioNoStreamError(path=self._path)
        if stream.codec_context is None:
            raise AudioCodecError(path=self._path, codec=self._codec_name())
        for other in container.streams:
            if other.index != stream.index:
                other.discard = Discard.all  # the demuxer then skips a video instead of reading it
        audio: av.audio.stream.AudioStream = stream
        return audio

    def _codec_name(self) -> str:
        """Return how the header calls an encoding that FFmpeg has no decoder for."""
        if self._kind == "mp4":
            formats = headers.mp4_sample_formats(self._file, self._size)
            return ", ".join(sorted(name.decode("ascii", "replace") for name in formats))
        layout = headers.read_wav_layout(self._file, self._size) if self._kind == "wav" else None
        return f"WAV format 0x{layout.encoding:04x}" if layout else "unknown"

    def _rewind(self) -> None:
        """Open the file from its start and decode the first frame; it alone tells the true sample rate."""
        self._container = self._open_container()
        try:
            self._stream = self._audio_stream(self._container)
            self._restart()
            first = next(self._frames, None)
            if first is None and self.damaged_at is None:
                raise AudioNoSamplesError(path=self._path)
            if first is None:
                raise AudioDamagedError(path=self._path, reason=self._reason or "its sound data is corrupt")
            self._first = first
            self._pending = self._samples(first)
        except BaseException:
            self._container.close()
            raise

    def _restart(self) -> None:
        """Forget what was decoded; frames follow from the container's present position."""
        self._adapter: av.audio.resampler.AudioResampler | None = None
        self._adapted: tuple[str, str, int] | None = None
        self._frames = self._decode()

    def _decode(self) -> Iterator[av.audio.frame.AudioFrame]:
        """Yield frames to the end of the file, over what cannot be decoded."""
        base = self._stream.time_base
        seconds = 0.0
        packets = self._container.demux(self._stream)
        while True:
            try:
                packet = next(packets, None)
            except (self._error, OSError) as error:
                logger.warning("%s: %s", self._path, error)
                self._note_damage(seconds)
                return
            if packet is None:
                return
            if packet.pts is not None and base is not None:
                seconds = float(packet.pts * base)
            try:
                frames = packet.decode()
            except self._error as error:
                if self.damaged_at is None:
                    logger.warning("%s: %s", self._path, error)
                self._note_damage(seconds)
                continue
            for frame in frames:
                _keep_layout(frame)
                if frame.samples:
                    yield frame

    def _samples(self, frame: av.audio.frame.AudioFrame) -> Float32:
        """Return the samples of `frame`, shape (n, channels), in the rate and layout of the first frame."""
        first = self._first
        if (frame.sample_rate, frame.layout.name) == (first.sample_rate, first.layout.name):
            return _to_float(frame)
        return self._adapt(frame)

    def _adapt(self, frame: av.audio.frame.AudioFrame) -> Float32:
        """Convert a frame after the stream has changed its rate or layout, as joined files do."""
        import av

        source = (frame.format.name, frame.layout.name, frame.sample_rate)
        if self._adapter is None or source != self._adapted:
            custom = _is_custom(self._first.layout)
            layout = f"{self.channels}c" if custom else self._first.layout
            self._adapter = av.AudioResampler("flt", layout, self._first.sample_rate)
            self._adapted = source
        try:
            parts = [_to_float(part) for part in self._adapter.resample(frame)]
        except (self._error, ValueError):  # of damage, a layout that nothing can be made of
            self._note_damage(float(frame.time or 0.0))
            parts = []
        return np.concatenate(parts) if parts else np.zeros((0, self.channels), np.float32)

    def _note_damage(self, seconds: float) -> None:
        if self.damaged_at is None:
            self.damaged_at = seconds

    def _promised_frames(self) -> int | None:
        if self._measured is not None:
            return round(self._measured * self.sample_rate)
        if self._kind in _UNSTATED_KINDS:
            return None
        stream = self._stream
        if stream.duration is not None and stream.time_base is not None:
            return round(float(stream.duration * stream.time_base) * self.sample_rate)
        if self._container.duration is not None and len(self._container.streams) == 1:
            return round(self._container.duration / 1_000_000 * self.sample_rate)
        return None

    def _format_name(self) -> str:
        from av.stream import Disposition

        name = self._container.format.name
        if name == "mp3" and self._stream.codec_context.name == "mp2":
            return "MP2"
        has_video = any(
            not stream.disposition & Disposition.attached_pic for stream in self._container.streams.video
        )
        if name.startswith("mov,") and not has_video:
            return "M4A"
        return _AV_FORMATS.get(name, name.partition(",")[0].upper())

    def _encoding_name(self) -> str:
        name = self._stream.codec_context.name.removesuffix("float")
        pcm = re.fullmatch(r"pcm_([suf])(\d+)(?:[lb]e)?(?:_planar)?", name)
        if pcm:
            return f"{'float' if pcm[1] == 'f' else 'PCM'} {pcm[2]} bit"
        return _AV_ENCODINGS.get(name, name.upper().replace("_", " "))


_kept_layouts: list[av.audio.layout.AudioLayout] = []


def _is_custom(layout: av.audio.layout.AudioLayout) -> bool:
    """Whether the channels are in an order that FFmpeg has no name for, as in many QuickTime files."""
    return " channels (" in layout.name


def _keep_layout(frame: av.audio.frame.AudioFrame) -> None:
    """Keep PyAV 18.1 from freeing a custom layout twice, with the frame and by itself: it is not to end.

    That is some 4 kB for a second of sound, in files that are rare; a process that has died is dearer.
    """
    if _is_custom(frame.layout):
        _kept_layouts.append(frame.layout)


def _to_float(frame: av.audio.frame.AudioFrame) -> Float32:
    """Return the samples of `frame`, shape (n, channels), full scale being ±1."""
    channels = frame.layout.nb_channels
    dtype = np.dtype(_SAMPLE_TYPES[frame.format.packed.name])
    if frame.format.is_planar:
        # Not frame.to_ndarray: from eight channels on, PyAV 18.1 finds planes that do not exist, and crashes.
        planes = frame.planes[:channels]
        array = np.stack([np.frombuffer(bytes(plane), dtype, frame.samples) for plane in planes], axis=1)
    else:
        array = np.frombuffer(bytes(frame.planes[0]), dtype, frame.samples * channels).reshape(-1, channels)
    samples: Float32 = array.astype(np.float32)
    if dtype.kind == "u":
        samples -= 128.0
    if dtype.kind != "f":
        samples *= 2.0 ** (1 - 8 * dtype.itemsize)
    return samples
