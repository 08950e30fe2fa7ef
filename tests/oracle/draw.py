"""Drawing days, dates and parties by chance, of every sort that a source may give."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any, TypeVar

from domain.dates import day_of, format_day, parse

Body = dict[str, Any]
T = TypeVar("T")

#: Parties that stand through all the years drawn, and such as begin or end inside them.
STANDING = ("FRA", "GBR", "USA", "KAZ", "KGZ", "UZB", "TJK")
PASSING = ("DDR", "GFR", "DEU", "CSK", "CZE", "SVK", "SUN", "RUS", "YUG", "FRY")
#: Who may follow whom by an event: VCSST.
HEIRS = {
    "DDR": ("DEU",),
    "GFR": ("DEU",),
    "CSK": ("CZE", "SVK"),
    "SUN": ("RUS", "KAZ", "UZB"),
    "YUG": ("FRY",),
}

EARLY, LATE = day_of("1985-01-01"), day_of("2005-12-31")


def chance(rng: Random, share: float) -> bool:
    """True as often as the share says."""
    return rng.random() < share


def some(rng: Random, items: Sequence[T], least: int = 1) -> list[T]:
    """A few of the items, in a random order."""
    return rng.sample(items, rng.randint(min(least, len(items)), len(items)))


def weighted(rng: Random, shares: dict[str, float]) -> str:
    """One of the names, by its share."""
    return rng.choices(list(shares), list(shares.values()))[0]


def date_text(rng: Random, day: int) -> str:
    """A date at or about the day, as EDTF: mostly plain days, and everything else too."""
    day = max(EARLY, min(LATE, day))
    plain = format_day(day)
    later = format_day(day + rng.choice((1, 3, 12, 40, 200)))
    sort = weighted(rng, SORTS)
    match sort:
        case "day":
            return plain
        case "qualified":
            return rng.choice((plain, plain[:7], plain[:4])) + rng.choice("~?%")
        case "month":
            return rng.choice((plain[:7], plain[:7], f"{plain[:7]}-XX"))
        case "year":
            return plain[:4]
        case "coarse":
            return rng.choice((f"{plain[:4]}-{rng.randint(21, 41)}", f"{plain[:3]}X"))
        case "interval":
            return rng.choice((f"{plain}/{later}", f"{plain}/{later}", _stretch(plain, later)))
        case "open":
            return rng.choice((f"{plain}/..", f"{plain}/", f"{plain[:7]}/..", f"{plain[:7]}/"))
        case "headless":
            return rng.choice((f"../{plain}", f"/{plain}", f"[..{plain}]"))
        case "one_of":
            return rng.choice((f"[{plain},{later}]", f"[{plain}..{later}]", f"[{plain}..]"))
    return f"{{{plain},{later}}}"


SORTS = {
    "day": 0.6,
    "qualified": 0.05,
    "month": 0.08,
    "year": 0.05,
    "coarse": 0.02,
    "interval": 0.07,
    "open": 0.04,
    "headless": 0.02,
    "one_of": 0.03,
    "all_of": 0.04,
}


def _stretch(begins: str, ends: str) -> str:
    """A stretch whose end is known to the month or the year."""
    text = f"{begins}/{ends[:7]}"
    return text if parse(ends[:7]).latest >= day_of(begins) else f"{begins}/{ends}"


def event(rng: Random, name: str, day: int, **more: Any) -> Body:
    """The body of an event at or about the day; what is None is left out."""
    body = {"type": name, "date": date_text(rng, day)}
    return body | {key: value for key, value in more.items() if value is not None}


def cast(rng: Random) -> list[str]:
    """Three to six parties, some of whom begin or end inside the years drawn."""
    passing = rng.sample(PASSING, rng.randint(0, 3))
    standing = rng.sample(STANDING, rng.randint(3, 6) - len(passing))
    codes = passing + standing
    rng.shuffle(codes)
    return codes


def as_parties(codes: Sequence[str]) -> list[dict[str, str]]:
    """The `parties` of a body, without roles."""
    return [{"party": code} for code in codes]
