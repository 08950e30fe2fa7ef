"""CloudEvents 1.0: each record as an event in the JSON format, alone or in a batch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson

from api.export.taken import Taken

EVENT = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"


def cloud_event(record: Mapping[str, Any], link_base: str = "") -> dict[str, Any]:
    """A record of the feed as a CloudEvent.

    `id` is its position, which within a log (`source`) names it for ever; `data` the record.
    """
    return {
        "specversion": "1.0",
        "id": str(record["position"]),
        "source": f"{link_base}/v1/events",
        "type": f"chancery.{record['type']}",
        "subject": record["act_id"],
        "time": record["recorded_at"],
        "datacontenttype": "application/json",
        "data": record,
    }


def write(taken: Taken) -> Iterator[bytes]:
    """The records as a batch: a JSON array, an event a line."""
    return batch(cloud_event(record, taken.link_base) for record in taken.rows())


def batch(events: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    """Events as a batch in the JSON format."""
    before = b"[\n"
    for event in events:
        yield before + orjson.dumps(event)
        before = b",\n"
    yield b"[]\n" if before == b"[\n" else b"\n]\n"
