from __future__ import annotations

from genre_app.training.base_model import PENALTIES
from genre_app.training.compare_trainings import training_table


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
