"""Prints, as JSON, the seconds of each answer of a loaded classifier: file in, prediction out.

python warm.py song.wav MODEL-ID 20
"""

from __future__ import annotations

import json
import os
import sys
import time

# As the program does before it imports NumPy (genre_app.cli).
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from genre_app.classifier import Classifier


def main() -> None:
    path, model_id, n = sys.argv[1], sys.argv[2], int(sys.argv[3])
    classifier = Classifier.load(model_id)
    classifier.predict_file(path)
    seconds = []
    for _ in range(n):
        started = time.perf_counter()
        classifier.predict_file(path)
        seconds.append(time.perf_counter() - started)
    print(json.dumps(seconds), flush=True)


if __name__ == "__main__":
    main()
