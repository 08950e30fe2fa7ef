"""Each format is read by a program that is not ours, and says what the state says."""

from __future__ import annotations

import csv
import io
import warnings
from datetime import date
from typing import Any

import feedparser
import icalendar
import networkx
import orjson
import pyarrow.parquet
import pytest

from api.export import FORMS, VIEWS, export
from api.export.xml import plain
from domain.dates import parse
from events.application import Chancery
from events.write.commands import RecordAct, RetractEvent
from tests.api.histories import BY, HOSTILE, retell

with warnings.catch_warnings():
    # Both announce changes of their own makers.
    warnings.simplefilter("ignore")
    import duckdb
    from rdflib import Graph, Literal, Namespace, URIRef
    from rdflib.namespace import PROV, RDF, XSD

SCHEMA = Namespace("https://schema.org/")
EDTF = URIRef("http://id.loc.gov/datatypes/edtf/EDTF")
TERMS = Namespace("https://chancery.example/terms#")
PAIR, DAY = "KAZ-KGZ", "2024-03-09"
BASE = "https://acts.example"


@pytest.fixture
def chancery(house) -> Chancery:
    return retell(house)


def exported(chancery: Chancery, form: str, **asked: Any) -> bytes:
    return b"".join(export(chancery, form, link_base=BASE, **asked))


def calendar(chancery: Chancery, **asked: Any) -> dict[str, Any]:
    """The entries of a calendar by the act each is about."""
    (found,) = icalendar.Calendar.from_ical(exported(chancery, "ics", **asked), multiple=True)
    entries = [entry for entry in found.walk() if entry.name in ("VEVENT", "VTODO")]
    assert not [entry.errors for entry in entries if entry.errors]
    return {str(entry["x-chancery-act"]): entry for entry in entries}


def test_the_calendar_has_the_plans_of_the_state_and_the_agreements_that_will_expire(chancery):
    state = chancery.query.state(PAIR, DAY)
    planned = {line["act_id"]: line.get("window") for line in state["visits"]["planned"]}
    in_force = state["agreements"]["in_force"]
    expiring = {line["act_id"]: line["until"] for line in in_force if "until" in line}
    entries = calendar(chancery, relationship=PAIR, as_of=DAY)
    assert set(entries) == set(planned) | set(expiring)
    # Put off with no other day named: its old window is no plan, and stands nowhere.
    assert planned.pop("plan:moved") is None
    assert "x-chancery-date" not in entries["plan:moved"]
    assert "dtstart" not in entries["plan:moved"]
    for act_id, text in {**planned, **expiring}.items():
        assert str(entries[act_id]["x-chancery-date"]) == text


def test_a_plan_is_an_all_day_span_over_every_day_it_may_touch_and_no_day_is_invented(chancery):
    for entry in calendar(chancery, relationship=PAIR, as_of=DAY).values():
        if entry.name == "VEVENT":
            when = parse(str(entry["x-chancery-date"]))
            begins, ends = entry["dtstart"], entry["dtend"]
            assert begins.params["VALUE"] == ends.params["VALUE"] == "DATE"
            assert begins.dt == date.fromordinal(when.earliest)
            assert ends.dt == date.fromordinal(when.latest + 1)


SPANS = {
    "eurasian-2024:a03": ("VEVENT", "2024-04-01", "2024-05-01", "TENTATIVE"),
    "plan:day": ("VEVENT", "2024-06-05", "2024-06-06", "CONFIRMED"),
    "plan:year": ("VEVENT", "2025-01-01", "2026-01-01", "TENTATIVE"),
    "plan:open": ("VTODO", "2024-09-01", None, None),
    "plan:by": ("VTODO", None, "2025-01-01", None),
    "treaty:month": ("VEVENT", "2025-05-01", "2025-06-01", "TENTATIVE"),
}


@pytest.mark.parametrize("act_id", SPANS)
def test_a_month_a_year_and_a_date_without_a_bound_are_drawn_as_what_they_are(chancery, act_id):
    kind, begins, ends, status = SPANS[act_id]
    entry = calendar(chancery, relationship=PAIR, as_of=DAY)[act_id]
    end = entry.get("dtend") or entry.get("due")
    assert entry.name == kind
    assert (None if "dtstart" not in entry else entry["dtstart"].dt.isoformat()) == begins
    assert (None if end is None else end.dt.isoformat()) == ends
    assert entry.get("status") == status


def test_a_plan_that_passed_without_a_word_is_unconfirmed_in_the_calendar_too(chancery):
    entry = calendar(chancery, relationship=PAIR, as_of="2024-05-01")["eurasian-2024:a03"]
    assert "unconfirmed" in str(entry["summary"])
    assert entry["status"] == "TENTATIVE"


def test_a_calendar_entry_keeps_its_name_and_counts_what_changed(chancery):
    before = calendar(chancery, as_of=DAY, known_at="20")["eurasian-2024:a03"]
    after = calendar(chancery, as_of=DAY)["eurasian-2024:a03"]
    assert before["uid"] == after["uid"]
    assert (before["sequence"], after["sequence"]) == (0, 1)
    assert (str(before["x-chancery-date"]), str(after["x-chancery-date"])) == (
        "2024-04",
        "2024-04~",
    )


def feed(chancery: Chancery, **asked: Any) -> Any:
    found = feedparser.parse(exported(chancery, "atom", **asked))
    assert not found.bozo, found.bozo_exception
    assert found.version == "atom10"
    return found


def positions(found: Any) -> list[int]:
    return [int(entry.chancery_position) for entry in found.entries]


def test_a_feed_tells_every_record_once_newest_first_page_after_page(chancery):
    seen: list[int] = []
    known_at = None
    while known_at != "":
        asked = {} if known_at is None else {"known_at": known_at}
        found = feed(chancery, limit=7, **asked)
        seen += positions(found)
        following = [link.href for link in found.feed.links if link.rel == "next"]
        known_at = following[0].rpartition("known_at=")[2] if following else ""
    assert seen == list(range(chancery.query.head().position, 0, -1))


def test_a_feed_of_corrections_says_what_was_done_and_why(chancery):
    found = feed(chancery, only="corrections")
    audit = [
        r for r in chancery.inspection.audit_records(limit=500)["records"] if r["did"] != "recorded"
    ]
    assert positions(found) == [record["position"] for record in reversed(audit)]
    assert "Reason: about April" in found.entries[-1].summary
    assert found.entries[-1].title.startswith("Corrected: visit: announced: ")


def test_a_feed_of_late_changes_is_the_audit_s_and_names_what_it_changed(chancery):
    late = chancery.inspection.late_changes(limit=500)["late_changes"]
    found = feed(chancery, only="late_changes", limit=500)
    assert positions(found) == [record["position"] for record in reversed(late)]
    for entry, record in zip(found.entries, reversed(late), strict=True):
        for change in record["relationships"]:
            assert f"{change['relationship']} from {change['since']} on" in entry.summary


def test_a_feed_of_new_acts_of_one_party_and_kind(chancery):
    found = feed(chancery, only="new_acts", party="NAM", kind="visit")
    assert [entry.link for entry in found.entries] == [f"{BASE}/acts/namibia:1"]
    assert {"NAM", "USA", "new_act", "visit"} <= {tag.term for tag in found.entries[0].tags}


def test_an_entry_of_a_feed_never_changes_its_name_or_its_words(chancery):
    before = {e.id: (e.title, e.summary, e.updated) for e in feed(chancery, limit=500).entries}
    chancery.commands.execute(RetractEvent("namibia:1", 1, "nobody came", **BY))
    after = {e.id: (e.title, e.summary, e.updated) for e in feed(chancery, limit=500).entries}
    assert len(after) == len(before) + 1
    assert before.items() <= after.items()


def graph(chancery: Chancery, **asked: Any) -> Any:
    return networkx.parse_graphml(exported(chancery, "graphml", **asked).decode())


def test_the_graph_has_the_relationships_of_the_list_with_their_acts_and_contacts(chancery):
    listed = chancery.query.relationships(as_of=DAY, limit=500)
    found = graph(chancery, as_of=DAY)
    edges = {
        d["id"]: (d["acts"], d.get("first"), d.get("last")) for *_, d in found.edges(data=True)
    }
    assert edges == {
        row["relationship"]: (row["acts"], row["first"], row["last"])
        for row in listed["relationships"]
    }
    assert found.nodes["KGZ"] == {"name": "Kyrgyzstan", "kind": "state"}
    assert found.graph["position"] == listed["basis"]["position"]
    assert found.graph["as_of"] == DAY


def test_the_graph_round_one_party_leaves_out_what_is_below_the_threshold(chancery):
    assert set(graph(chancery, party="NAM").nodes) == {"NAM", "USA"}
    listed = chancery.query.relationships(limit=500)["relationships"]
    most = max(row["acts"] for row in listed)
    edges = graph(chancery, least_acts=most).edges(data=True)
    assert [d["id"] for *_, d in edges] == [PAIR]
    assert len(listed) > 1


def test_the_graph_of_a_network_is_the_network_of_the_page(chancery):
    network = chancery.query.network("KAZ", DAY, least=1, limit=3)
    rows = [*network["relationships"], *network["among"]]
    found = graph(chancery, view="network", party="KAZ", limit=3, as_of=DAY)
    assert {d["id"]: d["acts"] for *_, d in found.edges(data=True)} == {
        row["relationship"]: row["acts"] for row in rows
    }
    assert found.graph["digest"] == network["basis"]["digest"]


def linked(chancery: Chancery, **asked: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = Graph()
        found.parse(data=exported(chancery, "jsonld", **asked), format="json-ld")
    return found


def act_node(act_id: str, fragment: str = "") -> Any:
    return URIRef(f"{BASE}/v1/acts/{act_id}{fragment}")


def test_the_linked_acts_are_events_of_schema_org_with_edtf_dates_and_sources(chancery):
    found = linked(chancery, relationship=PAIR, as_of=DAY)
    visit = act_node("eurasian-2024:a03")
    assert (visit, RDF.type, SCHEMA.Event) in found
    event = act_node("eurasian-2024:a03", "#event-1")
    assert (visit, SCHEMA.subjectOf, event) in found
    assert (event, TERMS.plannedFor, Literal("2024-04~", datatype=EDTF)) in found
    # A month has no start date: only a day is one.
    assert (act_node("plan:year", "#event-1"), SCHEMA.startDate, None) in found
    assert (event, SCHEMA.startDate, None) not in found
    sources = [found.value(s, SCHEMA.name) for s in found.objects(event, PROV.hadPrimarySource)]
    body = chancery.query.act("eurasian-2024:a03")["events"][0]["event"]
    assert [str(name) for name in sources] == [s["title"] for s in body["sources"]]
    kazakhstan = URIRef(f"{BASE}/v1/parties/KAZ")
    assert (visit, TERMS.host, kazakhstan) in found
    assert found.value(kazakhstan, SCHEMA.name) == Literal("Kazakhstan")


def test_the_linked_acts_are_all_acts_the_record_knows(chancery):
    found = linked(chancery)
    acts = {str(node).rpartition("/")[2] for node in found.subjects(SCHEMA.isPartOf)}
    listed = {row["act_id"] for row in chancery.query.acts(limit=500)["acts"]}
    claims = {row["act_id"] for row in chancery.query.acts(kind="coverage")["acts"]}
    assert acts == listed | claims


def test_the_linked_records_revise_and_invalidate_as_prov_has_it(chancery):
    found = linked(chancery, view="events")
    first, correction = (act_node("eurasian-2024:a03", f"#record-{n}") for n in (3, 24))
    assert (correction, PROV.wasRevisionOf, first) in found
    assert (act_node("eurasian-2024:a10", "#event-1"), PROV.wasInvalidatedBy, None) in found
    record = chancery.query.history("eurasian-2024:a03")["records"][1]
    when = Literal(record["recorded_at"], datatype=XSD.dateTime)
    assert (correction, PROV.generatedAtTime, when) in found
    assert found.value(correction, SCHEMA.description) == Literal("about April")


def test_the_linked_state_says_each_line_and_the_records_it_rests_on(chancery):
    state = chancery.query.state(PAIR, DAY)
    found = linked(chancery, view="state", relationship=PAIR, as_of=DAY)
    ((export_node, _, digest),) = list(found.triples((None, SCHEMA.identifier, None)))
    assert str(digest) == state["basis"]["digest"]
    linked_plans = {
        str(found.value(value, SCHEMA.about)).rpartition("/")[2]: {
            int(str(record).rpartition("-")[2])
            for record in found.objects(value, PROV.wasDerivedFrom)
        }
        for value in found.objects(export_node, SCHEMA.variableMeasured)
        if found.value(value, SCHEMA.propertyID) == Literal("visits.planned")
    }
    assert linked_plans == {
        line["act_id"]: set(line["records"]) for line in state["visits"]["planned"]
    }


def asked_in_duckdb(chancery: Chancery, tmp_path: Any, question: str, **asked: Any) -> Any:
    path = tmp_path / "taken.parquet"
    path.write_bytes(exported(chancery, "parquet", **asked))
    return duckdb.sql(question.replace("TAKEN", f"'{path}'")).fetchall()


def test_parquet_of_acts_has_the_events_in_force_with_their_bounds_as_days(chancery, tmp_path):
    question = "SELECT act_id, version, type, date, earliest, latest FROM TAKEN"
    rows = asked_in_duckdb(chancery, tmp_path, question)
    text = exported(chancery, "csv").decode()
    flat = list(csv.DictReader(io.StringIO(text, newline="")))
    keys = [(row["act_id"], int(row["version"]), row["type"], row["date"]) for row in flat]
    assert [row[:4] for row in rows] == keys
    for *_, text, earliest, latest in rows:
        when = parse(text)
        assert (earliest, latest) == tuple(map(date.fromordinal, (when.earliest, when.latest)))


def test_parquet_of_a_state_counts_what_the_state_counts(chancery, tmp_path):
    question = "SELECT list, count FROM TAKEN WHERE list LIKE 'contact.acts.%'"
    rows = asked_in_duckdb(chancery, tmp_path, question, view="state", relationship=PAIR, as_of=DAY)
    acts = chancery.query.state(PAIR, DAY)["contact"]["acts"]
    assert {name.rpartition(".")[2]: count for name, count in rows} == acts


def test_parquet_carries_the_basis_in_its_own_metadata(chancery, tmp_path):
    path = tmp_path / "taken.parquet"
    path.write_bytes(exported(chancery, "parquet", view="relationships", as_of=DAY, known_at="20"))
    metadata = pyarrow.parquet.read_schema(path).metadata
    basis = orjson.loads(metadata[b"chancery.basis"])
    assert (basis["as_of"], basis["position"]) == (DAY, 20)
    assert basis["digest"].startswith("sha256:")


def table(chancery: Chancery, **asked: Any) -> list[dict[str, str]]:
    text = exported(chancery, "csv", **asked).decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_table_of_a_state_has_every_line_of_its_lists_however_long(chancery):
    for number in range(60):
        chancery.commands.execute(RecordAct(f"many:{number:02}", [plan_of(number)], **BY))
    state = chancery.query.state(PAIR, DAY)
    assert state["more"]["visits.planned"]["count"] > len(state["visits"]["planned"])
    rows = table(chancery, view="state", relationship=PAIR, as_of=DAY)
    planned = [row["act_id"] for row in rows if row["list"] == "visits.planned"]
    assert len(planned) == len(set(planned)) == state["more"]["visits.planned"]["count"]
    assert {row["basis_digest"] for row in rows} == {state["basis"]["digest"]}


def plan_of(number: int) -> dict[str, Any]:
    return {
        "type": "visit.announced",
        "date": "2024-02-03",
        "planned_for": f"2024-08-{number % 28 + 1:02}",
        "parties": [{"party": "KGZ", "role": "visitor"}, {"party": "KAZ", "role": "host"}],
    }


def test_the_table_of_a_timeline_is_the_timeline(chancery):
    events = chancery.query.timeline(PAIR, limit=500)["events"]
    rows = table(chancery, view="timeline", relationship=PAIR)
    assert [(row["act_id"], row["date"]) for row in rows] == [
        (event["act_id"], event["date"]) for event in events
    ]


def test_the_table_of_a_timeline_is_narrowed_as_the_timeline_is(chancery):
    rows = table(chancery, view="timeline", relationship=PAIR, kind="agreement", to="2022-12-31")
    assert {row["act_id"] for row in rows} == {
        "treaty:month",
        "treaty:past",
        "treaty:lasting",
        "treaty:ended",
    }
    assert table(chancery, view="timeline", relationship=PAIR, rank="state") == []


def test_the_table_of_the_records_is_the_audit(chancery):
    records = chancery.inspection.audit_records(limit=500)["records"]
    rows = table(chancery, view="events")
    assert [(int(row["position"]), row["did"], row["reason"]) for row in rows] == [
        (record["position"], record["did"], record["reason"] or "") for record in records
    ]
    late = {
        record["position"] for record in chancery.inspection.late_changes(limit=500)["late_changes"]
    }
    assert {int(row["position"]) for row in rows if row["late_count"] != "0"} == late


def test_hostile_words_are_text_in_every_format(chancery):
    entry = calendar(chancery, as_of=DAY)["plan:moved"]
    assert str(entry["summary"]).startswith(HOSTILE)
    found = feed(chancery, only="new_acts", limit=500)
    titles = [entry.title for entry in found.entries if "plan:moved" in entry.link]
    assert plain(HOSTILE).split("\n")[0].partition("<")[0] in titles[0]
    (row,) = [row for row in table(chancery) if row["act_id"] == "plan:moved" and row["title"]]
    assert row["title"] == f"'{HOSTILE}"
    named = linked(chancery).value(act_node("plan:moved"), SCHEMA.name)
    assert str(named) == HOSTILE


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("form", FORMS)
def test_every_export_is_the_same_bytes_for_the_same_basis_after_more_was_recorded(
    chancery, view, form
):
    if form not in VIEWS[view].forms:
        return
    needed = {name: {"relationship": PAIR, "party": "KAZ"}[name] for name in VIEWS[view].needs}
    day = {"as_of": DAY} if "as_of" in VIEWS[view].takes else {}
    asked = {"view": view, "known_at": str(chancery.query.head().position), **needed, **day}
    before = exported(chancery, form, **asked)
    chancery.commands.execute(RecordAct("later:1", [plan_of(3)], **BY))
    chancery.commands.execute(RetractEvent("plan:day", 1, "never planned", **BY))
    assert exported(chancery, form, **asked) == before
