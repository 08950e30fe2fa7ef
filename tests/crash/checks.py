"""The checks after a restart: the log as it is read, what was asked again, answers, the proof."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from tests.crash.act import PARTIES
from tests.crash.deed import Request
from tests.crash.ledger import Ledger, outcomes
from tests.crash.loss import Loss
from tests.crash.replies import again
from tests.crash.wire import Answer, Wire
from tests.process import Launcher

_PAGE = 500
#: A verification makes every state again, on a machine that may do much besides.
_VERIFY_SECONDS = 600


def read_log(ledger: Ledger, wire: Wire, *, whole: bool = False) -> None:
    """Read what the log holds beyond what was seen, or all of it; raises `Loss`."""
    after, seen = (0, len(ledger.entries)) if whole else (len(ledger.entries), 0)
    while True:
        answer = wire.get(f"/v1/events?after={after}&limit={_PAGE}")
        if answer.status != 200:
            raise Loss("answer", f"the log beyond {after}: {answer.body!r}")
        records = answer.json()["events"]
        known = [record for record in records if record["position"] <= seen]
        ledger.again(known)
        ledger.take(records[len(known) :])
        if not records:
            break
        after = records[-1]["position"]
    if after < len(ledger.entries):
        raise Loss("lost", f"the log ends at {after}, and {len(ledger.entries)} were seen")


def ask_again(request: Request, ledger: Ledger, wire: Wire) -> bool:
    """Send an unanswered request again, twice; gives whether it had been recorded before.

    The log must have been read to its end. Raises `Loss`.
    """
    there = [ledger.positions(deed) for deed in request.deeds]
    first = again(request, wire)
    for positions, (deed, status, outcome) in zip(there, outcomes(request, first), strict=True):
        if not positions:
            continue
        repeated = outcome.get("replayed", False) if request.bulk else first.replayed
        if status not in (200, 201) or outcome["positions"] != positions or not repeated:
            raise Loss("doubled", f"{deed.mark} is at {positions}; asked again: {status} {outcome}")
    if not request.wrong and first.status in (200, 201):
        again(request, wire)
    return any(there)


@dataclass
class Kept:
    """Answers and checkpoints that were once given, and must be given for ever."""

    folder: Path
    draw: random.Random
    answers: dict[str, bytes] = field(default_factory=dict)
    checkpoints: list[bytes] = field(default_factory=list)
    compared: int = 0

    def ask(self, ledger: Ledger, wire: Wire) -> None:
        """Keep the answer to one more question about the past."""
        a, b = sorted(self.draw.sample(PARTIES, 2))
        position = self.draw.randint(1, max(1, len(ledger.entries)))
        day = f"{self.draw.randint(1994, 2020)}-06-30"
        path = f"/v1/relationships/{a}-{b}?as_of={day}&known_at={position}"
        if ledger.entries:
            self.answers[path] = _good(wire.get(path)).body

    def compare(self, wire: Wire, most: int) -> None:
        """Ask some of the questions again; raises `Loss` for another answer."""
        paths = list(self.answers)
        for path in self.draw.sample(paths, min(most, len(paths))):
            now = _good(wire.get(path)).body
            self.compared += 1
            if now != self.answers[path]:
                raise Loss("answer", f"{path}: {self.answers[path]!r} and then {now!r}")

    def checkpoint(self, wire: Wire) -> None:
        """Keep a checkpoint of the log; raises `Loss` where there is none."""
        self.checkpoints.append(_good(wire.get("/v1/log/checkpoint")).body)


def verify(
    launcher: Launcher, store: str, folder: Path, checkpoints: list[bytes], states: str = "3"
) -> int:
    """`chancery verify`, against checkpoints that were given; gives the number of records."""
    arguments = ["verify", "--json", "--states", states, "--store", store]
    for number, note in enumerate(checkpoints):
        file = folder / f"checkpoint-{number}"
        file.write_bytes(note)
        arguments += ["--checkpoint", str(file)]
    out = folder / "verify.out"
    out.unlink(missing_ok=True)
    code = launcher.run(arguments, out).code(_VERIFY_SECONDS)
    printed = out.read_bytes()
    if code:
        raise Loss("differs", printed.decode(errors="replace")[:2_000])
    records: int = orjson.loads(printed.splitlines()[0])["records"]
    return records


def _good(answer: Answer) -> Answer:
    if answer.status != 200:
        raise Loss("answer", f"{answer.status} {answer.body!r}")
    return answer
