"""Aftermath: what follows the end of an act, as of a visit, without opening it again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from domain.acts.act import Act
from domain.acts.fact import Fact, last_of
from domain.acts.life import life_order
from domain.kinds import KINDS, Life
from domain.relationship.anomaly import Anomaly
from domain.relationship.meetings import facts_of
from domain.relationship.ties import Tie


class Aftermath:
    """What follows an end directly, in the life of an act as it bears on two of its parties."""

    def __init__(self, act: Act) -> None:
        self._act = act
        self.may_be = (
            KINDS[act.kind].life is Life.COURSE
            and len(act.facts) > 1
            and any(fact.event.type.final for fact in act.facts)
        )
        self._found: dict[tuple[int, ...], list[Anomaly]] = {}
        """By the versions of the events that bear on a pair: many pairs have the same."""

    def of(self, tie: Tie) -> list[Anomaly]:
        """What of it two parties are told."""
        if not self.may_be:
            return []
        # What leaves an act where it stands neither ends a life nor follows its end.
        facts = [fact for fact in facts_of(self._act, tie) if not fact.event.type.aside]
        key = tuple(fact.version for fact in facts)
        if key not in self._found:
            self._found[key] = list(_after_the_end(facts))
        return self._found[key]


def _after_the_end(facts: Sequence[Fact]) -> Iterator[Anomaly]:
    for after in facts:
        day, event = after.begins_certain, after.event.type
        # What is certain by then decides: no later event changes what is told of the day.
        life = life_order(fact for fact in facts if fact.begins_certain <= day)
        number = life.index(after)
        before = life[number - 1] if number else None
        if before is None or not before.event.type.final or event.opens_again:
            continue
        ended = before.event.type
        # One event told twice with overlapping dates is one event with two sources.
        last = last_of(before.event.date, ended.durative)
        if ended is event and last >= after.event.date.earliest:
            continue
        yield Anomaly(
            f"{event.event}_after_{ended.event}",
            day,
            (before, after),
            f"{event.event} on {after.event.date.text}, after it was {ended.event} on "
            f"{before.event.date.text}",
        )
