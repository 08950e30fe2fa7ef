"""Visits of foreign leaders to the United States, on the publisher's own file."""

from __future__ import annotations

import pytest

from api.exchange.hsg_visits import HsgVisits, office_and_name
from api.exchange.rank import rank_of
from api.exchange.row import Quarantined, Repeated, SourceAct
from tests.api.samples import acts_of, read, rows_of, told

VISITS = "hsg_visits_raw.tar.gz"


@pytest.fixture(scope="module")
def items():
    return read("hsg-visits", VISITS)


def test_every_one_of_the_3264_visits_is_recorded_or_quarantined_with_a_reason(items):
    assert rows_of(items) == 3264
    assert all(item.reason for item in items if isinstance(item, Quarantined))


def test_fewer_than_one_visit_in_a_hundred_cannot_be_placed(items):
    assert sum(isinstance(item, Quarantined) for item in items) < 32


def test_king_kalakaua_of_hawaii_was_the_first_to_come(items):
    visit = acts_of(items)["hsg-visits:2138"].events[0]
    assert visit["date"] == "1874-12-12/1874-12-23"
    assert visit["participants"][0]["office"] == "King"
    assert visit["parties"][1] == {"party": "USA", "role": "host"}
    assert visit["verbatim"]["text"].startswith("In U.S. November 29, 1874–February 2, 1875.")


def test_a_visit_of_one_day_is_dated_that_day(items):
    assert acts_of(items)["hsg-visits:2143"].events[0]["date"] == "1909-10-16"


def test_two_visits_that_overlap_are_two_acts_and_no_error(items):
    acts = acts_of(items)
    first, second = (acts[f"hsg-visits:{key}"].events[0] for key in (3196, 3201))
    assert first["parties"] == second["parties"]
    assert first["date"][:10] >= second["date"][:10]
    assert first["date"][-10:] <= second["date"][-10:]


@pytest.mark.parametrize(
    ("prose", "rank"),
    [
        ("State Visit.", "state"),
        ("Official State visit.", "state"),
        ("Official Working Visit.", "official_working"),
        ("Offical Visit.", "official"),
        ("Official select visit at Crawford.", "official"),
        ("Working visit at Camp David.", "working"),
        ("Informal working visit.", "working"),
        ("Met with President Clinton during a private visit.", "private"),
        ("Unofficial visit.", "informal"),
        ("Courtesy visit at Hyde Park (New York).", "courtesy"),
        ("Unofficial courtesy call.", "courtesy"),
        ("Stopped in Honolulu in transit to Japan.", "transit"),
        ("Official working visit. Private visit to Houston afterward.", "official_working"),
        ("Private visit. Delivered a message postponing a state visit.", "private"),
        ("Informal meeting with President Truman.", None),
        ("Attended working brunch with President Clinton.", None),
        ("Pastoral visit.", None),
        ("", None),
    ],
)
def test_the_rank_is_the_one_the_prose_names_first(prose, rank):
    assert rank_of(prose) == rank


@pytest.mark.parametrize(
    ("visitor", "office", "name"),
    [
        ("Prime Minister Mackenzie King", "Prime Minister", "Mackenzie King"),
        ("President-elect Calderon Guardia", "President-elect", "Calderon Guardia"),
        ("Governor General Earl of Athlone", "Governor General", "Earl of Athlone"),
        ("President Tommy E. Remengesau, Jr.", "President", "Tommy E. Remengesau, Jr."),
        ("Premier and Prince Sihanouk", None, "Premier and Prince Sihanouk"),
        (
            "President Anwar Sadat, Prime Minister Mustafa Khalil",
            None,
            "President Anwar Sadat, Prime Minister Mustafa Khalil",
        ),
        ("Valdas Adamkus", None, "Valdas Adamkus"),
        ("Prime MinisterHaidar al-Abadi", None, "Prime MinisterHaidar al-Abadi"),
    ],
)
def test_office_and_name_are_told_apart_only_where_the_words_leave_no_doubt(visitor, office, name):
    assert office_and_name(visitor) == ({"office": office} if office else {}) | {"name": name}


VISIT = (
    "<visit><id>{id}</id><start-date>{start}</start-date><end-date>{end}</end-date>"
    "<visitor>President Diaz</visitor><from id='{country}'>{name}</from>"
    "<description>State visit.</description></visit>"
)


def visit(**given: str) -> str:
    row = {
        "id": "1",
        "start": "1972-06-30",
        "end": "1972-06-30",
        "country": "mexico",
        "name": "Mexico",
    }
    return VISIT.format(**(row | given))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"start": "1972-06-31", "end": "1972-07-01"}, ("1972-06-31", "impossible_day")),
        ({"start": "1972-07-02", "end": "1972-07-01"}, ("reversed_interval",)),
        ({"start": "5008-05-05", "end": "5008-05-06"}, ("5008-05-05", "outside_history")),
        ({"start": "0025-05-05"}, ("since 1776-07-04", "0025-05-05")),
        ({"start": "5 May 2008"}, ("YYYY-MM-DD", "5 May 2008")),
        ({"start": "", "end": ""}, ("nothing",)),
        ({"country": "atlantis", "name": "Atlantis"}, ("atlantis", "Atlantis")),
        ({"id": "12a"}, ("digits", "12a")),
    ],
)
def test_what_cannot_be_is_quarantined_whole_with_what_was_expected_and_got(tmp_path, given, words):
    (row,) = told(HsgVisits(), tmp_path, "1970.xml", f"<visits>{visit(**given)}</visits>")
    assert isinstance(row, Quarantined)
    assert all(word in row.reason for word in words)
    assert row.where == "1970.xml, row 1"
    assert "President Diaz" in row.row


def test_the_same_row_again_is_stored_once_and_counted(tmp_path):
    rows = told(HsgVisits(), tmp_path, "1970.xml", f"<visits>{visit()}{visit()}</visits>")
    assert [type(row) for row in rows] == [SourceAct, Repeated]
    assert rows_of(rows) == 2


def test_the_same_id_with_another_date_is_the_same_act_again_for_a_revision(tmp_path):
    document = f"<visits>{visit()}{visit(end='1972-07-01')}</visits>"
    first, second = told(HsgVisits(), tmp_path, "1970.xml", document)
    assert first.act_id == second.act_id == "hsg-visits:1"
    assert (first.events[0]["date"], second.events[0]["date"]) == (
        "1972-06-30",
        "1972-06-30/1972-07-01",
    )


def test_text_from_the_file_stays_text(tmp_path):
    document = f"<visits>{visit(name='&lt;script&gt;alert(1)&lt;/script&gt;')}</visits>"
    (act,) = told(HsgVisits(), tmp_path, "1970.xml", document)
    assert act.events[0]["verbatim"]["names"][1] == "<script>alert(1)</script>"
