"""The parts that pages are put together from."""

from __future__ import annotations
