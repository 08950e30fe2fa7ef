"""Preview: what recording something would change, found by supposing it on a snapshot.

It stands in no writer's way and waits for none: a treaty of ninety changes thousands of
relationships, and to tell of them takes seconds.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from domain.parties import Registry
from events.log.record import Record, instant_text
from events.query import acts_view
from events.query.basis import Basis, Clock, resolve, valid_day
from events.query.differences import whole_difference
from events.query.effects import effects
from events.store.effort import effort
from events.store.protocol import Store, Writer
from events.write.receipt import Request
from events.write.recording import Json, Recording
from events.write.supposed import Supposed
from events.write.transaction import Writing


class Preview(Recording[Json]):
    """Each way of recording refuses what it would refuse, and else tells what would change.

    The answer has the `act` as it would stand, the `relationships` with what would change in
    their states on the day asked about (at most `effects.MOST_TOLD`; `count` says of how many),
    and the basis that is compared with. It holds while nothing else is recorded.
    """

    def __init__(self, store: Store, registry: Registry, clock: Clock, as_of: str | None) -> None:
        if as_of is not None:
            valid_day(as_of)
        self.registry = registry
        self._store = store
        self._clock = clock
        self._as_of = as_of

    def _write(
        self,
        act: Callable[[Writing], list[Record]],
        recorded_by: str,
        request: Request | None,
    ) -> Json:
        with self._store.read() as reader:
            earlier = resolve(reader, self._clock, self._as_of)
            # What is asked for a preview is all there, and anything else fails.
            supposed = cast(Writer, Supposed(reader, self._clock))
            bounded = effort.get() is not None
            records = act(Writing(supposed, self.registry, recorded_by, bounded=bounded))
            last = records[-1]
            later = Basis(earlier.as_of, last.position, instant_text(last.recorded_at))
            return self._told(supposed, last.act_id, earlier, later)

    def _told(self, writer: Writer, act_id: str, earlier: Basis, later: Basis) -> Json:
        shown: dict[str, Any] = acts_view.act(writer, self.registry, act_id, later)
        named = ("act_id", "kind", "title", "status", "parties", "version")
        return {
            "act": {name: shown[name] for name in named},
            **effects(writer, self.registry, act_id, earlier, later, differ=whole_difference),
            "basis": earlier.to_json(),
        }
