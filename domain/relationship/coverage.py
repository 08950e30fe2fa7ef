"""Coverage: which sources claim to cover a relationship, and whether they reach a day.

Unknown is not zero: outside every claim, that nothing is recorded says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from domain.acts.act import Act
from domain.parties import split_key


def coverage(claims: Iterable[Act], relationship: str, as_of: int) -> list[dict[str, Any]]:
    """The claims that are about a relationship, by act_id.

    A claim is about the relationships of the parties it names, or about all where it names
    none. `covers` says whether its dates reach `as_of`.
    """
    sides = set(split_key(relationship))
    found = []
    for claim in sorted(claims, key=lambda act: act.act_id):
        if claim.parties and not sides & set(claim.codes):
            continue
        for fact in claim.facts:
            date = fact.event.date
            line: dict[str, Any] = {
                "act_id": claim.act_id,
                "title": fact.event.body["title"],
                "date": date.text,
                "covers": date.earliest <= as_of <= date.latest,
            }
            if "kinds" in fact.event.body:
                line["kinds"] = fact.event.body["kinds"]
            found.append({**line, "records": [fact.position]})
    return found
