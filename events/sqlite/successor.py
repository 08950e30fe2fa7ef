"""The successor of a SQLite store's index: the next generation of its tables, and how it comes."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial
from typing import TypeVar

from events.portion import PlainRow, PlainRows
from events.sqlite import generations, queries
from events.sqlite.connections import Session
from events.sqlite.ground import SqliteGround
from events.sqlite.writer import SqliteWriter
from events.store import Writer
from events.strata import Grain

T = TypeVar("T")


class SqliteSuccessor:
    """See `events.successor.Successor`."""

    def __init__(
        self,
        writing: Callable[[], AbstractContextManager[Session]],
        writer_of: Callable[[Session], SqliteWriter],
        grain: Grain,
    ) -> None:
        """`writing` gives a transaction when its turn has come."""
        self._writing = writing
        self._writer_of = writer_of
        self._grain = grain

    def begin(self) -> None:
        """Drop what an earlier one left, and make the tables."""
        self.end()
        with self._writing() as session:
            generations.make_tables(session)

    def add(self, rows: PlainRows, head: int) -> None:
        """Add rows, but for acts of which something has been erased since `head`."""
        with self._writing() as session:
            erased = {act_id for (act_id,) in session.all(queries.ERASED_SINCE, (head,))}
            kept = rows.without(erased) if erased else rows
            numbered = replace(kept, changes=self._numbered(session, kept.changes))
            for statement, table in zip(queries.ADD_NEXT, numbered, strict=True):
                session.each(statement, table)

    def _numbered(self, session: Session, changes: list[PlainRow]) -> list[PlainRow]:
        """Changes with the numbers of their shapes in place of the shapes."""
        ground = self._ground(session)
        numbers = {shape: ground.number_of(shape) for shape in {row[8] for row in changes}}
        return [(*row[:8], numbers[row[8]], *row[9:]) for row in changes]

    def _ground(self, session: Session) -> SqliteGround:
        # What is read here may be undone, so that it is not kept for others.
        head = session.one(queries.HEAD)
        return SqliteGround(session, 0 if head is None else head[0], self._grain, {})

    def settle(self) -> None:
        """Make the indexes, one in each transaction, and lay the strata, some in each."""
        for name in generations.INDEXES:
            with self._writing() as session:
                generations.make_index(session, name)
        with self._writing() as session:
            generations.name_relationships(session)
        ripe = self._forward(partial(SqliteGround.ripe, after=""))
        while ripe is not None:
            while not self._forward(partial(SqliteGround.seal_some, relationship=ripe)):
                pass
            ripe = self._forward(partial(SqliteGround.ripe, after=ripe))

    def _forward(self, plan: Callable[[SqliteGround], T]) -> T:
        """Carry out a plan in one transaction for which this is the index."""
        with self._writing() as session:
            generations.put_forward(session)
            result = plan(self._ground(session))
            generations.put_back(session)
        return result

    def write(self, plan: Callable[[Writer], bool]) -> bool:
        """Carry out a plan while this is the index, which it stays if the plan says so."""
        with self._writing() as session:
            generations.put_forward(session)
            writer = self._writer_of(session)
            done = plan(writer)
            writer.finish()
            if done:
                generations.give_up(session)
            else:
                generations.put_back(session)
        return done

    def end(self) -> None:
        """Drop every generation but that in force."""
        dropped = False
        while not dropped:
            with self._writing() as session:
                dropped = generations.drop_some(session)
