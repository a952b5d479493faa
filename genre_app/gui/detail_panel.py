"""All that is known of the selected file: its genre, its sound, its spectrogram, its facts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from genre_app.errors import GenreAppError
from genre_app.gui import theme
from genre_app.gui.messages import copy_details, translated
from genre_app.gui.widgets.text import Caption, ElidedCaption
from genre_app.gui.widgets.times import clock

if TYPE_CHECKING:
    from genre_app.classifier.analysis import Analysis
    from genre_app.gui.widgets.analysis_page import AnalysisPage


class DetailPanel(QWidget):
    """The right half of the list of files.

    Attributes:
        retry_requested: emitted with the path (`Path`) that the user wants to be tried again.
        add_requested: emitted with the place (`QPoint`, global) of the button that adds to the data set.
    """

    retry_requested = Signal(object)
    add_requested = Signal(object)

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
        page = self._make_analysis_page()
        self._path = path
        page.set_analysis(path, analysis)
        self._pages.setCurrentWidget(page)

    def prepare(self) -> None:
        """Make what the first answer will need, in steps, while nothing else is to be done."""
        page = self._make_analysis_page()
        QTimer.singleShot(0, page, page.prepare)

    def _make_analysis_page(self) -> AnalysisPage:
        if self._analysis is None:
            from genre_app.gui.widgets.analysis_page import AnalysisPage

            self._analysis = AnalysisPage()
            self._analysis.add_requested.connect(self.add_requested)
            self._pages.addWidget(self._analysis)
        return self._analysis

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
