"""The detail panel with real files, a real model and, where something is heard, a real player."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QHelpEvent, QImage, QPaintEvent
from PySide6.QtWidgets import QApplication, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from genre_app.audio.errors import AudioMissingError
from genre_app.classifier import Classifier
from genre_app.classifier.analysis import Analysis, analyse_file
from genre_app.gui import theme
from genre_app.gui.detail_panel import DetailPanel
from genre_app.gui.genre_names import display_name
from genre_app.gui.widgets.analysis_page import AnalysisPage
from genre_app.gui.widgets.spectrogram_view import TICK_FREQUENCIES, SpectrogramView
from genre_app.gui.widgets.times import percent
from tests.sound_server import SoundServer
from tests.tiny_model import GENRES, SAMPLE_RATE, band_noise

Write = Callable[[NDArray[np.float32]], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(samples: NDArray[np.float32]) -> Path:
        path = tmp_path / "노래 song.wav"
        soundfile.write(path, samples, SAMPLE_RATE)
        return path

    return write


@pytest.fixture
def panel(qtbot: QtBot) -> Iterator[DetailPanel]:
    panel = DetailPanel()
    qtbot.addWidget(panel)
    panel.resize(600, 1150)
    with qtbot.waitExposed(panel):
        panel.show()
    yield panel
    panel.clear()
    page = panel.analysis_page
    if page is not None and page.playback.player is not None:
        page.playback.player.close()  # waits until the loudspeaker is free for the next test


def two_genres() -> NDArray[np.float32]:
    """Return twelve seconds of country, and twelve of jazz."""
    return np.concatenate([band_noise(2, 12.0), band_noise(5, 12.0, seed=1)])


def shown(qtbot: QtBot, panel: DetailPanel, path: Path, analysis: Analysis) -> AnalysisPage:
    """Show `analysis` and return its page, complete and laid out."""
    panel.set_analysis(path, analysis)
    page = panel.analysis_page
    assert page is not None
    qtbot.waitUntil(lambda: page.spectrogram is not None and page.spectrogram.picture_rect().width() > 300)
    QApplication.processEvents()
    return page


def spectrogram_of(page: AnalysisPage) -> SpectrogramView:
    assert page.spectrogram is not None
    return page.spectrogram


def picture(widget: QWidget) -> NDArray[np.float64]:
    """Return what `widget` looks like, shape (height, width, 3), 0…255."""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGBX8888)
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
    return pixels[:, : image.width(), :3].astype(np.float64)


def rgb(colour: QColor) -> list[int]:
    return [colour.red(), colour.green(), colour.blue()]


def test_the_genre_its_confidence_and_all_probabilities(
    qtbot: QtBot, panel: DetailPanel, classifier: Classifier, write: Write
) -> None:
    path = write(band_noise(5, 8.0))
    analysis = analyse_file(path, classifier)
    page = shown(qtbot, panel, path, analysis)
    assert page.verdict.headline == display_name("jazz") == "Jazz"
    assert page.verdict.remark == f"{percent(analysis.prediction.confidence)} confident"
    bars = page.bars.bars
    assert len(bars) == len(GENRES)
    assert bars[0].genre == "jazz"
    assert [bar.probability for bar in bars] == sorted(
        analysis.prediction.probabilities.values(), reverse=True
    )
    lengths = []
    for bar in bars:
        colour = rgb(theme.genre_colour(bar.genre))
        without_text = picture(bar)[:, 90:-60]
        lengths.append(int((np.abs(without_text - colour).sum(axis=2) < 40).any(axis=0).sum()))
    assert lengths == sorted(lengths, reverse=True)
    assert lengths[0] > 0.9 * (bars[0].width() - 150) * bars[0].probability


def test_unsure_says_so_in_large_and_the_guess_in_small(
    qtbot: QtBot, panel: DetailPanel, classifier: Classifier, write: Write
) -> None:
    everything = sum((band_noise(group, 8.0, seed=group) for group in range(8)), np.zeros(1, np.float32))
    path = write(np.asarray(everything / 4, dtype=np.float32))
    analysis = analyse_file(path, classifier)
    assert analysis.prediction.genre is None
    page = shown(qtbot, panel, path, analysis)
    assert page.verdict.headline == "Unsure"
    assert display_name(analysis.prediction.best_genre) in page.verdict.remark


def test_silence_has_no_best_guess(
    qtbot: QtBot, panel: DetailPanel, classifier: Classifier, write: Write
) -> None:
    path = write(np.zeros(5 * SAMPLE_RATE, dtype=np.float32))
    page = shown(qtbot, panel, path, analyse_file(path, classifier))
    assert page.verdict.headline == "Unsure"
    assert not any(display_name(genre) in page.verdict.remark for genre in GENRES)
    assert "Silence" in page.strip.text_at(2.0)


def test_the_strip_shows_and_tells_the_genre_over_time(
    qtbot: QtBot, panel: DetailPanel, classifier: Classifier, write: Write
) -> None:
    path = write(two_genres())
    page = shown(qtbot, panel, path, analyse_file(path, classifier))
    page.playback.seek(24.0)  # the cursor out of the way
    strip = page.strip
    pixels = picture(strip)
    for seconds, genre in ((5.0, "country"), (19.0, "jazz")):
        place = QPoint(round(strip.x_at(seconds)), strip.height() - 3)
        segment = strip.segment_at(seconds)
        assert segment is not None
        assert segment.genre == genre
        ink, paper = np.array(rgb(theme.genre_colour(genre))), np.array(rgb(theme.colours().surface))
        # The hue of the genre, on its way from the surface's colour by as much as it is sure.
        way = pixels[place.y(), place.x()] - paper
        share = float(way @ (ink - paper) / ((ink - paper) @ (ink - paper)))
        assert share == pytest.approx(0.22 + 0.78 * segment.confidence, abs=0.02)
        assert np.abs(paper + share * (ink - paper) - pixels[place.y(), place.x()]).max() < 3
        QToolTip.hideText()
        QApplication.sendEvent(strip, QHelpEvent(QEvent.Type.ToolTip, place, strip.mapToGlobal(place)))
        text = QToolTip.text()
        assert display_name(genre) in text
        assert "%" in text
        assert " – " in text
    QToolTip.hideText()


def test_a_click_goes_there_and_what_is_before_has_another_tone(
    qtbot: QtBot, panel: DetailPanel, classifier: Classifier, write: Write
) -> None:
    path = write(band_noise(3, 20.0))
    page = shown(qtbot, panel, path, analyse_file(path, classifier))
    waveform = page.waveform
    x = round(0.6 * waveform.width())
    qtbot.mouseClick(waveform, Qt.MouseButton.LeftButton, pos=QPoint(x, 20))
    assert page.playback.position == pytest.approx(12.0, abs=1.5 * 20.0 / waveform.width())
    assert page.position_label.text() in ("0:11", "0:12")
    assert page.strip.position == page.waveform.position == page.playback.position
    assert page.duration_label.text() == "0:20"
    waveform.clearFocus()
    middle = picture(waveform)[waveform.height() // 2]
    assert np.allclose(middle[10 : x - 4], rgb(theme.colours().waveform_played), atol=2)
    assert np.allclose(middle[x + 4 : -10], rgb(theme.colours().waveform), atol=2)
    assert np.allclose(middle[x], rgb(theme.colours().cursor), atol=2)


def test_a_drag_takes_the_cursor_along_and_seeks_at_its_end(
    qtbot: QtBot, panel: DetailPanel, classifier: Classifier, write: Write
) -> None:
    path = write(band_noise(3, 20.0))
    page = shown(qtbot, panel, path, analyse_file(path, classifier))
    waveform, seeks = page.waveform, []
    waveform.seek_requested.connect(seeks.append)
    at = [QPoint(round(share * waveform.width()), 10) for share in (0.1, 0.4, 0.8)]
    qtbot.mousePress(waveform, Qt.MouseButton.LeftButton, pos=at[0])
    qtbot.mouseMove(waveform, at[1])
    qtbot.waitUntil(lambda: abs(page.strip.position - 8.0) < 0.1)
    assert page.playback.position == pytest.approx(2.0, abs=0.1)
    qtbot.mouseMove(waveform, at[2])
    qtbot.mouseRelease(waveform, Qt.MouseButton.LeftButton, pos=at[2])
    assert seeks == pytest.approx([2.0, 16.0], abs=0.1)
    assert page.playback.position == pytest.approx(16.0, abs=0.1)


def test_keys_play_pause_and_seek_what_is_heard(
    qtbot: QtBot, panel: DetailPanel, classifier: Classifier, write: Write, sound_server: SoundServer
) -> None:
    path = write(band_noise(3, 30.0))
    page = shown(qtbot, panel, path, analyse_file(path, classifier))
    panel.activateWindow()
    page.waveform.setFocus()
    qtbot.waitUntil(page.waveform.hasFocus)
    playback = page.playback
    qtbot.mouseClick(
        page.waveform, Qt.MouseButton.LeftButton, pos=QPoint(round(page.waveform.width() / 3), 9)
    )
    qtbot.keyClick(page.waveform, Qt.Key.Key_Space)
    assert playback.playing
    assert page.play_button.accessibleName() == "Pause"
    qtbot.waitUntil(lambda: playback.player is not None and playback.position > 10.4, timeout=20_000)
    player = playback.player
    assert player is not None
    assert player.position == pytest.approx(playback.position, abs=0.3)
    assert 10.0 < player.position < 15.0
    assert page.waveform.position == playback.position

    qtbot.mouseClick(
        page.waveform, Qt.MouseButton.LeftButton, pos=QPoint(round(page.waveform.width() * 0.8), 9)
    )
    assert player.position == pytest.approx(24.0, abs=0.2)
    qtbot.waitUntil(lambda: player.position > 24.4, timeout=10_000)
    qtbot.keyClick(page.waveform, Qt.Key.Key_Left)
    assert player.position < 22.0
    qtbot.keyClick(page.waveform, Qt.Key.Key_Space)
    assert not playback.playing
    assert not player.playing
    stayed = playback.position
    qtbot.wait(200)
    assert playback.position == stayed == pytest.approx(player.position, abs=0.2)

    qtbot.keyClick(page.waveform, Qt.Key.Key_End)
    qtbot.keyClick(page.waveform, Qt.Key.Key_Left)
    qtbot.keyClick(page.waveform, Qt.Key.Key_Home)
    assert playback.position == player.position == 0.0


def test_the_end_of_the_file_ends_playing(
    qtbot: QtBot, panel: DetailPanel, classifier: Classifier, write: Write, sound_server: SoundServer
) -> None:
    path = write(band_noise(3, 3.0))
    page = shown(qtbot, panel, path, analyse_file(path, classifier))
    page.playback.seek(2.5)
    frames: list[float] = []
    page.playback.position_changed.connect(frames.append)
    qtbot.mouseClick(page.play_button, Qt.MouseButton.LeftButton)
    assert page.playback.playing
    qtbot.waitUntil(lambda: not page.playback.playing, timeout=20_000)
    assert page.playback.position == pytest.approx(3.0, abs=0.05)
    assert page.play_button.accessibleName() == "Play"
    assert frames == sorted(frames)
    # Thirty pictures a second and more, or the cursor would jump.
    assert len({frame for frame in frames if 2.5 < frame < 3.0}) >= 12


def test_another_file_begins_silent_and_at_its_beginning(
    qtbot: QtBot, panel: DetailPanel, classifier: Classifier, write: Write, sound_server: SoundServer
) -> None:
    path = write(band_noise(3, 20.0))
    analysis = analyse_file(path, classifier)
    page = shown(qtbot, panel, path, analysis)
    page.playback.seek(5.0)
    panel.toggle_playback()
    qtbot.waitUntil(lambda: page.playback.position > 5.1, timeout=20_000)
    player = page.playback.player
    assert player is not None
    panel.set_analysis(path, analysis)
    assert (page.playback.playing, page.playback.position, player.playing) == (False, 0.0, False)
    panel.toggle_playback()
    qtbot.waitUntil(lambda: 0.1 < page.playback.position < 4.0, timeout=20_000)
    panel.set_waiting(path)
    assert not player.playing


def test_a_file_that_went_away_is_said_not_to_play(
    qtbot: QtBot, panel: DetailPanel, classifier: Classifier, write: Write, sound_server: SoundServer
) -> None:
    path = write(band_noise(3, 3.0))
    page = shown(qtbot, panel, path, analyse_file(path, classifier))
    path.unlink()
    panel.toggle_playback()
    qtbot.waitUntil(page.error_bar.isVisible, timeout=20_000)
    assert "File not found" in page.error_bar.text
    assert not page.playback.playing


def test_a_moving_cursor_repaints_only_where_it_moves(
    qtbot: QtBot, panel: DetailPanel, classifier: Classifier, write: Write
) -> None:
    path = write(band_noise(3, 20.0))
    page = shown(qtbot, panel, path, analyse_file(path, classifier))
    painted: list[tuple[int, int]] = []

    class Watcher(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
            if isinstance(event, QPaintEvent) and isinstance(watched, QWidget):
                painted.append((event.region().boundingRect().width(), watched.width()))
            return False

    watcher = Watcher()
    spectrogram = spectrogram_of(page)
    for widget in (page.waveform, page.strip, spectrogram.plot.viewport()):
        widget.installEventFilter(watcher)
    qtbot.wait(50)
    painted.clear()
    for step in range(1, 10):
        page.playback.seek(step * 0.1)
        QApplication.processEvents()
    assert len(painted) >= 9
    assert max(width for width, _ in painted) < 20 < min(whole for _, whole in painted) / 10


def test_waveform_strip_and_spectrogram_share_their_time_axis(
    qtbot: QtBot, panel: DetailPanel, classifier: Classifier, write: Write
) -> None:
    path = write(two_genres())
    page = shown(qtbot, panel, path, analyse_file(path, classifier))
    spectrogram = spectrogram_of(page)
    for width in (560, 1100):
        panel.resize(width, 1000)
        qtbot.waitUntil(lambda width=width: abs(page.width() - width) < 20)
        qtbot.wait(50)
        for seconds in (0.0, 10.0, 24.0):
            x = page.waveform.mapTo(panel, QPoint(round(page.waveform.x_at(seconds)), 0)).x()
            assert page.strip.mapTo(panel, QPoint(round(page.strip.x_at(seconds)), 0)).x() == x
            scene = spectrogram.view_box.mapViewToScene(QPointF(seconds, 64.0))
            there = spectrogram.plot.viewport().mapTo(panel, spectrogram.plot.mapFromScene(scene))
            assert there.x() == pytest.approx(x, abs=2)


def test_a_tone_lies_at_its_tick_and_reads_as_its_frequency(
    qtbot: QtBot, panel: DetailPanel, classifier: Classifier, write: Write
) -> None:
    moments = np.arange(12 * SAMPLE_RATE) / SAMPLE_RATE
    tone = np.where(moments < 6, 2000.0, 500.0)
    path = write((0.4 * np.sin(2 * np.pi * np.cumsum(tone) / SAMPLE_RATE)).astype(np.float32))
    page = shown(qtbot, panel, path, analyse_file(path, classifier))
    spectrogram = spectrogram_of(page)
    area = spectrogram.picture_rect()
    brightness = picture(spectrogram.plot.viewport()).sum(axis=2)
    band_height = area.height() / 128
    ticks = {label: position for position, label in spectrogram.frequency_axis._tickLevels[0]}
    assert list(ticks) == ["100", "500", "1k", "2k", "5k", "10k"]
    assert len(TICK_FREQUENCIES) == len(ticks)
    for share, label, reading in ((0.25, "2k", "2.0 kHz"), (0.75, "500", "Hz")):
        x = area.left() + share * area.width()
        column = brightness[int(area.top()) + 2 : int(area.bottom()) - 2, int(x)]
        brightest = area.top() + 2 + float(np.flatnonzero(column > 0.98 * column.max()).mean()) + 0.5
        scene = spectrogram.view_box.mapViewToScene(QPointF(12 * share, ticks[label]))
        tick = spectrogram.plot.mapFromScene(scene).y()
        assert brightest == pytest.approx(tick, abs=1.2 * band_height + 1)
        qtbot.mouseMove(spectrogram.plot.viewport(), QPoint(round(x), round(brightest)))
        qtbot.waitUntil(lambda reading=reading: reading in spectrogram.readout.text())
        seconds, frequency, level = spectrogram.readout.text().split("  ·  ")
        assert float(seconds.split()[0]) == pytest.approx(12 * share, abs=0.1)
        number = float(frequency.split()[0]) * (1000 if "kHz" in frequency else 1)
        assert number == pytest.approx({"2k": 2000, "500": 500}[label], rel=0.06)
        assert float(level.split()[0].replace("−", "-")) > -4


def test_a_click_into_the_spectrogram_seeks_and_the_wheel_scrolls(
    qtbot: QtBot, panel: DetailPanel, classifier: Classifier, write: Write
) -> None:
    path = write(two_genres())
    page = shown(qtbot, panel, path, analyse_file(path, classifier))
    spectrogram = spectrogram_of(page)
    area = spectrogram.picture_rect()
    before = spectrogram.view_box.viewRange()
    viewport = spectrogram.plot.viewport()
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=area.center().toPoint())
    assert page.playback.position == pytest.approx(12.0, abs=0.2)
    qtbot.mousePress(viewport, Qt.MouseButton.LeftButton, pos=area.center().toPoint())
    qtbot.mouseMove(viewport, area.center().toPoint() + QPoint(60, 30))
    qtbot.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=area.center().toPoint() + QPoint(60, 30))
    qtbot.mouseClick(viewport, Qt.MouseButton.RightButton, pos=area.center().toPoint())
    assert spectrogram.view_box.viewRange() == before
    assert QApplication.activePopupWidget() is None


def test_facts_and_warnings(qtbot: QtBot, panel: DetailPanel, classifier: Classifier, tmp_path: Path) -> None:
    path = tmp_path / "cut.wav"
    stereo = np.stack([band_noise(3, 8.0, 44_100)] * 2, axis=1)
    soundfile.write(path, stereo, 44_100, subtype="PCM_16")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    analysis = analyse_file(path, classifier)
    assert analysis.warnings
    page = shown(qtbot, panel, path, analysis)
    facts = page.facts.texts
    assert facts["Duration"] == "4.0 s"
    assert facts["Format"] == "WAV"
    assert "16" in facts["Encoding"]
    assert facts["Sample rate"] == "44.1 kHz"
    assert facts["Channels"] == "Stereo"
    assert facts["Prediction took"] == f"{analysis.elapsed:.2f} s"
    assert page.warnings.isVisible()
    assert page.warnings.text == str(analysis.warnings[0])
    panel.set_analysis(path, replace(analysis, warnings=()))
    assert not page.warnings.isVisible()


def test_waiting_error_and_nothing(qtbot: QtBot, panel: DetailPanel, tmp_path: Path) -> None:
    path = tmp_path / "gone.flac"
    panel.set_waiting(path)
    panel.set_progress(30.0, 120.0)
    waiting = panel._waiting
    assert waiting.isVisible()
    assert waiting.bar.value() / waiting.bar.maximum() == 0.25
    assert waiting.far.text() == "0:30 of 2:00 heard"
    panel.set_progress(30.0, 0.0)
    assert waiting.bar.maximum() == 0

    error = AudioMissingError(path=path)
    panel.set_error(path, error)
    failed = panel._failed
    assert failed.isVisible()
    assert failed.title.text() == "File not found"
    assert failed.message.text().replace("\u200b", "") == error.message
    with qtbot.waitSignal(panel.retry_requested) as retried:
        qtbot.mouseClick(failed.retry, Qt.MouseButton.LeftButton)
    assert retried.args == [path]
    qtbot.mouseClick(failed.copy, Qt.MouseButton.LeftButton)
    assert "audio-missing" in QGuiApplication.clipboard().text()

    panel.clear()
    assert panel.path is None
    assert not failed.isVisible()
    panel.toggle_playback()  # nothing there: nothing happens
    panel.stop_playback()


@pytest.mark.parametrize("size", [(420, 500), (560, 540), (1100, 950)])
def test_nothing_is_wider_than_the_panel(
    qtbot: QtBot, panel: DetailPanel, classifier: Classifier, write: Write, size: tuple[int, int]
) -> None:
    path = write(band_noise(3, 8.0))
    page = shown(qtbot, panel, path, analyse_file(path, classifier))
    panel.resize(*size)
    qtbot.waitUntil(lambda: panel.width() == size[0])
    qtbot.wait(50)
    assert page.widget().width() <= page.viewport().width()
    assert page.widget().minimumSizeHint().width() <= page.viewport().width()


def test_the_dark_scheme_reaches_everything(
    qtbot: QtBot, qapp: QApplication, panel: DetailPanel, classifier: Classifier, write: Write
) -> None:
    path = write(band_noise(3, 8.0))
    page = shown(qtbot, panel, path, analyse_file(path, classifier))
    widgets = [page.verdict, page.bars, page.waveform, page.strip, page.facts, spectrogram_of(page)]
    light = [picture(widget).mean() for widget in widgets]
    theme.apply(qapp, "dark")
    qtbot.wait(50)
    dark = [picture(widget).mean() for widget in widgets]
    assert all(after < before - 5 for before, after in zip(light, dark, strict=True))


@pytest.mark.usefixtures("new_objects_only")
def test_three_hours_are_shown_at_once(
    qtbot: QtBot, panel: DetailPanel, classifier: Classifier, write: Write
) -> None:
    path = write(band_noise(3, 8.0))
    short = analyse_file(path, classifier)
    shown(qtbot, panel, path, short)
    rng = np.random.default_rng(0)
    segment = short.prediction.segments[0]
    hours = 3 * 3600.0
    long = replace(
        short,
        peaks=np.sort(rng.uniform(-1, 1, (4096, 2)), axis=1).astype(np.float32),
        spectrogram=rng.integers(0, 256, (128, 4096)).astype(np.uint8),
        spectrogram_seconds=hours,
        prediction=replace(
            short.prediction,
            duration=hours,
            segments=tuple(
                replace(segment, start=2.7 * i, end=2.7 * (i + 1), genre=GENRES[i % 8]) for i in range(4000)
            ),
        ),
    )
    # The processor's time, which other programs on the machine do not lengthen much.
    began = time.thread_time()
    panel.set_analysis(path, long)
    panel.repaint()
    assert time.thread_time() - began < 0.1
