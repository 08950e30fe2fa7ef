"""The leader fails under load, and what the wait until the next acknowledgement is made of."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.failover.cluster import Cluster, Node, until
from tests.failover.load import Load

_UNIT_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Wait:
    """Seconds, each from where the one before ended; and those without any acknowledgement."""

    lead_kept: float
    """Until etcd no longer named the leader that failed."""
    lead_taken: float
    """Until it named one."""
    promoted: float
    """Until that one's PostgreSQL took writes."""
    acknowledged: float
    """Until the next write was acknowledged: connections are found and made again."""
    silence: float
    """From the last acknowledgement before to the first after."""


def machine(_: Cluster, node: Node) -> None:
    """Its machine fails: nobody can say so, and the lead has to expire."""
    node.kill()


def fenced(cluster: Cluster, node: Node) -> None:
    """Its machine fails, somebody makes sure that it is off, and takes the lead from it."""
    node.kill()
    cluster.take_lead()


def processes(_: Cluster, node: Node) -> None:
    """PostgreSQL and Patroni are killed, and the unit starts Patroni again after a second."""
    node.kill()
    time.sleep(_UNIT_SECONDS)
    node.start()


def database(_: Cluster, node: Node) -> None:
    """PostgreSQL alone is killed, and Patroni sees it."""
    node.kill_database()


def switchover(_: Cluster, node: Node) -> None:
    """Nothing fails: the lead is handed over, to look after the machine."""
    node.hand_over()


#: How a leader can fail, and whether it must be started again afterwards.
MANNERS: Mapping[str, Callable[[Cluster, Node], None]] = {
    "machine": machine,
    "fenced": fenced,
    "processes": processes,
    "database": database,
    "switchover": switchover,
}
_GONE = (machine, fenced)


def fail(
    cluster: Cluster, load: Load, manner: Callable[[Cluster, Node], None] = machine
) -> tuple[Node, Wait]:
    """Let the leader fail; gives it, once writes have resumed."""
    old = until("a leader with a synchronous standby", cluster.followed)
    failed = time.monotonic()
    manner(cluster, old)
    until("the lead to be given up", lambda: cluster.leader() != old.name or old.led())
    given_up = time.monotonic()
    until("the lead to be taken", cluster.leader)
    taken = time.monotonic()
    until("the leader to take writes", lambda: any(n.led() for n in cluster.led_by()))
    led = time.monotonic()
    until("a write", lambda: load.acknowledged_beyond(led))
    began, ended = load.silence(failed)
    resumed = max(0.0, ended - led)
    return old, Wait(given_up - failed, taken - given_up, led - taken, resumed, ended - began)


def rejoin(cluster: Cluster, old: Node, manner: Callable[[Cluster, Node], None] = machine) -> float:
    """Start a node that is gone again; the seconds until a standby's word is awaited as before."""
    started = time.monotonic()
    if manner in _GONE:
        old.start()
    until("a synchronous standby", cluster.followed, 120)
    return time.monotonic() - started
