from __future__ import annotations

import threading
import wave
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from genre_app.classifier import Classifier
from genre_app.classifier.analysis import MAX_COLUMNS, SpectrogramOverview, analyse_file
from genre_app.classifier.windows import FRAME_SECONDS, Frames
from genre_app.errors import GenreAppError
from genre_app.features.log_mel import SAMPLE_RATE, log_mel, normalise
from genre_app.progress import Cancelled, Progress
from tests.tiny_model import GENRES, band_noise, write_model


@pytest.fixture(scope="module")
def classifier(tiny_backbone: bytes, tmp_path_factory: pytest.TempPathFactory) -> Classifier:
    return Classifier.from_directory(write_model(tmp_path_factory.mktemp("models") / "tiny", tiny_backbone))


def write_wav(path: Path, samples: NDArray[np.float32], sample_rate: int = SAMPLE_RATE) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(sample_rate)
        file.writeframes((samples * 32767).astype("<i2").tobytes())
    return path


class TestAnalyseFile:
    def test_everything_about_a_file(self, classifier: Classifier, tmp_path: Path) -> None:
        samples = np.concatenate((band_noise(2, 25.0), band_noise(5, 45.0)))
        path = write_wav(tmp_path / "노래 🎵.wav", samples)
        analysis = analyse_file(path, classifier)
        assert analysis.prediction.genre == GENRES[5]
        assert analysis.prediction.duration == pytest.approx(70.0)
        assert (analysis.info.format, analysis.info.sample_rate, analysis.info.channels) == ("WAV", 22_050, 1)
        assert analysis.info.duration == pytest.approx(70.0)
        assert analysis.warnings == ()
        assert 0.0 < analysis.elapsed < 10.0

        np.testing.assert_allclose(analysis.spectrogram, log_mel(samples), atol=1.0)
        assert analysis.spectrogram.dtype == np.uint8
        assert analysis.spectrogram_seconds == pytest.approx(70.0, abs=FRAME_SECONDS)

        assert analysis.peaks.dtype == np.float32
        assert 1000 < len(analysis.peaks) <= MAX_COLUMNS
        assert analysis.peaks[:, 0].min() == pytest.approx(samples.min(), abs=1e-3)
        assert analysis.peaks[:, 1].max() == pytest.approx(samples.max(), abs=1e-3)

    def test_it_agrees_with_the_file_alone_and_with_the_samples(
        self, classifier: Classifier, tmp_path: Path
    ) -> None:
        samples = np.concatenate((band_noise(1, 40.0), band_noise(6, 12.0)))
        path = write_wav(tmp_path / "song.wav", samples)
        analysed = analyse_file(path, classifier).prediction
        assert classifier.predict_file(str(path)) == analysed
        in_memory = classifier.predict(samples, SAMPLE_RATE)
        assert in_memory.confidence == pytest.approx(analysed.confidence, abs=1e-3)
        assert [part.genre for part in in_memory.segments] == [part.genre for part in analysed.segments]

    def test_another_rate_is_resampled(self, classifier: Classifier, tmp_path: Path) -> None:
        path = write_wav(tmp_path / "song.wav", band_noise(3, 35.0, 48_000), 48_000)
        analysis = analyse_file(path, classifier)
        assert analysis.prediction.genre == GENRES[3]
        assert analysis.prediction.duration == pytest.approx(35.0, abs=0.01)

    def test_silence(self, classifier: Classifier, tmp_path: Path) -> None:
        path = write_wav(tmp_path / "song.wav", np.zeros(40 * SAMPLE_RATE, dtype=np.float32))
        analysis = analyse_file(path, classifier)
        assert analysis.prediction.genre is None
        assert not analysis.spectrogram.any()
        assert not analysis.peaks.any()

    def test_warnings_are_passed_on(self, classifier: Classifier, tmp_path: Path) -> None:
        path = write_wav(tmp_path / "song.wav", band_noise(3, 30.0))
        path.write_bytes(path.read_bytes()[: 44 + 2 * 20 * SAMPLE_RATE])
        analysis = analyse_file(path, classifier)
        assert analysis.prediction.duration == pytest.approx(20.0, abs=0.1)
        assert analysis.prediction.genre == GENRES[3]
        assert len(analysis.warnings) == 1

    def test_errors_are_passed_on(self, classifier: Classifier, tmp_path: Path) -> None:
        (tmp_path / "song.wav").write_text("this is no sound")
        for path in (tmp_path / "song.wav", tmp_path / "missing.wav"):
            with pytest.raises(GenreAppError):
                analyse_file(path, classifier)

    def test_progress_is_reported(self, classifier: Classifier, tmp_path: Path) -> None:
        path = write_wav(tmp_path / "song.wav", band_noise(3, 50.0))
        reports: list[tuple[float, float]] = []
        analyse_file(path, classifier, Progress(lambda *report: reports.append(report[:2])))
        done = [report[0] for report in reports]
        assert done == sorted(done)
        assert len(done) >= 10
        assert [report[1] for report in reports] == pytest.approx([50.0] * len(reports))

    def test_it_can_be_cancelled(self, classifier: Classifier, tmp_path: Path) -> None:
        path = write_wav(tmp_path / "song.wav", band_noise(3, 50.0))
        progress = Progress()
        progress.on_report = lambda *report: progress.cancel() if report[0] > 10 else None
        with pytest.raises(Cancelled):
            analyse_file(path, classifier, progress)
        assert not [thread for thread in threading.enumerate() if thread.name == "cancel-watcher"]
        assert analyse_file(path, classifier).prediction.genre == GENRES[3]


class TestSpectrogramOverview:
    @pytest.mark.parametrize("n", [1, 63, 64, 65, 128, 129, 1000, 5000])
    @pytest.mark.parametrize("at_once", [1, 7, 84, 5000])
    def test_columns_show_the_loudest_of_their_frames(self, n: int, at_once: int) -> None:
        power = np.random.default_rng(n).random((128, n), dtype=np.float32)
        overview = SpectrogramOverview(64)
        for start in range(0, n, at_once):
            part = power[:, start : start + at_once]
            overview.add(Frames(part, part, np.zeros(part.shape[1])))
        per_column = 1
        while n > 64 * per_column:
            per_column *= 2
        folded = np.stack([power[:, i : i + per_column].max(axis=1) for i in range(0, n, per_column)], axis=1)
        np.testing.assert_array_equal(overview.spectrogram, np.rint(normalise(folded)).astype(np.uint8))
        assert overview.seconds == pytest.approx(folded.shape[1] * per_column * FRAME_SECONDS)

    def test_without_a_frame_it_is_empty(self) -> None:
        overview = SpectrogramOverview(64)
        assert overview.spectrogram.shape == (128, 0)
        assert overview.seconds == 0.0
