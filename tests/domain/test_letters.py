"""Letters: who awaits whose answer since when; what one addressee does is that one's alone."""

from __future__ import annotations

import pytest

from domain.acts import InvalidEvent, check_opening, validate
from domain.dates import day_of
from domain.relationship import status as status_on
from tests.domain.told import REGISTRY, act, event, given, ids


def letter_of(sender: str, *addressees: str) -> list[dict[str, str]]:
    """The parties of a letter."""
    return [
        {"party": sender, "role": "sender"},
        *({"party": code, "role": "addressee"} for code in addressees),
    ]


#: The Soviet note on Germany of 10 March 1952 and the answer of 25 March.
SOVIET_NOTE = event(
    "letter.sent",
    "1952-03-10",
    title="The Soviet note on a peace treaty with Germany",
    form="note",
    topics=["Germany"],
    parties=letter_of("SUN", "USA", "GBR", "FRA"),
)
ANSWERED = event("letter.answered", "1952-03-25", by=["USA"])


def test_a_letter_awaits_its_answer_from_the_day_it_was_sent_until_the_day_it_is_answered() -> None:
    history = given(act("note", SOVIET_NOTE, ANSWERED))
    assert history.on("1952-03-09", "SUN-USA")["letters"]["awaiting"] == []
    (line,) = history.on("1952-03-24", "SUN-USA")["letters"]["awaiting"]
    assert line == {
        "act_id": "note",
        "title": "The Soviet note on a peace treaty with Germany",
        "sender": "SUN",
        "addressee": "USA",
        "form": "note",
        "since": "1952-03-10",
        "topics": ["Germany"],
        "awaiting": ["USA"],
        "records": [1],
    }
    after = history.on("1952-03-25", "SUN-USA")["letters"]
    assert after["awaiting"] == []
    assert after["counts"]["by_status"] == {"answered": 1}
    assert after["counts"]["by_sender"] == {"SUN": 1}
    assert after["counts"]["by_form"] == {"note": 1}


def test_the_answer_of_one_addressee_leaves_the_letter_open_for_the_others() -> None:
    history = given(act("note", SOVIET_NOTE, ANSWERED))
    assert ids(history.on("1952-03-25", "GBR-SUN")["letters"]["awaiting"]) == ["note"]
    assert history.on("1952-03-25", "GBR-SUN")["letters"]["counts"]["by_status"] == {"sent": 1}


def test_a_circular_is_answered_as_a_whole_once_all_have_answered() -> None:
    others = event("letter.answered", "1952-03-26", by=["GBR", "FRA"])
    note = act("note", SOVIET_NOTE, ANSWERED, others)
    assert status_on(note, day_of("1952-03-10")) == "sent"
    assert status_on(note, day_of("1952-03-25")) == "sent"
    assert status_on(note, day_of("1952-03-26")) == "answered"


def test_two_addressees_of_one_circular_have_it_as_context_and_not_as_a_letter_of_theirs() -> None:
    state = given(act("note", SOVIET_NOTE)).on("1952-03-24", "GBR-USA")
    assert state["letters"]["awaiting"] == []
    assert state["letters"]["counts"] == {}
    (line,) = state["context"]
    assert (line["kind"], line["status"]) == ("letter", "sent")
    assert state["contact"]["first"] is None


def test_a_receipt_is_named_and_awaits_still() -> None:
    received = event("letter.received", "1952-03-11", by=["USA"])
    (line,) = given(act("note", SOVIET_NOTE, received)).on("1952-03-12", "SUN-USA")["letters"][
        "awaiting"
    ]
    assert (line["since"], line["received"], line["records"]) == (
        "1952-03-10",
        "1952-03-11",
        [1, 2],
    )


def test_a_withdrawn_letter_is_awaited_no_more_and_was_sent_all_the_same() -> None:
    withdrawn = event("letter.withdrawn", "1952-04-01", by=["SUN"])
    history = given(act("note", SOVIET_NOTE, withdrawn))
    assert ids(history.on("1952-03-31", "FRA-SUN")["letters"]["awaiting"]) == ["note"]
    after = history.on("1952-04-01", "FRA-SUN")["letters"]
    assert after["awaiting"] == []
    assert after["counts"]["by_status"] == {"withdrawn": 1}
    assert after["last_sent"]["SUN"]["since"] == "1952-03-10"
    assert after["last_sent"]["FRA"] is None


def test_a_letter_that_replies_to_another_awaits_nothing() -> None:
    reply = event(
        "letter.sent",
        "1952-03-25",
        in_reply_to="note",
        parties=letter_of("USA", "SUN"),
    )
    state = given(act("note", SOVIET_NOTE), act("reply", reply, first_position=9)).on(
        "1952-03-25", "SUN-USA"
    )
    assert ids(state["letters"]["awaiting"]) == ["note"]
    assert state["letters"]["last_sent"]["USA"]["in_reply_to"] == "note"


def test_the_last_letter_of_each_is_kept() -> None:
    later = event("letter.sent", "1952-05-24", parties=letter_of("SUN", "USA"))
    state = given(act("note", SOVIET_NOTE), act("later", later, first_position=9)).on(
        "1952-06-01", "SUN-USA"
    )
    assert state["letters"]["last_sent"]["SUN"]["act_id"] == "later"
    assert ids(state["letters"]["awaiting"]) == ["later", "note"]


def test_publication_leaves_a_letter_where_it_stands_and_is_no_contact() -> None:
    published = event("letter.published", "1952-03-11", by=["SUN"])
    note = act("note", SOVIET_NOTE, published)
    state = given(note).on("1952-03-12", "SUN-USA")
    (line,) = state["letters"]["awaiting"]
    assert line["published"] == "1952-03-11"
    assert state["contact"]["last"] == "1952-03-10"
    assert status_on(note, day_of("1952-03-12")) == "sent"
    assert state["anomalies"] == []


def test_a_letter_known_from_its_publication_alone_awaits_nobody() -> None:
    published = event("letter.published", "1952-03-11", parties=letter_of("SUN", "USA"))
    note = act("note", published)
    state = given(note).on("1952-03-12", "SUN-USA")
    assert state["letters"]["awaiting"] == []
    assert state["letters"]["counts"]["by_status"] == {"published": 1}
    assert status_on(note, day_of("1952-03-12")) == "published"


def test_publication_after_a_withdrawal_is_no_anomaly_and_an_answer_is() -> None:
    withdrawn = event("letter.withdrawn", "1952-04-01", by=["SUN"])
    published = event("letter.published", "1952-05-01", by=["SUN"])
    late = event("letter.answered", "1952-06-01", by=["USA"])
    history = given(act("note", SOVIET_NOTE, withdrawn, published, late))
    assert history.on("1952-05-01", "SUN-USA")["anomalies"] == []
    found = [line["anomaly"] for line in history.on("1952-06-01", "SUN-USA")["anomalies"]]
    assert found == ["answered_after_withdrawn"]


def test_an_answer_before_the_letter_is_noticed() -> None:
    early = event("letter.answered", "1952-03-01", by=["USA"])
    state = given(act("note", SOVIET_NOTE, early)).on("1952-03-12", "SUN-USA")
    assert [line["anomaly"] for line in state["anomalies"]] == ["answered_before_sent"]


def test_a_letter_of_some_day_is_only_possible_until_it_was_surely_sent() -> None:
    state = given(act("note", {**SOVIET_NOTE, "date": "1952-03"})).on("1952-03-15", "SUN-USA")
    assert state["letters"]["awaiting"] == []
    assert [(line["event"], line["date"]) for line in state["possible"]] == [
        ("letter.sent", "1952-03")
    ]


def test_what_awaited_an_answer_of_a_party_that_ended_has_ended_with_it() -> None:
    note = event("letter.sent", "1990-09-01", parties=letter_of("USA", "DDR"))
    history = given(act("note", note))
    state = history.on("1990-10-03", "DDR-USA")["letters"]
    assert state["awaiting"] == []
    (line,) = state["ended"]
    assert (line["how"], line["by"], line["since"]) == ("party_ended", ["DDR"], "1990-10-02")
    assert state["counts"]["by_status"] == {"ended": 1}


def test_a_letter_is_contact_from_the_day_it_was_sent() -> None:
    contact = given(act("note", SOVIET_NOTE, ANSWERED)).on("1952-04-01", "SUN-USA")["contact"]
    assert contact["acts"] == {"letter": 1}
    assert (contact["first"], contact["last"]) == ("1952-03-10", "1952-03-25")


def test_a_later_answer_changes_no_earlier_day() -> None:
    without, answered = given(act("note", SOVIET_NOTE)), given(act("note", SOVIET_NOTE, ANSWERED))
    for day in ("1952-03-09", "1952-03-10", "1952-03-24"):
        assert without.on(day, "SUN-USA") == answered.on(day, "SUN-USA")


@pytest.mark.parametrize(
    ("parties", "expected"),
    [
        (letter_of("SUN"), "two or more parties"),
        (
            [*letter_of("SUN", "USA")[1:], {"party": "FRA", "role": "addressee"}],
            "a party as sender",
        ),
        ([*letter_of("SUN", "FRA"), {"party": "USA", "role": "sender"}], "one party as sender"),
    ],
)
def test_a_letter_has_one_sender_and_somebody_it_is_sent_to(
    parties: list[dict[str, str]], expected: str
) -> None:
    body = event("letter.sent", "1952-03-10", parties=parties)
    with pytest.raises(InvalidEvent, match=expected):
        check_opening([validate(body, REGISTRY)])


def test_a_letter_is_not_opened_without_an_addressee() -> None:
    received = event("letter.received", "1952-03-11", parties=letter_of("SUN"), by=["USA"])
    with pytest.raises(InvalidEvent, match="a party as addressee"):
        check_opening([validate(received, REGISTRY)])


def test_each_party_of_a_letter_says_its_role() -> None:
    with pytest.raises(InvalidEvent, match="a field 'role'"):
        validate(event("letter.sent", "1952", parties=[{"party": "SUN"}]), REGISTRY)
