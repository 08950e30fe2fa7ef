"""Hold the product against the naive reading on a publisher's file.

`python -m tests.oracle.files FORMAT PATH… --acts 2000 --questions 300` asks about random pairs of
parties that meet in an act, on days about its events.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from api.exchange import FORMATS
from api.exchange.row import SourceAct
from domain.dates import FIRST_DAY, LAST_DAY, format_day, parse
from tests.oracle.product import REGISTRY, compare

#: After every event of any file, so that none of them lies ahead.
_RECORDED_ON = 800_000
#: How far from an event's days a question may be.
_ABOUT = (-400, -1, 0, 1, 30, 400, 4_000)


def acts_of(name: str, paths: Sequence[Path], most: int, seed: int) -> list[SourceAct]:
    """At most so many acts of a file, chosen at random."""
    found = [one for one in FORMATS[name].read(paths, REGISTRY) if isinstance(one, SourceAct)]
    chance = random.Random(seed)
    return chance.sample(found, most) if len(found) > most else found


def records_of(acts: Sequence[SourceAct]) -> list[dict[str, Any]]:
    """The acts' events as records, one after another."""
    found: list[dict[str, Any]] = []
    for act in acts:
        for version, body in enumerate(act.events, 1):
            found.append(
                {
                    "position": len(found) + 1,
                    "act_id": act.act_id,
                    "kind": body["type"].partition(".")[0],
                    "version": version,
                    "op": "event",
                    "target": None,
                    "body": body,
                    "recorded_on": _RECORDED_ON,
                }
            )
    return found


def differing(
    records: Sequence[dict[str, Any]], questions: int, seed: int
) -> Iterator[tuple[str, list[str]]]:
    """Which of so many random questions the two answer otherwise, and how."""
    chance = random.Random(seed)
    parties: dict[str, list[str]] = {}
    of_party: dict[str, set[str]] = {}
    for record in records:
        for code in _named(record["body"]):
            if code not in parties.setdefault(record["act_id"], []):
                parties[record["act_id"]].append(code)
            of_party.setdefault(code, set()).add(record["act_id"])
    for _ in range(questions):
        record = chance.choice([*records])
        codes = parties[record["act_id"]]
        if len(codes) < 2:
            continue
        one, other = sorted(chance.sample(codes, 2))
        both = of_party[one] & of_party[other]
        known = [each for each in records if each["act_id"] in both]
        day = _day(chance, chance.choice(known)["body"]["date"])
        found = compare(known, (one, other), day, None)
        if found:
            yield f"{one}-{other} on {format_day(day)}", found


def _named(body: dict[str, Any]) -> Iterator[str]:
    yield from (entry["party"] for entry in body.get("parties", ()))
    yield from body.get("by", ())
    yield from body.get("toward", ())


def _day(chance: random.Random, text: str) -> int:
    date = parse(text)
    days = [day for day in (date.earliest, date.latest) if FIRST_DAY < day < LAST_DAY]
    return max(1, chance.choice(days or [730_000]) + chance.choice(_ABOUT))


def main() -> int:
    """Ask, and tell where the two differ."""
    parser = argparse.ArgumentParser(prog="python -m tests.oracle.files", description=__doc__)
    parser.add_argument("format", choices=sorted(FORMATS))
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--acts", type=int, default=2_000)
    parser.add_argument("--questions", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    acts = acts_of(wanted.format, wanted.paths, wanted.acts, wanted.seed)
    found = list(differing(records_of(acts), wanted.questions, wanted.seed))
    for where, lines in islice(found, 5):
        sys.stdout.write("\n  ".join([where, *lines]) + "\n")
    sys.stdout.write(f"{len(acts)} acts, {wanted.questions} questions asked, {len(found)} differ\n")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
