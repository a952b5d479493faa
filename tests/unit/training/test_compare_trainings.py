from __future__ import annotations

from pathlib import Path

import numpy as np

from genre_app.training.base_model import PENALTIES, REPLAY_NAME
from genre_app.training.compare_trainings import label_curve, training_table
from genre_app.training.reference_data import GENRES


def test_more_labels_help(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    label = np.repeat(np.arange(len(GENRES)), 40)
    split = np.where(np.arange(len(label)) % 5 == 0, "valid", "train")
    centres = rng.normal(size=(len(GENRES), 24))
    embedding = centres[label] + 1.2 * rng.normal(size=(len(label), 24))
    np.savez(
        tmp_path / REPLAY_NAME,
        embedding=embedding.astype(np.float16),
        label=label,
        split=split,
        weight=np.ones(len(label)),
    )
    rows = [line.split("|")[1:3] for line in label_curve(tmp_path).splitlines()[2:]]
    assert [int(size) for size, _ in rows] == [40, 80, 160, 320]
    accuracies = [float(accuracy) for _, accuracy in rows]
    assert accuracies == sorted(accuracies)
    assert 0.3 < accuracies[0] < accuracies[-1] < 1.0


def test_the_table_shows_the_median_over_the_penalties() -> None:
    regressions = {
        str(penalty): [accuracy, 0.4, 0.3]
        for penalty, accuracy in zip(PENALTIES, (0.1, 0.6, 0.5, 0.7, 0.9), strict=True)
    }
    row = {
        "name": "Lite9",
        "parameters": 3_400_000,
        "megabytes": 13.4,
        "time": 1.5,
        "teacher_error": 0.8,
        "joint": 0.55,
        "regressions": regressions,
    }
    last = training_table([row], 200).splitlines()[-1]
    assert last.startswith("| Lite9 | 3.4 million | 13.4 MB | 1.50 | 0.80 | 0.550 | 0.600 (0.531–0.665) |")
