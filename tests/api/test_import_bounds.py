"""Source files that were made to take all of a machine: each is refused by file, line and bound."""

from __future__ import annotations

import gzip
import io
import re
import tarfile
import zipfile
from pathlib import Path

import pytest

from api.exchange import FORMATS
from api.exchange.markup import elements
from api.exchange.source import UnreadableSource, members
from events.registry import load_registry
from tests.api.conftest import one_line, run

MEGABYTE = 2**20
TEI = b"<TEI xmlns='http://www.tei-c.org/ns/1.0'>"


def told(path: Path, tag: str = "visit") -> None:
    """Read all elements of a file."""
    for member in members([path], ".xml"):
        for _ in elements(member, tag):
            pass


XML = {
    "elements without end": (
        b"<visits>\n" + b"<visit>" * 500,
        "at most 200 elements in each other",
    ),
    "a comment without end": (b"<visits>\n<!--" + b"x" * 2 * MEGABYTE, "a tag within"),
    "a text without end": (b"<visits>\n" + b"x" * 2 * MEGABYTE, "a tag within"),
    "a text of characters by number": (b"<visits>" + b"&#120;" * 300_000, "a tag within"),
    "a CDATA section without end": (b"<visits>\n<![CDATA[" + b"x" * 2 * MEGABYTE, "a tag within"),
    "an attribute without end": (b"<visits>\n<visit a='" + b"x" * 2 * MEGABYTE, "a tag within"),
    "a name without end": (b"<visits>\n<" + b"x" * 2 * MEGABYTE, "a tag within"),
    "attributes without end": (
        b"<visits>\n<visit " + b"".join(b"a%d='' " % n for n in range(200_000)),
        "a tag within",
    ),
    "comments without end": (b"<visits>\n" + b"<!---->" * 2_000, "a tag within 1000 comments"),
    "instructions without end": (b"<visits>\n" + b"<?a?>" * 2_000, "a tag within 1000 comments"),
    "long comments without end": (
        b"<visits>\n" + (b"<!--" + b"x" * 10_000 + b"-->") * 200,
        "a tag within",
    ),
    "a comment before all": (b"<!--" + b"\n" * MEGABYTE, "an element within"),
    "nothing before all": (b"<?xml version='1.0'?>" + b" \n" * MEGABYTE, "an element within"),
    "an instruction before all": (b"<?x " + b"y" * MEGABYTE, "an element within"),
}


@pytest.mark.parametrize("name", XML)
def test_markup_without_end_is_refused_with_file_and_line(tmp_path: Path, name: str):
    data, reason = XML[name]
    path = tmp_path / "visits.xml"
    path.write_bytes(data)
    with pytest.raises(UnreadableSource, match=reason) as refused:
        told(path)
    assert refused.value.name == "visits.xml"
    assert refused.value.line is not None


def test_an_element_of_too_many_parts_is_refused(tmp_path: Path, monkeypatch):
    monkeypatch.setattr("api.exchange.markup.MOST_ELEMENTS", 1_000)
    path = tmp_path / "visits.xml"
    path.write_bytes(b"<visits><visit>" + b"<a/>" * 1_000 + b"</visit></visits>")
    with pytest.raises(UnreadableSource, match="at most 1000 elements in one"):
        told(path)


def test_an_element_that_is_too_large_is_refused(tmp_path: Path, monkeypatch):
    monkeypatch.setattr("api.exchange.markup.LARGEST_ELEMENT_BYTES", 100_000)
    path = tmp_path / "visits.xml"
    path.write_bytes(b"<visits><visit>" + b"<a>xxxxxxxx</a>" * 10_000 + b"</visit></visits>")
    with pytest.raises(UnreadableSource, match="an element of at most 100000 bytes"):
        told(path)


def test_of_a_long_file_only_what_is_open_is_held(tmp_path: Path, monkeypatch):
    monkeypatch.setattr("api.exchange.markup.MOST_ELEMENTS", 50)
    monkeypatch.setattr("api.exchange.markup.LARGEST_ELEMENT_BYTES", 200_000)
    part = b"<note>x<b/></note><visit><a>1</a><visit>2</visit></visit><!-- c -->"
    path = tmp_path / "visits.xml"
    path.write_bytes(b"<visits>" + part * 20_000 + b"</visits>")
    found = 0
    for member in members([path], ".xml"):
        for element in elements(member, "visit"):
            found += 1
            assert "".join(element.itertext()) in ("2", "1", "12")
    assert found == 40_000


def all_lines(path: Path, end: str) -> list[bytes]:
    return [line for member in members([path], end) for line in member.stream]


def packed_zip(path: Path, name: str, data: bytes) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)


def packed_tar(path: Path, name: str, data: bytes) -> None:
    with tarfile.open(path, "w:gz") as archive:
        entry = tarfile.TarInfo(name)
        entry.size = len(data)
        archive.addfile(entry, io.BytesIO(data))


@pytest.mark.parametrize("end", [".csv", ".tab", ".jsonl"])
def test_a_line_without_end_is_refused_with_file_and_line(tmp_path: Path, end: str):
    path = tmp_path / f"acts{end}.gz"
    path.write_bytes(gzip.compress(b"a,b\n" + b"x" * 40 * MEGABYTE))
    with pytest.raises(UnreadableSource, match="a line of at most") as refused:
        all_lines(path, end)
    assert (refused.value.name, refused.value.line) == (f"acts{end}", 2)


def test_a_file_that_is_read_whole_is_no_larger_than_it_may_be(tmp_path: Path, monkeypatch):
    monkeypatch.setattr("api.exchange.reading.LARGEST_WHOLE_BYTES", 100_000)
    path = tmp_path / "acts.json"
    path.write_bytes(b"[\n" + b" " * 200_000 + b"]")
    with pytest.raises(UnreadableSource, match=r"acts\.json, line 2: expected at most 100000"):
        list(FORMATS["eurasian-2024"].read([path], load_registry()))


@pytest.mark.parametrize("way", ["gz", "zip", "tar.gz"])
def test_what_unpacks_to_hundreds_of_times_its_size_is_refused(
    tmp_path: Path, monkeypatch, way: str
):
    monkeypatch.setattr("api.exchange.reading._FREE_BYTES", MEGABYTE)
    data = b"x\n" * 2 * MEGABYTE
    path = tmp_path / ("acts.csv.gz" if way == "gz" else f"acts.{way}")
    if way == "gz":
        path.write_bytes(gzip.compress(data, 9))
    else:
        {"zip": packed_zip, "tar.gz": packed_tar}[way](path, "acts.csv", data)
    assert path.stat().st_size < MEGABYTE
    with pytest.raises(UnreadableSource, match="at most 200 times the bytes it is packed in"):
        all_lines(path, ".csv")


def test_what_is_packed_as_publishers_pack_is_read(tmp_path: Path, monkeypatch):
    monkeypatch.setattr("api.exchange.reading._FREE_BYTES", MEGABYTE)
    rows = [b"%d,Visit of state,France,Germany,1963-01-22\n" % n for n in range(100_000)]
    path = tmp_path / "acts.csv.gz"
    path.write_bytes(gzip.compress(b"".join(rows), 9))
    assert all_lines(path, ".csv") == rows


CUT = {
    "csv": ("acts.csv", b"act_id,version,type,date\n" + b"a:1,1,visit.held,2000\n" * 9_000),
    "jsonl": ("acts.jsonl", b'{"a": 1}\n' * 9_000),
    "gdelt": ("20200101.export.CSV", b"1\t20200101\t202001\t2020\t2020.0\n" * 9_000),
    "icews": ("events.tab", b"Event ID\tEvent Date\n" + b"1\t2020-01-01\n" * 9_000),
    "uk-treaties": ("treaties.jsonl", b'{"a": 1}\n' * 9_000),
    "ggo-treaties": ("treaties.csv", b"a,b\n" * 9_000),
    "us-mission-status": ("missions.csv", b"a,b\n" * 9_000),
    "hsg-visits": ("visits.xml", b"<visits>" + b"<a>b</a>\n" * 9_000 + b"</visits>"),
    "hsg-travels": ("travels.xml", b"<trips>" + b"<a>b</a>\n" * 9_000 + b"</trips>"),
    "hsg-relations": ("guide.xml", TEI + b"<p>b</p>\n" * 9_000 + b"</TEI>"),
    "eurasian-2024": ("acts.json", b"[" + b"1,\n" * 9_000 + b"1]"),
}


def cut(folder: Path, form: str) -> Path:
    name, data = CUT[form]
    path = folder / f"{name}.gz"
    path.write_bytes(gzip.compress(data)[:-20])
    return path


@pytest.mark.parametrize("form", sorted(set(CUT) - {"jsonl"}))
def test_a_packed_file_that_was_cut_off_is_told_by_name(tmp_path: Path, form: str):
    with pytest.raises(UnreadableSource, match=re.escape(CUT[form][0])):
        list(FORMATS[form].read([cut(tmp_path, form)], load_registry()))


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_it_is_not_told_as_if_a_person_had_stopped_it(tmp_path: Path, form: str):
    done = run("import", form, str(cut(tmp_path, form)), store=f"sqlite:///{tmp_path}/c.db")
    assert done.returncode == 2
    complaint = one_line(done)
    assert "stopped" not in complaint
    assert f"{CUT[form][0]}, line " in complaint
    assert "expected a whole file" in complaint


def test_every_format_that_is_read_has_a_case_above():
    assert set(FORMATS) - set(CUT) == {"acts", "parquet"}
