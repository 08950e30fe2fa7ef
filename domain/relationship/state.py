"""A relationship's state: the summary of all days up to `as_of`, set out as an answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import inf, isfinite
from typing import Any, Protocol

from domain.dates import FIRST_DAY, shift_years
from domain.kinds import SECTIONS, Section
from domain.parties import Registry, split_key
from domain.relationship.change import Change
from domain.relationship.existence import existence, pairs_of_the_day, standing_slot
from domain.relationship.summary import Item, ItemKey, Summary, newest_first

#: The lists of a state, each newest first.
LISTS = (
    "visits.under_way",
    "visits.planned",
    "visits.unconfirmed",
    "talks.under_way",
    "talks.planned",
    "talks.unconfirmed",
    "talks.adjourned",
    "agreements.in_force",
    "agreements.provisional",
    "agreements.signed",
    "agreements.unsigned",
    "agreements.suspended",
    "agreements.ended",
    "proposals.open",
    "proposals.endorsed",
    "context",
    "possible",
    "anomalies",
    "erased",
    "visits.ended",
    "talks.ended",
    "agreements.commitments",
    "agreements.in_effect",
    "proposals.ended",
    "letters.awaiting",
    "letters.ended",
)
#: What is listed at the places of sections, by place.
_LISTED = {
    section.place(listed.name): listed for section in SECTIONS.values() for listed in section.lists
}
#: The lists of each section of a state, by their names there, in the order of `LISTS`.
_OF_SECTION = {
    name: [(_LISTED[place].name, place) for place in LISTS if place.startswith(f"{name}.")]
    for name in SECTIONS
}
#: Lists whose items say what moves with the day asked about.
MOVING = {place: listed for place, listed in _LISTED.items() if listed.moving}
_LASTING = tuple(place for place, listed in _LISTED.items() if listed.lasting)
#: Where a pair's own acts are counted, by kind.
ACTS = "contact.acts."
#: Where agreements of many are counted to which both are party.
SHARED = "contact.many_party_agreements"
#: Where an act is counted that is recent anew, after more than twelve months without an event.
AGAIN = "contact.again"
#: Where an act is counted on the last day for some time on which anything of it took place.
RESTED = "contact.rested"
#: How many items a list of an answer may have to be shown whole. Of a longer one, the newest fourth
#: as many are shown: it is a glance then, and who needs the rest has the cursor.
MOST = 20

State = dict[str, Any]
_NONE: Mapping[str, Any] = {}


class Joined(Protocol):
    """What all days up to one amount to, however it was joined: a `Summary` is one way."""

    @property
    def counts(self) -> Mapping[str, int]:
        """Place -> sum; places that sum to zero do not stand here."""
        ...

    def latest(self, place: str) -> Any:
        """What a place was last set to; None where it never was."""
        ...

    def earliest(self, place: str) -> Any:
        """What a place was first set to; None where it never was."""
        ...

    def items(self, place: str) -> list[Item]:
        """The open items of a list, newest first: all, or at least as many as `shown` tells."""
        ...

    def total(self, place: str) -> int:
        """How many open items a list has."""
        ...


@dataclass(frozen=True, slots=True)
class Answer:
    """What the state of a relationship is made of, before it is set out."""

    relationship: str
    as_of: int
    """The valid day asked about; the whole of it counts."""
    summary: Joined
    """Of all days up to and including `as_of`."""
    rested: int
    """How many times an act of the pair's own had come to rest by the same day a year earlier."""


def answer(relationship: str, changes: Iterable[Change], as_of: int) -> Answer:
    """The plain fold: join everything up to `as_of`. It is the oracle of every faster way."""
    known = [change for change in changes if change.day <= as_of]
    before = Summary.of(known, FIRST_DAY, shift_years(as_of, -1) + 1)
    summary = Summary.of(known, FIRST_DAY, as_of + 1)
    return Answer(relationship, as_of, summary, before.counts.get(RESTED, 0))


def render(given: Answer, registry: Registry, most: int | None = MOST) -> State:
    """The state as an answer, in stable order, without its basis.

    Lists are newest first. One of more than `most` items holds the newest fourth as many, and
    `more` says how many there are in all and the cursor that goes on from there. None means
    whole lists.
    """
    a, b = split_key(given.relationship)
    summary = given.summary
    more: dict[str, Any] = {}

    def listed(place: str) -> list[Any]:
        found = summary.items(place)
        if most is not None and found:
            count = summary.total(place)
            found = found[: shown(count, most)]
            if len(found) < count:
                more[place] = {"count": count, "cursor": cursor_of(found[-1][0])}
        if place in MOVING:
            return [_shown(place, line, given) for _, line in found]
        return [line for _, line in found]

    def slot(place: str, ends: bool) -> Any:
        value = summary.latest(place)
        return standing_slot(value, registry, (a, b), given.as_of) if ends else value

    def filled(section: Section) -> dict[str, Any]:
        found: dict[str, Any] = {name: listed(place) for name, place in _OF_SECTION[section.name]}
        for one in section.slots:
            place = section.place(one.name)
            each = {code: slot(f"{place}.{code}", one.ends) for code in (a, b) if one.each}
            found[one.name] = each or slot(place, one.ends)
        if section.counted is not None:
            found[section.counted] = counts.get(section.name, _NONE).get(section.counted, {})
        return found

    counts = _nested(summary.counts)
    return {
        "relationship": given.relationship,
        "parties": [existence(registry, c, given.as_of) for c in (a, b)],
        "pairs_of_the_day": pairs_of_the_day(registry, a, b, given.as_of),
        **{name: filled(section) for name, section in SECTIONS.items()},
        "contact": {
            "first": summary.earliest("contact.first"),
            "last": _last_contact(summary),
            "acts": counts.get("contact", _NONE).get("acts", {}),
            "last_12_months": _recent(given),
            "many_party": summary.counts.get("contact.many_party", 0),
            "many_party_agreements": summary.counts.get(SHARED, 0),
        },
        "context": listed("context"),
        "possible": listed("possible"),
        "anomalies": listed("anomalies"),
        "erased": listed("erased"),
        "more": more,
    }


def shown(count: int, most: int = MOST) -> int:
    """How many items of a list of so many an answer shows."""
    return count if count <= most else -(-most // 4)


def page_of(
    given: Answer, place: str, found: list[Item], after: str | None, most: int = MOST
) -> dict[str, Any]:
    """A page of one list, from after a cursor on.

    `found` are its items, newest first: those after the cursor, it among them, or more, and
    one more than a page where there is one. Raises `ValueError` for a cursor that is none.
    """
    if after is not None:
        keys = [cursor_of(key) for key, _ in found]
        if after not in keys:
            raise ValueError(after)
        found = found[keys.index(after) + 1 :]
    page = found[:most]
    following = cursor_of(page[-1][0]) if len(found) > most else None
    return {"items": [_shown(place, line, given) for _, line in page], "cursor": following}


def cursor_place(cursor: str) -> tuple[int, int]:
    """The day and position of the item that a cursor names; raises `ValueError`."""
    day, position, _, _, _ = cursor.split(".", 4)
    return int(day), int(position)


def cursor_of(key: ItemKey) -> str:
    """Where an item stands in its list, as text that is stable under appends."""
    _, day, position, act_id, until, ordinal = key
    return f"{day}.{position}.{until}.{ordinal}.{act_id}"


def _last_contact(summary: Joined) -> Any:
    """The date of the latest contact: of a meeting that lasts by its dates, while it does."""
    lasting = [
        found
        for place in _LASTING
        for found in summary.items(place)[: shown(summary.total(place))]
        if lasts(place, found[1])
    ]
    if lasting:
        return min(lasting, key=newest_first)[1]["date"]
    return summary.latest("contact.last")


def lasts(place: str, line: Mapping[str, Any]) -> bool:
    """Whether an item is a meeting that is under way because its date says so."""
    return place in _LASTING and any(sign in line["date"] for sign in "/{")


def _recent(given: Answer) -> int:
    """Acts of the pair's own of which anything took place in the twelve months up to the day."""
    return recent_begun(given.summary.counts) - given.rested


def recent_begun(counts: Mapping[str, int]) -> int:
    """How many times an act of the pair's own has begun to be recent."""
    return acts_counted(counts) + counts.get(AGAIN, 0)


def acts_counted(counts: Mapping[str, int]) -> int:
    """The pair's own acts among counts, of all kinds."""
    return sum(n for place, n in counts.items() if place.startswith(ACTS))


def _nested(counts: Mapping[str, int]) -> dict[str, Any]:
    """Numbers by the parts of their places, in the order of the places."""
    nested: dict[str, Any] = {}
    for place, number in sorted(counts.items()):
        *path, name = place.split(".")
        room = nested
        for step in path:
            room = room.setdefault(step, {})
        room[name] = number
    return nested


def _shown(place: str, line: dict[str, Any], given: Answer) -> dict[str, Any]:
    """An item with what moves with `as_of`, which is never stored: days open, share reached."""
    moving = MOVING.get(place)
    if moving is None:
        return line
    shown = {name: value for name, value in line.items() if name != "since_day"}
    records = shown.pop("records")
    if moving.waiting:
        shown["days"] = given.as_of - line["since_day"]
    target = line.get("target")
    if moving.reaching and target is not None:
        figure = f"figures.{target['name']}|{target.get('unit', '')}"
        reported = given.summary.latest(figure)
        shown["latest"] = reported
        shown["reached"] = _share(reported["value"], target["value"]) if reported else None
    return {**shown, "records": records}


def _share(value: float | str, target: float | str) -> float | None:
    """The share of a target reached, to four decimals; None where no double holds it."""
    wanted = float(target)
    share = float(value) / wanted if wanted else inf
    return round(share, 4) if isfinite(share) else None
