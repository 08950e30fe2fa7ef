"""An act's index rows, followed from one state of knowledge to the next."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from itertools import chain
from typing import TypeVar

from domain.acts import Act
from domain.parties import Registry
from domain.relationship import Kept, touched_parties
from events.projection.parts import PartRow
from events.projection.rows import ChangeRow, IndexRows, difference, rows_of

_R = TypeVar("_R", ChangeRow, PartRow)


class Advancing:
    """The index rows of one act as more and more of it becomes known.

    As `events.projection.rows.advance` from each state to the next, but the rows before are
    kept, not made again: that would be half the work of an act told by many events.
    """

    def __init__(
        self, opened: int, registry: Registry, known: Act | None = None, parts: bool = False
    ) -> None:
        """`parts` says whether the act is kept in parts, in all these states."""
        self._opened = opened
        self._registry = registry
        self._act = known
        self._in_parts = parts
        self._rows: IndexRows | None = None
        self._timelines: Kept = {}
        self._changes: dict[str, list[ChangeRow]] = {}
        """The change rows of the rows kept, by pair."""
        self._parts: dict[str, list[PartRow]] = {}
        """Their parts, by party."""

    def to(self, after: Act) -> tuple[IndexRows, IndexRows]:
        """The rows to close and to open once the act is known as `after`."""
        before, self._act = self._act, after
        if before is None:
            self._keep(new := self._rows_of(after, None), None)
            return IndexRows(), new
        only = touched_parties(before, after, self._registry)
        new = self._rows_of(after, only)
        old = self._rows_of(before, only) if self._rows is None else self._kept(self._rows, only)
        if only is None or self._rows is not None:
            self._keep(new, only)
        return difference(old, new)

    def _rows_of(self, act: Act, only: Collection[str] | None) -> IndexRows:
        return rows_of(act, self._opened, self._registry, only, self._timelines, self._in_parts)

    def _kept(self, rows: IndexRows, only: Collection[str] | None) -> IndexRows:
        pairs = [pair for pair in self._changes if only is None or _any_of(pair, only)]
        parties = [party for party in self._parts if only is None or not party or party in only]
        changes = tuple(chain.from_iterable(self._changes[pair] for pair in sorted(pairs)))
        parts = tuple(chain.from_iterable(self._parts[party] for party in sorted(parties)))
        return IndexRows(rows.acts, rows.versions, rows.parties, changes, parts)

    def _keep(self, new: IndexRows, only: Collection[str] | None) -> None:
        if only is None:
            self._changes, self._parts = {}, {}
        else:
            for pair in [pair for pair in self._changes if _any_of(pair, only)]:
                del self._changes[pair]
            for party in only:
                self._parts.pop(party, None)
        self._changes.update(_by(new.changes, lambda row: row.change.relationship))
        self._parts.update(_by(new.parts, lambda row: row.party))
        self._rows = IndexRows(new.acts, new.versions, new.parties)


def _any_of(pair: str, parties: Collection[str]) -> bool:
    a, _, b = pair.partition("-")
    return a in parties or b in parties


def _by(rows: Iterable[_R], key: Callable[[_R], str]) -> dict[str, list[_R]]:
    found: dict[str, list[_R]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return found
