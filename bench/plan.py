"""What one run asks of every peer: one history on disk, the same questions, the same right answers.

A run's folder holds `history.jsonl` (imported in bulk), `tail.jsonl` (appended one at a time) and
`late.jsonl` (late acts, each followed by a question), one record a line, and `plan.json`.
"""

from __future__ import annotations

import json
import random
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson

from bench.history import Entry, History, Op, Sizes
from bench.lives import FIRST, LAST
from bench.reduced import Known, Line, Reduced, line_of

_SIZE_NAMES = ("small", "middling", "largest")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of the check sample with its right answer."""

    relationship: str
    as_of: int
    position: int
    expected: Reduced


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked in a run."""

    records: int
    """In `history.jsonl`."""
    total: int
    """With tail and late acts."""
    relationships: dict[str, str]
    """`small`, `middling` and `largest`, by key."""
    events: dict[str, int]
    """How many records of the history touch each of them."""
    now: list[int]
    """Days to be asked about, with everything known."""
    past: list[tuple[int, int]]
    """Days to be asked about, each with an old position."""
    check: list[Asked]


def write_plan(folder: Path, sizes: Sizes, *, tail: int, late: int, questions: int) -> Plan:
    """Make a run's folder; the same sizes give the same files."""
    history = History(sizes)
    touched: Counter[str] = Counter()
    recent: deque[Entry] = deque(maxlen=2_000)
    records = _write(folder / "history.jsonl", _counted(history, touched, recent))
    named = _named(touched)
    chance = random.Random(sizes.seed + 1)
    retractable = chance.sample([t for t in recent if t.op == "event"], k=min(len(recent), 50))
    entries = list(_tail(history, chance, tail, list(named.values()), retractable))
    total = records + _write(folder / "tail.jsonl", iter(entries))
    lates = [history.late(named[name]) for name in _SIZE_NAMES for _ in range(late)]
    total += _write(folder / "late.jsonl", iter(lates))
    days = [chance.randint(FIRST, LAST + 30) for _ in range(questions)]
    past = [(chance.randint(FIRST, LAST), chance.randint(1, records)) for _ in range(questions)]
    plan = Plan(
        records,
        total,
        named,
        {name: touched[key] for name, key in named.items()},
        days,
        past,
        list(_checked(folder, chance, [*named.values(), *_others(touched, chance)], total)),
    )
    (folder / "plan.json").write_text(json.dumps(asdict(plan)))
    return plan


def read_plan(folder: Path) -> Plan:
    """The plan of a run's folder."""
    kept = json.loads((folder / "plan.json").read_text())
    kept["past"] = [tuple(pair) for pair in kept["past"]]
    kept["check"] = [Asked(**asked) for asked in kept["check"]]
    return Plan(**kept)


def batches(path: Path, size: int) -> Iterator[list[Entry]]:
    """The records of a file in batches; one is held at a time."""
    batch: list[Entry] = []
    with path.open("rb") as lines:
        for line in lines:
            batch.append(read_entry(orjson.loads(line)))
            if len(batch) == size:
                yield batch
                batch = []
    if batch:
        yield batch


def read_entry(row: list[Any]) -> Entry:
    """A record as it stands on its line."""
    return Entry(*row[:-1], tuple(row[-1]))


def row_of(entry: Entry) -> list[Any]:
    """A record as it is put on a line."""
    return [getattr(entry, name) for name in Entry.__slots__]


def _write(path: Path, entries: Iterator[Entry]) -> int:
    number = 0
    with path.open("wb") as file:
        for one in entries:
            file.write(orjson.dumps(row_of(one), option=orjson.OPT_APPEND_NEWLINE))
            number += 1
    return number


def _counted(history: History, touched: Counter[str], recent: deque[Entry]) -> Iterator[Entry]:
    for entry in history:
        touched.update(entry.pairs)
        recent.append(entry)
        yield entry


def _named(touched: Counter[str]) -> dict[str, str]:
    """The largest relationship, one of about ten records, and one half-way between by ratio."""
    ranked = touched.most_common()
    largest, most = ranked[0]
    wanted = {"small": 10, "middling": (10 * most) ** 0.5}
    nearest = {
        name: min(ranked, key=lambda entry: (abs(entry[1] - number), entry[0]))[0]
        for name, number in wanted.items()
    }
    return {**nearest, "largest": largest}


def _others(touched: Counter[str], chance: random.Random) -> list[str]:
    return chance.sample(sorted(touched), k=min(len(touched), 20))


def _tail(
    history: History,
    chance: random.Random,
    number: int,
    relationships: list[str],
    retractable: list[Entry],
) -> Iterator[Entry]:
    """One at a time: a tenth late acts, one in thirty a retraction, else as history goes on."""
    for index in range(number):
        if index % 10 == 5:
            yield history.late(chance.choice(relationships))
        elif index % 30 == 7 and retractable:
            yield history.retraction_of(retractable.pop())
        else:
            yield history.next()


def _checked(
    folder: Path, chance: random.Random, relationships: list[str], total: int
) -> Iterator[Asked]:
    lines: dict[str, list[tuple[Op, Line]]] = {key: [] for key in relationships}
    for name in ("history", "tail", "late"):
        for batch in batches(folder / f"{name}.jsonl", 10_000):
            for entry in batch:
                for pair in entry.pairs:
                    if pair in lines:
                        lines[pair].append((entry.op, line_of(entry)))
    for relationship, held in lines.items():
        positions = sorted([total, *(chance.randint(1, total) for _ in range(11))])
        known, waiting = Known(), deque(held)
        for position in positions:
            while waiting and waiting[0][1].position <= position:
                known.take(*waiting.popleft())
            as_of = chance.randint(FIRST, LAST)
            yield Asked(relationship, as_of, position, known.state(as_of))


def wrong(answers: Iterable[tuple[Asked, Reduced]]) -> list[str]:
    """What a peer answered otherwise than the plain fold, in words."""
    return [
        f"{asked.relationship} as of day {asked.as_of} at {asked.position}: "
        f"expected {asked.expected}, got {answer}"
        for asked, answer in answers
        if answer != asked.expected
    ]
