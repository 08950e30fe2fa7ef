"""A session: one transaction of a database, and how it is asked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any, Protocol

from events.store.sql.tables import DERIVED

Rows = list[tuple[Any, ...]]
#: An event as it is stored: originator, version, topic, state.
Entry = tuple[str, int, str, bytes]

_DERIVED_TABLE = re.compile(rf"\b(FROM|JOIN|INTO|UPDATE) ({'|'.join(DERIVED)})\b")


class Session(Protocol):
    """One transaction. Rows are tuples; each answer is read whole.

    Questions are written once for every database, as SQLite has them: values stand in for `?`,
    `?1` or `:name`, and in braces stands what each database calls otherwise (`Words`).
    """

    def steady(self) -> AbstractContextManager[Any]:
        """As long as it lasts, what is read from one question to the next does not change."""
        ...

    def all(self, sql: str, values: Any = ()) -> Rows:
        """All rows of an answer; none of a statement that has no answer."""
        ...

    def one(self, sql: str, values: Any = ()) -> tuple[Any, ...] | None:
        """The first row of an answer, or None."""
        ...

    def each(self, sql: str, values: Rows) -> int:
        """Carry out a statement once for each tuple of values; gives how many rows it changed."""
        ...

    def next(self) -> Session:
        """The same transaction, asking the generation of derived tables that is in the making."""
        ...

    def store(self, entries: list[Entry], after: int) -> None:
        """Store events at the positions following `after`, which is the last one of the log."""
        ...

    def forget_act(self, act_id: str) -> None:
        """Drop what generations of derived tables that are not in force hold of an act."""
        ...

    def flaws(self) -> list[str]:
        """What the database finds wrong with its own files, and tables that are not ours."""
        ...


#: What a question has in braces, by name: `open`, the `known_to` of what is known still;
#: `position` of a stored event; `header`, the first line of its state; `join`, one that is
#: carried out in the order written where a database cannot tell by itself; `+`, before a column
#: whose index would mislead; `instr`, a function (text, part); `listed`, one that gives the
#: elements of a JSON array as `value`; `each_segment` and `end_each`, round a question for one
#: segment of each, which is called `g`; `tells_rank`,
#: `tells_level`, whether the event of a version in `v` says :rank, :level; `positions`, whether
#: the positions in an `answer` hold a value.
Words = Mapping[str, str]


def worded(sql: str, words: Words, prefix: str = "") -> str:
    """A question in a database's own words, asking derived tables that bear a prefix."""
    told = sql.format_map(words)
    return _DERIVED_TABLE.sub(rf"\1 {prefix}\2", told) if prefix else told
