"""The successor of a store's index: the next generation of its tables, and how it comes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial
from typing import Protocol, TypeVar

from events.projection.batch import PlainRow, PlainRows
from events.segments import Sizes
from events.store.protocol import Writer
from events.store.sql import queries
from events.store.sql.segment_writer import SqlSegmentWriter
from events.store.sql.session import Session
from events.store.sql.writer import SqlWriter

T = TypeVar("T")

#: Where the signature stands in a change as `events.projection.batch.PlainRows` has it.
_SIGNATURE = 9


class Generations(Protocol):
    """Generations of the derived tables: one in force, one in the making, others to be dropped."""

    @property
    def indexes(self) -> Sequence[str]:
        """The names of the indexes of one generation."""
        ...

    def make_tables(self, session: Session) -> None:
        """Make the next generation's tables, as yet without indexes."""
        ...

    def make_index(self, session: Session, name: str) -> None:
        """Make one index of the next generation."""
        ...

    def take_over(self, session: Session) -> None:
        """Let the next generation be the one in force, and leave that to be dropped."""
        ...

    def drop_some(self, session: Session) -> bool:
        """Whether no other is left than that in force, or must be, after a bit more has gone."""
        ...


class SqlSuccessor:
    """See `events.store.shadow.Successor`."""

    def __init__(
        self,
        generations: Generations,
        writing: Callable[[], AbstractContextManager[Session]],
        writer_of: Callable[[Session], SqlWriter],
        sizes: Sizes,
    ) -> None:
        """`writing` gives a transaction when its turn has come."""
        self._generations = generations
        self._writing = writing
        self._writer_of = writer_of
        self._sizes = sizes

    def begin(self) -> None:
        """Drop what an earlier one left, and make the tables."""
        self.end()
        with self._writing() as session:
            self._generations.make_tables(session)

    def add(self, rows: PlainRows, head: int) -> None:
        """Add rows, but for acts of which something has been erased since `head`."""
        with self._writing() as session:
            erased = {act_id for (act_id,) in session.all(queries.ERASED_SINCE, (head,))}
            kept = rows.without(erased) if erased else rows
            numbered = replace(kept, changes=self._numbered(session, kept.changes))
            for statement, table in zip(queries.ADD, numbered, strict=True):
                session.next().each(statement, table)

    def _numbered(self, session: Session, changes: list[PlainRow]) -> list[PlainRow]:
        """Changes with the numbers of their signatures in place of the signatures."""
        writer = self._writer(session)
        numbers = {
            signature: writer.number_of(signature)
            for signature in {row[_SIGNATURE] for row in changes}
        }
        return [
            (*row[:_SIGNATURE], numbers[row[_SIGNATURE]], *row[_SIGNATURE + 1 :]) for row in changes
        ]

    def _writer(self, session: Session) -> SqlSegmentWriter:
        # What is read here may be undone, so that it is not kept for others.
        head = session.one(queries.HEAD)
        return SqlSegmentWriter(session, 0 if head is None else head[0], self._sizes, {})

    def settle(self) -> None:
        """Make the indexes, one in each transaction, and lay the runs, some in each."""
        for name in self._generations.indexes:
            with self._writing() as session:
                self._generations.make_index(session, name)
        with self._writing() as session:
            session.next().all(queries.NAME_RELATIONSHIPS)
        ripe = self._forward(partial(SqlSegmentWriter.ripe, after=""))
        while ripe is not None:
            while not self._forward(partial(SqlSegmentWriter.compact_some, relationship=ripe)):
                pass
            ripe = self._forward(partial(SqlSegmentWriter.ripe, after=ripe))

    def _forward(self, plan: Callable[[SqlSegmentWriter], T]) -> T:
        """Carry out a plan in one transaction for which this is the index."""
        with self._writing() as session:
            return plan(self._writer(session.next()))

    def write(self, plan: Callable[[Writer], bool]) -> bool:
        """Carry out a plan while this is the index, which it stays if the plan says so."""
        with self._writing() as session:
            writer = self._writer_of(session.next())
            done = plan(writer)
            writer.finish()
            if done:
                self._generations.take_over(session)
        return done

    def end(self) -> None:
        """Drop every generation but that in force."""
        dropped = False
        while not dropped:
            with self._writing() as session:
                dropped = self._generations.drop_some(session)
