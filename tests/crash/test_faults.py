"""The harness finds what it is for: a fault put into the service is named by its kind."""

from __future__ import annotations

import random

import pytest

from tests.crash.campaign import Campaign
from tests.crash.faults import FAULTS
from tests.crash.figures import Figures
from tests.crash.loss import Loss
from tests.crash.stores import Files
from tests.process import Warm

#: The most kills before a fault must have shown itself.
_MOST = 12
KINDS = {
    "answers before it commits": {"lost"},
    "forgets idempotency keys": {"doubled", "answer"},
    "records events one by one": {"halved", "doubled"},
    "leaves rows of the index out": {"differs", "answer"},
}


def run(campaign: Campaign, warm: Warm) -> None:
    for _ in range(_MOST):
        campaign.kill()
    campaign.finish(warm)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_put_into_the_service_is_found(fault, tmp_path, warm: Warm) -> None:
    warm.fault = fault
    draw = random.Random(fault)
    campaign = Campaign(
        Files(tmp_path).fresh(), tmp_path, draw, warm, Figures(), execed=0, moments={"load": 1}
    )
    with campaign, pytest.raises(Loss) as found:
        run(campaign, warm)
    assert found.value.kind in KINDS[fault], found.value
