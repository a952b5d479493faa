"""The network as it is trained: the backbone with three heads that learn at once.

Fitting the teacher's features first and the genres afterwards forgets the teacher; fitting both together
doesn't, and the few labelled clips act on features that a thousand songs keep general.
"""

from __future__ import annotations

from typing import Any, Final

import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray

from genre_app.training.architecture import EfficientNetConfig, build_backbone
from genre_app.training.reference_data import GENRES, Songs

DROPOUT: Final = 0.3
WEIGHT_DECAY: Final = 0.02
LOSS_WEIGHTS: Final = {"teacher_embedding": 1.0, "teacher_tags": 2.0, "genre": 1.0}


def build_joint_model(config: EfficientNetConfig, teacher_size: int, n_tags: int) -> keras.Model:
    """Return the backbone with heads `genre` (logits), `teacher_embedding` and `teacher_tags` (logits).

    The teacher's heads look at each local embedding, the genre's at their mean.
    """
    backbone = build_backbone(config)
    local = backbone.output
    embedding = layers.GlobalAveragePooling1D(name="embedding")(local)
    genre = layers.Dense(len(GENRES), name="genre")(layers.Dropout(DROPOUT)(embedding))
    teacher = layers.Dense(teacher_size, name="teacher_embedding")(local)
    tags = layers.Dense(n_tags, name="teacher_tags")(local)
    return keras.Model(
        backbone.input, {"genre": genre, "teacher_embedding": teacher, "teacher_tags": tags}, name="joint"
    )


def backbone_of(joint: keras.Model) -> keras.Model:
    """Return the part of `joint` from the log-mel to the local embeddings; the weights are shared."""
    return keras.Model(joint.input, joint.get_layer("local_embeddings").output, name="efficientnet")


def component_weights(explained_variance: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return how much each of the teacher's components counts, in all 1."""
    weight = np.sqrt(explained_variance)
    return np.asarray(weight / weight.sum(), dtype=np.float32)


class _TeacherError(keras.losses.Loss):  # type: ignore[misc]
    """Squared error over whitened principal components, the leading ones weighing more."""

    def __init__(self, explained_variance: NDArray[np.float32]) -> None:
        super().__init__(reduction="mean_with_sample_weight", name="teacher_error")
        self._weight = component_weights(explained_variance)

    def call(self, y_true: Any, y_pred: Any) -> Any:
        return keras.ops.sum(keras.ops.square(y_true - y_pred) * self._weight, axis=-1)


def compile_joint_model(joint: keras.Model, songs: Songs, learning_rate: float, steps: int) -> None:
    """Give `joint` its losses and an AdamW with a cosine schedule over `steps` steps after a warm-up."""
    warm_up = max(1, steps // 20)
    schedule = keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=learning_rate / 20,
        decay_steps=steps - warm_up,
        alpha=0.01,
        warmup_target=learning_rate,
        warmup_steps=warm_up,
    )
    optimizer = keras.optimizers.AdamW(
        schedule,
        weight_decay=WEIGHT_DECAY,
        global_clipnorm=3.0,
    )
    optimizer.exclude_from_weight_decay(var_names=["gamma", "beta", "bias"])
    weighted = "mean_with_sample_weight"
    joint.compile(
        optimizer,
        loss={
            "genre": keras.losses.CategoricalCrossentropy(from_logits=True, reduction=weighted),
            "teacher_embedding": _TeacherError(songs.explained_variance),
            "teacher_tags": keras.losses.BinaryCrossentropy(from_logits=True, reduction=weighted),
        },
        loss_weights=LOSS_WEIGHTS,
        # XLA on a CPU makes depthwise convolutions several times slower than oneDNN.
        jit_compile=keras.backend.backend() == "jax",
    )
