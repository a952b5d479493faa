"""The parts of the detail panel that compute something: texts, outlines, axes."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from genre_app.classifier import Segment
from genre_app.features.log_mel import FLOOR_DB, N_MELS, denormalise, mel_frequencies
from genre_app.gui import theme
from genre_app.gui.widgets import spectrogram_view
from genre_app.gui.widgets.genre_strip import GenreStrip, opacity, runs
from genre_app.gui.widgets.probability_bars import ProbabilityBars
from genre_app.gui.widgets.times import clock, percent
from genre_app.gui.widgets.verdict import Verdict
from genre_app.gui.widgets.waveform_view import WaveformView, outline


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.0, "0:00"), (9.99, "0:09"), (61.0, "1:01"), (3600.0, "1:00:00"), (10_799.9, "2:59:59")],
)
def test_times_as_on_a_clock(seconds: float, text: str) -> None:
    assert clock(seconds) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.0, "0%"),
        (0.002, "<1%"),
        (0.006, "1%"),
        (0.424, "42%"),
        (0.994, "99%"),
        (0.998, ">99%"),
        (1.0, "100%"),
    ],
)
def test_percentages_claim_no_certainty(share: float, text: str) -> None:
    assert percent(share) == text


def test_an_outline_keeps_the_extremes_of_what_it_merges() -> None:
    rng = np.random.default_rng(0)
    peaks = np.sort(rng.uniform(-1, 1, (4096, 2)), axis=1).astype(np.float32)
    merged = outline(peaks, 500)
    assert merged.shape == (500, 2)
    assert merged[:, 0].min() == peaks[:, 0].min()
    assert merged[:, 1].max() == peaks[:, 1].max()
    edges = (np.arange(501) * 4096) // 500
    for column in (0, 123, 499):
        part = peaks[edges[column] : edges[column + 1]]
        assert tuple(merged[column]) == (part[:, 0].min(), part[:, 1].max())


def test_an_outline_of_few_columns_blends_and_one_of_none_is_flat() -> None:
    few = outline(np.array([[-1, 0], [0, 1]], dtype=np.float32), 8)
    assert np.all(np.diff(few, axis=0) >= 0)
    assert few[0].tolist() == [-1, 0]
    assert few[-1].tolist() == [0, 1]
    assert not outline(np.zeros((0, 2), dtype=np.float32), 8).any()


def test_frequencies_lie_in_the_middle_of_their_band() -> None:
    for band, frequency in enumerate(mel_frequencies()):
        assert spectrogram_view.band_position(frequency) == pytest.approx(band + 0.5)
        assert spectrogram_view.frequency_at(band + 0.5) == pytest.approx(frequency)
    for frequency in spectrogram_view.TICK_FREQUENCIES:
        position = spectrogram_view.band_position(frequency)
        below, above = int(np.floor(position - 0.5)), int(np.ceil(position - 0.5))
        assert mel_frequencies()[below] <= frequency <= mel_frequencies()[above]
        assert 0 < position < N_MELS


def test_levels_are_decibels_of_power() -> None:
    for value in (0, 100, 255):
        power = denormalise(np.array([value], dtype=np.float32))[0]
        assert spectrogram_view.level_db(value) == pytest.approx(10 * np.log10(power), abs=1e-3)
    assert spectrogram_view.level_db(0) == FLOOR_DB / 2


@pytest.mark.parametrize("duration", [0.01, 1.0, 30.0, 59.9, 60.0, 247.3, 3600.0, 10_800.0])
@pytest.mark.parametrize("width", [300.0, 480.0, 1000.0])
def test_time_labels_have_room(duration: float, width: float) -> None:
    ticks = spectrogram_view.time_ticks(duration, width)
    places = [at / duration * width for at, _ in ticks]
    assert ticks[0][0] == 0.0
    assert all(0 <= place <= width for place in places)
    assert all(after - before >= 40 for before, after in pairwise(places))
    for at, label in ticks:
        assert label == (f"{at:g}" if duration < 60 else clock(at))


def test_equal_neighbours_become_one_run() -> None:
    segments = [
        Segment(0.0, 2.0, "jazz", 0.5),
        Segment(2.0, 3.0, "jazz", 0.8),
        Segment(3.0, 5.0, "rock", 0.4),
        Segment(8.0, 9.0, "rock", 0.6),  # after silence
    ]
    found = [(run.start, run.end, run.genre, round(run.confidence, 6)) for run in runs(segments)]
    assert found == [(0.0, 3.0, "jazz", 0.6), (3.0, 5.0, "rock", 0.4), (8.0, 9.0, "rock", 0.6)]
    assert runs([]) == []


def test_the_surer_the_more_opaque() -> None:
    values = [opacity(confidence) for confidence in np.linspace(0, 1, 11)]
    assert values == sorted(values)
    assert 0.1 < values[0] < values[-1] == 1.0


def test_a_strip_says_what_it_shows(qapp: QApplication) -> None:
    strip = GenreStrip()
    strip.set_segments([Segment(0, 3, "jazz", 0.5), Segment(3, 4, "rock", 0.5)], 4.0)
    assert strip.accessibleDescription() == "Jazz 75%, Rock 25%"
    assert strip.text_at(1.0) == "0:00 – 0:03\nJazz · 50%"
    strip.set_segments([], 0.0)
    assert strip.segment_at(0.0) is None
    strip.deleteLater()


def test_bars_stand_in_falling_order_whatever_order_they_come_in(qapp: QApplication) -> None:
    bars = ProbabilityBars()
    bars.set_probabilities({"rock": 0.1, "my own": 0.65, "jazz": 0.25})
    assert [bar.genre for bar in bars.bars] == ["my own", "jazz", "rock"]
    assert [bar.accessibleName() for bar in bars.bars] == ["my own: 65%", "Jazz: 25%", "Rock: 10%"]
    bars.set_probabilities({"pop": 0.3, "rock": 0.7})
    assert [bar.genre for bar in bars.bars] == ["rock", "pop"]
    bars.deleteLater()


def test_the_answer_is_cut_only_after_what_stands_beside_it(qapp: QApplication) -> None:
    theme.apply(qapp, "light")
    verdict = Verdict()
    verdict.headline, verdict.remark = "Unsure", "best guess: Classical, 46%"
    wide, large = verdict._fit(900)
    narrow, small = verdict._fit(375)  # In a window of the least size.
    assert wide == narrow == "Unsure"
    assert small.pointSizeF() < large.pointSizeF()
    assert verdict._fit(230)[0] == "Unsure"
    verdict.headline = "A genre whose name is as long as its songs"
    cut, _ = verdict._fit(375)
    assert cut.startswith("A ge")
    assert cut.endswith("…")


def on_screen(widget: QWidget) -> QImage:
    """Return what the screen shows of `widget`, which need not be what it would paint now."""
    QApplication.processEvents()
    place = widget.mapToGlobal(QPoint(0, 0))
    shown = widget.screen().grabWindow(0, place.x(), place.y(), widget.width(), widget.height())
    return shown.toImage().convertToFormat(QImage.Format.Format_RGB32)


@pytest.mark.parametrize("every", [1, 7])
def test_the_cursor_follows_steps_of_less_than_a_pixel(qtbot: QtBot, every: int) -> None:
    view = WaveformView()
    qtbot.addWidget(view)
    view.resize(600, 80)
    view.set_sound(np.tile(np.array([[-0.5, 0.5]], np.float32), (600, 1)), 30.0)
    with qtbot.waitExposed(view):
        view.show()
    steps = 900
    for step in range(steps):
        # A third of a pixel each; with `every`, several of them before the screen is painted again.
        view.set_position(step / 60.0)
        if step % every == 0:
            QApplication.processEvents()
    assert view.position == pytest.approx(15.0, abs=0.1)
    qtbot.wait(100)
    shown = on_screen(view)
    wanted = view.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    cursor = theme.colours().cursor.rgb()
    columns = [x for x in range(600) if shown.pixel(x, 2) == cursor]
    assert columns, "there is no cursor"
    assert all(abs(x - view.x_at(view.position)) <= 3 for x in columns)
    assert shown == wanted
