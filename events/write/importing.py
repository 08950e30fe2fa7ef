"""Importing: a source's acts are recorded once, and a changed row becomes a correction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Protocol

from domain.acts import Event, InvalidEvent, validate
from domain.parties import Registry
from events.query.twins import earlier_twins
from events.store.protocol import Store, Writer
from events.write.retelling import ImportOutcome, retell
from events.write.transaction import Writing
from events.write.versions import Source

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


class _DryRunEnds(Exception):
    def __init__(self, outcomes: list[ImportOutcome]) -> None:
        self.outcomes = outcomes


def import_acts(
    store: Store,
    registry: Registry,
    acts: Iterable[ImportedAct],
    *,
    source: Source,
    dry_run: bool = False,
) -> Iterator[ImportOutcome]:
    """Import acts in batches, yielding an outcome for each in the order given.

    An event whose key the act does not hold is recorded; one that says what this importer last
    said is known already; one that says something else corrects it. Where a source's id is
    another act's already, the act begins under an id of its own (`events.write.identity`).
    A dry run does all of it and keeps nothing.
    """
    for batch in _batches(acts):
        checked = [(act, _checked(act, registry)) for act in batch]

        def plan(
            writer: Writer,
            checked: list[tuple[ImportedAct, tuple[Event, ...] | InvalidEvent]] = checked,
        ) -> list[ImportOutcome]:
            writing = Writing(writer, registry, source.recorded_by)
            writer.prepare([act.act_id for act, _ in checked])
            outcomes = [
                ImportOutcome(act.act_id, problems=events.problems)
                if isinstance(events, InvalidEvent)
                else retell(writer, writing, act.act_id, events, source)
                for act, events in checked
            ]
            if dry_run:
                # What is not kept cannot be asked for its twins afterwards.
                raise _DryRunEnds([_with_twins(writer, outcome) for outcome in outcomes])
            return outcomes

        try:
            yield from store.write(plan, alone=True)
        except _DryRunEnds as ends:
            yield from ends.outcomes


def _with_twins(writer: Writer, outcome: ImportOutcome) -> ImportOutcome:
    if not outcome.new:
        return outcome
    found = earlier_twins(writer, outcome.act_id, writer.head().position)
    return replace(outcome, twins=tuple(twin.act_id for (twin, _), _ in found))


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
