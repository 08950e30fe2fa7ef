"""Chancery's own lines: the log itself, a record a line, in the order of positions.

Read into an empty store they tell every act, correction and retraction again, under the same
ids and versions. What is not carried over is when and by whom they are recorded: that is said
of this store, and nothing is ever back-dated. What was erased cannot be told again, nor what
comes after it in its act, whose versions count on it; a store that holds it still erases it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from api.bodies import read_json
from api.exchange.jsonl_line import line_of, read_line, unfit
from api.exchange.row import Quarantined
from api.exchange.source import Member, members
from api.problems import KNOWN_ERRORS, document_of
from events.application import Chancery
from events.errors import StoreUnavailable, UnknownAct
from events.log.record import ABOUT_EVENTS, ERASED
from events.write.commands import COMMAND_OF, AddEvents, Command, RecordAct

NAME = "jsonl"


def write(chancery: Chancery, known_at: str | int | None) -> Iterator[bytes]:
    """Every record up to a `known_at`, a line each."""
    for record in chancery.query.raw_records(known_at):
        yield orjson.dumps(line_of(record), option=orjson.OPT_APPEND_NEWLINE)


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one line."""

    outcome: str
    """`recorded`, `known` or `quarantined`."""
    quarantined: Quarantined | None = None


def put_back(chancery: Chancery, paths: Sequence[Path], recorded_by: str) -> Iterator[Told]:
    """Tell every line of exports again; lines that are recorded already are known.

    A line that fits neither what is recorded nor what comes next is put aside: two histories of
    one act are never mixed. Raises `UnreadableSource`, and `StoreUnavailable`.
    """
    for member in members(paths, ".jsonl"):
        yield from _put_back(chancery, member, recorded_by)


def _put_back(chancery: Chancery, member: Member, recorded_by: str) -> Iterator[Told]:
    for group in _groups(member):
        try:
            outcomes = _tell(chancery, [line.told for line in group if line.told], recorded_by)
            yield from (Told(outcome) for outcome in outcomes)
        except StoreUnavailable:
            # The lines are not at fault.
            raise
        except KNOWN_ERRORS as error:
            for line in group:
                yield _aside(member, line, error)


#: A record's header, and its body in the present schema; None where it was erased.
_Told = tuple[dict[str, Any], dict[str, Any] | None]


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    data: bytes
    told: _Told | None
    error: Exception | None = None


def _groups(member: Member) -> Iterator[list[_Line]]:
    """The lines, those together that opened an act together; a line that is none by itself."""
    group: list[_Line] = []
    for number, data in enumerate(member.stream, 1):
        if not data.strip():
            continue
        line = _line(number, data.rstrip(b"\r\n"))
        if group and not _together(group[-1], line):
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def _line(number: int, data: bytes) -> _Line:
    try:
        return _Line(number, data, read_line(read_json(data)))
    except KNOWN_ERRORS as error:
        return _Line(number, data, None, error)


def _together(before: _Line, line: _Line) -> bool:
    if before.told is None or line.told is None:
        return False
    one, other = before.told[0], line.told[0]
    return (
        (one["stream"], one["recorded_at"]) == (other["stream"], other["recorded_at"])
        and one["version"] + 1 == other["version"]
        and not {one["type"], other["type"]} & ABOUT_EVENTS
    )


def _aside(member: Member, line: _Line, error: Exception) -> Told:
    document = document_of(line.error or error)
    wrong = [f"{p.where}: expected {p.expected}, got {p.got}" for p in document.problems]
    text = line.data.decode("utf-8", "backslashreplace")
    where = f"{member.name}, line {line.number}"
    reason = "; ".join([document.detail, *wrong])
    return Told("quarantined", Quarantined(text, str(line.number), where, reason))


def _tell(chancery: Chancery, group: list[_Told], recorded_by: str) -> list[str]:
    """Tell a group again; gives what became of each of its records."""
    if not group:
        raise unfit("a line that can be read", "another")
    act_id = group[0][0]["stream"]
    try:
        records = chancery.query.history(act_id)["records"]
    except UnknownAct:
        records = []
    new = []
    for header, body in group:
        version = header["version"]
        if version > len(records):
            new.append((header, body))
        elif not _same(records[version - 1], header["type"], body):
            raise unfit(f"record {version} of {act_id} as it is told here", "another")
    if new:
        if new[0][0]["version"] != len(records) + 1:
            expected = f"record {len(records) + 1} of {act_id} next"
            raise unfit(expected, f"record {new[0][0]['version']}")
        chancery.commands.execute(_command(act_id, len(records), new, recorded_by))
    return ["known"] * (len(group) - len(new)) + ["recorded"] * len(new)


def _same(record: dict[str, Any], name: str, body: dict[str, Any] | None) -> bool:
    """Whether a record is what a line tells.

    An erased line may be of any record of its type: its erasure comes later, or has been. Where
    an erasure stands in the log is said of each store.
    """
    if record["type"] != name:
        return False
    if name == ERASED and body is not None:
        return all(
            (record["body"] or {}).get(part) == body.get(part) for part in ("version", "reason")
        )
    return body is None or record["body"] == body


def _command(act_id: str, version: int, new: list[_Told], recorded_by: str) -> Command:
    """What records the next lines of an act again, of which there are so many already."""
    name, body = new[0][0]["type"], new[0][1]
    if body is None or any(told is None for _, told in new):
        raise unfit("a body", "none: it was erased, and cannot be told again")
    kind = COMMAND_OF.get(name)
    if kind is not None:
        named = (name for name in kind.__match_args__ if name != "act_id")
        fields = {name: body[name] for name in named}
        return kind(act_id, **fields, recorded_by=recorded_by, expected_version=version)
    events = [{"type": header["type"], **(told or {})} for header, told in new]
    if version:
        return AddEvents(act_id, events, recorded_by=recorded_by, expected_version=version)
    return RecordAct(act_id, events, recorded_by=recorded_by)
