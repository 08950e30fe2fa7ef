"""Corrections and retractions: what is known of an act, position by position."""

from typing import Any

import pytest

from events.log.history import known_act
from events.log.record import Record
from tests.events.recording import corrected, draft, event, retracted

VISIT = event("visit.announced", "1993-09-01", "FRA", "KAZ", planned_for="1993-09")
HELD = event("visit.held", "1993-09-17", place="Almaty")
REDATED = event("visit.held", "1993-09-16/1993-09-17", place="Almaty")


def records(*bodies: dict[str, Any]) -> list[Record]:
    drafts = [draft("visit:1", body) for body in bodies]
    return [
        Record(10 * version, "visit:1", version, d.type, d.schema, 0, "historian", "", b"", d.body)
        for version, d in enumerate(drafts, 1)
    ]


def facts(history: list[Record], position: int | None = None) -> list[tuple[int, str, int]]:
    """Version, date and position of the record with the words, of each fact."""
    return [(f.version, f.event.date.text, f.position) for f in known_act(history, position).facts]


def test_a_correction_keeps_the_version_and_brings_the_words_of_the_newest_record():
    history = records(VISIT, HELD, corrected(2, REDATED), corrected(2, HELD))

    assert facts(history, 20) == [(1, "1993-09-01", 10), (2, "1993-09-17", 20)]
    assert facts(history, 30) == [(1, "1993-09-01", 10), (2, "1993-09-16/1993-09-17", 30)]
    assert facts(history) == [(1, "1993-09-01", 10), (2, "1993-09-17", 40)]


def test_a_retracted_event_is_no_fact_until_a_correction_reinstates_it():
    history = records(VISIT, HELD, retracted(2), corrected(2, REDATED))

    assert facts(history, 29) == [(1, "1993-09-01", 10), (2, "1993-09-17", 20)]
    assert facts(history, 30) == [(1, "1993-09-01", 10)]
    assert facts(history, 40) == [(1, "1993-09-01", 10), (2, "1993-09-16/1993-09-17", 40)]


def test_a_retracted_opening_leaves_those_whom_the_rest_of_the_act_names():
    act = known_act(records(VISIT, HELD, retracted(1)))

    assert [fact.version for fact in act.facts] == [2]
    assert act.codes == ()


def test_an_act_whose_every_event_is_retracted_keeps_its_kind_and_has_no_fact():
    act = known_act(records(VISIT, retracted(1)))

    assert (act.kind, act.facts, act.many_party) == ("visit", (), False)


def test_nothing_later_changes_what_was_known_at_a_position():
    history = records(VISIT, HELD, corrected(2, REDATED), retracted(1))

    for number in range(1, len(history) + 1):
        position = history[number - 1].position
        assert facts(history, position) == facts(history[:number])


def test_an_erased_record_tells_nothing_and_the_others_stand():
    first, second = records(VISIT, HELD)
    erased = Record(20, "visit:1", 2, "visit.held", 1, 0, "historian", second.digest, None, None)

    assert facts([first, erased]) == [(1, "1993-09-01", 10)]


def test_an_act_of_which_nothing_is_recorded_is_no_act():
    with pytest.raises(ValueError, match="expected a record"):
        known_act(records(VISIT), position=9)
