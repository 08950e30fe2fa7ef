"""`chancery log`: keys outside the store, checkpoints and proofs from the command line."""

from __future__ import annotations

import stat
from dataclasses import dataclass
from pathlib import Path

import orjson
import pytest

from api.app import create_app
from api.cli.main import run
from api.settings import Settings
from api.signing.key_files import fresh_key, read_keys, rotate, write_new
from events.application import open_chancery
from events.tlog.checkpoint import Policy, verify_checkpoint
from events.tlog.errors import ProofError
from events.tlog.keys import SignatureType, parse_verifier_key
from events.tlog.merkle import leaf_hash
from events.tlog.offline import parse_proof
from events.write.commands import RecordAct
from tests.api.test_log_http import ORIGIN, act


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: bytes
    stderr: bytes


@pytest.fixture
def chancery(store, tmp_path, capfdbinary, monkeypatch):
    """A command, run in a folder of its own on the store."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CHANCERY_STORE", store)

    def command(*arguments: str) -> Done:
        code = run(arguments)
        printed = capfdbinary.readouterr()
        return Done(code, printed.out, printed.err)

    return command


@pytest.fixture
def store(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'acts.db'}"
    chancery = open_chancery(url)
    for number in range(20):
        chancery.commands.execute(RecordAct(**act(number), recorded_by="clerk"))
    chancery.close()
    return url


def test_a_log_is_signed_proved_and_rotated_from_the_command_line(tmp_path, chancery):
    made = chancery("log", "key", "new", ORIGIN, "-o", "log.key")
    key = parse_verifier_key(made.stdout.decode().strip())
    path = tmp_path / "log.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert b"PRIVATE" not in made.stdout

    def of_log(*arguments: str) -> bytes:
        done = chancery("log", *arguments, "--log-key", "log.key")
        assert (done.returncode, done.stderr) == (0, b"")
        return done.stdout

    policy = Policy(ORIGIN, (key,))
    note = of_log("checkpoint")
    assert verify_checkpoint(note, policy).checkpoint.head.size == 20
    of_log("prove", "7", "-o", "7.proof")
    given = orjson.loads(of_log("prove", "7", "--size", "9", "--json"))
    leaf = leaf_hash(given["entry"].encode())
    assert (
        parse_proof((tmp_path / "7.proof").read_bytes()).verify(leaf, policy).note.encode() == note
    )

    rotated = chancery("log", "key", "rotate", "log.key").stdout.decode().strip()
    shown = chancery("log", "key", "show", "log.key").stdout.decode().splitlines()
    assert shown == [rotated, key.encode()]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    both = of_log("checkpoint")
    verify_checkpoint(both, Policy(ORIGIN, (parse_verifier_key(rotated),)))
    assert both.startswith(note)
    assert b"PRIVATE" not in (tmp_path / "acts.db").read_bytes()


def test_consistency_is_told_in_json_and_in_lines(chancery):
    proof = orjson.loads(chancery("log", "consistency", "3", "20", "--json").stdout)
    lines = chancery("log", "consistency", "3").stdout.decode().splitlines()
    assert lines[0] == f"root of 3: {proof['from_root']}"
    assert lines[2:] == proof["hashes"]


def test_without_a_key_nothing_is_signed(chancery):
    done = chancery("log", "checkpoint")
    assert done.returncode == 1
    assert b"CHANCERY_LOG_KEY" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("prove", "21"), b"no checkpoint"),
        (("prove", "21", "--json"), b"position"),
        (("prove", "2", "--size", "9"), b"--json"),
        (("consistency", "4", "3"), b"from"),
        (("consistency", "4", "21"), b"to"),
        (("witness-add", "ftp://w.example", "w"), b"verifier key"),
        (("witness-remove", "https://w.example"), b"no witness"),
        (("key", "new", "https://chancery.example/log"), b"without scheme"),
        (("key", "show", "nowhere.key"), b"nowhere.key"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(chancery, arguments, word):
    done = chancery("log", *arguments)
    assert done.returncode in (1, 2)
    assert done.stdout == b""
    assert len(done.stderr.splitlines()) == 1
    assert word in done.stderr


def test_witnesses_are_added_listed_and_removed(chancery):
    key = fresh_key("witness.example", witness=True).verifier.encode()
    moved = ("https://old.example/", "https://new.example/w")
    for url in moved:
        assert chancery("log", "witness-add", url, key).returncode == 0
    witnesses = orjson.loads(chancery("log", "witnesses", "--json").stdout)
    assert witnesses == [{"url": "https://new.example/w", "key": key}]
    assert chancery("log", "witness-remove", "https://new.example/w").returncode == 0
    assert chancery("log", "witnesses").stdout == b""


class TestKeyFiles:
    def test_a_key_file_is_never_replaced_by_a_new_key(self, tmp_path):
        write_new(tmp_path / "log.key", fresh_key(ORIGIN))
        before = (tmp_path / "log.key").read_bytes()
        with pytest.raises(FileExistsError):
            write_new(tmp_path / "log.key", fresh_key(ORIGIN))
        assert (tmp_path / "log.key").read_bytes() == before

    def test_a_key_file_that_others_can_read_is_refused(self, tmp_path):
        path = tmp_path / "log.key"
        write_new(path, fresh_key(ORIGIN))
        path.chmod(0o640)
        with pytest.raises(ValueError, match="mode 0600, got 0640"):
            read_keys(path)

    @pytest.mark.parametrize("text", ["", "\n\n", "PRIVATE+KEY+x", "ключ"])
    def test_a_file_without_keys_is_refused_and_its_words_are_not_repeated(self, tmp_path, text):
        path = tmp_path / "log.key"
        path.touch(0o600)
        path.write_text(text, encoding="utf-8")
        with pytest.raises((ValueError, ProofError)) as caught:
            read_keys(path)
        assert not text.strip() or text not in str(caught.value)

    def test_a_service_does_not_start_with_a_witness_s_key(self, tmp_path):
        path = tmp_path / "w.key"
        write_new(path, fresh_key("witness.example", witness=True))
        with pytest.raises(ProofError, match="a log's key"):
            create_app(Settings(log_key=path))

    def test_a_witness_s_key_is_rotated_into_a_witness_s(self, tmp_path):
        path = tmp_path / "w.key"
        write_new(path, fresh_key("witness.example", witness=True))
        rotate(path)
        assert {key.type for key in read_keys(path)} == {SignatureType.COSIGNATURE}
        assert len({key.seed for key in read_keys(path)}) == 2
