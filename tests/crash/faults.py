"""Faults put into the service on purpose, so that the harness is seen to find each of them."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from queue import SimpleQueue
from threading import Thread
from typing import Any

import events.application
from events.application import Chancery
from events.store.protocol import Store
from events.write.commands import AddEvents, Command, RecordAct
from events.write.execution import Commands
from events.write.receipt import Receipt

#: How long a fault lets pass between an answer and what should have come before it.
_LATE_SECONDS = 0.15


def install(name: str) -> None:
    """In a process about to serve: put one in by its name; `none` puts none in."""
    if name != "none":
        FAULTS[name]()


def _wrap_store(wrap: Callable[[Store], Any]) -> None:
    opened = events.application.Chancery.__init__

    def init(self: Chancery, store: Store, *others: Any) -> None:
        opened(self, wrap(store), *others)

    events.application.Chancery.__init__ = init  # type: ignore[method-assign]


class _Wrapped(ABC):
    """A store that is another one but for what a fault makes of it."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    @abstractmethod
    def write(self, plan: Callable[[Any], Any]) -> Any:
        """As `Store.write`, with the fault."""

    def submit(self, plan: Callable[[Any], Any], *, alone: bool = False) -> Future[Any]:
        """As `write`, in a thread of its own."""
        future: Future[Any] = Future()

        def work() -> None:
            try:
                future.set_result(self.write(plan))
            except Exception as error:  # noqa: BLE001 - it is raised where the future is awaited
                future.set_exception(error)

        Thread(target=work, daemon=True).start()
        return future


class _Early(_Wrapped):
    """Answers while the transaction is still open."""

    def write(self, plan: Callable[[Any], Any]) -> Any:
        answers: SimpleQueue[tuple[bool, Any]] = SimpleQueue()

        def slowly(writer: Any) -> Any:
            result = plan(writer)
            answers.put((True, result))
            time.sleep(_LATE_SECONDS)
            return result

        def work() -> None:
            try:
                self._store.write(slowly)
            except Exception as error:  # noqa: BLE001 - it is raised in the thread that asked
                answers.put((False, error))

        Thread(target=work, daemon=True).start()
        good, result = answers.get()
        if not good:
            raise result
        return result


class _Forgetful(_Wrapped):
    """Remembers no idempotency key."""

    def write(self, plan: Callable[[Any], Any]) -> Any:
        return self._store.write(lambda writer: plan(_Forgetting(writer)))


class _Forgetting:
    def __init__(self, writer: Any) -> None:
        self._writer = writer

    def __getattr__(self, name: str) -> Any:
        return getattr(self._writer, name)

    def remember(self, *values: Any) -> None:
        """Nothing."""


class _Behind(_Wrapped):
    """Leaves the rows of the index out now and then."""

    def write(self, plan: Callable[[Any], Any]) -> Any:
        return self._store.write(lambda writer: plan(_Unindexed(writer)))


class _Unindexed(_Forgetting):
    def remember(self, *values: Any) -> None:
        """As it should be."""
        self._writer.remember(*values)

    def index(self, position: int, closed: Any, opened: Any) -> None:
        """All rows but those of every seventh record."""
        if position % 7:
            self._writer.index(position, closed, opened)


def _halving() -> None:
    """Record the events of an act that comes in bulk one by one."""
    whole = Commands.execute

    def execute(self: Commands, command: Command) -> Receipt:
        if not isinstance(command, RecordAct):
            return whole(self, command)
        receipt = whole(self, replace(command, events=command.events[:1]))
        for event in command.events[1:]:
            time.sleep(_LATE_SECONDS / 10)
            following = AddEvents(receipt.act_id, [event], recorded_by=command.recorded_by)
            receipt = whole(self, following)
        return receipt

    Commands.execute = execute  # type: ignore[method-assign]


FAULTS: dict[str, Callable[[], None]] = {
    "answers before it commits": lambda: _wrap_store(_Early),
    "forgets idempotency keys": lambda: _wrap_store(_Forgetful),
    "records events one by one": _halving,
    "leaves rows of the index out": lambda: _wrap_store(_Behind),
}
