"""The window: pages, widgets, and one way to run work off the UI thread. The only room that imports Qt."""

from __future__ import annotations
