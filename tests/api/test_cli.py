"""The command line as a user runs it: what is printed where, and with which exit code."""

from __future__ import annotations

import socket

import orjson
import pytest

from api.cli.main import run as run_here
from api.http.examples import ACTS, NEW_ACTS
from tests.api.conftest import Service, answer_of, one_line, run

VISIT = NEW_ACTS["a visit that was held"]["value"]
PLANNED = NEW_ACTS["a visit that is planned"]["value"]


def test_a_state_is_told_to_people_and_to_programs(seeded_store):
    done = run("state", "KGZ-KAZ", "--as-of", "2024-02-02", store=seeded_store)
    text = done.stdout.decode()
    assert (done.returncode, done.stderr) == (0, b"")
    assert "Kazakhstan and Kyrgyzstan" in text
    assert "65 % reached" in text
    assert "some day from 1 to 30 April 2024" in text
    state = answer_of(seeded_store, "state", "KAZ-KGZ", "--as-of", "2024-02-02")
    assert state["proposals"]["endorsed"][0]["reached"] == 0.65


def test_what_changed_and_what_was_learnt(seeded_store):
    days = ("--from", "2024-01-31", "--to", "2024-02-02")
    paths = {c["path"] for c in answer_of(seeded_store, "diff", "KAZ-KGZ", *days)["changes"]}
    assert "visits.planned" in paths
    times = ("--as-of", "2024-02-02", "--known-from", "0", "--known-to", "2")
    learnt = {c["path"] for c in answer_of(seeded_store, "diff", "KAZ-KGZ", *times)["changes"]}
    assert "proposals.endorsed" in learnt
    assert "visits.planned" not in learnt
    assert run("diff", "KAZ-KGZ", *days, *times, store=seeded_store).returncode == 2
    assert b"+ Visit of the President" in run("diff", "KAZ-KGZ", *days, store=seeded_store).stdout


def test_the_timeline_and_the_history_name_their_records(seeded_store):
    events = answer_of(seeded_store, "timeline", "KAZ-KGZ", "--to", "2024-02-01")["events"]
    assert [event["act_id"][-3:] for event in events][:3] == ["a01", "a02", "a03"]
    assert b"visit.announced" in run("timeline", "KAZ-KGZ", store=seeded_store).stdout
    history = answer_of(seeded_store, "history", "eurasian-2024:a03")
    assert history["records"][0]["recorded_by"] == "import:eurasian-2024"
    assert b"in force" in run("history", "eurasian-2024:a03", store=seeded_store).stdout


def test_a_replay_in_both_orders_and_of_the_whole_log(seeded_store):
    for arguments, key in ((("KAZ-KGZ",), "position"), (("KAZ-KGZ", "--order", "valid"), "day")):
        done = run("replay", *arguments, "--json", store=seeded_store)
        assert all(key in orjson.loads(line) for line in done.stdout.splitlines())
    done = run("replay", "--json", store=seeded_store)
    assert [orjson.loads(line)["position"] for line in done.stdout.splitlines()] == [*range(1, 24)]
    assert run("replay", "KAZ-KGZ", store=seeded_store).stdout.count(b"eurasian-2024:a") > 3


def test_a_name_is_resolved_on_its_day():
    done = run("parties", "resolve", "Soviet Union", "--on", "1985-03-11", "--json")
    assert orjson.loads(done.stdout)["code"] == "SUN"
    assert b"SUN" in run("parties", "resolve", "Soviet Union", "--on", "1985-03-11").stdout
    none = run("parties", "resolve", "Soviet Union", "--on", "2005-01-01")
    assert none.returncode == 1
    assert "SUN" in one_line(none)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("state", "KAZ-XYZ"), 1, "XYZ"),
        (("history", "no-such"), 1, "no-such"),
        (("state", "KAZ"), 2, "KAZ"),
        (("state", "KAZ-KAZ"), 2, "twice"),
        (("state",), 2, "A-B"),
        (("state", "KAZ-KGZ", "--as-of", "2023-02-29"), 2, "impossible_day"),
        (("state", "KAZ-KGZ", "--known-at", "2999-01-01"), 2, "passed"),
        (("state", "KAZ-KGZ", "--asof", "2024-01-01"), 2, "--asof"),
        (("replay", "KAZ-KGZ", "--order", "backwards"), 2, "order"),
        (("conquer", "KAZ"), 2, "conquer"),
        (("import", "word-of-mouth", "x"), 2, "hsg-visits"),
        (("import", "hsg-visits", "no/such/file"), 2, "expected a file"),
        (("sample", "atlantis"), 2, "eurasian-2024"),
        (("export", "xml"), 2, "jsonl"),
        (("export", "jsonl", "--as-of", "2024-01-01"), 2, "known_at"),
        (("record", "no/such/file"), 2, "No such file"),
        (("state", "KAZ-KGZ", "--store", "mysql://x"), 2, "sqlite:///"),
        (("state", "KAZ-KGZ", "--store", "sqlite:////no/such/place/acts.db"), 3, "cannot be used"),
    ],
)
def test_an_error_is_one_line_and_an_exit_code(
    seeded_store, tmp_path, monkeypatch, capfd, arguments, code, words
):
    # In this process, for speed: what is run and caught is the same.
    monkeypatch.setenv("CHANCERY_STORE", seeded_store)
    monkeypatch.chdir(tmp_path)
    assert run_here(arguments) == code
    printed = capfd.readouterr()
    assert printed.out == ""
    (line,) = printed.err.splitlines()
    assert line.startswith("chancery: ")
    assert words in line


def test_a_file_that_is_no_store_is_left_as_it_is(tmp_path):
    path = tmp_path / "letter.txt"
    path.write_text("Sir, I have the honour to be" * 100)
    done = run("state", "KAZ-KGZ", "--store", f"sqlite:///{path}")
    assert done.returncode == 3
    assert path.read_text().startswith("Sir, I have the honour")


def test_acts_are_recorded_from_one_object_a_list_or_lines(store, tmp_path):
    (tmp_path / "act.json").write_bytes(orjson.dumps(VISIT, option=orjson.OPT_INDENT_2))
    done = run("record", str(tmp_path / "act.json"), store=store)
    assert (done.returncode, done.stdout) == (0, b"hsg-visits:2138: version 1, position 1\n")
    acts = [PLANNED, {"events": ACTS["eurasian-2024:a02"]}]
    lines = b"".join(orjson.dumps(act, option=orjson.OPT_APPEND_NEWLINE) for act in acts)
    assert run("record", "-", store=store, stdin=lines).returncode == 0
    events = [{"type": "visit.postponed", "date": "2024-04", "planned_for": "2024-05"}]
    more = run(
        *("record", "-", "--act", "eurasian-2024:a03", "--version", "1", "--json"),
        store=store,
        stdin=orjson.dumps(events),
    )
    assert orjson.loads(more.stdout)["version"] == 2
    assert answer_of(store, "verify") == {"records": 4, "differences": []}


def test_what_cannot_be_recorded_is_told_and_the_rest_is_recorded(store):
    bad = {"events": [{**VISIT["events"][0], "date": "2023-02-29"}]}
    lines = b"\n".join(orjson.dumps(act) for act in (bad, VISIT))
    done = run("record", "-", store=store, stdin=lines)
    assert done.returncode == 2
    assert "/events/0/date" in one_line(done)
    assert done.stdout == b"hsg-visits:2138: version 1, position 1\n"


def test_verify_and_rebuild_agree_on_a_sound_store(seeded_store):
    assert b"23 records verified" in run("verify", store=seeded_store).stdout
    assert answer_of(seeded_store, "rebuild") == {"records": 23}
    assert answer_of(seeded_store, "rebuild", "--cores", "2") == {"records": 23}
    assert run("verify", store=seeded_store).returncode == 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--cores", "0"), "expected one or more, got 0"),
        (("--cores", "2", "--dask", "tcp://127.0.0.1:9"), "none beside dask"),
        (("--dask", "nowhere://"), "expected an address such as tcp://host:8786, got"),
    ],
    ids=str,
)
def test_a_rebuild_by_nobody_is_refused_in_words(seeded_store, options, message):
    done = run("rebuild", *options, store=seeded_store)
    assert done.returncode == 2
    assert message in one_line(done)


def test_the_service_shows_the_seed_at_once_and_the_rest_soon(tmp_path):
    service = Service(tmp_path, "--sample")
    try:
        with service.client() as http:
            assert http.get("/v1/acts/eurasian-2024:a03").status_code == 200
    finally:
        seconds = service.stop()
    # It stops between two batches of what it is still loading.
    assert seconds < 15
    assert "Traceback" not in service.output()


def test_the_service_does_not_listen_beyond_this_machine_until_callers_can_be_asked(tmp_path):
    for host in ("0.0.0.0", "192.0.2.1"):
        done = run("serve", "--host", host, cwd=tmp_path)
        assert done.returncode == 2
        assert "chancery key create" in one_line(done)


def test_a_port_that_is_taken_is_told_in_a_line(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = run("serve", "--port", str(taken.getsockname()[1]), cwd=tmp_path)
    assert done.returncode == 2
    assert "cannot listen" in one_line(done)


def test_a_setting_that_is_none_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("CHANCERY_PORT", "harbour")
    done = run("serve", cwd=tmp_path)
    assert done.returncode == 2
    assert "CHANCERY_PORT" in one_line(done)
