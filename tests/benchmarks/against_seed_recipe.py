"""Compares the program's speed and memory with `seed_recipe.py`, the recipe that it replaces.

    python tests/benchmarks/against_seed_recipe.py [--runs N] [--model ID] [--json] [--without-window]

Both take turns, after one run each that does not count; medians are printed, and their ratios. The song is
computed: 30 s, stereo, 44.1 kHz, 16 bit. Needs the packages of the ``benchmark`` extra; peak memory is read
from /proc and so on Linux only. Exit status 1 if the program is less than 5 times faster cold, or less than
10 times warm.
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

_HERE = Path(__file__).resolve().parent
_REPOSITORY = _HERE.parent.parent
_COLD_GOAL = 5.0
_WARM_GOAL = 10.0
_TIMEOUT = 120.0


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
    """The same task by both, several times."""

    name: str
    goal: float | None
    seed: list[Run]
    ours: list[Run]

    @property
    def ratio(self) -> float:
        return _median_seconds(self.seed) / _median_seconds(self.ours)

    def record(self) -> dict[str, object]:
        return {
            "task": self.name,
            "goal": self.goal,
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
        output, errors = process.communicate(timeout=_TIMEOUT)
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
    name: str, goal: float | None, runs: int, seed: Callable[[], Run], ours: Callable[[], Run]
) -> Comparison:
    """Let both do their task in turns, `runs` times after one that does not count."""
    comparison = Comparison(name, goal, [], [])
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


def report(comparisons: list[Comparison]) -> str:
    """Return the comparisons as a table."""
    lines = [f"{'':52}{'seed recipe':>20}{'Genre App':>20}{'ratio':>9}{'goal':>7}"]
    for comparison in comparisons:
        figures = [
            f"{_median_seconds(runs) * 1000:>9.0f} ms {_peak(runs):>5.0f} MB"
            for runs in (comparison.seed, comparison.ours)
        ]
        goal = "" if comparison.goal is None else f"{comparison.goal:.0f}"
        lines.append(f"{comparison.name:<52}{''.join(figures)}{comparison.ratio:>8.1f}x{goal:>6}x")
    return "\n".join(lines)


def main() -> int:
    """Measure, print, and say by the exit status whether the goals are met."""
    parser = argparse.ArgumentParser(description="Compare speed and memory with the seed recipe.")
    parser.add_argument("--runs", type=int, default=5, help="of each, that count (default 5)")
    parser.add_argument("--model", default="base", metavar="ID", help="model version that answers")
    parser.add_argument("--json", action="store_true", help="print every measurement as JSON")
    parser.add_argument("--without-window", action="store_true", help="leave the window's start out")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="genre-app-benchmark-") as folder:
        comparisons = measure(options.runs, options.model, not options.without_window, Path(folder))
    if options.json:
        print(json.dumps([comparison.record() for comparison in comparisons], indent=2))
    else:
        print(report(comparisons))
    missed = [one for one in comparisons if one.goal is not None and one.ratio < one.goal]
    return 1 if missed else 0


def _median_seconds(runs: list[Run]) -> float:
    return statistics.median(run.seconds for run in runs)


def _peak(runs: list[Run]) -> float:
    return max(run.megabytes for run in runs)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
