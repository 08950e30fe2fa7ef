"""The campaign: `python -m tests.attack --store sqlite`; see docs/load.md."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path

from tests.attack.besieged import fill
from tests.attack.stages import STAGES, Siege
from tests.crash.stores import stores


def main() -> int:
    read = argparse.ArgumentParser(prog="python -m tests.attack", description=__doc__)
    read.add_argument("--store", default="sqlite", help="sqlite, postgresql, or the url of one")
    read.add_argument("--share", type=float, default=1.0, help="of the full numbers of clients")
    read.add_argument("--seconds", type=float, default=15.0, help="how long what has no end lasts")
    read.add_argument("--stages", nargs="*", default=[*STAGES], choices=[*STAGES])
    given = read.parse_args()
    folder, begun = Path(tempfile.mkdtemp(prefix="chancery-attack-")), time.monotonic()
    where = stores(given.store, folder)
    broken = 0
    try:
        store = where.fresh()
        fill(store)
        for name in given.stages:
            report = STAGES[name](Siege(store, folder, given.share, given.seconds))
            say(f"{name}: {report.stage}")
            for line in report.lines:
                say(f"    {line}")
            for line in report.broken:
                say(f"    BROKEN: {line}")
            broken += len(report.broken)
    finally:
        where.close()
        shutil.rmtree(folder)
    seconds = int(time.monotonic() - begun)
    say(f"broken: {broken}; in {seconds // 60} min {seconds % 60:02} s")
    return 1 if broken else 0


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
