"""A data set for each test, in a folder of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from genre_app.dataset.data_set import DataSet


@pytest.fixture
def data_set(tmp_path: Path) -> Iterator[DataSet]:
    """Return an empty data set."""
    with DataSet(tmp_path / "dataset") as opened:
        yield opened
