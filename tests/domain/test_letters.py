"""Letters: who awaits whose answer since when; what one addressee does is that one's alone."""

from __future__ import annotations

import pytest

from domain.acts import InvalidEvent, check_opening, validate
from domain.dates import day_of
from domain.relationship import status as status_on
from tests.domain.given import REGISTRY, act, event, given, ids


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


def test_a_letter_is_not_opened_without_a_sender() -> None:
    nobody = [*letter_of("SUN", "USA")[1:], {"party": "FRA", "role": "addressee"}]
    with pytest.raises(InvalidEvent, match="a party as sender"):
        check_opening([validate(event("letter.sent", "1952", parties=nobody), REGISTRY)])


def test_an_event_names_one_sender_alone() -> None:
    two = [*letter_of("SUN", "FRA"), {"party": "USA", "role": "sender"}]
    with pytest.raises(InvalidEvent) as refused:
        validate(event("letter.sent", "1952", parties=two), REGISTRY)
    (problem,) = refused.value.problems
    assert problem.where == "/parties/2/role"
    assert problem.expected == "one party as sender, which SUN is"
    assert problem.got == '"sender"'


def test_a_letter_is_not_opened_without_an_addressee() -> None:
    received = event("letter.received", "1952-03-11", parties=letter_of("SUN"), by=["USA"])
    with pytest.raises(InvalidEvent, match="a party as addressee"):
        check_opening([validate(received, REGISTRY)])


def test_each_party_of_a_letter_says_its_role() -> None:
    with pytest.raises(InvalidEvent, match="a field 'role'"):
        validate(event("letter.sent", "1952", parties=[{"party": "SUN"}]), REGISTRY)


def test_the_day_a_letter_is_sent_is_the_first_on_which_it_is_the_last_of_its_sender() -> None:
    received = event("letter.received", "1952-03-11", by=["USA"])
    history = given(act("note", SOVIET_NOTE, received, ANSWERED))
    assert history.on("1952-03-09", "SUN-USA")["letters"]["last_sent"]["SUN"] is None
    sent = history.on("1952-03-10", "SUN-USA")["letters"]["last_sent"]["SUN"]
    assert (sent["since"], sent["records"]) == ("1952-03-10", [1])
    assert "awaiting" not in sent
    # What comes after it is said where the letter stands, not where it is the last.
    for day in ("1952-03-11", "1952-03-25"):
        assert history.on(day, "SUN-USA")["letters"]["last_sent"]["SUN"] == sent


def test_a_letter_that_is_sent_again_awaits_since_then_and_is_the_last_again() -> None:
    withdrawn = event("letter.withdrawn", "1952-04-01", by=["SUN"])
    between = event("letter.sent", "1952-04-09", parties=letter_of("SUN", "USA"))
    again = event("letter.sent", "1952-05-01", by=["SUN"])
    history = given(
        act("note", SOVIET_NOTE, withdrawn, again), act("other", between, first_position=9)
    )
    assert history.on("1952-04-09", "SUN-USA")["letters"]["last_sent"]["SUN"]["act_id"] == "other"
    state = history.on("1952-05-01", "SUN-USA")
    assert state["letters"]["last_sent"]["SUN"]["act_id"] == "note"
    (line,) = [one for one in state["letters"]["awaiting"] if one["act_id"] == "note"]
    assert line["since"] == "1952-05-01"
    assert state["anomalies"] == []


def test_a_letter_that_was_answered_before_a_party_ended_has_not_ended_with_it() -> None:
    note = event("letter.sent", "1990-09-01", parties=letter_of("USA", "DDR"))
    answered = event("letter.answered", "1990-09-10", by=["DDR"])
    state = given(act("note", note, answered)).on("1990-12-01", "DDR-USA")["letters"]
    assert state["ended"] == []
    assert state["counts"]["by_status"] == {"answered": 1}


def test_an_answer_after_a_party_ended_opens_nothing_that_ended_with_it() -> None:
    note = event("letter.sent", "1990-09-01", parties=letter_of("USA", "DDR"))
    late = event("letter.answered", "1990-11-01", by=["DDR"])
    history = given(act("note", note, late))
    assert ids(history.on("1990-10-02", "DDR-USA")["letters"]["awaiting"]) == ["note"]
    for day in ("1990-10-03", "1990-11-01"):
        assert ids(history.on(day, "DDR-USA")["letters"]["ended"]) == ["note"]


def test_two_parties_of_a_letter_between_them_have_it_as_no_context() -> None:
    assert given(act("note", SOVIET_NOTE)).on("1952-03-11", "SUN-USA")["context"] == []


def test_a_letter_may_be_known_from_what_is_only_possible_first() -> None:
    received = event("letter.received", "1952-03-20", parties=letter_of("SUN", "USA"))
    note = act("note", {**SOVIET_NOTE, "date": "1952-03"}, received)
    state = given(note).on("1952-03-20", "SUN-USA")["letters"]
    (line,) = state["awaiting"]
    assert (line["since"], line["received"]) == ("1952-03-20", "1952-03-20")
    assert state["last_sent"]["SUN"] is None
    state = given(note).on("1952-03-31", "SUN-USA")["letters"]
    assert state["last_sent"]["SUN"]["since"] == "1952-03"
