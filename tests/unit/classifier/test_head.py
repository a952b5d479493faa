from __future__ import annotations

import io
import pickle
import zipfile
from typing import Any

import numpy as np
import pytest

from genre_app.classifier.head import read_head
from tests.tiny_model import GENRES, GROUPS, head_arrays, npz


def test_probabilities_are_the_softmax_of_the_scaled_logits() -> None:
    rng = np.random.default_rng(0)
    arrays = {
        "mean": rng.normal(size=5).astype(np.float32),
        "scale": rng.uniform(0.5, 2, 5).astype(np.float32),
        "kernel": rng.normal(size=(5, 3)).astype(np.float32),
        "bias": rng.normal(size=3).astype(np.float32),
    }
    embeddings = rng.normal(size=(7, 5)).astype(np.float32)
    head = read_head(npz(arrays), 3, temperature=1.7)
    logits = ((embeddings - arrays["mean"]) * arrays["scale"]) @ arrays["kernel"] + arrays["bias"]
    expected = np.exp(logits / 1.7) / np.exp(logits / 1.7).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(head.probabilities(embeddings), expected, rtol=1e-5)
    np.testing.assert_allclose(head.probabilities(embeddings[0]), expected[0], rtol=1e-5)


def test_huge_logits_do_not_overflow() -> None:
    arrays = head_arrays() | {"bias": np.linspace(-1e6, 1e6, GROUPS, dtype=np.float32)}
    probabilities = read_head(npz(arrays), GROUPS, 1.0).probabilities(np.zeros(GROUPS, dtype=np.float32))
    assert probabilities[-1] == 1.0
    assert probabilities.sum() == 1.0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"bias": np.zeros(GROUPS)}, "bias is float64"),
        ({"bias": np.zeros(3, dtype=np.float32)}, "bias is float32"),
        ({"mean": np.zeros((1, GROUPS), dtype=np.float32)}, "mean"),
        ({"kernel": np.zeros((GROUPS, 3), dtype=np.float32)}, "kernel has shape"),
        ({"kernel": np.zeros((0, GROUPS), dtype=np.float32)}, "kernel has shape"),
        ({"kernel": np.zeros(GROUPS, dtype=np.float32)}, "kernel has shape"),
        ({"scale": np.full(GROUPS, np.nan, dtype=np.float32)}, "scale has values"),
        ({"bias": np.full(GROUPS, np.inf, dtype=np.float32)}, "bias has values"),
        ({"surprise": np.zeros(1, dtype=np.float32)}, "surprise"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(change: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read_head(npz(head_arrays() | change), len(GENRES), 1.0)


def test_a_missing_array_is_refused() -> None:
    arrays = head_arrays()
    del arrays["mean"]
    with pytest.raises(ValueError, match="expected"):
        read_head(npz(arrays), len(GENRES), 1.0)


@pytest.mark.parametrize(
    "content", [b"", b"no archive", npz(head_arrays())[:-40], pickle.dumps(head_arrays())]
)
def test_what_is_no_npz_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"head\.npz"):
        read_head(content, len(GENRES), 1.0)


def test_nothing_is_unpickled() -> None:
    class Bomb:
        def __reduce__(self) -> tuple[Any, ...]:
            return pytest.fail, ("the head was unpickled",)

    arrays: dict[str, Any] = head_arrays() | {"bias": np.array([Bomb()], dtype=object)}
    with pytest.raises(ValueError, match="allow_pickle"):
        read_head(npz(arrays), len(GENRES), 1.0)


def test_an_archive_that_unpacks_to_too_much_is_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mean.npy", bytes(65 * 1024 * 1024))
    assert len(buffer.getvalue()) < 1_000_000
    with pytest.raises(ValueError, match="64 MiB"):
        read_head(buffer.getvalue(), len(GENRES), 1.0)
