"""Chancery's own lines: the log itself, a record a line, in the order of positions.

Read into an empty store they tell every act, correction and retraction again, under the same
ids and versions. What is not carried over is when and by whom they are recorded: that is said
of this store, and nothing is ever back-dated.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from api.bodies import read_json
from api.exchange.row import Quarantined
from api.exchange.source import Member, members
from api.problems import KNOWN_ERRORS, Refused, document_of
from events.application import Chancery
from events.errors import UnknownAct
from events.record import CORRECTED, RETRACTED, Record, instant_text
from events.upcasting import SCHEMA, upcast

NAME = "jsonl"
_HEADER = (
    "position",
    "stream",
    "version",
    "type",
    "schema",
    "recorded_at",
    "recorded_by",
    "digest",
)


def write(chancery: Chancery, known_at: str | int | None) -> Iterator[bytes]:
    """Every record up to a `known_at`, a line each."""
    for record in chancery.raw_records(known_at):
        yield orjson.dumps(line_of(record), option=orjson.OPT_APPEND_NEWLINE)


def line_of(record: Record) -> dict[str, Any]:
    """A record as a line; the body in its present schema, which the header then names."""
    present = _schema(record.type, record.body)
    return {
        "header": {
            "position": record.position,
            "stream": record.act_id,
            "version": record.version,
            "type": record.type,
            "schema": record.schema,
            "recorded_at": instant_text(record.recorded_at),
            "recorded_by": record.recorded_by,
            "digest": record.digest,
        },
        "salt": None if record.salt is None else record.salt.hex(),
        "body": None if record.body is None else dict(record.body),
        # Absent where the digest is that of this body; else the body was written in another.
        **({"body_schema": present} if present != record.schema else {}),
    }


def _schema(name: str, body: Any) -> int:
    if name == CORRECTED and body is not None:
        return SCHEMA.get(body["event"]["type"], 1)
    return SCHEMA.get(name, 1)


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one line."""

    outcome: str
    """`recorded`, `known` or `quarantined`."""
    quarantined: Quarantined | None = None


def put_back(chancery: Chancery, paths: Sequence[Path], recorded_by: str) -> Iterator[Told]:
    """Tell every line of exports again; lines that are recorded already are known.

    A line that fits neither what is recorded nor what comes next is put aside: two histories of
    one act are never mixed. Raises `UnreadableSource`.
    """
    for member in members(paths, ".jsonl"):
        yield from _put_back(chancery, member, recorded_by)


def _put_back(chancery: Chancery, member: Member, recorded_by: str) -> Iterator[Told]:
    for group in _groups(member):
        try:
            outcomes = _tell(chancery, [line.told for line in group if line.told], recorded_by)
            yield from (Told(outcome) for outcome in outcomes)
        except KNOWN_ERRORS as error:
            for line in group:
                yield _aside(member, line, error)


#: A record's header, and its body in the present schema.
_Told = tuple[dict[str, Any], dict[str, Any]]


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
        and not {one["type"], other["type"]} & {CORRECTED, RETRACTED}
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
        raise _unfit("a line that can be read", "another")
    act_id = group[0][0]["stream"]
    try:
        records = chancery.history(act_id)["records"]
    except UnknownAct:
        records = []
    new = []
    for header, body in group:
        version = header["version"]
        if version > len(records):
            new.append((header, body))
        elif (records[version - 1]["type"], records[version - 1]["body"]) != (header["type"], body):
            raise _unfit(f"record {version} of {act_id} as it is told here", "another")
    if new:
        if new[0][0]["version"] != len(records) + 1:
            expected = f"record {len(records) + 1} of {act_id} next"
            raise _unfit(expected, f"record {new[0][0]['version']}")
        _record(chancery, act_id, len(records), new, recorded_by)
    return ["known"] * (len(group) - len(new)) + ["recorded"] * len(new)


def _record(
    chancery: Chancery, act_id: str, version: int, new: list[_Told], recorded_by: str
) -> None:
    name, body = new[0][0]["type"], new[0][1]
    if name == CORRECTED:
        chancery.correct(
            act_id,
            body["version"],
            body["event"],
            body["reason"],
            recorded_by=recorded_by,
            expected_version=version,
        )
    elif name == RETRACTED:
        chancery.retract(
            act_id,
            body["version"],
            body["reason"],
            recorded_by=recorded_by,
            expected_version=version,
        )
    else:
        events = [{"type": header["type"], **told} for header, told in new]
        if version:
            chancery.add(act_id, events, recorded_by=recorded_by, expected_version=version)
        else:
            chancery.append(act_id, events, recorded_by=recorded_by)


def read_line(line: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """A line's header, and its body in the present schema; raises `Refused`."""
    header = line.get("header") if isinstance(line, dict) else None
    if not isinstance(header, dict) or any(name not in header for name in _HEADER):
        raise _unfit("an object with a header of " + ", ".join(_HEADER), "another line")
    version, schema, body = header["version"], header["schema"], line.get("body")
    texts = (header["stream"], header["type"])
    if not all(isinstance(text, str) for text in texts) or type(version) is not int or version < 1:
        raise _unfit("a stream, a type and a version from 1", "others")
    if not isinstance(body, dict):
        raise _unfit("a body", "none: it was erased, and cannot be told again")
    if type(schema) is not int:
        raise _unfit("a schema: a whole number", repr(schema))
    if "body_schema" not in line:
        try:
            body = dict(upcast(header["type"], schema, body))
        except (KeyError, TypeError) as error:
            raise _unfit(f"a body of {header['type']}", repr(error)) from None
    if header["type"] in (CORRECTED, RETRACTED):
        names = ("version", "reason", *(("event",) if header["type"] == CORRECTED else ()))
        if any(name not in body for name in names) or type(body["version"]) is not int:
            raise _unfit("a body with " + ", ".join(names), "another")
    return header, body


def _unfit(expected: str, got: str) -> Refused:
    return Refused("invalid-event", f"Expected {expected}, got {got}.")
