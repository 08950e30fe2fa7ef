"""States: what the index answers, held against the plain fold over the records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import lru_cache
from itertools import combinations
from random import SystemRandom
from typing import Any

from domain.acts import Act
from domain.parties import Registry, relationship_key
from events.errors import UnreadableRecord
from events.log.history import known_act
from events.log.record import Record, instant_text, utc_day
from events.query.answers import folded, state
from events.query.basis import Basis
from events.store.protocol import Reader
from events.verify.finding import Finding

_MISREAD = (ValueError, LookupError, TypeError, AttributeError, UnreadableRecord)
#: Streams kept while relationships are asked one after another; a treaty is in many of them.
_STREAMS = 2_000


def verify_states(
    reader: Reader, registry: Registry, records: Iterable[Record], sample: int | None
) -> Iterator[Finding]:
    """Every difference in the states of a sample of relationships; None is all of them.

    Each is asked at the last basis, and on a day and at a position drawn by lot: whoever alters a
    store cannot know beforehand what will be looked at.
    """
    acts_of, everywhere = _acts_by_relationship(records)
    lot = SystemRandom()
    names = sorted(acts_of)
    if sample is not None and sample < len(names):
        names = sorted(lot.sample(names, sample))
    streams = lru_cache(_STREAMS)(reader.stream)
    for name in names:
        yield from _verify_one(reader, registry, name, [*acts_of[name], *everywhere], streams, lot)


def _acts_by_relationship(records: Iterable[Record]) -> tuple[dict[str, list[str]], list[str]]:
    """The acts that ever named both parties of a pair, by pair; and the claims of coverage."""
    named: dict[str, set[str]] = {}
    everywhere: dict[str, None] = {}
    for record in records:
        if record.act_id not in named and record.type.startswith("coverage."):
            everywhere[record.act_id] = None
        if record.act_id not in everywhere:
            # A body that is no event's is told of by the index, which cannot be derived from it.
            with suppress(*_MISREAD):
                named.setdefault(record.act_id, set()).update(_named(record.body))
    acts_of: dict[str, list[str]] = {}
    for act_id, codes in named.items():
        for a, b in combinations(sorted(codes), 2):
            acts_of.setdefault(relationship_key(a, b), []).append(act_id)
    return acts_of, list(everywhere)


def _named(body: Any) -> set[str]:
    """Every party that the body of a record names in an act, of an erasure those it kept."""
    bodies = [body or {}]
    bodies += [part for part in (bodies[0].get("event"), *bodies[0].get("records", ())) if part]
    codes = {entry["party"] for one in bodies for entry in one.get("parties", ())}
    return codes | {code for one in bodies for code in (*one.get("by", ()), *one.get("toward", ()))}


def _verify_one(
    reader: Reader,
    registry: Registry,
    name: str,
    acts: list[str],
    streams: Any,
    lot: SystemRandom,
) -> Iterator[Finding]:
    try:
        kept = [streams(act_id) for act_id in acts]
        for basis in _bases(reader, kept, lot):
            known = [
                known_act(stream, basis.position)
                for stream in kept
                if stream[0].position <= basis.position
            ]
            calculated = folded(known, registry, name, basis)
            claimed = state(reader, registry, name, basis)
            if calculated != claimed:
                yield _differing(name, basis, calculated, claimed)
    except _MISREAD as error:
        yield Finding(0, "", f"state of {name}", "a state", f"none: {error!r}")


def _bases(reader: Reader, streams: list[list[Record]], lot: SystemRandom) -> Iterator[Basis]:
    head = reader.head()
    yield Basis(utc_day(head.recorded_at), head.position, instant_text(head.recorded_at))
    days = [fact.event.date.latest for stream in streams for fact in _facts(known_act(stream))]
    day = lot.choice(days) if days else utc_day(head.recorded_at)
    record = reader.record(lot.randint(1, head.position))
    if record is not None:
        yield Basis(day, record.position, instant_text(record.recorded_at))
        yield Basis(day, head.position, instant_text(head.recorded_at))


def _facts(act: Act) -> Iterator[Any]:
    last = utc_day(2**52)
    return (fact for fact in act.facts if fact.event.date.latest < last)


def _differing(name: str, basis: Basis, calculated: Any, claimed: Any) -> Finding:
    places = [place for place in calculated if place != "basis"]
    place = next((p for p in places if calculated[p] != claimed.get(p)), "basis")
    given = basis.to_json()
    where = f"{place} of the state of {name} as of {given['as_of']} at position {basis.position}"
    return Finding(0, "", where, repr(calculated[place]), repr(claimed.get(place)))
