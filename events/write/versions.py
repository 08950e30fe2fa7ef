"""Versions: which version of a recorded act holds each event that an importer tells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from domain.acts import Event
from events.log.content import Erasure, Retraction
from events.log.history import Lost, key_digest, lost_in, target_of
from events.log.record import Record
from events.write.identity import changed_fields, facts

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Source:
    """Who imports, and how it speaks."""

    recorded_by: str
    reason: str
    """Why an event is corrected; the fields that changed are named behind it."""
    own_ids: bool = False
    """Whether the ids are of this record and the bodies its own, places included: an export."""


def differing(said: Body, told: Body, source: Source) -> list[str]:
    """The fields in which a source now says something else, by name."""
    if source.own_ids:
        return sorted(name for name in {**said, **told} if said.get(name) != told.get(name))
    return changed_fields(said, told)


def versions_of(
    stream: Sequence[Record],
    said: Mapping[int, Body | None],
    events: Sequence[Event],
    source: Source,
) -> list[int | None]:
    """The version that holds each event, none twice; None where it is new.

    `said` is what the source last said of each version (`last_said`).
    """
    lost = lost_in(stream)
    by_key: dict[str, list[int]] = {}
    by_words: dict[str, list[int]] = {}
    for version, body in said.items():
        record = stream[version - 1]
        if record.body is not None and body is not None and "key" in record.body:
            by_key.setdefault(record.body["key"], []).append(version)
            by_words.setdefault(words(body), []).append(version)
    found: list[int | None] = [None] * len(events)
    free = set(said)

    def take(index: int, candidates: Iterable[int]) -> None:
        version = next((v for v in candidates if v in free), None)
        if found[index] is None and version is not None:
            found[index] = version
            free.discard(version)

    keyed = [(i, event.body) for i, event in enumerate(events) if "key" in event.body]
    for index, body in keyed:
        held = by_key.get(body["key"], ())
        take(index, (v for v in held if not differing(said[v] or {}, body, source)))
    for index, body in keyed if not source.own_ids else ():
        take(index, by_words.get(words(body), ()))
    for index, body in keyed:
        take(index, by_key.get(body["key"], ()))
    for index, event in enumerate(events):
        key = event.body.get("key")
        if key is None:
            same = _version_saying(stream, event.body)
            take(index, () if same is None else (same,))
        if lost:
            take(index, _erased_as(stream, lost, event))
    return found


def words(body: Body) -> str:
    """What an event says, without its source's key for it and the place where it says so."""
    told = {name: value for name, value in facts(body).items() if name not in ("key", "codes")}
    return orjson.dumps(told, option=orjson.OPT_SORT_KEYS).decode()


def _version_saying(stream: Sequence[Record], body: Body) -> int | None:
    """The version of which somebody once said the very same."""
    return next((target_of(record, {}) for record in stream if record.wording == body), None)


def _erased_as(stream: Sequence[Record], lost: Mapping[int, Lost], event: Event) -> Iterator[int]:
    """The erased versions that may have been this event.

    Of one only a digest of the key is left. One that had none is taken for any event of its type
    that has none: what was erased must not come back with the next import.
    """
    key = event.body.get("key")
    for record in stream:
        if not record.is_event or record.position not in lost:
            continue
        if record.type == event.type.name or key is not None:
            kept = lost[record.position].remains.key
            if kept == (None if key is None else key_digest(record.act_id, key)):
                yield record.version


def last_said(stream: Sequence[Record], recorded_by: str) -> dict[int, Body | None]:
    """What this importer last said of each event, or else what anyone did; None if it is erased."""
    lost = lost_in(stream)
    anyone: dict[int, Record] = {}
    own: dict[int, Record] = {}
    for record in stream:
        target = target_of(record, lost)
        if isinstance(record.content, Retraction | Erasure):
            continue
        if target is not None:
            anyone[target] = record
            if record.recorded_by == recorded_by:
                own[target] = record
    return {version: record.wording for version, record in (anyone | own).items()}
