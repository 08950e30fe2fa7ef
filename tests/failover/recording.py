"""What the load records through the service, and how the record is held to it afterwards."""

from __future__ import annotations

import subprocess
from collections import Counter

import httpx

from tests.api.conftest import Service
from tests.failover.load import Load, Unanswered
from tests.process import CHANCERY

_TALK = {
    "type": "talk.held",
    "date": "2024-03-08",
    "parties": [{"party": "KAZ"}, {"party": "KGZ"}],
}
#: Longer than the service waits for its store before it says that there is none.
_PATIENCE_SECONDS = 40


class Sender:
    """Records one act a key, each writer on a connection of its own."""

    def __init__(self, service: Service, writers: int) -> None:
        self._clients = [
            httpx.Client(base_url=service.address, timeout=_PATIENCE_SECONDS)
            for _ in range(writers)
        ]

    def __call__(self, writer: int, key: str) -> None:
        """Record it; raises unless it is acknowledged."""
        answer = self._clients[writer].post(
            "/v1/acts",
            json={"act_id": f"load:{key}", "events": [_TALK]},
            headers={"Idempotency-Key": key},
        )
        if answer.status_code != 201:
            raise Unanswered(f"{answer.status_code} {answer.text}")

    def close(self) -> None:
        """Let go of the connections."""
        for client in self._clients:
            client.close()


def recorded(client: httpx.Client) -> Counter[str]:
    """How often each key was recorded, by the feed."""
    keys: Counter[str] = Counter()
    after = 0
    while True:
        page = client.get("/v1/events", params={"after": after, "limit": 500}).raise_for_status()
        document = page.json()
        if not document["events"]:
            return keys
        keys.update(record["act_id"].removeprefix("load:") for record in document["events"])
        after = document["next"]


def hold(load: Load, client: httpx.Client, store: str) -> str:
    """Fail unless every acknowledged key is recorded, none is twice, and the store verifies.

    Gives what was found, in a line.
    """
    found = recorded(client)
    lost = [key for key in load.acknowledged if not found[key]]
    doubled = [key for key, times in found.items() if times > 1]
    strange = set(found) - load.sent
    verified = subprocess.run(
        [*CHANCERY, "verify", "--store", store], capture_output=True, timeout=3_600, check=False
    )
    line = (
        f"{len(load.acknowledged)} acknowledged, {len(lost)} lost, {len(doubled)} doubled, "
        f"{len(load.faults)} sendings failed and sent again"
    )
    assert not lost, f"{line}: {lost[:5]}"
    assert not doubled, f"{line}: {doubled[:5]}"
    assert not strange, f"recorded, and never sent: {sorted(strange)[:5]}"
    assert verified.returncode == 0, verified.stdout + verified.stderr
    return line
