"""Decoding and classifying at the same time: blocks are fetched ahead by a thread of their own."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

Block = NDArray[np.float32]

# How often a consumer that waits for a slow disk looks whether it is still wanted.
_CHECK_SECONDS: Final = 0.1
# How long a decoder has to come to its next block before it is stopped in the middle.
_GRACE_SECONDS: Final = 0.2


class BlockSource(Protocol):
    """What blocks are fetched from, for instance an `AudioStream`."""

    def __iter__(self) -> Iterator[Block]:
        """Iterate over the blocks."""

    def close(self) -> None:
        """End an iteration that runs in another thread."""


class _Queue:
    """Blocks on their way from the fetching thread to the consumer, bounded by their samples."""

    def __init__(self, source: BlockSource, max_samples: int, check: Callable[[], None] | None) -> None:
        self._source = source
        self._max_samples = max_samples
        self._check = check
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
        while (block := self._next()) is not None:
            yield block
        if self._error is not None:
            raise self._error

    def abandon(self) -> None:
        """Let the fetching thread end at its next block."""
        with self._changed:
            self._abandoned = True
            self._changed.notify_all()

    def _next(self) -> Block | None:
        with self._changed:
            while not self._changed.wait_for(lambda: self._blocks or self._ended, _CHECK_SECONDS):
                if self._check is not None:
                    self._check()
            if not self._blocks:
                return None
            block = self._blocks.popleft()
            self._samples -= block.size
            self._changed.notify_all()
            return block


@contextmanager
def decoded_ahead(
    source: BlockSource, max_samples: int, check: Callable[[], None] | None = None
) -> Iterator[Iterator[Block]]:
    """Iterate over the blocks of `source` in a thread, about `max_samples` samples ahead of their use.

    An error of the iteration is raised where the blocks are used, after those before it. On leaving the
    context the thread has ended; `source` is closed if it does not come to its next block soon.

    Args:
        source: of the blocks.
        max_samples: when so many are waiting, the thread waits too.
        check: called now and then while the next block is not there yet; what it raises ends the waiting.
    """
    blocks = _Queue(source, max_samples, check)
    thread = threading.Thread(target=blocks.fetch, name="decode-ahead", daemon=True)
    thread.start()
    try:
        yield iter(blocks)
    finally:
        blocks.abandon()
        thread.join(_GRACE_SECONDS)
        if thread.is_alive():
            source.close()
            thread.join()
