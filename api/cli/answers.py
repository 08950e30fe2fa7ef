"""Answers on a terminal: a state by its sections, and what differs between two."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from api.cli.common import cell, out
from domain.dates import day_of, describe, parse
from domain.kinds import SAID, SECTIONS

#: What a line about an act says of itself, in this order.
_SAID = (
    "message",
    "reason",
    "status",
    "class",
    "mission_title",
    "date",
    "window",
    "since",
    "effective",
    "dated",
    "in_force_from",
    "class_since",
    "seat",
    "until",
    "visitor",
    "host",
    "rank",
    "levels",
    "place",
    "form",
    "awaiting",
    "how",
    "by",
    "amended",
    "figures",
    "stood",
    "under",
    "proposers",
    "addressees",
    "target",
    "latest",
    "reached",
    "days",
    *SAID,
)
#: Dates, and the words before each; a plain date needs none.
_DATES = {
    "date": "",
    "window": "window ",
    "since": "since ",
    "until": "until ",
    "effective": "with effect from ",
    "dated": "dated ",
    "in_force_from": "in force from ",
    "class_since": "in this class since ",
}


def print_state(state: Mapping[str, Any]) -> None:
    """A state as text: each section with what stands in it, and nothing of what is empty."""
    a, b = state["parties"]
    basis = state["basis"]
    console = out()
    console.print(cell(f"{a['name']} and {b['name']}"), style="bold")
    for party in state["parties"]:
        if not party["existed"]:
            console.print(cell(_absence(party)))
    if state["pairs_of_the_day"]:
        console.print(cell(f"meant on that day: {', '.join(state['pairs_of_the_day'])}"))
    known = basis["known_at"] or "before the first record"
    day = describe(parse(basis["as_of"]))
    console.print(cell(f"as of {day}, known at {known} (position {basis['position']})"))
    if "according_to" in basis:
        told = ", ".join(state["sources"]) or "none"
        console.print(cell(f"according to {basis['according_to']} alone; sources: {told}"))
    for section in (*SECTIONS, "contact"):
        lines = list(_lines(state[section], ""))
        if lines:
            console.print()
            console.print(cell(section.capitalize()), style="bold")
            for line in lines:
                console.print(cell(f"  {line}"))
    for section in ("context", "possible", "anomalies", "erased"):
        if state[section]:
            console.print()
            console.print(cell(section.capitalize()), style="bold")
            for entry in state[section]:
                console.print(cell(f"  {one_line(entry)}"))
    for place, rest in state["more"].items():
        console.print(cell(f"{place}: {rest['count']} in all"))
    _print_coverage(state["coverage"], day_of(basis["as_of"]))


def _absence(party: dict[str, Any]) -> str:
    """That a party did not exist on the day, since or until when, and who stands beside it."""
    if "followed_by" in party:
        ended, word, others = party["until"], "ended on", party["followed_by"]
        beside = f", followed by {', '.join(others)}" if others else ""
    else:
        ended, word, others = party["from"], "began on", party["preceded_by"]
        beside = f", preceded by {', '.join(others)}" if others else ""
    return f"{party['name']} did not exist on this day: it {word} {describe(parse(ended))}{beside}"


def _print_coverage(claims: list[dict[str, Any]], as_of: int) -> None:
    """Which sources claim to cover the day; where none does, silence is no answer."""
    covering = [claim["title"] for claim in claims if claim["covers"]]
    told = "covered by " + "; ".join(covering) if covering else "covered by no source"
    rest = "" if covering else ": what is not recorded is unknown, not absent"
    out().print()
    out().print(cell(told + rest))
    for claim in claims:
        if "held" in claim:
            held = f"{claim['held']['minutes']} of {claim['held']['of']} minutes of the day"
            out().print(cell(f"in part by {claim['title']}: {held}"))
        for gap in map(parse, claim["gaps"]):
            if gap.earliest <= as_of <= gap.latest:
                out().print(cell(f"in a gap of {claim['title']}: {describe(gap)}"))


def _lines(value: Any, path: str) -> Iterable[str]:
    """What stands in a section, a line each, by the path to it."""
    if isinstance(value, list):
        yield from (f"{path}: {one_line(entry)}" for entry in value)
    elif isinstance(value, dict) and "records" in value:
        yield f"{path}: {one_line(value)}"
    elif isinstance(value, dict):
        for name, entry in value.items():
            yield from _lines(entry, f"{path} {name}".strip().replace("_", " "))
    elif isinstance(value, str):
        yield f"{path}: {describe(parse(value))}"
    elif value:
        yield f"{path}: {value}"


def one_line(entry: Any) -> str:
    """A line about an act: its title or id, what it says, and the records it rests on."""
    if not isinstance(entry, dict) or "records" not in entry:
        return "nothing" if entry is None else str(entry)
    said = [_said(name, entry[name]) for name in _SAID if entry.get(name) is not None]
    records = ", ".join(str(position) for position in entry["records"])
    told = "; ".join(said)
    name = entry.get("title") or entry.get("act_id", "")
    return f"{name} — {told} [{entry.get('act_id', '')}, record {records}]"


def _said(name: str, value: Any) -> str:
    if name in SAID:
        said = SAID[name]
        return f"{said.words} {describe(parse(value)) if said.date else value}"
    if name == "reached":
        return f"{value * 100:.4g} % reached"
    if name == "days":
        return f"open for {value} days"
    if name == "stood":
        return f"stood: {'; '.join(_said(k, value[k]) for k in _SAID if value.get(k) is not None)}"
    if name == "figures":
        return "; ".join(_said("figure", figure) for figure in value)
    if isinstance(value, dict):
        told = " ".join(str(value[k]) for k in ("value", "unit", "period", "by") if k in value)
        return f"{name} {told}"
    if isinstance(value, list):
        return f"{name} {', '.join(str(entry) for entry in value)}".replace("_", " ")
    if name in _DATES:
        return f"{_DATES[name]}{describe(parse(value))}"
    if name in ("visitor", "host", "by", "under"):
        return f"{name} {value}"
    return str(value).replace("_", " ")


def print_differences(changes: Iterable[Mapping[str, Any]], indent: str = "") -> None:
    """Differences of two states, what went and what came, a line each."""
    console = out()
    for change in changes:
        console.print(cell(f"{indent}{change['path']}"))
        if change["before"] is not None:
            console.print(cell(f"{indent}  - {one_line(change['before'])}"), style="red")
        if change["after"] is not None:
            console.print(cell(f"{indent}  + {one_line(change['after'])}"), style="green")
