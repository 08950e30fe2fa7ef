"""The log by itself: places, order of time, canonical bytes, digests, erasures, whole streams."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from sys import intern

import orjson

from events.errors import UnreadableRecord
from events.log.canonical import canonical
from events.log.record import (
    ABOUT_EVENTS,
    ERASED,
    Record,
    decode,
    digest_holds,
    header_of,
    instant_text,
)
from events.store.raw import LogRow
from events.verify.finding import Finding

_SALT_BYTES = 16


def verify_log(rows: Iterable[LogRow]) -> Iterator[Finding]:
    """Every difference in a log that its rows alone show, in the order of positions.

    Whether a record without content was lawfully erased can only be told at the end.
    """
    streams: dict[str, _Stream] = {}
    erasures = _Erasures()
    before = 0
    for number, row in enumerate(rows, 1):
        if row.position != number:
            yield _found(row, "position", number, row.position)
        try:
            record = decode(row.state)
        except UnreadableRecord as error:
            yield _found(row, error.what, error.expected, error.got)
            continue
        yield from _header(row, record)
        yield from _content(row, record)
        if record.recorded_at < before:
            earliest = f"{instant_text(before)} or later"
            yield _found(row, "recorded_at", earliest, instant_text(record.recorded_at))
        before = max(before, record.recorded_at)
        yield from streams.setdefault(row.act_id, _Stream()).take(row, record)
        erasures.take(record)
    yield from erasures.unlawful()


def _found(row: LogRow, what: str, calculated: object, claimed: object) -> Finding:
    return Finding(row.position, row.act_id, what, str(calculated), str(claimed))


def _header(row: LogRow, record: Record) -> Iterator[Finding]:
    for what, derived, column in (
        ("position in the header", row.position, record.position),
        ("act in the header", row.act_id, record.act_id),
        ("version in the header", row.version, record.version),
        ("type in the header", row.type, record.type),
    ):
        if derived != column:
            yield _found(row, what, derived, column)
    header = header_of(row.state)
    expected = canonical(
        {
            "digest": record.digest,
            "position": record.position,
            "recorded_at": instant_text(record.recorded_at),
            "recorded_by": record.recorded_by,
            "schema": record.schema,
            "stream": record.act_id,
            "type": record.type,
            "version": record.version,
        }
    )
    if header != expected:
        yield _found(row, "header", expected.decode(), header.decode("utf-8", "replace"))


def _content(row: LogRow, record: Record) -> Iterator[Finding]:
    if record.body is None:
        return
    if not digest_holds(row.state):
        yield _found(row, "digest of salt and body", "another", record.digest)
        return
    _, salt, body = row.state.split(b"\n")
    if record.salt is None or len(record.salt) != _SALT_BYTES or salt != record.salt.hex().encode():
        yield _found(row, "salt", f"{_SALT_BYTES} bytes", salt.decode("utf-8", "replace"))
    if canonical(orjson.loads(body)) != body:
        yield _found(row, "body", "its canonical form", "another form of the same")


@dataclass(slots=True)
class _Stream:
    """What is known of an act's stream so far; a log may have millions of them."""

    version: int = 0
    kind: str | None = None
    about: tuple[int, ...] = ()
    """Versions that tell no event of their own."""

    def take(self, row: LogRow, record: Record) -> Iterator[Finding]:
        """What is wrong with a record as the next one of its stream."""
        expected = self.version + 1
        if row.version != expected:
            yield _found(row, "version", expected, row.version)
        self.version = max(expected, row.version)
        if record.type in ABOUT_EVENTS:
            self.about += (row.version,)
            target = (record.body or {}).get("version")
            if record.body is not None and not self._is_event(target, row.version):
                wanted = f"an event of the act before version {row.version}"
                yield _found(row, "version it speaks about", wanted, target)
            return
        kind = intern(record.type.partition(".")[0])
        self.kind = self.kind or kind
        if kind != self.kind:
            yield _found(row, "kind of the act", self.kind, kind)

    def _is_event(self, target: object, version: int) -> bool:
        return isinstance(target, int) and 1 <= target < version and target not in self.about


class _Erasures:
    """Which records have no content, and which ones erasures say so of."""

    def __init__(self) -> None:
        self._empty: dict[int, str] = {}
        self._named: dict[int, tuple[int, str]] = {}

    def take(self, record: Record) -> None:
        if record.body is None:
            self._empty[record.position] = record.act_id
        elif record.type == ERASED:
            entries = record.body.get("records", ())
            named = [e.get("position") for e in entries if isinstance(e, dict)]
            for position in named:
                if isinstance(position, int):
                    self._named[position] = record.position, record.act_id

    def unlawful(self) -> Iterator[Finding]:
        """Content that is gone without an erasure, and content an erasure says is gone."""
        for position, act_id in self._empty.items():
            by, of = self._named.get(position, (0, ""))
            if of != act_id or by <= position:
                calculated = "what its digest commits to, or an erasure that names it"
                yield Finding(position, act_id, "content of the record", calculated, "none")
        for position, (by, act_id) in self._named.items():
            if position not in self._empty:
                calculated = f"none: record {by} has erased it"
                yield Finding(position, act_id, "content of the record", calculated, "some")
