"""The long run: `python -m tests.crash --kills 500 --store sqlite`; see docs/crash.md."""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
from pathlib import Path

from tests.crash.campaign import Campaign, seed_of
from tests.crash.figures import Figures
from tests.crash.stores import stores
from tests.process import Warm

#: A verification at these kills of a history, and at every one of the last number.
_VERIFIED = (1, 2, 4, 8, 16, 25)


def main() -> int:
    read = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    read.add_argument("--kills", type=int, default=500)
    read.add_argument("--store", default="sqlite", help="sqlite, postgresql, or the url of one")
    read.add_argument("--seed", type=int, default=None, help="by lot if not given; it is printed")
    read.add_argument("--history", type=int, default=50, help="kills before a new store is begun")
    read.add_argument("--writers", type=int, default=4, help="how many write at once")
    read.add_argument("--execed", type=float, default=0.1, help="share of processes started anew")
    read.add_argument("--load", type=float, default=0.6, help="most seconds of load before a kill")
    given = read.parse_args()
    seed = seed_of(given.seed)
    folder = Path(tempfile.mkdtemp(prefix="chancery-crash-"))
    figures, started = Figures(), time.monotonic()
    say(f"seed {seed}, {given.kills} kills, store {given.store}, in {folder}")
    where = stores(given.store, folder)
    try:
        with Warm() as warm:
            done = 0
            while done < given.kills:
                draw = random.Random(f"{seed}/{done}")
                store = where.fresh()
                campaign = Campaign(
                    store,
                    folder,
                    draw,
                    warm,
                    figures,
                    writers=given.writers,
                    execed=given.execed,
                    load_seconds=given.load,
                )
                with campaign:
                    for number in range(1, min(given.history, given.kills - done) + 1):
                        campaign.kill()
                        done += 1
                        if number in _VERIFIED:
                            campaign.verify()
                        if done % 10 == 0:
                            entries = len(campaign.ledger.entries)
                            say(f"{done} kills, {entries} records here, {elapsed(started)}")
                    campaign.finish()
    except AssertionError as loss:
        say(f"{loss}\nafter {figures.kills.total()} kills of seed {seed}; kept: {folder}")
        return 1
    finally:
        where.close()
    for line in figures.lines():
        say(line)
    say(f"lost: 0, doubled: 0, halved: 0; in {elapsed(started)}")
    shutil.rmtree(folder)
    return 0


def elapsed(since: float) -> str:
    seconds = int(time.monotonic() - since)
    return f"{seconds // 60} min {seconds % 60:02} s"


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
