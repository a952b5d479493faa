"""Averages the weights of several epochs (Izmailov et al. 2018, arXiv:1803.05407).

The epochs at the end of a schedule lie around a better place than any of them. Batch normalisation needs new
statistics there: those of no epoch fit the averaged weights, and with them the network answers at random.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import keras
import numpy as np

from genre_app.training.batches import TrainingBatches

STATISTICS_BATCHES: Final = 60


def load_average(model: keras.Model, checkpoints: Sequence[Path]) -> None:
    """Give `model` the mean of the weights in `checkpoints`; the statistics must be renewed after it."""
    mean = [np.zeros(weight.shape, np.float64) for weight in model.weights]
    for checkpoint in checkpoints:
        model.load_weights(checkpoint)
        for total, weight in zip(mean, model.get_weights(), strict=True):
            total += weight / len(checkpoints)
    model.set_weights([weight.astype(np.float32) for weight in mean])


def renew_batch_norm(model: keras.Model, batches: TrainingBatches, count: int = STATISTICS_BATCHES) -> None:
    """Replace the moving mean and variance of each batch normalisation by those over `count` batches."""
    layers = [layer for layer in model.layers if isinstance(layer, keras.layers.BatchNormalization)]
    usual = [layer.momentum for layer in layers]
    for k in range(count):
        log_mel, _, _ = batches[k % len(batches)]
        for layer in layers:
            # The first replaces what was there, each later one counts as much as any before it.
            layer.momentum = k / (k + 1)
        model(log_mel, training=True)
    for layer, momentum in zip(layers, usual, strict=True):
        layer.momentum = momentum
