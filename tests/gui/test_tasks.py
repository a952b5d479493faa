"""Work off the UI thread: what comes back, when, and when it does not."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from genre_app.errors import GenreAppError, UnexpectedError
from genre_app.gui import tasks
from genre_app.gui.tasks import run_task
from genre_app.progress import Progress


def test_the_result_arrives_on_the_ui_thread(qtbot: QtBot) -> None:
    owner = QObject()
    heard: list[tuple[str, threading.Thread]] = []
    run_task(
        lambda _: threading.current_thread().name,
        owner=owner,
        on_result=lambda name: heard.append((name, threading.current_thread())),
    )
    qtbot.waitUntil(lambda: bool(heard))
    assert heard == [("task", threading.main_thread())]


@pytest.mark.parametrize("error", [GenreAppError(reason="no"), ZeroDivisionError("by zero")])
def test_an_error_arrives_as_one_for_people(qtbot: QtBot, error: Exception) -> None:
    owner = QObject()
    errors: list[GenreAppError] = []
    results: list[object] = []

    def fail(progress: Progress) -> None:
        raise error

    run_task(fail, owner=owner, on_result=results.append, on_error=errors.append)
    qtbot.waitUntil(lambda: bool(errors))
    if isinstance(error, GenreAppError):
        assert errors == [error]
    else:
        assert isinstance(errors[0], UnexpectedError)
        assert "by zero" in errors[0].message
        assert "Traceback" in (errors[0].details or "")
    assert results == []


def test_progress_comes_in_order_and_not_too_often(qtbot: QtBot) -> None:
    owner = QObject()
    reports: list[tuple[float, float, str]] = []
    results: list[int] = []

    def work(progress: Progress) -> int:
        for done in range(20_001):
            progress.report(done, 20_000, "counting")
        return 7

    run_task(work, owner=owner, on_result=results.append, on_progress=lambda *r: reports.append(r))
    qtbot.waitUntil(lambda: results == [7])
    assert reports == sorted(reports)
    assert reports[-1] == (20_000, 20_000, "counting")
    assert len(reports) < 1_000


def test_cancel_ends_the_work_and_nothing_but_that_is_told(qtbot: QtBot) -> None:
    owner = QObject()
    told: list[str] = []
    started = threading.Event()

    def work(progress: Progress) -> None:
        started.set()
        while True:
            progress.report(0, 0)

    task = run_task(
        work,
        owner=owner,
        on_result=lambda _: told.append("result"),
        on_error=lambda _: told.append("error"),
        on_cancelled=lambda: told.append("cancelled"),
    )
    assert started.wait(5)
    task.cancel()
    qtbot.waitUntil(lambda: task.finished)
    assert told == ["cancelled"]


def test_a_result_after_cancel_is_not_shown(qtbot: QtBot) -> None:
    owner = QObject()
    told: list[str] = []
    go_on = threading.Event()
    task = run_task(
        lambda _: go_on.wait(5),
        owner=owner,
        on_result=lambda _: told.append("result"),
        on_cancelled=lambda: told.append("cancelled"),
    )
    task.cancel()
    go_on.set()
    qtbot.waitUntil(lambda: task.finished)
    assert told == ["cancelled"]


def test_nobody_is_called_once_the_owner_is_gone(qtbot: QtBot) -> None:
    import shiboken6

    owner = QObject()
    told: list[object] = []
    go_on = threading.Event()
    cancelled: list[bool] = []

    def work(progress: Progress) -> int:
        go_on.wait(5)
        cancelled.append(progress.cancelled)
        return 1

    task = run_task(work, owner=owner, on_result=told.append, on_cancelled=lambda: told.append("cancelled"))
    shiboken6.delete(owner)
    go_on.set()
    qtbot.waitUntil(lambda: task.finished)
    assert told == []
    assert cancelled == [True]


def test_stop_all_says_when_work_does_not_stop(qtbot: QtBot) -> None:
    owner = QObject()
    go_on = threading.Event()
    task = run_task(lambda _: go_on.wait(10), owner=owner, on_result=lambda _: None)
    assert not tasks.stop_all(0.05)
    go_on.set()
    assert tasks.stop_all(5)
    qtbot.waitUntil(lambda: task.finished)
