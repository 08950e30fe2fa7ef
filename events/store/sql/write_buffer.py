"""What a transaction holds back: written together, it costs a fraction."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from typing import Any

import orjson

from events.projection.rows import IndexRows
from events.segments import decode_signature, signature_of
from events.store.sql import queries
from events.store.sql.session import Entry, Rows


class Held:
    """Records not yet written, their index rows by the statement that will write them, and answers.

    They come from one plan, or from several, one after another.
    """

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.acts: set[str] = set()
        """Those that the records are of."""
        self.remembered: dict[str, tuple[str, str, bytes, int]] = {}
        self.opened: defaultdict[str, Rows] = defaultdict(list)
        self.closed: defaultdict[str, Rows] = defaultdict(list)
        self.changes: list[tuple[tuple[Any, ...], bytes, tuple[int]]] = []
        """Changes to be opened, the signature of each apart: only a store numbers signatures."""
        self.relationships: dict[str, int] = {}
        """With how many changes of each are to be opened and closed."""
        self._count = 0

    def __len__(self) -> int:
        return self._count + len(self.entries) + len(self.remembered)

    def absorb(self, following: Held) -> None:
        """Hold what a later plan holds, too."""
        self.entries += following.entries
        self.acts |= following.acts
        self.remembered |= following.remembered
        for mine, theirs in ((self.opened, following.opened), (self.closed, following.closed)):
            for sql, values in theirs.items():
                mine[sql] += values
        self.changes += following.changes
        for relationship, number in following.relationships.items():
            self.relationships[relationship] = self.relationships.get(relationship, 0) + number
        self._count += following._count

    def open(self, position: int, rows: IndexRows) -> None:
        """Hold rows that are opened at a position."""
        # Rows of these three are kept as they are told, in the order of their tables' columns.
        for sql, told in (
            (queries.OPEN_ACT, rows.acts),
            (queries.OPEN_VERSION, rows.versions),
            (queries.OPEN_PARTY, rows.parties),
        ):
            if told:
                self.opened[sql].extend([(*row, position) for row in told])
                self._count += len(told)
        for row in rows.changes:
            pair, day, until, at, effect = row.change
            signature = signature_of(effect)
            values = (row.act_id, pair, day, until, at, orjson.dumps(effect))
            self.changes.append(
                ((*values, *_counted(signature), row.contact), signature, (position,))
            )
            self._count += 1
            self._touch(pair)

    def close(self, position: int, rows: IndexRows) -> None:
        """Hold what rows are closed at a position."""
        for sql, table in (
            (queries.CLOSE_ACT, rows.acts),
            (queries.CLOSE_VERSION, rows.versions),
            (queries.CLOSE_PARTY, rows.parties),
            (queries.CLOSE_CHANGE, rows.changes),
        ):
            if table:
                self.closed[sql].extend([(position, *row.identity) for row in table])
                self._count += len(table)
        for changed in rows.changes:
            self._touch(changed.change.relationship)

    def _touch(self, relationship: str) -> None:
        self.relationships[relationship] = self.relationships.get(relationship, 0) + 1


@lru_cache(maxsize=4_096)
def _counted(signature: bytes) -> tuple[int, int]:
    known = decode_signature(signature)
    return known.acts, known.shared
