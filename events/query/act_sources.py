"""What each source says of an act's events, and where sources differ; every claim is kept."""

from __future__ import annotations

from typing import Any

from domain.acts import Fact
from domain.parties import Registry
from events.errors import UnknownAct
from events.log.account import known_account, source_of
from events.log.history import known_act
from events.query import answer_types as types
from events.query.answers import sealed
from events.query.basis import Basis
from events.store.protocol import Reader

#: What every source words or numbers in its own way.
_OWN = frozenset({"key", "sources", "codes", "verbatim"})


def act_sources(reader: Reader, registry: Registry, act_id: str, basis: Basis) -> types.ActSources:
    """By event the last words of each source that stands by it, as known at a basis.

    `in_force` is the record whose words the answers rest on: the newest, whoever told it. Raises
    `UnknownAct` where nothing of the act was known.
    """
    stream = reader.stream(act_id)
    known = [record for record in stream if record.position <= basis.position]
    if not known:
        raise UnknownAct(act_id)
    names = sorted(set[str]().union(*map(source_of, known)))
    claims: dict[int, dict[str, Fact]] = {}
    for name in names:
        told = known_account(stream, name, basis.position)
        for fact in told.facts if told is not None else ():
            claims.setdefault(fact.version, {})[name] = fact
    in_force = {fact.version: fact.position for fact in known_act(stream, basis.position).facts}
    events: list[types.SourcedEvent] = [
        {
            "version": version,
            "in_force": in_force.get(version),
            "claims": [
                {"source": name, "event": dict(fact.event.body), "records": [fact.position]}
                for name, fact in by_source.items()
            ],
            "differ": _differ(by_source),
        }
        for version, by_source in sorted(claims.items())
    ]
    given = {
        "act_id": act_id,
        "sources": names,
        "sources_differ": any(event["differ"] for event in events),
        "events": events,
    }
    return sealed(types.ActSources, given, basis, registry)


def _differ(by_source: dict[str, Fact]) -> dict[str, dict[str, Any]]:
    """By field what each source says, where not all say the same; None of one that is silent."""
    bodies = {name: fact.event.body for name, fact in by_source.items()}
    fields = sorted(set[str]().union(*bodies.values()) - _OWN)
    told = {field: {name: body.get(field) for name, body in bodies.items()} for field in fields}
    return {
        field: values
        for field, values in told.items()
        if any(value != one for value in values.values() for one in values.values())
    }
