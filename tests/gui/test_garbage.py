"""Garbage is collected on the UI thread alone, whoever made it: see `genre_app.gui.garbage`."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from genre_app.gui import tasks
from genre_app.gui.garbage import GarbageCollection


class Knot:
    """Refers to itself, so only the collector ends it."""

    def __init__(self) -> None:
        self.itself = self


def tie(count: int) -> weakref.ref[Knot]:
    """Make knots that nobody needs, and return a reference to the first."""
    first = weakref.ref(Knot())
    for _ in range(count):
        Knot()
    return first


@pytest.fixture
def collecting_threads() -> Iterator[set[int]]:
    """Give the threads that the collector runs on from now on."""
    threads: set[int] = set()

    def note(phase: str, _info: dict[str, Any]) -> None:
        if phase == "start":
            threads.add(threading.get_ident())

    gc.callbacks.append(note)
    yield threads
    gc.callbacks.remove(note)


def test_what_workers_leave_is_collected_on_the_ui_thread(qtbot: QtBot, collecting_threads: set[int]) -> None:
    owner = QObject()
    references: list[weakref.ref[Knot]] = []
    for _ in range(3):
        tasks.run_task(lambda _: tie(20_000), owner=owner, on_result=references.append)
    qtbot.waitUntil(lambda: len(references) == 3, timeout=30_000)
    qtbot.waitUntil(lambda: all(one() is None for one in references), timeout=30_000)
    assert collecting_threads == {threading.get_ident()}


def test_what_has_grown_old_is_collected_too() -> None:
    old = Knot()
    gc.collect(0)
    gc.collect(1)
    reference = weakref.ref(old)
    del old
    garbage = GarbageCollection()
    for _ in range(300):
        tie(1_000)
        garbage.collect_if_due()
    assert reference() is None


def test_little_garbage_is_left_alone(collecting_threads: set[int]) -> None:
    garbage = GarbageCollection()
    gc.collect()
    collecting_threads.clear()
    garbage.collect_if_due()
    assert not collecting_threads
