"""The record form without script: what is typed comes back, what is wrong stands beside it."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from urllib.parse import urlencode

import pytest

from api.http.examples import ACTS, NEW_ACTS
from domain.acts import EVENT_TYPES
from tests.api.conftest import BASE
from tests.api.html import HTML, page, words

SENT = {**HTML, "Origin": BASE, "Content-Type": "application/x-www-form-urlencoded"}
PLANNED = "eurasian-2024:a03"
TALK = {
    "date": "1985-11-19/1985-11-21",
    "title": "Geneva summit",
    "parties/0/party": "Soviet Union",
    "parties/1/party": "USA",
    "place": "Geneva",
    "levels": "head_of_state",
    "sources/0/title": "Joint statement",
    "sources/0/url": "https://example.org/geneva",
}


class Form(HTMLParser):
    """What a browser would send of the form on a page, untouched."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.fields: dict[str, list[str]] = {}
        self.wrong: dict[str, str] = {}
        self._select = self._area = self._says = None
        self.feed(text.partition('<form class="record"')[2].partition("</form>")[0])

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        name = attributes.get("name")
        if tag == "input" and name and attributes.get("type") != "checkbox":
            self.fields[name] = [attributes.get("value") or ""]
        elif tag == "input" and name and "checked" in attributes:
            self.fields.setdefault(name, []).append(attributes["value"])
        elif tag == "select":
            self._select = name
            self.fields[name] = [""]
        elif tag == "option" and "selected" in attributes:
            self.fields[self._select] = [attributes["value"]]
        elif tag == "textarea":
            self._area = name
            self.fields[name] = [""]
        elif tag == "span" and attributes.get("id", "").endswith("-says"):
            self._says = attributes["id"].removesuffix("-says")
        elif tag == "span" and attributes.get("class") == "wrong" and self._says:
            self.wrong[self._says] = ""

    def handle_endtag(self, tag):
        if tag == "textarea":
            self.fields[self._area] = [self.fields[self._area][0].removeprefix("\n")]
            self._area = None

    def handle_data(self, data):
        if self._area:
            self.fields[self._area][0] += data

    def sent(self, do: str, **typed: str) -> str:
        """The body that is posted with some fields filled in otherwise."""
        fields = {**self.fields, **{name: [value] for name, value in typed.items()}, "-do": [do]}
        return urlencode(fields, doseq=True)


def post(client, path: str, do: str, typed: dict[str, str], form: Form | None = None):
    form = form or Form(page(client, path))
    where = path.partition("?")[0]
    return client.post(where, content=form.sent(do, **typed), headers=SENT, follow_redirects=False)


def recorded(client, answer) -> dict:
    assert answer.status_code == 303, words(answer.text)[:900]
    act_id = re.match(r"/acts/([^#]+)#record-\d+$", answer.headers["Location"])[1]
    return client.get(f"/v1/acts/{act_id}").json()


def position(client) -> int:
    return client.get("/readyz").json()["position"]


def test_every_event_can_be_told_and_is_chosen_by_its_name(reader):
    text = page(reader, "/record")
    offered = set(re.findall(r'href="/record\?type=([a-z_.]+)"', text))
    assert offered == {name for name in EVENT_TYPES if not name.startswith("coverage.")}
    for name in offered:
        form = Form(page(reader, f"/record?type={name}"))
        assert form.fields["-type"] == [name]
        assert {"date", "parties/0/party", "sources/0/title"} <= set(form.fields)


def test_a_talk_is_recorded_with_names_of_its_date(client):
    act = recorded(client, post(client, "/record?type=talk.held", "record", TALK))
    (event,) = [entry["event"] for entry in act["events"]]
    assert event == {
        "type": "talk.held",
        "date": "1985-11-19/1985-11-21",
        "title": "Geneva summit",
        "place": "Geneva",
        "parties": [{"party": "SUN"}, {"party": "USA"}],
        "levels": ["head_of_state"],
        "sources": [{"title": "Joint statement", "url": "https://example.org/geneva"}],
    }


def test_a_double_click_records_once(client):
    form = Form(page(client, "/record?type=talk.held"))
    first = post(client, "/record", "record", TALK, form)
    second = post(client, "/record", "record", TALK, form)
    assert first.headers["Location"] == second.headers["Location"]
    found = client.get("/v1/acts", params={"q": "Geneva summit"}).json()["acts"]
    assert len(found) == 1


def test_a_form_that_was_recorded_and_changed_says_so_and_gets_a_new_key(client):
    form = Form(page(client, "/record?type=talk.held"))
    post(client, "/record", "record", TALK, form)
    again = post(client, "/record", "record", {**TALK, "title": "Another"}, form)
    assert again.status_code == 422
    assert "recorded already" in again.text
    fresh = Form(again.text)
    assert fresh.fields["-key"] != form.fields["-key"]
    assert fresh.fields["title"] == ["Another"]


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"date": "1985-02-29"}, "date", "1985-02-29"),
        ({"date": ""}, "date", "is needed here"),
        ({"date": "5008-05-05"}, "date", "expected"),
        ({"parties/0/party": "Ruritania"}, "parties-0-party", "no party in the registry ever"),
        ({"parties/0/party": "Russian Federation"}, "parties-0-party", "RUS"),
        ({"parties/1/party": ""}, "parties", "two or more parties"),
        ({"parties/1/party": "Soviet Union"}, "parties-1-party", "each party once"),
        ({"sources/0/url": "javascript:alert(1)"}, "sources-0-url", "http or https"),
        ({"sources/0/title": ""}, "sources-0-title", "is needed here"),
        ({"levels": "emperor"}, "levels", "one of"),
        ({"title": "a" * 2_001}, "title", "at most 2000"),
        ({"figures/0/name": "trade", "figures/0/value": "much"}, "figures-0-value", "a number"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_is_recorded(client, typed, field, said):
    before = position(client)
    answer = post(client, "/record?type=talk.held", "record", {**TALK, **typed})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert said in words(answer.text).replace("&#34;", '"').replace("&#39;", "'")
    form = Form(answer.text)
    assert f"field-{field}" in form.wrong
    for name, value in {**TALK, **typed}.items():
        if name in form.fields and name != "levels":
            assert form.fields[name] == [value], "what was typed comes back"
    assert position(client) == before


def test_a_role_that_is_missing_is_told_at_the_role(client):
    typed = {
        "date": "1974-07-03",
        "parties/0/party": "USA",
        "parties/1/party": "SUN",
        "parties/1/role": "host",
    }
    answer = post(client, "/record?type=visit.held", "record", typed)
    assert answer.status_code == 422
    assert "field-parties-0-role" in Form(answer.text).wrong


def test_a_preview_tells_what_would_change_and_records_nothing(client):
    before = position(client)
    typed = {"date": "2024-04-18/2024-04-19", "-as_of": "2024-05-01"}
    answer = post(client, f"/acts/{PLANNED}/next?type=visit.held", "preview", typed)
    assert answer.status_code == 200
    shown = words(answer.text)
    assert "What it would change of 1 May 2024" in shown
    assert "would be held" in shown
    assert "visits · last held · Kyrgyzstan" in shown
    assert "from 18 to 19 April 2024" in shown
    assert position(client) == before
    refused = post(client, "/record?type=talk.held", "preview", {**TALK, "date": "1985-13"})
    assert refused.status_code == 422


def test_the_next_event_goes_on_from_the_version_that_was_seen(client):
    path = f"/acts/{PLANNED}/next?type=visit.held"
    form = Form(page(client, path))
    client.post(
        f"/v1/acts/{PLANNED}/events",
        json={"events": [{"type": "visit.postponed", "date": "2024-04-10"}]},
    )
    typed = {"date": "2024-05-18"}
    stale = post(client, path, "record", typed, form)
    assert stale.status_code == 412
    assert "what was recorded meanwhile" in stale.text
    act = recorded(client, post(client, path, "record", typed, Form(stale.text)))
    assert act["version"] == 3


@pytest.mark.parametrize("act_id", [*ACTS])
def test_a_correction_begins_with_all_that_the_event_says(client, act_id):
    if act_id == NEW_ACTS["a visit that was held"]["value"]["act_id"]:
        client.post("/v1/acts", json=NEW_ACTS["a visit that was held"]["value"])
    path = f"/acts/{act_id}/events/1/correct"
    same = post(client, path, "record", {"-reason": "to see"})
    assert same.status_code == 422
    assert "an event that differs from the one in force" in words(same.text)
    changed = {"-reason": "Another source.", "note": "As that source has it."}
    act = recorded(client, post(client, path, "record", changed))
    (event,) = [entry["event"] for entry in act["events"] if entry["version"] == 1]
    assert event == {**ACTS[act_id][0], "note": "As that source has it."}


def test_words_of_more_than_one_line_survive_a_correction(client):
    event = {**NEW_ACTS["a visit that was held"]["value"]["events"][0]}
    event |= {"title": "Visit\nof the king", "note": "one\n\n  two ", "topics": ["a\nb", "c"]}
    client.post("/v1/acts", json={"act_id": "visit:1", "events": [event]})
    changed = {"-reason": "The place was missing.", "place": "Washington"}
    act = recorded(client, post(client, "/acts/visit:1/events/1/correct", "record", changed))
    assert act["events"][0]["event"] == {**event, "place": "Washington"}


def test_a_correction_without_a_reason_says_so_at_the_reason_and_at_the_rest(client):
    answer = post(client, f"/acts/{PLANNED}/events/1/correct", "record", {"date": "2024-13"})
    assert answer.status_code == 422
    assert {"reason", "field-date"} <= set(Form(answer.text).wrong)


def test_an_event_is_retracted_with_a_reason_and_reinstated_by_a_correction(client):
    path = f"/acts/{PLANNED}/events/1/retract"
    assert post(client, path, "record", {}).status_code == 422
    previewed = post(client, path, "preview", {"-reason": "No such plan.", "-as_of": "2024-03-01"})
    assert "visits · planned" in words(previewed.text)
    act = recorded(client, post(client, path, "record", {"-reason": "No such plan."}))
    assert act["events"] == []
    back = {"-reason": "There was."}
    act = recorded(client, post(client, f"/acts/{PLANNED}/events/1/correct", "record", back))
    assert [entry["version"] for entry in act["events"]] == [1]


def test_a_row_more_is_given_without_losing_what_was_typed(client):
    answer = post(client, "/record?type=talk.held", "add:parties", TALK)
    form = Form(answer.text)
    assert "parties/2/party" in form.fields
    assert form.fields["title"] == ["Geneva summit"]


def test_another_event_shows_its_own_fields_and_keeps_what_both_have(client):
    answer = post(client, "/record?type=talk.held", "change", {**TALK, "-type": "talk.scheduled"})
    form = Form(answer.text)
    assert form.fields["-type"] == ["talk.scheduled"]
    assert form.fields["place"] == ["Geneva"]


def test_a_form_between_two_parties_has_them_in_their_roles(reader):
    form = Form(page(reader, "/record?type=visit.held&between=KAZ-KGZ"))
    assert [form.fields[f"parties/{i}/party"] for i in (0, 1)] == [["KAZ"], ["KGZ"]]
    assert [form.fields[f"parties/{i}/role"] for i in (0, 1)] == [["visitor"], ["host"]]


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Sec-Fetch-Site": "cross-site", "Origin": BASE},
        {"Sec-Fetch-Site": "same-site", "Origin": BASE},
        {"Sec-Fetch-Site": "none"},
    ],
)
def test_what_another_page_sends_is_refused(client, headers):
    before = position(client)
    form = Form(page(client, "/record?type=talk.held"))
    sent_headers = {**HTML, "Content-Type": SENT["Content-Type"], **headers}
    answer = client.post("/record", content=form.sent("record", **TALK), headers=sent_headers)
    assert answer.status_code == 403
    assert position(client) == before


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"%ff%fe=x", SENT["Content-Type"], 400),
        (b"date=\xff", SENT["Content-Type"], 400),
        (b"&".join(b"a=1" for _ in range(6_000)), SENT["Content-Type"], 400),
        (b"-type=talk.imagined&-do=record", SENT["Content-Type"], 422),
        (b"-do=record", SENT["Content-Type"], 422),
        (b"-type=talk.held&-do=record&-key=", SENT["Content-Type"], 400),
        (b"{}", "application/json", 415),
        (b"note=" + b"a" * 70_000, SENT["Content-Type"], 413),
    ],
)
def test_a_form_that_is_none_is_refused_and_nothing_is_recorded(client, content, kind, status):
    before = position(client)
    answer = client.post("/record", content=content, headers={**SENT, "Content-Type": kind})
    assert answer.status_code == status
    assert position(client) == before


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/record?type=visit.dreamt", 422),
        ("/record?type=coverage.claimed", 422),
        ("/acts/no-such/next", 404),
        (f"/acts/{PLANNED}/next?type=talk.held", 422),
        (f"/acts/{PLANNED}/events/9/correct", 404),
        (f"/acts/{PLANNED}/events/9/retract", 404),
        (f"/acts/{PLANNED}/events/0/correct", 422),
    ],
)
def test_a_form_of_nothing_is_refused(reader, path, status):
    assert reader.get(path, headers=HTML).status_code == status


def test_hostile_words_come_back_as_words(client):
    hostile = '"><script>alert(1)</script><img src=x onerror=alert(2)>'
    typed = dict.fromkeys(TALK, hostile) | {"-as_of": hostile, "-reason": hostile}
    answer = post(client, "/record?type=talk.held", "record", typed)
    assert answer.status_code == 422
    assert "<script>alert" not in answer.text
    assert "<img" not in answer.text
