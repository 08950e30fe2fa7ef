"""A full rebuild of a store's index from its log, beside reading the log alone.

python -m bench.rebuild STORE
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from pathlib import Path
from typing import Any

from bench import processes
from events.application import open_chancery


def measured(store: Path) -> dict[str, Any]:
    """Records a second of each, their ratio, and the peak of memory."""
    chancery = open_chancery(f"sqlite:///{store}")
    begun, worked = time.perf_counter(), time.process_time()
    records = sum(1 for _ in chancery.query.raw_records())
    reading, read = time.perf_counter() - begun, time.process_time() - worked
    figures = {
        "records": f"{records:,}",
        "reading the log, decoded": f"{records / reading:,.0f} records/s, worked {read:.1f} s",
    }
    for cores in (1, 2):
        begun, worked = time.perf_counter(), _worked()
        chancery.admin.rebuild(cores=cores)
        seconds, work = time.perf_counter() - begun, _worked() - worked
        name = "one core" if cores == 1 else "two cores"
        figures[f"rebuild, {name}"] = f"{records / seconds:,.0f} records/s, worked {work:.1f} s"
        figures[f"rebuild, {name}, over reading the log"] = f"{seconds / reading:.1f}"
        if cores == 1:
            figures["rebuild, one core, over reading the log, worked"] = f"{work / read:.1f}"
    chancery.close()
    figures["memory, peak"] = f"{processes.own_peak() / 1e6:,.0f} MB"
    helping = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    figures["memory of a process that helped, peak"] = f"{helping / 1e6:,.0f} MB"
    return figures


def _worked() -> float:
    """Processor seconds of this process and of those that helped and have ended."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + ended.ru_utime + ended.ru_stime


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("store", type=Path)
    print(json.dumps(measured(parser.parse_args().store)))


if __name__ == "__main__":
    main()
