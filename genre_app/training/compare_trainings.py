"""What limits the base model: ``python -m genre_app.training.compare_trainings`` (`make compare-trainings`).

Networks of other sizes, and the shipped size with fewer songs to learn from, are fitted in the same way, for
as many steps, fewer than the shipped one was. Then their embeddings are judged by logistic regressions on the
training clips, and their cost is measured beside that of the size that ships. What is done stays in the
working folder, so that the command goes on where it was interrupted.
"""

from __future__ import annotations

import argparse
import json
import logging
import statistics
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from genre_app.classifier.evaluation import wilson_interval
from genre_app.classifier.head_fit import fit_head
from genre_app.classifier.litert import Backbone
from genre_app.errors import GenreAppError
from genre_app.features.log_mel import N_MELS, WINDOW_FRAMES
from genre_app.training.architecture import EfficientNetConfig
from genre_app.training.base_model import NOT_MUSIC_COUNT, PENALTIES, embed
from genre_app.training.export import convert_backbone
from genre_app.training.fit_base_model import (
    FitSettings,
    accuracy_and_loss,
    degrade,
    fit_base_model,
    teacher_error,
)
from genre_app.training.joint_model import backbone_of
from genre_app.training.not_music import make_log_mels
from genre_app.training.reference_data import (
    GENRES,
    Clips,
    hold_out_labels,
    hold_out_songs,
    load_clips,
    load_songs,
)


@dataclass(frozen=True, slots=True)
class Variant:
    """A network, and how much it learns from.

    Attributes:
        name: for people.
        config: its size.
        songs: the share of the teacher's songs that it learns from.
    """

    name: str
    config: EfficientNetConfig
    songs: float = 1.0


VARIANTS: Final = (
    Variant("half as wide", EfficientNetConfig(width=0.5)),
    Variant("Lite0", EfficientNetConfig()),
    Variant("Lite1", EfficientNetConfig(depth=1.1)),
    Variant("Lite0, half of the songs", EfficientNetConfig(), 0.5),
    Variant("Lite0, a quarter of the songs", EfficientNetConfig(), 0.25),
)
_SHIPPED: Final = 1
_RESULT_NAME: Final = "result.json"
_BACKBONE_NAME: Final = "backbone.tflite"

_log = logging.getLogger(__name__)


def compare_trainings(work: Path, epochs: int) -> list[dict[str, Any]]:
    """Fit every variant for `epochs` in a folder of `work`, and return a row about each.

    Raises:
        GenreAppError: if the reference data or the speech synthesiser is missing.
    """
    rows, backbones = [], []
    for variant in VARIANTS:
        directory = work / f"{variant.name.replace(',', '').replace(' ', '-')}-{epochs}"
        result = directory / _RESULT_NAME
        if not result.is_file():
            _log.info("%s: %d epochs", variant.name, epochs)
            result.write_text(json.dumps(_fit_and_judge(directory, variant, epochs)), encoding="utf-8")
        rows.append({"name": variant.name, **json.loads(result.read_text(encoding="utf-8"))})
        backbones.append(Backbone((directory / _BACKBONE_NAME).read_bytes()))
    for row, ratio in zip(rows, _relative_times(backbones, _SHIPPED), strict=True):
        row["time"] = ratio
    return rows


def _fit_and_judge(directory: Path, variant: Variant, epochs: int) -> dict[str, Any]:
    songs, real_songs = hold_out_labels(load_songs())
    songs, held_songs = hold_out_songs(songs)
    if variant.songs < 1.0:
        # Whole songs: two excerpts of one are nearly the same to learn from.
        chosen = np.random.default_rng(0).permutation(np.unique(songs.song_id))
        chosen = chosen[: round(variant.songs * len(chosen))]
        songs = songs.take(np.flatnonzero(np.isin(songs.song_id, chosen)))
    clips, valid = load_clips("train"), load_clips("valid")
    joint = fit_base_model(
        directory,
        variant.config,
        # An epoch is a pass over the songs.
        FitSettings(epochs=round(epochs / variant.songs), averaged=2),
        songs,
        clips,
        make_log_mels(NOT_MUSIC_COUNT, seed=0),
        {"valid": valid},
        held_songs,
    )
    content = convert_backbone(backbone_of(joint))
    (directory / _BACKBONE_NAME).write_bytes(content)
    backbone = Backbone(content)
    accuracy, loss = accuracy_and_loss(joint, valid)
    return {
        "parameters": backbone_of(joint).count_params(),
        "megabytes": len(content) / 1e6,
        "joint": accuracy,
        "joint_loss": loss,
        "regressions": _regressions(backbone, clips, [valid, degrade(valid, seed=1), real_songs]),
        "teacher_error": teacher_error(joint, held_songs),
    }


def _regressions(backbone: Backbone, clips: Clips, tests: list[Clips]) -> dict[str, list[float]]:
    """Return by penalty the accuracies on `tests` of regressions fitted to `clips`, clean and degraded."""
    seen = [clips, degrade(clips, seed=5)]
    embeddings = np.concatenate([embed(backbone, one.log_mel) for one in seen])
    label = np.concatenate([one.label for one in seen])
    targets = (0.9 * np.eye(len(GENRES))[label] + 0.1 / len(GENRES)).astype(np.float32)
    embedded = [embed(backbone, test.log_mel) for test in tests]
    accuracies = {}
    for penalty in PENALTIES:
        head = fit_head(embeddings, targets, np.ones(len(label), np.float32), penalty)
        accuracies[f"{penalty:g}"] = [
            float((head.logits(one).argmax(axis=1) == test.label).mean())
            for one, test in zip(embedded, tests, strict=True)
        ]
    return accuracies


def _relative_times(backbones: list[Backbone], reference: int, rounds: int = 40) -> list[float]:
    """Return how long each takes for a window, as the median ratio to the one at `reference`, in turns."""
    window: NDArray[np.float32] = (
        np.random.default_rng(0).uniform(0, 255, (N_MELS, WINDOW_FRAMES)).astype("f4")
    )
    seconds = np.empty((rounds, len(backbones)))
    for times in seconds:
        for i, backbone in enumerate(backbones):
            started = time.perf_counter()
            backbone(window)
            times[i] = time.perf_counter() - started
    return [statistics.median(row) for row in (seconds / seconds[:, reference : reference + 1]).T]


def training_table(rows: list[dict[str, Any]], n: int) -> str:
    """Return `rows` as a Markdown table; `n` is how many validation clips there are."""
    columns = (
        "training", "parameters", "file", "time", "teacher's error",
        "own head", "regression", "degraded", "songs",
    )  # fmt: skip
    lines = [f"| {' | '.join(columns)} |", "|---" * len(columns) + "|"]
    for row in rows:
        # The median over the penalties: the best one would flatter.
        valid, degraded, songs = np.median(np.array(list(row["regressions"].values())), axis=0)
        low, high = wilson_interval(round(valid * n), n)
        lines.append(
            f"| {row['name']} | {row['parameters'] / 1e6:.1f} million | {row['megabytes']:.1f} MB"
            f" | {row['time']:.2f} | {row['teacher_error']:.2f}"
            f" | {row['joint']:.3f} | {valid:.3f} ({low:.3f}–{high:.3f}) | {degraded:.3f} | {songs:.3f} |"
        )
    return "\n".join(lines) + "\n"


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return its exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m genre_app.training.compare_trainings", description=__doc__
    )
    parser.add_argument(
        "--work", type=Path, default=Path(".cache/trainings"), help="where to keep checkpoints"
    )
    parser.add_argument("--epochs", type=int, default=8)
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    try:
        rows = compare_trainings(options.work, options.epochs)
    except GenreAppError as error:
        sys.stderr.write(f"{error.title}: {error.message}\n")
        return 1
    sys.stdout.write(training_table(rows, len(load_clips("valid"))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
