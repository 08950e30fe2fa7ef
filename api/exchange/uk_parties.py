"""Who a treaty of the United Kingdom's list is between, and of whom the list says since when.

The list names everyone who ever took part and gives one date for each event. Of a treaty of two,
both concluded it. Of more, the title may say who did ("between Great Britain, France, and
Sardinia"); of the others nothing says whether they signed or joined, nor when.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from api.exchange.names import Names
from api.exchange.row import NotUnderstood
from domain.dates import EdtfDate
from domain.parties import Registry, Unresolved

_BETWEEN = re.compile(
    r"\b(?:between|signed by|concluded by|Representatives of|Plenipotentiaries of)\b(.*)",
    re.IGNORECASE | re.DOTALL,
)
#: Where the parties end and the matter begins. "In respect of", "on the one part" and "in Canada"
#: still belong to the parties.
_MATTER = re.compile(
    r"\b(?:relative to|for|to|as|with|dated|on (?!the (?:one|other)\b)|in (?!the (?:name|respect)\b"
    r"|respect\b|the [A-Z]|[A-Z])|(?!including\b)[a-z]+ing)\b"
)
#: The union of 1801 or 1922 is no mention of Ireland.
_UNION = re.compile(r"\bGreat Britain and (?:Northern )?Ireland\b")


@dataclass(frozen=True)
class Concluded:
    """The parties to a treaty, as far as its row tells of them."""

    sure: tuple[str, ...]
    """Who concluded it: what is dated is of their day."""
    others: tuple[str, ...]
    """Who took part, on that day or on any later one."""
    besides: tuple[str, ...]
    """Names that nobody bore on that day: of parties of another day, as the list writes them."""


def concluded(
    states: list[str], title: str, two_sided: bool, on: EdtfDate, names: Names, registry: Registry
) -> Concluded:
    """The parties that a row's names mean on its first day; raises `NotUnderstood`.

    Of two names both must be parties of that day. Of more, a name that nobody bore then, or that
    was a dependent territory's, is that of a party of another day.
    """
    found: dict[str, list[str]] = {}
    besides: list[str] = []
    for name in states:
        try:
            code = names.party(name, on)
        except Unresolved as error:
            if error.reason != "not_on_that_day" or len(states) == 2:
                raise NotUnderstood(f"party: {error}") from error
            besides.append(name)
            continue
        found.setdefault(code, []).append(name)
    styles = _styles()
    named = {
        code: [*written, *(name.text for name in registry.get(code).names), *styles.get(code, ())]
        for code, written in found.items()
    }
    in_title = set(_named_in(title, named))
    if len(states) > 2:
        for code in [c for c in found if registry.get(c).kind == "territory"]:
            if code not in in_title:
                besides += found.pop(code)
    if len(found) < 2:
        got = ", ".join(found) or "none"
        raise NotUnderstood(f"parties: expected two or more on {on.text}, got {got}")
    closed = len(found) == 2 and (two_sided or not besides)
    sure = [code for code in found if closed or code in in_title]
    if len(sure) < 2:
        sure = []
    others = [code for code in found if code not in sure]
    return Concluded(tuple(sure), tuple(others), tuple(besides))


@cache
def _styles() -> dict[str, tuple[str, ...]]:
    """How titles call a state beside its names: adjectives, and a sovereign's style."""
    text = files("api").joinpath("exchange", "data", "uk_title_names.csv").read_text("utf-8")
    found: dict[str, tuple[str, ...]] = {}
    for row in csv.DictReader(text.splitlines()):
        found[row["party"]] = (*found.get(row["party"], ()), row["name"])
    return found


def _named_in(title: str, named: dict[str, list[str]]) -> Iterator[str]:
    """The parties that the title says the treaty is between; the longest names are read first."""
    match = _BETWEEN.search(_UNION.sub("Great Britain", title))
    if match is None or "Accession" in title[: match.start(1)]:
        # What follows is between whom the treaty was that somebody acceded to.
        return
    matter = _MATTER.search(match.group(1))
    text = match.group(1)[: matter.start() if matter else None].casefold()
    for length_and_name in sorted(_by_length(named), reverse=True):
        _, name, code = length_and_name
        text, times = re.subn(rf"(?<![\w-]){re.escape(name)}(?![\w-])", "·", text)
        if times:
            yield code


def _by_length(named: dict[str, list[str]]) -> Iterable[tuple[int, str, str]]:
    for code, names in named.items():
        for name in {name.casefold() for name in names}:
            yield len(name), name, code
