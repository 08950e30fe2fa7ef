#!/usr/bin/env python3
"""Takes the lead from a PostgreSQL leader that is silent for as long as it may be.

Patroni lets a leader that says nothing keep the lead for `ttl`, 20 seconds at least. A leader that
cannot renew the lead gives it up by itself after `loop_wait + 2 * retry_timeout` seconds, for which
its watchdog is set too. So the lead may be taken then, if nobody answers at its machine. This runs
beside Patroni on each node, by the same environment, and acts where its own node is the synchronous
standby. Why that is safe is told in docs/high-availability.md.

It needs Python 3.11 and nothing besides.
"""

from __future__ import annotations

import base64
import json
import os
import selectors
import socket
import sys
import time
import urllib.request
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

LOOK_SECONDS = 0.25
#: How long one waits for etcd, and for an answer from the leader's machine.
ETCD_SECONDS = 1.0
KNOCK_SECONDS = 0.5
#: What Patroni has where nothing is set.
_LOOP_WAIT, _RETRY_TIMEOUT = 10, 10


@dataclass(frozen=True)
class Key:
    """A key of etcd: its value, when it was changed last, and the lease it goes with."""

    value: str
    revision: str
    lease: str


@dataclass(frozen=True)
class Seen:
    """What etcd says of a cluster at one moment."""

    leader: Key | None
    sync: Key | None
    config: Key | None
    member: Key | None
    """What the leader says of itself."""
    silent_seconds: float
    """For how long, at least, the leader has not renewed the lead."""


def limit_seconds(config: str | None) -> float:
    """After how long a leader that cannot renew the lead has given it up by itself."""
    settings = json.loads(config or "{}")
    loop_wait = settings.get("loop_wait", _LOOP_WAIT)
    return float(loop_wait + 2 * settings.get("retry_timeout", _RETRY_TIMEOUT))


def is_due(seen: Seen, me: str) -> bool:
    """Whether the lead may be taken from a leader at whose machine nobody answers.

    Only for a standby that has all that was acknowledged, as both it and the leader last agreed.
    """
    if seen.leader is None or seen.sync is None or seen.member is None:
        return False
    agreed = json.loads(seen.sync.value)
    standbys = (agreed.get("sync_standby") or "").split(",")
    return (
        agreed.get("leader") == seen.leader.value
        and seen.leader.value != me
        and me in standbys
        and seen.silent_seconds >= limit_seconds(seen.config and seen.config.value)
    )


def addresses(member: str) -> list[tuple[str, int]]:
    """Where a leader's PostgreSQL and its Patroni listen."""
    told = json.loads(member)
    urls = [urlsplit(told[name]) for name in ("conn_url", "api_url") if told.get(name)]
    return [(url.hostname, url.port) for url in urls if url.hostname and url.port]


def anybody(places: list[tuple[str, int]]) -> bool:
    """Whether anything takes a connection at one of some addresses, all asked at once."""
    with selectors.DefaultSelector() as waiting:
        knocks = []
        for host, port in places:
            knock = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
            knock.setblocking(False)
            knock.connect_ex((host, port))
            waiting.register(knock, selectors.EVENT_WRITE)
            knocks.append(knock)
        try:
            until = time.monotonic() + KNOCK_SECONDS
            while waiting.get_map() and (left := until - time.monotonic()) > 0:
                for key, _ in waiting.select(left):
                    knock = key.fileobj
                    if knock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0:
                        return True
                    waiting.unregister(knock)
            return False
        finally:
            for knock in knocks:
                knock.close()


class Etcd:
    """The members of etcd, one of which is asked; each answer is one that most agree on."""

    def __init__(self, hosts: list[str], scope: str, protocol: str = "http") -> None:
        self._urls = [f"{protocol}://{host}/v3" for host in hosts]
        self._prefix = f"/service/{scope}/"

    def seen(self) -> Seen:
        """What it says of the cluster now; raises `OSError`."""
        leader, sync, config = self._keys("leader", "sync", "config")
        if leader is None:
            return Seen(None, sync, config, None, 0.0)
        (member,) = self._keys(f"members/{leader.value}")
        lease = self._ask("lease/timetolive", {"ID": leader.lease})
        # Whole seconds that are left, rounded down: more than one second less has passed for sure.
        silent = int(lease.get("grantedTTL", 0)) - int(lease.get("TTL", 0)) - 1
        return Seen(leader, sync, config, member, silent)

    def take(self, seen: Seen) -> bool:
        """Whether the lead was taken: as long as neither it nor the agreement has changed since."""
        assert seen.leader is not None
        assert seen.sync is not None
        unchanged = [
            {"key": self._key(name), "target": "MOD", "result": "EQUAL", "modRevision": revision}
            for name, revision in (("leader", seen.leader.revision), ("sync", seen.sync.revision))
        ]
        removed = [{"requestDeleteRange": {"key": self._key("leader")}}]
        answer = self._ask("kv/txn", {"compare": unchanged, "success": removed})
        return bool(answer.get("succeeded"))

    def _keys(self, *names: str) -> list[Key | None]:
        ranges = [{"requestRange": {"key": self._key(name)}} for name in names]
        answer = self._ask("kv/txn", {"success": ranges})
        found = [one["response_range"].get("kvs") for one in answer["responses"]]
        return [None if not kvs else _key_of(kvs[0]) for kvs in found]

    def _key(self, name: str) -> str:
        return base64.b64encode(f"{self._prefix}{name}".encode()).decode()

    def _ask(self, what: str, question: dict[str, Any]) -> dict[str, Any]:
        failure: OSError | None = None
        for url in [*self._urls]:
            # The protocol is http or https: whoever keeps the node has set it.
            asked = urllib.request.Request(f"{url}/{what}", json.dumps(question).encode())  # noqa: S310
            try:
                with urllib.request.urlopen(asked, timeout=ETCD_SECONDS) as answer:  # noqa: S310
                    found: dict[str, Any] = json.load(answer)
                    return found
            except OSError as error:
                failure = error
                # Who did not answer is asked last from now on.
                self._urls.remove(url)
                self._urls.append(url)
        raise failure or OSError("no member of etcd is named")


def _key_of(found: dict[str, str]) -> Key:
    value = base64.b64decode(found["value"]).decode()
    return Key(value, found["mod_revision"], found.get("lease", "0"))


def look(etcd: Etcd, me: str) -> str | None:
    """Look once, and take the lead where that is due; gives what there is to say of it."""
    try:
        seen = etcd.seen()
        if not is_due(seen, me) or seen.leader is None or seen.member is None:
            return None
        if anybody(addresses(seen.member.value)):
            return f"{seen.leader.value} is silent, but its machine answers: left to Patroni"
        if etcd.take(seen):
            silent = f"silent for more than {seen.silent_seconds:.0f} s"
            return f"the lead was taken from {seen.leader.value}, {silent}"
    except OSError as error:
        return f"etcd does not answer: {error}"
    return None


def watch(etcd: Etcd, me: str) -> None:
    """Look again and again, for ever; what stays the same is said once."""
    said = None
    while True:
        found = look(etcd, me)
        if found is not None and found != said:
            sys.stderr.write(f"lead watch: {found}\n")
            sys.stderr.flush()
        said = found
        time.sleep(LOOK_SECONDS)


if __name__ == "__main__":
    watch(
        Etcd(
            os.environ["PATRONI_ETCD3_HOSTS"].replace(" ", "").split(","),
            os.environ.get("PATRONI_SCOPE", "chancery"),
            os.environ.get("PATRONI_ETCD3_PROTOCOL", "http"),
        ),
        os.environ["PATRONI_NAME"],
    )
