"""Figures: what a store tells of itself to whoever keeps it running, in a few short questions."""

from __future__ import annotations

from dataclasses import dataclass

from domain.parties import Registry
from events.projection.edition import edition_of
from events.rebuild.rebuilding import needs_rebuild
from events.store.protocol import Store
from events.webhooks import Webhook, webhooks_of


@dataclass(frozen=True, slots=True)
class Waiting:
    """A webhook, and since when the next record waits that it has not looked at."""

    webhook: Webhook
    since: int | None
    """Microseconds since 1970 (UTC); None where it has looked at all."""


@dataclass(frozen=True, slots=True)
class Figures:
    """A store as it is at one moment."""

    position: int
    """Of the last record."""
    recorded_at: int
    """When that was recorded, in microseconds since 1970 (UTC); 0 where there is none."""
    size_bytes: int
    edition: str
    """Of the fold and the registry that this program answers by."""
    indexed: bool
    """Whether the index is of that edition."""
    checkpoint: tuple[int, int] | None
    """Size and instant of the newest checkpoint."""
    webhooks: tuple[Waiting, ...]
    groups: int
    """Groups of plans this process has committed."""
    plans: int
    """Plans in them."""
    snapshots: int
    """Snapshots that this process has open."""
    oldest_snapshot_seconds: float


def figures(store: Store, registry: Registry) -> Figures:
    """The figures of a store; nothing is looked through. Raises `StoreUnavailable`."""
    size_bytes = store.size_bytes()
    groups, plans = store.grouped
    snapshots, oldest = store.open_snapshots
    with store.read(briefly=True) as reader:
        head = reader.head()
        newest = reader.checkpoint()
        waiting = []
        for webhook in webhooks_of(reader):
            record = None
            if webhook.progress.position < head.position:
                record = reader.record(webhook.progress.position + 1)
            waiting.append(Waiting(webhook, None if record is None else record.recorded_at))
        return Figures(
            head.position,
            head.recorded_at,
            size_bytes,
            edition_of(registry),
            not needs_rebuild(reader, registry),
            None if newest is None else (newest.size, newest.made_at),
            tuple(waiting),
            groups,
            plans,
            snapshots,
            oldest,
        )
