from __future__ import annotations

import numpy as np
import pytest

from genre_app.training.architecture import EfficientNetConfig, build_backbone


@pytest.mark.parametrize(
    ("config", "parameters"),
    [
        # As published, less the 1000-class layer (1,281,000) and two of three colour channels (576).
        (EfficientNetConfig(lite=True), 4_694_712 - 1_281_000 - 576),
        (EfficientNetConfig(lite=False), 5_330_564 - 1_281_000 - 576),
    ],
)
def test_has_as_many_parameters_as_published(config: EfficientNetConfig, parameters: int) -> None:
    assert build_backbone(config).count_params() == pytest.approx(parameters, rel=0.003)


@pytest.mark.parametrize("lite", [True, False])
@pytest.mark.parametrize("frames", [32, 224, 336])
def test_one_local_embedding_for_32_frames(lite: bool, frames: int) -> None:
    config = EfficientNetConfig(width=0.25, depth=0.4, lite=lite)
    backbone = build_backbone(config)
    local = np.asarray(backbone(np.zeros((2, 128, frames, 1), np.float32)))
    assert local.shape == (2, -(-frames // 32), config.embedding_size)


def test_compound_scaling_follows_the_paper() -> None:
    b4 = EfficientNetConfig(width=1.4, depth=1.8, lite=False)
    assert [b4.channels(c) for c in (16, 24, 40, 80, 112, 192, 320)] == [24, 32, 56, 112, 160, 272, 448]
    assert [b4.repeats(g) for g in range(7)] == [2, 4, 4, 6, 6, 8, 2]
    lite4 = EfficientNetConfig(width=1.4, depth=1.8, lite=True)
    assert (lite4.stem_channels, lite4.embedding_size) == (32, 1280)
    assert [lite4.repeats(g) for g in (0, 6)] == [1, 1]


def test_batch_normalisation_everywhere() -> None:
    names = [layer.name for layer in build_backbone(EfficientNetConfig()).layers]
    convolutions = [name for name in names if name.endswith("_conv")]
    assert len(convolutions) == sum(name.endswith("_bn") for name in names)
