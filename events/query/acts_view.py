"""Answers about acts: one act as of a basis, its whole history, and lists of acts."""

from __future__ import annotations

from typing import Any, Literal

from domain.acts import Act, Fact, Participation
from domain.parties import Registry
from domain.relationship import anomalies, status
from events.errors import UnknownAct
from events.log.content import Correction
from events.log.history import known_act, lost_in, target_of
from events.log.record import Record, instant_text
from events.projection.rows import RelationshipRow
from events.query import answer_types as types
from events.query.answers import sealed
from events.query.basis import Basis
from events.store.act_writer import ActReader
from events.store.protocol import Reader

Json = dict[str, Any]
_Fate = Literal["in_force", "corrected", "retracted", "erased"]


def act(reader: ActReader, registry: Registry, act_id: str, basis: Basis) -> types.Act:
    """An act as it stood: its status, parties, and the events that had or may have happened.

    Raises `UnknownAct` where nothing of it was known at the basis.
    """
    stream = reader.stream(act_id)
    recorded = sum(record.position <= basis.position for record in stream)
    if not recorded:
        raise UnknownAct(act_id)
    known = known_act(stream, basis.position)
    events = [
        {
            "version": fact.version,
            "certain": fact.certain_from <= basis.as_of,
            "speaks_for": sorted(known.scope(fact)),
            "event": dict(fact.event.body),
            "records": [fact.position],
        }
        for fact in known.life
        if fact.begins_possible <= basis.as_of
    ]
    erased = [
        {
            "version": gone.version,
            "type": gone.type,
            "reason": gone.reason,
            "records": [gone.position, gone.erasure],
        }
        for gone in known.erased
    ]
    odd = [
        {
            "anomaly": found.name,
            "message": found.message,
            "party": found.party,
            "records": sorted({fact.position for fact in found.facts}),
        }
        for found in anomalies(known, registry)
        if found.day <= basis.as_of
    ]
    line = act_line(known, registry, basis)
    given = {**line, "version": recorded, "events": events, "anomalies": odd, "erased": erased}
    return sealed(types.Act, given, basis, registry)


def act_line(known: Act, registry: Registry, basis: Basis) -> types.NamedAct:
    """What stands of an act in every list: kind, title, status, and parties by their names."""
    return {
        "act_id": known.act_id,
        "kind": known.kind,
        "title": known.title,
        "status": status(known, basis.as_of),
        "parties": [_part(p, registry, _day(known.life)) for p in known.parties],
    }


def _part(one: Participation, registry: Registry, day: int | None) -> types.Part:
    part: types.Part = {"party": one.party, "name": registry.name(one.party, day)}
    return part if one.role is None else {**part, "role": one.role}


def _day(life: tuple[Fact, ...]) -> int | None:
    """The day to name the parties by: when the act began, since names change."""
    return life[0].event.date.latest if life else None


def history(reader: Reader, act_id: str, position: int | None = None) -> types.History:
    """Every record of an act in the order it was learnt, and what became of each event.

    Up to a position only what was known there; what was erased since is erased there too.
    """
    whole = reader.stream(act_id)
    stream = [r for r in whole if position is None or r.position <= position]
    if not stream:
        raise UnknownAct(act_id)
    known = known_act(whole, position)
    in_force = {fact.version: fact for fact in known.facts}
    erased = {gone.version for gone in known.erased}
    lost = lost_in(whole)
    events: list[types.Fate] = []
    for record in stream:
        if not record.is_event:
            continue
        records = [r for r in stream if target_of(r, lost) == record.version]
        fact = in_force.get(record.version)
        if fact is None:
            fate: _Fate = "erased" if record.version in erased else "retracted"
        else:
            fate = "in_force" if fact.position == record.position else "corrected"
        events.append(
            {
                "version": record.version,
                "type": _last_type(records, record.type),
                "fate": fate,
                "records": [r.position for r in records],
            }
        )
    return {
        "act_id": act_id,
        "kind": known.kind,
        "version": len(stream),
        "events": events,
        "records": [record_json(record) for record in stream],
    }


def _last_type(records: list[Record], first: str) -> str:
    """The type an event was last said to be of, as far as it is not erased."""
    contents = (record.content for record in records)
    said = [one.event["type"] for one in contents if isinstance(one, Correction)]
    return str(said[-1]) if said else first


def record_json(record: Record) -> types.Record:
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
) -> types.Acts:
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
        known = known_act(reader.stream(row.act_id), basis.position)
        first = known.life[0].event.date.text if known.life else None
        lines.append({**act_line(known, registry, basis), "date": first, "records": [row.opened]})
    following = page[-1].opened if len(rows) > limit else None
    return sealed(types.Acts, {"acts": lines, "cursor": following}, basis, registry)


def relationships(
    reader: Reader, registry: Registry, basis: Basis, party: str | None, after: str, limit: int
) -> types.Relationships:
    """A page of relationships by key, each with its own acts counted up to `as_of`."""
    rows = reader.relationships(basis.position, basis.as_of, party, after, limit + 1)
    page = rows[:limit]
    lines = [relationship_line(row, registry, basis) for row in page]
    following = page[-1].relationship if len(rows) > limit else None
    return sealed(
        types.Relationships, {"relationships": lines, "cursor": following}, basis, registry
    )


def relationship_line(row: RelationshipRow, registry: Registry, basis: Basis) -> types.Relationship:
    """A relationship in a list, its parties by their names of the day."""
    return {
        "relationship": row.relationship,
        "parties": [
            {"code": code, "name": registry.name(code, basis.as_of)}
            for code in row.relationship.split("-")
        ],
        "acts": row.acts,
        "many_party_agreements": row.shared,
        "first": row.first,
        "last": row.last,
    }
