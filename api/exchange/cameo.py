"""CAMEO: what each code of machine-coded event data becomes, by a table that says why.

The table is `api/exchange/data/cameo.csv`, built by `scripts/build_cameo.py`. Codes are text:
`012` is a pessimistic comment and `12` a rejection.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from api.exchange.row import NotUnderstood


@dataclass(frozen=True, slots=True)
class Meaning:
    """One code: what it is called and what it becomes."""

    code: str
    label: str
    goldstein: float
    """Goldstein's scale of conflict and co-operation, -10 to 10."""
    becomes: str
    """The event type, or empty where the code tells no act of Chancery's kinds."""
    side: str
    """What the source actor is: `visitor`, `host`, the `first` of two, or alike (`mutual`)."""
    mode: str
    """The mode of a talk, where the code tells it."""
    why: str


class Codebook:
    """The codes by their text."""

    def __init__(self, meanings: Iterator[Meaning]) -> None:
        self.by_code = {meaning.code: meaning for meaning in meanings}

    def meaning(self, code: str, goldstein: str = "") -> Meaning:
        """What a row's code means; raises `NotUnderstood` for one that is not in the codebook.

        Some releases lose a leading zero. The row's own Goldstein value shows it: `12` at -0.4 is
        `012`, at -4.0 it is `12`. Without a value the text is taken as it stands.
        """
        plain = self.by_code.get(code)
        padded = self.by_code.get(f"0{code}") if goldstein else None
        weight = _number(goldstein) if padded is not None else None
        if padded is not None and padded.goldstein == weight != (plain and plain.goldstein):
            return padded
        if plain is None:
            raise NotUnderstood(f"code: expected one of the CAMEO codebook, got {code!r}")
        return plain


@cache
def left_out(meaning: Meaning) -> str:
    """The reason by which rows of a code that tells no act are counted."""
    return f"code {meaning.code}, {meaning.label} ({meaning.why})"


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


@cache
def codebook() -> Codebook:
    """The codebook as the repository ships it, read once a process."""
    text = files("api").joinpath("exchange", "data", "cameo.csv").read_text("utf-8")
    rows = csv.DictReader(text.splitlines())
    return Codebook(
        Meaning(
            row["code"],
            row["label"],
            float(row["goldstein"]),
            row["becomes"],
            row["side"],
            row["mode"],
            row["why"],
        )
        for row in rows
    )
