r"""The record: one event as it is stored, and the bytes it is stored as.

Stored bytes are three lines: the canonical header, the salt in hexadecimal, the canonical body
(RFC 8785; it writes line feeds as `\n`, so a line feed only ever ends a line). The header holds
the digest of salt and body, and nothing else of them: a proof over headers outlives a lawful
erasure, which leaves the header with two empty lines.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Any

import orjson

from events.errors import UnreadableRecord
from events.log.canonical import canonical, plainly
from events.log.content import About, Content, Wording, content_of, wording_in
from events.log.upcasting import CORRECTED, ERASED, RETRACTED, upcast

__all__ = [
    "ABOUT_EVENTS",
    "CORRECTED",
    "ERASED",
    "RETRACTED",
    "Record",
    "decode",
    "digest_holds",
    "digest_of",
    "encode",
    "erased_state",
    "fresh_salt",
    "header_of",
    "instant_text",
    "instant_us",
    "recorded_at_of",
    "utc_day",
]

#: Types of records that tell no event of their own but speak about one.
ABOUT_EVENTS = frozenset({CORRECTED, RETRACTED, ERASED})

_HEADER = (
    ("digest", str),
    ("position", int),
    ("recorded_by", str),
    ("schema", int),
    ("stream", str),
    ("type", str),
    ("version", int),
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_DAY = 86_400_000_000


@dataclass(frozen=True, slots=True)
class Record:
    """One event as stored."""

    position: int
    """Its place in the whole log: 1, 2, 3 … without gaps."""
    act_id: str
    """The stream: records of one act."""
    version: int
    """Its place in the stream, counted from 1."""
    type: str
    """`visit.held` and the like, or one of `ABOUT_EVENTS`; never a class path."""
    schema: int
    """The schema the body was written in; the body here is in the present one."""
    recorded_at: int
    """Microseconds since 1970 in UTC; more than in the record before, or, where they were
    recorded together, as much."""
    recorded_by: str
    digest: str
    """`sha256:` and the hexadecimal SHA-256 of salt and body as stored."""
    salt: bytes | None
    body: Mapping[str, Any] | None
    """As stored; None, like the salt, after a lawful erasure."""

    @property
    def content(self) -> Content:
        """What it says. Raises `KeyError` or `TypeError` where its body is not of its type."""
        return content_of(self.type, self.body)

    @property
    def wording(self) -> Wording | None:
        """The event it words, as new or as corrected; None where it words none."""
        return wording_in(self.content)

    @property
    def about(self) -> About | None:
        """What it says about an earlier event; None where it words one of its own, or nothing."""
        content = self.content
        return content if isinstance(content, About) else None

    @property
    def kind(self) -> str:
        """The kind that its type names; `event` of what speaks about an event."""
        return self.type.partition(".")[0]

    @property
    def is_event(self) -> bool:
        """Whether it recorded an event of the act's own, be its words erased or not."""
        return self.type not in ABOUT_EVENTS


_SALTS: list[bytes] = []
# A process that is a copy of another must not go on with the same.
os.register_at_fork(after_in_child=_SALTS.clear)


def fresh_salt() -> bytes:
    """16 random bytes, so that nobody finds a body by trying likely ones against its digest.

    They are drawn some at a time: to ask the system costs a turn of the interpreter.
    """
    try:
        return _SALTS.pop()
    except IndexError:
        drawn = os.urandom(16 * 64)
        _SALTS.extend(drawn[at : at + 16] for at in range(16, len(drawn), 16))
        return drawn[:16]


def utc_day(instant: int) -> int:
    """The UTC day of microseconds since 1970, as a proleptic Gregorian ordinal."""
    return _EPOCH.toordinal() + instant // _DAY


def instant_text(instant: int) -> str:
    """Microseconds since 1970 as UTC text: `2026-11-25T10:00:00.000000Z`, always 27 characters."""
    second, microsecond = divmod(instant, 1_000_000)
    return f"{_second_text(second)}.{microsecond:06}Z"


@lru_cache(maxsize=64)  # the records of a batch fall into a few seconds
def _second_text(second: int) -> str:
    return (_EPOCH + timedelta(seconds=second)).isoformat()[:19]


def recording_instant(now: int, last: int) -> int:
    """When something is recorded after a record of the instant `last`.

    At that very instant nothing more may come to be known, for it may have been asked about. So
    a clock that stands still or was set back is passed over by a microsecond a time.
    """
    return max(now, last + 1)


def instant_us(text: str) -> int:
    """Microseconds since 1970 of an instant as `instant_text` writes it."""
    return (datetime.fromisoformat(text) - _EPOCH) // _MICROSECOND


def digest_of(salt: bytes, body: bytes) -> str:
    """The digest by which a header commits to a body."""
    return f"sha256:{sha256(salt + body).hexdigest()}"


def encode(
    *,
    position: int,
    act_id: str,
    version: int,
    type: str,
    schema: int,
    recorded_at: int,
    recorded_by: str,
    salt: bytes,
    body: Mapping[str, Any],
) -> tuple[Record, bytes]:
    """A new record and its stored bytes; raises `ValueError` for a body with no canonical form.

    The record is the one that will be read back: a number given as 1.0 is 1 from the start.
    """
    content = canonical(body)
    digest = digest_of(salt, content)
    header = plainly(
        {
            "digest": digest,
            "position": position,
            "recorded_at": instant_text(recorded_at),
            "recorded_by": recorded_by,
            "schema": schema,
            "stream": act_id,
            "type": type,
            "version": version,
        }
    )
    present = upcast(type, schema, orjson.loads(content))
    record = Record(
        position, act_id, version, type, schema, recorded_at, recorded_by, digest, salt, present
    )
    return record, b"\n".join((header, salt.hex().encode(), content))


def decode(state: bytes) -> Record:
    """The record of stored bytes, its body in the present schema.

    The digest is taken as it stands: `digest_holds` recomputes it. Raises `UnreadableRecord`.
    """
    header, salt, content = _lines(state)
    try:
        given = orjson.loads(header)
        erased = not content and not salt
        body = None if erased else upcast(given["type"], given["schema"], orjson.loads(content))
        if any(type(given[name]) is not kind for name, kind in _HEADER) or not (
            body is None or isinstance(body, dict)
        ):
            raise ValueError("a part is of another type")
        return Record(
            given["position"],
            given["stream"],
            given["version"],
            given["type"],
            given["schema"],
            instant_us(given["recorded_at"]),
            given["recorded_by"],
            given["digest"],
            None if erased else bytes.fromhex(salt.decode()),
            body,
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnreadableRecord("stored bytes", "header, salt and body", repr(error)) from None


def header_of(state: bytes) -> bytes:
    """The header's bytes: the leaf of the log."""
    return _lines(state)[0]


def erased_state(state: bytes) -> bytes:
    """The stored bytes without salt and body: what a lawful erasure leaves."""
    return header_of(state) + b"\n\n"


def digest_holds(state: bytes) -> bool:
    """Whether salt and body are those the header commits to; true for an erased record."""
    header, salt, content = _lines(state)
    if not salt and not content:
        return True
    try:
        claimed = orjson.loads(header)["digest"]
        return bool(claimed == digest_of(bytes.fromhex(salt.decode()), content))
    except (ValueError, KeyError, TypeError):
        return False


def recorded_at_of(header: bytes) -> int:
    """When a record was recorded, by its header alone; raises `UnreadableRecord`."""
    try:
        return instant_us(orjson.loads(header)["recorded_at"])
    except (ValueError, KeyError, TypeError) as error:
        raise UnreadableRecord("header", "a canonical header", repr(error)) from None


def _lines(state: bytes) -> tuple[bytes, bytes, bytes]:
    if not isinstance(state, bytes):  # as a tampered store may hold it
        raise UnreadableRecord("stored bytes", "bytes", type(state).__name__)
    lines = state.split(b"\n")
    if len(lines) != 3:
        raise UnreadableRecord("stored bytes", "three lines", f"{len(lines)}")
    return lines[0], lines[1], lines[2]
