"""The network that a full training fits: the backbone of a version with a head on it.

All of its weights are trained but the statistics of batch normalisation, which stay those of the base
training: the user's clips are too few to estimate them, and leaving them makes a step three times faster.
The network as it was at the start stays at hand; what it answers is what the new one is held to.
"""

from __future__ import annotations

from typing import Any, Final

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from genre_app.classifier.head import Head
from genre_app.training.architecture import EfficientNetConfig, build_backbone
from genre_app.training.export import load_weights
from genre_app.training.full_settings import FullSettings

_CLIP_NORM: Final = 1.0
_HEAD_PARTS: Final = ("mean", "scale", "kernel", "bias")
_BACKBONE, _HEAD, _OPTIMIZER = "backbone/", "head/", "optimizer/"
_IMAGES: Final = tf.TensorSpec((None, None, None, 1), tf.float32)

Arrays = dict[str, NDArray[Any]]


class FullNetwork:
    """A backbone and a head that learn together.

    Attributes:
        backbone: from log-mel (n, 128, frames, 1), 0…1, to local embeddings (n, T, D).
    """

    def __init__(
        self,
        config: EfficientNetConfig,
        weights: bytes,
        head: Head,
        replay: tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]],
        settings: FullSettings,
        steps: int,
    ) -> None:
        """Build the network.

        Args:
            config: of the backbone.
            weights: of the backbone, as `weights_of` returns them.
            head: to start from. Its mean and scale stay.
            replay: remembered embeddings (m, D), the distributions (m, n_genres) that the head shall answer,
                and how much each counts (m,), in all 1.
            settings: how it learns.
            steps: how many there will be at most.

        Raises:
            ValueError: if the weights are of another network.
        """
        keras.utils.set_random_seed(settings.seed)
        self.backbone = build_backbone(config)
        load_weights(self.backbone, weights)
        self._first = keras.models.clone_model(self.backbone)
        self._first.set_weights(self.backbone.get_weights())
        self._first.trainable = False
        self._mean, self._scale, self._kernel, self._bias = (
            keras.Variable(value, trainable=False, name=name)
            for name, value in zip(_HEAD_PARTS, (head.mean, head.scale, head.kernel, head.bias), strict=True)
        )
        self._replay = tuple(tf.constant(one, tf.float32) for one in replay)
        self._settings = settings
        self._optimizers = (
            _optimizer(settings.learning_rate, steps),
            _optimizer(settings.head_learning_rate, steps),
        )
        self._groups: tuple[list[Any], list[Any]] = (
            list(self.backbone.trainable_weights),
            [self._kernel, self._bias],
        )
        for optimizer, group in zip(self._optimizers, self._groups, strict=True):
            optimizer.build(group)
        self._train = tf.function(self._train_step, input_signature=[_IMAGES, *_rows()])
        self._ask = tf.function(lambda x: self.backbone(x, training=False), input_signature=[_IMAGES])
        self._ask_first = tf.function(lambda x: self._first(x, training=False), input_signature=[_IMAGES])

    def local_embeddings(self, windows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return what the backbone makes of `windows` now, float32 (n, T, D)."""
        return np.asarray(self._ask(windows))

    def first_local_embeddings(self, windows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return what it made of them at the start, float32 (n, T, D)."""
        return np.asarray(self._ask_first(windows))

    def logits(self, embeddings: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the head's logits (n, n_genres) of `embeddings` (n, D)."""
        return self.head().logits(embeddings)

    def head(self) -> Head:
        """Return the head as it is now, at temperature 1."""
        parts = (self._mean, self._scale, self._kernel, self._bias)
        mean, scale, kernel, bias = (np.asarray(part.value) for part in parts)
        return Head(mean=mean, scale=scale, kernel=kernel, bias=bias, temperature=1.0)

    def train(
        self,
        windows: NDArray[np.float32],
        label: NDArray[np.int64],
        weight: NDArray[np.float32],
        first: NDArray[np.float32],
    ) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        """Learn from a batch, and return the cross-entropy of each before that, and whether it was right.

        Args:
            windows: (n, 128, frames, 1), 0…1.
            label: (n,).
            weight: (n,), 1 on average over an epoch.
            first: (n, D), what the network made of them at the start.
        """
        loss, right = self._train(windows, label.astype(np.int32), weight, first)
        return np.asarray(loss), np.asarray(right)

    def _train_step(self, windows: Any, label: Any, weight: Any, first: Any) -> tuple[Any, Any]:
        settings = self._settings
        n_genres = self._kernel.shape[1]
        replayed, answers, counts = self._replay
        with tf.GradientTape() as tape:
            tape.watch([self._kernel.value, self._bias.value])
            embedding = tf.reduce_mean(self.backbone(windows, training=False), axis=1)
            logits = self._logits(embedding)
            log_p = tf.nn.log_softmax(logits)
            target = tf.one_hot(label, n_genres) * (1.0 - settings.smoothing) + settings.smoothing / n_genres
            learned = tf.reduce_mean(weight * -tf.reduce_sum(target * log_p, axis=1))
            moved = tf.reduce_mean(tf.square((embedding - first) * self._scale))
            log_p_replayed = tf.nn.log_softmax(self._logits(replayed))
            kept = tf.reduce_sum(counts * -tf.reduce_sum(answers * log_p_replayed, axis=1))
            loss = learned + settings.distillation * moved + settings.replay * kept
        gradients = tape.gradient(loss, [[one.value for one in group] for group in self._groups])
        for optimizer, group, slopes in zip(self._optimizers, self._groups, gradients, strict=True):
            optimizer.apply_gradients(zip(slopes, group, strict=True))
        of_truth = tf.gather(log_p, label, batch_dims=1)
        return -of_truth, tf.argmax(logits, axis=1, output_type=tf.int32) == label

    def _logits(self, embedding: Any) -> Any:
        return ((embedding - self._mean) * self._scale) @ self._kernel + self._bias

    def arrays(self, *, optimizer: bool) -> Arrays:
        """Return all that is learned, by name; with the state of the optimizers if `optimizer`."""
        variables = self._variables(optimizer=optimizer)
        return {name: np.asarray(variable.value) for name, variable in variables.items()}

    def restore(self, arrays: Arrays) -> None:
        """Go back to what `arrays` returned; the optimizers stay as they are if it has none of them.

        Raises:
            ValueError: if it is of another network.
        """
        targets = self._variables(optimizer=any(name.startswith(_OPTIMIZER) for name in arrays))
        if arrays.keys() != targets.keys() or any(
            tuple(targets[name].shape) != value.shape for name, value in arrays.items()
        ):
            raise ValueError("it belongs to another network")
        for name, value in arrays.items():
            targets[name].assign(value)

    def _variables(self, *, optimizer: bool) -> dict[str, Any]:
        variables = {_BACKBONE + weight.path: weight for weight in self.backbone.weights}
        parts = (self._mean, self._scale, self._kernel, self._bias)
        variables |= {_HEAD + name: part for name, part in zip(_HEAD_PARTS, parts, strict=True)}
        if optimizer:
            for number, one in enumerate(self._optimizers):
                for place, variable in enumerate(one.variables):
                    variables[f"{_OPTIMIZER}{number}/{place}"] = variable
        return variables


def _rows() -> tuple[Any, ...]:
    return (
        tf.TensorSpec((None,), tf.int32),
        tf.TensorSpec((None,), tf.float32),
        tf.TensorSpec((None, None), tf.float32),
    )


def _optimizer(learning_rate: float, steps: int) -> Any:
    warm_up = max(1, steps // 20)
    schedule = keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=learning_rate / 20,
        decay_steps=max(1, steps - warm_up),
        alpha=0.05,
        warmup_target=learning_rate,
        warmup_steps=warm_up,
    )
    return keras.optimizers.Adam(schedule, global_clipnorm=_CLIP_NORM)
