"""The parts of an act of many, as the index holds them, and what is joined from them.

A row has what is common to all parties of an act, or what is one party's, as JSON of arrays:
positions, days, words and lines, in the order of the fields of `domain.relationship.parts`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import combinations
from typing import Any, NamedTuple

import orjson

from domain.acts import Act
from domain.parties import Registry, relationship_key
from domain.relationship import Change, Common, Kept, Part, common_of, joined, parts_of
from domain.relationship.deed import Effect
from domain.relationship.parts import Maybe, Odd, Reach
from domain.relationship.share import Done, Exit, Force, Ground, Share, Span, Term, Turns
from domain.relationship.standing import Taken

#: The party of a row of what is common to all.
ALL = ""


class PartRow(NamedTuple):
    """A part of an act of many: one party's, or what is common to all."""

    act_id: str
    party: str
    """Its code, or `ALL`."""
    day: int
    """First day on which it surely is a party; of all, on which an event has surely begun."""
    many_from: int
    """Of all, as in `Common`; else 0."""
    part: bytes

    @property
    def identity(self) -> tuple[str, str]:
        """Which row of its table this is."""
        return self.act_id, self.party


class KnownPart(NamedTuple):
    """A part with the time it was, or is, known."""

    act_id: str
    party: str
    part: bytes
    known_from: int
    known_to: int


class JoinedChange(NamedTuple):
    """A change joined from parts, with the time it was, or is, known."""

    act_id: str
    change: Change
    known_from: int
    known_to: int


def part_rows(
    act: Act, registry: Registry, only: Iterable[str] | None, kept: Kept | None
) -> tuple[PartRow, ...]:
    """The rows of an act kept in parts: that of all, and those of its parties or of `only` some."""
    common = common_of(act, registry)
    codes = act.codes if only is None else sorted({*only} & {*act.codes})
    parts = parts_of(act, registry, codes, kept)
    return (
        PartRow(act.act_id, ALL, common.begun, common.many_from, _encoded(common)),
        *(
            PartRow(act.act_id, code, part.joined, 0, _encoded(part))
            for code, part in parts.items()
        ),
    )


def joined_now(rows: Iterable[KnownPart], a: str, b: str) -> list[tuple[str, Change]]:
    """What acts do to a pair by parts that are known at one time, each with its act's id."""
    acts: dict[str, dict[str, bytes]] = {}
    for row in rows:
        acts.setdefault(row.act_id, {})[row.party] = row.part
    return [
        (act_id, change)
        for act_id, known in acts.items()
        if {ALL, a, b} <= known.keys()
        for change in _joined_before(act_id, known[ALL], (a, known[a]), (b, known[b]))
    ]


#: For the whole process. What is joined depends on these bytes alone; an entry takes some 5 kB.
@lru_cache(maxsize=8_192)
def _joined_before(
    act_id: str, common: bytes, one: tuple[str, bytes], other: tuple[str, bytes]
) -> tuple[Change, ...]:
    (a, part), (b, second) = one, other
    return joined(act_id, common_from(common), (a, part_from(part)), (b, part_from(second)))


def joined_ever(rows: Iterable[KnownPart], a: str, b: str, beyond: int) -> list[JoinedChange]:
    """Every change that acts ever were to a pair, by all parts there ever were of them.

    `beyond` is the `known_to` of what nothing has superseded.
    """
    acts: dict[str, list[KnownPart]] = {}
    for row in rows:
        acts.setdefault(row.act_id, []).append(row)
    return [
        change
        for act_id, known in acts.items()
        for change in _ever(act_id, known, a, b, beyond, Reading())
    ]


def joined_of_act(rows: Sequence[KnownPart], beyond: int) -> list[JoinedChange]:
    """Every change that one act ever was to any pair, by all parts there ever were of it."""
    parties = sorted({row.party for row in rows} - {ALL})
    reading = Reading()
    by_party = {party: [row for row in rows if row.party == party] for party in (ALL, *parties)}
    return [
        change
        for a, b in combinations(parties, 2)
        for change in _ever(
            rows[0].act_id, [*by_party[ALL], *by_party[a], *by_party[b]], a, b, beyond, reading
        )
    ]


def _ever(
    act_id: str, rows: Sequence[KnownPart], a: str, b: str, beyond: int, reading: Reading
) -> list[JoinedChange]:
    """Every change of one act to one pair, from each state of knowledge to the next."""
    turns = {row.known_from for row in rows} | {row.known_to for row in rows}
    held: dict[tuple[int, int, int], JoinedChange] = {}
    found: list[JoinedChange] = []
    for position in sorted(turns - {beyond}):
        known = {row.party: row.part for row in rows if row.known_from <= position < row.known_to}
        now = reading.joined(act_id, known, a, b)
        told = {(change.day, change.until, change.position): change for change in now}
        gone = [place for place, one in held.items() if told.get(place) != one.change]
        found += [held.pop(place)._replace(known_to=position) for place in gone]
        come = {place: told[place] for place in told if place not in held}
        held |= {place: JoinedChange(act_id, one, position, beyond) for place, one in come.items()}
    return [*found, *held.values()]


class Reading:
    """Parts as they are read from their rows, each once."""

    def __init__(self) -> None:
        self._common: dict[bytes, Common] = {}
        self._parts: dict[bytes, Part] = {}

    def joined(self, act_id: str, known: Mapping[str, bytes], a: str, b: str) -> tuple[Change, ...]:
        """What an act does to a pair by its parts; nothing unless both have one."""
        if not {ALL, a, b} <= known.keys():
            return ()
        row = known[ALL]
        common = self._common.get(row)
        if common is None:
            common = self._common[row] = common_from(row)
        return joined(act_id, common, (a, self._part(known[a])), (b, self._part(known[b])))

    def _part(self, told: bytes) -> Part:
        part = self._parts.get(told)
        if part is None:
            part = self._parts[told] = part_from(told)
        return part


def pair_of(relationship: str) -> tuple[str, str]:
    """The codes of a relationship, which stand in it in alphabetical order."""
    a, _, b = relationship.partition("-")
    assert relationship == relationship_key(a, b)
    return a, b


def _encoded(part: Common | Part) -> bytes:
    # Named tuples are told as arrays, which makes a third of what their names would.
    return orjson.dumps(part, default=list)


def common_from(told: bytes) -> Common:
    """What is common to all, from its row."""
    kind, title, many_from, begun, begun_at, erased, odd, maybe = orjson.loads(told)
    gone = tuple((position, erasure, reason) for position, erasure, reason in erased)
    return Common(kind, title, many_from, begun, begun_at, gone, _odd(odd), _maybe(maybe))


def part_from(told: bytes) -> Part:
    """What is one party's, from its row."""
    may_from, joined_on, ends, taken, turns, odd, maybe, moot = orjson.loads(told)
    days, shares = turns
    return Part(
        may_from,
        joined_on,
        ends,
        tuple(Taken(_ground(ground), surely, tuple(heirs)) for ground, surely, heirs in taken),
        Turns(tuple(days), tuple(_share(*share) for share in shares)),
        _odd(odd),
        _maybe(maybe),
        tuple((version, tuple(until)) for version, until in moot),
    )


def _share(
    form: str | None,
    term: Any,
    text: Any,
    signature: Any,
    consent: Any,
    force: Any,
    provisional: Any,
    engaged: Any,
    suspension: Any,
    amendments: Any,
    spans: Any,
) -> Share:
    return Share(
        form,
        None if term is None else Term(*term),
        _done(text),
        _done(signature),
        _done(consent),
        None if force is None else Force(Effect(*force[0]), tuple(map(_ground, force[1]))),
        None if provisional is None else _ground(provisional),
        None if engaged is None else Effect(*engaged),
        _done(suspension),
        tuple(map(_ground, amendments)),
        tuple(Span(earliest, surely, _exit(left)) for earliest, surely, left in spans),
    )


def _ground(told: Any) -> Ground:
    version, position, date, by, whole, figures = told
    return Ground(version, position, date, tuple(by), whole, figures)


def _done(told: Any) -> Done | None:
    return None if told is None else Done(told[0], _ground(told[1]), Effect(*told[2]))


def _exit(told: Any) -> Exit | None:
    if told is None:
        return None
    how, begun, ground, named, earliest, surely = told
    return Exit(how, Effect(*begun), _ground(ground), named, earliest, surely)


def _odd(told: Any) -> tuple[Odd, ...]:
    return tuple(
        Odd(tuple(order), day, until, position, line, ahead, reach and _reach(reach))
        for order, day, until, position, line, ahead, reach in told
    )


def _maybe(told: Any) -> tuple[Maybe, ...]:
    return tuple(
        Maybe(version, position, first, _reach(reach), tuple(map(tuple, deeds)))
        for version, position, first, reach, deeds in told
    )


def _reach(told: Any) -> Reach:
    scope, sure, acts, two = told
    return Reach(None if scope is None else tuple(scope), sure, acts, two)
