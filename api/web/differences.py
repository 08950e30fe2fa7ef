"""Differences of two states, sorted for a person: acts first, then numbers and dates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

Change = Mapping[str, Any]

#: How many changes are shown before the reader is led to the interface.
MOST = 200


@dataclass(frozen=True, slots=True)
class Sorted:
    """The changes of a comparison."""

    lines: list[tuple[str, list[Change]]]
    """Those of acts, by where in the state, in its order."""
    figures: list[Change]
    """Those of counts and dates."""
    more: int
    """How many are not shown."""


def sorted_changes(difference: Mapping[str, Any]) -> Sorted:
    """What to show of an answer that tells differences."""
    changes: list[Change] = difference["changes"]
    lines = [one for one in changes if _is_act(one["before"]) or _is_act(one["after"])]
    figures = [one for one in changes if one not in lines]
    shown, numbers = lines[:MOST], figures[:MOST]
    grouped = [(path, list(found)) for path, found in groupby(shown, lambda one: str(one["path"]))]
    return Sorted(grouped, numbers, len(changes) - len(shown) - len(numbers))


def _is_act(value: Any) -> bool:
    return isinstance(value, Mapping) and "act_id" in value
