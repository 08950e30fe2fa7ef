"""Succession: whose place a party took in an act, and when a party's own life ended."""

from __future__ import annotations

from functools import lru_cache

from domain.acts.act import Act
from domain.acts.fact import Fact
from domain.dates import LAST_DAY
from domain.once import once
from domain.parties import Registry

_BEFORE = ("predecessor", "continuation")
_AFTER = ("successor", "continuation")


@lru_cache(maxsize=4_096)
def forerunners(registry: Registry, code: str) -> frozenset[str]:
    """The parties that a party continues or follows, by the registry's edges, read either way."""
    own = registry.get(code)
    found = {
        tie.party
        for tie in own.succession
        if tie.kind in _BEFORE and registry.get(tie.party).valid_from < own.valid_from
    }
    found.update(
        other.code
        for other in registry
        if other.valid_from < own.valid_from
        and any(tie.party == code and tie.kind in _AFTER for tie in other.succession)
    )
    return frozenset(found)


class Succession:
    """Who came into an act in the place of whom (VCSST art. 2 (1) (b))."""

    def __init__(self, act: Act, registry: Registry) -> None:
        self._act = act
        self._registry = registry
        self._facts = [fact for fact in act.facts if fact.event.type.event == "succeeded"]

    @once
    def heirs(self) -> dict[str, tuple[str, ...]]:
        """By successor, the parties of the act whose place it took; none where nobody can tell.

        Those of the registry's line, or else the one party of the act that had ended by then.
        """
        return {code: self._places(code, fact) for fact in self._facts for code in fact.event.by}

    @once
    def originals(self) -> dict[str, int]:
        """Since when each that did not come in by succession alone is surely party."""
        otherwise = {p.party for gone in self._act.erased for p in gone.named}
        for fact in self._act.facts:
            heirs = fact.event.by if fact.event.type.event == "succeeded" else ()
            otherwise.update(p.party for p in fact.event.named if p.party not in heirs)
        return {c: day for c, day in self._act.surely_joined.items() if c in otherwise}

    def taken_over(self, code: str) -> list[tuple[Fact, tuple[str, ...]]]:
        """The events by which others took a party's place, each with those who did."""
        return [
            (fact, heirs)
            for fact in self._facts
            if (heirs := tuple(c for c in fact.event.by if code in self.heirs.get(c, ())))
        ]

    def _places(self, code: str, fact: Fact) -> tuple[str, ...]:
        others = [c for c in self._act.codes if c != code and c not in fact.event.by]
        line = [c for c in others if c in forerunners(self._registry, code)]
        if line:
            return tuple(line)
        day = fact.takes_effect.latest
        ended = [c for c in others if ends_on(self._registry, c) <= day]
        return tuple(ended) if len(ended) == 1 else ()


def ends_on(registry: Registry, code: str) -> int:
    """The first day on which a party is no more; `LAST_DAY` while it lives."""
    return registry.get(code).valid_to if code in registry else LAST_DAY
