"""Counts: what became of the rows of an import, and of the events they told."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from api.exchange.changes import Changes
from api.exchange.row import OutOfScope

#: How many different reasons for leaving rows out an import tells apart.
MOST_REASONS = 1_000
OTHER_REASONS = "other reasons"


@dataclass
class Counts:
    """What became of the rows of an import, and of the events they told."""

    read: int = 0
    """Rows; the sum of those behind acts, quarantined, repeated and out of scope."""
    acts: int = 0
    recorded: int = 0
    """Events that are new."""
    known: int = 0
    """Events that were recorded already and say the same."""
    revised: int = 0
    """Events that now say something else: corrections."""
    quarantined: int = 0
    out_of_scope: int = 0
    repeated: int = 0
    twins: int = 0
    clashes: int = 0
    """Ids that several acts of the files have, each of which got one of its own."""
    gone: int = 0
    """Events in force that an edition no longer has."""
    retracted: int = 0
    """Those of them that were retracted, since that was asked for."""
    reasons: Counter[str] = field(default_factory=Counter)
    """Rows out of scope by reason, `MOST_REASONS` at most: the rest are counted as one."""
    changes: Changes = field(default_factory=Changes)
    """What the edition changes, line by line."""

    def leave_out(self, item: OutOfScope) -> None:
        """Count what was understood and is no act."""
        self.read += item.rows
        self.out_of_scope += item.rows
        room = item.reason in self.reasons or len(self.reasons) < MOST_REASONS
        self.reasons[item.reason if room else OTHER_REASONS] += item.rows

    def to_json(self) -> dict[str, Any]:
        """The counts by name; the reasons most frequent first, then by their words."""
        reasons = sorted(self.reasons.items(), key=lambda told: (-told[1], told[0]))
        counts = {name: value for name, value in vars(self).items() if name != "changes"}
        return {**counts, "reasons": dict(reasons)}
