"""The United Kingdom's list of treaties: rows of our own about real treaties, in its fields."""

from __future__ import annotations

import gzip

import orjson
import pytest

from api.exchange.row import OutOfScope, Quarantined, Repeated
from api.exchange.source import UnreadableSource
from api.exchange.uk_treaties import UkTreaties
from api.loading import load
from events.application import open_chancery
from tests.api.samples import acts_of, rows_of, told

#: Fishing off Iceland, settled by notes in Reykjavik.
ICELAND = {
    "id": 101,
    "title": "Exchange of Notes settling the Fisheries Dispute",
    "country_name": "ICELAND ; UNITED KINGDOM",
    "signed_event_date": "11/03/1961",
    "definative_eif_event_date": "11/03/1961",
    "signed_event_location": "Reykjavik",
    "subject": "FISHERIES",
    "references": "Treaty Series 017/1961: Cmnd 1328",
    "document_url": "https://treaties.example.org/data/Library2\\html\\101.html",
}
ATLANTIC = {
    "id": 102,
    "title": "North Atlantic Treaty",
    "country_name": "BELGIUM ; CANADA ; DENMARK ; FRANCE ; GERMANY FEDERAL REPUBLIC ; GREECE ; "
    "ICELAND ; ITALY ; LUXEMBOURG ; NETHERLANDS THE ; NORWAY ; PORTUGAL ; SLOVENIA ; TURKEY ; "
    "UNITED KINGDOM ; UNITED STATES OF AMERICA ; Bermuda",
    "signed_event_date": "04/04/1949",
    "definative_eif_event_date": "24/08/1949",
    "signed_event_location": "Washington",
}


def read(tmp_path, *rows, name="list.jsonl"):
    return told(UkTreaties(), tmp_path, name, b"".join(orjson.dumps(r) + b"\n" for r in rows))


def only(tmp_path, row):
    (act,) = acts_of(read(tmp_path, row)).values()
    return act


def test_a_treaty_is_an_act_with_an_event_a_date(tmp_path):
    act = only(tmp_path, ICELAND)
    assert act.act_id == "uk-treaties:101"
    signed, in_force = act.events
    assert (signed["type"], signed["date"]) == ("agreement.signed", "1961-03-11")
    assert [entry["party"] for entry in signed["parties"]] == ["ISL", "GBR"]
    assert (signed["form"], signed["place"]) == ("exchange_of_notes", "Reykjavik")
    assert signed["sources"][0]["url"] == "https://treaties.example.org/data/Library2/html/101.html"
    assert "017/1961" in signed["sources"][0]["locator"]
    assert in_force["type"] == "agreement.entered_into_force"


def test_states_stand_in_capitals_and_territories_do_not(tmp_path):
    row = ICELAND | {"country_name": "ICELAND ; Malta ; St Helena ; UNITED KINGDOM"}
    (signed, _) = only(tmp_path, row).events
    assert [entry["party"] for entry in signed["parties"]] == ["ISL", "GBR"]
    assert signed["verbatim"]["names"] == ["ICELAND", "Malta", "St Helena", "UNITED KINGDOM"]


def test_who_joined_on_a_day_not_told_is_in_the_note_and_not_among_the_first(tmp_path):
    (signed, _) = only(tmp_path, ATLANTIC).events
    parties = {entry["party"] for entry in signed["parties"]}
    assert {"NLD", "GBR", "USA", "TUR"} <= parties
    assert not {"SVN", "GFR", "DEU", "BMU"} & parties
    assert "SLOVENIA" in signed["note"]
    assert "GERMANY FEDERAL REPUBLIC" in signed["note"]
    assert "without saying when each became one" in signed["note"]


def test_force_before_signature_is_an_anomaly_and_no_refusal(tmp_path):
    path = tmp_path / "list.jsonl"
    row = ICELAND | {"definative_eif_event_date": "01/01/1961"}
    path.write_bytes(orjson.dumps(row))
    chancery = open_chancery("sqlite:///:memory:", lambda: 1_790_000_000_000_000)
    counts = load(chancery, UkTreaties(), [path], lambda row: pytest.fail(row.reason))
    assert counts.recorded == 2
    state = chancery.state("GBR-ISL", "1970-01-01")
    assert [item["anomaly"] for item in state["anomalies"]] == ["entered_into_force_before_signed"]
    assert len(state["agreements"]["in_force"]) == 1


def test_an_end_takes_effect_on_the_day_the_list_gives_for_it(tmp_path):
    row = ICELAND | {
        "terminated_event_date": "29/10/1971",
        "terminated_event_effective_date": "01/09/1972",
    }
    terminated = only(tmp_path, row).events[-1]
    assert terminated["type"] == "agreement.terminated"
    assert (terminated["date"], terminated["effective"]) == ("1971-10-29", "1972-09-01")


def test_a_withdrawal_without_a_name_is_noted_and_no_event_is_made_of_it(tmp_path):
    act = only(tmp_path, ICELAND | {"withdrawn_event_date": "01/01/1970"})
    assert {event["type"] for event in act.events} == {
        "agreement.signed",
        "agreement.entered_into_force",
    }
    assert "A withdrawal is dated 01/01/1970" in act.events[0]["note"]


@pytest.mark.parametrize(
    ("title", "form"),
    [
        ("Treaty of Commerce", "treaty"),
        ("Supplementary Convention on Boundaries", "convention"),
        ("Protocol amending it", "protocol"),
        ("Exchange of Letters", "exchange_of_notes"),
        ("Memorandum of Understanding", "memorandum"),
        ("Agreement on Air Services", "agreement"),
        ("Additional Articles", None),
    ],
)
def test_the_form_is_what_the_title_begins_with(tmp_path, title, form):
    assert only(tmp_path, ICELAND | {"title": title}).events[0].get("form") == form


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"id": 7, "title": "A volume"}, "a document of the collection, without parties"),
        (ICELAND | {"country_name": "UNITED KINGDOM"}, "fewer than two states are named"),
        (
            {k: v for k, v in ICELAND.items() if not k.endswith("_date")},
            "no date is given",
        ),
    ],
)
def test_what_is_no_treaty_between_states_is_out_of_scope(tmp_path, row, reason):
    (item,) = read(tmp_path, row)
    assert isinstance(item, OutOfScope)
    assert item.reason == reason


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (ICELAND | {"signed_event_date": "31/06/1961"}, "signed_event_date"),
        (ICELAND | {"signed_event_date": "1961-03-11"}, "dd/mm/yyyy"),
        (ICELAND | {"country_name": "ATLANTIS ; UNITED KINGDOM"}, "ATLANTIS"),
        (ICELAND | {"country_name": "SLOVENIA ; UNITED KINGDOM"}, "1961-03-11"),
        (ATLANTIC | {"country_name": "ATLANTIS ; ICELAND ; UNITED KINGDOM"}, "ATLANTIS"),
        (ATLANTIC | {"country_name": "SLOVENIA ; CROATIA ; UNITED KINGDOM"}, "two or more"),
        (ICELAND | {"country_name": "KOREA ; UNITED KINGDOM"}, "more than one party"),
        (ICELAND | {"id": "x"}, "whole number"),
        ({"title": "without an id"}, "whole number"),
        ([1, 2], "JSON object"),
    ],
)
def test_a_row_that_cannot_be_understood_is_put_aside_and_the_batch_goes_on(tmp_path, row, words):
    items = read(tmp_path, row, ATLANTIC)
    (aside,) = [item for item in items if isinstance(item, Quarantined)]
    assert words in aside.reason
    assert aside.where == "list.jsonl, line 1"
    assert orjson.loads(aside.row) == row
    assert len(acts_of(items)) == 1


def test_broken_json_puts_its_line_aside(tmp_path):
    items = told(UkTreaties(), tmp_path, "list.jsonl", b'{"id": 1,\n' + orjson.dumps(ICELAND))
    assert [type(item) for item in items[:1]] == [Quarantined]
    assert len(acts_of(items)) == 1


def test_the_same_line_twice_is_repeated_and_a_changed_one_corrects(tmp_path):
    items = read(tmp_path, ICELAND, ICELAND)
    assert len([item for item in items if isinstance(item, Repeated)]) == 1
    assert rows_of(items) == 2
    path = tmp_path / "list.jsonl.gz"
    chancery = open_chancery("sqlite:///:memory:", lambda: 1_790_000_000_000_000)
    for row, recorded, revised in (
        (ICELAND, 2, 0),
        (ICELAND, 0, 0),
        (ICELAND | {"definative_eif_event_date": "12/03/1961"}, 0, 1),
    ):
        path.write_bytes(gzip.compress(orjson.dumps(row)))
        counts = load(chancery, UkTreaties(), [path], lambda row: None)
        assert (counts.recorded, counts.revised) == (recorded, revised)


def test_the_list_claims_the_treaties_of_one_party(tmp_path):
    path = tmp_path / "list.jsonl"
    path.write_bytes(b"\n".join(orjson.dumps(row) for row in (ICELAND, ATLANTIC)))
    coverage = UkTreaties().coverage([path])
    assert [span.date for span in coverage.spans] == ["1949-04-04/1961-03-11"]
    assert (coverage.parties, coverage.kinds) == (("GBR",), ("agreement",))


def test_a_cut_off_file_is_refused_by_name(tmp_path):
    data = gzip.compress(orjson.dumps(ICELAND) * 50, mtime=0)[:-9]
    with pytest.raises(UnreadableSource, match=r"cut\.jsonl"):
        told(UkTreaties(), tmp_path, "cut.jsonl.gz", data)
