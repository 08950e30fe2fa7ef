"""Preview: what a command would change, found by supposing it on a snapshot.

It stands in no writer's way and waits for none: a treaty of ninety changes thousands of
relationships, and to tell of them takes seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.parties import Registry
from events.log.record import instant_text
from events.query import acts_view
from events.query.basis import Basis, Clock, resolve, valid_day
from events.query.effects import supposed_effects
from events.store.effort import effort
from events.store.protocol import Reader, Store
from events.write.commands import Command, EraseEvent, Json
from events.write.cost import check_weight
from events.write.planning import plan_of
from events.write.supposed import Supposed
from events.write.transaction import Writing

_OF_THE_ACT = ("act_id", "kind", "title", "status", "parties", "version")


def preview(
    store: Store, registry: Registry, clock: Clock, command: Command, as_of: str | None
) -> Json:
    """What a command would change; what it would be refused for is refused.

    The answer has the `act` as it would stand, the `relationships` with what would change in
    their states on the day asked about (at most `effects.MOST_TOLD`; `count` says of how many),
    and the basis that is compared with. It holds while nothing else is recorded. Raises
    `InvalidBasis` for a day that is none.
    """
    if as_of is not None:
        valid_day(as_of)
    plan = plan_of(command, registry)
    bounded = effort.get() is not None
    with store.read() as reader:
        earlier = resolve(reader, clock, as_of)
        if bounded and isinstance(command, EraseEvent):
            _weigh_again(reader, command.act_id)
        supposed = Supposed(reader, clock)
        records = plan(Writing(supposed, registry, command.recorded_by, bounded=bounded))
        last = records[-1]
        later = Basis(earlier.as_of, last.position, instant_text(last.recorded_at))
        shown: Mapping[str, Any] = acts_view.act(supposed, registry, last.act_id, later)
        return {
            "act": {name: shown[name] for name in _OF_THE_ACT},
            **supposed_effects(reader, supposed, registry, last.act_id, earlier, later),
            "basis": earlier.to_json(),
        }


def _weigh_again(reader: Reader, act_id: str) -> None:
    """Refuse to preview an erasure of an act that would be too heavy to record anew.

    For so it is derived then. An erasure itself is never too heavy: somebody has to carry it out.
    """
    stream = reader.stream(act_id)
    check_weight([], [record.body for record in stream if record.body is not None])
