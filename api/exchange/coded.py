"""Coded rows: machine-coded events that tell acts, joined with their mirrors and set out.

A mirror tells another row's act from the other side: A visits B, and B hosts A. Two rows are
joined only where they are one another's mirror: the same actors swapped, the same day, the same
report where the source names one, and each row once. Two rows alike are two acts, unless the
source has no ids, in which case nothing tells them apart and they are one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from api.exchange.cameo import Meaning
from api.exchange.row import Repeated, SourceAct, Twin


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does it or to whom it is done, as the source writes it and as it was resolved."""

    name: str
    party: str
    office: str = ""
    person: str = ""


@dataclass(frozen=True, slots=True)
class CodedRow:
    """A row whose code tells an act between two parties."""

    key: str
    """The source's id of the row; empty where it has none."""
    day: str
    """The day of the event, YYYY-MM-DD."""
    meaning: Meaning
    first: Actor
    second: Actor
    evidence: dict[str, Any] = field(hash=False)
    """The row as a source of the act."""
    where: str = field(default="", compare=False)
    report: str = ""
    """What tells one report of the day from another, where the source says it."""
    place: str = ""

    @property
    def swapped(self) -> bool:
        """Whether the act is to be told from the second actor to the first."""
        if self.meaning.side == "mutual":
            return self.first.name > self.second.name
        return self.meaning.side == "host"

    @property
    def sides(self) -> tuple[Actor, Actor]:
        """The actors in the act's own order: visitor and host, or by name."""
        return (self.second, self.first) if self.swapped else (self.first, self.second)

    @property
    def act(self) -> tuple[str, ...]:
        """What mirrors share: day, act, sides, report."""
        meaning = self.meaning
        code = meaning.becomes if meaning.side in ("visitor", "host") else meaning.code
        one, other = self.sides
        return (self.day, code, one.name, other.name, self.report)


def acts(rows: Iterable[CodedRow], scheme: str) -> Iterator[SourceAct | Repeated | Twin]:
    """The acts that rows of one day tell, in an order that no order of the rows changes.

    A row that equals another in everything, its id too, is repeated; acts alike in all but their
    ids are twins.
    """
    groups: dict[tuple[str, ...], list[CodedRow]] = {}
    for row in rows:
        group = groups.setdefault(row.act, [])
        if row in group:
            yield Repeated(row.key, row.where)
        else:
            group.append(row)
    for act in sorted(groups):
        rows_of_act = sorted(groups[act], key=_by_key)
        if rows_of_act[0].key:
            yield from _by_mirror(rows_of_act, scheme)
        else:
            yield _one(rows_of_act, f"{scheme}:{act[0]}:{_digest(act)}")


def _by_mirror(rows: list[CodedRow], scheme: str) -> Iterator[SourceAct | Twin]:
    """The n-th row of one side with the n-th of the other; a visit has the visitor's id."""
    seen = [row for row in rows if not row.swapped]
    mirrored = [row for row in rows if row.swapped]
    first = ""
    for number in range(max(len(seen), len(mirrored))):
        pair = [*seen[number : number + 1], *mirrored[number : number + 1]]
        mutual = pair[0].meaning.side == "mutual"
        key = min(pair, key=_by_key).key if mutual else pair[0].key
        yield _one(pair, f"{scheme}:{key}")
        if not number:
            first = key
        else:
            yield Twin(first, key, "same day, actors, code and report")


def _by_key(row: CodedRow) -> tuple[int, str, bool]:
    return (len(row.key), row.key, row.swapped)


def _digest(act: tuple[str, ...]) -> str:
    return sha256("\n".join(act).encode()).hexdigest()[:20]


def _one(rows: list[CodedRow], act_id: str) -> SourceAct:
    rows = sorted(rows, key=lambda row: (row.swapped, _by_key(row)))
    first = rows[0]
    meaning = first.meaning
    sides = first.sides
    event: dict[str, Any] = {
        "type": meaning.becomes,
        "key": "event",
        "date": first.day,
        "title": _title(meaning, *sides),
        "parties": [{"party": actor.party} for actor in sides],
    }
    if meaning.becomes == "visit.held":
        for entry, role in zip(event["parties"], ("visitor", "host"), strict=True):
            entry["role"] = role
    if meaning.mode:
        event["mode"] = meaning.mode
    persons = [_participant(actor) for actor in sides if actor.office or actor.person]
    if persons:
        event["participants"] = persons
    place = next((row.place for row in rows if row.place), "")
    if place:
        event["place"] = place
    event["sources"] = [row.evidence for row in rows]
    event["verbatim"] = {"names": [actor.name for actor in sides]}
    codes = [("cameo", code) for code in sorted({row.meaning.code for row in rows})]
    codes += [(act_id.partition(":")[0], row.key) for row in rows if row.key]
    event["codes"] = [{"scheme": scheme, "code": code} for scheme, code in codes]
    return SourceAct(act_id, (event,), len(rows))


def _participant(actor: Actor) -> dict[str, str]:
    participant = {"party": actor.party}
    if actor.office:
        participant["office"] = actor.office
    if actor.person:
        participant["name"] = actor.person
    return participant


def _title(meaning: Meaning, one: Actor, other: Actor) -> str:
    if meaning.becomes == "visit.held":
        return f"Visit of {one.name} to {other.name}"
    tie = "and" if meaning.side == "mutual" else "with"
    return f"{meaning.label}: {one.name} {tie} {other.name}"
