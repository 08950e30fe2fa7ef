"""Let leaders fail again and again, as deployed, and say what each wait was made of.

python -m tests.failover --rounds 20 --manner machine --manner database
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import astuple, fields
from pathlib import Path
from typing import Any

from tests.api.conftest import Service
from tests.failover.cluster import Cluster
from tests.failover.failing import MANNERS, Wait, fail, rejoin
from tests.failover.load import Load
from tests.failover.recording import Sender, hold

_WRITERS = 4
_NAMES = "abcde"
_PARTS = [field.name for field in fields(Wait)]


def run(
    rounds: int, manners: list[str], nodes: int, timing: Mapping[str, Any], watched: bool
) -> None:
    """Each manner so many times on one cluster with full durability; fails where a word is lost."""
    waits: dict[str, list[Wait]] = defaultdict(list)
    back: dict[str, list[float]] = defaultdict(list)
    with (
        tempfile.TemporaryDirectory(prefix="chancery-failover-service-") as folder,
        Cluster(_NAMES[:nodes], timing=timing, watched=watched) as cluster,
    ):
        service = Service(Path(folder), "--store", cluster.url())
        sender = Sender(service, _WRITERS)
        try:
            with Load(sender, _WRITERS) as load:
                for number in range(rounds):
                    for name in manners:
                        time.sleep(2)
                        old, wait = fail(cluster, load, MANNERS[name])
                        again = rejoin(cluster, old, MANNERS[name])
                        waits[name].append(wait)
                        back[name].append(again)
                        _say(f"{number + 1} {name}: {_parts(wait)}; a standby again in {again:.1f}")
            with service.client() as client:
                _say(hold(load, client, cluster.url()))
        finally:
            sender.close()
            service.stop()
    _say(f"\n| manner | rounds | {' | '.join(_PARTS)} | standby again |")
    _say(f"| --- | --- | {' | '.join('---' for _ in _PARTS)} | --- |")
    for name, several in waits.items():
        columns = [*zip(*map(astuple, several), strict=True), tuple(back[name])]
        cells = " | ".join(_spread(column) for column in columns)
        _say(f"| {name} | {len(several)} | {cells} |")


def _parts(wait: Wait) -> str:
    return ", ".join(
        f"{part} {value:.2f}" for part, value in zip(_PARTS, astuple(wait), strict=True)
    )


def _spread(values: tuple[float, ...]) -> str:
    return f"{statistics.median(values):.1f} ({min(values):.1f} to {max(values):.1f})"


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.failover", description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--manner", action="append", choices=list(MANNERS))
    parser.add_argument("--nodes", type=int, default=2, choices=(2, 3, 4, 5))
    parser.add_argument("--loop-wait", type=int, help="in place of the deployed one")
    parser.add_argument("--retry-timeout", type=int, help="in place of the deployed one")
    parser.add_argument("--unwatched", action="store_true", help="without the watch of the lead")
    given = parser.parse_args()
    asked = {"loop_wait": given.loop_wait, "retry_timeout": given.retry_timeout}
    run(
        given.rounds,
        given.manner or ["machine"],
        given.nodes,
        {name: value for name, value in asked.items() if value is not None},
        not given.unwatched,
    )
