"""Reading a store: the log, and the index as it was known at a position."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import orjson

from domain.relationship import Change
from events.log.record import Record, decode, recorded_at_of
from events.projection.rows import (
    OPEN,
    ActRow,
    ChangeRow,
    KnownRow,
    PartyRow,
    RelationshipRow,
    VersionRow,
)
from events.segments import Signature, Sizes
from events.store.beside import KeptCheckpoint, Remembered
from events.store.protocol import Head
from events.store.raw import LogRow
from events.store.sql import queries
from events.store.sql.change_cursor import Growing
from events.store.sql.changed_acts import Between
from events.store.sql.raw import SqlBare
from events.store.sql.segment_reader import SqlRuns
from events.store.sql.session import Rows, Session
from events.store.sql.window import Windowed
from events.tlog.lines import HASH_BYTES
from events.tlog.tiles import WIDTH


class SqlReader(Between, Growing, Windowed):
    """See `events.store.protocol.Reader`."""

    def __init__(self, session: Session, sizes: Sizes, signatures: dict[int, Signature]) -> None:
        """`signatures` are those of the index that were read before, by number."""
        self._session = session
        self._sizes = sizes
        self._signatures = signatures
        last = session.one(queries.HEAD)
        self._position: int = 0 if last is None else last[0]
        self._last_header: bytes | None = None if last is None else last[1]

    def head(self) -> Head:
        """The end of the log, as it was when the snapshot began."""
        header = self._last_header
        return Head(self._position, 0 if header is None else recorded_at_of(header))

    def bare(self) -> SqlBare:
        """The rows as they lie."""
        return SqlBare(self._session)

    # The log

    def records(self, after: int, limit: int) -> list[Record]:
        """Records beyond a position, in position order."""
        rows = self._logged(queries.RECORDS, (after, self._position, limit))
        return [decode(state) for (state,) in rows]

    def record(self, position: int) -> Record | None:
        """The record at a position, or None."""
        found = self.records(position - 1, 1)
        return found[0] if found and found[0].position == position else None

    def stream(self, act_id: str) -> list[Record]:
        """The records of one act in version order."""
        rows = self._logged(queries.STREAM, (act_id, self._position))
        return [decode(state) for (state,) in rows]

    def streams(self, after: int, upto: int) -> list[tuple[bytes, ...]]:
        """The undecoded streams of acts opened at a span of positions."""
        values = {"after": after, "upto": upto, "head": self._position}
        found: dict[int, list[bytes]] = {}
        for opened, state in self._session.all(queries.STREAMS, values):
            found.setdefault(opened, []).append(state)
        return [tuple(states) for states in found.values()]

    def log(self, after: int, limit: int) -> list[LogRow]:
        """As `records`, but undecoded."""
        rows = self._logged(queries.LOG, (after, self._position, limit))
        return [LogRow(*row) for row in rows]

    def position_at(self, instant: int) -> int:
        """The highest position recorded at or before an instant."""
        # recorded_at never falls along the log, so the log is its own index: bisect it.
        low, high = 0, self._position
        while low < high:
            middle = (low + high + 1) // 2
            rows = self._logged(queries.HEADER, (middle,))
            if rows and recorded_at_of(rows[0][0]) <= instant:
                low = middle
            else:
                high = middle - 1
        return low

    def tile(self, level: int, number: int) -> bytes:
        """A tile of the tree over the log, cut to what the snapshot has of it."""
        row = self._session.one(queries.TILE, (level, number))
        width = (self._position >> 8 * level) - number * WIDTH
        return b"" if row is None or width <= 0 else bytes(row[0][: width * HASH_BYTES])

    def checkpoint(self, size: int | None = None) -> KeptCheckpoint | None:
        """The checkpoint kept of a size, or the one of the largest."""
        row = (
            self._session.one(queries.LAST_CHECKPOINT)
            if size is None
            else self._session.one(queries.CHECKPOINT, (size,))
        )
        return None if row is None else KeptCheckpoint(*row)

    def checkpoints(self, beyond: int, limit: int) -> list[KeptCheckpoint]:
        """Kept checkpoints of sizes beyond one, by size."""
        rows = self._session.all(queries.CHECKPOINTS, (beyond, limit))
        return [KeptCheckpoint(*row) for row in rows]

    # The index

    def changes(self, relationship: str, as_of: int, position: int) -> list[Change]:
        """Changes of a relationship known at a position, on days up to `as_of`."""
        known = self._reached(position)
        rows = self._found(queries.CHANGES, (relationship, as_of, known, known))
        return [_change(*row) for row in rows]

    @contextmanager
    def runs(self) -> Iterator[SqlRuns]:
        """The runs of relationships."""
        with self._session.steady():
            yield SqlRuns(self._session, self._position, self._sizes, self._signatures)

    def acts_of(self, relationship: str, position: int, as_of: int | None = None) -> set[str]:
        """The acts that had told anything of a relationship by a position."""
        at = self._reached(position)
        if as_of is None:
            rows = self._found(queries.ACTS_OF, (relationship, at))
        else:
            rows = self._found(queries.ACTS_ON, (relationship, at, as_of, at))
        return {act_id for (act_id,) in rows}

    def known_before(self, relationship: str, position: int) -> bool:
        """Whether a record before a position had told anything of a relationship."""
        ((found,),) = self._found(queries.KNOWN_BEFORE, (relationship, self._reached(position)))
        return bool(found)

    def claims(self, position: int) -> list[VersionRow]:
        """The claims of coverage in force."""
        known = self._reached(position)
        return [VersionRow(*row) for row in self._found(queries.CLAIMS, (known, known))]

    def acts(
        self,
        position: int,
        *,
        kind: str | None = None,
        party: str | None = None,
        day_from: int | None = None,
        day_to: int | None = None,
        text: str | None = None,
        as_of: int | None = None,
        after: int = 0,
        limit: int = 100,
    ) -> list[ActRow]:
        """Acts by the position that opened them."""
        values = {
            "position": self._reached(position),
            "kind": kind,
            "party": party,
            "day_from": day_from,
            "day_to": day_to,
            "text": text,
            "as_of": as_of,
            "after": after,
            "limit": limit,
        }
        given = [name for name, value in values.items() if value is not None]
        return [ActRow(*row) for row in self._found(queries.acts(given), values)]

    def relationships(
        self, position: int, as_of: int, party: str | None, after: str, limit: int
    ) -> list[RelationshipRow]:
        """Relationships with acts of their own, by key."""
        values = {
            "position": self._reached(position),
            "as_of": as_of,
            "party": party,
            "after": after,
            "limit": limit,
        }
        sql = queries.RELATIONSHIPS if party is None else queries.RELATIONSHIPS_OF_PARTY
        return [RelationshipRow(*row) for row in self._found(sql, values)]

    def relationships_among(
        self, position: int, as_of: int, parties: Sequence[str]
    ) -> list[RelationshipRow]:
        """Relationships between any two of some parties, by key."""
        values = {
            "position": self._reached(position),
            "as_of": as_of,
            "parties": orjson.dumps(list(parties)).decode(),
            "after": "",
            "limit": OPEN,
        }
        return [RelationshipRow(*row) for row in self._found(queries.RELATIONSHIPS_AMONG, values)]

    def learnt_at(self, relationship: str, as_of: int) -> list[int]:
        """Positions of the records that changed what was known, rising."""
        values = {"relationship": relationship, "as_of": as_of, "last": self._position}
        return [position for (position,) in self._found(queries.LEARNT_AT, values)]

    def index_of(self, act_id: str) -> list[KnownRow]:
        """Every row the index ever held of an act."""
        known: list[KnownRow] = []
        for known_from, known_to, *row in self._of_act(queries.ACT_LOG, act_id):
            known.append(KnownRow(ActRow(*row), known_from, known_to))
        for known_from, known_to, *row in self._of_act(queries.VERSION_LOG, act_id):
            known.append(KnownRow(VersionRow(*row), known_from, known_to))
        for known_from, known_to, _, party, opened, many in self._of_act(queries.PARTY_LOG, act_id):
            party_row = PartyRow(act_id, party, opened, bool(many))
            known.append(KnownRow(party_row, known_from, known_to))
        for known_from, known_to, *change in self._of_act(queries.CHANGE_LOG, act_id):
            known.append(KnownRow(ChangeRow(act_id, _change(*change)), known_from, known_to))
        return known

    def _of_act(self, sql: str, act_id: str) -> Rows:
        rows = self._found(sql, (act_id, self._position))
        return [(row[0], self._superseded(row[1]), *row[2:]) for row in rows]

    # Beside them

    def remembered(self, key: str) -> Remembered | None:
        """What an idempotent request got."""
        row = self._session.one(queries.REMEMBERED, (key,))
        return None if row is None else Remembered(*row)

    def meta(self, name: str) -> str | None:
        """A remark of the store about itself."""
        row = self._session.one(queries.META, (name,))
        return None if row is None else row[0]

    def _logged(self, sql: str, values: Any) -> Rows:
        """Rows of the log; a writer first stores what it holds back."""
        return self._session.all(sql, values)

    def _found(self, sql: str, values: Any) -> Rows:
        """Rows of the index; a writer first brings it up to date."""
        return self._session.all(sql, values)

    def _reached(self, position: int) -> int:
        return min(position, self._position)

    def _superseded(self, known_to: int) -> int:
        """When a row was superseded, as far as this snapshot knows."""
        return known_to if known_to <= self._position else OPEN


def _change(relationship: str, day: int, until: int, position: int, effect: bytes) -> Change:
    return Change(relationship, day, until, position, orjson.loads(effect))
