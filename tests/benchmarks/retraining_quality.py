"""Measures what quick retraining is worth, on the shipped model's own embeddings. No sound is needed.

    python -m tests.benchmarks.retraining_quality [--seeds N] [--model ID] [--json]

A new genre: each genre in turn is taken out of the head and of what is replayed, taught with ten of its
clips, and asked about ten others; and how far does accuracy on the other genres fall? Aims: 80 % and 2
points. More clips: 50 of the clips that the network was not trained on are learned from, 60 decide when to
stop, and the others are asked about before and after, 20 times; that must never be worse by more than chance
explains.
"""

from __future__ import annotations

import argparse
import json
import os
import sys

# As in the training process: the same sums, and no threads that wait for each other.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from genre_app.classifier.comparison import SIGNIFICANCE
from genre_app.classifier.model_version import find_model, read_model_version
from tests.unit.training.quality import add_clips, teach_left_out_genre

_RECALL = 0.8
_DROP = 0.02
_DRAWS = 20


def main() -> int:
    """Measure, print, and say by the exit status whether the aims are met on average over the genres."""
    parser = argparse.ArgumentParser(description="Measure what quick retraining is worth.")
    parser.add_argument("--seeds", type=int, default=3, help="draws of clips for each genre (default 3)")
    parser.add_argument("--model", default="base", metavar="ID", help="model version (default base)")
    parser.add_argument("--json", action="store_true", help="print every measurement as JSON")
    options = parser.parse_args()
    version = read_model_version(find_model(options.model))
    taught = [
        [teach_left_out_genre(version, genre, seed) for seed in range(options.seeds)]
        for genre in range(len(version.genres))
    ]
    recall = np.array([[one.recall for one in row] for row in taught])
    drop = np.array([[one.drop for one in row] for row in taught])
    added = [add_clips(version, seed) for seed in range(_DRAWS)]
    gained, lost = sum(one.gained for one in added), sum(one.lost for one in added)
    worse = sum(one.p_value < SIGNIFICANCE and one.lost > one.gained for one in added)
    if options.json:
        genres = {
            genre: {"recall": recall[i].tolist(), "drop": drop[i].tolist()}
            for i, genre in enumerate(version.genres)
        }
        more = {"draws": _DRAWS, "gained": gained, "lost": lost, "worse": worse}
        print(json.dumps({"model": version.id, "new_genre": genres, "more_clips": more}, indent=1))
    else:
        print(f"{'taught with ten clips':<22}{'recognised':>12}{'others lose':>13}")
        for genre, one, other in zip(version.genres, recall.mean(axis=1), drop.mean(axis=1), strict=True):
            print(f"{genre:<22}{one:>12.0%}{100 * other:>12.1f}p")
        print(f"{'mean':<22}{recall.mean():>12.0%}{100 * drop.mean():>12.1f}p")
        print(
            f"50 more clips, {_DRAWS} times: {gained} gained, {lost} lost, {worse} times worse beyond chance"
        )
    return 0 if recall.mean() >= _RECALL and drop.mean() <= _DROP and not worse and gained >= lost else 1


if __name__ == "__main__":
    sys.exit(main())
