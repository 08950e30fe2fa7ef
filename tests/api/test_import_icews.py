"""ICEWS in its two forms: rows of our own about real days, in the publisher's columns."""

from __future__ import annotations

import csv
import gzip
import io
import itertools
from collections import Counter

import pytest

from api.exchange.icews import COLUMNS, QUADRUPLES, Icews
from api.exchange.loading import Wish, load
from api.exchange.row import OutOfScope, Quarantined, Repeated, Twin
from api.exchange.source import UnreadableSource
from events.application import open_chancery
from tests.api.samples import acts_of, rows_of, told

LABELS = {
    "010": "Make statement",
    "036": "Express intent to meet or negotiate",
    "040": "Consult",
    "041": "Discuss by telephone",
    "042": "Make a visit",
    "043": "Host a visit",
    "046": "Engage in negotiation",
    "054": "Grant diplomatic recognition",
    "057": "Sign formal agreement",
    "13y": "?",
}


def actor(name):
    """An actor and its country, as the quadruples have them: persons have none."""
    if name in ("Vladimir Putin", "Mahmoud Abbas"):
        return name, ""
    return name, name.partition(" (")[2].removesuffix(")") or name


def quadruples(*rows, sets="ICEWS18"):
    """A file of quadruples."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(QUADRUPLES.split(","))
    for day, subject, code, other in rows:
        table.writerow([day, *actor(subject), code, LABELS[code], *actor(other), sets])
    return text.getvalue()


#: The summit at Panmunjom, and the Finnish days of July 2018.
VISITS = (
    ("2018-07-16", "United States", "042", "Finland"),
    ("2018-07-16", "Finland", "043", "United States"),
    ("2018-07-16", "Russia", "042", "Finland"),
)


def read(tmp_path, *rows, **more):
    return told(Icews(), tmp_path, "events.csv", quadruples(*rows, **more))


def reasons(items):
    found = Counter()
    for item in items:
        if isinstance(item, OutOfScope):
            found[item.reason.partition(" (")[0]] += item.rows
    return found


def test_a_visit_told_by_visitor_and_host_is_one_visit_with_both_rows_as_its_evidence(tmp_path):
    acts = acts_of(read(tmp_path, *VISITS))
    american = next(act for act in acts.values() if act.rows == 2)
    (event,) = american.events
    assert event["type"] == "visit.held"
    assert event["parties"] == [
        {"party": "USA", "role": "visitor"},
        {"party": "FIN", "role": "host"},
    ]
    assert [code["code"] for code in event["codes"]] == ["042", "043"]
    assert len(event["sources"]) == 2
    assert len(acts) == 2


def test_a_visit_that_only_the_host_tells_has_the_same_roles(tmp_path):
    mirror = ("2018-07-16", "Finland", "043", "Russia")
    (by_host,) = acts_of(read(tmp_path, mirror)).values()
    (by_visitor,) = acts_of(read(tmp_path, VISITS[2])).values()
    assert by_host.act_id == by_visitor.act_id
    assert by_host.events[0]["parties"] == by_visitor.events[0]["parties"]


def test_a_talk_told_from_both_sides_is_one_talk(tmp_path):
    items = read(
        tmp_path,
        ("2018-05-08", "China", "041", "United States"),
        ("2018-05-08", "United States", "041", "China"),
    )
    (act,) = acts_of(items).values()
    assert act.rows == 2
    assert act.events[0]["mode"] == "telephone"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # Two ministers on one day; two days; there and back; a talk and a visit.
        (
            ("2018-07-16", "Foreign Affairs (Russia)", "042", "Finland"),
            ("2018-07-16", "Defense / Security Ministry (Russia)", "042", "Finland"),
        ),
        (("2018-07-16", "Russia", "042", "Finland"), ("2018-07-17", "Russia", "042", "Finland")),
        (("2018-07-16", "Russia", "042", "Finland"), ("2018-07-16", "Finland", "042", "Russia")),
        (("2018-07-16", "Russia", "042", "Finland"), ("2018-07-16", "Russia", "040", "Finland")),
        (("2018-07-16", "Russia", "040", "Finland"), ("2018-07-16", "Russia", "046", "Finland")),
        (("2018-07-16", "Russia", "042", "Finland"), ("2018-07-17", "Finland", "043", "Russia")),
        (
            ("2018-07-16", "Russia", "042", "Finland"),
            ("2018-07-16", "Finland", "043", "Head of Government (Russia)"),
        ),
    ],
)
def test_what_is_not_one_another_s_mirror_is_two_acts(tmp_path, one, other):
    assert len(acts_of(read(tmp_path, one, other))) == 2


def test_no_order_of_one_day_s_rows_changes_what_is_told(tmp_path):
    first = acts_of(read(tmp_path, *VISITS))
    for order in itertools.permutations(VISITS):
        assert acts_of(read(tmp_path, *order)) == first


def test_an_equal_row_without_id_is_repeated_and_its_act_told_once(tmp_path):
    items = read(tmp_path, VISITS[2], VISITS[2], VISITS[2])
    assert len([item for item in items if isinstance(item, Repeated)]) == 2
    assert [act.rows for act in acts_of(items).values()] == [1]
    assert rows_of(items) == 3


def test_what_is_no_act_is_counted_by_its_code(tmp_path):
    items = read(
        tmp_path,
        ("2018-01-01", "China", "010", "Japan"),
        ("2018-01-01", "China", "010", "India"),
        ("2018-01-01", "China", "036", "Japan"),
        ("2018-01-01", "Vladimir Putin", "054", "Japan"),
    )
    assert reasons(items) == {
        "code 010, Make statement": 2,
        "code 036, Express intent to meet or negotiate": 1,
        "code 054, Grant diplomatic recognition": 1,
    }


@pytest.mark.parametrize(
    ("subject", "reason"),
    [
        ("Vladimir Putin", "an actor has no country in the source: a person or a body by name"),
        ("Associated Press", "an actor is no party: Associated Press"),
        ("Aceh", "an actor is no party: Aceh"),
        ("Citizen (Thailand)", "an actor speaks for no party: Citizen"),
        ("Armed Rebel (Sudan)", "an actor speaks for no party: Armed Rebel"),
        ("Military (Japan)", "both actors are of one party"),
    ],
)
def test_who_is_no_party_is_counted_by_the_reason(tmp_path, subject, reason):
    items = read(tmp_path, ("2018-01-01", subject, "040", "Japan"))
    assert reasons(items) == {reason: 1}


@pytest.mark.parametrize(
    ("day", "name", "party"),
    [
        ("2005-03-01", "South Korea", "KOR"),
        ("2012-03-01", "Palestinian Territory, Occupied", "PSE"),
        ("2012-03-01", "Congo", "COG"),
        ("2012-03-01", "Democratic Republic of Congo", "COD"),
        ("2012-03-01", "Foreign Affairs (Bangladesh)", "BGD"),
        ("2012-03-01", "Envoy (South Sudan)", "SSD"),
        ("2012-03-01", "African Union", "AU"),
        ("2012-03-01", "Holy See Vatican City State", "VAT"),
        ("2012-03-01", "Cote d'Ivoire", "CIV"),
    ],
)
def test_an_actor_is_the_party_that_bore_the_name_that_day(tmp_path, day, name, party):
    (act,) = acts_of(read(tmp_path, (day, name, "040", "Japan"))).values()
    assert party in [entry["party"] for entry in act.events[0]["parties"]]


def test_the_office_that_acted_is_a_participant(tmp_path):
    row = ("2012-03-01", "Foreign Affairs (Bangladesh)", "042", "Japan")
    (act,) = acts_of(read(tmp_path, row)).values()
    assert act.events[0]["participants"] == [{"party": "BGD", "office": "Foreign Affairs"}]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (("2018-01-01", "China", "13y", "Japan"), "'13y'"),
        (("2010-01-09", "South Sudan", "040", "Japan"), "means no party on 2010-01-09"),
        (("2018-02-29", "China", "040", "Japan"), "'2018-02-29'"),
        (("5018-02-20", "China", "040", "Japan"), "'5018-02-20'"),
        (("20180220", "China", "040", "Japan"), "'20180220'"),
    ],
)
def test_a_row_that_cannot_be_understood_is_put_aside_by_name_and_the_batch_goes_on(
    tmp_path, row, words
):
    items = read(tmp_path, row, VISITS[2])
    (aside,) = [item for item in items if isinstance(item, Quarantined)]
    assert words in aside.reason
    assert aside.where == "events.csv, line 2"
    assert aside.row.startswith(row[0])
    assert len(acts_of(items)) == 1


def test_a_row_of_another_width_is_put_aside_whole(tmp_path):
    text = quadruples(VISITS[2]) + "2018-07-17,Russia,Russia\n"
    items = told(Icews(), tmp_path, "events.csv", text)
    (aside,) = [item for item in items if isinstance(item, Quarantined)]
    assert (aside.row, aside.reason) == ("2018-07-17,Russia,Russia", "expected 8 cells, got 3")


def test_days_may_step_back_a_month_and_no_further(tmp_path):
    late = ("2018-07-16", "Finland", "043", "Russia")
    for day, apart in (("2018-08-16", 1), ("2018-08-18", 2)):
        items = read(tmp_path, VISITS[2], (day, "China", "042", "Japan"), late)
        aside = [item for item in items if isinstance(item, Quarantined)]
        assert next(act.rows for act in acts_of(items).values()) == 3 - apart
        assert len(aside) == apart - 1
        assert all("in the order of their days" in row.reason for row in aside)


def store():
    return open_chancery("sqlite:///:memory:", lambda: 1_790_000_000_000_000)


def count(chancery, path, **more):
    return load(chancery, Icews(), [path], lambda row: None, **more)


def test_the_same_file_twice_records_nothing_twice_and_the_counts_add_up(tmp_path):
    path = tmp_path / "events.csv.gz"
    statement = ("2018-07-16", "China", "010", "Japan")
    broken = ("2018-07-16", "China", "13y", "Japan")
    path.write_bytes(gzip.compress(quadruples(*VISITS, VISITS[2], statement, broken).encode()))
    chancery = store()
    trial = count(chancery, path, wish=Wish(dry_run=True))
    assert chancery.query.head().position == 0
    first = count(chancery, path)
    position = chancery.query.head().position
    again = count(chancery, path)
    assert trial.to_json() == first.to_json()
    assert (first.recorded, first.known) == (2, 0)
    assert (again.recorded, again.known, again.revised) == (0, 2, 0)
    assert chancery.query.head().position == position
    for counts in (first, again):
        in_acts = counts.read - counts.out_of_scope - counts.quarantined - counts.repeated
        assert (counts.read, in_acts) == (6, 3)
        assert counts.reasons == {"code 010, Make statement (a statement)": 1}


def test_a_row_that_another_set_tells_too_is_the_act_that_is_known(tmp_path):
    path = tmp_path / "events.csv"
    chancery = store()
    path.write_text(quadruples(*VISITS))
    count(chancery, path)
    path.write_text(quadruples(*VISITS, sets="ICEWS18|ICEWS14"))
    counts = count(chancery, path)
    assert (counts.recorded, counts.known, counts.revised) == (0, 2, 0)


def test_each_file_claims_the_days_it_tells_of(tmp_path):
    path = tmp_path / "events.csv"
    path.write_text(quadruples(("2018-07-15", "China", "010", "Japan"), *VISITS))
    coverage = Icews().coverage([path])
    assert [span.date for span in coverage.spans] == ["2018-07-15/2018-07-16"]
    claim = coverage.claim(Icews())
    assert claim is not None
    assert (claim.act_id, claim.events[0]["key"]) == ("coverage:icews", "2018-07-15/2018-07-16")


def test_two_files_of_days_apart_claim_nothing_of_the_days_between(tmp_path):
    for name, day in (("a.csv", "2005-01-01"), ("b.csv", "2018-07-16")):
        (tmp_path / name).write_text(quadruples((day, "China", "010", "Japan")))
    assert [span.date for span in Icews().coverage([tmp_path]).spans] == [
        "2005-01-01",
        "2018-07-16",
    ]


GOV = "Government,Executive"


def event(key, day, name, sectors, country, code, other, *more, story="471", sentence="1"):
    """A row of the 20 columns."""
    other_sectors, other_country = more
    intensity = {"042": "1.9", "043": "2.8", "40": "1.0", "040": "1.0", "12": "-0.4"}[code]
    cells = [key, day, name, sectors, country, "text", code, intensity, other, other_sectors]
    cells += [other_country, story, sentence, "A Paper", "Helsinki", "NA", "Uusimaa", "Finland"]
    return "\t".join([*cells, "60.1", "24.9"])


def columns(*rows):
    return "\n".join([COLUMNS, *rows]) + "\n"


MEETING = (
    event(
        "11",
        "2018-07-16",
        "Vladimir Putin",
        GOV,
        "Russian Federation",
        "042",
        "Finland",
        "NA",
        "Finland",
    ),
    event(
        "12",
        "2018-07-16",
        "Finland",
        "NA",
        "Finland",
        "043",
        "Vladimir Putin",
        GOV,
        "Russian Federation",
    ),
)


def test_in_20_columns_a_visit_bears_the_visitor_s_event_id(tmp_path):
    (act,) = acts_of(told(Icews(), tmp_path, "events.tab", columns(*MEETING))).values()
    assert (act.act_id, act.rows) == ("icews:11", 2)
    (body,) = act.events
    assert body["place"] == "Helsinki, Finland"
    assert body["participants"] == [{"party": "RUS", "name": "Vladimir Putin"}]
    assert {code["code"] for code in body["codes"]} == {"042", "043", "11", "12"}


def test_two_visits_between_the_same_on_one_day_are_two_acts_where_the_source_has_ids(tmp_path):
    twice = [row.replace("11\t", "21\t", 1).replace("12\t", "22\t", 1) for row in MEETING]
    items = told(Icews(), tmp_path, "events.tab", columns(*MEETING, *twice))
    assert {act_id: act.rows for act_id, act in acts_of(items).items()} == {
        "icews:11": 2,
        "icews:21": 2,
    }
    (twin,) = [item for item in items if isinstance(item, Twin)]
    assert (twin.first, twin.second) == ("11", "21")


def test_mirrors_of_two_reports_are_not_mixed(tmp_path):
    other = MEETING[1].replace("\t471\t", "\t999\t")
    items = told(Icews(), tmp_path, "events.tab", columns(MEETING[0], other))
    assert set(acts_of(items)) == {"icews:11", "icews:12"}


def test_the_same_event_id_with_another_date_is_a_revision(tmp_path):
    chancery = store()
    path = tmp_path / "events.tab"
    path.write_text(columns(*MEETING))
    count(chancery, path)
    path.write_text(columns(*(row.replace("2018-07-16", "2018-07-15") for row in MEETING)))
    counts = count(chancery, path)
    assert (counts.recorded, counts.revised) == (0, 1)
    history = chancery.query.act("icews:11")
    assert [entry["event"]["date"] for entry in history["events"]] == ["2018-07-15"]


@pytest.mark.parametrize(
    ("sectors", "country", "reason"),
    [
        ("Parties,Opposition", "India", "an actor speaks for no party: none of its sectors"),
        ("NA", "Canada", "an actor speaks for no party: none of its sectors"),
        ("Government,International Government Organization", "Portugal", "an actor speaks for no"),
        ("NA", "NA", "an actor has no country in the source"),
    ],
)
def test_a_person_speaks_for_a_country_only_as_its_government(tmp_path, sectors, country, reason):
    row = event("11", "2018-07-16", "A Person", sectors, country, "042", "Finland", "NA", "Finland")
    (item,) = told(Icews(), tmp_path, "events.tab", columns(row))
    assert item.reason.startswith(reason)


def test_a_lost_zero_is_found_by_the_intensity(tmp_path):
    rows = [
        event("11", "2018-07-16", "Japan", "NA", "Japan", "40", "Finland", "NA", "Finland"),
        event("12", "2018-07-16", "Japan", "NA", "Japan", "12", "Finland", "NA", "Finland"),
    ]
    items = told(Icews(), tmp_path, "events.tab", columns(*rows))
    assert set(acts_of(items)) == {"icews:11"}
    assert reasons(items) == {"code 012, Make pessimistic comment": 1}


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("other.csv", b"a,b,c\n1,2,3\n"),
        ("empty.csv", b""),
        ("latin.csv", quadruples(VISITS[0]).encode() + b"2018-07-16,\xe9,,040,,,,\n"),
        ("cut.csv.gz", gzip.compress(quadruples(*VISITS).encode(), mtime=0)[:-9]),
        ("quote.csv", quadruples(VISITS[0]).encode() + b'2018-07-16,"Russia,,040'),
    ],
)
def test_a_file_of_another_kind_is_refused_by_name(tmp_path, name, data):
    with pytest.raises(UnreadableSource, match=name.split(".", maxsplit=1)[0]):
        told(Icews(), tmp_path, name, data)
