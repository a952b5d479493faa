from __future__ import annotations

import math
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from genre_app.classifier import Classifier, Prediction
from genre_app.classifier.errors import InvalidInputError, ModelDamagedError
from genre_app.classifier.listening import SILENCE_DBFS
from genre_app.features.log_mel import HOP_LENGTH, SAMPLE_RATE, log_mel
from tests.tiny_model import GENRES, GROUPS, band_noise, head_arrays, npz, write_model


@pytest.fixture(scope="module")
def classifier(tiny_backbone: bytes, tmp_path_factory: pytest.TempPathFactory) -> Classifier:
    return Classifier.from_directory(write_model(tmp_path_factory.mktemp("models") / "tiny", tiny_backbone))


def assert_consistent(prediction: Prediction) -> None:
    probabilities = list(prediction.probabilities.values())
    assert sorted(prediction.probabilities) == sorted(GENRES)
    assert probabilities == sorted(probabilities, reverse=True)
    assert math.isclose(sum(probabilities), 1.0, abs_tol=1e-9)
    assert prediction.best_genre == next(iter(prediction.probabilities))
    assert prediction.confidence == prediction.probabilities[prediction.best_genre]
    assert prediction.genre in (None, prediction.best_genre)
    end = 0.0
    for segment in prediction.segments:
        assert end - 1e-9 <= segment.start < segment.end <= prediction.duration + 1e-9
        assert segment.genre in GENRES
        assert 1 / len(GENRES) <= segment.confidence <= 1.0
        end = segment.end


@pytest.mark.parametrize("group", range(GROUPS))
def test_each_genre_is_heard(classifier: Classifier, group: int) -> None:
    prediction = classifier.predict(band_noise(group, 30.0), SAMPLE_RATE)
    assert_consistent(prediction)
    assert prediction.genre == prediction.best_genre == GENRES[group]
    assert prediction.confidence > 0.9
    assert prediction.duration == 30.0
    assert prediction.model == classifier.model_id == "tiny"
    assert classifier.genres == GENRES


class TestLength:
    @pytest.mark.parametrize("seconds", [0.5, 1.0, 2.0, 3.0, 10.0, 29.9, 30.0, 30.1, 31.0, 45.0, 61.0, 100.0])
    def test_segments_cover_the_sound(self, classifier: Classifier, seconds: float) -> None:
        prediction = classifier.predict(band_noise(3, seconds), SAMPLE_RATE)
        assert_consistent(prediction)
        assert prediction.genre == GENRES[3]
        assert prediction.duration == pytest.approx(seconds, abs=1e-3)
        segments = prediction.segments
        assert segments[0].start == 0.0
        assert segments[-1].end == pytest.approx(prediction.duration, abs=1e-9)
        for earlier, later in pairwise(segments):
            assert later.start == pytest.approx(earlier.end, abs=1e-9)
        lengths = [segment.end - segment.start for segment in segments]
        assert max(lengths) < 4.2
        if seconds >= 3:
            assert min(lengths) > 1.3

    @pytest.mark.parametrize("n", [1, 2, 100, 1969, 1970, 1971])
    def test_a_few_samples_are_enough(self, classifier: Classifier, n: int) -> None:
        prediction = classifier.predict(band_noise(2, 1.0)[:n], SAMPLE_RATE)
        assert_consistent(prediction)
        assert len(prediction.segments) <= 1

    def test_one_sample_is_silence(self, classifier: Classifier) -> None:
        assert classifier.predict([0.9], SAMPLE_RATE).genre is None

    def test_windows_are_averaged(self, classifier: Classifier) -> None:
        first, second = band_noise(1, 30.0), band_noise(5, 30.0)
        both = classifier.predict(np.concatenate((first, second, second)), SAMPLE_RATE)
        for genre in GENRES:
            expected = (
                classifier.predict(first, SAMPLE_RATE).probabilities[genre]
                + 2 * classifier.predict(second, SAMPLE_RATE).probabilities[genre]
            ) / 3
            assert both.probabilities[genre] == pytest.approx(expected, abs=0.02)

    def test_segments_follow_the_sound(self, classifier: Classifier) -> None:
        parts = [(1, 20.0), (6, 35.0), (3, 15.0)]
        samples = np.concatenate([band_noise(group, seconds) for group, seconds in parts])
        prediction = classifier.predict(samples, SAMPLE_RATE)
        changes = [0.0, 20.0, 55.0, 70.0]
        for segment in prediction.segments:
            middle = (segment.start + segment.end) / 2
            near = min(abs(middle - change) for change in changes[1:-1])
            if near > 4.0:
                part = np.searchsorted(changes, middle) - 1
                assert segment.genre == GENRES[parts[part][0]], segment

    def test_confidence_differs_between_neighbours_of_one_genre(self, classifier: Classifier) -> None:
        fading_in = np.linspace(0, 0.5, 30 * SAMPLE_RATE, dtype=np.float32)
        samples = band_noise(1, 30.0) + fading_in * band_noise(5, 30.0)
        segments = classifier.predict(samples, SAMPLE_RATE).segments
        assert len({segment.confidence for segment in segments}) == len(segments) == 11


class TestSilence:
    @pytest.mark.parametrize("seconds", [1.0, 30.0, 75.0])
    @pytest.mark.parametrize("offset", [0.0, 0.25])
    def test_it_is_unsure_and_favours_nothing(
        self, classifier: Classifier, seconds: float, offset: float
    ) -> None:
        samples = np.full(round(seconds * SAMPLE_RATE), offset, dtype=np.float32)
        prediction = classifier.predict(samples, SAMPLE_RATE)
        assert_consistent(prediction)
        assert prediction.genre is None
        assert prediction.confidence == pytest.approx(1 / len(GENRES))
        assert prediction.segments == ()
        assert prediction.duration == pytest.approx(seconds)

    def test_the_level_decides(self, classifier: Classifier) -> None:
        samples = band_noise(4, 30.0)  # RMS -20 dBFS
        for level, genre in [(SILENCE_DBFS - 1, None), (SILENCE_DBFS + 1, GENRES[4])]:
            gain = 10 ** ((level + 20.0) / 20)
            prediction = classifier.predict(samples * np.float32(gain), SAMPLE_RATE)
            assert prediction.genre == genre
            assert (prediction.segments == ()) == (genre is None)

    def test_silent_windows_have_no_say(self, classifier: Classifier) -> None:
        sound = band_noise(2, 30.0)
        silence = np.zeros(60 * SAMPLE_RATE, dtype=np.float32)
        alone = classifier.predict(sound, SAMPLE_RATE)
        with_silence = classifier.predict(np.concatenate((silence, sound)), SAMPLE_RATE)
        assert with_silence.genre == GENRES[2]
        assert with_silence.confidence == pytest.approx(alone.confidence, abs=0.05)

    def test_silent_stretches_have_no_segment(self, classifier: Classifier) -> None:
        sound = band_noise(2, 30.0)
        sound[10 * SAMPLE_RATE : 20 * SAMPLE_RATE] = 0.0
        segments = classifier.predict(sound, SAMPLE_RATE).segments
        assert not [part for part in segments if part.start > 10.5 and part.end < 19.5]
        assert segments[0].start == 0.0
        assert segments[-1].end == pytest.approx(30.0)

    @pytest.mark.parametrize("value", [0, 17, 255])
    def test_a_flat_log_mel_is_silence(self, classifier: Classifier, value: int) -> None:
        prediction = classifier.predict_log_mel(np.full((128, 400), value, dtype=np.uint8))
        assert_consistent(prediction)
        assert prediction.genre is None
        assert prediction.segments == ()


class TestUnsure:
    @pytest.mark.parametrize(("threshold", "sure"), [(0.0, True), (1.0, False)])
    def test_the_models_threshold_decides(
        self, threshold: float, sure: bool, tmp_path: Path, tiny_backbone: bytes
    ) -> None:
        directory = write_model(tmp_path / "m", tiny_backbone, thresholds={"confidence": threshold})
        prediction = Classifier.from_directory(directory).predict(band_noise(1, 5.0), SAMPLE_RATE)
        assert prediction.best_genre == GENRES[1]
        assert (prediction.genre is not None) == sure

    def test_nothing_stands_out(self, classifier: Classifier) -> None:
        samples = sum((band_noise(group, 30.0, seed=group) for group in range(GROUPS)), np.float32(0.0))
        prediction = classifier.predict(samples, SAMPLE_RATE)
        assert prediction.genre is None
        assert prediction.confidence < 0.5


class TestSamples:
    @pytest.mark.parametrize(
        ("dtype", "scale", "offset"),
        [
            (np.float64, 1.0, 0.0),
            (np.float16, 1.0, 0.0),
            (">f4", 1.0, 0.0),
            (np.int8, 127.0, 0.0),
            (np.uint8, 127.0, 128.0),
            (np.int16, 32767.0, 0.0),
            (np.uint16, 32767.0, 32768.0),
            (">i2", 32767.0, 0.0),
            (np.int32, 2147483000.0, 0.0),
            (np.int64, 9.2e18, 0.0),
        ],
    )
    def test_any_type(self, classifier: Classifier, dtype: Any, scale: float, offset: float) -> None:
        samples = band_noise(3, 5.0)
        stored = (samples.astype(np.float64) * scale + offset).astype(dtype)
        prediction = classifier.predict(stored, SAMPLE_RATE)
        expected = classifier.predict(samples, SAMPLE_RATE)
        assert prediction.genre == expected.genre == GENRES[3]
        tolerance = 0.1 if np.dtype(dtype).itemsize == 1 else 0.02
        assert prediction.confidence == pytest.approx(expected.confidence, abs=tolerance)

    def test_integers_keep_their_level(self, classifier: Classifier) -> None:
        quiet = (band_noise(3, 5.0) * 32767 * 10 ** (-30 / 20)).astype(np.int16)  # RMS -50 dBFS
        assert classifier.predict(quiet, SAMPLE_RATE).genre == GENRES[3]
        hiss = np.random.default_rng(0).integers(-1, 2, 5 * SAMPLE_RATE).astype(np.int32)
        assert classifier.predict(hiss, SAMPLE_RATE).genre is None

    def test_lists_are_samples_too(self, classifier: Classifier) -> None:
        assert classifier.predict(band_noise(3, 1.0).tolist(), SAMPLE_RATE).genre == GENRES[3]

    @pytest.mark.parametrize("channels", [1, 2, 6])
    def test_channels_are_averaged(self, classifier: Classifier, channels: int) -> None:
        samples = np.zeros((5 * SAMPLE_RATE, channels), dtype=np.float32)
        samples[:, -1] = band_noise(5, 5.0)
        prediction = classifier.predict(samples, SAMPLE_RATE)
        assert prediction.genre == GENRES[5]
        assert prediction.duration == 5.0

    @pytest.mark.parametrize("sample_rate", [8000, 16000, 44100, 48000, 96000, 192000, 11025.5])
    def test_any_sample_rate(self, classifier: Classifier, sample_rate: float) -> None:
        prediction = classifier.predict(band_noise(2, 6.0, round(sample_rate)), sample_rate)
        assert prediction.genre == GENRES[2]
        assert prediction.duration == pytest.approx(6.0, abs=0.01)

    def test_values_that_are_no_numbers_count_as_zero(self, classifier: Classifier) -> None:
        samples = band_noise(1, 10.0)
        samples[1000:2000] = np.nan
        samples[3000:3010] = np.inf
        samples[4000] = -np.inf
        zeroed = np.where(np.isfinite(samples), samples, 0.0)
        expected = classifier.predict(zeroed, SAMPLE_RATE)
        assert classifier.predict(samples, SAMPLE_RATE) == expected
        assert classifier.predict(np.full(50_000, np.nan), SAMPLE_RATE).genre is None

    @pytest.mark.parametrize("size", [1e9, 1e30, 1e300])
    def test_absurd_levels_are_survived(self, classifier: Classifier, size: float) -> None:
        assert_consistent(classifier.predict(band_noise(1, 3.0).astype(np.float64) * size, SAMPLE_RATE))

    def test_the_samples_are_left_alone(self, classifier: Classifier) -> None:
        samples = band_noise(1, 3.0)
        samples[5] = np.nan
        before = samples.copy()
        samples.flags.writeable = False
        classifier.predict(samples, SAMPLE_RATE)
        np.testing.assert_array_equal(samples, before)

    @pytest.mark.parametrize(
        ("samples", "sample_rate", "words"),
        [
            (np.empty(0), SAMPLE_RATE, "no sound"),
            ([], SAMPLE_RATE, "no sound"),
            (np.empty((0, 2)), SAMPLE_RATE, "no sound"),
            (np.empty((2, 0)), SAMPLE_RATE, "no sound"),
            (np.float32(1.0), SAMPLE_RATE, "shape"),
            (np.zeros((3, 3, 3)), SAMPLE_RATE, "shape"),
            (np.zeros((2, 22_050)), SAMPLE_RATE, r"\(n, channels\)"),
            (np.zeros(100, dtype=complex), SAMPLE_RATE, "complex"),
            (np.zeros(100, dtype=bool), SAMPLE_RATE, "bool"),
            (["a", "b"], SAMPLE_RATE, "numbers"),
            (np.zeros(100), 0, "sample rate"),
            (np.zeros(100), -1, "sample rate"),
            (np.zeros(100), float("nan"), "sample rate"),
            (np.zeros(100), float("inf"), "sample rate"),
        ],
    )
    def test_nonsense_is_a_clear_error(
        self, classifier: Classifier, samples: Any, sample_rate: float, words: str
    ) -> None:
        with pytest.raises(InvalidInputError, match=words):
            classifier.predict(samples, sample_rate)

    def test_fewer_samples_than_one_of_the_new_rate(self, classifier: Classifier) -> None:
        assert classifier.predict(np.ones(3, dtype=np.float32), 192_000).genre is None


class TestLogMel:
    @pytest.mark.parametrize("seconds", [4.0, 30.0, 45.0, 95.0])
    def test_it_agrees_with_the_sound(self, classifier: Classifier, seconds: float) -> None:
        samples = np.concatenate((band_noise(2, seconds / 2), band_noise(6, seconds / 2)))
        of_sound = classifier.predict(samples, SAMPLE_RATE)
        of_log_mel = classifier.predict_log_mel(log_mel(samples))
        # Sound is looked at twice, half a hop apart, and each look is a log-mel's.
        later = classifier.predict_log_mel(
            log_mel(np.append(samples[HOP_LENGTH // 2 :], np.zeros(HOP_LENGTH // 2, "f4")))
        )
        assert_consistent(of_log_mel)
        for genre in GENRES:
            looks = of_log_mel.probabilities[genre], later.probabilities[genre]
            assert min(looks) - 1e-3 <= of_sound.probabilities[genre] <= max(looks) + 1e-3
        assert of_log_mel.duration == pytest.approx(seconds, abs=0.1)
        assert [part.genre for part in of_log_mel.segments] == [part.genre for part in of_sound.segments]

    def test_bytes_and_floats_agree(self, classifier: Classifier) -> None:
        array = log_mel(band_noise(4, 30.0))
        as_float = classifier.predict_log_mel(array)
        as_bytes = classifier.predict_log_mel(np.rint(array).astype(np.uint8))
        assert as_bytes.confidence == pytest.approx(as_float.confidence, abs=0.01)
        as_double = classifier.predict_log_mel(array.astype(np.float64))
        assert as_double.confidence == pytest.approx(as_float.confidence, abs=1e-6)

    def test_values_that_are_no_numbers_count_as_zero(self, classifier: Classifier) -> None:
        array = log_mel(band_noise(4, 30.0))
        array[0, :5] = np.nan
        assert classifier.predict_log_mel(array).genre == GENRES[4]

    @pytest.mark.parametrize(
        "array",
        [
            np.zeros((128, 0)),
            np.zeros((336, 128)),
            np.zeros(128),
            np.zeros((1, 128, 336)),
            np.zeros((128, 336), dtype=bool),
            np.zeros((128, 336), dtype=complex),
            np.full((128, 336), "a"),
        ],
        ids=lambda array: f"{array.dtype}{array.shape}",
    )
    def test_nonsense_is_a_clear_error(self, classifier: Classifier, array: NDArray[Any]) -> None:
        with pytest.raises(InvalidInputError, match="log-mel"):
            classifier.predict_log_mel(array)


def test_a_network_that_answers_nonsense_is_reported(tmp_path: Path, tiny_backbone: bytes) -> None:
    arrays = head_arrays()
    arrays["scale"] = np.full(GROUPS, 3e38, dtype=np.float32)
    arrays["kernel"] = np.full((GROUPS, GROUPS), 3e38, dtype=np.float32)
    classifier = Classifier.from_directory(write_model(tmp_path / "m", tiny_backbone, npz(arrays)))
    with np.errstate(all="ignore"), pytest.raises(ModelDamagedError, match="not numbers"):
        classifier.predict(band_noise(1, 3.0), SAMPLE_RATE)


def test_threads_do_not_disturb_each_other(classifier: Classifier) -> None:
    sounds = [band_noise(group, 20.0) for group in range(GROUPS)]
    expected = [classifier.predict(sound, SAMPLE_RATE) for sound in sounds]
    answers: dict[int, list[Prediction]] = {group: [] for group in range(GROUPS)}

    def listen(group: int) -> None:
        for _ in range(5):
            answers[group].append(classifier.predict(sounds[group], SAMPLE_RATE))

    threads = [threading.Thread(target=listen, args=(group,)) for group in range(GROUPS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for group in range(GROUPS):
        assert answers[group] == [expected[group]] * 5


@pytest.mark.usefixtures("new_objects_only")
def test_a_live_guess_takes_a_fraction_of_its_second(classifier: Classifier) -> None:
    samples = band_noise(3, 30.0, 48_000)
    classifier.predict(samples, 48_000)
    started = time.perf_counter()
    classifier.predict(samples, 48_000)
    assert time.perf_counter() - started < 0.5


def test_predicting_loads_neither_the_trainer_nor_the_window(install_tiny_model: Callable[..., str]) -> None:
    install_tiny_model()
    code = """
import sys
import numpy as np
from genre_app.classifier import Classifier
prediction = Classifier.load("tiny").predict(np.random.default_rng(0).normal(0, 0.1, 100_000), 44_100)
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert result.returncode == 0, result.stderr
    assert result.stderr == ""  # not even a notice of the runtime's
    loaded = set(result.stdout.split())
    assert "ai_edge_litert" in loaded
    assert not loaded & {"tensorflow", "keras", "jax", "librosa", "scipy", "sklearn", "PySide6", "pyqtgraph"}
