"""What an act's records amount to: corrections and retractions applied, nothing lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from domain.acts import Act, Fact, make_act, read_event
from events.record import CORRECTED, RETRACTED, Record


def known_act(records: Sequence[Record], position: int | None = None) -> Act:
    """The act as its records up to `position` tell it; all of them when None.

    `records` are one act's in the order of their versions. Each event version has the words of
    its newest correction; one that is retracted is left out until a correction reinstates it.
    Raises `ValueError` where no record is known: an act without a record has no kind.
    """
    words: dict[int, tuple[Mapping[str, Any], int]] = {}
    retracted: set[int] = set()
    kind = None
    for record in records:
        if position is not None and record.position > position:
            break
        kind = kind or record.type.partition(".")[0]
        if record.body is None:  # erased: what it told is not known any more
            continue
        if record.type == RETRACTED:
            retracted.add(record.body["version"])
        elif record.type == CORRECTED:
            target = record.body["version"]
            words[target] = record.body["event"], record.position
            retracted.discard(target)
        else:
            words[record.version] = {"type": record.type, **record.body}, record.position
    if kind is None:
        raise ValueError("expected a record of the act, got none at this position")
    facts = [
        Fact(read_event(body), version, told)
        for version, (body, told) in words.items()
        if version not in retracted
    ]
    withdrawn = [read_event(body) for version, (body, _) in words.items() if version in retracted]
    return make_act(records[0].act_id, kind, facts, withdrawn)
