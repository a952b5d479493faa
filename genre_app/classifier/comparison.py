"""Two models side by side on the same clips: which is better, and is that more than chance?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, Self

import numpy as np
from numpy.typing import NDArray

from genre_app.classifier.evaluation import (
    Evaluation,
    evaluate_guesses,
    evaluation_from_json,
    evaluation_to_json,
    mcnemar_p_value,
)
from genre_app.classifier.head import Head
from genre_app.classifier.model_version import ModelVersion, read_model_files
from genre_app.classifier.replay import Examples, has_reference, read_anchor, read_replay
from genre_app.translation import QT_TRANSLATE_NOOP, in_english

SIGNIFICANCE: Final = 0.05
"""A difference that chance alone makes more often than this counts as none."""

Verdict = Literal["better", "perhaps-better", "same", "perhaps-worse", "worse"]

_OWN: Final[dict[Verdict, str]] = {
    "better": QT_TRANSLATE_NOOP(
        "comparison", "Better on your %n clip(s): {new_right} right, before {current_right}.", "", 1
    ),
    "perhaps-better": QT_TRANSLATE_NOOP(
        "comparison",
        "Slightly better on your %n clip(s): {new_right} right, before {current_right};"
        " so small a difference may be chance.",
        "",
        1,
    ),
    "same": QT_TRANSLATE_NOOP("comparison", "The same on your %n clip(s): {new_right} right.", "", 1),
    "perhaps-worse": QT_TRANSLATE_NOOP(
        "comparison",
        "Slightly worse on your %n clip(s): {new_right} right, before {current_right};"
        " so small a difference may be chance.",
        "",
        1,
    ),
    "worse": QT_TRANSLATE_NOOP(
        "comparison", "Worse on your %n clip(s): {new_right} right, before {current_right}.", "", 1
    ),
}
_NO_OWN: Final = QT_TRANSLATE_NOOP(
    "comparison", "None of your clips is kept for validation yet, so only the reference set can tell."
)
_NO_REFERENCE: Final = QT_TRANSLATE_NOOP(
    "comparison",
    "Whether it has forgotten anything can't be measured here: its network has changed, and the sound of the"
    " reference set isn't on this computer.",
)
_REFERENCE: Final[dict[Verdict, str]] = {
    "better": QT_TRANSLATE_NOOP(
        "comparison", "Better on the reference set: {new_percent}% right, before {current_percent}%."
    ),
    "perhaps-better": QT_TRANSLATE_NOOP(
        "comparison",
        "The same on the reference set within chance: {new_percent}% right, before {current_percent}%.",
    ),
    "same": QT_TRANSLATE_NOOP("comparison", "The same on the reference set: {new_percent}% right."),
    "perhaps-worse": QT_TRANSLATE_NOOP(
        "comparison",
        "The same on the reference set within chance: {new_percent}% right, before {current_percent}%.",
    ),
    "worse": QT_TRANSLATE_NOOP(
        "comparison",
        "Worse on the reference set by more than chance explains: {new_percent}% right,"
        " before {current_percent}%.",
    ),
}

Reason = Literal[
    "worse-on-reference", "worse-on-own", "better-on-own", "better-on-reference", "new-genres",
    "new-genres-untested", "new-genres-not-learned", "no-worse", "no-better",
]  # fmt: skip
REASONS: Final[dict[Reason, str]] = {
    "worse-on-reference": QT_TRANSLATE_NOOP(
        "comparison", "Discard it: it has forgotten some of what the current model knows."
    ),
    "worse-on-own": QT_TRANSLATE_NOOP(
        "comparison", "Discard it: it understands your own clips less well than the current model."
    ),
    "better-on-own": QT_TRANSLATE_NOOP("comparison", "Keep it: it understands your own clips better."),
    "better-on-reference": QT_TRANSLATE_NOOP("comparison", "Keep it: it is better on the reference set."),
    "new-genres": QT_TRANSLATE_NOOP(
        "comparison", "Keep it: it knows genres that the current model does not, and has forgotten nothing."
    ),
    "new-genres-untested": QT_TRANSLATE_NOOP(
        "comparison",
        "Keep it: it has forgotten nothing. No validation clip tells if it knows the new genres.",
    ),
    "new-genres-not-learned": QT_TRANSLATE_NOOP(
        "comparison", "Discard it: it does not recognise the new genres yet. Add more clips of them."
    ),
    "no-worse": QT_TRANSLATE_NOOP(
        "comparison", "Keep it: it has learned from more clips of yours, and is as good as the current model."
    ),
    "no-better": QT_TRANSLATE_NOOP("comparison", "Discard it: nothing shows that it is better."),
}
"""What to do, and why, for each reason (English source texts, translation context ``comparison``)."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What a model answers about clips whose genre is known.

    Attributes:
        clip: str (n,), a name for each clip, all different.
        truth: str (n,), their genres; the model need not know them.
        genres: that the model knows.
        probabilities: float64 (n, number of genres).
        threshold: the model's confidence threshold.
    """

    clip: NDArray[np.str_]
    truth: NDArray[np.str_]
    genres: tuple[str, ...]
    probabilities: NDArray[np.float64]
    threshold: float

    @property
    def right(self) -> NDArray[np.bool_]:
        """Whether the best guess is right, bool (n,)."""
        return np.asarray(np.array(self.genres)[self.probabilities.argmax(axis=1)] == self.truth)

    def where(self, chosen: NDArray[np.int_]) -> Answers:
        """Return the answers about the clips with the indices `chosen`."""
        return Answers(
            self.clip[chosen], self.truth[chosen], self.genres, self.probabilities[chosen], self.threshold
        )

    def evaluation(self, genres: Sequence[str]) -> Evaluation:
        """Return how good the answers are.

        Args:
            genres: at least those that the model knows and those that the clips have, in the order wanted.
        """
        index = {genre: i for i, genre in enumerate(genres)}
        own = np.array([index[genre] for genre in self.genres])
        confidence = self.probabilities.max(axis=1)
        return evaluate_guesses(
            np.array([index[str(genre)] for genre in self.truth], dtype=np.int64),
            own[self.probabilities.argmax(axis=1)],
            confidence,
            confidence >= self.threshold,
            genres,
        )


@dataclass(frozen=True, slots=True)
class SetComparison:
    """Two models on the same clips.

    Attributes:
        new, current: how good each is; both with the same list of genres.
        gained: how many clips only the new one gets right.
        lost: how many only the current one.
        p_value: how likely so large a difference is by chance (McNemar's exact test).
    """

    new: Evaluation
    current: Evaluation
    gained: int
    lost: int
    p_value: float

    @property
    def verdict(self) -> Verdict:
        """What the clips say about the new model; "perhaps" if it may well be chance."""
        if self.gained == self.lost:
            return "same"
        if self.gained > self.lost:
            return "better" if self.p_value < SIGNIFICANCE else "perhaps-better"
        return "worse" if self.p_value < SIGNIFICANCE else "perhaps-worse"


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence that can be translated.

    Attributes:
        template: English source text, translation context ``comparison``.
        parameters: that it is filled with.
        n: of how many clips it tells, ``%n`` in the template, if that matters for its grammar.
    """

    template: str
    parameters: dict[str, str]
    n: int | None = None

    @property
    def text(self) -> str:
        """The sentence in English."""
        return in_english(self.template, self.n).format_map(self.parameters)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A new model and the current one.

    Attributes:
        new, current: their ids.
        reference: on the fixed validation set; None if one of the two can't be asked about it.
        own: on the user's validation clips; None if there are none.
        new_genres: those that only the new one knows.
    """

    new: str
    current: str
    reference: SetComparison | None
    own: SetComparison | None
    new_genres: tuple[str, ...]

    @property
    def reason(self) -> Reason:
        """Why to keep the new model, or to discard it."""
        own = "same" if self.own is None else self.own.verdict
        reference = "same" if self.reference is None else self.reference.verdict
        if reference == "worse":
            return "worse-on-reference"
        if own == "worse":
            return "worse-on-own"
        if reference == "better":
            return "better-on-reference"
        if own in ("better", "perhaps-better"):
            return "better-on-own"
        if own == "perhaps-worse":
            return "worse-on-own"
        if self.reference is None:
            return "no-better"
        if self.new_genres:
            return self._reason_of_new_genres()
        return "no-worse" if self.reference.gained >= self.reference.lost else "no-better"

    def _reason_of_new_genres(self) -> Reason:
        scores = () if self.own is None else self.own.new.per_genre
        names = () if self.own is None else self.own.new.genres
        new = [one for name, one in zip(names, scores, strict=True) if name in self.new_genres]
        clips = sum(one.n for one in new)
        if not clips:
            return "new-genres-untested"
        right = sum(one.recall * one.n for one in new)
        return "new-genres" if 2 * right >= clips else "new-genres-not-learned"

    @property
    def keep(self) -> bool:
        """Whether keeping the new model is recommended."""
        return self.reason not in (
            "worse-on-reference", "worse-on-own", "new-genres-not-learned", "no-better",
        )  # fmt: skip

    @property
    def needs_confirmation(self) -> bool:
        """Whether the new model must not become active unasked.

        It is worse on the reference set by more than chance explains, or nobody knows whether it is.
        """
        return self.reference is None or self.reference.verdict == "worse"

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """What was found and what to do, in plain words."""
        reference = Sentence(_NO_REFERENCE, {})
        if self.reference is not None:
            reference = Sentence(
                _REFERENCE[self.reference.verdict],
                {
                    "new_percent": f"{100 * self.reference.new.accuracy:.1f}",
                    "current_percent": f"{100 * self.reference.current.accuracy:.1f}",
                },
            )
        own = Sentence(_NO_OWN, {})
        if self.own is not None:
            rights = (round(one.accuracy * one.n) for one in (self.own.new, self.own.current))
            new, current = map(str, rights)
            parameters = {"new_right": new, "current_right": current}
            own = Sentence(_OWN[self.own.verdict], parameters, self.own.new.n)
        return own, reference, Sentence(REASONS[self.reason], {})

    def to_json(self) -> dict[str, Any]:
        """Return everything as what JSON can hold."""
        return {
            "new": self.new,
            "current": self.current,
            "reference": None if self.reference is None else _set_to_json(self.reference),
            "own": None if self.own is None else _set_to_json(self.own),
            "new_genres": list(self.new_genres),
            "keep": self.keep,
            "needs_confirmation": self.needs_confirmation,
            "reason": self.reason,
            "sentences": [sentence.text for sentence in self.sentences],
        }

    @classmethod
    def from_json(cls, stored: object) -> Self:
        """Return the comparison that `to_json` gave. What follows from the numbers is not read but derived.

        Raises:
            ValueError: if it is none.
        """
        try:
            if not isinstance(stored, dict):
                raise TypeError(f"{type(stored).__name__}")
            reference, own = stored["reference"], stored["own"]
            return cls(
                new=str(stored["new"]),
                current=str(stored["current"]),
                reference=None if reference is None else _set_from_json(reference),
                own=None if own is None else _set_from_json(own),
                new_genres=tuple(map(str, stored["new_genres"])),
            )
        except (LookupError, TypeError) as error:
            raise ValueError(f"no comparison: {error!r}") from error


def answers_of_head(
    head: Head, genres: tuple[str, ...], threshold: float, examples: Examples, names: tuple[str, ...]
) -> Answers:
    """Return what a head answers about `examples`, whose labels are indices into `names`.

    Those that are no music are left out.
    """
    music = examples.where(examples.label >= 0)
    return Answers(
        clip=music.clip,
        truth=np.array(names)[music.label],
        genres=genres,
        probabilities=head.probabilities(music.embedding),
        threshold=threshold,
    )


def reference_answers(version: ModelVersion) -> Answers | None:
    """Return what `version` answers about the fixed validation set, by the files it consists of.

    None if its network never heard that set (`has_reference`).

    Raises:
        ModelDamagedError: if a file is missing or not what it must be.
    """
    _, head = read_model_files(version)
    if not has_reference(version):
        return None
    anchor = read_anchor(version)
    valid = read_replay(version, anchor).valid
    return answers_of_head(head, version.genres, version.confidence_threshold, valid, anchor.genres)


def compare(
    new: str,
    current: str,
    reference: tuple[Answers, Answers] | None,
    own: tuple[Answers, Answers] | None,
    *,
    genres: tuple[Sequence[str], Sequence[str]] | None = None,
) -> Comparison:
    """Compare two models.

    Args:
        new: id of the one.
        current: id of the other.
        reference: what the two answer about the fixed validation set; None if one can't be asked.
        own: what the two answer about the user's validation clips, if there are any.
        genres: that the two know; those of their answers about the reference set if None.

    Raises:
        ValueError: if both can be asked about the reference set, and have not one clip of it in common.
    """
    pair = None if reference is None else _paired(*reference)
    if pair is not None and not pair[0].clip.size:
        raise ValueError("the two models have no clip in common that they could be compared on")
    own_pair = None if own is None else _paired(*own)
    if genres is None:
        if reference is None:
            raise ValueError("it is not said which genres the two models know")
        genres = reference[0].genres, reference[1].genres
    added = tuple(genre for genre in genres[0] if genre not in genres[1])
    return Comparison(
        new=new,
        current=current,
        reference=None if pair is None else _compared(*pair),
        own=None if own_pair is None or not own_pair[0].clip.size else _compared(*own_pair),
        new_genres=added,
    )


def _paired(new: Answers, current: Answers) -> tuple[Answers, Answers]:
    """Return the answers of both about the clips that both were asked about, in one order."""
    _, of_new, of_current = np.intersect1d(new.clip, current.clip, return_indices=True)
    return new.where(of_new), current.where(of_current)


def _compared(new: Answers, current: Answers) -> SetComparison:
    genres = list(dict.fromkeys([*new.genres, *current.genres, *map(str, np.unique(new.truth))]))
    gained = int((new.right & ~current.right).sum())
    lost = int((current.right & ~new.right).sum())
    return SetComparison(
        new.evaluation(genres), current.evaluation(genres), gained, lost, mcnemar_p_value(gained, lost)
    )


def _set_to_json(comparison: SetComparison) -> dict[str, Any]:
    return {
        "genres": list(comparison.new.genres),
        "new": evaluation_to_json(comparison.new),
        "current": evaluation_to_json(comparison.current),
        "gained": comparison.gained,
        "lost": comparison.lost,
        "p_value": comparison.p_value,
        "verdict": comparison.verdict,
    }


def _set_from_json(stored: Any) -> SetComparison:
    new, current = evaluation_from_json(stored["new"]), evaluation_from_json(stored["current"])
    gained, lost = int(stored["gained"]), int(stored["lost"])
    if new.genres != current.genres or new.n != current.n or min(gained, lost) < 0 or gained + lost > new.n:
        raise ValueError("no comparison: its two sides do not fit each other")
    return SetComparison(new, current, gained, lost, mcnemar_p_value(gained, lost))
