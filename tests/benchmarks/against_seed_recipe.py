"""Compares the program's speed and memory with `seed_recipe.py`, the recipe that it replaces.

    python -m tests.benchmarks.against_seed_recipe [--runs N] [--model ID] [--json] [--without-window]
        [--only answers|retraining]

Answers: both take turns, after one run each that does not count; medians are printed, and their ratios. The
song is computed: 30 s, stereo, 44.1 kHz, 16 bit.

Retraining: the program learns from 20 songs with 4 augmented copies each, from the start of ``genre-app
train`` to the end of its comparison; once with nothing of them heard before, once as it is when the window
has heard them in the background since they were added. The songs are those of the reference data
(`GENRE_APP_REFERENCE_DATA`, ``../shared/data``) if that is there, else they are computed. The recipe's 25
epochs over 800 pictures are not waited for: a few steps of its training are timed, their median is taken for
each of its 625 steps, and its pictures are there already.

Needs the packages of the ``benchmark`` extra; peak memory is read from /proc and so on Linux only. Exit
status 1 if the program is less than 5 times faster cold, less than 10 times warm, less than 100 times when
it retrains, if that takes more than 10 s, or an answer to 30 s of samples more than 40 ms.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import wave
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.synthetic_song import synthetic_song
from tests.synthetic_song import write_song as write_samples

_HERE = Path(__file__).resolve().parent
_REPOSITORY = _HERE.parent.parent
_COLD_GOAL = 5.0
_WARM_GOAL = 10.0
_SAMPLES_SECONDS = 0.040
_RETRAIN_GOAL = 100.0
_RETRAIN_SECONDS = 10.0
_SONGS = 20
_COPIES = 4
_GENRES = ("blues", "classical", "country", "disco", "hiphop", "jazz", "metal", "pop", "reggae", "rock")
# The recipe: epochs, pictures, and pictures a step (Keras's own choice).
_SEED_STEPS = 25 * 800 // 32
_TIMED_STEPS = 9
_TIMEOUT = 600.0


@dataclass
class Run:
    """One measured process.

    Attributes:
        seconds: how long it took, by what was measured.
        megabytes: peak memory of it and its children together.
    """

    seconds: float
    megabytes: float


@dataclass
class Comparison:
    """The same task by both, several times.

    Attributes:
        name: of the task.
        goal: how many times faster the program shall be, or None.
        seed: runs of the recipe.
        ours: runs of the program.
        limit: seconds that the program may take, or None.
    """

    name: str
    goal: float | None
    seed: list[Run]
    ours: list[Run]
    limit: float | None = None

    @property
    def missed(self) -> bool:
        too_slow = self.limit is not None and _median_seconds(self.ours) > self.limit
        return too_slow or (self.goal is not None and self.ratio < self.goal)

    @property
    def ratio(self) -> float:
        return _median_seconds(self.seed) / _median_seconds(self.ours)

    def record(self) -> dict[str, object]:
        return {
            "task": self.name,
            "goal": self.goal,
            "limit": self.limit,
            "ratio": self.ratio,
            "seed": {"seconds": [run.seconds for run in self.seed], "megabytes": _peak(self.seed)},
            "ours": {"seconds": [run.seconds for run in self.ours], "megabytes": _peak(self.ours)},
        }


def write_song(path: Path) -> None:
    """Write 30 s of chords, a bass and a beat."""
    rate = 44_100
    rng = np.random.default_rng(0)
    time_ = np.arange(30 * rate) / rate
    beat = time_ % 0.5
    chord = np.take([220.0, 261.6, 196.0, 246.9], (time_ // 2).astype(int) % 4)
    phase = 2 * np.pi * np.cumsum(chord) / rate
    left = sum(np.sin(phase * k) / k for k in (1, 1.25, 1.5, 2, 3)) * 0.15
    bass = np.sin(phase / 4) * np.exp(-3 * beat) * 0.4
    drum = rng.normal(size=time_.size) * np.exp(-30 * beat) * 0.4
    song = np.stack((left + bass + drum, left * 0.7 + bass + drum * 0.8), axis=1)
    song *= 0.8 / np.abs(song).max()
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((song * 32767).astype("<i2").tobytes())


class Memory:
    """Watches the peak memory of a process and its descendants, seldom enough not to slow them down."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._peaks: dict[int, float] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def peak(self) -> float:
        """Stop watching and return the sum of all peaks in MB."""
        self._stop.set()
        self._thread.join()
        return sum(self._peaks.values())

    def _watch(self) -> None:
        while not self._stop.wait(0.1):
            for pid in _family(self._pid):
                with contextlib.suppress(OSError, ValueError, IndexError):
                    status = Path(f"/proc/{pid}/status").read_text()
                    kilobytes = float(status.split("VmHWM:")[1].split()[0])
                    self._peaks[pid] = max(self._peaks.get(pid, 0.0), kilobytes / 1000)


def _family(pid: int) -> list[int]:
    members = [pid]
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                members += _family(int(child))
    return members


def until_exit(command: list[str], environment: dict[str, str]) -> tuple[Run, str]:
    """Run `command` to its end; return what it took, and its output."""
    started = time.perf_counter()
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        memory = Memory(process.pid)
        try:
            output, errors = process.communicate(timeout=_TIMEOUT)
        except subprocess.TimeoutExpired:
            process.kill()
            raise SystemExit(f"{' '.join(command)} took longer than {_TIMEOUT:.0f} s") from None
        seconds = time.perf_counter() - started
    if process.returncode != 0:
        raise SystemExit(f"{' '.join(command)} failed:\n{errors}")
    return Run(seconds, memory.peak()), output


def until_ready(command: list[str], environment: dict[str, str]) -> Run:
    """Run `command` until it prints "ready" (to either output), then end it."""
    started = time.perf_counter()
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        memory = Memory(process.pid)
        guard = threading.Timer(_TIMEOUT, process.kill)
        guard.start()
        assert process.stdout is not None
        lines = []
        for line in process.stdout:
            lines.append(line)
            if line.strip() == "ready":
                break
        seconds = time.perf_counter() - started
        peak = memory.peak()
        guard.cancel()
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
    if not lines or lines[-1].strip() != "ready":
        status = process.returncode
        raise SystemExit(f"{' '.join(command)} was never ready, exit status {status}:\n{''.join(lines)}")
    return Run(seconds, peak)


def warm_run(command: list[str], environment: dict[str, str]) -> Run:
    """Run `command`, which prints the seconds of each of its answers; return their median."""
    run, output = until_exit(command, environment)
    return Run(statistics.median(json.loads(output)), run.megabytes)


def compare(
    name: str,
    goal: float | None,
    runs: int,
    seed: Callable[[], Run],
    ours: Callable[[], Run],
    limit: float | None = None,
) -> Comparison:
    """Let both do their task in turns, `runs` times after one that does not count."""
    comparison = Comparison(name, goal, [], [], limit)
    for i in range(runs + 1):
        _say(f"{name}: {'warming up' if i == 0 else f'run {i} of {runs}'}")
        pair = seed(), ours()
        if i > 0:
            comparison.seed.append(pair[0])
            comparison.ours.append(pair[1])
    return comparison


@contextlib.contextmanager
def screen() -> Iterator[dict[str, str]]:
    """Give the environment variables under which a window can open: a display that is there, or Xvfb."""
    if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or os.environ.get("QT_QPA_PLATFORM"):
        yield {}
        return
    xvfb = shutil.which("Xvfb")
    if xvfb is None:
        _say("no display and no Xvfb: the window opens off screen")
        yield {"QT_QPA_PLATFORM": "offscreen"}
        return
    reading, writing = os.pipe()
    arguments = [
        xvfb,
        "-displayfd",
        str(writing),
        "-screen",
        "0",
        "1280x800x24",
        "-nolisten",
        "tcp",
        "-noreset",
    ]
    with subprocess.Popen(arguments, pass_fds=[writing], stderr=subprocess.DEVNULL) as server:
        os.close(writing)
        try:
            with os.fdopen(reading) as pipe:
                number = pipe.readline().strip()
            yield {"DISPLAY": f":{number}", "QT_QPA_PLATFORM": "xcb"}
        finally:
            server.terminate()


def measure(runs: int, model_id: str, with_window: bool, folder: Path) -> list[Comparison]:
    """Return all comparisons; `folder` is for what is written on the way."""
    song = folder / "song.wav"
    write_song(song)
    python = sys.executable
    seed = [python, str(_HERE / "seed_recipe.py")]
    environment = dict(os.environ) | {"PYTHONPATH": str(_REPOSITORY)}
    classify = [python, "-m", "genre_app", "classify", "--json", "--model", model_id, str(song)]
    warm = [python, str(_HERE / "warm.py"), str(song), model_id, "20"]
    comparisons = [
        compare(
            "cold: from process start to the answer",
            _COLD_GOAL,
            runs,
            lambda: until_exit([*seed, str(song)], environment)[0],
            lambda: until_exit(classify, environment)[0],
        ),
        compare(
            "warm: a file, the model is loaded",
            _WARM_GOAL,
            runs,
            lambda: warm_run([*seed, str(song), "--warm", "5"], environment),
            lambda: warm_run(warm, environment),
        ),
        compare(
            "warm: 30 s of samples, the model is loaded",
            None,
            runs,
            lambda: warm_run([*seed, str(song), "--warm", "5", "--samples"], environment),
            lambda: warm_run([*warm, "samples"], environment),
            _SAMPLES_SECONDS,
        ),
    ]
    if with_window:
        with screen() as display:
            # A home of its own: the window opens as for a new user, and leaves the real one's files alone.
            window = environment | display | {"GENRE_APP_STARTUP_PROBE": "1", "GENRE_APP_HOME": str(folder)}
            comparisons.append(
                compare(
                    "start: until the window, or the server, can be used",
                    _COLD_GOAL,
                    runs,
                    lambda: until_ready([*seed, "--server"], environment),
                    lambda: until_ready([python, "-m", "genre_app"], window),
                )
            )
    return comparisons


def measure_retraining(runs: int, folder: Path) -> list[Comparison]:
    """Return how long retraining takes; `folder` is for what is written on the way."""
    python = sys.executable
    environment = dict(os.environ) | {"PYTHONPATH": str(_REPOSITORY)}
    _say("retraining: the songs and their copies")
    home = folder / "home"
    environment["GENRE_APP_HOME"] = str(home)
    prepare_data_set(folder / "songs", environment)

    _say(f"retraining: {_TIMED_STEPS - 1} of the recipe's {_SEED_STEPS} steps, after one that does not count")
    run, output = until_exit(
        [python, str(_HERE / "seed_recipe.py"), "--train", str(_TIMED_STEPS)], environment
    )
    steps = json.loads(output)
    usual = statistics.median(steps[1:])  # the first one builds the graph
    seed = [Run(run.seconds - sum(steps[1:]) + (_SEED_STEPS - 1) * usual, run.megabytes)]

    train = [python, "-m", "genre_app", "train", "--quick", "--json", "--parent", "base"]
    fresh: list[Run] = []
    heard: list[Run] = []
    for i in range(runs + 1):
        _say(f"retraining: {'warming up' if i == 0 else f'run {i} of {runs}'}")
        copy = folder / f"home-{i}"
        shutil.copytree(home, copy)
        environment["GENRE_APP_HOME"] = str(copy)
        pair = until_exit(train, environment)[0], until_exit(train, environment)[0]
        shutil.rmtree(copy)
        if i > 0:
            fresh.append(pair[0])
            heard.append(pair[1])
    what = f"retrain on {_SONGS} songs, {_SONGS * _COPIES} copies"
    return [
        Comparison(f"{what}: all to be heard", _RETRAIN_GOAL, seed, fresh, _RETRAIN_SECONDS),
        Comparison(f"{what}: heard when added", _RETRAIN_GOAL, seed, heard, _RETRAIN_SECONDS),
    ]


def prepare_data_set(songs: Path, environment: dict[str, str]) -> None:
    """Add songs with their copies to the data set of a new home; none of them is heard on the way."""
    command = [sys.executable, "-m", "genre_app", "dataset"]
    by_genre: dict[str, list[str]] = {}
    for path, genre in find_songs(songs):
        by_genre.setdefault(genre, []).append(str(path))
    for genre, paths in by_genre.items():
        until_exit([*command, "add", *paths, "--genre", genre], environment)
    _, output = until_exit([*command, "list", "--json"], environment)
    clips = [str(json.loads(line)["clip"]) for line in output.splitlines()]
    if len(clips) != _SONGS:
        raise SystemExit(f"{len(clips)} clips are in the data set, expected {_SONGS}")
    until_exit([*command, "augment", *clips, "--copies", str(_COPIES)], environment)


def find_songs(folder: Path) -> list[tuple[Path, str]]:
    """Return files of 30 s with their genres, from the reference data or written to `folder`."""
    named = os.environ.get("GENRE_APP_REFERENCE_DATA")
    reference = Path(named) if named else _REPOSITORY.parent / "shared" / "data"
    per_genre = _SONGS // len(_GENRES)
    found = [
        (path, genre)
        for genre in _GENRES
        for path in sorted((reference / "gtzan" / "audio" / genre).glob("*.*"))[:per_genre]
    ]
    if len(found) == _SONGS:
        return found
    _say("retraining: no reference data, the songs are computed")
    folder.mkdir()
    return [
        (
            write_samples(folder / f"{i}.wav", synthetic_song(30.0, 22050, seed=i), 22050),
            _GENRES[i % len(_GENRES)],
        )
        for i in range(_SONGS)
    ]


def report(comparisons: list[Comparison]) -> str:
    """Return the comparisons as a table."""
    lines = [f"{'':58}{'seed recipe':>20}{'Genre App':>20}{'ratio':>9}{'goal':>7}"]
    for comparison in comparisons:
        figures = [
            f"{_time(_median_seconds(runs)):>12} {_peak(runs):>4.0f} MB"
            for runs in (comparison.seed, comparison.ours)
        ]
        goal = "" if comparison.goal is None else f"{comparison.goal:.0f}x"
        lines.append(f"{comparison.name:<58}{''.join(figures)}{comparison.ratio:>8.1f}x{goal:>7}".rstrip())
    return "\n".join(lines)


def main() -> int:
    """Measure, print, and say by the exit status whether the goals are met."""
    parser = argparse.ArgumentParser(description="Compare speed and memory with the seed recipe.")
    parser.add_argument("--runs", type=int, default=5, help="of each, that count (default 5)")
    parser.add_argument("--model", default="base", metavar="ID", help="model version that answers")
    parser.add_argument("--json", action="store_true", help="print every measurement as JSON")
    parser.add_argument("--without-window", action="store_true", help="leave the window's start out")
    parser.add_argument("--only", choices=("answers", "retraining"), help="leave the other out")
    options = parser.parse_args()
    comparisons = []
    with tempfile.TemporaryDirectory(prefix="genre-app-benchmark-") as folder:
        if options.only != "retraining":
            comparisons += measure(options.runs, options.model, not options.without_window, Path(folder))
        if options.only != "answers":
            comparisons += measure_retraining(options.runs, Path(folder))
    if options.json:
        print(json.dumps([comparison.record() for comparison in comparisons], indent=2))
    else:
        print(report(comparisons))
    return 1 if any(one.missed for one in comparisons) else 0


def _median_seconds(runs: list[Run]) -> float:
    return statistics.median(run.seconds for run in runs)


def _peak(runs: list[Run]) -> float:
    return max(run.megabytes for run in runs)


def _time(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 100 else f"{seconds:.0f} s"


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
