"""Lives of acts as they go in the world: who, what and when, with dates of every precision."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from domain.dates import day_of, format_day

#: Every party used existed on every one of these days.
FIRST, LAST = day_of("1995-01-01"), day_of("2024-12-31")

# fmt: off
PARTIES = (
    "USA", "CHN", "RUS", "DEU", "FRA", "GBR", "JPN", "IND", "BRA", "TUR", "KAZ", "IRN",
    "ISR", "EGY", "UKR", "POL", "ITA", "ESP", "CAN", "AUS", "KOR", "MEX", "ZAF", "SAU",
    "IDN", "VNM", "THA", "PAK", "NGA", "ETH", "KEN", "ARG", "CHL", "COL", "PER", "VEN",
    "CUB", "NLD", "BEL", "AUT", "CHE", "SWE", "NOR", "DNK", "FIN", "GRC", "PRT", "IRL",
    "CZE", "SVK", "HUN", "ROU", "BGR", "HRV", "SVN", "EST", "LVA", "LTU", "BLR", "MDA",
    "GEO", "ARM", "AZE", "UZB", "TKM", "KGZ", "TJK", "MNG", "JOR", "LBN", "SYR", "IRQ",
    "KWT", "QAT", "ARE", "OMN", "MAR", "DZA", "TUN", "LBY", "SDN", "GHA", "CIV", "SEN",
    "CMR", "COD", "AGO", "ZMB", "ZWE", "MOZ", "TZA", "UGA", "RWA", "NAM", "BWA", "MDG",
    "MMR", "LAO", "KHM", "MYS", "SGP", "PHL", "BGD", "LKA", "NPL", "AFG", "NZL",
)
# fmt: on
PLACES = ("the capital", "Geneva", "Almaty", "New York", "Vienna", "Kuala Lumpur", "Addis Ababa")
SUBJECTS = ("trade", "transit of goods", "water", "fisheries", "visas", "energy", "air services")


@dataclass(frozen=True, slots=True)
class Happening:
    """One event of a life, as the world has it; what a peer must know of it stands beside."""

    body: dict[str, Any]
    """As Chancery takes it, without its key."""
    role: str
    """`opens` an item of the state, `closes` it, or is `plain`."""
    begins: int
    """First day (ordinal) on which it has surely begun."""
    window: int | None
    """Last day of what it plans, for what opens a plan."""


def dated(chance: random.Random, day: int, *, lasting: bool) -> tuple[str, int]:
    """A date about a day, as EDTF, and the first day on which such an event has surely begun.

    Seven in ten are days; the others are months, years, approximate ones and, for what is
    `lasting`, intervals with a known or an unknown end.
    """
    day = min(max(day, FIRST), LAST)
    text = format_day(day)
    cast = chance.random()
    if cast < 0.72:
        return text, day
    if cast < 0.84:
        return text[:7], _month_end(text)
    if cast < 0.87:
        return text[:4], day_of(f"{text[:4]}-12-31")
    if cast < 0.92 or not lasting:
        return f"{text[:7]}~", _month_end(text)
    if cast < 0.97:
        return f"{text}/{format_day(day + chance.randint(1, 5))}", day
    return f"{text}/", day


def _month_end(text: str) -> int:
    year, month = int(text[:4]), int(text[5:7])
    following = f"{year + month // 12:04}-{month % 12 + 1:02}-01"
    return day_of(following) - 1


def life(
    chance: random.Random, day: int, parties: tuple[str, ...], *, busy: bool = False
) -> list[Happening]:
    """A life that begins about a day, in the order of the world.

    In a `busy` relationship all but one in a hundred are visits and talks, as in news data.
    """
    if len(parties) > 2:
        kind = chance.choice((_meeting, _treaty))
    else:
        weights = (25, 74, 0.6, 0.4) if busy else (40, 30, 18, 12)
        kind = chance.choices((_visit, _talk, _agreement, _proposal), weights)[0]
    return kind(chance, day, parties)


_Draw = Callable[..., Happening]


def _drawer(chance: random.Random, parties: list[dict[str, str]], title: str) -> _Draw:
    def happening(
        name: str, day: int, role: str = "plain", *, lasting: bool = False, **more: Any
    ) -> Happening:
        date, begins = dated(chance, day, lasting=lasting)
        window = more.pop("window", None)
        body = {
            "type": name,
            "date": date,
            "title": title,
            "parties": parties,
            "place": chance.choice(PLACES),
            **more,
            "sources": [
                {
                    "title": f"Communiqué on {title.lower()}",
                    "publisher": "Ministry of Foreign Affairs",
                    "url": f"https://example.org/{chance.getrandbits(40):010x}",
                }
            ],
        }
        return Happening(body, role, begins, window)

    return happening


def _visit(chance: random.Random, day: int, parties: tuple[str, ...]) -> list[Happening]:
    visitor, host = chance.sample(parties, 2)
    named = [{"party": visitor, "role": "visitor"}, {"party": host, "role": "host"}]
    event = _drawer(chance, named, f"Visit on {chance.choice(SUBJECTS)}")
    rank = chance.choice(("state", "official", "working"))
    cast = chance.random()
    if cast < 0.6:
        return [event("visit.held", day, lasting=True, rank=rank)]
    ahead = day + chance.randint(40, 120)
    planned = format_day(ahead)[:7]
    window = _month_end(format_day(ahead))
    announced = event(
        "visit.announced", day, "opens", planned_for=planned, window=window, rank=rank
    )
    if cast < 0.9:
        return [announced, event("visit.held", ahead, "closes", lasting=True, rank=rank)]
    if cast < 0.95:
        return [announced, event("visit.cancelled", ahead - 20, "closes")]
    return [announced]


def _talk(chance: random.Random, day: int, parties: tuple[str, ...]) -> list[Happening]:
    event = _drawer(chance, _plain(parties), f"Talks on {chance.choice(SUBJECTS)}")
    levels = [chance.choice(("foreign_minister", "minister", "senior_official"))]
    return [event("talk.held", day, lasting=True, levels=levels)]


def _agreement(chance: random.Random, day: int, parties: tuple[str, ...]) -> list[Happening]:
    event = _drawer(chance, _plain(parties), f"Agreement on {chance.choice(SUBJECTS)}")
    entered = day + chance.randint(30, 400)
    found = [event("agreement.initialled", day, form="agreement")]
    if chance.random() < 0.8:
        # In force by its terms: an entry into force by itself is no contact, and peers know none.
        signed = event("agreement.signed", entered, "opens", in_force_on_signature=True)
        found.append(signed)
        if chance.random() < 0.7:
            ended = entered + chance.randint(400, 3_000)
            found.append(event("agreement.terminated", ended, "closes"))
    return found


def _proposal(chance: random.Random, day: int, parties: tuple[str, ...]) -> list[Happening]:
    proposer, addressee = chance.sample(parties, 2)
    named = [
        {"party": proposer, "role": "proposer"},
        {"party": addressee, "role": "addressee"},
    ]
    event = _drawer(chance, named, f"Proposal on {chance.choice(SUBJECTS)}")
    found = [event("proposal.tabled", day, "opens")]
    if chance.random() < 0.85:
        answer = chance.choice(("accepted", "declined", "withdrawn"))
        found.append(event(f"proposal.{answer}", day + chance.randint(40, 400), "closes"))
    return found


def _meeting(chance: random.Random, day: int, parties: tuple[str, ...]) -> list[Happening]:
    event = _drawer(chance, _plain(parties), f"Conference on {chance.choice(SUBJECTS)}")
    return [event("talk.held", day, lasting=True, mode="multilateral")]


def _treaty(chance: random.Random, day: int, parties: tuple[str, ...]) -> list[Happening]:
    event = _drawer(chance, _plain(parties), f"Convention on {chance.choice(SUBJECTS)}")
    return [event("agreement.entered_into_force", day, "opens", form="convention")]


def _plain(parties: tuple[str, ...]) -> list[dict[str, str]]:
    return [{"party": code} for code in parties]
