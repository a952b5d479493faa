from __future__ import annotations

import pytest

from genre_app.dataset.augmentation.catalogue import CATALOGUE, CatalogueEntry, entry_named
from genre_app.dataset.augmentation.recipe import draw


def test_names_are_unique_and_found() -> None:
    assert len({entry.name for entry in CATALOGUE}) == len(CATALOGUE)
    for entry in CATALOGUE:
        assert entry_named(entry.name) is entry


@pytest.mark.parametrize("entry", CATALOGUE, ids=lambda entry: entry.name)
def test_every_entry_can_be_shown(entry: CatalogueEntry) -> None:
    assert entry.transform.title
    assert entry.description
    assert 0.0 < entry.default_strength <= 1.0
    step = draw({entry.name: entry.default_strength}, 1).steps[0]
    summary = entry.transform.summary.format(**step.parameters)
    assert summary
    assert "{" not in summary


def test_a_mixture_is_proposed() -> None:
    assert 3 <= sum(entry.chosen_by_default for entry in CATALOGUE) < len(CATALOGUE)
