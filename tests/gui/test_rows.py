"""The list of files: its model, and the queue that works it off."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from genre_app.classifier import Classifier
from genre_app.classifier.analysis import analyse_file
from genre_app.errors import GenreAppError
from genre_app.gui.row_model import RowModel, State, result_line, shown_name, summary
from genre_app.gui.row_queue import RowQueue
from tests.tiny_model import GENRES

Music = Callable[[int], list[Path]]
WAIT = 30_000


@pytest.fixture
def rows(qtbot: QtBot) -> RowModel:
    model = RowModel()
    # Complains through Qt's log, which pytest-qt turns into a failure.
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning, model)
    return model


def paths(count: int) -> list[Path]:
    return [Path(f"/music/{number:04}.wav") for number in range(count)]


def test_rows_keep_their_order_and_what_they_say(rows: RowModel) -> None:
    added = rows.append(paths(3))
    assert [rows.index(place).data() for place in range(3)] == ["0000.wav", "0001.wav", "0002.wav"]
    assert rows.index(1).data(Qt.ItemDataRole.ToolTipRole) == "/music/0001.wav"
    rows.set_state([added[0]], State.WORKING)
    rows.set_error(added[1], GenreAppError(reason="worms"))
    spoken = [rows.index(place).data(Qt.ItemDataRole.AccessibleTextRole) for place in range(3)]
    assert spoken == ["0000.wav: Listening…", "0001.wav: Something went wrong", "0002.wav: Waiting"]
    assert rows.next_waiting() is added[2]


@pytest.mark.parametrize("gone", [[0], [4], [1, 2, 3], [0, 2, 4], [0, 1, 2, 3, 4], []])
def test_removed_rows_leave_the_others_findable(rows: RowModel, gone: list[int]) -> None:
    added = rows.append(paths(5))
    rows.set_state(added[:2], State.CANCELLED)
    rows.remove([added[place] for place in gone])
    left = [row for place, row in enumerate(added) if place not in gone]
    assert list(rows.rows) == left
    assert [rows.index_of(row).row() for row in left] == list(range(len(left)))
    assert all(not rows.index_of(added[place]).isValid() for place in gone)
    assert rows.count(State.WAITING) == sum(row.state is State.WAITING for row in left)
    assert rows.count(State.CANCELLED) == sum(row.state is State.CANCELLED for row in left)


def test_every_other_of_many_rows_can_be_removed(rows: RowModel) -> None:
    added = rows.append(paths(400))
    rows.remove(added[::2])
    assert list(rows.rows) == added[1::2]
    assert rows.next_waiting() is added[1]


def test_a_row_that_waits_again_is_next(rows: RowModel) -> None:
    added = rows.append(paths(3))
    for row in added:
        rows.set_error(row, GenreAppError(reason="worms"))
    assert rows.next_waiting() is None
    rows.set_state([added[1]], State.WAITING)
    assert rows.next_waiting() is added[1]
    assert added[1].error is None


def test_pictures_are_kept_within_bounds(music: Music, classifier: Classifier, qtbot: QtBot) -> None:
    files = music(3)
    analyses = [analyse_file(path, classifier) for path in files]
    one = analyses[0].peaks.nbytes + analyses[0].spectrogram.nbytes
    model = RowModel(kept_bytes=2 * one + 10)
    added = model.append(files)
    for row, analysis in zip(added, analyses, strict=True):
        model.set_analysis(row, analysis)
    assert model.analysis(added[0]) is None
    assert model.analysis(added[1]) is analyses[1]
    assert model.analysis(added[2]) is analyses[2]
    assert added[0].prediction is analyses[0].prediction


def test_names_that_are_no_text_are_shown_all_the_same() -> None:
    assert shown_name(Path("/music/b\udcffd.wav")) == "b?d.wav"
    assert shown_name(Path("/")) == "/"


def test_files_are_heard_in_order(
    qtbot: QtBot, queue: RowQueue, music: Music, classifier: Classifier
) -> None:
    done: list[str] = []

    def note(first: object, last: object) -> None:
        done.extend(
            row.path.name for row in queue.rows.rows if row.state is State.DONE and row.path.name not in done
        )

    queue.rows.dataChanged.connect(note)
    files = music(8)
    queue.add_paths(files)
    queue.set_classifier(classifier)
    qtbot.waitUntil(lambda: queue.rows.count(State.DONE) == 8, timeout=WAIT)
    assert done == [path.name for path in files]
    heard = [row.prediction for row in queue.rows.rows]
    assert [prediction and prediction.genre for prediction in heard] == list(GENRES)
    assert not queue.busy
    assert result_line(queue.rows.rows[0]).startswith(f"{files[0]}\tBlues\t")


def test_a_folder_is_searched_and_a_bad_file_costs_only_itself(
    qtbot: QtBot, queue: RowQueue, music: Music, classifier: Classifier
) -> None:
    first, second = music(2)
    (first.parent / "001 b.wav").write_text("this is no sound")
    (first.parent / "cover.jpg").write_bytes(b"\xff\xd8")
    queue.set_classifier(classifier)
    queue.add_paths([first.parent])
    qtbot.waitUntil(lambda: len(queue.rows.rows) == 3 and not queue.busy, timeout=WAIT)
    assert [row.path.name for row in queue.rows.rows] == ["001 b.wav", first.name, second.name]
    bad, *good = queue.rows.rows
    assert bad.error is not None
    assert bad.error.code == "audio-unknown-format"
    assert summary(bad) == "Not an audio file"
    assert all(row.state is State.DONE for row in good)


@pytest.mark.parametrize("name", ["missing.wav", "empty folder"])
def test_what_is_not_there_says_so(
    qtbot: QtBot, queue: RowQueue, tmp_path: Path, classifier: Classifier, name: str
) -> None:
    (tmp_path / "empty folder").mkdir()
    queue.set_classifier(classifier)
    queue.add_paths([tmp_path / name])
    qtbot.waitUntil(lambda: queue.rows.count(State.FAILED) == 1, timeout=WAIT)


def test_cancel_keeps_what_is_done(
    qtbot: QtBot, queue: RowQueue, music: Music, classifier: Classifier
) -> None:
    queue.set_classifier(classifier)
    queue.add_paths(music(40))
    qtbot.waitUntil(lambda: queue.rows.count(State.DONE) >= 2, timeout=WAIT)
    queue.cancel()
    qtbot.waitUntil(lambda: not queue.busy, timeout=WAIT)
    done = queue.rows.count(State.DONE)
    assert 2 <= done < 40
    assert queue.rows.count(State.CANCELLED) == 40 - done
    # And they can be taken up again.
    row = queue.rows.rows[-1]
    queue.retry([row])
    qtbot.waitUntil(lambda: row.state is State.DONE, timeout=WAIT)


def test_a_search_can_be_cancelled_and_another_begun(
    qtbot: QtBot,
    queue: RowQueue,
    tmp_path: Path,
    music: Music,
    classifier: Classifier,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def endless(wanted: list[Path]) -> object:
        for path in wanted:
            number = 0
            while path.suffix != ".wav":
                number += 1
                yield path / f"{number}.wav"
                time.sleep(0.002)
            yield path

    monkeypatch.setattr("genre_app.audio.formats.find_audio_files", endless)
    queue.add_paths([tmp_path])
    qtbot.waitUntil(lambda: len(queue.rows.rows) > 20, timeout=WAIT)
    assert queue.searching
    queue.cancel()
    assert not queue.busy
    found = len(queue.rows.rows)
    (song,) = music(1)
    queue.set_classifier(classifier)
    queue.add_paths([song])
    qtbot.waitUntil(lambda: queue.rows.count(State.DONE) == 1, timeout=WAIT)
    assert len(queue.rows.rows) == found + 1


def test_a_row_removed_while_it_is_heard_is_forgotten(
    qtbot: QtBot, queue: RowQueue, music: Music, classifier: Classifier
) -> None:
    first, second = music(2)
    queue.add_paths([first, second])
    qtbot.waitUntil(lambda: len(queue.rows.rows) == 2)
    queue.set_classifier(classifier)
    row = queue.rows.rows[0]
    assert row.state is State.WORKING
    queue.remove([row])
    qtbot.waitUntil(lambda: queue.rows.count(State.DONE) == 1, timeout=WAIT)
    assert [left.path for left in queue.rows.rows] == [second]
    qtbot.waitUntil(lambda: not queue.busy)


def test_pictures_that_were_dropped_are_made_again(
    qtbot: QtBot, queue: RowQueue, music: Music, classifier: Classifier
) -> None:
    queue.set_classifier(classifier)
    queue.add_paths(music(2))
    qtbot.waitUntil(lambda: queue.rows.count(State.DONE) == 2, timeout=WAIT)
    row = queue.rows.rows[0]
    queue.rows._analyses.clear()
    with qtbot.waitSignal(queue.analysed, timeout=WAIT) as signal:
        queue.analyse_again(row)
    assert signal.args == [row]
    assert queue.rows.analysis(row) is not None
    assert row.state is State.DONE
