"""A signal that ends the program is obeyed by the event loop, never in the middle of what Python does."""

from __future__ import annotations

import os
import signal
import time

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from genre_app.gui.app import Program
from genre_app.gui.settings import Settings


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_window_closes_after_what_runs_has_ended(
    qtbot: QtBot, qapp: QApplication, number: signal.Signals
) -> None:
    program = Program(qapp, Settings())
    qtbot.addWidget(program.window)
    try:
        program.window.show()
        os.kill(os.getpid(), number)
        # As long as a lock might be held, which the recorder's writer thread waits for.
        deadline = time.monotonic() + 0.2
        while time.monotonic() < deadline:
            assert program.window.isVisible()
        qtbot.waitUntil(lambda: not program.window.isVisible())
    finally:
        program.end()
