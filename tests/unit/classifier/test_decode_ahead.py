from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from genre_app.classifier.decode_ahead import Block, decoded_ahead
from genre_app.progress import Cancelled, Progress


class Source:
    """Yields blocks of 100 samples numbered from 0, calling `before` with the number first."""

    def __init__(self, n: int, before: Callable[[int], object] = int) -> None:
        self.n = n
        self.before = before
        self.fetched = 0
        self.closed = threading.Event()

    def __iter__(self) -> Iterator[Block]:
        for i in range(self.n):
            self.before(i)
            if self.closed.is_set():
                return
            self.fetched += 1
            yield np.full(100, i, dtype=np.float32)

    def close(self) -> None:
        self.closed.set()


def threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name == "decode-ahead"]


def test_all_blocks_arrive_in_order() -> None:
    with decoded_ahead(Source(500), 300) as blocks:
        assert [int(block[0]) for block in blocks] == list(range(500))
    assert threads() == []


def test_it_runs_ahead_but_not_far() -> None:
    source = Source(500)
    with decoded_ahead(source, 1000) as blocks:
        next(blocks)
        deadline = time.monotonic() + 5
        while source.fetched < 11 and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(0.1)
        # Ten wait, and one more is in the hands of the thread.
        assert 11 <= source.fetched <= 12
    assert threads() == []


def test_an_error_comes_after_the_blocks_before_it() -> None:
    def before(i: int) -> None:
        if i == 3:
            raise OSError("the disk is gone")

    with decoded_ahead(Source(9, before), 10_000) as blocks:
        assert [int(next(blocks)[0]) for _ in range(3)] == [0, 1, 2]
        with pytest.raises(OSError, match="the disk is gone"):
            next(blocks)
    assert threads() == []


def test_leaving_early_ends_the_thread() -> None:
    with decoded_ahead(Source(10**9), 300) as blocks:
        assert int(next(blocks)[0]) == 0
    assert threads() == []


def test_leaving_while_the_decoder_hangs_closes_it() -> None:
    source = Source(5)
    source.before = lambda i: i < 2 or source.closed.wait(30)
    started = time.monotonic()
    with decoded_ahead(source, 300) as blocks:
        next(blocks)
    assert source.closed.is_set()
    assert time.monotonic() - started < 5
    assert threads() == []


def test_waiting_for_a_hanging_decoder_can_be_cancelled() -> None:
    source = Source(5)
    source.before = lambda _: source.closed.wait(30)
    progress = Progress()
    threading.Timer(0.2, progress.cancel).start()
    started = time.monotonic()
    with pytest.raises(Cancelled), decoded_ahead(source, 300, progress.raise_if_cancelled) as blocks:
        next(blocks)
    assert time.monotonic() - started < 5
    assert threads() == []
