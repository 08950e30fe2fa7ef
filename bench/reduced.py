"""The reduced state that every peer answers, and the plain fold that is its oracle.

Of a relationship, as of a day, as known at a position:

- `acts`: how many acts of the two alone have begun, by kind; `many_party`: of many parties.
- `last`: the date of the last contact of the two alone, as written: of the events that have begun
  the one that began last, and of one day the one recorded last.
- `open`: agreements in force, proposals open and visits planned: acts whose opening event has
  begun and whose closing one has not, a plan only until its window has passed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bench.history import Entry

Reduced = dict[str, Any]
#: How an open act of a kind is listed.
OPEN = {"agreement": "agreements", "proposal": "proposals", "visit": "visits"}


@dataclass(slots=True)
class Line:
    """What a peer keeps of one event as one record has it."""

    act_id: str
    version: int
    kind: str
    role: str
    begins: int
    window: int | None
    direct: bool
    date: str
    position: int


def line_of(entry: Entry) -> Line:
    """The line of a record that tells an event."""
    return Line(
        entry.act_id,
        entry.version,
        entry.kind,
        entry.role,
        entry.begins,
        entry.window,
        entry.direct,
        entry.date,
        entry.position,
    )


class Known:
    """Lines in force at a position: what was recorded, less what was superseded or retracted."""

    def __init__(self) -> None:
        self._lines: dict[tuple[str, int], Line] = {}

    def take(self, op: str, line: Line) -> None:
        """Go on by one record, in the order of positions."""
        if op == "retraction":
            self._lines.pop((line.act_id, line.version), None)
        else:
            self._lines[line.act_id, line.version] = line

    def state(self, as_of: int) -> Reduced:
        """The reduced state as of a day."""
        return reduced(self._lines.values(), as_of)


def reduced(lines: Iterable[Line], as_of: int) -> Reduced:
    """The reduced state of lines in force."""
    acts: dict[str, tuple[str, bool]] = {}
    opened: dict[str, Line] = {}
    closed: set[str] = set()
    last: tuple[int, int, str] | None = None
    for line in lines:
        if line.begins > as_of:
            continue
        acts[line.act_id] = line.kind, line.direct
        if line.direct:
            contact = line.begins, line.position, line.date
            if last is None or contact > last:
                last = contact
        if line.role == "opens":
            opened[line.act_id] = line
        elif line.role == "closes":
            closed.add(line.act_id)
    counts: dict[str, int] = {}
    for kind, direct in acts.values():
        place = kind if direct else "many_party"
        counts[place] = counts.get(place, 0) + 1
    standing = dict.fromkeys(OPEN.values(), 0)
    for act_id, line in opened.items():
        passed = line.window is not None and line.window < as_of
        if act_id not in closed and not passed:
            standing[OPEN[line.kind]] += 1
    return laid_out(counts, last[2] if last else None, standing)


def laid_out(counts: Mapping[str, int], last: str | None, standing: Mapping[str, int]) -> Reduced:
    """A reduced state in one form, whoever counted; `counts` has `many_party` among the kinds."""
    return {
        "acts": {kind: n for kind, n in sorted(counts.items()) if kind != "many_party" and n},
        "many_party": counts.get("many_party", 0),
        "last": last,
        "open": {name: standing.get(name, 0) for name in sorted(OPEN.values())},
    }


def of_state(state: Mapping[str, Any]) -> Reduced:
    """The same of a whole state as Chancery answers it."""
    more = state["more"]

    def listed(place: str) -> int:
        room, _, name = place.partition(".")
        return more[place]["count"] if place in more else len(state[room][name])

    contact = state["contact"]
    counts = {**contact["acts"], "many_party": contact["many_party"]}
    return laid_out(
        counts,
        contact["last"],
        {
            "agreements": listed("agreements.in_force"),
            "proposals": listed("proposals.open"),
            "visits": listed("visits.planned"),
        },
    )
