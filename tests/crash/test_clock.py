"""The clock is set forward, and back: `recorded_at` never goes back, and what was known stays."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

from tests.crash import clock
from tests.crash.act import PARTIES
from tests.crash.checks import read_log, verify
from tests.crash.ledger import Ledger
from tests.crash.load import Writer
from tests.crash.service import Service
from tests.process import Warm

_DAY = 86_400.0
#: How the clock stands, one after another; but for once the service is killed in between.
COURSE = [("right", 0.0), ("ahead", _DAY), ("right again", 0.0), ("behind", -_DAY), ("right", 0.0)]


class Years:
    """A service whose clock is set, and everything that it was asked and answered."""

    def __init__(self, folder: Path, warm: Warm) -> None:
        self._clock = folder / "clock"
        clock.put(self._clock, 0)
        self.warm = warm
        self.ledger = Ledger()
        self.draw = random.Random("clock")
        settings = {clock.FILE: str(self._clock), "CHANCERY_WEBHOOKS": "0"}
        self.service = Service(f"sqlite:///{folder / 'acts.db'}", folder, settings)
        self.answers: dict[str, bytes] = {}

    def at(self, name: str, seconds: float) -> list[str]:
        """Set the clock and record; gives when the records say that they were recorded."""
        clock.put(self._clock, seconds)
        before = len(self.ledger.entries)
        writer = Writer(name, self.draw, self.ledger)
        with self.service.wire() as wire:
            for _ in range(8):
                writer.one(wire)
            read_log(self.ledger, wire)
        self.ledger.settle()
        return [entry.recorded_at for entry in self.ledger.entries[before:]]

    def ask(self, instant: str) -> None:
        """Ask what was known at an instant, and remember the answer."""
        a, b = sorted(self.draw.sample(PARTIES, 2))
        for path in (
            f"/v1/relationships/{a}-{b}?as_of=2015-06-30&known_at={quote(instant)}",
            f"/v1/acts?as_of=2015-06-30&known_at={quote(instant)}",
        ):
            with self.service.wire() as wire:
                answer = wire.get(path)
            assert answer.status == 200, answer
            self.answers[path] = answer.body

    def compare(self) -> None:
        with self.service.wire() as wire:
            for path, body in self.answers.items():
                assert wire.get(path).body == body, path


def moment(days: float = 0) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).isoformat()


def test_records_are_in_order_of_time_whatever_the_clock_does(tmp_path, warm: Warm) -> None:
    years = Years(tmp_path, warm)
    service = years.service
    try:
        service.start(warm)
        for number, (name, seconds) in enumerate(COURSE):
            times = years.at(f"{number}", seconds)
            # The ledger has seen that none is earlier than the one before.
            assert times == sorted(times)
            if name == "right" and number == 0:
                assert times[-1] < moment()
            else:
                # Once the clock was ahead, all that follows is not before what it recorded then.
                assert times[0] > moment(0.9)
            # What was known when the last record came is what it will always have been.
            years.ask(times[-1])
            years.compare()
            if name != "right again":
                service.kill()
                service.start(warm)
        years.compare()
        service.stop()
        assert verify(warm, service.store, tmp_path, [], "all") == len(years.ledger.entries)
    finally:
        service.kill()
