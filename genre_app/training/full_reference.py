"""The sounds of which a version remembers embeddings, if the reference data is on this machine.

Only then can a network that has changed be asked about the reference set; see `genre_app.training.full`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from genre_app.classifier.replay import Examples, Replay
from genre_app.errors import GenreAppError

_log = logging.getLogger(__name__)
# Of embeddings kept as float16, which other processors compute a little differently.
_LEAST_COSINE = 0.999
_COMPARED = 5

Network = Callable[[NDArray[np.float32]], NDArray[np.float32]]
"""From a log-mel (128, 336), 0…255, to an embedding (D,)."""


def reference_is_there() -> bool:
    """Return whether the reference data seems to be on this machine; quick, and no promise."""
    from genre_app.training.reference_data import reference_directory

    try:
        reference_directory()
    except GenreAppError:
        return False
    return True


def find_sounds(replay: Replay, network: Network) -> dict[str, NDArray[np.uint8]]:
    """Return log-mels (128, 336) of the clips that `replay` is of, by name.

    Empty if the reference data is not on this machine, or is not what the replay is of.

    Args:
        replay: what the old network remembers.
        network: the old one, to make sure that it answers about these sounds what is remembered.
    """
    from genre_app.training.reference_data import load_clips, load_songs

    sounds: dict[str, NDArray[np.uint8]] = {}
    try:
        for split in ("train", "valid"):
            clips = load_clips(split)
            sounds |= dict(zip(map(str, clips.clip_id), clips.log_mel, strict=True))
        songs = load_songs()
        labelled = np.flatnonzero(songs.label >= 0)
        sounds |= {str(songs.excerpt_id[row]): songs.log_mel[row] for row in labelled}
    except (GenreAppError, OSError, ValueError, LookupError) as error:
        _log.info("the reference set can't be heard: %s", error)
        return {}
    if not all(str(name) in sounds for name in replay.valid.clip):
        return {}
    for examples in (replay.train, replay.valid):
        known = [row for row, name in enumerate(examples.clip) if str(name) in sounds]
        for row in known[:: max(1, len(known) // _COMPARED)]:
            heard = network(sounds[str(examples.clip[row])].astype(np.float32))
            if _cosine(heard, examples.embedding[row]) < _LEAST_COSINE:
                _log.warning("the reference data on this machine is not what the model was trained on")
                return {}
    return sounds


def heard_again(
    examples: Examples,
    sounds: dict[str, NDArray[np.uint8]],
    network: Network,
    estimate: Callable[[NDArray[np.float32]], NDArray[np.float32]],
    on_step: Callable[[], None],
) -> Examples:
    """Return `examples` as another network hears them.

    Args:
        examples: as the old one heard them.
        sounds: of some of them, as `find_sounds` returns them.
        network: the new one.
        estimate: what it presumably makes of the others, from what the old one made of them (n, D).
        on_step: called after each; may raise to end it.
    """
    embedding = estimate(examples.embedding)
    for row, name in enumerate(examples.clip):
        if str(name) in sounds:
            embedding[row] = network(sounds[str(name)].astype(np.float32))
            on_step()
    # As it will be kept.
    return Examples(
        embedding.astype(np.float16).astype(np.float32), examples.label, examples.weight, examples.clip
    )


def _cosine(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    return float(a @ b / max(float(np.linalg.norm(a) * np.linalg.norm(b)), 1e-12))
