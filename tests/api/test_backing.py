"""Backup, restore and copy as an operator runs them: what is there is never harmed."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from api.cli.main import run as main
from events.application import open_chancery
from events.backup import UNFINISHED
from events.query.filters import Filter
from events.tlog.keys import SigningKey
from events.tlog.witnessing import SignatureType
from events.write.commands import RecordAct
from tests.events.recording import event
from tests.postgres import database, drop

KEY = SigningKey("acts.example/log", bytes(range(32)), SignatureType.ED25519)
VISIT = event("visit.held", "1960-03-23/1960-04-03", "SUN", "FRA", title="Khrushchev in France")


@pytest.fixture
def source(tmp_path: Path) -> str:
    """A store of three acts."""
    url = f"sqlite:///{tmp_path / 'source.db'}"
    record(url, "visit:1", "visit:2", "visit:3")
    return url


@pytest.fixture
def target(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'target.db'}"


def record(url: str, *act_ids: str) -> bytes:
    """Record acts; gives the checkpoint of the log with them."""
    chancery = open_chancery(url)
    for act_id in act_ids:
        chancery.commands.execute(RecordAct(act_id, [VISIT], recorded_by="historian"))
    note = chancery.admin.notary([KEY]).checkpoint()
    chancery.close()
    return note


def head(url: str) -> int:
    chancery = open_chancery(url, as_it_lies=True)
    position = chancery.query.head().position
    chancery.close()
    return position


@pytest.fixture
def command(capfd: pytest.CaptureFixture[str]) -> Any:
    """A command: its exit code, and what it printed and complained of."""

    def carried_out(*arguments: str) -> tuple[int, str, str]:
        code = main(arguments)
        return code, *capfd.readouterr()

    return carried_out


def test_a_backup_is_read_by_its_owner_alone_and_restores_what_was_there(
    command, source, target, tmp_path
):
    folder = tmp_path / "backups"
    folder.mkdir()
    code, out, _ = command("backup", str(folder), "--store", source, "--json")
    made = orjson.loads(out)
    (file,) = folder.iterdir()
    assert (code, made["file"], made["records"]) == (0, str(file), 3)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert command("verify", str(file))[:2] == (0, "3 records verified: nothing differs\n")
    code, out, _ = command("restore", str(file), "--store", target, "--json")
    shown = orjson.loads(out)
    assert (shown.pop("keys"), shown.pop("webhooks")) == ([], [])
    assert shown == {"records": 3, "root": made["root"], "differences": []}
    assert command("verify", "--store", target, "--states", "all")[0] == 0
    record(target, "visit:4")
    assert head(target) == 4


def test_a_backup_takes_no_other_file_s_place_unless_it_is_told_to(command, source, tmp_path):
    file = tmp_path / "acts.backup"
    file.write_text("something else")
    code, _, errors = command("backup", str(file), "--store", source)
    assert (code, file.read_text()) == (2, "something else")
    assert "--force" in errors
    assert command("backup", str(file), "--store", source, "--force")[0] == 0
    assert command("verify", str(file))[0] == 0
    assert {path.name for path in tmp_path.iterdir()} == {"acts.backup", "source.db"}


def test_of_a_store_that_has_a_part_of_another_no_backup_is_made(command, source, tmp_path):
    chancery = open_chancery(source)
    chancery._store.write(lambda writer: writer.set_meta("edition", UNFINISHED))
    chancery.close()
    code, _, errors = command("backup", str(tmp_path / "acts.backup"), "--store", source)
    assert (code, [path.name for path in tmp_path.iterdir()]) == (3, ["source.db"])
    assert "a part of another" in errors


def test_a_store_with_records_is_not_restored_into(command, source, target, tmp_path):
    file = tmp_path / "acts.backup"
    command("backup", str(file), "--store", source)
    record(target, "visit:9")
    code, _, errors = command("restore", str(file), "--store", target)
    assert (code, head(target)) == (2, 1)
    assert "expected a store without records, got one of 1" in errors


def test_a_restored_log_that_ends_before_a_checkpoint_is_told_of(command, source, target, tmp_path):
    file, early, late = (tmp_path / name for name in ("acts.backup", "early", "late"))
    early.write_bytes(record(source))
    command("backup", str(file), "--store", source)
    late.write_bytes(record(source, "visit:4"))
    assert command("restore", str(file), "--store", target, "--checkpoint", str(early))[0] == 0
    other = f"{target}.other"
    code, _, errors = command("restore", str(file), "--store", other, "--checkpoint", str(late))
    assert (code, head(other)) == (1, 3)
    assert "calculated 4 records or more" in errors
    assert "claimed 3" in errors


def test_a_damaged_backup_is_found_and_nothing_of_it_restored(command, source, target, tmp_path):
    file = tmp_path / "acts.backup"
    command("backup", str(file), "--store", source)
    file.write_bytes(file.read_bytes()[:-30])
    assert command("restore", str(file), "--store", target)[0] == 3
    assert head(target) == 0
    assert command("verify", str(file))[0] == 1


def test_a_copy_has_the_same_root_and_states_and_goes_on_with_what_came_since(
    command, source, target
):
    copied = ("copy", "--from", source, "--to", target, "--states", "all", "--json")
    code, out, _ = command(*copied)
    assert (code, orjson.loads(out)["records"], orjson.loads(out)["states"]) == (0, 3, 1)
    record(source, "visit:4")
    code, out, _ = command(*copied)
    assert (code, orjson.loads(out)["records"], head(target)) == (0, 4, 4)
    assert command("verify", "--store", target)[0] == 0


def test_a_store_that_has_gone_its_own_way_is_copied_into_no_more(command, source, target):
    assert command("copy", "--from", source, "--to", target)[0] == 0
    record(target, "visit:8")
    record(source, "visit:4", "visit:5")
    code, _, errors = command("copy", "--from", source, "--to", target)
    assert (code, head(target)) == (2, 4)
    assert "holds another log" in errors


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("backup", "acts.backup", "--store", "sqlite:///none.db"), "no such file"),
        (("copy", "--from", "sqlite:///none.db", "--to", "sqlite:///other.db"), "no such file"),
        (("copy", "--from", "sqlite:///a.db", "--to", "sqlite:///a.db"), "got the same"),
        (("restore", "none.backup", "--store", "sqlite:///other.db"), "none.backup"),
        (("copy", "--from", "sqlite:///a.db", "--to", "mysql://host/a"), "expected a url"),
    ],
    ids=lambda given: " ".join(given) if isinstance(given, tuple) else None,
)
def test_what_cannot_be_done_is_told_and_makes_no_file(
    command, monkeypatch, tmp_path, arguments, said
):
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    if "mysql://host/a" in arguments:
        record("sqlite:///a.db", "visit:1")
    code, _, errors = command(*arguments)
    assert code == 2
    assert said in errors
    assert {path.name for path in Path().iterdir()} <= {"a.db"}


class TestWhoWasLetIn:
    """A backup does not know which keys were revoked, and which webhooks removed, after it."""

    @pytest.fixture(params=["sqlite", "postgresql"])
    def target(self, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
        if request.param == "sqlite":
            yield f"sqlite:///{tmp_path / 'target.db'}"
        else:
            url = database()
            yield url
            drop(url)

    @pytest.fixture
    def backup(self, command: Any, source: str, tmp_path: Path) -> Path:
        """Made when three keys and a webhook were good, of which some were given up later."""
        chancery = open_chancery(source)
        keys = chancery.admin.access_keys()
        keys.create("desk", ["read"])
        keys.create("thief", ["read", "append"])
        keys.create("gone", ["admin"])
        keys.revoke("gone")
        chancery.admin.webhooks().add("rival", "https://rival.example/in", "whsec_MTIz", Filter())
        chancery.close()
        file = tmp_path / "acts.backup"
        assert command("backup", str(file), "--store", source)[0] == 0
        chancery = open_chancery(source)
        chancery.admin.access_keys().revoke("thief")
        chancery.admin.webhooks().remove("rival")
        chancery.close()
        return file

    def standings(self, url: str) -> dict[str, str]:
        chancery = open_chancery(url)
        keys = chancery.admin.access_keys()
        found = {key.name: key.standing(keys.now()) for key in keys.all()}
        chancery.close()
        return found

    def test_is_let_in_no_more_and_the_screen_says_so(self, command, backup, target):
        code, out, _ = command("restore", str(backup), "--store", target)
        assert code == 0
        assert self.standings(target) == dict.fromkeys(("desk", "thief", "gone"), "revoked")
        lines = out.splitlines()
        assert [line.split()[2] for line in lines if line.endswith("is revoked")] == [
            "desk",
            "thief",
        ]
        assert any("--keep-keys" in line for line in lines)
        (hook,) = [line for line in lines if line.startswith("webhook rival")]
        assert "https://rival.example/in" in hook
        assert "also if it was removed after" in hook

    def test_is_let_in_where_that_is_asked_for_and_the_screen_says_that_too(
        self, command, backup, target
    ):
        code, out, _ = command("restore", str(backup), "--keep-keys", "--store", target)
        assert code == 0
        assert self.standings(target) == {"desk": "good", "thief": "good", "gone": "revoked"}
        good = [line for line in out.splitlines() if "also if it was revoked after" in line]
        assert [line.split()[2] for line in good] == ["desk", "thief"]

    def test_is_told_to_programs(self, command, backup, target):
        _, out, _ = command("restore", str(backup), "--json", "--store", target)
        shown = orjson.loads(out)
        assert [(key["name"], key["standing"]) for key in shown["keys"]] == [
            ("desk", "revoked"),
            ("thief", "revoked"),
        ]
        assert shown["webhooks"] == ["rival"]

    def test_stays_let_in_by_a_copy_which_has_what_the_source_has_now(
        self, command, source, backup, target
    ):
        assert command("copy", "--from", source, "--to", target)[0] == 0
        assert self.standings(target) == self.standings(source)
        assert self.standings(target)["desk"] == "good"
