"""An act's index rows, followed from one state of knowledge to the next."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from domain.acts import Act
from domain.parties import Registry
from domain.relationship import Kept, touched
from events.projection.rows import ChangeRow, IndexRows, difference, rows_of


class Advancing:
    """The index rows of one act as more and more of it becomes known.

    As `events.projection.rows.advance` from each state to the next, but the rows before are
    kept, not made again: that would be half the work of an act told by many events.
    """

    def __init__(self, opened: int, registry: Registry, known: Act | None = None) -> None:
        self._opened = opened
        self._registry = registry
        self._act = known
        self._rows: IndexRows | None = None
        self._timelines: Kept = {}
        self._pairs: dict[str, list[ChangeRow]] | None = None
        """The change rows by pair, once some pairs are asked for and not all."""

    def to(self, after: Act) -> tuple[IndexRows, IndexRows]:
        """The rows to close and to open once the act is known as `after`."""
        before, self._act = self._act, after
        if before is None:
            self._rows = rows_of(after, self._opened, self._registry, None, self._timelines)
            return IndexRows(), self._rows
        only = touched(before, after, self._registry)
        new = rows_of(after, self._opened, self._registry, only, self._timelines)
        if self._rows is None:
            old = rows_of(before, self._opened, self._registry, only, self._timelines)
        else:
            old = self._kept(self._rows, only)
        if only is None:
            self._rows, self._pairs = new, None
        elif self._rows is not None:
            self._keep(self._rows, new, only)
        return difference(old, new)

    def _kept(self, rows: IndexRows, only: Collection[str] | None) -> IndexRows:
        if only is None:
            if self._pairs is None:
                return rows
            wanted: Iterable[str] = sorted(self._pairs)
        else:
            if self._pairs is None:
                self._pairs = _by_pair(rows.changes)
            wanted = sorted(only)
        pairs = self._pairs
        changes = tuple(row for pair in wanted for row in pairs.get(pair, ()))
        return IndexRows(rows.acts, rows.versions, rows.parties, changes)

    def _keep(self, rows: IndexRows, new: IndexRows, only: Collection[str]) -> None:
        if self._pairs is None:
            self._pairs = _by_pair(rows.changes)
        for pair in only:
            self._pairs.pop(pair, None)
        self._pairs.update(_by_pair(new.changes))
        self._rows = IndexRows(new.acts, new.versions, new.parties)


def _by_pair(changes: Iterable[ChangeRow]) -> dict[str, list[ChangeRow]]:
    pairs: dict[str, list[ChangeRow]] = {}
    for row in changes:
        pairs.setdefault(row.change.relationship, []).append(row)
    return pairs
