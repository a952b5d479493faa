"""The page "Data set" as its user meets it: see, sort, find, change, undo, and label."""

from __future__ import annotations

import shutil
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QMenu, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from genre_app.dataset.data_set import DataSet
from genre_app.dataset.records import Clip
from genre_app.directories import data_set_directory
from genre_app.gui import language, theme
from genre_app.gui.dataset.clip_model import Column
from genre_app.gui.dataset.control import DataSetControl
from genre_app.gui.dataset.filter_bar import TYPING_MILLISECONDS
from genre_app.gui.dataset.genre_dialog import GenreDialog
from genre_app.gui.dataset_page import _EMPTY, _FAILED, _UNKNOWN, DataSetPage
from genre_app.gui.main_window import MainWindow
from tests.gui.many_clips import write_many
from tests.gui.ui_pulse import Pulse
from tests.sound_server import SoundServer
from tests.unit.dataset.made_clips import add_made, made_clip

Music = Callable[[int], list[Path]]

WAIT = 20_000
N_MANY = 50_000
# Songs of these titles are in the data set, the last one added last.
TITLES = ("Delta", "Alpha", "Charlie", "Bravo")
GENRES = ("rock", "jazz", "rock", "blues")


@pytest.fixture
def data_set() -> Iterator[DataSet]:
    """Give the data set of the test's home, which the window shows."""
    with DataSet() as opened:
        yield opened


@pytest.fixture
def songs(data_set: DataSet) -> list[int]:
    """Add four clips and return their numbers."""
    return add_made(
        data_set,
        [
            (number, made_clip(number, title=title, genre=genre, artist=f"Artist {number}"))
            for number, (title, genre) in enumerate(zip(TITLES, GENRES, strict=True))
        ],
    )


def opened(qtbot: QtBot, window: MainWindow) -> DataSetPage:
    """Turn to the page and return it when it shows what there is."""
    with qtbot.waitActive(window):  # shortcuts are for the active window
        window.activateWindow()
    window.show_page(2)
    page = window.make_data_set_page()
    qtbot.waitUntil(lambda: page.control.summary is not None, timeout=WAIT)
    # Turning to the page has it look again.
    qtbot.waitUntil(lambda: settled(page), timeout=WAIT)
    page.table.setFocus()
    return page


def settled(page: DataSetPage) -> bool:
    """Whether nothing is being changed or asked."""
    control = page.control
    return control._changing is None and control._reading is None and page.model._asking is None


def titles(page: DataSetPage) -> list[str]:
    return [clip.title for row in range(page.model.rowCount()) if (clip := page.model.clip(row))]


def first(page: DataSetPage) -> Clip:
    """Return the clip in the first row, which came with the answer."""
    clip = page.model.clip(0)
    assert clip is not None
    return clip


def shown(qtbot: QtBot, page: DataSetPage, expected: list[str]) -> None:
    qtbot.waitUntil(lambda: titles(page) == expected, timeout=WAIT)


def genres_of(data_set: DataSet, ids: list[int]) -> list[str]:
    return [clip.genre for clip in data_set.clips_by_id(ids)]


def select(page: DataSetPage, *rows: int) -> None:
    page.table._select_rows(list(rows))
    page.table._make_current(rows[0])


def test_an_empty_data_set_says_how_to_fill_it(qtbot: QtBot, window: MainWindow) -> None:
    page = opened(qtbot, window)
    assert page._pages.currentIndex() == _EMPTY
    words = [button.text() for button in page._pages.currentWidget().findChildren(QPushButton)]
    assert words == ["Add files…", "Add folder…", "Import archive…"]
    assert not page.undo_action.isEnabled()
    assert not page.filters.isVisible()


def test_buttons_do_not_show_the_keys_of_the_menu(
    qtbot: QtBot, qapp: QApplication, window: MainWindow
) -> None:
    language.use_language("ko")
    try:
        page = DataSetPage(window._control)
        qtbot.addWidget(page)
        page.resize(1100, 700)
        page.show()
        assert "(" in page.augment_action.text()
        for button in (page.augment_button, page.look_again_button):
            assert button.text()
            assert "(" not in button.text()
    finally:
        language.use_language("en")


@pytest.mark.usefixtures("songs")
def test_clips_are_seen_sorted_and_found(qtbot: QtBot, window: MainWindow) -> None:
    page = opened(qtbot, window)
    shown(qtbot, page, ["Bravo", "Charlie", "Alpha", "Delta"])
    header = page.table.horizontalHeader()

    def click(column: Column) -> None:
        x = header.sectionViewportPosition(column) + 20
        qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(x, 10))

    click(Column.TITLE)
    shown(qtbot, page, ["Alpha", "Bravo", "Charlie", "Delta"])
    click(Column.TITLE)
    shown(qtbot, page, ["Delta", "Charlie", "Bravo", "Alpha"])
    click(Column.TITLE)
    shown(qtbot, page, ["Bravo", "Charlie", "Alpha", "Delta"])

    page.filters.choose_genre("rock")
    shown(qtbot, page, ["Charlie", "Delta"])
    assert page.count_label.text() == "2 of 4 clips"
    assert page.genres.current is not None
    assert page.genres.current.name == "rock"
    qtbot.keyClicks(page.filters.search, "artist DELT")
    shown(qtbot, page, ["Delta"])
    qtbot.keyClicks(page.filters.search, "x")
    qtbot.waitUntil(lambda: page._tables.currentIndex() == 1, timeout=WAIT)
    qtbot.keyClick(page.filters.search, Qt.Key.Key_Escape)
    shown(qtbot, page, ["Charlie", "Delta"])
    page.filters.clear()
    shown(qtbot, page, ["Bravo", "Charlie", "Alpha", "Delta"])
    assert page.count_label.text() == "4 clips"


@pytest.mark.usefixtures("songs")
def test_no_column_is_cut_off_in_the_smallest_window(qtbot: QtBot, window: MainWindow) -> None:
    page = opened(qtbot, window)
    window.resize(window.minimumSize())
    qtbot.waitUntil(lambda: window.size() == window.minimumSize(), timeout=WAIT)
    table = page.table
    shown = [column for column in Column if not table.isColumnHidden(column)]
    assert {Column.WAVEFORM, Column.TITLE, Column.GENRE, Column.PREDICTED} <= set(shown)
    assert sum(map(table.columnWidth, shown)) <= table.viewport().width()


@pytest.mark.usefixtures("songs")
def test_a_click_on_a_genre_shows_its_clips_and_a_second_all(qtbot: QtBot, window: MainWindow) -> None:
    page = opened(qtbot, window)
    view, model = page.genres.view, page.genres.model
    place = next(row for row, genre in enumerate(model.genres) if genre.name == "jazz")
    centre = view.visualRect(model.index(place)).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=centre)
    shown(qtbot, page, ["Alpha"])
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=centre)
    shown(qtbot, page, ["Bravo", "Charlie", "Alpha", "Delta"])
    assert model.data(model.index(0), Qt.ItemDataRole.ToolTipRole).startswith("Blues: ")


def test_keys_label_remove_and_pin_and_all_is_undone(
    qtbot: QtBot, window: MainWindow, data_set: DataSet, songs: list[int]
) -> None:
    page = opened(qtbot, window)
    table = page.table
    delta, alpha, charlie, bravo = songs
    select(page, 0, 1)
    qtbot.keyClick(table, Qt.Key.Key_6)
    qtbot.waitUntil(lambda: genres_of(data_set, [bravo, charlie]) == ["jazz", "jazz"], timeout=WAIT)
    assert page.count_label.text() == "2 clips relabelled as Jazz."
    qtbot.waitUntil(lambda: page.undo_action.text() == "&Undo: Relabel clips", timeout=WAIT)
    qtbot.waitUntil(lambda: first(page).genre == "jazz", timeout=WAIT)
    assert table.selected_ids == [bravo, charlie]

    qtbot.keyClick(table, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: data_set.count() == 2, timeout=WAIT)
    shown(qtbot, page, ["Alpha", "Delta"])
    # The selection stays where the eyes are.
    assert table.selected_ids == [alpha]

    assert not data_set.clip(alpha).pinned
    qtbot.keyClick(table, Qt.Key.Key_P)
    qtbot.waitUntil(lambda: data_set.clip(alpha).pin == "valid", timeout=WAIT)
    qtbot.waitUntil(lambda: first(page).pin == "valid", timeout=WAIT)
    assert page.model.index(0, Column.SPLIT).data() == "Validation"
    qtbot.keyClick(table, Qt.Key.Key_P)
    qtbot.waitUntil(lambda: data_set.clip(alpha).pin is None, timeout=WAIT)

    for _ in range(4):
        qtbot.waitUntil(page.undo_action.isEnabled, timeout=WAIT)
        qtbot.keyClick(table, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        qtbot.waitUntil(lambda: settled(page), timeout=WAIT)
    qtbot.waitUntil(lambda: data_set.count() == 4, timeout=WAIT)
    assert genres_of(data_set, [delta, alpha, charlie, bravo]) == list(GENRES)
    shown(qtbot, page, ["Bravo", "Charlie", "Alpha", "Delta"])
    assert page.redo_action.text() == "&Redo: Relabel clips"
    qtbot.keyClick(
        table, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    qtbot.waitUntil(lambda: genres_of(data_set, [bravo, charlie]) == ["jazz", "jazz"], timeout=WAIT)
    qtbot.waitUntil(lambda: page.count_label.text() == "Done again: Relabel clips", timeout=WAIT)


def test_figures_typed_into_the_search_label_nothing(
    qtbot: QtBot, window: MainWindow, data_set: DataSet, songs: list[int]
) -> None:
    page = opened(qtbot, window)
    select(page, 0)
    page.filters.search.setFocus()
    qtbot.keyClicks(page.filters.search, "1")
    assert page.filters.search.text() == "1"
    shown(qtbot, page, ["Alpha"])
    assert genres_of(data_set, songs) == list(GENRES)


@pytest.mark.usefixtures("songs")
def test_the_selection_outlives_a_change_elsewhere(
    qtbot: QtBot, window: MainWindow, data_set: DataSet, songs: list[int]
) -> None:
    page = opened(qtbot, window)
    select(page, 1, 3)
    data_set.remove([songs[3]])  # the first row, as another program would
    page.control.refresh()
    shown(qtbot, page, ["Charlie", "Alpha", "Delta"])
    assert page.table.selected_ids == [songs[2], songs[0]]
    page.table.selectAll()
    assert page.table.selected_ids == [songs[2], songs[1], songs[0]]
    assert page.count_label.text() == "3 clips  ·  3 selected"


@pytest.mark.usefixtures("songs")
def test_the_menu_offers_every_genre_with_its_key(
    qtbot: QtBot, window: MainWindow, data_set: DataSet, songs: list[int]
) -> None:
    page = opened(qtbot, window)
    select(page, 0)
    rect = page.table.visualRect(page.model.index(0, Column.TITLE))
    page.table.customContextMenuRequested.emit(rect.center())
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert page.remove_action in menu.actions()
    menu.close()
    page._fill_relabel_menu()
    entries = [action.text() for action in page._relabel_menu.actions()]
    assert entries[:2] == ["&1   Blues", "&2   Classical"]
    assert entries[9] == "&0   Rock"
    assert entries[-1] == "&New genre…"
    bold = [action.text() for action in page._relabel_menu.actions() if action.font().bold()]
    assert bold in ([], ["&1   Blues"])  # demi-bold, which not every font has
    page._relabel_menu.actions()[7].trigger()
    qtbot.waitUntil(lambda: genres_of(data_set, songs) == ["rock", "jazz", "rock", "pop"], timeout=WAIT)


def test_a_genre_is_made_coloured_renamed_and_removed(
    qtbot: QtBot, window: MainWindow, data_set: DataSet, songs: list[int]
) -> None:
    page = opened(qtbot, window)
    page.genre_action.trigger()
    dialog = page.findChild(GenreDialog)
    assert isinstance(dialog, GenreDialog)
    create = next(button for button in dialog.findChildren(QPushButton) if button.text() == "Create")
    assert not create.isEnabled()
    qtbot.keyClicks(dialog.name, "Jazz")
    qtbot.keyClick(dialog.name, Qt.Key.Key_Return)
    qtbot.waitUntil(dialog.error.isVisible, timeout=WAIT)
    assert "jazz" in dialog.error.text()
    dialog.name.setText("케이팝")
    dialog.choose_colour("#123456")
    create.click()
    qtbot.waitUntil(lambda: len(data_set.genres()) == 11, timeout=WAIT)
    qtbot.waitUntil(lambda: page.genres.model.rowCount() == 11, timeout=WAIT)
    assert (data_set.genres()[10].name, data_set.genres()[10].colour) == ("케이팝", "#123456")
    assert theme.genre_colour("케이팝") == theme.visible_colour(QColor("#123456"))
    assert page.filters.genre_box.findData("케이팝") == 11

    page.genres.edit_wanted.emit("케이팝")
    dialogs = [dialog for dialog in page.findChildren(GenreDialog) if dialog.isVisible()]
    dialogs[0].name.setText("K-pop")
    next(b for b in dialogs[0].findChildren(QPushButton) if b.text() == "Save").click()
    qtbot.waitUntil(lambda: page.genres.model.genres[10].name == "K-pop", timeout=WAIT)

    # One with clips is not removed.
    data_set.relabel(songs[:1], "K-pop")
    page.genres.remove_wanted.emit("K-pop")
    qtbot.waitUntil(page.messages.isVisible, timeout=WAIT)
    assert "still has clips (1)" in page.messages.text
    data_set.undo()
    page.genres.remove_wanted.emit("K-pop")
    qtbot.waitUntil(lambda: page.genres.model.rowCount() == 10, timeout=WAIT)


@pytest.mark.usefixtures("songs")
def test_a_shipped_genre_keeps_its_name(qtbot: QtBot, window: MainWindow) -> None:
    page = opened(qtbot, window)
    page.genres.edit_wanted.emit("hiphop")
    dialog = page.findChild(GenreDialog)
    assert isinstance(dialog, GenreDialog)
    assert dialog.name.text() == "Hip-hop"
    assert not dialog.name.isEnabled()
    dialog.choose_colour("#ff0000")
    next(b for b in dialog.findChildren(QPushButton) if b.text() == "Save").click()
    qtbot.waitUntil(lambda: page.control.summary.genres[4].colour == "#ff0000", timeout=WAIT)
    assert theme.genre_colour("hiphop") == QColor("#ff0000")


def test_an_imbalance_is_told(qtbot: QtBot, window: MainWindow, data_set: DataSet) -> None:
    clips = [(n, made_clip(n, genre="rock" if n < 30 else "jazz")) for n in range(36)]
    add_made(data_set, clips)
    page = opened(qtbot, window)
    counts = data_set.counts()
    assert page.genres.warning.isVisible()
    text = page.genres.warning.text.text()
    rock, jazz = counts["rock"].train, counts["jazz"].train
    assert f"Rock has {rock} clips and copies for training, Jazz only {jazz}." in text


def test_the_bin_is_emptied_only_after_a_question(
    qtbot: QtBot, window: MainWindow, data_set: DataSet, songs: list[int]
) -> None:
    page = opened(qtbot, window)
    assert not page.empty_bin_action.isEnabled()
    data_set.remove(songs[:2])
    page.control.refresh()
    qtbot.waitUntil(page.empty_bin_action.isEnabled, timeout=WAIT)
    for wanted, left in (("Keep", 2), ("Delete", 0)):
        page.empty_bin_action.trigger()
        (box,) = [box for box in page.findChildren(QMessageBox) if box.isVisible()]
        assert box.text() == "Delete 2 removed clips for good?"
        next(button for button in box.buttons() if button.text() == wanted).click()
        qtbot.waitUntil(lambda left=left: data_set.count_bin() == left, timeout=WAIT)
    qtbot.waitUntil(lambda: not page.undo_action.isEnabled(), timeout=WAIT)


def test_nothing_is_claimed_before_the_data_set_was_read(qtbot: QtBot, window: MainWindow) -> None:
    window.show_page(2)
    page = window.make_data_set_page()
    assert page.control.summary is None
    assert page._pages.currentIndex() == _UNKNOWN
    assert page.filters.isHidden()
    assert not page.export_action.isEnabled()


def test_a_damaged_data_set_is_told_and_tried_again(
    qtbot: QtBot, window: MainWindow, genre_app_home: Path
) -> None:
    database = genre_app_home / "data" / "dataset" / "clips.sqlite"
    database.parent.mkdir(parents=True)
    database.write_bytes(b"this is no database" * 100)
    window.show_page(2)
    page = window.make_data_set_page()
    qtbot.waitUntil(lambda: page._pages.currentIndex() == _FAILED, timeout=WAIT)
    assert "The data set is damaged" in page.messages.text
    database.unlink()
    retry = page._pages.currentWidget().findChild(QPushButton)
    assert isinstance(retry, QPushButton)
    retry.click()
    qtbot.waitUntil(lambda: page.control.summary is not None, timeout=WAIT)
    qtbot.waitUntil(lambda: page._pages.currentIndex() == _EMPTY, timeout=WAIT)
    assert page.messages.isHidden()


def test_a_clip_plays_in_its_row(
    qtbot: QtBot, window: MainWindow, data_set: DataSet, music: Music, sound_server: SoundServer
) -> None:
    assert len(data_set.add(data_set.examine(music(2), "jazz"))) == 2
    page = opened(qtbot, window)
    table = page.table
    qtbot.waitUntil(lambda: len(table.waveforms._outlines) == 2, timeout=WAIT)
    assert all(outline.max() == 255 for outline in table.waveforms._outlines.values())

    select(page, 0)
    qtbot.keyClick(table, Qt.Key.Key_Space)
    assert page.playback.playing
    assert page.play_action.text() == "&Pause"
    qtbot.waitUntil(lambda: page.playback.position > 0.3, timeout=WAIT)
    assert table._cells.played_clip == table.selected_ids[0]
    qtbot.keyClick(table, Qt.Key.Key_Space)
    assert not page.playback.playing

    # A click into another's waveform plays that one, from there.
    index = page.model.index(1, Column.WAVEFORM)
    area = table._cells.waveform_area(QRect(table.visualRect(index)).toRectF()).toRect()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=area.center())
    assert page.playback.playing
    assert page.playback.position == pytest.approx(3.0, abs=0.3)
    assert table._cells.played_clip == page.model.ids[1]
    window.show_page(0)
    assert not page.playback.playing
    del sound_server


def test_colours_follow_the_scheme(
    qtbot: QtBot, qapp: QApplication, window: MainWindow, songs: list[int]
) -> None:
    page = opened(qtbot, window)
    select(page, 1)
    del songs
    for scheme in ("light", "dark"):
        theme.apply(qapp, scheme)  # type: ignore[arg-type]
        image = window.grab().toImage()
        viewport = page.table.viewport()
        corner = viewport.mapTo(window, QPoint(viewport.width() - 3, 0))
        ground = image.pixelColor(corner + QPoint(0, viewport.height() - 3))
        chosen = image.pixelColor(corner + QPoint(0, page.table.rowHeight(0) + 5))
        assert ground == theme.colours().surface
        assert chosen != ground
        assert theme.contrast(theme.colours().text, chosen) >= 7
        assert theme.contrast(theme.colours().text_muted, chosen) >= 3.5


# --- fifty thousand


@pytest.fixture(scope="module")
def many_clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a data set with as many clips, which tests copy: to write it takes seconds."""
    folder = tmp_path_factory.mktemp("many") / "dataset"
    with DataSet(folder) as data_set:
        write_many(data_set, N_MANY)
    return folder


@pytest.fixture
def many(many_clips: Path) -> Iterator[DataSet]:
    """Give a data set of the test's home that has fifty thousand clips."""
    shutil.copytree(many_clips, data_set_directory())
    with DataSet() as opened:
        yield opened


class Stopwatch:
    """Measures how long something takes, and for how long this process has the processor meanwhile.

    On a machine that is busy otherwise, only the second says something about us.
    """

    def __init__(self) -> None:
        self._elapsed, self._worked = time.perf_counter(), time.process_time()

    def read(self) -> tuple[float, float]:
        """Return elapsed and worked seconds."""
        return time.perf_counter() - self._elapsed, time.process_time() - self._worked


def test_fifty_thousand_clips_open_in_a_second_and_scroll_smoothly(
    qtbot: QtBot, window: MainWindow, many: DataSet
) -> None:
    assert many.count() == N_MANY
    watch = Stopwatch()
    window.show_page(2)
    page = window.make_data_set_page()
    qtbot.waitUntil(lambda: page.model.rowCount() == N_MANY, timeout=WAIT)
    page.table.viewport().repaint()
    elapsed, worked = watch.read()
    assert page.model.clip(0) is not None
    print(f"opens in {elapsed:.2f} s, of which {worked:.2f} s are work")
    assert worked < 1.0
    qtbot.waitUntil(lambda: settled(page), timeout=WAIT)

    bar = page.table.verticalScrollBar()
    frames = []
    for step in range(120):
        watch = Stopwatch()
        bar.setValue(bar.value() + (3 * page.table.rowHeight(0) if step < 60 else bar.maximum() // 100))
        page.table.viewport().repaint()
        frames.append(watch.read()[0])
        QApplication.processEvents()
    print(f"a frame takes {1000 * statistics.median(frames):.1f} ms, at most {1000 * max(frames):.1f} ms")
    # The median, because other programs want the processor too.
    assert statistics.median(frames) < 1 / 30
    # What is looked at in the end arrives without delay.
    watch = Stopwatch()
    row = page.table.rowAt(page.table.viewport().height() // 2)
    qtbot.waitUntil(lambda: page.model.clip(row) is not None, timeout=WAIT)
    assert watch.read()[1] < 0.2


@pytest.mark.parametrize("text", ["summer night", "artist 77", "사랑", "nothing like it"])
def test_fifty_thousand_clips_are_filtered_in_a_fifth_of_a_second(
    qtbot: QtBot, window: MainWindow, many: DataSet, text: str
) -> None:
    page = opened(qtbot, window)
    expected = many.count(text=text)
    times = []
    for _ in range(3):
        page.filters.clear()
        qtbot.waitUntil(lambda: page.model.rowCount() == N_MANY, timeout=WAIT)
        watch = Stopwatch()
        page.filters.search.setText(text)
        qtbot.waitUntil(lambda: page.model.rowCount() == expected, timeout=WAIT)
        page.table.viewport().repaint()
        times.append(watch.read())
    elapsed, worked = map(min, zip(*times, strict=True))
    print(f"{text!r} is found in {1000 * elapsed:.0f} ms, of which {1000 * worked:.0f} ms are work")
    assert worked + TYPING_MILLISECONDS / 1000 <= 0.2


def test_fifty_thousand_clips_are_selected_and_changed_at_once(
    qtbot: QtBot, window: MainWindow, many: DataSet
) -> None:
    page = opened(qtbot, window)
    pulse = Pulse()
    page.table.selectAll()
    assert page.table.n_selected == N_MANY
    qtbot.keyClick(page.table, Qt.Key.Key_1)
    qtbot.waitUntil(lambda: many.count(genre="blues") == N_MANY, timeout=60_000)
    qtbot.waitUntil(lambda: first(page).genre == "blues", timeout=WAIT)
    assert page.table.n_selected == N_MANY
    longest = pulse.stop()[0]
    print(f"UI thread away {1000 * longest.blocked:.0f} ms")
    assert longest.blocked <= 0.3


def test_the_control_closes_what_it_opened(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    control = DataSetControl(directory=tmp_path / "elsewhere")
    with qtbot.waitSignal(control.changed, timeout=WAIT):
        control.refresh()
    assert (tmp_path / "elsewhere" / "clips.sqlite").exists()
    control.close()
    control.close()
    del qapp
