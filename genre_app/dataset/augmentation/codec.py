"""What too few bits do to music."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from genre_app.dataset.augmentation.parameters import Number, ParameterRange
from genre_app.dataset.augmentation.transform import Parameters, Samples
from genre_app.translation import QT_TRANSLATE_NOOP

_HOP_SECONDS: Final = 0.02
_BLOCK_FRAMES: Final = 256


class LowQualityCodec:
    """Music sent through too few bits: treble gone, the rest rough and swirling.

    Done as perceptual codecs do it: a lapped transform (MDCT; Princen, Johnson and Bradley 1987), whose bands
    are rounded to coarse steps. Nothing is encoded, so that no version of an encoder changes what comes out.
    """

    name: ClassVar[str] = "codec"
    version: ClassVar[int] = 1
    title: ClassVar[str] = QT_TRANSLATE_NOOP("augmentation", "Low-quality codec")
    summary: ClassVar[str] = QT_TRANSLATE_NOOP(
        "augmentation", "up to {cutoff_hertz:.0f} Hz, rounded at {step_db:.0f} dB"
    )
    ranges: ClassVar[Mapping[str, ParameterRange]] = {
        "cutoff_hertz": Number(1000.0, 40_000.0),
        "step_db": Number(-60.0, 12.0),
    }

    def randomize_parameters(self, rng: np.random.Generator, strength: float) -> Parameters:
        """Draw the highest frequency in Hz, and the rounding steps in dB over a band's root mean square."""
        return {
            "cutoff_hertz": round(float(16_000.0 * 0.22 ** (rng.uniform(0.4, 1.0) * strength)), 1),
            "step_db": round(float(-18.0 + rng.uniform(0.6, 1.0) * 22.0 * strength), 2),
        }

    def apply(self, samples: Samples, sample_rate: int, *, cutoff_hertz: float, step_db: float) -> Samples:
        """Return the sound as it comes out of the decoder."""
        import scipy.fft

        n = len(samples)
        channels = samples if samples.ndim == 2 else samples[:, None]
        hop = 2 * scipy.fft.next_fast_len(max(4, round(_HOP_SECONDS * sample_rate / 2)))
        n_frames = -(-n // hop) + 1
        padded = np.zeros(((n_frames + 1) * hop, channels.shape[1]), dtype=np.float32)
        padded[hop : hop + n] = channels
        halves = np.ascontiguousarray(padded.T).reshape(-1, n_frames + 1, hop)
        decoded = np.zeros_like(halves)
        window = np.sin(np.pi * (np.arange(2 * hop) + 0.5) / (2 * hop)).astype(np.float32)
        edges = _band_edges(hop, sample_rate)
        kept = round(2.0 * hop * cutoff_hertz / sample_rate)
        step = np.float32(10.0 ** (step_db / 20.0))
        for begin in range(0, n_frames, _BLOCK_FRAMES):
            end = min(n_frames, begin + _BLOCK_FRAMES)
            early = halves[:, begin:end] * window[:hop]
            late = halves[:, begin + 1 : end + 1] * window[hop:]
            spectrum = scipy.fft.dct(_fold(early, late), type=4, norm="ortho")
            spectrum[..., kept:] = 0.0
            rounded = scipy.fft.dct(_round_bands(spectrum, edges, step), type=4, norm="ortho")
            early, late = _unfold(rounded)
            decoded[:, begin:end] += early * window[:hop]
            decoded[:, begin + 1 : end + 1] += late * window[hop:]
        result = decoded.reshape(len(decoded), -1)[:, hop : hop + n].T
        return np.ascontiguousarray(result if samples.ndim == 2 else result[:, 0])


def _fold(early: Samples, late: Samples) -> Samples:
    """Return 2 halves of a windowed frame, (a, b) and (c, d), folded to (-c_r - d, a - b_r)."""
    middle = early.shape[-1] // 2
    a, b = early[..., :middle], early[..., middle:]
    c, d = late[..., :middle], late[..., middle:]
    return np.concatenate((-c[..., ::-1] - d, a - b[..., ::-1]), axis=-1)


def _unfold(folded: Samples) -> tuple[Samples, Samples]:
    """Return the two halves that `_fold` would have made `folded` of, each with its mirror image."""
    middle = folded.shape[-1] // 2
    first, second = folded[..., :middle], folded[..., middle:]
    early = np.concatenate((second, -second[..., ::-1]), axis=-1)
    late = np.concatenate((-first[..., ::-1], -first), axis=-1)
    return early, late


def _band_edges(hop: int, sample_rate: int) -> NDArray[np.intp]:
    """Return where bands begin: 200 Hz wide below 1 kHz, a quarter of an octave above."""
    hertz = np.concatenate((np.arange(0.0, 1000.0, 200.0), 1000.0 * 2.0 ** np.arange(0.0, 7.0, 0.25)))
    edges = np.unique(np.round(2.0 * hop * hertz / sample_rate).astype(np.intp))
    return edges[edges < hop]


def _round_bands(spectrum: Samples, edges: NDArray[np.intp], step: np.float32) -> Samples:
    """Return `spectrum`, shape (…, bins), rounded to multiples of `step` times a band's root mean square."""
    widths = np.diff(np.append(edges, spectrum.shape[-1]))
    energy = np.add.reduceat(np.square(spectrum), edges, axis=-1)
    steps = np.sqrt(energy / widths.astype(np.float32)) * step
    per_bin = np.repeat(np.where(steps > 0.0, steps, np.float32(1.0)), widths, axis=-1)
    return np.asarray(np.round(spectrum / per_bin) * per_bin, dtype=np.float32)
