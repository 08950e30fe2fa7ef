"""The successor of a SQLite store's index: the next generation of its tables, and how it comes."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from events.portion import PlainRows
from events.sqlite import generations, queries
from events.sqlite.connections import Session
from events.sqlite.writer import SqliteWriter
from events.store import Writer


class SqliteSuccessor:
    """See `events.successor.Successor`."""

    def __init__(
        self,
        writing: Callable[[], AbstractContextManager[Session]],
        writer_of: Callable[[Session], SqliteWriter],
    ) -> None:
        """`writing` gives a transaction when its turn has come."""
        self._writing = writing
        self._writer_of = writer_of

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
            for statement, table in zip(queries.ADD_NEXT, kept, strict=True):
                session.each(statement, table)

    def settle(self) -> None:
        """Make the indexes, one in each transaction."""
        for name in generations.INDEXES:
            with self._writing() as session:
                generations.make_index(session, name)
        with self._writing() as session:
            generations.name_relationships(session)

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
