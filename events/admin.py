"""Administration: what whoever keeps a store does with it as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO

from domain.parties import Registry
from events.access_keys import AccessKeys
from events.backup import UNFINISHED, Holdings, Manifest, StoreHoldings, take, write_backup
from events.errors import StoreUnavailable
from events.figures import Figures, figures
from events.leases import Lease
from events.log.record import instant_text
from events.notary.notary import Notary
from events.query.basis import Clock
from events.rebuild.rebuilding import Progress, begin, needs_rebuild, rebuild
from events.rebuild.workers import crew
from events.store.protocol import Store
from events.tlog.keys import SigningKey
from events.tlog.signed import SignedHeads
from events.verify import Against, Finding, verify, verify_checkpoints
from events.webhooks import Webhooks


class Admin:
    """Look after a store: its health, its files, its index, its log, and who may come in."""

    def __init__(self, store: Store, registry: Registry, clock: Clock) -> None:
        self._store = store
        self._registry = registry
        self._clock = clock

    def purged(self) -> bool:
        """Whether nothing erased is left in the store's files; a long reader may put that off."""
        return self._store.purge()

    # The store

    def ping(self) -> int:
        """The position of the last record, where the store can be used; waits for few seconds.

        Raises `StoreUnavailable`.
        """
        return self._store.ping()

    def figures(self) -> Figures:
        """What the store tells of itself; raises `StoreUnavailable`."""
        return figures(self._store, self._registry)

    # Moving

    @contextmanager
    def holdings(self) -> Iterator[StoreHoldings]:
        """All there is, as it is now, for as long as the context lasts."""
        with self._store.read() as reader:
            yield StoreHoldings(reader)

    def backup(self, stream: IO[bytes], progress: Progress = lambda done, of: None) -> Manifest:
        """Write all there is into a stream, in the form of a backup, while others write on.

        `progress` hears of records written, and of all there are. Raises `UnreadableRecord` for a
        damaged store.
        """
        with self.holdings() as holdings:
            return write_backup(holdings, stream, instant_text(self._clock()), progress)

    def take(self, holdings: Holdings, progress: Progress = lambda done, of: None) -> int:
        """Take over what is not here yet of holdings; gives how many records there are then.

        Afterwards the index may need a rebuild. Raises `OtherLog` and `UnreadableRecord`.
        """
        return take(holdings, self._store, self._registry, progress)

    def unfinished(self) -> bool:
        """Whether holdings are being taken over, or were and not to their end."""
        with self._store.read() as reader:
            return reader.meta("edition") == UNFINISHED

    # The log itself

    def verify(self, against: Against | None = None) -> Iterator[Finding]:
        """Re-derive everything from the log and give each difference, the first one first."""
        try:
            with self._store.read() as reader:
                yield from verify(reader, self._registry, against)
        except StoreUnavailable as error:
            yield Finding(0, "", "the store itself", "one that can be read", error.reason)

    def reaches(self, notes: Sequence[tuple[str, bytes]]) -> Iterator[Finding]:
        """Each checkpoint, of those kept elsewhere and given with a name, that is of another log.

        Also one of more records than there are. By the tree as the store keeps it.
        """
        with self.holdings() as holdings:
            yield from verify_checkpoints(notes, holdings)

    def notary(self, keys: Sequence[SigningKey] = (), heads: SignedHeads | None = None) -> Notary:
        """Who vouches for this log with these keys; without any, by what was signed before.

        `heads` are what the keys have signed so far.
        """
        return Notary(self._store, keys, heads)

    def webhooks(self) -> Webhooks:
        """Whom this store tells of new records."""
        return Webhooks(self._store, self._clock)

    def lease(self, work: str, seconds: float) -> Lease:
        """This process's part in deciding which one does a work that only one is to do."""
        return Lease(self._store, work, seconds)

    def access_keys(self) -> AccessKeys:
        """Who may come in."""
        return AccessKeys(self._store, self._clock)

    def needs_rebuild(self) -> bool:
        """Whether the index was made by another edition of the fold or of the registry."""
        with self._store.read() as reader:
            return needs_rebuild(reader, self._registry)

    def rebuild(
        self,
        *,
        cores: int | None = None,
        dask: str | None = None,
        progress: Progress = lambda done, of: None,
        again: bool = True,
    ) -> int:
        """Derive the index anew from the log alone; gives the number of records.

        Questions are answered from the old one until the new one takes over at once, and others
        write meanwhile. On so many cores, all by default, or by the workers of the dask cluster
        with this scheduler. `progress` hears of records looked at, and of all there are. With
        `again` false it is done only where it is needed. Raises `StoreUnavailable`,
        `UnreadableRecord`, and `ValueError` for workers that cannot be had.
        """
        if not again and begin(self._store, self._registry):
            return self._last()
        with crew(self._registry, self._last(), cores, dask) as hands:
            return rebuild(self._store, self._registry, hands, progress, again=again)

    def _last(self) -> int:
        with self._store.read() as reader:
            return reader.head().position
