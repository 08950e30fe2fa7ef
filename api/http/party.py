"""A party as it is shown, and the day its name is resolved on."""

from __future__ import annotations

from typing import Any

from domain.dates import FIRST_DAY, LAST_DAY, DateError, EdtfDate, format_day, parse
from domain.parties import Party
from events.errors import InvalidBasis


def party_json(party: Party) -> dict[str, Any]:
    """A party as an answer shows it: days inclusive, None where there is no bound."""
    return {
        "code": party.code,
        "kind": party.kind,
        "name": party.name(),
        **_span(party.valid_from, party.valid_to),
        "names": [{"text": n.text, **_span(n.valid_from, n.valid_to)} for n in party.names],
        "codes": [
            {"scheme": c.scheme, "code": c.code, **_span(c.valid_from, c.valid_to)}
            for c in party.codes
        ],
        "succession": [{"kind": s.kind, "party": s.party, "on": s.on} for s in party.succession],
    }


def _span(day_from: int, day_to: int) -> dict[str, str | None]:
    return {
        "from": format_day(day_from) if day_from > FIRST_DAY else None,
        "to": format_day(day_to - 1) if day_to < LAST_DAY else None,
    }


def resolved_on(on: str | None) -> EdtfDate | None:
    """The date a name is resolved on; raises `InvalidBasis`."""
    try:
        return None if on is None else parse(on)
    except DateError as error:
        raise InvalidBasis("on", error.expected, f"{on!r} ({error.reason})") from None
