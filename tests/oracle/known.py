"""From records to facts: what is known of each act at a position."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from domain.dates import FIRST_DAY, EdtfDate, parse
from domain.kinds import CONSENTS, EventType, event_type
from tests.oracle.when import last_day, sure_day

Record = Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Fact:
    """An event as it is known: its body, and when it is certain."""

    act_id: str
    kind: str
    version: int
    """Its place in the act: a correction keeps it."""
    position: int
    """Of the record that holds its body."""
    recorded_on: int
    row: EventType
    date: EdtfDate
    body: Mapping[str, Any]

    @cached_property
    def event(self) -> str:
        return self.row.event

    @cached_property
    def by(self) -> frozenset[str]:
        return frozenset(self.body.get("by", ()))

    @cached_property
    def toward(self) -> frozenset[str]:
        return frozenset(self.body.get("toward", ()))

    @cached_property
    def named(self) -> frozenset[str]:
        """The parties that the event names itself as parties."""
        return frozenset(entry["party"] for entry in self.body.get("parties", ()))

    @cached_property
    def names(self) -> frozenset[str]:
        """Everyone whom the event makes a party to the act."""
        return self.named | self.by | self.toward

    @cached_property
    def roles(self) -> set[tuple[str, str]]:
        return {(e["party"], e["role"]) for e in self.body.get("parties", ()) if "role" in e}

    @cached_property
    def done(self) -> EdtfDate:
        """The date on which the act itself is done.

        A consent is given when its instrument is deposited: VCLT art. 16. A deposit that lies
        before the instrument itself is an error.
        """
        if self.event in CONSENTS and "deposited" in self.body:
            deposited = parse(self.body["deposited"])
            if not deposited.latest < self.date.earliest:
                return deposited
        return self.date

    @cached_property
    def takes_effect(self) -> EdtfDate:
        """The date on which it takes effect: VCLT art. 24, 28 and 65.

        What is dated back has no effect before it is done. Succession alone works back to the
        day it says: VCSST art. 22 and 23.
        """
        if "effective" in self.body:
            effective = parse(self.body["effective"])
            if self.event == "succeeded" or sure_day(effective, False) >= sure_day(
                self.done, False
            ):
                return effective
        return self.done

    @cached_property
    def back_to(self) -> EdtfDate | None:
        """The date to which its effect is dated back."""
        if "effective" not in self.body:
            return None
        effective = parse(self.body["effective"])
        return None if effective == self.takes_effect else effective

    @cached_property
    def date_sure(self) -> int:
        """The day from which the event itself is certain."""
        return sure_day(self.date, self.row.durative)

    @cached_property
    def sure(self) -> int:
        """The day from which it is certain: by its own date, or by a better known effect."""
        return min(self.date_sure, sure_day(self.takes_effect, False))

    @cached_property
    def first(self) -> int:
        return min(self.date.earliest, self.takes_effect.earliest)

    @cached_property
    def last(self) -> int:
        when = self.takes_effect if self.event == "succeeded" else self.date
        return max(last_day(when, self.row.durative), self.first)

    @cached_property
    def stage(self) -> int:
        return self.row.stage


@dataclass(frozen=True, eq=False)
class Erased:
    """An erased event: nothing is left of it but whom it named."""

    version: int
    names: frozenset[str]
    roles: frozenset[tuple[str, str]]


@dataclass(frozen=True, eq=False)
class Act:
    """What is known of one act."""

    act_id: str
    kind: str
    facts: tuple[Fact, ...]
    erased: tuple[Erased, ...]

    def certain(self, day: int) -> list[Fact]:
        """The facts that are certain on the day."""
        return [fact for fact in self.facts if fact.sure <= day]

    def begun(self, day: int) -> list[Fact]:
        """The facts that are certain or possible on the day."""
        return [fact for fact in self.facts if fact.first <= day]

    def parties(self, facts: Sequence[Fact]) -> set[str]:
        """Those who are party to the act on the days of these facts.

        An event is between those whom no event names surely later than itself.
        """
        latest = max((fact.sure for fact in facts), default=FIRST_DAY - 1)
        return self.named([fact for fact in self.facts if fact.first <= latest])

    def named(self, facts: Sequence[Fact]) -> set[str]:
        """Those whom these facts name, or what was erased did."""
        found: set[str] = set()
        for fact in facts:
            found |= fact.names
        for erased in self.erased:
            found |= erased.names
        return found

    def roles(self, facts: Sequence[Fact]) -> dict[str, str]:
        """Who has which role on the days of these facts: that of the earliest day holds."""
        latest = max((fact.sure for fact in facts), default=FIRST_DAY - 1)
        given = [(FIRST_DAY - 1, erased.version, erased.roles) for erased in self.erased]
        given += [(f.first, f.version, frozenset(f.roles)) for f in self.facts if f.first <= latest]
        found: dict[str, str] = {}
        for _, _, roles in sorted(given, key=lambda one: one[:2]):
            for party, role in roles:
                found.setdefault(party, role)
        return found

    def joined(self, code: str, facts: Sequence[Fact]) -> int:
        """The day on which the party certainly became one."""
        if any(code in erased.names for erased in self.erased):
            return FIRST_DAY
        first = min(fact.first for fact in self.facts if code in fact.names)
        return min(fact.sure for fact in facts if first <= fact.sure)


def known_acts(records: Sequence[Record], position: int | None) -> list[Act]:
    """Each act with the facts that stand at the position; without one, after all records."""
    acts = []
    for act_id in dict.fromkeys(record["act_id"] for record in records):
        stream = [record for record in records if record["act_id"] == act_id]
        known = [r for r in stream if position is None or r["position"] <= position]
        if known:
            acts.append(_act(act_id, known, stream))
    return acts


def _act(act_id: str, known: Sequence[Record], stream: Sequence[Record]) -> Act:
    facts: list[Fact] = []
    erased: list[Erased] = []
    for event in known:
        if event["op"] != "event":
            continue
        standing: Record | None = event
        for record in known:
            if record["target"] == event["version"] and record["op"] == "correction":
                standing = record
            if record["target"] == event["version"] and record["op"] == "retraction":
                standing = None
        if standing is None:
            continue
        # An erasure reaches back: what was recorded before it is gone at every position.
        gone = any(
            record["op"] == "erasure"
            and record["target"] == event["version"]
            and record["position"] > standing["position"]
            for record in stream
        )
        fact = _fact(event, standing)
        if gone:
            erased.append(Erased(fact.version, fact.names, frozenset(fact.roles)))
        else:
            facts.append(fact)
    return Act(act_id, known[0]["kind"], tuple(facts), tuple(erased))


def _fact(event: Record, standing: Record) -> Fact:
    body = standing["body"]
    return Fact(
        act_id=event["act_id"],
        kind=event["kind"],
        version=event["version"],
        position=standing["position"],
        recorded_on=standing["recorded_on"],
        row=event_type(body["type"]),
        date=parse(body["date"]),
        body=body,
    )
