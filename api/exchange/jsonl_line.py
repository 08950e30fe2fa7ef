"""A line of the log in Chancery's own lines: a record written out, and read again."""

from __future__ import annotations

from typing import Any

from api.problems import Refused
from events.log.record import ABOUT_EVENTS, CORRECTED, Record, instant_text
from events.log.upcasting import SCHEMA, upcast

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


def read_line(line: Any) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """A line's header, and its body in the present schema, None if erased; raises `Refused`."""
    header = line.get("header") if isinstance(line, dict) else None
    if not isinstance(header, dict) or any(name not in header for name in _HEADER):
        raise unfit("an object with a header of " + ", ".join(_HEADER), "another line")
    version, schema, body = header["version"], header["schema"], line.get("body")
    texts = (header["stream"], header["type"])
    if not all(isinstance(text, str) for text in texts) or type(version) is not int or version < 1:
        raise unfit("a stream, a type and a version from 1", "others")
    if body is None and line.get("salt") is None:
        return header, None
    if not isinstance(body, dict):
        raise unfit("a body and its salt, or neither", "one without the other")
    if type(schema) is not int:
        raise unfit("a schema: a whole number", repr(schema))
    if "body_schema" not in line:
        try:
            body = dict(upcast(header["type"], schema, body))
        except (KeyError, TypeError) as error:
            raise unfit(f"a body of {header['type']}", repr(error)) from None
    if header["type"] in ABOUT_EVENTS:
        names = ("version", "reason", *(("event",) if header["type"] == CORRECTED else ()))
        if any(name not in body for name in names) or type(body["version"]) is not int:
            raise unfit("a body with " + ", ".join(names), "another")
    return header, body


def unfit(expected: str, got: str) -> Refused:
    """The refusal of a line."""
    return Refused("invalid-event", f"Expected {expected}, got {got}.")
