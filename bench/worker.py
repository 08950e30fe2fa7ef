"""One peer, in a process of its own: does the work of a plan and prints its figures as JSON.

python -m bench.worker PEER RUN_FOLDER STORE_FOLDER [--budget SECONDS]
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import processes
from bench.peers import peer as peer_class
from bench.peers.peer import Asking, CannotDo, Peer
from bench.plan import Plan, batches, read_plan, wrong

#: How much longer a bulk import may take than the other tasks together may.
_LOAD_SHARE = 20


def run(name: str, run_folder: Path, store: Path, budget: float) -> dict[str, Any]:
    """The figures of a peer: seconds each, bytes, and what it could not do, with the reason."""
    plan = read_plan(run_folder)
    kind = peer_class(name)
    before = processes.own_peak()
    made = kind(store)
    figures: dict[str, Any] = {"title": made.title, "how": made.how, "cannot": {}}
    with processes.Watch(made.servers) as watch:
        try:
            _work(made, plan, run_folder, budget, figures)
        finally:
            figures["memory"] = {
                "process_peak": processes.own_peak(),
                "process_at_start": before,
                "servers_peak": watch.peak,
            }
            made.close()
    return figures


def _work(made: Peer, plan: Plan, run_folder: Path, budget: float, figures: dict[str, Any]) -> None:
    loaded, seconds, work = _load(made, run_folder / "history.jsonl", budget * _LOAD_SHARE)
    figures["bulk"] = {"records": loaded, "seconds": seconds, "worked": work}
    figures["memory_after_bulk"] = processes.own_peak()
    if loaded < plan.records:
        figures["cannot"]["bulk"] = f"stopped after {seconds:.0f} s at {loaded:,} records"
        return
    figures["disk"] = {"bytes": size_of(made.folder), "records": loaded}

    def task(name: str, work: Callable[[], Any]) -> None:
        begun = processes.worked(made.servers())
        try:
            figures[name] = done = work()
            if isinstance(done, list) and done:
                each = (processes.worked(made.servers()) - begun) / len(done)
                figures.setdefault("worked", {})[name] = each
        except CannotDo as reason:
            figures["cannot"][name] = str(reason)

    tail = next(batches(run_folder / "tail.jsonl", 10**6))
    late = next(batches(run_folder / "late.jsonl", 10**6))
    named = plan.relationships

    def now(relationship: str) -> list[Asking]:
        return [(relationship, day, None) for day in plan.now]

    def past(relationship: str) -> list[Asking]:
        return [(relationship, *asked) for asked in plan.past]

    for size, relationship in named.items():
        task(f"now/{size}", lambda r=relationship: made.timed_states(now(r), budget)[0])
        task(f"past/{size}", lambda r=relationship: made.timed_states(past(r), budget)[0])
    # All of the tail: the positions of what follows rest on it.
    task("append", lambda: made.timed_appends(tail, float("inf")))
    each = len(late) // len(named)
    for number, (size, relationship) in enumerate(named.items()):
        acts = late[number * each : (number + 1) * each]
        asked = now(relationship)[: len(acts)]
        task(
            f"late/{size}",
            lambda acts=acts, asked=asked: made.timed_late(acts, asked, budget),
        )
    _check(made, plan, budget, figures)

    def rebuild() -> float:
        begun = time.perf_counter()
        made.rebuild()
        return time.perf_counter() - begun

    task("rebuild", rebuild)
    figures["rebuilt_records"] = plan.total


def _load(made: Peer, path: Path, budget: float) -> tuple[int, float, float]:
    """Records, seconds waited and seconds worked of the bulk path alone."""
    loaded, seconds, work = 0, 0.0, 0.0

    def timed(part: Callable[[], None]) -> None:
        nonlocal seconds, work
        begun, worked = time.perf_counter(), processes.worked(made.servers())
        part()
        work += processes.worked(made.servers()) - worked
        seconds += time.perf_counter() - begun

    for batch in batches(path, made.batch):
        timed(lambda batch=batch: made.load(batch))
        loaded += len(batch)
        # On a busy machine a wait says little of what the peer can do.
        if work > budget or seconds > 4 * budget:
            break
    timed(made.loaded)
    return loaded, seconds, work


def _check(made: Peer, plan: Plan, budget: float, figures: dict[str, Any]) -> None:
    # Taken in turns, so that a budget that ends early leaves no relationship out.
    order = sorted(range(len(plan.check)), key=lambda number: (number % 12, number))
    check = [plan.check[number] for number in order]
    asked = [(one.relationship, one.as_of, one.position) for one in check]
    _, answers = made.timed_states(asked, budget * 2)
    differing = wrong(zip(check, answers, strict=False))
    figures["checked"] = {"answers": len(answers), "wrong": len(differing), "first": differing[:3]}


def size_of(folder: Path) -> int:
    """Bytes on disk under a folder."""
    return sum(
        Path(root, file).stat().st_blocks * 512
        for root, _, files in os.walk(folder)
        for file in files
    )


def main() -> None:
    """Work and print; what fails is reported as the peer's own reason."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("peer")
    parser.add_argument("run", type=Path)
    parser.add_argument("store", type=Path)
    parser.add_argument("--budget", type=float, default=10.0)
    given = parser.parse_args()
    # Ended from outside, it ends its servers as well.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended from outside"))
    try:
        figures = run(given.peer, given.run, given.store, given.budget)
    except CannotDo as reason:
        kind = peer_class(given.peer)
        figures = {"title": kind.title, "how": kind.how, "cannot": {"anything": str(reason)}}
    except Exception as error:  # noqa: BLE001 - a peer's failure is a result of its column
        traceback.print_exc(file=sys.stderr)
        reason = f"{type(error).__name__}: {error}".splitlines()[0][:300]
        figures = {"title": given.peer, "failed": reason}
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
