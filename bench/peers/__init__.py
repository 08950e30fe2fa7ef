"""The peers: each does the same work in its own natural way, in a process of its own."""

from __future__ import annotations

from importlib import import_module

from bench.peers.peer import Peer

#: Name -> where its class stands. The order is that of the report's columns.
PEERS = {
    "chancery": "bench.peers.chancery:ChanceryPeer",
    "eventsourcing-aggregates": "bench.peers.aggregates:Aggregates",
    "eventsourcing-log": "bench.peers.notifications:NotificationLog",
    "simple-history": "bench.peers.simple_history:SimpleHistory",
    "postgres-temporal": "bench.peers.postgres:Temporal",
    "postgres-bitemporal": "bench.peers.postgres:Bitemporal",
    "duckdb": "bench.peers.duck:Duck",
    "umadb": "bench.peers.uma:Uma",
    "emmett": "bench.peers.emmett:Emmett",
}


def peer(name: str) -> type[Peer]:
    """The class of a peer; its packages are imported only now."""
    module, _, found = PEERS[name].partition(":")
    kind: type[Peer] = getattr(import_module(module), found)
    return kind
