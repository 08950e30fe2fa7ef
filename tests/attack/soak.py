"""A soak: `python -m tests.attack.soak`; a service at work for an hour, and what it holds.

Clients record, correct, retract and erase, ask, export, replay and follow, and some of them leave
in the midst of an answer. What the service holds of the machine is looked at all the while: it must
not grow with time. Then all that was acknowledged must be there once. See docs/load.md.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from threading import Event, Thread

from events.address import without_password
from events.store.snapshots import OLDEST_SECONDS
from tests.attack.besieged import Besieged
from tests.attack.siege import MOST_MEGABYTES
from tests.crash.act import PARTIES
from tests.crash.campaign import seed_of
from tests.crash.checks import Kept, read_log, verify
from tests.crash.ledger import Ledger
from tests.crash.load import Writer
from tests.crash.loss import Loss
from tests.crash.stores import stores
from tests.crash.wire import Unanswered, Wire
from tests.process import Exec, Warm

_ORIGIN = "chancery.example/soak"
_SAMPLE_SECONDS = 10
_RELEASED_SECONDS = 10
#: A writer hands its acts over now and then, so that no act becomes endless.
_DEEDS_OF_A_WRITER = 200
#: What may be more at the end than in the middle, for reasons that are no leak.
_ALLOWED = {"memory MB": 24, "handles": 8, "threads": 4, "wal MB": 16}
_OLDEST = "chancery_oldest_snapshot_seconds"
#: The memory that must not grow where SQLite's pages are told apart: they fill up with the store.
_BESIDE = "beside pages MB"


@dataclass
class Sample:
    """What the service holds at a moment."""

    seconds: float
    records: int
    held: dict[str, float]

    def __str__(self) -> str:
        shown = ", ".join(f"{name} {value:.0f}" for name, value in self.held.items())
        return f"{self.seconds / 60:5.1f} min: {self.records} records, {shown}"


class Soak:
    """The clients of one service, each in a thread, until they are stopped."""

    def __init__(self, besieged: Besieged, folder: Path, draw: random.Random, rate: float) -> None:
        """`rate` is how many requests each kind of client sends a second, at most."""
        self.besieged = besieged
        self.ledger = Ledger()
        self.kept = Kept(folder, draw)
        self.failures: list[BaseException] = []
        self.done: dict[str, int] = {}
        self._draw = draw
        self._rate = rate
        self._stopped = Event()
        self._threads: list[Thread] = []

    def wire(self) -> Wire:
        return Wire("127.0.0.1", self.besieged.port)

    def begin(self) -> None:
        """Let all begin."""
        clients: dict[str, tuple[Callable[[random.Random], None], float]] = {
            "states": (self._state, 1),
            "timelines": (self._timeline, 1),
            "evidence": (self._evidence, 5),
            "exports": (self._export, 10),
            "replays left": (self._leave_replay, 5),
            "exports left": (self._leave_export, 15),
            "streams left": (self._leave_stream, 5),
            "half heads": (self._half_head, 5),
        }
        for name, (does, seconds) in clients.items():
            self._go(name, does, seconds / self._rate)
        for number in range(3):
            drawn = random.Random(self._draw.random())
            thread = Thread(target=self._write, args=(number, drawn), daemon=True)
            self._threads.append(thread)
            thread.start()

    def end(self) -> None:
        """Let them finish what they are at; raises what one of them found."""
        self._stopped.set()
        for thread in self._threads:
            thread.join()
        for failure in self.failures:
            raise failure

    def _go(self, name: str, does: Callable[[random.Random], None], seconds: float) -> None:
        draw = random.Random(self._draw.random())

        def work() -> None:
            try:
                while not self._stopped.wait(draw.uniform(0, 2 * seconds)):
                    does(draw)
                    self.done[name] = self.done.get(name, 0) + 1
            except BaseException as error:  # noqa: BLE001 - it is raised where all are ended
                self.failures.append(error)

        thread = Thread(target=work, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _write(self, number: int, draw: random.Random) -> None:
        # An act that all of them go on with for an hour would become one as no service has.
        weights = {"contest": 0}
        writer, begun = Writer(f"soak{number}", draw, self.ledger, weights=weights), 1
        wire = self.wire()
        try:
            while not self._stopped.wait(draw.uniform(0, 2 / self._rate)):
                writer.one(wire)
                writer.answered += 1
                if writer.answered == _DEEDS_OF_A_WRITER:
                    acts = writer.certain()
                    kept = draw.sample(acts, min(len(acts), 4))
                    name = f"soak{number}-{begun}"
                    writer = Writer(name, draw, self.ledger, weights=weights, acts=kept)
                    begun += 1
                self.done["writes"] = self.done.get("writes", 0) + 1
        except BaseException as error:  # noqa: BLE001 - it is raised where all are ended
            self.failures.append(error)
        finally:
            wire.close()

    def _asked(self, path: str) -> bytes:
        status, _, body = self.besieged.ask("GET", path)
        if status not in (200, 503):
            raise Loss("answer", f"{path}: {status} {body[:500]!r}")
        return body

    def _state(self, draw: random.Random) -> None:
        day = f"{draw.randint(1990, 2025)}-{draw.randint(1, 12):02}-11"
        self._asked(f"/v1/relationships/{_pair(draw)}?as_of={day}")

    def _timeline(self, draw: random.Random) -> None:
        self._asked(f"/v1/relationships/{_pair(draw)}/timeline?limit=50")

    def _evidence(self, draw: random.Random) -> None:
        self._asked(f"/v1/relationships/{_pair(draw)}/evidence?as_of=2020-01-01")

    def _export(self, draw: random.Random) -> None:
        view = draw.choice(("acts.jsonl", "acts.csv", "relationships.csv"))
        self._asked(f"/v1/exports/{view}?party={draw.choice(PARTIES)}")

    def _leave_replay(self, draw: random.Random) -> None:
        self._leave(f"/v1/relationships/{_pair(draw)}/replay", draw)

    def _leave_export(self, draw: random.Random) -> None:
        self._leave("/v1/exports/acts.jsonl", draw)

    def _leave_stream(self, draw: random.Random) -> None:
        self._leave("/v1/events/stream", draw)

    def _leave(self, path: str, draw: random.Random) -> None:
        """Ask, take a little, stand still for a while, and go."""
        with suppress(OSError), self.besieged.connected(4_096) as connection:
            connection.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
            connection.recv(draw.choice((1, 100, 4_000)))
            self._stopped.wait(draw.uniform(0, 5))

    def _half_head(self, draw: random.Random) -> None:
        with suppress(OSError), self.besieged.connected() as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: 127")
            connection.shutdown(draw.choice((socket.SHUT_WR, socket.SHUT_RD)))
            self._stopped.wait(draw.uniform(0, 3))


def _pair(draw: random.Random) -> str:
    return "-".join(sorted(draw.sample(PARTIES, 2)))


def grown(samples: list[Sample]) -> list[str]:
    """What was more in the last quarter than in the one before, beyond what is allowed."""
    quarter = max(1, len(samples) // 4)
    third, last = samples[-2 * quarter : -quarter], samples[-quarter:]
    found = []
    apart = all(_BESIDE in sample.held for sample in samples)
    for name, allowed in _ALLOWED.items():
        held = _BESIDE if apart and name == "memory MB" else name
        before, after = (
            median(sample.held.get(held, 0) for sample in part) for part in (third, last)
        )
        if third and after > before + allowed:
            found.append(f"{held}: {before:.0f} in the third quarter, {after:.0f} in the last")
    most = max((sample.held["memory MB"] for sample in samples), default=0)
    if most >= MOST_MEGABYTES:
        found.append(f"memory MB: {most:.0f}")
    oldest = max((sample.held["snapshot s"] for sample in samples), default=0)
    if oldest > OLDEST_SECONDS + _SAMPLE_SECONDS:
        found.append(f"a snapshot was open for {oldest:.0f} s")
    return found


def soak(store: str, folder: Path, seconds: float, rate: float, draw: random.Random) -> list[str]:
    """One soak; gives what did not hold, and says what it sees. Raises `Loss`."""
    key = folder / "log.key"
    with Warm() as warm:
        out = folder / "key.out"
        assert not warm.run(["log", "key", "new", _ORIGIN, "-o", str(key)], out).code(), out
    settings = {"CHANCERY_LOG_KEY": str(key), "CHANCERY_CHECKPOINT_SECONDS": "1"}
    besieged = Besieged(store, folder, settings, pages=store.startswith("sqlite:"))
    try:
        clients = Soak(besieged, folder, draw, rate)
        start, begun, samples = besieged.held(), time.monotonic(), []
        clients.begin()
        while time.monotonic() - begun < seconds and not clients.failures:
            time.sleep(min(_SAMPLE_SECONDS, seconds))
            with clients.wire() as wire:
                read_log(clients.ledger, wire)
                clients.kept.ask(clients.ledger, wire)
                clients.kept.compare(wire, 1)
                clients.kept.checkpoint(wire)
            records = len(clients.ledger.entries)
            held = besieged.held() | {"snapshot s": besieged.number(_OLDEST)}
            samples.append(Sample(time.monotonic() - begun, records, held))
            if len(samples) % 6 == 1:
                say(str(samples[-1]))
        clients.end()
        say(f"asked and recorded: {json.dumps(clients.done)}")
        time.sleep(_RELEASED_SECONDS)
        after = besieged.held()
        say(f"{_RELEASED_SECONDS} s after the last client: {Sample(0, records, after)}")
        broken = grown(samples)
        broken += [
            f"{name}: {start[name]:.0f} at first, {after[name]:.0f} when all had gone"
            for name in ("handles", "threads")
            if after[name] > start[name] + 4 * _ALLOWED[name]
        ]
        broken += besieged.unreleased()
        with clients.wire() as wire:
            read_log(clients.ledger, wire, whole=True)
            clients.ledger.settle(every=True)
            clients.kept.compare(wire, len(clients.kept.answers))
        errors = besieged.logged().count('"level":"error"')
        if errors:
            broken.append(f"errors logged: {errors}")
    finally:
        besieged.end()
    some = clients.kept.checkpoints[:: max(1, len(clients.kept.checkpoints) // 20)]
    count = verify(Exec(), store, folder, some)
    if count != len(clients.ledger.entries):
        raise Loss("lost", f"{count} records verified of {len(clients.ledger.entries)}")
    acknowledged = sum(
        request.answer is not None and request.answer.status in (200, 201)
        for request in clients.ledger.requests.values()
    )
    say(f"{count} records verified, {acknowledged} acknowledged requests, each there once")
    return broken


def main() -> int:
    read = argparse.ArgumentParser(prog="python -m tests.attack.soak", description=__doc__)
    read.add_argument("--minutes", type=float, default=60)
    read.add_argument("--store", default="sqlite", help="sqlite, postgresql, or the url of one")
    read.add_argument("--rate", type=float, default=2, help="requests of each client a second")
    read.add_argument("--seed", type=int, default=None, help="by lot if not given; it is printed")
    given = read.parse_args()
    seed = seed_of(given.seed)
    folder = Path(tempfile.mkdtemp(prefix="chancery-soak-"))
    store = without_password(given.store)
    say(f"seed {seed}, {given.minutes:g} minutes, store {store}, in {folder}")
    where = stores(given.store, folder)
    try:
        broken = soak(
            where.fresh(), folder, given.minutes * 60, given.rate, random.Random(f"{seed}")
        )
    except (Loss, Unanswered) as error:
        say(f"BROKEN: {error}")
        return 1
    finally:
        where.close()
    for line in broken:
        say(f"BROKEN: {line}")
    if not broken:
        shutil.rmtree(folder)
    say(f"broken: {len(broken)}")
    return 1 if broken else 0


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
