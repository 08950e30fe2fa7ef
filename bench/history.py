"""A seeded history with real shape, as a stream of what is recorded, in the order of recording.

Acts fall on relationships as they do in the field: both parties are drawn by Zipf's law, so that
a few relationships have most of the acts. One act in fifty is between three to twenty parties; a
tenth is recorded long after its day; two events in a hundred are corrected, one in two hundred
retracted. The same seed and size give the same bytes. Nothing is held but lives under way.
"""

from __future__ import annotations

import heapq
import random
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import accumulate, combinations, count
from typing import Any, Literal

from bench.lives import FIRST, LAST, PARTIES, Happening, dated, life
from domain.dates import parse
from domain.parties import relationship_key

SEED = 20241125
#: The relationships of the acceptance case, when a history is made with them.
LARGEST, THOUSAND = "CHN-RUS", "KAZ-KGZ"
#: How many records later, at most, the next event of a life or a correction of one is recorded.
_DELAY = 5_000
_ZIPF = 1.0

Op = Literal["event", "correction", "retraction"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One record, with what a peer keeps of it in columns; it has the next position."""

    position: int
    op: Op
    act_id: str
    version: int
    """Which event of its act it tells or speaks of, from 1."""
    body: dict[str, Any] | None
    """The event's body as now recorded, with its key; None for a retraction."""
    kind: str
    role: str
    begins: int
    window: int | None
    direct: bool
    """Whether the act is between two: else it is context to its pairs."""
    pairs: tuple[str, ...]
    """The relationships of its parties, each two."""

    @property
    def date(self) -> str:
        """The event's date as written."""
        return self.body["date"] if self.body else ""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How large a history is, and how its largest relationship stands out."""

    records: int
    largest: int = 0
    """Acts of the `LARGEST` relationship; `THOUSAND` then has 1,000. 0: as Zipf's law has it."""
    seed: int = SEED


class _Life:
    """An act under way: what was recorded of it and what is still to come."""

    def __init__(self, act_id: str, happenings: list[Happening]) -> None:
        self.act_id = act_id
        self.waiting = deque(happenings)
        self.versions = 0
        codes = sorted(entry["party"] for entry in happenings[0].body["parties"])
        self.direct = len(codes) == 2
        self.pairs = tuple(relationship_key(a, b) for a, b in combinations(codes, 2))

    def entry(
        self, position: int, op: Op, happening: Happening, version: int, body: dict | None
    ) -> Entry:
        return Entry(
            position,
            op,
            self.act_id,
            version,
            body,
            happening.body["type"].partition(".")[0],
            happening.role,
            happening.begins,
            happening.window,
            self.direct,
            self.pairs,
        )


class History:
    """Iterate it for the records of a size; `more` goes on with single ones for a tail."""

    def __init__(self, sizes: Sizes, first: int = 1) -> None:
        """`first` is the number in the id of the first act."""
        self.sizes = sizes
        self._chance = random.Random(sizes.seed)
        ranks = list(range(1, len(PARTIES) + 1))
        self._weights = list(accumulate(rank**-_ZIPF for rank in ranks))
        self._acts = count(first)
        self._position = 0
        self._due: list[tuple[int, int, Any]] = []
        self._ties = count()
        self._wanted = {LARGEST: sizes.largest, THOUSAND: 1_000} if sizes.largest else {}
        self._given = dict.fromkeys(self._wanted, 0)

    def __iter__(self) -> Iterator[Entry]:
        while self._position < self.sizes.records or self._given != self._wanted:
            yield self.next()

    def next(self) -> Entry:
        """The next record: what is due of a life under way, or the first of a new act."""
        self._position += 1
        if self._due and self._due[0][0] <= self._position:
            act, change = heapq.heappop(self._due)[2]
            return change(act)
        return self._begin()

    def late(self, relationship: str) -> Entry:
        """An act between two parties long ago, recorded now: one talk held on a day."""
        self._position += 1
        day = self._chance.randint(FIRST, LAST)
        busy = relationship in self._wanted
        happening = life(self._chance, day, tuple(relationship.split("-")), busy=busy)[:1]
        return self._next_of(_Life(self._act_id(), happening))

    def retraction_of(self, entry: Entry) -> Entry:
        """A retraction of an event that was recorded."""
        self._position += 1
        return replace(entry, position=self._position, op="retraction", body=None)

    def _act_id(self) -> str:
        # Of one width, so that ids sort as they were given: streams then grow in order.
        return f"bench:{next(self._acts):09d}"

    def _begin(self) -> Entry:
        chance = self._chance
        parties = self._parties()
        progress = self._position / max(self.sizes.records, 1)
        day = FIRST + int((LAST - FIRST - 400) * min(progress, 1.0)) + chance.randint(0, 60)
        if chance.random() < 0.1:
            day = chance.randint(FIRST, day)
        busy = "-".join(parties) in self._wanted
        return self._next_of(_Life(self._act_id(), life(chance, day, parties, busy=busy)))

    def _parties(self) -> tuple[str, ...]:
        chance = self._chance
        for relationship, wanted in self._wanted.items():
            # Spread over the whole of the history.
            if self._given[relationship] < min(self._position / self.sizes.records, 1) * wanted:
                self._given[relationship] += 1
                return tuple(relationship.split("-"))
        number = 2 if chance.random() >= 0.02 else min(3 + int(chance.expovariate(0.35)), 20)
        found: list[str] = []
        while len(found) < number:
            code = chance.choices(PARTIES, cum_weights=self._weights)[0]
            if code not in found and not (self._wanted and {*found, code} in _APART):
                found.append(code)
        return tuple(found)

    def _next_of(self, act: _Life) -> Entry:
        chance = self._chance
        happening = act.waiting.popleft()
        act.versions += 1
        version = act.versions
        body = {**happening.body, "key": f"{act.act_id}/{version}"}
        if act.waiting:
            self._later(act, self._next_of)
        cast = chance.random()
        if cast < 0.02:
            self._later(act, lambda act: self._correct(act, happening, version, body))
        return act.entry(self._position, "event", happening, version, body)

    def _correct(self, act: _Life, before: Happening, version: int, body: dict[str, Any]) -> Entry:
        """A correction of the date, earlier for what opens and later for the rest, or of a place.

        So no correction turns a life round, and each peer's rule for what is open stays simple.
        """
        chance = self._chance
        if chance.random() < 0.5 and before.window is None:
            shift = chance.randint(1, 20)
            earliest = parse(before.body["date"]).earliest
            day = earliest - shift if before.role == "opens" else before.begins + shift
            date, begins = dated(chance, day, lasting=False)
            after = replace(before, body={**before.body, "date": date}, begins=begins)
        else:
            after = replace(before, body={**before.body, "place": f"near {before.body['place']}"})
        again = {**after.body, "key": body["key"]}
        if again == body:
            again["place"] = f"near {again['place']}"
        return act.entry(self._position, "correction", after, version, again)

    def _later(self, act: _Life, change: Any) -> None:
        delay = min(1 + int(self._chance.expovariate(1 / 400)), _DELAY)
        due = (self._position + delay, next(self._ties), (act, change))
        heapq.heappush(self._due, due)


_APART = ({*LARGEST.split("-")}, {*THOUSAND.split("-")})
