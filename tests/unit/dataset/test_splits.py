"""Which clips validate: the same everywhere, stable, and never two halves of one thing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genre_app.dataset.data_set import DataSet
from genre_app.dataset.splits import decide, group_keys
from tests.unit.dataset.made_clips import add_made, add_one, made_clip, snapshot


def _artist(split: str, beginning: str = "artist") -> str:
    """Return an artist whose hash decides for `split`."""
    return next(
        name
        for name in (f"{beginning} {number}" for number in range(1000))
        if decide(group_keys(name, "")[0]) == split
    )


def _fill(data_set: DataSet) -> None:
    """Add clips to train on, so that the hash alone decides about some more of the genre."""
    ids = add_made(data_set, [(n, made_clip(n, artist=f"filling {n}")) for n in range(900, 920)])
    data_set.pin(ids, True, "train")


def _splits(data_set: DataSet, *ids: int) -> set[str]:
    return {data_set.clip(clip_id).split for clip_id in ids}


def test_the_decision_is_the_same_on_every_machine() -> None:
    decisions = [decide(f"sample:{number}") for number in range(12)]
    assert [number for number, split in enumerate(decisions) if split == "valid"] == [6]


def test_a_fifth_validates() -> None:
    share = sum(decide(f"sample:{number}") == "valid" for number in range(20_000)) / 20_000
    assert share == pytest.approx(0.2, abs=0.01)


@given(st.text(min_size=1))
def test_an_artist_is_the_same_whatever_the_case_and_spaces(name: str) -> None:
    assert group_keys(name, "h") == group_keys(name.casefold(), "h") == group_keys(f"\t{name}\n", "h")


def test_unknown_artists_have_nothing_in_common(data_set: DataSet) -> None:
    add_made(data_set, [(n, made_clip(n, artist=["Unknown Artist", "VA", " "][n % 3])) for n in range(9)])
    assert len({clip.group for clip in data_set.clips()}) == 9


def test_clips_of_an_artist_stay_together(data_set: DataSet) -> None:
    numbers = range(20)
    add_made(
        data_set, [(n, made_clip(n, artist=["The Band", "THE  BAND", "ＴＨＥ band"][n % 3])) for n in numbers]
    )
    clips = data_set.clips()
    assert len(clips) == 20
    assert {clip.split for clip in clips} == {decide("artist:the band")}
    assert {clip.group for clip in clips} == {"artist:the band"}


def test_growth_moves_nobody(data_set: DataSet) -> None:
    add_made(data_set, [(n, made_clip(n, artist=f"a {n % 30}" if n % 2 else "")) for n in range(100)])
    before = {clip.id: clip.split for clip in data_set.clips()}
    assert set(before.values()) == {"train", "valid"}
    add_made(data_set, [(n, made_clip(n, artist=f"a {n % 60}" if n % 2 else "")) for n in range(100, 300)])
    after = {clip.id: clip.split for clip in data_set.clips()}
    assert {clip_id: after[clip_id] for clip_id in before} == before


@pytest.mark.parametrize("beginning", range(0, 1000, 50))
def test_a_genre_of_few_clips_has_some_to_train_on_and_some_to_validate_with(
    data_set: DataSet, beginning: int
) -> None:
    for number in range(beginning, beginning + 30):
        add_one(data_set, number, genre="pop" if number % 2 else "rock")
        for counts in data_set.counts().values():
            n = counts.train + counts.valid
            assert counts.train > 0 or n == 0
            assert counts.valid > 0 or n < 5
            assert counts.valid <= max(1, 0.3 * n)


def test_the_first_artist_of_a_genre_trains_and_the_next_ones_keep_their_groups(data_set: DataSet) -> None:
    data_set.create_genre("trot")
    artist = _artist("valid")
    add_made(data_set, [(n, made_clip(n, genre="trot", artist=artist)) for n in range(10)])
    assert {clip.split for clip in data_set.clips()} == {"train"}
    for number in range(10, 14):
        add_one(data_set, number, genre="trot", artist=_artist("train", f"band {number}"))
    # The fifth artist validates, whatever the hash says, with all that the artist ever sang.
    fifth = [clip for clip in data_set.clips() if clip.split == "valid"]
    assert [clip.title for clip in fifth] == ["Song 13"]
    add_one(data_set, 20, genre="trot", artist=fifth[0].artist)
    assert data_set.clips()[-1].split == "valid"


def test_near_duplicates_join_the_group(data_set: DataSet) -> None:
    _fill(data_set)
    one = add_one(data_set, 1, artist=_artist("valid"))
    other = add_one(data_set, 2, near=(one,))
    third = add_one(data_set, 3, near=(other,))
    assert _splits(data_set, one, other, third) == {"valid"}
    assert len({data_set.clip(clip_id).group for clip_id in (one, other, third)}) == 1
    assert third != other != one


def test_excerpts_of_one_recording_stay_together(data_set: DataSet) -> None:
    add_made(data_set, [(n, made_clip(n, recording="tape", artist=f"guest {n}")) for n in range(30)])
    assert len({(clip.split, clip.group) for clip in data_set.clips()}) == 1


def test_groups_that_turn_out_to_be_one_train(data_set: DataSet) -> None:
    train = add_one(data_set, 2, artist=_artist("train"))
    valid = add_one(data_set, 1, artist=_artist("valid"))
    assert data_set.clip(valid).split == "valid"
    before = snapshot(data_set)
    add_one(data_set, 3, near=(valid, train))
    assert {clip.split for clip in data_set.clips()} == {"train"}
    # Later clips of both artists too.
    add_one(data_set, 4, artist=_artist("valid"))
    assert {clip.split for clip in data_set.clips()} == {"train"}
    data_set.undo()
    data_set.undo()
    assert snapshot(data_set) == before


def test_groups_of_which_one_is_pinned_validate(data_set: DataSet) -> None:
    pinned = add_one(data_set, 1, artist=_artist("train", "pinned"))
    train = add_one(data_set, 2, artist=_artist("train", "other"))
    data_set.pin([pinned], True)
    assert data_set.clip(pinned).split == "valid"
    add_one(data_set, 3, near=(pinned, train))
    assert {clip.split for clip in data_set.clips()} == {"valid"}
    data_set.pin([pinned], False)
    assert {clip.split for clip in data_set.clips()} == {"train"}


def test_two_groups_that_validate_go_on_doing_so(data_set: DataSet) -> None:
    _fill(data_set)
    one = add_one(data_set, 1, artist=_artist("valid", "one"))
    other = add_one(data_set, 2, artist=_artist("valid", "other"))
    third = add_one(data_set, 3, near=(one, other))
    assert _splits(data_set, one, other, third) == {"valid"}


def test_groups_that_pinned_ones_merged_into_are_in_order(data_set: DataSet) -> None:
    pinned = [add_one(data_set, 0), add_one(data_set, 1)]
    data_set.pin(pinned, True, "valid")
    add_one(data_set, 2, near=tuple(pinned))
    assert {clip.split for clip in data_set.clips()} == {"valid"}
    assert data_set.check() == []


def test_a_pin_takes_its_whole_group_along(data_set: DataSet) -> None:
    artist = _artist("train")
    ids = add_made(data_set, [(n, made_clip(n, artist=artist)) for n in range(5)])
    data_set.pin(ids[:1], True)
    assert {clip.split for clip in data_set.clips()} == {"valid"}
    assert [clip.pinned for clip in data_set.clips()] == [True, False, False, False, False]
    add_one(data_set, 9, artist=artist)
    assert data_set.clips(split="train") == []
    data_set.pin(ids, False)
    assert {clip.split for clip in data_set.clips()} == {"train"}


def test_validation_wins_where_pins_contradict(data_set: DataSet) -> None:
    artist = _artist("valid")
    ids = add_made(data_set, [(n, made_clip(n, artist=artist)) for n in range(2)])
    data_set.pin(ids[:1], True, "train")
    assert {clip.split for clip in data_set.clips()} == {"train"}
    data_set.pin(ids[1:], True, "valid")
    assert {clip.split for clip in data_set.clips()} == {"valid"}
    assert [clip.pin for clip in data_set.clips()] == ["train", "valid"]


def test_removing_a_pinned_clip_moves_no_other(data_set: DataSet) -> None:
    artist = _artist("train")
    ids = add_made(data_set, [(n, made_clip(n, artist=artist)) for n in range(3)])
    data_set.pin(ids[:1], True)
    data_set.remove(ids[:1])
    assert {clip.split for clip in data_set.clips()} == {"valid"}
    data_set.empty_bin()
    assert {clip.split for clip in data_set.clips()} == {"valid"}
    assert data_set.check() == []


def test_emptying_the_bin_moves_nobody_even_where_pins_contradict(data_set: DataSet) -> None:
    train, valid = add_one(data_set, 1, artist="X"), add_one(data_set, 2, artist="X")
    data_set.pin([train], True, "train")
    data_set.pin([valid], True, "valid")
    data_set.remove([valid])
    assert data_set.clip(train).split == "valid"
    data_set.empty_bin()
    assert (data_set.clip(train).split, data_set.clip(train).pin) == ("valid", "valid")
    assert data_set.check() == []


def test_another_artist_ties_groups_together(data_set: DataSet) -> None:
    known = add_one(data_set, 1, artist=_artist("train"))
    clip_id = add_one(data_set, 2, artist=_artist("valid"))
    before = snapshot(data_set)
    data_set.edit(clip_id, title="Corrected", artist=_artist("train").upper())
    assert data_set.clip(clip_id).title == "Corrected"
    assert data_set.clip(clip_id).group == data_set.clip(known).group
    assert {clip.split for clip in data_set.clips()} == {"train"}
    data_set.undo()
    assert snapshot(data_set) == before
