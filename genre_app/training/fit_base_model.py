"""First stage of the base model: fit the EfficientNet to the teacher and the genres together.

Every epoch is checkpointed, so that an interrupted training goes on where it was, and validated. Kept is the
best by validation cross-entropy, of the epochs and the average of the last ones.
"""

from __future__ import annotations

import json
import logging
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import keras
import numpy as np
import scipy.special
from numpy.typing import NDArray

from genre_app.features.log_mel import WINDOW_FRAMES
from genre_app.training.architecture import EfficientNetConfig
from genre_app.training.batches import (
    CROP_FRAMES,
    BatchMix,
    TrainingBatches,
    network_input,
    teacher_at_steps,
)
from genre_app.training.imagenet import has_imagenet_weights, load_imagenet_weights
from genre_app.training.joint_model import (
    backbone_of,
    build_joint_model,
    compile_joint_model,
    component_weights,
)
from genre_app.training.log_mel_augmentation import LIGHT_CHANNEL, STRONG_CHANNEL, Channel
from genre_app.training.reference_data import Clips, Songs
from genre_app.training.weight_average import load_average, renew_batch_norm

BEST_WEIGHTS_NAME: Final = "best.weights.h5"
EPOCH_WEIGHTS_NAME: Final = "epoch{epoch:03d}.weights.h5"
AVERAGED_WEIGHTS_NAME: Final = "averaged.weights.h5"
HISTORY_NAME: Final = "history.jsonl"

_log = logging.getLogger(__name__)


_CHANNELS: Final = {
    "strong": (Channel(STRONG_CHANNEL),),
    "light": (Channel(LIGHT_CHANNEL),),
    "either": (Channel(STRONG_CHANNEL), Channel(LIGHT_CHANNEL)),
}


@dataclass(frozen=True, slots=True)
class FitSettings:
    """How the fit is done.

    Attributes:
        epochs: passes over the songs.
        learning_rate: at the top of the schedule.
        channel: name of the augmentation, "strong", "light" or "either".
        mix: what a batch is made of.
        averaged: how many epochs at the end are averaged.
        seed: of weights, order and augmentation.
    """

    epochs: int = 50
    learning_rate: float = 1.2e-3
    channel: str = "either"
    mix: BatchMix = field(default_factory=lambda: BatchMix(songs=26, clips=5, not_music=1))
    averaged: int = 6
    seed: int = 0


def degrade(clips: Clips, seed: int) -> Clips:
    """Return the clips as a random channel leaves them; always the same for the same seed."""
    channel = Channel()
    rng = np.random.default_rng(seed)
    heard = [np.rint(channel(log_mel, rng).log_mel).astype(np.uint8) for log_mel in clips.log_mel]
    return Clips(clips.clip_id, clips.label, np.stack(heard))


class _Validation(keras.callbacks.Callback):  # type: ignore[misc]
    """Accuracy and loss of the genre head and the teacher's error after each epoch, as lines of JSON."""

    def __init__(self, sets: dict[str, Clips], held_songs: Songs, history: Path) -> None:
        super().__init__()
        self._sets = sets
        self._held_songs = held_songs
        self._history = history
        self._started = time.monotonic()

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        logs = logs if logs is not None else {}
        for name, clips in self._sets.items():
            logs[f"{name}_accuracy"], logs[f"{name}_loss"] = accuracy_and_loss(self.model, clips)
        logs["held_teacher_error"] = teacher_error(self.model, self._held_songs)
        line = {"epoch": epoch, "seconds": round(time.monotonic() - self._started, 1)}
        line |= {key: round(float(value), 5) for key, value in logs.items()}
        with self._history.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
        _log.info("%s", line)


def predict_genre_logits(joint: keras.Model, log_mels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return the genre head's logits (n, 10) for log-mels (n, 128, frames)."""
    outputs = [
        np.asarray(joint.predict_on_batch(network_input(log_mels[i : i + 32]))["genre"])
        for i in range(0, len(log_mels), 32)
    ]
    return np.concatenate(outputs)


def teacher_error(joint: keras.Model, songs: Songs) -> float:
    """Return how far `joint` is from the teacher's components on clean crops of `songs`.

    It is the squared error of a crop's mean, as a share of what that mean varies by from song to song:
    0 is perfect, 1 is what the same answer for all of them gets.
    """
    start = (WINDOW_FRAMES - CROP_FRAMES) // 2
    heard, wanted = [], []
    for i in range(0, len(songs), 32):
        crops = songs.log_mel[i : i + 32, :, start : start + CROP_FRAMES]
        answers = np.asarray(joint.predict_on_batch(network_input(crops))["teacher_embedding"])
        heard.append(answers.mean(axis=1))
        views = np.stack([teacher_at_steps(view, start) for view in songs.embedding[i : i + 32]])
        wanted.append(views.mean(axis=1))
    weight = component_weights(songs.explained_variance)
    means = np.concatenate(wanted)
    error = np.square(means - np.concatenate(heard)).mean(axis=0) @ weight
    return float(error / (means.var(axis=0) @ weight))


def fit_base_model(
    directory: Path,
    config: EfficientNetConfig,
    settings: FitSettings,
    songs: Songs,
    clips: Clips,
    not_music: NDArray[np.uint8],
    validation: dict[str, Clips],
    held_songs: Songs,
) -> keras.Model:
    """Fit, or go on fitting, in `directory`; return the joint model with its best weights.

    `validation` names the sets looked at after each epoch; the one called "valid" chooses the epoch. How well
    the teacher is imitated is looked at on `held_songs`.
    """
    directory.mkdir(parents=True, exist_ok=True)
    keras.utils.set_random_seed(settings.seed)
    joint = build_joint_model(config, songs.embedding.shape[-1], songs.tags.shape[-1])
    if has_imagenet_weights(config):
        load_imagenet_weights(backbone_of(joint), config)
    batches = TrainingBatches(
        songs,
        clips,
        not_music,
        mix=settings.mix,
        channels=_CHANNELS[settings.channel],
        seed=settings.seed,
    )
    compile_joint_model(joint, songs, settings.learning_rate, settings.epochs * len(batches))
    _fit(directory, joint, settings.epochs, batches, validation, held_songs)
    _try_average(directory, joint, settings.averaged, batches, validation["valid"])
    return joint


def _try_average(
    directory: Path, joint: keras.Model, count: int, batches: TrainingBatches, valid: Clips
) -> None:
    """Leave `joint`, which has the best weights, with the average of the last ones if that is better."""
    averaged = directory / AVERAGED_WEIGHTS_NAME
    _, alone = accuracy_and_loss(joint, valid)
    if not averaged.is_file():
        load_average(joint, sorted(directory.glob("epoch*.weights.h5"))[-count:])
        renew_batch_norm(joint, batches)
        joint.save_weights(averaged)
    joint.load_weights(averaged)
    accuracy, together = accuracy_and_loss(joint, valid)
    _log.info("average of %d epochs: accuracy %.3f, loss %.3f; best: %.3f", count, accuracy, together, alone)
    if alone < together:
        joint.load_weights(directory / BEST_WEIGHTS_NAME)


def accuracy_and_loss(joint: keras.Model, clips: Clips) -> tuple[float, float]:
    """Return the genre head's accuracy and cross-entropy on `clips`."""
    logits = predict_genre_logits(joint, clips.log_mel)
    log_p = scipy.special.log_softmax(logits, axis=1)
    right = logits.argmax(axis=1) == clips.label
    return float(right.mean()), -float(log_p[np.arange(len(clips)), clips.label].mean())


def _fit(
    directory: Path,
    joint: keras.Model,
    epochs: int,
    batches: TrainingBatches,
    validation: dict[str, Clips],
    held_songs: Songs,
) -> None:
    """Fit `joint` for `epochs`, less those that `directory` has already; leave it with the best weights."""
    best = directory / BEST_WEIGHTS_NAME
    history = directory / HISTORY_NAME
    batches.epoch = _epochs_done(history)
    if batches.epoch < epochs:
        joint.fit(
            batches,
            epochs=epochs,
            verbose=0,
            callbacks=[
                keras.callbacks.BackupAndRestore(str(directory / "backup"), delete_checkpoint=False),
                _Validation(validation, held_songs, history),
                keras.callbacks.ModelCheckpoint(
                    str(best),
                    monitor="valid_loss",
                    mode="min",
                    save_best_only=True,
                    save_weights_only=True,
                    initial_value_threshold=_best_loss(history),
                ),
                keras.callbacks.ModelCheckpoint(str(directory / EPOCH_WEIGHTS_NAME), save_weights_only=True),
            ],
        )
    joint.load_weights(best)


def _lines(history: Path) -> list[dict[str, Any]]:
    if not history.is_file():
        return []
    return [json.loads(line) for line in history.read_text(encoding="utf-8").splitlines()]


def _epochs_done(history: Path) -> int:
    return len({line["epoch"] for line in _lines(history)})


def _best_loss(history: Path) -> float | None:
    return min((line["valid_loss"] for line in _lines(history)), default=None)
