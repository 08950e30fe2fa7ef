"""Verification: all is derived again from the stored bytes and held against what is claimed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from domain.parties import Registry
from events.derived import derived
from events.errors import UnreadableRecord
from events.index import KnownRow
from events.record import Record, decode, digest_holds, instant_text
from events.store import LogRow, Reader

_PAGE = 1_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be."""

    position: int
    """The first record concerned."""
    act_id: str
    what: str
    calculated: str
    claimed: str

    def __str__(self) -> str:
        return (
            f"position {self.position}, act {self.act_id}, {self.what}: "
            f"calculated {self.calculated}, claimed {self.claimed}"
        )


def verify(reader: Reader, registry: Registry) -> Iterator[Finding]:
    """Every difference in a store: the log by itself first, then the index against the log.

    The log is read by its bytes, position after position; each act's index rows, of all times,
    are derived again from its records.
    """
    yield from verify_log(_rows(reader))
    yield from _verify_index(reader, registry)


def verify_log(rows: Iterable[LogRow]) -> Iterator[Finding]:
    """Every difference in a log: places, order of time, versions, and bodies by their digests."""
    versions: dict[str, int] = {}
    before = 0
    for number, row in enumerate(rows, 1):

        def found(what: str, calculated: object, claimed: object, row: LogRow = row) -> Finding:
            return Finding(row.position, row.act_id, what, str(calculated), str(claimed))

        if row.position != number:
            yield found("position", number, row.position)
        try:
            record = decode(row.state)
        except UnreadableRecord as error:
            yield found(error.what, error.expected, error.got)
            continue
        for what, told, column in (
            ("position in the header", row.position, record.position),
            ("act in the header", row.act_id, record.act_id),
            ("version in the header", row.version, record.version),
            ("type in the header", row.type, record.type),
        ):
            if told != column:
                yield found(what, told, column)
        if not digest_holds(row.state):
            yield found("digest of salt and body", "another", record.digest)
        if record.recorded_at < before:
            earliest = f"{instant_text(before)} or later"
            yield found("recorded_at", earliest, instant_text(record.recorded_at))
        before = max(before, record.recorded_at)
        expected = versions.get(row.act_id, 0) + 1
        if row.version != expected:
            yield found("version", expected, row.version)
        versions[row.act_id] = max(expected, row.version)


def _rows(reader: Reader) -> Iterator[LogRow]:
    after = 0
    while page := reader.log(after, _PAGE):
        yield from page
        after = page[-1].position


def _readable(reader: Reader) -> Iterator[Record]:
    """The records that can be read; those that cannot have been told of already."""
    for row in _rows(reader):
        try:
            yield decode(row.state)
        except UnreadableRecord:
            continue


def _verify_index(reader: Reader, registry: Registry) -> Iterator[Finding]:
    seen: set[str] = set()
    for record in _readable(reader):
        if record.act_id in seen:
            continue
        seen.add(record.act_id)
        stream = _stream(reader, record.act_id)
        try:
            calculated = derived(stream, registry)
        except (ValueError, LookupError, TypeError) as error:
            what = "records of the act"
            yield Finding(record.position, record.act_id, what, "an act", f"none: {error!r}")
        else:
            yield from _compare(record, calculated, reader.index_of(record.act_id))
    after, last = 0, reader.head().position
    while page := reader.acts(last, after=after, limit=_PAGE):
        for row in page:
            if not _stream(reader, row.act_id):
                what = "an act in the index"
                yield Finding(row.opened, row.act_id, what, "none", row.title or row.kind)
        after = page[-1].opened


def _stream(reader: Reader, act_id: str) -> list[Record]:
    """The records of an act; none where one cannot be read, which has been told of already."""
    try:
        return reader.stream(act_id)
    except UnreadableRecord:
        return []


def _compare(
    first: Record, calculated: list[KnownRow], claimed: list[KnownRow]
) -> Iterator[Finding]:
    should = {_key(known): known for known in calculated}
    does = {_key(known): known for known in claimed}
    for key in sorted({*should, *does}, key=repr):
        one, other = should.get(key), does.get(key)
        if one != other:
            position = (one or other or calculated[0]).known_from
            yield Finding(
                position or first.position,
                first.act_id,
                f"index row {key[0]}",
                "none" if one is None else repr(one),
                "none" if other is None else repr(other),
            )


def _key(known: KnownRow) -> tuple[str, tuple[object, ...], int]:
    return type(known.row).__name__, known.row.identity, known.known_from
