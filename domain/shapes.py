"""Shapes of input: what a value must look like, told once, for reading it and for its schema.

Each shape reads one JSON value, adds a `Problem` for everything that is wrong with it, and
describes itself as JSON Schema (draft 2020-12), so that the interface's document and the
domain's refusal can never disagree.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from domain.dates import DateError
from domain.dates import parse as parse_date

#: RFC 8785 numbers are IEEE doubles: integers beyond this lose digits.
LARGEST_INTEGER = 2**53 - 1
#: Also what turns the order of what follows, overridden or isolated: such text says another thing
#: than it shows.
_UNSEEN = r"\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069"
_CONTROL = re.compile(rf"[{_UNSEEN}\ud800-\udfff]")
_PLAIN = rf"^[^{_UNSEEN}]*$"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with an input."""

    where: str
    """JSON pointer (RFC 6901) into the input."""
    expected: str
    got: str


def shown(value: object) -> str:
    """A value as it stands in a message: cut at 80 characters, lone surrogates escaped."""
    text = repr(value) if not isinstance(value, str) else f'"{value}"'
    text = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return text if len(text) <= 80 else text[:77] + "..."


Problems = list[Problem]


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


class Shape:
    """What one value must look like."""

    def check(self, value: Any, where: str, problems: Problems) -> None:
        """Add to `problems` all that is wrong with `value`, found at `where`."""
        raise TypeError(f"{type(self).__name__} must say what it accepts")

    def holds(self, value: Any) -> bool:
        """Whether nothing is wrong with `value`, seen at a glance; if False, ask `check`."""
        raise TypeError(f"{type(self).__name__} must say what it accepts")

    def schema(self) -> dict[str, Any]:
        """JSON Schema of the shape."""
        raise TypeError(f"{type(self).__name__} must describe itself")


@dataclass(frozen=True, slots=True)
class Text(Shape):
    """Text without control characters (line feed and tab allowed), 1 to `longest` characters."""

    longest: int = 2_000
    pattern: str | None = None
    what: str = "text"

    def check(self, value: Any, where: str, problems: Problems) -> None:
        if not isinstance(value, str):
            problems.append(Problem(where, self.what, shown(value)))
        elif not value.strip():
            problems.append(Problem(where, f"{self.what}, not blank", shown(value)))
        elif len(value) > self.longest:
            problems.append(
                Problem(where, f"at most {self.longest} characters", f"{len(value)} characters")
            )
        elif _CONTROL.search(value):
            problems.append(Problem(where, "text without control characters", shown(value)))
        elif self.pattern and not _compiled(self.pattern).fullmatch(value):
            problems.append(Problem(where, self.what, shown(value)))

    def holds(self, value: Any) -> bool:
        # What can be printed holds no control character; what cannot may be a line feed.
        return (
            type(value) is str
            and 0 < len(value) <= self.longest
            and not value.isspace()
            and (value.isprintable() or not _CONTROL.search(value))
            and (self.pattern is None or _compiled(self.pattern).fullmatch(value) is not None)
        )

    def schema(self) -> dict[str, Any]:
        pattern = f"^(?:{self.pattern})$" if self.pattern else _PLAIN
        return {"type": "string", "minLength": 1, "maxLength": self.longest, "pattern": pattern}


@dataclass(frozen=True, slots=True)
class Choice(Shape):
    """One word out of a closed list."""

    words: tuple[str, ...]

    def check(self, value: Any, where: str, problems: Problems) -> None:
        if not isinstance(value, str) or value not in self.words:
            problems.append(Problem(where, "one of " + ", ".join(self.words), shown(value)))

    def holds(self, value: Any) -> bool:
        return type(value) is str and value in self.words

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "enum": list(self.words)}


@dataclass(frozen=True, slots=True)
class Date(Shape):
    """An EDTF date that exists."""

    def check(self, value: Any, where: str, problems: Problems) -> None:
        if not isinstance(value, str):
            problems.append(Problem(where, "an EDTF date as text", shown(value)))
            return
        try:
            parse_date(value)
        except DateError as error:
            problems.append(Problem(where, error.expected, f"{shown(value)} ({error.reason})"))

    def holds(self, value: Any) -> bool:
        if type(value) is not str:
            return False
        try:
            parse_date(value)
        except DateError:
            return False
        return True

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "minLength": 1, "maxLength": 200, "format": "edtf"}


@dataclass(frozen=True, slots=True)
class Number(Shape):
    """A finite JSON number; an integer beyond 2^53 is written as text of its digits."""

    def check(self, value: Any, where: str, problems: Problems) -> None:
        if isinstance(value, str) and re.fullmatch(r"-?[1-9][0-9]{15,40}", value):
            if abs(int(value)) > LARGEST_INTEGER:
                return
        elif isinstance(value, int) and not isinstance(value, bool):
            if abs(value) <= LARGEST_INTEGER:
                return
            problems.append(Problem(where, "an integer beyond 2^53 as text", shown(value)))
            return
        elif isinstance(value, float) and value - value == 0.0:  # neither NaN nor infinite
            return
        problems.append(Problem(where, "a number", shown(value)))

    def holds(self, value: Any) -> bool:
        return type(value) is int and abs(value) <= LARGEST_INTEGER

    def schema(self) -> dict[str, Any]:
        return {
            "anyOf": [
                {"type": "number", "minimum": -LARGEST_INTEGER, "maximum": LARGEST_INTEGER},
                {"type": "string", "pattern": "^-?[1-9][0-9]{16,40}$"},
            ]
        }


@dataclass(frozen=True, slots=True)
class Flag(Shape):
    """True or false."""

    def check(self, value: Any, where: str, problems: Problems) -> None:
        if not isinstance(value, bool):
            problems.append(Problem(where, "true or false", shown(value)))

    def holds(self, value: Any) -> bool:
        return type(value) is bool

    def schema(self) -> dict[str, Any]:
        return {"type": "boolean"}


@dataclass(frozen=True, slots=True)
class Many(Shape):
    """A list of one shape, in the order given; `distinct` refuses the same value twice."""

    of: Shape
    most: int = 1_000
    least: int = 1
    distinct: bool = False

    def check(self, value: Any, where: str, problems: Problems) -> None:
        if not isinstance(value, list):
            problems.append(Problem(where, "a list", shown(value)))
            return
        if not self.least <= len(value) <= self.most:
            problems.append(
                Problem(where, f"{self.least} to {self.most} entries", f"{len(value)} entries")
            )
            return
        for index, entry in enumerate(value):
            self.of.check(entry, f"{where}/{index}", problems)
            if self.distinct and entry in value[:index]:
                problems.append(Problem(f"{where}/{index}", "each entry once", shown(entry)))

    def holds(self, value: Any) -> bool:
        if type(value) is not list or not self.least <= len(value) <= self.most:
            return False
        holds = self.of.holds
        for entry in value:
            if not holds(entry):
                return False
        return not self.distinct or _distinct(value)

    def schema(self) -> dict[str, Any]:
        schema = {
            "type": "array",
            "items": self.of.schema(),
            "minItems": self.least,
            "maxItems": self.most,
        }
        return schema | ({"uniqueItems": True} if self.distinct else {})


@dataclass(frozen=True, slots=True)
class Fields(Shape):
    """An object with these fields and no others; `required` must be there."""

    of: Mapping[str, Shape]
    required: tuple[str, ...] = ()
    also: Callable[[Mapping[str, Any], str, Problems], None] | None = field(default=None)
    """A rule over the whole object, asked when each field by itself is right."""

    def check(self, value: Any, where: str, problems: Problems) -> None:
        if not isinstance(value, dict):
            problems.append(Problem(where, "an object", shown(value)))
            return
        before = len(problems)
        for name in self.required:
            if name not in value:
                problems.append(Problem(where, f"a field {name!r}", "none"))
        for name, entry in value.items():
            shape = self.of.get(name)
            if shape is None:
                expected = "one of " + ", ".join(self.of)
                problems.append(Problem(f"{where}/{pointer(name)}", expected, shown(name)))
            else:
                shape.check(entry, f"{where}/{name}", problems)
        if self.also is not None and len(problems) == before:
            self.also(value, where, problems)

    def holds(self, value: Any) -> bool:
        if type(value) is not dict:
            return False
        of = self.of
        for name in self.required:
            if name not in value:
                return False
        for name, entry in value.items():
            shape = of.get(name)
            if shape is None or not shape.holds(entry):
                return False
        if self.also is None:
            return True
        problems: Problems = []
        self.also(value, "", problems)
        return not problems

    def schema(self) -> dict[str, Any]:
        return {
            "type": "object",
            "properties": {name: shape.schema() for name, shape in self.of.items()},
            "required": list(self.required),
            "additionalProperties": False,
        }


def _distinct(entries: list[Any]) -> bool:
    try:
        return len(set(entries)) == len(entries)
    except TypeError:  # a list or an object cannot be looked up
        return False


def pointer(name: str) -> str:
    """A field's name as one step of a JSON pointer (RFC 6901, section 3)."""
    return shown(name)[1:-1].replace("~", "~0").replace("/", "~1")
