"""Bodies: untrusted bytes read as strict JSON, before the domain sees any of it."""

from __future__ import annotations

import json
import re
from typing import Any

from api.problems import Refused
from domain.shapes import Problem, shown

#: Deeper than any event, far shallower than an interpreter's stack.
DEEPEST = 32
#: Digits of a number: no double has use for more.
_LONGEST_NUMBER = 400

# An unclosed string runs to the end, so that the scan never starts over: it stays linear.
_STRUCTURE = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[\]{}]', re.DOTALL)


def read_json(data: bytes) -> Any:
    """The JSON value (RFC 8259) of bytes.

    Refused beyond the grammar: bytes that are not UTF-8, a name twice in one object, NaN and
    infinities, nesting beyond `DEEPEST`. Raises `Refused` with the place.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        got = f"byte 0x{data[error.start]:02x} at offset {error.start}"
        raise _malformed("not UTF-8", "UTF-8", got) from None
    _check_depth(text)
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        found = text[error.pos : error.pos + 20]
        got = f"{error.msg} at {place}: {shown(found) if found else 'the end'}"
        raise _malformed(f"it breaks off at {place}", "JSON (RFC 8259)", got) from None


def _check_depth(text: str) -> None:
    if text.count("[") + text.count("{") <= DEEPEST:
        return
    depth = 0
    for match in _STRUCTURE.finditer(text):
        sign = match[0]
        if sign in "[{":
            depth += 1
            if depth > DEEPEST:
                expected = f"at most {DEEPEST} levels of nesting"
                raise _malformed("it is nested too deeply", expected, f"more at {match.start()}")
        elif sign in "]}":
            depth -= 1


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _malformed("a name stands twice", "each name once in an object", shown(twice))
    return read


def _no_constant(word: str) -> Any:
    raise _malformed(f"{word} is no JSON number", "a finite number", word)


def _integer(digits: str) -> int:
    _check_length(digits)
    return int(digits)


def _float(digits: str) -> float:
    _check_length(digits)
    return float(digits)


def _check_length(digits: str) -> None:
    if len(digits) > _LONGEST_NUMBER:
        expected = f"a number of at most {_LONGEST_NUMBER} digits"
        raise _malformed("a number is too long", expected, f"{len(digits)} digits")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_once, parse_constant=_no_constant, parse_int=_integer, parse_float=_float
)


def _malformed(detail: str, expected: str, got: str) -> Refused:
    sentence = f"{detail[0].upper()}{detail[1:]}. Nothing was stored."
    return Refused("malformed-json", sentence, [Problem("", expected, got)])
