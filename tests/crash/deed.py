"""Deeds: what is asked of the service, and which records must come of it.

Every record that is asked for carries a mark of its own, in its note or its reason, so that the
log itself tells which request each record came from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from tests.crash.wire import JSON, NDJSON, Answer, Wire


@dataclass(frozen=True, slots=True)
class Expected:
    """A record that must come of a deed."""

    type: str
    body: Mapping[str, Any]
    """As it is stored; of an erasure only `version` and `reason`."""


@dataclass(frozen=True, slots=True)
class Deed:
    """What is recorded wholly or not at all: a request, or a line of a bulk one."""

    mark: str
    act_id: str | None
    """None where the service makes one."""
    records: tuple[Expected, ...]


@dataclass
class Request:
    """A POST with its idempotency key, and what is known of its fate."""

    key: str
    path: str
    body: bytes
    deeds: tuple[Deed, ...]
    if_match: int | None = None
    bulk: bool = False
    contested: bool = False
    """Whether another writer may get there first: then it may be refused with a 412."""
    wrong: bool = False
    """Whether it must be refused, and nothing of it be stored."""
    troubled: bool = False
    """Whether the store could not be written for it once, so that lines of it may be missing."""
    answer: Answer | None = None
    tries: int = field(default=0)

    def send(self, wire: Wire) -> Answer:
        """Send it, for the first time or again; raises `Unanswered`."""
        self.tries += 1
        headers = {
            "Content-Type": NDJSON if self.bulk else JSON,
            "Idempotency-Key": self.key,
        }
        if self.if_match is not None:
            headers["If-Match"] = f'"{self.if_match}"'
        return wire.ask("POST", self.path, self.body, headers)


def mark_of(type: str, body: Mapping[str, Any]) -> str:
    """The mark of a record: in the reason of a record about an event, else in the note."""
    text = body["reason"] if type.startswith("event.") else body.get("note", "")
    return str(text)


def plain(mark: str, number: int, event: Mapping[str, Any]) -> tuple[dict[str, Any], Expected]:
    """An event with its mark, as it is sent and as it must be stored."""
    sent = {**event, "note": f"{mark}/{number}"}
    return sent, Expected(sent["type"], {n: v for n, v in sent.items() if n != "type"})


def new_act(key: str, act_id: str | None, events: list[dict[str, Any]]) -> Request:
    marked = [plain(key, number, event) for number, event in enumerate(events)]
    body = {"act_id": act_id, "events": [sent for sent, _ in marked]}
    if act_id is None:
        del body["act_id"]
    deed = Deed(key, act_id, tuple(expected for _, expected in marked))
    return Request(key, "/v1/acts", orjson.dumps(body), (deed,))


def next_events(
    key: str, act_id: str, version: int | None, events: list[dict[str, Any]]
) -> Request:
    marked = [plain(key, number, event) for number, event in enumerate(events)]
    deed = Deed(key, act_id, tuple(expected for _, expected in marked))
    body = orjson.dumps({"events": [sent for sent, _ in marked]})
    return Request(key, f"/v1/acts/{act_id}/events", body, (deed,), version)


def correction(key: str, act_id: str, at: int, version: int, event: dict[str, Any]) -> Request:
    reason = f"{key}/0"
    stored = {"version": version, "reason": reason, "event": event}
    deed = Deed(key, act_id, (Expected("event.corrected", stored),))
    body = orjson.dumps({"reason": reason, "event": event})
    return Request(key, f"/v1/acts/{act_id}/events/{version}/correction", body, (deed,), at)


def retraction(key: str, act_id: str, at: int, version: int) -> Request:
    return _about(key, act_id, at, version, "retracted", "retraction")


def erasure(key: str, act_id: str, at: int, version: int) -> Request:
    return _about(key, act_id, at, version, "erased", "erasure")


def _about(key: str, act_id: str, at: int, version: int, did: str, path: str) -> Request:
    reason = f"{key}/0"
    deed = Deed(key, act_id, (Expected(f"event.{did}", {"version": version, "reason": reason}),))
    body = orjson.dumps({"reason": reason})
    return Request(key, f"/v1/acts/{act_id}/events/{version}/{path}", body, (deed,), at)


def bulk(key: str, lines: list[tuple[str, int | None, list[dict[str, Any]]]]) -> Request:
    """Lines of acts: (act_id, version or None for a new act, events)."""
    deeds, encoded = [], []
    for number, (act_id, version, events) in enumerate(lines):
        mark = f"{key}.{number}"
        marked = [plain(mark, place, event) for place, event in enumerate(events)]
        line = {"act_id": act_id, "version": version, "events": [sent for sent, _ in marked]}
        if version is None:
            del line["version"]
        encoded.append(orjson.dumps(line))
        deeds.append(Deed(mark, act_id, tuple(expected for _, expected in marked)))
    return Request(key, "/v1/events/bulk", b"\n".join(encoded), tuple(deeds), bulk=True)
