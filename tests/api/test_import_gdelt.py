"""GDELT 2.0 events: rows of our own in the 61 columns of an export."""

from __future__ import annotations

import gzip

import pytest

from api.exchange.gdelt import Gdelt
from api.exchange.loading import load
from api.exchange.row import OutOfScope, Quarantined, Repeated
from api.exchange.source import UnreadableSource
from events.application import open_chancery
from tests.api.samples import acts_of, rows_of, told

URL = "https://example.org/a-visit-to-riyadh"
ADDED = "20191024143000"


def actor(code, name="", country=None, group="", kind=""):
    """The ten columns of an actor."""
    country = code[:3] if country is None else country
    return [code, name or code, country, group, "", "", "", kind, "", ""]


def row(key, day, first, code, second, goldstein="1.0", added=ADDED, url=URL, place="Riyadh"):
    """One event, in 61 columns."""
    cells = [key, day, day[:6], day[:4], "2019.8", *first, *second]
    cells += ["1", code, code[:3], code[:2], "1", goldstein, "10", "1", "10", "0.5"]
    cells += [""] * 14
    cells += ["", "4", place, "SA", "SA10", "", "24.6", "46.7", "-3092186"]
    cells[51:] = ["4", place, "SA", "SA10", "", "24.6", "46.7", "-3092186", added, url]
    assert len(cells) == 61
    return "\t".join(cells) + "\n"


GBR, SAU, JPN = actor("GBR"), actor("SAU"), actor("JPN")
VISIT = row("881990868", "20190924", GBR, "042", SAU, "1.9")
MIRROR = row("881990873", "20190924", SAU, "043", GBR, "2.8")


def read(tmp_path, *rows, name="20191024143000.export.CSV"):
    return told(Gdelt(), tmp_path, name, "".join(rows))


def test_the_day_of_the_event_and_the_day_it_was_added_are_kept_apart(tmp_path):
    (act,) = acts_of(read(tmp_path, VISIT)).values()
    (event,) = act.events
    assert event["date"] == "2019-09-24"
    (source,) = event["sources"]
    assert source["published"] == "2019-10-24"
    assert "added 2019-10-24 14:30:00 UTC" in source["locator"]
    assert source["url"] == URL
    assert event["place"] == "Riyadh"


@pytest.mark.parametrize("day", ["20181024", "20190924", "20191017", "20191024"])
def test_an_event_a_year_a_month_or_a_week_before_it_was_added_keeps_its_day(tmp_path, day):
    (act,) = acts_of(read(tmp_path, row("1", day, GBR, "042", SAU))).values()
    assert act.events[0]["date"].replace("-", "") == day


def test_a_visit_and_its_mirror_in_one_report_are_one_visit_with_the_visitor_s_id(tmp_path):
    for rows in ((VISIT, MIRROR), (MIRROR, VISIT)):
        (act,) = acts_of(read(tmp_path, *rows)).values()
        assert (act.act_id, act.rows) == ("gdelt:881990868", 2)
        codes = [code["code"] for code in act.events[0]["codes"]]
        assert codes == ["042", "043", "881990868", "881990873"]


def test_two_reports_of_one_day_stay_two_acts(tmp_path):
    other = row("881990873", "20190924", SAU, "043", GBR, "2.8", url="https://example.org/b")
    assert len(acts_of(read(tmp_path, VISIT, other))) == 2


def test_a_code_without_its_zero_is_known_by_its_goldstein_value(tmp_path):
    items = read(
        tmp_path,
        row("1", "20191024", GBR, "12", SAU, "-0.4"),
        row("2", "20191024", GBR, "12", SAU, "-4.0"),
        row("3", "20191024", GBR, "42", SAU, "1.9"),
    )
    reasons = [item.reason.partition(" (")[0] for item in items if isinstance(item, OutOfScope)]
    assert reasons == ["code 012, Make pessimistic comment", "code 12, Reject"]
    assert set(acts_of(items)) == {"gdelt:3"}


@pytest.mark.parametrize(
    ("who", "party"),
    [
        (actor("ROM"), "ROU"),
        (actor("RUSGOV", "VLADIMIR PUTIN", kind="GOV"), "RUS"),
        (actor("IGOEUREEC", "THE EU", "EUR", "EEC", "IGO"), "EU"),
        (actor("IGOUNO", "UNITED NATIONS", "", "UNO", "IGO"), "UN"),
        (actor("TWN", "TAIPEI"), "TWN"),
        (actor("NAM", "NAMIBIA"), "NAM"),
    ],
)
def test_an_actor_is_found_by_its_code_on_the_day(tmp_path, who, party):
    (act,) = acts_of(read(tmp_path, row("1", "20191024", who, "040", JPN))).values()
    assert party in [entry["party"] for entry in act.events[0]["parties"]]


@pytest.mark.parametrize(
    ("who", "reason"),
    [
        (actor("AFR", "AFRICA"), "an actor is no party: AFR"),
        (actor("MNCGBR", "A COMPANY", "GBR", kind="MNC"), "an actor speaks for no party: type MNC"),
        (actor("COP", "POLICE", "", kind="COP"), "an actor has no country code"),
        (actor("", "", ""), "an actor has no country code"),
        (actor("JPNGOV", "TOKYO", kind="GOV"), "both actors are of one party"),
    ],
)
def test_who_is_no_party_is_counted_by_the_reason(tmp_path, who, reason):
    (item,) = read(tmp_path, row("1", "20191024", who, "040", JPN))
    assert isinstance(item, OutOfScope)
    assert item.reason.startswith(reason)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (row("1", "20191024", GBR, "13y", SAU), "'13y'"),
        (row("1", "20190229", GBR, "042", SAU), "20190229"),
        (row("1", "2019-2-9", GBR, "042", SAU), "YYYYMMDD"),
        (row("1", "20191024", GBR, "042", SAU, added="20191024"), "DATEADDED"),
        (row("x1", "20191024", GBR, "042", SAU), "GlobalEventID"),
        ("1\t20191024\n", "expected 61 cells, got 2"),
        (row("1", "20050709", actor("SSD"), "042", SAU), "means no party on 2005-07-09"),
    ],
)
def test_a_row_that_cannot_be_understood_is_put_aside_and_the_batch_goes_on(tmp_path, line, words):
    items = read(tmp_path, VISIT, line)
    (aside,) = [item for item in items if isinstance(item, Quarantined)]
    assert words in aside.reason
    assert aside.row == line.rstrip("\n")
    assert aside.where.endswith("line 2")
    assert set(acts_of(items)) == {"gdelt:881990868"}


def test_bytes_that_are_no_text_put_their_row_aside_and_no_other(tmp_path):
    line = row("1", "20191024", GBR, "042", SAU).encode().replace(b"Riyadh", b"Riy\xe4dh")
    items = told(Gdelt(), tmp_path, "a.csv", VISIT.encode() + line)
    (aside,) = [item for item in items if isinstance(item, Quarantined)]
    assert "UTF-8" in aside.reason
    assert len(acts_of(items)) == 1


def test_the_same_row_once_more_is_repeated(tmp_path):
    items = read(tmp_path, VISIT, MIRROR, VISIT)
    assert len([item for item in items if isinstance(item, Repeated)]) == 1
    assert rows_of(items) == 3


def test_an_address_that_is_none_stays_in_no_source(tmp_path):
    (act,) = acts_of(read(tmp_path, row("1", "20191024", GBR, "042", SAU, url="BBC M"))).values()
    assert "url" not in act.events[0]["sources"][0]


def test_the_same_export_twice_records_nothing_twice_and_claims_its_quarter_of_an_hour(tmp_path):
    path = tmp_path / "20191024143000.export.csv.gz"
    path.write_bytes(gzip.compress((VISIT + MIRROR).encode()))
    chancery = open_chancery("sqlite:///:memory:", lambda: 1_790_000_000_000_000)
    for recorded in (1, 0):
        counts = load(chancery, Gdelt(), [path], lambda row: None)
        assert (counts.read, counts.recorded, counts.known) == (2, recorded, 1 - recorded)
    claim = Gdelt().coverage([path]).claim(Gdelt())
    assert claim is not None
    assert claim.act_id == "coverage:gdelt"
    assert chancery.query.head().position == 2
    (line,) = chancery.query.state("GBR-SAU", "2019-10-24")["coverage"]
    assert (line["covers"], line["spans"], line["in_part"]) == (False, [], ["2019-10-24"])
    assert line["held"] == {"minutes": 15, "of": 1_440}


def exported(tmp_path, *stamps):
    """Files of GDELT with a row each, by when it was added."""
    for stamp in stamps:
        line = VISIT.replace("20191024143000", stamp)
        (tmp_path / f"{stamp}.export.csv").write_text(line)
    return Gdelt().coverage([tmp_path])


def test_files_that_follow_one_another_claim_one_stretch_of_the_day(tmp_path):
    stamps = ("20191024143000", "20191024144500", "20191024151500", "20191025000000")
    assert [span.words for span in exported(tmp_path, *stamps).spans] == [
        "2019-10-24, 30 minutes of the day (14:30/15:00)",
        "2019-10-24, 15 minutes of the day (15:15/15:30)",
        "2019-10-25, 15 minutes of the day (00:00/00:15)",
    ]


def test_the_96_files_of_a_day_claim_it_whole(tmp_path):
    quarters = [f"{hour:02}{minute:02}00" for hour in range(24) for minute in (0, 15, 30, 45)]
    stamps = [f"{day}{time}" for day in ("20191023", "20191024") for time in quarters]
    assert [span.words for span in exported(tmp_path, *stamps).spans] == [
        "2019-10-23 to 2019-10-24"
    ]
    (tmp_path / "20191023234500.export.csv").unlink()
    assert [span.words for span in exported(tmp_path).spans] == [
        "2019-10-24",
        "2019-10-23, 1425 minutes of the day (00:00/23:45)",
    ]


def test_files_imported_one_by_one_add_up_to_the_day(tmp_path):
    chancery = open_chancery("sqlite:///:memory:", lambda: 1_790_000_000_000_000)
    for number in range(96):
        stamp = f"20191024{number // 4:02}{number % 4 * 15:02}00"
        path = tmp_path / f"{stamp}.export.csv"
        path.write_text(row(str(number), "20191024", GBR, "042", SAU, added=stamp))
        load(chancery, Gdelt(), [path], lambda row: None)
        (line,) = chancery.query.state("GBR-SAU", "2019-10-24")["coverage"]
        assert line["covers"] is (number == 95)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("other.csv", b"a,b,c\n"),
        ("cut.csv.gz", gzip.compress(VISIT.encode() * 50, mtime=0)[:-9]),
    ],
)
def test_a_file_of_another_kind_is_refused_by_name(tmp_path, name, data):
    with pytest.raises(UnreadableSource, match=name.split(".", maxsplit=1)[0]):
        told(Gdelt(), tmp_path, name, data)
