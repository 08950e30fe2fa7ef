"""Letters wherever they are taken in or given out: a new kind is visible in all of them."""

from __future__ import annotations

import csv
import io
from typing import Any

import orjson
import pytest

from api.export import export
from api.export.columns import COLUMNS
from api.export.evidence_page import page as evidence_page
from domain.kinds import ACT_KINDS
from tests.api.conftest import answer_of, one_line, run
from tests.api.histories import empty
from tests.api.html import page
from tests.api.test_export_reading_back import WAYS, read, taken
from tests.api.test_record_form import Form, post, recorded

PAIR, DAY = "KAZ-KGZ", "2024-02-20"
PARTIES = [
    {"party": "KGZ", "role": "sender"},
    {"party": "KAZ", "role": "addressee"},
    {"party": "UZB", "role": "addressee"},
]
NOTE = {
    "type": "letter.sent",
    "date": "2024-02-12",
    "title": "Note verbale on the sharing of water",
    "form": "note_verbale",
    "topics": ["water"],
    "parties": PARTIES,
}
RECEIVED = {"type": "letter.received", "date": "2024-02-14", "by": ["KAZ"]}
ANSWERED = {"type": "letter.answered", "date": "2024-03-01", "by": ["KAZ"]}
REPLY = {
    "type": "letter.sent",
    "date": "2024-03-01",
    "form": "note_verbale",
    "in_reply_to": "note:1",
    "parties": [{"party": "KAZ", "role": "sender"}, {"party": "KGZ", "role": "addressee"}],
}


@pytest.fixture
def written(client):
    """A client of a service in which a note awaits the answers of two."""
    sent = {"act_id": "note:1", "events": [NOTE, RECEIVED]}
    assert client.post("/v1/acts", json=sent).status_code == 201
    return client


def state(client, pair: str = PAIR, day: str = DAY) -> dict[str, Any]:
    return client.get(f"/v1/relationships/{pair}?as_of={day}").json()


def test_a_letter_is_recorded_and_answered_by_each_addressee_for_itself(written):
    (line,) = state(written)["letters"]["awaiting"]
    assert (line["awaiting"], line["since"]) == (["KAZ"], "2024-02-12")
    written.post("/v1/acts/note:1/events", json={"events": [ANSWERED]})
    assert state(written, day="2024-03-01")["letters"]["awaiting"] == []
    (line,) = state(written, "KGZ-UZB", "2024-03-01")["letters"]["awaiting"]
    assert line["awaiting"] == ["UZB"]
    # What was true on an earlier day stays so.
    assert [one["act_id"] for one in state(written)["letters"]["awaiting"]] == ["note:1"]


def test_a_letter_of_two_senders_is_refused_and_nothing_is_stored(client):
    two = [*PARTIES, {"party": "TJK", "role": "sender"}]
    before = client.get("/readyz").json()["position"]
    answer = client.post("/v1/acts", json={"events": [{**NOTE, "parties": two}]})
    assert answer.status_code == 422
    (problem,) = answer.json()["problems"]
    assert problem == {
        "where": "/events/0/parties/3/role",
        "expected": "one party as sender, which KGZ is",
        "got": '"sender"',
    }
    assert client.get("/readyz").json()["position"] == before


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"form": "postcard"}, "/events/0/form"),
        ({"rank": "state"}, "/events/0/rank"),
        ({"in_reply_to": "No such id!"}, "/events/0/in_reply_to"),
        ({"parties": [{"party": "KGZ"}, PARTIES[1]]}, "/events/0/parties/0"),
    ],
)
def test_what_no_letter_has_is_refused_where_it_stands(client, change, where):
    answer = client.post("/v1/acts", json={"events": [{**NOTE, **change}]})
    assert answer.status_code == 422
    assert [problem["where"] for problem in answer.json()["problems"]] == [where]


def test_a_preview_says_whose_answer_would_be_awaited(client):
    asked = {"events": [NOTE]}
    answer = client.post(f"/v1/preview?as_of={DAY}", json=asked).json()
    paths = {
        (one["relationship"], change["path"])
        for one in answer["relationships"]
        for change in one["changes"]
    }
    assert {(PAIR, "letters.awaiting"), ("KGZ-UZB", "letters.awaiting")} <= paths
    assert state(client)["letters"]["awaiting"] == []


def test_letters_can_be_asked_for_alone(written):
    events = written.get(f"/v1/relationships/{PAIR}/timeline?kind=letter").json()["events"]
    assert [event["type"] for event in events] == ["letter.sent", "letter.received"]
    listed = written.get("/v1/acts?kind=letter&q=water").json()["acts"]
    assert [act["act_id"] for act in listed] == ["note:1"]
    items = written.get(f"/v1/relationships/{PAIR}/items?list=letters.awaiting&as_of={DAY}")
    assert [line["act_id"] for line in items.json()["items"]] == ["note:1"]


def test_the_page_of_a_relationship_shows_letters_and_counts_them_at_a_glance(written):
    text = page(written, f"/relationships/{PAIR}?as_of={DAY}")
    section = text.partition('<h2 id="letters">')[2].partition("</section>")[0]
    assert "Awaiting an answer" in section
    assert "from Kyrgyzstan" in section
    assert "to Kazakhstan" in section
    assert "14 February 2024" in section
    assert "Last sent by Kazakhstan" in section
    # The one proposal that is endorsed, and the letter.
    assert "Open 2" in text.partition('data-summary="')[2].partition('"')[0]


def test_the_page_says_which_kinds_are_drawn_and_in_which_colours(written):
    text = page(written, f"/relationships/{PAIR}")
    assert f'data-kinds="{" ".join(ACT_KINDS)}"' in text
    assert '<link rel="stylesheet" href="/static/kinds.css">' in text
    sheet = written.get("/static/kinds.css")
    assert sheet.headers["Content-Type"] == "text/css; charset=utf-8"
    for kind in ACT_KINDS:
        assert sheet.text.count(f"--kind-{kind}: #") == 3
        assert f".legend .{kind}::before {{ background: var(--kind-{kind}); }}" in sheet.text


def test_a_letter_is_recorded_by_the_form(client):
    typed = {
        "date": "2024-02-12",
        "form": "demarche",
        "parties/0/party": "Kyrgyzstan",
        "parties/0/role": "sender",
        "parties/1/party": "Kazakhstan",
        "parties/1/role": "addressee",
    }
    act = recorded(client, post(client, "/record?type=letter.sent", "record", typed))
    assert act["kind"] == "letter"
    assert act["status"] == "sent"
    fields = Form(page(client, f"/record?type=letter.sent&between={PAIR}")).fields
    assert fields["parties/0/role"] == ["sender"]
    assert fields["parties/1/role"] == ["addressee"]


def test_the_form_asks_for_what_letters_have_before_what_is_seldom_said(client):
    text = page(client, "/record?type=letter.sent")
    first = text.partition("<details")[0]
    assert 'id="field-form"' in first
    assert 'id="field-in_reply_to"' in first


def test_a_reply_leads_to_the_letter_it_replies_to(written):
    written.post("/v1/acts", json={"act_id": "note:2", "events": [REPLY]})
    text = page(written, f"/relationships/{PAIR}?as_of=2024-03-01")
    assert 'in reply to <a href="/acts/note:1">note:1</a>' in text


def test_the_page_of_evidence_holds_letters(written, house):
    text = evidence_page(house.query.state(PAIR, DAY), [], [], "")
    assert "<h2>Letters</h2>" in text
    assert "received 14 February 2024" in text


def exported(house, form: str, **asked: Any) -> bytes:
    return b"".join(export(house, form, link_base="https://acts.example", **asked))


def test_the_table_of_a_state_has_a_column_for_what_only_letters_say(written, house):
    text = exported(house, "csv", view="state", relationship=PAIR, as_of=DAY).decode()
    rows = [
        row
        for row in csv.DictReader(io.StringIO(text, newline=""))
        if row["list"] == "letters.awaiting"
    ]
    assert [(row["sender"], row["addressee"], row["received"]) for row in rows] == [
        ("KGZ", "KAZ", "2024-02-14")
    ]
    assert len(set(COLUMNS["state"])) == len(COLUMNS["state"])


def test_a_letter_is_a_message_in_the_words_of_schema_org(written, house):
    graph = orjson.loads(exported(house, "jsonld", view="acts", act="note:1"))["@graph"]
    (node,) = (one for one in graph if one.get("schema:identifier") == "note:1")
    assert node["type"] == ["schema:Message", "prov:Entity"]
    assert [one["id"] for one in node["chancery:addressee"]] == [
        "https://acts.example/v1/parties/KAZ",
        "https://acts.example/v1/parties/UZB",
    ]


@pytest.mark.parametrize("form", WAYS)
def test_letters_read_back_give_the_same_letters_again(written, house, tmp_path, form):
    other = empty()
    read(other, form, taken(house, form, tmp_path, relationship=PAIR))
    again = other.query.state(PAIR, DAY)["letters"]
    (line,) = again["awaiting"]
    assert (line["act_id"], line["received"]) == ("note:1", "2024-02-14")
    assert again["counts"] == house.query.state(PAIR, DAY)["letters"]["counts"]


def test_a_state_of_a_day_before_a_party_existed_is_exported_like_any_other(house):
    text = exported(house, "csv", view="state", relationship=PAIR, as_of="1950-01-01").decode()
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert house.query.state(PAIR, "1950-01-01")["pairs_of_the_day"]
    assert {row["list"] for row in rows} >= {"contact.last_12_months"}


def test_a_letter_is_recorded_and_told_on_the_terminal(tmp_path):
    store = f"sqlite:///{tmp_path / 'acts.db'}"
    sent = orjson.dumps({"act_id": "note:1", "events": [NOTE, RECEIVED]})
    assert run("record", "-", store=store, stdin=sent).returncode == 0
    done = run("state", PAIR, "--as-of", DAY, store=store).stdout.decode()
    assert "Letters" in done
    assert "from KGZ; to KAZ; received 14 February 2024" in done
    assert answer_of(store, "state", PAIR, "--as-of", DAY)["letters"]["counts"]["by_status"] == {
        "received": 1
    }
    done = run("state", PAIR, "--as-of", "2024-02-11", store=store).stdout.decode()
    assert "Letters" not in done


def test_a_letter_without_an_addressee_is_refused_on_the_terminal(tmp_path):
    store = f"sqlite:///{tmp_path / 'acts.db'}"
    bad = {**NOTE, "parties": [{"party": "KGZ", "role": "sender"}, {"party": "KAZ"}]}
    done = run("record", "-", store=store, stdin=orjson.dumps({"events": [bad]}))
    assert done.returncode == 2
    assert "role" in one_line(done)
