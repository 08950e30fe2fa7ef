"""Parts: an agreement of many, taken apart into what is common to all and what is each party's.

A treaty of 190 has 17,955 pairs and 190 parts. What it does to a pair follows from the common
part and the parts of the two, so that an index of parts grows with the parties. `tests/domain`
holds `joined` to the fold of the act itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from domain.acts.act import Act, sure_day
from domain.acts.fact import Fact
from domain.dates import LAST_DAY
from domain.kinds import KINDS, Life
from domain.parties import Registry, relationship_key
from domain.relationship.agreement import imprecise_deeds, maybe_line, moot_from
from domain.relationship.anomaly import NAMES_NOBODY, YET_TO_COME, Anomaly, anomalies
from domain.relationship.between import contribute, party_end, stretches
from domain.relationship.change import Change, Ledger
from domain.relationship.deed import deeds_of
from domain.relationship.items import item
from domain.relationship.share import Turns
from domain.relationship.sides import Kept, Sides
from domain.relationship.standing import Taken
from domain.relationship.succession import Succession, ends_on
from domain.relationship.ties import Tie

#: Acts of more parties than these are taken apart. Up to eight have at most 28 pairs, whose rows
#: together are no more than the parts would be, and are joined beforehand.
FEW = 8


class Reach(NamedTuple):
    """On whom an event bears."""

    scope: tuple[str, ...] | None
    """For whom it speaks; None where for all who are party to the act by its day."""
    sure: int
    """The first day on which it has surely begun."""
    acts: bool
    """Whether some act by it, and not all."""
    two: bool
    """Whether it speaks for all of only two parties by its day."""

    def concerns(self, one: tuple[str, Part], other: tuple[str, Part]) -> bool:
        """Whether it bears on two parties; as `Act.concerns`, for acts without roles."""
        spoken = [self._speaks(*party) for party in (one, other)]
        if all(spoken):
            return True
        present = max(one[1].may_from, other[1].may_from) <= self.sure
        return present and any(spoken) and (self.acts or self.two)

    def _speaks(self, code: str, part: Part) -> bool:
        return part.may_from <= self.sure if self.scope is None else code in self.scope


class Odd(NamedTuple):
    """An anomaly, on the days `[day, until)`, with its line."""

    order: tuple[Any, ...]
    """Which comes first of several on one day."""
    day: int
    until: int
    position: int
    line: Mapping[str, Any]
    ahead: bool
    """Whether it is told although nobody is party to the act by then."""
    reach: Reach | None
    """On whom it bears; None where every pair that hears of it is told."""


class Maybe(NamedTuple):
    """An event that may have been before it surely was."""

    version: int
    position: int
    first: int
    """The first day on which it may have been done."""
    reach: Reach
    deeds: tuple[tuple[int, int, Mapping[str, Any]], ...]
    """Of each that is not certain at once: the first day it may be done, the first it surely is,
    and its line."""


class Common(NamedTuple):
    """What is common to all parties of an act."""

    kind: str
    title: str | None
    many_from: int
    """Who joins from this day on is never between two alone; `LAST_DAY` where all may be."""
    begun: int
    """The first day on which an event has surely begun, and the position of its record."""
    begun_at: int
    erased: tuple[tuple[int, int, str], ...]
    """Of each event that was erased the positions of its record and its erasure, and why."""
    odd: tuple[Odd, ...]
    maybe: tuple[Maybe, ...]


class Part(NamedTuple):
    """What is one party's."""

    may_from: int
    """First day on which it may be party to the act."""
    joined: int
    """First day on which it surely is."""
    ends: int
    """First day on which the party is no more."""
    taken: tuple[Taken, ...]
    turns: Turns
    odd: tuple[Odd, ...]
    maybe: tuple[Maybe, ...]
    moot: tuple[tuple[int, tuple[int, ...]], ...]
    """By the version of an uncertain event that speaks for it, from when each deed is moot."""


class Heading(NamedTuple):
    """What is told of an act as a whole."""

    act_id: str
    title: str | None
    kind: str


def in_parts(before: bool, act: Act, registry: Registry) -> bool:
    """Whether an act is kept in parts once it is known so, and `before` says if it was before.

    An agreement is, from when it first has more than a few parties. But not while it comes to be
    between two again, by a succession: then it is joined pair by pair.
    """
    if KINDS[act.kind].life is not Life.SIDES or not (before or len(act.codes) > FEW):
        return False
    many = [not two for _, two in Succession(act, registry).turns]
    return many == sorted(many)


def pairs_beside(act: Act, registry: Registry) -> list[str]:
    """The relationships of an act kept in parts that are not joined from them.

    Those of parties that were between two alone: it is their own, as one of two is.
    """
    many_from = _many_from(Succession(act, registry))
    joined = act.surely_joined
    early = [code for code in act.codes if many_from == LAST_DAY or joined[code] < many_from]
    return [relationship_key(a, b) for n, a in enumerate(early) for b in early[n + 1 :]]


def _many_from(succession: Succession) -> int:
    """The first day from which on the act is never between two; `LAST_DAY` where there is none."""
    many_from, many = LAST_DAY, False
    for day, two in succession.turns:
        if two:
            many_from, many = LAST_DAY, False
        elif not many:
            many_from, many = day, True
    return many_from


def common_of(act: Act, registry: Registry) -> Common:
    """What is common to the parties of an act that is kept in parts."""
    begun = min(((f.begins_certain, f.position) for f in act.facts), default=(LAST_DAY, 0))
    odd = [_odd(act, found) for found in anomalies(act, registry) if found.party is None]
    return Common(
        act.kind,
        act.title,
        _many_from(Succession(act, registry)),
        *begun,
        tuple((gone.position, gone.erasure, gone.reason) for gone in act.erased),
        tuple(odd),
        tuple(_maybes(act, (fact for fact in act.facts if not _of_one(fact)))),
    )


def parts_of(
    act: Act, registry: Registry, codes: Collection[str], kept: Kept | None = None
) -> dict[str, Part]:
    """The parts of some parties of an act; `kept` as for `domain.relationship.changes`."""
    sides = Sides(act, registry, {} if kept is None else kept)
    own_odd: dict[str, list[Odd]] = {}
    for found in anomalies(act, registry):
        if found.party is not None and found.party in codes:
            own_odd.setdefault(found.party, []).append(_odd(act, found))
    own: dict[str, list[Fact]] = {}
    for fact in act.facts:
        if _of_one(fact):
            own.setdefault(fact.event.by[0], []).append(fact)
    uncertain = [(fact, deeds) for fact in act.facts if (deeds := imprecise_deeds(fact))]
    parts: dict[str, Part] = {}
    for code in codes:
        parts[code] = Part(
            act.joined[code],
            act.surely_joined[code],
            ends_on(registry, code),
            tuple(sides.taken_over(code)),
            sides.of(code).turns,
            tuple(own_odd.get(code, ())),
            tuple(_maybes(act, own.get(code, ()))),
            tuple(
                (fact.version, tuple(moot_from(act, code, deed) for deed in deeds))
                for fact, deeds in uncertain
                if code in act.scope(fact)
            ),
        )
    return parts


def joined(
    act_id: str, common: Common, one: tuple[str, Part], other: tuple[str, Part]
) -> tuple[Change, ...]:
    """What an act kept in parts does to a pair, in the order of `domain.relationship.changes`.

    The codes are in alphabetical order. None for a pair of `pairs_beside`.
    """
    (a, mine), (b, theirs) = one, other
    since = max(mine.joined, theirs.joined)
    if since < common.many_from or common.many_from == LAST_DAY:
        return ()
    heading = Heading(act_id, common.title, common.kind)
    may_from = max(mine.may_from, theirs.may_from)
    tie = Tie(relationship_key(a, b), a, b, may_from, since, LAST_DAY)
    ledger = Ledger()
    _list_erased(heading, ledger, tie, common)
    ends, end = (mine.ends, theirs.ends), None
    if min(ends) < LAST_DAY:
        end = party_end(tie, ends, (mine.taken, theirs.taken))
    found = list(stretches(tie, mine.turns, theirs.turns, end))
    contribute(heading, ledger, tie, found, {})
    _list_maybes(ledger, tie, common, one, other)
    day = max(common.begun, since)
    for place in ("contact.many_party", "contact.many_party_agreements"):
        ledger.count(tie.pair, place, day, LAST_DAY, common.begun_at)
    _list_odd(ledger, tie, common, one, other)
    return ledger.changes()


def _list_erased(heading: Heading, ledger: Ledger, tie: Tie, common: Common) -> None:
    for position, erasure, reason in common.erased:
        line = {
            "act_id": heading.act_id,
            "kind": heading.kind,
            "reason": reason,
            "records": [position, erasure],
        }
        ledger.item(tie.pair, "erased", tie.joined, LAST_DAY, position, line)


def _list_odd(
    ledger: Ledger, tie: Tie, common: Common, one: tuple[str, Part], other: tuple[str, Part]
) -> None:
    for odd in sorted((*common.odd, *one[1].odd, *other[1].odd), key=lambda odd: odd.order):
        if odd.reach is None or odd.reach.concerns(one, other):
            day = odd.day if odd.ahead else max(odd.day, tie.joined)
            ledger.item(tie.pair, "anomalies", day, odd.until, odd.position, odd.line)


def _list_maybes(
    ledger: Ledger, tie: Tie, common: Common, one: tuple[str, Part], other: tuple[str, Part]
) -> None:
    for maybe in (*common.maybe, *one[1].maybe, *other[1].maybe):
        if not maybe.reach.concerns(one, other):
            continue
        moot = [days for part in (one[1], other[1]) for v, days in part.moot if v == maybe.version]
        first = max(tie.may_from, maybe.first)
        for number, (earliest, certain_from, line) in enumerate(maybe.deeds):
            first = max(first, earliest)
            until = min((*(days[number] for days in moot), certain_from))
            ledger.item(tie.pair, "possible", first, until, maybe.position, line)
            first = max(first, until)


def _of_one(fact: Fact) -> bool:
    """Whether an event is told of one party alone."""
    return len(fact.event.by) == 1 and not fact.event.type.whole


def _reach(act: Act, fact: Fact) -> Reach:
    event = fact.event
    acts = bool(event.by) and not event.type.whole
    scope = tuple(sorted(act.scope(fact))) if acts or event.parties else None
    return Reach(scope, sure_day(fact), acts, not acts and len(act.present(fact)) == 2)


def _maybes(act: Act, facts: Iterable[Fact]) -> Iterator[Maybe]:
    for fact in facts:
        deeds = imprecise_deeds(fact)
        if deeds:
            told = tuple(
                (deed.date.earliest, deed.certain_from, maybe_line(act, fact, deed))
                for deed in deeds
            )
            first = deeds_of(fact)[0].date.earliest
            yield Maybe(fact.version, fact.position, first, _reach(act, fact), told)


def _odd(act: Act, found: Anomaly) -> Odd:
    line = item(act, found.facts, anomaly=found.name, message=found.message, party=found.party)
    everyone = found.party is not None or found.name == NAMES_NOBODY
    return Odd(
        found.order,
        found.day,
        found.until,
        max(fact.position for fact in found.facts),
        line,
        found.name == YET_TO_COME,
        None if everyone else _reach(act, found.facts[0]),
    )
