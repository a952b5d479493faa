"""Measures how often a recording of a song gets the same genre as the song's file.

    python -m tests.benchmarks.through_microphone [--rooms N] [--limit N] [--json] [FILE...]

Each file is played in a virtual room (tests.sound_server), recorded there with the program's recorder, and
both are classified with the active model. Without files, the reference clips that are at hand as sound are
taken. It takes as long as the files last, divided by the number of rooms. Needs PulseAudio, so Linux.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import csv
import json
import multiprocessing
import os
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

# As the program does before it imports NumPy (genre_app.cli).
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from genre_app.audio.recorder import Recorder
from genre_app.classifier import Classifier
from genre_app.classifier.evaluation import wilson_interval
from genre_app.training.reference_data import reference_directory
from tests.sound_server import SoundServer

_GOAL = 0.95
# What has been played is still on its way to the microphone.
_TRAILING_SECONDS = 0.3


@dataclass(frozen=True)
class Heard:
    """What the program says of a file and of its recording; `answer` is None when it is unsure."""

    path: str
    file_best: str
    file_answer: str | None
    take_best: str
    take_answer: str | None
    overflows: int


def reference_sounds() -> list[Path]:
    """Return the reference clips that exist as sound."""
    directory = reference_directory() / "gtzan"
    with (directory / "audio.csv").open(newline="", encoding="utf-8") as file:
        return [directory / line["path"] for line in csv.DictReader(file)]


def hear(paths: list[Path]) -> list[Heard]:
    """Play, record and classify `paths`, one after the other, in a room of this process's own."""
    server = SoundServer()
    server.start()
    os.environ.update(server.environment)
    classifier = Classifier.load()
    heard = []
    try:
        with tempfile.TemporaryDirectory(prefix="genre-app-microphone-") as folder:
            recorder = Recorder(Path(folder))
            for path in paths:
                recorder.start()
                while recorder.seconds == 0:
                    time.sleep(0.01)
                if server.play(path).wait() != 0:
                    raise SystemExit(f"{path} could not be played")
                time.sleep(_TRAILING_SECONDS)
                take = recorder.stop()
                of_file, of_take = classifier.predict_file(path), classifier.predict_file(take.path)
                heard.append(
                    Heard(
                        str(path),
                        of_file.best_genre,
                        of_file.genre,
                        of_take.best_genre,
                        of_take.genre,
                        take.overflows,
                    )
                )
                print(
                    f"{path.name}: {heard[-1].file_best}, {heard[-1].take_best}", file=sys.stderr, flush=True
                )
    finally:
        server.stop()
    return heard


def main() -> int:
    """Measure, print, and say by the exit status whether the goal is met."""
    parser = argparse.ArgumentParser(description="Compare songs with recordings of them.")
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE")
    parser.add_argument("--rooms", type=int, default=4, help="that play at the same time (default 4)")
    parser.add_argument("--limit", type=int, help="take only so many files")
    parser.add_argument("--json", action="store_true", help="print every result as JSON")
    options = parser.parse_args()
    paths = (options.files or reference_sounds())[: options.limit]
    rooms = min(options.rooms, len(paths))
    with concurrent.futures.ProcessPoolExecutor(rooms, multiprocessing.get_context("spawn")) as pool:
        heard = [one for part in pool.map(hear, [paths[k::rooms] for k in range(rooms)]) for one in part]
    same_best = sum(one.file_best == one.take_best for one in heard)
    same_answer = sum(one.file_answer == one.take_answer for one in heard)
    if options.json:
        print(json.dumps([asdict(one) for one in heard], indent=1))
    n = len(heard)
    for name, count in (("same genre", same_best), ("same answer, unsure included", same_answer)):
        low, high = wilson_interval(count, n)
        print(f"{name}: {count} of {n}, {count / n:.3f} ({low:.3f}-{high:.3f})", file=sys.stderr)
    print(f"overflows: {sum(one.overflows for one in heard)}", file=sys.stderr)
    return 0 if same_best >= _GOAL * n else 1


if __name__ == "__main__":
    sys.exit(main())
