"""What can be read back tells the same states again; what cannot is refused by name."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from api.exchange import FORMATS, jsonl
from api.exchange.counts import Counts
from api.exchange.loading import load
from api.exchange.row import Quarantined, SourceAct
from api.exchange.source import UnreadableSource
from api.export import export
from api.problems import Refused
from events.application import Chancery
from events.write.commands import RecordAct
from tests.api.histories import BY, empty, plan, retell, states

DAYS = ("2023-06-01", "2024-01-31", "2024-02-02", "2024-05-01", "2026-01-01")
#: An export's format and view, the file's ending, and the format that reads it.
WAYS = {
    "csv": ("acts", "csv", "csv"),
    "jsonl": ("acts", "jsonl", "acts"),
    "parquet": ("acts", "parquet", "parquet"),
}


@pytest.fixture
def told(house) -> Chancery:
    return retell(house)


def taken(chancery: Chancery, form: str, folder: Any, **asked: Any) -> Any:
    path = folder / f"taken.{WAYS[form][1]}"
    path.write_bytes(b"".join(export(chancery, form, view="acts", **asked)))
    return path


def read(chancery: Chancery, form: str, path: Any) -> Counts:
    return load(chancery, FORMATS[WAYS[form][2]], [path], lambda row: pytest.fail(str(row)))


@pytest.mark.parametrize("form", WAYS)
def test_acts_read_into_an_empty_store_give_the_same_states(told, tmp_path, form):
    path = taken(told, form, tmp_path)
    other = empty()
    counts = read(other, form, path)
    assert counts.recorded > 30
    assert states(other, *DAYS) == states(told, *DAYS)
    again = read(other, form, path)
    assert (again.recorded, again.known, again.revised) == (0, counts.recorded, 0)


@pytest.mark.parametrize("form", WAYS)
def test_the_acts_of_one_pair_read_alone_give_its_state_and_its_coverage(told, tmp_path, form):
    path = taken(told, form, tmp_path, relationship="KAZ-KGZ")
    other = empty()
    read(other, form, path)
    there, here = states(other, *DAYS), states(told, *DAYS)
    for day in DAYS:
        assert there["KAZ-KGZ", day] == here["KAZ-KGZ", day]


def test_the_acts_known_earlier_read_back_give_what_was_known_earlier(told, tmp_path):
    path = taken(told, "jsonl", tmp_path, known_at="21")
    other = empty()
    read(other, "jsonl", path)
    window = other.query.state("KAZ-KGZ", "2024-02-02")["visits"]["planned"][0]["window"]
    assert window == "2024-04"
    assert told.query.state("KAZ-KGZ", "2024-02-02", 21)["visits"]["planned"][0]["window"] == window


def test_the_records_of_one_pair_read_back_tell_its_corrections_again(told, tmp_path):
    path = tmp_path / "log.jsonl"
    path.write_bytes(b"".join(export(told, "jsonl", relationship="KAZ-KGZ")))
    other = empty()
    outcomes = {line.outcome for line in jsonl.put_back(other, [path], "import:jsonl")}
    assert outcomes == {"recorded"}
    there, here = (c.query.history("eurasian-2024:a03")["records"] for c in (other, told))
    assert [record["body"] for record in there] == [record["body"] for record in here]
    assert there[1]["type"] == "event.corrected"


BAD_LINES = {
    "no JSON": b"{",
    "no act_id": b'{"events": []}',
    "an act_id that is no text": b'{"act_id": 7, "events": []}',
    "events that are no list": b'{"act_id": "a", "events": {}}',
    "an event that is no object": b'{"act_id": "a", "events": [1]}',
    "a record of the log": b'{"header": {}, "salt": "", "body": {}}',
    "bytes that are not UTF-8": b'{"act_id": "\xff"}',
    "an act_id twice": b'{"act_id": "a", "act_id": "b", "events": []}',
}


@pytest.mark.parametrize("name", BAD_LINES)
def test_a_line_that_is_no_act_is_put_aside_whole_and_the_next_is_read(name, tmp_path, house):
    path = taken(house, "jsonl", tmp_path)
    path.write_bytes(BAD_LINES[name] + b"\n" + path.read_bytes())
    first, second, *_ = FORMATS["acts"].read([path], house.registry)
    assert isinstance(first, Quarantined)
    assert "line 1" in first.where
    assert first.row == BAD_LINES[name].decode("utf-8", "backslashreplace")
    assert isinstance(second, SourceAct)


def test_a_file_that_is_no_parquet_is_refused_by_name(tmp_path, house):
    path = tmp_path / "taken.parquet"
    path.write_bytes(b"PAR1 and then something else PAR1")
    with pytest.raises(UnreadableSource, match=r"taken\.parquet: expected Parquet"):
        list(FORMATS["parquet"].read([path], house.registry))


def test_parquet_of_another_view_is_no_history(told, tmp_path):
    path = tmp_path / "taken.parquet"
    path.write_bytes(b"".join(export(told, "parquet", view="relationships")))
    with pytest.raises(UnreadableSource, match="expected the columns act_id"):
        list(FORMATS["parquet"].read([path], told.registry))


def test_without_its_extra_parquet_is_refused_with_the_extra_s_name(told, tmp_path, monkeypatch):
    path = taken(told, "parquet", tmp_path)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(Refused, match=r"chancery\[parquet\]"):
        list(export(told, "parquet"))
    with pytest.raises(Refused, match=r"chancery\[parquet\]"):
        list(FORMATS["parquet"].read([path], told.registry))


SIGNS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\n=1", "'=1", "''", "＝1", "NA", "-5"]


@pytest.mark.parametrize("text", SIGNS)
@pytest.mark.parametrize("form", WAYS)
def test_a_text_that_could_be_a_formula_comes_back_as_it_was(text, form, tmp_path):
    one, other = empty(), empty()
    body = plan("2024-05", title=text, note=text, place=text, topics=[text])
    one.commands.execute(RecordAct("x:1", [body], **BY))
    read(other, form, taken(one, form, tmp_path))
    assert (
        other.query.history("x:1")["records"][0]["body"]
        == one.query.history("x:1")["records"][0]["body"]
    )
