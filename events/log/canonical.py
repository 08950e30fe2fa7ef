"""Canonical JSON: one value, one sequence of bytes (RFC 8785, JSON Canonicalization Scheme)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import orjson
import rfc8785

#: RFC 8785, section 3.2.2.3: numbers are IEEE doubles, so whole numbers beyond lose digits.
_LARGEST = 2**53 - 1
#: Types whose every value both write alike.
_ALIKE = frozenset({str, bool, type(None)})
#: What is left of a number with a fraction or an exponent, once `_BARE` is done with its bytes,
#: by what it stands behind: a key, another entry, or the beginning of a list, which is looked for
#: by what it begins behind only where one may be (some titles begin with a bracket as well).
_FRACTIONS = (b'":.', b",.")
_FIRST = b"[."
_FIRSTS = (b":[.", b"[[.", b",[.")
_BARE = bytes.maketrans(b"eE", b"..")
#: The first bytes of characters beyond U+FFFF: the only ones that UTF-16 sorts before others.
_BEYOND = b"\xf0\xf1\xf2\xf3\xf4"


def canonical(value: Any) -> bytes:
    """The canonical bytes of a JSON value.

    Raises `ValueError` for what has none: integers that no double holds, numbers that are not
    finite, lone surrogates, keys that are not text, and Python values that are no JSON.
    """
    if _plain(value):
        try:
            return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
        except TypeError as error:
            raise ValueError(str(error)) from None
    try:
        return rfc8785.dumps(_doubles(value))
    except (TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"no JSON value: {error}") from None


def canonical_answer(value: dict[str, Any]) -> bytes:
    """As `canonical`, and faster, for an object of JSON's types alone and finite numbers.

    Its bytes tell sooner than its entries whether any of them is written otherwise. Words that
    look like such a number are taken the slower way.
    """
    try:
        written = orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER)
    except TypeError:
        return canonical(value)
    bare = written.translate(_BARE, b"0123456789-")
    fractions = (*_FRACTIONS, *_FIRSTS) if _FIRST in bare else _FRACTIONS
    if any(fraction in bare for fraction in fractions):
        return canonical(value)
    if not written.isascii() and len(written.translate(None, _BEYOND)) < len(written):
        return canonical(value)
    return written


def plainly(value: Any) -> bytes:
    """As `canonical`, for a value known to hold only ASCII keys, text, flags and small integers."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def _plain(value: Any) -> bool:
    """Whether orjson's sorted form is RFC 8785's, by what the two are known to differ in.

    Keys sort by UTF-16 units in RFC 8785 and by UTF-8 bytes in orjson: the same for ASCII.
    Numbers with a fraction or an exponent are written otherwise (1.0 is `1` in RFC 8785).
    """
    waiting = [value]
    for entry in waiting:  # which grows while it is gone through
        kind = type(entry)
        if kind is dict:
            try:
                if not "".join(entry).isascii():
                    return False
            except TypeError:  # a key that is no text
                return False
            entries: Collection[Any] = entry.values()
        elif kind is list:
            entries = entry
        elif kind in _ALIKE or (kind is int and -_LARGEST <= entry <= _LARGEST):
            continue
        else:
            return False
        if not _ALIKE.issuperset(map(type, entries)):
            waiting.extend(one for one in entries if type(one) not in _ALIKE)
    return True


def _doubles(value: Any) -> Any:
    """The value with whole numbers beyond 2^53 as the doubles they are, if they are.

    1e16 is written `10000000000000000` and read back as an integer; it is the same number, so
    it must have the same bytes again.
    """
    kind = type(value)
    if kind is dict:
        return {key: _doubles(entry) for key, entry in value.items()}
    if kind is list or kind is tuple:
        return [_doubles(entry) for entry in value]
    if kind is int and not -_LARGEST <= value <= _LARGEST:
        return _double(value)
    return value


def _double(number: int) -> float:
    try:
        double = float(number)
    except OverflowError:
        raise ValueError(f"{number} is beyond every double") from None
    if rfc8785.dumps(double) != str(number).encode():
        raise ValueError(f"{number} is beyond 2^53 and no double: write it as text")
    return double
