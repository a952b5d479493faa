from __future__ import annotations

import json

import numpy as np
import pytest
from scipy import stats

from genre_app.classifier.comparison import Answers, Comparison, compare
from genre_app.classifier.evaluation import mcnemar_p_value

GENRES = ("blues", "rock")


def answers(rights: list[bool], genres: tuple[str, ...] = GENRES, first: int = 0) -> Answers:
    """Answers about clips that are all blues; a wrong one says rock."""
    p = np.zeros((len(rights), len(genres)))
    p[np.arange(len(rights)), [0 if right else 1 for right in rights]] = 0.9
    p[:, 0] += 0.05
    clips = np.array([f"clip {i}" for i in range(first, first + len(rights))])
    return Answers(clips, np.full(len(rights), "blues"), genres, p / p.sum(axis=1, keepdims=True), 0.5)


def pair(n: int, gained: int, lost: int, new_genres: tuple[str, ...] = ()) -> tuple[Answers, Answers]:
    rest = n - gained - lost
    new = [True] * gained + [False] * lost + [True] * rest
    current = [False] * gained + [True] * lost + [True] * rest
    return answers(new, GENRES + new_genres), answers(current)


def comparison(
    reference: tuple[int, int],
    own: tuple[int, int] | None,
    new_genres: tuple[str, ...] = (),
    n_own: int = 40,
) -> Comparison:
    """Compare models of which the new one gains and loses that many clips, of 200 and of `n_own`."""
    pairs = [
        pair(n, *counts, new_genres) for n, counts in ((200, reference), (n_own, own)) if counts is not None
    ]
    return compare("new", "now", pairs[0], pairs[1] if len(pairs) > 1 else None)


@pytest.mark.parametrize(("gained", "lost"), [(0, 0), (1, 0), (5, 0), (6, 0), (3, 9), (20, 41), (400, 500)])
def test_mcnemar_is_the_binomial_test(gained: int, lost: int) -> None:
    expected = stats.binomtest(gained, gained + lost).pvalue if gained + lost else 1.0
    assert mcnemar_p_value(gained, lost) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("reference", "own", "new_genres", "reason", "keep"),
    [
        ((0, 20), (9, 0), (), "worse-on-reference", False),
        ((0, 20), None, ("polka",), "worse-on-reference", False),
        ((0, 3), (9, 0), (), "better-on-own", True),
        ((0, 0), (2, 0), (), "better-on-own", True),
        ((0, 0), (0, 9), (), "worse-on-own", False),
        ((0, 0), (0, 1), (), "worse-on-own", False),
        ((20, 0), (0, 1), (), "better-on-reference", True),
        ((20, 0), (0, 9), (), "worse-on-own", False),
        ((0, 2), (0, 0), ("polka",), "new-genres-untested", True),
        ((0, 2), None, ("polka",), "new-genres-untested", True),
        ((2, 1), None, (), "no-worse", True),
        ((0, 0), None, (), "no-worse", True),
        ((1, 2), (1, 1), (), "no-better", False),
    ],
)
def test_the_recommendation(
    reference: tuple[int, int],
    own: tuple[int, int] | None,
    new_genres: tuple[str, ...],
    reason: str,
    keep: bool,
) -> None:
    found = comparison(reference, own, new_genres)
    assert (found.reason, found.keep) == (reason, keep)
    assert found.needs_confirmation == (reason == "worse-on-reference")
    assert found.new_genres == new_genres
    assert all(sentence.text and "{" not in sentence.text for sentence in found.sentences)
    record = found.to_json()
    assert (record["reason"], record["keep"]) == (reason, keep)
    assert (record["reference"]["gained"], record["reference"]["lost"]) == reference


@pytest.mark.parametrize(
    ("right", "lost", "reason", "keep"),
    [
        # What is won with the new genre and lost elsewhere comes to the same.
        (3, 3, "new-genres", True),
        (2, 2, "new-genres", True),
        (1, 1, "new-genres-not-learned", False),
        (0, 0, "new-genres-not-learned", False),
    ],
)
def test_a_new_genre_counts_where_it_is_recognised(right: int, lost: int, reason: str, keep: bool) -> None:
    """Of four polkas the new model recognises `right`, the current one none."""
    new, current = pair(40, 0, lost, ("polka",))
    polkas = np.full(4, "polka")
    clips = np.array([f"polka {i}" for i in range(4)])
    guess = np.where(np.arange(4) < right, 2, 0)
    own_new = Answers(
        np.concatenate([new.clip, clips]),
        np.concatenate([new.truth, polkas]),
        new.genres,
        np.concatenate([new.probabilities, np.eye(3)[guess]]),
        0.5,
    )
    own_current = Answers(
        np.concatenate([current.clip, clips]),
        np.concatenate([current.truth, polkas]),
        current.genres,
        np.concatenate([current.probabilities, np.eye(2)[np.zeros(4, int)]]),
        0.5,
    )
    found = compare("new", "now", pair(200, 0, 0, ("polka",)), (own_new, own_current))
    assert (found.reason, found.keep) == (reason, keep)


def test_the_sentences_have_the_numbers() -> None:
    own, reference, advice = (sentence.text for sentence in comparison((0, 20), (9, 0)).sentences)
    assert own == "Better on your 40 clips: 40 right, before 31."
    assert "more than chance explains: 90.0% right, before 100.0%" in reference
    assert "Discard" in advice


@pytest.mark.parametrize(
    ("n", "changed", "begins"),
    [
        (1, (0, 0), "The same on your 1 clip: 1 right."),
        (1, (1, 0), "Slightly better on your 1 clip: 1 right, before 0;"),
        (1, (0, 1), "Slightly worse on your 1 clip: 0 right, before 1;"),
        (2, (0, 0), "The same on your 2 clips: 2 right."),
        (40, (0, 9), "Worse on your 40 clips: 31 right, before 40."),
    ],
)
def test_the_sentence_about_your_clips_is_grammatical(n: int, changed: tuple[int, int], begins: str) -> None:
    own = comparison((0, 0), changed, n_own=n).sentences[0].text
    assert own.startswith(begins)
    assert "(s)" not in own
    assert "%" not in own


def test_only_clips_that_both_were_asked_about_count() -> None:
    new, current = answers([True] * 10, first=0), answers([False] * 10, first=6)
    found = compare("new", "now", (new, current), (new, answers([True], first=50)))
    assert found.reference.new.n == found.reference.gained == 4
    assert found.own is None
    with pytest.raises(ValueError, match="no clip in common"):
        compare("new", "now", (new, answers([True], first=50)), None)


def test_a_genre_that_a_model_does_not_know_counts_against_it() -> None:
    new = Answers(
        np.array(["1", "2"]), np.array(["polka", "blues"]), ("blues", "polka"), np.eye(2)[::-1], 0.5
    )
    current = Answers(new.clip[::-1], new.truth[::-1], ("blues", "rock"), np.array([[1.0, 0.0]] * 2), 0.5)
    found = compare("new", "now", (new, current), None).reference
    assert found.new.genres == found.current.genres == ("blues", "polka", "rock")
    assert (found.new.accuracy, found.current.accuracy) == (1.0, 0.5)
    assert found.current.confusion.tolist() == [[1, 0, 0], [1, 0, 0], [0, 0, 0]]


@pytest.mark.parametrize(
    ("own", "new_genres", "reason", "keep"),
    [
        ((5, 0), (), "better-on-own", True),
        ((0, 1), (), "worse-on-own", False),
        ((1, 1), ("polka",), "no-better", False),
        (None, ("polka",), "no-better", False),
    ],
)
def test_one_that_cannot_be_asked_about_the_reference_set(
    own: tuple[int, int] | None, new_genres: tuple[str, ...], reason: str, keep: bool
) -> None:
    genres = ("blues", *new_genres), ("blues",)
    found = compare("new", "now", None, None if own is None else pair(40, *own), genres=genres)
    assert (found.reason, found.keep) == (reason, keep)
    assert found.new_genres == new_genres
    assert found.needs_confirmation, "nobody knows what it has forgotten"
    assert "can't be measured" in found.sentences[1].text
    assert Comparison.from_json(json.loads(json.dumps(found.to_json()))).to_json() == found.to_json()


def test_it_survives_json() -> None:
    found = comparison((3, 9), (1, 4), ("polka",))
    stored = json.loads(json.dumps(found.to_json()))
    again = Comparison.from_json(stored)
    assert again.to_json() == found.to_json()
    assert again.sentences == found.sentences
    for path, value in (
        (("reference",), []),
        (("reference", "gained"), -1),
        (("reference", "new", "accuracy"), 1.5),
        (("reference", "new", "confusion"), [[1]]),
        (("reference", "current", "per_genre"), {}),
        (("own", "new", "n"), 7),
        (("new_genres",), None),
    ):
        damaged = json.loads(json.dumps(stored))
        place = damaged
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = value
        with pytest.raises(ValueError, match=r"^no "):
            Comparison.from_json(damaged)
    with pytest.raises(ValueError, match=r"^no comparison"):
        Comparison.from_json([])
