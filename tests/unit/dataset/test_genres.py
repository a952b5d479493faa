"""Genres: the ten that are always there, and the user's own in any script."""

from __future__ import annotations

import unicodedata

import pytest

from genre_app.classifier.model_version import find_model, read_model_version
from genre_app.dataset.data_set import DataSet
from genre_app.dataset.errors import (
    GenreColourError,
    GenreExistsError,
    GenreInUseError,
    GenreNameError,
    GenreShippedError,
    GenreUnknownError,
)
from genre_app.dataset.genres import SHIPPED_GENRES
from tests.unit.dataset.made_clips import add_one


def _names(data_set: DataSet) -> list[str]:
    return [genre.name for genre in data_set.genres()]


def test_the_ten_genres_of_the_shipped_model_come_first_in_its_order(data_set: DataSet) -> None:
    data_set.create_genre("ambient")
    model = read_model_version(find_model("base"))
    assert _names(data_set) == [*model.genres, "ambient"]
    assert model.genres == SHIPPED_GENRES


@pytest.mark.parametrize("name", ["케이팝", "trot", "Música popular", "J-Pop 90's", "рок", "🎸 rock"])
def test_a_genre_can_have_a_name_in_any_script(data_set: DataSet, name: str) -> None:
    genre = data_set.create_genre(name)
    assert genre.name == unicodedata.normalize("NFC", name)
    assert _names(data_set)[-1] == genre.name
    assert not genre.shipped
    assert add_one(data_set, 1, genre=name) == data_set.clips(genre=name)[0].id


def test_a_name_is_stored_composed_and_stripped(data_set: DataSet) -> None:
    decomposed = unicodedata.normalize("NFD", "케이팝")
    assert data_set.create_genre(f"  {decomposed}\t x ").name == "케이팝 x"


@pytest.mark.parametrize("name", ["Rock", "ROCK ", "rock", "STRASSE", "straße"])
def test_names_are_unique_whatever_their_case(data_set: DataSet, name: str) -> None:
    data_set.create_genre("Straße")
    with pytest.raises(GenreExistsError):
        data_set.create_genre(name)
    assert len(data_set.genres()) == 11


@pytest.mark.parametrize(
    "name", ["", "  ", "a" * 61, "a/b", "..", ".hidden", "a\\b", "a\x00b", "a\x1bb", "c:"]
)
def test_what_could_be_no_folder_can_be_no_genre(data_set: DataSet, name: str) -> None:
    with pytest.raises(GenreNameError) as caught:
        data_set.create_genre(name)
    assert caught.value.message.isprintable()


def test_colours_are_given_or_always_the_same(data_set: DataSet) -> None:
    assert data_set.create_genre("trot", "#ABCDEF").colour == "#abcdef"
    first = data_set.create_genre("ambient").colour
    data_set.remove_genre("ambient")
    assert data_set.create_genre("Ambient").colour == first
    assert data_set.colour_genre("ambient", "#000001").colour == "#000001"
    assert data_set.colour_genre("rock", "#000002").colour == "#000002"
    for colour in ("red", "#12345", "#12345g", "url(#a)"):
        with pytest.raises(GenreColourError):
            data_set.colour_genre("rock", colour)


def test_renaming_keeps_the_clips(data_set: DataSet) -> None:
    data_set.create_genre("trot")
    clip_id = add_one(data_set, 1, genre="trot")
    assert data_set.rename_genre("TROT", "Trot").name == "Trot"
    assert data_set.rename_genre("trot", "뽕짝").name == "뽕짝"
    assert data_set.clip(clip_id).genre == "뽕짝"
    with pytest.raises(GenreExistsError):
        data_set.rename_genre("뽕짝", "Jazz")
    with pytest.raises(GenreUnknownError):
        data_set.rename_genre("trot", "other")


def test_only_empty_genres_of_the_users_are_removed(data_set: DataSet) -> None:
    data_set.create_genre("trot")
    clip_id = add_one(data_set, 1, genre="trot")
    with pytest.raises(GenreInUseError):
        data_set.remove_genre("trot")
    for change in (lambda: data_set.remove_genre("rock"), lambda: data_set.rename_genre("rock", "x")):
        with pytest.raises(GenreShippedError):
            change()
    data_set.remove([clip_id])
    data_set.remove_genre("trot")
    assert "trot" not in _names(data_set)
    # The clip in the bin had it: both come back.
    assert data_set.undo() == "Remove a genre"
    assert data_set.undo() == "Remove clips"
    assert data_set.clip(clip_id).genre == "trot"


def test_a_removed_name_is_free_again(data_set: DataSet) -> None:
    data_set.create_genre("trot")
    data_set.remove_genre("trot")
    data_set.create_genre("trot")
    assert _names(data_set).count("trot") == 1
    for _ in range(3):
        data_set.undo()
    assert len(data_set.genres()) == 10
    for _ in range(3):
        data_set.redo()
    assert _names(data_set).count("trot") == 1


def test_name_and_colour_are_changed_in_one_step(data_set: DataSet) -> None:
    before = data_set.create_genre("trot", "#123456")
    after = data_set.edit_genre("trot", "Trot", "#abcdef")
    assert (after.id, after.name, after.colour) == (before.id, "Trot", "#abcdef")
    assert data_set.can_undo == "Edit a genre"
    data_set.undo()
    assert data_set.genres()[-1] == before
    with pytest.raises(GenreColourError):
        data_set.edit_genre("trot", "Trot", "no colour")
    assert data_set.genres()[-1] == before
    # The name of one that came with the program stays; its colour may be another one.
    assert data_set.edit_genre("rock", "rock", "#abcdef").colour == "#abcdef"
    with pytest.raises(GenreShippedError):
        data_set.edit_genre("rock", "Rock 2", "#000000")
