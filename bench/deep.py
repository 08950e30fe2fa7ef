"""As-of answers of a very large relationship beside a small one, in one store.

    python -m bench.deep STORE ACTS [--questions N] [--seconds N]

Makes the store, or asks the one that was made there before: `ACTS` acts between two parties and
1,000 between two others, in a history of a quarter more. Waits are in-process and of whole states:
as waited for, which other work on the machine lengthens, and as the processor worked, which it does
less. Some of the questions are asked again in several rounds, after another late act where they
were asked after one, and the best wait of each counts: the machine cannot have been in the way of
all of them, and what is left tells questions that are dear from moments that are. One in a hundred
acts of the two relationships is an agreement or a proposal, the rest are
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
#: Questions of each sort that are asked again, and how often each is asked in all.
_AGAIN, _ROUNDS = 300, 10


def made(store: Path, acts: int) -> tuple[ChanceryPeer, History, dict[str, Any]]:
    """The store, its history to go on with, and what making it took."""
    peer = ChanceryPeer(store.parent, store.name)
    history = History(Sizes(acts + acts // 4, largest=acts))
    entries = iter(history)
    records, seconds = 0, 0.0
    while batch := list(islice(entries, _BATCH)):
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
            "bytes on disk a record": f"{peer.chancery.admin.figures().size_bytes / records:,.0f}",
        },
    )


@dataclass(slots=True)
class Waits:
    """Seconds of some answers: as they were waited for, and as the processor worked for each."""

    waited: list[float] = field(default_factory=list)
    worked: list[float] = field(default_factory=list)
    asked: list[tuple[int, int | None]] = field(default_factory=list)
    """The day and the position of each question."""
    best: list[float] = field(default_factory=list)
    """The least that was waited for each of those asked again."""

    def ask(self, peer: ChanceryPeer, relationship: str, as_of: int, position: int | None) -> None:
        """One more answer."""
        begun, worked = time.perf_counter(), time.thread_time()
        peer.state(relationship, as_of, position)
        self.worked.append(time.thread_time() - worked)
        self.waited.append(time.perf_counter() - begun)
        self.asked.append((as_of, position))

    def again(self, peer: ChanceryPeer, relationship: str, number: int) -> None:
        """The answer to one of the questions once more."""
        begun = time.perf_counter()
        peer.state(relationship, *self.asked[number])
        self.best[number] = min(self.best[number], time.perf_counter() - begun)

    def __str__(self) -> str:
        spread = f"waited {_spread(self.waited)}, worked {_spread(self.worked)}"
        return f"{spread}, of {len(self.waited)}; best {_spread(self.best)}, of {len(self.best)}"


def _spread(seconds: list[float]) -> str:
    if not seconds:
        return "none"
    middle, late = statistics.median(seconds), percentile(seconds, 0.99)
    return f"{milliseconds(middle)} ({milliseconds(late)})"


_FIRST = "first answers after opening"
_LATE = "first answer after a late act"


class Sorts:
    """Every sort of question, asked of both relationships in turns."""

    def __init__(self, peer: ChanceryPeer, history: History) -> None:
        self._peer = peer
        self._history = history
        self._chance = random.Random(7)
        self._last = peer.chancery.query.head().position
        self._end = 0.0
        self.found: dict[str, dict[str, Waits]] = {}

    def ask(self, number: int, seconds: float) -> None:
        """So many questions of the common sorts, a fifth as many after late acts.

        Small turns, so that whatever else the machine does falls on both relationships alike.
        After so many seconds no further one begins.
        """
        self._end = time.perf_counter() + seconds
        self._turn(_FIRST, 1)
        for _ in range(max(number // 50, 1)):
            self._turn("random as_of", 50)
            self._turn("random as_of and known_at", 50, past=True)
            self._turn(_LATE, 10, late=True)

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

    def again(self, most: int, rounds: int) -> None:
        """Ask at most so many of each sort's questions again until each was asked so often.

        All of a round before the next: what was read for an answer is not at hand any more. What
        comes first after opening does so once.
        """
        for sort, found in self.found.items():
            if sort == _FIRST:
                continue
            for relationship, waits in found.items():
                waits.best = waits.waited[:most]
                for _ in range(rounds - 1):
                    for number in range(len(waits.best)):
                        if sort == _LATE:
                            self._peer.append(self._history.late(relationship))
                        waits.again(self._peer, relationship, number)

    def lines(self) -> dict[str, str]:
        """The figures; waits are milliseconds, median (p99)."""
        lines = {}
        for sort, found in self.found.items():
            large, small = found[LARGEST], found[THOUSAND]
            lines[f"{sort}, largest, ms"] = str(large)
            lines[f"{sort}, 1,000 acts, ms"] = str(small)
            for what in ("worked",) if sort == _FIRST else ("worked", "best"):
                medians = [statistics.median(getattr(waits, what)) for waits in (large, small)]
                name = f"{sort}: largest over 1,000 acts, medians {what}"
                lines[name] = f"{medians[0] / medians[1]:.2f}"
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
    sorts.again(min(_AGAIN, given.questions), _ROUNDS)
    figures |= sorts.lines()
    peer.close()
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
