"""A run: two services on one store, clients at both, and one that is killed if that is asked."""

from __future__ import annotations

import random
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.crash.service import Service
from tests.linear.checker import Operation
from tests.linear.clients import History, at_work
from tests.linear.model import Append
from tests.process import Warm

_SETTINGS = {"CHANCERY_WEBHOOKS": "0"}


def recorded_history(
    store: str,
    folder: Path,
    warm: Warm,
    draw: random.Random,
    *,
    clients: int = 8,
    operations: int = 40,
    killed: bool = False,
) -> list[Operation]:
    """What so many clients saw who asked so often each, on a store that was empty."""
    services = [Service(store, folder, _SETTINGS, name=name) for name in ("one", "other")]
    history, sent = History(), list[Append]()
    try:
        for service in services:
            service.start(warm)
        with ThreadPoolExecutor(2 * clients) as pool:
            load = {"clients": clients, "operations": operations}
            work = at_work(services, history, pool, draw, sent, name="c", **load)
            if killed:
                answers = len(history.operations) + draw.randint(10, 2 * clients)
                while len(history.operations) < answers:
                    time.sleep(0.001)
                services[0].kill()
                services[0].start(warm)
                # They go on with what was asked before, and is yet unanswered.
                work += at_work(services[:1], history, pool, draw, sent, name="d", **load)
            for one in work:
                one.result()
        for service in services:
            service.stop()
    finally:
        for service in services:
            service.kill()
    return history.operations
