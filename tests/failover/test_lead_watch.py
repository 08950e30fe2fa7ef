"""The lead is taken from a leader that has given it up by itself, and from no other."""

from __future__ import annotations

import base64
import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from importlib.util import module_from_spec, spec_from_file_location

import pytest
import yaml

from tests.failover.cluster import DEPLOYED, WATCH, until
from tests.failover.programs import etcd
from tests.postgres import free_port

_SPEC = spec_from_file_location("lead_watch", WATCH)
assert _SPEC is not None
assert _SPEC.loader is not None
lead_watch = module_from_spec(_SPEC)
sys.modules["lead_watch"] = lead_watch
_SPEC.loader.exec_module(lead_watch)

SETTINGS = yaml.safe_load(DEPLOYED.read_text("utf-8"))
MEMBER = json.dumps(
    {"conn_url": "postgres://10.0.0.1:5432/postgres", "api_url": "http://10.0.0.1:8008/patroni"}
)


def key(value: object, revision: str = "7"):
    return lead_watch.Key(value if isinstance(value, str) else json.dumps(value), revision, "1")


SILENT = lead_watch.Seen(
    leader=key("a"),
    sync=key({"leader": "a", "sync_standby": "b"}),
    config=key({"loop_wait": 1, "retry_timeout": 3, "ttl": 20}),
    member=key(MEMBER),
    silent_seconds=7.0,
)


@pytest.mark.parametrize(
    ("seen", "me", "due"),
    [
        (SILENT, "b", True),
        (replace(SILENT, silent_seconds=6.0), "b", False),
        (replace(SILENT, leader=None), "b", False),
        (replace(SILENT, member=None), "b", False),
        (replace(SILENT, sync=None), "b", False),
        (SILENT, "c", False),
        (SILENT, "a", False),
        (replace(SILENT, sync=key({"leader": "a", "sync_standby": "c,b"})), "b", True),
        (replace(SILENT, sync=key({"leader": "a", "sync_standby": None})), "b", False),
        (replace(SILENT, sync=key({"leader": "c", "sync_standby": "b"})), "b", False),
        (replace(SILENT, config=key({"loop_wait": 4, "retry_timeout": 8})), "b", False),
        (replace(SILENT, config=None, silent_seconds=19.0), "b", False),
    ],
    ids=[
        "silent for as long as it may be",
        "not yet",
        "nobody leads",
        "where it is, is not known",
        "no standby has all that was acknowledged",
        "another standby has",
        "it leads itself",
        "one of two standbys has",
        "the leader goes on alone",
        "they agreed under another leader",
        "a leader that is given longer",
        "nothing is set",
    ],
)
def test_the_lead_is_due_for_a_standby_that_has_everything(seen, me, due):
    assert lead_watch.is_due(seen, me) is due


def test_a_leader_has_given_up_before_the_lead_is_taken_or_expires_and_is_restarted_sooner():
    dcs = SETTINGS["bootstrap"]["dcs"]
    limit = lead_watch.limit_seconds(json.dumps(dcs))
    assert limit == 7
    assert dcs["ttl"] - SETTINGS["watchdog"]["safety_margin"] < limit < dcs["ttl"]
    assert dcs["synchronous_mode"] is True


def test_a_machine_answers_where_one_of_its_programs_takes_a_connection():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        here = listening.getsockname()
        assert lead_watch.anybody([("127.0.0.1", free_port()), here])
    assert not lead_watch.anybody([("127.0.0.1", free_port()), ("127.0.0.1", free_port())])
    assert not lead_watch.anybody([])
    assert lead_watch.addresses(MEMBER) == [("10.0.0.1", 5432), ("10.0.0.1", 8008)]


class Etcd:
    """What etcd says, and whether the lead was taken."""

    def __init__(self, seen) -> None:
        self._seen = seen
        self.taken = False

    def seen(self):
        if self._seen is None:
            raise TimeoutError("timed out")
        return self._seen

    def take(self, seen) -> bool:
        self.taken = True
        return True


def test_the_lead_is_taken_where_nobody_answers_and_left_to_patroni_where_somebody_does():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        member = key({"conn_url": f"postgres://127.0.0.1:{port}/postgres"})
        etcd = Etcd(replace(SILENT, member=member))
        assert "left to Patroni" in lead_watch.look(etcd, "b")
        assert not etcd.taken
    assert lead_watch.look(etcd, "b") == "the lead was taken from a, silent for more than 7 s"
    assert etcd.taken
    assert lead_watch.look(Etcd(replace(SILENT, silent_seconds=1.0)), "b") is None
    assert "etcd does not answer" in lead_watch.look(Etcd(None), "b")


@pytest.fixture
def member(tmp_path) -> Iterator[str]:
    """The address of an etcd of the test's own."""
    client, peer = (f"http://127.0.0.1:{free_port()}" for _ in range(2))
    process = subprocess.Popen(
        [
            *(etcd(), "--name", "etcd", "--data-dir", str(tmp_path / "etcd")),
            *("--listen-client-urls", client, "--advertise-client-urls", client),
            *("--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer),
            *("--initial-cluster", f"etcd={peer}"),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    yield client.removeprefix("http://")
    process.kill()
    process.wait()


@pytest.mark.needs("etcd")
def test_the_lead_is_taken_only_while_it_and_the_agreement_are_as_they_were_seen(member):
    # One that does not answer is passed over.
    etcd = lead_watch.Etcd([f"127.0.0.1:{free_port()}", member], "chancery")

    def put(name: str, value: object, lease: str = "0") -> None:
        text = value if isinstance(value, str) else json.dumps(value)
        encoded = base64.b64encode(text.encode()).decode()
        etcd._ask("kv/put", {"key": etcd._key(name), "value": encoded, "lease": lease})

    assert until("etcd", lambda: lead_watch.look(etcd, "b") is None)
    lease = etcd._ask("lease/grant", {"TTL": 20})["ID"]
    put("config", {"loop_wait": 1, "retry_timeout": 3})
    put("members/a", MEMBER)
    put("sync", {"leader": "a", "sync_standby": "b"})
    put("leader", "a", lease)
    seen = etcd.seen()
    assert (seen.leader.value, seen.member.value) == ("a", MEMBER)
    assert -1 <= seen.silent_seconds <= 1
    for name, value in (("sync", {"leader": "a", "sync_standby": None}), ("leader", "a")):
        put(name, value, lease if name == "leader" else "0")
        assert not etcd.take(seen)
        assert etcd.seen().leader is not None
        seen = etcd.seen()
    assert etcd.take(seen)
    assert etcd.seen().leader is None
