from __future__ import annotations

import numpy as np
import pytest

from genre_app.training.architecture import EfficientNetConfig
from genre_app.training.fit_base_model import teacher_error
from genre_app.training.joint_model import (
    CROP_WEIGHT,
    STEP_WEIGHT,
    _TeacherError,
    build_joint_model,
    component_weights,
)
from tests.unit.training.reference_like import make_songs

CONFIG = EfficientNetConfig(width=0.25, depth=0.4, drop_connect=0.0)
VARIANCE = np.array([0.64, 0.16, 0.04], np.float32)


def test_leading_components_weigh_more() -> None:
    np.testing.assert_allclose(component_weights(VARIANCE), [4 / 7, 2 / 7, 1 / 7], rtol=1e-6)


class TestTeacherError:
    loss = _TeacherError(VARIANCE)

    def test_an_error_that_stays_counts_for_its_step_and_for_the_crop(self) -> None:
        wanted = np.random.default_rng(0).normal(size=(2, 7, 3)).astype(np.float32)
        heard = wanted + np.float32(0.5)
        assert float(self.loss(wanted, heard)) == pytest.approx(0.25 * (STEP_WEIGHT + CROP_WEIGHT), rel=1e-5)

    def test_errors_that_cancel_out_count_for_their_steps_alone(self) -> None:
        wanted = np.zeros((1, 8, 3), np.float32)
        heard = np.tile(np.array([0.5, -0.5], np.float32), 4)[None, :, None].repeat(3, axis=2)
        assert float(self.loss(wanted, heard)) == pytest.approx(0.25 * STEP_WEIGHT, rel=1e-5)

    def test_what_has_no_teacher_counts_for_nothing(self) -> None:
        wanted = np.zeros((2, 7, 3), np.float32)
        heard = np.ones((2, 7, 3), np.float32)
        heard[0] = 0.0
        weight = np.array([[1.0], [0.0]], np.float32).repeat(7, axis=1)
        assert float(self.loss(wanted, heard, weight)) == 0.0


def test_saying_the_mean_has_the_error_one() -> None:
    songs = make_songs(40, 0)
    joint = build_joint_model(CONFIG, songs.embedding.shape[-1], songs.tags.shape[-1])
    kernel, _ = joint.get_layer("teacher_embedding").get_weights()
    mean = songs.embedding.mean(axis=(0, 1))
    joint.get_layer("teacher_embedding").set_weights([np.zeros_like(kernel), mean])
    assert teacher_error(joint, songs) == pytest.approx(1.0, abs=0.05)
