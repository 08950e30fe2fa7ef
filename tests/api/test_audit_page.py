"""The audit page: one record at a time, forwards and back, each with its address."""

from __future__ import annotations

import re

import pytest

from api.http.examples import NEW_ACTS
from tests.api.html import page, words

VISIT = NEW_ACTS["a visit that was held"]["value"]


def way(text: str, rel: str) -> str | None:
    found = re.search(rf'<a rel="{rel}" class="way" href="([^"]+)"', text)
    return found[1].replace("&amp;", "&") if found else None


def walked(client, path: str, rel: str) -> list[int]:
    positions = []
    while path:
        text = page(client, path)
        heading = re.search(r"Record ([0-9,]+):", text)
        if heading:
            positions.append(int(heading[1]))
        path = way(text, rel)
    return positions


def test_the_whole_log_is_stepped_through_from_start_to_end_and_back(reader):
    last = reader.get("/readyz").json()["position"]
    onwards = walked(reader, "/audit?position=0", "next")
    assert onwards == [*range(1, last + 1)]
    assert walked(reader, "/audit", "prev") == onwards[::-1]


def test_a_relationship_is_stepped_through_by_what_changed_it(reader):
    steps = walked(reader, "/audit?relationship=KGZ-KAZ&position=0&as_of=2024-05-01", "next")
    changes = reader.get("/v1/relationships/KAZ-KGZ/replay?as_of=2024-05-01").text.splitlines()
    assert len(steps) >= len(changes) > 1
    assert steps == sorted(set(steps))


def test_a_step_says_what_it_changed_and_of_which_day(client):
    client.post("/v1/acts", json=VISIT)
    event = {**VISIT["events"][0], "date": "1874-12-12/1874-12-24"}
    path = "/v1/acts/hsg-visits:2138/events/1/correction"
    client.post(path, json={"reason": "He left on Christmas Eve.", "event": event})
    text = page(client, "/audit?as_of=1880-01-01")
    shown = words(text)
    assert "corrected visit: held" in shown
    assert "He left on Christmas Eve." in shown
    assert "What it changed of 1 January 1880" in shown
    assert re.search(
        r"contact · last .*from 12 to 23 December 1874 .*from 12 to 24 December", shown
    )
    assert "a late change: answers from 12 December 1874 on became others" in shown
    assert 'href="/relationships/HAWAII-USA?as_of=1880-01-01&amp;known_at=' in text


def test_before_the_first_record_nothing_was_known(reader):
    text = page(reader, "/audit?position=0")
    assert "Here nothing was known yet" in text
    assert way(text, "prev") is None
    assert way(text, "next") == "/audit?position=1"


def test_the_last_step_has_none_after_it(reader):
    assert way(page(reader, "/audit"), "next") is None


@pytest.mark.parametrize(
    "asked",
    [
        "position=99999",
        "position=soon",
        "relationship=KAZ",
        "relationship=KAZ-<b>",
        "as_of=2024-02-30",
    ],
)
def test_what_cannot_be_stepped_to_is_told_in_the_form(reader, asked):
    text = page(reader, f"/audit?{asked}", 422)
    assert 'role="alert"' in text
    assert "<b>" not in text


def test_an_unknown_party_has_no_steps(reader):
    page(reader, "/audit?relationship=KAZ-XYZ", 404)


def test_an_erasure_tells_that_earlier_answers_say_so_now(client):
    client.post("/v1/acts", json=VISIT)
    client.post("/v1/acts/hsg-visits:2138/events/1/erasure", json={"reason": "By order."})
    text = page(client, "/audit")
    assert "An erasure drops content at every position" in text
    assert "Its content was erased lawfully" in page(client, "/audit?position=24")
