"""Fields of a form, made from the shapes by which the domain reads an event.

A field's name is its place in the event's body, as a JSON pointer without the first slash:
`date`, `parties/0/party`. So what is typed becomes a body, and what the domain finds wrong with
the body is told beside the field, by one rule each.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from api.web.posted import Filled
from domain.kinds.shapes import ACT_ID_PATTERN, PARTY_PATTERN
from domain.shapes import LARGEST_INTEGER, Choice, Date, Fields, Flag, Many, Number, Shape, Text

Json = dict[str, Any]
Told = Mapping[str, Sequence[str]]
"""What is wrong, by the name of the field."""

#: Rows that stand ready for what is seldom left out.
_READY = {"parties": 2, "sources": 1, "by": 1, "toward": 1}
_LONG = 20_000


@dataclass(frozen=True, slots=True)
class Field:
    """One field as the page shows it, or a row or group of fields."""

    name: str
    label: str
    kind: str
    """`line`, `area`, `date`, `party`, `act`, `number`, `flag`, `choice`, `choices`, `rows`,
    `group`."""
    value: Any = None
    words: tuple[str, ...] = ()
    inner: tuple[Field, ...] = ()
    wrong: tuple[str, ...] = ()
    required: bool = False
    means: str | None = None
    """The code of the party that is meant."""

    @property
    def id(self) -> str:
        """Its id on the page."""
        return "field-" + self.name.replace("/", "-")

    @property
    def used(self) -> bool:
        """Whether anything is in it, or wrong with it."""
        return bool(self.value) or bool(self.wrong) or any(one.used for one in self.inner)


@dataclass(slots=True)
class Making:
    """How fields are made: what is wrong, and which of it found its field."""

    told: Told
    meant: Mapping[str, str]
    """Which party is meant, by the name of the field."""
    add: str | None = None
    """A list that is to have one more row."""
    shown: set[str] = field(default_factory=set)

    def of(self, shape: Fields, body: Json, at: str = "") -> tuple[Field, ...]:
        """The fields of an object, in its order."""
        return tuple(
            self._one(
                inner,
                body.get(name),
                f"{at}/{name}" if at else name,
                name in shape.required,
            )
            for name, inner in shape.of.items()
        )

    def _one(self, shape: Shape, value: Any, at: str, required: bool = False) -> Field:
        self.shown.add(at)
        wrong = tuple(self.told.get(at, ()))
        label = at.rpartition("/")[2]
        if isinstance(shape, Many) and not isinstance(shape.of, Choice):
            return Field(at, label, "rows", None, (), self._rows(shape, value, at), wrong, required)
        if isinstance(shape, Fields):
            return Field(
                at,
                label,
                "group",
                None,
                (),
                self.of(shape, value if isinstance(value, dict) else {}, at),
                wrong,
            )
        inner = shape.of if isinstance(shape, Many) else shape
        words = inner.words if isinstance(inner, Choice) else ()
        if isinstance(shape, Many):
            # Of boxes to tick none has a place of its own for what is wrong with it.
            entries = [name for name in self.told if name.startswith(f"{at}/")]
            self.shown.update(entries)
            wrong += tuple(said for name in entries for said in self.told[name])
        kind, means = _kind(shape, value), self.meant.get(at)
        return Field(at, label, kind, value, words, (), wrong, required, means)

    def _rows(self, shape: Many, value: Any, at: str) -> tuple[Field, ...]:
        given = value if isinstance(value, list) else []
        count = max(len(given), _READY.get(at, 0)) + (at == self.add)
        rows = [*given, *([None] * (count - len(given)))]
        return tuple(self._one(shape.of, row, f"{at}/{i}") for i, row in enumerate(rows))


def _kind(shape: Shape, value: Any) -> str:
    if isinstance(shape, Text):
        if shape.pattern == PARTY_PATTERN:
            return "party"
        if shape.pattern == ACT_ID_PATTERN:
            return "act"
        # A line would lose the line feeds of what is corrected.
        long = shape.longest >= _LONG or "\n" in str(value or "")
        return "area" if long else "line"
    kinds = {Date: "date", Number: "number", Flag: "flag", Choice: "choice", Many: "choices"}
    return kinds[type(shape)]


def read_body(shape: Fields, filled: Filled) -> Json:
    """The body that was typed: what was left empty is not in it.

    What cannot be what its field asks for stays as it was typed, for the domain to refuse.
    """
    return _read(shape, "", filled) or {}


def _read(shape: Shape, at: str, filled: Filled) -> Any:
    if isinstance(shape, Fields):
        inner = ((n, _read(s, f"{at}/{n}" if at else n, filled)) for n, s in shape.of.items())
        return {name: value for name, value in inner if value is not None} or None
    if isinstance(shape, Many):
        if isinstance(shape.of, Choice):
            return [word for word in filled.get(at, ()) if word.strip()] or None
        rows = (_read(shape.of, f"{at}/{i}", filled) for i in _indices(at, filled))
        return [row for row in rows if row is not None] or None
    typed = filled.get(at, [""])[-1]
    if not typed.strip():
        return None
    if isinstance(shape, Number):
        return _number(typed.strip())
    if isinstance(shape, Flag):
        return {"yes": True, "no": False}.get(typed, typed)
    exact = isinstance(shape, Text) and shape.pattern is None
    return typed if exact else typed.strip()


def _indices(at: str, filled: Iterable[str]) -> list[int]:
    start = f"{at}/"
    found = {name[len(start) :].partition("/")[0] for name in filled if name.startswith(start)}
    return sorted(int(step) for step in found if re.fullmatch("[0-9]{1,4}", step))


def _number(typed: str) -> int | float | str:
    """The number; beyond 2^53 an integer is text (RFC 8785) and stays so."""
    if re.fullmatch(r"-?[0-9]{1,20}", typed) and abs(int(typed)) <= LARGEST_INTEGER:
        return int(typed)
    if re.fullmatch(r"-?[0-9]{1,20}(\.[0-9]{1,20})?(e[+-]?[0-9]{1,3})?", typed):
        read = float(typed)
        # An integer beyond 2^53 would lose digits, and what is beyond all doubles all of them.
        return read if math.isfinite(read) and not typed.lstrip("-").isdigit() else typed
    return typed


def party_places(shape: Shape, value: Any, at: str = "") -> Iterator[tuple[str, str]]:
    """Every place of a body that names a party, with what is in it."""
    if isinstance(shape, Fields) and isinstance(value, dict):
        for name, inner in shape.of.items():
            if name in value:
                yield from party_places(inner, value[name], f"{at}/{name}" if at else name)
    elif isinstance(shape, Many) and isinstance(value, list):
        for index, entry in enumerate(value):
            yield from party_places(shape.of, entry, f"{at}/{index}")
    elif isinstance(shape, Text) and shape.pattern == PARTY_PATTERN and isinstance(value, str):
        yield at, value


def put(body: Any, at: str, value: Any) -> None:
    """Put a value at a place that is there."""
    *way, last = at.split("/")
    for step in way:
        body = body[int(step)] if isinstance(body, list) else body[step]
    body[int(last) if isinstance(body, list) else last] = value
