"""Whatever is done in whatever order: rows, files and splits agree, and undo is exact."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from genre_app.dataset import clip_rows
from genre_app.dataset.data_set import DataSet
from genre_app.dataset.layout import file_name
from tests.unit.dataset.made_clips import add_made, made_clip, made_recipe, snapshot, stored_files

_GENRES = ["rock", "jazz", "케이팝"]
_ARTISTS = ["", "", "A", "b", "C d"]
_BACKBONE = "backbone"


class DataSetMachine(RuleBasedStateMachine):
    """Does what a user does, and keeps its own account of what should come of it."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="genre-app-machine-"))
        self.data_set = DataSet(self.folder / "dataset")
        self.done: list[dict[str, list[tuple[object, ...]]]] = []
        self.undone: list[dict[str, list[tuple[object, ...]]]] = []
        self.files: set[str] = set()
        # Pairs of sample hashes that must never be in different splits.
        self.together: set[frozenset[str]] = set()
        self.known: set[int] = set()

    def teardown(self) -> None:
        self.data_set.close()
        shutil.rmtree(self.folder)

    def _do(self, change: object) -> None:
        before = snapshot(self.data_set)
        change()  # type: ignore[operator]
        if snapshot(self.data_set) != before:
            self.done.append(before)
            self.undone.clear()

    def _some(self, data: st.DataObject) -> list[int]:
        # By number: clips added in the same millisecond have no order of their own.
        ids = sorted(self.data_set.clip_ids())
        return data.draw(st.lists(st.sampled_from(ids), unique=True, min_size=1, max_size=4)) if ids else []

    @initialize(n=st.integers(0, 6))
    def begin(self, n: int) -> None:
        self._do(lambda: self.data_set.create_genre(_GENRES[-1]))
        rows = [(number, made_clip(number, artist=_ARTISTS[number % 5])) for number in range(n)]
        self._do(lambda: add_made(self.data_set, rows))
        self.files = {file_name(row.sample_hash, ".wav") for _, row in rows}
        self.known = set(range(n))

    def _alike(self, number: int) -> list[int]:
        """Return the clips, also in the bin, that the made clip `number` sounded like when it came before."""
        own = made_clip(number).sample_hash
        others = {sample_hash for pair in self.together if own in pair for sample_hash in pair - {own}}
        with self.data_set.database.read() as connection:
            found = [clip_rows.find_by_samples(connection, sample_hash) for sample_hash in sorted(others)]
        return [one[0] for one in found if one is not None]

    def _genre(self, data: st.DataObject) -> str:
        names = {genre.name for genre in self.data_set.genres()}
        return data.draw(st.sampled_from([name for name in _GENRES if name in names]))

    @rule(
        data=st.data(),
        numbers=st.lists(st.integers(0, 12), min_size=1, max_size=3, unique=True),
        artist=st.sampled_from(_ARTISTS),
        recording=st.sampled_from([None, None, "tape"]),
    )
    def add(self, data: st.DataObject, numbers: list[int], artist: str, recording: str | None) -> None:
        genre = self._genre(data)
        near = tuple(self._some(data)[:2]) if data.draw(st.booleans()) else ()
        neighbours = {clip.sample_hash for clip in self.data_set.clips_by_id(near)}
        rows = []
        for number in numbers:
            # What a sound sounds like does not change: only one that never came before may bring news.
            alike = tuple(self._alike(number)) if number in self.known else near
            row = made_clip(number, genre=genre, artist=artist, near=alike, recording=recording)
            rows.append((number, row))
            if number not in self.known:
                self.together |= {frozenset((row.sample_hash, other)) for other in neighbours}
        self.known |= set(numbers)
        self._do(lambda: add_made(self.data_set, rows))
        self.files |= {file_name(row.sample_hash, ".wav") for _, row in rows}

    @rule(data=st.data())
    def relabel(self, data: st.DataObject) -> None:
        ids, genre = self._some(data), self._genre(data)
        self._do(lambda: self.data_set.relabel(ids, genre))
        assert {clip.genre for clip in self.data_set.clips_by_id(ids)} <= {genre}

    @rule(data=st.data(), pinned=st.booleans(), split=st.sampled_from(["valid", "train"]))
    def pin(self, data: st.DataObject, pinned: bool, split: str) -> None:
        ids = self._some(data)
        self._do(lambda: self.data_set.pin(ids, pinned, split))  # type: ignore[arg-type]
        if pinned and split == "valid":
            assert {clip.split for clip in self.data_set.clips_by_id(ids)} <= {"valid"}

    @rule(data=st.data(), artist=st.sampled_from(_ARTISTS))
    def edit(self, data: st.DataObject, artist: str) -> None:
        ids = self._some(data)
        if ids:
            self._do(lambda: self.data_set.edit(ids[0], title="New title", artist=artist))

    @rule(data=st.data(), seeds=st.lists(st.integers(0, 3), min_size=1, max_size=3))
    def add_copies(self, data: st.DataObject, seeds: list[int]) -> None:
        ids = self._some(data)
        copies = [(clip_id, made_recipe(seed)) for clip_id in ids for seed in seeds]
        self._do(lambda: self.data_set.add_copies(copies))
        assert {copy.clip_id for copy in self.data_set.copies()} >= set(ids)

    @rule(data=st.data())
    def remove_copies(self, data: st.DataObject) -> None:
        copies = sorted(copy.id for copy in self.data_set.copies())
        if copies:
            gone = data.draw(st.lists(st.sampled_from(copies), unique=True, max_size=3))
            self._do(lambda: self.data_set.remove_copies(gone))
            assert not {copy.id for copy in self.data_set.copies()} & set(gone)

    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        ids = self._some(data)
        self._do(lambda: self.data_set.remove(ids))
        assert not set(self.data_set.clip_ids()) & set(ids)

    @rule(name=st.sampled_from(["trot", "ambient"]))
    def make_or_remove_genre(self, name: str) -> None:
        names = {genre.name for genre in self.data_set.genres()}
        if name in names:
            self._do(lambda: self.data_set.remove_genre(name))
        else:
            self._do(lambda: self.data_set.create_genre(name))

    @precondition(lambda self: self.done)
    @rule(times=st.integers(1, 4))
    def undo(self, times: int) -> None:
        for _ in range(min(times, len(self.done))):
            now = snapshot(self.data_set)
            assert self.data_set.undo() is not None
            assert snapshot(self.data_set) == self.done.pop()
            self.undone.append(now)

    @precondition(lambda self: self.undone)
    @rule(times=st.integers(1, 4))
    def redo(self, times: int) -> None:
        for _ in range(min(times, len(self.undone))):
            now = snapshot(self.data_set)
            assert self.data_set.redo() is not None
            assert snapshot(self.data_set) == self.undone.pop()
            self.done.append(now)

    @rule()
    def empty_bin(self) -> None:
        before = self.data_set.clips()
        self.data_set.empty_bin()
        # Only a pin that one in the bin contradicted, and so did not hold, is made to say what holds.
        assert [replace(clip, pin=None) for clip in self.data_set.clips()] == [
            replace(clip, pin=None) for clip in before
        ]
        self.files = {file_name(clip.sample_hash, ".wav") for clip in before}
        self.together &= {
            frozenset((one.sample_hash, other.sample_hash)) for one in before for other in before
        }
        self.done.clear()
        self.undone.clear()

    @rule()
    def restart(self) -> None:
        self.data_set.close()
        self.data_set = DataSet(self.folder / "dataset")

    @invariant()
    def rows_and_files_agree(self) -> None:
        assert stored_files(self.data_set.directory) == self.files
        assert self.data_set.check() == []

    @invariant()
    def what_can_be_undone_is_known(self) -> None:
        assert (self.data_set.can_undo is None) == (not self.done)
        assert (self.data_set.can_redo is None) == (not self.undone)

    @invariant()
    def what_belongs_together_is_in_one_split(self) -> None:
        clips = self.data_set.clips()
        by_artist: dict[str, set[str]] = {}
        by_hash = {clip.sample_hash: clip for clip in clips}
        for clip in clips:
            if clip.artist:
                by_artist.setdefault(clip.artist.casefold(), set()).add(clip.split)
        assert all(len(splits) == 1 for splits in by_artist.values())
        for pair in self.together:
            assert len({by_hash[one].split for one in pair if one in by_hash}) <= 1

    @invariant()
    def counts_add_up(self) -> None:
        clips, copies = self.data_set.clips(), self.data_set.copies()
        for genre, counts in self.data_set.counts().items():
            own = [clip for clip in clips if clip.genre == genre]
            assert counts.train + counts.valid == len(own)
            assert counts.copies == sum(clip.n_copies for clip in own)
        assert {copy.clip_id for copy in copies} == {clip.id for clip in clips if clip.n_copies}

    @rule()
    def copies_learn_with_their_source(self) -> None:
        for missing in self.data_set.missing_embeddings(_BACKBONE):
            self.data_set.store_embedding(
                missing.sample_hash, missing.recipe_hash, _BACKBONE, np.ones((2, 3), np.float32)
            )
        arrays = self.data_set.training_arrays(_BACKBONE)
        clips = {clip.id: clip for clip in self.data_set.clips()}
        assert len(arrays.clip_id) == 2 * (len(clips) + len(self.data_set.copies()))
        for clip_id, split, genre in zip(arrays.clip_id, arrays.split, arrays.genre, strict=True):
            assert (split, genre) == (clips[int(clip_id)].split, clips[int(clip_id)].genre)


DataSetMachine.TestCase.settings = settings(
    max_examples=80,
    stateful_step_count=50,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestAnyOrder = DataSetMachine.TestCase
