"""The one file that knows which runtime computes the network: LiteRT."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from genre_app.classifier.errors import RuntimeUnavailableError
from genre_app.features.log_mel import FULL_SCALE, N_MELS, WINDOW_FRAMES

_INPUT_SHAPE: Final = (1, N_MELS, WINDOW_FRAMES, 1)
_MAX_THREADS: Final = 4
_NOTICE: Final = b"INFO: Created TensorFlow Lite XNNPACK delegate"


@dataclass(frozen=True, slots=True)
class Embedding:
    """What the backbone makes of one window.

    Attributes:
        whole: float32 (D,), the whole window: the mean of `local`.
        local: float32 (T, D), each of T equal steps of time.
    """

    whole: NDArray[np.float32]
    local: NDArray[np.float32]


def thread_count() -> int:
    """Return how many threads the network runs on: the processors this process may use, at most four."""
    if hasattr(os, "sched_getaffinity"):
        return min(_MAX_THREADS, len(os.sched_getaffinity(0)))
    return min(_MAX_THREADS, os.cpu_count() or 1)


class Backbone:
    """A network from log-mel window to embedding, loaded into LiteRT.

    May be called from any thread, one call at a time; the interpreter lock of Python is free meanwhile.

    Attributes:
        embedding_size: D, how many numbers an embedding has.
        steps: T, how many steps of time a window has.
    """

    def __init__(self, content: bytes) -> None:
        """Load a network.

        Args:
            content: the bytes of a ``.tflite`` file.

        Raises:
            ValueError: saying what is wrong, if it is not a network that LiteRT can run from float32
                (1, 128, 336, 1) to an embedding (1, D) and local embeddings (1, T, D).
            RuntimeUnavailableError: if LiteRT is not installed or can't be loaded.
        """
        try:
            from ai_edge_litert.interpreter import Interpreter
        except (ImportError, OSError) as error:
            raise RuntimeUnavailableError(reason=error) from error
        try:
            with _without_notice():
                interpreter: Any = Interpreter(model_content=content, num_threads=thread_count())
                interpreter.allocate_tensors()
        except (ValueError, RuntimeError) as error:
            raise ValueError(f"LiteRT can't run the backbone ({error})") from error

        inputs = interpreter.get_input_details()
        if len(inputs) != 1 or tuple(inputs[0]["shape"]) != _INPUT_SHAPE or inputs[0]["dtype"] != np.float32:
            raise ValueError(f"the backbone's input is not float32 {_INPUT_SHAPE}")
        # Converters rename outputs as they please, so they are told apart by their shape.
        outputs = {len(output["shape"]): output for output in interpreter.get_output_details()}
        if set(outputs) != {2, 3} or any(output["dtype"] != np.float32 for output in outputs.values()):
            raise ValueError("the backbone's outputs are not float32 (1, D) and (1, T, D)")
        _, size = (int(n) for n in outputs[2]["shape"])
        batch, steps, local_size = (int(n) for n in outputs[3]["shape"])
        if batch != 1 or local_size != size or not 1 <= steps <= WINDOW_FRAMES:
            raise ValueError("the backbone's outputs do not fit together")

        self.embedding_size = size
        self.steps = steps
        self._interpreter = interpreter
        self._input: int = inputs[0]["index"]
        self._whole: int = outputs[2]["index"]
        self._local: int = outputs[3]["index"]
        self._lock = threading.Lock()

    def __call__(self, window: NDArray[np.float32]) -> Embedding:
        """Return the embedding of `window`, a log-mel of shape (128, 336), 0…255."""
        scaled = np.multiply(window, 1.0 / FULL_SCALE, dtype=np.float32).reshape(_INPUT_SHAPE)
        with self._lock:
            self._interpreter.set_tensor(self._input, scaled)
            self._interpreter.invoke()
            return Embedding(
                whole=self._interpreter.get_tensor(self._whole)[0],
                local=self._interpreter.get_tensor(self._local)[0],
            )

    def look(self, looks: Sequence[NDArray[np.float32]]) -> Embedding:
        """Return the mean embedding of several looks at the same window, each as for a call."""
        seen = [self(look) for look in looks]
        if len(seen) == 1:
            return seen[0]
        return Embedding(
            whole=np.mean([one.whole for one in seen], axis=0),
            local=np.mean([one.local for one in seen], axis=0),
        )


@contextmanager
def _without_notice() -> Iterator[None]:
    """Keep LiteRT's start-up notice off the terminal; whatever else is written meanwhile comes through.

    LiteRT writes it from C++ to file descriptor 2 and has no switch for it.
    """
    if not hasattr(os, "memfd_create"):
        yield
        return
    try:
        original = os.dup(2)
    except OSError:  # started without a standard error
        yield
        return
    captured = os.memfd_create("litert-notice")
    try:
        os.dup2(captured, 2)
        yield
    finally:
        os.dup2(original, 2)
        size = os.lseek(captured, 0, os.SEEK_END)
        for line in os.pread(captured, size, 0).splitlines(keepends=True):
            if not line.startswith(_NOTICE):
                os.write(2, line)
        os.close(captured)
        os.close(original)
