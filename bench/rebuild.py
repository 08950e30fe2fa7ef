"""A full rebuild of a store's index from its log, beside reading the log alone.

python -m bench.rebuild STORE
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

from bench import processes
from events.application import open_chancery


def measured(store: Path) -> dict[str, Any]:
    """Records a second of both, their ratio, and the peak of memory."""
    chancery = open_chancery(f"sqlite:///{store}")
    begun = time.perf_counter()
    records = sum(1 for _ in chancery.raw_records())
    reading = time.perf_counter() - begun
    begun = time.perf_counter()
    chancery.rebuild()
    rebuilding = time.perf_counter() - begun
    chancery.close()
    return {
        "records": f"{records:,}",
        "reading the log, decoded": f"{records / reading:,.0f} records/s",
        "rebuild": f"{records / rebuilding:,.0f} records/s",
        "rebuild over reading the log": f"{rebuilding / reading:.1f}",
        "memory, peak": f"{processes.own_peak() / 1e6:,.0f} MB",
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("store", type=Path)
    print(json.dumps(measured(parser.parse_args().store)))


if __name__ == "__main__":
    main()
