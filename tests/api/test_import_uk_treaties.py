"""The United Kingdom's list of treaties: rows of our own about real treaties, in its fields."""

from __future__ import annotations

import gzip

import orjson
import pytest

from api.exchange.loading import load
from api.exchange.row import OutOfScope, Quarantined, Repeated
from api.exchange.source import UnreadableSource
from api.exchange.uk_treaties import UkTreaties
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


def codes(event):
    return {entry["party"] for entry in event["parties"]}


def test_who_signed_a_treaty_of_many_the_list_does_not_say(tmp_path):
    # Turkey joined in 1952: a signature of all named would make it a member of the first day.
    signed, in_force = only(tmp_path, ATLANTIC).events
    for event, date in ((signed, "[1949-04-04..]"), (in_force, "[1949-08-24..]")):
        assert event["date"] == date
        assert {"NLD", "GBR", "USA", "TUR"} <= codes(event) == set(event["by"])


def test_a_name_of_another_day_is_told_in_the_note_and_is_no_party_of_the_first(tmp_path):
    signed, _ = only(tmp_path, ATLANTIC).events
    assert not {"SVN", "GFR", "DEU", "BMU"} & codes(signed)
    assert signed["note"] == "The list names besides: GERMANY FEDERAL REPUBLIC; SLOVENIA."


def test_of_a_treaty_of_many_nothing_is_certain_between_two_and_all_of_it_possible(tmp_path):
    path = tmp_path / "list.jsonl"
    path.write_bytes(orjson.dumps(ATLANTIC))
    chancery = open_chancery("sqlite:///:memory:", lambda: 1_790_000_000_000_000)
    load(chancery, UkTreaties(), [path], lambda row: pytest.fail(row.reason))
    for pair in ("GBR-TUR", "GBR-USA"):
        before = chancery.query.state(pair, "1949-04-03")
        state = chancery.query.state(pair, "1950-01-01")
        assert before["possible"] == []
        assert {line["event"] for line in state["possible"]} >= {"agreement.entered_into_force"}
        assert state["agreements"]["in_force"] == state["agreements"]["signed"] == []
        assert state["anomalies"] == []


BRUSSELS = {
    "id": 103,
    "title": "Treaty of Economic, Social and Cultural Collaboration and Collective Self-Defence "
    "between His Majesty in respect of the United Kingdom of Great Britain and Northern Ireland, "
    "His Royal Highness the Prince Regent of Belgium, the President of the French Republic, Her "
    "Royal Highness the Grand Duchess of Luxembourg and Her Majesty the Queen of the Netherlands",
    "country_name": "BELGIUM ; FRANCE ; IRELAND, REPUBLIC OF ; ITALY ; LUXEMBOURG ; "
    "NETHERLANDS THE ; UNITED KINGDOM",
    "signed_event_date": "17/03/1948",
    "definative_eif_event_date": "25/08/1948",
    "definative_eif_event_effective_date": "26/08/1948",
    "field3": "MULTI",
}


def test_whom_the_title_names_concluded_it_on_that_day_and_the_others_then_or_later(tmp_path):
    signed, joined, in_force, bound = only(tmp_path, BRUSSELS).events
    five = {"BEL", "FRA", "GBR", "LUX", "NLD"}
    assert (signed["date"], codes(signed)) == ("1948-03-17", five)
    assert (joined["date"], codes(joined)) == ("[1948-03-17..]", {"IRL", "ITA"})
    assert (in_force["date"], in_force["effective"], codes(in_force)) == (
        "1948-08-25",
        "1948-08-26",
        five,
    )
    assert (bound["effective"], codes(bound)) == ("[1948-08-26..]", {"IRL", "ITA"})
    assert all("by" not in event for event in (signed, in_force))


@pytest.mark.parametrize(
    ("title", "names", "sure"),
    [
        # The Crown is listed, and Canada signed.
        (
            (
                "Exchange of Notes between His Majesty's Government in Canada and the Japanese "
                "Government respecting the Customs Treatment of Imports"
            ),
            "CANADA ; JAPAN ; UNITED KINGDOM",
            {"CAN", "JPN"},
        ),
        (
            (
                "Treaty between the British Empire, France, Italy, Japan and the United States of "
                "America for the Limitation of Naval Armament"
            ),
            "AUSTRALIA ; BRITISH EMPIRE ; FRANCE ; ITALY ; JAPAN ; UNITED STATES OF AMERICA",
            {"GBR", "FRA", "ITA", "JPN", "USA"},
        ),
        # The union of Great Britain and Northern Ireland is no mention of Ireland.
        (
            (
                "Agreement between the United Kingdom of Great Britain and Northern Ireland and "
                "the Government of Norway on Visas"
            ),
            "IRELAND, REPUBLIC OF ; NORWAY ; UNITED KINGDOM",
            {"GBR", "NOR"},
        ),
        # Whom the matter is about concluded nothing.
        (
            "Convention between Great Britain and France concerning Turkey",
            "FRANCE ; TURKEY ; UNITED KINGDOM",
            {"GBR", "FRA"},
        ),
        # An accession names the parties to another treaty.
        (
            (
                "Declaration recording the Accession of Italy to the Convention between Great "
                "Britain and Egypt"
            ),
            "EGYPT ; ITALY ; UNITED KINGDOM",
            set(),
        ),
        ("Convention on Road Traffic", "FRANCE ; ITALY ; UNITED KINGDOM", set()),
        ("Treaty between Peru-Bolivia and Great Britain", "BOLIVIA ; PERU ; UNITED KINGDOM", set()),
    ],
)
def test_a_title_says_who_concluded_a_treaty(tmp_path, title, names, sure):
    row = {"id": 104, "title": title, "country_name": names, "signed_event_date": "06/02/1935"}
    events = {event["key"]: event for event in only(tmp_path, row).events}
    assert codes(events["signed"]) == sure if sure else "signed" not in events
    assert events["signed/others"]["date"] == "[1935-02-06..]"


def test_what_was_a_colony_that_day_is_no_party_though_it_stands_in_capitals(tmp_path):
    names = "AUSTRIA ; CYPRUS ; FIJI ; GRENADA ; UNITED KINGDOM"
    row = ICELAND | {"country_name": names, "signed_event_date": "31/03/1931", "field3": "BI"}
    del row["definative_eif_event_date"]
    (signed,) = only(tmp_path, row).events
    assert (signed["date"], codes(signed)) == ("1931-03-31", {"AUT", "GBR"})
    assert "CYPRUS" in signed["note"]
    assert "FIJI" in signed["note"]


def test_a_successor_among_the_names_of_a_treaty_of_two_signed_nothing(tmp_path):
    names = "CZECH REPUBLIC ; CZECHOSLOVAKIA ; SLOVAK REPUBLIC ; UNITED KINGDOM"
    row = ICELAND | {"country_name": names, "field3": "BI"}
    for event in only(tmp_path, row).events:
        assert codes(event) == {"CSK", "GBR"}


def test_the_end_of_the_whole_is_the_end_for_everybody_named(tmp_path):
    *_, terminated = only(tmp_path, BRUSSELS | {"terminated_event_date": "30/06/2011"}).events
    assert (terminated["date"], len(terminated["parties"])) == ("2011-06-30", 7)


def test_force_before_signature_is_an_anomaly_and_no_refusal(tmp_path):
    path = tmp_path / "list.jsonl"
    row = ICELAND | {"definative_eif_event_date": "01/01/1961"}
    path.write_bytes(orjson.dumps(row))
    chancery = open_chancery("sqlite:///:memory:", lambda: 1_790_000_000_000_000)
    counts = load(chancery, UkTreaties(), [path], lambda row: pytest.fail(row.reason))
    assert counts.recorded == 2
    state = chancery.query.state("GBR-ISL", "1970-01-01")
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
    effect = {"withdrawn_event_date": "01/01/1970", "withdrawn_event_effective_date": "01/07/1970"}
    note = only(tmp_path, ICELAND | effect).events[0]["note"]
    assert "A withdrawal is dated 01/01/1970, with effect from 01/07/1970," in note


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
