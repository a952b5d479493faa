"""Augmentation of log-mel spectrograms: what rooms, microphones, bands and chance do to sound.

The log-mel holds relative power, so a channel can act on it without the sound: an equaliser multiplies
bands, a room smears along time, noise adds. Each transform is one small class; `randomize_parameters`
draws what will be done, `apply` does it to a power spectrogram of shape (128, frames).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np
import scipy.signal
from numpy.typing import NDArray

from genre_app.features.log_mel import (
    HOP_LENGTH,
    N_MELS,
    SAMPLE_RATE,
    denormalise,
    mel_filter_bank,
    normalise,
)

Power = NDArray[np.float32]
Generator = np.random.Generator

_FRAME_SECONDS: Final = HOP_LENGTH / SAMPLE_RATE
_BANDS: Final = np.arange(N_MELS, dtype=np.float32)


def _decibels_to_power(decibels: NDArray[Any]) -> Power:
    return np.asarray(10.0 ** (decibels / 10.0), dtype=np.float32)


def smooth_curve(rng: Generator, size: int, spread_db: float, components: int = 6) -> NDArray[np.float64]:
    """Return a smooth random curve of `size` points in dB: a sum of the lowest cosines, finer ones weaker."""
    k = np.arange(1, components + 1)
    weights = rng.normal(0.0, spread_db, components) / np.sqrt(k)
    phase = np.pi * (np.arange(size)[:, None] + 0.5) / size
    curve: NDArray[np.float64] = np.cos(phase * k) @ weights
    return curve


class Transform(Protocol):
    """One way in which a spectrogram may be changed."""

    def randomize_parameters(self, rng: Generator, frames: int) -> dict[str, Any]:
        """Draw the parameters for a spectrogram of `frames` frames."""

    @property
    def apply(self) -> Callable[..., Power]:
        """Takes power, shape (128, frames), and the parameters by name; returns the changed copy."""


@dataclass(frozen=True, slots=True)
class Equaliser:
    """Loudspeaker, microphone and mixing desk: a smooth random curve over the bands.

    Attributes:
        spread_db: standard deviation of the curve's slowest part.
    """

    spread_db: float = 5.0

    def randomize_parameters(self, rng: Generator, frames: int) -> dict[str, Any]:
        """Draw the curve."""
        return {"curve_db": smooth_curve(rng, N_MELS, self.spread_db)}

    def apply(self, power: Power, curve_db: NDArray[np.float64]) -> Power:
        """Multiply the bands by the curve."""
        return power * _decibels_to_power(curve_db)[:, None]


@dataclass(frozen=True, slots=True)
class BandLimit:
    """Small loudspeakers lose the bass, telephones and codecs the treble."""

    def randomize_parameters(self, rng: Generator, frames: int) -> dict[str, Any]:
        """Draw a lower or an upper limit or both, and how steeply the sound falls beyond."""
        low, high = rng.random(2) < 0.6
        return {
            "low_band": rng.uniform(4, 45) if low else -np.inf,
            "low_slope_db": rng.uniform(0.3, 2.0),
            "high_band": rng.uniform(65, 125) if high else np.inf,
            "high_slope_db": rng.uniform(0.5, 5.0),
        }

    def apply(
        self, power: Power, low_band: float, low_slope_db: float, high_band: float, high_slope_db: float
    ) -> Power:
        """Attenuate the bands outside the limits."""
        loss_db = np.zeros(N_MELS)
        if np.isfinite(low_band):
            loss_db += np.maximum(0.0, low_band - _BANDS) * low_slope_db
        if np.isfinite(high_band):
            loss_db += np.maximum(0.0, _BANDS - high_band) * high_slope_db
        return power * _decibels_to_power(-loss_db)[:, None]


@dataclass(frozen=True, slots=True)
class Room:
    """Reverberation: power that decays exponentially after each frame."""

    def randomize_parameters(self, rng: Generator, frames: int) -> dict[str, Any]:
        """Draw the reverberation time (seconds to fall by 60 dB) and the power of the room's sound."""
        return {"rt60": rng.uniform(0.2, 1.6), "wet": rng.uniform(0.1, 1.5)}

    def apply(self, power: Power, rt60: float, wet: float) -> Power:
        """Add the decaying tail of all earlier frames."""
        decay = 10.0 ** (-6.0 * _FRAME_SECONDS / rt60)
        tail = scipy.signal.lfilter([0.0, wet * decay], [1.0, -decay], power, axis=1)
        return np.asarray(power + tail, dtype=np.float32)


def _noise_smoothness() -> NDArray[np.float64]:
    """Shape of the gamma distribution of noise power per band: how many spectrum bins a band averages."""
    bank = mel_filter_bank().astype(np.float64)
    bins = bank.sum(axis=1) ** 2 / np.maximum((bank**2).sum(axis=1), 1e-12)
    # The Hann window correlates neighbouring bins, which leaves two thirds as many independent ones.
    return np.asarray(np.maximum(1.0, bins / 1.5), dtype=np.float64)


_SMOOTHNESS: Final = _noise_smoothness()


@dataclass(frozen=True, slots=True)
class BackgroundNoise:
    """Noise of a random colour, steady like a fan or moving like a crowd, at a signal-to-noise ratio.

    Attributes:
        min_snr_db: the least ratio of mean powers.
        max_snr_db: the greatest.
    """

    min_snr_db: float = -8.0
    max_snr_db: float = 30.0

    def randomize_parameters(self, rng: Generator, frames: int) -> dict[str, Any]:
        """Draw ratio, colour, movement and the noise itself."""
        # White noise has equal power in all bands; crowds, traffic and wind have most of it below.
        colour_db = rng.uniform(-0.5, 0.1) * _BANDS + smooth_curve(rng, N_MELS, 5.0)
        movement_db = np.zeros(frames)
        if rng.random() < 0.6:
            walk = rng.normal(size=frames + 32)
            smooth = np.hanning(int(rng.integers(3, 25)) + 2)
            movement_db = np.convolve(walk, smooth / np.sqrt((smooth**2).sum()), "same")[16 : 16 + frames]
            movement_db = movement_db * rng.uniform(1.0, 7.0)
        grain = rng.gamma(_SMOOTHNESS[:, None], 1.0 / _SMOOTHNESS[:, None], (N_MELS, frames))
        noise = 10.0 ** ((colour_db[:, None] + movement_db[None, :]) / 10.0) * grain
        return {
            "noise": np.asarray(noise, dtype=np.float32),
            "snr_db": rng.uniform(self.min_snr_db, self.max_snr_db),
        }

    def apply(self, power: Power, noise: Power, snr_db: float) -> Power:
        """Add the noise at the ratio."""
        gain = power.mean() / max(float(noise.mean()), 1e-12) * 10.0 ** (-snr_db / 10.0)
        return power + noise * np.float32(gain)


@dataclass(frozen=True, slots=True)
class Level:
    """Tilt of the spectrum, dB from the lowest to the highest band: the mildest of channels."""

    spread_db: float = 4.0

    def randomize_parameters(self, rng: Generator, frames: int) -> dict[str, Any]:
        """Draw the tilt."""
        return {"tilt_db": rng.normal(0.0, self.spread_db)}

    def apply(self, power: Power, tilt_db: float) -> Power:
        """Tilt the bands."""
        return power * _decibels_to_power(tilt_db * (_BANDS / (N_MELS - 1) - 0.5))[:, None]


@dataclass(frozen=True, slots=True)
class Warp:
    """Another key and tempo: bands moved, frames spread or squeezed, by linear interpolation.

    Attributes:
        max_bands: the farthest shift; two bands are about a semitone.
        max_stretch: the greatest relative change of tempo.
    """

    max_bands: float = 3.0
    max_stretch: float = 0.08

    def randomize_parameters(self, rng: Generator, frames: int) -> dict[str, Any]:
        """Draw shift and stretch."""
        return {
            "bands": rng.uniform(-self.max_bands, self.max_bands),
            "stretch": 1.0 + rng.uniform(-self.max_stretch, self.max_stretch),
        }

    def apply(self, power: Power, bands: float, stretch: float) -> Power:
        """Resample the spectrogram; the number of frames stays, so the end may be cut off or repeat."""
        frames = power.shape[1]
        source = np.clip(_BANDS - bands, 0, N_MELS - 1)
        low = np.minimum(source.astype(int), N_MELS - 2)
        part = (source - low)[:, None].astype(np.float32)
        power = power[low] * (1 - part) + power[low + 1] * part
        at = (np.arange(frames) * stretch) % (frames - 1)
        left = at.astype(int)
        fraction = (at - left).astype(np.float32)
        warped = power[:, left] * (1 - fraction) + power[:, left + 1] * fraction
        return np.asarray(warped, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class SpecMask:
    """SpecAugment (Park et al. 2019, arXiv:1904.08779): bands and frames put to zero."""

    max_bands: int = 16
    max_frames: int = 24
    masks: int = 2

    def randomize_parameters(self, rng: Generator, frames: int) -> dict[str, Any]:
        """Draw the masks as (start, end) of bands and of frames."""

        def spans(limit: int, size: int) -> list[tuple[int, int]]:
            widths = rng.integers(0, limit + 1, self.masks)
            starts = [int(rng.integers(0, size - width + 1)) for width in widths]
            return [(start, start + int(width)) for start, width in zip(starts, widths, strict=True)]

        return {"bands": spans(self.max_bands, N_MELS), "frames": spans(self.max_frames, frames)}

    def apply(self, power: Power, bands: list[tuple[int, int]], frames: list[tuple[int, int]]) -> Power:
        """Silence the masked cells."""
        power = power.copy()
        for start, end in bands:
            power[start:end] = 0.0
        for start, end in frames:
            power[:, start:end] = 0.0
        return power


@dataclass(frozen=True, slots=True)
class Augmented:
    """A spectrogram after augmentation.

    Attributes:
        log_mel: float32 (128, frames), 0…255.
        snr_db: signal-to-noise ratio of the noise added, infinite without.
        parameters: what each transform drew, by its class's name.
    """

    log_mel: NDArray[np.float32]
    snr_db: float
    parameters: dict[str, dict[str, Any]]


Chain = tuple[tuple[float, Transform], ...]
"""Pairs (probability, transform), in the order in which sound meets them."""

STRONG_CHANNEL: Final[Chain] = (
    (0.5, Warp(max_bands=4.0, max_stretch=0.12)),
    (0.7, Level()),
    (0.5, Equaliser()),
    (0.35, BandLimit()),
    (0.35, Room()),
    (0.5, BackgroundNoise()),
    (0.5, SpecMask()),
)
"""Phones, small loudspeakers, crowds: what the embedding must hear through."""

LIGHT_CHANNEL: Final[Chain] = (
    (0.25, Warp()),
    (0.5, Level()),
    (0.2, Equaliser(spread_db=3.0)),
    (0.1, BandLimit()),
    (0.1, Room()),
    (0.15, BackgroundNoise(min_snr_db=3.0)),
    (0.4, SpecMask()),
)
"""Other recordings and other mixes: most sound comes as a file."""


@dataclass(frozen=True, slots=True)
class Channel:
    """A chain of transforms, each with the probability that it is used.

    Attributes:
        chain: what may happen to the sound on its way.
    """

    chain: Chain = STRONG_CHANNEL

    def __call__(self, log_mel: NDArray[Any], rng: Generator) -> Augmented:
        """Return an augmented copy of `log_mel` (128, frames), 0…255, renormalised to its own maximum."""
        # What lies at the floor is unknown, not loud: no equaliser may lift it into view.
        power = denormalise(log_mel) * (log_mel > 0)
        used: dict[str, dict[str, Any]] = {}
        for probability, transform in self.chain:
            if rng.random() < probability:
                parameters = transform.randomize_parameters(rng, power.shape[1])
                power = transform.apply(power, **parameters)
                used[type(transform).__name__] = parameters
        noise = used.get(BackgroundNoise.__name__)
        return Augmented(normalise(power), noise["snr_db"] if noise else np.inf, used)
