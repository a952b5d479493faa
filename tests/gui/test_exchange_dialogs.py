"""Export and import in the window: confirmed, cancelled, undone; and lists of splits beside folders."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from genre_app.dataset.archive import export_archive
from genre_app.dataset.data_set import DataSet
from genre_app.gui.dataset_page import DataSetPage
from genre_app.gui.main_window import MainWindow
from tests.dataset_files import write_riff, write_riffs

WAIT = 60_000


@pytest.fixture
def data_set() -> Iterator[DataSet]:
    """Give the data set of the test's home, which the window shows."""
    with DataSet() as opened:
        yield opened


@pytest.fixture
def page(qtbot: QtBot, window: MainWindow, data_set: DataSet, tmp_path: Path) -> DataSetPage:
    """Give the page with three clips."""
    data_set.add(data_set.examine(write_riffs(tmp_path / "songs", 3), "rock"))
    window.show_page(2)
    page = window.make_data_set_page()
    qtbot.waitUntil(lambda: page.model.rowCount() == 3, timeout=WAIT)
    return page


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Return another data set, exported: two of the same clips, and two of a genre that is new."""
    with DataSet(tmp_path / "other") as other:
        other.add(other.examine(write_riffs(tmp_path / "songs", 2), "rock"))
        new = [write_riff(tmp_path / "more" / f"{seed}.wav", seed) for seed in (7, 8)]
        other.add(other.examine(new, "케이팝"))
        path = tmp_path / "other.genredata.zip"
        export_archive(other, path)
    return path


def test_export_with_and_without_audio(qtbot: QtBot, page: DataSetPage, tmp_path: Path) -> None:
    sizes = {}
    for with_audio in (True, False):
        dialog = page.export()
        dialog.audio_box.setChecked(with_audio)
        path = tmp_path / f"{with_audio}.zip"
        dialog.export(path)
        qtbot.waitUntil(lambda path=path: path.name in page.messages.text, timeout=WAIT)
        with zipfile.ZipFile(path) as written:
            manifest = json.loads(written.read("manifest.json"))
            assert len(manifest["clips"]) == 3
            sizes[with_audio] = sum(name.startswith("audio/") for name in written.namelist())
    assert sizes == {True: 3, False: 0}
    assert page.messages.text.startswith("3 clips exported to False.zip")


def test_an_export_that_fails_says_so_and_can_be_tried_again(
    qtbot: QtBot, page: DataSetPage, tmp_path: Path
) -> None:
    dialog = page.export()
    dialog.export(tmp_path / "nowhere" / "out.zip")
    qtbot.waitUntil(lambda: not dialog.busy, timeout=WAIT)
    assert "nowhere" in dialog.messages.text
    assert dialog.go_button.isEnabled()
    dialog.export(tmp_path / "out.zip")
    qtbot.waitUntil(lambda: "out.zip" in page.messages.text, timeout=WAIT)


def test_import_is_shown_confirmed_and_undone(
    qtbot: QtBot, page: DataSetPage, data_set: DataSet, archive: Path
) -> None:
    page.add_paths([archive])  # as if it had been dropped
    (dialog,) = [child for child in page.children() if type(child).__name__ == "ImportDialog"]
    qtbot.waitUntil(lambda: not dialog.busy, timeout=WAIT)
    assert dialog.summary.text().startswith("4 clips in it: 2 new, 2 already there\nNew genres: 케이팝\n")
    assert data_set.count() == 3
    dialog.go_button.click()
    qtbot.waitUntil(lambda: page.model.rowCount() == 5, timeout=WAIT)
    assert data_set.count(genre="케이팝") == 2
    qtbot.waitUntil(page.undo_action.isEnabled, timeout=WAIT)
    page.undo_action.trigger()
    qtbot.waitUntil(lambda: page.model.rowCount() == 3, timeout=WAIT)


def test_an_archive_that_says_otherwise_is_reported(
    qtbot: QtBot, page: DataSetPage, data_set: DataSet, archive: Path
) -> None:
    data_set.relabel([data_set.clips()[0].id], "jazz")
    dialog = page.import_archive(archive)
    qtbot.waitUntil(lambda: not dialog.busy, timeout=WAIT)
    dialog.go_button.click()
    qtbot.waitUntil(lambda: dialog.report.text() != "", timeout=WAIT)
    assert "riff 0000: Jazz, in the archive Rock" in dialog.report.text()
    assert dialog.go_button.text() == "Close"
    dialog.go_button.click()
    assert not dialog.isVisible()


def test_audio_of_an_archive_without_it_is_looked_for(
    qtbot: QtBot, page: DataSetPage, data_set: DataSet, tmp_path: Path
) -> None:
    path = tmp_path / "bare.zip"
    with DataSet(tmp_path / "other") as other:
        other.add(other.examine([write_riff(tmp_path / "more" / "9.wav", 9)], "pop"))
        export_archive(other, path, with_audio=False)
    dialog = page.import_archive(path)
    qtbot.waitUntil(lambda: not dialog.busy, timeout=WAIT)
    assert dialog.audio_button.isVisible()
    dialog.look_for_audio(tmp_path / "more")
    dialog.go_button.click()
    qtbot.waitUntil(lambda: page.model.rowCount() == 4, timeout=WAIT)
    assert data_set.count(genre="pop") == 1


def test_what_is_no_archive_is_refused(qtbot: QtBot, page: DataSetPage, tmp_path: Path) -> None:
    path = tmp_path / "music.zip"
    path.write_bytes(b"PK no zip")
    dialog = page.import_archive(path)
    qtbot.waitUntil(lambda: not dialog.busy, timeout=WAIT)
    assert "Nothing was imported" in dialog.messages.text
    assert not dialog.go_button.isEnabled()


def test_an_import_can_be_cancelled(
    qtbot: QtBot, page: DataSetPage, data_set: DataSet, archive: Path
) -> None:
    dialog = page.import_archive(archive)
    qtbot.waitUntil(lambda: not dialog.busy, timeout=WAIT)
    dialog.go_button.click()
    dialog.cancel_button.click()
    assert not dialog.isVisible()
    page.control.refresh()
    qtbot.wait(300)
    assert data_set.count() in (3, 5)  # all of it or nothing
    assert data_set.check() == []


def test_lists_say_what_a_folder_is_for(
    qtbot: QtBot, page: DataSetPage, data_set: DataSet, tmp_path: Path
) -> None:
    for seed in range(20, 24):
        write_riff(tmp_path / "genres" / "blues" / f"b.{seed}.wav", seed)
    wanted = tmp_path / "valid.txt"
    wanted.write_text("blues/b.21.wav\nblues/b.99.wav\n", encoding="utf-8")
    page.add_paths([tmp_path / "genres"])
    dialog = page.add_dialog
    assert dialog is not None
    qtbot.waitUntil(lambda: not dialog.examining, timeout=WAIT)
    assert dialog.lists_button.isVisible()
    dialog.use_lists({"valid": wanted})
    qtbot.waitUntil(lambda: not dialog.examining, timeout=WAIT)
    assert dialog.lists_button.text() == "valid.txt"
    dialog.add_button.click()
    qtbot.waitUntil(lambda: page.model.rowCount() == 7, timeout=WAIT)
    splits = {clip.title: (clip.split, clip.pinned) for clip in data_set.clips(genre="blues")}
    assert splits == {f"b.{seed}": ("valid" if seed == 21 else "train", True) for seed in range(20, 24)}


def test_a_list_that_is_none_is_refused(qtbot: QtBot, page: DataSetPage, tmp_path: Path) -> None:
    write_riff(tmp_path / "genres" / "blues" / "one.wav", 30)
    empty = tmp_path / "empty.txt"
    empty.touch()
    page.add_paths([tmp_path / "genres"])
    dialog = page.add_dialog
    assert dialog is not None
    qtbot.waitUntil(lambda: not dialog.examining, timeout=WAIT)
    dialog.use_lists({"train": empty})
    qtbot.waitUntil(lambda: not dialog.examining, timeout=WAIT)
    assert "nothing is in it" in dialog.messages.text
    assert dialog.add_button.isEnabled()
    dialog.reject()
