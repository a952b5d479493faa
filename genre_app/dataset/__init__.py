"""Clips and their labels, splits, augmented copies, import and export. No Qt, no TensorFlow."""

from __future__ import annotations
