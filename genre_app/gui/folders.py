"""Shows a folder in the file manager of the desktop."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QUrl
from PySide6.QtGui import QDesktopServices

from genre_app.gui.messages import MessageBar


def open_folder(folder: Path, messages: MessageBar) -> None:
    """Open `folder` in the file manager; where there is none, say in `messages` where the folder is."""
    if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
        text = QCoreApplication.translate(
            "folders", "No file manager could be started. The folder is {folder}"
        )
        messages.show_message(text.format(folder=folder), "warning")
