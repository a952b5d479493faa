"""Markers of running takes, and what becomes of takes that nobody finished."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from genre_app.audio.recovery import TakeMarker, recover_unfinished
from genre_app.audio.wav_writer import WavWriter

# Begins a take of 0.1 s, says so, and waits to be killed or for a line.
RECORDING_PROCESS = """
import sys
from pathlib import Path
import numpy as np
from genre_app.audio.recovery import TakeMarker
from genre_app.audio.wav_writer import WavWriter

path = Path(sys.argv[1])
marker = TakeMarker(path)
writer = WavWriter(path, 8000)
writer.append(np.full(800, 0.5, np.float32))
print("recording", flush=True)
sys.stdin.readline()
writer.close()
marker.remove()
"""


def recording_process(path: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", RECORDING_PROCESS, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "recording\n"
    return process


def test_a_killed_take_is_recovered_once(tmp_path: Path) -> None:
    path = tmp_path / "Recording ☂ 1.wav"
    with recording_process(path) as process:
        process.kill()
    assert recover_unfinished(tmp_path) == [path]
    samples, _ = soundfile.read(path)
    assert len(samples) == 800
    assert recover_unfinished(tmp_path) == []
    assert list(tmp_path.iterdir()) == [path]


def test_a_take_of_a_running_instance_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "take.wav"
    with recording_process(path) as process:
        before = path.read_bytes()
        assert recover_unfinished(tmp_path) == []
        assert path.read_bytes() == before
        process.communicate("finish\n")
        assert process.returncode == 0
    assert recover_unfinished(tmp_path) == []
    assert list(tmp_path.iterdir()) == [path]


def test_a_take_of_this_process_is_not_touched(tmp_path: Path) -> None:
    marker = TakeMarker(tmp_path / "take.wav")
    writer = WavWriter(tmp_path / "take.wav", 8000)
    assert recover_unfinished(tmp_path) == []
    writer.close()
    marker.remove()
    assert [file.name for file in tmp_path.iterdir()] == ["take.wav"]


def test_a_released_take_is_recovered(tmp_path: Path) -> None:
    marker = TakeMarker(tmp_path / "take.wav")
    writer = WavWriter(tmp_path / "take.wav", 8000)
    writer.append(np.zeros(8, np.float32))
    marker.release()
    assert recover_unfinished(tmp_path) == [tmp_path / "take.wav"]
    writer.close()


def test_a_take_without_sound_is_removed(tmp_path: Path) -> None:
    marker = TakeMarker(tmp_path / "take.wav")
    WavWriter(tmp_path / "take.wav", 8000).close()
    marker.release()
    assert recover_unfinished(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_a_marker_without_a_take_is_removed(tmp_path: Path) -> None:
    TakeMarker(tmp_path / "take.wav").release()
    assert recover_unfinished(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_take_of_ours_is_left_as_it_is(tmp_path: Path) -> None:
    TakeMarker(tmp_path / "take.wav").release()
    (tmp_path / "take.wav").write_bytes(b"something else")
    assert recover_unfinished(tmp_path) == []
    assert (tmp_path / "take.wav").read_bytes() == b"something else"


def test_a_take_that_cannot_be_mended_now_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    TakeMarker(tmp_path / "take.wav").release()
    writer = WavWriter(tmp_path / "take.wav", 8000)
    writer.append(np.zeros(8, np.float32))
    writer.close()

    def refuse(path: Path) -> float:
        raise OSError("the disk is gone")

    with monkeypatch.context() as patch:
        patch.setattr("genre_app.audio.wav_writer.repair", refuse)
        assert recover_unfinished(tmp_path) == []
    assert recover_unfinished(tmp_path) == [tmp_path / "take.wav"]


def test_a_folder_that_is_not_there_holds_no_takes(tmp_path: Path) -> None:
    assert recover_unfinished(tmp_path / "nowhere") == []
