"""The campaign: `python -m tests.attack --store sqlite`; see docs/load.md."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.attack import mixed, stages
from tests.attack.besieged import fill
from tests.attack.siege import Report, Siege
from tests.crash.stores import stores as all_stores
from tests.process import environment_of

STAGES: dict[str, Callable[[Siege], Report]] = {
    stage.__name__.replace("_", "-"): stage
    for stage in (
        stages.exports,
        stages.heads,
        stages.questions,
        stages.streams,
        stages.stalled,
        stages.leaving,
        mixed.replays_left,
        stages.half_heads,
        stages.handles,
        stages.trailers,
        stages.provider,
        stages.heavy,
        mixed.bombs,
        mixed.everything,
    )
}


def main() -> int:
    read = argparse.ArgumentParser(prog="python -m tests.attack", description=__doc__)
    read.add_argument("--store", default="sqlite", help="sqlite, postgresql, or the url of one")
    read.add_argument("--share", type=float, default=1.0, help="of the full numbers of clients")
    read.add_argument("--seconds", type=float, default=15.0, help="how long what has no end lasts")
    read.add_argument("--stages", nargs="*", default=[*STAGES], choices=[*STAGES])
    given = read.parse_args()
    folder, begun = Path(tempfile.mkdtemp(prefix="chancery-attack-")), time.monotonic()
    where = all_stores(given.store, folder)
    broken = 0
    try:
        store = where.fresh()
        fill(store)
        for name in given.stages:
            siege = Siege(store, folder, given.share, given.seconds)
            report = STAGES[name](siege)
            report.broken += siege.unreleased
            say(f"{name}: {report.stage}")
            for line in report.lines:
                say(f"    {line}")
            for line in report.broken:
                say(f"    BROKEN: {line}")
            broken += len(report.broken)
        broken += not verified(store)
    finally:
        where.close()
        shutil.rmtree(folder)
    seconds = int(time.monotonic() - begun)
    say(f"broken: {broken}; in {seconds // 60} min {seconds % 60:02} s")
    return 1 if broken else 0


def verified(store: str) -> bool:
    """Whether `chancery verify` finds nothing in the store that all of it was done to."""
    command = [sys.executable, "-c", "from api.cli import main; main()", "verify"]
    environment = environment_of({"CHANCERY_STORE": store})
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    say(f"verify: exit code {done.returncode}: {(done.stdout or done.stderr).strip()[-300:]}")
    return not done.returncode


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
