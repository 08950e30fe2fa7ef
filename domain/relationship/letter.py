"""Letters: sent by one to others, and awaiting the answer of each until it comes.

What one of several addressees does counts for that one: a circular note awaits the others still.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from domain.acts.act import Act
from domain.acts.fact import Fact
from domain.kinds import section_of
from domain.kinds.letter import LETTER
from domain.parties import Registry
from domain.relationship.change import Ledger
from domain.relationship.counted import counted_by_field
from domain.relationship.course import Course, Segment, begun_in, segments, told, without_asides
from domain.relationship.items import item, possible
from domain.relationship.lapse import Lapse, lapse_of
from domain.relationship.meetings import facts_of, fold_context
from domain.relationship.ties import Tie

_SECTION = section_of(LETTER.name)
#: Statuses whose day a line names.
_DATED = ("received", "published")


def fold_letter(act: Act, ledger: Ledger, ties: Iterable[Tie], registry: Registry) -> None:
    """Contribute a letter: between its sender and each addressee, to other pairs as context."""
    for tie in ties:
        facts = facts_of(act, tie)
        lapse = lapse_of((tie.a, tie.b), registry)
        possible(act, ledger, tie, facts, lapse.day)
        if tie.own:
            _Letter(act, ledger, tie, lapse).fold(facts)
        if tie.joined < tie.own_from:
            fold_context(act, ledger, tie, facts, lapse)


class _Letter:
    """The course of a letter in one pair."""

    def __init__(self, act: Act, ledger: Ledger, tie: Tie, lapse: Lapse) -> None:
        self._act = act
        self._ledger = ledger
        self._tie = tie
        self._lapse = lapse

    def fold(self, facts: Sequence[Fact]) -> None:
        """Contribute each segment of the course, by the roles that are known on its days."""
        roles = self._act.roles
        known = [roles[code][0] for code in (self._tie.a, self._tie.b) if code in roles]
        shut = False
        for segment in segments(facts, self._tie.own_from, {self._lapse.day, *known}):
            if not segment.course:
                continue
            awaited = _awaited(segment.course)
            if segment.day < self._lapse.day:
                shut = awaited
            ended = self._lapse.day <= segment.day and (shut or awaited)
            self._note_sent(segment)
            if ended:
                self._list("ended", segment, **self._lapse.fields())
            elif awaited:
                addressees = list(self._having("addressee", segment.day))
                self._list("awaiting", segment, awaiting=addressees or None)
            self._count(segment, ended)

    def _list(self, name: str, segment: Segment, **fields: object) -> None:
        """List it with what its line says beside what is said of every letter."""
        position = without_asides(segment.course)[-1].fact.position
        line = self._line(segment.course, segment.day, **fields)
        place = _SECTION.place(name)
        self._ledger.item(self._tie.pair, place, segment.day, segment.until, position, line)

    def _note_sent(self, segment: Segment) -> None:
        """Note a letter that has been sent since the first day of a segment, whatever follows."""
        for number, step in enumerate(segment.course, 1):
            if step.status != "sent":
                continue
            for sender in self._having("sender", segment.day):
                since = max(step.certain_from, self._tie.own_from, self._act.roles[sender][0])
                if since == segment.day:
                    place = f"{_SECTION.place('last_sent')}.{sender}"
                    line = self._line(segment.course[:number], segment.day)
                    self._ledger.last(self._tie.pair, place, since, step.fact.position, line)

    def _count(self, segment: Segment, ended: bool) -> None:
        step = without_asides(segment.course)[-1]
        places = [f"counts.by_status.{'ended' if ended else step.status}"]
        places += [f"counts.by_sender.{code}" for code in self._having("sender", segment.day)]
        by_field = counted_by_field(_SECTION, segment.course)
        for place in (*map(_SECTION.place, places), *by_field):
            pair, position = self._tie.pair, step.fact.position
            self._ledger.count(pair, place, segment.day, segment.until, position)

    def _having(self, role: str, day: int) -> Iterator[str]:
        """Who of the two has a role, as is known on a day."""
        for code in (self._tie.a, self._tie.b):
            since, own = self._act.roles.get(code, (day, None))
            if own == role and since <= day:
                yield code

    def _line(self, course: Course, day: int, **fields: object) -> dict[str, Any]:
        begun = begun_in(without_asides(course), LETTER.standing)
        last = {step.status: step.fact for step in course}
        shown = {
            "sender": next(self._having("sender", day), None),
            "addressee": next(self._having("addressee", day), None),
            "form": told(course, "form"),
            "since": begun.fact.event.date.text,
            **{name: last[name].event.date.text for name in _DATED if name in last},
            "in_reply_to": told(course, "in_reply_to"),
            "topics": told(course, "topics"),
        }
        facts = [begun.fact, course[-1].fact, *(last[name] for name in _DATED if name in last)]
        return item(self._act, facts, **{**shown, **fields})


def _awaited(course: Course) -> bool:
    """Whether an answer is awaited; what replies to another letter awaits none itself."""
    stands = without_asides(course)[-1].status in LETTER.standing
    return stands and told(course, "in_reply_to") is None
