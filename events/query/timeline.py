"""Answers about a relationship's events on valid time: a page, their density, the next day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from domain.dates import FIRST_DAY, LAST_DAY, format_day
from domain.parties import Registry
from events.errors import InvalidBasis
from events.log.history import lost_in
from events.log.record import instant_text
from events.projection.rows import OPEN, VersionRow
from events.query import answer_types as types
from events.query.answers import sealed
from events.query.basis import Basis
from events.store.protocol import Reader
from events.store.window import ALL, Chosen, StretchRow

Json = dict[str, Any]
Days = tuple[int | None, int | None]
DAY_MICROSECONDS = 86_400_000_000


def timeline(
    reader: Reader,
    registry: Registry,
    relationship: str,
    window: Days,
    basis: Basis,
    cursor: str | None,
    limit: int,
    chosen: Chosen = ALL,
) -> types.Timeline:
    """The events of a relationship that touch a window of valid days, by earliest day.

    Each entry is an event version in force, with the position of its record.
    """
    days = days_of(window)
    after = place_of(cursor)
    rows = reader.timeline(relationship, basis.position, *days, after, limit + 1, chosen)
    given = {"relationship": relationship, **page_of_rows(reader, rows, limit)}
    return sealed(types.Timeline, given, basis, registry)


def days_of(window: Days) -> tuple[int, int]:
    """The first and the last day of a window; all of them where an end is not given."""
    first, last = window
    return FIRST_DAY if first is None else first, LAST_DAY if last is None else last


def page_of_rows(reader: Reader, rows: Sequence[VersionRow], limit: int) -> Json:
    """The entries of the first rows, and the cursor that leads to those beyond them."""
    page = rows[:limit]
    following = (
        f"{page[-1].earliest}.{page[-1].latest}.{page[-1].position}" if len(rows) > limit else None
    )
    return {"events": [_entry(reader, row) for row in page], "cursor": following}


def place_of(text: str | None) -> tuple[int, int, int] | None:
    """The place in a timeline that a cursor names; raises `InvalidBasis`."""
    if text is None:
        return None
    try:
        earliest, latest, position = (int(part) for part in text.split("."))
    except ValueError:
        raise InvalidBasis("cursor", "a cursor of this timeline", text) from None
    return earliest, latest, position


def _entry(reader: Reader, row: VersionRow) -> Json:
    record = reader.record(row.position)
    body = (record and record.wording) or {}
    shown = ("date", "title", "parties", "by", "place", "rank", "levels", "form", "planned_for")
    return {
        "act_id": row.act_id,
        "version": row.version,
        "type": row.type,
        **{name: body[name] for name in shown if name in body},
        "earliest": format_day(row.earliest) if row.earliest > FIRST_DAY else None,
        "latest": format_day(row.latest) if row.latest < LAST_DAY else None,
        "many_party": row.relationship is None,
        "sources": len(body.get("sources", ())),
        "records": [row.position],
        **(_erased(reader, row) if not body else {}),
    }


def _erased(reader: Reader, row: VersionRow) -> Json:
    lost = lost_in(reader.stream(row.act_id)).get(row.position)
    if lost is None:
        return {}
    return {"erased": lost.erasure.reason, "records": [row.position, lost.position]}


def density(
    reader: Reader,
    registry: Registry,
    relationship: str,
    window: Days,
    basis: Basis,
    stretches: int,
    chosen: Chosen,
) -> types.Density:
    """How many events begin in each stretch of a window, by kind.

    An event counts in the stretch of the earliest day it may be of; `wide` says of how many the
    date is wider than a stretch. `before` are those that may have begun before the window and
    reach into it. Stretches without any are left out. Where no window was asked for, or one end
    of it, it is that of the days on which events begin.
    """
    extent = reader.extent(relationship, basis.position)
    told: Json = {"relationship": relationship, "extent": None, "from": None, "to": None}
    told |= {"days": 0, "events": 0, "before": {}, "stretches": []}
    if extent is None:
        return sealed(types.Density, told, basis, registry)
    first = extent[0] if window[0] is None else window[0]
    last = max(first, extent[1] if window[1] is None else window[1])
    days = max(1, -(-(last - first + 1) // stretches))
    rows = reader.density(relationship, basis.position, first, last, days, chosen)
    by_number: dict[int, list[StretchRow]] = {}
    for row in rows:
        by_number.setdefault(row.number, []).append(row)
    before = by_number.pop(-1, [])
    given = {
        **told,
        "extent": {"from": format_day(extent[0]), "to": format_day(extent[1])},
        "from": format_day(first),
        "to": format_day(last),
        "days": days,
        "events": sum(row.events for row in rows),
        "before": {row.kind: row.events for row in before},
        "stretches": [
            {
                "from": format_day(first + number * days),
                "to": format_day(min(last, first + (number + 1) * days - 1)),
                "events": {row.kind: row.events for row in found},
                "wide": sum(row.wide for row in found),
            }
            for number, found in by_number.items()
        ],
    }
    return sealed(types.Density, given, basis, registry)


def steps(reader: Reader, relationship: str, basis: Basis) -> Json:
    """The days next to `as_of` on which a change begins, known at the basis; None where none."""
    before, after = reader.change_days(relationship, basis.as_of, basis.position)
    return {
        "previous": None if before is None else format_day(before),
        "next": None if after is None else format_day(after),
    }


def learnt(reader: Reader, relationship: str, most: int) -> list[Json]:
    """The records that changed what is known of a relationship, with their instants, rising.

    Where there are more than `most`, the last of each instant's day; of more days the newest.
    """
    positions = reader.learnt_before(relationship, OPEN, most + 1)
    if len(positions) > most:
        positions = list(islice(_last_of_each_day(reader, relationship), most))
    return [_learnt(reader, position) for position in reversed(positions)]


def _learnt(reader: Reader, position: int) -> Json:
    record = reader.record(position)
    assert record is not None  # the index was made of it
    return {"position": position, "recorded_at": instant_text(record.recorded_at)}


def _last_of_each_day(reader: Reader, relationship: str) -> Iterator[int]:
    """Newest day first, by jumps: what was recorded that day is passed over unread."""
    before = OPEN
    while found := reader.learnt_before(relationship, before, 1):
        (position,) = found
        yield position
        record = reader.record(position)
        assert record is not None
        midnight = record.recorded_at - record.recorded_at % DAY_MICROSECONDS
        before = reader.position_at(midnight - 1) + 1
