"""The model: what a store answers to one request after another, in a few lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

#: What was answered: a word, then what it says.
Answer = tuple[object, ...]
UNKNOWN: Answer = ("unknown act",)
EXISTS: Answer = ("act exists",)
MISMATCH: Answer = ("key of another request",)


@dataclass(frozen=True)
class Append:
    """Events are recorded: of a new act, or the next of one; with an idempotency key."""

    act: str
    pair: str
    events: int
    key: str
    new: bool
    if_match: int | None = None


@dataclass(frozen=True)
class ReadAct:
    """An act is asked for."""

    act: str


@dataclass(frozen=True)
class ReadPair:
    """A relationship is asked for."""

    pair: str


Request = Append | ReadAct | ReadPair


@dataclass(frozen=True)
class State:
    """All that can be seen of a store."""

    head: int = 0
    acts: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """The positions of each act's records."""
    pairs: Mapping[str, int] = field(default_factory=dict)
    """How many acts each relationship has."""
    remembered: Mapping[str, tuple[Append, Answer]] = field(default_factory=dict)

    def identity(self) -> tuple[object, ...]:
        """The same for states that no request tells apart."""
        return self.head, frozenset(self.acts.items()), frozenset(self.remembered.items())

    def asked(self, request: Request) -> tuple[State, Answer]:
        """The state after a request, and its answer."""
        if isinstance(request, ReadPair):
            return self, ("pair", self.head, self.pairs.get(request.pair, 0))
        there = self.acts.get(request.act)
        if isinstance(request, ReadAct):
            return self, UNKNOWN if there is None else ("act", self.head, there)
        return self._appended(request, there)

    def _appended(self, request: Append, there: tuple[int, ...] | None) -> tuple[State, Answer]:
        if request.key in self.remembered:
            earlier, answer = self.remembered[request.key]
            return self, answer if earlier == request else MISMATCH
        if request.new and there is not None:
            return self, EXISTS
        if not request.new and there is None:
            return self, UNKNOWN
        before = there or ()
        if request.if_match not in (None, len(before)):
            return self, ("stale", len(before))
        positions = tuple(range(self.head + 1, self.head + 1 + request.events))
        after = before + positions
        answer = ("recorded", len(after), positions)
        pairs = {**self.pairs, request.pair: self.pairs.get(request.pair, 0) + request.new}
        return (
            replace(
                self,
                head=positions[-1],
                acts={**self.acts, request.act: after},
                pairs=pairs,
                remembered={**self.remembered, request.key: (request, answer)},
            ),
            answer,
        )
