"""Figures: what a campaign did and found."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from statistics import median


@dataclass
class Figures:
    """What a campaign did and found."""

    kills: Counter[str] = field(default_factory=Counter)
    execed: int = 0
    acknowledged: int = 0
    """Requests."""
    records: int = 0
    unanswered: int = 0
    recorded_unanswered: int = 0
    """Those of them that were found recorded when they were asked again."""
    followed: int = 0
    compared: int = 0
    checkpoints: int = 0
    verified: int = 0
    starts: list[float] = field(default_factory=list)
    """Seconds from the start of a forked process until it listens."""
    waited_seconds: float = 0.0

    def lines(self) -> list[str]:
        """They, in words."""
        kinds = ", ".join(f"{count} {name}" for name, count in sorted(self.kills.items()))
        starts = self.starts or [0.0]
        return [
            f"kills: {self.kills.total()} ({kinds}); of a process of its own: {self.execed}",
            f"acknowledged: {self.acknowledged} requests; records in all: {self.records}",
            f"unanswered, then asked again with the same key: {self.unanswered}",
            f"of these found recorded, and not recorded again: {self.recorded_unanswered}",
            f"records followed on the live feed: {self.followed}",
            f"past answers compared: {self.compared}; checkpoints kept: {self.checkpoints}",
            f"verifications without a difference: {self.verified}",
            f"restart, forked: median {median(starts):.2f} s, most {max(starts):.2f} s",
            f"longest answer: {self.waited_seconds:.2f} s",
        ]
