"""A campaign: the service is killed again and again under load, and checked after each restart."""

from __future__ import annotations

import csv
import os
import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import orjson

from tests.crash.act import Act
from tests.crash.checks import Kept, ask_again, read_log, verify
from tests.crash.crowd import Crowd
from tests.crash.deed import Deed, Request, plain
from tests.crash.figures import Figures
from tests.crash.follower import Follower
from tests.crash.ledger import Ledger
from tests.crash.load import Writer
from tests.crash.loss import Loss
from tests.crash.service import Service
from tests.crash.wire import Unanswered, Wire
from tests.process import Exec, Launcher, Running

#: What happens when the service is killed, and how often.
MOMENTS = {"load": 10, "opening": 3, "rebuild": 2, "import": 2, "erasure": 1}
_ORIGIN = "chancery.example/crash"
#: Answers that the writers have had before anything is killed.
_LEAST = 2
#: How many acts a file that is imported has, and what their lives are.
_IMPORTED = 40
_HELD = ({"type": "talk.opened"}, {"type": "talk.held"})


class Campaign:
    """Kills on one store; `finish` gives up the store, verified."""

    def __init__(
        self,
        store: str,
        folder: Path,
        draw: random.Random,
        warm: Launcher,
        figures: Figures,
        *,
        writers: int = 4,
        execed: float = 0.1,
        load_seconds: float = 0.6,
        moments: Mapping[str, float] = MOMENTS,
    ) -> None:
        self._draw = draw
        self._folder = folder
        self._warm = warm
        self._writers = writers
        self._execed = execed
        self._load_seconds = load_seconds
        self._moments = moments
        self._round = 0
        self._acts: list[Act] = []
        self._owed: list[Request] = []
        self._imports: list[Path] = []
        key = folder / "log.key"
        if not key.exists():
            out = folder / "key.out"
            assert not warm.run(["log", "key", "new", _ORIGIN, "-o", str(key)], out).code(), out
        settings = {
            "CHANCERY_LOG_KEY": str(key),
            # The key signs each history's log: what it has signed is kept for each.
            "CHANCERY_LOG_HEADS": str(folder / f"{Path(store).name}.signed"),
            "CHANCERY_CHECKPOINT_SECONDS": "0.1",
            "CHANCERY_WEBHOOKS": "0",
        }
        self.figures = figures
        self.service = Service(store, folder, settings)
        self.ledger = Ledger()
        self.kept = Kept(folder, draw)
        self.follower = Follower()

    def kill(self, moment: str | None = None, *, execed: bool | None = None) -> None:
        """One kill and what follows it, up to the service that stands again, checked.

        The moment is drawn if none is given, and so is whether the process is one of its own.
        Raises `Loss`.
        """
        drawn = self._draw.choices(list(self._moments), list(self._moments.values()))[0]
        by_lot = self._draw.random() < self._execed
        with answering(self.service):
            self._kill(moment or drawn, by_lot if execed is None else execed)

    def _kill(self, moment: str, execed: bool) -> None:
        self._round += 1
        launcher: Launcher = Exec() if execed else self._warm
        if moment == "opening":
            self._kill_opening(launcher)
        else:
            if self.service.running is None or execed:
                self.service.kill()
                self._start(launcher)
            self._kill_at_work(moment)
        self.figures.kills[moment] += 1
        self.figures.execed += execed
        self._recover()

    def _kill_opening(self, launcher: Launcher) -> None:
        """Kill it while it opens a store that it did not close."""
        self.service.kill()
        self.service.begin(launcher)
        usual = median(self.figures.starts or [0.5])
        self.service.running.ended(self._draw.uniform(0, usual * 1.2))  # type: ignore[union-attr]
        self.service.kill()

    def _kill_at_work(self, moment: str) -> None:
        weights = {"erase": 10.0} if moment == "erasure" else {}
        owed, self._owed = self._owed, []
        writers = [
            Writer(
                f"r{self._round}w{number}",
                random.Random(self._draw.random()),
                self.ledger,
                weights=weights,
                acts=self._acts[number :: self._writers],
                owed=owed[number :: self._writers],
            )
            for number in range(self._writers)
        ]
        self.follower.start(self.service.wire)
        crowd = Crowd(writers)
        crowd.start(self.service.wire)
        beside = self._beside(moment)
        crowd.wait_for(_LEAST)
        time.sleep(self._draw.uniform(0, self._load_seconds))
        doomed = [running for running in beside if self._draw.random() < 0.7]
        # Whoever of them is hit first.
        kills: list[Callable[[], object]] = [self.service.kill, *(one.end for one in doomed)]
        self._draw.shuffle(kills)
        for kill in kills:
            kill()
        crowd.stop()
        for running in beside:
            running.code()
        acts = [act for writer in writers for act in writer.certain()]
        self._acts = self._draw.sample(acts, min(len(acts), 6 * self._writers))
        self.figures.waited_seconds = max(
            self.figures.waited_seconds, *(writer.waited_seconds for writer in writers)
        )

    def _beside(self, moment: str) -> list[Running]:
        """Other processes at work on the store."""
        store = ["--store", self.service.store]
        if moment == "rebuild":
            out = self._folder / "rebuild.out"
            return [self._warm.run(["rebuild", "--cores", "1", *store], out)]
        if moment == "import":
            file = self._made_import()
            self._imports.append(file)
            out = self._folder / "import.out"
            return [self._warm.run(["import", "csv", str(file), *store], out)]
        return []

    def _made_import(self) -> Path:
        """A file of acts, each of them a deed."""
        mark = f"import{self._round}"
        file = self._folder / f"{mark}.csv"
        deeds, rows = [], []
        for number in range(_IMPORTED):
            act = Act(f"crash:{mark}.{number}", _HELD, ("CHN", "TUR"))
            marked = [
                plain(f"{mark}.{number}", place, {**event, "key": f"{place}"})
                for place, event in enumerate(act.events(self._draw, 2))
            ]
            for sent, _ in marked:
                parties = orjson.dumps(sent["parties"]).decode() if "parties" in sent else ""
                rows.append({**sent, "act_id": act.act_id, "parties": parties})
            records = tuple(expected for _, expected in marked)
            deeds.append(Deed(f"{mark}.{number}", act.act_id, records))
        with file.open("w", newline="") as lines:
            table = csv.DictWriter(lines, ("act_id", "type", "key", "date", "parties", "note"))
            table.writeheader()
            table.writerows(rows)
        self.ledger.expect(deeds)
        return file

    def _start(self, launcher: Launcher) -> None:
        started = time.monotonic()
        self.service.start(launcher)
        if launcher is self._warm:
            self.figures.starts.append(time.monotonic() - started)

    def _recover(self) -> None:
        """Start it, and hold it to what it promised."""
        self._start(self._warm)
        with self.service.wire() as wire:
            self._check(wire)

    def _check(self, wire: Wire) -> None:
        read_log(self.ledger, wire)
        self.follower.compare(self.ledger)
        self.ledger.settle()
        open_ones = self.ledger.unanswered()
        self.figures.unanswered += sum(request.tries == 1 for request in open_ones)
        # Some are asked again under the next load, and may be killed a second time.
        self._owed = [request for request in open_ones if self._draw.random() < 0.2]
        for request in open_ones:
            if request not in self._owed:
                self.figures.recorded_unanswered += ask_again(request, self.ledger, wire)
        read_log(self.ledger, wire)
        self.ledger.settle()
        self.kept.ask(self.ledger, wire)
        self.kept.compare(wire, 2)
        self.kept.checkpoint(wire)

    def verify(self) -> None:
        """`chancery verify`, beside the service, against checkpoints that were given."""
        some = self._draw.sample(self.kept.checkpoints, min(5, len(self.kept.checkpoints)))
        verify(self._warm, self.service.store, self._folder, some)
        self.figures.verified += 1

    def finish(self, last: Launcher | None = None) -> None:
        """Everything once more, from the first record on; then the service is stopped."""
        with answering(self.service):
            self._finish(last or Exec())

    def _finish(self, last: Launcher) -> None:
        with self.service.wire() as wire:
            for request in self._owed:
                self.figures.recorded_unanswered += ask_again(request, self.ledger, wire)
            for file in self._imports:
                self._finish_import(file, wire)
            read_log(self.ledger, wire)
            read_log(self.ledger, wire, whole=True)
            self.ledger.settle(every=True)
            if self.ledger.unanswered():
                raise Loss("answer", f"still unanswered: {self.ledger.unanswered()}")
            self.kept.compare(wire, len(self.kept.answers))
        self.service.stop()
        if "behind what was signed" in self.service.out.read_text(errors="replace"):
            raise Loss("lost", "a record that a checkpoint covers")
        some = self._draw.sample(self.kept.checkpoints, min(20, len(self.kept.checkpoints)))
        count = verify(last, self.service.store, self._folder, some, "all")
        if count != len(self.ledger.entries):
            raise Loss("lost", f"{count} records verified of {len(self.ledger.entries)}")
        self.figures.verified += 1
        self.figures.records += count
        self.figures.acknowledged += sum(
            request.answer is not None and request.answer.status in (200, 201)
            for request in self.ledger.requests.values()
        )
        self.figures.followed += self.follower.reached
        self.figures.compared += self.kept.compared
        self.figures.checkpoints += len(self.kept.checkpoints)

    def _finish_import(self, file: Path, wire: Wire) -> None:
        """What was imported by halves is imported whole by the same command, and once."""
        read_log(self.ledger, wire)
        out = self._folder / "import.out"
        store = ["--store", self.service.store]
        if self._warm.run(["import", "csv", str(file), *store], out).code():
            raise Loss("answer", f"import: {out.read_text()[-500:]}")
        read_log(self.ledger, wire)
        for deed in self.ledger.deeds(file.stem):
            if not self.ledger.positions(deed):
                raise Loss("lost", f"{deed.mark} was imported")
        file.unlink()

    def __enter__(self) -> Campaign:
        return self

    def __exit__(self, *exception: object) -> None:
        self.service.kill()
        self.follower.join()


@contextmanager
def answering(service: Service) -> Iterator[None]:
    """Where the service stands, it answers: that it does not is a `Loss`."""
    try:
        yield
    except (Unanswered, TimeoutError) as error:
        raise Loss("silent", f"{error!r}: {service.output()[-2_000:]}") from error


def seed_of(given: int | None) -> int:
    """The seed that was given, or one by lot."""
    return int.from_bytes(os.urandom(4)) if given is None else given
