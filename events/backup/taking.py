"""Taking: a store takes over holdings, and goes on where it was interrupted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import TypeVar

from domain.parties import Registry
from events.backup.holdings import Holdings, StoreHoldings
from events.errors import OtherLog
from events.log.content import Erasure
from events.log.record import ERASED, decode
from events.rebuild.rebuilding import CatchingUp, needs_rebuild
from events.store.protocol import Store, Writer
from events.store.raw import BareReceipt, LogRow
from events.tlog.checkpoint import parse_checkpoint
from events.tlog.note import parse_note

#: What stands for the edition of the index while there is none yet of what was taken over.
UNFINISHED = "none: holdings are being taken over"
#: Records in one transaction: it shares one fsync.
_AT_ONCE = 2_000
#: So few records are told to the index as they come; for more it is faster derived anew.
_FEW = 20_000

T = TypeVar("T")
Progress = Callable[[int, int], None]


def take(holdings: Holdings, store: Store, registry: Registry, progress: Progress) -> int:
    """Take over what the store has not yet of holdings; gives how many records it has then.

    The records are the same bytes at the same positions. Where the index could not be told of
    them as they came, it is yet to be derived: `UNFINISHED` stands in its edition's place, and a
    store that is left so can go on from there. Raises `OtherLog` where the store's records
    are not the first ones of the holdings, and `UnreadableRecord`; what was taken before is kept.
    """
    with store.read() as reader:
        reached = reader.head().position
        known = reached > 0 and not needs_rebuild(reader, registry)
        _check_begins(holdings, StoreHoldings(reader), store.url)
    along = known and holdings.size - reached <= _FEW
    for batch in _batches(holdings.rows(reached)):
        reached = store.write(_Batch(batch, reached, registry if along else None, store.url))
        progress(reached, holdings.size)
    _take_rest(holdings, store)
    _check_same(holdings, store)
    return reached


def _check_begins(holdings: Holdings, own: StoreHoldings, url: str) -> None:
    if own.size > holdings.size:
        raise OtherLog(url, f"at most {holdings.size} records", f"{own.size}")
    mine, theirs = own.root(own.size), holdings.root(own.size)
    if mine != theirs:
        expected = f"a log that begins as the other: root {theirs.hex()} of {own.size} records"
        raise OtherLog(url, expected, mine.hex())


def _check_same(holdings: Holdings, store: Store) -> None:
    with store.read() as reader:
        own = StoreHoldings(reader)
        mine, theirs = own.root(holdings.size), holdings.root(holdings.size)
        if mine != theirs:
            raise OtherLog(store.url, f"root {theirs.hex()}", mine.hex())
        for kept in own.checkpoints():
            head = parse_checkpoint(parse_note(kept.note).text).head
            if head.size <= own.size and own.root(head.size) != head.root:
                expected = f"root {head.root.hex()} of its checkpoint of {head.size} records"
                raise OtherLog(store.url, expected, own.root(head.size).hex())


class _Batch:
    """A plan: some records are taken over, and with a registry told to the index at once."""

    def __init__(
        self, rows: Sequence[LogRow], after: int, registry: Registry | None, url: str
    ) -> None:
        self._rows = rows
        self._after = after
        self._registry = registry
        self._url = url

    def __call__(self, writer: Writer) -> int:
        if writer.head().position != self._after:
            got = f"{writer.head().position}: somebody else records into it"
            raise OtherLog(self._url, f"{self._after} records", got)
        if self._registry is None:
            writer.set_meta("edition", UNFINISHED)
        writer.transcribe(self._rows)
        for row in self._rows:
            if row.type == ERASED:
                self._erase(writer, row)
        if self._registry is not None:
            index = CatchingUp(self._registry, self._after)
            while not index.some(writer):
                pass
        return self._rows[-1].position

    def _erase(self, writer: Writer, row: LogRow) -> None:
        """Erase what came with its content, since it was erased only after it had been taken."""
        content = decode(row.state).content
        assert isinstance(content, Erasure)
        for remains in content.records:
            record = writer.record(remains.position)
            if record is not None and record.body is not None:
                writer.erase(record.position)


def _take_rest(holdings: Holdings, store: Store) -> None:
    """What is kept beside the log: remarks and checkpoints in the place of the store's own.

    What was remembered here of a request stays.
    """

    def remarks(writer: Writer) -> None:
        for name, value in holdings.remarks():
            writer.set_meta(name, value)
        for kept in holdings.checkpoints():
            writer.keep_checkpoint(kept.size, kept.note, kept.made_at)

    store.write(remarks)
    for receipts in _batches(holdings.receipts()):
        store.write(partial(_remember, receipts))


def _remember(receipts: Sequence[BareReceipt], writer: Writer) -> None:
    for one in receipts:
        if writer.remembered(one.key) is None:
            writer.remember(one.key, one.request_digest, one.answer, one.position)


def _batches(given: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(given)
    while batch := list(islice(rest, _AT_ONCE)):
        yield batch
