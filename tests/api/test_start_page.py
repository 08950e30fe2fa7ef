"""The start page and a party's pages: who is meant on a day, what is new, whom one deals with."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest

from api.http.examples import NEW_ACTS
from tests.api.html import page, words

VISIT = NEW_ACTS["a visit that was held"]["value"]


def listed(text: str) -> list[str]:
    """The relationships of the table, in its order."""
    return re.findall(r'<th scope="row"><a href="/relationships/([A-Z0-9]+-[A-Z0-9]+)', text)


def section(text: str, name: str) -> str:
    """What stands under the heading with an id, up to the next section."""
    return text.partition(f'<h2 id="{name}">')[2].partition("</section>")[0]


def test_the_start_page_lists_relationships_by_number_of_acts(reader):
    text = page(reader, "/")
    numbers = [int(number) for number in re.findall(r'data-label="Acts">([0-9]+)<', text)]
    assert numbers == sorted(numbers, reverse=True)
    assert len(numbers) == len(listed(text))
    assert set(listed(text)) >= {"KAZ-KGZ", "KGZ-TJK"}


@pytest.mark.parametrize(
    "q",
    [
        "KAZ-KGZ",
        "kaz-kgz",
        "kyrgyzstan, kazakhstan",
        "Kazakh and Kyrgyz",
        "kaz – kgz",
        "Kirghizia, KAZ",
        "Kazakhstan - Kyrgyz Republic",
    ],
)
def test_a_pair_is_found_by_codes_and_by_names_in_either_order(reader, q):
    assert listed(page(reader, f"/?q={quote(q)}")) == ["KAZ-KGZ"]


@pytest.mark.parametrize(
    ("q", "day", "codes"),
    [
        ("Soviet Union", "1985-03-11", ["SUN"]),
        ("Russia", "2000-01-01", ["RUS"]),
        ("Guinea-Bissau", "1990-01-01", ["GNB"]),
        ("Trinidad and Tobago, Bosnia and Herzegovina", "2001-01-01", ["TTO", "BIH"]),
        ("Czechoslovakia – Yugoslavia", "1972-05-01", ["CSK", "YUG"]),
        ("Ceylon", "1960-01-01", ["LKA"]),
        ("Siam and USA", "1930-06-01", ["THA", "USA"]),
    ],
)
def test_a_name_means_who_bore_it_on_the_day(reader, q, day, codes):
    meant = section(page(reader, f"/?q={quote(q)}&as_of={day}"), "meant")
    assert re.findall(r'href="/parties/([A-Z0-9]+)\?', meant) == codes


def test_a_name_nobody_bore_that_day_offers_who_did_on_others(reader):
    meant = section(page(reader, "/?q=Soviet+Union&as_of=2000-01-01"), "meant")
    assert "nobody by that name on this day" in meant
    assert "/parties/SUN" in meant
    assert "no party was ever called so" in words(page(reader, "/?q=Ruritania"))


def test_two_parties_lead_to_their_relationship_even_without_an_act(reader):
    text = page(reader, "/?q=Nepal, Bhutan")
    assert 'href="/relationships/BTN-NPL"' in text
    assert "No relationship with acts of its own fits" in words(text)


def test_a_search_that_finds_nothing_shows_what_was_asked_as_text(reader):
    text = page(reader, "/?q=<script>alert(1)</script>")
    assert "No relationship with acts of its own fits" in text
    assert "<script>alert" not in text


def test_what_is_new_stands_on_the_start_page_and_not_on_a_search(client):
    client.post("/v1/acts", json=VISIT)
    path = "/v1/acts/hsg-visits:2138/events/1"
    event = {**VISIT["events"][0], "rank": "state"}
    client.post(f"{path}/correction", json={"reason": "The first state visit.", "event": event})
    shown = words(page(client, "/"))
    for heading in ("Recent acts", "Recent corrections", "Late changes"):
        assert heading in shown
    assert "The first state visit." in shown
    assert "Visit of King Kalakaua, Hawaii, to the United States" in shown
    assert "from 12 December 1874 on" in shown
    assert "Recent acts" not in page(client, "/?q=Hawaii")


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


def test_a_party_s_page_tells_its_names_codes_and_succession_by_date(reader):
    shown = words(page(reader, "/parties/SUN"))
    assert "former state" in shown
    assert "Union of Soviet Socialist Republics" in shown
    assert "Soviet Union" in shown
    assert "Before and after" in shown
    assert re.search(r"is the same state as|was followed by", shown)
    assert 'href="/parties/RUS"' in page(reader, "/parties/SUN")


def test_a_party_s_relationships_stand_by_last_contact(reader):
    text = page(reader, "/parties/KGZ?as_of=2024-03-09")
    rows = re.findall(r'<th scope="row"><a href="/relationships/([A-Z-]+)\?', text)
    assert {"KAZ-KGZ", "KGZ-TJK"} <= set(rows)
    listed = reader.get("/v1/relationships?party=KGZ&as_of=2024-03-09").json()["relationships"]
    days = {row["relationship"]: row["last"] for row in listed}
    assert {*rows} == {*days}
    shown = re.findall(r'data-label="Last contact"><span class="date" title="([^"]+)"', text)
    assert shown == [days[row] for row in rows]


def test_a_party_is_named_as_on_the_day_and_told_when_it_did_not_exist(reader):
    assert "<h1>Siam</h1>" in page(reader, "/parties/THA?as_of=1930-01-01")
    assert "there was no such party" in page(reader, "/parties/SUN?as_of=2000-01-01")
    page(reader, "/parties/SUN?as_of=2000-02-30", 422)
    page(reader, "/parties/NOBODY", 404)


def test_the_network_page_has_the_same_as_a_table(reader):
    text = page(reader, "/parties/KGZ/network?as_of=2024-03-09")
    network = reader.get("/v1/parties/KGZ/network?as_of=2024-03-09").json()
    assert listed(text.replace("?as_of=2024-03-09", "")) == [
        row["relationship"] for row in network["relationships"]
    ]
    assert "no relationship with so many acts" in page(reader, "/parties/KGZ/network?least=500")
    page(reader, "/parties/KGZ/network?least=none", 422)
    page(reader, "/parties/KGZ/network?limit=101", 422)
