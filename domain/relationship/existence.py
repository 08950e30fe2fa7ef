"""Existence: whether a party lived on a day, who came before and after, what ended with it."""

from __future__ import annotations

from typing import Any

from domain.dates import FIRST_DAY, LAST_DAY, format_day
from domain.parties import Party, Registry, relationship_key
from domain.relationship.lapse import lapse_of
from domain.relationship.relation import OVER

Json = dict[str, Any]


def existence(registry: Registry, code: str, as_of: int) -> Json:
    """A party as an answer names it: its name of the day, and whether it existed.

    `from` and `until` are its first and last day, where the registry knows them; who preceded or
    follows it on the chain is named where it did not exist.
    """
    party = registry.get(code)
    line: Json = {
        "code": code,
        "name": party.name(as_of),
        "existed": party.existed(as_of, as_of),
        "from": format_day(party.valid_from) if party.valid_from > FIRST_DAY else None,
        "until": format_day(party.valid_to - 1) if party.valid_to < LAST_DAY else None,
    }
    if not line["existed"]:
        past = party.valid_to <= as_of
        kinds = ("continuation", "successor") if past else ("continuation", "predecessor")
        line["followed_by" if past else "preceded_by"] = [
            other.code
            for other in _tied(registry, party, kinds)
            if (other.valid_from >= party.valid_from) == past
        ]
    return line


def pairs_of_the_day(registry: Registry, a: str, b: str, as_of: int) -> list[str]:
    """The relationships that were meant on a day on which one of two parties did not exist.

    "West Germany is meant on that day: GFR-USA." None where both existed, or nobody stood there.
    """
    sides = [registry.living(code, as_of) for code in (a, b)]
    if [party.code for party in sides[0]] == [a] and [party.code for party in sides[1]] == [b]:
        return []
    return sorted(
        {
            relationship_key(one.code, other.code)
            for one in sides[0]
            for other in sides[1]
            if one != other
        }
    )


def standing_slot(value: Any, registry: Registry, pair: tuple[str, str], as_of: int) -> Any:
    """What a slot of relations says on a day: what stood with a party ended with it, by name.

    Nothing is silently established with a state of the past (VCDR art. 43, 45).
    """
    if value is None or value["status"] in OVER:
        return value
    lapse = lapse_of(pair, registry)
    if as_of < lapse.day:
        return value
    return {
        "act_id": value["act_id"],
        **({"title": value["title"]} if "title" in value else {}),
        "status": "ended",
        **lapse.fields(),
        "stood": {k: v for k, v in value.items() if k not in ("act_id", "title", "records")},
        "records": value["records"],
    }


def _tied(registry: Registry, party: Party, kinds: tuple[str, ...]) -> list[Party]:
    found = {tie.party: registry.get(tie.party) for tie in party.succession if tie.kind in kinds}
    return [found[code] for code in sorted(found)]
