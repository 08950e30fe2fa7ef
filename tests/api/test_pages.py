"""The pages: every part of a state set out as text, both times in a form, no script in a page."""

from __future__ import annotations

import re
from html import unescape

import pytest

from api.http.examples import NEW_ACTS
from events.write.commands import RecordAct
from tests.api.html import page, words

VISIT = NEW_ACTS["a visit that was held"]["value"]


def test_on_2_february_the_page_says_what_the_state_says(reader):
    text = words(page(reader, "/relationships/KGZ-KAZ?as_of=2024-02-02"))
    assert "Kazakhstan and Kyrgyzstan" in text
    assert "True on 2 February 2024" in text
    assert "planned for some day from 1 to 30 April 2024" in text
    assert "bilateral trade 2,000,000,000 USD" in text
    assert "latest: 1,300,000,000 USD (2023), 65 % reached" in text
    assert "EAEU Intergovernmental Council" in text
    for title in ("Relations", "Visits", "Talks", "Agreements", "Proposals", "Contact", "Timeline"):
        assert title in text


def test_on_1_may_the_april_visit_is_unconfirmed(reader):
    assert "Unconfirmed" in page(reader, "/relationships/KAZ-KGZ?as_of=2024-05-01")


def test_before_the_article_the_page_says_that_nothing_was_known_not_that_nothing_was(reader):
    text = page(reader, "/relationships/KAZ-KGZ?as_of=2024-02-02&known_at=0")
    assert "That is not to say that nothing was" in text


def test_a_day_held_in_part_is_told_with_how_much_of_it(client, house):
    part = {"name": "part_of_day", "value": 15, "unit": "minutes", "period": "14:30/14:45"}
    claim = {"type": "coverage.claimed", "title": "A feed", "date": "2024-02-02"}
    house.commands.execute(
        RecordAct("coverage:feed", [claim | {"figures": [part]}], recorded_by="person:ada")
    )
    text = words(page(client, "/relationships/KAZ-KGZ?as_of=2024-02-02"))
    assert "of this day 15 of 1,440 minutes" in text
    assert "in part 2 February 2024" in text


def test_the_form_asks_for_both_times_and_an_empty_field_is_not_asked(reader):
    text = page(reader, "/relationships/KAZ-KGZ?as_of=&known_at=")
    assert 'for="as_of">True on<' in text
    assert 'for="known_at">Known on<' in text


def test_a_day_that_never_was_is_told_beside_the_form_with_what_was_typed(reader):
    text = page(reader, "/relationships/KAZ-KGZ?as_of=2023-02-29", 422)
    assert 'value="2023-02-29"' in text
    assert 'role="alert"' in text
    assert "expected a day such as" in words(text)


def test_a_state_is_taken_along_at_the_basis_it_is_shown_at(reader):
    text = page(reader, "/relationships/KAZ-KGZ?as_of=2024-02-02")
    links = [unescape(link) for link in re.findall(r'href="(/v1/exports/[^"]*)"', text)]
    assert {link.partition("?")[0].rpartition("/")[2] for link in links} >= {
        *("state.csv", "state.jsonl", "state.jsonld", "state.parquet"),
        *("acts.csv", "acts.ics", "events.atom"),
    }
    (csv,) = [link for link in links if "/state.csv?" in link]
    answer = reader.get(csv)
    assert answer.status_code == 200
    assert answer.headers["Chancery-As-Of"] == "2024-02-02"
    assert reader.get("/record?between=KAZ-KGZ").status_code == 200
    assert reader.get("/audit?relationship=KAZ-KGZ").status_code == 200


@pytest.mark.parametrize("path", ["/nowhere", "/acts/no-such", "/relationships/KAZ-XYZ"])
def test_an_error_is_a_page_to_a_person_and_a_document_to_a_program(reader, path):
    page(reader, path, 404)
    document = reader.get(path, headers={"Accept": "application/json"})
    assert document.headers["Content-Type"] == "application/problem+json"


HOSTILE = '<img src=x onerror="alert(1)">{{ 7*7 }}</title><script>alert(2)</script>'


def test_hostile_words_are_shown_as_words(client):
    event = {
        **VISIT["events"][0],
        "title": HOSTILE,
        "place": HOSTILE,
        "note": HOSTILE,
        "sources": [{"title": HOSTILE, "url": "https://example.org/?x=1&y=2"}],
        "verbatim": {"text": HOSTILE},
    }
    body = {"act_id": "hostile:1", "events": [event]}
    assert client.post("/v1/acts", json=body).status_code == 201
    for path in ("/acts/hostile:1", "/relationships/HAWAII-USA", "/?q=hawaii"):
        text = page(client, path)
        assert "<img" not in text
        assert "7*7" in text or path.startswith("/?")


def test_every_problem_has_its_page(reader):
    text = page(reader, "/problems")
    for name in re.findall(r'href="/problems/([a-z-]+)"', text):
        assert name in page(reader, f"/problems/{name}")


def test_the_style_sheet_is_served_and_is_set_for_print_night_and_narrow_screens(reader):
    answer = reader.get("/static/style.css")
    assert answer.headers["Content-Type"].startswith("text/css")
    for rule in ("prefers-color-scheme: dark", "@media print", "max-width: 40rem"):
        assert rule in answer.text
    assert "url(" not in answer.text


def test_of_a_long_list_the_newest_are_shown_and_its_count_leads_to_all(client):
    for year in range(1950, 1971):
        parties = [{"party": "FRA"}, {"party": "DEU"}]
        event = {"type": "agreement.signed", "date": str(year), "title": f"Accord of {year}"}
        event |= {"parties": parties, "sources": [{"title": "Made up by rule"}]}
        body = {"act_id": f"accord:{year}", "events": [event]}
        assert client.post("/v1/acts", json=body).status_code == 201
    text = page(client, "/relationships/DEU-FRA?as_of=2000-01-01")
    assert "Signed, not in force the newest 5 of 21" in words(text)
    (link,) = re.findall(r'href="(/v1/relationships/DEU-FRA/items[^"]*signed[^"]*)"', text)
    found = client.get(unescape(link)).json()["items"]
    assert [line["title"] for line in found] == [f"Accord of {y}" for y in range(1970, 1949, -1)]
