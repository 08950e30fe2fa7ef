"""A witness cosigns what has only grown, remembers it through every death, and nothing else."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Timer

import pytest

import api.witness.state
from api.signing.checkpointing import Checkpointing
from api.signing.cosigning import cosign
from api.signing.key_files import fresh_key, write_new
from api.witness.service import Witnessing, create_witness
from api.witness.state import WitnessState
from events.application import Chancery, open_chancery
from events.notary.notary import Notary
from events.notary.witnesses import Witness
from events.tlog.checkpoint import Policy, TreeHead, parse_checkpoint, verify_checkpoint
from events.tlog.errors import ProofError
from events.tlog.keys import SigningKey
from events.tlog.note import parse_note
from events.tlog.witnessing import SIZE_TYPE, AddCheckpoint
from events.write.commands import RecordAct
from tests.api.conftest import BASE, TestClient
from tests.api.test_log_http import ORIGIN, act
from tests.process import warm

LOG = SigningKey(ORIGIN, bytes(range(32)))
OURS = SigningKey("witness.example/ours", bytes(range(5, 37)), fresh_key("w", witness=True).type)
POLICY = Policy(ORIGIN, (LOG.verifier,), (OURS.verifier,), 1)
OTHER = SigningKey("other.example/log", bytes(32))


class Log:
    """A log in memory, signed by the key of the log whatever it holds."""

    def __init__(self, name: str, count: int) -> None:
        self.name = name
        self.chancery: Chancery = open_chancery("sqlite:///:memory:")
        self.grow(count)

    def grow(self, count: int) -> Log:
        start = self.chancery.query.head().position
        for number in range(start, start + count):
            body = {**act(number), "act_id": f"{self.name}:{number}"}
            self.chancery.commands.execute(RecordAct(**body, recorded_by="clerk"))
        return self

    @property
    def notary(self) -> Notary:
        return self.chancery.admin.notary([LOG])

    def request(self, old: int, key: SigningKey = LOG) -> bytes:
        """A request that claims the witness to know `old` records."""
        notary = self.chancery.admin.notary([key])
        hashes = notary.consistency(old).hashes
        return AddCheckpoint(old, hashes, parse_note(notary.checkpoint())).encode()


class WitnessProcess:
    """`chancery witness` as someone else runs it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        key = folder / "witness.key"
        if not key.exists():
            write_new(key, OURS)
        arguments = ["witness", "--state", "state.json", "--key", "witness.key", "--port", "0"]
        out = folder / "witness.out"
        out.write_bytes(b"")
        self.process = warm().start(
            [*arguments, "--log", LOG.verifier.encode()],
            out=out,
            err=folder / "witness.err",
            cwd=folder,
            environment=os.environ,
        )
        while len(lines := out.read_text().splitlines(keepends=True)) < 2 or lines[1][-1] != "\n":
            assert not self.process.ended(0.01), (folder / "witness.err").read_text()
        assert lines[0].strip() == OURS.verifier.encode()
        self.url = lines[1].strip().removeprefix("witnessing on ")

    def kill(self) -> None:
        self.process.end(signal.SIGKILL)

    def __enter__(self) -> WitnessProcess:
        return self

    def __exit__(self, *exception: object) -> None:
        self.kill()


def asked(log: Log, url: str) -> str | None:
    """What asking the witness there comes to; None where it cosigned."""
    log.notary.add_witness(Witness(url, OURS.verifier))
    note, outcomes = cosign(log.notary)
    if outcomes[0].refusal is None:
        assert (
            verify_checkpoint(note, POLICY).checkpoint.head.size
            == log.chancery.query.head().position
        )
        assert log.notary.latest() == note
    return outcomes[0].refusal


def test_a_witness_follows_a_log_and_refuses_every_other_past_even_after_it_was_killed(tmp_path):
    log, fork = Log("log", 5), Log("fork", 9)
    with WitnessProcess(tmp_path) as witness:
        assert asked(log, witness.url) is None
        assert asked(log, witness.url) is None
        log.grow(2)
        assert asked(log, witness.url) is None
        assert "422" in (asked(fork, witness.url) or "")
        assert "409" in (asked(Log("fork", 7), witness.url) or "")
        assert "at most 4 records of this log, got 7" in (asked(Log("log", 4), witness.url) or "")
    # Killed, not stopped; what it knows was on the disk before it answered.
    with WitnessProcess(tmp_path) as witness:
        assert "422" in (asked(fork, witness.url) or "")
        assert "got 7" in (asked(Log("log", 6), witness.url) or "")
        log.grow(300)
        assert asked(log, witness.url) is None


def test_no_cosignature_is_given_that_a_kill_could_make_the_witness_forget(tmp_path):
    log, given = Log("log", 1), 1
    for milliseconds in (5, 40):
        with WitnessProcess(tmp_path) as witness:
            assert asked(log.grow(1), witness.url) is None
            # Beside the asking, someone kills the witness at a moment of nobody's choice.
            killer = Timer(milliseconds / 1_000, witness.process.send, [signal.SIGKILL])
            killer.start()
            while asked(log.grow(1), witness.url) is None:
                given = log.chancery.query.head().position
            killer.join()
    state = WitnessState(tmp_path / "state.json")
    known = state.known[ORIGIN]
    assert known.size >= given
    assert log.notary.consistency(known.size).earlier == known
    state.close()


def test_two_witnesses_cannot_hold_one_state(tmp_path):
    held = WitnessState(tmp_path / "state.json")
    with pytest.raises(ValueError, match="another witness holds this state"):
        WitnessState(tmp_path / "state.json")
    held.close()
    WitnessState(tmp_path / "state.json").close()


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[]", '{"format":"chancery-witness/v2","logs":{}}', '{"format": 1, "logs": 2}']
    + [
        f'{{"format":"chancery-witness/v1","logs":{logs}}}'
        for logs in ('{"a":{"size":1}}', '{"a":{"size":-1,"root":""}}', "[1]", '{"a":[]}')
    ],
)
def test_a_state_that_cannot_be_read_is_not_taken_for_an_empty_one(tmp_path, text):
    path = tmp_path / "state.json"
    path.write_text(text)
    with pytest.raises(ValueError, match="expected a witness's state"):
        WitnessState(path)
    assert path.read_text() == text


class TestOverHttp:
    @pytest.fixture
    def state(self, tmp_path: Path) -> Iterator[WitnessState]:
        state = WitnessState(tmp_path / "state.json")
        yield state
        state.close()

    @pytest.fixture
    def client(self, state: WitnessState) -> Iterator[TestClient]:
        logs = {ORIGIN: [LOG.verifier]}
        witnessing = Witnessing(state, [OURS], logs, clock=lambda: 1_700_000_000)
        with TestClient(create_witness(witnessing), base_url=BASE) as client:
            yield client

    def post(self, client: TestClient, body: bytes):
        return client.post("/add-checkpoint", content=body)

    def test_an_accepted_checkpoint_is_known_on_the_disk_and_its_cosignature_tells_the_time(
        self, client, state, tmp_path
    ):
        log = Log("log", 3)
        answer = self.post(client, log.request(0))
        assert answer.status_code == 200
        note = log.notary.checkpoint() + answer.content
        (cosignature,) = verify_checkpoint(note, POLICY).cosignatures
        assert cosignature.timestamp == 1_700_000_000
        head = parse_checkpoint(parse_note(note).text).head
        state.close()
        again = WitnessState(tmp_path / "state.json")
        assert again.known == {ORIGIN: head}
        state._lock = again._lock

    def test_what_is_refused_is_told_by_its_status_and_changes_nothing(self, client, state):
        log = Log("log", 3)
        assert self.post(client, log.request(0)).status_code == 200
        before = dict(state.known)
        log.grow(2)
        stale = self.post(client, log.request(2))
        assert (stale.status_code, stale.content) == (409, b"3\n")
        assert stale.headers["content-type"] == SIZE_TYPE
        assert self.post(client, Log("fork", 3).request(3)).status_code == 409
        assert self.post(client, Log("fork", 5).request(3)).status_code == 422
        forged = log.request(3).replace(b"\n5\n", b"\n6\n")
        assert self.post(client, forged).status_code == 403
        assert self.post(client, Log("other", 1).request(0, OTHER)).status_code == 404
        for malformed in (b"", b"old 0\n", b"old -1\n\n", b"\xff\n\n", log.request(3)[:-9]):
            assert self.post(client, malformed).status_code == 400
        assert self.post(client, b"x" * 70_000).status_code == 413
        assert client.get("/add-checkpoint").status_code == 405
        assert client.get("/").status_code == 404
        assert state.known == before
        assert self.post(client, log.request(3)).status_code == 200

    def test_a_state_that_cannot_be_kept_is_not_answered_for(self, client, state, monkeypatch):
        def full(descriptor: int) -> None:
            raise OSError(28, "No space left on device")

        log = Log("log", 3)
        monkeypatch.setattr(api.witness.state.os, "fsync", full)
        answer = self.post(client, log.request(0))
        assert (answer.status_code, answer.content) == (503, b"the state cannot be kept\n")
        assert state.known == {}
        monkeypatch.undo()
        assert self.post(client, log.request(0)).status_code == 200


class TestAsking:
    def test_a_witness_that_cannot_be_reached_stops_no_other(self, tmp_path):
        log = Log("log", 3)
        dead = SigningKey("dead.example", bytes(32), OURS.type)
        log.notary.add_witness(Witness("http://127.0.0.1:9", dead.verifier))
        with WitnessProcess(tmp_path) as witness:
            log.notary.add_witness(Witness(witness.url, OURS.verifier))
            note, outcomes = cosign(log.notary)
        assert [one.refusal is None for one in outcomes] == [False, True]
        verify_checkpoint(note, POLICY)

    def test_a_witness_of_another_key_is_not_believed(self, tmp_path):
        log = Log("log", 3)
        other = SigningKey(OURS.name, bytes(32), OURS.type)
        with WitnessProcess(tmp_path) as witness:
            log.notary.add_witness(Witness(witness.url, other.verifier))
            note, outcomes = cosign(log.notary)
        assert "expected a cosignature of a known witness" in (outcomes[0].refusal or "")
        assert len(parse_note(note).signatures) == 1

    def test_a_service_has_its_checkpoints_cosigned_as_soon_as_the_witness_is_there(
        self, tmp_path, caplog
    ):
        log = Log("log", 3)
        log.notary.add_witness(Witness("http://127.0.0.1:9", OURS.verifier))
        checkpointing = Checkpointing(log.notary, 0.05)
        checkpointing.start()
        with WitnessProcess(tmp_path) as witness:
            log.notary.add_witness(Witness(witness.url, OURS.verifier))
            deadline = time.monotonic() + 20
            while len(parse_note(log.notary.latest()).signatures) < 2:
                assert time.monotonic() < deadline
                time.sleep(0.02)
            log.grow(2)
            while len(parse_note(log.notary.latest()).signatures) < 2:
                assert time.monotonic() < deadline
                time.sleep(0.02)
            verify_checkpoint(log.notary.latest(), POLICY)
        checkpointing.stop()
        own = [r.msg for r in caplog.records if r.name.startswith("chancery.")]
        refused = {line["witness"] for line in own if line["event"] == "not cosigned"}
        assert "http://127.0.0.1:9" in refused

    def test_a_log_that_cannot_be_signed_is_complained_of_and_the_service_goes_on(self, caplog):
        log = Log("log", 1)
        log.notary.checkpoint()
        checkpointing = Checkpointing(log.chancery.admin.notary([OTHER]), 0.01)
        checkpointing.start()
        deadline = time.monotonic() + 20
        while caplog.text.count("which this log has been called") < 2:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        checkpointing.stop()

    @pytest.mark.parametrize(
        "url",
        [
            "w.example",
            "ftp://w.example",
            "http://",
            "http://w.example/",
            "http://w.example/?a",
            "http://w.example#a",
            "http://w.example:port",
            "http://w.example:99999",
            "http://[::1",
            "http://user@w.example",
            "http://w.example/a b",
            "http://wítness.example",
        ],
    )
    def test_a_witness_is_asked_at_a_plain_url_only(self, url):
        with pytest.raises(ProofError, match="URL without slash"):
            Witness(url, OURS.verifier)

    def test_a_log_s_key_is_no_witness(self):
        with pytest.raises(ProofError, match="a cosigning key"):
            Witness("http://w.example", LOG.verifier)


def test_the_state_knows_each_log_by_itself(tmp_path):
    state = WitnessState(tmp_path / "state.json")
    assert state.fresh
    state.keep("a.example", TreeHead(1, bytes(32)))
    state.keep("b.example", TreeHead(2, bytes(32)))
    state.keep("a.example", TreeHead(3, bytes(32)))
    state.close()
    again = WitnessState(tmp_path / "state.json")
    assert not again.fresh
    assert {origin: head.size for origin, head in again.known.items()} == {
        "a.example": 3,
        "b.example": 2,
    }
    again.close()


def test_a_witness_waits_for_nobody_who_sends_half_a_request(tmp_path, monkeypatch):
    monkeypatch.setenv("CHANCERY_HEAD_SECONDS", "0.3")
    with WitnessProcess(tmp_path) as witness:
        host, _, port = witness.url.removeprefix("http://").rpartition(":")
        with socket.create_connection((host, int(port)), 30) as connection:
            connection.sendall(b"POST /add-checkpoint HTTP/1.1\r\nHost: ")
            assert connection.recv(100).startswith(b"HTTP/1.1 408")
