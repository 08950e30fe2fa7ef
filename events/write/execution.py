"""Execution: a command is carried out once, at once or queued, or is previewed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import Future

from domain.parties import Registry
from events.errors import IdempotencyMismatch
from events.query.basis import Clock
from events.store.effort import effort
from events.store.protocol import Store, Writer
from events.write.commands import Command, Json
from events.write.importing import ImportedAct, import_acts
from events.write.missing import missing_acts, retract_missing
from events.write.planning import plan_of
from events.write.preview import preview
from events.write.receipt import Receipt, receipt_of, remembered_receipt
from events.write.retelling import ImportOutcome, Missing
from events.write.transaction import Writing
from events.write.versions import Source


class Commands:
    """The one way to the log. It decides by what the transaction sees, and validates first.

    A command that is refused leaves nothing behind. Each way raises `InvalidEvent`, `TooCostly`,
    `ActExists`, `UnknownAct`, `NoSuchVersion`, `VersionConflict` and `StoreUnavailable`.
    """

    def __init__(self, store: Store, registry: Registry, clock: Clock) -> None:
        self._store = store
        self._registry = registry
        self._clock = clock

    def execute(self, command: Command) -> Receipt:
        """Carry a command out; what it recorded is durable when this returns.

        What an erasure erased is gone from the store's files too, or `Store.purge` tells that it
        is not. Raises `IdempotencyMismatch`.
        """
        return self._store.write(self._once(command), alone=command.alone)

    def submit(self, command: Command) -> Future[Receipt]:
        """As `execute`, but give at once what will be the receipt, and hold no thread.

        What is refused before the store is asked is raised at once, the rest by the future.
        """
        return self._store.submit(self._once(command), alone=command.alone)

    def preview(self, command: Command, as_of: str | None = None) -> Json:
        """What a command would change, with nothing of it kept; see `events.write.preview`."""
        return preview(self._store, self._registry, self._clock, command, as_of)

    def import_acts(
        self,
        acts: Iterable[ImportedAct],
        *,
        recorded_by: str,
        reason: str,
        own_ids: bool = False,
        dry_run: bool = False,
    ) -> Iterator[ImportOutcome]:
        """Record a source's acts once; see `events.write.importing`."""
        source = Source(recorded_by, reason, own_ids)
        return import_acts(self._store, self._registry, acts, source=source, dry_run=dry_run)

    def missing_acts(
        self, prefix: str, told: Collection[str], *, recorded_by: str
    ) -> list[Missing]:
        """What an importer once told of acts it tells no more; see `events.write.missing`."""
        with self._store.read() as reader:
            return list(missing_acts(reader, prefix, told, recorded_by))

    def retract_missing(self, missing: Sequence[Missing], *, recorded_by: str, reason: str) -> int:
        """Retract what a source tells no more; gives how many events were."""
        return retract_missing(self._store, self._registry, missing, Source(recorded_by, reason))

    def _once(self, command: Command) -> Callable[[Writer], Receipt]:
        """A plan that records, or gives the receipt that an earlier, equal request got."""
        act, request = plan_of(command, self._registry), command.request
        # Whoever asks has bounds of its own, and the thread that carries it out has none.
        bounded = effort.get() is not None

        def plan(writer: Writer) -> Receipt:
            if request is not None:
                earlier = writer.remembered(request.key)
                if earlier is not None:
                    if earlier.request_digest != request.digest:
                        raise IdempotencyMismatch(request.key)
                    return remembered_receipt(earlier.answer)
            writing = Writing(writer, self._registry, command.recorded_by, bounded=bounded)
            receipt = receipt_of(act(writing))
            if request is not None:
                position = receipt.positions[-1]
                writer.remember(request.key, request.digest, receipt.to_bytes(), position)
            return receipt

        return plan
