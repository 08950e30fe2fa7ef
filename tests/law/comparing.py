"""How a state is held against what a history expects: only what is named there is checked."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def differences(state: Json, expect: Json) -> list[str]:
    """What a state says otherwise than expected; empty where it is as expected."""
    found: list[str] = []
    for path, expected in expect.items():
        found.extend(_at(path, _reach(state, path), expected))
    return found


def _reach(state: Json, path: str) -> Any:
    """What stands at a dotted path; parties are reached by their codes."""
    room, _, rest = path.partition(".")
    value: Any = state.get(room)
    if room == "parties":
        value = {party["code"]: party for party in value}
    for step in rest.split(".") if rest else ():
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _at(path: str, actual: Any, expected: Any) -> list[str]:
    if path == "anomalies":
        return _anomalies(actual, expected)
    if path.startswith("contact.") and _holds(actual, expected):
        return []
    if isinstance(actual, list):
        return _lines(path, actual, expected)
    if expected == {} and isinstance(actual, dict):
        lists = {f"{path}.{name}": part for name, part in actual.items() if isinstance(part, list)}
        return [one for name, part in lists.items() for one in _lines(name, part, {})]
    if isinstance(expected, dict):
        if not isinstance(actual, dict):
            return [] if expected == {} else [f"{path}: expected {expected}, got {actual}"]
        return _fields(path, actual, expected)
    return [] if actual == expected else [f"{path}: expected {expected}, got {actual}"]


def _holds(date: Any, day: Any) -> bool:
    """Whether a meeting dated by an interval was going on on the day."""
    if not (isinstance(date, str) and isinstance(day, str)):
        return False
    start, _, end = date.partition("/")
    return start <= day <= (end or start)


def _lines(path: str, lines: list[Json], expected: Json) -> list[str]:
    """A list holds the acts that are named and no other, each with the fields that are named."""
    by_act: dict[str, list[Json]] = {}
    for line in lines:
        by_act.setdefault(line["act_id"], []).append(line)
    found = [f"{path}: {act} is not expected" for act in sorted(set(by_act) - set(expected))]
    for act, fields in expected.items():
        if act not in by_act:
            found.append(f"{path}: {act} is missing")
            continue
        tried = [_fields(f"{path}.{act}", line, fields) for line in by_act[act]]
        found.extend(min(tried, key=len))
    return found


def _anomalies(lines: list[Json], expected: list[Json]) -> list[str]:
    """Each expected anomaly is told; where none is expected, none is."""
    if not expected:
        return [f"anomalies: {line} is not expected" for line in lines]
    return [
        f"anomalies: {one} is missing"
        for one in expected
        if not any(not _fields("", line, one) for line in lines)
    ]


def _fields(path: str, actual: Json, expected: Json) -> list[str]:
    return [
        f"{path}.{name}: expected {value!r}, got {actual.get(name)!r}"
        for name, value in expected.items()
        if not _same(actual.get(name), value)
    ]


def _same(actual: Any, expected: Any) -> bool:
    """Codes and acts in a list stand in no order; what is absent names nobody."""
    if isinstance(expected, list):
        return sorted(actual or []) == sorted(expected)
    if isinstance(expected, dict) and isinstance(actual, dict):
        return not _fields("", actual, expected)
    return bool(actual == expected)
