"""Hold the product against the naive reading: `python -m tests.oracle --questions 10000`."""

from __future__ import annotations

import argparse
import sys

from domain.dates import format_day
from tests.oracle.histories import history
from tests.oracle.product import compare

#: How many differing questions are shown in full.
SHOWN = 5


def main() -> int:
    """Ask as many questions as wanted, from the seed on, and tell where the two differ."""
    parser = argparse.ArgumentParser(prog="python -m tests.oracle", description=__doc__)
    parser.add_argument("--questions", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    asked = 0
    differing: list[tuple[int, str]] = []
    seed = wanted.seed
    while asked < wanted.questions:
        records, questions = history(seed)
        for pair, day, position in questions[: wanted.questions - asked]:
            asked += 1
            found = compare(records, pair, day, position)
            if found:
                known = "the last position" if position is None else f"position {position}"
                where = f"seed {seed}: {'-'.join(pair)} on {format_day(day)} at {known}"
                differing.append((seed, "\n  ".join([where, *found])))
        seed += 1
    for _, text in differing[:SHOWN]:
        sys.stdout.write(f"{text}\n")
    seeds = sorted({seed for seed, _ in differing})
    sys.stdout.write(f"{asked} questions asked, {len(differing)} differ")
    sys.stdout.write(f", at seeds {', '.join(map(str, seeds))}\n" if seeds else "\n")
    return 1 if differing else 0


if __name__ == "__main__":
    raise SystemExit(main())
