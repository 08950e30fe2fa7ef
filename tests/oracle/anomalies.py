"""What does not fit, told from the day it can be seen."""

from __future__ import annotations

from collections.abc import Sequence

from domain.dates import shift_years
from domain.kinds import CONSENTS
from domain.parties import Registry
from tests.oracle.known import Act, Fact
from tests.oracle.meetings import course
from tests.oracle.speaking import Pair, counts_between, party_by, speaks_for, successors_of
from tests.oracle.when import life_order

Anomaly = tuple[str, str, str | None]

#: What may follow an end without a word: it opens the life again, or was put off.
OPENS_AGAIN = ("announced", "scheduled", "tabled", "postponed", "sent")

#: What comes too early, and before what, by the names of the events.
TOO_EARLY: dict[str, frozenset[str]] = {
    **dict.fromkeys(
        ("ratified", "accepted", "approved", "entered_into_force"), frozenset({"signed"})
    ),
    **dict.fromkeys(
        ("suspended", "terminated", "expired", "superseded"), frozenset({"entered_into_force"})
    ),
    "withdrawn": CONSENTS,
}
#: Of a letter, all but its publication supposes that it was sent.
TOO_EARLY_OF_A_LETTER = dict.fromkeys(("received", "answered", "withdrawn"), frozenset({"sent"}))


def anomalies(act: Act, pair: Pair, day: int, registry: Registry) -> set[Anomaly]:
    """The anomalies of one act between the two on the day."""
    found = _dated_after_recorded(act, pair, day)
    facts = act.certain(day)
    if not set(pair) <= act.parties(facts):
        return found
    found |= _party_did_not_exist(act, facts, pair, day, registry)
    if act.kind == "agreement":
        found |= _too_early(act, TOO_EARLY, pair, day)
    if act.kind == "letter":
        found |= _too_early(act, TOO_EARLY_OF_A_LETTER, pair, day)
    if act.kind in ("visit", "talk", "proposal", "letter"):
        found |= _after_an_end(act, pair, day)
    return found


def _party_did_not_exist(
    act: Act, facts: Sequence[Fact], pair: Pair, day: int, registry: Registry
) -> set[Anomaly]:
    """Counted once, at the event: in the states of one year from its day."""
    found: set[Anomaly] = set()
    for fact in facts:
        if not fact.date_sure <= day < shift_years(fact.date_sure, 1):
            continue
        replaced = set()
        if not fact.named and act.kind == "agreement":
            replaced = {
                code
                for code in pair
                if code not in fact.by and successors_of(act, code, fact.sure, registry)
            }
        for code in concerned(act, fact, facts) & set(pair) - replaced:
            if not registry.existed(code, fact.date.earliest, fact.date.latest):
                found.add((act.act_id, "party_did_not_exist", code))
    return found


def concerned(act: Act, fact: Fact, facts: Sequence[Fact]) -> set[str]:
    """Those of whom the event says that they took part, or toward whom it was done."""
    speakers = speaks_for(act, fact, facts)
    if act.kind == "agreement":
        return speakers
    members = party_by(act, fact, facts)
    return speakers | fact.names | (members if len(members) == 2 else set())


def _too_early(
    act: Act, too_early: dict[str, frozenset[str]], pair: Pair, day: int
) -> set[Anomaly]:
    """An event before what must come first: told where all of that surely lies after it."""
    found: set[Anomaly] = set()
    facts = [fact for fact in act.certain(day) if fact.date_sure <= day]
    for fact in facts:
        if fact.event not in too_early:
            continue
        first = too_early[fact.event]
        owed = [other for other in act.facts if other.event in first and other is not fact]
        speakers = speaks_for(act, fact, facts)
        acting: list[tuple[str | None, set[str]]]
        acting = [(code, {code}) for code in sorted(fact.by)]
        if fact.row.whole or not acting:
            acting = [(None, speakers)]
        for code, whom in acting:
            if code is None and not counts_between(act, fact, pair, facts):
                continue
            if code is not None and code not in pair:
                continue
            theirs = [other for other in owed if speaks_for(act, other, facts) & whom]
            # It may be told once one is certain; one that may lie before takes it away.
            if not any(other.date_sure <= day for other in theirs):
                continue
            if all(fact.date.latest < other.date.earliest for other in theirs):
                late = min(theirs, key=lambda other: (other.date.earliest, other.version))
                found.add((act.act_id, f"{fact.event}_before_{late.event}", code))
    return found


def _after_an_end(act: Act, pair: Pair, day: int) -> set[Anomaly]:
    """An event that follows an end directly, in the life as it was known by the event's day."""
    found: set[Anomaly] = set()
    for fact in course(act, pair, day):
        # A publication neither ends a letter's life nor follows its end.
        life = [other for other in course(act, pair, fact.sure) if other.event != "published"]
        if fact not in life or life[0] is fact:
            continue
        before = life[life.index(fact) - 1]
        if not before.row.final or fact.event in OPENS_AGAIN:
            continue
        overlap = fact.first <= before.last and before.first <= fact.last
        if fact.row is before.row and overlap:
            continue
        found.add((act.act_id, f"{fact.event}_after_{before.event}", None))
    return found


def _dated_after_recorded(act: Act, pair: Pair, day: int) -> set[Anomaly]:
    """A fact of a day to come is taken as given, and told as an anomaly until its day."""
    found: set[Anomaly] = set()
    for fact in act.facts:
        if fact.date.earliest <= fact.recorded_on + 1:
            continue
        if not fact.recorded_on <= day < fact.date_sure:
            continue
        facts = life_order([*act.certain(day), *([] if fact.sure <= day else [fact])])
        if not set(pair) <= act.parties(facts):
            continue
        if counts_between(act, fact, pair, facts):
            found.add((act.act_id, "dated_after_recorded", None))
    return found
