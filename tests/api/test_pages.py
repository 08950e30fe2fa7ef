"""The pages: every part of a state set out as text, both times in a form, no script in a page."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from api.examples import NEW_ACTS

HTML = {"Accept": "text/html"}
VISIT = NEW_ACTS["a visit that was held"]["value"]
SEVERE = "default-src 'none'"
VOID = {"meta", "link", "input", "br", "hr", "img"}


class Checked(HTMLParser):
    """Reads a page strictly: every element is closed, in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, f"</{tag}> closes another element"


def page(client, path: str, status: int = 200) -> str:
    answer = client.get(path, headers=HTML)
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert SEVERE in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    checked = Checked(answer.text)
    names = [tag for tag, _ in checked.tags]
    assert names.count("h1") == 1
    for tag, attributes in checked.tags:
        assert tag != "script" or str(attributes["src"]).startswith("/static/built/")
    assert "<script>" not in answer.text
    assert "style" not in names
    assert not any(name.startswith("on") or name == "style" for _, a in checked.tags for name in a)
    return answer.text


def words(text: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def test_the_front_page_lists_relationships_by_number_of_acts(reader):
    text = page(reader, "/")
    first = re.findall(r'href="/relationships/([A-Z-]+)"', text)
    numbers = [int(number) for number in re.findall(r'data-label="Acts">([0-9]+)<', text)]
    assert numbers == sorted(numbers, reverse=True)
    assert len(numbers) == len(first)
    assert set(first) >= {"KAZ-KGZ", "KGZ-TJK"}


@pytest.mark.parametrize(
    "q", ["KAZ-KGZ", "kyrgyzstan, kazakhstan", "Kazakh and Kyrgyz", "kaz – kgz", "Kirghizia, KAZ"]
)
def test_a_pair_is_found_by_codes_and_by_names_in_either_order(reader, q):
    text = page(reader, f"/?q={q}")
    assert re.findall(r'href="/relationships/([A-Z-]+)"', text) == ["KAZ-KGZ"]


def test_a_search_that_finds_nothing_says_so_and_shows_what_was_asked_as_text(reader):
    text = page(reader, "/?q=<script>alert(1)</script>")
    assert "No relationship fits" in text
    assert "<script>" not in text


def test_on_2_february_the_page_says_what_the_state_says(reader):
    text = words(page(reader, "/relationships/KGZ-KAZ?as_of=2024-02-02"))
    assert "Kazakhstan and Kyrgyzstan" in text
    assert "As it stood on 2 February 2024" in text
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


def test_the_form_asks_for_both_times_and_an_empty_field_is_not_asked(reader):
    text = page(reader, "/relationships/KAZ-KGZ?as_of=&known_at=")
    assert 'for="as_of">True on<' in text
    assert 'for="known_at">Known on<' in text


def test_a_day_that_never_was_is_told_beside_the_form_with_what_was_typed(reader):
    text = page(reader, "/relationships/KAZ-KGZ?as_of=2023-02-29", 422)
    assert 'value="2023-02-29"' in text
    assert 'role="alert"' in text
    assert "expected a day such as" in words(text)


@pytest.mark.parametrize("path", ["/nowhere", "/acts/no-such", "/relationships/KAZ-XYZ"])
def test_an_error_is_a_page_to_a_person_and_a_document_to_a_program(reader, path):
    page(reader, path, 404)
    document = reader.get(path, headers={"Accept": "application/json"})
    assert document.headers["Content-Type"] == "application/problem+json"


def test_an_act_s_page_tells_each_event_its_sources_and_how_it_was_corrected(client):
    client.post("/v1/acts", json=VISIT)
    event = {**VISIT["events"][0], "rank": "state"}
    path = "/v1/acts/hsg-visits:2138/events/1"
    client.post(f"{path}/correction", json={"reason": "The first state visit.", "event": event})
    text = page(client, "/acts/hsg-visits:2138")
    told = words(text)
    assert "Visit of King Kalakaua, Hawaii, to the United States" in told
    assert "of event 1: The first state visit." in told
    assert "What it said until then" in told
    assert "Office of the Historian, U.S. Department of State" in told
    assert 'href="https://history.state.gov/departmenthistory/visits/hawaii"' in text
    assert "from 12 to 23 December 1874" in told
    client.post(f"{path}/retraction", json={"reason": "Entered twice."})
    assert "Entered twice." in page(client, "/acts/hsg-visits:2138")


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


def test_a_long_list_goes_on_over_pages(client):
    codes = ("FRA", "DEU", "GBR", "ITA", "ESP", "PRT", "NLD", "BEL", "POL", "HUN", "CAN", "MEX")
    codes += ("BRA", "ARG", "CHL", "PER", "COL", "VEN")
    for a in codes:
        for b in ("JPN", "KOR", "IND"):
            parties = [{"party": a}, {"party": b}]
            event = {"type": "talk.held", "date": "2001", "parties": parties}
            client.post("/v1/acts", json={"events": [event]})
    text = page(client, "/?sort=name")
    assert 'rel="next"' in text
    assert "Page 2 of 2" in page(client, "/?sort=name&page=2")
    page(client, "/?page=0", 422)
    page(client, "/?sort=colour", 422)
