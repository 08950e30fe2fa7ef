"""What the relational peers share: their two tables, and a batch as rows of them.

`event` is the log; `fact` has a row for each relationship an event touches, known from a position
to another. Both are filled at once; `fact` can be derived from `event` at any time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from bench.history import Entry
from bench.reduced import Reduced, laid_out

#: `known_to` of what is known still.
OPEN = 2**62
FACT = (
    "relationship",
    "act_id",
    "version",
    "kind",
    "role",
    "begins",
    "window_to",
    "direct",
    "date",
    "position",
)
EVENT = ("position", "op", *FACT[1:-1], "pairs", "body")
COLUMNS = {
    "position": "bigint NOT NULL",
    "op": "text NOT NULL",
    "relationship": "text NOT NULL",
    "act_id": "text NOT NULL",
    "version": "integer NOT NULL",
    "kind": "text NOT NULL",
    "role": "text NOT NULL",
    "begins": "integer NOT NULL",
    "window_to": "integer",
    "direct": "boolean NOT NULL",
    "date": "text NOT NULL",
    "pairs": "text[] NOT NULL",
    "body": "text",
    "known_from": "bigint NOT NULL",
    "known_to": "bigint NOT NULL",
}


def columns(*names: str) -> str:
    """The definitions of some columns."""
    return ", ".join(f"{name} {COLUMNS[name]}" for name in names)


def question(known: str, relationship: str, as_of: str) -> str:
    """The reduced state in one statement: `known` is the condition on the recorded axis."""
    return f"""
    WITH known AS (
        SELECT act_id, kind, role, window_to, direct FROM fact
        WHERE relationship = {relationship} AND begins <= {as_of} AND {known}),
    acts AS (
        SELECT act_id, min(kind) AS kind, bool_and(direct) AS direct,
            bool_or(role = 'opens') AS opened, bool_or(role = 'closes') AS closed,
            max(window_to) FILTER (WHERE role = 'opens') AS window_to
        FROM known GROUP BY act_id)
    SELECT kind, direct, count(*), count(*) FILTER (
            WHERE opened AND NOT closed AND (window_to IS NULL OR window_to >= {as_of})),
        (SELECT date FROM fact
            WHERE relationship = {relationship} AND begins <= {as_of} AND {known} AND direct
            ORDER BY begins DESC, position DESC LIMIT 1)
    FROM acts GROUP BY kind, direct
    """


def answered(rows: Iterable[Sequence[Any]]) -> Reduced:
    """The reduced state of the statement's rows."""
    counts: dict[str, int] = {}
    standing: dict[str, int] = {}
    last = None
    for kind, direct, number, open_number, date in rows:
        place = kind if direct else "many_party"
        counts[place] = counts.get(place, 0) + number
        standing[f"{kind}s"] = standing.get(f"{kind}s", 0) + open_number
        last = date
    return laid_out(counts, last, standing)


def derivation(known: str, unnested: str, parted: str = "") -> str:
    """The facts of all events, as a query: each known until its event is recorded anew."""
    return f"""
    SELECT {unnested} AS relationship, act_id, version, kind, role, begins, window_to, direct,
        date, position, {known}
    FROM (
        SELECT *, coalesce(lead(position) OVER (
            PARTITION BY act_id, version ORDER BY position), {OPEN}) AS known_to
        FROM event) AS entry {parted}
    WHERE op <> 'retraction'
    """


@dataclass(slots=True)
class Rows:
    """A batch as rows: what is new, and which earlier facts it closes, at which position."""

    events: list[tuple[Any, ...]] = field(default_factory=list)
    facts: list[tuple[Any, ...]] = field(default_factory=list)
    """As `FACT`, then `known_from` and `known_to`."""
    closings: list[tuple[str, int, int]] = field(default_factory=list)
    """(act_id, version, position)"""


def rows_of(entries: Sequence[Entry]) -> Rows:
    """The rows of a batch; what a batch supersedes of itself is settled before it is stored."""
    rows = Rows()
    superseded: dict[tuple[str, int], int] = {}
    for one in reversed(entries):
        shared = (
            one.act_id,
            one.version,
            one.kind,
            one.role,
            one.begins,
            one.window,
            one.direct,
            one.date,
        )
        body = None if one.body is None else orjson.dumps(one.body).decode()
        rows.events.append((one.position, one.op, *shared, list(one.pairs), body))
        key = one.act_id, one.version
        if one.op != "retraction":
            until = superseded.get(key, OPEN)
            rows.facts.extend(
                (pair, *shared, one.position, one.position, until) for pair in one.pairs
            )
        superseded[key] = one.position
        if one.op != "event":
            rows.closings.append((*key, one.position))
    rows.events.reverse()
    rows.facts.reverse()
    # Those whose event came in the same batch find nothing to close, which does no harm.
    rows.closings.reverse()
    return rows
