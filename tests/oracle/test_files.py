"""The product and the naive reading agree on the histories that come with the program."""

from __future__ import annotations

import pytest

from tests.api.samples import SAMPLES
from tests.oracle.files import acts_of, differing, records_of

FILES = {
    "eurasian-2024": "eurasian_partnership_2024.json",
    "hsg-relations": "hsg_rdcr_raw.tar.gz",
    "us-mission-status": "us_mission_status_range_cow_v0.1.csv",
    "hsg-visits": "hsg_visits_raw.tar.gz",
}


@pytest.mark.parametrize("name", FILES)
def test_on_a_bundled_file_the_two_answer_alike(name: str) -> None:
    paths = [path for path in SAMPLES.iterdir() if path.name == FILES[name]]
    assert paths
    records = records_of(acts_of(name, paths, 300, seed=7))
    assert list(differing(records, 60, seed=7)) == []
