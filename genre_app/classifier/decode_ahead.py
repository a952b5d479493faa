"""Decoding and classifying at the same time: blocks are fetched ahead by a thread of their own."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray

Block = NDArray[np.float32]


class _Queue:
    """Blocks on their way from the fetching thread to the consumer, bounded by their samples."""

    def __init__(self, blocks: Iterable[Block], max_samples: int) -> None:
        self._source = blocks
        self._max_samples = max_samples
        self._blocks: deque[Block] = deque()
        self._samples = 0
        self._ended = False
        self._abandoned = False
        self._error: BaseException | None = None
        self._changed = threading.Condition()

    def fetch(self) -> None:
        """Fetch blocks until there are no more, one fails, or nobody wants them."""
        try:
            for block in self._source:
                with self._changed:
                    self._changed.wait_for(lambda: self._samples < self._max_samples or self._abandoned)
                    if self._abandoned:
                        return
                    self._blocks.append(block)
                    self._samples += block.size
                    self._changed.notify_all()
        except BaseException as error:  # noqa: BLE001 - raised again where the blocks are used
            self._error = error
        finally:
            with self._changed:
                self._ended = True
                self._changed.notify_all()

    def __iter__(self) -> Iterator[Block]:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._blocks or self._ended)
                if not self._blocks:
                    break
                block = self._blocks.popleft()
                self._samples -= block.size
                self._changed.notify_all()
            yield block
        if self._error is not None:
            raise self._error

    def abandon(self) -> None:
        with self._changed:
            self._abandoned = True
            self._changed.notify_all()


@contextmanager
def decoded_ahead(blocks: Iterable[Block], max_samples: int) -> Iterator[Iterable[Block]]:
    """Iterate over `blocks` in a thread, at most about `max_samples` samples ahead of their use.

    An error of the iteration is raised where the blocks are used, after those before it. On leaving the
    context the thread stops at the next block, and the context waits for that.
    """
    waiting = _Queue(blocks, max_samples)
    thread = threading.Thread(target=waiting.fetch, name="decode-ahead", daemon=True)
    thread.start()
    try:
        yield waiting
    finally:
        waiting.abandon()
        thread.join()
