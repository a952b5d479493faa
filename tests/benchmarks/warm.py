"""Prints, as JSON, the seconds of each answer of a loaded classifier: file or samples in, prediction out.

python warm.py song.wav MODEL-ID 20
python warm.py song.wav MODEL-ID 20 samples      without decoding: mono samples at 22,050 Hz
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from functools import partial

# As the program does before it imports NumPy (genre_app.cli).
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from genre_app.audio.decode import open_audio
from genre_app.classifier import Classifier
from genre_app.features.log_mel import SAMPLE_RATE


def main() -> None:
    path, model_id, n = sys.argv[1], sys.argv[2], int(sys.argv[3])
    classifier = Classifier.load(model_id)
    answer: Callable[[], object] = partial(classifier.predict_file, path)
    if sys.argv[4:] == ["samples"]:
        with open_audio(path, sample_rate=SAMPLE_RATE, mono=True) as stream:
            samples = np.concatenate(list(stream))
        answer = partial(classifier.predict, samples, SAMPLE_RATE)
    answer()
    seconds = []
    for _ in range(n):
        started = time.perf_counter()
        answer()
        seconds.append(time.perf_counter() - started)
    print(json.dumps(seconds), flush=True)


if __name__ == "__main__":
    main()
