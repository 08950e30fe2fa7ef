"""Acts that the load records: lives of real kinds, between parties that were there."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

#: Kinds of acts with the events of their lives, and who says them where not all do.
LIVES: tuple[tuple[Mapping[str, Any], ...], ...] = (
    (
        {"type": "talk.scheduled"},
        {"type": "talk.opened", "mode": "in_person"},
        {"type": "talk.adjourned"},
        {"type": "talk.held", "place": "Astana"},
    ),
    (
        {"type": "agreement.signed", "form": "treaty", "title": "Treaty on allied relations"},
        {"type": "agreement.ratified"},
        {"type": "agreement.entered_into_force"},
        {"type": "agreement.amended"},
    ),
    (
        {"type": "proposal.tabled", "title": "Trade volume", "topics": ["trade"]},
        {"type": "proposal.counter_proposed"},
        {"type": "proposal.endorsed"},
        {"type": "proposal.accepted"},
    ),
)
#: All of them were there, under these codes, in the years that the events are of.
PARTIES = ("CHN", "DEU", "FRA", "GBR", "KAZ", "KGZ", "TJK", "TUR", "USA", "UZB")
#: Between these two alone content is erased: answers about others must keep their bytes.
ERASING = ("NOR", "SWE")


@dataclass
class Act:
    """An act that one writer alone goes on with."""

    act_id: str
    life: tuple[Mapping[str, Any], ...]
    parties: tuple[str, str]
    version: int = 0
    in_force: dict[int, dict[str, Any]] = field(default_factory=dict)
    """The events in force by the version that recorded them first."""
    gone: dict[int, dict[str, Any]] = field(default_factory=dict)
    """Events that were retracted."""

    def events(self, draw: random.Random, count: int) -> list[dict[str, Any]]:
        """Events that may come next, each of another place in its life."""
        opening = {"parties": [{"party": party} for party in self.parties]}
        if self.life[0]["type"].startswith("proposal"):
            opening = {
                "parties": [
                    {"party": party, "role": role}
                    for party, role in zip(self.parties, ("proposer", "addressee"), strict=True)
                ]
            }
        made = []
        for number in range(count):
            place = (self.version + number) % len(self.life)
            month = f"{draw.randint(1994, 2019)}-{draw.randint(1, 12):02}"
            event = {**self.life[place], "date": month}
            if event["type"] == "agreement.ratified":
                event["by"] = [self.parties[0]]
            made.append({**event, **(opening if self.version + number == 0 else {})})
        return made
