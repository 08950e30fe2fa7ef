"""Importing: a source's acts are recorded once, and a changed row becomes a correction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from domain.acts import Event, InvalidEvent, validate
from domain.parties import Registry
from domain.shapes import Problem
from events.log.history import erasures_of, key_digest, target_of, wire_body
from events.log.record import ABOUT_EVENTS, ERASED, RETRACTED, Record
from events.store.protocol import Store, Writer
from events.write.transaction import Writing

#: Acts a transaction: long enough to share one fsync, short enough to let other writers in.
BATCH = 1_000
#: Events times parties a transaction, but for one act that has more: one of each bears on as many
#: relationships, and a treaty that 190 states join one by one takes as long as ten thousand visits.
_HEAVIEST = 40_000
#: Whoever joins by an event of its own is counted by events, up to all the states there are.
_MOST_PARTIES = 200


class ImportedAct(Protocol):
    """An act as an importer gives it: its id, and event bodies that carry the source's keys."""

    @property
    def act_id(self) -> str:
        """Derived from the source's own id, so that the same row is the same act."""
        ...

    @property
    def events(self) -> Sequence[dict[str, Any]]:
        """Event bodies; `key` tells the events of one act apart."""
        ...


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """What became of one act; where there are problems, nothing of it was recorded."""

    act_id: str
    recorded: int = 0
    known: int = 0
    revised: int = 0
    problems: tuple[Problem, ...] = ()


class _DryRunEnds(Exception):
    def __init__(self, outcomes: list[ImportOutcome]) -> None:
        self.outcomes = outcomes


def import_acts(
    store: Store,
    registry: Registry,
    acts: Iterable[ImportedAct],
    *,
    recorded_by: str,
    reason: str,
    dry_run: bool = False,
) -> Iterator[ImportOutcome]:
    """Import acts in batches, yielding an outcome for each in the order given.

    An event whose key the act does not hold is recorded; one that says what this importer last
    said is known already; one that says something else corrects it, with `reason` and the names
    of the fields that changed. A person's correction in between is not undone by the same file.
    A dry run does all of it and keeps nothing.
    """
    for batch in _batches(acts):
        checked = [(act, _checked(act, registry)) for act in batch]

        def plan(
            writer: Writer,
            checked: list[tuple[ImportedAct, tuple[Event, ...] | InvalidEvent]] = checked,
        ) -> list[ImportOutcome]:
            writing = Writing(writer, registry, recorded_by)
            writer.prepare([act.act_id for act, _ in checked])
            outcomes = [
                ImportOutcome(act.act_id, problems=events.problems)
                if isinstance(events, InvalidEvent)
                else _import_one(writer, writing, act.act_id, events, recorded_by, reason)
                for act, events in checked
            ]
            if dry_run:
                raise _DryRunEnds(outcomes)
            return outcomes

        try:
            yield from store.write(plan, alone=True)
        except _DryRunEnds as ends:
            yield from ends.outcomes


def _batches(acts: Iterable[ImportedAct]) -> Iterator[list[ImportedAct]]:
    batch: list[ImportedAct] = []
    weight = 0
    for act in acts:
        heavier = _weight(act)
        if batch and (len(batch) == BATCH or weight + heavier > _HEAVIEST):
            yield batch
            batch, weight = [], 0
        batch.append(act)
        weight += heavier
    if batch:
        yield batch


def _weight(act: ImportedAct) -> int:
    """At least as much as its events times its parties; what is no event yet weighs little."""
    events = act.events
    named = max((_named(body) for body in events), default=0)
    return len(events) * max(named, min(len(events), _MOST_PARTIES))


def _named(body: Any) -> int:
    parties = body.get("parties") if isinstance(body, dict) else None
    return len(parties) if isinstance(parties, list) else 0


def _checked(act: ImportedAct, registry: Registry) -> tuple[Event, ...] | InvalidEvent:
    try:
        return tuple(
            validate(body, registry, f"/events/{index}") for index, body in enumerate(act.events)
        )
    except InvalidEvent as error:
        return error


def _import_one(
    writer: Writer,
    writing: Writing,
    act_id: str,
    events: tuple[Event, ...],
    recorded_by: str,
    reason: str,
) -> ImportOutcome:
    stream = writer.stream(act_id)
    try:
        if not stream:
            return ImportOutcome(act_id, recorded=len(writing.begin(act_id, events)))
        new: list[Event] = []
        known = 0
        revised: list[tuple[int, Event, str]] = []
        for event in events:
            version = _version_of(stream, event)
            if version is None:
                new.append(event)
                continue
            said = _last_said(stream, version, recorded_by)
            changed = _changed(said, event.body) if said is not None else []
            if changed:
                revised.append((version, event, f"{reason}: {', '.join(changed)}"))
            else:
                known += 1
        for version, event, why in revised:
            writing.correct(act_id, version, event, why)
        if new:
            writing.add(act_id, new, None)
    except InvalidEvent as error:
        return ImportOutcome(act_id, problems=error.problems)
    return ImportOutcome(act_id, len(new), known, len(revised))


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
        if key is None and wire_body(record) == event.body:
            return record.version
    return None


def _kept_key(record: Record, erasures: Mapping[int, Record]) -> str | None:
    erasure = erasures.get(record.position)
    body = (erasure.body if erasure is not None else None) or {"records": ()}
    kept = (e.get("key") for e in body["records"] if e["position"] == record.position)
    return next(kept, None)


def _last_said(
    stream: Sequence[Record], version: int, recorded_by: str
) -> Mapping[str, Any] | None:
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


def _changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    return sorted(name for name in {**before, **after} if before.get(name) != after.get(name))
