"""An act's page: its life as a line, each wording of each event, each party's consent."""

from __future__ import annotations

import re

from api.app import create_app
from api.http.examples import NEW_ACTS
from api.settings import Settings
from api.signing.key_files import fresh_key, write_new
from tests.api.conftest import BASE, TestClient, seeded
from tests.api.html import page, words

VISIT = NEW_ACTS["a visit that was held"]["value"]
KALAKAUA = "/acts/hsg-visits:2138"
#: The Ottawa convention in short: signed by all, ratified one by one, in force for all.
PARTIES = [{"party": code} for code in ("CAN", "NOR", "ZAF")]
OTTAWA = [
    {
        "type": "agreement.signed",
        "date": "1997-12-03",
        "title": "Mine Ban Convention",
        "form": "convention",
        "parties": PARTIES,
    },
    {"type": "agreement.ratified", "date": "1997-12-03", "by": ["CAN"]},
    {
        "type": "agreement.ratified",
        "date": "1998-07",
        "deposited": "1998-07-09",
        "by": ["NOR"],
    },
    {"type": "agreement.entered_into_force", "date": "1999-03-01"},
]


def line(text: str) -> list[str]:
    """The life as it is drawn, an entry each."""
    life = text.partition('<ol class="life">')[2].partition("</ol>")[0]
    return [words(entry) for entry in re.findall(r"<li.*?</li>", life, re.DOTALL)]


def test_an_act_s_page_tells_each_event_its_sources_and_how_it_was_corrected(client):
    client.post("/v1/acts", json=VISIT)
    event = {**VISIT["events"][0], "rank": "state"}
    path = "/v1/acts/hsg-visits:2138/events/1"
    client.post(f"{path}/correction", json={"reason": "The first state visit.", "event": event})
    text = page(client, KALAKAUA)
    shown = words(text)
    assert "Visit of King Kalakaua, Hawaii, to the United States" in shown
    assert "event 1 : The first state visit." in shown
    assert re.search(r"rank was \w+ is state", shown)
    assert "What it said until then" in shown
    assert "Office of the Historian, U.S. Department of State" in shown
    assert 'href="https://history.state.gov/departmenthistory/visits/hawaii"' in text
    assert "from 12 to 23 December 1874" in shown
    client.post(f"{path}/retraction", json={"reason": "Entered twice."})
    assert "Entered twice." in page(client, KALAKAUA)


def test_a_life_is_a_line_in_the_order_it_was_lived_whatever_the_order_it_was_told(client):
    for index in (3, 2, 1):
        OTTAWA[index].setdefault("parties", PARTIES)
    client.post("/v1/acts", json={"act_id": "treaty:1", "events": [OTTAWA[3], *OTTAWA[:3]]})
    entries = line(page(client, "/acts/treaty:1"))
    assert [re.search(r"signed|ratified|entered", entry)[0] for entry in entries] == [
        "signed",
        "ratified",
        "ratified",
        "entered",
    ]


def test_of_an_agreement_each_party_has_its_own_consent(client):
    client.post("/v1/acts", json={"act_id": "treaty:1", "events": OTTAWA})
    text = page(client, "/acts/treaty:1")
    rows = re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', text, re.DOTALL)
    consents = {name: words(rest) for name, rest in rows}
    assert "ratified 3 December 1997" in consents["Canada"]
    assert "ratified some day from 1 to 31 July 1998 , deposited 9 July 1998" in consents["Norway"]
    assert "nothing recorded" in consents["South Africa"]
    assert all("entered into force 1 March 1999" in row for row in consents.values())


def test_the_page_is_as_of_a_day_and_as_known_at_a_time(client):
    client.post("/v1/acts", json={"act_id": "treaty:1", "events": OTTAWA})
    before = page(client, "/acts/treaty:1?as_of=1998-01-01")
    assert [re.search(r"signed|ratified", entry)[0] for entry in line(before)] == [
        "signed",
        "ratified",
    ]
    assert "Known by then, and of a later day" in before
    possible = line(page(client, "/acts/treaty:1?as_of=1998-07-04"))
    assert "possibly" in possible[2]
    first = client.get("/v1/acts/treaty:1/history").json()["records"][0]["position"]
    earlier = page(client, f"/acts/treaty:1?known_at={first}")
    assert len(line(earlier)) == 1
    assert "version 2" not in words(earlier)
    page(client, f"/acts/treaty:1?known_at={first - 1}", 404)
    page(client, "/acts/treaty:1?as_of=1998-02-30", 422)


def test_an_erased_event_says_so_and_what_stays_stays(client):
    client.post("/v1/acts", json=VISIT)
    path = "/v1/acts/hsg-visits:2138/events/1/erasure"
    client.post(path, json={"reason": "By order of a court."})
    text = page(client, KALAKAUA)
    assert "By order of a court." in text
    assert "The body was erased." in text
    assert "Kalakaua" not in text


def test_proof_and_evidence_are_offered_where_the_log_has_a_key(tmp_path):
    key = tmp_path / "log.key"
    write_new(key, fresh_key("chancery.example/log"))
    app = create_app(Settings(log_key=key), seeded())
    with TestClient(app, base_url=BASE) as signed:
        text = page(signed, "/acts/eurasian-2024:a03?as_of=2024-02-02")
        links = re.findall(r'href="(/v1/[^"]+)" download', text)
        assert any("/evidence?as_of=2024-02-02" in found for found in links)
        assert any("/v1/log/proof/" in found for found in links)
        for found in links:
            assert signed.get(found.replace("&amp;", "&")).status_code == 200


def test_without_a_key_no_proof_is_promised(reader):
    assert "download" not in page(reader, "/acts/eurasian-2024:a03")


def test_only_web_addresses_become_links(client):
    event = {
        **VISIT["events"][0],
        "note": "javascript:alert(1)",
        "sources": [{"title": "x", "url": "https://example.org/?a=1&b=<2>".replace("<2>", "2")}],
    }
    client.post("/v1/acts", json={"act_id": "visit:1", "events": [event]})
    hrefs = re.findall(r'href="([^"]+)"', page(client, "/acts/visit:1"))
    assert "https://example.org/?a=1&amp;b=2" in hrefs
    assert all(found.startswith(("/", "#", "https://example.org")) for found in hrefs)
