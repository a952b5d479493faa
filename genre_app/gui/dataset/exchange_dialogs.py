"""The dialogs that export the data set to one file, and import such a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from genre_app.errors import GenreAppError
from genre_app.gui import theme
from genre_app.gui.dataset.control import DataSetControl
from genre_app.gui.genre_names import display_name
from genre_app.gui.messages import MessageBar
from genre_app.gui.widgets.check_box import CheckBox
from genre_app.gui.widgets.text import Caption, ElidedCaption

if TYPE_CHECKING:
    from genre_app.dataset.archive import ArchivePreview, Conflict, Exported, Imported
    from genre_app.dataset.data_set import DataSet
    from genre_app.gui.tasks import Task
    from genre_app.progress import Progress

_SHOWN_NAMES: Final = 8


def megabytes(size: int) -> str:
    """Return a number of bytes as people read it."""
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.1f} MB"


class _ExchangeDialog(QDialog):
    """What both have in common: a question, then work that can be cancelled, then perhaps a report.

    Attributes:
        messages: says what went wrong.
        go_button: begins.
        cancel_button: stops the work, or closes.
    """

    _QUESTION, _WORK, _REPORT = range(3)

    def __init__(self, control: DataSetControl, title: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self._control = control
        self._task: Task | None = None
        self.setWindowTitle(title)
        self.setMinimumWidth(520)
        self.messages = MessageBar()
        self._pages = QStackedWidget()
        self.go_button = QPushButton()
        self.go_button.setProperty("primary", True)
        self.go_button.setDefault(True)
        self.cancel_button = QPushButton(self.tr("Cancel"))
        self.cancel_button.setAutoDefault(False)
        self.cancel_button.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.setSpacing(theme.SPACE_S)
        foot.addStretch()
        foot.addWidget(self.cancel_button)
        foot.addWidget(self.go_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.SPACE_XL, theme.SPACE_XL, theme.SPACE_XL, theme.SPACE_L)
        layout.setSpacing(theme.SPACE_M)
        layout.addWidget(self.messages)
        layout.addWidget(self._pages, 1)
        layout.addLayout(foot)

    @property
    def busy(self) -> bool:
        """Whether it works."""
        return self._task is not None

    def sizeHint(self) -> QSize:
        """Return a size at which sentences read well."""
        return super().sizeHint().expandedTo(QSize(580, 260))

    def _page(self, *widgets: QWidget) -> QWidget:
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.SPACE_M)
        for widget in widgets:
            layout.addWidget(widget)
        layout.addStretch()
        return page

    def _make_work(self) -> QWidget:
        self._doing = Caption("body", muted=False)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(self.tr("Progress"))
        self._name = ElidedCaption()
        return self._page(self._doing, self._bar, self._name)

    def _begin(self, doing: str) -> None:
        self.messages.hide()
        self._doing.setText(doing)
        self._name.setText("")
        self._bar.setRange(0, 0)
        self._pages.setCurrentIndex(self._WORK)
        self.go_button.setEnabled(False)

    def _progressed(self, done: float, total: float, name: str) -> None:
        self._bar.setRange(0, max(1, int(total)))
        self._bar.setValue(int(done))
        self._name.setText(name)

    def _fail(self, error: GenreAppError) -> None:
        self._task = None
        self._pages.setCurrentIndex(self._QUESTION)
        self.go_button.setEnabled(True)
        self.messages.show_error(error)

    def done(self, result: int) -> None:
        """Stop the work, and close."""
        if self._task is not None:
            self._task.cancel()
        super().done(result)


class ExportDialog(_ExchangeDialog):
    """Asks what an archive of the data set is to hold, and writes it.

    Attributes:
        exported: emitted with what was written (`Exported`).
        audio_box: whether the files come along.
        sources_box: whether it tells where clips came from.
    """

    exported = Signal(object)

    def __init__(self, control: DataSetControl, parent: QWidget | None = None) -> None:
        super().__init__(control, QCoreApplication.translate("ExportDialog", "Export data set"), parent)
        purpose = Caption("body")
        purpose.setWordWrap(True)
        purpose.setText(
            self.tr(
                "All clips with their genres, splits and augmented copies go into one zip file, which another"
                " computer can import without losing anything."
            )
        )
        self.audio_box = CheckBox(self.tr("With the audio files"))
        self.audio_box.setChecked(True)
        self.sources_box = CheckBox(self.tr("Tell from which folders the clips came"))
        self.sources_box.setChecked(True)
        self._pages.addWidget(self._page(purpose, self.audio_box, self.sources_box))
        self._pages.addWidget(self._make_work())
        self.go_button.setText(self.tr("Export…"))
        self.go_button.clicked.connect(self._choose)
        self.go_button.setFocus()

    def _choose(self) -> None:
        from genre_app.dataset.archive import ARCHIVE_SUFFIX

        dialog = QFileDialog(self, self.tr("Export data set"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters([self.tr("Data set archives") + " (*.zip)"])
        dialog.setDefaultSuffix("zip")
        dialog.selectFile(f"data-set{ARCHIVE_SUFFIX}")
        dialog.fileSelected.connect(lambda name: self.export(Path(name)))
        dialog.open()

    def export(self, path: Path) -> None:
        """Write the archive `path`."""
        with_audio, with_sources = self.audio_box.isChecked(), self.sources_box.isChecked()

        def work(data_set: DataSet, progress: Progress) -> Exported:
            from genre_app.dataset.archive import export_archive

            return export_archive(data_set, path, progress, with_audio=with_audio, with_sources=with_sources)

        self._begin(self.tr("Writing {name}…").format(name=path.name))
        self._task = self._control.ask(
            work, owner=self, on_result=self._end, on_error=self._fail, on_progress=self._progressed
        )

    def _end(self, exported: Exported) -> None:
        self._task = None
        self.exported.emit(exported)
        self.accept()


class ImportDialog(_ExchangeDialog):
    """Shows what an archive would bring, and imports it.

    Attributes:
        imported: emitted with what came of it (`Imported`).
        report: what could not be done as the archive says, if anything.
        summary: what it would bring.
        audio_button: chooses where the files of an archive without audio are.
    """

    imported = Signal(object)

    def __init__(self, control: DataSetControl, path: Path, parent: QWidget | None = None) -> None:
        """Look into the archive `path`."""
        super().__init__(control, QCoreApplication.translate("ImportDialog", "Import data set"), parent)
        self._path = path
        self._audio: Path | None = None
        self._preview: ArchivePreview | None = None
        name = ElidedCaption("strong", muted=False)
        name.setText(path.name)
        name.setToolTip(str(path))
        self.summary = Caption("body", muted=False)
        self.summary.setWordWrap(True)
        self._hint = Caption("body")
        self._hint.setWordWrap(True)
        self.audio_button = QPushButton(self.tr("Choose folder…"))
        self.audio_button.setAutoDefault(False)
        theme.follow_icon(self.audio_button, "folder")
        self.audio_button.clicked.connect(self._choose_audio)
        place = QWidget()
        row = QHBoxLayout(place)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.audio_button)
        row.addStretch()
        self._pages.addWidget(self._page(name, self.summary, self._hint, place))
        self._pages.addWidget(self._make_work())
        self.report = Caption("body", muted=False)
        self.report.setWordWrap(True)
        self.report.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._pages.addWidget(self._page(self.report))
        self.go_button.setText(self.tr("Import"))
        self.go_button.setEnabled(False)
        self.go_button.clicked.connect(self._go)
        self.audio_button.hide()
        self._look()

    def _look(self) -> None:
        path = self._path

        def work(data_set: DataSet, _progress: Progress) -> ArchivePreview:
            from genre_app.dataset.archive import preview_archive

            return preview_archive(data_set, path)

        self._begin(self.tr("Looking into {name}…").format(name=path.name))
        self._task = self._control.ask(
            work, owner=self, on_result=self._show, on_error=self._not_usable, on_progress=self._progressed
        )

    def _not_usable(self, error: GenreAppError) -> None:
        self._fail(error)
        self.go_button.setEnabled(False)
        self.cancel_button.setText(self.tr("Close"))

    def _show(self, preview: ArchivePreview) -> None:
        self._task, self._preview = None, preview
        self._pages.setCurrentIndex(self._QUESTION)
        lines = [self.tr("%n clip(s) in it", "", preview.n_clips)]
        lines[0] += ": " + self.tr("{new} new, {there} already there").format(
            new=preview.n_new, there=preview.n_clips - preview.n_new
        )
        if preview.n_copies:
            lines.append(self.tr("%n augmented copy(s)", "", preview.n_copies))
        if preview.genres:
            names = ", ".join(display_name(name) for name in preview.genres[:_SHOWN_NAMES])
            lines.append(self.tr("New genres: {names}").format(names=names))
        if preview.with_audio and preview.n_new:
            lines.append(self.tr("{size} of audio").format(size=megabytes(preview.size)))
        self.summary.setText("\n".join(lines))
        self._show_audio()
        self.go_button.setEnabled(bool(preview.n_new or preview.n_copies))
        self.go_button.setFocus()

    def _show_audio(self) -> None:
        preview = self._preview
        needed = preview is not None and not preview.with_audio and preview.n_new > 0
        self.audio_button.setVisible(needed)
        if not needed:
            text = self.tr("Clips that are there already stay as they are. Undo takes the import back.")
        elif self._audio is None:
            text = self.tr(
                "The archive came without audio. Choose the folder that the audio files are in; they are"
                " known by their content, whatever they are called."
            )
        else:
            text = self.tr("The audio files are looked for in {folder}.").format(folder=self._audio)
        self._hint.setText(text)

    def _choose_audio(self) -> None:
        dialog = QFileDialog(self, self.tr("Folder with the audio files"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda name: self.look_for_audio(Path(name)))
        dialog.open()

    def look_for_audio(self, folder: Path) -> None:
        """Look for the files of an archive without audio in `folder`."""
        self._audio = folder
        self._show_audio()

    def _go(self) -> None:
        if self._pages.currentIndex() == self._REPORT:
            self.accept()
            return
        path, audio = self._path, [] if self._audio is None else [self._audio]

        def work(data_set: DataSet, progress: Progress) -> Imported:
            from genre_app.dataset.archive import import_archive

            return import_archive(data_set, path, progress, audio=audio)

        self._begin(self.tr("Importing {name}…").format(name=path.name))
        self._task = self._control.ask(
            work, owner=self, on_result=self._end, on_error=self._fail, on_progress=self._progressed
        )

    def _end(self, imported: Imported) -> None:
        self._task = None
        self._control.refresh()
        self.imported.emit(imported)
        remarks = self._remarks(imported)
        if not remarks:
            self.accept()
            return
        self.report.setText("\n\n".join(remarks))
        self._pages.setCurrentIndex(self._REPORT)
        self.cancel_button.hide()
        self.go_button.setText(self.tr("Close"))
        self.go_button.setEnabled(True)

    def _remarks(self, imported: Imported) -> list[str]:
        remarks = []
        if imported.missing:
            names = ", ".join(clip.title for clip in imported.missing[:_SHOWN_NAMES])
            text = self.tr(
                "%n clip(s) could not be imported: no audio was found for {names}.", "", len(imported.missing)
            )
            remarks.append(text.format(names=names + ("…" if len(imported.missing) > _SHOWN_NAMES else "")))
        if imported.conflicts:
            text = self.tr(
                "In %n case(s) the archive says otherwise; what was here was kept:",
                "",
                len(imported.conflicts),
            )
            lines = [self._conflict(one) for one in imported.conflicts[:_SHOWN_NAMES]]
            if len(imported.conflicts) > _SHOWN_NAMES:
                lines.append("…")
            remarks.append("\n".join([text, *lines]))
        return remarks

    def _conflict(self, one: Conflict) -> str:
        if one.kind == "recipe":
            return self.tr("{name}: a copy can't be made by this program").format(name=one.name)
        words = {
            "train": self.tr("training"),
            "valid": self.tr("validation"),
        }
        here, there = (
            words.get(text, text) if one.kind == "split" else display_name(text)
            for text in (one.here, one.there)
        )
        return self.tr("{name}: {here}, in the archive {there}").format(name=one.name, here=here, there=there)
