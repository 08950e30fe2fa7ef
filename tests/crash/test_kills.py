"""A short campaign of kills; the long one is `make crash` (docs/crash.md)."""

from __future__ import annotations

import random

import pytest

from tests import postgres
from tests.crash.campaign import MOMENTS, Campaign, seed_of
from tests.crash.figures import Figures
from tests.process import Warm

#: By store: the moments of kills of a process that was forked, and of one that a user starts.
COURSES = {
    "sqlite": ([*MOMENTS], ["load"]),
    "postgresql": (["load", "rebuild"], []),
}


@pytest.mark.parametrize("store", COURSES)
def test_nothing_acknowledged_is_lost_and_nothing_is_recorded_twice(
    store, tmp_path, warm: Warm
) -> None:
    url = postgres.database() if store == "postgresql" else f"sqlite:///{tmp_path / 'acts.db'}"
    figures, seed = Figures(), seed_of(None)
    campaign = Campaign(url, tmp_path, random.Random(seed), warm, figures, execed=0)
    forked, execed = COURSES[store]
    with campaign:
        try:
            for moment in forked:
                campaign.kill(moment, execed=False)
            for moment in execed:
                campaign.kill(moment, execed=True)
            campaign.finish(warm)
        except AssertionError as loss:
            loss.add_note(f"seed {seed}")
            raise
    assert figures.kills.total() == len(forked) + len(execed)
    assert figures.acknowledged > 0
    assert figures.unanswered > 0
