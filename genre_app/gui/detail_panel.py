"""All that is known of the selected file: its genre, its sound, its spectrogram, its facts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QLocale, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from genre_app.audio.errors import AudioWarning
from genre_app.classifier.analysis import Analysis
from genre_app.errors import GenreAppError
from genre_app.gui import theme
from genre_app.gui.messages import MessageBar, copy_details, translated
from genre_app.gui.widgets.facts import Facts
from genre_app.gui.widgets.genre_strip import GenreStrip
from genre_app.gui.widgets.probability_bars import ProbabilityBars
from genre_app.gui.widgets.text import Caption, ElidedCaption
from genre_app.gui.widgets.times import clock
from genre_app.gui.widgets.transport import Playback, PlayButton
from genre_app.gui.widgets.verdict import Verdict
from genre_app.gui.widgets.waveform_view import WaveformView

if TYPE_CHECKING:
    from genre_app.gui.widgets.spectrogram_view import SpectrogramView

_GUTTER = 52  # left of everything that has a time axis: play button and time, or the frequencies
_WIDE = 820  # from here on, facts stand beside the bars
_FACTS_WIDTH = 330
_STEP_SECONDS = 5.0


class DetailPanel(QWidget):
    """The right half of the list of files.

    Attributes:
        retry_requested: emitted with the path (`Path`) that the user wants to be tried again.
    """

    retry_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._path: Path | None = None
        self._empty = _EmptyPage()
        self._waiting = _WaitingPage()
        self._failed = _ErrorPage()
        self._analysis: AnalysisPage | None = None
        self._pages = QStackedWidget()
        for page in (self._empty, self._waiting, self._failed):
            self._pages.addWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._pages)
        self._failed.retry.clicked.connect(self._retry)
        self.setMinimumWidth(360)

    @property
    def path(self) -> Path | None:
        """The file that is shown, whatever its state."""
        return self._path

    @property
    def analysis_page(self) -> AnalysisPage | None:
        """The page of a finished file, once there has been one."""
        return self._analysis

    def set_analysis(self, path: Path, analysis: Analysis) -> None:
        """Show what was found out about `path`."""
        if self._analysis is None:
            self._analysis = AnalysisPage()
            self._pages.addWidget(self._analysis)
        self._path = path
        self._analysis.set_analysis(path, analysis)
        self._pages.setCurrentWidget(self._analysis)

    def set_waiting(self, path: Path) -> None:
        """Show that `path` is still to be heard."""
        self._show(path, self._waiting)
        self._waiting.set_path(path)

    def set_progress(self, done: float, total: float) -> None:
        """Show how far the waiting file is: `done` of `total` seconds, 0 if that is not known."""
        self._waiting.set_progress(done, total)

    def set_error(self, path: Path, error: GenreAppError) -> None:
        """Show why there is no answer for `path`."""
        self._show(path, self._failed)
        self._failed.set_error(path, error)

    def clear(self) -> None:
        """Show that no file is selected."""
        self._show(None, self._empty)

    def toggle_playback(self) -> None:
        """Play or pause the file that is shown, if it can be played."""
        if self._analysis is not None and self._pages.currentWidget() is self._analysis:
            self._analysis.playback.toggle()

    def stop_playback(self) -> None:
        """Fall silent."""
        if self._analysis is not None:
            self._analysis.playback.pause()

    def _show(self, path: Path | None, page: QWidget) -> None:
        self._path = path
        if self._analysis is not None:
            self._analysis.playback.set_file(None)
        self._pages.setCurrentWidget(page)

    def _retry(self) -> None:
        if self._path is not None:
            self.retry_requested.emit(self._path)


class AnalysisPage(QScrollArea):
    """Everything about a file that was heard to its end."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.playback = Playback(self)
        self.verdict = Verdict()
        self.bars = ProbabilityBars()
        self.facts = Facts()
        self.play_button = PlayButton()
        self.waveform = WaveformView()
        self.strip = GenreStrip()
        self.position_label = Caption("small", muted=False)
        self.duration_label = Caption("small")
        self.warnings = MessageBar()
        self.playback_error = MessageBar()
        self.spectrogram: SpectrogramView | None = None
        self._name = ElidedCaption("small")
        self._analysis: Analysis | None = None

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
            # It takes a moment to import: the answer shows first.
            QTimer.singleShot(0, self, self._show_spectrogram)
        else:
            self._show_spectrogram()
        self._show_facts(analysis)
        if analysis.warnings:
            self.warnings.show_message("\n".join(map(_warning_text, analysis.warnings)), "warning")
        else:
            self.warnings.hide()
        self.playback_error.hide()
        self.playback.set_file(path, duration)
        self.duration_label.setText(clock(duration))
        self.verticalScrollBar().setValue(0)

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
        answer.addWidget(self._name)
        answer.addWidget(self.verdict)
        answer.addSpacing(theme.SPACE_S)
        answer.addWidget(self.bars)
        answer.addStretch(1)
        self._facts_card = _card()
        facts_layout = QVBoxLayout(self._facts_card)
        facts_layout.setContentsMargins(theme.SPACE_L, theme.SPACE_M, theme.SPACE_L, theme.SPACE_M)
        facts_layout.addWidget(self.facts)
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
        waveform_layout.addWidget(self.playback_error)
        waveform_layout.addLayout(waveform_row)

        self._spectrogram_card = _card()
        self._spectrogram_card.setMinimumHeight(230)
        spectrogram_layout = QVBoxLayout(self._spectrogram_card)
        spectrogram_layout.setContentsMargins(theme.SPACE_S, theme.SPACE_M, theme.SPACE_L, theme.SPACE_S)

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
        self.playback.failed.connect(self.playback_error.show_error)
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
            self.playback_error.hide()

    def _show_spectrogram(self) -> None:
        if self.spectrogram is None:
            from genre_app.gui.widgets.spectrogram_view import SpectrogramView

            self.spectrogram = SpectrogramView(_GUTTER)
            self.spectrogram.seek_requested.connect(self.playback.seek)
            layout = self._spectrogram_card.layout()
            assert layout is not None, "the card was built with one"
            layout.addWidget(self.spectrogram)
        analysis = self._analysis
        if analysis is not None:
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
        if wide == (self._top.indexOf(self._facts_card) >= 0) and self._facts_card.isVisible():
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


class _CentredPage(QWidget):
    """A page with a few things in its middle."""

    def __init__(self) -> None:
        super().__init__()
        self.column = QVBoxLayout()
        self.column.setSpacing(theme.SPACE_M)
        inner = QWidget()
        inner.setMaximumWidth(460)
        inner.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        inner.setLayout(self.column)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(inner, 100)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.SPACE_XL, theme.SPACE_XL, theme.SPACE_XL, theme.SPACE_XL)
        layout.addStretch(2)
        layout.addLayout(row)
        layout.addStretch(3)

    def add_symbol(self) -> QLabel:
        """Add a place for a large symbol and return it."""
        symbol = QLabel()
        symbol.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.column.addWidget(symbol)
        return symbol

    def add_text(self, role: str, *, muted: bool) -> Caption:
        """Add a centred text and return it."""
        text = Caption(role, muted=muted)
        text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        text.setWordWrap(True)
        self.column.addWidget(text)
        return text


class _EmptyPage(_CentredPage):
    """No file is selected."""

    def __init__(self) -> None:
        super().__init__()
        self._symbol = self.add_symbol()
        self.add_text("title", muted=False).setText(self.tr("No song selected"))
        self.add_text("body", muted=True).setText(
            self.tr("Choose a song on the left to see its genre and hear it.")
        )
        theme.notifier().changed.connect(self._colour)
        self._colour()

    def _colour(self) -> None:
        self._symbol.setPixmap(theme.icon("note", theme.colours().text_muted).pixmap(48, 48))


class _WaitingPage(_CentredPage):
    """A file is being heard, or will be."""

    def __init__(self) -> None:
        super().__init__()
        self.title = self.add_text("title", muted=False)
        self.title.setText(self.tr("Listening…"))
        self.name = ElidedCaption("body")
        self.name.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter)
        self.column.addWidget(self.name)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Progress"))
        self.column.addWidget(self.bar)
        self.far = self.add_text("small", muted=True)

    def set_path(self, path: Path) -> None:
        self.name.setText(path.name)
        self.name.setToolTip(str(path))
        self.set_progress(0.0, 0.0)

    def set_progress(self, done: float, total: float) -> None:
        known = total > 0
        self.bar.setRange(0, 1000 if known else 0)
        if known:
            self.bar.setValue(round(1000 * min(1.0, done / total)))
            text = self.tr("%1 of %2 heard").replace("%2", clock(total)).replace("%1", clock(done))
        elif done > 0:
            text = self.tr("%1 heard").replace("%1", clock(done))
        else:
            text = ""
        self.far.setText(text)


class _ErrorPage(_CentredPage):
    """A file could not be heard."""

    def __init__(self) -> None:
        super().__init__()
        self._error: GenreAppError | None = None
        self._symbol = self.add_symbol()
        self.title = self.add_text("title", muted=False)
        self.name = ElidedCaption("body")
        self.name.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter)
        self.column.addWidget(self.name)
        self.message = self.add_text("body", muted=False)
        self.message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.retry = QPushButton(self.tr("Try again"))
        self.retry.setProperty("primary", True)
        theme.follow_icon(self.retry, "retry", lambda: theme.colours().on_accent)
        self.copy = QPushButton(self.tr("Copy details"))
        theme.follow_icon(self.copy, "copy")
        self.copy.clicked.connect(self._copy)
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.SPACE_S)
        buttons.addStretch(1)
        buttons.addWidget(self.retry)
        buttons.addWidget(self.copy)
        buttons.addStretch(1)
        self.column.addSpacing(theme.SPACE_S)
        self.column.addLayout(buttons)
        theme.notifier().changed.connect(self._colour)
        self._colour()

    def set_error(self, path: Path, error: GenreAppError) -> None:
        self._error = error
        title, message = translated(error)
        self.title.setText(title)
        self.name.setText(path.name)
        self.name.setToolTip(str(path))
        # Paths have no spaces to break at, and would make the page wider than the window.
        self.message.setText(message.replace("/", "/\u200b"))

    def _copy(self) -> None:
        if self._error is not None:
            copy_details(self._error)

    def _colour(self) -> None:
        self._symbol.setPixmap(theme.icon("error", theme.colours().danger).pixmap(48, 48))


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
