"""Augmented copies of clips, kept as recipes: what was drawn is written down, so that it can be made again.

`catalogue` lists the transforms, `recipe` draws, writes and reads recipes, `render` makes the sound,
`balance` plans how many copies even out the genres.
"""

from __future__ import annotations
