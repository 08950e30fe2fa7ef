"""Recording: a new act, its next events, a correction, a retraction, each validated first.

What becomes of it is another's to say: the application keeps it, a preview tells what it would
change and keeps nothing.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from domain.acts import Event, InvalidEvent, validate
from domain.parties import Registry
from domain.shapes import Problem, Text
from events.log.record import Record
from events.store.effort import effort
from events.write.cost import check_weight
from events.write.receipt import Request
from events.write.transaction import Writing

T = TypeVar("T")
Json = dict[str, Any]

_ACT_ID = Text(128, r"[a-z0-9][a-z0-9._~:-]{0,127}", "an act_id such as hsg-visits:2138")
_REASON = Text(2_000)


class Recording(ABC, Generic[T]):
    """The four ways in which an act goes on."""

    registry: Registry

    def append(
        self,
        act_id: str | None,
        events: Sequence[Json],
        *,
        recorded_by: str,
        request: Request | None = None,
    ) -> T:
        """Record a new act with its first events, all or none.

        Raises `InvalidEvent`, `ActExists`, `IdempotencyMismatch`.
        """
        if act_id is not None:
            check(_ACT_ID, act_id, "/act_id")
        read = self._validated(events)
        weigh(read)
        return self._write(lambda writing: writing.open(act_id, read), recorded_by, request)

    def add(
        self,
        act_id: str,
        events: Sequence[Json],
        *,
        recorded_by: str,
        expected_version: int | None = None,
        request: Request | None = None,
    ) -> T:
        """Record the next events of an act, all or none; none comes too early.

        Raises `InvalidEvent`, `UnknownAct`, `VersionConflict`, `IdempotencyMismatch`.
        """
        read = self._validated(events)
        weigh(read)
        return self._write(
            lambda writing: writing.add(act_id, read, expected_version), recorded_by, request
        )

    def correct(
        self,
        act_id: str,
        version: int,
        event: Json,
        reason: str,
        *,
        recorded_by: str,
        expected_version: int | None = None,
        request: Request | None = None,
    ) -> T:
        """Replace the whole of an event version, with a reason; reinstates a retracted one.

        Raises `InvalidEvent`, `UnknownAct`, `NoSuchVersion`, `VersionConflict`.
        """
        problems: list[Problem] = []
        _REASON.check(reason, "/reason", problems)
        try:
            read = validate(event, self.registry, "/event")
        except InvalidEvent as error:
            problems.extend(error.problems)
        if problems:
            raise InvalidEvent(problems)
        return self._write(
            lambda writing: writing.correct(act_id, version, read, reason, expected_version),
            recorded_by,
            request,
        )

    def retract(
        self,
        act_id: str,
        version: int,
        reason: str,
        *,
        recorded_by: str,
        expected_version: int | None = None,
        request: Request | None = None,
    ) -> T:
        """Say, with a reason, that an event should not have been recorded.

        Raises `InvalidEvent`, `UnknownAct`, `NoSuchVersion`, `VersionConflict`.
        """
        check(_REASON, reason, "/reason")
        return self._write(
            lambda writing: writing.retract(act_id, version, reason, expected_version),
            recorded_by,
            request,
        )

    def _validated(self, events: Sequence[Json]) -> tuple[Event, ...]:
        problems: list[Problem] = []
        read: list[Event] = []
        for index, body in enumerate(events):
            try:
                read.append(validate(body, self.registry, f"/events/{index}"))
            except InvalidEvent as error:
                problems.extend(error.problems)
        if problems or not read:
            raise InvalidEvent(problems or [Problem("/events", "at least one event", "none")])
        return tuple(read)

    @abstractmethod
    def _write(
        self,
        act: Callable[[Writing], list[Record]],
        recorded_by: str,
        request: Request | None,
    ) -> T:
        """Carry out what was validated."""


def weigh(events: Sequence[Event]) -> None:
    """Refuse events that are too heavy whatever they are added to, where there are bounds at all.

    Before anybody waits for them. Raises `TooCostly`.
    """
    if effort.get() is not None:
        check_weight([], [event.body for event in events])


def check(shape: Text, value: Any, where: str) -> None:
    """Refuse a value of another shape; raises `InvalidEvent`."""
    problems: list[Problem] = []
    shape.check(value, where, problems)
    if problems:
        raise InvalidEvent(problems)
