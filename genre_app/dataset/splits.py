"""Which clips train and which validate: decided once for each group of clips that belong together.

Clips of one artist, near-duplicates and excerpts of one recording are one group; a group is never divided,
and an augmented copy goes where its clip goes, for it has no split of its own. The hash of the group's key
decides, unless the genre would then have hardly any clips to train on, or hardly any to validate with: a
genre's first group trains, and of its latest ones between a tenth and three tenths validate. The decision is
stored, so growth moves nobody. A pin of the user's comes before it.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final, Literal

Split = Literal["train", "valid"]

VALID_SHARE: Final = 0.2
_LEAST_SHARE: Final = 0.1
_LARGEST_SHARE: Final = 0.3
# With so many groups a genre can spare one.
_ENOUGH_GROUPS: Final = 5
# The genre's latest clips that are looked at: by then chance alone keeps the share.
_LATEST: Final = 128

# What programs write where they know no artist: nobody whose clips belong together.
_NOBODY: Final = frozenset(
    {
        "",
        "<unknown>",
        "artist",
        "n/a",
        "none",
        "unknown",
        "unknown artist",
        "va",
        "various",
        "various artists",
    }
)


def group_keys(artist: str, sample_hash: str, recording: str | None = None) -> list[str]:
    """Return what a clip shares with those of its group; the first one decides the split of a new group.

    Args:
        artist: by its tags, or empty.
        sample_hash: its identity, which stands for it where no artist is known.
        recording: names what it is an excerpt of, or None.
    """
    name = " ".join(unicodedata.normalize("NFKC", artist).casefold().split())
    keys = [f"sample:{sample_hash}" if name in _NOBODY else f"artist:{name}"]
    if recording is not None:
        keys.append(f"recording:{recording}")
    return keys


def decide(key: str) -> Split:
    """Return what the hash of `key` says: the same on every machine and at every time."""
    value = int.from_bytes(hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()[:8], "big")
    return "valid" if value < VALID_SHARE * 2.0**64 else "train"


def join_group(
    connection: sqlite3.Connection,
    keys: Sequence[str],
    near: Iterable[int] = (),
    decided: Split | None = None,
    genre_id: int | None = None,
) -> int:
    """Return the number of the group of a clip with `keys`; groups that it ties together become one.

    What one of them held for training stays there: a merged group validates only if all of its parts did, or
    a clip of it is pinned to validation.

    Args:
        connection: in a step of undo.
        keys: as `group_keys` returns them.
        near: numbers of clips that must be in the same split, such as near-duplicates.
        decided: the split of a new group, where another data set has decided it; else the first key does, as
            far as the genre allows.
        genre_id: number of the genre of the clip, if it is one of no group yet.
    """
    rows = connection.execute(
        "SELECT group_id FROM group_keys WHERE key IN (SELECT value FROM json_each(?))"
        " UNION SELECT group_id FROM clips WHERE id IN (SELECT value FROM json_each(?)) ORDER BY 1",
        (json.dumps(list(keys)), json.dumps(list(near))),
    ).fetchall()
    groups = [int(row[0]) for row in rows]
    if groups:
        group = groups[0]
        for other in groups[1:]:
            _merge(connection, other, group)
        if len(groups) > 1:
            # Those that have no clips any more, too: they keep no split that only a pin gave them.
            settle_splits(connection, groups)
    else:
        split = decided or _balanced(connection, decide(keys[0]), genre_id)
        inserted = connection.execute(
            "INSERT INTO groups (name, decided, split) VALUES (?, ?, ?)", (keys[0], split, split)
        ).lastrowid
        assert inserted is not None
        group = inserted
    connection.executemany(
        "INSERT INTO group_keys (key, group_id) VALUES (?, ?) ON CONFLICT (key) DO NOTHING",
        [(key, group) for key in keys],
    )
    return group


def _balanced(connection: sqlite3.Connection, split: Split, genre_id: int | None) -> Split:
    """Return `split` for a new group, or the other one if the genre is short of that."""
    groups = dict(
        connection.execute(
            "SELECT split, count(*) FROM groups WHERE id IN (SELECT group_id FROM clips WHERE genre_id = ?"
            " AND removed IS NULL ORDER BY added DESC, id DESC LIMIT ?) GROUP BY split",
            (genre_id, _LATEST),
        ).fetchall()
    )
    n_train, n_valid = groups.get("train", 0), groups.get("valid", 0)
    n = n_train + n_valid + 1
    if n_train == 0:
        return "train"
    least = max(1, int(_LEAST_SHARE * n)) if n >= _ENOUGH_GROUPS else 0
    if n_valid < least:
        return "valid"
    return "train" if n_valid + 1 > max(1, int(_LARGEST_SHARE * n)) else split


def _merge(connection: sqlite3.Connection, other: int, group: int) -> None:
    connection.execute(
        "UPDATE groups SET decided = 'train' WHERE id = ? AND decided = 'valid'"
        " AND (SELECT decided FROM groups WHERE id = ?) = 'train'",
        (group, other),
    )
    connection.execute("UPDATE clips SET group_id = ? WHERE group_id = ?", (group, other))
    connection.execute("UPDATE group_keys SET group_id = ? WHERE group_id = ?", (group, other))


def settle_splits(connection: sqlite3.Connection, groups: Iterable[int]) -> int:
    """Give `groups` the split that their pins and their decision make, and return how many had another.

    Pins of clips in the bin count until the bin is emptied: removing a clip moves no other.
    """
    return connection.execute(
        f"UPDATE groups SET split = {SETTLED_SPLIT}"  # noqa: S608 - a constant
        f" WHERE id IN (SELECT value FROM json_each(?)) AND split IS NOT {SETTLED_SPLIT}",
        (json.dumps(list(groups)),),
    ).rowcount


SETTLED_SPLIT: Final = (
    "CASE WHEN EXISTS (SELECT 1 FROM clips WHERE group_id = groups.id AND pin = 'valid') THEN 'valid'"
    " WHEN EXISTS (SELECT 1 FROM clips WHERE group_id = groups.id AND pin = 'train') THEN 'train'"
    " ELSE decided END"
)
"""SQL: the split that a row of `groups` should have. Validation wins where pins contradict each other."""


def pin(connection: sqlite3.Connection, ids: Sequence[int], split: Split | None) -> None:
    """Pin clips, and with each its whole group, to `split`; None takes pins off."""
    chosen = json.dumps(list(ids))
    connection.execute(
        "UPDATE clips SET pin = ? WHERE id IN (SELECT value FROM json_each(?)) AND pin IS NOT ?",
        (split, chosen, split),
    )
    groups = connection.execute(
        "SELECT DISTINCT group_id FROM clips WHERE id IN (SELECT value FROM json_each(?))", (chosen,)
    ).fetchall()
    settle_splits(connection, [row[0] for row in groups])
