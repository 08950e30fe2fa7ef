"""The rows of a store as they lie, for verification."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from domain.relationship import Change
from events.errors import UnreadableRecord
from events.projection.rows import ActRow, ChangeRow, KnownRow, PartyRow, VersionRow
from events.store.beside import LEASE
from events.store.raw import BareReceipt, BareRuns, BareSegment, BareSignature, BareTile
from events.store.sql.session import Session

_TILES = """
    SELECT level, number, hashes FROM tile
    WHERE (level, number) > (?, ?) ORDER BY level, number LIMIT ?
"""
_ACTS = """
    SELECT act_id FROM act_known WHERE act_id > :after
    UNION SELECT act_id FROM version_known WHERE act_id > :after
    UNION SELECT act_id FROM party_known WHERE act_id > :after
    UNION SELECT act_id FROM change_known WHERE act_id > :after
    ORDER BY act_id LIMIT :limit
"""
_ACT_ROWS = """
    SELECT known_from, known_to, act_id, kind, opened, title, first_day, last_day, text
    FROM act_known WHERE act_id = ?
"""
_VERSION_ROWS = """
    SELECT known_from, known_to, act_id, version, type, earliest, latest, relationship, position
    FROM version_known WHERE act_id = ?
"""
_PARTY_ROWS = """
    SELECT known_from, known_to, act_id, party, opened, many FROM party_known WHERE act_id = ?
"""
_CHANGE_ROWS = """
    SELECT known_from, known_to, acts, shared, contact,
        (SELECT told FROM shape WHERE number = shape), act_id, relationship, day, until, position,
        effect
    FROM change_known WHERE act_id = ?
"""
_RELATIONSHIPS = "SELECT name, a, b FROM relationship WHERE name > ? ORDER BY name LIMIT ?"
_SIGNATURES = "SELECT number, told, lists FROM shape WHERE number > ? ORDER BY number LIMIT ?"
_UNCOMPACTED = "SELECT unsealed FROM relationship WHERE name = ?"
_ENDS = "SELECT number, last FROM stratum WHERE relationship = ? ORDER BY number"
_KEPT = "SELECT DISTINCT number FROM segment WHERE relationship = ? ORDER BY number"
_SEGMENTS = """
    SELECT day, part, rested, net, entries, held FROM segment
    WHERE relationship = ? AND number = ? ORDER BY day, part
"""
_RECEIPTS = """
    SELECT key, answer, position, request_digest FROM remembered WHERE key > ? ORDER BY key LIMIT ?
"""
_REMARKS = "SELECT name, value FROM meta ORDER BY name"
#: What a store says of itself: of another store it would not be true.
_OWN_REMARKS = frozenset({"schema", "grain", "edition", "purge", "generation"})


class SqlBare:
    """See `events.store.raw.Bare`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def flaws(self) -> list[str]:
        """What the database finds wrong, and tables, indexes or triggers that are not ours."""
        return self._session.flaws()

    def tiles(self, after: tuple[int, int], limit: int) -> list[BareTile]:
        """Tiles by (level, number)."""
        return [BareTile(*row) for row in self._session.all(_TILES, (*after, limit))]

    def acts(self, after: str, limit: int) -> list[str]:
        """The ids of acts of which the index holds any row."""
        return [act for (act,) in self._session.all(_ACTS, {"after": after, "limit": limit})]

    def rows_of(self, act_id: str) -> list[KnownRow]:
        """Every index row of an act."""
        try:
            return list(self._rows_of(act_id))
        except (ValueError, TypeError, AttributeError) as error:
            raise UnreadableRecord("index rows", "rows that can be read", repr(error)) from None

    def _rows_of(self, act_id: str) -> Iterator[KnownRow]:
        for known_from, known_to, *row in self._of(_ACT_ROWS, act_id):
            yield KnownRow(ActRow(*row), known_from, known_to)
        for known_from, known_to, *row in self._of(_VERSION_ROWS, act_id):
            yield KnownRow(VersionRow(*row), known_from, known_to)
        for known_from, known_to, act, party, opened, many in self._of(_PARTY_ROWS, act_id):
            whether = bool(many) if many in (0, 1) else many
            yield KnownRow(PartyRow(act, party, opened, whether), known_from, known_to)
        for known_from, known_to, acts, shared, contact, signature, act, *change in self._of(
            _CHANGE_ROWS, act_id
        ):
            pair, day, until, position, effect = change
            told = Change(pair, day, until, position, orjson.loads(effect))
            yield KnownRow(
                ChangeRow(act, told), known_from, known_to, (acts, shared, contact, signature)
            )

    def _of(self, sql: str, act_id: str) -> list[tuple[Any, ...]]:
        return self._session.all(sql, (act_id,))

    def relationships(self, after: str, limit: int) -> list[tuple[str, str, str]]:
        """Every relationship of the index."""
        return [(name, a, b) for name, a, b in self._session.all(_RELATIONSHIPS, (after, limit))]

    def signatures(self, after: int, limit: int) -> list[BareSignature]:
        """Signatures of the index by number."""
        return [BareSignature(*row) for row in self._session.all(_SIGNATURES, (after, limit))]

    def runs(self, relationship: str) -> BareRuns:
        """The runs of a relationship."""
        row = self._session.one(_UNCOMPACTED, (relationship,))
        ends = [(number, last) for number, last in self._session.all(_ENDS, (relationship,))]
        kept = [number for (number,) in self._session.all(_KEPT, (relationship,))]
        return BareRuns(0 if row is None else row[0], ends, kept)

    def segments(self, relationship: str, number: int) -> list[BareSegment]:
        """The segments of a run."""
        rows = self._session.all(_SEGMENTS, (relationship, number))
        return [BareSegment(*row) for row in rows]

    def receipts(self, after: str, limit: int) -> list[BareReceipt]:
        """Every remembered answer, by key."""
        return [BareReceipt(*row) for row in self._session.all(_RECEIPTS, (after, limit))]

    def remarks(self) -> list[tuple[str, str]]:
        """What is kept beside the log by name, for whoever keeps it."""
        rows = self._session.all(_REMARKS)
        return [
            (name, value)
            for name, value in rows
            if name not in _OWN_REMARKS and not name.startswith(LEASE)
        ]
