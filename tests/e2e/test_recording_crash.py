"""kill -9 in the middle of a recording: the take is there at the next start, up to the last second."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import numpy as np
import pytest
import soundfile

from genre_app.audio.recovery import recover_unfinished
from tests.sound_server import SoundServer
from tests.synthetic_song import best_match, synthetic_song, write_song

# Records into a folder, prints the path of the take, and says every hundredth of a second how long it is.
RECORDING_PROCESS = """
import sys, time
from pathlib import Path
from genre_app.audio.recorder import Recorder

recorder = Recorder(Path(sys.argv[1]))
print(recorder.start(), flush=True)
while True:
    print(recorder.seconds, flush=True)
    time.sleep(0.01)
"""


@contextmanager
def recording_process(takes: Path) -> Iterator[tuple[subprocess.Popen[str], Path, IO[str]]]:
    """Record into `takes`: the process, the path of its take, and the stream of lengths in seconds."""
    process = subprocess.Popen(
        [sys.executable, "-c", RECORDING_PROCESS, str(takes)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        yield process, Path(process.stdout.readline().rstrip("\n")), process.stdout
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.mark.parametrize("seconds", [2.0, 4.7])
def test_a_killed_recording_is_found_at_the_next_start(
    sound_server: SoundServer, tmp_path: Path, seconds: float
) -> None:
    song = synthetic_song(7.0)
    takes = tmp_path / "takes"
    recorded = 0.0
    playing: subprocess.Popen[bytes] | None = None
    with recording_process(takes) as (process, path, lengths):
        while recorded < seconds:
            recorded = float(lengths.readline())
            if playing is None and recorded > 0:
                playing = sound_server.play(write_song(tmp_path / "song.wav", song))
                assert recover_unfinished(takes) == [], "a running take was taken for a lost one"
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    assert playing is not None
    playing.terminate()
    playing.wait()

    assert recover_unfinished(takes) == [path]
    assert list(takes.iterdir()) == [path]
    samples, rate = soundfile.read(path, dtype="float32")
    lost = recorded - len(samples) / rate
    assert lost < 1.0
    # All that was heard until the last second is in it, without a gap.
    heard = np.flatnonzero(np.abs(samples) > 0.001)
    part = song[: len(samples) - heard[0]]
    assert best_match(samples, part)[0] > 0.999
    assert len(part) > (recorded - 1.5) * rate


def test_a_running_recording_is_playable_by_others(sound_server: SoundServer, tmp_path: Path) -> None:
    """The header is right at every moment: another program can open the file while it grows."""
    frames = []
    with recording_process(tmp_path / "takes") as (_, path, lengths):
        while float(lengths.readline()) < 1.0:
            pass
        for _ in range(5):
            content = path.read_bytes()
            # Samples are written first, then their number: what is read in between is only behind.
            promised = int.from_bytes(content[40:44], "little")
            assert 0 < promised <= len(content) - 44
            frames.append(soundfile.info(path).frames)
            time.sleep(0.25)
    assert frames == sorted(set(frames))


def test_a_program_that_ends_while_it_records_does_not_hang(
    sound_server: SoundServer, tmp_path: Path
) -> None:
    script = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from genre_app.audio.recorder import Recorder\n"
        "recorder = Recorder(Path(sys.argv[1]))\n"
        "recorder.start()\n"
        "while recorder.seconds < 1.0:\n"
        "    time.sleep(0.01)\n"
    )
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=True, timeout=20)
    (take,) = recover_unfinished(tmp_path)
    assert soundfile.info(take).duration > 0.5
