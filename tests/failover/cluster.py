"""A cluster on this machine: etcd, and PostgreSQL nodes that Patroni leads by the deployed file."""

from __future__ import annotations

import base64
import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import httpx
import psycopg
import yaml

from tests.failover.programs import children, etcd, interpreter, kill, kill_all, patroni, start
from tests.postgres import free_port, programs, unprivileged

T = TypeVar("T")

DEPLOYED = Path(__file__).parents[2] / "deploy" / "postgresql" / "patroni.yml"
WATCH = DEPLOYED.with_name("lead_watch.py")
_ROOT = Path(__file__).parents[2]
_SUPERUSER = "postgres"
_USER = "chancery"
_LOOK_SECONDS = 0.05


def until(what: str, answer: Callable[[], T | None], seconds: float = 120.0) -> T:
    """What `answer` gives as soon as it gives something; fails by `what` was waited for."""
    deadline = time.monotonic() + seconds
    while True:
        found = answer()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds:.0f} s for {what}")
        time.sleep(_LOOK_SECONDS)


class Node:
    """One machine's worth: Patroni and the PostgreSQL it runs."""

    def __init__(self, cluster: Cluster, name: str) -> None:
        self.name = name
        self.port, self.rest = free_port(), free_port()
        self._cluster = cluster
        self._folder = cluster.own_folder(name)
        self._process: subprocess.Popen[bytes] | None = None
        self._watch: subprocess.Popen[bytes] | None = None

    @property
    def data(self) -> Path:
        """PostgreSQL's folder."""
        return self._folder / "data"

    def log(self) -> str:
        """What Patroni and PostgreSQL have said."""
        return self._cluster.log(self.name).read_text(errors="replace")

    def start(self) -> None:
        """Start it as its units would; it finds its place by itself."""
        passwords = self._cluster.passwords
        environment = {
            "PATRONI_NAME": self.name,
            "PATRONI_ETCD3_HOSTS": f"127.0.0.1:{self._cluster.etcd_port}",
            "PATRONI_RESTAPI_LISTEN": f"127.0.0.1:{self.rest}",
            "PATRONI_RESTAPI_CONNECT_ADDRESS": f"127.0.0.1:{self.rest}",
            "PATRONI_POSTGRESQL_LISTEN": f"127.0.0.1:{self.port}",
            "PATRONI_POSTGRESQL_CONNECT_ADDRESS": f"127.0.0.1:{self.port}",
            "PATRONI_POSTGRESQL_DATA_DIR": str(self.data),
            "PATRONI_POSTGRESQL_BIN_DIR": str(programs()),
            "PATRONI_POSTGRESQL_PGPASS": str(self._folder / "pgpass"),
            "PATRONI_SUPERUSER_USERNAME": _SUPERUSER,
            "PATRONI_SUPERUSER_PASSWORD": passwords["superuser"],
            "PATRONI_REPLICATION_USERNAME": "replicator",
            "PATRONI_REPLICATION_PASSWORD": passwords["replication"],
            "PATRONI_REWIND_USERNAME": "rewinder",
            "PATRONI_REWIND_PASSWORD": passwords["rewind"],
            "HOME": str(self._folder),
        }
        command = (*patroni(), str(self._cluster.settings))
        self._process = start(command, self._cluster.log(self.name), environment)
        if self._cluster.watched:
            watch = (*interpreter(), str(self._cluster.settings.parent / WATCH.name))
            self._watch = start(watch, self._cluster.log(f"{self.name}-watch"), environment)

    def kill(self) -> None:
        """End PostgreSQL, all its processes and Patroni at once, as a machine that fails does."""
        assert self._process is not None
        kill(self._process.pid)
        pid = self._postmaster()
        for one in (pid, *children(pid)):
            kill(one)
        self._process.wait()
        if self._watch is not None:
            kill(self._watch.pid)
            self._watch.wait()

    def kill_database(self) -> None:
        """End PostgreSQL alone at once; Patroni is there to see it."""
        kill(self._postmaster())

    def hand_over(self) -> None:
        """Ask Patroni to give the lead to another."""
        asked = httpx.post(
            f"http://127.0.0.1:{self.rest}/switchover", json={"leader": self.name}, timeout=60
        )
        assert asked.status_code == 200, asked.text

    def _postmaster(self) -> int:
        return int((self.data / "postmaster.pid").read_text().split()[0])

    def asks(self, question: str) -> Any:
        """The one value PostgreSQL gives; None while it gives none."""
        try:
            with psycopg.connect(self._cluster.own_url(self), autocommit=True) as connection:
                row = connection.execute(question).fetchone()  # type: ignore[arg-type]
        except psycopg.OperationalError:
            return None
        return row and row[0]

    def led(self) -> bool:
        """Whether it takes writes."""
        return self.asks("SELECT NOT pg_is_in_recovery()") is True


class Cluster:
    """etcd and nodes in a folder of their own; used as a context, which ends all of it.

    A keeper beside it does so too where the test's process is killed. `settings` are parameters
    of PostgreSQL and `timing` those of Patroni's own that go before the deployed ones.
    """

    def __init__(
        self,
        names: str = "ab",
        *,
        settings: Mapping[str, str] | None = None,
        timing: Mapping[str, Any] | None = None,
        watched: bool = True,
    ) -> None:
        """`watched` says whether the lead is, as deployed."""
        self.watched = watched
        self._folder = Path(tempfile.mkdtemp(prefix="chancery-failover-"))
        self._folder.chmod(0o755)
        self.etcd_port = free_port()
        self.passwords = {
            name: secrets.token_hex(16) for name in ("superuser", "replication", "rewind", "user")
        }
        self.settings = self.own_folder("settings")
        shutil.copy(DEPLOYED, self.settings / "00-deployed.yml")
        shutil.copy(WATCH, self._folder)
        (self.settings / "10-here.yml").write_text(
            yaml.safe_dump(
                {
                    "bootstrap": {"dcs": dict(timing or {})},
                    "postgresql": {
                        "parameters": {"unix_socket_directories": "", **(settings or {})}
                    },
                }
            )
        )
        self.nodes = [Node(self, name) for name in names]
        self._asking = httpx.Client(timeout=5)
        self._etcd: subprocess.Popen[bytes] | None = None
        self._keeper: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Cluster:
        try:
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        kill_all(self._folder)
        watches = [node._watch for node in self.nodes]
        for process in (self._etcd, *watches, *(node._process for node in self.nodes)):
            if process is not None:
                process.wait()
        if self._keeper is not None:
            self._keeper.communicate()
        self._asking.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def own_folder(self, name: str) -> Path:
        """A folder of the cluster's, which its unprivileged programs own."""
        made = self._folder / name
        made.mkdir(mode=0o700)
        rights = unprivileged()
        if rights:
            os.chown(made, rights["user"], rights["group"])
        return made

    def log(self, name: str) -> Path:
        """The file of what a program says."""
        return self._folder / f"{name}.log"

    def own_url(self, node: Node) -> str:
        """A node alone, as its superuser."""
        secret = self.passwords["superuser"]
        return (
            f"postgresql://{_SUPERUSER}:{secret}@127.0.0.1:{node.port}/postgres?connect_timeout=2"
        )

    def url(self, attributes: str = "read-write") -> str:
        """All nodes, as a service is given them; libpq finds the one with the `attributes`."""
        hosts = ",".join(f"127.0.0.1:{node.port}" for node in self.nodes)
        who = f"{_USER}:{self.passwords['user']}"
        options = f"target_session_attrs={attributes}&connect_timeout=2&tcp_user_timeout=5000"
        return f"postgresql://{who}@{hosts}/{_USER}?{options}"

    def leader(self) -> str | None:
        """Who holds the lead by etcd; None while nobody does."""
        return self._key("leader")

    def led_by(self) -> list[Node]:
        """The node that etcd names as leader; none while it names none."""
        return [node for node in self.nodes if node.name == self.leader()]

    def take_lead(self) -> None:
        """Take the lead from a leader that is surely dead, as an operator does with etcdctl."""
        key = base64.b64encode(b"/service/chancery/leader").decode()
        self._asking.post(self._etcd_url("deleterange"), json={"key": key}).raise_for_status()

    def followed(self) -> Node | None:
        """The leader, once another node is its synchronous standby; None before."""
        synchronous = self._key("sync")
        if synchronous is None or not json.loads(synchronous).get("sync_standby"):
            return None
        streams = "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'"
        return next((node for node in self.led_by() if node.led() and node.asks(streams)), None)

    def _start(self) -> None:
        self._keeper = subprocess.Popen(
            [sys.executable, "-m", "tests.failover.keeper", str(self._folder)],
            stdin=subprocess.PIPE,
            cwd=_ROOT,
            start_new_session=True,
        )
        client, peer = f"http://127.0.0.1:{self.etcd_port}", f"http://127.0.0.1:{free_port()}"
        self._etcd = start(
            (
                *(etcd(), "--name", "etcd", "--data-dir", str(self.own_folder("etcd"))),
                *("--listen-client-urls", client, "--advertise-client-urls", client),
                *("--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer),
                *("--initial-cluster", f"etcd={peer}"),
            ),
            self.log("etcd"),
        )
        until("etcd", self._etcd_answers)
        for node in self.nodes:
            node.start()
        leader = until("a leader with a synchronous standby", self.followed)
        with psycopg.connect(self.own_url(leader), autocommit=True) as connection:
            secret = self.passwords["user"]
            connection.execute(f"CREATE ROLE {_USER} LOGIN PASSWORD '{secret}'")  # type: ignore[arg-type]
            connection.execute(f"CREATE DATABASE {_USER} OWNER {_USER} TEMPLATE template0")  # type: ignore[arg-type]

    def _etcd_answers(self) -> bool:
        try:
            return self._key("leader") is None
        except httpx.HTTPError:
            return False

    def _etcd_url(self, what: str) -> str:
        return f"http://127.0.0.1:{self.etcd_port}/v3/kv/{what}"

    def _key(self, name: str) -> str | None:
        key = base64.b64encode(f"/service/chancery/{name}".encode()).decode()
        answer = self._asking.post(self._etcd_url("range"), json={"key": key})
        found = answer.raise_for_status().json().get("kvs")
        return base64.b64decode(found[0]["value"]).decode() if found else None
