"""The benchmark: the same work for Chancery and its peers, as a report.

    python -m bench [--events 10000,100000] [--peers NAME,…] [--out FOLDER] [--budget SECONDS]

Each size has one history, and each peer does it in a process of its own, one after another. The
report is printed and written as report.md, report.json and report.svg.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench import machine
from bench.acceptance import Wanted, figures_of
from bench.history import Sizes
from bench.peers import PEERS
from bench.plan import write_plan
from bench.plot import plot
from bench.report import report

#: How many budgets a peer's whole work may take.
_LONGEST = 300


def compared(
    events: int, peers: list[str], budget: float, scratch: Path
) -> Iterator[dict[str, Any]]:
    """The peers at one size: the figures so far, with each of them one more."""
    folder = scratch / f"run-{events}"
    folder.mkdir(mode=0o755)
    _say(f"{events:,} records: making the history")
    plan = write_plan(folder, Sizes(events), tail=300, late=30, questions=200)
    settings = asdict(plan)
    for bulky in ("now", "past", "check"):
        del settings[bulky]
    found: dict[str, Any] = {}
    for name in peers:
        _say(f"{events:,} records: {name}")
        found[name] = _worked(name, folder, budget, scratch)
        if "failed" in found[name]:
            _say(f"  failed: {found[name]['failed']}")
        yield {"plan": settings, "peers": found}
    for file in folder.iterdir():
        file.unlink()


def _worked(name: str, folder: Path, budget: float, scratch: Path) -> dict[str, Any]:
    """A peer's figures, from a process of its own; it is ended with all that it started."""
    with tempfile.TemporaryDirectory(dir=scratch) as store:
        inner = Path(store) / "store"
        inner.mkdir()
        command = [sys.executable, "-m", "bench.worker", name, str(folder), str(inner)]
        process = subprocess.Popen(
            [*command, "--budget", str(budget)],
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        try:
            printed, _ = process.communicate(timeout=budget * _LONGEST)
            figures: dict[str, Any] = json.loads(printed)
        except subprocess.TimeoutExpired:
            # It ends its servers by itself.
            process.terminate()
            process.communicate(timeout=60)
            figures = {"title": name, "failed": f"took longer than {budget * _LONGEST:.0f} s"}
        except ValueError:
            figures = {"title": name, "failed": f"ended by {process.returncode}"}
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        return figures


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--events", default="10000", help="sizes, parted by commas; 0: none")
    parser.add_argument("--peers", default=",".join(PEERS), help="names, parted by commas")
    parser.add_argument("--out", type=Path, default=Path("build/bench"))
    parser.add_argument("--budget", type=float, default=10.0, help="seconds a task of a peer")
    parser.add_argument("--scratch", type=Path, help="where stores are made; needs room")
    Wanted.add_to(parser)
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended from outside"))
    sizes = [int(size) for size in given.events.split(",") if int(size)]
    figures: dict[str, Any] = {"machine": machine.described(), "sizes": []}
    with tempfile.TemporaryDirectory(dir=given.scratch) as name:
        scratch = Path(name)
        scratch.chmod(0o755)
        for events in sizes:
            before = figures["sizes"]
            for size in compared(events, given.peers.split(","), given.budget, scratch):
                figures["sizes"] = [*before, size]
                # What is measured stays, however a long run ends.
                written(figures, given.out)
        figures["acceptance"] = figures_of(Wanted.of(given), scratch, _say)
    print(written(figures, given.out))


def written(figures: dict[str, Any], out: Path) -> str:
    """The report as written to a folder, in all its forms."""
    figures["load_end"] = machine.load()
    text = report(figures)
    out.mkdir(parents=True, exist_ok=True)
    if figures["sizes"]:
        plot(figures, out / "report.svg")
        text = text.rstrip() + "\n\n![medians by size](report.svg)\n"
    (out / "report.md").write_text(text, encoding="utf-8")
    (out / "report.json").write_text(json.dumps(figures, indent=1), encoding="utf-8")
    return text


if __name__ == "__main__":
    main()
