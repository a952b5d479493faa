from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from genre_app.dataset.augmentation.balance import balance


def test_small_genres_grow_to_the_size_of_the_largest() -> None:
    plan = balance({"rock": {1: 0, 2: 0, 3: 0, 4: 0, 5: 0}, "blues": {6: 0, 7: 0}, "jazz": {8: 2}})
    assert plan.copies == {6: 2, 7: 1, 8: 2}
    assert plan.per_genre == {"rock": 0, "blues": 3, "jazz": 2}
    assert plan.missing == {"rock": 0, "blues": 0, "jazz": 0}


def test_clips_with_the_fewest_copies_come_first() -> None:
    plan = balance({"rock": dict.fromkeys(range(10), 0), "blues": {20: 3, 21: 0, 22: 1}})
    assert plan.copies == {21: 2, 22: 1}


def test_no_clip_gets_more_than_it_may_have() -> None:
    plan = balance({"rock": dict.fromkeys(range(100), 0), "blues": {200: 1, 201: 9}}, most_per_clip=4)
    assert plan.copies == {200: 3}
    assert plan.missing["blues"] == 100 - 12 - 3


def test_a_genre_without_clips_stays_empty() -> None:
    plan = balance({"rock": {1: 0}, "blues": {}})
    assert plan.copies == {}
    assert plan.missing == {"rock": 0, "blues": 1}
    assert balance({}).copies == {}


def test_a_target_may_be_given() -> None:
    assert balance({"rock": {1: 0}, "jazz": {2: 0, 3: 0}}, target=4).per_genre == {"rock": 3, "jazz": 2}


@given(
    sizes=st.dictionaries(st.text(max_size=3), st.lists(st.integers(0, 8), max_size=12), max_size=5),
    most=st.integers(0, 8),
)
def test_a_plan_is_as_even_as_it_may_be(sizes: dict[str, list[int]], most: int) -> None:
    identifiers = iter(range(1000))
    clips = {genre: {next(identifiers): already for already in copies} for genre, copies in sizes.items()}
    plan = balance(clips, most_per_clip=most)
    target = max((len(existing) + sum(existing.values()) for existing in clips.values()), default=0)
    for genre, existing in clips.items():
        new = {clip: plan.copies.get(clip, 0) for clip in existing}
        assert sum(new.values()) == plan.per_genre[genre]
        assert len(existing) + sum(existing.values()) + sum(new.values()) + plan.missing[genre] == target
        assert all(existing[clip] + made <= most for clip, made in new.items() if made)
        if plan.missing[genre]:
            assert all(existing[clip] + made >= most for clip, made in new.items())
        # No clip is raised above another that could still have been raised.
        raised = [existing[clip] + made for clip, made in new.items() if made]
        if raised:
            assert all(existing[clip] + made >= max(raised) - 1 for clip, made in new.items())
    assert all(made > 0 for made in plan.copies.values())
