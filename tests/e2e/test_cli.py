"""The program as a process, from a terminal."""

from __future__ import annotations

import csv
import io
import json
import logging
import os
import pty
import signal
import subprocess
import sys
import time
import types
import wave
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from genre_app import __version__, cli
from genre_app.features.log_mel import SAMPLE_RATE
from tests.tiny_model import GENRES, band_noise

RECORD_KEYS = {
    "path", "status", "genre", "best_genre", "confidence", "probabilities", "segments", "duration", "model",
    "warnings",
}  # fmt: skip


def write_wav(path: Path | bytes, samples: NDArray[np.float32], sample_rate: int = SAMPLE_RATE) -> Path:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(sample_rate)
        file.writeframes((samples * 32767).astype("<i2").tobytes())
    path = Path(os.fsdecode(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(buffer.getvalue())
    return path


def write_long_wav(path: Path, minutes: int) -> Path:
    """Write `minutes` of a genre that is known, 8 kHz and 8 bit, so that it takes little disk."""
    minute = band_noise(2, 60.0, 8000)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(8000)
        for _ in range(minutes):
            file.writeframes((minute * 127 + 128).astype(np.uint8).tobytes())
    return path


@pytest.fixture(autouse=True)
def model(install_tiny_model: Callable[..., str], genre_app_home: Path) -> None:
    """Let a tiny model be the active one."""
    model_id = install_tiny_model()
    (genre_app_home / "data" / "models" / "active.json").write_text(json.dumps({"model": model_id}))


@pytest.fixture(autouse=True)
def log_handlers() -> Iterator[None]:
    """Take back the log handlers of commands that run in this process."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture
def environment(repository: Path) -> dict[str, str]:
    without = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "NO_COLOR")
    kept = {name: value for name, value in os.environ.items() if name not in without}
    return kept | {"PYTHONPATH": str(repository), "TERM": "xterm"}


@pytest.fixture
def start(environment: dict[str, str], tmp_path: Path) -> Callable[..., subprocess.Popen[bytes]]:
    def start(*arguments: str | bytes | Path, **options: Any) -> subprocess.Popen[bytes]:
        options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "cwd": tmp_path} | options
        options["env"] = environment | options.get("env", {})
        return subprocess.Popen([sys.executable, "-m", "genre_app", *arguments], **options)

    return start


@pytest.fixture
def run(start: Callable[..., subprocess.Popen[bytes]]) -> Callable[..., subprocess.CompletedProcess[str]]:
    def run(*arguments: str | bytes | Path, **options: Any) -> subprocess.CompletedProcess[str]:
        with start(*arguments, **options) as process:
            output, errors = process.communicate(timeout=120)
        result = subprocess.CompletedProcess(
            process.args, process.returncode, output.decode(), errors.decode()
        )
        assert "Traceback" not in result.stderr
        return result

    return run


Run = Callable[..., subprocess.CompletedProcess[str]]
Start = Callable[..., subprocess.Popen[bytes]]


class TestClassify:
    def test_json(self, run: Run, tmp_path: Path) -> None:
        sounds = [write_wav(tmp_path / f"{group}.wav", band_noise(group, 20.0)) for group in (5, 1, 3)]
        result = run("classify", "--json", *sounds)
        assert result.returncode == 0
        assert result.stderr == ""
        records = [json.loads(line) for line in result.stdout.splitlines()]
        assert [record["path"] for record in records] == [str(path) for path in sounds]
        assert [record["genre"] for record in records] == [GENRES[5], GENRES[1], GENRES[3]]
        for record in records:
            assert set(record) == RECORD_KEYS
            assert record["status"] == "ok"
            assert record["best_genre"] == record["genre"]
            assert record["duration"] == 20.0
            assert record["model"] == "tiny"
            probabilities = list(record["probabilities"].values())
            assert set(record["probabilities"]) == set(GENRES)
            assert probabilities == sorted(probabilities, reverse=True)
            assert sum(probabilities) == pytest.approx(1.0, abs=1e-4)
            assert record["confidence"] == probabilities[0]
            assert record["segments"][0]["start"] == 0.0
            assert record["segments"][-1]["end"] == 20.0
            assert set(record["segments"][0]) == {"start", "end", "genre", "confidence"}

    def test_unsure(self, run: Run, tmp_path: Path) -> None:
        path = write_wav(tmp_path / "silence.wav", np.zeros(SAMPLE_RATE, dtype=np.float32))
        result = run("classify", "--json", path)
        record = json.loads(result.stdout)
        assert result.returncode == 0
        assert (record["status"], record["genre"]) == ("ok", None)
        assert record["best_genre"] in GENRES

    def test_a_broken_file_does_not_keep_the_others_from_theirs(self, run: Run, tmp_path: Path) -> None:
        good = write_wav(tmp_path / "good.wav", band_noise(4, 5.0))
        text = tmp_path / "text.wav"
        text.write_text("no sound at all")
        empty = tmp_path / "empty.mp3"
        empty.touch()
        paths = [text, good, tmp_path / "missing.wav", empty, good]
        result = run("classify", "--json", *paths)
        assert result.returncode == 1
        records = [json.loads(line) for line in result.stdout.splitlines()]
        assert [record["path"] for record in records] == [str(path) for path in paths]
        assert [record["status"] for record in records] == ["error", "ok", "error", "error", "ok"]
        for record in records:
            if record["status"] == "error":
                assert set(record) == {"path", "status", "error"}
                assert record["error"]["code"]
                assert Path(record["path"]).name in record["error"]["message"]

    def test_folders_are_walked(self, run: Run, tmp_path: Path) -> None:
        names = ["a/2.wav", "a/10.wav", "b/deep/er/1.wav"]
        for name in names:
            write_wav(tmp_path / "music" / name, band_noise(1, 1.0))
        (tmp_path / "music" / "cover.jpg").write_text("a picture")
        result = run("classify", "--json", "music")
        assert result.returncode == 0
        records = [json.loads(line) for line in result.stdout.splitlines()]
        assert [record["path"] for record in records] == [f"music/{name}" for name in names]

    def test_a_folder_without_audio_is_an_error(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "empty").mkdir()
        result = run("classify", "--json", "empty")
        assert result.returncode == 1
        assert json.loads(result.stdout)["error"]["code"] == "audio-folder"

    def test_csv(self, run: Run, tmp_path: Path) -> None:
        good = write_wav(tmp_path / "good, really.wav", band_noise(4, 5.0))
        result = run("classify", "--csv", good, "missing.wav")
        assert result.returncode == 1
        first, second = csv.DictReader(io.StringIO(result.stdout))
        assert first["path"] == str(good)
        assert (first["status"], first["genre"], first["best_genre"]) == ("ok", GENRES[4], GENRES[4])
        assert float(first["confidence"]) == float(first[GENRES[4]]) > 0.9
        assert sum(float(first[genre]) for genre in GENRES) == pytest.approx(1.0, abs=1e-4)
        assert (first["duration"], first["model"], first["error_code"]) == ("5.000", "tiny", "")
        assert (second["path"], second["status"], second["genre"]) == ("missing.wav", "error", "")
        assert second["error_code"] == "audio-missing"

    def test_the_table_is_aligned(self, run: Run, tmp_path: Path) -> None:
        from genre_app.terminal import display_width

        write_wav(tmp_path / "music" / "a.wav", band_noise(4, 65.0))
        write_wav(tmp_path / "music" / "한국 노래 🎵.wav", band_noise(0, 5.0))
        write_wav(tmp_path / "music" / "silence.wav", np.zeros(5 * SAMPLE_RATE, dtype=np.float32))
        result = run("classify", "music", "missing.wav")
        assert result.returncode == 1
        head, *rows = result.stdout.splitlines()
        assert "\x1b" not in result.stdout + result.stderr
        column = head.index("Genre")
        expected = {"music/a.wav": GENRES[4], "silence": "unsure", "한국": GENRES[0], "missing": "error"}
        assert len(rows) == len(expected)
        for row, (name, genre) in zip(rows, expected.items(), strict=True):
            assert name in row
            before = row[: row.index(f"  {genre}")] + "  "
            assert display_width(before) == column
        assert "1:05" in rows[0]
        assert rows[1].endswith("silence")
        assert "4 files, 1 failed" in result.stderr

    def test_a_warning_is_said(self, run: Run, tmp_path: Path) -> None:
        path = write_wav(tmp_path / "cut.wav", band_noise(4, 30.0))
        path.write_bytes(path.read_bytes()[:800_000])
        result = run("classify", "--json", path)
        assert result.returncode == 0
        assert len(json.loads(result.stdout)["warnings"]) == 1
        assert "cut.wav" in result.stderr

    def test_another_model(self, run: Run, tmp_path: Path, install_tiny_model: Callable[..., str]) -> None:
        install_tiny_model("other", genres=list(reversed(GENRES)))
        path = write_wav(tmp_path / "a.wav", band_noise(0, 5.0))
        record = json.loads(run("classify", "--json", "--model", "other", path).stdout)
        assert (record["model"], record["genre"]) == ("other", GENRES[-1])

    @pytest.mark.parametrize("model_id", ["none", "../tiny", ""])
    def test_a_model_that_is_not_there(self, run: Run, tmp_path: Path, model_id: str) -> None:
        path = write_wav(tmp_path / "a.wav", band_noise(0, 5.0))
        result = run("classify", "--json", "--model", model_id, path)
        assert (result.returncode, result.stdout) == (1, "")
        assert f"no model named “{model_id}”" in result.stderr

    def test_a_damaged_model(self, run: Run, tmp_path: Path, genre_app_home: Path) -> None:
        path = write_wav(tmp_path / "a.wav", band_noise(0, 5.0))
        (genre_app_home / "data" / "models" / "tiny" / "head.npz").write_bytes(b"")
        result = run("classify", "--json", "--model", "tiny", path)
        assert (result.returncode, result.stdout) == (1, "")
        assert "head.npz differs from its check sum" in result.stderr

    @pytest.mark.parametrize("form", ["--json", "--csv", None])
    @pytest.mark.parametrize("locale", ["C.UTF-8", "ascii"])
    def test_any_name(self, run: Run, tmp_path: Path, form: str | None, locale: str) -> None:
        names = ["a b.wav", "노래 🎵.wav", "line\nbreak.wav", "-dash.wav", 'quote".wav']
        paths: list[bytes] = [os.fsencode(tmp_path / name) for name in names]
        paths.append(os.fsencode(tmp_path) + b"/caf\xe9.wav")
        for path in paths:
            write_wav(path, band_noise(3, 1.0))
        env = {"LC_ALL": "C.UTF-8"} if locale == "C.UTF-8" else {"PYTHONIOENCODING": "ascii:strict"}
        result = run("classify", *([form] if form else []), *paths, env=env)
        assert result.returncode == 0
        if form == "--json":
            records = [json.loads(line) for line in result.stdout.splitlines()]
            assert [os.fsencode(record["path"]) for record in records] == paths
            if locale == "C.UTF-8":
                assert "노래 🎵" in result.stdout
        elif form == "--csv":
            assert len(list(csv.DictReader(io.StringIO(result.stdout)))) == len(paths)
        else:
            assert len(result.stdout.splitlines()) == 1 + len(paths)

    def test_each_line_is_there_as_soon_as_it_can_be(self, start: Start, tmp_path: Path) -> None:
        short = write_wav(tmp_path / "short.wav", band_noise(0, 1.0))
        long = write_long_wav(tmp_path / "long.wav", 60)
        with start("classify", "--json", short, long) as process:
            assert process.stdout is not None
            record = json.loads(process.stdout.readline())
            first = time.monotonic()
            assert record["path"] == str(short)
            record = json.loads(process.stdout.readline())
            second = time.monotonic()
            assert record["path"] == str(long)
        assert second - first > 0.3

    def test_a_long_file_takes_little_memory(self, tmp_path: Path, environment: dict[str, str]) -> None:
        code = """
import sys
from genre_app.cli import main
status = main(["classify", "--json", sys.argv[1]])
# Unlike ru_maxrss, it does not count what the process was forked from.
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM:"))
print(status, int(peak.split()[1]) // 1024, file=sys.stderr)
"""
        peaks = []
        for minutes in (1, 120):
            path = write_long_wav(tmp_path / "long.wav", minutes)
            result = subprocess.run(
                [sys.executable, "-c", code, path],
                env=environment,
                capture_output=True,
                text=True,
                timeout=120,
            )
            *complaints, status, megabytes = result.stderr.split()
            assert (complaints, status) == ([], "0")
            record = json.loads(result.stdout)
            assert record["genre"] == GENRES[2]
            assert record["duration"] == pytest.approx(minutes * 60, abs=0.01)
            assert record["segments"][-1]["end"] == record["duration"]
            peaks.append(int(megabytes))
        assert peaks[1] < peaks[0] + 40
        assert peaks[1] < 300

    def test_nothing_heavy_is_loaded(self, tmp_path: Path, environment: dict[str, str]) -> None:
        path = write_wav(tmp_path / "a.wav", band_noise(0, 5.0, 48_000), 48_000)
        code = """
import sys
from genre_app.cli import main
status = main(["classify", "--json", sys.argv[1]])
print(status, *sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr)
"""
        result = subprocess.run(
            [sys.executable, "-c", code, path], env=environment, capture_output=True, text=True, timeout=60
        )
        status, *loaded = result.stderr.split()
        assert status == "0"
        assert json.loads(result.stdout)["genre"] == GENRES[0]
        heavy = {"tensorflow", "keras", "jax", "librosa", "PySide6", "pyqtgraph", "scipy", "sklearn", "numba"}
        heavy |= {
            "matplotlib",
            "av",
            "soundfile",
            "sounddevice",
        }  # these two decode in the child, or not at all
        assert not heavy & set(loaded)
        assert {"numpy", "ai_edge_litert"} <= set(loaded)

    @pytest.mark.parametrize(
        "arguments",
        [[], ["--json"], ["--json", "--csv", "a.wav"], ["--unknown", "a.wav"], ["a.wav", "--model"]],
    )
    def test_wrong_usage(self, run: Run, arguments: list[str]) -> None:
        result = run("classify", *arguments)
        assert (result.returncode, result.stdout) == (2, "")
        assert "usage: genre-app classify" in result.stderr

    def test_a_home_that_can_not_be_used(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        path = write_wav(tmp_path / "a.wav", band_noise(0, 5.0))
        result = run("classify", "--json", path, env={"GENRE_APP_HOME": str(tmp_path / "file")})
        if result.returncode == 0:
            assert json.loads(result.stdout)["model"] == "base"
        else:
            assert "no model named “base”" in result.stderr


class TestInterruption:
    def test_control_c(self, start: Start, tmp_path: Path) -> None:
        paths = [
            write_wav(tmp_path / "short.wav", band_noise(0, 1.0)),
            write_long_wav(tmp_path / "long.wav", 600),
        ]
        with start("classify", "--json", *paths, start_new_session=True) as process:
            assert process.stdout is not None
            assert process.stdout.readline()
            os.killpg(process.pid, signal.SIGINT)  # as a terminal does: the decoder gets it too
            started = time.monotonic()
            output, errors = process.communicate(timeout=30)
        assert time.monotonic() - started < 3
        assert process.returncode == 130
        assert output == b""
        assert errors == b""

    def test_a_reader_that_has_seen_enough(self, start: Start, tmp_path: Path) -> None:
        path = write_wav(tmp_path / "a.wav", band_noise(0, 1.0))
        with start("classify", "--json", *[path] * 200) as process:
            assert process.stdout is not None
            assert process.stdout.readline()
            process.stdout.close()
            assert process.stderr is not None
            assert process.stderr.read() == b""
        assert process.returncode == 141


class TestTerminal:
    def test_colour_and_progress(self, start: Start, tmp_path: Path) -> None:
        paths = [write_wav(tmp_path / f"{i}.wav", band_noise(i, 1.0)) for i in range(3)]
        ours, theirs = pty.openpty()
        process = start("classify", *paths, stdout=theirs, stderr=theirs)
        os.close(theirs)
        output = b""
        try:
            while data := os.read(ours, 4096):
                output += data
        except OSError:  # the other side is closed
            pass
        os.close(ours)
        assert process.wait(30) == 0
        assert f"\x1b[1m{GENRES[1]}".encode() in output
        assert b"1 of 3" in output

    def test_neither_where_it_is_redirected(self, start: Start, tmp_path: Path) -> None:
        path = write_wav(tmp_path / "a.wav", band_noise(1, 1.0))
        with start("classify", path, path) as process:
            output, errors = process.communicate(timeout=60)
        assert b"\x1b" not in output + errors
        assert b" of 2" not in errors


class TestEvaluate:
    @pytest.fixture
    def clips(self, tmp_path: Path) -> Path:
        """Return a folder with two clips of four genres; the ones of pop sound like blues."""
        for group, genre in ((0, GENRES[0]), (3, GENRES[3]), (4, "Hip-Hop"), (0, "pop")):
            for seed in range(2):
                noise = band_noise(group, 5.0, seed=seed)
                write_wav(tmp_path / "clips" / genre / f"{genre}.0000{seed}.wav", noise)
        (tmp_path / "clips" / ".hidden").mkdir()
        (tmp_path / "clips" / "empty").mkdir()
        (tmp_path / "clips" / "notes.txt").write_text("no genre")
        return tmp_path / "clips"

    def test_a_folder(self, run: Run, clips: Path) -> None:
        result = run("evaluate", clips, "--json")
        assert (result.returncode, result.stderr) == (0, "")
        record = json.loads(result.stdout)
        assert (record["n"], record["accuracy"], record["model"]) == (8, 0.75, "tiny")
        low, high = record["accuracy_ci95"]
        assert 0.40 < low < 0.75 < high < 0.94
        assert record["macro_f1"] == pytest.approx((1 + 1 + 2 / 3 + 0) / 4)
        assert record["ece"] == pytest.approx(0.25, abs=0.05)
        assert record["confusion"]["pop"] == dict.fromkeys(GENRES, 0) | {"blues": 2}
        assert record["confusion"]["hiphop"]["hiphop"] == 2
        assert record["per_genre"]["pop"] == {"n": 2, "precision": 0.0, "recall": 0.0, "f1": 0.0}
        assert record["per_genre"]["blues"]["precision"] == 0.5
        assert record["errors"] == []

    def test_a_report(self, run: Run, clips: Path) -> None:
        result = run("evaluate", clips)
        assert result.returncode == 0
        assert "75.0% of 8 clips right" in result.stdout
        for genre in GENRES:
            assert any(line.startswith(genre) for line in result.stdout.splitlines())
        # Nothing was called pop; of country there is none, nor was any called so.
        lines = {line.split()[0]: line.split()[1:5] for line in result.stdout.splitlines() if line}
        assert lines["pop"] == ["2", "–", "0.0%", "0.000"]
        assert lines["country"] == ["0", "–", "–", "–"]

    @pytest.mark.parametrize("suffix", ["", ".wav", ".ogg"])
    @pytest.mark.parametrize("beside", [True, False])
    def test_a_list(self, run: Run, clips: Path, suffix: str, beside: bool) -> None:
        lines = ["# two clips", "", f"blues/blues.00001{suffix}", f"pop/pop.00000{suffix}"]
        listing = (clips if beside else clips.parent) / "list.txt"
        listing.write_text("\n".join(lines))
        result = run("evaluate", *([] if beside else [clips]), "--list", listing, "--json")
        assert result.returncode == 0
        record = json.loads(result.stdout)
        assert (record["n"], record["accuracy"]) == (2, 0.5)

    def test_what_can_not_be_evaluated_is_said(self, run: Run, clips: Path) -> None:
        write_wav(clips / "polka" / "1.wav", band_noise(1, 1.0))
        (clips / "pop" / "text.wav").write_text("no sound")
        result = run("evaluate", clips, "--json")
        assert result.returncode == 1
        record = json.loads(result.stdout)
        assert record["n"] == 8
        assert [error["error"]["code"] for error in record["errors"]] == [
            "unknown-genre",
            "audio-unknown-format",
        ]
        assert "polka" in result.stderr

    @pytest.mark.parametrize(
        "arguments", [[], ["missing"], ["--list", "missing.txt"], [".", "--list", "missing.txt"]]
    )
    def test_wrong_usage(self, run: Run, arguments: list[str]) -> None:
        result = run("evaluate", *arguments)
        assert (result.returncode, result.stdout) == (2, "")
        assert "usage: genre-app evaluate" in result.stderr

    def test_nothing_to_evaluate(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "nothing").mkdir()
        result = run("evaluate", "nothing", "--json")
        assert (result.returncode, result.stdout) == (1, "")
        assert "no clip to evaluate" in result.stderr

    def test_the_shipped_model_on_real_music(self, run: Run, reference_data: Path, repository: Path) -> None:
        if not (repository / "models" / "base" / "model.json").is_file():
            pytest.skip("no shipped model in this checkout")
        folder = reference_data / "gtzan" / "audio"
        result = run("evaluate", folder, "--json", "--model", "base")
        record = json.loads(result.stdout)
        assert result.returncode == 0
        assert record["n"] == len(list(folder.rglob("*.ogg"))) > 0
        assert record["accuracy"] > 0.6


class TestWindow:
    def test_without_a_display_it_names_the_way_without(self, run: Run) -> None:
        result = run("a.wav")
        assert (result.returncode, result.stdout) == (1, "")
        assert "genre-app classify" in result.stderr
        assert "no display" in result.stderr

    def test_a_display_that_does_not_answer(self, run: Run) -> None:
        result = run(env={"DISPLAY": ":987"})
        assert result.returncode == 1
        assert "“:987” does not answer" in result.stderr
        assert "genre-app classify" in result.stderr

    @pytest.mark.parametrize(
        ("arguments", "files"),
        [
            ([], []),
            (["a.wav", "music"], ["a.wav", "music"]),
            (["a.wav", "classify"], ["a.wav", "classify"]),
            (["--", "classify"], ["classify"]),
            (["--", "-dash.wav"], ["-dash.wav"]),
        ],
    )
    def test_files_open_in_it(
        self, arguments: list[str], files: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        opened: list[list[Path]] = []

        def open_window(paths: Sequence[Path]) -> int:
            opened.append(list(paths))
            return 0

        window = types.ModuleType("genre_app.gui.app")
        monkeypatch.setattr(window, "main", open_window, raising=False)
        monkeypatch.setitem(sys.modules, "genre_app.gui.app", window)
        monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
        monkeypatch.chdir(tmp_path)
        assert cli.main(arguments) == 0
        assert opened == [[Path(name) for name in files]]

    @pytest.mark.parametrize(
        ("word", "hint"), [("clasify", "did you mean “classify”?"), ("xyzzy", "no command")]
    )
    def test_a_misspelt_command(self, run: Run, word: str, hint: str) -> None:
        result = run(word, "a.wav")
        assert (result.returncode, result.stdout) == (2, "")
        assert hint in result.stderr

    def test_an_unknown_option(self, run: Run) -> None:
        assert run("--unknown").returncode == 2


def test_version(run: Run) -> None:
    result = run("--version")
    assert (result.returncode, result.stdout) == (0, f"genre-app {__version__}\n")


@pytest.mark.parametrize("arguments", [["--help"], ["classify", "--help"], ["evaluate", "--help"]])
def test_help(run: Run, arguments: list[str]) -> None:
    result = run(*arguments)
    assert result.returncode == 0
    assert result.stdout.startswith("usage: genre-app")


def test_what_nobody_foresaw_is_a_sentence_and_in_the_log(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, genre_app_home: Path
) -> None:
    def fail(model_id: str | None) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr("genre_app.classifier.Classifier.load", fail)
    path = write_wav(tmp_path / "a.wav", band_noise(0, 1.0))
    assert cli.main(["classify", str(path)]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "ZeroDivisionError: a bug" in captured.err
    assert "Traceback" not in captured.err
    log = genre_app_home / "log" / "genre-app.log"
    assert str(log) in captured.err
    assert "Traceback" in log.read_text(encoding="utf-8")
