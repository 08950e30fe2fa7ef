"""Treaties state by state: rows of our own about real treaties, in the Observatory's columns."""

from __future__ import annotations

import csv
import io
import random

import pytest

from api.exchange.ggo_treaties import GgoTreaties
from api.exchange.loading import load
from api.exchange.row import OutOfScope, Quarantined, Repeated
from api.exchange.source import UnreadableSource
from events.application import open_chancery
from events.registry import load_registry
from tests.api.samples import acts_of, rows_of, told

STATES = (
    "stateID,treatyID,Title,Begin,End,Signature,StateSignature,StateRatification,Force,"
    "StateForce,Term,StateEnd,Coder,Comments"
)
TREATIES = "treatyID,Title,Begin,TypeAgree,TypeDomain,TypeSubject,Location"
NEVER = "9999-12-31"
WHALING = ("INTRRW_1946A", "International Convention For The Regulation Of Whaling")
SPACE = ("OUTERS_1967A", "Outer Space Treaty")


def table(header, rows):
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header.split(","))
    writer.writerows(rows)
    return text.getvalue()


def state(code, treaty=WHALING, signed="", ratified="", force="", end="", whole=NEVER, text=""):
    """A state's row; `text` and `whole` are the treaty's own signature and end in it."""
    treaty_id, title = treaty
    return [code, treaty_id, title, "", whole, text, signed, ratified, "", force, "", end, "A", ""]


#: Whaling: signed in 1946, in force in 1948; Norway left in 1959 and came back the next year,
#: Iceland in 1992 and 2002; Japan joined in 1951 and left in 2019.
WHALERS = (
    state("NOR", signed="1946-12-02", ratified="1948-03-03", force="1948-11-10", end="1959-12-29"),
    state("NOR", ratified="1960-09-23", force="1960-09-23"),
    state("USA", signed="1946-12-02", ratified="1947-07-18", force="1948-11-10", end=NEVER),
    state("JPN", ratified="1951-04-21", force="1951-04-21", end="2019-06-30"),
    state("RUS", signed="1946-12-02", ratified="1948-09-11", force="1948-11-10"),
)


def read(tmp_path, *rows):
    return told(GgoTreaties(), tmp_path, "parties.csv", table(STATES, rows))


def store():
    return open_chancery("sqlite:///:memory:", lambda: 1_790_000_000_000_000)


def imported(tmp_path, *rows):
    path = tmp_path / "parties.csv"
    path.write_text(table(STATES, rows), "utf-8")
    chancery = store()
    load(chancery, GgoTreaties(), [path], lambda row: pytest.fail(row.reason))
    return chancery


def standing(chancery, pair, day):
    agreements = chancery.query.state(pair, day)["agreements"]
    return [name for name, items in agreements.items() if name != "counts" and items]


@pytest.mark.parametrize(
    ("pair", "day", "stands"),
    [
        ("NOR-USA", "1948-11-09", ["signed"]),
        ("NOR-USA", "1948-11-10", ["in_force"]),
        ("NOR-USA", "1960-01-01", ["ended"]),
        ("NOR-USA", "1960-09-23", ["in_force"]),
        ("JPN-USA", "1951-04-20", []),
        ("JPN-USA", "1951-04-21", ["in_force"]),
        ("JPN-NOR", "1960-01-01", ["ended"]),
        ("JPN-NOR", "1970-01-01", ["in_force"]),
        ("JPN-NOR", "2019-06-30", ["ended"]),
        ("NOR-USA", "2019-07-01", ["in_force"]),
        ("SUN-USA", "1950-01-01", ["in_force"]),
    ],
)
def test_the_force_between_two_is_derived_from_what_each_did(tmp_path, pair, day, stands):
    assert standing(imported(tmp_path, *WHALERS), pair, day) == stands


def test_each_fact_of_a_state_is_an_event_that_it_did_alone(tmp_path):
    (act,) = acts_of(read(tmp_path, *WHALERS)).values()
    assert (act.act_id, act.rows) == ("ggo-treaties:intrrw_1946a", 5)
    by_key = {event["key"]: event for event in act.events}
    assert by_key["NOR/entered_into_force"]["date"] == "1948-11-10"
    assert by_key["NOR/entered_into_force/2"]["date"] == "1960-09-23"
    assert by_key["NOR/withdrawn"]["by"] == ["NOR"]
    assert by_key["JPN/withdrawn"]["date"] == "2019-06-30"
    assert "USA/withdrawn" not in by_key
    assert all(len(event["by"]) == 1 for event in act.events)


WHALES_1931 = ("RGLTNW_1931A", "Convention For The Regulation Of Whaling")


@pytest.mark.parametrize(
    ("signed", "ratified", "force", "kept"),
    [
        # The tables' own rows: the United States signed, Canada signed and ratified later.
        ("1931-09-24", "1932-07-07", "1935-01-16", ["signed", "ratified", "entered_into_force"]),
        ("1932-03-01", "1936-12-12", "1936-12-12", ["signed", "ratified", "entered_into_force"]),
        # Brazil acceded in 1932, Ecuador in 1935: "signed" on the day on which it was bound.
        ("1935-01-16", "1932-11-21", "1935-01-16", ["acceded", "entered_into_force"]),
        ("1935-07-13", "1935-04-13", "1935-07-12", ["acceded", "entered_into_force"]),
        ("1946-04-16", "1946-04-16", "1946-04-16", ["acceded", "entered_into_force"]),
        # Bound on the very day, with no consent told: force alone is sure.
        ("1947-08-27", "", "1947-08-27", ["entered_into_force"]),
        # Signed late and not bound yet: nothing says that it was no signature.
        ("1947-08-27", "", "", ["signed"]),
        ("1947-08-27", "", "1948-01-01", ["signed", "entered_into_force"]),
        ("", "1951-04-21", "1951-04-21", ["ratified", "entered_into_force"]),
    ],
)
def test_a_day_of_signature_on_which_the_state_was_bound_already_is_none(
    tmp_path, signed, ratified, force, kept
):
    rows = (
        state("BRA", WHALES_1931, signed, ratified, force, text="1931-09-24"),
        state("USA", WHALES_1931, "1931-09-24", text="1931-09-24"),
    )
    (act,) = acts_of(read(tmp_path, *rows)).values()
    mine = {e["key"].removeprefix("BRA/"): e for e in act.events if e["by"] == ["BRA"]}
    assert sorted(mine) == sorted(kept)
    if signed and "signed" not in kept:
        for event in mine.values():
            assert event["verbatim"]["text"] == f"StateSignature {signed}"


def test_who_signed_by_one_row_did_not_accede_by_another(tmp_path):
    # Dominica's two rows of the whaling convention.
    rows = (
        state("DMA", signed="1981-07-09", ratified="1992-06-18", text="1946-12-02"),
        state("DMA", signed="1992-06-18", ratified="1992-06-18", text="1946-12-02"),
        WHALERS[2],
    )
    (act,) = acts_of(read(tmp_path, *rows)).values()
    assert [e["key"] for e in act.events if e["by"] == ["DMA"]] == ["DMA/signed", "DMA/ratified"]


@pytest.mark.parametrize(
    ("day", "stands"),
    [("1981-12-31", "in_force"), ("1990-01-01", "ended"), ("2002-10-10", "in_force")],
)
def test_a_state_comes_back_by_its_own_force_without_a_consent_of_its_own(tmp_path, day, stands):
    rows = (
        state("ISL", force="1948-11-10", end="1982-06-30"),
        state("ISL", force="2002-10-10"),
        state("USA", force="1948-11-10"),
    )
    assert standing(imported(tmp_path, *rows), "ISL-USA", day) == [stands]


def test_who_left_and_came_back_on_one_day_was_never_out(tmp_path):
    mosel = ("CNLZTM_1956A", "Convention On The Canalization Of The Mosel")
    rows = [
        state(code, mosel, force=force, end=end, whole="1990-10-03")
        for code in ("FRA", "LUX")
        for force, end in (("1956-12-31", "1990-10-03"), ("1990-10-03", ""))
    ]
    (act,) = acts_of(read(tmp_path, *rows)).values()
    assert [event["key"] for event in act.events] == [
        "FRA/entered_into_force",
        "LUX/entered_into_force",
    ]
    for day in ("1990-10-03", "2000-01-01"):
        assert standing(imported(tmp_path, *rows), "FRA-LUX", day) == ["in_force"]


def test_a_treaty_under_which_a_state_is_bound_later_has_not_ended(tmp_path):
    fisheries = ("ESAPFC_1948A", "Agreement For The Asia Pacific Fishery Commission")
    rows = [
        state("IND", fisheries, force="1948-11-09", end="1974-06-01", whole="1974-06-01"),
        state("FRA", fisheries, force="1948-11-09", end="1974-06-01", whole="1974-06-01"),
        state("FRA", fisheries, force="1993-03-23", whole="1974-06-01"),
    ]
    (act,) = acts_of(read(tmp_path, *rows)).values()
    ends = [(e["type"], e["by"]) for e in act.events if e["date"] == "1974-06-01"]
    assert ends == [("agreement.withdrawn", ["FRA"]), ("agreement.withdrawn", ["IND"])]


def test_an_id_of_a_data_set_means_the_party_of_the_day(tmp_path):
    (act,) = acts_of(
        read(
            tmp_path,
            state("RUS", SPACE, signed="1967-01-27", ratified="1997-02-26"),
            state("DEU", SPACE, signed="1967-01-27"),
            state("EUE", SPACE, signed="1967-01-27"),
            state("KOS", SPACE, signed="2011-01-01"),
            state("UKR", SPACE, signed="1967-02-10"),
        )
    ).values()
    by = {event["key"]: event["by"] for event in act.events}
    assert by == {
        "RUS/signed": ["SUN"],
        "RUS/ratified": ["RUS"],
        "DEU/signed": ["GFR"],
        "EUE/signed": ["EU"],
        "KOS/signed": ["XKX"],
        "UKR/signed": ["UKRAINIANSSR"],
    }


def test_a_state_that_has_ended_is_bound_until_its_end(tmp_path):
    rows = (
        state("DDR", signed="1974-12-04", force="1974-12-04", end="1990-10-03"),
        state("USA", signed="1951-12-06", force="1972-08-18"),
    )
    (act,) = acts_of(read(tmp_path, *rows)).values()
    (withdrawn,) = [event for event in act.events if event["type"] == "agreement.withdrawn"]
    assert (withdrawn["by"], withdrawn["date"]) == (["DDR"], "1990-10-03")


def test_an_end_that_every_row_gives_is_the_end_of_the_whole(tmp_path):
    treaty = ("BEL-FRA_1921A", "Military Agreement")
    rows = [
        state(code, treaty, signed="1920-09-07", force="1920-09-07", end=end, whole="1936-03-06")
        for code, end in (("BEL", "1936-03-06"), ("FRA", ""))
    ]
    (act,) = acts_of(read(tmp_path, *rows)).values()
    assert [event["type"] for event in act.events[-1:]] == ["agreement.terminated"]
    assert "by" not in act.events[-1]
    assert act.events[-1]["parties"] == [{"party": "BEL"}, {"party": "FRA"}]
    assert standing(imported(tmp_path, *rows), "BEL-FRA", "1936-03-06") == ["ended"]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("1946", "1946"),
        ("1946-12", "1946-12"),
        ("1946-12-02?", "1946-12-02?"),
        ("1946-12-02~", "1946-12-02~"),
        ("1946-11..1946-12", "[1946-11..1946-12]"),
    ],
)
def test_dates_keep_their_precision(tmp_path, written, kept):
    rows = (state("NOR", signed=written), state("USA", signed="1946-12-02"))
    (act,) = acts_of(read(tmp_path, *rows)).values()
    assert {event["date"] for event in act.events} == {kept, "1946-12-02"}


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (state("NOR", signed="1976-06-31"), "StateSignature"),
        (state("NOR", signed="1946-12-02", whole="1976-06-31"), "End"),
        (state("NOR", signed="1946-12-02", end="2020-99-99"), "StateEnd"),
        (state("NOR", ratified="0001-01-01"), "StateRatification"),
        (state("NOR", force="5008-05-05"), "StateForce"),
        (state("EAZ", signed="1946-12-02"), "'EAZ'"),
        (state("CZE", signed="1973-01-01"), "means no party on 1973-01-01"),
        (state("", signed="1946-12-02"), "stateID"),
        (state("NOR", ("D PTA", "x"), signed="1946-12-02"), "treatyID"),
        (state("NOR", force="2007-05-10", end="1970-06-30"), "on or after 2007-05-10"),
    ],
)
def test_a_row_that_cannot_be_understood_is_put_aside_by_name(tmp_path, row, words):
    items = read(tmp_path, row, *WHALERS[2:4])
    (aside,) = [item for item in items if isinstance(item, Quarantined)]
    assert words in aside.reason
    assert aside.where == "parties.csv, line 2"
    assert len(acts_of(items)) == 1


def test_a_second_beginning_while_the_first_still_runs_is_put_aside(tmp_path):
    again = state("USA", signed="1946-12-02", ratified="1947-07-18", force="1976-06-15")
    for rows in ([*WHALERS, again], [again, *WHALERS]):
        items = read(tmp_path, *rows)
        (aside,) = [item for item in items if isinstance(item, Quarantined)]
        assert "1976-06-15" in aside.reason
        assert acts_of(items) == acts_of(read(tmp_path, *WHALERS))


def test_no_order_of_the_rows_changes_what_is_told(tmp_path):
    rows = [*WHALERS, *(state(code, SPACE, signed="1967-01-27") for code in ("GBR", "USA"))]
    first = acts_of(read(tmp_path, *rows))
    for seed in range(5):
        random.Random(seed).shuffle(rows)
        assert acts_of(read(tmp_path, *rows)) == first


def test_two_instruments_under_one_id_are_told_apart_by_their_titles(tmp_path):
    one = ("DEU-DNK_1922A", "Agreement on Frontier Waters")
    other = ("DEU-DNK_1922A", "Agreement on Fisheries")
    rows = [state(code, one, signed="1922-04-10") for code in ("DEU", "DNK", "SWE")]
    rows += [state(code, other, signed="1922-04-10") for code in ("DEU", "DNK")]
    acts = acts_of(read(tmp_path, *rows))
    assert acts["ggo-treaties:deu-dnk_1922a"].events[0]["title"] == one[1]
    (second,) = set(acts) - {"ggo-treaties:deu-dnk_1922a"}
    assert second.startswith("ggo-treaties:deu-dnk_1922a:")
    assert acts[second].events[0]["title"] == other[1]


def test_the_treaty_s_own_row_gives_place_form_and_topics(tmp_path):
    (tmp_path / "parties.csv").write_text(table(STATES, WHALERS))
    about = [[*WHALING, "", "Agreement", "Environment", "Whale Fishing", "Washington"]]
    about += [["OTHER_1900A", "Another", "", "Protocol", "", "", ""]]
    (tmp_path / "agreements.csv").write_text(table(TREATIES, about))
    items = list(GgoTreaties().read([tmp_path], load_registry()))
    assert rows_of(items) == 7
    (act,) = acts_of(items).values()
    opening = act.events[0]
    assert (act.rows, opening["place"], opening["form"]) == (6, "Washington", "agreement")
    assert opening["topics"] == ["Environment", "Whale Fishing"]
    (left,) = [item for item in items if isinstance(item, OutOfScope)]
    assert left.reason == "no act of its states is told"


def test_rows_without_a_date_or_a_second_party_are_out_of_scope(tmp_path):
    items = read(tmp_path, state("NOR"), state("USA", SPACE, signed="1967-01-27"))
    assert [item.reason for item in items if isinstance(item, OutOfScope)] == [
        "no date of the state's own",
        "fewer than two parties of the treaty are told",
    ]
    assert rows_of(items) == 2


def test_exact_duplicates_are_counted_and_stored_once(tmp_path):
    items = read(tmp_path, *WHALERS, *WHALERS)
    assert len([item for item in items if isinstance(item, Repeated)]) == 5
    assert acts_of(items) == acts_of(read(tmp_path, *WHALERS))
    assert rows_of(items) == 10


def test_the_same_file_twice_records_nothing_twice_and_a_changed_date_is_a_correction(tmp_path):
    chancery, path = store(), tmp_path / "parties.csv"
    changed = (state("NOR", signed="1946-12-02"), state("USA", signed="1946-12-03"))
    for rows, recorded, revised in (
        ((state("NOR", signed="1946-12-02"), state("USA", signed="1946-12-02")), 2, 0),
        ((changed[0], state("USA", signed="1946-12-02")), 0, 0),
        (changed, 0, 1),
    ):
        path.write_text(table(STATES, rows))
        counts = load(chancery, GgoTreaties(), [path], lambda row: pytest.fail(row.reason))
        assert (counts.recorded, counts.revised) == (recorded, revised)


def test_the_coverage_runs_from_the_first_to_the_last_act_of_a_state(tmp_path):
    path = tmp_path / "parties.csv"
    path.write_text(table(STATES, WHALERS))
    (span,) = GgoTreaties().coverage([path]).spans
    assert span.date == "1946-12-02/1960-09-23"


@pytest.mark.parametrize(
    "data", [b"a,b\n1,2\n", b"", table(STATES, WHALERS).encode() + b"\xe9,x\n"]
)
def test_a_file_of_another_kind_is_refused_by_name(tmp_path, data):
    with pytest.raises(UnreadableSource, match=r"other\.csv"):
        told(GgoTreaties(), tmp_path, "other.csv", data)
