"""Brings the outlines of clips that are looked at, from the cache or from the sound itself."""

from __future__ import annotations

import queue
import threading
from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal

from genre_app.errors import GenreAppError
from genre_app.gui.tasks import Task, run_task
from genre_app.progress import Progress

if TYPE_CHECKING:
    from genre_app.dataset.records import Clip
    from genre_app.dataset.waveforms import WaveformCache

Outline = NDArray[np.uint8]

_KEPT: Final = 4000
# As many as rows on a large screen: who scrolls past thousands waits for what stands still.
_WAITING: Final = 40
_NOTHING: Final = np.zeros(0, np.uint8)


class WaveformLoader(QObject):
    """Outlines of clips, one after another in a worker; only those asked for last.

    Attributes:
        arrived: emitted when some that were asked for are there.
    """

    arrived = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._outlines: OrderedDict[str, Outline] = OrderedDict()
        self._lock = threading.Lock()
        self._waiting: OrderedDict[str, Path] = OrderedDict()
        self._cache: WaveformCache | None = None
        self._task: Task | None = None
        # What a painted page asks for goes to the worker as one lot.
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(30)
        self._timer.timeout.connect(self._start)

    def outline(self, clip: Clip) -> Outline | None:
        """Return the outline of `clip`, uint8 (n,), empty if it has none; None if it is still to come."""
        known = self._outlines.get(clip.sample_hash)
        if known is not None:
            return known
        with self._lock:
            self._waiting[clip.sample_hash] = clip.path
            self._waiting.move_to_end(clip.sample_hash)
            while len(self._waiting) > _WAITING:
                self._waiting.popitem(last=False)
        if self._task is None and not self._timer.isActive():
            self._timer.start()
        return None

    def stop(self) -> None:
        """Compute no more until something is asked for again."""
        with self._lock:
            self._waiting.clear()
        if self._task is not None:
            self._task.cancel()

    def _start(self) -> None:
        if self._task is not None or not self._waiting:
            return
        found: queue.SimpleQueue[tuple[str, Outline]] = queue.SimpleQueue()

        def take() -> None:
            while not found.empty():
                name, outline = found.get()
                self._outlines[name] = outline
            while len(self._outlines) > _KEPT:
                self._outlines.popitem(last=False)
            self.arrived.emit()

        def end() -> None:
            self._task = None
            take()
            self._start()

        self._task = run_task(
            lambda progress: self._work(found, progress),
            owner=self,
            on_result=lambda _: end(),
            on_error=lambda _: end(),
            on_cancelled=end,
            on_progress=lambda *_: take(),
        )

    def _work(self, found: queue.SimpleQueue[tuple[str, Outline]], progress: Progress) -> None:
        from genre_app.dataset.waveforms import WaveformCache, compute_outline
        from genre_app.directories import cache_directory

        if self._cache is None:
            self._cache = WaveformCache(cache_directory())
        cache = self._cache
        looked_up: set[str] = set()
        while True:
            with self._lock:
                waiting = dict(self._waiting)
            new = [name for name in waiting if name not in looked_up]
            if new:
                looked_up.update(new)
                cached = cache.find(new)
                for name, outline in cached.items():
                    found.put((name, outline))
                with self._lock:
                    for name in cached:
                        self._waiting.pop(name, None)
                progress.report(len(looked_up), 0)
            with self._lock:
                if not self._waiting:
                    return
                name, path = self._waiting.popitem(last=False)
            try:
                outline = compute_outline(path, progress)
                cache.store(name, outline)
            except GenreAppError:
                # Whoever plays it is told what is wrong; a list is no place for that.
                outline = _NOTHING
            found.put((name, outline))
            progress.report(len(looked_up), 0)
