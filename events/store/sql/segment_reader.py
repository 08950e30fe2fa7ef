"""Runs in a store, as an answer reads them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import orjson

from domain.dates import LAST_DAY
from events.segments import (
    Cut,
    Delta,
    Rested,
    Row,
    RowWithEffect,
    Signature,
    Sizes,
    Told,
    bit_of,
    decode_rested,
    decode_segment,
    decode_signature,
)
from events.store.sql.session import Rows, Session

_COMPACTED = """
    SELECT number, last FROM stratum WHERE relationship = ? AND last <= ?
    ORDER BY last DESC LIMIT 1
"""
_SIGNATURE = "SELECT told FROM shape WHERE number = ?"
#: Of several runs: a question for each takes twice as long.
_OF_EACH = """
    FROM {listed}(?) AS asked {each_segment} FROM segment
        WHERE relationship = ? AND number = CAST(asked.value AS BIGINT) AND day <= ?
        ORDER BY day DESC, part DESC LIMIT 1{end_each}
"""
_SEGMENTS = f"SELECT g.net, g.entries, g.held {_OF_EACH}"
_RESTED = f"SELECT g.rested {_OF_EACH}"
_DELTAS = """
    SELECT known_from, 1, ref, shape, day, until, position, known_from, known_to
    FROM change_known
    WHERE relationship = :of AND known_from > :after AND known_from <= :upto AND {+}day <= :day
    UNION ALL
    SELECT known_to, -1, ref, shape, day, until, position, known_from, known_to
    FROM change_known
    WHERE relationship = :of AND known_to > :after AND known_to <= :upto
        AND known_to < {open} AND {+}day <= :day
"""
_TOLD = """
    SELECT c.ref, c.known_to, c.effect
    FROM {listed}(?) AS asked CROSS JOIN change_known AS c
    WHERE c.ref = CAST(asked.value AS BIGINT)
"""
_BACK = """
    SELECT ref, shape, day, until, position, known_from, known_to, effect
    FROM change_known
    WHERE relationship = ? AND day <= ? AND (day, position, ref) < (?, ?, ?)
        AND {+}known_from <= ? AND known_to > ?
    ORDER BY day DESC, position DESC, ref DESC LIMIT ?
"""
_LISTED_BACK = """
    SELECT ref, shape, day, until, position, known_from, known_to, effect
    FROM change_known
    WHERE relationship = ? AND day <= ? AND (day, position, ref) < (?, ?, ?)
        AND {+}known_from <= ? AND known_to > ? AND until > ?
        AND shape IN (SELECT number FROM shape WHERE (lists & ?) <> 0)
    ORDER BY day DESC, position DESC, ref DESC LIMIT ?
"""
_ON = """
    SELECT ref, shape, day, until, position, known_from, known_to, effect
    FROM change_known
    WHERE relationship = ? AND day <= ? AND {+}known_from <= ? AND known_to > ?
    ORDER BY day, position, ref LIMIT ? OFFSET ?
"""
_REACH = """
    SELECT known_from FROM change_known WHERE relationship = ? AND known_from > ?
    ORDER BY known_from LIMIT 1 OFFSET ?
"""
#: Deltas read at a time: a rebuild may have a million of one relationship.
_AT_ONCE = 20_000


class SqlRuns:
    """See `events.segments.Runs`."""

    def __init__(
        self, session: Session, reached: int, sizes: Sizes, signatures: dict[int, Signature]
    ) -> None:
        """`signatures` are those read before, by number; others are added to them."""
        self._session = session
        self._reached = reached
        self._signatures = signatures
        self.sizes = sizes

    def compacted(self, relationship: str, position: int) -> tuple[int, int]:
        """How many runs end by a position, and where the last one ends."""
        row = self._session.one(_COMPACTED, (relationship, min(position, self._reached)))
        return (0, 0) if row is None else (row[0], row[1])

    def signature(self, number: int) -> Signature:
        """The signature of a number."""
        signature = self._signatures.get(number)
        if signature is None:
            row = self._session.one(_SIGNATURE, (number,))
            if row is None:
                raise LookupError(f"expected a signature of number {number} in the index, got none")
            signature = self._signatures[number] = decode_signature(row[0])
        return signature

    def signatures(self, numbers: Iterable[int]) -> Mapping[int, Signature]:
        """The signatures of numbers, and maybe others."""
        for number in numbers:
            if number not in self._signatures:
                self.signature(number)
        return self._signatures

    def segments(self, relationship: str, runs: Iterable[int], day: int) -> list[Cut]:
        """The segment that a day falls in, of each run."""
        return [decode_segment(*row) for row in self._of_each(_SEGMENTS, relationship, runs, day)]

    def rested(self, relationship: str, runs: Iterable[int], day: int) -> list[Rested]:
        """How many acts the same segments count, and no more of them."""
        return [decode_rested(*row) for row in self._of_each(_RESTED, relationship, runs, day)]

    def _of_each(self, sql: str, relationship: str, runs: Iterable[int], day: int) -> Rows:
        return self._session.all(sql, (orjson.dumps([*runs]).decode(), relationship, day))

    def deltas(self, relationship: str, after: int, upto: int, day: int = LAST_DAY) -> list[Delta]:
        """What was learnt beyond one position up to another of days up to one, by position."""
        upto = min(upto, self._reached)
        asked = {"of": relationship, "after": after, "upto": upto, "day": day}
        rows = self._session.all(_DELTAS, asked)
        found = [Delta(position, sign, Row._make(row)) for position, sign, *row in rows]
        found.sort(key=lambda delta: delta.position)
        return found

    def reach(self, relationship: str, after: int, upto: int) -> int:
        """How far up to a position to ask for deltas at a time."""
        row = self._session.one(_REACH, (relationship, after, _AT_ONCE))
        return upto if row is None else min(upto, row[0])

    def told(self, refs: Iterable[int]) -> dict[int, Told]:
        """What rows say and until when they are known."""
        # In order, so that neighbours are found without looking from the root again.
        asked = orjson.dumps(sorted(refs)).decode()
        rows = self._session.all(_TOLD, (asked,))
        effects = orjson.loads(b"[%b]" % b",".join([effect for _, _, effect in rows]))
        told = zip(rows, effects, strict=True)
        return {ref: (known_to, effect) for (ref, known_to, _), effect in told}

    def rows_back(
        self,
        relationship: str,
        place: str | None,
        as_of: int,
        position: int,
        before: tuple[int, int, int] | None,
        limit: int,
    ) -> list[RowWithEffect]:
        """Known changes up to a day, the newest first."""
        known = min(position, self._reached)
        asked = (relationship, as_of, *(before or (LAST_DAY, 0, 0)), known, known)
        if place is None:
            return [_told(*row) for row in self._session.all(_BACK, (*asked, limit))]
        listed = (*asked, as_of, bit_of(place), limit)
        return [_told(*row) for row in self._session.all(_LISTED_BACK, listed)]

    def rows_on(
        self, relationship: str, as_of: int, position: int, offset: int, limit: int
    ) -> list[RowWithEffect]:
        """Known changes up to a day, the oldest first."""
        known = min(position, self._reached)
        asked = (relationship, as_of, known, known, limit, offset)
        return [_told(*row) for row in self._session.all(_ON, asked)]


def _told(
    ref: int,
    signature: int,
    day: int,
    until: int,
    at: int,
    known_from: int,
    known_to: int,
    effect: bytes,
) -> RowWithEffect:
    return RowWithEffect(ref, signature, day, until, at, known_from, known_to, orjson.loads(effect))
