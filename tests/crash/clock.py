"""A clock that a test sets: the machine's, and the seconds that a file adds to it."""

from __future__ import annotations

import os
import time
from pathlib import Path

FILE = "CRASH_CLOCK"
_real = time.time_ns


def install() -> None:
    """In a process about to serve: let the file that `CRASH_CLOCK` names put the clock wrong."""
    path = os.environ.get(FILE)
    if path:
        time.time_ns = lambda: _real() + int(float(Path(path).read_text() or 0) * 1e9)


def put(path: Path, seconds: float) -> None:
    """Put the clock wrong by so much from now on; whoever reads it meanwhile reads it whole."""
    fresh = path.with_suffix(".fresh")
    fresh.write_text(f"{seconds}")
    fresh.rename(path)
