"""EfficientNet on a log-mel spectrogram (Tan & Le 2019, arXiv:1905.11946), in Keras.

Two families share one definition: the original with squeeze-and-excitation and swish, and *Lite*, without
squeeze-and-excitation, with ReLU6 and with a stem and head that do not grow, which LiteRT runs fastest.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any, Final

import keras
from keras import layers

from genre_app.features.log_mel import N_MELS

BATCH_NORM_MOMENTUM: Final = (
    0.95  # Fewer steps than on ImageNet: the statistics must follow faster than 0.99.
)
BATCH_NORM_EPSILON: Final = 1e-3
TIME_STRIDE: Final = 32  # Frames of log-mel for one step of the local embeddings.
FREQUENCY_STRIDE: Final = 32


@dataclass(frozen=True, slots=True)
class BlockGroup:
    """A run of MBConv blocks of one width (a line of table 1 of the paper)."""

    expansion: int
    channels: int
    repeats: int
    stride: int
    kernel: int


B0_GROUPS: Final = (
    BlockGroup(1, 16, 1, 1, 3),
    BlockGroup(6, 24, 2, 2, 3),
    BlockGroup(6, 40, 2, 2, 5),
    BlockGroup(6, 80, 3, 2, 3),
    BlockGroup(6, 112, 3, 1, 5),
    BlockGroup(6, 192, 4, 2, 5),
    BlockGroup(6, 320, 1, 1, 3),
)
STEM_CHANNELS: Final = 32
TOP_CHANNELS: Final = 1280


@dataclass(frozen=True, slots=True)
class EfficientNetConfig:
    """Which EfficientNet: the compound-scaling factors and the family.

    Attributes:
        width: multiplies the number of channels (1.0 for B0, 1.0 B1, 1.1 B2, 1.2 B3, …).
        depth: multiplies the number of blocks (1.0 for B0, 1.1 B1, 1.2 B2, 1.4 B3, …).
        lite: the Lite family.
        drop_connect: probability that the last residual block is skipped while training; falls linearly to
            0 at the first (Huang et al. 2016, arXiv:1603.09382).
    """

    width: float = 1.0
    depth: float = 1.0
    lite: bool = True
    drop_connect: float = 0.1

    def to_json(self) -> dict[str, Any]:
        """Return the fields, for ``model.json``."""
        return asdict(self)

    def channels(self, base: int) -> int:
        """Return `base` channels scaled by `width`, rounded to a multiple of 8, never down by over 10 %."""
        scaled = base * self.width
        rounded = max(8, int(scaled + 4) // 8 * 8)
        return rounded + 8 if rounded < 0.9 * scaled else rounded

    def repeats(self, group_index: int) -> int:
        """Return how many blocks the group has; Lite keeps the first and last group as they are."""
        base = B0_GROUPS[group_index].repeats
        if self.lite and group_index in (0, len(B0_GROUPS) - 1):
            return base
        return math.ceil(base * self.depth)

    @property
    def stem_channels(self) -> int:
        """Channels after the first convolution."""
        return STEM_CHANNELS if self.lite else self.channels(STEM_CHANNELS)

    @property
    def embedding_size(self) -> int:
        """Length D of the embedding."""
        return TOP_CHANNELS if self.lite else self.channels(TOP_CHANNELS)


def _activation(x: Any, config: EfficientNetConfig, name: str) -> Any:
    if config.lite:
        return layers.ReLU(max_value=6.0, name=name)(x)
    return layers.Activation("swish", name=name)(x)


def _batch_norm(x: Any, name: str) -> Any:
    return layers.BatchNormalization(momentum=BATCH_NORM_MOMENTUM, epsilon=BATCH_NORM_EPSILON, name=name)(x)


def _conv(x: Any, channels: int, kernel: int, stride: int, name: str) -> Any:
    x = layers.Conv2D(
        channels,
        kernel,
        stride,
        padding="same",
        use_bias=False,
        kernel_initializer=keras.initializers.VarianceScaling(2.0, "fan_out", "truncated_normal"),
        name=f"{name}_conv",
    )(x)
    return _batch_norm(x, f"{name}_bn")


def _squeeze_and_excite(x: Any, reduced: int, name: str) -> Any:
    channels = x.shape[-1]
    s = layers.GlobalAveragePooling2D(keepdims=True, name=f"{name}_squeeze")(x)
    s = layers.Conv2D(reduced, 1, activation="swish", name=f"{name}_reduce")(s)
    s = layers.Conv2D(channels, 1, activation="sigmoid", name=f"{name}_expand")(s)
    return layers.Multiply(name=f"{name}_excite")([x, s])


def _mbconv(
    x: Any, channels: int, group: BlockGroup, stride: int, config: EfficientNetConfig, drop: float, name: str
) -> Any:
    """Inverted residual bottleneck (Sandler et al. 2018, arXiv:1801.04381)."""
    inputs = x
    in_channels = x.shape[-1]
    if group.expansion > 1:
        x = _conv(x, in_channels * group.expansion, 1, 1, f"{name}_expand")
        x = _activation(x, config, f"{name}_expand_act")
    x = layers.DepthwiseConv2D(
        group.kernel, stride, padding="same", use_bias=False, name=f"{name}_depthwise_conv"
    )(x)
    x = _batch_norm(x, f"{name}_depthwise_bn")
    x = _activation(x, config, f"{name}_depthwise_act")
    if not config.lite:
        x = _squeeze_and_excite(x, max(1, in_channels // 4), f"{name}_se")
    x = _conv(x, channels, 1, 1, f"{name}_project")
    if stride == 1 and in_channels == channels:
        if drop > 0:
            x = layers.Dropout(drop, noise_shape=(None, 1, 1, 1), name=f"{name}_drop")(x)
        x = layers.Add(name=f"{name}_add")([inputs, x])
    return x


def build_backbone(config: EfficientNetConfig, frames: int | None = None) -> keras.Model:
    """Return the network from a log-mel window to embeddings.

    Input: float (batch, 128, `frames`, 1), log-mel / 255, so 0…1; `frames` None for any number.
    Output: float (batch, T, D), one local embedding for every 32 frames (T = ceil(frames / 32)); the
    embedding of the window is their mean over T. D is ``config.embedding_size``.
    """
    inputs = keras.Input((N_MELS, frames, 1), name="log_mel")
    x = layers.Rescaling(2.0, -1.0, name="centre")(inputs)
    x = _conv(x, config.stem_channels, 3, 2, "stem")
    x = _activation(x, config, "stem_act")
    total = sum(config.repeats(g) for g in range(len(B0_GROUPS)))
    done = 0
    for g, group in enumerate(B0_GROUPS):
        for r in range(config.repeats(g)):
            stride = group.stride if r == 0 else 1
            drop = config.drop_connect * done / total
            x = _mbconv(x, config.channels(group.channels), group, stride, config, drop, f"block{g}_{r}")
            done += 1
    x = _conv(x, config.embedding_size, 1, 1, "top")
    x = _activation(x, config, "top_act")
    x = layers.AveragePooling2D((N_MELS // FREQUENCY_STRIDE, 1), name="mean_over_bands")(x)
    x = layers.Reshape((-1, config.embedding_size), name="local_embeddings")(x)
    return keras.Model(inputs, x, name="efficientnet")
