from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics

from genre_app.classifier.evaluation import (
    chance_calibration_error,
    confusion_matrix,
    evaluate,
    expected_calibration_error,
    genre_scores,
    macro_f1,
    wilson_interval,
)
from genre_app.classifier.prediction import Prediction


def prediction(best: str, confidence: float, sure: bool = True) -> Prediction:
    return Prediction(best if sure else None, best, confidence, {best: confidence}, (), 30.0, "m")


@pytest.mark.parametrize(
    # Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
    ("successes", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilsons_interval(successes: int, n: int, low: float, high: float) -> None:
    assert wilson_interval(successes, n) == pytest.approx((low, high), abs=1e-4)


@pytest.mark.parametrize(("successes", "n"), [(1, 0), (3, 2), (-1, 2)])
def test_wilsons_interval_of_nonsense(successes: int, n: int) -> None:
    with pytest.raises(ValueError, match="no share"):
        wilson_interval(successes, n)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=60))
@settings(deadline=None)
def test_scores_agree_with_scikit_learn(pairs: list[tuple[int, int]]) -> None:
    true, guessed = (np.array(column) for column in zip(*pairs, strict=True))
    confusion = confusion_matrix(true, guessed, 5)
    np.testing.assert_array_equal(confusion, metrics.confusion_matrix(true, guessed, labels=range(5)))
    assert macro_f1(confusion) == pytest.approx(metrics.f1_score(true, guessed, average="macro"))
    expected = metrics.precision_recall_fscore_support(true, guessed, labels=range(5), zero_division=0)
    for i, score in enumerate(genre_scores(confusion)):
        ours = (score.precision, score.recall, score.f1, score.n)
        assert ours == pytest.approx(tuple(column[i] for column in expected))


class TestCalibration:
    def test_of_the_calibrated_it_is_zero(self) -> None:
        confidence = np.repeat([0.25, 0.75], 4)
        right = np.array([True, False, False, False, True, True, True, False])
        assert expected_calibration_error(confidence, right) == pytest.approx(0.0)

    def test_of_the_overconfident_it_is_the_difference(self) -> None:
        assert expected_calibration_error(np.full(10, 0.9), np.arange(10) < 5) == pytest.approx(0.4)

    def test_bins_are_weighted_by_their_answers(self) -> None:
        confidence = np.array([0.95, 0.95, 0.95, 0.35])
        right = np.array([True, True, True, True])
        assert expected_calibration_error(confidence, right) == pytest.approx((3 * 0.05 + 0.65) / 4)

    @pytest.mark.parametrize("confidence", [0.0, 1.0])
    def test_the_ends_of_the_scale_count(self, confidence: float) -> None:
        assert expected_calibration_error(np.array([confidence]), np.array([True])) == pytest.approx(
            1 - confidence
        )

    def test_nothing_can_not_be_calibrated(self) -> None:
        with pytest.raises(ValueError, match="at least one"):
            expected_calibration_error(np.empty(0), np.empty(0, dtype=bool))


def test_an_evaluation() -> None:
    truth = ["rock", "rock", "rock", "jazz", "jazz"]
    predictions = [
        prediction("rock", 0.9),
        prediction("rock", 0.3, sure=False),
        prediction("jazz", 0.8),
        prediction("jazz", 0.6),
        prediction("jazz", 0.4, sure=False),
    ]
    result = evaluate(truth, predictions, ("jazz", "pop", "rock"))
    assert result.n == 5
    assert result.accuracy == pytest.approx(4 / 5)
    assert result.accuracy_ci95 == wilson_interval(4, 5)
    np.testing.assert_array_equal(result.confusion, [[2, 0, 0], [0, 0, 0], [1, 0, 2]])
    assert result.sure == pytest.approx(3 / 5)
    assert result.accuracy_when_sure == pytest.approx(2 / 3)
    assert result.macro_f1 == pytest.approx((0.8 + 0.8) / 2)  # pop neither occurs nor is named
    assert [score.n for score in result.per_genre] == [2, 0, 3]


def test_unsure_about_everything() -> None:
    result = evaluate(["jazz"], [prediction("jazz", 0.2, sure=False)], ("jazz", "rock"))
    assert (result.accuracy, result.sure, result.accuracy_when_sure) == (1.0, 0.0, None)


@pytest.mark.parametrize(
    ("truth", "n_predictions"),
    [([], 0), (["jazz"], 2), (["polka"], 1)],
)
def test_what_can_not_be_compared(truth: list[str], n_predictions: int) -> None:
    with pytest.raises(ValueError, match=r"compared|know"):
        evaluate(truth, [prediction("jazz", 0.5)] * n_predictions, ("jazz", "rock"))


class TestChanceCalibrationError:
    def test_certain_answers_have_none(self) -> None:
        assert chance_calibration_error(np.ones(20), draws=50) == 0.0

    def test_it_falls_with_the_square_root_of_the_number(self) -> None:
        few, many = (chance_calibration_error(np.full(n, 0.5), draws=500) for n in (100, 10_000))
        # The mean distance of n tosses of a coin from its mean.
        assert few == pytest.approx(np.sqrt(0.25 * 2 / np.pi / 100), rel=0.1)
        assert few == pytest.approx(10 * many, rel=0.15)

    def test_nothing_is_refused(self) -> None:
        with pytest.raises(ValueError, match="at least one"):
            chance_calibration_error(np.empty(0))
