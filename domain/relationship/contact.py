"""Contact: when two parties first and last dealt with each other, and how often, by kind."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from domain.acts.act import Act
from domain.dates import LAST_DAY
from domain.relationship.change import Ledger


def fold_contact(act: Act, ledger: Ledger, direct: Iterable[str], others: Iterable[str]) -> None:
    """Contribute an act to the contact of the pairs it is directly between.

    An act counts from the first day one of its events has surely begun; figures reported in it
    are the latest on their thing from then on. In `others` it counts as many-party contact.
    """
    begun = [(f.begins_certain, f.position, f) for f in act.facts if f.begins_certain < LAST_DAY]
    if not begun:
        return
    day, position, _ = min(begun, key=lambda entry: entry[:2])
    for pair in others:
        ledger.count(pair, "contact.many_party", day, LAST_DAY, position)
    for pair in direct:
        ledger.count(pair, f"contact.acts.{act.kind}", day, LAST_DAY, position)
        for began, recorded, fact in begun:
            date = fact.event.date.text
            ledger.first(pair, "contact.first", began, recorded, date)
            ledger.last(pair, "contact.last", began, recorded, date)
            for figure in fact.event.body.get("figures", ()):
                place = f"figures.{figure['name']}|{figure.get('unit', '')}"
                ledger.last(pair, place, began, recorded, reported(act, figure, recorded))


def reported(act: Act, figure: dict[str, Any], position: int) -> dict[str, Any]:
    """A figure as an answer shows it: with the act that reported it and the record."""
    return {**figure, "act_id": act.act_id, "records": [position]}
