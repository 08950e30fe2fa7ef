"""The successor: an index in the making beside the one in force, whose place it takes at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from events.projection.batch import PlainRows

if TYPE_CHECKING:
    from events.store.protocol import Writer


class Successor(Protocol):
    """An index in the making. Until it takes over nobody is shown a row of it.

    What is done to it is done in short transactions: other writers wait for each of them.
    """

    def add(self, rows: PlainRows, head: int) -> None:
        """Add rows of acts that it has none of, derived when the log ended at `head`.

        Acts of which something has been erased since are left out.
        """
        ...

    def settle(self) -> None:
        """Make it ready to be asked and to be changed, once the bulk of the rows is in."""
        ...

    def write(self, plan: Callable[[Writer], bool]) -> bool:
        """Carry out a plan in one transaction for which this is the index.

        Where the plan gives True it stays the index, for everybody: it has taken over.
        """
        ...
