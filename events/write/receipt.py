"""Receipts: what a writer is told once its events are durable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import orjson

from events.log.record import Record, instant_text


@dataclass(frozen=True, slots=True)
class Request:
    """An idempotent request: a retry with the same key and digest gets the same receipt."""

    key: str
    digest: str
    """SHA-256 of what was asked: method, path and body."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was recorded; given only after it is durable."""

    act_id: str
    version: int
    """The version the act has now; the next writer names it in If-Match."""
    positions: tuple[int, ...]
    recorded_at: str
    replayed: bool = False
    """Whether this is the receipt of an earlier, equal request."""
    types: tuple[str, ...] = field(default=(), compare=False, repr=False)
    """The stored type of each record, where it was recorded just now."""

    def to_json(self) -> dict[str, Any]:
        """The receipt as an answer shows it; a replayed one shows the same."""
        return {
            "act_id": self.act_id,
            "version": self.version,
            "positions": list(self.positions),
            "recorded_at": self.recorded_at,
        }

    def to_bytes(self) -> bytes:
        """The receipt as it is remembered."""
        return orjson.dumps(self.to_json())


def receipt_of(records: Sequence[Record]) -> Receipt:
    """The receipt of records appended to one act, at least one."""
    last = records[-1]
    return Receipt(
        last.act_id,
        last.version,
        tuple(record.position for record in records),
        instant_text(last.recorded_at),
        types=tuple(record.type for record in records),
    )


def remembered_receipt(data: bytes) -> Receipt:
    """The receipt an earlier, equal request got."""
    given = orjson.loads(data)
    receipt = Receipt(
        given["act_id"], given["version"], tuple(given["positions"]), given["recorded_at"]
    )
    return replace(receipt, replayed=True)
