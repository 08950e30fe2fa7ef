"""Likely twins over HTTP, in the terminal and on the page."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from events.write.commands import RecordAct
from tests.api.conftest import TestClient, run
from tests.domain.given import event, visit_of

MAPS = Path(__file__).parents[2] / "docs" / "maps"
VISIT = event("visit.held", "2017-01-27", parties=visit_of("GBR", "USA"), title="May & <b>")


@pytest.fixture
def told(client: TestClient, house) -> TestClient:
    """One visit that two imports tell, with another rank."""
    for name, rank in (("a", "state"), ("b", "working")):
        body = VISIT | {"rank": rank}
        house.commands.execute(RecordAct(f"{name}:1", [body], recorded_by=f"import:{name}"))
    return client


def test_twins_come_as_pages_with_their_basis(told: TestClient):
    answer = told.get("/v1/twins")
    assert answer.status_code == 200
    found = answer.json()
    (pair,) = found["twins"]
    assert [act["act_id"] for act in pair["acts"]] == ["a:1", "b:1"]
    assert pair["differ"] == {"rank": ["state", "working"]}
    assert found["cursor"] is None
    assert answer.headers["ETag"].strip('"') in found["basis"]["digest"]
    before = told.get("/v1/twins", params={"known_at": found["basis"]["position"] - 1}).json()
    assert before["twins"] == []
    of_the_pair = told.get("/v1/twins", params={"relationship": "USA-GBR"}).json()
    assert (of_the_pair["relationship"], of_the_pair["twins"]) == ("GBR-USA", found["twins"])


@pytest.mark.parametrize(
    ("query", "status"),
    [({"relationship": "USA"}, 422), ({"cursor": "x"}, 422), ({"relationship": "USA-XYZ"}, 404)],
)
def test_a_question_that_makes_no_sense_is_refused(told: TestClient, query, status):
    assert told.get("/v1/twins", params=query).status_code == status


def test_the_page_sets_them_side_by_side(told: TestClient):
    page = told.get("/twins", params={"relationship": "gbr–usa"})
    assert page.status_code == 200
    for words in ('href="/acts/a:1"', 'href="/acts/b:1"', "according to a", "working"):
        assert words in page.text
    assert "<b>" not in page.text
    assert "None among the acts" in told.get("/twins", params={"relationship": "FRA-USA"}).text
    refused = told.get("/twins", params={"relationship": "nobody"})
    assert refused.status_code == 422
    assert "a pair such as KAZ-KGZ" in refused.text


def test_the_terminal_lists_them(store):
    lines = b"".join(
        orjson.dumps(
            {"act_id": f"{name}:1", "events": [VISIT | {"sources": [{"title": name}]}]},
            option=orjson.OPT_APPEND_NEWLINE,
        )
        for name in ("times", "monde")
    )
    assert run("record", "-", store=store, stdin=lines).returncode == 0
    shown = run("twins", store=store)
    assert (shown.returncode, shown.stderr) == (0, b"")
    assert b"according to times" in shown.stdout
    assert b"they differ in: nothing" in shown.stdout
    done = run("twins", "USA-GBR", "--json", store=store)
    (pair,) = map(orjson.loads, done.stdout.splitlines())
    assert {act["act_id"] for act in pair["acts"]} == {"times:1", "monde:1"}
    assert run("twins", "FRA-USA", store=store).stdout == b""


@pytest.mark.parametrize("options", [(), ("--dry-run",)])
def test_an_import_lists_what_another_source_has_told_before(store, tmp_path, options):
    body = event("visit.held", "1976-05-20", parties=visit_of("FRA", "USA"), title="Bicentennial")
    others = [{"act_id": "a:1", "events": [body]}, {"act_id": "b:1", "events": [VISIT]}]
    lines = b"".join(orjson.dumps(one, option=orjson.OPT_APPEND_NEWLINE) for one in others)
    assert run("record", "-", store=store, stdin=lines).returncode == 0
    rows = ["no;guest;host;from;to;who", "1;France;United States;17/05/1976;22/05/1976;Giscard"]
    (tmp_path / "visits.csv").write_text("\n".join([*rows, ""]))
    command = ("import", "table", "visits.csv", "--map", str(MAPS / "visits.toml"), *options)

    done = run(*command, "--json", store=store, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    twins = orjson.loads(done.stdout)["changes"]["likely_twins"]
    assert twins == [{"first": "a:1", "second": "my-visits:1"}]
    again = run(*command, store=store, cwd=tmp_path).stdout.decode()
    assert ("a:1 and my-visits:1" in again) is bool(options)
