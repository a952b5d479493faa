"""The page of a file that was heard: its genre, its sound, its spectrogram, its facts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QLocale, QPoint, Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from genre_app.audio.errors import AudioWarning
from genre_app.errors import GenreAppError
from genre_app.gui import theme
from genre_app.gui.messages import MessageBar
from genre_app.gui.tasks import run_task
from genre_app.gui.widgets.facts import Facts
from genre_app.gui.widgets.genre_strip import GenreStrip
from genre_app.gui.widgets.probability_bars import ProbabilityBars
from genre_app.gui.widgets.text import Caption, ElidedCaption
from genre_app.gui.widgets.times import clock
from genre_app.gui.widgets.transport import Playback, PlayButton
from genre_app.gui.widgets.verdict import Verdict
from genre_app.gui.widgets.waveform_view import WaveformView
from genre_app.progress import Progress

if TYPE_CHECKING:
    from genre_app.classifier.analysis import Analysis
    from genre_app.gui.widgets.spectrogram_view import SpectrogramView

_GUTTER = 52  # left of everything that has a time axis: play button and time, or the frequencies
_WIDE = 820  # from here on, facts stand beside the bars
_FACTS_WIDTH = 196
_STEP_SECONDS = 5.0


class AnalysisPage(QScrollArea):
    """Everything about a file that was heard to its end.

    Attributes:
        add_requested: emitted with the place (`QPoint`, global) under the button that adds to the data set.
    """

    add_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.playback = Playback(self)
        self.verdict = Verdict()
        self.bars = ProbabilityBars()
        self.facts = Facts()
        self.add_button = QPushButton(self.tr("Add to data set as…"))
        self.play_button = PlayButton()
        self.waveform = WaveformView()
        self.strip = GenreStrip()
        self.position_label = Caption("small", muted=False)
        self.duration_label = Caption("small")
        self.warnings = MessageBar()
        self.error_bar = MessageBar()
        self.spectrogram: SpectrogramView | None = None
        self._name = ElidedCaption("small")
        self._analysis: Analysis | None = None
        self._loading = False

        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._content = QWidget()
        self.setWidget(self._content)
        self._build()
        self._connect()

    def set_analysis(self, path: Path, analysis: Analysis) -> None:
        """Show `analysis` of the file `path`, ready to be played."""
        prediction = analysis.prediction
        self._analysis = analysis
        self._name.setText(path.name)
        self._name.setToolTip(str(path))
        self.verdict.set_prediction(prediction)
        self.bars.set_probabilities(prediction.probabilities)
        duration = prediction.duration
        self.waveform.set_sound(analysis.peaks, duration)
        self.strip.set_segments(prediction.segments, duration)
        if self.spectrogram is None:
            self._load_spectrogram()
        else:
            self._show_spectrogram()
        self._show_facts(analysis)
        if analysis.warnings:
            self.warnings.show_message("\n".join(map(_warning_text, analysis.warnings)), "warning")
        else:
            self.warnings.hide()
        self.error_bar.hide()
        self.playback.set_file(path, duration)
        self.duration_label.setText(clock(duration))
        self.verticalScrollBar().setValue(0)

    def prepare(self) -> None:
        """Make the spectrogram, which takes longest, before there is one to show."""
        if self.spectrogram is None:
            self._load_spectrogram()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the facts where there is room for them."""
        super().resizeEvent(event)
        self._place_facts()

    def changeEvent(self, event: QEvent) -> None:
        """Keep everything as high as its text."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._content.updateGeometry()

    def _build(self) -> None:
        answer = QVBoxLayout()
        answer.setSpacing(theme.SPACE_XS)
        theme.follow_icon(self.add_button, "dataset")
        self.add_button.setToolTip(self.tr("Teach with this song (Ctrl+D)"))
        self.add_button.clicked.connect(self._ask_to_add)
        top = QHBoxLayout()
        top.setSpacing(theme.SPACE_M)
        top.addWidget(self._name, 1)
        top.addWidget(self.add_button)
        answer.addLayout(top)
        answer.addWidget(self.verdict)
        answer.addSpacing(theme.SPACE_S)
        answer.addWidget(self.bars)
        answer.addStretch(1)
        self._facts_card = _card()
        facts_layout = QVBoxLayout(self._facts_card)
        facts_layout.setContentsMargins(theme.SPACE_L, theme.SPACE_M, theme.SPACE_L, theme.SPACE_M)
        facts_layout.addWidget(self.facts)
        facts_layout.addStretch(1)
        self._top = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._top.setSpacing(theme.SPACE_XL)
        self._top.addLayout(answer, 1)

        times = QVBoxLayout()
        times.setSpacing(0)
        times.setContentsMargins(0, 0, 0, 0)
        times.addStretch(1)
        times.addWidget(self.play_button, 0, Qt.AlignmentFlag.AlignHCenter)
        times.addStretch(1)
        for label in (self.position_label, self.duration_label):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            times.addWidget(label)
        gutter = QWidget()
        gutter.setLayout(times)
        gutter.setFixedWidth(_GUTTER)
        sound = QVBoxLayout()
        sound.setSpacing(theme.SPACE_XS)
        sound.addWidget(self.waveform, 1)
        sound.addWidget(self.strip)
        waveform_row = QHBoxLayout()
        waveform_row.setSpacing(0)
        waveform_row.addWidget(gutter)
        waveform_row.addLayout(sound, 1)
        waveform_card = _card()
        waveform_layout = QVBoxLayout(waveform_card)
        waveform_layout.setContentsMargins(theme.SPACE_S, theme.SPACE_M, theme.SPACE_L, theme.SPACE_M)
        waveform_layout.setSpacing(theme.SPACE_S)
        waveform_layout.addWidget(self.error_bar)
        waveform_layout.addLayout(waveform_row)

        self._spectrogram_card = _card()
        self._spectrogram_card.setMinimumHeight(230)
        spectrogram_layout = QVBoxLayout(self._spectrogram_card)
        # On the right, the view brings half of the margin itself, for the last label of its time axis.
        spectrogram_layout.setContentsMargins(theme.SPACE_S, theme.SPACE_M, theme.SPACE_S, theme.SPACE_S)

        self._rows = QVBoxLayout(self._content)
        self._rows.setContentsMargins(theme.SPACE_L, theme.SPACE_M, theme.SPACE_L, theme.SPACE_L)
        self._rows.setSpacing(theme.SPACE_M)
        self._rows.addLayout(self._top)
        self._rows.addWidget(self.warnings)
        self._rows.addWidget(waveform_card, 2)
        self._rows.addWidget(self._spectrogram_card, 3)
        self._rows.addWidget(self._facts_card)

    def _connect(self) -> None:
        self.play_button.clicked.connect(self.playback.toggle)
        self.playback.playing_changed.connect(self.play_button.set_playing)
        self.playback.playing_changed.connect(self._forget_error)
        self.playback.position_changed.connect(self._show_position)
        self.playback.failed.connect(self.error_bar.show_error)
        for timeline, other in ((self.waveform, self.strip), (self.strip, self.waveform)):
            timeline.seek_requested.connect(self.playback.seek)
            timeline.scrubbed.connect(other.set_position)
            timeline.scrubbed.connect(self._show_scrubbed)
        for keys, act in (
            (Qt.Key.Key_Space, self.playback.toggle),
            (Qt.Key.Key_Left, lambda: self._step(-_STEP_SECONDS)),
            (Qt.Key.Key_Right, lambda: self._step(_STEP_SECONDS)),
            (Qt.Key.Key_Home, lambda: self.playback.seek(0.0)),
            (Qt.Key.Key_End, lambda: self.playback.seek(self.playback.duration)),
        ):
            # Shortcuts, not key events: the scroll area and buttons have uses of their own for these keys.
            shortcut = QShortcut(QKeySequence(keys), self._content)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.setAutoRepeat(keys in (Qt.Key.Key_Left, Qt.Key.Key_Right))
            shortcut.activated.connect(act)

    def _ask_to_add(self) -> None:
        self.add_requested.emit(self.add_button.mapToGlobal(QPoint(0, self.add_button.height() + 4)))

    def _step(self, seconds: float) -> None:
        self.playback.seek(self.playback.position + seconds)

    def _show_position(self, seconds: float) -> None:
        if self.waveform.dragging or self.strip.dragging:
            return  # the cursor is in the user's hand
        self.waveform.set_position(seconds)
        self.strip.set_position(seconds)
        self._show_scrubbed(seconds)

    def _show_scrubbed(self, seconds: float) -> None:
        if self.spectrogram is not None:
            self.spectrogram.set_position(seconds)
        text = clock(seconds)
        if text != self.position_label.text():
            self.position_label.setText(text)
            duration = clock(self.playback.duration)
            self.waveform.setAccessibleDescription(
                self.tr("%1 of %2").replace("%2", duration).replace("%1", text)
            )

    def _forget_error(self, playing: bool) -> None:
        if playing:
            self.error_bar.hide()

    def _load_spectrogram(self) -> None:
        # pyqtgraph takes a good part of a second to import: the answer shows meanwhile.
        if not self._loading:
            self._loading = True
            run_task(_spectrogram_class, owner=self, on_result=self._add_spectrogram, on_error=self._fail)

    def _add_spectrogram(self, view: type[SpectrogramView]) -> None:
        self.spectrogram = view(_GUTTER)
        self.spectrogram.seek_requested.connect(self.playback.seek)
        layout = self._spectrogram_card.layout()
        assert layout is not None, "the card was built with one"
        layout.addWidget(self.spectrogram)
        self._show_spectrogram()

    def _fail(self, error: GenreAppError) -> None:
        self._loading = False
        self.error_bar.show_error(error)

    def _show_spectrogram(self) -> None:
        analysis = self._analysis
        if self.spectrogram is not None and analysis is not None:
            self.spectrogram.set_sound(
                analysis.spectrogram, analysis.spectrogram_seconds, analysis.prediction.duration
            )
            self.spectrogram.set_position(self.playback.position)

    def _show_facts(self, analysis: Analysis) -> None:
        info, locale = analysis.info, QLocale()
        duration = analysis.prediction.duration
        if duration < 60:
            length = self.tr("%1 s").replace("%1", locale.toString(duration, "f", 1))
        else:
            length = clock(duration)
        rate = locale.toString(info.sample_rate / 1000, "g", 6)
        self.facts.set_facts(
            [
                (self.tr("Duration"), length),
                (self.tr("Format"), info.format),
                (self.tr("Encoding"), info.encoding),
                (self.tr("Sample rate"), self.tr("%1 kHz").replace("%1", rate)),
                (self.tr("Channels"), self._channels(info.channels)),
                (
                    self.tr("Prediction took"),
                    self.tr("%1 s").replace("%1", locale.toString(analysis.elapsed, "f", 2)),
                ),
            ]
        )

    def _channels(self, channels: int) -> str:
        if channels == 1:
            return self.tr("Mono")
        if channels == 2:
            return self.tr("Stereo")
        return self.tr("%1 channels").replace("%1", str(channels))

    def _place_facts(self) -> None:
        wide = self.viewport().width() >= _WIDE
        if wide == (self._top.indexOf(self._facts_card) >= 0):
            return
        self._top.removeWidget(self._facts_card)
        self._rows.removeWidget(self._facts_card)
        if wide:
            self._facts_card.setFixedWidth(_FACTS_WIDTH)
            self._top.addWidget(self._facts_card)
        else:
            self._facts_card.setMinimumWidth(0)
            self._facts_card.setMaximumWidth(16_777_215)
            self._rows.addWidget(self._facts_card)


def _card() -> QFrame:
    card = QFrame()
    card.setProperty("card", True)
    return card


def _warning_text(warning: str) -> str:
    """Return a warning in the user's language, as far as it says which one it is."""
    if not isinstance(warning, AudioWarning):
        return warning
    template = QCoreApplication.translate("errors", warning.template)
    try:
        return template.format_map(warning.parameters)
    except (KeyError, IndexError, ValueError):
        # A translation with a wrong placeholder must not hide what it warns of.
        return warning


def _spectrogram_class(progress: Progress) -> type[SpectrogramView]:
    del progress
    from genre_app.gui.widgets.spectrogram_view import SpectrogramView

    return SpectrogramView
