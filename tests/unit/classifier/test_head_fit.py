from __future__ import annotations

import numpy as np
import pytest

from genre_app.classifier.head_fit import choose_threshold, fit_head, fit_temperature


def _clusters(n: int, seed: int, spread: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    centres = np.random.default_rng(9).normal(size=(4, 16)) * 2
    label = np.arange(n) % 4
    return (centres[label] + spread * rng.normal(size=(n, 16))).astype(np.float32), label


def test_learns_what_can_be_learned_and_the_same_each_time() -> None:
    x, label = _clusters(200, seed=0)
    targets, weights = np.eye(4, dtype=np.float32)[label], np.ones(200, np.float32)
    head = fit_head(x, targets, weights, penalty=1e-3)
    unseen, truth = _clusters(200, seed=1)
    assert (head.logits(unseen).argmax(axis=1) == truth).mean() > 0.95
    again = fit_head(x, targets, weights, penalty=1e-3)
    np.testing.assert_array_equal(head.kernel, again.kernel)


def test_a_feature_that_never_fires_does_no_harm() -> None:
    x, label = _clusters(80, seed=0)
    x[:, 3] = 0.0
    head = fit_head(x, np.eye(4, dtype=np.float32)[label], np.ones(80, np.float32), penalty=1e-3)
    assert all(np.isfinite(part).all() for part in (head.mean, head.scale, head.kernel, head.bias))


def test_an_example_without_weight_counts_for_nothing() -> None:
    x, label = _clusters(120, seed=0)
    targets, weights = np.eye(4, dtype=np.float32)[label], np.ones(120, np.float32)
    wrong = np.roll(targets, 1, axis=1)
    head = fit_head(
        np.concatenate([x, x]),
        np.concatenate([targets, wrong]),
        np.concatenate([weights, 0 * weights]),
        penalty=1e-3,
    )
    alone = fit_head(x, targets, weights, penalty=1e-3)
    np.testing.assert_allclose(head.logits(x), alone.logits(x), atol=1e-3)


@pytest.mark.parametrize("true_temperature", [0.5, 1.0, 3.0])
def test_finds_the_temperature_that_was_used(true_temperature: float) -> None:
    rng = np.random.default_rng(0)
    logits = rng.normal(size=(20_000, 5)) * 2
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    label = (p.cumsum(axis=1) > rng.random((20_000, 1))).argmax(axis=1)
    assert fit_temperature(logits * true_temperature, label) == pytest.approx(true_temperature, rel=0.05)


def test_threshold_keeps_both_promises() -> None:
    rng = np.random.default_rng(0)
    confidence = rng.random(1000)
    right = rng.random(1000) < confidence
    noise = 0.4 * rng.random(500)
    threshold = choose_threshold(confidence, right, 0.85, noise, 0.05)
    assert right[confidence >= threshold].mean() >= 0.85
    assert (noise >= threshold).mean() <= 0.05
    slightly_lower = confidence[confidence < threshold].max()
    assert right[confidence >= slightly_lower].mean() < 0.85


def test_threshold_without_any_that_suffices_is_the_highest() -> None:
    confidence = np.array([0.2, 0.6, 0.9])
    assert choose_threshold(confidence, np.zeros(3, bool), 0.85, np.zeros(0), 0.05) == 0.9
