"""Clips of GTZAN, the collection that the shipped model was trained and measured on, known by their names.

Whoever imports GTZAN must not train on what the shipped model is measured on, or all its measures would
flatter from then on. So its clips keep the split that they have in the filtered split of the literature
(Kereliuk, Sturm & Larsen 2015): those that the shipped model was trained on train, all others validate, those
of the test part as well as those that the filter left out, which repeat others or are spoiled.

A name such as ``blues.00012`` and a length of 30 seconds are as sure a sign as there is: measured on 62 clips
as sound, the embedding of a clip comes as close to what the model remembers of it as 0.76 to 1.0 (cosine),
that of the most similar other clip up to 0.97.
"""

from __future__ import annotations

import functools
import logging
import re
from collections.abc import Mapping
from pathlib import PurePath
from typing import Final, NamedTuple

from genre_app.classifier.model_version import BASE_MODEL_ID, find_model, read_model_version
from genre_app.classifier.replay import read_anchor, read_replay
from genre_app.dataset.genres import SHIPPED_GENRES
from genre_app.dataset.splits import Split
from genre_app.errors import GenreAppError

# As they are published, as people number them who prefer no dots, and cut into pieces.
_NAME: Final = re.compile(rf"({'|'.join(SHIPPED_GENRES)})[._ -]?(\d{{5}})(?:[._ -](\d{{1,2}}))?")
_SHORTEST: Final = 29.0
_LONGEST: Final = 31.5

_log = logging.getLogger(__name__)


class ReferenceClip(NamedTuple):
    """A clip of GTZAN.

    Attributes:
        name: such as ``blues.00012``.
        split: that it keeps.
    """

    name: str
    split: Split

    @property
    def recording(self) -> str:
        """What pieces of it have in common; see `genre_app.dataset.records.NewClip`."""
        return f"gtzan {self.name}"


def find_reference(path: PurePath, duration: float) -> ReferenceClip | None:
    """Return the clip of GTZAN that a file is, or is a piece of, by its name and length; None if it is none.

    Args:
        path: of the file, or what it was.
        duration: seconds.
    """
    match = _NAME.fullmatch(path.stem.casefold())
    if match is None or duration > _LONGEST or (match[3] is None and duration < _SHORTEST):
        return None
    name = f"{match[1]}.{match[2]}"
    # Whatever nobody trained on is kept from training, known or not.
    return ReferenceClip(name, _known_splits().get(name, "valid"))


@functools.cache
def _known_splits() -> Mapping[str, Split]:
    """Return the splits of the clips that the shipped model remembers, by name."""
    try:
        version = read_model_version(find_model(BASE_MODEL_ID))
        replay = read_replay(version, read_anchor(version))
    except GenreAppError as error:
        _log.warning("it is not known which clips the shipped model was trained on: %s", error)
        return {}
    train: dict[str, Split] = dict.fromkeys(replay.train.clip.tolist(), "train")
    return train | dict.fromkeys(replay.valid.clip.tolist(), "valid")
