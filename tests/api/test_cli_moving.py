"""Imports, samples and exports on the command line: every row is accounted for."""

from __future__ import annotations

import csv

import orjson

from tests.api.conftest import answer_of, one_line, run


def test_the_same_files_twice_record_nothing_twice(store):
    first = answer_of(store, "sample", "eurasian-2024")
    again = answer_of(store, "sample", "eurasian-2024")
    assert (first["read"], first["recorded"], first["known"]) == (22, 22, 0)
    assert (again["read"], again["recorded"], again["known"]) == (22, 0, 22)
    assert first["coverage"]["valid_to"] == "2024-03-09"


VISITS = """<?xml version="1.0" encoding="UTF-8"?>
<visits><visit>
<id>1</id><start-date>1990-04-19</start-date><end-date>1990-04-19</end-date>
<visitor>President Mitterrand</visitor><from id="france">France</from>
<description>Working visit.</description>
</visit><visit>
<id>2</id><start-date>1990-02-30</start-date><end-date>1990-02-30</end-date>
<visitor>King Neptune</visitor><from id="atlantis">Atlantis</from>
<description>Informal visit.</description>
</visit></visits>"""


def test_an_import_accounts_for_every_row_and_keeps_what_it_does_not_understand(store, tmp_path):
    (tmp_path / "1990.xml").write_text(VISITS)
    arguments = ("import", "hsg-visits", "1990.xml", "--quarantine", "aside.jsonl")
    trial = run(*arguments, "--dry-run", "--json", store=store, cwd=tmp_path)
    counts = orjson.loads(trial.stdout)
    assert (counts["read"], counts["recorded"], counts["quarantined"]) == (2, 1, 1)
    assert answer_of(store, "verify")["records"] == 0
    done = run(*arguments, store=store, cwd=tmp_path)
    assert done.returncode == 0
    assert b"rows quarantined" in done.stdout
    assert b"coverage: 1990-01-01 to 1999-12-31: " in done.stdout
    (row,) = (orjson.loads(line) for line in (tmp_path / "aside.jsonl").read_bytes().splitlines())
    assert "Neptune" in row["row"]
    assert row["where"].startswith("1990.xml")


CODED = """date,subject,subject_country,cameo_code,relation,object,object_country,sources
2018-07-16,Russia,Russia,042,Make a visit,Finland,Finland,ICEWS18
2018-07-16,Russia,Russia,010,Make statement,Finland,Finland,ICEWS18
2018-07-16,China,China,010,Make statement,Finland,Finland,ICEWS18
"""


def test_what_an_import_leaves_out_is_told_by_reason(store, tmp_path):
    (tmp_path / "events.csv").write_text(CODED)
    counts = answer_of(store, "import", "icews", str(tmp_path / "events.csv"))
    assert counts["reasons"] == {"code 010, Make statement (a statement)": 2}
    assert (counts["read"], counts["recorded"], counts["out_of_scope"]) == (3, 1, 2)
    done = run("import", "icews", "events.csv", store=store, cwd=tmp_path)
    assert b"code 010, Make statement" in done.stdout


def test_a_day_between_two_files_of_a_source_is_said_to_lie_in_a_gap(store, tmp_path):
    (tmp_path / "1990.xml").write_text(VISITS)
    (tmp_path / "1910.xml").write_text(VISITS.replace("1990-", "1910-"))
    for name in ("1990.xml", "1910.xml"):
        run("import", "hsg-visits", name, store=store, cwd=tmp_path)
    asked = run("state", "FRA-USA", "--as-of", "1950-01-01", store=store).stdout
    assert b"covered by no source" in asked
    assert b"in a gap of Visits by Foreign Leaders: from 1 January 1920 to" in asked
    later = run("state", "FRA-USA", "--as-of", "1999-01-01", store=store).stdout
    assert b"covered by Visits" in later


def test_a_row_that_was_revised_becomes_a_correction_that_says_so(store, tmp_path):
    (tmp_path / "1990.xml").write_text(VISITS)
    run("import", "hsg-visits", "1990.xml", store=store, cwd=tmp_path)
    (tmp_path / "1990.xml").write_text(VISITS.replace("Working", "State"))
    done = run("import", "hsg-visits", "1990.xml", "--json", store=store, cwd=tmp_path)
    assert orjson.loads(done.stdout)["revised"] == 1
    records = answer_of(store, "history", "hsg-visits:1")["records"]
    assert records[1]["type"] == "event.corrected"
    assert "rank" in records[1]["body"]["reason"]


def test_an_export_is_read_by_others_and_by_verify(seeded_store, tmp_path):
    log = run("export", "jsonl", store=seeded_store).stdout
    (tmp_path / "log.jsonl").write_bytes(log)
    assert run("verify", str(tmp_path / "log.jsonl")).returncode == 0
    (tmp_path / "bent.jsonl").write_bytes(log.replace(b"2000000000", b"3000000000", 1))
    bent = run("verify", str(tmp_path / "bent.jsonl"))
    assert bent.returncode == 1
    assert "position 2, act eurasian-2024:a02" in one_line(bent)
    rows = run("export", "csv", store=seeded_store).stdout.decode()
    assert len(list(csv.reader(rows.splitlines()))) == 24
