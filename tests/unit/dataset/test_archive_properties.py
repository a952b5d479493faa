"""Whatever was done to a data set: an archive carries it elsewhere whole, and back without harm."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from unittest import mock

import numpy as np
from hypothesis import HealthCheck, settings
from hypothesis.stateful import precondition, rule

from genre_app.dataset import archive
from genre_app.dataset.archive import export_archive, import_archive
from genre_app.dataset.data_set import DataSet
from genre_app.dataset.hearing import Heard
from genre_app.dataset.layout import file_name
from genre_app.dataset.near_duplicates import Landmarks
from genre_app.progress import Progress
from tests.unit.dataset.test_archive import contents
from tests.unit.dataset.test_properties import DataSetMachine

_NONE = Landmarks(np.empty(0, np.uint32), np.empty(0, np.uint32), 0)


def hear_made(path: Path, progress: Progress) -> Heard:
    """Hear in the file of a made clip what its row says, without decoding anything."""
    content = path.read_bytes()
    number = int(content.split(b"\n")[0].rpartition(b" ")[2])
    return Heard(
        file_sha256=hashlib.sha256(content).hexdigest(),
        sample_hash=hashlib.sha256(f"samples {number}".encode()).hexdigest(),
        sample_rate=44100,
        channels=2,
        duration=30.0 + number,
        format="WAV",
        title="",
        artist="",
        landmarks=_NONE,
    )


class TravellingMachine(DataSetMachine):
    """Exports now and then, and imports what it has exported, elsewhere and at home."""

    def __init__(self) -> None:
        super().__init__()
        self.path = self.folder / "saved.zip"
        self.journeys = 0
        self.saved_files: set[str] = set()
        self.patch = mock.patch.object(archive, "hear", hear_made)
        self.patch.start()

    def teardown(self) -> None:
        self.patch.stop()
        super().teardown()

    @rule()
    def travel(self) -> None:
        export_archive(self.data_set, self.path)
        self.saved_files = {file_name(clip.sample_hash, clip.path.suffix) for clip in self.data_set.clips()}
        self.journeys += 1
        elsewhere = self.folder / f"elsewhere{self.journeys}"
        with DataSet(elsewhere) as other:
            import_archive(other, self.path)
            assert contents(other) == contents(self.data_set)
            assert other.check(deep=True) == []
        shutil.rmtree(elsewhere)

    @precondition(lambda self: self.path.exists())
    @rule()
    def come_home(self) -> None:
        before = {clip.sample_hash: clip for clip in self.data_set.clips()}
        self._do(lambda: import_archive(self.data_set, self.path))
        self.files |= self.saved_files
        after = {clip.sample_hash: clip for clip in self.data_set.clips()}
        for sample_hash, clip in before.items():
            assert after[sample_hash].genre == clip.genre
        names = {file_name(clip.sample_hash, clip.path.suffix) for clip in after.values()}
        assert names >= self.saved_files


TestTravelling = TravellingMachine.TestCase
TestTravelling.settings = settings(
    max_examples=25,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
