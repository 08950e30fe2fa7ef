"""Answers about acts: one act as of a basis, its whole history, and lists of acts."""

from __future__ import annotations

from typing import Any

from domain.acts import Act, Fact
from domain.parties import Registry
from domain.relationship import status
from events.answers import sealed
from events.basis import Basis
from events.errors import UnknownAct
from events.importing import wire_body
from events.known import known_act
from events.record import CORRECTED, RETRACTED, Record, instant_text
from events.store import Reader

Json = dict[str, Any]


def act(reader: Reader, registry: Registry, act_id: str, basis: Basis) -> Json:
    """An act as it stood: its status, parties, and the events that had or may have happened.

    Raises `UnknownAct` where nothing of it was known at the basis.
    """
    stream = [r for r in reader.stream(act_id) if r.position <= basis.position]
    if not stream:
        raise UnknownAct(act_id)
    known = known_act(stream)
    events = [
        {
            "version": fact.version,
            "certain": fact.certain_from <= basis.as_of,
            "event": dict(fact.event.body),
            "records": [fact.position],
        }
        for fact in known.life
        if fact.begins_possible <= basis.as_of
    ]
    given = {**_line(known, registry, basis), "version": len(stream), "events": events}
    return sealed(given, basis, registry)


def _line(known: Act, registry: Registry, basis: Basis) -> Json:
    return {
        "act_id": known.act_id,
        "kind": known.kind,
        "title": known.title,
        "status": status(known, basis.as_of),
        "parties": [
            {"party": p.party, "name": registry.name(p.party, _day(known.life))}
            | ({"role": p.role} if p.role else {})
            for p in known.parties
        ],
    }


def _day(life: tuple[Fact, ...]) -> int | None:
    """The day to name the parties by: when the act began, since names change."""
    return life[0].event.date.latest if life else None


def history(reader: Reader, act_id: str) -> Json:
    """Every record of an act in the order it was learnt, and what became of each event."""
    stream = reader.stream(act_id)
    if not stream:
        raise UnknownAct(act_id)
    known = known_act(stream)
    in_force = {fact.version: fact.position for fact in known.facts}
    events = []
    for record in stream:
        if record.type in (CORRECTED, RETRACTED):
            continue
        told = _told_of(stream, record.version)
        fate = "in_force" if in_force.get(record.version) == record.position else "corrected"
        events.append(
            {
                "version": record.version,
                "type": wire_body(told[-1] if told[-1].type == CORRECTED else record)["type"],
                "fate": fate if record.version in in_force else "retracted",
                "records": [r.position for r in told],
            }
        )
    return {
        "act_id": act_id,
        "kind": known.kind,
        "version": len(stream),
        "events": events,
        "records": [record_json(record) for record in stream],
    }


def _told_of(stream: list[Record], version: int) -> list[Record]:
    return [
        record
        for record in stream
        if record.version == version
        or (record.type in (CORRECTED, RETRACTED) and (record.body or {}).get("version") == version)
    ]


def record_json(record: Record) -> Json:
    """A record as readers see it: who told what, when, and the event or the reason."""
    return {
        "position": record.position,
        "act_id": record.act_id,
        "version": record.version,
        "type": record.type,
        "schema": record.schema,
        "recorded_at": instant_text(record.recorded_at),
        "recorded_by": record.recorded_by,
        "digest": record.digest,
        "body": dict(record.body) if record.body is not None else None,
    }


def acts(
    reader: Reader,
    registry: Registry,
    basis: Basis,
    *,
    kind: str | None,
    party: str | None,
    window: tuple[int | None, int | None],
    text: str | None,
    after: int,
    limit: int,
    as_of: int | None,
) -> Json:
    """A page of acts in the order they were first recorded, which no later append changes."""
    rows = reader.acts(
        basis.position,
        kind=kind,
        party=party,
        day_from=window[0],
        day_to=window[1],
        text=text,
        as_of=as_of,
        after=after,
        limit=limit + 1,
    )
    page = rows[:limit]
    lines = []
    for row in page:
        stream = [r for r in reader.stream(row.act_id) if r.position <= basis.position]
        known = known_act(stream)
        first = known.life[0].event.date.text if known.life else None
        lines.append({**_line(known, registry, basis), "date": first, "records": [row.opened]})
    following = page[-1].opened if len(rows) > limit else None
    return sealed({"acts": lines, "cursor": following}, basis, registry)


def relationships(
    reader: Reader, registry: Registry, basis: Basis, party: str | None, after: str, limit: int
) -> Json:
    """A page of relationships by key, each with its own acts counted up to `as_of`."""
    rows = reader.relationships(basis.position, basis.as_of, party, after, limit + 1)
    page = rows[:limit]
    lines = [
        {
            "relationship": row.relationship,
            "parties": [
                {"code": code, "name": registry.name(code, basis.as_of)}
                for code in row.relationship.split("-")
            ],
            "acts": row.acts,
            "first": row.first,
            "last": row.last,
        }
        for row in page
    ]
    following = page[-1].relationship if len(rows) > limit else None
    return sealed({"relationships": lines, "cursor": following}, basis, registry)
