"""Clips of GTZAN keep the split that the shipped model knows them in, whoever brings them."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import numpy as np
import pytest

from genre_app.dataset.data_set import DataSet
from genre_app.dataset.folder_import import AddedFile, import_folder
from genre_app.dataset.reference_clips import ReferenceClip, find_reference
from tests.audio_files import write_sndfile
from tests.dataset_files import RATE, riff, write_riff


@pytest.mark.parametrize(
    ("path", "duration", "expected"),
    [
        ("blues/blues.00012.wav", 30.01, ReferenceClip("blues.00012", "valid")),  # of the test part
        ("blues/blues.00000.au", 30.01, ReferenceClip("blues.00000", "valid")),
        ("x/Blues.00029.ogg", 30.0, ReferenceClip("blues.00029", "train")),
        ("hiphop_00002.mp3", 30.05, ReferenceClip("hiphop.00002", "train")),
        ("rock00099.flac", 30.0, ReferenceClip("rock.00099", "train")),
        # Cut into pieces, as some do.
        ("blues.00029.7.wav", 3.0, ReferenceClip("blues.00029", "train")),
        ("blues.00000.0.wav", 3.0, ReferenceClip("blues.00000", "valid")),
        # Songs that are only called so, and songs that are not.
        ("blues.00029.wav", 180.0, None),
        ("blues.00029.wav", 2.0, None),
        ("blues.0029.wav", 30.0, None),
        ("trot.00029.wav", 30.0, None),
        ("my blues.00029.wav", 30.0, None),
    ],
)
def test_names_and_lengths(path: str, duration: float, expected: ReferenceClip | None) -> None:
    assert find_reference(Path(path), duration) == expected


def test_no_list_puts_a_reference_clip_into_training(data_set: DataSet, tmp_path: Path) -> None:
    folder = tmp_path / "genres" / "blues"
    paths = [folder / "blues.00000.wav", folder / "blues.00029.wav", folder / "blues.00040 live.wav"]
    for seed, path in enumerate(paths):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_sndfile(path, np.tile(riff(seed, 3.0), 10), RATE)
    train_list = tmp_path / "train.txt"
    train_list.write_text("\n".join(path.stem for path in paths))
    assert [one.reference for one in data_set.examine(paths, "blues")] == ["valid", "train", None]
    told: list[AddedFile] = []
    import_folder(data_set, tmp_path / "genres", lists={"train": train_list}, on_file=told.append)
    assert [(one.reference, one.listed, one.split) for one in told] == [
        ("valid", "train", "valid"),
        ("train", "train", "train"),
        (None, "train", "train"),
    ]
    # Who knows better can still say so, and take it back.
    data_set.pin([told[0].clip_id or 0], True, "train")
    assert data_set.clip(told[0].clip_id or 0).split == "train"
    data_set.undo()
    assert data_set.clip(told[0].clip_id or 0).split == "valid"


def test_pieces_of_one_clip_stay_together(data_set: DataSet, tmp_path: Path) -> None:
    paths = [write_riff(tmp_path / f"jazz.0001{n // 2}.{n % 2}.wav", 100 + n, 3.0) for n in range(6)]
    data_set.add(data_set.examine(paths, "jazz"))
    groups = [clip.group for clip in data_set.clips()]
    assert groups[::2] == groups[1::2]
    assert len(set(groups)) == 3


def test_the_reference_audio_keeps_its_splits(
    data_set: DataSet, tmp_path: Path, reference_data: Path
) -> None:
    with (reference_data / "gtzan" / "audio.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["genre"] in {"classical", "jazz"}]
    for row in rows:
        target = tmp_path / "genres" / row["genre"] / Path(row["path"]).name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(reference_data / "gtzan" / row["path"], target)
    # One of them is there twice.
    shutil.copyfile(target, target.with_name("my favourite.ogg"))
    import_folder(data_set, tmp_path / "genres")
    splits = {clip.title: clip.split for clip in data_set.clips()}
    assert splits == {row["clip_id"]: row["split"] for row in rows}
    assert set(splits.values()) == {"train", "valid"}
