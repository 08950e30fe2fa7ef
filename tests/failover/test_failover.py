"""The leader's machine fails under load: writes resume by themselves, and nothing told is lost."""

from __future__ import annotations

import time
from pathlib import Path

from tests.api.conftest import Service
from tests.failover.cluster import Cluster
from tests.failover.failing import fail, rejoin
from tests.failover.load import Load
from tests.failover.recording import Sender, hold

#: Nothing here fails a disk; and nodes find each other sooner, the lead being kept as long.
SETTINGS = {"fsync": "off", "full_page_writes": "off"}
TIMING = {"loop_wait": 1}
WRITERS = 3


def test_what_was_acknowledged_outlives_the_leader_and_is_there_once(tmp_path: Path):
    with Cluster(settings=SETTINGS, timing=TIMING) as cluster:
        service = Service(tmp_path, "--store", cluster.url())
        sender = Sender(service, WRITERS)
        try:
            with Load(sender, WRITERS, pause_seconds=0.05) as load:
                time.sleep(1)
                old, _ = fail(cluster, load)
                rejoin(cluster, old)
            with service.client() as client:
                hold(load, client, cluster.url())
        finally:
            sender.close()
            service.stop()
