"""Where files come from: a file, a folder, an archive; and what is refused."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile

import pytest

from api.exchange import FORMATS
from api.exchange.hsg_visits import HsgVisits
from api.exchange.loading import load
from api.exchange.source import UnreadableSource, members
from domain.acts import check_opening, validate
from events.application import open_chancery
from events.registry import load_registry
from tests.api.samples import SAMPLES, acts_of, read, told

BUNDLED = {
    "hsg-visits": "hsg_visits_raw.tar.gz",
    "hsg-travels": "hsg_travels_raw.tar.gz",
    "hsg-relations": "hsg_rdcr_raw.tar.gz",
    "us-mission-status": "us_mission_status_range_cow_v0.1.csv",
    "eurasian-2024": "eurasian_partnership_2024.json",
}


@pytest.mark.parametrize(("name", "file"), BUNDLED.items())
def test_every_event_of_every_sample_is_well_formed_and_every_act_can_be_opened(name, file):
    acts = acts_of(read(name, file))
    for act_id, act in acts.items():
        events = [validate(body, load_registry()) for body in act.events]
        check_opening(events)
        keys = [body["key"] for body in act.events]
        assert len(keys) == len(set(keys)), act_id


@pytest.mark.parametrize(("name", "file"), BUNDLED.items())
def test_the_same_file_read_twice_tells_the_same(name, file):
    again = tuple(FORMATS[name].read([SAMPLES / file], load_registry()))
    assert again == read(name, file)


@pytest.mark.parametrize(("name", "file"), BUNDLED.items())
def test_every_act_id_is_told_once(name, file):
    act_ids = [item.act_id for item in read(name, file) if hasattr(item, "act_id")]
    assert len(act_ids) == len(set(act_ids))


def test_formats_state_what_they_cover_and_under_which_licence():
    covered = {name: FORMATS[name].coverage([SAMPLES / file]) for name, file in BUNDLED.items()}
    assert {name: [span.date for span in coverage.spans] for name, coverage in covered.items()} == {
        "hsg-visits": ["1874-11-29/2024-11-12"],
        "hsg-travels": ["1866-01-14/2025-02-19"],
        "hsg-relations": ["1776-07-04/2024"],
        "us-mission-status": ["1816-01-01/2024-12-31"],
        "eurasian-2024": ["2023-12/2024-03-09"],
    }
    assert all(FORMATS[name].licence for name in BUNDLED)


def unpack(name, folder):
    """The files of a bundled archive; the first releases of 3.11 have no filter of extraction."""
    with tarfile.open(SAMPLES / BUNDLED[name]) as packed:
        for member in filter(tarfile.TarInfo.isfile, packed):
            path = folder / member.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(packed.extractfile(member).read())


def test_a_folder_and_an_archive_of_the_same_files_tell_the_same(tmp_path):
    unpack("hsg-visits", tmp_path)
    from_folder = acts_of(HsgVisits().read([tmp_path], load_registry()))
    assert from_folder == acts_of(read("hsg-visits", BUNDLED["hsg-visits"]))


def test_one_file_of_a_folder_tells_its_own_acts_alike(tmp_path):
    unpack("hsg-visits", tmp_path)
    (decade,) = tmp_path.rglob("1870.xml")
    alone = acts_of(HsgVisits().read([decade], load_registry()))
    whole = acts_of(read("hsg-visits", BUNDLED["hsg-visits"]))
    assert alone
    assert all(whole[act_id] == act for act_id, act in alone.items())


def visits_of(tmp_path, *decades):
    """The publisher's files of visits of some decades, or of one."""
    if not (tmp_path / "visits").exists():
        unpack("hsg-visits", tmp_path)
    return [next(tmp_path.rglob(f"{decade}.xml")) for decade in decades]


@pytest.mark.parametrize(
    ("decades", "spans"),
    [
        ((1870,), ["1874-11-29/1879-12-31"]),
        ((1910,), ["1910-01-01/1919-12-31"]),
        ((1910, 1990), ["1910-01-01/1919-12-31", "1990-01-01/1999-12-31"]),
        ((1920, 1910), ["1910-01-01/1929-12-31"]),
        ((2020,), ["2020-01-01/2024-11-12"]),
    ],
)
def test_a_file_of_visits_claims_its_own_decade(tmp_path, decades, spans):
    covered = HsgVisits().coverage(visits_of(tmp_path, *decades))
    assert [span.date for span in covered.spans] == spans


def test_a_lone_traveller_s_file_claims_no_other_s_days(tmp_path):
    unpack("hsg-travels", tmp_path)
    (taft,) = tmp_path.rglob("taft-william-howard.xml")
    (span,) = FORMATS["hsg-travels"].coverage([taft]).spans
    assert (span.valid_from[:4], span.valid_to[:4]) == ("1909", "1909")


@pytest.mark.parametrize("order", [("whole", "1910s"), ("1910s", "whole")])
def test_a_file_of_the_1910s_imported_beside_the_whole_leaves_1999_covered(tmp_path, order):
    paths = {"whole": [SAMPLES / BUNDLED["hsg-visits"]], "1910s": visits_of(tmp_path, 1910)}
    chancery = open_chancery("sqlite:///:memory:", lambda: 1_790_000_000_000_000)
    for name in order:
        load(chancery, HsgVisits(), paths[name], lambda row: None)
    for day, covered in (("1915-01-01", True), ("1999-01-01", True), ("1860-01-01", False)):
        (line,) = chancery.query.state("GBR-USA", day)["coverage"]
        assert line["covers"] is covered
        assert line["spans"] == ["1874-11-29/2024-11-12"]
        assert len(line["records"]) == 1


def test_two_decades_apart_leave_a_gap_that_is_told(tmp_path):
    chancery = open_chancery("sqlite:///:memory:", lambda: 1_790_000_000_000_000)
    for decade in (1990, 1910, 1990):
        load(chancery, HsgVisits(), visits_of(tmp_path, decade), lambda row: None)
    (line,) = chancery.query.state("GBR-USA", "1950-01-01")["coverage"]
    assert not line["covers"]
    assert line["spans"] == ["1910-01-01/1919-12-31", "1990-01-01/1999-12-31"]
    assert line["gaps"] == ["1920-01-01/1989-12-31"]


def archive(path, entries):
    with tarfile.open(path, "w:gz") as packed:
        for name, data in entries:
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            packed.addfile(entry, io.BytesIO(data))
    return path


def test_members_come_in_the_order_of_their_paths_however_they_were_packed(tmp_path):
    path = archive(tmp_path / "a.tar.gz", [("b.xml", b"2"), ("./a.xml", b"1"), ("c.txt", b"3")])
    found = [(member.name, member.stream.read()) for member in members([path], ".xml")]
    assert found == [("a.xml", b"1"), ("b.xml", b"2")]


def test_capitals_in_the_end_of_a_name_make_no_difference(tmp_path):
    (tmp_path / "20191024.export.CSV").write_bytes(b"1")
    (tmp_path / "b.tab").write_bytes(b"2")
    (tmp_path / "c.txt").write_bytes(b"3")
    found = [member.name for member in members([tmp_path], ".csv", ".tab")]
    assert found == ["20191024.export.CSV", "b.tab"]


def zipped(path, *files):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return path


def test_a_zip_is_read_through_alone_and_in_a_folder(tmp_path):
    (tmp_path / "days").mkdir()
    zipped(tmp_path / "days" / "b.export.CSV.zip", ("b.export.CSV", b"2"), ("note.txt", b"x"))
    (tmp_path / "days" / "a.csv.gz").write_bytes(gzip.compress(b"1"))
    (tmp_path / "other.zip").write_bytes(b"no archive, and nobody asks for it")
    found = [(member.name, member.stream.read()) for member in members([tmp_path], ".csv")]
    assert found == [("days/a.csv", b"1"), ("days/b.export.CSV", b"2")]
    alone = tmp_path / "days" / "b.export.CSV.zip"
    assert [member.name for member in members([alone], ".csv")] == ["b.export.CSV"]


def test_a_path_in_a_zip_that_climbs_out_is_only_a_name(tmp_path):
    path = zipped(tmp_path / "a.zip", ("../../outside.xml", b"<visits/>"))
    assert [member.file for member in members([path], ".xml")] == ["outside.xml"]
    assert not (tmp_path.parent.parent / "outside.xml").exists()


@pytest.mark.parametrize("broken", ["none at all", "cut", "altered"])
def test_a_broken_zip_is_refused_by_name(tmp_path, broken):
    path = zipped(tmp_path / "a.zip", ("a.xml", b"<visits>" + b" " * 999 + b"</visits>"))
    data = path.read_bytes()
    spoilt = {
        "none at all": b"PK",
        "cut": data[:-30],
        "altered": data[:47] + bytes([data[47] ^ 255]) + data[48:],
    }
    path.write_bytes(spoilt[broken])
    assert path.read_bytes() != data
    with pytest.raises(UnreadableSource, match=r"a\.(zip|xml)"):
        list(HsgVisits().read([path], load_registry()))


def test_links_in_an_archive_are_left_alone(tmp_path):
    path = tmp_path / "a.tar.gz"
    with tarfile.open(path, "w:gz") as packed:
        link = tarfile.TarInfo("passwd.xml")
        link.type = tarfile.SYMTYPE
        link.linkname = "/etc/passwd"
        packed.addfile(link)
    with pytest.raises(UnreadableSource, match=r"expected a \.xml file"):
        list(members([path], ".xml"))


def test_a_path_that_climbs_out_of_an_archive_is_only_a_name(tmp_path):
    path = archive(tmp_path / "a.tar.gz", [("../../outside.xml", b"<visits/>")])
    assert [member.file for member in members([path], ".xml")] == ["outside.xml"]
    assert not (tmp_path.parent.parent / "outside.xml").exists()


def test_a_compressed_file_beside_an_archive_is_read_through(tmp_path):
    path = tmp_path / "1970.xml.gz"
    path.write_bytes(gzip.compress(b"<visits/>"))
    assert list(HsgVisits().read([path], load_registry())) == []


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("broken.xml", b"<visits>\n<visit>\n</visits>", ("broken.xml, line 3", "well-formed")),
        ("latin.xml", b"<visits>\n\xe9</visits>", ("latin.xml, line 2",)),
        ("odd.xml", b'<?xml version="1.0" encoding="ebcdic-fr"?><visits/>', ("odd.xml",)),
        (
            "bomb.xml",
            b'<!DOCTYPE v [<!ENTITY a "aaaa">]>\n<visits>&a;</visits>',
            ("bomb.xml", "document type"),
        ),
        (
            "reach.xml",
            b'<!DOCTYPE v SYSTEM "http://example.org/v.dtd"><visits/>',
            ("reach.xml", "document type"),
        ),
        ("cut.xml.gz", gzip.compress(b"<visits/>", mtime=0)[:-9], ("cut.xml", "whole file")),
        ("not.tar.gz", b"no archive", ("not.tar.gz", "tar archive")),
        ("empty.xml", b"", ("empty.xml, line 1",)),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_by_name_line_and_reason(tmp_path, name, data, words):
    with pytest.raises(UnreadableSource) as refusal:
        told(HsgVisits(), tmp_path, name, data)
    assert all(word in str(refusal.value) for word in words)


def test_a_path_that_is_not_there_is_refused_by_name(tmp_path):
    with pytest.raises(UnreadableSource, match=r"nowhere\.xml"):
        list(HsgVisits().read([tmp_path / "nowhere.xml"], load_registry()))
