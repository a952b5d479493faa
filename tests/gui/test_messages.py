from __future__ import annotations

from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from genre_app.gui.messages import MessageBar


def test_all_of_a_long_message_is_seen_where_room_is_short(qtbot: QtBot) -> None:
    dialog = QDialog()
    qtbot.addWidget(dialog)
    bar, below = MessageBar(), QWidget()
    below.setMinimumHeight(150)
    layout = QVBoxLayout(dialog)
    layout.addWidget(bar)
    layout.addWidget(below, 1)
    dialog.resize(420, 250)
    with qtbot.waitExposed(dialog):
        dialog.show()
    bar.show_message("It was not possible to do that, and this is why, in many words. " * 6, "error")
    qtbot.waitUntil(lambda: bar.height() >= bar.layout().heightForWidth(bar.width()))
    bar.show_message("Short.")
    qtbot.waitUntil(lambda: bar.minimumHeight() < 60)
