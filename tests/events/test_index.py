"""The rows an act has in the index, and how they follow what is known of it."""

from itertools import pairwise
from typing import Any

from events.log.history import known_act
from events.log.record import Record
from events.projection.advancing import Advancing
from events.projection.rows import IndexRows, Row, advance, difference, rows_of
from tests.events.recording import REGISTRY, corrected, draft, event, retracted

TALKS = event("talk.held", "1978-09-05/1978-09-17", "USA", "EGY", "ISR", place="Camp David")
VISIT = event("visit.held", "1960-03-23/1960-04-03", "SUN", "FRA", title="State visit")


def rows(*bodies: dict[str, Any], act_id: str = "act:1") -> IndexRows:
    return rows_of(known_act(records(act_id, *bodies)), 1, REGISTRY)


def records(act_id: str, *bodies: dict[str, Any]) -> list[Record]:
    drafts = [draft(act_id, body) for body in bodies]
    return [
        Record(version, act_id, version, d.type, d.schema, 0, "historian", "", b"", d.body)
        for version, d in enumerate(drafts, 1)
    ]


def test_a_two_party_act_is_found_by_its_pair_and_a_many_party_act_by_its_parties():
    visit, talks = rows(VISIT), rows(TALKS)

    assert [row.relationship for row in visit.versions] == ["FRA-SUN"]
    assert [row.relationship for row in talks.versions] == [None]
    assert [(row.party, row.many) for row in talks.parties] == [
        ("EGY", True),
        ("ISR", True),
        ("USA", True),
    ]


def test_an_act_lies_between_the_first_and_the_last_day_its_events_may_touch():
    (act,) = rows(VISIT, event("visit.announced", "1959-10", planned_for="1960")).acts
    (visited,) = rows(VISIT).acts

    assert act.first_day < visited.first_day
    assert act.last_day == visited.last_day
    assert act.title == "State visit"


def test_an_act_is_searched_by_its_words_its_place_and_the_names_its_parties_bore_then():
    text = (
        rows(VISIT, event("visit.announced", "1959", planned_for="1960", note="GRÜN")).acts[0].text
    )

    for word in ("state visit", "soviet union", "france", "sun", "grün", "act:1"):
        assert word in text
    assert text == text.casefold()
    assert "camp david" in rows(TALKS).acts[0].text


def test_an_act_whose_every_event_is_retracted_has_no_row():
    assert list(rows(VISIT, retracted(1))) == []


def test_a_change_row_counts_the_act_once_and_tells_the_date_of_the_contact():
    changed = rows(VISIT).changes

    assert sum(row.acts for row in changed) == 1
    assert {row.contact for row in changed} - {None} == {"1960-03-23/1960-04-03"}


def test_closing_and_opening_what_differs_leads_from_one_state_of_knowledge_to_the_next():
    history = [
        VISIT,
        event("visit.announced", "1959-10", planned_for="1960"),
        corrected(1, event("visit.held", "1960-03-23/1960-04-03", "SUN", "FRA", place="Paris")),
        retracted(2),
        corrected(2, event("visit.announced", "1959-11", planned_for="1960")),
    ]
    held: dict[tuple[str, tuple[object, ...]], Row] = {}
    before = None

    for number in range(1, len(history) + 1):
        after = known_act(records("act:1", *history[:number]))
        closed, opened = advance(before, after, 1, REGISTRY)
        for row in closed:
            del held[type(row).__name__, row.identity]
        for row in opened:
            assert (type(row).__name__, row.identity) not in held
            held[type(row).__name__, row.identity] = row
        whole = rows_of(after, 1, REGISTRY)
        assert held == {(type(row).__name__, row.identity): row for row in whole}
        before = after


def test_equal_states_of_knowledge_close_and_open_nothing():
    assert difference(rows(VISIT), rows(VISIT)) == (IndexRows(), IndexRows())


def test_rows_followed_from_state_to_state_are_those_made_for_each_state_alone():
    history = [
        event("agreement.signed", "1960-01-01", "FRA", "GBR", "ITA"),
        event("agreement.ratified", "1961", by=["FRA"]),
        event("agreement.ratified", "1962", by=["GBR"]),
        event("agreement.acceded", "1963", by=["ESP"]),
        event("agreement.withdrawn", "1964", by=["ESP"]),
        event("agreement.entered_into_force", "1961-06-01"),
        retracted(4),
        event("agreement.ratified", "1965", by=["ITA"]),
    ]
    known = [
        known_act(records("act:1", *history[:number])) for number in range(1, len(history) + 1)
    ]
    alone = [advance(before, after, 1, REGISTRY) for before, after in pairwise([None, *known])]

    for start in range(len(known)):
        advancing = Advancing(1, REGISTRY, known[start - 1] if start else None)
        assert [advancing.to(act) for act in known[start:]] == alone[start:]
