from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from genre_app.classifier import versions
from genre_app.classifier.classifier import Classifier
from genre_app.classifier.comparison import reference_answers
from genre_app.classifier.errors import ModelDamagedError
from genre_app.classifier.model_version import (
    ModelVersion,
    active_model_id,
    find_model,
    read_model_version,
    verify_model_files,
)
from genre_app.classifier.replay import read_anchor, read_replay
from genre_app.dataset.records import TrainingArrays
from genre_app.directories import models_directory
from genre_app.processes import module_environment
from genre_app.progress import Cancelled, Progress
from genre_app.training import quick
from genre_app.training.errors import NothingToLearnError, UnlearnableDataError, VerificationError
from genre_app.training.events import Epoch, Event, Notice, Phase
from genre_app.training.quick import QuickResult, QuickSettings, compare_versions, quick_retrain
from tests.tiny_model import GENRES, GROUPS, group_embeddings, replay_bytes, write_model
from tests.unit.training.quality import add_clips, teach_left_out_genre


@pytest.fixture
def parent(tiny_backbone: bytes) -> ModelVersion:
    return read_model_version(
        write_model(models_directory() / "start", tiny_backbone, replay=replay_bytes(), parent="base")
    )


def clips(
    genre: list[str], *, valid: int = 0, copies: int = 0, windows: int = 2, seed: int = 0, first_id: int = 1
) -> TrainingArrays:
    """Clips whose genre is heard by the group of bands; "polka" is two groups at once."""
    rng = np.random.default_rng(seed)
    rows = [(c, copy) for c in range(len(genre)) for copy in range(1 + copies) for _ in range(windows)]
    which = np.array([GENRES.index(genre[c]) if genre[c] in GENRES else 0 for c, _ in rows])
    embedding = group_embeddings(which, rng)
    for row, (c, _) in enumerate(rows):
        if genre[c] not in GENRES:
            embedding[row] = rng.uniform(0.1, 0.3, GROUPS)
            embedding[row, [0, GROUPS - 1]] = rng.uniform(0.5, 0.9, 2)
    return TrainingArrays(
        embedding=embedding.astype(np.float32),
        genre=np.array([genre[c] for c, _ in rows]),
        weight=np.full(len(rows), 1 / windows, np.float32),
        split=np.array(["valid" if c >= len(genre) - valid else "train" for c, _ in rows]),
        clip_id=np.array([first_id + c for c, _ in rows]),
        is_copy=np.array([copy > 0 for _, copy in rows]),
    )


def taken(arrays: TrainingArrays, rows: np.ndarray) -> TrainingArrays:
    return TrainingArrays(*(getattr(arrays, name)[rows] for name in TrainingArrays.__slots__))


def retrain(arrays: TrainingArrays, parent: ModelVersion) -> tuple[QuickResult, list[Event]]:
    events: list[Event] = []
    return quick_retrain(arrays, parent, QuickSettings(), Progress(), events.append), events


def test_a_new_genre_comes_out_as_a_version_that_knows_it(parent: ModelVersion) -> None:
    arrays = clips(["polka"] * 10 + ["blues"] * 3, copies=2)
    arrays = taken(arrays, np.random.default_rng(0).permutation(len(arrays.genre)))
    split = np.where(arrays.clip_id >= 9, "valid", arrays.split)
    result, events = retrain(replace(arrays, split=split), parent)

    version = result.version
    assert version.genres == (*GENRES, "polka")
    assert version.parent == "start"
    assert active_model_id() == "base", "nothing becomes active unasked"
    assert [one.phase for one in events if isinstance(one, Phase)] == ["data", "fit", "evaluation", "saving"]
    epochs = [one for one in events if isinstance(one, Epoch)]
    assert [one.epoch for one in epochs] == list(range(len(epochs)))
    assert epochs[result.best_epoch].best

    verify_model_files(version)
    classifier = Classifier.load(version.id)
    unseen = clips(["polka"] * 40, windows=1, seed=9).embedding
    p = classifier.head.probabilities(unseen)
    assert (p.argmax(axis=1) == len(GENRES)).mean() >= 0.8
    assert result.comparison.new_genres == ("polka",)
    assert result.comparison.own is not None
    assert result.comparison.own.new.accuracy > result.comparison.own.current.accuracy
    assert result.comparison.keep
    assert result.comparison.reference.lost <= result.comparison.reference.gained

    training = json.loads((version.directory / "model.json").read_bytes())["training"]
    assert training["clips"] == {"polka": 8}
    assert (training["copies"], training["valid_clips"]) == (16, 5)
    assert len(training["epochs"]) == len(epochs)
    assert training["settings"]["seed"] == training["seed"] == 0
    assert {"numpy", "scipy", "ai-edge-litert", "genre-app"} <= training["versions"].keys()
    assert training["comparison"] == result.comparison.to_json()


def test_its_metrics_are_what_its_files_answer(parent: ModelVersion) -> None:
    version = retrain(clips(["polka"] * 8, valid=2), parent)[0].version
    measured = reference_answers(version).evaluation(version.genres)
    assert version.metrics["accuracy"] == measured.accuracy
    assert version.metrics["ece"] == measured.ece
    assert version.metrics["n"] == 32
    assert version.metrics["own"]["n"] == 2


class TestReproducible:
    def test_the_same_data_give_the_same_head_bit_for_bit(self, parent: ModelVersion) -> None:
        arrays = clips(["polka"] * 5 + ["pop"] * 5, valid=2, copies=1)
        rng = np.random.default_rng(0)
        order = rng.permutation(len(arrays.genre))
        # Neither the order of rows nor the numbers that the database gave the clips matter.
        shuffled = taken(arrays, order)
        again = replace(shuffled, clip_id=shuffled.clip_id * 7 + 100)
        first, second = retrain(arrays, parent)[0].version, retrain(again, parent)[0].version
        assert first.files == second.files
        assert first.data_fingerprint == second.data_fingerprint
        assert (first.temperature, first.confidence_threshold) == (
            second.temperature,
            second.confidence_threshold,
        )

    def test_other_data_have_another_fingerprint(self, parent: ModelVersion) -> None:
        arrays = clips(["polka"] * 5)
        embedding = arrays.embedding.copy()
        embedding[0, 0] += 1e-3
        variants = [
            arrays,
            replace(arrays, embedding=embedding),
            replace(arrays, genre=np.where(arrays.clip_id == 1, "pop", arrays.genre)),
            replace(arrays, split=np.where(arrays.clip_id == 1, "valid", arrays.split)),
            taken(arrays, np.arange(8)),
        ]
        assert len({retrain(one, parent)[0].version.data_fingerprint for one in variants}) == len(variants)

    def test_a_second_retrain_does_not_depend_on_the_first(self, parent: ModelVersion) -> None:
        """Each starts from the anchor; pressing the button twice is pressing it once."""
        arrays = clips(["polka"] * 8, valid=2)
        first = retrain(arrays, parent)[0].version
        second = retrain(arrays, first)[0]
        assert second.version.files == first.files
        assert second.version.parent == first.id
        assert second.comparison.reference.verdict == "same"
        without = retrain(clips(["pop"] * 8), first)[0].version
        assert without.genres == GENRES


class TestLeakage:
    def test_validation_clips_leave_no_trace_in_what_is_learned(self, parent: ModelVersion) -> None:
        """Only in when it stops and how it is calibrated."""
        train = clips(["polka"] * 6)
        seen = []
        for seed in (1, 2):
            valid = clips(["polka"] * 3, valid=3, copies=1, seed=seed, first_id=50)
            both = TrainingArrays(
                *(
                    np.concatenate([getattr(train, name), getattr(valid, name)])
                    for name in TrainingArrays.__slots__
                )
            )
            anchor = read_anchor(parent)
            seen.append(quick.gather_lessons(both, anchor, read_replay(parent, anchor)).train)
        for name in ("embedding", "target", "weight"):
            assert getattr(seen[0], name).tobytes() == getattr(seen[1], name).tobytes()

    def test_the_fixed_validation_set_is_not_learned_from(self, parent: ModelVersion) -> None:
        anchor = read_anchor(parent)
        replay = read_replay(parent, anchor)
        lessons = quick.gather_lessons(clips(["pop"] * 6, valid=2), anchor, replay)
        learned = {row.tobytes() for row in lessons.train.embedding}
        assert not learned & {row.tobytes() for row in replay.valid.embedding}
        assert len(lessons.train.weight) == len(replay.train.label) + 8

    def test_copies_of_validation_clips_count_for_nothing(self, parent: ModelVersion) -> None:
        anchor = read_anchor(parent)
        arrays = clips(["pop"] * 6, valid=2, copies=3)
        lessons = quick.gather_lessons(arrays, anchor, read_replay(parent, anchor))
        assert lessons.n_own_valid == 4
        assert len(lessons.train.weight) == 64 + 4 * 4 * 2


class TestWeights:
    @pytest.mark.parametrize(("copies", "windows"), [(0, 1), (0, 7), (4, 3)])
    def test_a_clip_counts_as_one(self, copies: int, windows: int, parent: ModelVersion) -> None:
        anchor = read_anchor(parent)
        arrays = clips(["pop"] * 5, copies=copies, windows=windows)
        weight = quick.gather_lessons(arrays, anchor, read_replay(parent, anchor)).train.weight[64:]
        assert weight.sum() == pytest.approx(5.0)

    def test_very_many_windows_are_thinned_evenly(
        self, parent: ModelVersion, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(quick, "MAX_ROWS", 50)
        anchor = read_anchor(parent)
        arrays = clips(["pop"] * 10, windows=20)
        weight = quick.gather_lessons(arrays, anchor, read_replay(parent, anchor)).train.weight[64:]
        assert len(weight) == 50
        assert weight.sum() == pytest.approx(10.0)
        np.testing.assert_allclose(weight, 0.2)


class TestRefused:
    def assert_nothing_came(self) -> None:
        assert [path.name for path in models_directory().iterdir()] == ["start"]

    def test_without_training_clips(self, parent: ModelVersion) -> None:
        nothing = clips([])
        for arrays in (clips(["pop"] * 3, valid=3), replace(nothing, embedding=np.empty((0, 0), np.float32))):
            with pytest.raises(NothingToLearnError):
                retrain(arrays, parent)
        self.assert_nothing_came()

    def test_embeddings_of_another_backbone(self, parent: ModelVersion) -> None:
        arrays = clips(["pop"] * 3)
        with pytest.raises(UnlearnableDataError, match="expected"):
            retrain(replace(arrays, embedding=arrays.embedding[:, :7]), parent)
        bad = arrays.embedding.copy()
        bad[1, 1] = np.nan
        with pytest.raises(UnlearnableDataError, match="not a number"):
            retrain(replace(arrays, embedding=bad), parent)
        self.assert_nothing_came()

    def test_a_damaged_parent(self, parent: ModelVersion) -> None:
        for name in ("backbone.tflite", "replay.npz", "head.npz"):
            path = parent.directory / name
            content = path.read_bytes()
            path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
            with pytest.raises(ModelDamagedError, match=name):
                retrain(clips(["pop"] * 3), parent)
            path.write_bytes(content)
        self.assert_nothing_came()

    def test_a_version_that_answers_otherwise_than_measured(
        self, parent: ModelVersion, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        honest = quick.head_bytes
        monkeypatch.setattr(quick, "head_bytes", lambda head: honest(replace(head, bias=head.bias[::-1])))
        with pytest.raises(VerificationError):
            retrain(clips(["pop"] * 3), parent)
        self.assert_nothing_came()

    @pytest.mark.parametrize("after", ["data", "fit", "epoch", "evaluation"])
    def test_cancelled(self, after: str, parent: ModelVersion) -> None:
        progress = Progress()

        def cancel(event: Event) -> None:
            if event.event == after or (isinstance(event, Phase) and event.phase == after):
                progress.cancel()

        with pytest.raises(Cancelled):
            quick_retrain(clips(["pop"] * 3), parent, QuickSettings(), progress, cancel)
        self.assert_nothing_came()


def test_a_genre_that_is_only_in_validation_is_told(parent: ModelVersion) -> None:
    result, events = retrain(clips(["pop"] * 4 + ["polka"] * 2, valid=2), parent)
    assert result.version.genres == GENRES
    notices = [one for one in events if isinstance(one, Notice)]
    assert [(one.code, one.parameters) for one in notices] == [("genre-not-learned", {"genre": "polka"})]
    assert result.version.metrics["own"]["accuracy"] == 0.0


def test_the_threshold_is_not_below_the_anchors_and_does_not_creep_up(
    tiny_backbone: bytes, parent: ModelVersion
) -> None:
    strict = read_model_version(
        write_model(
            models_directory() / "strict",
            tiny_backbone,
            replay=replay_bytes(),
            thresholds={"confidence": 0.97},
        )
    )
    version = strict
    for _ in range(3):
        version = retrain(clips(["pop"] * 3), version)[0].version
        assert version.confidence_threshold == pytest.approx(0.97)


def test_two_versions_can_be_compared_later(parent: ModelVersion) -> None:
    arrays = clips(["polka"] * 10, valid=3)
    new = retrain(arrays, parent)[0]
    again = compare_versions(new.version, parent, lambda _: arrays)
    assert again.to_json() == new.comparison.to_json()
    back = compare_versions(parent, new.version, lambda _: None)
    assert back.own is None
    assert back.reference.gained == new.comparison.reference.lost


def test_a_version_stays_whole_without_its_parent(parent: ModelVersion, tmp_path: Path) -> None:
    version = retrain(clips(["polka"] * 4), parent)[0].version
    versions.delete(parent.id)
    versions.export(version.id, tmp_path / "x.zip")
    versions.delete(version.id)
    back = versions.import_archive(tmp_path / "x.zip")
    assert retrain(clips(["polka"] * 4), back)[0].version.files == version.files


def test_tensorflow_is_not_imported() -> None:
    code = (
        "import sys\n"
        "import genre_app.training.quick, genre_app.training.trainer, genre_app.training.trainer_process\n"
        "assert not {'tensorflow', 'keras'} & sys.modules.keys()"
    )
    subprocess.run([sys.executable, "-c", code], env=module_environment(), check=True)


class TestShippedModel:
    """What a retrain of the real embeddings is worth. Everything is compared, no figure is fixed."""

    @pytest.fixture
    def base(self) -> Iterator[ModelVersion]:
        # As in the training process: more threads than there are idle processors only wait for each other.
        with threadpool_limits(1):
            yield read_model_version(find_model("base"))

    def test_a_genre_that_was_never_taught_is_learned_from_ten_clips(self, base: ModelVersion) -> None:
        taught = [teach_left_out_genre(base, genre, seed=0) for genre in range(10)]
        # How well one genre can be told apart at all depends on the backbone; on the whole it must be good.
        assert np.mean([one.recall for one in taught]) >= 0.8
        assert np.mean([one.drop for one in taught]) <= 0.02

    def test_fifty_more_clips_never_make_it_worse(self, base: ModelVersion) -> None:
        outcomes = [add_clips(base, seed) for seed in range(20)]
        assert all(outcome.p_value > 0.05 or outcome.gained > outcome.lost for outcome in outcomes)
        assert sum(outcome.gained for outcome in outcomes) >= sum(outcome.lost for outcome in outcomes)
