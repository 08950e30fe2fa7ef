"""Export: what is recorded, in Chancery's own formats."""

from __future__ import annotations

from collections.abc import Iterator

from api.exchange import csv, jsonl
from events.application import Chancery
from events.errors import InvalidBasis

FORMATS = ("jsonl", "csv")


def export(
    chancery: Chancery, form: str, as_of: str | None = None, known_at: str | None = None
) -> Iterator[bytes]:
    """The bytes of an export, piece by piece.

    `jsonl` is the log, whole up to a `known_at`; `csv` the events in force at a basis. Raises
    `InvalidBasis`, and `KeyError` for another format.
    """
    if form == "jsonl":
        if as_of is not None:
            raise InvalidBasis("as_of", "none: the log is cut by known_at alone", as_of)
        return jsonl.write(chancery, known_at)
    if form == "csv":
        return (row.encode() for row in csv.write(chancery, as_of, known_at))
    raise KeyError(form)
