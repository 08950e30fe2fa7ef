"""What the form of a page asked: a field left empty was not asked."""

from __future__ import annotations

import re

from fastapi import Request

from domain.shapes import shown
from events.errors import InvalidBasis


def asked(request: Request) -> dict[str, str]:
    """The fields that were filled in."""
    return {name: value.strip() for name, value in request.query_params.items() if value.strip()}


def basis_of(given: dict[str, str]) -> dict[str, str | None]:
    """Both times as they were asked for."""
    return {"as_of": given.get("as_of"), "known_at": given.get("known_at")}


def whole_number(given: dict[str, str], name: str, otherwise: int, most: int = 10**8) -> int:
    """A number from 1 that was asked for; raises `InvalidBasis`."""
    text = given.get(name, str(otherwise))
    if not re.fullmatch(r"[1-9][0-9]{0,8}", text) or int(text) > most:
        raise InvalidBasis(name, f"a number from 1 to {most}", shown(text))
    return int(text)


def pair_of(text: str | None) -> str | None:
    """A pair as a person writes it, in whatever case; raises `InvalidBasis`."""
    if text is None:
        return None
    pair = text.upper().replace(" ", "").replace("–", "-")
    if pair.count("-") != 1 or not all(code.isalnum() for code in pair.split("-")):
        raise InvalidBasis("relationship", "a pair such as KAZ-KGZ", shown(text))
    return pair
