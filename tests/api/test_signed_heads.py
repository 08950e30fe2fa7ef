"""What the log's keys have signed lies beside them, and a store that was put back is told of."""

from __future__ import annotations

import shutil
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import orjson
import pytest

from api.app import create_app
from api.cli.main import run as main
from api.settings import Settings
from api.signing import heads as heads_module
from api.signing.heads import HeadsFile, heads_beside
from api.signing.key_files import fresh_key, read_keys, rotate, write_new
from events.application import open_chancery
from events.errors import NotSigned
from events.tlog.checkpoint import TreeHead, parse_checkpoint
from events.tlog.note import parse_note
from events.write.commands import RecordAct
from tests.api.conftest import BASE, Service, TestClient
from tests.api.test_log_http import ORIGIN, act

HEADS = [TreeHead(size, bytes([size]) * 32) for size in range(1, 4)]


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "log.key"
    write_new(path, fresh_key(ORIGIN))
    return path


@pytest.fixture
def store(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'acts.db'}"
    record(url, 1, 2, 3)
    return url


def record(url: str, *numbers: int) -> None:
    chancery = open_chancery(url)
    for number in numbers:
        chancery.commands.execute(RecordAct(**act(number), recorded_by="clerk"))
    chancery.close()


def put_back(url: str, key_file: Path) -> None:
    """Sign three records, then three more, and put the store of three in the place of the newer."""
    path = Path(url.removeprefix("sqlite:///"))
    older = path.with_suffix(".older")
    signing = ("log", "checkpoint", "--store", url, "--log-key", str(key_file))
    assert main(signing) == 0
    shutil.copy(path, older)
    record(url, 4, 5, 6)
    assert main(signing) == 0
    older.replace(path)


class TestTheFile:
    def test_keeps_the_last_head_of_each_key_and_is_its_owner_s_alone(self, tmp_path, key_file):
        rotate(key_file)
        new, old = (key.verifier for key in read_keys(key_file))
        kept = heads_beside(key_file)
        assert kept.path == tmp_path / "log.key.signed"
        assert kept.all() == {}
        with kept.alone():
            kept.keep([new, old], HEADS[0])
            kept.keep([new], HEADS[1])
        assert HeadsFile(kept.path).all() == {new: HEADS[1], old: HEADS[0]}
        assert stat.S_IMODE(kept.path.stat().st_mode) == 0o600
        assert orjson.loads(kept.path.read_bytes())["keys"][old.encode()]["size"] == 1

    def test_is_where_it_is_said_to_be_and_nowhere_without_keys(self, tmp_path, key_file):
        assert heads_beside(key_file, tmp_path / "elsewhere").path == tmp_path / "elsewhere"
        assert heads_beside(None, tmp_path / "elsewhere") is None

    @pytest.mark.parametrize(
        "data", [b"", b"{}", b"[]", b'{"format": "other", "keys": {}}', b"\xff"]
    )
    def test_that_holds_something_else_is_refused(self, tmp_path, data):
        (tmp_path / "signed").write_bytes(data)
        with pytest.raises(NotSigned, match="expected signed heads"):
            HeadsFile(tmp_path / "signed")

    def test_in_a_folder_that_cannot_be_written_to_lets_nothing_be_signed(self, tmp_path, key_file):
        (key,) = read_keys(key_file)
        kept = HeadsFile(tmp_path / "none" / "signed")
        with pytest.raises(NotSigned, match="cannot be written"), kept.alone():
            kept.keep([key.verifier], HEADS[0])

    def test_is_held_by_one_signer_at_a_time_and_the_others_wait(self, tmp_path, monkeypatch):
        path, order = tmp_path / "signed", []
        with ThreadPoolExecutor(1) as pool:

            def second() -> None:
                with HeadsFile(path).alone():
                    order.append("second")

            with HeadsFile(path).alone():
                waiting = pool.submit(second)
                with pytest.raises(TimeoutError):
                    waiting.result(timeout=0.1)
                order.append("first")
            waiting.result(timeout=30)
        assert order == ["first", "second"]
        monkeypatch.setattr(heads_module, "_PATIENCE_SECONDS", 0.01)
        with (
            HeadsFile(path).alone(),
            pytest.raises(NotSigned, match="another process holds"),
            HeadsFile(path).alone(),
        ):
            pass


def test_many_who_sign_one_growing_log_never_see_it_behind(store, key_file):
    """Each has its own store and file, as services of one machine have."""

    def sign(number: int) -> list[int]:
        chancery = open_chancery(store)
        notary = chancery.admin.notary(read_keys(key_file), heads_beside(key_file))
        sizes = []
        for count in range(8):
            chancery.commands.execute(
                RecordAct(**act(1_000 * (number + 1) + count), recorded_by="clerk")
            )
            note = notary.checkpoint()
            notary.check()
            sizes.append(parse_checkpoint(parse_note(note).text).head.size)
        chancery.close()
        return sizes

    with ThreadPoolExecutor(4) as pool:
        for sizes in pool.map(sign, range(4)):
            assert sizes == sorted(sizes)
    (head,) = heads_beside(key_file).all().values()
    assert head.size == 35


def test_a_command_does_not_sign_a_store_that_was_put_back(store, key_file, capfd):
    put_back(store, key_file)
    capfd.readouterr()
    signing = ("--store", store, "--log-key", str(key_file))
    record(store, 7, 8, 9, 10)
    for command in (("log", "checkpoint"), ("log", "prove", "1"), ("evidence", "DEU-FRA")):
        assert main((*command, *signing)) == 1
        out, err = capfd.readouterr()
        assert out == ""
        assert "the log is not the one" in err
        assert "of the first 6 records" in err


def test_a_service_whose_store_was_put_back_says_so_loudly_and_signs_nothing(store, key_file):
    put_back(store, key_file)
    chancery = open_chancery(store)
    app = create_app(Settings(log_key=key_file), chancery)
    with TestClient(app, base_url=BASE, raise_server_exceptions=False) as client:
        for path in ("/readyz", "/v1/log/checkpoint", "/v1/log/proof/1"):
            answer = client.get(path)
            assert (answer.status_code, answer.json()["type"]) == (503, "/problems/log-behind")
        assert client.get("/healthz").status_code == 200
        numbers = client.get("/metrics").text
        assert "chancery_log_behind_signed 1.0" in numbers
        assert "chancery_signed_records 6.0" in numbers
        # Whoever has to decide can look at what there is.
        assert client.get("/v1/log/inclusion?position=1").status_code == 200


def test_a_service_whose_store_has_all_that_was_signed_is_ready(store, key_file):
    chancery = open_chancery(store)
    with TestClient(create_app(Settings(log_key=key_file), chancery), base_url=BASE) as client:
        assert "chancery_signed_records 0.0" in client.get("/metrics").text
        assert client.get("/v1/log/checkpoint").status_code == 200
        assert client.get("/readyz").json() == {"status": "ready", "position": 3}
        numbers = client.get("/metrics").text
        assert "chancery_log_behind_signed 0.0" in numbers
        assert "chancery_signed_records 3.0" in numbers


def test_the_log_of_a_service_says_at_the_start_that_its_store_was_put_back(store, key_file):
    folder = key_file.parent
    fresh = Service(folder, CHANCERY_LOG_KEY=str(key_file))
    fresh.stop()
    assert "no signed head is known yet" in fresh.output()
    put_back(store, key_file)
    service = Service(folder, CHANCERY_LOG_KEY=str(key_file))
    service.stop()
    (line,) = [one for one in service.output().splitlines() if "behind what was signed" in one]
    assert orjson.loads(line)["level"] == "error"
    assert "expected 6 records or more, got 3" in orjson.loads(line)["reason"]


def test_a_restore_of_less_than_was_signed_says_so(store, key_file, tmp_path, monkeypatch, capfd):
    backup, target = tmp_path / "acts.backup", f"sqlite:///{tmp_path / 'restored.db'}"
    assert main(("backup", str(backup), "--store", store)) == 0
    record(store, 4)
    assert main(("log", "checkpoint", "--store", store, "--log-key", str(key_file))) == 0
    monkeypatch.setenv("CHANCERY_LOG_KEY", str(key_file))
    capfd.readouterr()
    assert main(("restore", str(backup), "--store", target)) == 1
    assert "expected 4 records or more, got 3" in capfd.readouterr().err
