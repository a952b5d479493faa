"""Keeps Python's garbage collector from meeting Qt at the wrong time.

Python collects reference cycles when one object too many has just been made, in whichever thread made it,
and Qt's objects may be among them. Qt holds a lock while it takes an object's connections apart, and asks
PySide meanwhile, which makes objects of its own and may wait for the interpreter. So a collection can begin
while that lock is held and want it for another object, and one in a worker can hold it while the UI thread,
which has the interpreter, wants it for its next signal. Either stands still for ever; both were seen with
PySide 6.11.

The remedy is that of calibre and pyqtgraph: nothing is collected by itself, and the UI thread does it now and
then, between two events. (pyqtgraph's own would have to be imported before the window shows: too long.)
"""

from __future__ import annotations

import gc
from typing import Final

from PySide6.QtCore import QObject, QTimer

_MILLISECONDS: Final = 500


class GarbageCollection(QObject):
    """Collects garbage on the thread that makes it, by Python's own thresholds, and nobody else does.

    It is not switched on again at the end, for what is left of Qt goes then.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        gc.disable()
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setInterval(_MILLISECONDS)
        self._timer.timeout.connect(self.collect_if_due)
        self._timer.start()

    def collect_if_due(self) -> None:
        """Collect the oldest generation that has had enough, and with it all younger ones."""
        thresholds, counts = gc.get_threshold(), gc.get_count()
        for generation in (2, 1, 0):
            if counts[generation] > thresholds[generation]:
                gc.collect(generation)
                return
