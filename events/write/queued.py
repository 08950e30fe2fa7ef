"""Queued: recording that is waited for in no thread, and what makes a request repeatable."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future

from domain.parties import Registry
from events.errors import IdempotencyMismatch
from events.log.record import Record
from events.store.effort import effort
from events.store.protocol import Store, Writer
from events.write.receipt import Receipt, Request, receipt_of, remembered_receipt
from events.write.recording import Recording
from events.write.transaction import Writing


class Queued(Recording[Future[Receipt]]):
    """The ways of recording, each giving what will be the receipt once it is durable.

    What is refused before the store is asked is raised at once, the rest by the future.
    """

    def __init__(self, store: Store, registry: Registry) -> None:
        self.registry = registry
        self._store = store

    def _write(
        self,
        act: Callable[[Writing], list[Record]],
        recorded_by: str,
        request: Request | None,
    ) -> Future[Receipt]:
        return self._store.submit(once(act, self.registry, recorded_by, request))


def once(
    act: Callable[[Writing], list[Record]],
    registry: Registry,
    recorded_by: str,
    request: Request | None,
) -> Callable[[Writer], Receipt]:
    """A plan that records, or gives the receipt that an earlier, equal request got.

    It raises `IdempotencyMismatch` where the request's key was used for another.
    """
    # Whoever asks has bounds of its own, and the thread that carries it out has none.
    bounded = effort.get() is not None

    def plan(writer: Writer) -> Receipt:
        if request is not None:
            earlier = writer.remembered(request.key)
            if earlier is not None:
                if earlier.request_digest != request.digest:
                    raise IdempotencyMismatch(request.key)
                return remembered_receipt(earlier.answer)
        receipt = receipt_of(act(Writing(writer, registry, recorded_by, bounded=bounded)))
        if request is not None:
            position = receipt.positions[-1]
            writer.remember(request.key, request.digest, receipt.to_bytes(), position)
        return receipt

    return plan
