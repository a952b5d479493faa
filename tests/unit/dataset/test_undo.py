"""Undo and redo: exact, in order, and still there after a restart."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from genre_app.dataset import undo
from genre_app.dataset.data_set import DataSet
from genre_app.dataset.errors import ClipUnknownError, DataSetError, GenreUnknownError
from tests.unit.dataset.made_clips import (
    add_made,
    add_one,
    made_clip,
    made_recipe,
    snapshot,
    stored_files,
)


def test_every_kind_of_step_is_undone_and_redone_exactly(data_set: DataSet) -> None:
    ids = add_made(data_set, [(n, made_clip(n, artist=f"artist {n % 3}")) for n in range(6)])
    copies = data_set.add_copies([(ids[0], made_recipe(1)), (ids[1], made_recipe(2))])
    steps = [
        ("Relabel clips", lambda: data_set.relabel(ids[:3], "jazz")),
        ("Pin clips", lambda: data_set.pin(ids[:1], True)),
        ("Unpin clips", lambda: data_set.pin(ids[:1], False)),
        ("Edit a clip", lambda: data_set.edit(ids[2], title="O'Neill \"x\" 'y'; --", artist="Sigur Rós")),
        ("Add copies", lambda: data_set.add_copies([(ids[1], made_recipe(3))])),
        ("Remove copies", lambda: data_set.remove_copies(copies)),
        ("Remove clips", lambda: data_set.remove(ids[1:4])),
        ("Create a genre", lambda: data_set.create_genre("케이팝")),
        ("Rename a genre", lambda: data_set.rename_genre("케이팝", "K-pop")),
        ("Colour a genre", lambda: data_set.colour_genre("K-pop", "#123456")),
        ("Add clips", lambda: add_one(data_set, 2, genre="K-pop", artist="somebody else")),
        ("Add clips", lambda: add_one(data_set, 77, genre="K-pop", near=(ids[0], ids[5]))),
        ("Relabel clips", lambda: data_set.relabel(data_set.clip_ids(), "pop")),
        ("Remove a genre", lambda: data_set.remove_genre("K-pop")),
    ]
    states = [snapshot(data_set)]
    for _, change in steps:
        change()
        states.append(snapshot(data_set))
    for _ in range(2):
        for number in reversed(range(len(steps))):
            assert data_set.can_undo == steps[number][0]
            assert data_set.undo() == steps[number][0]
            assert snapshot(data_set) == states[number]
            assert data_set.check() == []
        for number in range(len(steps)):
            assert data_set.can_redo == steps[number][0]
            assert data_set.redo() == steps[number][0]
            assert snapshot(data_set) == states[number + 1]
    assert data_set.redo() is None


def test_undo_survives_a_restart(data_set: DataSet) -> None:
    clip_id = add_one(data_set, 1)
    data_set.relabel([clip_id], "jazz")
    data_set.remove([clip_id])
    data_set.undo()
    data_set.close()
    with DataSet(data_set.directory) as again:
        assert (again.can_undo, again.can_redo) == ("Relabel clips", "Remove clips")
        again.undo()
        assert again.clip(clip_id).genre == "rock"
        again.redo()
        again.redo()
        assert again.clips() == []


def test_undone_additions_keep_their_file_until_the_bin_is_emptied(data_set: DataSet) -> None:
    add_one(data_set, 1)
    files = stored_files(data_set.directory)
    data_set.undo()
    assert data_set.clips() == []
    assert data_set.count_bin() == 1
    assert stored_files(data_set.directory) == files
    assert data_set.check() == []
    assert data_set.empty_bin() == 1
    assert stored_files(data_set.directory) == set()
    assert (data_set.can_undo, data_set.can_redo) == (None, None)
    assert data_set.undo() is None
    assert data_set.check() == []


def test_a_new_step_ends_redo(data_set: DataSet) -> None:
    clip_id = add_one(data_set, 1)
    data_set.relabel([clip_id], "jazz")
    data_set.undo()
    data_set.pin([clip_id], True)
    assert data_set.redo() is None
    assert data_set.can_undo == "Pin clips"


def test_a_step_that_changes_nothing_is_none(data_set: DataSet) -> None:
    clip_id = add_one(data_set, 1)
    data_set.relabel([clip_id], "jazz")
    data_set.undo()
    data_set.relabel([clip_id], "rock")
    data_set.pin([clip_id], False)
    data_set.relabel([], "metal")
    assert data_set.can_undo == "Add clips"
    assert data_set.can_redo == "Relabel clips"


def test_a_failing_step_changes_nothing(data_set: DataSet) -> None:
    clip_id = add_one(data_set, 1)
    before = snapshot(data_set)
    with pytest.raises(ClipUnknownError):
        data_set.relabel([clip_id, 99], "jazz")
    with pytest.raises(GenreUnknownError):
        data_set.relabel([clip_id], "unheard of")
    with pytest.raises(ClipUnknownError):
        data_set.add_copies([(clip_id, made_recipe(1)), (99, made_recipe(1))])
    assert snapshot(data_set) == before
    assert data_set.can_undo == "Add clips"


def test_parts_of_a_step_are_undone_together(data_set: DataSet) -> None:
    step = undo.Step(undo.ADD)
    for number in range(3):
        add_made(data_set, [(number, made_clip(number))], step)
    data_set.undo()
    assert data_set.clips() == []
    assert data_set.can_undo is None


def test_a_step_in_between_divides_a_long_one(data_set: DataSet) -> None:
    step = undo.Step(undo.ADD)
    (first,) = add_made(data_set, [(1, made_clip(1))], step)
    data_set.relabel([first], "jazz")
    add_made(data_set, [(2, made_clip(2)), (1, made_clip(1))], step)
    assert [clip.genre for clip in data_set.clips()] == ["jazz", "rock"]
    assert [data_set.undo() for _ in range(3)] == ["Add clips", "Relabel clips", "Add clips"]
    assert data_set.clips() == []
    # What was undone while it went on stays undone.
    add_made(data_set, [(3, made_clip(3))], step)
    assert [clip.title for clip in data_set.clips()] == ["Song 3"]
    assert data_set.can_redo is None


def test_added_again_a_clip_comes_back_from_the_bin(data_set: DataSet) -> None:
    clip_id = add_one(data_set, 1, genre="jazz", artist="A")
    copies = data_set.add_copies([(clip_id, made_recipe(1))])
    data_set.remove([clip_id])
    before = snapshot(data_set)
    assert add_one(data_set, 1, genre="metal", artist="B") == clip_id
    clip = data_set.clip(clip_id)
    assert (clip.genre, clip.artist, clip.n_copies) == ("metal", "B", 1)
    # What tied it to others of its old artist still does.
    add_one(data_set, 2, artist="A")
    add_one(data_set, 3, artist="B")
    assert {other.group for other in data_set.clips()} == {clip.group}
    assert (data_set.undo(), data_set.undo()) == ("Add clips", "Add clips")
    assert [copy.id for copy in data_set.copies(clip_id)] == copies
    data_set.undo()
    assert snapshot(data_set) == before
    data_set.undo()
    assert data_set.clip(clip_id).genre == "jazz"


def test_changes_outside_of_a_step_are_refused(data_set: DataSet) -> None:
    clip_id = add_one(data_set, 1)
    for statement in (
        "UPDATE clips SET genre_id = 2",
        "DELETE FROM clips",
        "DELETE FROM copies WHERE id = 1",
        "INSERT INTO group_keys (key, group_id) VALUES ('x', 1)",
    ):
        data_set.add_copies([(clip_id, made_recipe(1))])
        before = snapshot(data_set)
        with pytest.raises(DataSetError), data_set.database.write() as connection:
            connection.execute(statement)
        assert snapshot(data_set) == before


def test_text_that_looks_like_sql_is_text(data_set: DataSet, tmp_path: Path) -> None:
    title = "'); DELETE FROM clips; -- \U0001f3b8 \u202e"
    clip_id = add_one(data_set, 1, title=title, source="/music/\udcff'\".wav")
    data_set.edit(clip_id, title="other", artist="'")
    data_set.undo()
    assert data_set.clip(clip_id).title == title
    assert data_set.clip(clip_id).source == "/music/?'\".wav"
    with sqlite3.connect(data_set.database.path) as connection:
        assert connection.execute("SELECT step FROM undo_state").fetchall() == [(None,)]
    connection.close()
