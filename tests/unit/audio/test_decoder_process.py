"""The decoding process may crash, hang, be ended or left alone: nothing else suffers, nothing is left."""

from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from genre_app.audio import decode, decoder_client
from genre_app.audio.decode import AudioStream, open_audio, prewarm, read_audio
from genre_app.audio.errors import (
    AudioDamagedError,
    AudioMissingError,
    DecoderCrashedError,
    DecoderStartError,
    DecoderTimeoutError,
)
from genre_app.errors import UnexpectedError
from tests.audio_files import to_int16, wav_bytes, write_long_wav, write_sndfile
from tests.synthetic_song import synthetic_song

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/stat").exists(), reason="looks at processes through /proc"
)

REPOSITORY = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def _no_decoders_around() -> Iterator[None]:
    """Start without idle decoders, and leave neither decoders nor zombies behind."""
    decoder_client.pool.close()
    assert children() == []
    yield
    gc.collect()
    decoder_client.pool.close()
    wait_until(lambda: children() == [])
    assert children(zombies=True) == []


@pytest.fixture
def short(tmp_path: Path) -> Path:
    """Return a WAV of three seconds, with two channels."""
    left = synthetic_song(3.0)
    return write_sndfile(tmp_path / "short.wav", np.stack([left, left], axis=1))


@pytest.fixture
def long(tmp_path: Path) -> Path:
    """Return a WAV of an hour that takes no disk space."""
    return write_long_wav(tmp_path / "long.wav", 1.0)


def children(of: int | None = None, *, zombies: bool = False) -> list[int]:
    """Return the process ids of the decoders, or of the zombies, among a process's (this one's) children."""
    found = []
    for process in Path("/proc").iterdir():
        if not process.name.isdecimal():
            continue
        try:
            state, parent = (process / "stat").read_text().rpartition(")")[2].split()[:2]
            command = (process / "cmdline").read_bytes()
        except OSError:
            continue
        if int(parent) == (of or os.getpid()) and (
            state == "Z" if zombies else b"decoder_process" in command
        ):
            found.append(int(process.name))
    return sorted(found)


def is_gone(pid: int) -> bool:
    """Whether a process has ended; what nobody has asked for its exit status counts as ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def wait_until(condition: Callable[[], bool], seconds: float = 5.0) -> None:
    """Wait until `condition` holds, and fail if it never does."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


def drain(stream: AudioStream) -> None:
    """Read `stream` to its end."""
    for _ in stream:
        pass


def most_memory(pid: int) -> int:
    """Return the most bytes of memory that a process has had."""
    status = Path(f"/proc/{pid}/status").read_text()
    return 1024 * int(status.partition("VmHWM:")[2].split()[0])


def with_child_code(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Have the next decoders run `code` before they start, in which `readers` is the module of that name."""
    boot = "import sys; sys.path[:] = sys.argv[1:]\n"
    boot += "import os\nfrom genre_app.audio import decoder_process, readers\n"
    monkeypatch.setattr(decoder_client, "_BOOT", boot + textwrap.dedent(code) + "\ndecoder_process.main()\n")


# Crashes and hangs


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT])
def test_crash_in_mid_file_costs_that_file_only(how: signal.Signals, long: Path, short: Path) -> None:
    with open_audio(long, sample_rate=22050) as doomed, open_audio(long, sample_rate=22050) as other:
        next(doomed)
        next(other)
        first, second = children()
        os.kill(first, how)
        with pytest.raises(DecoderCrashedError) as raised:
            drain(doomed)
        assert raised.value.parameters["reason"] == how.name
        assert raised.value.parameters["path"] == str(long)
        if how != signal.SIGKILL:
            assert "decoder_process.py" in (raised.value.details or ""), "where it crashed"
        assert len(next(other)) > 0
        assert list(doomed) == [], "the error is raised once"
        assert children() == [second]
    assert len(read_audio(short)[0]) == 3 * 44100
    assert children(zombies=True) == []


def test_crash_while_opening(monkeypatch: pytest.MonkeyPatch, short: Path) -> None:
    with_child_code(monkeypatch, "readers.headers.sniff = lambda file: os.abort()")
    with pytest.raises(DecoderCrashedError) as raised:
        open_audio(short)
    assert raised.value.parameters["reason"] == "SIGABRT"
    monkeypatch.undo()
    assert len(read_audio(short)[0]) == 3 * 44100


def test_decoder_that_a_former_file_left_sick_is_replaced(
    monkeypatch: pytest.MonkeyPatch, short: Path
) -> None:
    with_child_code(
        monkeypatch,
        """
        count, sniff = [], readers.headers.sniff
        def sick(file):
            count.append(1)
            if len(count) > 1:
                os._exit(7)
            return sniff(file)
        readers.headers.sniff = sick
        """,
    )
    for _ in range(3):
        assert len(read_audio(short)[0]) == 3 * 44100


def test_decoder_ended_while_idle_is_replaced(short: Path) -> None:
    for _ in range(2):
        prewarm()
        (pid,) = children()
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda pid=pid: is_gone(pid))
        assert len(read_audio(short)[0]) == 3 * 44100
        assert children(zombies=True) == []


def test_hang_in_mid_file_ends_in_time(monkeypatch: pytest.MonkeyPatch, long: Path, short: Path) -> None:
    monkeypatch.setattr(decode, "BLOCK_TIMEOUT", 0.5)
    with open_audio(long) as stream:
        next(stream)
        (pid,) = children()
        os.kill(pid, signal.SIGSTOP)
        begin = time.monotonic()
        with pytest.raises(DecoderTimeoutError):
            drain(stream)
        assert 0.4 < time.monotonic() - begin < 3
        assert is_gone(pid)
    assert len(read_audio(short)[0]) == 3 * 44100


def test_hang_while_opening_ends_in_time(monkeypatch: pytest.MonkeyPatch, short: Path) -> None:
    with_child_code(monkeypatch, "import time\nreaders.headers.sniff = lambda file: time.sleep(60)")
    monkeypatch.setattr(decode, "BLOCK_TIMEOUT", 0.7)
    begin = time.monotonic()
    with pytest.raises(DecoderTimeoutError):
        open_audio(short)
    assert time.monotonic() - begin < 3


def test_slow_reader_is_no_hang(monkeypatch: pytest.MonkeyPatch, long: Path) -> None:
    """A player takes a block a second and may pause for minutes: only waiting for the decoder counts."""
    monkeypatch.setattr(decode, "BLOCK_TIMEOUT", 0.6)
    with open_audio(long) as stream:
        for _ in range(3):
            next(stream)
            time.sleep(0.8)


def test_each_stream_has_its_own_time_limit(monkeypatch: pytest.MonkeyPatch, long: Path) -> None:
    with open_audio(long) as hanging, open_audio(long) as healthy:
        next(hanging)
        pid = children()[0]
        os.kill(pid, signal.SIGSTOP)
        monkeypatch.setattr(decode, "BLOCK_TIMEOUT", 0.5)

        def wait_for_the_hanging() -> None:
            with pytest.raises(DecoderTimeoutError):
                drain(hanging)

        thread = threading.Thread(target=wait_for_the_hanging)
        thread.start()
        count = 0
        while thread.is_alive():
            count += len(next(healthy))
        thread.join()
        assert count > 44100
        assert len(next(healthy)) > 0


def test_python_error_in_the_child_is_told_and_survived(monkeypatch: pytest.MonkeyPatch, short: Path) -> None:
    with_child_code(
        monkeypatch,
        """
        count, sniff = [], readers.headers.sniff
        def broken(file):
            count.append(1)
            return 1 / 0 if len(count) == 1 else sniff(file)
        readers.headers.sniff = broken
        """,
    )
    with pytest.raises(UnexpectedError, match="ZeroDivisionError") as raised:
        open_audio(short)
    assert "Traceback" in (raised.value.details or "")
    (pid,) = children()
    assert len(read_audio(short)[0]) == 3 * 44100
    assert children() == [pid]


def test_memory_of_the_child_is_limited(monkeypatch: pytest.MonkeyPatch, short: Path) -> None:
    with_child_code(
        monkeypatch, "import numpy\nreaders.headers.sniff = lambda file: numpy.ones(3 << 30, numpy.uint8)"
    )
    with pytest.raises(AudioDamagedError, match="memory"):
        open_audio(short)


@pytest.mark.parametrize("code", ["sys.exit(3)", "raise ImportError('no module named soundfile')"])
def test_decoder_that_does_not_start(code: str, monkeypatch: pytest.MonkeyPatch, short: Path) -> None:
    with_child_code(monkeypatch, code)
    with pytest.raises(DecoderStartError) as raised:
        open_audio(short)
    assert raised.value.parameters["reason"].startswith("exit status")
    if "soundfile" in code:
        assert "soundfile" in (raised.value.details or "")


def test_no_interpreter(monkeypatch: pytest.MonkeyPatch, short: Path) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    prewarm()
    with pytest.raises(DecoderStartError, match="No such file"):
        open_audio(short)


# What the child prints


def test_prints_of_libraries_do_not_get_between_the_blocks(
    monkeypatch: pytest.MonkeyPatch, short: Path
) -> None:
    expected, _ = read_audio(short)
    decoder_client.pool.close()
    with_child_code(
        monkeypatch,
        """
        import ctypes
        read = readers.SndfileReader.read
        def noisy(self, frames):
            os.write(1, b"native noise\\n" * 100)
            ctypes.CDLL(None).puts(b"C noise")
            print("Python noise", flush=True)
            return read(self, frames)
        readers.SndfileReader.read = noisy
        """,
    )
    with open_audio(short) as stream:
        np.testing.assert_array_equal(np.concatenate(list(stream)), expected)


def test_flood_of_messages_does_not_block_and_its_end_is_kept(
    monkeypatch: pytest.MonkeyPatch, short: Path
) -> None:
    with_child_code(
        monkeypatch,
        """
        def flood(self, frames):
            os.write(2, b"x" * 3_000_000 + b" last words\\n")
            os._exit(3)
        readers.SndfileReader.read = flood
        """,
    )
    with pytest.raises(DecoderCrashedError) as raised:
        open_audio(short)
    assert raised.value.details is not None
    assert raised.value.details.endswith("last words")
    assert len(raised.value.details) < 20_000


# Many streams, abandoned streams


def test_child_is_reused(short: Path) -> None:
    read_audio(short)
    (pid,) = children()
    for _ in range(3):
        read_audio(short)
        with pytest.raises(AudioMissingError):
            open_audio(short.with_name("missing.wav"))
    assert children() == [pid]


def test_abandoned_stream_frees_its_child(long: Path, short: Path) -> None:
    with open_audio(long) as stream:
        next(stream)
        (pid,) = children()
    begin = time.monotonic()
    stream.close()
    assert list(stream) == []
    assert len(read_audio(short)[0]) == 3 * 44100
    assert time.monotonic() - begin < 1
    assert children() == [pid], "it was broken off, not ended"


def test_closing_many_times_over_is_quick(long: Path) -> None:
    """As a player does that seeks."""
    begin = time.monotonic()
    for place in range(40):
        with open_audio(long, mono=False, start=float(place)) as stream:
            next(stream)
    assert time.monotonic() - begin < 4
    assert len(children()) == 1


def test_closing_when_the_child_does_not_listen(long: Path) -> None:
    stream = open_audio(long)
    (pid,) = children()
    os.kill(pid, signal.SIGSTOP)
    begin = time.monotonic()
    stream.close()
    assert time.monotonic() - begin < 1
    wait_until(lambda: is_gone(pid))


def test_forgotten_stream_ends_its_child(long: Path) -> None:
    stream = open_audio(long)
    next(stream)
    (pid,) = children()
    del stream
    wait_until(lambda: is_gone(pid))

    def reaped() -> bool:
        # Whoever starts the next child reaps the last, once the thread that read its messages has let go.
        gc.collect()
        decoder_client.pool.close()
        prewarm()
        return children(zombies=True) == []

    wait_until(reaped)


def test_close_from_another_thread_ends_the_iteration(long: Path) -> None:
    stream = open_audio(long)
    next(stream)
    (pid,) = children()
    os.kill(pid, signal.SIGSTOP)  # so that the iteration does wait
    threading.Timer(0.3, stream.close).start()
    begin = time.monotonic()
    drain(stream)
    assert time.monotonic() - begin < 3
    wait_until(lambda: is_gone(pid))
    assert list(stream) == []


def test_interrupted_wait_leaves_no_child(long: Path) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    stream = open_audio(long)
    (pid,) = children()
    os.kill(pid, signal.SIGSTOP)
    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.3)
        with pytest.raises(KeyboardInterrupt):
            drain(stream)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert is_gone(pid)


def test_ctrl_c_in_the_terminal_is_not_for_the_child(long: Path) -> None:
    with open_audio(long) as stream:
        next(stream)
        (pid,) = children()
        os.kill(pid, signal.SIGINT)
        for _ in range(20):
            next(stream)
        assert children() == [pid]


def test_many_files_in_several_threads(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    expected: dict[Path, np.ndarray] = {}
    for index in range(24):
        samples = to_int16(rng.uniform(-0.5, 0.5, int(rng.integers(1, 200_000))).astype(np.float32))
        path = tmp_path / f"{index}.wav"
        path.write_bytes(wav_bytes(samples))
        expected[path] = samples / np.float32(32768)
    missing = [tmp_path / f"missing-{index}.wav" for index in range(8)]

    def decode_one(path: Path) -> bool:
        if path in missing:
            with pytest.raises(AudioMissingError):
                open_audio(path)
            return True
        return bool(np.array_equal(read_audio(path)[0], expected[path]))

    jobs = [*expected, *missing] * 4
    rng.shuffle(jobs)  # type: ignore[arg-type]
    with ThreadPoolExecutor(6) as threads:
        assert all(threads.map(decode_one, jobs))
    assert len(children()) <= 2, "idle ones beyond two are let go"


def test_fork_has_decoders_of_its_own(long: Path, short: Path) -> None:
    expected, _ = read_audio(short)
    with open_audio(long) as stream:
        next(stream)
        pid = os.fork()
        if pid == 0:
            try:
                same = np.array_equal(read_audio(short)[0], expected)
            finally:
                decoder_client.pool.close()
                os._exit(0 if same else 1)
        status = os.waitpid(pid, 0)[1]
        assert os.waitstatus_to_exitcode(status) == 0
        for _ in range(20):
            assert len(next(stream)) > 0
    np.testing.assert_array_equal(read_audio(short)[0], expected)


# The parent's end


@pytest.mark.parametrize(
    "doing",
    [
        "prewarm()",
        "stream = open_audio(path); next(stream)",
        "stream = open_audio(path); threading.Thread(target=list, args=[stream], daemon=True).start()",
    ],
    ids=["idle", "waiting for its reader", "decoding"],
)
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_child_ends_with_its_parent(doing: str, how: signal.Signals, long: Path) -> None:
    script = f"""
import sys, threading, time
from genre_app.audio.decode import open_audio, prewarm
path = sys.argv[1]
{doing}
print("ready", flush=True)
time.sleep(60)
"""
    parent = subprocess.Popen(
        [sys.executable, "-c", script, str(long)], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True
    )
    try:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "ready\n"
        (pid,) = children(parent.pid)
        parent.send_signal(how)
        parent.wait(5)
        wait_until(lambda: is_gone(pid))
    finally:
        parent.kill()
        parent.communicate()


@pytest.mark.parametrize("closing", ["stream.close()", "pass"], ids=["closed", "left open"])
def test_nothing_is_left_after_a_normal_exit(closing: str, long: Path) -> None:
    script = f"""
import sys
from genre_app.audio.decode import open_audio
stream = open_audio(sys.argv[1])
next(stream)
print(stream._decoder.pid)
{closing}
"""
    # Developers' mode warns of processes and pipes that were left open.
    mode = ["-X", "dev", "-W", "error"] if closing != "pass" else []
    done = subprocess.run(
        [sys.executable, *mode, "-c", script, str(long)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert done.returncode == 0
    assert done.stderr == ""
    wait_until(lambda: is_gone(int(done.stdout)))


# Memory and time


def test_memory_is_bounded(long: Path) -> None:
    """Of 635 MB of samples, at no time there are more than some seconds in memory."""
    script = """
import sys
from pathlib import Path
from genre_app.audio.decode import open_audio
from genre_app.audio.peaks import PeakCollector
def most(pid):
    return int(Path(f"/proc/{pid}/status").read_text().partition("VmHWM:")[2].split()[0]) // 1024
with open_audio(sys.argv[1], sample_rate=22050) as stream:
    before, peaks, samples = most("self"), PeakCollector(), 0
    for block in stream:
        peaks.add(block)
        samples += len(block)
        child = most(stream._decoder.pid)
print(samples, before, most("self"), child)
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(long)], cwd=REPOSITORY, capture_output=True, text=True, timeout=120
    )
    samples, before, after, child = map(int, done.stdout.split())
    assert samples == 3600 * 22050
    assert after - before < 8, "MB that the parent took"
    assert child < 80, "MB that the child took"


def test_back_pressure(long: Path) -> None:
    """Whoever does not read does not make the child decode on."""
    with open_audio(long) as stream:
        next(stream)
        (pid,) = children()
        time.sleep(0.3)

        def read_so_far() -> int:
            return int(Path(f"/proc/{pid}/io").read_text().partition("rchar: ")[2].split()[0])

        before = read_so_far()
        time.sleep(0.5)
        assert read_so_far() == before
        assert most_memory(pid) < 80 << 20


def test_wide_files_take_no_more_memory(tmp_path: Path) -> None:
    path = tmp_path / "wide.wav"
    with path.open("wb") as file:
        frames = 768_000 * 3
        header = wav_bytes(np.zeros((0, 64), np.int16), 768_000, data_size=frames * 128, channels=64)
        file.write(header)
        file.truncate(len(header) + frames * 128)
    with open_audio(path, sample_rate=22050) as stream:
        assert sum(map(len, stream)) == pytest.approx(3 * 22050, abs=2)
        pid = children()[0]
        assert most_memory(pid) < 100 << 20


def test_start_is_quick(short: Path) -> None:
    times = []
    for _ in range(5):
        decoder_client.pool.close()
        begin = time.monotonic()
        with open_audio(short, sample_rate=22050) as stream:
            next(stream)
            times.append(time.monotonic() - begin)
    assert min(times) < 0.35


def test_prewarmed_start_is_quicker(short: Path) -> None:
    times = []
    for _ in range(3):
        decoder_client.pool.close()
        prewarm()
        prewarm()
        assert len(children()) == 1
        time.sleep(0.5)
        begin = time.monotonic()
        with open_audio(short) as stream:
            next(stream)
            times.append(time.monotonic() - begin)
    assert min(times) < 0.05


def test_child_imports_little() -> None:
    script = """
import sys
from genre_app.audio import decoder_process
light = sorted(sys.modules)
import soundfile
from genre_app.audio import readers
print(*light)
print(*sorted(sys.modules))
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    light, ready = (set(line.split()) for line in done.stdout.splitlines())
    assert not {"numpy", "soundfile", "av", "soxr"} & light
    ours = {name for name in ready if name.startswith("genre_app")}
    assert ours <= {
        *("genre_app", "genre_app.audio", "genre_app.errors", "genre_app.translation"),
        *("genre_app.audio.decoder_process", "genre_app.audio.errors", "genre_app.audio.headers"),
        "genre_app.audio.readers",
    }
    assert not {"av", "soxr", "scipy", "librosa", "PySide6", "tensorflow", "platformdirs"} & ready


def test_prewarming_needs_no_numpy() -> None:
    script = """
import sys
from genre_app.audio.decoder_client import prewarm
prewarm()
assert "numpy" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", script], cwd=REPOSITORY, check=True, timeout=30)


def test_protocol_by_hand(short: Path) -> None:
    """The module can be run and talked to, as its docstring says."""
    request = {
        "command": "open",
        "id": 1,
        "path": os.fsencode(short).hex(),
        "sample_rate": None,
        "mono": False,
    }
    request |= {"start": 1.0, "max_seconds": 0.5}
    child = subprocess.Popen(
        [sys.executable, "-m", "genre_app.audio.decoder_process"],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.write(json.dumps(request).encode() + b"\n")
    child.stdin.flush()
    assert json.loads(child.stdout.readline()) == {"type": "ready"}
    info = json.loads(child.stdout.readline())
    assert (info["type"], info["id"], info["format"], info["delivered_channels"]) == ("info", 1, "WAV", 2)
    size = 0
    while (answer := json.loads(child.stdout.readline()))["type"] == "block":
        size += len(child.stdout.read(answer["bytes"]))
    assert answer == {"type": "end", "warnings": []}
    assert size == 22050 * 2 * 4
    child.stdin.close()
    assert child.wait(5) == 0
    child.stdout.close()
