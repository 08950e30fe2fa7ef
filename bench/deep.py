"""As-of answers of a very large relationship beside a small one, in one store.

    python -m bench.deep STORE ACTS [--questions N] [--seconds N]

Makes the store, or asks the one that was made there before: `ACTS` acts between two parties and
1,000 between two others, in a history of a quarter more. Waits are in-process and of whole states:
as waited for, which other work on the machine lengthens, and as the processor worked, which it does
not. One in a hundred acts of the two relationships is an agreement or a proposal, the rest are
visits and talks, as in news data.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import time
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from bench import processes
from bench.history import LARGEST, THOUSAND, History, Sizes
from bench.lives import FIRST, LAST
from bench.peers.chancery import ChanceryPeer
from bench.report import milliseconds, percentile

_BATCH = 20_000


def made(store: Path, acts: int) -> tuple[ChanceryPeer, History, dict[str, Any]]:
    """The store, its history to go on with, and what making it took."""
    peer = ChanceryPeer(store.parent, store.name)
    history = History(Sizes(acts + acts // 4, largest=acts))
    told = iter(history)
    records, seconds = 0, 0.0
    while batch := list(islice(told, _BATCH)):
        begun = time.perf_counter()
        peer.load(batch)
        seconds += time.perf_counter() - begun
        records += len(batch)
    return (
        peer,
        history,
        {
            "records in the store": f"{records:,}",
            "import": f"{records / seconds:,.0f} records/s",
            "memory of the import, peak": f"{processes.own_peak() / 1e6:,.0f} MB",
            "bytes on disk a record": f"{peer.chancery.figures().size_bytes / records:,.0f}",
        },
    )


@dataclass(slots=True)
class Waits:
    """Seconds of some answers: as they were waited for, and as the processor worked for each."""

    waited: list[float] = field(default_factory=list)
    worked: list[float] = field(default_factory=list)

    def ask(self, peer: ChanceryPeer, relationship: str, as_of: int, position: int | None) -> None:
        """One more answer."""
        begun, worked = time.perf_counter(), time.thread_time()
        peer.state(relationship, as_of, position)
        self.worked.append(time.thread_time() - worked)
        self.waited.append(time.perf_counter() - begun)

    def __str__(self) -> str:
        told = [
            f"{milliseconds(statistics.median(found))} ({milliseconds(percentile(found, 0.99))})"
            for found in (self.waited, self.worked)
        ]
        return f"waited {told[0]}, worked {told[1]}, of {len(self.waited)}"


class Sorts:
    """Every sort of question, asked of both relationships in turns."""

    def __init__(self, peer: ChanceryPeer, history: History) -> None:
        self._peer = peer
        self._history = history
        self._chance = random.Random(7)
        self._last = peer.chancery.head().position
        self._end = 0.0
        self.found: dict[str, dict[str, Waits]] = {}

    def ask(self, number: int, seconds: float) -> None:
        """So many questions of the common sorts, a fifth as many after late acts.

        Small turns, so that whatever else the machine does falls on both relationships alike.
        After so many seconds no further one begins.
        """
        self._end = time.perf_counter() + seconds
        self._turn("first answers after opening", 1)
        for _ in range(max(number // 50, 1)):
            self._turn("random as_of", 50)
            self._turn("random as_of and known_at", 50, past=True)
            self._turn("first answer after a late act", 10, late=True)

    def _turn(self, sort: str, times: int, *, past: bool = False, late: bool = False) -> None:
        for relationship in (THOUSAND, LARGEST):
            waits = self.found.setdefault(sort, {}).setdefault(relationship, Waits())
            for _ in range(times):
                if waits.waited and time.perf_counter() > self._end:
                    break
                if late:
                    self._peer.append(self._history.late(relationship))
                position = self._chance.randint(1, self._last) if past else None
                waits.ask(self._peer, relationship, self._chance.randint(FIRST, LAST), position)

    def lines(self) -> dict[str, str]:
        """The figures; waits are milliseconds, median (p99)."""
        lines = {}
        for sort, found in self.found.items():
            large, small = found[LARGEST], found[THOUSAND]
            lines[f"{sort}, largest, ms"] = str(large)
            lines[f"{sort}, 1,000 acts, ms"] = str(small)
            ratio = statistics.median(large.worked) / statistics.median(small.worked)
            lines[f"{sort}: largest over 1,000 acts, medians worked"] = f"{ratio:.2f}"
        sized = [len(json.dumps(self._peer.state(key, LAST, None))) for key in (LARGEST, THOUSAND)]
        lines["bytes of the answer, largest and 1,000 acts"] = f"{sized[0]:,} and {sized[1]:,}"
        return lines


def main() -> None:
    """Make, ask and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("store", type=Path)
    parser.add_argument("acts", type=int)
    parser.add_argument("--questions", type=int, default=1_000)
    parser.add_argument("--seconds", type=float, default=120.0, help="for all questions")
    given = parser.parse_args()
    if given.store.exists():
        # Late acts of an earlier run stay: those of this one have ids of their own.
        history = History(Sizes(given.acts), first=time.time_ns() // 10**6 % 10**9)
        figures: dict[str, Any] = {"store": "made before"}
    else:
        peer, history, figures = made(given.store, given.acts)
        peer.close()
    peer = ChanceryPeer(given.store.parent, given.store.name)
    sorts = Sorts(peer, history)
    sorts.ask(given.questions, given.seconds)
    figures |= sorts.lines()
    peer.close()
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
