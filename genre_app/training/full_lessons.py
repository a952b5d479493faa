"""The batches of a full training: parts of the user's clips, some of them through a channel."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from genre_app.features.log_mel import WINDOW_FRAMES
from genre_app.training.batches import network_input
from genre_app.training.full_features import Item, LogMelCache
from genre_app.training.full_settings import FullSettings
from genre_app.training.log_mel_augmentation import LIGHT_CHANNEL, Channel

CROP_FRAMES: Final = 160
"""How much of a window is heard in a step: with half of it a step takes half of the time."""

_STARTS: Final = (0, (WINDOW_FRAMES - CROP_FRAMES) // 2, WINDOW_FRAMES - CROP_FRAMES)
_MAX_BALANCE: Final = 2.0
_VALID_WINDOWS: Final = 4


class Part(NamedTuple):
    """A part of a clip: 14 seconds of one of its windows."""

    item: int
    window: int
    start: int


@dataclass(frozen=True, slots=True)
class Batch:
    """What is heard in one step.

    Attributes:
        parts: which parts of which clips, n.
        clean: float32 (n, 128, `CROP_FRAMES`, 1), 0…1.
        heard: the same, some of it through a channel.
        label: int64 (n,).
        weight: float32 (n,), 1 on average over all clips.
    """

    parts: tuple[Part, ...]
    clean: NDArray[np.float32]
    heard: NDArray[np.float32]
    label: NDArray[np.int64]
    weight: NDArray[np.float32]


class TrainingParts:
    """The batches of every epoch: the same ones for the same items, seed and number of the epoch."""

    def __init__(
        self,
        windows: Mapping[Item, int],
        genres: Sequence[str],
        cache: LogMelCache,
        settings: FullSettings,
    ) -> None:
        """Take what is learned from.

        Args:
            windows: the clips and copies, and how many windows each has.
            genres: that the network knows, those of all items among them.
            cache: of their log-mels.
            settings: how it is learned.
        """
        self._items = tuple(windows)
        self._windows = tuple(windows.values())
        self._cache = cache
        self._settings = settings
        self._label = np.array([genres.index(item.genre) for item in self._items], dtype=np.int64)
        self._weight = weights_of_items(self._items)
        self._channel = Channel(LIGHT_CHANNEL)
        self._size = min(len(self._items), settings.max_items)

    @property
    def steps(self) -> int:
        """How many batches an epoch has."""
        return -(-self._size // self._settings.batch)

    def batches(self, epoch: int) -> Iterator[Batch]:
        """Yield the batches of an epoch.

        Raises:
            OSError: if a log-mel is gone from the cache.
        """
        rng = np.random.default_rng((self._settings.seed, epoch))
        order = rng.permutation(len(self._items))[: self._size]
        for start in range(0, self._size, self._settings.batch):
            yield self._batch(order[start : start + self._settings.batch], rng)

    def _batch(self, rows: NDArray[np.int64], rng: np.random.Generator) -> Batch:
        parts, clean, heard = [], [], []
        for row in rows:
            part = Part(int(row), int(rng.integers(self._windows[row])), int(rng.choice(_STARTS)))
            log_mel = self._load(part.item)[part.window][:, part.start : part.start + CROP_FRAMES]
            parts.append(part)
            clean.append(log_mel)
            through = rng.random() < self._settings.augmented
            heard.append(self._channel(log_mel, rng).log_mel if through else log_mel.astype(np.float32))
        return Batch(
            tuple(parts),
            network_input(np.stack(clean)),
            network_input(np.stack(heard)),
            self._label[rows],
            self._weight[rows],
        )

    def _load(self, item: int) -> NDArray[np.uint8]:
        return _loaded(self._cache, self._items[item])


def weights_of_items(items: Sequence[Item]) -> NDArray[np.float32]:
    """Return how much each item counts, float32 (n,), 1 on average.

    A clip has half of what it counts to itself if it has copies, which share the other half; a clip of a rare
    genre counts up to twice as much as one of a usual genre, one of a frequent genre down to half.
    """
    copies = Counter(item.source.clip_id for item in items if item.is_copy)
    alone = {item.source.clip_id for item in items if not item.is_copy}
    genre_of = {item.source.clip_id: item.genre for item in items}
    clips = Counter(genre_of.values())
    median = float(np.median(list(clips.values())))
    weight = []
    for item in items:
        n = copies[item.source.clip_id]
        share = 1.0
        if item.is_copy:
            share = (0.5 if item.source.clip_id in alone else 1.0) / n
        elif n:
            share = 0.5
        balance = median / clips[item.genre]
        weight.append(share * min(max(balance, 1.0 / _MAX_BALANCE), _MAX_BALANCE))
    found = np.array(weight)
    return np.asarray(found / found.mean(), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class ValidationWindows:
    """Windows of the clips that are kept for validation, at most four of each, evenly spaced.

    Attributes:
        log_mel: uint8 (n, 128, 336).
        label: int64 (n,).
        weight: float64 (n,); all the windows of a clip count 1 together.
        clip: int64 (n,), which clip each is of.
    """

    log_mel: NDArray[np.uint8]
    label: NDArray[np.int64]
    weight: NDArray[np.float64]
    clip: NDArray[np.int64]


def validation_windows(
    windows: Mapping[Item, int], genres: Sequence[str], cache: LogMelCache
) -> ValidationWindows:
    """Return what the network is watched on. The items are clips, and `genres` has those of all of them.

    Raises:
        OSError: if a log-mel is gone from the cache.
    """
    chosen: list[NDArray[np.uint8]] = []
    label: list[int] = []
    weight: list[float] = []
    clip: list[int] = []
    for number, (item, n) in enumerate(windows.items()):
        places = np.unique(np.linspace(0, n - 1, min(n, _VALID_WINDOWS)).round().astype(int))
        chosen.append(_loaded(cache, item)[places])
        label += [genres.index(item.genre)] * len(places)
        weight += [1.0 / len(places)] * len(places)
        clip += [number] * len(places)
    return ValidationWindows(
        np.concatenate(chosen), np.array(label), np.array(weight), np.array(clip, dtype=np.int64)
    )


def _loaded(cache: LogMelCache, item: Item) -> NDArray[Any]:
    stored = cache.load(item)
    if stored is None:
        raise FileNotFoundError(f"the log-mels of {item.source.path.name} are gone")
    return stored
