from __future__ import annotations

import numpy as np
import pytest

from genre_app.classifier.head import Head
from genre_app.progress import Cancelled
from genre_app.training.head_retrain import EpochReport, HeadSettings, Lessons, retrain_head

SIZE, KNOWN = 12, 3


def examples(
    n: int, genres: int, seed: int, *, weight: float = 1.0, only: list[int] | None = None
) -> Lessons:
    """Noisy points around one corner for each genre."""
    rng = np.random.default_rng(seed)
    label = rng.choice(only if only is not None else genres, n)
    embedding = rng.normal(0.0, 0.6, (n, SIZE)) + 2.0 * np.eye(SIZE)[label]
    return Lessons(embedding.astype(np.float32), label, np.eye(genres)[label], np.full(n, weight))


def start(rng: np.random.Generator) -> Head:
    """A head that is a little wrong about the corners."""
    kernel = np.eye(SIZE)[:, :KNOWN] + rng.normal(0.0, 0.4, (SIZE, KNOWN))
    return Head(
        mean=np.full(SIZE, 0.1, np.float32),
        scale=np.full(SIZE, 2.0, np.float32),
        kernel=kernel.astype(np.float32),
        bias=rng.normal(0.0, 0.5, KNOWN).astype(np.float32),
        temperature=1.3,
    )


def joined(*lessons: Lessons) -> Lessons:
    return Lessons(*(np.concatenate([getattr(one, name) for one in lessons]) for name in Lessons.__slots__))


def accuracy(head: Head, lessons: Lessons) -> float:
    return float((head.logits(lessons.embedding).argmax(axis=1) == lessons.label).mean())


def ignore(_: EpochReport) -> None:
    pass


def test_it_learns_and_tells_every_epoch() -> None:
    first = start(np.random.default_rng(0))
    train, valid, unseen = (examples(n, KNOWN, seed) for n, seed in ((60, 1), (60, 2), (400, 3)))
    told: list[EpochReport] = []
    fitted = retrain_head(first, train, valid, HeadSettings(), told.append)
    assert tuple(told) == fitted.epochs
    assert [one.epoch for one in told] == list(range(len(told)))
    assert told[0].valid_accuracy == pytest.approx(accuracy(first, valid))
    assert told[0].accuracy < told[-1].accuracy
    best = fitted.epochs[fitted.best_epoch]
    assert best.best
    assert best.valid_loss == pytest.approx(min(one.valid_loss for one in told), abs=2e-4)
    assert best.valid_accuracy == pytest.approx(accuracy(fitted.head, valid))
    assert accuracy(fitted.head, unseen) > accuracy(first, unseen) + 0.03


def test_without_anything_new_it_stays_where_it_was() -> None:
    """With so heavy a penalty the start is the answer, whatever the standardisation is."""
    first = start(np.random.default_rng(0))
    settings = HeadSettings(penalty=1e6)
    fitted = retrain_head(first, examples(60, KNOWN, 1), examples(60, KNOWN, 2), settings, ignore)
    x = examples(50, KNOWN, 3).embedding
    differences = fitted.head.logits(x) - first.logits(x)
    np.testing.assert_allclose(differences, np.broadcast_to(differences[0], differences.shape), atol=1e-3)


def test_the_same_data_give_the_same_head_bit_for_bit() -> None:
    first = start(np.random.default_rng(0))
    train, valid = examples(60, 4, 1), examples(60, 4, 2)
    one, two = (retrain_head(first, train, valid, HeadSettings(), ignore) for _ in range(2))
    for name in ("mean", "scale", "kernel", "bias"):
        assert getattr(one.head, name).tobytes() == getattr(two.head, name).tobytes()
    assert one.epochs == two.epochs


def test_validation_examples_leave_no_trace_but_in_when_to_stop() -> None:
    first = start(np.random.default_rng(0))
    train = examples(60, KNOWN, 1)
    settings = HeadSettings(patience=1000, epochs=30)
    runs = [retrain_head(first, train, examples(40, KNOWN, seed), settings, ignore) for seed in (2, 3)]
    curves = [[(one.loss, one.accuracy) for one in run.epochs] for run in runs]
    assert curves[0] == curves[1]
    assert runs[0].head.mean.tobytes() == runs[1].head.mean.tobytes()
    assert runs[0].head.scale.tobytes() == runs[1].head.scale.tobytes()


@pytest.mark.parametrize("seen", [True, False], ids=["in validation", "not in validation"])
def test_a_new_genre_of_a_few_examples_is_learned(seen: bool) -> None:
    first = start(np.random.default_rng(0))
    train = joined(examples(90, 4, 1, only=[0, 1, 2]), examples(6, 4, 2, only=[3]))
    valid = examples(60, 4, 3, only=[0, 1, 2])
    if seen:
        valid = joined(valid, examples(2, 4, 4, only=[3]))
    fitted = retrain_head(first, train, valid, HeadSettings(), ignore)
    unseen_new, unseen_old = examples(100, 4, 5, only=[3]), examples(300, 4, 6, only=[0, 1, 2])
    assert accuracy(fitted.head, unseen_new) >= 0.8
    assert accuracy(fitted.head, unseen_old) >= accuracy(first, unseen_old) - 0.02


def test_it_stops_early_and_takes_the_best() -> None:
    first = start(np.random.default_rng(0))
    rng = np.random.default_rng(1)
    train = examples(20, KNOWN, 1)
    label = rng.permutation(train.label)
    wrong = Lessons(train.embedding, label, np.eye(KNOWN)[label], train.weight)
    settings = HeadSettings(penalty=1e-6, patience=3)
    fitted = retrain_head(first, wrong, examples(100, KNOWN, 2), settings, ignore)
    assert len(fitted.epochs) == fitted.best_epoch + 4
    assert accuracy(fitted.head, examples(300, KNOWN, 3)) >= accuracy(first, examples(300, KNOWN, 3)) - 0.05


def test_what_is_no_music_makes_it_unsure() -> None:
    first = start(np.random.default_rng(0))
    rng = np.random.default_rng(5)
    noise = rng.normal(0.0, 0.2, (200, SIZE)).astype(np.float32) - 1.0
    even = Lessons(noise[:100], np.full(100, -1), np.full((100, KNOWN), 1 / KNOWN), np.ones(100))
    valid = examples(60, KNOWN, 2)
    with_it, without = (
        retrain_head(first, train, valid, HeadSettings(penalty=0.01, patience=50), ignore).head
        for train in (joined(examples(90, KNOWN, 1), even), examples(90, KNOWN, 1))
    )
    sure = [head.probabilities(noise[100:]).max(axis=1).mean() for head in (with_it, without)]
    assert sure[0] < sure[1]


def test_it_ends_when_told() -> None:
    def cancel(report: EpochReport) -> None:
        if report.epoch == 2:
            raise Cancelled

    first = start(np.random.default_rng(0))
    with pytest.raises(Cancelled):
        retrain_head(first, examples(60, KNOWN, 1), examples(60, KNOWN, 2), HeadSettings(), cancel)
