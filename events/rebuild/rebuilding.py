"""Rebuilding: the index is derived anew from the log alone, while the old one goes on answering.

Acts are derived portion by portion, by however many hands, into a successor; what is recorded
meanwhile is caught up with; then the successor takes over at once.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from typing import NamedTuple

from domain.parties import Registry
from domain.relationship import in_parts
from events.log.history import known_act
from events.log.record import ERASED, Record
from events.projection.batch import PlainRows, Stream
from events.projection.derived import ever_many, index_otherwise, steps
from events.projection.edition import edition_of
from events.projection.rows import advance
from events.rebuild.workers import Crew, Derived
from events.store.protocol import Reader, Store, Writer
from events.store.shadow import Successor

#: Positions of the log at which one portion's acts were opened.
_POSITIONS = 1_000
#: Rows written in one transaction: it shares one fsync, and keeps other writers waiting little.
_ROWS = 20_000
#: Records that are caught up with in one transaction. Who records faster than that is kept waiting.
_CATCH_UP = 2_000

Progress = Callable[[int, int], None]


class _Portion(NamedTuple):
    streams: Sequence[Stream]
    head: int
    """Where the log ended when the streams were read."""
    reached: int
    """The last position at which an act of this portion may have been opened."""


def needs_rebuild(reader: Reader, registry: Registry) -> bool:
    """Whether the index was made by another edition of the fold or of the registry."""
    return reader.meta("edition") != edition_of(registry)


def begin(store: Store, registry: Registry) -> bool:
    """Whether there is nothing to rebuild: an empty store is of any edition."""

    def plan(writer: Writer) -> bool:
        if writer.head().position == 0:
            writer.set_meta("edition", edition_of(registry))
        return not needs_rebuild(writer, registry)

    return store.write(plan)


def rebuild(
    store: Store,
    registry: Registry,
    crew: Crew,
    progress: Progress = lambda done, of: None,
    *,
    again: bool = True,
) -> int:
    """Derive the index from every record; gives how many there were when it took over.

    `progress` hears, as it goes, of records looked at and of all there are. With `again` false an
    index of the right edition is left as it is: another process may have been at it. What was
    known at every position is derived again, and what was erased later is erased at every
    position. Raises `StoreUnavailable` and `UnreadableRecord`; the old index then stays in force.
    """
    with store.succession() as successor:
        with store.read() as reader:
            upto = reader.head().position
            if not again and not needs_rebuild(reader, registry):
                return upto
        _fill(store, successor, crew, upto, progress)
        successor.settle()
        catching_up = CatchingUp(registry, upto)
        while not successor.write(catching_up.some):
            progress(upto, catching_up.reached)
        progress(catching_up.reached, catching_up.reached)
    return catching_up.reached


def _fill(store: Store, successor: Successor, crew: Crew, upto: int, progress: Progress) -> None:
    """Derive every act as the log told it up to a position."""
    rows, head = PlainRows(), 0
    for portion, derived in _derived(_portions(store, upto), crew, upto):
        head = head if len(rows) else portion.head
        rows.extend(derived)
        if len(rows) >= _ROWS or portion.reached == upto:
            successor.add(rows, head)
            rows = PlainRows()
            progress(portion.reached, upto)


def _portions(store: Store, upto: int) -> Iterator[_Portion]:
    reached = 0
    while reached < upto:
        after, reached = reached, min(reached + _POSITIONS, upto)
        with store.read() as reader:
            streams = reader.streams(after, reached)
            head = reader.head().position
        yield _Portion(streams, head, reached)


def _derived(
    portions: Iterator[_Portion], crew: Crew, upto: int
) -> Iterator[tuple[_Portion, PlainRows]]:
    """Portions and their rows in the order of the log, however many hands derive them."""
    waiting: deque[tuple[_Portion, Future[Derived]]] = deque()
    while True:
        while len(waiting) < crew.at_once and (portion := next(portions, None)):
            waiting.append((portion, crew.submit(portion.streams, upto)))
        if not waiting:
            return
        portion, future = waiting.popleft()
        done, rows = future.result()
        if done < len(portion.streams):
            # It gave as many rows as go into one message: the rest comes before all others.
            rest = portion._replace(streams=portion.streams[done:])
            waiting.appendleft((rest, crew.submit(rest.streams, upto)))
            portion = portion._replace(reached=portion.reached - 1)
        yield portion, rows


class CatchingUp:
    """What was recorded since the successor was begun, told to it as it was to the old index."""

    def __init__(self, registry: Registry, begun: int) -> None:
        self._registry = registry
        self._begun = begun
        self.reached = begun

    def some(self, writer: Writer) -> bool:
        """Catch up with some records; whether they were all, and the index is whole."""
        head = writer.head().position
        upto = min(self.reached + _CATCH_UP, head)
        streams: dict[str, list[Record]] = {}
        for record in writer.records(self.reached, upto - self.reached):
            stream = streams.get(record.act_id)
            if stream is None:
                stream = streams[record.act_id] = writer.stream(record.act_id)
                if any(r.type == ERASED and r.position > self._begun for r in stream):
                    self._derive_anew(writer, stream, upto)
                    stream.clear()
            if stream:
                self._advance(writer, stream, record)
        self.reached = upto
        if upto == head:
            writer.set_meta("edition", edition_of(self._registry))
        return upto == head

    def _advance(self, writer: Writer, stream: list[Record], record: Record) -> None:
        earlier = stream[record.version - 2].position if record.version > 1 else None
        before = None if earlier is None else known_act(stream, earlier)
        after = known_act(stream, record.position)
        parts = ever_many(stream) and writer.in_parts(record.act_id)
        if in_parts(parts, after, self._registry) != parts:
            index_otherwise(writer, stream, self._registry, record.position)
            return
        closed, opened = advance(before, after, stream[0].position, self._registry, parts)
        writer.index(record.position, closed, opened)

    def _derive_anew(self, writer: Writer, stream: list[Record], upto: int) -> None:
        """Derive an act of which something was erased meanwhile, for every position."""
        writer.clear_index(stream[0].act_id)
        for position, closed, opened in steps(stream, self._registry, upto):
            writer.index(position, closed, opened)
