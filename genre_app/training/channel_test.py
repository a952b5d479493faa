"""What a channel costs: validation clips played through fixed loudspeakers, rooms, noise and codecs.

Other than the channels of training, these act on the sound itself, and what comes out of them is read from a
file by the program's own decoder, as a user's recording would be. Nothing is drawn anew: the same clips give
the same sounds each time.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import numpy as np
import soundfile
from numpy.typing import NDArray

from genre_app.classifier.classifier import Classifier
from genre_app.classifier.evaluation import wilson_interval
from genre_app.dataset.augmentation.background_noise import BackgroundNoise
from genre_app.dataset.augmentation.band_limit import BandLimit
from genre_app.dataset.augmentation.room import Room
from genre_app.training.reference_data import reference_directory

Samples = NDArray[np.float32]
Channel = Callable[[Samples, int], Samples]

MP3_BIT_RATE: Final = 64_000


def _level(decibels: float) -> Channel:
    return lambda samples, _: samples * np.float32(10.0 ** (decibels / 20.0))


def _speed(factor: float) -> Channel:
    def play(samples: Samples, sample_rate: int) -> Samples:
        import soxr

        return np.asarray(soxr.resample(samples, sample_rate * factor, sample_rate), np.float32)

    return play


def _noise(snr_db: float) -> Channel:
    return lambda samples, rate: BackgroundNoise().apply(samples, rate, colour="pink", snr_db=snr_db, seed=1)


def _band(low_hertz: float, high_hertz: float) -> Channel:
    return lambda samples, rate: BandLimit().apply(
        samples, rate, low_hertz=low_hertz, high_hertz=high_hertz, slope_db=18.0
    )


def _room(rt60: float, direct_db: float) -> Channel:
    return lambda samples, rate: Room().apply(
        samples, rate, rt60=rt60, direct_db=direct_db, damping=0.5, seed=1
    )


CHANNELS: Final[dict[str, Channel]] = {
    "as it is": lambda samples, _: samples,
    "12 dB louder": _level(12.0),
    "12 dB softer": _level(-12.0),
    "2 % faster": _speed(1.02),
    "2 % slower": _speed(1 / 1.02),
    "noise at 20 dB": _noise(20.0),
    "noise at 10 dB": _noise(10.0),
    "small loudspeaker (200 Hz to 10 kHz)": _band(200.0, 10_000.0),
    "phone (300 Hz to 3.4 kHz)": _band(300.0, 3_400.0),
    "room (0.5 s)": _room(0.5, 3.0),
    "hall (1.5 s)": _room(1.5, 0.0),
    "MP3 at 64 kbit/s": lambda samples, _: samples,
}
"""By name; the last one differs in the file that it is written to."""


def validation_sounds() -> list[tuple[str, Path]]:
    """Return (genre, path) of the validation clips that are at hand as sound."""
    directory = reference_directory() / "gtzan"
    with (directory / "audio.csv").open(newline="", encoding="utf-8") as file:
        return [
            (line["genre"], directory / line["path"])
            for line in csv.DictReader(file)
            if line["split"] == "valid"
        ]


def write_mp3(path: Path, samples: Samples, sample_rate: int) -> None:
    """Write mono `samples`, shape (n,), as MP3 with a constant `MP3_BIT_RATE`."""
    import av

    with av.open(str(path), "w", format="mp3") as container:
        stream: Any = container.add_stream("libmp3lame", rate=sample_rate)
        stream.bit_rate = MP3_BIT_RATE
        stream.layout = "mono"
        stream.format = "fltp"
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(samples[None].astype(np.float32)), format="fltp", layout="mono"
        )
        frame.sample_rate = sample_rate
        frame.time_base = Fraction(1, sample_rate)
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            container.mux(packet)


def measure_channels(classifier: Classifier) -> dict[str, dict[str, Any]]:
    """Return, by channel, `n`, `accuracy`, `accuracy_ci95` (Wilson), and the share `confidently_wrong`.

    Raises:
        ReferenceDataMissingError: if the clips are not there.
    """
    sounds = validation_sounds()
    results: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, channel in CHANNELS.items():
            right = wrong = 0
            for genre, source in sounds:
                samples, sample_rate = soundfile.read(source, dtype="float32")
                heard = channel(samples, sample_rate)
                if name.startswith("MP3"):
                    path = Path(folder) / "heard.mp3"
                    write_mp3(path, heard, sample_rate)
                else:
                    path = Path(folder) / "heard.wav"
                    # In floating point: a channel that clips would be another one.
                    soundfile.write(path, heard, sample_rate, subtype="FLOAT")
                prediction = classifier.predict_file(path)
                right += prediction.best_genre == genre
                wrong += prediction.genre not in (None, genre)
            results[name] = {
                "n": len(sounds),
                "accuracy": right / len(sounds),
                "accuracy_ci95": list(wilson_interval(right, len(sounds))),
                "confidently_wrong": wrong / len(sounds),
            }
    return results
