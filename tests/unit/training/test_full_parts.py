"""The parts of a full training that need no network."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from genre_app.classifier.replay import Examples, Replay
from genre_app.dataset.records import Counts, MissingEmbedding
from genre_app.training import full_checkpoint, run_files
from genre_app.training.errors import NothingToResumeError, ResumeChangedError
from genre_app.training.full_alignment import align
from genre_app.training.full_checkpoint import CheckpointError, read_arrays, write_checkpoint
from genre_app.training.full_features import Item, LogMelCache, fingerprint
from genre_app.training.full_lessons import CROP_FRAMES, TrainingParts, validation_windows, weights_of_items
from genre_app.training.full_reference import find_sounds, heard_again
from genre_app.training.full_run import (
    FORMAT,
    discard_resumable_training,
    missing_for_full_training,
    read_state,
    resumable_training,
)
from genre_app.training.full_settings import FullSettings, settings_of

ARRAYS = {"a": np.arange(6, dtype=np.float32).reshape(2, 3), "n": np.array(7, np.int64)}
STATE = {
    "format": FORMAT,
    "parent": "base",
    "seed": 4,
    "settings": {"epochs": 9, "head": {}},
    "fingerprint": "f",
    "started": "2026-01-01T00:00:00+00:00",
    "epochs_done": [{}, {}, {}],
}


def item(number: int, genre: str = "blues", split: str = "train", copy: int = 0) -> Item:
    recipe = f"recipe {copy}" if copy else None
    source = MissingEmbedding(f"{number:064x}", f"{copy:064x}" if copy else "", number, Path(), 2.0, recipe)
    return Item(source, genre, split)


@pytest.fixture
def cache(tmp_path: Path) -> LogMelCache:
    """A cache whose clips are one value each: their number."""
    folder = tmp_path / "log-mels"
    folder.mkdir()
    for number in range(20):
        with (folder / f"{number:064x}-clip-1.npy").open("wb") as file:
            np.save(file, np.full((2, 128, 336), number, np.uint8))
    return LogMelCache(folder)


class TestEnough:
    @pytest.mark.parametrize(
        ("counts", "enough"),
        [
            ({"blues": Counts(15, 3, 0), "jazz": Counts(15, 2, 0)}, True),
            ({"blues": Counts(15, 3, 0), "jazz": Counts(14, 2, 0)}, False),
            ({"blues": Counts(15, 3, 0), "jazz": Counts(15, 1, 99)}, False),
            ({"blues": Counts(28, 5, 0), "jazz": Counts(2, 2, 0)}, False),
            ({}, False),
        ],
    )
    def test_counts(self, counts: dict[str, Counts], enough: bool) -> None:
        assert (missing_for_full_training(counts) is None) == enough

    def test_the_message_says_what_there_is(self) -> None:
        error = missing_for_full_training({"blues": Counts(12, 1, 0), "jazz": Counts(2, 0, 0)})
        assert error is not None
        assert "has 14 to learn from, 1 such genres, and 1 for validation" in error.message


class TestAlignment:
    RNG = np.random.default_rng(0)
    OLD = RNG.uniform(0.5, 1.0, (400, 12))
    CLIP = np.repeat(np.arange(40), 10)

    def test_a_linear_change_is_found(self) -> None:
        turn = np.eye(12) + self.RNG.normal(0.0, 0.1, (12, 12))
        new = self.OLD @ turn + 0.3
        found = align(self.OLD, new, self.CLIP)
        unseen = self.RNG.uniform(0.5, 1.0, (50, 12))
        np.testing.assert_allclose(found(unseen), np.maximum(unseen @ turn + 0.3, 0.0), atol=0.01)
        assert found.left < 0.01

    def test_noise_is_not_predicted(self) -> None:
        found = align(self.OLD, self.OLD + self.RNG.normal(0.0, 0.1, self.OLD.shape), self.CLIP)
        assert 0.9 < found.left < 1.3
        assert np.abs(found(self.OLD) - self.OLD).max() < 0.1

    def test_no_change_is_none(self) -> None:
        found = align(self.OLD, self.OLD, self.CLIP)
        np.testing.assert_allclose(found(self.OLD), self.OLD, atol=1e-6)
        assert found.left == 0.0

    def test_a_single_clip(self) -> None:
        found = align(self.OLD[:10], self.OLD[:10] + 0.1, self.CLIP[:10])
        np.testing.assert_allclose(found(self.OLD), self.OLD + 0.1, atol=1e-3)


class TestCheckpoint:
    def test_there_and_back(self) -> None:
        state = write_checkpoint({"x": 1}, {"last": ARRAYS, "best": {"b": ARRAYS["a"].T}})
        stored = json.loads(run_files.full_state_file().read_bytes())
        assert stored == state
        again = read_arrays(stored, "last")
        assert {name: (one.shape, one.dtype) for name, one in again.items()} == {
            name: (one.shape, one.dtype) for name, one in ARRAYS.items()
        }
        np.testing.assert_array_equal(again["a"], ARRAYS["a"])
        np.testing.assert_array_equal(read_arrays(stored, "best")["b"], ARRAYS["a"].T)

    def test_only_what_is_named_stays(self) -> None:
        state = write_checkpoint({}, {"last": ARRAYS, "best": ARRAYS})
        state = write_checkpoint(state, {"last": {"a": np.ones(3)}})
        assert len(list(run_files.full_directory().glob("*.safetensors"))) == 2
        np.testing.assert_array_equal(read_arrays(state, "best")["a"], ARRAYS["a"])

    def test_ended_before_the_last_step_the_one_before_is_whole(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write_checkpoint({"n": 1}, {"last": ARRAYS})

        def killed(*_: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(full_checkpoint, "replace_file", killed)
        with pytest.raises(KeyboardInterrupt):
            write_checkpoint({"n": 2}, {"last": {"a": np.ones(3)}})
        stored = json.loads(run_files.full_state_file().read_bytes())
        assert stored["n"] == 1
        np.testing.assert_array_equal(read_arrays(stored, "last")["a"], ARRAYS["a"])

    @pytest.mark.parametrize("damage", ["flip", "gone", "unnamed", "elsewhere"])
    def test_damage_is_noticed(self, damage: str) -> None:
        state = write_checkpoint({}, {"last": ARRAYS})
        path = run_files.full_directory() / state["files"]["last"]["file"]
        if damage == "flip":
            content = bytearray(path.read_bytes())
            content[-1] ^= 1
            path.write_bytes(bytes(content))
        elif damage == "gone":
            path.unlink()
        elif damage == "unnamed":
            state["files"] = {}
        else:
            state["files"]["last"]["file"] = f"../full/{path.name}"
        with pytest.raises(CheckpointError):
            read_arrays(state, "last")


class TestResumable:
    def write(self, state: object) -> None:
        run_files.full_directory().mkdir(exist_ok=True)
        run_files.full_state_file().write_text(json.dumps(state))

    def test_none_at_first(self) -> None:
        assert resumable_training() is None
        with pytest.raises(NothingToResumeError):
            settings_of(read_state())

    def test_it_is_found_and_forgotten(self) -> None:
        self.write(STATE)
        found = resumable_training()
        assert found is not None
        assert (found.parent, found.seed, found.epoch, found.epochs) == ("base", 4, 2, 9)
        assert settings_of(read_state()) == FullSettings(epochs=9)
        discard_resumable_training()
        assert resumable_training() is None

    @pytest.mark.parametrize(
        "change",
        [{"format": FORMAT + 1}, {"epochs_done": []}, {"settings": []}, {"seed": "x"}, {"parent": None}],
    )
    def test_what_is_not_usable_is_none(self, change: dict[str, object]) -> None:
        self.write(STATE | change)
        assert resumable_training() is None

    def test_settings_of_another_version_are_refused(self) -> None:
        self.write(STATE | {"settings": {"epochs": 9, "head": {}, "unheard_of": 1}})
        with pytest.raises(ResumeChangedError):
            settings_of(read_state())


def test_the_fingerprint_is_of_sounds_labels_and_splits() -> None:
    items = [item(0), item(1, copy=1)]
    others = ([item(0)], [item(0, "jazz"), items[1]], [item(0, split="valid"), items[1]], [items[0], item(1)])
    assert len({fingerprint(one) for one in (items, *others)}) == 5


class TestWeights:
    def test_a_clip_counts_the_same_with_copies_and_without(self) -> None:
        items = [item(0), item(0, copy=1), item(0, copy=2), item(1)]
        weight = weights_of_items(items)
        assert weight.mean() == pytest.approx(1.0)
        assert weight[:3].sum() == pytest.approx(weight[3])
        assert weight[0] == pytest.approx(weight[1] + weight[2])

    def test_rare_genres_count_more_within_limits(self) -> None:
        items = [item(k) for k in range(9)] + [item(9, "jazz")] + [item(k, "pop") for k in range(10, 13)]
        weight = weights_of_items(items)
        assert weight[9] == pytest.approx(2.0 * weight[10])
        assert weight[0] == pytest.approx(0.5 * weight[10])


class TestParts:
    SETTINGS = FullSettings(batch=4, augmented=0.0)

    def test_an_epoch_hears_each_once_and_is_always_the_same(self, cache: LogMelCache) -> None:
        windows = {item(k, ("blues", "jazz")[k % 2]): 2 for k in range(10)}
        parts = TrainingParts(windows, ("blues", "jazz"), cache, self.SETTINGS)
        batches = list(parts.batches(3))
        assert len(batches) == parts.steps == 3
        heard = [part.item for batch in batches for part in batch.parts]
        assert sorted(heard) == list(range(10))
        for batch in batches:
            assert batch.clean.shape[1:] == (128, CROP_FRAMES, 1)
            np.testing.assert_array_equal(batch.clean, batch.heard)
            np.testing.assert_array_equal(batch.label, [part.item % 2 for part in batch.parts])
            np.testing.assert_allclose(
                batch.clean[:, 0, 0, 0] * 255, [part.item for part in batch.parts], atol=1e-4
            )
        assert [one.parts for one in parts.batches(3)] == [one.parts for one in batches]
        assert [one.parts for one in parts.batches(4)] != [one.parts for one in batches]

    def test_a_large_data_set_has_short_epochs(self, cache: LogMelCache) -> None:
        windows = {item(k): 1 for k in range(20)}
        parts = TrainingParts(windows, ("blues",), cache, FullSettings(batch=4, max_items=8))
        epochs = [{part.item for one in parts.batches(k) for part in one.parts} for k in range(20)]
        assert {len(epoch) for epoch in epochs} == {8}
        assert set().union(*epochs) == set(range(20))

    def test_validation_windows(self, cache: LogMelCache) -> None:
        found = validation_windows({item(3, "jazz"): 2, item(4): 2}, ("blues", "jazz"), cache)
        np.testing.assert_array_equal(found.label, [1, 1, 0, 0])
        np.testing.assert_array_equal(found.clip, [0, 0, 1, 1])
        np.testing.assert_allclose(found.weight, 0.5)
        np.testing.assert_array_equal(found.log_mel[:, 0, 0], [3, 3, 4, 4])


def test_what_is_not_a_log_mel_is_not_loaded(cache: LogMelCache, tmp_path: Path) -> None:
    paths = sorted((tmp_path / "log-mels").iterdir())
    stored = cache.load(item(0))
    assert stored is not None
    assert stored.shape == (2, 128, 336)
    paths[0].write_bytes(paths[0].read_bytes()[:-1])
    with paths[1].open("wb") as file:
        np.save(file, np.zeros((2, 128, 300), np.uint8))
    with paths[2].open("wb") as file:
        np.save(file, np.array([{"pickled": 1}]), allow_pickle=True)
    assert [cache.load(item(k)) for k in (0, 1, 2, 99)] == [None] * 4


class TestReference:
    EXAMPLES = Examples(
        np.ones((2, 3), np.float32), np.zeros(2, np.int64), np.ones(2, np.float32), np.array(["known", "not"])
    )

    def test_without_the_data_there_are_no_sounds(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setenv("GENRE_APP_REFERENCE_DATA", str(tmp_path))
        assert find_sounds(Replay(self.EXAMPLES, self.EXAMPLES), lambda x: x[0]) == {}

    def test_what_is_known_is_heard_and_the_rest_estimated(self) -> None:
        sounds = {"known": np.full((128, 336), 5, np.uint8)}
        steps = []
        again = heard_again(
            self.EXAMPLES, sounds, lambda x: x[0, :3], lambda old: old * 2.0, lambda: steps.append(1)
        )
        np.testing.assert_array_equal(again.embedding, [[5, 5, 5], [2, 2, 2]])
        assert len(steps) == 1
