"""An instrument: the rows of the states under one treaty and title, set out as an act."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from api.exchange.row import Quarantined
from domain.dates import LAST_DAY, EdtfDate

TITLE = "Global Governance Observatory: states' treaties (manytreaties)"
_FORMS = {
    "Agreement": "agreement",
    "Protocol": "protocol",
    "MOU": "memorandum",
    "Amendment": "other",
    "Resolution": "other",
    "Regulation": "other",
}
#: The usual order of what happens on one day.
_USUAL = ("signed", "ratified", "acceded", "entered_into_force", "withdrawn", "terminated")
_LONGEST_LINE = 1_900


@dataclass(frozen=True, slots=True)
class StateFact:
    """What a state did, on which date, as which party."""

    event: str
    date: EdtfDate
    party: str
    words: str = ""
    """What the row says beside the date, where it was not taken at its word."""


@dataclass(frozen=True, slots=True)
class StateRow:
    """One row of a state."""

    treaty: str
    title: str
    state: str
    facts: tuple[StateFact, ...]
    end: EdtfDate | None
    """The end of the whole, as the row has it."""
    where: str
    words: str

    def date(self, event: str) -> EdtfDate | None:
        """The date of one kind of fact."""
        return next((fact.date for fact in self.facts if fact.event == event), None)


@dataclass(frozen=True)
class Instrument:
    """The rows of one act."""

    act_id: str
    treaty: str
    title: str
    rows: list[StateRow]
    main: bool
    """Whether it bears the treaty's id alone."""

    @property
    def parties(self) -> set[str]:
        """Who takes part."""
        return {fact.party for row in self.rows for fact in row.facts}

    @property
    def end(self) -> EdtfDate | None:
        """The end of the whole: the one day that every row gives, or None.

        A treaty under which a state's force begins on that day or later has not ended.
        """
        ends = {row.end for row in self.rows}
        end = ends.pop() if len(ends) == 1 else None
        begun = [force for row in self.rows if (force := row.date("entered_into_force"))]
        if end is None or any(force.earliest >= end.earliest for force in begun):
            return None
        return end

    def settled(self) -> tuple[Instrument, list[Quarantined]]:
        """The instrument without rows that contradict an earlier one of their state, and those.

        Rows of one state are stretches of force, one after another: whoever left may come back.
        A second beginning while the first still runs, or a second end of one beginning, is told
        by one row alone, and the row of the later day is put aside.
        """
        kept: list[StateRow] = []
        aside: list[Quarantined] = []
        by_state: dict[str, list[StateRow]] = {}
        for row in self.rows:
            by_state.setdefault(row.state, []).append(row)
        for rows in by_state.values():
            last: StateRow | None = None
            for row in sorted(rows, key=_by_force):
                reason = None if last is None else _contradiction(last, row)
                if reason is not None:
                    key = f"{row.state}/{row.treaty}"
                    aside.append(Quarantined(row.words, key, row.where, reason))
                    continue
                kept.append(row)
                if row.date("entered_into_force") is not None:
                    last = row
        return replace(self, rows=kept), aside

    def events(self, about: dict[str, str]) -> tuple[dict[str, Any], ...]:
        """Bodies of the events, by date; the first tells what the treaty's own row says.

        A fact that several rows of a state give is one event. Several dates of one kind of fact
        are several events, numbered by date: a state that left may have come back.
        """
        end = self.end
        dated: dict[tuple[str, str], dict[str, StateFact]] = {}
        for row in self.rows:
            for fact in row.facts:
                if fact.event != "withdrawn" or fact.date != end:
                    dated.setdefault((row.state, fact.event), {})[fact.date.text] = fact
        for state in {row.state for row in self.rows}:
            _settle(*(dated.get((state, event), {}) for event in _SETTLED))
        found: list[tuple[EdtfDate, int, str, dict[str, Any]]] = []
        for (state, event), facts in dated.items():
            ordered = sorted(facts.values(), key=lambda fact: fact.date)
            for number, fact in enumerate(ordered, 1):
                key = f"{state}/{event}" + (f"/{number}" if number > 1 else "")
                body = self._event(event, key, fact.date, f"stateID {state}")
                body["by"] = [fact.party]
                if fact.words:
                    body["verbatim"] = {"text": fact.words}
                found.append((fact.date, _USUAL.index(event), key, body))
        if end is not None:
            body = self._event("terminated", "terminated", end, "End")
            # The end of the whole is the end for every state of the tables.
            body["parties"] = [{"party": code} for code in sorted(self.parties)]
            found.append((end, _USUAL.index("terminated"), "terminated", body))
        bodies = [body for _, _, _, body in sorted(found, key=lambda entry: entry[:3])]
        bodies[0] |= self._particulars(about)
        return tuple(bodies)

    def _event(self, event: str, key: str, date: EdtfDate, place: str) -> dict[str, Any]:
        source = {"title": TITLE, "locator": f"treatyID {self.treaty}, {place}"}
        return {
            "type": f"agreement.{event}",
            "key": key,
            "date": date.text,
            "sources": [source],
        }

    def _particulars(self, about: dict[str, str]) -> dict[str, Any]:
        particulars: dict[str, Any] = {
            "title": _cut(self.title) or self.treaty,
            "codes": [{"scheme": "ggo-treaties", "code": self.treaty}],
        }
        form = _FORMS.get(about.get("TypeAgree", ""))
        if form is not None:
            particulars["form"] = form
        if about.get("Location", "").strip():
            particulars["place"] = _cut(about["Location"].strip())
        topics = [about.get(name, "").strip() for name in ("TypeDomain", "TypeSubject")]
        if any(topics):
            particulars["topics"] = [topic for topic in topics if topic]
        return particulars


#: What of one state's own facts bears on another.
_SETTLED = ("ratified", "acceded", "entered_into_force", "withdrawn")


def _settle(
    ratified: dict[str, StateFact],
    acceded: dict[str, StateFact],
    force: dict[str, StateFact],
    withdrawn: dict[str, StateFact],
) -> None:
    """Leave out what one row of a state tells and another takes back.

    Who signed by another row has ratified, and not acceded, on that day. Who left and came back
    on one day was never out of the treaty.
    """
    for text in ratified:
        acceded.pop(text, None)
    first = min(force.values(), key=lambda fact: fact.date, default=None)
    for text in [text for text in withdrawn if text in force]:
        if first is not None and text != first.date.text:
            del withdrawn[text], force[text]


def _by_force(row: StateRow) -> tuple[int, int, str]:
    force, end = row.date("entered_into_force"), row.date("withdrawn")
    return (
        LAST_DAY if force is None else force.earliest,
        LAST_DAY if end is None else end.earliest,
        row.words,
    )


def _contradiction(before: StateRow, row: StateRow) -> str | None:
    """Why a row cannot stand beside the one before it, in the order of their force."""
    force, end = row.date("entered_into_force"), row.date("withdrawn")
    begun, left = before.date("entered_into_force"), before.date("withdrawn")
    if force is None or begun is None:
        return None
    if force == begun:
        if end is None or left is None or end == left:
            return None
        return f"StateEnd: expected one end of the force of {begun.text}, got {left.text} too"
    if left is None or force.earliest < left.earliest:
        return f"StateForce: expected an end of the force of {begun.text} before {force.text}"
    return None


def instruments(treaty: str, rows: list[StateRow]) -> Iterator[Instrument]:
    """The instruments under one id of a treaty, told apart by their titles.

    The tables give one id to several instruments now and then (four agreements of one day). The
    title most rows bear has the id; any other has a digest of its title behind it.
    """
    titles = Counter(row.title for row in rows)
    ordered = sorted(titles, key=lambda title: (-titles[title], title))
    for number, title in enumerate(ordered):
        act_id = f"ggo-treaties:{treaty.lower()}"
        if number:
            act_id += f":{sha256(title.encode()).hexdigest()[:12]}"
        mine = [row for row in rows if row.title == title]
        yield Instrument(act_id, treaty, title, mine, not number)


def _cut(text: str) -> str:
    plain = re.sub(r"\s+", " ", text)
    return plain if len(plain) <= _LONGEST_LINE else plain[: _LONGEST_LINE - 1] + "…"
