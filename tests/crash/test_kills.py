"""A short campaign of kills; the long one is `python -m tests.crash` (docs/crash.md)."""

from __future__ import annotations

import random

from tests.crash.campaign import MOMENTS, Campaign, seed_of
from tests.crash.figures import Figures
from tests.crash.process import Warm
from tests.crash.stores import Files


def test_nothing_acknowledged_is_lost_and_nothing_is_recorded_twice(tmp_path, warm: Warm) -> None:
    figures, seed = Figures(), seed_of(None)
    campaign = Campaign(
        Files(tmp_path).fresh(), tmp_path, random.Random(seed), warm, figures, execed=0
    )
    with campaign:
        try:
            for moment in MOMENTS:
                campaign.kill(moment)
            # Once as a user starts it.
            campaign.kill("load", execed=True)
            campaign.finish(warm)
        except AssertionError as loss:
            loss.add_note(f"seed {seed}")
            raise
    assert figures.kills.total() == len(MOMENTS) + 1
    assert figures.acknowledged > figures.unanswered > 0
