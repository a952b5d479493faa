"""Batches for training the base model: songs with their teacher, clips with their genre, and no music."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import keras
import numpy as np
from numpy.typing import NDArray

from genre_app.features.log_mel import FULL_SCALE, N_MELS, WINDOW_FRAMES, denormalise, normalise
from genre_app.training.architecture import TIME_STRIDE
from genre_app.training.log_mel_augmentation import Augmented, Channel
from genre_app.training.reference_data import GENRES, Clips, Songs

CROP_FRAMES: Final = 224
STEPS: Final = CROP_FRAMES // TIME_STRIDE
LABEL_SMOOTHING: Final = 0.1
MIXUP_PROBABILITY: Final = 0.3


@dataclass(frozen=True, slots=True)
class BatchMix:
    """How many examples of each kind make a batch."""

    songs: int = 14
    clips: int = 16
    not_music: int = 2

    @property
    def size(self) -> int:
        """Examples in a batch."""
        return self.songs + self.clips + self.not_music


def network_input(log_mel: NDArray[Any]) -> NDArray[np.float32]:
    """Return `log_mel` (…, 128, frames), 0…255, as the network takes it: 0…1 with a channel axis."""
    return np.asarray(log_mel, dtype=np.float32)[..., None] / np.float32(FULL_SCALE)


def soften(target: NDArray[np.float32], snr_db: float) -> NDArray[np.float32]:
    """Return `target` moved towards the even distribution, the further the more noise covers the music."""
    noise_share = 1.0 / (1.0 + np.exp((snr_db + 2.0) / 3.0))
    even = LABEL_SMOOTHING + (0.9 - LABEL_SMOOTHING) * noise_share
    return np.asarray(target * (1 - even) + even / len(GENRES), dtype=np.float32)


def teacher_at_steps(frames_of_teacher: NDArray[np.float32], start: int) -> NDArray[np.float32]:
    """Return the teacher's view, (10, d), interpolated at the steps of a crop from frame `start`, (7, d)."""
    spacing = WINDOW_FRAMES / len(frames_of_teacher)
    centres = (start + TIME_STRIDE * (np.arange(STEPS) + 0.5)) / spacing - 0.5
    centres = np.clip(centres, 0, len(frames_of_teacher) - 1)
    low = np.minimum(centres.astype(int), len(frames_of_teacher) - 2)
    part = (centres - low)[:, None].astype(np.float32)
    mixed: NDArray[np.float32] = frames_of_teacher[low] * (1 - part) + frames_of_teacher[low + 1] * part
    return mixed


class TrainingBatches(keras.utils.PyDataset):  # type: ignore[misc]
    """Endless different batches, the same ones for the same seed, epoch and index.

    Attributes:
        epoch: of which the batches are; set by `on_epoch_end`, and by whoever resumes a training.
    """

    def __init__(
        self,
        songs: Songs,
        clips: Clips,
        not_music: NDArray[np.uint8],
        *,
        mix: BatchMix,
        channels: tuple[Channel, ...],
        seed: int,
    ) -> None:
        super().__init__(workers=1, use_multiprocessing=False, max_queue_size=4)
        self._songs = songs
        self._clips = clips
        self._not_music = not_music
        self._mix = mix
        self._seed = seed
        self._channels = channels
        self.epoch = 0

    def __len__(self) -> int:
        return len(self._songs) // self._mix.songs

    def on_epoch_end(self) -> None:
        """Go on to the batches of the next epoch."""
        self.epoch += 1

    def __getitem__(self, index: int) -> tuple[Any, Any, Any]:
        order = np.random.default_rng((self._seed, self.epoch)).permutation(len(self._songs))
        rng = np.random.default_rng((self._seed, self.epoch, index))
        mix = self._mix
        batch = _Batch(mix.size, self._songs)
        for row in order[index * mix.songs : (index + 1) * mix.songs]:
            self._add_song(batch, int(row), rng)
        # Genres in turn, so that none is rare in any batch.
        for k in range(mix.clips):
            genre = (index * mix.clips + k) % len(GENRES)
            self._add_clip(batch, genre, rng)
        for row in rng.integers(0, len(self._not_music), mix.not_music):
            crop, _ = _crop(self._not_music[row], rng)
            even = np.full(len(GENRES), 1 / len(GENRES), np.float32)
            batch.add(self._hear(crop, rng), genre=even, genre_weight=1.0)
        return batch.arrays()

    def _hear(self, crop: NDArray[Any], rng: np.random.Generator) -> Augmented:
        return self._channels[int(rng.integers(len(self._channels)))](crop, rng)

    def _add_song(self, batch: _Batch, row: int, rng: np.random.Generator) -> None:
        songs = self._songs
        crop, start = _crop(songs.log_mel[row], rng)
        heard = self._hear(crop, rng)
        genre = None
        if songs.label[row] >= 0:
            genre = soften(np.eye(len(GENRES), dtype=np.float32)[songs.label[row]], heard.snr_db)
        batch.add(
            heard,
            genre=genre,
            genre_weight=float(songs.label_weight[row]),
            embedding=teacher_at_steps(songs.embedding[row], start),
            tags=teacher_at_steps(songs.tags[row], start),
        )

    def _add_clip(self, batch: _Batch, genre: int, rng: np.random.Generator) -> None:
        clips = self._clips
        row = rng.choice(np.flatnonzero(clips.label == genre))
        crop, _ = _crop(clips.log_mel[row], rng)
        target = np.eye(len(GENRES), dtype=np.float32)[clips.label[row]]
        if rng.random() < MIXUP_PROBABILITY:
            other = rng.integers(len(clips))
            share = np.float32(rng.beta(0.4, 0.4))
            other_crop, _ = _crop(clips.log_mel[other], rng)
            crop = normalise(share * denormalise(crop) + (1 - share) * denormalise(other_crop))
            target = share * target + (1 - share) * np.eye(len(GENRES), dtype=np.float32)[clips.label[other]]
        heard = self._hear(crop, rng)
        batch.add(heard, genre=soften(target, heard.snr_db), genre_weight=1.0)


def _crop(log_mel: NDArray[Any], rng: np.random.Generator) -> tuple[NDArray[Any], int]:
    start = int(rng.integers(0, log_mel.shape[1] - CROP_FRAMES + 1))
    return log_mel[:, start : start + CROP_FRAMES], start


class _Batch:
    """A batch being filled: inputs, targets, and weights that leave out the targets nobody knows."""

    def __init__(self, size: int, songs: Songs) -> None:
        self._filled = 0
        self._log_mel = np.zeros((size, N_MELS, CROP_FRAMES), np.float32)
        self._targets = {
            "genre": np.full((size, len(GENRES)), 1 / len(GENRES), np.float32),
            "teacher_embedding": np.zeros((size, STEPS, songs.embedding.shape[-1]), np.float32),
            "teacher_tags": np.zeros((size, STEPS, songs.tags.shape[-1]), np.float32),
        }
        self._weights = {
            "genre": np.zeros(size, np.float32),
            "teacher_embedding": np.zeros((size, STEPS), np.float32),
            "teacher_tags": np.zeros((size, STEPS), np.float32),
        }

    def add(
        self,
        heard: Augmented,
        *,
        genre: NDArray[np.float32] | None = None,
        genre_weight: float = 0.0,
        embedding: NDArray[np.float32] | None = None,
        tags: NDArray[np.float32] | None = None,
    ) -> None:
        row = self._filled
        self._filled += 1
        self._log_mel[row] = heard.log_mel
        if genre is not None:
            self._targets["genre"][row] = genre
            self._weights["genre"][row] = genre_weight
        if embedding is not None and tags is not None:
            self._targets["teacher_embedding"][row] = embedding
            self._targets["teacher_tags"][row] = tags
            self._weights["teacher_embedding"][row] = self._weights["teacher_tags"][row] = 1.0

    def arrays(self) -> tuple[NDArray[np.float32], dict[str, Any], dict[str, Any]]:
        return network_input(self._log_mel), self._targets, self._weights
