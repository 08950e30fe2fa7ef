"""Two services on one file: each writes, one is killed, the other goes on."""

from __future__ import annotations

import random

from tests.crash.checks import ask_again, read_log, verify
from tests.crash.crowd import Crowd
from tests.crash.follower import Follower
from tests.crash.ledger import Ledger
from tests.crash.load import Writer
from tests.crash.service import Service
from tests.process import Warm


def test_while_one_of_two_services_is_killed_the_other_goes_on(tmp_path, warm: Warm) -> None:
    store, draw, ledger = f"sqlite:///{tmp_path / 'acts.db'}", random.Random(2), Ledger()
    one, other = (Service(store, tmp_path, name=name) for name in ("one", "other"))
    follower = Follower()
    try:
        one.begin(warm)
        other.start(warm)
        one.ready()
        steady = Crowd([Writer(f"other{n}", draw, ledger) for n in range(2)])
        steady.start(other.wire)
        follower.start(other.wire)
        for number in range(2):
            crowd = Crowd([Writer(f"one{number}.{n}", draw, ledger) for n in range(2)])
            crowd.start(one.wire)
            crowd.wait_for(draw.randint(4, 20))
            one.kill()
            crowd.stop()
            one.start(warm)
        steady.stop()
        with one.wire() as wire:
            read_log(ledger, wire)
            ledger.settle()
            assert ledger.unanswered()
            for request in ledger.unanswered():
                assert request.key.startswith("one")
                ask_again(request, ledger, wire)
            read_log(ledger, wire)
            read_log(ledger, wire, whole=True)
            ledger.settle(every=True)
        other.stop()
        follower.compare(ledger)
        one.stop()
        assert verify(warm, store, tmp_path, [], "all") == len(ledger.entries)
    finally:
        one.kill()
        other.kill()
        follower.join()
