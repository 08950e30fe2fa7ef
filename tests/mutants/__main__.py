"""Draw faults by a seed, try each, and tell which no test found: `make mutants`.

The exit code is 1 if one was found by no test and docs/mutation.md does not name it.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue

from tests.mutants.operators import Mutant, mutants
from tests.mutants.trial import ROOT, TESTS, Found, Workshop, room_of

TOLD = ROOT / "docs" / "mutation.md"


def every(paths: list[str]) -> list[Mutant]:
    """All faults of the modules under some paths."""
    found = []
    for path in sorted(each for start in paths for each in modules(ROOT / start)):
        found += mutants(path.relative_to(ROOT).as_posix(), path.read_text("utf-8"))
    return found


def modules(start: Path) -> list[Path]:
    """A module, or all of a folder."""
    return [start] if start.is_file() else list(start.rglob("*.py"))


def equivalents() -> set[tuple[str, str, str, str]]:
    """The faults that docs/mutation.md names as none, by module, place, before and after."""
    rows = re.findall(
        r"^\| `(.+?)` \| `(.+?)` \| `(.+?)` \| `(.+?)` \|", TOLD.read_text("utf-8"), re.M
    )
    return {(path, within, before, after) for path, within, before, after in rows}


def main() -> int:
    """Draw, try, tell."""
    read = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    read.add_argument("paths", nargs="*", default=list(TESTS), help="folders or modules")
    read.add_argument("--sample", type=int, default=200, help="how many are drawn; 0 for all")
    read.add_argument("--seed", type=int, default=1)
    read.add_argument("--jobs", type=int, default=2, help="how many are tried at the same time")
    given = read.parse_args()
    drawn = every(given.paths)
    total = len(drawn)
    if 0 < given.sample < total:
        drawn = random.Random(given.seed).sample(drawn, given.sample)
    say(f"{len(drawn)} of {total} faults, seed {given.seed}")
    with tempfile.TemporaryDirectory(prefix="chancery-mutants-") as folder:
        free: SimpleQueue[Workshop] = SimpleQueue()
        for number in range(given.jobs):
            workshop = Workshop(Path(folder, str(number)))
            for room in sorted({room_of(mutant.path) for mutant in drawn}):
                workshop.sound(room)
            free.put(workshop)

        def tried(mutant: Mutant) -> Found:
            workshop = free.get()
            try:
                ended = workshop.tried(mutant)
            finally:
                free.put(workshop)
            said = f"found by {ended.by}" if ended.found else "FOUND BY NO TEST"
            say(f"{mutant}: {said} ({ended.seconds:.0f} s)")
            return ended

        with ThreadPoolExecutor(given.jobs) as hands:
            outcomes = list(zip(drawn, hands.map(tried, drawn), strict=True))
    return told(outcomes)


def told(outcomes: list[tuple[Mutant, Found]]) -> int:
    """Say what no test found; the exit code."""
    named = equivalents()
    left = [mutant for mutant, ended in outcomes if not ended.found]
    unnamed = [one for one in left if (one.path, one.within, one.before, one.after) not in named]
    say(
        f"{len(outcomes)} tried, {len(outcomes) - len(left)} found, "
        f"{len(left) - len(unnamed)} named as equivalent, {len(unnamed)} left"
    )
    for mutant in unnamed:
        say(f"| `{mutant.path}` | `{mutant.within}` | `{mutant.before}` | `{mutant.after}` |")
    return 1 if unnamed else 0


def say(line: str) -> None:
    """A line of the run, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
