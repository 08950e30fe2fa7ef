"""What verification finds: one thing, calculated and claimed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be."""

    position: int
    """The first record concerned; 0 where none is."""
    act_id: str
    """The act concerned; empty where none is."""
    what: str
    calculated: str
    claimed: str

    def __str__(self) -> str:
        place = [f"position {self.position}"] * bool(self.position)
        place += [f"act {self.act_id}"] * bool(self.act_id)
        where = ", ".join([*place, self.what])
        return f"{where}: calculated {self.calculated}, claimed {self.claimed}"
