"""Erasure over HTTP, on the command line, on the pages, and in exports; what verify is told."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import orjson
import pytest

from api.cli.main import run
from api.exchange import jsonl
from api.exchange.jsonl_check import check
from api.export import export
from events.application import open_chancery
from events.verify import Against
from events.write.commands import CorrectEvent, EraseEvent, RecordAct
from tests.api.conftest import one_line

VISIT = "eurasian-2024:a03"
PAIR = "KAZ-KGZ"
ORDER = "By order of the court."


def erase(client, version: int = 1, **headers: str):
    path = f"/v1/acts/{VISIT}/events/{version}/erasure"
    return client.post(path, json={"reason": ORDER}, headers=headers)


def test_what_a_court_orders_out_is_gone_from_every_answer_over_http(client):
    title = client.get(f"/v1/acts/{VISIT}").json()["title"]
    relationship = "-".join(
        sorted(party["party"] for party in client.get(f"/v1/acts/{VISIT}").json()["parties"])
    )
    before = client.get(f"/v1/relationships/{relationship}")
    assert title in before.text
    receipt = erase(client, **{"Idempotency-Key": "once"})
    assert receipt.status_code == 201
    assert erase(client, **{"Idempotency-Key": "once"}).headers["Idempotency-Replayed"] == "true"
    for path in (
        f"/v1/relationships/{relationship}",
        f"/v1/relationships/{relationship}?known_at={before.json()['basis']['position']}",
        f"/v1/relationships/{relationship}/timeline",
        f"/v1/acts/{VISIT}",
        f"/v1/acts/{VISIT}/history",
        f"/relationships/{relationship}",
        f"/acts/{VISIT}",
        "/v1/events?limit=500",
    ):
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert title not in answer.text, path
        assert ORDER in answer.text, path
    again = client.get(
        f"/v1/relationships/{relationship}", headers={"If-None-Match": before.headers["ETag"]}
    )
    assert again.status_code == 200


def test_what_cannot_be_erased_is_refused_with_a_problem(client):
    assert erase(client, 9).json()["type"] == "/problems/no-such-version"
    assert erase(client, 1, **{"If-Match": '"7"'}).status_code == 412
    assert erase(client).status_code == 201
    assert "erased already" in erase(client).json()["detail"]
    bare = client.post(f"/v1/acts/{VISIT}/events/1/erasure", json={})
    assert bare.status_code == 422
    assert client.post("/v1/acts/nobody/events/1/erasure", json={"reason": "x"}).status_code == 404


def test_an_erasure_that_waits_for_its_turn_holds_no_thread(client, house):
    work = client.app.state.work
    with ThreadPoolExecutor(1) as pool:
        with house._store._turns.turn(30):
            waiting = pool.submit(erase, client)
            while not house._store._group._queue:
                time.sleep(0.001)
            assert [one.running for one in work.pools] == [0] * len(work.pools)
            assert client.get(f"/v1/acts/{VISIT}").json()["erased"] == []
        answer = waiting.result(timeout=30)
    assert (answer.status_code, answer.headers["Chancery-Purged"]) == (201, "true")


def test_an_erasure_is_repeatable_by_its_key_and_another_one_is_refused_under_it(client):
    key = {"Idempotency-Key": "order-7"}
    first = erase(client, **key)
    again = erase(client, **key)
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.headers["Chancery-Purged"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    path = f"/v1/acts/{VISIT}/events/1/erasure"
    other = client.post(path, json={"reason": "Another order."}, headers=key)
    assert (other.status_code, other.json()["type"]) == (422, "/problems/idempotency-mismatch")
    malformed = erase(client, **{"Idempotency-Key": "a b"})
    assert (malformed.status_code, malformed.json()["type"]) == (400, "/problems/invalid-header")
    # One that was refused leaves its key free.
    free = {"Idempotency-Key": "order-8"}
    assert erase(client, 9, **free).status_code == 404
    assert erase(client, **free).status_code == 404
    assert len(client.get(f"/v1/acts/{VISIT}/history").json()["records"]) == 2


def lines(chancery) -> list[bytes]:
    return b"".join(export(chancery, "jsonl")).splitlines(keepends=True)


@pytest.fixture
def erased(house):
    """The seed with a correction, after which both it and the event were erased."""
    event = house.query.act(VISIT)["events"][0]["event"]
    house.commands.execute(
        CorrectEvent(VISIT, 1, {**event, "note": "seen"}, "a note", recorded_by="desk")
    )
    lines_before = lines(house)
    house.commands.execute(EraseEvent(VISIT, 1, ORDER, recorded_by="court"))
    house.commands.execute(RecordAct("later", [event], recorded_by="desk"))
    return house, lines_before


def test_an_export_holds_erased_records_without_salt_and_body_and_verifies(erased, tmp_path):
    house, _ = erased
    exported = [orjson.loads(line) for line in lines(house)]
    gone = [line["header"]["version"] for line in exported if line["body"] is None]
    assert gone == [1, 2]
    assert all((line["salt"] is None) == (line["body"] is None) for line in exported)
    path = tmp_path / "log.jsonl"
    path.write_bytes(b"".join(lines(house)))
    assert check([path]) == (len(exported), [])
    torn = [
        line | {"salt": None, "body": None} if n == 4 else line for n, line in enumerate(exported)
    ]
    path.write_bytes(b"\n".join(orjson.dumps(line) for line in torn))
    (finding,) = check([path])[1]
    assert (finding.position, finding.what) == (5, "content of the record")


def test_a_new_store_is_told_all_but_what_was_erased_and_says_what_it_lacks(erased, tmp_path):
    house, _ = erased
    path = tmp_path / "log.jsonl"
    path.write_bytes(b"".join(lines(house)))
    other = open_chancery("sqlite:///:memory:")
    outcomes = [*jsonl.put_back(other, [path], "import:jsonl")]
    aside = [line.quarantined for line in outcomes if line.quarantined]
    assert len(aside) == 3
    assert "it was erased" in aside[0].reason
    assert sum(line.outcome == "recorded" for line in outcomes) == len(outcomes) - 3
    assert list(other.admin.verify()) == []
    other.close()


def test_a_store_that_holds_a_copy_erases_it_when_it_is_told(erased, tmp_path):
    house, before = erased
    first, then = tmp_path / "1.jsonl", tmp_path / "2.jsonl"
    first.write_bytes(b"".join(before))
    then.write_bytes(b"".join(lines(house)))
    other = open_chancery("sqlite:///:memory:")
    other.commands.execute(
        RecordAct("own", [house.query.act("later")["events"][0]["event"]], recorded_by="desk")
    )
    assert all(line.outcome == "recorded" for line in jsonl.put_back(other, [first], "copy"))
    outcomes = [line.outcome for line in jsonl.put_back(other, [then], "copy")]
    assert outcomes.count("recorded") == 2
    assert outcomes.count("known") == len(outcomes) - 2
    assert other.query.history(VISIT)["events"][0]["fate"] == "erased"
    assert all(line.outcome == "known" for line in jsonl.put_back(other, [then], "copy"))
    assert list(other.admin.verify()) == []
    other.close()


def test_a_csv_export_leaves_erased_events_out(erased):
    house, _ = erased
    rows = b"".join(export(house, "csv")).decode()
    assert VISIT not in rows
    assert "later" in rows


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: bytes
    stderr: bytes


@pytest.fixture
def chancery(store, tmp_path, capfdbinary, monkeypatch):
    """A command, run in a folder of its own on a store with the seed history."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CHANCERY_STORE", store)

    def command(*arguments: object) -> Done:
        code = run([str(argument) for argument in arguments])
        printed = capfdbinary.readouterr()
        return Done(code, printed.out, printed.err)

    assert command("sample", "eurasian-2024").returncode == 0
    return command


def test_the_command_tells_what_an_erasure_would_change_and_keeps_everything(chancery):
    order = ("erase", VISIT, "1", "--reason", ORDER)
    before = chancery("history", VISIT, "--json").stdout
    done = chancery(*order, "--dry-run", "--as-of", "2024-03-09")
    assert (done.returncode, done.stderr) == (0, b"")
    shown = done.stdout.decode()
    assert f"{VISIT}: version 1 would be erased; nothing is yet" in shown
    assert "relationships it changes, as of 2024-03-09: 1" in shown
    assert PAIR in shown
    assert ORDER in shown
    preview = orjson.loads(chancery(*order, "--dry-run", "--json").stdout)
    assert (preview["count"], preview["act"]["title"]) == (1, None)
    assert chancery("history", VISIT, "--json").stdout == before
    assert chancery("erase", VISIT, "9", "--reason", "x", "--dry-run").returncode == 1
    assert chancery("erase", VISIT, "1", "--reason", " ", "--dry-run").returncode == 2
    assert chancery(*order, "--dry-run", "--as-of", "never").returncode == 2
    refused = chancery(*order, "--as-of", "2024-03-09")
    assert (refused.returncode, "--dry-run" in one_line(refused)) == (2, True)
    assert chancery("history", VISIT, "--json").stdout == before


def test_the_command_erases_and_says_so(chancery, tmp_path):
    done = chancery("erase", VISIT, "1", "--reason", ORDER)
    assert (done.returncode, done.stderr) == (0, b"")
    assert f"{VISIT}: version 1 erased" in done.stdout.decode()
    state = chancery("state", PAIR).stdout.decode()
    assert "Erased" in state
    assert ORDER in state
    assert b"erased" in chancery("timeline", PAIR).stdout
    assert b"erased" in chancery("history", VISIT).stdout
    assert "erased already" in one_line(chancery("erase", VISIT, "1", "--reason", ORDER))
    assert orjson.loads(chancery("verify", "--states", "all", "--json").stdout)["differences"] == []
    assert chancery("erase", VISIT, "1").returncode == 2


def fresh_log_key(chancery, folder: Path) -> tuple[Path, str]:
    """A key file of the log, and its verifier key."""
    folder.mkdir(exist_ok=True)
    file = folder / "log.key"
    assert chancery("log", "key", "new", "chancery.example/log", "-o", file).returncode == 0
    (vkey,) = chancery("log", "key", "show", file).stdout.decode().split()
    return file, vkey


def test_verify_holds_a_store_and_its_export_against_a_checkpoint(chancery, tmp_path):
    key, vkey = fresh_log_key(chancery, tmp_path)
    note = tmp_path / "kept.txt"
    note.write_bytes(chancery("log", "checkpoint", "--log-key", key).stdout)
    export_file = tmp_path / "log.jsonl"
    export_file.write_bytes(chancery("export", "jsonl").stdout)
    against = ("--checkpoint", note, "--key", vkey)
    assert chancery("verify", *against).returncode == 0
    assert chancery("verify", export_file, *against).returncode == 0
    cut = tmp_path / "cut.jsonl"
    cut.write_bytes(b"".join(export_file.read_bytes().splitlines(keepends=True)[:-1]))
    assert chancery("verify", cut).returncode == 0
    assert "22" in one_line(chancery("verify", cut, *against))
    other = fresh_log_key(chancery, tmp_path / "other")[1]
    wrong = chancery("verify", "--checkpoint", note, "--key", other)
    assert "signature of" in one_line(wrong)
    assert "--states" in one_line(chancery("verify", "--states", "some"))
    assert "--page" in one_line(chancery("verify", "--page", "x"))


def test_a_foreign_checkpoint_is_named(house, tmp_path: Path):
    path = tmp_path / "log.jsonl"
    path.write_bytes(b"".join(lines(house)))
    findings = check([path], Against(checkpoints=(("checkpoint x", b"no note"),)))[1]
    assert [finding.what for finding in findings] == ["checkpoint x, note"]
