"""What changed between two states of one relationship."""

from __future__ import annotations

from typing import Any

#: Parts of a state that say what was asked, not what holds.
_FRAME = frozenset({"relationship", "parties", "pairs_of_the_day", "basis", "more", "coverage"})
#: What moves with the calendar alone.
_CALENDAR = frozenset({"contact.last_12_months"})


def compare(before: dict[str, Any], after: dict[str, Any]) -> list[dict[str, Any]]:
    """The differences of two whole states, in the order of the answer.

    Each names the `path`; an item of a list also its `act_id`; `before` and `after` are the
    values, None where there is none. What moves with the calendar alone is left out: how many
    days a proposal has been open, how many acts the last 12 months hold.
    """
    found: list[dict[str, Any]] = []
    for name in after:
        if name not in _FRAME:
            _walk(name, before.get(name), after[name], found)
    return found


def _walk(path: str, before: Any, after: Any, found: list[dict[str, Any]]) -> None:
    if before == after or path in _CALENDAR:
        return
    if isinstance(before, list) and isinstance(after, list):
        _lists(path, before, after, found)
    elif _branch(before, after):
        old, new = before or {}, after or {}
        for name in {**old, **new}:
            _walk(f"{path}.{name}", old.get(name), new.get(name), found)
    else:
        found.append({"path": path, "before": before, "after": after})


def _branch(before: Any, after: Any) -> bool:
    """Whether both are parts of the answer with parts of their own, or absent; not a line."""
    return all(
        value is None or (isinstance(value, dict) and "records" not in value)
        for value in (before, after)
    )


def _lists(path: str, before: list[Any], after: list[Any], found: list[dict[str, Any]]) -> None:
    old, new = _by_act(before), _by_act(after)
    for key in {**old, **new}:
        was, now = old.get(key), new.get(key)
        if _steady(was) != _steady(now):
            found.append({"path": path, "act_id": key[0], "before": was, "after": now})


def _by_act(lines: list[Any]) -> dict[tuple[str, int], Any]:
    keyed: dict[tuple[str, int], Any] = {}
    for line in lines:
        number = 0
        while (line["act_id"], number) in keyed:
            number += 1
        keyed[(line["act_id"], number)] = line
    return keyed


def _steady(line: Any) -> Any:
    return None if line is None else {name: line[name] for name in line if name != "days"}
