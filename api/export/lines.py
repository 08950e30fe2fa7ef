"""JSON lines: the basis, then an object a line; of the log, its records and nothing else.

The lines of the log are those `chancery verify` checks and `chancery import jsonl` reads: each
header says its own position and when it was recorded.
"""

from __future__ import annotations

from collections.abc import Iterator

import orjson

from api.exchange.acts import told_bodies
from api.export.taken import Taken


def write(taken: Taken) -> Iterator[bytes]:
    """The lines. An act is told as `chancery import acts` reads it: its id and its events."""
    view = taken.asked.view.name
    if view != "events":
        yield _line({"view": view, "basis": taken.basis})
    if view == "acts":
        for row in taken.rows():
            bodies = [body for _, body in told_bodies(row)]
            yield _line({"act_id": row["act_id"], "events": bodies})
    else:
        yield from taken.lines()


def _line(value: object) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE)
