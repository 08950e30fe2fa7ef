"""The checker: looks for an order of the requests that explains every answer.

The search is that of J. M. Wing and C. Gong (Testing and verifying concurrent objects, 1993), which
does not go twice where it has been: the same requests explained, and the same state (G. Lowe,
Testing for linearizability, 2017).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.linear.model import Answer, Request, State

NEVER = 2**63


@dataclass(frozen=True)
class Operation:
    """A request as its client saw it; instants are of one clock."""

    client: str
    request: Request
    begun: int
    ended: int = NEVER
    """When the answer came."""
    answer: Answer | None = None
    """None where no answer came: it took effect at some later time, or does not."""


@dataclass(frozen=True)
class Unexplained:
    """How far the search came at best."""

    explained: int
    state: State
    left: tuple[Operation, ...]
    """Operations of which one should have come next."""

    def __str__(self) -> str:
        lines = [
            f"{one.client}: {one.request} gave {one.answer}, not {self.state.asked(one.request)[1]}"
            for one in self.left
        ]
        return "\n".join([f"{self.explained} explained, and then, at {self.state.head}:", *lines])


def unexplained(history: Sequence[Operation], state: State | None = None) -> Unexplained | None:
    """None where a history is linearizable, from a state on; else where the search ended."""
    operations = sorted(history, key=lambda one: one.begun)
    answered = sum(one.answer is not None for one in operations)
    search = _Search(operations)
    seen: set[tuple[object, ...]] = set()
    best: Unexplained | None = None
    stack = [search.settled(frozenset(), state or State())]
    while stack:
        done, now = stack.pop()
        explained = sum(operations[number].answer is not None for number in done)
        if explained == answered:
            return None
        here = (done, now.identity())
        if here in seen:
            continue
        seen.add(here)
        if best is None or explained > best.explained:
            left = tuple(operations[number] for number in search.next(done))
            best = Unexplained(explained, now, left)
        for number in search.next(done):
            after, answer = now.asked(operations[number].request)
            if after is not now and operations[number].answer in (None, answer):
                stack.append(search.settled(done | {number}, after))
    return best


class _Search:
    """The operations of a history, in the order in which they began."""

    def __init__(self, operations: Sequence[Operation]) -> None:
        self._operations = operations

    def next(self, done: frozenset[int]) -> list[int]:
        """Those that may take effect next: begun before any other that is left has ended."""
        found: list[int] = []
        until = NEVER
        for number, operation in enumerate(self._operations):
            if operation.begun > until:
                break
            if number not in done:
                found.append(number)
                until = min(until, operation.ended)
        return found

    def settled(self, done: frozenset[int], state: State) -> tuple[frozenset[int], State]:
        """With all explained that changes nothing and fits here: to wait with it gains nothing."""
        while fitting := frozenset(self._fitting(done, state)):
            done |= fitting
        return done, state

    def _fitting(self, done: frozenset[int], state: State) -> Iterator[int]:
        for number in self.next(done):
            operation = self._operations[number]
            after, answer = state.asked(operation.request)
            if after is state and answer == operation.answer:
                yield number
