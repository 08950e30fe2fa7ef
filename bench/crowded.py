"""A relationship of very many acts, made up by rule: what the page is measured with.

The acts are not history: they spread evenly over two centuries, a third of them dated by a month
or a year, as sources do. The same number gives the same acts.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from domain.kinds.shapes import LEVELS
from domain.kinds.visit import RANKS
from events.application import Chancery

PAIR = ("FRA", "GBR")
_FIRST, _DAYS = date(1825, 1, 1), 73_000


@dataclass(frozen=True, slots=True)
class Act:
    """An act as an importer gives it."""

    act_id: str
    events: list[dict[str, Any]]


def acts(number: int) -> Iterator[Act]:
    """So many acts between France and the United Kingdom, in no order of days."""
    draw = random.Random(1904)
    for n in range(number):
        yield Act(f"crowd:{n}", _events(n, draw))


def _events(n: int, draw: random.Random) -> list[dict[str, Any]]:
    first = _FIRST + timedelta(days=draw.randrange(_DAYS))
    when = draw.choice(
        (
            first.isoformat(),
            first.isoformat(),
            f"{first}/{first + timedelta(days=draw.randrange(1, 6))}",
            first.isoformat()[:7] if draw.random() < 0.7 else first.isoformat()[:4],
        )
    )
    a, b = draw.sample(PAIR, 2)
    shared = {"key": "1", "date": when, "sources": [{"title": "Made up by rule"}]}
    match draw.randrange(10):
        case 0 | 1 | 2 | 3:
            return [
                {
                    **shared,
                    "type": "visit.held",
                    "title": f"Visit {n}",
                    "rank": draw.choice(RANKS),
                    "parties": [{"party": a, "role": "visitor"}, {"party": b, "role": "host"}],
                }
            ]
        case 4 | 5 | 6 | 7 | 8:
            levels = [draw.choice(LEVELS)]
            parties = [{"party": a}, {"party": b}]
            told = {"type": "talk.held", "title": f"Talk {n}", "levels": levels}
            return [{**shared, **told, "parties": parties}]
        case _:
            told = {"type": "agreement.signed", "title": f"Exchange of notes {n}"}
            parties = [{"party": a}, {"party": b}]
            return [{**shared, **told, "form": "exchange_of_notes", "parties": parties}]


def crowd(chancery: Chancery, number: int) -> None:
    """Record so many acts."""
    outcomes = chancery.commands.import_acts(acts(number), recorded_by="crowd", reason="made again")
    for outcome in outcomes:
        assert not outcome.problems, outcome.problems
