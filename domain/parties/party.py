"""A party: who can act, for how long, and under which names and codes.

All days are proleptic Gregorian ordinals, and all spans half-open `[valid_from, valid_to)`.
`FIRST_DAY` and `LAST_DAY` stand for a start or an end that is not known or has not come.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from domain.dates import FIRST_DAY, LAST_DAY

Kind = Literal["state", "former_state", "government", "entity", "territory", "organisation"]
Edge = Literal["successor", "predecessor", "continuation"]


@dataclass(frozen=True, slots=True)
class PartyName:
    """A name the party bore from `valid_from` until `valid_to`."""

    text: str
    valid_from: int
    valid_to: int


@dataclass(frozen=True, slots=True)
class PartyCode:
    """A code that meant the party, in one scheme. Codes are text, never numbers."""

    scheme: str
    code: str
    valid_from: int
    valid_to: int


@dataclass(frozen=True, slots=True)
class Succession:
    """A tie to another party: it came after, it came before, or it is the same state continued.

    `on` is the date of the change as EDTF text; empty when the sources give none.
    """

    kind: Edge
    party: str
    on: str


@dataclass(frozen=True, slots=True)
class Party:
    """A state, a former state, an entity, a territory or an organisation.

    Names stand in order of preference. A name's or a code's span may reach past the party's own
    only where the source itself dates it so.
    """

    code: str
    kind: Kind
    names: tuple[PartyName, ...]
    valid_from: int
    valid_to: int
    codes: tuple[PartyCode, ...]
    succession: tuple[Succession, ...]

    def __hash__(self) -> int:
        # The code is the identity; hashing every name at every look-up would cost more than it.
        return hash(self.code)

    def existed(self, earliest: int, latest: int) -> bool:
        """Whether some day of the window, both ends included, lies in the party's life."""
        return self.valid_from <= latest and earliest < self.valid_to

    def name(self, on: int | None = None) -> str:
        """The preferred name on that day; today's, or the last one, without a day.

        Outside the party's life the nearest end of it answers, so there is always a name.
        """
        last = self.valid_to - 1
        day = last if on is None else min(max(on, self.valid_from), last)
        for name in self.names:
            if name.valid_from <= day < name.valid_to:
                return name.text
        return self.names[0].text

    @classmethod
    def from_json(cls, entry: Mapping[str, Any]) -> "Party":
        """The party as `parties.json` holds it: days as ISO text, null for no bound."""
        return cls(
            code=entry["code"],
            kind=entry["kind"],
            names=tuple(PartyName(t, _start(a), _end(b)) for t, a, b in entry["names"]),
            valid_from=_start(entry["from"]),
            valid_to=_end(entry["to"]),
            codes=tuple(PartyCode(s, c, _start(a), _end(b)) for s, c, a, b in entry["codes"]),
            succession=tuple(Succession(k, p, on) for k, p, on in entry["succession"]),
        )


def _start(day: str | None) -> int:
    return FIRST_DAY if day is None else date.fromisoformat(day).toordinal()


def _end(day: str | None) -> int:
    return LAST_DAY if day is None else date.fromisoformat(day).toordinal()
