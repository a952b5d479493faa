"""Files given to a second start of the program, over real sockets and between real processes."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from multiprocessing.connection import Client
from pathlib import Path
from queue import Queue

import pytest

from genre_app.directories import runtime_directory
from genre_app.gui import inbox as inbox_module
from genre_app.gui.inbox import Delivery, Inbox, hand_over
from genre_app.processes import module_environment

_HOLD = """
import sys
from genre_app.gui.inbox import Inbox
print(Inbox(lambda delivery: delivery.accepted.set()).open(), flush=True)
sys.stdin.read()
"""


pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="sockets and signals of POSIX")


class Taken(Queue[Delivery]):
    """A window that takes what it gets."""

    def take(self, delivery: Delivery) -> None:
        delivery.accepted.set()
        self.put(delivery)


@pytest.fixture
def taken() -> Taken:
    return Taken()


@pytest.fixture
def inbox(taken: Taken) -> Iterator[Inbox]:
    inbox = Inbox(taken.take)
    assert inbox.open()
    yield inbox
    inbox.close()


@pytest.fixture
def other_window() -> Iterator[subprocess.Popen[str]]:
    """Start a process that has the inbox, and wait until it has."""
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=module_environment(),
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "True\n"
        yield process
        process.kill()


def test_paths_arrive_whole(
    inbox: Inbox, taken: Taken, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_ACTIVATION_TOKEN", "a token")
    monkeypatch.chdir(tmp_path)
    odd = os.fsdecode("노래 🎵\n".encode() + b"\xff.wav")
    assert hand_over([Path("a song.wav"), Path(odd), Path("/music/../elsewhere")])
    delivery = taken.get_nowait()
    assert delivery.paths == (tmp_path / "a song.wav", tmp_path / odd, Path("/elsewhere"))
    assert delivery.activation_token == "a token"
    monkeypatch.delenv("XDG_ACTIVATION_TOKEN")
    assert hand_over([Path("b.wav")])
    assert taken.get_nowait() == Delivery((tmp_path / "b.wav",), "")


def test_without_a_window_nobody_takes_them() -> None:
    before = set(runtime_directory().iterdir())
    started = time.monotonic()
    assert not hand_over([Path("song.wav")])
    assert time.monotonic() - started < 0.5
    assert set(runtime_directory().iterdir()) == before, "asking must not leave anything behind"


def test_one_window_has_the_inbox_until_it_is_closed(inbox: Inbox, taken: Taken) -> None:
    threads = set(threading.enumerate())
    second_taken = Taken()
    second = Inbox(second_taken.take)
    assert not second.open()
    assert not second.is_open
    assert inbox.open(), "the one that has it keeps it"
    inbox.close()
    inbox.close()
    assert second.open()
    assert hand_over([Path("/song.wav")])
    assert taken.empty()
    assert second_taken.get_nowait().paths == (Path("/song.wav"),)
    own = set(threading.enumerate()) - threads
    assert {thread.name for thread in own} == {"inbox"}
    second.close()
    assert not second.open(), "what is closed stays closed"
    assert not hand_over([Path("/song.wav")])
    for thread in own:
        thread.join(5)
        assert not thread.is_alive()


def test_a_socket_that_was_tidied_away_costs_only_itself(inbox: Inbox) -> None:
    Path(inbox_module._address()).unlink()
    assert not hand_over([Path("/song.wav")])
    inbox.close()


def test_another_home_and_another_screen_are_left_alone(
    inbox: Inbox, taken: Taken, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("DISPLAY", ":4711")
        assert not hand_over([Path("/song.wav")])
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("GENRE_APP_HOME", str(tmp_path / "other"))
        assert not hand_over([Path("/song.wav")])
    assert taken.empty()


def test_what_a_killed_window_leaves_behind_is_in_nobody_s_way(
    other_window: subprocess.Popen[str], taken: Taken
) -> None:
    assert hand_over([Path("/song.wav")])
    other_window.kill()
    other_window.wait()
    assert not hand_over([Path("/song.wav")])
    inbox = Inbox(taken.take)
    assert inbox.open()
    assert hand_over([Path("/song.wav")])
    assert taken.qsize() == 1
    inbox.close()


def test_a_window_that_hangs_does_not_hold_files_up(
    other_window: subprocess.Popen[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox_module, "_TAKES_WITHIN_SECONDS", 0.2)
    monkeypatch.setattr(inbox_module, "_MORE_SECONDS", 0.2)
    other_window.send_signal(signal.SIGSTOP)
    os.waitpid(other_window.pid, os.WUNTRACED)
    started = time.monotonic()
    assert not hand_over([Path("/song.wav")])
    assert time.monotonic() - started < 2


def test_a_window_whose_events_stand_still_does_not_hold_files_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox_module, "_TAKES_WITHIN_SECONDS", 0.2)
    unread: Queue[Delivery] = Queue()
    inbox = Inbox(unread.put)
    assert inbox.open()
    assert not hand_over([Path("/song.wav")])
    assert unread.qsize() == 1
    inbox.close()


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        json.dumps({"version": 2, "paths": ["/song.wav"], "activation_token": ""}).encode(),
        json.dumps({"version": 1, "paths": "/song.wav", "activation_token": ""}).encode(),
        json.dumps({"version": 1, "paths": [1], "activation_token": ""}).encode(),
        json.dumps({"version": 1, "paths": ["/song.wav"], "activation_token": None}).encode(),
    ],
)
def test_what_makes_no_sense_is_refused_and_the_next_one_is_taken(
    inbox: Inbox, taken: Taken, message: bytes
) -> None:
    with Client(inbox_module._address()) as caller:
        caller.send_bytes(message)
        assert caller.recv_bytes() == b"refused"
    with Client(inbox_module._address()):
        pass  # calls, and hangs up
    assert hand_over([Path("/song.wav")])
    assert taken.qsize() == 1


def test_nobody_else_may_knock(inbox: Inbox) -> None:
    assert stat.S_IMODE(runtime_directory().stat().st_mode) == 0o700


def test_without_a_place_for_it_the_window_does_without(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    long = tmp_path / ("long " * 30)
    long.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(long))
    assert not Inbox(print).open()
    assert "a window of their own" in caplog.text
    assert not hand_over([Path("/song.wav")])
