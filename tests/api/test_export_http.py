"""Exports over HTTP and on the command line: named, dated, refused where they make no sense."""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path

import orjson
import pytest

from api.app import create_app
from api.export import FORMS, VIEWS
from api.settings import Settings
from api.web.rendering import ENVIRONMENT
from tests.api.conftest import BASE, TestClient, one_line, run, seeded

NEEDED = {
    "state": "relationship=KAZ-KGZ",
    "timeline": "relationship=KAZ-KGZ",
    "network": "party=KAZ",
}
PAIRS = [(view, form) for view in VIEWS for form in FORMS]
DOC = Path(__file__).resolve().parents[2] / "docs" / "exports.md"


def url(view: str, form: str, *asked: str) -> str:
    parts = [NEEDED[view]] if view in NEEDED else []
    return f"/v1/exports/{view}.{form}?{'&'.join([*parts, *asked])}".rstrip("?")


@pytest.mark.parametrize(("view", "form"), PAIRS)
def test_a_view_is_given_in_its_formats_and_refused_in_the_others(reader, view, form):
    answer = reader.get(url(view, form))
    if form not in VIEWS[view].forms:
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")
        assert f"{view.capitalize()} is exported as one of " in answer.json()["detail"]
        return
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == FORMS[form].media_type
    assert answer.headers["Content-Length"] == str(len(answer.content))
    assert answer.headers["Chancery-Position"] == "23"
    assert answer.headers["Chancery-Digest"].startswith("sha256:")
    assert ("Chancery-As-Of" in answer.headers) is ("as_of" in VIEWS[view].takes)
    ending = "cloudevents.json" if form == "cloudevents" else form
    assert answer.headers["Content-Disposition"].endswith(f'-23.{ending}"')
    again = reader.get(url(view, form), headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_table_of_the_docs_says_which_view_has_which_format():
    rows = [line for line in DOC.read_text("utf-8").splitlines() if line.startswith("| `")]
    forms_of = {}
    for row in rows:
        first, *cells = (cell.strip() for cell in row.strip("|").split("|"))
        if first.strip("`") in VIEWS:
            marked = zip(FORMS, cells, strict=True)
            forms_of[first.strip("`")] = tuple(form for form, cell in marked if cell == "yes")
    assert forms_of == {view.name: view.forms for view in VIEWS.values()}


def test_a_state_s_export_bears_the_digest_of_the_state_s_answer(reader):
    basis = reader.get("/v1/relationships/KAZ-KGZ?as_of=2024-02-02").json()["basis"]
    answer = reader.get(url("state", "csv", "as_of=2024-02-02"))
    assert answer.headers["Chancery-Digest"] == basis["digest"]
    assert answer.headers["Chancery-Known-At"] == basis["known_at"]
    rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    basis_shown = {name: row[f"basis_{name}"] for row in rows for name in ("as_of", "digest")}
    assert basis_shown == {"as_of": "2024-02-02", "digest": basis["digest"]}


REFUSED = {
    "a view there is not": ("/v1/exports/visits.csv", 404, "not-found"),
    "a format there is not": ("/v1/exports/acts.xlsx", 404, "not-found"),
    "a state of nobody": ("/v1/exports/state.csv", 422, "invalid-question"),
    "a filter the view has no use for": (
        "/v1/exports/relationships.csv?kind=visit",
        422,
        "invalid-question",
    ),
    "a parameter there is not": ("/v1/exports/acts.csv?asof=2024", 422, "invalid-question"),
    "a kind there is not": ("/v1/exports/acts.csv?kind=war", 422, "invalid-question"),
    "a narrowing there is not": ("/v1/exports/events.atom?only=all", 422, "invalid-question"),
    "a pair of one": ("/v1/exports/acts.csv?relationship=KAZ", 422, "invalid-question"),
    "a pair of the same": (
        "/v1/exports/acts.csv?relationship=KAZ-KAZ",
        422,
        "invalid-relationship",
    ),
    "a party there is not": ("/v1/exports/events.csv?party=XYZ", 404, "unknown-party"),
    "an act there is not": ("/v1/exports/acts.ics?act=no:such", 404, "unknown-act"),
    "records of an act there is not": ("/v1/exports/events.csv?act=no:such", 404, "unknown-act"),
    "a day there was not": ("/v1/exports/acts.csv?as_of=2023-02-29", 422, "invalid-question"),
    "days the wrong way round": (
        "/v1/exports/acts.csv?from=2024-02-02&to=2024-01-01",
        422,
        "invalid-question",
    ),
    "a day of the log": ("/v1/exports/events.jsonl?as_of=2024-02-02", 422, "invalid-question"),
    "what is still to come": ("/v1/exports/acts.csv?known_at=24", 422, "invalid-question"),
    "records beyond the log": ("/v1/exports/events.csv?after=24", 422, "invalid-question"),
    "a length of what is no feed": ("/v1/exports/events.csv?limit=5", 422, "invalid-question"),
    "a feed from its old end": ("/v1/exports/events.atom?after=5", 422, "invalid-question"),
    "a network of nobody": ("/v1/exports/network.graphml", 422, "invalid-question"),
    "a network larger than any": (
        "/v1/exports/network.graphml?party=KAZ&limit=101",
        422,
        "invalid-question",
    ),
    "a rank there is not": (
        "/v1/exports/timeline.csv?relationship=KAZ-KGZ&rank=royal",
        422,
        "invalid-question",
    ),
    "coverage in a timeline": (
        "/v1/exports/timeline.csv?relationship=KAZ-KGZ&kind=coverage",
        422,
        "invalid-question",
    ),
    "a feed longer than any": ("/v1/exports/events.atom?limit=501", 422, "invalid-question"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_exported_is_refused_by_name(reader, name):
    path, status, problem = REFUSED[name]
    answer = reader.get(path)
    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{problem}")


def test_a_client_that_takes_only_another_type_is_told_so(reader):
    answer = reader.get(url("acts", "ics"), headers={"Accept": "text/csv"})
    assert (answer.status_code, answer.json()["type"]) == (406, "/problems/not-acceptable")


def test_without_its_extra_parquet_is_a_501_that_names_the_extra(reader, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    answer = reader.get(url("acts", "parquet"))
    assert (answer.status_code, answer.json()["type"]) == (501, "/problems/not-installed")
    assert "chancery[parquet]" in answer.json()["detail"]


def test_links_lead_to_the_address_others_know_the_service_by():
    app = create_app(Settings(public_url="https://acts.example/chancery"), seeded())
    with TestClient(app, base_url=BASE) as http:
        feed = http.get("/v1/exports/events.atom?limit=1").text
        event = http.get("/v1/events?envelope=cloudevent&limit=1").json()[0]
    assert 'href="https://acts.example/chancery/acts/coverage:eurasian-2024"' in feed
    assert event["source"] == "https://acts.example/chancery/v1/events"


def test_the_feed_comes_as_cloudevents_page_after_page(reader):
    records = reader.get("/v1/events?limit=500").json()["events"]
    seen, following = [], "/v1/events?envelope=cloudevent&limit=8"
    while following:
        answer = reader.get(following)
        assert answer.headers["Content-Type"] == "application/cloudevents-batch+json"
        seen += answer.json()
        following = answer.links["next"]["url"] if "next" in answer.links else ""
    assert [event["data"] for event in seen] == records
    for event in seen:
        record = event["data"]
        assert {name for name in event if name != "data"} == {
            *("specversion", "id", "source", "type", "subject", "time", "datacontenttype")
        }
        assert event["specversion"] == "1.0"
        assert (event["id"], event["subject"]) == (str(record["position"]), record["act_id"])
        assert (event["type"], event["time"]) == (
            f"chancery.{record['type']}",
            record["recorded_at"],
        )


def test_an_envelope_there_is_not_is_refused(reader):
    answer = reader.get("/v1/events?envelope=soap")
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid-question")


def test_the_links_of_a_page_lead_to_exports_at_its_basis(reader):
    basis = reader.get("/v1/relationships/KAZ-KGZ?as_of=2024-02-02").json()["basis"]
    links = ENVIRONMENT.get_template("exports.html").module.links
    for view in VIEWS.values():
        about = {"relationship": "KAZ-KGZ"} if "relationship" in view.takes else {"party": "KAZ"}
        shown = str(links(view.name, view.forms, about, basis))
        hrefs = [part.partition('"')[0] for part in shown.split('href="')[1:]]
        assert len(hrefs) == len(view.forms)
        for href in hrefs:
            answer = reader.get(href.replace("&amp;", "&"))
            assert answer.status_code == 200
            assert answer.headers["Chancery-Position"] == str(basis["position"])


def test_the_command_writes_what_http_gives_but_for_where_links_lead(seeded_store, tmp_path):
    done = run(
        "export",
        "ics",
        "--as-of",
        "2024-02-02",
        "-o",
        "plans.ics",
        store=seeded_store,
        cwd=tmp_path,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    text = (tmp_path / "plans.ics").read_text()
    assert "DTSTART;VALUE=DATE:20240401" in text
    assert "URL:http://localhost:8000/acts/eurasian-2024:a03" in text
    asked = ("export", "cloudevents", "--party", "UZB", "--kind", "talk", "--only", "new_acts")
    found = orjson.loads(run(*asked, store=seeded_store).stdout)
    assert found
    assert {event["type"].partition(".")[2].partition(".")[0] for event in found} == {"talk"}


BAD_COMMANDS = {
    ("export", "xlsx"): "expected a format",
    ("export", "ics", "--view", "state"): "State is exported as one of csv, jsonl",
    ("export", "csv", "--view", "visits"): "expected a view",
    ("export", "csv", "--view", "state"): "relationship: expected one, for state",
    ("export", "graphml", "--kind", "visit"): "kind: expected none",
    ("export", "atom", "--only", "all"): "only: expected one of new_acts",
}


@pytest.mark.parametrize("command", BAD_COMMANDS, ids=" ".join)
def test_a_command_that_makes_no_sense_writes_nothing(seeded_store, tmp_path, command):
    done = run(*command, "-o", "out", store=seeded_store, cwd=tmp_path)
    assert done.returncode == 2
    assert BAD_COMMANDS[command].casefold() in one_line(done).casefold()
    assert not (tmp_path / "out").exists()
