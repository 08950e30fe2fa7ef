"""The leader's machine fails under load: writes resume, and nothing acknowledged is lost."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.api.conftest import Service
from tests.failover.cluster import Cluster
from tests.failover.failing import fail, rejoin
from tests.failover.load import Load
from tests.failover.recording import Sender, hold

#: Nothing here fails a disk.
SETTINGS = {"fsync": "off", "full_page_writes": "off"}
WRITERS = 3


@pytest.mark.needs("etcd")
def test_what_was_acknowledged_outlives_the_leader_and_is_there_once(tmp_path: Path):
    with Cluster(settings=SETTINGS) as cluster:
        service = Service(tmp_path, "--store", cluster.url())
        sender = Sender(service, WRITERS)
        try:
            with Load(sender, WRITERS, pause_seconds=0.05) as load:
                time.sleep(1)
                old, _ = fail(cluster, load)
                # It did not expire: it was taken, by the standby's word and for the reason.
                (standby,) = [node for node in cluster.nodes if node is not old]
                watched = cluster.log(f"{standby.name}-watch").read_text()
                assert f"the lead was taken from {old.name}, silent for more than 7 s" in watched
                rejoin(cluster, old)
            with service.client() as client:
                hold(load, client, cluster.url())
        finally:
            sender.close()
            service.stop()
