"""The index: every row of all times derived again from the log, and held against the stored one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from domain.parties import Registry
from events.errors import UnreadableRecord
from events.log.record import Record
from events.projection.derived import derived
from events.projection.rows import ChangeRow, KnownRow
from events.segments import signature_of
from events.store.protocol import Reader
from events.store.raw import Bare
from events.verify.finding import Finding

_PAGE = 1_000
_Key = tuple[str, tuple[object, ...], int]


def verify_index(
    reader: Reader, bare: Bare, registry: Registry, records: Iterable[Record]
) -> Iterator[Finding]:
    """Every index row that is hidden, bent, added or doubled, act by act as they were opened."""
    seen: set[str] = set()
    related: set[str] = set()
    for record in records:
        if record.act_id in seen:
            continue
        seen.add(record.act_id)
        stream = _stream(reader, record.act_id)
        try:
            calculated = [_as_stored(known) for known in derived(stream, registry)]
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            what = "records of the act"
            yield Finding(record.position, record.act_id, what, "an act", f"none: {error!r}")
            continue
        related.update(
            known.row.change.relationship
            for known in calculated
            if isinstance(known.row, ChangeRow)
        )
        try:
            claimed = bare.rows_of(record.act_id)
        except UnreadableRecord as error:
            yield Finding(record.position, record.act_id, error.what, error.expected, error.got)
        else:
            yield from _compare(record, calculated, claimed)
    yield from _strays(bare, seen)
    yield from _relationships(bare, related)


def _stream(reader: Reader, act_id: str) -> list[Record]:
    """The records of an act; none where one cannot be read, which the log has told of."""
    try:
        return reader.stream(act_id)
    except UnreadableRecord:
        return []


def _as_stored(known: KnownRow) -> KnownRow:
    if isinstance(known.row, ChangeRow):
        signature = signature_of(known.row.change.effect)
        return replace(
            known, listed=(known.row.acts, known.row.shared, known.row.contact, signature)
        )
    return known


def _compare(
    first: Record, calculated: list[KnownRow], claimed: list[KnownRow]
) -> Iterator[Finding]:
    should, does = _by_key(calculated), _by_key(claimed)
    for key in sorted({*should, *does}, key=repr):
        one, other = should.get(key, []), does.get(key, [])
        if one != other:
            yield Finding(
                _position((one or other)[0].known_from, first),
                first.act_id,
                f"index row {key[0]}",
                _shown(one),
                _shown(other),
            )


def _position(known_from: Any, first: Record) -> int:
    """Where a row came to be known, if it says so; a tampered one may say anything."""
    return known_from if isinstance(known_from, int) and known_from > 0 else first.position


def _by_key(rows: list[KnownRow]) -> dict[_Key, list[KnownRow]]:
    keyed: dict[_Key, list[KnownRow]] = {}
    for known in rows:
        key = type(known.row).__name__, known.row.identity, known.known_from
        keyed.setdefault(key, []).append(known)
    return keyed


def _shown(rows: list[KnownRow]) -> str:
    return " and ".join(repr(row) for row in rows) or "none"


def _strays(bare: Bare, acts: set[str]) -> Iterator[Finding]:
    after = ""
    while page := bare.acts(after, _PAGE):
        for act_id in page:
            if act_id not in acts:
                yield Finding(0, act_id, "index rows of an act", "none", "some")
        after = page[-1]


def _relationships(bare: Bare, calculated: set[str]) -> Iterator[Finding]:
    should = {name: (name, *name.split("-")) for name in calculated}
    after = ""
    while page := bare.relationships(after, _PAGE):
        for row in page:
            expected = should.pop(row[0], None)
            if row != expected:
                wanted = "none" if expected is None else repr(expected)
                yield Finding(0, "", f"relationship {row[0]} of the index", wanted, repr(row))
        after = page[-1][0]
    for name, expected in sorted(should.items()):
        yield Finding(0, "", f"relationship {name} of the index", repr(expected), "none")
