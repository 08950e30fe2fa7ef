"""Identity: whether two tellings are of one act, and what tells acts apart that share an id.

A source's id is its own word for an act, and publishers slip: a file gives one id to three visits,
a later edition gives it to another journey. What identifies an act is its kind, who took part in
which role, and when. A telling is the bodies of an act's events.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

from domain.dates import FIRST_DAY, LAST_DAY, format_day, year_of
from domain.dates import parse as parse_date

Body = Mapping[str, Any]
Telling = Sequence[Body]

#: Where a source tells it. A file that is renamed, or a page that moves, is no new fact.
_PLACES = frozenset({"locator", "url"})
_LONGEST_ID = 128
#: Of a word that two writings of a name may share: shorter ones are initials and particles.
_SHORTEST_WORD = 3


def facts(body: Body) -> dict[str, Any]:
    """What a body says, without where its source says it."""
    told = dict(body)
    sources = told.get("sources")
    if isinstance(sources, list):
        told["sources"] = [
            {name: value for name, value in source.items() if name not in _PLACES}
            for source in sources
        ]
    return told


def changed_fields(before: Body, after: Body) -> list[str]:
    """The fields in which two bodies say different things, by name."""
    one, other = facts(before), facts(after)
    return sorted(name for name in {**one, **other} if one.get(name) != other.get(name))


def kind_of(telling: Telling) -> str:
    """The kind of the act, as its first event says it."""
    return str(telling[0]["type"]).partition(".")[0]


def parties_of(telling: Telling) -> frozenset[tuple[str, str]]:
    """Who takes part, each with its role; the role is empty in kinds that know none."""
    return frozenset(
        (entry["party"], entry.get("role") or "")
        for body in telling
        for entry in body.get("parties", ())
    )


def days_of(telling: Telling) -> tuple[int, int]:
    """The first and the last day that any event of the act may touch."""
    dates = [parse_date(body["date"]) for body in telling]
    return min(date.earliest for date in dates), max(date.latest for date in dates)


def same_act(before: Telling, after: Telling) -> bool:
    """Whether a later telling under the same id is of the same act, however revised.

    The same parties in the same year, or the same person in another, are one act. Of other
    parties it is the same only where the day, the place and the person stayed: then the source
    put the party right. All else is another event under a used id.
    """
    if kind_of(before) != kind_of(after):
        return False
    ours, theirs = parties_of(before), parties_of(after)
    if ours <= theirs or theirs <= ours:
        return _years_meet(before, after) or _alike(before, after)
    dated = {body["date"] for body in before} & {body["date"] for body in after}
    return bool(dated) and _places_agree(before, after) and _alike(before, after)


def _years_meet(one: Telling, other: Telling) -> bool:
    first, last = (tuple(year_of(day) for day in days_of(t)) for t in (one, other))
    return first[0] <= last[1] and last[0] <= first[1]


def _places_agree(one: Telling, other: Telling) -> bool:
    places, others = ({b["place"] for b in telling if "place" in b} for telling in (one, other))
    return not places or not others or bool(places & others)


def _alike(one: Telling, other: Telling) -> bool:
    """Whether both name a person in common, or, where one names nobody, bear one title."""
    words, others = _name_words(one), _name_words(other)
    if words and others:
        return bool(words & others)
    return bool(_titles(one) & _titles(other))


def _name_words(telling: Telling) -> set[str]:
    names = (person.get("name", "") for body in telling for person in body.get("participants", ()))
    return {
        word.casefold()
        for name in names
        for word in re.findall(r"\w+", name)
        if len(word) >= _SHORTEST_WORD
    }


def _titles(telling: Telling) -> set[str]:
    return {body["title"] for body in telling if "title" in body}


def apart(act_id: str, telling: Telling) -> Iterator[str]:
    """Ids under a source's id, made of what identifies the act; each says more than the last.

    `hsg-visits:2879:gbr-usa`, then with the first day, then with the kind.
    """
    parties = sorted(sorted(parties_of(telling)), key=lambda party: party[1], reverse=True)
    codes = [code.lower() for code, _ in parties]
    who = "-".join(codes) if 0 < len(codes) <= 2 else _digest(codes)
    bounded = [day for day in days_of(telling) if FIRST_DAY < day < LAST_DAY]
    day = format_day(bounded[0]) if bounded else "undated"
    for label in (who, f"{who}:{day}", f"{who}:{day}:{kind_of(telling)}"):
        whole = f"{act_id}:{label}"
        if len(whole) > _LONGEST_ID:
            whole = f"{act_id[:96]}:{_digest([whole])}"
        yield whole


def _digest(words: Iterable[str]) -> str:
    return sha256("\n".join(words).encode()).hexdigest()[:12]
