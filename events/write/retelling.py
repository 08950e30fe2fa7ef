"""Retelling: what an importer's act adds to what is recorded, and what it no longer tells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from domain.acts import Event, InvalidEvent
from domain.shapes import Problem
from events.log.content import Correction, Erasure, Retraction
from events.log.history import known_act
from events.log.record import Record
from events.store.protocol import Writer
from events.write.identity import apart, same_act
from events.write.transaction import Writing
from events.write.versions import Body, Source, differing, last_said, versions_of, words


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
    twins: tuple[str, ...] = ()
    """In a dry run the acts of other sources that are likely the same as a new one."""

    @property
    def recorded(self) -> int:
        """How many events are new."""
        return len(self.new)

    @property
    def revised(self) -> int:
        """How many events were corrected."""
        return len(self.revisions)


def retell(
    writer: Writer, writing: Writing, act_id: str, events: Sequence[Event], source: Source
) -> ImportOutcome:
    """Record what is new of an act and correct what the source now says otherwise.

    An event is found by the source's key and its words; then by its words under another key, since
    a key may be a place in a list; then by its key. A person's correction or retraction in between
    is not undone where the source says what it said before.
    """
    act_id, stream = _stream_of(writer, act_id, events, source)
    try:
        if not stream:
            writing.begin(act_id, events)
            return ImportOutcome(act_id, tuple(event.body for event in events))
        said = last_said(stream, source.recorded_by)
        versions = versions_of(stream, said, events, source)
        revised = _revisions(stream, said, zip(events, versions, strict=True), source)
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
    last: Mapping[int, Body | None],
    told: Iterable[tuple[Event, int | None]],
    source: Source,
) -> list[tuple[Revision, Event]]:
    """The events that say something else than what this importer last said of their version."""
    withdrawn = _withdrawn(stream, source.recorded_by)
    in_force: dict[int, Body] | None = None
    revised = []
    for event, version in told:
        said = None if version is None else last[version]
        if version is None or said is None:
            continue
        if said.get("key") != event.body.get("key") and words(said) == words(event.body):
            # It moved in the source: its key is its place, and no new fact.
            changed = []
        else:
            changed = differing(said, event.body, source)
        if not changed and version not in withdrawn:
            continue
        if in_force is None:
            in_force = {fact.version: fact.event.body for fact in known_act(stream).facts}
        # Somebody may have corrected it to what the source says now.
        if in_force.get(version) != event.body:
            revised.append((Revision(version, said, event.body, tuple(changed)), event))
    return revised


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
    held = [body for body in last_said(stream, recorded_by).values() if body is not None]
    if any(body in told for body in held):
        return True
    return not held or same_act(held, told)


def missing_of(stream: Sequence[Record], recorded_by: str, told: set[int]) -> list[Missing]:
    """The events in force that an importer recorded, beside the versions it tells now."""
    own = {
        record.version for record in stream if record.is_event and record.recorded_by == recorded_by
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
        match record.content:
            case Retraction(version, _) if record.recorded_by == recorded_by:
                withdrawn.add(version)
            case Retraction(version) | Correction(version) | Erasure(version):
                withdrawn.discard(version)
    return withdrawn
