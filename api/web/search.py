"""Search: which relationships a person means by some words or codes."""

from __future__ import annotations

import re
from typing import Any

from domain.parties import Registry, folded

#: How a list of relationships may be ordered, and by what.
SORTS = {"acts": "number of acts", "last": "last contact", "name": "name"}


def meant(rows: list[dict[str, Any]], q: str, registry: Registry) -> list[dict[str, Any]]:
    """The rows of which every piece of `q` names a party, by code or by part of a name.

    Pieces are parted by dashes and commas, or by "and": `KAZ-KGZ`, "Kazakhstan, Kyrgyzstan".
    """
    pieces = [folded(piece) for piece in re.split(r"[-–—,;]|\band\b", q) if piece.strip()]
    if not pieces:
        return rows
    names: dict[str, list[str]] = {}

    def fits(piece: str, code: str) -> bool:
        if code not in names:
            names[code] = [folded(name.text) for name in registry.get(code).names]
        return piece == folded(code) or any(piece in name for name in names[code])

    def row_fits(row: dict[str, Any]) -> bool:
        a, b = row["relationship"].split("-")
        if len(pieces) == 1:
            return fits(pieces[0], a) or fits(pieces[0], b)
        first, second = pieces[:2]
        return (fits(first, a) and fits(second, b)) or (fits(first, b) and fits(second, a))

    return [row for row in rows if row_fits(row)]


def ordered(rows: list[dict[str, Any]], sort: str) -> list[dict[str, Any]]:
    """The rows by number of acts or by last contact, most first, or by name."""
    if sort == "name":
        return sorted(rows, key=lambda row: [party["name"] for party in row["parties"]])
    if sort == "last":
        return sorted(rows, key=lambda row: (row["last_day"], row["acts"]), reverse=True)
    return sorted(rows, key=lambda row: (-row["acts"], row["relationship"]))
