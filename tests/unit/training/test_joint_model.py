from __future__ import annotations

import numpy as np
import pytest

from genre_app.training.architecture import EfficientNetConfig
from genre_app.training.fit_base_model import teacher_error
from genre_app.training.joint_model import (
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

    def test_it_is_the_weighted_mean_of_the_squares(self) -> None:
        wanted = np.zeros((2, 7, 3), np.float32)
        heard = np.broadcast_to(np.array([1, 2, 3], np.float32), wanted.shape)
        assert float(self.loss(wanted, heard)) == pytest.approx((4 * 1 + 2 * 4 + 1 * 9) / 7, rel=1e-5)

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
