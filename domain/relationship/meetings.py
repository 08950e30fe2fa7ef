"""Visits and talks: planned, under way, held; a plan that nothing followed is unconfirmed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from domain.acts.act import Act
from domain.acts.fact import Fact
from domain.dates import FIRST_DAY, LAST_DAY
from domain.dates import parse as parse_date
from domain.kinds import KINDS, section_of
from domain.parties import Registry
from domain.relationship.change import Ledger
from domain.relationship.counted import counted_by_field
from domain.relationship.course import Course, Segment, Step, segments, told, without_asides
from domain.relationship.items import item, possible
from domain.relationship.lapse import Lapse, lapse_of
from domain.relationship.ties import Tie

#: Where an act of a status is listed; a status that is not named is only counted.
_LISTED = {
    "planned": "planned",
    "postponed": "planned",
    "under_way": "under_way",
    "adjourned": "adjourned",
    "halted": "adjourned",
}
#: Statuses of a plan, which a window may pass; a talk that opened is no plan any more.
PLANNED = ("planned", "postponed")
#: Statuses that put the time off: a window named before is none any more.
_PUT_OFF = ("postponed", "adjourned", "halted")


def fold_meeting(act: Act, ledger: Ledger, ties: Iterable[Tie], registry: Registry) -> None:
    """Contribute a visit or talk: to the pairs whose own it is, to other pairs as context."""
    for tie in ties:
        facts = facts_of(act, tie)
        lapse = lapse_of((tie.a, tie.b), registry)
        possible(act, ledger, tie, facts, lapse.day)
        if tie.own:
            _Meeting(act, ledger, tie, facts, lapse).fold()
        if tie.joined < tie.own_from:
            fold_context(act, ledger, tie, facts, lapse)


def facts_of(act: Act, tie: Tie) -> tuple[Fact, ...]:
    """The events of an act that bear on two of its parties."""
    if len(act.facts) == 1 and len(act.facts[0].event.parties) == 2 == len(act.codes):
        return act.facts
    return tuple(fact for fact in act.facts if act.concerns(fact, tie.a, tie.b))


class _Meeting:
    """The course of a meeting in one pair."""

    def __init__(
        self, act: Act, ledger: Ledger, tie: Tie, facts: Sequence[Fact], lapse: Lapse
    ) -> None:
        self._act = act
        self._ledger = ledger
        self._tie = tie
        self._facts = facts
        self._lapse = lapse
        self._section = section_of(act.kind)
        self._room = self._section.name

    def fold(self) -> None:
        known = [self._act.roles[c][0] for c in (self._tie.a, self._tie.b) if c in self._act.roles]
        parts = {self._lapse.day, *known}
        shut = False
        for segment in segments(self._facts, self._tie.own_from, parts, passes):
            if not segment.course:
                continue
            if segment.day < self._lapse.day:
                shut = segment.course[-1].status in _LISTED
            if not shut or segment.day < self._lapse.day:
                self._hold(segment)
            self._list(segment, segment.course[-1], shut and self._lapse.day <= segment.day)

    def _list(self, segment: Segment, step: Step, shut: bool) -> None:
        """List where it stands; what is `shut` stood with a party that ended, and ended with it."""
        tie, ledger, room = self._tie, self._ledger, self._room
        position = step.fact.position
        listed, counted = _LISTED.get(step.status), step.status
        fields: dict[str, object] = {}
        if shut or (listed is not None and self._lapse.day <= segment.day):
            listed = counted = "ended"
            fields = self._lapse.fields()
        elif listed == "planned" and passed(segment):
            listed = counted = "unconfirmed"
        if listed is not None:
            line = self._line(
                segment.course,
                **self._roles(segment.day),
                window=window_of(segment.course),
                status=None if listed == "unconfirmed" else _stopped(step),
                **fields,
            )
            ledger.item(tie.pair, f"{room}.{listed}", segment.day, segment.until, position, line)
        places = [f"{room}.counts.by_status.{counted}"]
        if counted == "held":
            places += self._held_places(segment)
        for place in places:
            ledger.count(tie.pair, place, segment.day, segment.until, position)

    def _hold(self, segment: Segment) -> None:
        """Note what was held and is over since the first day of a segment, whatever follows it."""
        for number, step in enumerate(segment.course, 1):
            if step.status != "held":
                continue
            line, position = self._line(segment.course[:number]), step.fact.position
            for place, known in self._held_at(segment.day):
                since = max(step.certain_from, self._tie.own_from, known)
                if since == segment.day:
                    self._ledger.last(self._tie.pair, place, since, position, line)

    def _held_at(self, day: int) -> list[tuple[str, int]]:
        """Where it is noted what was held, and the day since when that is known."""
        place = f"{self._room}.last_held"
        if not KINDS[self._act.kind].roles:
            return [(place, FIRST_DAY)]
        return [(f"{place}.{visitor}", known) for visitor, known in self._visitors(day)]

    def _held_places(self, segment: Segment) -> Iterator[str]:
        for visitor, _ in self._visitors(segment.day):
            yield f"{self._room}.counts.by_direction.{visitor}"
        yield from counted_by_field(self._section, segment.course)

    def _visitors(self, day: int) -> list[tuple[str, int]]:
        """Who of the two visits, as is known on a day, and the day since when it is."""
        roles = [(code, self._act.roles.get(code)) for code in (self._tie.a, self._tie.b)]
        return [
            (c, role[0]) for c, role in roles if role and role[1] == "visitor" and role[0] <= day
        ]

    def _roles(self, day: int) -> dict[str, str]:
        visitors = self._visitors(day)
        if len(visitors) != 1:
            # What is left of an act may not say who came and who received.
            return {}
        visitor = visitors[0][0]
        host = self._tie.b if visitor == self._tie.a else self._tie.a
        return {"visitor": visitor, "host": host}

    def _line(self, course: Course, **fields: object) -> dict[str, object]:
        fact = course[-1].fact
        return item(
            self._act,
            [fact],
            date=fact.event.date.text,
            rank=told(course, "rank"),
            levels=told(course, "levels"),
            place=fact.event.body.get("place"),
            place_inferred=fact.event.body.get("place_inferred") or None,
            **fields,
        )


def window_of(course: Course) -> str | None:
    """The window that a plan has: put off without another time, or met since, it has none."""
    window: str | None = None
    for taken in course:
        own: str | None = taken.fact.event.body.get("planned_for")
        window = own or window if taken.status == "planned" else None
    stopped = bool(course) and course[-1].status in ("adjourned", "halted")
    return course[-1].fact.event.body.get("planned_for") if stopped else window


def passes(course: Course) -> int | None:
    """The first day on which a plan's window has surely passed; None where it has none."""
    if not course or course[-1].status not in PLANNED:
        return None
    window = window_of(course)
    if window is None:
        return None
    latest = parse_date(window).latest
    return latest + 1 if latest < LAST_DAY else None


def passed(segment: Segment) -> bool:
    """Whether it was a plan whose window has passed."""
    day = passes(segment.course)
    return day is not None and day <= segment.day


def fold_context(act: Act, ledger: Ledger, tie: Tie, facts: Sequence[Fact], lapse: Lapse) -> None:
    """List an act of many parties in a pair it is not directly between.

    A meeting of twenty is one act, not 190: it opens no pair's own count. From the day on which
    their roles face each other it is the pair's own, and context no longer.
    """
    shut = False
    for segment in segments(facts, tie.joined, {lapse.day}, passes):
        if not segment.course:
            continue
        step, until = without_asides(segment.course)[-1], min(segment.until, tie.own_from)
        stands = step.status in KINDS[act.kind].standing
        if segment.day < lapse.day:
            shut = stands
        status, fields = step.status, {}
        if lapse.day <= segment.day and (shut or stands):
            status, fields = "ended", lapse.fields()
        elif passed(segment):
            status = "unconfirmed"
        line = item(
            act,
            [step.fact],
            kind=act.kind,
            status=status,
            date=step.fact.event.date.text,
            parties=sum(day <= segment.day for day in act.surely_joined.values()),
            **fields,
        )
        ledger.item(tie.pair, "context", segment.day, until, step.fact.position, line)


def _stopped(step: Step) -> str | None:
    """The status of what stands in a list of another name."""
    return step.status if step.status in _PUT_OFF else None
