"""Rows of the tables of treaties: their dates read, their states resolved."""

from __future__ import annotations

import re
from sys import intern

from api.exchange.ggo_instrument import StateFact, StateRow
from api.exchange.names import Names
from api.exchange.row import NotUnderstood
from domain.dates import DateError, EdtfDate
from domain.dates import parse as parse_date
from domain.parties import Unresolved

#: What the tables write for a day that has not come: still in force, or never in force.
_NEVER = "9999-12-31"
#: Event by column, in the usual order of a treaty's life.
_EVENTS = (
    ("signed", "StateSignature"),
    ("ratified", "StateRatification"),
    ("entered_into_force", "StateForce"),
    ("withdrawn", "StateEnd"),
)
_TREATY = re.compile(r"[A-Za-z0-9_:.-]{1,80}")
_MISSING = frozenset({"", "NA", _NEVER})
#: One moment out of a stretch, as the tables write it beside EDTF.
_RANGE = re.compile(r"[^.\[{/]+\.\.[^.\]}/]+")


def read_agreement(cells: dict[str, str]) -> dict[str, str]:
    """A treaty's row; raises `NotUnderstood` where its id is none."""
    return {**cells, "treatyID": _treaty(cells)}


def read_state(cells: dict[str, str], names: Names, where: str, words: str) -> StateRow | None:
    """A state's row; None where it has no date of its own. Raises `NotUnderstood`."""
    treaty, state = _treaty(cells), cells["stateID"].strip()
    if not state:
        raise NotUnderstood("stateID: expected the id of a state, got nothing")
    end = _date(cells, "End")
    dates = {event: date for event, column in _EVENTS if (date := _date(cells, column)) is not None}
    words = ""
    if _joined_unsigned(cells, dates):
        # The day that is no signature stays among the words of how the state was bound.
        words = f"StateSignature {dates.pop('signed').text}"
    facts: list[StateFact] = []
    for event, date in dates.items():
        party = _party(names, state, date, event, facts)
        bound = words if event in ("ratified", "entered_into_force") else ""
        acceded = bool(words) and event == "ratified"
        facts.append(StateFact("acceded" if acceded else event, date, party, bound))
    if not facts:
        return None
    _check_end(facts)
    title = intern(cells["Title"].strip())
    return StateRow(intern(treaty), title, state, tuple(facts), end, where, words)


def _joined_unsigned(cells: dict[str, str], dates: dict[str, EdtfDate]) -> bool:
    """Whether a state's day of signature is that of its joining, and no signature.

    Of a state that accedes the tables fill in the day on which it was bound. So a day after the
    treaty's own signature, on which the state had consented or was bound already, is none: who
    consents without signing accedes (VCLT art. 15).
    """
    signed = dates.get("signed")
    try:
        opened = _date(cells, "Signature") if "Signature" in cells else None
    except NotUnderstood:
        opened = None
    if signed is None or opened is None or signed.earliest <= opened.latest:
        return False
    bound = (dates.get("ratified"), dates.get("entered_into_force"))
    return any(date is not None and date.earliest <= signed.earliest for date in bound)


def _check_end(facts: list[StateFact]) -> None:
    """Refuse an end that lies before the force it ends, or before all the state did."""
    if facts[-1].event == "withdrawn" and len(facts) > 1:
        end = facts[-1].date
        force = [fact for fact in facts if fact.event == "entered_into_force"]
        begun = min((fact.date for fact in force or facts[:-1]), key=lambda date: date.earliest)
        if end.latest < begun.earliest:
            expected = f"a day on or after {begun.text}, on which it began"
            raise NotUnderstood(f"StateEnd: expected {expected}, got {end.text}")


def _treaty(cells: dict[str, str]) -> str:
    text = cells["treatyID"].strip()
    if not _TREATY.fullmatch(text):
        raise NotUnderstood(f"treatyID: expected letters, digits, _ - :, got {text[:80]!r}")
    return text


def _date(cells: dict[str, str], column: str) -> EdtfDate | None:
    text = cells[column].strip()
    if text in _MISSING:
        return None
    try:
        return parse_date(f"[{text}]" if _RANGE.fullmatch(text) else text)
    except DateError as error:
        raise NotUnderstood(f"{column}: expected {error.expected}, got {text[:40]!r}") from error


def _party(names: Names, state: str, date: EdtfDate, event: str, facts: list[StateFact]) -> str:
    """The party the state was on that day; an end binds who was bound, though it be no more."""
    try:
        return names.party(state, date)
    except Unresolved as error:
        if event == "withdrawn" and facts:
            return facts[-1].party
        raise NotUnderstood(f"party: {error}") from error
