"""Whether every answer is the plain fold's, byte for byte, after late acts and corrections.

    python -m bench.equality FOLDER RECORDS ANSWERS

Makes a store of a history with its tail of late acts, corrections and retractions, then asks of
random relationships at random bases on both axes. The oracle reads the log alone: it takes the
acts between the two as known at the position and folds all of them.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
from collections import Counter, defaultdict
from itertools import count
from pathlib import Path
from typing import Any

from bench.history import Sizes
from bench.lives import FIRST, LAST
from bench.peers.chancery import ChanceryPeer
from bench.plan import Plan, batches, write_plan
from events.application import Chancery
from events.log.canonical import canonical
from events.log.history import known_act
from events.log.record import Record, instant_text
from events.query.answers import folded
from events.query.basis import Basis

#: Relationships asked about: the small, middling and largest, and so many others.
_OTHERS = 200
#: Acts folded in all by the oracle, so that a run ends: of a large relationship fewer are asked.
_FOLDED = 3_000_000


class Oracle:
    """The records of some relationships' acts, and the plain fold over them."""

    def __init__(self, chancery: Chancery, wanted: set[str], acts: dict[str, set[str]]) -> None:
        self._chancery = chancery
        self._streams: dict[str, list[Record]] = defaultdict(list)
        self._instants = [0]
        self.acts = {key: sorted(acts[key]) for key in sorted(wanted)}
        needed = {act_id for ids in self.acts.values() for act_id in ids}
        for record in chancery.query.raw_records():
            self._instants.append(record.recorded_at)
            if record.act_id in needed:
                self._streams[record.act_id].append(record)

    def state(self, relationship: str, as_of: int, position: int) -> Any:
        """The state by the plain fold."""
        streams = (self._streams[act_id] for act_id in self.acts[relationship])
        known = [
            known_act(stream, position)
            for stream in streams
            if stream and stream[0].position <= position
        ]
        basis = Basis(as_of, position, instant_text(self._instants[position]))
        return folded(known, self._chancery.registry, relationship, basis)


def stored(folder: Path, records: int) -> tuple[ChanceryPeer, Plan, dict[str, set[str]]]:
    """A store of a history with its tail, and which acts touch which relationship."""
    run = folder / f"equality-{records}"
    run.mkdir()
    plan = write_plan(
        run, Sizes(records), tail=min(max(records // 20, 300), 3_000), late=50, questions=1
    )
    peer = ChanceryPeer(run)
    acts: dict[str, set[str]] = defaultdict(set)
    for name in ("history", "tail", "late"):
        for batch in batches(run / f"{name}.jsonl", 10_000):
            for entry in batch:
                for pair in entry.pairs:
                    acts[pair].add(entry.act_id)
            if name == "history":
                peer.load(batch)
            else:
                for entry in batch:
                    peer.append(entry)
    return peer, plan, acts


def compared(peer: ChanceryPeer, plan: Plan, acts: dict[str, set[str]], number: int) -> dict:
    """The figures of so many answers beside the oracle's."""
    chance = random.Random(11)
    named = list(plan.relationships.values())
    wanted = {*named, *chance.sample(sorted(acts), k=min(len(acts), _OTHERS))}
    oracle = Oracle(peer.chancery, wanted, acts)
    keys = sorted(wanted)
    turns = {0: plan.relationships["largest"], 10: plan.relationships["middling"]}
    asked: Counter[str] = Counter()
    differing: list[str] = []
    budget = _FOLDED
    for turn in count():
        if asked.total() == number:
            break
        relationship = turns.get(turn % 20) or chance.choice(keys)
        size = len(oracle.acts[relationship])
        if size > 100 and budget < size:
            continue
        budget -= size
        as_of, position = chance.randint(FIRST, LAST + 30), chance.randint(1, plan.total)
        answer = peer.state(relationship, as_of, position)
        asked[relationship] += 1
        if canonical(answer) != canonical(oracle.state(relationship, as_of, position)):
            differing.append(f"{relationship} as of day {as_of} at {position}")
    largest = plan.relationships["largest"]
    return {
        "records": f"{plan.total:,}",
        "answers compared, byte for byte": f"{asked.total():,}",
        "relationships": f"{len(asked):,}",
        f"of them of the largest ({len(oracle.acts[largest]):,} acts)": f"{asked[largest]:,}",
        "answers that differ": f"{len(differing)} {'; '.join(differing[:3])}".strip(),
    }


def main() -> None:
    """Make, compare and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("records", type=int)
    parser.add_argument("answers", type=int)
    given = parser.parse_args()
    peer, plan, acts = stored(given.folder, given.records)
    figures = compared(peer, plan, acts, given.answers)
    peer.close()
    shutil.rmtree(peer.folder)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
