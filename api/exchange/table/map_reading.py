"""Reading a map from TOML: every mistake with its place, what was expected and the nearest word."""

from __future__ import annotations

import re
import tomllib
from difflib import get_close_matches
from pathlib import Path
from typing import Any, cast

from api.exchange.table.map import (
    TEXTS,
    Bearing,
    EventMap,
    Order,
    PartyMap,
    PersonMap,
    TableMap,
    Value,
)
from api.exchange.unreadable import UnreadableSource
from domain.kinds import EVENT_TYPES

_NAME = re.compile("[a-z0-9][a-z0-9-]{0,39}")


def read_map(path: Path) -> TableMap:
    """The map in a file; raises `UnreadableSource`."""
    try:
        return map_of(path.name, path.read_text("utf-8"))
    except UnicodeDecodeError as error:
        raise UnreadableSource(path.name, f"expected UTF-8, got {error.reason}") from error


def map_of(name: str, text: str) -> TableMap:
    """The map that a text is, under the name of its file; raises `UnreadableSource`."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UnreadableSource(name, f"expected TOML, got {error}") from error
    return _Part(name, "", document).whole_map()


class _Part:
    """A table of the map; what is taken from it is checked, what is left over is refused."""

    def __init__(self, file: str, where: str, value: Any) -> None:
        self._file = file
        self._where = where
        if not isinstance(value, dict):
            raise self._wrong("", "a table", value)
        self._left = dict(value)
        self._known: list[str] = []

    def whole_map(self) -> TableMap:
        """The map."""
        name = self._text("name")
        if name is None or not _NAME.fullmatch(name):
            raise self._wrong("name", "small letters, digits and hyphens", name)
        events = self._list("event")
        if not events:
            raise self._wrong("event", "[[event]] with type, start and [[event.party]]", None)
        found = TableMap(
            name=name,
            title=self._text("title") or name,
            publisher=self._text("publisher"),
            url=self._text("url"),
            licence=self._text("licence") or "that of its publisher",
            whole=self._flag("whole", default=True),
            encoding=self._text("encoding"),
            separator=self._text("separator"),
            dates=cast(Order | None, self._choice("dates", "day-first", "month-first", "found")),
            id=self._texts("id"),
            act=self._texts("act"),
            only={k: tuple(v) for k, v in self._lists_of_texts("only").items()},
            events=tuple(event.event_map() for event in events),
        )
        self._done()
        return found

    def event_map(self) -> EventMap:
        """An event."""
        type_ = self._value("type")
        start = self._text("start")
        if type_ is None or start is None:
            missing = "type" if type_ is None else "start"
            raise self._wrong(missing, "a type of event" if type_ is None else "a column", None)
        kinds = [type_.constant] if type_.constant else list((type_.values or {"": ""}).values())
        for kind in kinds:
            if kind not in EVENT_TYPES:
                raise self._wrong("type", "an event type", kind, list(EVENT_TYPES))
        found = EventMap(
            type=type_,
            start=start,
            end=self._text("end"),
            optional=self._flag("optional", default=False),
            parties=tuple(part.party_map() for part in self._list("party")),
            people=tuple(part.person_map() for part in self._list("person")),
            fields=self._fields(),
        )
        for person in found.people:
            if not 1 <= person.of <= len(found.parties):
                expected = f"the number of a party, from 1 to {len(found.parties)}"
                raise self._wrong("person.of", expected, person.of)
        self._done()
        return found

    def party_map(self) -> PartyMap:
        """A party."""
        found = PartyMap(
            value=self._needed_value(),
            role=self._text("role"),
            scheme=self._text("scheme"),
            names=cast(Bearing, self._choice("names", "of_the_day", "today") or "of_the_day"),
            by=self._flag("by", default=False),
        )
        self._done()
        return found

    def person_map(self) -> PersonMap:
        """A person."""
        of, name = self._take("of"), self._value("name")
        if type(of) is not int or name is None:
            raise self._wrong("of, name", "the number of a party, and a column", of)
        found = PersonMap(of, name, self._value("office"))
        self._done()
        return found

    def _fields(self) -> dict[str, Value]:
        part = _Part(self._file, self._at("fields"), self._take("fields") or {})
        found = {}
        for name in TEXTS:
            value = part._value(name)
            if value is not None:
                found[name] = value
        part._done()
        return found

    def _needed_value(self) -> Value:
        column, constant = self._text("column"), self._text("value")
        values = self._take("values")
        if (column is None) is (constant is None):
            raise self._wrong("column", "a column, or a value", column)
        return Value(column, constant, None, self._texts_by_text("values", values))

    def _value(self, name: str) -> Value | None:
        """A value: a text is a constant in `type`, a column elsewhere."""
        value = self._take(name)
        if value is None:
            return None
        if isinstance(value, str):
            return Value(constant=value) if name == "type" else Value(column=value)
        part = _Part(self._file, self._at(name), value)
        text = part._text("text")
        found = Value(text=text) if text is not None else part._needed_value()
        part._done()
        return found

    def _texts_by_text(self, name: str, value: Any) -> dict[str, str] | None:
        if value is None:
            return None
        if not isinstance(value, dict) or not all(isinstance(v, str) for v in value.values()):
            raise self._wrong(name, "a table of texts", value)
        return value

    def _lists_of_texts(self, name: str) -> dict[str, list[str]]:
        value = self._take(name) or {}
        if not isinstance(value, dict) or not all(_are_texts(v) for v in value.values()):
            raise self._wrong(name, "columns with lists of cells", value)
        return value

    def _list(self, name: str) -> list[_Part]:
        value = self._take(name) or []
        if not isinstance(value, list):
            raise self._wrong(name, f"[[{self._at(name)}]]", value)
        return [
            _Part(self._file, f"{self._at(name)} {number}", part)
            for number, part in enumerate(value, 1)
        ]

    def _text(self, name: str) -> str | None:
        value = self._take(name)
        if value is not None and not isinstance(value, str):
            raise self._wrong(name, "a text", value)
        return value

    def _texts(self, name: str) -> tuple[str, ...]:
        value = self._take(name) or []
        if not _are_texts(value):
            raise self._wrong(name, "a list of columns", value)
        return tuple(value)

    def _flag(self, name: str, *, default: bool) -> bool:
        value = self._take(name)
        if value is not None and not isinstance(value, bool):
            raise self._wrong(name, "true or false", value)
        return default if value is None else value

    def _choice(self, name: str, *choices: str) -> str | None:
        value = self._text(name)
        if value is not None and value not in choices:
            raise self._wrong(name, f"one of {', '.join(choices)}", value)
        return value

    def _take(self, name: str) -> Any:
        self._known.append(name)
        return self._left.pop(name, None)

    def _done(self) -> None:
        for name in self._left:
            raise self._wrong(name, f"one of {', '.join(self._known)}", name, self._known)

    def _at(self, name: str) -> str:
        return f"{self._where}.{name}".lstrip(".")

    def _wrong(
        self, name: str, expected: str, got: Any, known: list[str] | None = None
    ) -> UnreadableSource:
        near = nearest(str(got), known or [])
        shown = "nothing" if got is None else repr(got)[:80]
        return UnreadableSource(
            self._file, f"{self._at(name) or 'map'}: expected {expected}, got {shown}{near}"
        )


def nearest(word: str, known: list[str]) -> str:
    """The known word that is most like another, for the end of a message; empty where none is."""
    found = get_close_matches(word, known, 1)
    return f" (nearest: {found[0]!r})" if found else ""


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(text, str) for text in value)
