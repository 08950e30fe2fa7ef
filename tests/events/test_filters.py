"""A filter takes a record by what was known with it, so that it takes it for ever."""

from __future__ import annotations

import pytest

from events.application import Chancery, open_chancery
from events.errors import InvalidBasis
from events.query.filters import Filter, Filtering
from events.write.commands import CorrectEvent, EraseEvent, RecordAct, RetractEvent

BY = {"recorded_by": "test"}
TALK = {"type": "talk.held", "date": "1993-05-04", "title": "Talks"}


def parties(*codes: str) -> list[dict[str, str]]:
    return [{"party": code} for code in codes]


@pytest.fixture
def chancery() -> Chancery:
    """Talks of two, to which a third is found to have been a party, and an agreement."""
    chancery = open_chancery("sqlite:///:memory:")
    chancery.commands.execute(RecordAct("t:1", [{**TALK, "parties": parties("KAZ", "KGZ")}], **BY))
    chancery.commands.execute(RecordAct("t:2", [{**TALK, "parties": parties("KAZ", "UZB")}], **BY))
    three = {**TALK, "parties": parties("KAZ", "KGZ", "TJK")}
    chancery.commands.execute(CorrectEvent("t:1", 1, three, "Tajikistan took part", **BY))
    signed = {"type": "agreement.signed", "date": "1993-06", "parties": parties("KGZ", "TJK")}
    chancery.commands.execute(RecordAct("a:1", [signed], **BY))
    chancery.commands.execute(
        CorrectEvent("t:1", 1, {**TALK, "parties": parties("KAZ", "TJK")}, "without KGZ", **BY)
    )
    chancery.commands.execute(RetractEvent("t:1", 1, "never held", **BY))
    return chancery


TAKEN = {
    "everything": (Filter(), [1, 2, 3, 4, 5, 6]),
    "agreements": (Filter(kind="agreement"), [4]),
    "the corrections of talks are talks": (Filter(kind="talk"), [1, 2, 3, 5, 6]),
    "a party from the record that named it on": (Filter(party="TJK"), [3, 4, 5, 6]),
    "a party that was taken out still hears of it": (Filter(party="KGZ"), [1, 3, 4, 5, 6]),
    "a pair": (Filter(relationship="KGZ-TJK"), [3, 4, 5, 6]),
    "a pair and a kind": (Filter(relationship="KGZ-TJK", kind="agreement"), [4]),
    "one act": (Filter(act_id="t:2"), [2]),
    "what opens an act": (Filter(only="new_acts"), [1, 2, 4]),
    "what corrects or takes back": (Filter(only="corrections"), [3, 5, 6]),
}


@pytest.mark.parametrize("name", TAKEN)
def test_a_filter_takes_the_records_it_says_forwards_and_backwards(chancery, name):
    wanted, expected = TAKEN[name]
    head = chancery.query.head().position
    found = [record.position for record in chancery.exports.wanted_records(wanted, 0, head)]
    assert found == expected
    newest, rest = chancery.exports.newest_records(wanted, head, 100)
    assert ([line["position"] for line in newest], rest) == (expected[::-1], 0)


@pytest.mark.parametrize("name", TAKEN)
def test_what_a_filter_took_when_the_record_came_it_takes_later(chancery, name):
    wanted, expected = TAKEN[name]
    live = []
    for position in range(1, chancery.query.head().position + 1):
        with chancery._store.read() as reader:
            record = reader.record(position)
            filtering = Filtering(_Until(reader, position), wanted)
            live += [position] if filtering.takes(record) else []
    assert live == expected


class _Until:
    """A reader that knows of nothing beyond a position."""

    def __init__(self, reader, position):
        self._reader = reader
        self._position = position

    def stream(self, act_id):
        return [r for r in self._reader.stream(act_id) if r.position <= self._position]


def test_a_party_named_by_the_second_event_of_the_opening_was_there_from_the_first():
    chancery = open_chancery("sqlite:///:memory:")
    first = {"type": "agreement.signed", "date": "1993-06", "by": ["KGZ"]}
    second = {"type": "agreement.signed", "date": "1993-07", "by": ["TJK"]}
    chancery.commands.execute(RecordAct("a:1", [first, second], **BY))
    for code in ("KGZ", "TJK"):
        wanted = Filter(party=code, only="new_acts")
        assert [r.position for r in chancery.exports.wanted_records(wanted, 0, 2)] == [1]


def test_a_filter_still_takes_what_was_erased(chancery):
    chancery.commands.execute(EraseEvent("a:1", 1, "by order of a court", **BY))
    found = [r.position for r in chancery.exports.wanted_records(Filter(party="TJK"), 0, 7)]
    assert found == [3, 4, 5, 6, 7]


BAD = {
    "kind": {"kind": "war"},
    "only": {"only": "everything"},
    "relationship": {"relationship": "KAZ"},
}


@pytest.mark.parametrize("name", BAD)
def test_a_filter_of_words_nobody_knows_is_refused_where_it_is_wrong(chancery, name):
    with pytest.raises(InvalidBasis) as caught:
        chancery.exports.filter(**BAD[name])
    assert caught.value.where == name


def test_a_pair_is_one_pair_in_either_order(chancery):
    assert chancery.exports.filter(relationship="TJK-KGZ") == chancery.exports.filter(
        relationship="KGZ-TJK"
    )


def test_a_long_log_is_looked_at_stretch_by_stretch(chancery, monkeypatch):
    monkeypatch.setattr("events.query.filters.MOST_LOOKED_AT", 2)
    lines, following = chancery.exports.newest_records(Filter(kind="agreement"), 6, 10)
    assert ([line["position"] for line in lines], following) == ([], 4)
    lines, following = chancery.exports.newest_records(Filter(kind="agreement"), following, 10)
    assert ([line["position"] for line in lines], following) == ([4], 2)
