"""The head: the small, quickly retrained part of a model, from embedding to probabilities."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

_ARRAYS: Final = ("mean", "scale", "kernel", "bias")
_MAX_BYTES: Final = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Head:
    """A standardisation, a dense layer and a temperature.

    ``probabilities = softmax((((embedding - mean) * scale) @ kernel + bias) / temperature)``

    Attributes:
        mean: float32 (D,), subtracted from an embedding.
        scale: float32 (D,), multiplied after that.
        kernel: float32 (D, n_genres).
        bias: float32 (n_genres,).
        temperature: greater than 0; the larger, the less confident.
    """

    mean: NDArray[np.float32]
    scale: NDArray[np.float32]
    kernel: NDArray[np.float32]
    bias: NDArray[np.float32]
    temperature: float

    @property
    def embedding_size(self) -> int:
        """How many numbers an embedding has (D)."""
        return int(self.kernel.shape[0])

    def logits(self, embeddings: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the logits, shape (..., n_genres), of `embeddings`, shape (..., D)."""
        standardised = (embeddings - self.mean) * self.scale
        return np.asarray(standardised @ self.kernel + self.bias, dtype=np.float64)

    def probabilities(self, embeddings: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return probabilities, shape (..., n_genres), of `embeddings`, shape (..., D)."""
        logits = self.logits(embeddings) / self.temperature
        exponentials = np.exp(logits - logits.max(axis=-1, keepdims=True))
        return np.asarray(exponentials / exponentials.sum(axis=-1, keepdims=True), dtype=np.float64)


def head_bytes(head: Head) -> bytes:
    """Return `head` as the bytes of ``head.npz``; the temperature belongs into ``model.json``."""
    buffer = io.BytesIO()
    np.savez(buffer, mean=head.mean, scale=head.scale, kernel=head.kernel, bias=head.bias)
    return buffer.getvalue()


def read_head(content: bytes, n_genres: int, temperature: float) -> Head:
    """Return the head that `content`, the bytes of a ``head.npz``, describes.

    Raises:
        ValueError: saying what is wrong, if it is not exactly four finite float32 arrays that fit together
            and `n_genres`. Nothing is unpickled.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > _MAX_BYTES:
                raise ValueError("head.npz unpacks to more than 64 MiB")
        with np.load(io.BytesIO(content), allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
    except (zipfile.BadZipFile, OSError, EOFError, KeyError, NotImplementedError) as error:
        raise ValueError(f"head.npz can't be read ({error})") from error
    if set(arrays) != set(_ARRAYS):
        raise ValueError(f"head.npz holds {sorted(arrays)}, expected {sorted(_ARRAYS)}")
    kernel = arrays["kernel"]
    if kernel.ndim != 2 or kernel.shape[0] == 0 or kernel.shape[1] != n_genres:
        raise ValueError(f"the head's kernel has shape {kernel.shape}, expected (D, {n_genres})")
    size = kernel.shape[0]
    expected = {"mean": (size,), "scale": (size,), "kernel": kernel.shape, "bias": (n_genres,)}
    for name, array in arrays.items():
        if array.dtype != np.float32 or array.shape != expected[name]:
            raise ValueError(
                f"the head's {name} is {array.dtype} {array.shape}, expected float32 {expected[name]}"
            )
        if not np.isfinite(array).all():
            raise ValueError(f"the head's {name} has values that are not numbers")
    return Head(**arrays, temperature=temperature)
