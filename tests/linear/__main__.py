"""The long run: `python -m tests.linear sqlite --rounds 50`; see docs/crash.md."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

from tests.crash.campaign import seed_of
from tests.crash.stores import stores
from tests.linear.checker import unexplained
from tests.linear.run import recorded_history
from tests.process import Warm


def main() -> int:
    read = argparse.ArgumentParser(prog="python -m tests.linear", description=__doc__)
    read.add_argument("store", help="sqlite or postgresql")
    read.add_argument("--rounds", type=int, default=50, help="each on a store of its own")
    read.add_argument("--clients", type=int, default=8)
    read.add_argument("--operations", type=int, default=50, help="of each client")
    read.add_argument("--seed", type=int, default=None, help="by lot if not given")
    given = read.parse_args()
    seed, begun, asked, unanswered = seed_of(given.seed), time.monotonic(), 0, 0
    with tempfile.TemporaryDirectory() as folder, Warm() as warm:
        where = stores(given.store, Path(folder))
        try:
            for number in range(given.rounds):
                history = recorded_history(
                    where.fresh(),
                    Path(folder),
                    warm,
                    random.Random(f"{seed}/{number}"),
                    clients=given.clients,
                    operations=given.operations,
                    killed=number % 2 == 1,
                )
                asked += len(history)
                unanswered += sum(one.answer is None for one in history)
                found = unexplained(history)
                if found is not None:
                    sys.stdout.write(f"round {number} of seed {seed}: {found}\n")
                    return 1
        finally:
            where.close()
    seconds = time.monotonic() - begun
    sys.stdout.write(
        f"{asked} operations in {given.rounds} histories are linearizable, {unanswered} of them"
        f" unanswered; {seconds:.0f} s, seed {seed}\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
