"""The transforms there are, in the order in which sound meets them: music, room, microphone, wire."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from genre_app.dataset.augmentation.background_noise import BackgroundNoise
from genre_app.dataset.augmentation.band_limit import BandLimit
from genre_app.dataset.augmentation.codec import LowQualityCodec
from genre_app.dataset.augmentation.crop import Crop
from genre_app.dataset.augmentation.equaliser import EqualiserTilt
from genre_app.dataset.augmentation.frequency_mask import FrequencyMask
from genre_app.dataset.augmentation.gain import Gain
from genre_app.dataset.augmentation.pitch_shift import PitchShift
from genre_app.dataset.augmentation.room import Room
from genre_app.dataset.augmentation.time_mask import TimeMask
from genre_app.dataset.augmentation.time_shift import TimeShift
from genre_app.dataset.augmentation.time_stretch import TimeStretch
from genre_app.dataset.augmentation.transform import Transform
from genre_app.translation import QT_TRANSLATE_NOOP


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """A transform as it is offered. Strengths go from 0, hardly to be heard, to 1.

    Attributes:
        transform: what does it; has the name and the title.
        description: what it does, for people; English source text (translation context ``augmentation``).
        default_strength: a good beginning.
        chosen_by_default: whether it belongs to the mixture that is proposed.
    """

    transform: Transform
    description: str
    default_strength: float = 0.5
    chosen_by_default: bool = True

    @property
    def name(self) -> str:
        """The transform's stable identifier."""
        return self.transform.name


CATALOGUE: Final = (
    CatalogueEntry(
        TimeShift(),
        QT_TRANSLATE_NOOP("augmentation", "Begins somewhere else in the song"),
        default_strength=1.0,
    ),
    CatalogueEntry(
        Crop(), QT_TRANSLATE_NOOP("augmentation", "Keeps an excerpt of the song"), chosen_by_default=False
    ),
    CatalogueEntry(
        TimeStretch(), QT_TRANSLATE_NOOP("augmentation", "Plays faster or slower at the same pitch")
    ),
    CatalogueEntry(
        PitchShift(), QT_TRANSLATE_NOOP("augmentation", "Plays higher or lower at the same tempo")
    ),
    CatalogueEntry(
        Gain(),
        QT_TRANSLATE_NOOP("augmentation", "Changes the level, and fades a little"),
        chosen_by_default=False,
    ),
    CatalogueEntry(
        EqualiserTilt(), QT_TRANSLATE_NOOP("augmentation", "Makes it brighter or darker, like another mix")
    ),
    CatalogueEntry(Room(), QT_TRANSLATE_NOOP("augmentation", "Plays it in a room that echoes")),
    CatalogueEntry(
        BackgroundNoise(),
        QT_TRANSLATE_NOOP("augmentation", "Adds hiss, rumble or a crowd of people behind the music"),
    ),
    CatalogueEntry(
        BandLimit(),
        QT_TRANSLATE_NOOP("augmentation", "Takes bass and treble away, like a phone’s loudspeaker"),
        chosen_by_default=False,
    ),
    CatalogueEntry(
        LowQualityCodec(),
        QT_TRANSLATE_NOOP("augmentation", "Sends it through too few bits, like a bad stream or call"),
        chosen_by_default=False,
    ),
    CatalogueEntry(
        TimeMask(), QT_TRANSLATE_NOOP("augmentation", "Silences short moments"), chosen_by_default=False
    ),
    CatalogueEntry(
        FrequencyMask(), QT_TRANSLATE_NOOP("augmentation", "Takes single bands out"), chosen_by_default=False
    ),
)

_BY_NAME: Final = {entry.name: entry for entry in CATALOGUE}


def entry_named(name: str) -> CatalogueEntry:
    """Return the entry of the transform `name`.

    Raises:
        KeyError: there is none of that name.
    """
    return _BY_NAME[name]
