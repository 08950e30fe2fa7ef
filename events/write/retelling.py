"""Retelling: what an importer's act adds to what is recorded, and what it no longer tells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.acts import Event, InvalidEvent
from domain.shapes import Problem
from events.log.history import erasures_of, key_digest, known_act, target_of, wire_body
from events.log.record import ABOUT_EVENTS, ERASED, RETRACTED, Record
from events.store.protocol import Writer
from events.write.identity import apart, changed_fields, same_act
from events.write.transaction import Writing

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Revision:
    """An event of which the source now says something else."""

    version: int
    before: Body
    after: Body
    fields: tuple[str, ...]
    """The fields that differ; none where a retracted event is in the source again."""


@dataclass(frozen=True, slots=True)
class Missing:
    """An event in force that the source told once and tells no more."""

    act_id: str
    version: int
    body: Body
    settled_by: str | None = None
    """The person whose correction was the last word on it, and whose it is to retract."""


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """What became of one act; where there are problems, nothing of it was recorded."""

    act_id: str
    """The source's, or one made distinct where its id is another act's already."""
    new: tuple[Body, ...] = ()
    known: int = 0
    revisions: tuple[Revision, ...] = ()
    missing: tuple[Missing, ...] = ()
    """Events of the act that it no longer tells."""
    problems: tuple[Problem, ...] = ()

    @property
    def recorded(self) -> int:
        """How many events are new."""
        return len(self.new)

    @property
    def revised(self) -> int:
        """How many events were corrected."""
        return len(self.revisions)


@dataclass(frozen=True, slots=True)
class Source:
    """Who imports, and how it speaks."""

    recorded_by: str
    reason: str
    """Why an event is corrected; the fields that changed are named behind it."""
    own_ids: bool = False
    """Whether the ids are of this record and the bodies its own, places included: an export."""


def retell(
    writer: Writer, writing: Writing, act_id: str, events: Sequence[Event], source: Source
) -> ImportOutcome:
    """Record what is new of an act and correct what the source now says otherwise.

    An event is found by the source's key, or by saying the very same. A person's correction or
    retraction in between is not undone where the source says what it said before.
    """
    act_id, stream = _stream_of(writer, act_id, events, source)
    try:
        if not stream:
            writing.begin(act_id, events)
            return ImportOutcome(act_id, tuple(event.body for event in events))
        versions = [_version_of(stream, event) for event in events]
        revised = _revisions(stream, events, versions, source)
        new = [event for event, at in zip(events, versions, strict=True) if at is None]
        for revision, event in revised:
            what = ", ".join(revision.fields) or "told again"
            writing.correct(act_id, revision.version, event, f"{source.reason}: {what}")
        if new:
            writing.add(act_id, new, None)
    except InvalidEvent as error:
        return ImportOutcome(act_id, problems=error.problems)
    return ImportOutcome(
        act_id,
        tuple(event.body for event in new),
        len(events) - len(new) - len(revised),
        tuple(revision for revision, _ in revised),
        tuple(missing_of(stream, source.recorded_by, {at for at in versions if at})),
    )


def _revisions(
    stream: Sequence[Record],
    events: Sequence[Event],
    versions: Sequence[int | None],
    source: Source,
) -> list[tuple[Revision, Event]]:
    """The events that say something else than what this importer last said of their version."""
    withdrawn = _withdrawn(stream, source.recorded_by)
    in_force: dict[int, Body] | None = None
    revised = []
    for event, version in zip(events, versions, strict=True):
        said = None if version is None else _last_said(stream, version, source.recorded_by)
        if version is None or said is None:
            continue
        changed = _changed(said, event.body, source)
        if not changed and version not in withdrawn:
            continue
        if in_force is None:
            in_force = {fact.version: fact.event.body for fact in known_act(stream).facts}
        # Somebody may have corrected it to what the source says now.
        if in_force.get(version) != event.body:
            revised.append((Revision(version, said, event.body, tuple(changed)), event))
    return revised


def _changed(said: Body, told: Body, source: Source) -> list[str]:
    if source.own_ids:
        return sorted(name for name in {**said, **told} if said.get(name) != told.get(name))
    return changed_fields(said, told)


def _stream_of(
    writer: Writer, act_id: str, events: Sequence[Event], source: Source
) -> tuple[str, list[Record]]:
    """The records of the act, or of none yet under an id that no other act has."""
    stream = writer.stream(act_id)
    if source.own_ids:
        return act_id, stream
    told = [event.body for event in events]
    candidates = apart(act_id, told)
    while stream and not _same(stream, told, source.recorded_by):
        following = next(candidates, None)
        if following is None:
            break
        act_id, stream = following, writer.stream(following)
    return act_id, stream


def _same(stream: Sequence[Record], told: Sequence[Body], recorded_by: str) -> bool:
    """Whether a stream is of the act that is told; of an erased one its source's key decides."""
    versions = [record.version for record in stream if record.type not in ABOUT_EVENTS]
    said = [_last_said(stream, version, recorded_by) for version in versions]
    held = [body for body in said if body is not None]
    if any(body in told for body in held):
        return True
    return not held or same_act(held, told)


def missing_of(stream: Sequence[Record], recorded_by: str, told: set[int]) -> list[Missing]:
    """The events in force that an importer recorded, beside the versions it tells now."""
    own = {
        record.version
        for record in stream
        if record.type not in ABOUT_EVENTS and record.recorded_by == recorded_by
    }
    if not own - told:
        return []
    by_position = {record.position: record.recorded_by for record in stream}
    return [
        Missing(
            stream[0].act_id,
            fact.version,
            fact.event.body,
            None if by_position[fact.position] == recorded_by else by_position[fact.position],
        )
        for fact in known_act(stream).facts
        if fact.version in own - told
    ]


def _withdrawn(stream: Sequence[Record], recorded_by: str) -> set[int]:
    """The versions that this importer retracted itself, and nobody reinstated."""
    withdrawn: set[int] = set()
    for record in stream:
        if record.type in ABOUT_EVENTS and record.body is not None:
            if record.type == RETRACTED and record.recorded_by == recorded_by:
                withdrawn.add(record.body["version"])
            else:
                withdrawn.discard(record.body["version"])
    return withdrawn


def _version_of(stream: Sequence[Record], event: Event) -> int | None:
    """The version that holds an event: by the source's key, or by saying the very same.

    Of an erased one only a digest of the key is left. One that had none is taken for any event
    of its type that has none: what was erased must not come back with the next import.
    """
    key = event.body.get("key")
    erasures = erasures_of(stream)
    for record in stream:
        if record.type in ABOUT_EVENTS:
            continue
        if record.body is None:
            if record.type == event.type.name or key is not None:
                kept = _kept_key(record, erasures)
                if kept == (None if key is None else key_digest(record.act_id, key)):
                    return record.version
            continue
        if key is not None and record.body.get("key") == key:
            return record.version
    return _version_saying(stream, event.body) if key is None else None


def _version_saying(stream: Sequence[Record], body: Body) -> int | None:
    """The version of which somebody once said the very same."""
    said = (
        record
        for record in stream
        if record.type not in (RETRACTED, ERASED)
        and record.body is not None
        and wire_body(record) == body
    )
    return next((target_of(record, {}) for record in said), None)


def _kept_key(record: Record, erasures: Mapping[int, Record]) -> str | None:
    erasure = erasures.get(record.position)
    body = (erasure.body if erasure is not None else None) or {"records": ()}
    kept = (e.get("key") for e in body["records"] if e["position"] == record.position)
    return next(kept, None)


def _last_said(stream: Sequence[Record], version: int, recorded_by: str) -> Body | None:
    """What this importer last said of an event, or else what anyone did; None if it is erased."""
    erasures = erasures_of(stream)
    told = [
        record
        for record in stream
        if record.type not in (RETRACTED, ERASED) and target_of(record, erasures) == version
    ]
    own = [record for record in told if record.recorded_by == recorded_by]
    last = (own or told)[-1]
    return None if last.body is None else wire_body(last)
