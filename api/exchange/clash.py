"""Clashes: acts of one file that share the source's id, told apart by what they say.

Whatever the order of the rows, the same acts come out under the same ids.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import pairwise
from typing import Any

from api.exchange.row import Quarantined, Repeated, SourceAct
from domain.acts import InvalidEvent, validate
from domain.parties import Registry
from events.write.identity import apart, changed_fields, days_of, facts, kind_of, parties_of


@dataclass(frozen=True)
class Clash:
    """One id that several acts of an edition have: all are recorded, each under an id of its own.

    A remark beside the rows: it takes no part in the sum.
    """

    act_id: str
    acts: tuple[SourceAct, ...]


def settled(
    acts: Sequence[SourceAct], registry: Registry, *, own_ids: bool
) -> Iterator[SourceAct | Repeated | Quarantined | Clash]:
    """Two or more acts of one id, each accounted for.

    Acts that differ in kind, parties or roles are several, as are those whose days do not meet.
    What tells one act twice with different words is put aside, but for one telling. Where the
    ids are the record's own, all of an id are parts of one act.
    """
    held: dict[str, SourceAct] = {}
    for act in _parts(acts) if own_ids else acts:
        words = _words(act)
        if words in held:
            yield from [Repeated(act.act_id, act.act_id)] * act.rows
        else:
            held[words] = act
    groups = [held[words] for words in sorted(held, reverse=True)]
    if own_ids:
        yield from _one(groups)
        return
    sound = [act for act in groups if _is_sound(act, registry)]
    # What is no event is refused by the domain, with all that is wrong with it.
    yield from (act for act in groups if act not in sound)
    found: list[SourceAct] = []
    for group in _groups(sound):
        for item in _one(group):
            if isinstance(item, SourceAct):
                found.append(item)
            else:
                yield item
    if len(found) < 2:
        yield from found
        return
    distinct = tuple(_named(found))
    yield from distinct
    yield Clash(acts[0].act_id, distinct)


def says_twice(act: SourceAct) -> bool:
    """Whether an act tells an event twice, be it in other words."""
    keys = [_key(body) for body in act.events]
    return len(set(keys)) < len(keys)


def _parts(acts: Sequence[SourceAct]) -> Iterator[SourceAct]:
    """Acts of an event each, with its row."""
    for act in acts:
        for number, body in enumerate(act.events):
            rows = 1 if act.rows == len(act.events) else act.rows * (not number)
            yield replace(act, events=(body,), rows=rows)


def _words(act: SourceAct) -> str:
    """All an act says, for telling acts apart and putting them in order."""
    return json.dumps([facts(body) for body in act.events], sort_keys=True)


def _is_sound(act: SourceAct, registry: Registry) -> bool:
    try:
        for body in act.events:
            validate(body, registry)
    except InvalidEvent:
        return False
    return True


def _groups(acts: Sequence[SourceAct]) -> Iterator[list[SourceAct]]:
    """Acts of one kind between the same parties whose days meet, one group after another."""
    alike: dict[Any, list[SourceAct]] = {}
    for act in acts:
        alike.setdefault((kind_of(act.events), parties_of(act.events)), []).append(act)
    for group in alike.values():
        by_day = sorted(group, key=lambda act: days_of(act.events))
        meeting = [by_day[0]]
        last = days_of(by_day[0].events)[1]
        for _, act in pairwise(by_day):
            first, ends = days_of(act.events)
            if first > last:
                yield meeting
                meeting = []
            meeting.append(act)
            last = max(last, ends)
        yield meeting


def _one(acts: Sequence[SourceAct]) -> Iterator[SourceAct | Quarantined]:
    """One act of several tellings: events by their keys; a telling that contradicts is put aside.

    Which of two that contradict stands is settled by their words, since no order of rows says it.
    """
    whole = acts[0]
    for act in acts[1:]:
        by_key = {_key(body): body for body in whole.events}
        against = [
            (by_key[key], body)
            for body in act.events
            if (key := _key(body)) in by_key and facts(by_key[key]) != facts(body)
        ]
        if against:
            yield _contradicting(act, *against[0])
            continue
        more = [body for body in act.events if _key(body) not in by_key]
        events = (*whole.events, *more)
        whole = replace(whole, events=events, rows=whole.rows + act.rows)
    yield whole


def _key(body: dict[str, Any]) -> str:
    """What tells events of one act apart: the source's key, or all that is said."""
    key = body.get("key")
    return json.dumps(body, sort_keys=True) if key is None else f"key {json.dumps(key)}"


def _contradicting(act: SourceAct, one: dict[str, Any], other: dict[str, Any]) -> Quarantined:
    fields = ", ".join(changed_fields(one, other))
    reason = f"id: expected one telling of {act.act_id}, got another that differs in {fields}"
    row = json.dumps({"act_id": act.act_id, "events": act.events}, ensure_ascii=False)
    return Quarantined(row, act.act_id, act.act_id, reason, act.rows)


def _named(acts: Sequence[SourceAct]) -> Iterator[SourceAct]:
    """The acts under ids of their own: each under the shortest that no other of them has."""
    labels = [(*apart(act.act_id, act.events), _last(act)) for act in acts]
    for act, own in zip(acts, labels, strict=True):
        level = next(
            level
            for level, label in enumerate(own)
            if sum(other[level] == label for other in labels) == 1
        )
        yield replace(act, act_id=own[level])


def _last(act: SourceAct) -> str:
    """An id by all that is said, where nothing less tells acts apart."""
    return f"{act.act_id[:96]}:{sha256(_words(act).encode()).hexdigest()[:16]}"
