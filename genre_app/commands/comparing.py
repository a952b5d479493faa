"""How two models compare, as text for a terminal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from genre_app.classifier.comparison import Comparison, SetComparison
from genre_app.classifier.evaluation import Evaluation
from genre_app.terminal import Paint, display_width, padded, printable

_COLUMN: Final = 26


def comparison_text(comparison: Comparison, paint: Paint, *, advise: bool) -> str:
    """Return what `comparison` found in plain words, and the figures behind that, as lines.

    Args:
        comparison: of two models.
        paint: for the terminal.
        advise: whether to say what to do: keep the new model, or discard it.
    """
    own, reference, advice = (sentence.text for sentence in comparison.sentences)
    lines = [own, reference]
    if advise:
        lines.append(paint("bold", advice))
    if comparison.new_genres:
        lines.append(f"New genres: {printable(', '.join(comparison.new_genres))}")
    lines += ["", f"New: {comparison.new}, current: {comparison.current}"]
    if comparison.own is not None:
        lines += ["", *_figures("Your clips", comparison.own, paint)]
    if comparison.reference is not None:
        lines += ["", *_figures("Reference set", comparison.reference, paint)]
    return "\n".join(lines) + "\n"


def accuracy_text(evaluation: Evaluation) -> str:
    """Return the share of right answers, with its interval."""
    low, high = evaluation.accuracy_ci95
    return f"{evaluation.accuracy:.1%} ({low:.1%} to {high:.1%})"


def _figures(name: str, found: SetComparison, paint: Paint) -> list[str]:
    new, current = found.new, found.current
    clips = "1 clip" if new.n == 1 else f"{new.n} clips"
    title = f"{name}, {clips}"
    label_width = max(len(title), len("Right (95% interval)"))
    lines = [paint("bold", f"{title:<{label_width}}  {'new':<{_COLUMN}}current")]

    def row(label: str, figure: Callable[[Evaluation], str]) -> None:
        lines.append(f"{label:<{label_width}}  {figure(new):<{_COLUMN}}{figure(current)}")

    row("Right (95% interval)", accuracy_text)
    row("Macro-F1", lambda one: f"{one.macro_f1:.3f}")
    row("Calibration error", lambda one: f"{one.ece:.3f}")
    row("Sure", lambda one: f"{one.sure:.1%}")
    row("Right when sure", lambda one: _share(one.accuracy_when_sure))
    lines.append(f"{'Only this one right':<{label_width}}  {found.gained:<{_COLUMN}}{found.lost}")
    lines.append(f"{'By chance (McNemar)':<{label_width}}  p = {found.p_value:.3f}")

    width = max(display_width(printable(genre)) for genre in ("Genre", *new.genres))
    head = f"{padded('Genre', width)}  Clips    Recall  current  Precision  current"
    lines += ["", paint("bold", head)]
    for genre, one, other in zip(new.genres, new.per_genre, current.per_genre, strict=True):
        # A genre that neither the clips nor the answers have says nothing.
        if one.n or one.precision or other.precision:
            lines.append(
                f"{padded(printable(genre), width)}  {one.n:>5}  {share_of(one.n, one.recall):>8}"
                f"  {share_of(one.n, other.recall):>7}  {one.precision:>9.1%}  {other.precision:>7.1%}"
            )
    return lines


def _share(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}"


def share_of(n: int, share: float) -> str:
    """Return `share` of `n` as a percentage, or a dash: what no clip tells about is not 0."""
    return _share(share if n else None)
