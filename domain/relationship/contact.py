"""Contact: when two parties first and last dealt with each other, and how often, by kind.

Contact is a meeting, a signature or another act between the two. Force, its end by time, and
consent deposited elsewhere come to pass without them dealing with each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import itemgetter

from domain.acts.act import Act
from domain.acts.fact import Fact
from domain.acts.life import comes_after
from domain.dates import LAST_DAY, shift_years
from domain.kinds import KINDS, Life
from domain.parties import Registry
from domain.relationship.change import Ledger
from domain.relationship.figure import figure_rank, reported
from domain.relationship.lapse import lapse_of
from domain.relationship.ties import Tie


def fold_contact(act: Act, ledger: Ledger, ties: Iterable[Tie], registry: Registry) -> None:
    """Contribute an act to the contact of pairs of its parties.

    An act counts from the first day one of its events has surely begun; figures reported in it
    are reported from then on.
    """
    first = min(((f.begins_certain, f.position) for f in act.facts), default=(LAST_DAY, 0))
    for tie in ties:
        day, position = max(first[0], tie.joined), first[1]
        if day < tie.own_from:
            ledger.count(tie.pair, "contact.many_party", day, tie.own_from, position)
            if KINDS[act.kind].life is Life.SIDES:
                ledger.count(tie.pair, "contact.many_party_agreements", day, tie.own_from, position)
        if tie.own:
            _own(act, ledger, tie, lapse_of((tie.a, tie.b), registry).day)


def _own(act: Act, ledger: Ledger, tie: Tie, ends: int) -> None:
    facts = [fact for fact in act.facts if act.concerns(fact, tie.a, tie.b)]
    begun = [
        (max(fact.begins_certain, tie.own_from), fact.position, fact)
        for fact in facts
        if fact.begins_certain < LAST_DAY
    ]
    if not begun:
        return
    day, position, _ = min(begun, key=itemgetter(0, 1))
    ledger.count(tie.pair, f"contact.acts.{act.kind}", day, LAST_DAY, position)
    _recent(
        ledger,
        tie,
        [(since, _over(fact, facts, ends), position) for since, position, fact in begun],
    )
    for since, _, fact in sorted(begun, key=lambda one: (one[0], one[2].begins_certain, one[1])):
        if fact.event.type.contact and fact.begins_certain >= tie.joined:
            date = fact.event.date.text
            ledger.first(tie.pair, "contact.first", since, fact.position, date)
            ledger.last(tie.pair, "contact.last", since, fact.position, date)
            if since < (over := _over(fact, facts, ends)) < LAST_DAY:
                ledger.last(tie.pair, "contact.last", over, fact.position, date)
        figures = fact.event.body.get("figures", ())
        # Of two that one event reports on one thing, that of the later period comes last.
        for figure in sorted(figures, key=lambda one: figure_rank(one, since)):
            place = f"figures.{figure['name']}|{figure.get('unit', '')}"
            ledger.last(tie.pair, place, since, fact.position, reported(act, figure, fact))


def _over(fact: Fact, facts: Sequence[Fact], ends: int) -> int:
    """The last day of an event that lasts, else its only one.

    What has no end lasts until another event of the life follows it, or a party is no more.
    """
    date, begins = fact.event.date, fact.begins_certain
    if not fact.event.type.durative or not (date.interval or date.all_of) or date.end == "unknown":
        return begins
    until = date.latest
    if date.end == "open":
        following = (other.begins_certain for other in facts if comes_after(other, fact))
        until = min(following, default=LAST_DAY)
    return max(begins, min(until, ends - 1 if ends < LAST_DAY else LAST_DAY))


def _recent(ledger: Ledger, tie: Tie, spans: list[tuple[int, int, int]]) -> None:
    """Count where the act begins to be recent, and from where on a year lets it be so no more.

    An act is recent on a day if anything of it took place in the twelve months before. So it is
    counted anew where more than twelve months have passed, and rests on the last day of each
    stretch: what is recent is what was counted up to the day, less what rested a year before.
    """
    begin, last, at = LAST_DAY, 0, 0
    for start, end, position in sorted(spans):
        if begin < LAST_DAY and _year_after(last) <= start:
            ledger.count(tie.pair, "contact.rested", last, LAST_DAY, at)
            ledger.count(tie.pair, "contact.again", start, LAST_DAY, position)
            last, at = end, position
        begin = min(begin, start)
        if end >= last:
            last, at = max(end, start), position
    ledger.count(tie.pair, "contact.rested", last, LAST_DAY, at)


def _year_after(day: int) -> int:
    """The first day on which what took place on a day is no longer recent."""
    if day >= LAST_DAY:
        return LAST_DAY
    after = shift_years(day, 1)
    return after if shift_years(after, -1) >= day else after + 1
