"""Chancery's own formats: what is written is read back without loss, and harms no spreadsheet."""

from __future__ import annotations

import csv
import io
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.exchange import FORMATS, jsonl
from api.exchange.csv import COLUMNS
from api.exchange.loading import load
from api.exchange.row import Quarantined
from api.export import export
from events.application import Chancery
from events.errors import InvalidBasis
from events.write.commands import CorrectEvent, RecordAct, RetractEvent
from tests.api.histories import VISIT, empty, parties
from tests.api.histories import states as states_on

AS_OF = ("2024-01-31", "2024-02-02", "2024-05-01")


@pytest.fixture
def chancery(house) -> Chancery:
    """The seed history with a correction, a retraction and a reinstatement in it."""
    act = house.query.act("eurasian-2024:a03")["events"][0]["event"]
    by = {"recorded_by": "the desk"}
    house.commands.execute(
        CorrectEvent(
            "eurasian-2024:a03", 1, {**act, "planned_for": "2024-04~"}, "about April", **by
        )
    )
    house.commands.execute(RetractEvent("eurasian-2024:a10", 1, "not yet over", **by))
    again = house.query.history("eurasian-2024:a05")["records"][0]
    house.commands.execute(RetractEvent("eurasian-2024:a05", 1, "doubted", **by))
    body = {"type": again["type"], **again["body"], "note": "seen again"}
    house.commands.execute(
        CorrectEvent("eurasian-2024:a05", 1, body, "doubted without reason", **by)
    )
    house.commands.execute(
        RecordAct("namibia:1", [{**VISIT, "parties": parties("NAM", "USA")}], **by)
    )
    return house


def states(chancery: Chancery) -> dict[str, Any]:
    """Every state on the three dates, without what belongs to the store alone."""
    return states_on(chancery, *AS_OF)


def test_the_log_read_into_an_empty_store_is_the_same_log(chancery, tmp_path):
    path = tmp_path / "log.jsonl"
    path.write_bytes(b"".join(export(chancery, "jsonl")))
    other = empty()
    outcomes = [line.outcome for line in jsonl.put_back(other, [path], "import:jsonl")]
    assert outcomes == ["recorded"] * chancery.query.head().position

    def bodies(house: Chancery) -> list[Any]:
        return [
            (r.position, r.act_id, r.version, r.type, r.body) for r in house.query.raw_records()
        ]

    assert bodies(other) == bodies(chancery)
    assert states(other) == states(chancery)
    for position in range(chancery.query.head().position + 1):
        one = chancery.query.state("KAZ-KGZ", "2024-02-02", position)
        two = other.query.state("KAZ-KGZ", "2024-02-02", position)
        assert {**one, "basis": None} == {**two, "basis": None}


def test_the_log_read_twice_is_known_and_another_history_of_an_act_is_put_aside(chancery, tmp_path):
    path = tmp_path / "log.jsonl"
    log = b"".join(export(chancery, "jsonl"))
    path.write_bytes(log)
    other = empty()
    list(jsonl.put_back(other, [path], "import:jsonl"))
    assert {line.outcome for line in jsonl.put_back(other, [path], "x")} == {"known"}
    path.write_bytes(log.replace(b"about April", b"in April"))
    found = [line for line in jsonl.put_back(other, [path], "x") if line.outcome != "known"]
    assert [line.quarantined.where for line in found] == ["log.jsonl, line 24"]


def line(**changed: Any) -> bytes:
    header = {
        "position": 1,
        "stream": "a",
        "version": 1,
        "type": "visit.held",
        "schema": 1,
        "recorded_at": "",
        "recorded_by": "",
        "digest": "",
    }
    body = changed.pop("body", {})
    return orjson.dumps({"header": header | changed, "salt": "", "body": body})


@pytest.mark.parametrize(
    "line",
    [
        b"{",
        b"[]",
        b'{"header": {}}',
        b'{"header": 1}',
        line(version="1"),
        line(schema=9),
        line(schema="1"),
        line(stream=7),
        line(type="visit.imagined"),
        line(type="event.corrected", body={"event": 1}),
        line(type="event.retracted", body={"version": "1", "reason": "x"}),
        line(body=None),
        line(body={"date": "2023-02-29"}),
    ],
)
def test_a_line_that_is_no_record_is_put_aside_whole_and_the_next_is_read(tmp_path, house, line):
    path = tmp_path / "log.jsonl"
    path.write_bytes(line + b"\n" + next(iter(export(house, "jsonl"))))
    first, second = jsonl.put_back(empty(), [path], "x")
    assert first.quarantined is not None
    assert first.quarantined.row == line.decode()
    assert second.outcome == "recorded"


def test_the_rows_read_into_an_empty_store_give_the_same_states(chancery, tmp_path):
    path = tmp_path / "acts.csv"
    path.write_bytes(b"".join(export(chancery, "csv")))
    other = empty()
    counts = load(other, FORMATS["csv"], [path], lambda row: pytest.fail(str(row)))
    assert counts.read == counts.recorded == 23
    assert states(other) == states(chancery)
    again = load(other, FORMATS["csv"], [path], lambda row: pytest.fail(str(row)))
    assert (again.recorded, again.known, again.revised) == (0, 23, 0)


def test_a_row_is_an_event_in_force_with_its_precision_and_namibia_stays_text(chancery):
    text = b"".join(export(chancery, "csv")).decode()
    rows = {row["act_id"]: row for row in csv.DictReader(io.StringIO(text, newline=""))}
    assert rows["eurasian-2024:a03"]["planned_for"] == "2024-04~"
    assert rows["eurasian-2024:a16"]["date"] == "2024-02-06~"
    assert "eurasian-2024:a10" not in rows
    assert '"NAM"' in rows["namibia:1"]["parties"]


def test_the_rows_of_a_basis_are_those_that_had_or_may_have_happened_and_were_known(chancery):
    def ids(**basis: str) -> set[str]:
        text = b"".join(export(chancery, "csv", **basis)).decode()
        return {row["act_id"] for row in csv.DictReader(io.StringIO(text, newline=""))}

    assert len(ids(known_at="23")) == 23
    assert "eurasian-2024:a09" not in ids(as_of="2024-01-31")
    assert "eurasian-2024:a01" in ids(as_of="2024-01-31")
    assert ids(known_at="0") == set()


def test_the_log_up_to_a_position_and_no_log_of_a_day(chancery):
    assert len(list(export(chancery, "jsonl", known_at="5"))) == 5
    with pytest.raises(InvalidBasis):
        export(chancery, "jsonl", as_of="2024-02-02")


HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", "'quoted", "'=1", "NA", "a\nb", 'say "no"', "a,b", "＝1"]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_is_a_formula_and_every_text_comes_back(text, tmp_path):
    _round_trip(text, tmp_path)


_texts = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1
).filter(lambda text: text.strip())


@given(_texts)
def test_any_text_comes_back(tmp_path_factory, text):
    _round_trip(text, tmp_path_factory.mktemp("csv"))


def _round_trip(text: str, folder: Any) -> None:
    one, other = empty(), empty()
    one.commands.execute(
        RecordAct("x:1", [{**VISIT, "title": text, "topics": [text]}], recorded_by="test")
    )
    written = b"".join(export(one, "csv"))
    (folder / "acts.csv").write_bytes(written)
    cells = [cell for row in csv.reader(io.StringIO(written.decode(), newline="")) for cell in row]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for cell in cells)
    load(other, FORMATS["csv"], [folder / "acts.csv"], lambda row: pytest.fail(str(row)))
    assert (
        other.query.history("x:1")["records"][0]["body"]
        == one.query.history("x:1")["records"][0]["body"]
    )
    one.close()
    other.close()


def test_an_act_whose_opening_was_retracted_is_taken_along_with_those_whom_the_rest_names(tmp_path):
    one, other = empty(), empty()
    first = {
        "type": "relation.established",
        "date": "1992",
        "parties": [{"party": "KAZ"}, {"party": "KGZ"}],
    }
    second = {"type": "relation.severed", "date": "1999", "parties": first["parties"]}
    one.commands.execute(RecordAct("rel:1", [first, second], recorded_by="test"))
    one.commands.execute(RetractEvent("rel:1", 1, "never established", recorded_by="test"))
    (tmp_path / "acts.csv").write_bytes(b"".join(export(one, "csv")))
    load(other, FORMATS["csv"], [tmp_path / "acts.csv"], lambda row: pytest.fail(str(row)))
    assert states(other) == states(one)


BAD_ROWS = {
    "too few cells": "x:1,1",
    "JSON that breaks off": 'x:1,1,visit.held,,1990,,"[{"',
}


@pytest.mark.parametrize("name", BAD_ROWS)
def test_a_row_that_is_not_understood_puts_its_act_aside_whole(name, tmp_path, house):
    header, first, *_ = b"".join(export(house, "csv")).decode().split("\r\n")
    row = BAD_ROWS[name]
    if name.startswith("JSON"):
        row += "," * (len(COLUMNS) - 7)
    (tmp_path / "acts.csv").write_text(f"{header}\r\n{row}\r\n{first}", newline="")
    items = list(FORMATS["csv"].read([tmp_path / "acts.csv"], house.registry))
    assert isinstance(items[0], Quarantined)
    assert "line 2" in items[0].reason
    assert items[1].act_id == "eurasian-2024:a01"


def test_the_lines_of_the_log_are_header_salt_and_body(house):
    line = orjson.loads(next(iter(export(house, "jsonl"))))
    assert list(line) == ["header", "salt", "body"]
    assert line["header"]["stream"] == "eurasian-2024:a01"
    assert len(line["salt"]) == 32
